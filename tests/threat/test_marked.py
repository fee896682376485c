"""Marking a case anew: what it asks for, and how far goes what stood at it before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.threat.cases import NOW, case, then
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound, Mark
from tocsin.threat import casework
from tocsin.threat.assess import assess
from tocsin.threat.facts import Confidence
from tocsin.threat.indicators import Indicator, Observed, list_indicators, note_indicator
from tocsin.threat.joined import ThreatTookIn
from tocsin.threat.marked import as_read, as_stands, bound_now, bound_since, bound_then, mark_anew, refuse_apart
from tocsin.threat.merge import as_one
from tocsin.threat.state import Threat

HOUR = timedelta(hours=1)
GREEN, AMBER, STRICT, RED = Mark.GREEN, Mark.AMBER, Mark.AMBER_STRICT, Mark.RED


def marked(threat: Threat, mark: Mark, *readers: Id, at: datetime = NOW, **more: Any) -> Threat:
    said = {"by": "owner", "why": "They asked us to", "now": at, **more}
    return then(threat, mark_anew(threat, mark, readers, **said))


def judged(threat: Threat, grounds: str, at: datetime) -> Threat:
    fact = assess(
        threat, likelihood=(0.2, 0.4), confidence=Confidence.LOW, grounds=grounds, why="It is Monday.", assessor="owner",
        reports=(), now=at,
    )  # fmt: skip
    return then(threat, fact)


@pytest.mark.parametrize(("before", "mark", "readers", "more", "says"), [
    pytest.param(AMBER, GREEN, (), {"why": " "}, "why", id="no reason is given"),
    pytest.param(AMBER, AMBER, (), {}, "Nothing was changed", id="it goes so far already"),
    pytest.param(RED, RED, ("ann",), {}, "Nothing was changed", id="it is read by just these already"),
    pytest.param(AMBER, RED, ("ann",), {"by": "ben"}, "You would not see", id="RED, and whoever marks it is not named"),
    pytest.param(AMBER, RED, ("ann",), {"step": "ben"}, "next step", id="RED, and who has the next step is not named"),
    pytest.param(AMBER, RED, ("ann",), {"next_owner": "cleo"}, "next step", id="RED, and the step goes to one who is not named"),
    pytest.param(AMBER, GREEN, (), {}, None, id="laxer"),
    pytest.param(GREEN, STRICT, (), {"by": "ben"}, None, id="stricter, by another who may"),
    pytest.param(AMBER, RED, ("ann",), {}, None, id="RED, for its owner and a named reader"),
    pytest.param(AMBER, RED, ("ben",), {"step": "ben"}, None, id="RED, and who has the next step is named"),
    pytest.param(AMBER, RED, (), {"step": "ben", "next_owner": "owner"}, None, id="RED, and the step goes to the owner"),
    pytest.param(AMBER, RED, ("owner",), {"owner": "ann"}, None, id="RED, with another owner, who has the step then"),
    pytest.param(RED, RED, ("ann", "ben"), {}, None, id="RED as before, with one reader more"),
    pytest.param(AMBER, AMBER, (), {"owner": "ann"}, None, id="the same mark, and another owner"),
])  # fmt: skip
def test_what_marking_a_case_anew_asks_for(
    before: Mark, mark: Mark, readers: Sequence[Id], more: dict[str, Any], says: str | None
) -> None:
    threat = case(mark=before, readers=("ann",), next_owner=more.get("step"))
    said = {"by": "owner", "why": "They asked us to", "now": NOW, **more}
    said.pop("step", None)
    if says is not None:
        with pytest.raises(Refused, match=says):
            mark_anew(threat, mark, readers, **said)
        return
    stands = then(threat, mark_anew(threat, mark, readers, **said))
    assert stands.mark is mark
    assert stands.readers == (tuple(readers) if mark is RED else ())
    assert stands.owner == more.get("owner", "owner")
    assert [one.mark for one in stands.markings] == [before, mark]
    assert stands.next_step is not None
    if mark is RED:
        assert stands.next_step.owner in {stands.owner, *stands.readers}


def test_what_is_over_or_part_of_another_is_marked_all_the_same() -> None:
    over = then(case(), casework.close(case(), "owner", "It was a film", NOW))
    assert marked(over, RED).mark is RED


@pytest.mark.parametrize(("one", "into", "fits"), [
    pytest.param((GREEN,), (AMBER,), True, id="the one in it goes further"),
    pytest.param((AMBER,), (AMBER,), True, id="both go as far"),
    pytest.param((STRICT,), (AMBER,), False, id="the one in it goes less far"),
    pytest.param((RED, "ann", "ben"), (RED, "ann"), True, id="RED, and whoever reads the whole reads the part"),
    pytest.param((RED, "ann"), (RED, "ann", "ben"), False, id="RED, and one reads the whole who may not read the part"),
    pytest.param((AMBER,), (RED, "ann"), True, id="only the whole is RED"),
])  # fmt: skip
def test_a_case_shows_another_to_nobody_who_may_not_read_it(
    one: tuple[Any, ...], into: tuple[Any, ...], fits: bool
) -> None:
    part = marked(case("part", mark=Mark.CLEAR), *one)
    whole = marked(case("whole", mark=Mark.CLEAR), *into)
    for said in ((part, whole, ()), (whole, None, (part,))):
        if fits:
            refuse_apart(*said)
        else:
            with pytest.raises(Refused, match="Mark that one first"):
                refuse_apart(*said)


def told() -> Threat:
    """Return a case that was RED for two people, and is GREEN: with what stood before, and what stands."""
    threat = case(mark=RED, readers=("ann",))
    listed = list_indicators(
        threat.checklist, "case", [Indicator(key="lamps", words="Lamps are bought")], "", "owner", NOW
    )
    assert listed is not None
    threat = judged(judged(then(threat, listed), "The first", NOW), "The second", NOW + HOUR)
    for words in ("Which day?", "Which hall?"):
        threat = then(threat, casework.raise_question(threat, words, words, "owner", NOW))
    threat = then(
        threat, casework.close_question(threat, "Which day?", "The ferryman says Friday", "owner", NOW + HOUR)
    )
    for words in ("At the gate", "At the door"):
        at = NOW + HOUR
        noted = note_indicator(
            threat.checklist, "case", "lamps", Observed.OBSERVED, as_of=at, words=words, by="owner", now=at
        )
        threat = then(threat, noted)
    return marked(threat, GREEN, at=NOW + 2 * HOUR)


def words_of(threat: Threat) -> tuple[list[str], ...]:
    notes = [note.words for one in threat.checklist.watched for note in one.notes]
    return [one.grounds for one in threat.assessments], [one.words for one in threat.questions], notes


def test_what_stands_goes_along_and_what_stood_before_stays_as_strict_as_it_was() -> None:
    threat = told()
    assert words_of(as_stands(threat)) == (["The second"], ["Which hall?"], ["At the door"])
    assert [one.mark for one in as_stands(threat).markings] == [GREEN]
    reads: set[Bound] = {Bound(mark=RED, named=frozenset({"owner", "ann"})), Bound(mark=GREEN)}
    assert as_read(threat, reads.__contains__) == threat
    later = judged(threat, "The third", NOW + 3 * HOUR)
    assert words_of(as_stands(later))[0] == ["The second", "The third"], "it stood when the case was made laxer"


def test_what_was_said_at_a_laxer_mark_before_goes_as_far_as_then() -> None:
    threat = judged(judged(case(mark=GREEN), "The first", NOW), "The second", NOW + HOUR)
    threat = marked(threat, RED, at=NOW + 2 * HOUR)
    threat = judged(threat, "The third", NOW + 3 * HOUR)
    threat = marked(threat, GREEN, at=NOW + 4 * HOUR)
    threat = judged(threat, "The fourth", NOW + 5 * HOUR)
    assert words_of(as_stands(threat))[0] == ["The first", "The third", "The fourth"]
    assert bound_then(threat, NOW + HOUR) == Bound(mark=GREEN)
    assert bound_then(threat, NOW + 3 * HOUR) == Bound(mark=RED, named=frozenset({"owner"}))


def test_what_was_said_at_the_moment_of_the_marking_goes_as_far_as_both_times_let_it() -> None:
    threat = judged(marked(judged(case(mark=AMBER), "The first", NOW), RED, at=NOW), "The second", NOW)
    threat = marked(threat, GREEN, at=NOW + HOUR)
    assert bound_then(threat, NOW).mark is RED
    assert words_of(as_stands(threat))[0] == ["The second"]


def test_what_was_written_over_goes_no_further_than_at_any_time_since() -> None:
    threat = marked(marked(case(mark=GREEN), RED, at=NOW + HOUR), AMBER, at=NOW + 2 * HOUR)
    assert bound_since(threat, NOW).mark is RED
    assert bound_since(threat, NOW + 3 * HOUR) == bound_now(threat)


def test_who_is_named_later_reads_nothing_that_stood_before_they_were() -> None:
    threat = judged(judged(case(mark=RED), "The first", NOW), "The second", NOW + HOUR)
    threat = marked(threat, RED, "ann", at=NOW + 2 * HOUR)
    assert words_of(as_read(threat, lambda bound: "ann" in bound.named))[0] == ["The second"]
    assert words_of(as_read(threat, lambda bound: "owner" in bound.named))[0] == ["The first", "The second"]


def test_who_got_the_case_while_it_was_red_has_read_what_stood_then() -> None:
    threat = judged(judged(case(mark=RED), "The first", NOW), "The second", NOW + HOUR)
    threat = then(threat, casework.hand_over(threat, "ann", "owner", "On leave", NOW + HOUR))
    threat = marked(threat, GREEN, at=NOW + 2 * HOUR, by="ann")
    assert bound_then(threat, NOW + HOUR).named == {"ann"}


def test_what_was_found_out_before_is_not_told_by_a_case_that_took_it_in() -> None:
    there = {"case": told()}
    took_in = ThreatTookIn(subject="whole", occurred_at=NOW, other="case", by="owner", why="The same")
    whole = as_one(then(case("whole", mark=GREEN), took_in), there.get)
    assert [one.words for one in whole.questions] == ["Which hall?"]


def test_a_case_that_was_never_marked_anew_is_shown_as_it_is() -> None:
    threat = judged(judged(case(mark=RED), "The first", NOW), "The second", NOW + HOUR)
    assert as_read(threat, lambda _bound: False) is threat
