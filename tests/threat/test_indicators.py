"""Indicators: dated, with what they rest on; one that is newly met asks for the threat to be judged again."""

from datetime import timedelta

import pytest

from tests.threat.cases import NOW, case, then
from tocsin.basis.errors import Refused
from tocsin.threat.assess import assess
from tocsin.threat.checklists import CHECKLISTS
from tocsin.threat.facts import Confidence
from tocsin.threat.indicators import Basis, Indicator, Observed, list_indicators, note_indicator
from tocsin.threat.particulars import ThreatKind
from tocsin.threat.state import Threat

SEEN, NOT_SEEN, UNKNOWN = Observed.OBSERVED, Observed.NOT_OBSERVED, Observed.UNKNOWN


def listed(threat: Threat, *keys: str) -> Threat:
    fact = list_indicators(
        threat.checklist, threat.id, [Indicator(key=key, words=f"{key} is seen") for key in keys], "", "ann", NOW
    )
    assert fact is not None
    return then(threat, fact)


def noted(threat: Threat, key: str, stands: Observed, words: str = "In the report") -> Threat:
    return then(
        threat, note_indicator(threat.checklist, threat.id, key, stands, as_of=NOW, words=words, by="ann", now=NOW)
    )


def judged(threat: Threat) -> Threat:
    return then(
        threat,
        assess(
            threat,
            likelihood=(0.2, 0.4),
            confidence=Confidence.LOW,
            grounds="Seen",
            why="",
            assessor="ann",
            reports=(),
            now=NOW,
        ),
    )


@pytest.mark.parametrize(
    ("before", "now", "asks"),
    [
        pytest.param([], SEEN, True, id="never looked at, now observed"),
        pytest.param([UNKNOWN], SEEN, True, id="unknown, now observed"),
        pytest.param([NOT_SEEN], SEEN, True, id="not observed, now observed"),
        pytest.param([SEEN, NOT_SEEN], SEEN, True, id="observed once more after it had ceased"),
        pytest.param([SEEN], SEEN, False, id="observed still"),
        pytest.param([], NOT_SEEN, False, id="looked for and not observed"),
        pytest.param([SEEN], NOT_SEEN, False, id="observed no more"),
        pytest.param([], UNKNOWN, False, id="unknown"),
    ],
)
def test_what_is_newly_met_asks_for_the_threat_to_be_judged_again(
    before: list[Observed], now: Observed, asks: bool
) -> None:
    threat = listed(case(), "maps")
    for stands in before:
        threat = noted(threat, "maps", stands)
    threat = noted(judged(threat), "maps", now)
    assert threat.checklist.met == (("maps",) if asks else ())
    assert (threat.checklist.met_at is not None) is asks
    assert judged(threat).checklist.met == ()


def test_what_turned_out_not_to_be_seen_asks_for_nothing() -> None:
    threat = noted(noted(listed(case(), "maps", "arms"), "maps", SEEN), "arms", SEEN)
    threat = noted(threat, "maps", NOT_SEEN)
    assert threat.checklist.met == ("arms",)
    assert noted(threat, "arms", UNKNOWN).checklist.met_at is None


def test_every_observation_is_kept_with_its_date_and_what_it_rests_on() -> None:
    threat = listed(case(), "maps")
    as_of = NOW - timedelta(days=3)
    basis = (Basis(item="report", claim=1), Basis(item="incident"))
    fact = note_indicator(
        threat.checklist, threat.id, "maps", SEEN, as_of=as_of, basis=basis, words="", by="ann", now=NOW
    )
    threat = noted(then(threat, fact), "maps", UNKNOWN)
    watched = threat.checklist.find("maps")
    assert watched is not None
    assert [(one.stands, one.as_of, one.basis) for one in watched.notes] == [(SEEN, as_of, basis), (UNKNOWN, NOW, ())]
    assert watched.stands is UNKNOWN


def late(threat: Threat, stands: Observed, days: int, by: str = "ben") -> Threat:
    """Note how the maps stood so many days ago."""
    as_of = NOW - timedelta(days=days)
    fact = note_indicator(
        threat.checklist, threat.id, "maps", stands, as_of=as_of, words="In the diary", by=by, now=NOW
    )
    return then(threat, fact)


@pytest.mark.parametrize(
    ("first", "then_late", "asks"),
    [
        pytest.param(SEEN, NOT_SEEN, True, id="it was not seen three days before"),
        pytest.param(NOT_SEEN, SEEN, False, id="it was seen three days before"),
    ],
)
def test_a_late_note_of_an_earlier_moment_is_kept_and_the_newer_one_stands(
    first: Observed, then_late: Observed, asks: bool
) -> None:
    threat = late(noted(listed(case(), "maps"), "maps", first), then_late, 3)
    watched = threat.checklist.find("maps")
    assert watched is not None
    assert watched.latest is not None
    assert (watched.stands, watched.latest.as_of, watched.latest.by) == (first, NOW, "ann")
    assert [one.stands for one in watched.notes] == [first, then_late]
    assert (threat.checklist.met == ("maps",)) is asks
    assert (threat.checklist.met_at is not None) is asks


def test_of_several_late_notes_none_stands_and_what_is_newer_again_does() -> None:
    threat = late(late(noted(listed(case(), "maps"), "maps", UNKNOWN), SEEN, 3), SEEN, 2)
    assert threat.checklist.met == ()
    threat = noted(threat, "maps", NOT_SEEN)  # of the same moment, what is said last stands
    watched = threat.checklist.find("maps")
    assert watched is not None
    assert (watched.stands, len(watched.notes)) == (NOT_SEEN, 4)


@pytest.mark.parametrize(
    ("key", "stands", "days", "words", "sentence"),
    [
        pytest.param("other", SEEN, 0, "There", "no indicator", id="one that is not on the list"),
        pytest.param("maps", SEEN, 1, "There", "still to come", id="seen tomorrow"),
        pytest.param("maps", SEEN, 0, " ", "Say where", id="seen nowhere"),
    ],
)
def test_what_cannot_be_said_of_an_indicator(key: str, stands: Observed, days: int, words: str, sentence: str) -> None:
    threat, as_of = listed(case(), "maps"), NOW + timedelta(days=days)
    with pytest.raises(Refused, match=sentence):
        note_indicator(threat.checklist, threat.id, key, stands, as_of=as_of, words=words, by="ann", now=NOW)


@pytest.mark.parametrize("kind", ThreatKind)
def test_each_kind_of_threat_has_a_checklist_that_can_be_put_on_a_case(kind: ThreatKind) -> None:
    threat = case()
    fact = list_indicators(threat.checklist, threat.id, CHECKLISTS[kind], kind.value, "ann", NOW)
    assert fact is not None
    assert len(fact.indicators) == len(CHECKLISTS[kind]) >= 7
    again = then(threat, fact)
    assert list_indicators(again.checklist, again.id, CHECKLISTS[kind], kind.value, "ann", NOW) is None


def test_an_indicator_that_says_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="what would be seen"):
        list_indicators(case().checklist, "case", [Indicator(key="x", words=" ")], "", "ann", NOW)
