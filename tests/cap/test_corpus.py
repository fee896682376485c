"""Real messages that nobody here wrote: our verdict on their structure is the schema's, and nothing of them is lost."""

import csv
from pathlib import Path

import pytest
from lxml import etree

from tests.cap.alerts import schema
from tests.corpus import corpus
from tocsin.basis.errors import Refused
from tocsin.cap import check, read, write
from tocsin.cap.read import parse

# What a reader of the schema alone cannot see.
STRUCTURE = {"xml", "limit", "xsd"}
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def messages() -> list[tuple[Path, str, bool]]:
    """Return every single message, its version of CAP and whether that version's schema calls it valid."""
    with corpus("cap", "MANIFEST.csv").open(newline="", encoding="utf-8") as manifest:
        rows = [row for row in csv.DictReader(manifest) if row["kind"] == "alert" and row["cap"]]
    return [(corpus("cap", row["path"]), row["cap"], _valid(row)) for row in rows]


def _valid(row: dict[str, str]) -> bool:
    valid = schema(row["cap"]).validate(etree.fromstring(corpus("cap", row["path"]).read_bytes(), PARSER))
    assert row["cap"] != "1.2" or valid == (row["xsd12"] == "valid"), row["path"]
    return valid


def test_the_structure_is_judged_as_the_schema_of_its_version_judges_it() -> None:
    for path, version, valid in messages():
        raw = path.read_bytes()
        assert valid == (not any(problem.rule in STRUCTURE for problem in check(raw))), path
        if not any(problem.rule == "xml" for problem in check(raw)):
            assert parse(raw).version == version, path


def test_every_valid_message_is_read_whatever_its_defects() -> None:
    assert all(readable(path) for path, _, valid in messages() if valid)
    assert sum(readable(path) for path, _, valid in messages() if not valid) >= 10


def test_what_cannot_be_read_at_all_is_named_for_why() -> None:
    named = {"xml", "cap-3.2.1-identifier", "cap-3.2.1-sender", "cap-3.2.1-sent", "cap-3.3.2-datetime"}
    for path, _, _ in messages():
        found = parse(path.read_bytes())
        if found.alert is None:
            assert named & {problem.rule for problem in found.problems}, path


def readable(path: Path) -> bool:
    return parse(path.read_bytes()).alert is not None


def test_a_message_without_an_error_is_written_and_reads_back_the_same() -> None:
    count = {"1.0": 0, "1.1": 0, "1.2": 0}
    for path, version, valid in messages():
        raw = path.read_bytes()
        alert = parse(raw).alert
        if alert is None or any(problem.severity == "error" for problem in check(raw)):
            continue
        written = write(alert, version)
        assert read(written) == alert, path
        if version != "1.0":  # its Very Likely is Likely
            assert leaves(written) == leaves(raw), path
        assert schema(version).validate(etree.fromstring(written)), (path, schema(version).error_log)
        assert valid, path
        count[version] += 1
    assert count["1.2"] >= 85, "of 102 that fit the schema, all but those in which our own check finds an error"
    assert (count["1.0"], count["1.1"] >= 8) == (3, True)


def test_an_older_message_is_written_the_same_in_1_2_unless_that_asks_for_more() -> None:
    written = 0
    for path, version, valid in messages():
        if valid and version != "1.2":
            alert = read(path.read_bytes())
            refusal = {each.message for each in check(alert) if each.severity == "error"}
            if not refusal:
                assert read(write(alert)) == alert, path
                written += 1
            else:
                assert refusal in (
                    {"<resource> lacks <mimeType>"},
                    {"The polygon has 0 points; at least 4 are needed"},
                ), path
    assert written >= 9


def test_a_message_with_an_error_is_refused_by_its_rule() -> None:
    for path, _, _ in messages():
        alert = parse(path.read_bytes()).alert
        errors = {each.rule for each in check(alert) if each.severity == "error"} if alert is not None else set()
        if alert is not None and errors:
            with pytest.raises(Refused) as refusal:
                write(alert)
            assert any(rule in str(refusal.value) for rule in errors), path


def leaves(raw: bytes) -> list[tuple[str, str]]:
    """Return each CAP element that holds text, with what was written in it as far as spelling does not matter."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(raw, parser)
    held = [(etree.QName(element).localname, element) for element in root.iter(f"{{{etree.QName(root).namespace}}}*")]
    return [
        (name, plain(name, element.text or ""))
        for name, element in held
        if len(element) == 0 and kept(name, element.text)
    ]


def kept(name: str, text: str | None) -> bool:
    return bool(text) or name not in {"references", "addresses", "incidents", "language"}


def plain(name: str, text: str) -> str:
    if name in {"polygon", "circle", "altitude", "ceiling"}:
        return repr([float(number) for number in text.replace(",", " ").split()])
    if name in {"sent", "effective", "onset", "expires", "references"}:
        return " ".join(text.replace("+00:00", "-00:00").split())
    return " ".join(text.split()) if name in {"language", "web", "uri", "addresses", "incidents"} else text
