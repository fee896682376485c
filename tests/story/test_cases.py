"""A case has somebody who looks after it by a date, is rung about when they do not, and hears of what its host publishes."""

from datetime import datetime, timedelta
from itertools import pairwise, zip_longest
from typing import Any

import pytest
from msgspec.structs import replace

from tests.story.test_must_warn import asks, does, miller
from tocsin.answer.facts import Why
from tocsin.basis.errors import Refused, Stale
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.duty import must_warn
from tocsin.flow.duty.must_warn import Asked
from tocsin.flow.report import receive
from tocsin.flow.threat import cases, fitting, joining, observing, weigh
from tocsin.flow.threat.dates import JUDGE_WITHIN
from tocsin.flow.warning.deadlines import set_deadlines
from tocsin.report.facts import IncidentNoted
from tocsin.testing.town import Town
from tocsin.threat.casework import FIRST_STEP, LOOK_AGAIN, NEXT_LOOK
from tocsin.threat.checklists import CHECKLISTS
from tocsin.threat.facts import ActorKind, ActorListed, Bearing, Confidence, ThreatOpened
from tocsin.threat.indicators import Basis, Observed
from tocsin.threat.joined import ThreatMerged
from tocsin.threat.merge import Carried, as_one
from tocsin.threat.particulars import Method, Particulars, TargetClass, ThreatKind, Where
from tocsin.threat.state import Actor, Threat, fold_threat
from tocsin.warning.deadline.facts import DeadlineKind
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty


def case(town: Town, name: str = "") -> Threat:
    with town.app.store.look() as look:
        return look.get(Threat, town.id(name or town.case()))


def dates(town: Town, name: str = "") -> dict[DeadlineKind, Deadline]:
    with town.app.store.look() as look:
        return {one.deadline_kind: one for one in look.all(Deadline, warning=case(town, name).id, met_at=None)}


def opens(town: Town, name: str, *, actors: tuple[Id, ...] = (), **others: object) -> Threat:
    said = ThreatOpened(
        subject=town.id(name),
        occurred_at=town.now,
        title=name,
        zone="Europe/Brussels",
        owner=town.duty_officer.id,
        actors=actors,
        exercise=True,
        **others,  # type: ignore[arg-type]
    )
    weigh.open_threat(town.house, said, by=town.watch_officer.id, command=f"open:{name}", now=town.now)
    return case(town, name)


def steps(town: Town, what: str, owner: Id, by_when: datetime, name: str = "") -> None:
    command = town.name_next("step")
    threat = town.id(name or town.case())
    cases.set_next_step(town.house, threat, what, owner, by_when, by=owner, command=command, now=town.now)
    town.work()


def notes(town: Town, key: str, stands: Observed, *basis: Basis) -> None:
    observing.observe(
        town.house,
        town.id(town.case()),
        key,
        stands,
        as_of=town.now,
        basis=basis,
        words="Seen at the ford",
        by=town.watch_officer.id,
        command=town.name_next("observes"),
        now=town.now,
    )
    town.work()


def test_a_case_that_is_let_lie_rings_its_owner_and_then_everybody_on_duty(town: Town) -> None:
    town.case()
    step, date = case(town).next_step, dates(town)[DeadlineKind.NEXT_STEP]
    assert step is not None
    assert date.window.ends == step.by_when == town.now + LOOK_AGAIN
    assert town.watches("the bridge", Why.CASE.value) == []
    town.pass_time(hours=24 * 6 + 1)
    (asked,) = town.watches("the bridge", Why.CASE.value)
    assert [ring.to for ring in asked.rings] == [town.duty_officer.id]
    town.pass_time(hours=24)
    asked, missed = town.watches("the bridge", Why.CASE.value)
    assert asked.settled_how == "ran_out_undecided"
    town.pass_time(hours=5)
    missed = town.watches("the bridge", Why.CASE.value)[-1]
    assert {ring.to for ring in missed.rings} == {town.duty_officer.id, town.deputy.id}
    town.judges_likelihood(0.2, 0.4)
    town.work()
    assert all(one.settled_at for one in town.watches("the bridge", Why.CASE.value))
    step = case(town).next_step
    assert step is not None
    assert (step.what, step.by_when) == (NEXT_LOOK, town.now + LOOK_AGAIN)


def test_the_step_of_another_rings_them_first_and_the_owner_an_hour_later(town: Town) -> None:
    town.case()
    steps(town, "Ask the ferryman again", town.watch_officer.id, town.now + timedelta(hours=8))
    town.pass_time(hours=6, minutes=1)
    assert [ring.to for ring in town.watches("the bridge", Why.CASE.value)[-1].rings] == [town.watch_officer.id]
    town.pass_time(hours=3)
    rung = [ring.to for ring in town.watches("the bridge", Why.CASE.value)[-1].rings]
    assert rung[:2] == [town.watch_officer.id, town.duty_officer.id]
    steps(town, "Ask the miller", town.watch_officer.id, town.now + timedelta(days=1))
    assert all(one.settled_at for one in town.watches("the bridge", Why.CASE.value))


def test_a_step_that_a_person_set_is_not_done_by_judging_the_case(town: Town) -> None:
    town.case()
    steps(town, "Ask the ferryman again", town.watch_officer.id, town.now + timedelta(days=2))
    town.judges_likelihood(0.2, 0.4)
    step = case(town).next_step
    assert step is not None
    assert step.what == "Ask the ferryman again"


