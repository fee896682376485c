"""The pages say what is so: commands exist, links lead somewhere, words stand once and in order."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
HEADWORDS = re.findall(r"^- \*\*(.+?)\*\* \S", (ROOT / "docs" / "glossary.md").read_text(), flags=re.MULTILINE)
DECISIONS = sorted(path for path in (ROOT / "docs" / "decisions").glob("*.md") if path.name != "README.md")

# Said in the design as the words of the house; each must be told.
WORDS = """report source claim origin threat likelihood confidence indicator hypothesis warning alert notice advisory
tear-line window retract reaffirm break-glass audience channel delivery answer silence escalation second_knock read-back
outcome record journal entry checkpoint proof witness seal open statement fact commit mark watch_officer duty_officer
auditor administrator integrator""".split()


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_on_a_page_exists(page: Path) -> None:
    named = re.findall(r"(?:^|`)make ([a-z]+)\b", page.read_text(), flags=re.MULTILINE)
    assert set(named) <= targets()


def test_the_readme_names_the_two_commands() -> None:
    assert re.findall(r"^make ([a-z]+)", (ROOT / "README.md").read_text(), flags=re.MULTILINE) == ["demo", "test"]


def test_ci_starts_with_the_readmes_own_command() -> None:
    commands = re.findall(r"^make ([a-z]+)$", (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)
    assert commands[0] == "test"
    assert set(commands) <= targets()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", page.read_text()):
        assert link.startswith("https://") or (page.parent / link).exists(), link


def test_the_first_page_leads_to_every_how_to() -> None:
    linked = set(re.findall(r"\]\((how-to/[^)#]+\.md)", (ROOT / "docs" / "start-here.md").read_text()))
    assert linked == {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs" / "how-to").glob("*.md")}


def test_a_word_stands_in_the_glossary_once_and_in_its_place() -> None:
    lines = [line for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if line.startswith("- ")]
    assert len(lines) == len(HEADWORDS), "each line is - **word**, a space, and what it means"
    folded = [word.casefold() for word in HEADWORDS]
    assert len(set(folded)) == len(folded)
    assert folded == sorted(folded)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_of_the_house_is_told(word: str) -> None:
    assert word.replace("_", " ") in HEADWORDS


def test_every_decision_is_listed_and_has_the_four_headings() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for path in DECISIONS:
        text = path.read_text()
        assert f"| [{path.name[:4]}]({path.name}) |" in listed
        assert text.startswith(f"# {path.name[:4]}: ")
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == [
            "What we had to decide", "What we chose", "The roads not taken", "What follows",
        ]  # fmt: skip


def test_no_file_of_ours_names_a_package_index() -> None:
    for path in ("requirements.lock", "requirements-dev.lock", "requirements-fuzz.lock"):
        assert not re.search(r"://|^-", (ROOT / path).read_text(), flags=re.MULTILINE)
    tools = "".join((ROOT / path).read_text() for path in ("Makefile", "pyproject.toml", ".ci/run"))
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", tools)
