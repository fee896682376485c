"""No visible sentence escapes translation, and the template for translators is as the sources are."""

import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

import messages
import tocsin.locale as catalogues
from tests.words import bare, pseudo
from tocsin.basis.words import ENGLISH, N_
from tocsin.locale import languages, words_for
from tocsin.web.words import speak

ROOT = Path(__file__).parents[2]

PYTHON = """\
from tocsin.basis.words import N_, Words

LABELS = {"silent": N_("Silent since")}

def say(_: Words, people: int) -> str:
    # Translators: a heading
    return _("Alert for %(place)s", place="Moscow") + _.ngettext("%(n)s person", "%(n)s people", people)
"""
PAGE = """\
<title>{{ _("Cases") }}</title>
<p title="{{ _('How long ago') }}">
  {% trans who=who, n=n %}
    {{ who }} gave {{ n }} answer
  {% pluralize %}
    {{ who }} gave {{ n }} answers
  {% endtrans %}
</p>
"""


@pytest.fixture(name="sources")
def _sources(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "rooms.py").write_text(PYTHON)
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    return tmp_path


@pytest.fixture(name="template")
def _template(sources: Path) -> Path:
    template = sources / "tocsin.pot"
    template.write_bytes(messages.template(messages.collect(sources)))
    return template


def page(template: Path, source: str, **values: object) -> str:
    environment = speak(jinja2.Environment(autoescape=True), pseudo(template))
    return environment.from_string(source).render(**values)


def test_a_sentence_is_collected_from_python_and_from_a_page(template: Path) -> None:
    text = template.read_text()
    for sentence in ("Silent since", "Alert for %(place)s", "%(n)s people", "Cases", "How long ago"):
        assert f'"{sentence}"' in text
    assert 'msgid_plural "%(who)s gave %(n)s answers"' in text
    assert "#. a heading" in text


def test_a_template_for_translators_holds_no_date_and_no_line_number(template: Path) -> None:
    assert "Date" not in template.read_text()
    assert "#: rooms.py\n" in template.read_text()


def test_a_page_said_in_the_made_up_language_has_no_bare_sentence(template: Path) -> None:
    said = page(template, PAGE, who="<Ada>", n=2)
    assert "⟦&lt;Ada&gt; gave 2 answers⟧" in said
    assert bare(said) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("<p>Not marked</p>", ["Not marked"], id="a sentence that nobody marked"),
        pytest.param("<p>{{ _('Nobody collected me') }}</p>", ["Nobody collected me"], id="a sentence never collected"),
        pytest.param("<img alt='A map'>", ["A map"], id="a sentence in an attribute"),
        pytest.param("<p>{{ _('Cases') }} and more</p>", ["and more"], id="a tail behind a translated sentence"),
        pytest.param("<p><time>9 March</time> <b translate=no>Krasnogorsk</b> 12 %</p>", [], id="data is not ours"),
        pytest.param("<script>var words</script><style>p{color:red}</style>", [], id="what no person reads"),
    ],
)
def test_a_bare_sentence_is_found(template: Path, source: str, found: list[str]) -> None:
    assert bare(page(template, source)) == found


def test_english_needs_no_catalogue() -> None:
    assert words_for() is words_for("en-GB") is words_for("tlh", "en") is ENGLISH
    assert languages()[0] == "en"
    assert ENGLISH("%(share)s %% of %(all)s", share=40, all="them") == "40 % of them"
    assert ENGLISH.ngettext("%(n)s answer", "%(n)s answers", 1) == "1 answer"
    assert N_("Silent since") == "Silent since"


def test_a_stale_template_is_named(
    sources: Path, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "SOURCE", sources)
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    monkeypatch.setattr(messages, "TEMPLATE", template)
    assert messages.main(["--check"]) == 0
    (sources / "rooms.py").write_text(PYTHON.replace("Silent since", "Silent for"))
    assert messages.main(["--check"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert messages.main([]) == 0
    assert messages.main(["--check"]) == 0


def test_a_template_that_cannot_be_read_is_named_with_its_line(
    sources: Path, template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "SOURCE", sources)
    monkeypatch.setattr(messages, "TEMPLATE", template)
    (sources / "templates" / "page.html").write_text("<p>\n{% if open %}\n</p>\n")
    assert messages.main([]) == 1
    said = capsys.readouterr().err
    assert "page.html, line" in said
    assert said.count("\n") == 1


def test_a_language_is_compiled_from_its_po(sources: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sources / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "tocsin.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Cases"\nmsgstr "Dossiers"\n'
    )
    (folder / "tocsin.mo").write_bytes(messages.compiled(folder / "tocsin.po"))
    monkeypatch.setattr(catalogues, "_HERE", sources)
    catalogues.languages.cache_clear()
    catalogues.words_for.cache_clear()
    try:
        french = words_for("fr-CA", "en")
        assert (french.language, french("Cases"), french("Silent since")) == ("fr", "Dossiers", "Silent since")
    finally:
        catalogues.languages.cache_clear()
        catalogues.words_for.cache_clear()


def test_the_tool_refuses_what_it_does_not_know() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "messages.py"), "--no"], capture_output=True, check=False
    )
    assert done.returncode == 2