def test_an_indicator_that_is_newly_met_asks_for_the_next_estimate(town: Town) -> None:
    threat = town.id(town.case())
    observing.put_on_checklist(
        town.house,
        threat,
        CHECKLISTS[ThreatKind.SITE],
        checklist="attack_on_site",
        by=town.watch_officer.id,
        command="list",
        now=town.now,
    )
    heard = town.report("Somebody photographs the bridge")
    notes(town, "looked_over", Observed.OBSERVED, Basis(item=town.id(heard)))
    assert dates(town)[DeadlineKind.JUDGE_AGAIN].window.ends == town.now + JUDGE_WITHIN
    town.pass_time(hours=13)
    assert town.watches("the bridge", Why.CASE.value)[-1].rings
    town.judges_likelihood(0.4, 0.6)
    town.work()
    assert DeadlineKind.JUDGE_AGAIN not in dates(town)
    assert all(one.settled_at for one in town.watches("the bridge", Why.CASE.value))
    with pytest.raises(Refused, match="claim 2"):
        notes(town, "looked_over", Observed.OBSERVED, Basis(item=town.id(heard), claim=1))
    with pytest.raises(Refused, match="neither a report"):
        notes(town, "looked_over", Observed.OBSERVED, Basis(item="nothing"))


def test_an_ended_case_rings_nobody_and_opened_again_has_a_date(town: Town) -> None:
    threat = town.id(town.case())
    by = town.duty_officer.id
    cases.close_case(town.house, threat, "It was a film", by=by, command="close", now=town.now)
    assert dates(town) == {}
    set_deadlines(town.house, town.now)
    assert dates(town) == {}
    town.pass_time(hours=24 * 8)
    assert town.watches("the bridge", Why.CASE.value) == []
    with pytest.raises(Refused, match="was ended"):
        steps(town, "Look", by, town.now + timedelta(days=1))
    cases.reopen_case(town.house, threat, "It was no film", by=by, command="again", now=town.now)
    assert dates(town)[DeadlineKind.NEXT_STEP].window.ends == town.now + LOOK_AGAIN


def test_a_case_is_not_ended_under_a_warning_that_holds(town: Town) -> None:
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller", hours=24)
    with pytest.raises(Refused, match="Decide about its window first"):
        cases.close_case(town.house, town.id(town.case()), "Enough", by=town.duty_officer.id, command="c", now=town.now)


def test_judging_what_became_of_it_ends_the_case(town: Town) -> None:
    town.case()
    town.is_judged()
    assert case(town).ended is not None
    assert dates(town) == {}


def test_a_case_of_an_earlier_tocsin_is_given_a_date(town: Town) -> None:
    opened = ThreatOpened(
        subject=town.id("old"), occurred_at=town.now, title="Old", zone="UTC", owner=town.duty_officer.id, exercise=True
    )
    town.app.store.commit([opened], at=town.now, by="tocsin", command="as it was")
    set_deadlines(town.house, town.now)
    step = case(town, "old").next_step
    assert step is not None
    assert dates(town, "old")[DeadlineKind.NEXT_STEP].window.ends == step.by_when
    set_deadlines(town.house, town.now)
    assert len(dates(town, "old")) == 1


