"""Real messages that nobody here wrote: our verdict on their structure is the schema's, and nothing of them is lost."""

import csv
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from tests.cap.alerts import schema
from tests.corpus import corpus
from tocsin.basis.errors import Refused
from tocsin.cap import Alert, check, read, write
from tocsin.cap.read import parse

# What a reader of the schema alone cannot see.
STRUCTURE = {"xml", "limit", "version", "xsd"}


def messages() -> list[tuple[Path, bool]]:
    """Return every single CAP 1.2 message and whether the collection calls it valid."""
    with corpus("cap", "MANIFEST.csv").open(newline="", encoding="utf-8") as manifest:
        rows = [row for row in csv.DictReader(manifest) if row["kind"] == "alert" and row["cap"] == "1.2"]
    return [(corpus("cap", row["path"]), row["xsd12"] == "valid") for row in rows]


def test_the_structure_is_judged_as_the_schema_judges_it() -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for path, listed in messages():
        raw = path.read_bytes()
        valid = schema().validate(etree.fromstring(raw, parser))
        assert valid == listed, path
        assert valid == (not any(problem.rule in STRUCTURE for problem in check(raw))), path


def test_every_valid_message_is_read_but_those_with_a_named_defect() -> None:
    refused = {path.name: parse(path.read_bytes())[1] for path, valid in messages() if valid and not readable(path)}
    read_whole = sum(valid and readable(path) for path, valid in messages())
    assert all({p.rule for p in problems} <= {"cap-3.2.4-polygon", "cap-3.2.4-circle"} for problems in refused.values())
    assert len(refused) <= 0.05 * read_whole, refused
    assert read_whole >= 90


def readable(path: Path) -> bool:
    return parse(path.read_bytes())[0] is not None


def test_a_message_that_is_read_is_written_the_same_unless_a_rule_forbids_it() -> None:
    written = 0
    for path, valid in messages():
        if not valid or not readable(path):
            continue
        # Writing a signed message anew would break its signature; here it is the rest that is compared.
        alert = msgspec.structs.replace(read(path.read_bytes()), signatures=())
        raw, refusal = attempt(alert)
        if raw is None:
            assert any(problem.rule in refusal for problem in check(alert)), path
            continue
        assert read(raw) == alert, path
        assert leaves(raw) == leaves(path.read_bytes()), path
        assert schema().validate(etree.fromstring(raw)), (path, schema().error_log)
        written += 1
    assert written >= 75


def attempt(alert: Alert) -> tuple[bytes | None, str]:
    try:
        return write(alert), ""
    except Refused as refusal:
        return None, str(refusal)


def leaves(raw: bytes) -> list[tuple[str, str]]:
    """Return each CAP element that holds text, with what was written in it as far as spelling does not matter."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(raw, parser)
    held = [
        (etree.QName(element).localname, element) for element in root.iter("{urn:oasis:names:tc:emergency:cap:1.2}*")
    ]
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


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        pytest.param("alphagov-emergency-alerts-api/WAINFLEET.xml", None, id="a sound message"),
        pytest.param(
            "alphagov-emergency-alerts-api/VALID_AREA_POLYGON.xml",
            "cap-3.2.4-polygon",
            id="an open polygon called valid",
        ),
        pytest.param(
            "alphagov-emergency-alerts-api/INVALID_AREA_WITH_INTERSECTIONS.xml",
            "cap-3.2.4-polygon",
            id="a crossed polygon",
        ),
        pytest.param(
            "wmo-im-capvalidator/tests/data/sc/invalid_digest.xml", "cap-3.3.4.1-signature", id="a signed one"
        ),
        pytest.param("google-cap-library/testdata/xee.cap", "xml", id="an entity from elsewhere"),
        pytest.param("google-cap-library/testdata/invalid.cap", "xsd", id="out of order"),
    ],
)
def test_a_known_message_gets_the_verdict_it_deserves(name: str, rule: str | None) -> None:
    rules = {problem.rule for problem in check(corpus("cap", *name.split("/")).read_bytes())}
    assert rule in rules if rule else rules == set()
