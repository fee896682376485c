"""A standing level: written by one, let out by another, delivered, answered, reviewed, replaced, withdrawn; and its past."""

from datetime import timedelta
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.flow.warning import advisory as flow
from tocsin.testing.town import Town
from tocsin.testing.town.warnings import SQUARE
from tocsin.warning.advisory import decide
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.advisory.place import strictest
from tocsin.warning.advisory.risk import Indicator, Risk
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.audience import Part, Within
from tocsin.warning.retraction import TakenBack

HERE = Part(within=(Within(own=True),))
IN = (51.05, 4.05)


def draft_of(town: Town, name: str) -> AdvisoryDraft:
    with town.app.store.look() as look:
        return look.get(AdvisoryDraft, town.id(name))


def in_force(town: Town, days_ago: float = 0) -> dict[tuple[str, str], int]:
    with town.app.store.look() as look:
        return {one.place: one.level for one in look.levels(town.now - timedelta(days=days_ago))}


def leap(town: Town, days: float) -> None:
    town.clock.advance(timedelta(days=days))
    town.work()


def told(town: Town, kind: str = "advisory") -> list[tuple[str, str]]:
    return [(call.to, call.message.subject) for call in town.lines.calls if call.message.kind == kind]


# ---- two pairs of eyes


def test_a_level_is_written_by_one_and_let_out_by_another(town: Town) -> None:
    town.person("Ann")
    name = town.drafts_level("FR", 3, persons=(town.id("Ann"),), why="The embassy asks for it.")
    town.work()
    assert told(town) == []
    assert in_force(town) == {}
    town.approves_level(name)
    assert told(town) == [("Ann", "Level 3 for France: Reconsider travel")]
    stands = town.advisory(name)
    assert (stands.author, stands.approver) == (town.watch_officer.id, town.duty_officer.id)
    assert stands.because == (Risk(indicator=Indicator.NATURAL_DISASTER, words="The river floods."),)
    assert draft_of(town, name).approved_at == town.now
    assert "embassy" not in repr(stands), "what is for the desk alone stands in no public row"


def test_nobody_who_wrote_at_a_draft_lets_it_out(town: Town) -> None:
    name = town.drafts_level("FR", 3, author=town.duty_officer.id)
    draft = draft_of(town, name)
    with pytest.raises(Refused, match="cannot approve it"):
        town.approves_level(name)
    town.drafts_level("FR", 3)  # another one, which changes nothing here
    flow.draft_advisory(
        town.house,
        town.draft_of_level(name, author=town.watch_officer.id, level=4),
        by=town.watch_officer.id,
        command="again",
        now=town.now,
    )
    assert draft_of(town, name).authors == (town.duty_officer.id, town.watch_officer.id)
    assert draft_of(town, name).level == 4
    with pytest.raises(Refused, match="cannot approve it"):
        town.approves_level(name)
    assert draft.level == 3


def test_a_draft_about_what_has_changed_since_is_looked_at_again(town: Town) -> None:
    first = town.drafts_level("FR", 2)
    second = town.drafts_level("FR", 4)
    town.approves_level(first)
    with pytest.raises(Refused, match="Another level was set"):
        town.approves_level(second)
    assert in_force(town) == {("FR", ""): 2}


@pytest.mark.parametrize("before", [None, 2], ids=["nothing stood", "a level stood"])
def test_of_two_drafts_approved_at_once_one_goes_out(
    town: Town, monkeypatch: pytest.MonkeyPatch, before: int | None
) -> None:
    if before is not None:
        town.sets_level("FR", before)
        leap(town, 1)
    first, second = town.drafts_level("FR", 4), town.drafts_level("FR", 1)
    approve = decide.approve_advisory

    def slowly(*args: Any, **named: Any) -> Any:
        monkeypatch.setattr(decide, "approve_advisory", approve)
        town.approves_level(first)
        return approve(*args, **named)

    monkeypatch.setattr(decide, "approve_advisory", slowly)
    with pytest.raises(Refused, match="Look again, then decide"):
        town.approves_level(second)
    assert in_force(town) == {("FR", ""): 4}
    assert draft_of(town, second).is_open


