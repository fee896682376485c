"""What strangers send: what is read over, what is refused and by which rule, and that no trick costs much."""

import math
import resource
import sys
import time
from datetime import timedelta

import pytest
from lxml import etree

from tests.cap import alerts as town
from tests.corpus import corpus
from tocsin.basis.errors import Refused
from tocsin.cap import check, read, write, write_ours
from tocsin.cap.model import Ring
from tocsin.cap.problem import MAX_PROBLEMS
from tocsin.cap.read import MANY, MAX_POINTS
from tocsin.cap.values import polygon
from tocsin.cap.xml import HEAD, MAX_DEPTH, SMALL, StopError, parsed, signing_parser

RAW = write(town.alert(infos=(town.INFO,)))


def swap(old: str, new: str) -> bytes:
    assert old in RAW.decode()
    return RAW.decode().replace(old, new, 1).encode()


def before_info(xml: str) -> bytes:
    return swap("<info>", f"{xml}<info>")


SAME = [
    pytest.param(swap("<info>", "<!-- a comment --><info>"), id="a comment"),
    pytest.param(swap("<event>Flood", "<event>Fl<!-- a comment -->ood"), id="a comment within a text"),
    pytest.param(swap("<event>Flood", "<event><?go now?>Flood"), id="a processing instruction"),
    pytest.param(swap("<event>Flood", "<event><![CDATA[Flood]]>"), id="CDATA"),
    pytest.param(swap("<event>Flood", "<event>&#70;lood"), id="a character by number"),
    pytest.param(swap("  <info>", "\n\t<info>"), id="white space between elements"),
    pytest.param(before_info("<references/><incidents/>"), id="empty lists"),
    pytest.param(swap("18:00:00-00:00", "18:00:00+00:00"), id="UTC as +00:00"),
    pytest.param(swap("2024-03-07T18:00:00-00:00", "\n2024-03-07T18:00:00-00:00 "), id="white space around a moment"),
    pytest.param(
        swap("2024-03-09T18:00:00-00:00", "2024-03-08T24:00:00-06:00").replace(b"08T24", b"09T12"), id="an offset"
    ),
    pytest.param(swap("55.0,37.0 ", "+55,37. \n\t "), id="numbers in other clothes"),
    pytest.param(RAW.decode().replace("<?xml version='1.0' encoding='UTF-8'?>", "").encode("utf-16"), id="UTF-16"),
    pytest.param(b"\xef\xbb\xbf" + RAW, id="a byte order mark"),
    pytest.param(
        RAW.replace(b"<", b"<c:").replace(b"<c:/", b"</c:").replace(b"<c:?", b"<?").replace(b"xmlns=", b"xmlns:c="),
        id="a prefix",
    ),
    pytest.param(
        swap("<alert ", '<alert xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a b" '),
        id="a hint at a schema",
    ),
]

REFUSED = [
    pytest.param(b"", "xml", id="nothing"),
    pytest.param(b"\xff\xfe", "xml", id="next to nothing"),
    pytest.param(b"Run!", "xml", id="not XML"),
    pytest.param(RAW[:-20], "xml", id="cut short"),
    pytest.param(swap("<event>Flood", "<event>&nbsp;"), "xml", id="an entity of HTML"),
    pytest.param(swap("<alert ", "<!DOCTYPE alert><alert "), "xml", id="a DOCTYPE that says nothing"),
    pytest.param(swap("'UTF-8'", "'UTF-7'"), "xml", id="an encoding that hides its tags"),
    pytest.param(
        swap(" encoding='UTF-8'?>", f"{' ' * HEAD} encoding='UTF-7'?>"), "xml", id="an encoding named where none looks"
    ),
    pytest.param(RAW.decode().encode("cp037"), "xml", id="EBCDIC"),
    pytest.param(swap("'UTF-8'", "'klingon'"), "xml", id="an encoding nobody knows"),
    pytest.param(b"<a>" * 300 + b"</a>" * 300, "limit", id="far too deep"),
    pytest.param(b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "limit", id="too deep"),
    pytest.param(b"<a " + b" ".join(b'a%d=""' % n for n in range(20_001)) + b"/>", "limit", id="too many attributes"),
    pytest.param(
        b"<a " + b" ".join(b'xmlns:a%d="b"' % n for n in range(1_001)) + b"/>", "limit", id="too many namespaces"
    ),
    pytest.param(swap("55.0,37.0 ", "55.0,37.0 " * (MAX_POINTS + 1)), "limit", id="too many points in its polygons"),
    pytest.param(b"<a>" + b" " * SMALL.bytes + b"</a>", "limit", id="too long"),
    pytest.param(b"<a>" + b"<b/>" * SMALL.tags + b"</a>", "limit", id="too many tags"),
    pytest.param(swap("emergency:cap:1.2", "emergency:cap:1.3"), "xsd", id="a CAP of the future"),
    pytest.param(swap("<identifier>town-1<", "<identifier><"), "cap-3.2.1-identifier", id="no identifier in it"),
    pytest.param(swap("<sent>2024-03-07T18:00:00-00:00</sent>", ""), "cap-3.2.1-sent", id="not sent"),
    pytest.param(b"<alert/>", "xsd", id="an alert of no namespace"),
    pytest.param(swap("<sender>desk@town.example</sender>", ""), "xsd", id="no sender"),
    pytest.param(swap("18:00:00-00:00", "18:00:00Z"), "cap-3.3.2-datetime", id="a moment with Z"),
    pytest.param(swap("18:00:00-00:00", "18:00:00"), "cap-3.3.2-datetime", id="a moment without an offset"),
    pytest.param(swap("18:00:00-00:00", "18:00:00.5-00:00"), "cap-3.3.2-datetime", id="a part of a second"),
    pytest.param(swap("18:00:00-00:00", "18:00:00-14:01"), "xsd", id="an offset too far"),
    pytest.param(swap("2024-03-07T", "2024-02-30T"), "xsd", id="a day that never was"),
    pytest.param(swap("2024-03-07T18", "9999-12-31T24"), "cap-3.3.2-datetime", id="the midnight after the last day"),
]