def test_a_likely_case_of_an_earlier_tocsin_and_one_that_has_begun_are_asked_about(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("tocsin.flow.threat.dates.must_warn_by", lambda *_: None)
        town.judges_likelihood(0.90, 0.97)
        opens(town, "the fair", begins=town.now - timedelta(days=2))
        opens(town, "the feast", begins=town.now - timedelta(days=2), ends=town.now - timedelta(days=1))
    set_deadlines(town.house, town.now)
    assert dates(town)[DeadlineKind.MUST_WARN].window.ends == town.now + timedelta(hours=24)
    assert DeadlineKind.MUST_WARN in dates(town, "the fair")
    assert DeadlineKind.MUST_WARN not in dates(town, "the feast")


def test_a_near_case_of_an_earlier_tocsin_is_asked_about(town: Town) -> None:
    for name, more in (("near", {"begins": town.now + timedelta(hours=20)}), ("unknown", {})):
        opened = ThreatOpened(
            subject=town.id(name), occurred_at=town.now, title=name, zone="UTC", owner=town.duty_officer.id,
            exercise=True, next_step="Ring the mayor", next_by=town.now + timedelta(hours=9), **more,  # type: ignore[arg-type]
        )  # fmt: skip
        town.app.store.commit([opened], at=town.now, by="tocsin", command=f"{name} as it was")
    set_deadlines(town.house, town.now)
    assert dates(town, "near")[DeadlineKind.MUST_WARN].window.ends == town.now + timedelta(hours=1)
    assert DeadlineKind.MUST_WARN not in dates(town, "unknown")
    seen = case(town, "near")
    set_deadlines(town.house, town.now)
    assert (len(dates(town, "near")), case(town, "near")) == (2, seen)


def test_cases_that_were_merged_are_looked_after_as_one_and_parted_each_has_its_date(town: Town) -> None:
    town.case()
    other = opens(town, "the mill")
    heard = town.report("Somebody digs at the mill")
    weigh.link_evidence(
        town.house, other.id, town.id(heard), Bearing.FOR, by=town.watch_officer.id, command="link", now=town.now
    )
    by = town.duty_officer.id
    joining.merge_cases(town.house, other.id, case(town).id, "One plan", by=by, command="merge", now=town.now)
    assert dates(town, "the mill") == {}
    with town.app.store.look() as look:
        whole = as_one(case(town), lambda id: look.find(Threat, id))
    assert [one.item for one in whole.evidence] == [town.id(heard)]
    with pytest.raises(Refused, match="Link it there"):
        weigh.link_evidence(town.house, other.id, town.id(heard), Bearing.FOR, by=by, command="again", now=town.now)
    joining.part_cases(town.house, other.id, "Two plans", by=by, command="part", now=town.now)
    assert DeadlineKind.NEXT_STEP in dates(town, "the mill")
    assert case(town, "the mill").evidence


def joins(town: Town, verb: str, name: str, *into: Id) -> None:
    said = {"by": town.duty_officer.id, "command": town.name_next(verb), "now": town.now}
    act = joining.merge_cases if verb == "merge" else joining.part_cases
    act(town.house, case(town, name).id, *into, "So", **said)  # type: ignore[arg-type,call-arg]
    town.work()


def whole(town: Town) -> Threat:
    with town.app.store.look() as look:
        return as_one(case(town), lambda id: look.find(Threat, id), town.now)


def test_the_sooner_step_of_cases_that_were_merged_counts_and_rings_whose_it_is(town: Town) -> None:
    town.case()
    opens(
        town,
        "the mill",
        next_step="Call the mill back",
        next_owner=town.deputy.id,
        next_by=town.now + timedelta(hours=6),
    )
    own = dates(town)[DeadlineKind.NEXT_STEP].window.ends
    joins(town, "merge", "the mill", case(town).id)
    assert dates(town)[DeadlineKind.NEXT_STEP].window.ends == town.now + timedelta(hours=6) < own
    assert dates(town, "the mill") == {}
    town.pass_time(hours=5)
    assert [ring.to for ring in town.watches("the bridge", Why.CASE.value)[-1].rings] == [town.deputy.id]
    joins(town, "part", "the mill")
    step = case(town, "the mill").next_step
    assert step is not None
    assert (step.what, step.owner, dates(town, "the mill")[DeadlineKind.NEXT_STEP].window.ends) == (
        "Call the mill back", town.deputy.id, town.now + timedelta(hours=1),
    )  # fmt: skip
    assert dates(town)[DeadlineKind.NEXT_STEP].window.ends == own


def test_a_step_that_is_set_answers_those_of_cases_that_were_merged(town: Town) -> None:
    town.case()
    opens(town, "the mill", next_step="Call the mill back", next_by=town.now + timedelta(hours=6))
    joins(town, "merge", "the mill", case(town).id)
    steps(town, "Ask the ford", town.deputy.id, town.now + timedelta(hours=9))
    assert dates(town)[DeadlineKind.NEXT_STEP].window.ends == town.now + timedelta(hours=9)
    assert case(town, "the mill").next_step is None
    joins(town, "part", "the mill")
    step = case(town, "the mill").next_step
    assert step is not None
    assert (step.what, step.by_when) == (NEXT_LOOK, town.now + LOOK_AGAIN)


def test_a_step_further_within_counts_until_its_case_is_let_go(town: Town) -> None:
    town.case()
    opens(town, "the ford")
    opens(town, "the mill", next_step="Call the mill back", next_by=town.now + timedelta(hours=6))
    own = dates(town)[DeadlineKind.NEXT_STEP].window.ends
    joins(town, "merge", "the mill", case(town, "the ford").id)
    joins(town, "merge", "the ford", case(town).id)
    assert dates(town)[DeadlineKind.NEXT_STEP].window.ends == town.now + timedelta(hours=6)
    joins(town, "part", "the mill")
    assert dates(town)[DeadlineKind.NEXT_STEP].window.ends == own
    assert dates(town, "the mill")[DeadlineKind.NEXT_STEP].window.ends == town.now + timedelta(hours=6)


def test_what_was_to_be_done_is_not_rung_about_to_who_may_not_read_where_it_is_looked_after(town: Town) -> None:
    into = opens(town, "the ford", mark=Mark.RED)
    opens(town, "the mill", next_step="Call back", next_owner=town.deputy.id, next_by=town.now + timedelta(hours=6))
    joins(town, "merge", "the mill", into.id)
    town.pass_time(hours=5)
    assert [ring.to for ring in town.watches("the ford", Why.CASE.value)[-1].rings] == [town.duty_officer.id]


def test_judging_where_it_is_looked_after_answers_what_was_only_to_be_looked_at(town: Town) -> None:
    town.case()
    opens(town, "the mill", next_by=town.now + timedelta(hours=6))
    joins(town, "merge", "the mill", case(town).id)
    town.judges_likelihood(0.2, 0.4)
    assert case(town, "the mill").next_step is None
    assert dates(town)[DeadlineKind.NEXT_STEP].window.ends > town.now + timedelta(hours=6)


def test_the_earliest_window_of_cases_that_were_merged_counts_and_duties_follow(town: Town) -> None:
    town.case()
    asked = {"by": town.duty_officer.id, "now": town.now}
    must_warn.ask(town.house, case(town).id, [must_warn.Asked(side=Side.PUBLIC)], command="ask", **asked)  # type: ignore[arg-type]
    place, tomorrow = Where(name="The mill", point=(51.05, 4.05)), town.now + timedelta(hours=16)
    opens(
        town, "the mill", begins=tomorrow, ends=tomorrow + timedelta(hours=8), place="The mill",
        particulars=Particulars(places=(place,)), targets=("The miller",),
    )  # fmt: skip
    joins(town, "merge", "the mill", case(town).id)
    assert (whole(town).begins, whole(town).place, whole(town).targets) == (tomorrow, "The mill", ("The miller",))
    must_warn.ask(town.house, case(town).id, [must_warn.Asked(side=Side.OWN)], command="own", **asked)  # type: ignore[arg-type]
    with town.app.store.look() as look:
        owed = look.all(Duty, threat=case(town).id)
    assert {one.side: (one.event_at, one.decide_s) for one in owed} == {
        Side.PUBLIC: (tomorrow, 3_600), Side.OWN: (tomorrow, 3_600),
    }  # fmt: skip
    joins(town, "part", "the mill")
    assert (whole(town).begins, whole(town).place) == (None, "")
    assert case(town, "the mill").begins == tomorrow


def test_what_is_newly_met_hours_before_it_begins_is_judged_before_that(town: Town) -> None:
    begins, met_at = town.now + timedelta(hours=6), town.now
    other = opens(town, "the mill", begins=begins).id
    by = town.watch_officer.id
    (sign,) = CHECKLISTS[ThreatKind.SITE][:1]
    observing.put_on_checklist(town.house, other, (sign,), by=by, command="list", now=town.now)
    observing.observe(
        town.house, other, sign.key, Observed.OBSERVED, as_of=met_at, words="Seen", by=by, command="seen", now=town.now
    )
    assert dates(town, "the mill")[DeadlineKind.JUDGE_AGAIN].window.ends == met_at + (begins - met_at) / 2


def test_what_was_newly_met_asks_for_an_estimate_where_its_case_is_looked_after(town: Town) -> None:
    town.case()
    town.judges_likelihood(0.1, 0.2)
    other = opens(town, "the mill").id
    by, listed = town.watch_officer.id, CHECKLISTS[ThreatKind.SITE]
    observing.put_on_checklist(
        town.house, other, listed, checklist="attack_on_site", by=by, command="list", now=town.now
    )
    observing.observe(
        town.house, other, listed[0].key, Observed.OBSERVED,
        as_of=town.now, words="Seen", by=by, command="seen", now=town.now,
    )  # fmt: skip
    due = dates(town, "the mill")[DeadlineKind.JUDGE_AGAIN].window.ends
    town.pass_time(minutes=5)
    joins(town, "merge", "the mill", case(town).id)
    assert dates(town)[DeadlineKind.JUDGE_AGAIN].window.ends == due
    town.pass_time(minutes=5)
    town.judges_likelihood(0.2, 0.4)
    assert DeadlineKind.JUDGE_AGAIN not in dates(town)


def test_the_host_of_a_case_that_was_merged_is_owed_it_where_it_is_looked_after(town: Town) -> None:
    town.case()
    police = town.id(town.institution("the police"))
    opens(town, "the mill", host=police)
    joins(town, "merge", "the mill", case(town).id)
    (owed,) = asks(town, must_warn.Asked(side=Side.HOST))
    with town.app.store.look() as look:
        assert look.get(Duty, town.id(owed)).whom == (police,)


def test_whom_to_warn_is_asked_where_a_case_that_nears_is_looked_after(town: Town) -> None:
    town.case()
    opens(town, "the mill", begins=town.now + timedelta(hours=16))
    due = dates(town, "the mill")[DeadlineKind.MUST_WARN].window.ends
    joins(town, "merge", "the mill", case(town).id)
    assert dates(town)[DeadlineKind.MUST_WARN].window.ends == due
    joins(town, "part", "the mill")
    assert DeadlineKind.MUST_WARN not in dates(town)
    assert dates(town, "the mill")[DeadlineKind.MUST_WARN].window.ends == due


def test_what_was_refused_is_asked_again_once_a_case_that_has_it_sooner_is_part_of_it(town: Town) -> None:
    town.person("the miller")
    town.case()
    (owed,) = asks(town, miller(town, ground="already_aware", why="He told us of it himself."))
    does(town, must_warn.review, owed, by=town.deputy, agree=True, why="I rang him, and he knows.")
    opens(town, "the mill", begins=town.now + timedelta(hours=16))
    joins(town, "merge", "the mill", case(town).id)
    with town.app.store.look() as look:
        again = look.get(Duty, town.id(owed))
    assert (again.owed, again.event_at) == ("decide", case(town, "the mill").begins)


def test_a_window_that_is_past_is_not_the_earliest(town: Town) -> None:
    town.case()
    for hours, name in ((1, "the mill"), (50, "the ford")):
        opens(town, name, begins=town.now, ends=town.now + timedelta(hours=hours))
        joins(town, "merge", name, case(town).id)
    ends = whole(town).ends
    town.pass_time(hours=2)
    assert whole(town).ends is not None
    assert whole(town).ends != ends


def test_a_merging_of_an_earlier_tocsin_folds_as_it_did(town: Town) -> None:
    one = opens(town, "the mill")
    old = ThreatMerged(subject=one.id, occurred_at=town.now, into="other", by=town.duty_officer.id, why="So")
    assert fold_threat(one, old).next_step is None
    assert fold_threat(one, replace(old, keeps_step=True)).next_step == one.next_step


def test_what_is_split_off_has_its_own_date_and_what_was_moved(town: Town) -> None:
    town.case()
    cases.describe_case(
        town.house,
        case(town).id,
        title="The bridge",
        targets=(),
        host=None,
        begins=None,
        ends=None,
        particulars=Particulars(places=(Where(name="The town"),)),
        why="",
        by=town.watch_officer.id,
        command="describe",
        now=town.now,
    )
    town.incident("A boat is found")
    town.incident("A rope is found")
    elsewhere = notes_incident(town, "A mast is found", where="Vienna")
    off = ThreatOpened(
        subject=town.id("the rope"),
        occurred_at=town.now,
        title="The rope",
        zone="UTC",
        owner=town.deputy.id,
        exercise=True,
        particulars=Particulars(places=(Where(name="The town"), Where(name="Wien", country="AT"))),
    )
    joining.split_case(
        town.house,
        case(town).id,
        off,
        [town.id("A rope is found")],
        "Another plan",
        by=town.duty_officer.id,
        command="split",
        now=town.now,
    )
    assert [one.item for one in case(town).evidence] == [town.id("A boat is found")]
    assert [one.item for one in case(town, "the rope").evidence] == [town.id("A rope is found")]
    assert case(town).waiting == (), "what went elsewhere is not proposed again"
    assert waits(town, "the rope") == {elsewhere}, "and what came before it and fits it alone is"
    assert DeadlineKind.NEXT_STEP in dates(town, "the rope")


@pytest.mark.parametrize("struck", [(), tuple(Carried)], ids=["nothing is struck out", "all of it is"])
def test_what_is_split_off_is_about_the_same_unless_that_is_struck_out(town: Town, struck: tuple[Carried, ...]) -> None:
    actor, host = described(town)
    for what in ("A boat is found", "A rope is found"):
        town.incident(what)
    off = ThreatOpened(
        subject=town.id("the rope"),
        occurred_at=town.now,
        title="The rope",
        zone="UTC",
        owner=town.deputy.id,
        exercise=True,
    )
    said = {"by": town.duty_officer.id, "command": "split", "now": town.now, "strike": struck}
    joining.split_case(town.house, case(town).id, off, [town.id("A rope is found")], "Another plan", **said)  # type: ignore[arg-type]
    new, old = case(town, "the rope"), case(town)
    about = [
        (one.begins, one.ends, one.place, one.targets, one.host, one.actors, one.particulars) for one in (new, old)
    ]
    assert about[1][2:6] == ("The town", ("The bridge",), host, (actor,))
    assert about[0] == ((None, None, "", (), None, (), Particulars()) if struck else about[1])
    # Whoever is owed a warning about it is owed it as soon.
    by = town.duty_officer.id
    ask = must_warn.Asked(side=Side.PUBLIC)
    must_warn.ask(town.house, new.id, [ask], by=by, command="ask", now=town.now)
    with town.app.store.look() as look:
        (owed,) = look.all(Duty, threat=new.id)
    assert owed.decide_s == (24 if struck else 1) * 3_600


def described(town: Town) -> tuple[Id, Id]:
    """Write down what the case is about, and who is behind it. Return that actor and the host."""
    town.case()
    behind, host = actor(town), town.id(town.institution("the police"))
    does = {"by": town.watch_officer.id, "now": town.now}
    cases.describe_case(
        town.house,
        case(town).id,
        title="The bridge",
        targets=("The bridge",),
        host=host,
        begins=town.now + timedelta(hours=20),
        ends=town.now + timedelta(hours=30),
        particulars=Particulars(
            threat_kind=ThreatKind.SITE,
            intent="That nobody crosses it",
            target_classes=(TargetClass.TRANSPORT,),
            places=(Where(name="The town"),),
            methods=(Method.FIRE,),
        ),
        why="",
        command="describe",
        **does,  # type: ignore[arg-type]
    )
    cases.attribute(town.house, case(town).id, behind, Confidence.LOW, "It says so", command="attribute", **does)  # type: ignore[arg-type]
    return behind, host


def test_the_hosts_own_news_reaches_the_case_that_the_host_denies(town: Town) -> None:
    place = Where(name="the town", country="BE")
    threat = opens(town, "the market", particulars=Particulars(places=(place,)))
    town.incident("A cell is stopped before it could strike", published_by_host=True)
    waiting = case(town, "the market").waiting
    assert [(one.incident, one.fits) for one in waiting] == [
        (town.id("A cell is stopped before it could strike"), ("place", "time"))
    ]
    by = town.watch_officer.id
    with pytest.raises(Refused, match="Say why"):
        fitting.decline_incident(town.house, threat.id, waiting[0].incident, " ", by=by, command="d", now=town.now)
    weigh.link_evidence(town.house, threat.id, waiting[0].incident, Bearing.FOR, by=by, command="take it", now=town.now)
    assert case(town, "the market").waiting == ()
    with pytest.raises(Refused, match="has been decided about"):
        fitting.decline_incident(town.house, threat.id, waiting[0].incident, "No", by=by, command="e", now=town.now)


def test_what_was_published_before_a_case_was_opened_is_proposed_to_it(town: Town) -> None:
    town.incident("A cell is stopped")
    threat = opens(town, "the market", particulars=Particulars(places=(Where(name="The Town"),)))
    (waiting,) = threat.waiting
    by = town.watch_officer.id
    fitting.decline_incident(
        town.house, threat.id, waiting.incident, "Another plan", by=by, command="decline", now=town.now
    )
    assert case(town, "the market").waiting == ()
    cases.attribute(
        town.house, threat.id, actor(town), Confidence.LOW, "A claim", by=by, command="attribute", now=town.now
    )
    assert case(town, "the market").waiting == (), "declined, it is not proposed again"


def notes_incident(town: Town, what: str, **others: object) -> Id:
    """Note an incident that its host published, and link it to nothing."""
    noted = IncidentNoted(
        subject=town.id(what), occurred_at=town.now, published_at=town.now, published_by_host=True, what=what,
        **{"where": "", **others},  # type: ignore[arg-type]
    )  # fmt: skip
    receive.note_incident(town.house, noted, by=town.watch_officer.id, command=what, now=town.now)
    return town.id(what)


def proposed(town: Town, name: str) -> dict[Id, list[tuple[str, str]]]:
    """Return which incidents wait at a case, and in which respects each fits, with its words."""
    return {one.incident: list(zip_longest(one.fits, one.words, fillvalue="")) for one in case(town, name).waiting}


def test_the_hosts_own_news_reaches_the_case_in_the_hosts_own_language(town: Town) -> None:
    listed = ActorListed(subject="lanterns", occurred_at=town.now, name="The Lanterns", aliases=("Фонари",))
    weigh.list_actor(town.house, listed, by=town.watch_officer.id, command="actor", now=town.now)
    before = notes_incident(town, "Взрыв в Кермане")
    opens(town, "the shrine", particulars=Particulars(places=(Where(name="Kerman"),)))
    assert proposed(town, "the shrine") == {before: [("place_named", "Кермане"), ("time", "")]}
    opens(town, "the lamps", actors=("lanterns",))
    there = notes_incident(town, "Пожар", where="کرمان")
    they = notes_incident(town, "Фонари признались", where="Новосибирск")
    assert proposed(town, "the shrine")[there] == [("place_named", "کرمان"), ("time", "")]
    assert proposed(town, "the lamps") == {they: [("actor_named", "Фонари"), ("time", "")]}
    assert they not in proposed(town, "the shrine")
    merges(town, "the lamps", "the shrine")
    assert proposed(town, "the shrine")[they] == [("actor_named", "Фонари"), ("time", "")], "the words go along"


def merges(town: Town, name: str, into: str) -> None:
    joining.merge_cases(
        town.house, town.id(name), town.id(into), "One plan", by=town.duty_officer.id, command=f"merge {name}", now=town.now
    )  # fmt: skip


def waits(town: Town, name: str) -> set[Id]:
    return {one.incident for one in case(town, name).waiting}


def test_what_fits_a_case_that_became_part_of_another_comes_before_whoever_looks_after_it(town: Town) -> None:
    opens(town, "the market", particulars=Particulars(places=(Where(name="the town"),)))
    for name in ("the ford", "the weir"):
        opens(town, name)
    before, by = town.id(town.incident("A cell is stopped")), town.duty_officer.id
    merges(town, "the market", "the ford")
    assert waits(town, "the ford") == {before}
    merges(town, "the ford", "the weir")
    assert waits(town, "the weir") == {before}
    after = town.id(town.incident("A second one is stopped", published_by_host=True))
    assert (waits(town, "the weir"), waits(town, "the market")) == ({before, after}, {before})
    fitting.decline_incident(
        town.house, town.id("the weir"), before, "Another plan", by=by, command="decline", now=town.now
    )
    cases.close_case(town.house, town.id("the weir"), "It was a drill", by=by, command="close", now=town.now)
    late = town.id(town.incident("A third one is stopped"))
    assert late not in waits(town, "the weir") | waits(town, "the market")
    cases.reopen_case(town.house, town.id("the weir"), "It was none", by=by, command="reopen", now=town.now)
    assert waits(town, "the weir") == {after, late}


def test_what_came_while_a_case_was_part_of_another_is_proposed_to_it_once_they_are_parted(town: Town) -> None:
    opens(town, "the market", particulars=Particulars(places=(Where(name="the town"),)))
    opens(town, "the ford")
    merges(town, "the market", "the ford")
    incident = town.id(town.incident("A cell is stopped"))
    assert waits(town, "the market") == set()
    joining.part_cases(
        town.house, town.id("the market"), "Two plans", by=town.duty_officer.id, command="part", now=town.now
    )
    assert waits(town, "the market") == {incident}


def actor(town: Town) -> Id:
    listed = ActorListed(subject=town.id("lanterns"), occurred_at=town.now, name="The Lanterns")
    weigh.list_actor(town.house, listed, by=town.watch_officer.id, command="actor", now=town.now)
    return town.id("lanterns")


def test_what_was_published_reaches_the_case_once_its_actor_is_known_by_that_name(town: Town) -> None:
    by, lanterns = town.watch_officer.id, actor(town)
    opens(town, "the lamps", actors=(lanterns,))
    opens(town, "the mill", actors=(lanterns,))
    opens(town, "the shrine")
    news = notes_incident(town, "Фонари признались", where="Новосибирск")
    other = notes_incident(town, "Фонари опять", where="Новосибирск")
    notes_incident(town, "Другие признались", where="Новосибирск")
    weigh.link_evidence(town.house, town.id("the lamps"), other, Bearing.FOR, by=by, command="link", now=town.now)
    merges(town, "the mill", "the shrine")
    assert waits(town, "the lamps") == waits(town, "the shrine") == set()
    since = town.now - timedelta(days=900)
    for _ in range(2):
        weigh.add_alias(
            town.house, lanterns, " Фонари ", "Their own channel", since, by=by, command="name", now=town.now
        )
    how = [("actor_named", "Фонари"), ("time", "")]
    assert proposed(town, "the lamps") == {news: how}, "and not what is linked"
    assert proposed(town, "the shrine") == {news: how, other: how}, "where it is looked after"
    assert proposed(town, "the mill") == {}
    with town.app.store.look() as look:
        stands = look.get(Actor, lanterns)
    assert stands.aliases == ("Фонари",)
    assert [(one.said_by, one.since, one.by) for one in stands.called] == [("Their own channel", since, by)]
    later = notes_incident(town, "И снова фонари", where="Новосибирск")
    assert later not in waits(town, "the lamps"), "a common word has no capital"
    later = notes_incident(town, "И снова Фонари", where="Новосибирск")
    assert later in waits(town, "the lamps")
    weigh.take_back_alias(town.house, lanterns, "Фонари", "A shop", by=by, command="not so", now=town.now)
    last = notes_incident(town, "Всё ещё Фонари", where="Новосибирск")
    assert waits(town, "the lamps") == {news, later}, "what waits still waits for a person"
    weigh.add_alias(town.house, lanterns, "Фонари", "The court", None, by=by, command="name 2", now=town.now)
    assert waits(town, "the lamps") == {news, later, last}
    with town.app.store.look() as look:
        called = look.get(Actor, lanterns).called
    assert [(one.said_by, one.taken_back_why) for one in called] == [("Their own channel", "A shop"), ("The court", "")]


def test_what_is_published_while_a_name_is_added_is_not_missed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    by, lanterns, real = town.watch_officer.id, actor(town), town.house.store.commit
    opens(town, "the lamps", actors=(lanterns,))

    def commit(*facts: Any, **said: Any) -> object:
        monkeypatch.undo()
        notes_incident(town, "Фонари признались")
        return real(*facts, **said)

    monkeypatch.setattr(town.house.store, "commit", commit)
    with pytest.raises(Stale):
        weigh.add_alias(town.house, lanterns, "Фонари", "They", None, by=by, command="name", now=town.now)
    weigh.add_alias(town.house, lanterns, "Фонари", "They", None, by=by, command="name", now=town.now)
    assert waits(town, "the lamps") == {town.id("Фонари признались")}


def test_a_name_of_the_listing_is_taken_back_and_keeps_why(town: Town) -> None:
    by = town.watch_officer.id
    listed = ActorListed(subject="l", occurred_at=town.now, name="The Lanterns", aliases=("Lamps", "Lights"))
    weigh.list_actor(town.house, listed, by=by, command="actor", now=town.now)
    weigh.take_back_alias(town.house, "l", "Lamps", "A shop", by=by, command="back", now=town.now)
    with town.app.store.look() as look:
        stands, names = look.get(Actor, "l"), look.actor_names()
    assert stands.aliases == ("Lights",)
    assert [(one.name, one.said_by, one.taken_back_by) for one in stands.called] == [("Lamps", "", by)]
    assert names.named_in("Lamps burn") == {}
    assert names.named_in("Lights burn") == {"l": "Lights"}


@pytest.mark.parametrize(
    ("name", "said_by", "days", "why"),
    [
        pytest.param(" ", "The court", 0, "Write the other name", id="no name"),
        pytest.param("x" * 301, "The court", 0, "Write the other name", id="too long a name"),
        pytest.param("the lanterns", "The court", 0, "goes by the lanterns already", id="its own name"),
        pytest.param("Lamps", " ", 0, "Say who calls it so", id="by nobody's word"),
        pytest.param("Lamps", "The court", 1, "still to come", id="from tomorrow"),
    ],
)
def test_another_name_is_refused(town: Town, name: str, said_by: str, days: int, why: str) -> None:
    lanterns, since = actor(town), town.now + timedelta(days=days)
    by = town.watch_officer.id
    with pytest.raises(Refused, match=why):
        weigh.add_alias(town.house, lanterns, name, said_by, since, by=by, command="name", now=town.now)
    with pytest.raises(Refused, match="does not go by"):
        weigh.take_back_alias(town.house, lanterns, "Lamps", "So", by=by, command="back", now=town.now)
    with town.app.store.look() as look:
        assert look.get(Actor, lanterns).aliases == ()


def test_no_private_person_is_entered_as_an_actor(town: Town) -> None:
    neighbour = ActorListed(subject=town.id("x"), occurred_at=town.now, name="A neighbour", actor_kind=ActorKind.PERSON)
    with pytest.raises(Refused, match="official listing or charge"):
        weigh.list_actor(town.house, neighbour, by=town.watch_officer.id, command="x", now=town.now)


def test_what_was_linked_the_wrong_way_is_turned_round_or_taken_off(town: Town) -> None:
    threat, heard = town.id(town.case()), town.report("Nobody was there")
    town.bears_on_the_case(heard)
    town.bears_on_the_case(heard, "against")
    assert [one.bearing for one in case(town).evidence] == [Bearing.AGAINST]
    by = town.watch_officer.id
    weigh.unlink_evidence(town.house, threat, town.id(heard), "Of another bridge", by=by, command="un", now=town.now)
    assert case(town).evidence == ()
    with pytest.raises(Refused, match="does not bear"):
        weigh.unlink_evidence(town.house, threat, town.id(heard), "Again", by=by, command="un2", now=town.now)


def test_a_case_is_not_ended_under_a_warning_of_one_that_it_took_in(town: Town) -> None:
    town.person("the miller")
    town.duty_officer.issues_notice("the miller")
    opens(town, "the same bridge")
    opens(town, "both bridges")
    does = {"by": town.duty_officer.id, "now": town.now}
    joining.merge_cases(town.house, case(town).id, case(town, "the same bridge").id, "The same", command="1", **does)  # type: ignore[arg-type]
    joining.merge_cases(
        town.house,
        case(town, "the same bridge").id,
        case(town, "both bridges").id,
        "And so",
        command="2",
        **does,  # type: ignore[arg-type]
    )
    with pytest.raises(Refused, match="Decide about its window first"):
        cases.close_case(town.house, case(town, "both bridges").id, "It came to nothing", command="3", **does)  # type: ignore[arg-type]


def test_a_case_is_opened_for_somebody_who_is_here(town: Town) -> None:
    with pytest.raises(Refused, match="There is nobody"):
        weigh.open_threat(
            town.house,
            ThreatOpened(
                subject=town.id("nobody's"),
                occurred_at=town.now,
                title="The mill",
                zone="UTC",
                owner="a stranger",
                exercise=True,
            ),
            by=town.watch_officer.id,
            command="open",
            now=town.now,
        )


# ---- nobody has asked whether we must warn


def asks_whom(town: Town, name: str) -> None:
    must_warn.ask(
        town.house, town.id(name), [Asked(side=Side.PUBLIC)], by=town.watch_officer.id,
        command=town.name_next("asks"), now=town.now,
    )  # fmt: skip
    town.work()


def moves(town: Town, name: str, begins: datetime) -> None:
    cases.describe_case(
        town.house, town.id(name), title=f"{name} {begins}", targets=(), host=None, begins=begins, ends=None,
        particulars=Particulars(), why="It stood in the letter.", by=town.watch_officer.id,
        command=town.name_next("moves"), now=town.now,
    )  # fmt: skip
    town.work()


def test_a_case_that_is_likely_rings_until_somebody_has_asked_whom_to_warn(town: Town) -> None:
    town.judges_likelihood(0.3, 0.5)
    assert DeadlineKind.MUST_WARN not in dates(town)
    town.judges_likelihood(0.90, 0.97)
    town.pass_time(minutes=1)
    assert dates(town)[DeadlineKind.MUST_WARN].window.ends == town.now + timedelta(hours=24, minutes=-1)
    (asked,) = town.watches("the bridge", Why.CASE.value)
    assert [ring.to for ring in asked.rings] == [town.duty_officer.id]
    town.pass_time(hours=25)
    assert dates(town)[DeadlineKind.MUST_WARN].missed
    missed = next(one for one in town.watches("the bridge", Why.CASE.value) if one.settled_at is None)
    assert {ring.to for ring in missed.rings} >= {town.duty_officer.id, town.deputy.id}
    many = len(missed.rings)
    town.pass_time(hours=25)
    assert len(town.watches("the bridge", Why.CASE.value)[-1].rings) > many  # it never lapses
    town.pass_time(hours=72)
    rings = next(one for one in town.watches("the bridge", Why.CASE.value) if one.id == missed.id).rings
    apart = [later - earlier for earlier, later in pairwise(ring.at for ring in rings if ring.to == town.deputy.id)]
    assert apart == sorted(apart), "ever more rarely"
    assert apart[0] == timedelta(hours=6)
    assert timedelta(hours=6) < apart[-1] <= timedelta(days=1)
    asks_whom(town, "the bridge")
    assert DeadlineKind.MUST_WARN not in dates(town)
    assert all(one.settled_at for one in town.watches("the bridge", Why.CASE.value))
    town.judges_likelihood(0.95, 0.99)
    assert DeadlineKind.MUST_WARN not in dates(town)


def test_whom_to_warn_of_a_case_is_asked_for_once_it_begins_within_three_days_and_sooner_where_it_does(
    town: Town,
) -> None:
    begins = town.now + timedelta(days=10)
    opens(town, "the fair", begins=begins)
    town.work()
    town.pass_time(hours=7 * 24 - 1)
    open_still = [one for one in town.watches("the fair", Why.CASE.value) if one.settled_at is None]
    date = dates(town, "the fair")[DeadlineKind.MUST_WARN]
    assert date.id not in {one.of for one in open_still}
    town.pass_time(hours=2)
    assert date.id in {one.of for one in town.watches("the fair", Why.CASE.value)}
    tonight = town.now + timedelta(hours=1)
    moves(town, "the fair", tonight)
    sooner = dates(town, "the fair")[DeadlineKind.MUST_WARN]
    assert sooner.window.ends == tonight - timedelta(minutes=50)
    town.pass_time(minutes=3)
    (watch,) = [one for one in town.watches("the fair", Why.CASE.value) if one.of == sooner.id]
    assert {ring.to for ring in watch.rings} == {town.duty_officer.id, town.deputy.id}
    moves(town, "the fair", tonight + timedelta(hours=9))
    assert dates(town, "the fair")[DeadlineKind.MUST_WARN].window.ends == sooner.window.ends  # nothing puts it off


def test_whom_to_warn_was_asked_in_a_case_that_became_one_with_this(town: Town) -> None:
    for one in ("the fair", "the market"):
        opens(town, one, begins=town.now + timedelta(hours=20))
    asks_whom(town, "the fair")
    joining.merge_cases(
        town.house, town.id("the fair"), town.id("the market"), "One plan", by=town.duty_officer.id,
        command="merge", now=town.now,
    )  # fmt: skip
    assert DeadlineKind.MUST_WARN not in dates(town, "the market")


def test_the_next_look_at_a_case_knows_when_it_begins(town: Town) -> None:
    begins = town.now + timedelta(hours=8)
    step = opens(town, "the fair", begins=begins).next_step
    assert step is not None
    assert step.by_when == town.now + timedelta(hours=4)
    opens(town, "the market")
    moves(town, "the market", begins)
    moved = case(town, "the market").next_step
    assert moved is not None
    assert (moved.what, moved.by_when) == (FIRST_STEP, town.now + timedelta(hours=4))
    assert dates(town, "the market")[DeadlineKind.NEXT_STEP].window.ends == moved.by_when