def test_a_draft_that_was_dropped_never_goes_out(town: Town) -> None:
    name = town.drafts_level("FR", 3)
    by = town.duty_officer.id
    with pytest.raises(Refused, match="Say why"):
        flow.drop_advisory(town.house, town.id(name), why=" ", by=by, command="drop", now=town.now)
    flow.drop_advisory(town.house, town.id(name), why="It was a rumour.", by=by, command="drop", now=town.now)
    assert draft_of(town, name).dropped_why == "It was a rumour."
    with pytest.raises(Refused, match="decided about already"):
        town.approves_level(name)


# ---- a change of level is a warning


def test_a_change_goes_to_whoever_is_there_up_and_down_and_says_so(town: Town) -> None:
    town.agrees(town.place(town.person("Ann"), IN))
    town.sets_level("BE", 2, audience=[HERE])
    leap(town, 1)
    town.sets_level("BE", 4, audience=[HERE])
    leap(town, 1)
    lower = town.sets_level("BE", 1, audience=[HERE])
    assert [subject.split(" for")[0] for _, subject in told(town)] == ["Level 2", "Level 4", "Level 1"]
    lines = [call.message.lines[0] for call in town.lines.calls if call.message.kind == "advisory"]
    assert lines[1:] == ["The level is raised from 2 to 4.", "The level is lowered from 4 to 1."]
    assert town.advisory(lower).previous_level == 4


def test_an_advisory_is_answered_and_the_answer_counts(town: Town) -> None:
    town.person("Ann")
    name = town.sets_level("FR", 4, persons=(town.id("Ann"),))
    town.answers("Ann", name, "safe")
    town.work()
    with town.app.store.look() as look:
        assert look.latest_answer(town.id(name), town.id("Ann")) is not None


def test_whoever_was_not_reached_before_the_next_level_hears_only_of_that(town: Town) -> None:
    town.person("Ann")
    ann = (town.id("Ann"),)
    town.lines.goes_down(times=2)
    town.sets_level("FR", 2, persons=ann)
    town.clock.advance(timedelta(seconds=1))
    town.sets_level("FR", 4, persons=ann)
    town.pass_time(hours=2)
    assert told(town) == [("Ann", "Level 4 for France: Do not travel")]


# ---- withdrawn


def test_a_level_that_is_withdrawn_holds_no_more_and_whoever_got_it_is_told(town: Town) -> None:
    town.person("Ann")
    town.person("Bell")
    name = town.sets_level("FR", 3, persons=(town.id("Ann"),))
    leap(town, 300)
    town.withdraws_level(name, "We have no office there any more.")
    assert told(town, "retraction") == [("Ann", "Withdrawn: our level for France")]
    said = town.phone("Ann").last_call.message.lines
    assert said[0] == "We have no office there any more."
    assert "That is no all-clear" in " ".join(said)
    assert in_force(town) == {}
    assert in_force(town, days_ago=1) == {("FR", ""): 3}
    assert town.watches(name, "deadline")[-1].settled_how == "withdrawn"
    with pytest.raises(Refused, match="taken back at"):
        town.withdraws_level(name, "Twice")
    after = town.sets_level("FR", 2)
    assert town.advisory(after).previous_level is None


def test_where_a_region_s_level_is_withdrawn_its_readers_are_told_which_of_the_country_holds(town: Town) -> None:
    town.person("Ann")
    town.sets_level("FR", 3, exercise=False)
    town.sets_level("BE", 2)
    coast = town.sets_level("FR", 4, region="The coast", persons=(town.id("Ann"),), exercise=False)
    town.withdraws_level(coast)
    assert "The level of the whole country holds there now: 3 of 4. That is no all-clear." in (
        town.phone("Ann").last_call.message.lines
    )
    hills = town.sets_level("BE", 3, region="The hills", persons=(town.id("Ann"),), exercise=False)
    town.withdraws_level(hills)
    assert "No level of ours holds there now. That is no all-clear." in town.phone("Ann").last_call.message.lines, (
        "that of the country was an exercise"
    )