DEFECTS = [
    pytest.param(before_info("<source>a</source>"), "xsd", id="an element out of its order"),
    pytest.param(before_info("<note>a</note><note>b</note>"), "xsd", id="an element twice"),
    pytest.param(before_info("<password>a</password>"), "xsd", id="an element of an older version"),
    pytest.param(before_info('<x xmlns="urn:x"/>'), "xsd", id="an element of a stranger"),
    pytest.param(before_info("stray words"), "xsd", id="text between elements"),
    pytest.param(before_info("\u00a0"), "xsd", id="a no-break space between elements"),
    pytest.param(swap("<event>Flood", "<event><b>Flood</b>"), "xsd", id="markup within a text"),
    pytest.param(swap("<event>", '<event lang="en">'), "xsd", id="an attribute"),
    pytest.param(swap(">Exercise<", ">exercise<"), "xsd", id="a word in small letters"),
    pytest.param(swap(">Exercise<", "> Exercise <"), "xsd", id="a word with spaces"),
    pytest.param(swap("<language>en", "<language>en_GB"), "cap-3.2.2-language", id="a language that is no tag"),
    pytest.param(before_info("<references>a,b</references>"), "cap-3.2.1-references", id="a reference of two parts"),
    pytest.param(
        before_info("<references>a,b,now</references>"), "cap-3.2.1-references", id="a reference to no moment"
    ),
    pytest.param(swap("55.0,37.0 ", "55.0, 37.0 "), "cap-3.2.4-polygon", id="a space within a pair"),
    pytest.param(swap("55.0,37.0 ", "5_5,37.0 "), "cap-3.2.4-polygon", id="a number only Python reads"),
    pytest.param(swap("55.0,37.0 ", "nan,37.0 "), "cap-3.2.4-polygon", id="not a number"),
    pytest.param(
        swap("</polygon>", "</polygon><circle>1,2</circle>"), "cap-3.2.4-circle", id="a circle without a radius"
    ),
    pytest.param(swap("</polygon>", "</polygon><altitude>1e3</altitude>"), "xsd", id="an altitude with an exponent"),
]


@pytest.mark.parametrize("raw", SAME)
def test_another_spelling_of_the_same_alert_is_the_same_alert(raw: bytes) -> None:
    assert raw != RAW
    assert read(raw) == read(RAW)


@pytest.mark.parametrize(("raw", "rule"), REFUSED)
def test_what_cannot_be_read_is_refused_by_name(raw: bytes, rule: str) -> None:
    problems = check(raw)
    assert rule in {problem.rule for problem in problems if problem.severity == "error"}
    with pytest.raises(Refused, match="cannot be read as CAP"):
        read(raw)


def test_a_doctype_is_seen_in_an_encoding_that_hides_it() -> None:
    raw = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE alert+AD4-<alert/>'
    with pytest.raises(StopError, match="DOCTYPE"):
        parsed(raw, signing_parser())


def test_where_the_schema_itself_fails_the_message_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def validate(self, _: object) -> bool:
            raise etree.XMLSchemaValidateError("Internal error")

    monkeypatch.setattr(sys.modules["tocsin.cap.read"], "schema_of", lambda _: Failing())
    assert [(problem.rule, problem.severity) for problem in check(RAW)] == [("xml", "error")]


@pytest.mark.parametrize(("raw", "rule"), DEFECTS)
def test_what_is_wrong_is_read_and_named(raw: bytes, rule: str) -> None:
    assert rule in {problem.rule for problem in check(raw) if problem.severity == "error"}
    assert read(raw).reference == read(RAW).reference


def test_midnight_at_the_end_of_a_day_is_the_next_day() -> None:
    assert read(swap("2024-03-07T18:00:00-00:00", "2024-03-07T24:00:00-00:00")).sent == town.SENT + timedelta(hours=6)