def test_only_what_stands_is_withdrawn_and_only_with_words_by_a_duty_officer(town: Town) -> None:
    old = town.sets_level("FR", 3)
    leap(town, 1)
    new = town.sets_level("FR", 4)
    with pytest.raises(Refused, match="is not in force any more"):
        town.withdraws_level(old)
    with pytest.raises(Refused, match="Say in a sentence"):
        town.withdraws_level(new, " ")
    said = [TakenBack(language="", words="So.")]
    by = town.watch_officer.id
    with pytest.raises(Refused, match="for a duty officer"):
        flow.withdraw_advisory(town.house, town.id(new), said, by=by, command="w", now=town.now)
    draft = town.drafts_level("BE", 2)
    with pytest.raises(Refused, match="A draft is dropped instead"):
        town.withdraws_level(draft)


# ---- what held on any past day


def test_what_was_in_force_on_any_day_is_one_question(town: Town) -> None:
    town.sets_level("FR", 2)
    town.sets_level("FR", 4, region="The coast", polygon=SQUARE)
    leap(town, 10)
    town.sets_level("FR", 3)
    leap(town, 10)
    town.sets_level("FR", 1, effective_at=town.now + timedelta(days=5))
    assert in_force(town) == {("FR", ""): 3, ("FR", "The coast"): 4}
    leap(town, 6)
    assert in_force(town) == {("FR", ""): 1, ("FR", "The coast"): 4}
    assert in_force(town, days_ago=3) == {("FR", ""): 3, ("FR", "The coast"): 4}
    assert in_force(town, days_ago=20) == {("FR", ""): 2, ("FR", "The coast"): 4}
    assert in_force(town, days_ago=27) == {}


def test_a_level_that_was_planned_never_undoes_one_that_was_set_later(town: Town) -> None:
    town.sets_level("FR", 1, effective_at=town.now + timedelta(days=10))
    assert in_force(town) == {}
    leap(town, 2)
    town.sets_level("FR", 4)
    leap(town, 20)
    assert in_force(town) == {("FR", ""): 4}


def plans(town: Town) -> tuple[str, str]:
    """Set level 4 for a country, and plan level 2 for in 30 days."""
    real = town.sets_level("FR", 4)
    leap(town, 1)
    planned = town.sets_level("FR", 2, effective_at=town.now + timedelta(days=30))
    assert in_force(town) == {("FR", ""): 4}
    return real, planned


def test_a_plan_that_is_withdrawn_leaves_the_level_in_force_as_it_was(town: Town) -> None:
    _, planned = plans(town)
    leap(town, 1)
    town.withdraws_level(planned)
    assert in_force(town) == {("FR", ""): 4}
    leap(town, 40)
    assert in_force(town) == {("FR", ""): 4}
    with pytest.raises(Refused, match="taken back at"):
        town.withdraws_level(planned)
    after = town.sets_level("FR", 3)
    assert town.advisory(after).previous_level == 4


def test_a_level_in_force_is_withdrawn_though_another_is_planned(town: Town) -> None:
    real, _ = plans(town)
    town.withdraws_level(real)
    assert in_force(town) == {}
    leap(town, 31)
    assert in_force(town) == {("FR", ""): 2}


def test_a_level_changes_what_holds_when_it_takes_effect(town: Town) -> None:
    plans(town)
    now = town.sets_level("FR", 3)
    assert town.advisory(now).previous_level == 4
    first = town.sets_level("BE", 1, effective_at=town.now + timedelta(days=10))
    leap(town, 1)
    second = town.sets_level("BE", 3, effective_at=town.now + timedelta(days=20))
    assert (town.advisory(first).previous_level, town.advisory(second).previous_level) == (None, 1)
    leap(town, 15)
    assert in_force(town)["BE", ""] == 1


def test_an_exercise_never_replaces_what_is_meant(town: Town) -> None:
    meant = town.sets_level("FR", 4, exercise=False)
    leap(town, 1)
    played = town.sets_level("FR", 1, region="", exercise=True)
    assert in_force(town) == {("FR", ""): 4}
    assert town.advisory(played).previous_level is None
    leap(town, 1)
    town.withdraws_level(meant)
    assert in_force(town) == {("FR", ""): 1}
    leap(town, 1)
    town.sets_level("FR", 3, exercise=False)
    assert in_force(town) == {("FR", ""): 3}
    assert in_force(town, days_ago=2.5) == {("FR", ""): 4}