def test_plus_zero_is_noticed_but_read() -> None:
    [problem] = check(swap("18:00:00-00:00", "18:00:00+00:00"))
    assert (problem.rule, problem.severity, problem.where) == ("cap-3.3.2-datetime", "warning", "alert/sent")


def test_all_problems_are_told_at_once_each_with_its_place() -> None:
    raw = swap(">Exercise<", ">Practice<").replace(b"<event>Flood</event>", b"").replace(b">Met<", b">Water<")
    assert [problem.where for problem in check(raw)] == ["alert/status", "alert/info[1]/category[1]", "alert/info[1]"]


def test_a_message_wrong_all_through_is_told_of_briefly() -> None:
    problems = check(before_info("<x/>" * 5_000))
    assert len(problems) == MAX_PROBLEMS


def test_a_very_large_message_is_judged_as_a_small_one_is() -> None:
    areas = "<area><areaDesc>a</areaDesc></area>" * MANY
    large = swap("</info>", f"{areas}</info>")
    assert check(large) == []
    assert len(read(large).infos[0].areas) == MANY + 1
    worse = check(large.replace(b"<event>Flood</event>", b""))
    assert [(problem.rule, problem.where) for problem in worse] == [("xsd", "alert/info[1]")]
    address = check(
        swap("</headline>", "</headline><web>http://[</web>").replace(b"</info>", f"{areas}</info>".encode())
    )
    assert {problem.rule for problem in address} == {"xsd", "cap-3.2.2-web"}


def test_lists_keep_names_with_spaces_in_quotes() -> None:
    alert = read(before_info('<addresses>deputy "the miller"\n""</addresses>'))
    assert alert.addresses == ("deputy", "the miller", "")
    assert read(write(alert)).addresses == alert.addresses


def test_an_unclosed_quote_is_kept_and_told() -> None:
    raw = before_info('<addresses>"the miller</addresses>')
    assert read(raw).addresses == ('"the', "miller")
    assert [problem.rule for problem in check(raw)] == ["cap-3.2.1-addresses"]


def test_a_signature_is_kept_and_written_as_it_was_read() -> None:
    raw = swap("</alert>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><x/></Signature></alert>')
    alert = read(raw)
    assert len(alert.signatures) == 1
    assert "<x></x>" in alert.signatures[0]
    assert read(write(alert)) == alert
    with pytest.raises(Refused, match=r"cap-3\.3\.4\.1-signature"):
        write_ours(alert)


ATTACKS = ["cyclic.xml", "dtd.xml", "external.xml", "external_file.xml", "quadratic.xml", "xmlbomb.xml", "xmlbomb2.xml"]


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_by_document_type_is_refused_cheaply(name: str) -> None:
    raw = corpus("record", "xml-attacks", name).read_bytes()
    before, peak = time.thread_time(), peak_kib()
    with pytest.raises(Refused, match=r"\(xml, at alert\)"):
        read(raw)
    assert time.thread_time() - before < 2
    assert peak_kib() - peak < 50_000


def peak_kib() -> int:
    # The parser's memory is outside Python's own counting.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_no_attack_of_the_collection_is_left_out() -> None:
    folder = corpus("record", "xml-attacks")
    with_doctype = sorted(file.name for file in folder.glob("*.xml") if b"<!DOCTYPE" in file.read_bytes())
    assert with_doctype == ATTACKS


@pytest.mark.parametrize(
    ("text", "ring"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param(" 1,2 3,4\n-5.25,6e1\t", ((1, 2), (3, 4), (-5.25, 60)), id="pairs, with white space around"),
        pytest.param("1,2  3,4", ((1, 2), (3, 4)), id="two blanks between"),
        pytest.param("+1,.5 05,6.", ((1, 0.5), (5, 6)), id="numbers as JSON has none"),
        pytest.param("1e999,0 0,0", ((math.inf, 0), (0, 0)), id="a number beyond all"),
        pytest.param("1,2],[3,4", None, id="brackets"),
        pytest.param("1,\n2", None, id="a line within a pair"),
        pytest.param("1\r,2", None, id="a carriage return within a pair"),
        pytest.param("1,2,3", None, id="three numbers"),
        pytest.param("1,2 3", None, id="half a pair"),
        pytest.param("1,2\u00a03,4", None, id="white space of another kind"),
        pytest.param("null,2", None, id="a word"),
        pytest.param('"1",2', None, id="a quoted number"),
        pytest.param("1,\u0662", None, id="a digit of another script"),
    ],
)
def test_a_polygon_is_read_or_it_is_not_whatever_way_its_numbers_are_read(text: str, ring: Ring | None) -> None:
    if ring is None:
        with pytest.raises(ValueError, match="not a list of pairs"):
            polygon(text)
    else:
        assert polygon(text) == ring
        assert all(type(number) is float for point in polygon(text) for number in point)