def test_in_a_region_with_a_stricter_level_the_stricter_one_wins(town: Town) -> None:
    town.sets_level("BE", 2)
    town.sets_level("BE", 4, region="The coast", polygon=SQUARE)
    town.sets_level("BE", 1, region="The hills")
    with town.app.store.look() as look:
        held = look.levels(town.now)

    def level(point: tuple[float, float] | None = None, region: str = "") -> int | None:
        won = strictest(held, "BE", point, region)
        return won.level if won else None

    assert level(IN) == 4
    assert level((50.0, 5.5)) == 2
    assert level() == 2
    assert level(region="the  COAST") == 4
    assert level(region="the hills") == 2
    assert strictest(held, "FR") is None


def test_a_region_is_the_same_however_it_is_spelt(town: Town) -> None:
    town.sets_level("FR", 4, region="The Coast")
    leap(town, 1)
    second = town.sets_level("FR", 2, region="  the   coast ")
    assert in_force(town) == {("FR", "The Coast"): 2}
    assert town.advisory(second).previous_level == 4


# ---- what cannot be


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        pytest.param({"country": "Upstream"}, "no country", id="a country that is none"),
        pytest.param({"country": "fr"}, "no country", id="small letters"),
        pytest.param({"level": 5}, "levels 1 to 4", id="level 5"),
        pytest.param({"level": 0}, "levels 1 to 4", id="level 0"),
        pytest.param({"risks": ()}, "gives no reason", id="no risk"),
        pytest.param({"risks": (Risk(indicator=Indicator.OTHER),)}, "does not say which", id="other, and nothing said"),
        pytest.param({"risks": (Risk(indicator=Indicator.CRIME),) * 2}, "twice", id="a risk twice"),
        pytest.param({"text": " "}, "summary", id="no summary"),
        pytest.param({"text": "x" * 60_000}, "too long", id="too long"),
        pytest.param({"polygon": SQUARE}, "does not name it", id="a region without a name"),
        pytest.param(
            {"region": "The coast", "polygon": SQUARE[:3]},
            "four or more points|at least four|four points",
            id="an open ring",
        ),
    ],
)
def test_what_nobody_could_approve_is_not_kept(town: Town, more: dict[str, Any], sentence: str) -> None:
    country, level = more.pop("country", "FR"), more.pop("level", 2)
    with pytest.raises(Refused, match=sentence):
        town.drafts_level(str(country), int(str(level)), **more)


@pytest.mark.parametrize(("days", "sentence"), [(-1, "before it holds"), (400, "over a year")])
def test_dates_that_make_no_sense_are_refused(town: Town, days: int, sentence: str) -> None:
    more: dict[str, Any] = {"review_at" if days < 0 else "effective_at": town.now + timedelta(days=days)}
    with pytest.raises(Refused, match=sentence):
        town.drafts_level("FR", 2, **({"review_at": None} | more))


def test_an_advisory_of_an_earlier_tocsin_stands_as_it_stood(town: Town) -> None:
    fact = AdvisoryIssued(
        subject=town.id("old"),
        occurred_at=town.now,
        country="BE",
        level=3,
        title="Belgium",
        text="Because of the water.",
        reasons=("disaster", "floods in the hills"),
        author=town.watch_officer.id,
        approver=town.duty_officer.id,
        review_at=town.now + timedelta(days=182),
        exercise=True,
    )
    town.app.store.commit([fact], at=town.now, by=town.duty_officer.id, command="old")
    town.work()
    with town.app.store.look() as look:
        (one,) = look.all(Advisory, country="BE")
    assert one.effective_at == one.issued_at
    assert [(risk.indicator.value, risk.words) for risk in one.because] == [
        ("natural_disaster", ""),
        ("other", "floods in the hills"),
    ]
    assert in_force(town) == {("BE", ""): 3}
