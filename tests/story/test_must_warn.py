"""The duty to warn, told in the town: it is asked, decided by two pairs of eyes where it is a no, told, answered, looked at again.

Promises 2 to 5: nobody's deadline lapses in silence, and every decision not to warn is written down like one to warn.
"""

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tocsin.answer.facts import AnswerKind
from tocsin.answer.replies import Reply
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark, Role
from tocsin.flow.answer.reply import decide_reply, take_reply
from tocsin.flow.delivery.carrier import Incoming
from tocsin.flow.duty import must_warn, owed
from tocsin.flow.duty.must_warn import Asked
from tocsin.flow.outcome import judge
from tocsin.flow.threat import cases, joining, observing, weigh
from tocsin.flow.wake import wake
from tocsin.flow.work import work
from tocsin.outcome.facts import Course, OutcomeJudged, Verdict
from tocsin.people.facts import PersonKind
from tocsin.store.kinds import PUBLIC
from tocsin.testing.clock import TownClock
from tocsin.testing.town import Officer, Town
from tocsin.threat.facts import ThreatOpened
from tocsin.threat.indicators import Indicator, Observed
from tocsin.threat.particulars import Particulars
from tocsin.threat.state import Threat
from tocsin.warning.duty.facts import Distrust, Ended
from tocsin.warning.duty.hours import HOURS
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import DistrustedHost, Duty, Stage
from tocsin.warning.duty.test import Answered, Said, Test

YES = Answered(said=Said.YES)
FOUND = Test(credible=YES, specific=YES, impending=YES, grave=YES, directed=YES)


def asks(
    town: Town, *sides: Asked, by: Officer | None = None, test: Test | None = FOUND, hours: float | None = 48
) -> list[str]:
    names = [town.name_next("duty") for _ in sides]
    must_warn.ask(
        town.house, town.id(town.case()), sides, test,
        event_at=None if hours is None else town.now + timedelta(hours=hours),
        ids=[town.id(name) for name in names],
        by=(by or town.duty_officer).id, command=town.name_next("asks"), now=town.now,
    )  # fmt: skip
    town.work()
    return names


def does(town: Town, step: Any, name: str, *args: Any, by: Officer | None = None, **named: Any) -> None:
    step(
        town.house,
        town.id(name),
        *args,
        by=(by or town.duty_officer).id,
        command=town.name_next("does"),
        now=town.now,
        **named,
    )
    town.work()


def duty(town: Town, name: str) -> Duty:
    with town.app.store.look() as look:
        return look.get(Duty, town.id(name))


def duties(town: Town) -> list[Duty]:
    with town.app.store.look() as look:
        return look.all(Duty, order="opened_at")


def tells(town: Town, *whom: str, mark: Mark = Mark.GREEN, **more: Any) -> str:
    """Let the duty officer send a notice; unless a stricter mark is given, its words go with it."""
    return town.duty_officer.issues_notice(*whom, mark=mark, **more)


def rung(town: Town, name: str) -> Sequence[Any]:
    return [ring for watch in town.watches(name, "duty") for ring in watch.rings]


def miller(town: Town, **more: Any) -> Asked:
    return Asked(side=Side.VICTIM, whom=(town.id("the miller"),), **more)


def test_to_warn_is_decided_served_told_answered_and_looked_at_again_until_it_ends(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    assert duty(town, name).stage is Stage.TO_WARN
    notice = tells(town, "the miller")
    told = duty(town, name)
    assert (told.stage, told.warning, told.owed) == (Stage.TOLD, town.id(notice), "hear")
    town.answers("the miller", notice, "acting")
    assert (duty(town, name).stage, duty(town, name).answer) == (Stage.WATCHED, "acting")
    town.pass_time(hours=49)
    assert len(rung(town, name)) > 0
    does(town, must_warn.look_again, name, town.now + timedelta(hours=5), why="The water still rises.")
    assert town.watches(name, "duty")[-1].settled_at is not None
    town.pass_time(hours=6)
    assert town.watches(name, "duty")[-1].rings
    does(town, must_warn.end, name, Ended.PASSED, why="The water has gone down.")
    assert duty(town, name).due is None
    assert all(watch.settled_at is not None for watch in town.watches(name, "duty"))


def test_nobody_decides_and_it_is_rung_about_until_a_named_person_has_it_and_again_when_that_one_does_nothing(
    town: Town,
) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town), by=town.watch_officer, hours=1)
    assert [ring.to for ring in rung(town, name)] == [town.duty_officer.id]  # the owner of the case, at once
    town.pass_time(minutes=11)
    assert {ring.to for ring in rung(town, name)} == {town.duty_officer.id, town.deputy.id}
    assert [one.owed for one in duty(town, name).missed] == ["decide"]
    town.deputy.takes_on(name, "duty")
    many = len(rung(town, name))
    town.pass_time(minutes=8)
    assert len(rung(town, name)) == many
    town.pass_time(minutes=3)
    assert len(rung(town, name)) > many
    assert [one.owed for one in duty(town, name).missed] == ["decide", "decide"]
    assert duty(town, name).stage is Stage.FOUND  # time decides nothing


def test_what_nobody_decides_for_hours_leaves_a_telephone_free_and_is_never_silent(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town), by=town.watch_officer, hours=1)
    town.pass_time(hours=4)
    rings = rung(town, name)
    assert len(rings) < 100  # there had been two hundred, of one duty
    at = sorted(ring.at for ring in rings)
    assert max(later - before for before, later in itertools.pairwise([*at, town.now])) <= timedelta(minutes=15)


def test_not_to_warn_takes_two_and_is_written_down_with_the_same_care(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, ground="already_aware", why="He told us of it himself."))
    with pytest.raises(Refused, match="Ask another"):
        does(town, must_warn.review, name, agree=True, why="I know.")
    does(town, must_warn.review, name, by=town.deputy, agree=True, why="I rang him, and he knows.")
    kept = duty(town, name)
    assert (kept.stage, kept.due) == (Stage.REFUSED, None)
    (refusal,) = kept.refusals
    assert (refusal.ground, refusal.pack, refusal.proposer, refusal.reviewer) == (
        "already_aware", "everyone", town.duty_officer.id, town.deputy.id,
    )  # fmt: skip
    assert all(watch.settled_at is not None for watch in town.watches(name, "duty"))
    does(town, must_warn.reopen, name, why="He knew of another bridge.")
    assert duty(town, name).stage is Stage.ASKED


def test_an_adversary_is_warned_like_anyone(town: Town) -> None:
    town.person("the police", kind=PersonKind.ORGANISATION)
    host = Asked(side=Side.HOST, whom=(town.id("the police"),))
    for ground in ("adversary", "hostile", "disbelieving"):
        with pytest.raises(Refused, match=r"no ground|warn"):
            asks(town, Asked(side=Side.HOST, whom=host.whom, ground=ground, why="They call us liars."))
    assert duties(town) == []


def test_the_host_and_the_public_each_run_on_their_own_deadline(town: Town) -> None:
    town.person("the police", kind=PersonKind.ORGANISATION)
    host, public = asks(
        town,
        Asked(side=Side.HOST, whom=(town.id("the police"),), warn=True, why="They guard it."),
        Asked(side=Side.PUBLIC),
    )
    tells(town, "the police")
    assert (duty(town, host).stage, duty(town, public).stage) == (Stage.TOLD, Stage.FOUND)
    does(town, must_warn.decide_one, public, Asked(side=Side.PUBLIC, warn=True, why="They walk there."))
    town.duty_officer.issues_alert()
    assert duty(town, public).stage is Stage.WATCHED


def test_no_double_standard_who_tells_our_own_people_must_decide_about_the_public(town: Town) -> None:
    (own,) = asks(town, Asked(side=Side.OWN, who="The staff", warn=True, why="They use the bridge."))
    public = next(one for one in duties(town) if one.side is Side.PUBLIC)
    assert (public.because_of, public.stage, public.owed) == (town.id(own), Stage.ASKED, "decide")
    assert public.due is not None


def publics(town: Town) -> list[Duty]:
    return [one for one in duties(town) if one.side is Side.PUBLIC]


def test_no_double_standard_a_notice_to_our_own_people_asks_about_the_public_too(town: Town) -> None:
    town.person("the miller")
    tells(town, "the miller")
    assert publics(town) == []
    first = tells(town, "the deputy")  # who has a role here
    (public,) = publics(town)
    assert (public.because_of, public.stage, public.owed) == (town.id(first), Stage.ASKED, "decide")
    tells(town, "the deputy")  # it is being asked
    assert len(publics(town)) == 1


def test_no_double_standard_our_own_people_are_also_whom_a_duty_to_them_names(town: Town) -> None:
    for one in ("the miller", "the smith"):
        town.person(one)
    asks(town, Asked(side=Side.OWN, whom=(town.id("the smith"),)))
    tells(town, "the miller")
    assert publics(town) == []
    tells(town, "the miller", "the smith")
    assert [one.stage for one in publics(town)] == [Stage.ASKED]


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(
            lambda town: asks(town, Asked(side=Side.VICTIM, whom=(town.deputy.id,))), id="told as the one in danger"
        ),
        pytest.param(lambda town: town.duty_officer.issues_alert(), id="the public is told"),
    ],
)
def test_what_a_notice_to_one_of_ours_asks_nothing_about(town: Town, before: Callable[[Town], object]) -> None:
    before(town)
    tells(town, "the deputy")
    assert publics(town) == []


def test_an_alert_that_is_over_tells_the_public_nothing(town: Town) -> None:
    town.duty_officer.issues_alert(hours=1)
    town.pass_time(hours=2)
    tells(town, "the deputy")
    assert [one.stage for one in publics(town)] == [Stage.ASKED]


def test_what_was_refused_to_the_public_is_asked_again_by_the_first_notice_to_our_own_people_alone(town: Town) -> None:
    (public,) = asks(town, Asked(side=Side.PUBLIC, ground="already_aware", why="It stood in the paper."))
    does(town, must_warn.review, public, agree=True, why="It did.", by=town.deputy)
    town.pass_time(hours=1)
    tells(town, "the deputy")
    assert duty(town, public).stage is Stage.ASKED
    again = Asked(side=Side.PUBLIC, ground="already_aware", why="It stood there again.")
    does(town, must_warn.decide_one, public, again, FOUND)
    does(town, must_warn.review, public, agree=True, why="It did.", by=town.deputy)
    town.pass_time(hours=1)
    tells(town, "the deputy")
    assert duty(town, public).stage is Stage.REFUSED


def test_a_notice_under_our_own_peoples_duty_asks_nothing_that_was_asked_with_it(town: Town) -> None:
    asks(town, Asked(side=Side.OWN, whom=(town.deputy.id,), warn=True, why="He uses the bridge."))
    (public,) = publics(town)
    must_warn.end(
        town.house, public.id, Ended.EVENT, why="It came.", by=town.duty_officer.id, command="end", now=town.now
    )
    tells(town, "the deputy")
    assert [one.stage for one in publics(town)] == [Stage.ENDED]


def test_what_was_refused_to_the_public_is_decided_anew_when_our_own_people_are_told_later(town: Town) -> None:
    (public,) = asks(town, Asked(side=Side.PUBLIC, ground="already_aware", why="It stood in the paper."))
    does(town, must_warn.review, public, agree=True, why="It did.", by=town.deputy)
    assert duty(town, public).stage is Stage.REFUSED
    town.pass_time(hours=1)
    asks(town, Asked(side=Side.OWN, who="The staff", warn=True, why="They use the bridge."))
    again = duty(town, public)
    assert (again.stage, again.owed, len(again.refusals)) == (Stage.ASKED, "decide", 1)
    assert "double standard" in again.why


def retimes(town: Town, **in_what: float) -> None:
    must_warn.retime(
        town.house, town.id(town.case()), town.now + timedelta(**in_what), why="A second caller says tonight.",
        by=town.duty_officer.id, command=town.name_next("retimes"), now=town.now,
    )  # fmt: skip
    town.work()


def refuses(town: Town, name: str, ground: str = "already_aware", test: Test | None = None) -> None:
    about = duty(town, name)
    refused = Asked(side=about.side, ground=ground, why="It stood in the paper.")
    does(town, must_warn.decide_one, name, refused, test or (None if about.test else FOUND))
    does(town, must_warn.review, name, agree=True, why="It did.", by=town.deputy)


def test_what_is_asked_after_it_comes_sooner_is_asked_as_of_the_sooner_moment(town: Town) -> None:
    for one in ("the miller", "the smith"):
        town.person(one)
    (public,) = asks(town, Asked(side=Side.PUBLIC))
    refuses(town, public)
    own, first = asks(town, Asked(side=Side.OWN, who="The staff"), miller(town))
    tonight = town.now + timedelta(hours=1)
    retimes(town, hours=1)
    # Our own people are told, and the public is asked about again.
    does(town, must_warn.decide_one, own, Asked(side=Side.OWN, warn=True, why="They use the bridge."))
    later, _first = asks(
        town, Asked(side=Side.VICTIM, whom=(town.id("the smith"),)), miller(town, who="His sons"), hours=None
    )
    for name in (public, later):
        again = duty(town, name)
        assert (again.event_at, again.decide_by) == (tonight, town.now + timedelta(minutes=10)), name
    does(town, must_warn.end, first, Ended.EVENT, why="It came.")
    does(town, must_warn.reopen, first, why="Another one is said to come.")
    assert duty(town, first).event_at == tonight


def test_whoever_was_told_of_tomorrow_is_owed_that_it_comes_tonight_and_what_said_tomorrow_tells_them_nothing(
    town: Town,
) -> None:
    for one in ("the miller", "the smith"):
        town.person(one)
    name, undecided = asks(
        town,
        miller(town, warn=True, why="They live beside it."),
        Asked(side=Side.VICTIM, whom=(town.id("the smith"),)),
    )
    tells(town, "the miller")
    tells(town, "the smith")
    assert duty(town, name).stage is Stage.TOLD
    town.pass_time(minutes=30)
    retimes(town, hours=1)
    assert (duty(town, name).owed, duty(town, name).warning) == ("tell", None)
    assert [ring.to for ring in town.watches(name, "duty")[-1].rings] == [town.duty_officer.id]
    warned = Asked(side=Side.VICTIM, warn=True, why="He is beside it, too.")
    does(town, must_warn.decide_one, undecided, warned)
    assert duty(town, undecided).stage is Stage.TO_WARN
    second = tells(town, "the miller")
    assert (duty(town, name).stage, duty(town, name).warning) == (Stage.TOLD, town.id(second))
    town.pass_time(minutes=1)
    retimes(town, minutes=30)
    assert duty(town, name).stage is Stage.TO_WARN
    does(town, must_warn.name_covering, name, town.id(second), why="It says that it may be any hour.")
    assert duty(town, name).stage is Stage.TOLD


def test_the_others_are_rung_as_fast_as_the_sooner_moment_needs(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town))
    town.pass_time(minutes=1)
    retimes(town, hours=1)
    town.pass_time(minutes=4)
    assert {ring.to for ring in town.watches(name, "duty")[-1].rings} == {town.duty_officer.id, town.deputy.id}


def test_whoever_is_rung_about_a_duty_is_told_by_when_and_nothing_of_what_it_is_about(town: Town) -> None:
    town.person("the miller")
    asks(town, miller(town), hours=1)
    call = town.lines.calls[-1].message
    assert call.kind == "call"
    assert f"It is to be done by {town.now + timedelta(minutes=10):%Y-%m-%d %H:%M} (UTC)." in call.lines
    town.pass_time(minutes=12)
    late = town.lines.calls[-1].message
    assert any(line.startswith("It should have been done by") for line in late.lines)
    assert not [line for line in (*call.lines, *late.lines) if "miller" in line]


def meets_an_indicator(town: Town) -> None:
    threat, said = town.id(town.case()), {"by": town.watch_officer.id, "now": town.now}
    one = [Indicator(key="powder", words="Somebody buys powder")]
    observing.put_on_checklist(town.house, threat, one, command="list", **said)  # type: ignore[arg-type]
    for command in ("notes", "notes it again"):
        observing.observe(
            town.house, threat, "powder", Observed.OBSERVED, as_of=town.now, words="At the mill", command=command,
            **said,  # type: ignore[arg-type]
        )  # fmt: skip


def begins(town: Town, hours: float) -> None:
    cases.describe_case(
        town.house, town.id(town.case()), title=f"The bridge, {hours}", targets=(), host=None,
        begins=town.now + timedelta(hours=hours), ends=None, particulars=Particulars(), why="It stood in the letter.",
        by=town.watch_officer.id, command=town.name_next("describes"), now=town.now,
    )  # fmt: skip


def left_below(town: Town, name: str) -> Duty:
    drunk = msgspec.structs.replace(FOUND, credible=Answered(said=Said.NO, ground="A drunk caller"))
    refuses(town, name, "below_threshold", drunk)
    return duty(town, name)


def left_disrupted(town: Town, name: str) -> Duty:
    """End it untold, after it had been decided to warn them."""
    does(town, must_warn.decide_one, name, Asked(side=Side.VICTIM, warn=True, why="They live there."), FOUND)
    does(town, must_warn.end, name, Ended.DISRUPTED, why="They were caught.")
    does(town, must_warn.review, name, agree=True, why="I rang the police.", by=town.deputy)
    return duty(town, name)


@pytest.mark.parametrize(
    ("leave", "since"),
    [
        pytest.param(left_below, "it was refused", id="refused"),
        pytest.param(left_disrupted, "it ended as disrupted", id="disrupted before they were told"),
    ],
)
@pytest.mark.parametrize(
    ("learns", "why"),
    [
        pytest.param(meets_an_indicator, "indicator", id="an indicator is met"),
        pytest.param(lambda town: town.judges_likelihood(0.3, 0.5), "more likely", id="it is judged more likely"),
        pytest.param(lambda town: begins(town, 5), "sooner", id="the case begins sooner"),
        pytest.param(lambda town: retimes(town, hours=5), "second caller", id="somebody says that it comes sooner"),
        pytest.param(lambda town: town.judges_likelihood(0.05, 0.1), "", id="it is judged less likely"),
        pytest.param(lambda town: town.judges_likelihood(0.1, 0.3), "", id="it is judged as likely as before"),
        pytest.param(lambda town: begins(town, 90), "", id="it begins later"),
    ],
)
def test_whom_nobody_warns_is_decided_anew_once_something_is_learnt_on_which_they_might_have_been(
    town: Town, learns: Callable[[Town], object], why: str, leave: Callable[[Town, str], Duty], since: str
) -> None:
    town.person("the miller")
    town.judges_likelihood(0.1, 0.3)
    (name, _open) = asks(town, miller(town), Asked(side=Side.PROTECTOR, who="The smith"), test=None)
    left = leave(town, name)
    assert left.over
    town.pass_time(hours=1)
    learns(town)
    town.work()
    again = duty(town, name)
    if not why:
        assert again == left
        return
    assert (again.stage, again.owed, len(again.refusals)) == (Stage.ASKED, "decide", 1)
    assert why in again.why
    assert why == "second caller" or since in again.why
    assert rung(town, name)
    many = len(rung(town, name))
    assert again.owed_by is not None
    town.pass_time(hours=25)
    assert duty(town, name).missed
    assert len(rung(town, name)) > many


def test_of_two_cases_that_become_one_whom_to_warn_is_owed_as_of_the_sooner(town: Town) -> None:
    town.person("the miller")
    refused, open_still = asks(town, miller(town), Asked(side=Side.PROTECTOR, who="The smith"))
    refuses(town, refused)
    sooner = ThreatOpened(
        subject=town.id("the ford"), occurred_at=town.now, title="The ford", zone="UTC", owner=town.duty_officer.id,
        begins=town.now + timedelta(hours=1), exercise=True,
    )  # fmt: skip
    weigh.open_threat(town.house, sooner, by=town.watch_officer.id, command="ford", now=town.now)
    joining.merge_cases(
        town.house, town.id("the ford"), town.id(town.case()), "It is one plan.", by=town.duty_officer.id,
        command="merge", now=town.now,
    )  # fmt: skip
    for name in (refused, open_still):
        assert (duty(town, name).owed, duty(town, name).due) == ("decide", town.now + timedelta(minutes=10))


def test_where_nobody_had_judged_a_case_it_is_decided_anew_once_it_is_likely(town: Town) -> None:
    (public,) = asks(town, Asked(side=Side.PUBLIC))
    refuses(town, public)
    town.pass_time(minutes=1)
    town.judges_likelihood(0.2, 0.4)
    assert duty(town, public).stage is Stage.REFUSED
    town.judges_likelihood(0.9, 0.97)
    assert duty(town, public).stage is Stage.ASKED


def test_a_host_is_refused_for_distrust_only_while_it_is_the_one_distrusted(town: Town) -> None:
    for name in ("the police", "the guard"):
        town.person(name, kind=PersonKind.ORGANISATION)
    must_warn.distrust(
        town.house, town.id(town.case()), town.id("the police"), Distrust.LEAKS, why="Two of them sold it.",
        by=town.watch_officer.id, command="distrust", now=town.now,
    )  # fmt: skip
    why: dict[str, Any] = {"ground": "distrusted_host", "why": "They would sell it."}
    with pytest.raises(Refused, match="holds only of a host that is distrusted"):
        asks(town, Asked(side=Side.PROTECTOR, whom=(town.id("the guard"),), **why))
    (host,) = asks(town, Asked(side=Side.HOST, whom=(town.id("the police"),), **why))
    with town.app.store.look() as look:
        (held,) = look.all(DistrustedHost)
    must_warn.trust(
        town.house, held.id, why="They were tried.", by=town.duty_officer.id, command="trust", now=town.now
    )  # fmt: skip
    with pytest.raises(Refused, match="holds only of a host that is distrusted"):
        does(town, must_warn.review, host, agree=True, why="So it is.", by=town.deputy)
    does(town, must_warn.review, host, agree=False, why="They were tried.", by=town.deputy)
    assert duty(town, host).stage is Stage.TO_WARN


def test_the_deadlines_follow_a_case_that_is_written_anew_to_come_sooner(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town), hours=None)
    assert duty(town, name).due == town.now + timedelta(hours=24)
    begins = town.now + timedelta(minutes=50)
    for hour, sooner in ((0, begins), (9, begins + timedelta(hours=9))):
        cases.describe_case(
            town.house, town.id(town.case()), title=f"The bridge, {hour}", targets=(), host=None, begins=sooner, ends=None,
            particulars=Particulars(), why="It stood in the letter.", by=town.watch_officer.id,
            command=town.name_next("describes"), now=town.now,
        )  # fmt: skip
        assert (duty(town, name).due, duty(town, name).event_at) == (town.now + timedelta(minutes=10), begins)
    town.pass_time(minutes=11)
    assert [one.owed for one in duty(town, name).missed] == ["decide"]


def test_nothing_goes_through_a_host_that_may_leak(town: Town) -> None:
    town.person("the police", kind=PersonKind.ORGANISATION)
    town.person("the miller")
    asks(town, miller(town, warn=True, why="They live beside it."))
    must_warn.distrust(
        town.house, town.id(town.case()), town.id("the police"), Distrust.LEAKS, why="Two of them sold it.",
        by=town.watch_officer.id, command="distrust", now=town.now,
    )  # fmt: skip
    with pytest.raises(Refused, match="may leak"):
        tells(town, "the miller", "the police")
    tells(town, "the miller")
    (host,) = asks(town, Asked(side=Side.HOST, whom=(town.id("the police"),)))
    with pytest.raises(Refused, match="may leak"):
        tells(town, "the police")
    does(town, must_warn.decide_one, host, Asked(side=Side.HOST, warn=True, why="Nobody else can guard it."))
    tells(town, "the police")
    assert duty(town, host).stage is Stage.TOLD


def test_a_warning_that_went_out_before_it_was_decided_serves_once_it_is(town: Town) -> None:
    town.person("the miller")
    tells(town, "the miller")
    (name,) = asks(town, miller(town))
    assert duty(town, name).stage is Stage.FOUND  # what is done is still to be written down
    does(town, must_warn.decide_one, name, miller(town, warn=True, why="They live beside it."))
    assert duty(town, name).stage is Stage.TOLD


def test_an_old_notice_that_never_said_how_long_it_holds_serves_only_if_somebody_says_so(town: Town) -> None:
    town.person("the miller")
    notice = tells(town, "the miller", hours=None)
    town.pass_time(hours=25)
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    assert duty(town, name).stage is Stage.TO_WARN, "what is known since, it does not say"
    does(town, must_warn.name_covering, name, town.id(notice), why="It said the same.")
    assert duty(town, name).stage is Stage.TOLD


def test_a_notice_that_reaches_only_some_of_them_has_not_told_them(town: Town) -> None:
    town.person("the miller")
    town.person("the baker")
    both = (town.id("the miller"), town.id("the baker"))
    (name,) = asks(town, Asked(side=Side.VICTIM, whom=both, warn=True, why="Both live there."))
    tells(town, "the miller")
    assert duty(town, name).stage is Stage.TO_WARN
    tells(town, "the miller", "the baker")
    assert duty(town, name).stage is Stage.TOLD


def bob_and_the_troupe(town: Town) -> str:
    town.person("Bob")
    both = Asked(side=Side.VICTIM, whom=(town.id("Bob"),), who="The theatre troupe", warn=True, why="They play there.")
    (name,) = asks(town, both)
    return name


def test_who_is_named_in_words_stays_owed_when_the_others_got_their_notice_and_answered_it(town: Town) -> None:
    name = bob_and_the_troupe(town)
    town.answers("Bob", tells(town, "Bob"), "received")
    owed_still = duty(town, name)
    assert (owed_still.stage, owed_still.owed, owed_still.told_at) == (Stage.DELIVERING, "tell", None)
    town.pass_time(hours=9)
    assert [one.owed for one in duty(town, name).missed] == ["tell"]
    assert rung(town, name)
    does(town, must_warn.told_otherwise, name, "Rees went to their rehearsal.", parts=("The theatre troupe",))
    assert duty(town, name).told_at == town.now


def test_who_was_named_in_words_and_is_found_is_told_by_a_warning(town: Town) -> None:
    name = bob_and_the_troupe(town)
    tells(town, "Bob")
    town.person("Tess of the troupe")
    with pytest.raises(Refused, match="for an officer"):
        does(town, must_warn.name_found, name, "The theatre troupe", [town.id("Bob")], by=Officer(town, "Bob"))
    with pytest.raises(Refused, match="not owed to"):
        does(town, must_warn.name_found, name, "The crew", [town.id("Tess of the troupe")])
    does(town, must_warn.name_found, name, "The theatre troupe", [town.id("Tess of the troupe")])
    assert (duty(town, name).who, duty(town, name).told_at) == ("", None)
    tells(town, "Bob", "Tess of the troupe")
    assert duty(town, name).stage is Stage.TOLD


def test_who_was_told_by_telephone_need_not_stand_in_the_notice_to_the_others(town: Town) -> None:
    for one in ("Bob", "Pia"):
        town.person(one)
    both = (town.id("Bob"), town.id("Pia"))
    (name,) = asks(town, Asked(side=Side.VICTIM, whom=both, warn=True, why="They play there."))
    with pytest.raises(Refused, match="not owed to"):
        does(town, must_warn.told_otherwise, name, "By telephone.", parts=("the miller",))
    does(town, must_warn.told_otherwise, name, "By telephone.", parts=both[:1])
    assert duty(town, name).stage is Stage.TO_WARN
    tells(town, "Pia")
    kept = duty(town, name)
    assert (kept.stage, [one.who for one in kept.apart]) == (Stage.TOLD, [both[0]])
    does(town, must_warn.end, name, Ended.PASSED, why="It is over.")
    does(town, must_warn.reopen, name, why="It begins again.")
    assert duty(town, name).apart == (), "what they were told before is not what is known now"


def test_of_two_both_are_waited_for_and_the_gravest_answer_is_kept(town: Town) -> None:
    for one in ("Bob", "Pia"):
        town.person(one)
    both = (town.id("Bob"), town.id("Pia"))
    (name,) = asks(town, Asked(side=Side.VICTIM, whom=both, warn=True, why="They play there."), hours=10)
    notice = tells(town, "Bob", "Pia")
    town.answers("Bob", notice, "received")
    waiting = duty(town, name)
    assert (waiting.stage, waiting.answer, waiting.owed) == (Stage.TOLD, "received", "hear")
    with town.app.store.look() as look:
        assert [(one.who, one.reached, one.silent, one.answer) for one in owed.parts_of(look, waiting)] == [
            (both[0], 1, 0, "received"), (both[1], 1, 1, ""),
        ]  # fmt: skip
    town.pass_time(hours=5.1)
    assert duty(town, name).missed[-1].owed == "hear"
    town.answers("Pia", notice, "received")
    assert (duty(town, name).stage, duty(town, name).answer) == (Stage.WATCHED, "received")
    town.pass_time(minutes=1)
    town.answers("Pia", notice, "disputed")
    assert duty(town, name).answer == "disputed"


def amber(town: Town, **more: Any) -> tuple[str, str]:
    """Return a duty to Bob and Pia, and the notice to both whose words are behind a code."""
    for one in ("Bob", "Pia"):
        town.person(one)
    both = (town.id("Bob"), town.id("Pia"))
    (name,) = asks(town, Asked(side=Side.VICTIM, whom=both, warn=True, why="They play there."), hours=10)
    return name, tells(town, "Bob", "Pia", mark=Mark.AMBER, **more)


def test_what_was_handed_over_without_its_words_has_told_nobody_until_they_read_it(town: Town) -> None:
    name, notice = amber(town)
    began = town.now
    handed = duty(town, name)
    assert (handed.stage, handed.owed, handed.told_at) == (Stage.UNREAD, "have_it_read", None)
    town.reads("Bob", notice)
    town.pass_time(minutes=59)
    assert rung(town, name) == []
    town.pass_time(minutes=3)
    assert rung(town, name), "half of the time to tell them has passed"
    town.pass_time(minutes=60)
    assert [one.owed for one in duty(town, name).missed] == ["have_it_read"]
    read_at = town.now
    town.reads("Pia", notice)
    told = duty(town, name)
    assert (told.stage, told.told_at, told.owed) == (Stage.TOLD, read_at, "hear")
    assert told.owed_by == read_at + (began + timedelta(hours=10) - read_at) / 2
    assert all(watch.settled_at is not None for watch in town.watches(name, "duty"))


def test_a_button_pressed_before_its_words_were_read_is_no_answer_to_them(town: Town) -> None:
    name, notice = amber(town)
    for one in ("Bob", "Pia"):
        town.answers(one, notice, "received")
    assert (duty(town, name).stage, duty(town, name).answer) == (Stage.UNREAD, "")
    with town.app.store.look() as look:
        assert [(one.told, one.early, one.answer) for one in owed.parts_of(look, duty(town, name))] == [
            (0, "received", "")] * 2  # fmt: skip
    town.pass_time(minutes=1)
    for one in ("Bob", "Pia"):
        town.reads(one, notice)
    assert (duty(town, name).stage, duty(town, name).answer) == (Stage.TOLD, "")
    town.pass_time(minutes=1)
    for one in ("Bob", "Pia"):
        town.answers(one, notice, "acting")
    assert (duty(town, name).stage, duty(town, name).answer) == (Stage.WATCHED, "acting")


def test_a_reply_that_an_officer_found_a_place_for_tells_nothing_of_words_that_were_not_read(town: Town) -> None:
    name, notice = amber(town)
    town.reads("Bob", notice)
    take_reply(town.house, Incoming(
        channel="mail", message="reply", address="Pia", text="Oh my, all right then", at=town.now,
        parcels=(town.phone("Pia").last_call.id,),
    ))  # fmt: skip
    town.work()
    with town.app.store.look() as look:
        (reply,) = look.all(Reply)
    decide_reply(
        town.house, reply.id, warning=town.id(notice), answer=AnswerKind.RECEIVED, by=town.watch_officer.id,
        command="read", now=town.now,
    )  # fmt: skip
    town.work()
    assert (duty(town, name).stage, duty(town, name).answer) == (Stage.UNREAD, "")
    with town.app.store.look() as look:
        assert [(one.told, one.early) for one in owed.parts_of(look, duty(town, name))] == [(1, ""), (0, "received")]


def test_what_was_read_out_to_them_by_an_officer_they_know(town: Town) -> None:
    name, notice = amber(town)
    town.reads("Bob", notice)
    does(town, must_warn.told_otherwise, name, "Read to her by telephone.", parts=(town.id("Pia"),))
    assert duty(town, name).stage is Stage.TOLD


def test_who_was_still_to_be_found_is_somebody_who_had_been_told(town: Town) -> None:
    town.person("Pia")
    pia = town.id("Pia")
    to = Asked(side=Side.VICTIM, who="The goalkeeper", whom=(pia,), warn=True, why="They play there.")
    (name,) = asks(town, to, hours=10)
    does(town, must_warn.told_otherwise, name, "Read to her by telephone.", parts=(pia,))
    assert duty(town, name).stage is Stage.TO_WARN
    does(town, must_warn.name_found, name, "The goalkeeper", (pia,))
    told = duty(town, name)
    assert (told.stage, told.told_how, told.left_whom, told.left_words) == (
        Stage.TOLD, "Read to her by telephone.", (), (),
    )  # fmt: skip


def test_a_notice_that_carries_its_words_has_told_them_when_it_arrives(town: Town) -> None:
    name, _ = amber(town, in_message="It is for tonight.")
    assert duty(town, name).stage is Stage.TOLD


def test_who_read_the_first_notice_and_who_read_the_second_have_both_been_told(town: Town) -> None:
    name, first = amber(town)
    second = tells(town, "Bob", "Pia", mark=Mark.AMBER)
    town.reads("Bob", first)
    assert duty(town, name).stage is Stage.UNREAD
    town.reads("Pia", second)
    assert duty(town, name).stage is Stage.TOLD


def test_nobody_looks_again_at_what_lies_with_them_unread(town: Town) -> None:
    name, _ = amber(town)
    with pytest.raises(Refused, match="its code was not named"):
        does(town, must_warn.look_again, name, town.now + timedelta(hours=1), why="It goes on.")


def test_who_is_named_instead_of_the_host_that_the_case_has_is_the_one_it_is_owed_to(town: Town) -> None:
    town.person("the police", kind=PersonKind.ORGANISATION)
    cases.describe_case(
        town.house, town.id(town.case()), title="The bridge", targets=(), host=town.id("the police"), begins=None, ends=None,
        particulars=Particulars(), why="They guard it.", by=town.watch_officer.id, command="describes", now=town.now,
    )  # fmt: skip
    (name,) = asks(town, Asked(side=Side.HOST, who="The mayor"))
    assert (duty(town, name).whom, duty(town, name).left_words) == ((), ("The mayor",))


def test_an_institution_that_answers_in_public_has_had_its_words(town: Town) -> None:
    town.person("the police", kind=PersonKind.ORGANISATION)
    (name,) = asks(town, Asked(side=Side.HOST, whom=(town.id("the police"),), warn=True, why="They guard it."))
    notice = tells(town, "the police", mark=Mark.AMBER)
    assert duty(town, name).stage is Stage.UNREAD
    town.says_in_public("the police", notice, "dismissed", "Provocation.")
    assert (duty(town, name).stage, duty(town, name).answer) == (Stage.WATCHED, "dismissed")


def test_what_lies_with_them_unread_is_so_again_after_its_end_was_not_agreed_to(town: Town) -> None:
    name, _ = amber(town)
    does(town, must_warn.end, name, Ended.DISRUPTED, why="They are held.")
    assert duty(town, name).stage is Stage.REVIEW
    does(town, must_warn.review, name, by=town.deputy, agree=False, why="One got away.")
    assert (duty(town, name).stage, duty(town, name).owed) == (Stage.UNREAD, "have_it_read")


def test_an_alert_tells_the_public_whatever_was_written_beside_it(town: Town) -> None:
    (name,) = asks(town, Asked(side=Side.PUBLIC, who="Who walks there", warn=True, why="They walk there."))
    town.duty_officer.issues_alert()
    assert duty(town, name).stage is Stage.WATCHED


def test_silence_at_half_the_time_that_is_left_is_rung_about(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."), hours=10)
    tells(town, "the miller")
    many = len(rung(town, name))
    town.pass_time(hours=4.9)
    assert len(rung(town, name)) == many
    town.pass_time(hours=0.2)
    assert len(rung(town, name)) > many
    assert duty(town, name).missed[-1].owed == "hear"


def test_told_by_another_way(town: Town) -> None:
    (name,) = asks(town, Asked(side=Side.VICTIM, who="The ferryman", warn=True, why="He is out there."))
    does(town, must_warn.told_otherwise, name, "The deputy called across the river.")
    kept = duty(town, name)
    assert (kept.stage, kept.told_how, kept.told_by) == (
        Stage.TOLD, "The deputy called across the river.", town.duty_officer.id,
    )  # fmt: skip


def test_the_event_is_expected_sooner(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town), hours=48)
    must_warn.retime(
        town.house, town.id(town.case()), town.now + timedelta(minutes=90), why="It cracks.", by=town.watch_officer.id,
        command="sooner", now=town.now,
    )  # fmt: skip
    town.work()
    assert duty(town, name).due == town.now + timedelta(minutes=10)


def test_twice_about_one_side_is_refused(town: Town) -> None:
    asks(town, Asked(side=Side.PUBLIC))
    with pytest.raises(Refused, match="already"):
        asks(town, Asked(side=Side.PUBLIC))


def test_one_that_cannot_be_decided_so_leaves_nothing_of_the_others(town: Town) -> None:
    with pytest.raises(Refused, match="knows no ground"):
        asks(
            town,
            Asked(side=Side.PUBLIC, warn=True, why="They walk there."),
            Asked(side=Side.OWN, ground="violent_criminal", why="So."),
        )
    assert duties(town) == []


def test_who_overtook_another_decides_alone(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town))
    does(town, must_warn.decide_one, name, miller(town, warn=True, why="They live beside it."))
    with pytest.raises(Refused, match="decided already"):
        does(town, must_warn.decide_one, name, miller(town, ground="no_way", why="No telephone."), by=town.deputy)


def test_the_policy_is_chosen_in_the_open_and_what_is_decided_by_it_follows(town: Town) -> None:
    town.person("the clerk", roles=(Role.ADMINISTRATOR,))
    town.person("the miller")
    with pytest.raises(Refused, match="knows no ground"):
        asks(town, miller(town, ground="violent_criminal", why="He is a robber."))
    must_warn.choose(
        town.house, "icd_191", HOURS, why="The law binds us.", by=town.id("the clerk"), command="choose", now=town.now
    )
    (name,) = asks(town, miller(town, ground="violent_criminal", why="He is a robber."))
    assert duty(town, name).refusals[0].pack == "icd_191"
    assert "DutyPolicyChosen" in PUBLIC
    assert not {"DutyOpened", "DutyTaken", "RefusalProposed", "RefusalUpheld", "HostDistrusted"} & PUBLIC


def test_what_is_decided_is_said_twice_and_done_once(town: Town) -> None:
    for _ in range(2):
        must_warn.ask(
            town.house, town.id(town.case()), [Asked(side=Side.PUBLIC)], FOUND,
            by=town.duty_officer.id, command="asks", now=town.now,
        )  # fmt: skip
    assert len(duties(town)) == 1


def test_what_they_say_of_it_is_kept_and_a_denial_ends_nothing(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    notice = tells(town, "the miller")
    town.answers("the miller", notice, AnswerKind.DISMISSED.value)
    kept = duty(town, name)
    assert (kept.answer, kept.stage, kept.over) == ("dismissed", Stage.WATCHED, False)


def decides_to_warn_the_public(town: Town) -> str:
    (name,) = asks(town, Asked(side=Side.PUBLIC, warn=True, why="They walk there."))
    return name


def test_an_alert_whose_hours_were_over_before_it_was_decided_tells_nobody(town: Town) -> None:
    town.duty_officer.issues_alert(hours=2)
    town.pass_time(hours=72)
    name = decides_to_warn_the_public(town)
    assert duty(town, name).stage is Stage.TO_WARN
    assert duty(town, name).told_at is None


def test_an_alert_that_was_withdrawn_tells_nobody(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=48)
    town.duty_officer.decides(alert, "withdraw")
    assert duty(town, decides_to_warn_the_public(town)).stage is Stage.TO_WARN


def test_a_drill_does_not_tell_those_who_are_in_danger(town: Town) -> None:
    meant = ThreatOpened(
        subject=town.id("the dam"), occurred_at=town.now, title="The dam", zone="UTC",
        owner=town.duty_officer.id, exercise=False,
    )  # fmt: skip
    weigh.open_threat(town.house, meant, by=town.watch_officer.id, command="dam", now=town.now)
    town._case = "the dam"  # it has one case, and this one is meant
    name = decides_to_warn_the_public(town)
    town.duty_officer.issues_alert()
    assert duty(town, name).stage is Stage.TO_WARN


def test_a_notice_that_was_taken_back_before_it_arrived_has_told_nobody_and_another_does(town: Town) -> None:
    town.person("the miller", reached=False)
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    first = tells(town, "the miller")
    assert duty(town, name).stage is Stage.DELIVERING
    town.duty_officer.retracts(first)
    second = tells(town, "the miller")
    assert duty(town, name).warning == town.id(second)


def test_what_was_taken_back_is_not_to_be_read_to_them(town: Town) -> None:
    name, notice = amber(town)
    assert duty(town, name).owed == "have_it_read"
    town.pass_time(minutes=1)
    town.duty_officer.retracts(notice)
    left = duty(town, name)
    assert (left.stage, left.owed, left.warning, left.arrived_at) == (Stage.TO_WARN, "tell", None, None)
    another = tells(town, "Bob", "Pia", mark=Mark.AMBER)
    assert (duty(town, name).stage, duty(town, name).warning) == (Stage.UNREAD, town.id(another))


def test_nothing_goes_through_a_distrusted_host_of_a_case_that_became_one_with_this_by_way_of_another(
    town: Town,
) -> None:
    town.person("the police", kind=PersonKind.ORGANISATION)
    cases = [town.case(), "the ford", "the weir"]
    for one in cases[1:]:
        opened = ThreatOpened(
            subject=town.id(one), occurred_at=town.now, title=one, zone="UTC",
            owner=town.duty_officer.id, exercise=True,
        )  # fmt: skip
        weigh.open_threat(town.house, opened, by=town.watch_officer.id, command=one, now=town.now)
    must_warn.distrust(
        town.house, town.id("the weir"), town.id("the police"), Distrust.LEAKS, why="Two of them sold it.",
        by=town.watch_officer.id, command="distrust", now=town.now,
    )  # fmt: skip
    for one, into in (("the weir", "the ford"), ("the ford", town.case())):
        joining.merge_cases(
            town.house, town.id(one), town.id(into), "It is one plan.", by=town.duty_officer.id,
            command=f"merge {one}", now=town.now,
        )  # fmt: skip
    with pytest.raises(Refused, match="may leak"):
        tells(town, "the police")


def test_nothing_goes_to_somebody_who_is_told_things_for_a_host_that_may_leak(town: Town) -> None:
    town.person("Rees")
    police = town.institution("the police", line=("Rees",))
    must_warn.distrust(
        town.house, town.id(town.case()), town.id(police), Distrust.LEAKS, why="Two of them sold it.",
        by=town.watch_officer.id, command="distrust", now=town.now,
    )  # fmt: skip
    with pytest.raises(Refused, match="may leak"):
        tells(town, "Rees")
    asks(town, Asked(side=Side.VICTIM, whom=(town.id("Rees"),), warn=True, why="He is in danger himself."))
    tells(town, "Rees")


def test_a_clock_that_was_a_year_on_for_a_while_puts_off_neither_the_deadline_nor_the_ringing(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town), hours=1)
    due, house, year = duty(town, name).due, town.house, town.now + timedelta(days=365)
    owed.tend_duties(house, year)
    work(house, TownClock(year), sending=False)
    slept = duty(town, name).due
    assert slept is not None
    assert slept > year
    wake(house, town.now)
    work(house, TownClock(town.now), sending=False)
    assert duty(town, name).due == due
    many = len(rung(town, name))
    town.pass_time(minutes=11)
    assert [one.owed for one in duty(town, name).missed] == ["decide", "decide"]
    assert len(rung(town, name)) > many
    with town.app.store.look() as look:
        assert [*look.asleep(Duty, town.now), *look.asleep(Watch, town.now)] == []


def test_a_duty_that_was_asked_while_the_clock_was_ahead_is_decided_within_its_time_from_now_on(town: Town) -> None:
    town.person("the miller")
    right, year = town.now, town.now + timedelta(days=365)
    must_warn.ask(
        town.house, town.id(town.case()), [miller(town)], FOUND, event_at=year + timedelta(hours=1), ids=["asked"],
        by=town.duty_officer.id, command="asks ahead", now=year,
    )  # fmt: skip
    work(town.house, TownClock(year), sending=False)
    wake(town.house, right)
    work(town.house, TownClock(right), sending=False)
    (asked,) = duties(town)
    assert asked.due == right + timedelta(minutes=10)
    with town.app.store.look() as look:
        waits = [one for one in look.all(Watch, warning="asked") if one.settled_at is None]
    assert [one.due - right < timedelta(minutes=5) for one in waits if one.due is not None] == [True]


def meanwhile(town: Town, monkeypatch: pytest.MonkeyPatch, other: Callable[[], object]) -> None:
    """Let somebody else do something between what the next one reads and what that one commits."""
    commit = town.app.store.commit

    def late(*args: Any, **named: Any) -> Any:
        monkeypatch.setattr(town.app.store, "commit", commit)
        other()
        return commit(*args, **named)

    monkeypatch.setattr(town.app.store, "commit", late)


@pytest.mark.parametrize("side", [Side.PUBLIC, Side.OWN])
def test_of_two_who_ask_about_a_side_at_once_the_second_is_told_so(
    town: Town, monkeypatch: pytest.MonkeyPatch, side: Side
) -> None:
    town.case()
    meanwhile(town, monkeypatch, lambda: asks(town, Asked(side=side), by=town.watch_officer))
    with pytest.raises(Refused, match=f"asked about the {side} of this case already"):
        asks(town, Asked(side=side))
    assert [one.side for one in duties(town)] == [side]


def test_of_two_who_tell_our_own_at_once_the_public_is_asked_about_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    (name,) = asks(town, Asked(side=Side.OWN))
    meanwhile(town, monkeypatch, lambda: asks(town, Asked(side=Side.PUBLIC), by=town.watch_officer))
    warned = Asked(side=Side.OWN, warn=True, why="They are in danger.")
    with pytest.raises(Refused, match="asked about the public"):
        does(town, must_warn.decide_one, name, warned)
    assert duty(town, name).stage is Stage.FOUND
    does(town, must_warn.decide_one, name, warned)
    assert sorted(one.side for one in duties(town)) == [Side.OWN, Side.PUBLIC]


def test_what_went_out_before_it_was_asked_again_tells_nobody_by_itself(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    first = tells(town, "the miller", hours=None)
    assert duty(town, name).stage is Stage.TOLD
    does(town, must_warn.end, name, Ended.PASSED, why="The water has gone down.")
    town.pass_time(hours=1)
    does(town, must_warn.reopen, name, why="Now the mill itself is meant.")
    does(town, must_warn.decide_one, name, miller(town, warn=True, why="He sleeps there."), FOUND)
    assert (duty(town, name).stage, duty(town, name).owed) == (Stage.TO_WARN, "tell")
    tells(town, "the miller")
    assert (duty(town, name).stage, duty(town, name).warning != town.id(first)) == (Stage.TOLD, True)


def test_an_earlier_warning_covers_it_once_a_duty_officer_says_so_and_why(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    over = tells(town, "the miller", hours=1)
    first = tells(town, "the miller", hours=None)
    does(town, must_warn.end, name, Ended.PASSED, why="The water has gone down.")
    town.pass_time(hours=2)
    does(town, must_warn.reopen, name, why="It rises again.")
    with pytest.raises(Refused, match="does not tell them"):
        does(town, must_warn.name_covering, name, town.id(first), why="It says all of it.")  # nothing is decided yet
    does(town, must_warn.decide_one, name, miller(town, warn=True, why="He sleeps there."), FOUND)
    for warning, by, why, match in (
        (first, town.watch_officer, "It says all of it.", "duty officer"),
        (first, town.duty_officer, " ", "Say why"),
        (over, town.duty_officer, "It says all of it.", "does not tell them"),
    ):
        with pytest.raises(Refused, match=match):
            does(town, must_warn.name_covering, name, town.id(warning), why=why, by=by)
    assert duty(town, name).stage is Stage.TO_WARN
    does(town, must_warn.name_covering, name, town.id(first), why="It says all of it.")
    kept = duty(town, name)
    assert (kept.stage, kept.warning, kept.covered_by, kept.covered_why) == (
        Stage.TOLD, town.id(first), town.duty_officer.id, "It says all of it.",
    )  # fmt: skip


def test_whoever_read_what_is_not_so_any_more_decides_nothing(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, ground="already_aware", why="He told us of it himself."))
    with town.app.store.look() as look:
        seen = look.said(town.id(name))
    town.pass_time(hours=13)  # the clock says something meanwhile, and that changes nothing
    does(town, must_warn.answer_questions, name, FOUND, why="Read again.", by=town.watch_officer)
    with pytest.raises(Refused, match="since this page was loaded"):
        does(town, must_warn.review, name, by=town.deputy, agree=True, why="I rang him.", seen=seen)
    assert duty(town, name).stage is Stage.REVIEW
    does(town, must_warn.review, name, by=town.deputy, agree=True, why="I rang him.", seen=seen + 1)
    assert duty(town, name).stage is Stage.REFUSED


def test_where_the_first_notice_does_not_arrive_and_a_later_one_does_they_are_told(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    town.lines.refuses("the miller")
    tells(town, "the miller")
    assert duty(town, name).stage is Stage.DELIVERING
    town.gets_a_radio("the miller")
    later = tells(town, "the miller")
    assert (duty(town, name).stage, duty(town, name).warning) == (Stage.TOLD, town.id(later))


def test_what_they_answer_to_a_later_notice_they_have_answered(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    first = tells(town, "the miller")
    later = tells(town, "the miller")
    assert (duty(town, name).stage, duty(town, name).warning) == (Stage.TOLD, town.id(first))
    town.answers("the miller", later, "acting")
    assert (duty(town, name).stage, duty(town, name).answer) == (Stage.WATCHED, "acting")


@pytest.mark.parametrize(
    ("course", "senior", "miller_stands", "smith_stands"),
    [
        pytest.param(Course.CARRIED_OUT, True, "event", "event", id="it happened"),
        pytest.param(Course.DISRUPTED, True, "disrupted", "", id="it was disrupted, and who was not told takes two"),
        pytest.param(Course.NOTHING, True, "passed", "", id="nothing came, and who was not told is still owed"),
        pytest.param(Course.UNKNOWN, True, "", "", id="nobody knows"),
        pytest.param(Course.CARRIED_OUT, False, "", "", id="no duty officer says so"),
    ],
)
def test_what_became_of_the_case_ends_what_is_owed_in_it(
    town: Town, course: Course, senior: bool, miller_stands: str, smith_stands: str
) -> None:
    town.person("the miller")
    told, asked = asks(
        town, miller(town, warn=True, why="They live there."), Asked(side=Side.PROTECTOR, who="The smith")
    )
    town.answers("the miller", tells(town, "the miller"), "acting")
    by = town.duty_officer if senior else town.watch_officer
    judged = OutcomeJudged(
        subject=town.id(town.case()), occurred_at=town.now, course=course, time=Verdict.MATCH, place=Verdict.MATCH,
        target=Verdict.MATCH, actor=Verdict.UNKNOWN, judge=by.id, why="",
    )  # fmt: skip
    judge.judge_outcome(town.house, judged, by=by.id, command="judged", now=town.now)
    town.work()
    for name, how in ((told, miller_stands), (asked, smith_stands)):
        stands = duty(town, name)
        assert (stands.over, stands.ended_how) == (bool(how), how)
        assert how == "" or all(watch.settled_at is not None for watch in town.watches(name, "duty"))
    assert duty(town, asked).untold is bool(smith_stands)
    if course is Course.DISRUPTED:
        assert duty(town, asked).stage is Stage.REVIEW
        with pytest.raises(Refused, match="another duty officer"):
            does(town, must_warn.review, asked, agree=True, why="They are held.")
        does(town, must_warn.review, asked, by=town.deputy, agree=True, why="I saw them in their cell.")
        assert (duty(town, asked).ended_how, duty(town, asked).untold) == ("disrupted", True)


def ends_case(town: Town) -> None:
    said = {"by": town.duty_officer.id, "command": town.name_next("ends"), "now": town.now}
    cases.close_case(town.house, town.id(town.case()), "Nobody asks any more", **said)  # type: ignore[arg-type]
    town.work()


def test_a_case_is_not_ended_while_it_owes_a_warning(town: Town) -> None:
    town.person("the miller")
    (name,) = asks(town, miller(town))
    with pytest.raises(Refused, match=rf"Duty {town.id(name)}, to the victim, is not decided\. Decide whether"):
        ends_case(town)
    does(town, must_warn.decide_one, name, miller(town, ground="already_aware", why="He told us of it himself."))
    with pytest.raises(Refused, match=r"reviewed\. Have the proposal"):
        ends_case(town)
    does(town, must_warn.review, name, by=town.deputy, agree=False, why="He knows half of it.")
    with pytest.raises(Refused, match=r"told\. Warn them, or write down how"):
        ends_case(town)
    does(town, must_warn.told_otherwise, name, "By telephone, the duty officer to the miller")
    ends_case(town)
    assert (duty(town, name).owed, duty(town, name).over) == ("hear", False)


def test_a_case_is_not_ended_while_one_that_it_took_in_owes_a_warning(town: Town) -> None:
    town.person("the miller")
    asks(town, miller(town))
    said = {"by": town.duty_officer.id, "command": "takes", "now": town.now}
    whole = ThreatOpened(
        subject=town.id("the river"), occurred_at=town.now, title="The river", zone="UTC",
        owner=town.duty_officer.id, exercise=True,
    )  # fmt: skip
    weigh.open_threat(town.house, whole, by=town.duty_officer.id, command="river", now=town.now)
    joining.merge_cases(town.house, town.id(town.case()), whole.subject, "The same", **said)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="is not decided"):
        cases.close_case(town.house, whole.subject, "Enough", **(said | {"command": "ends"}))  # type: ignore[arg-type]


def test_a_duty_asked_while_the_case_is_being_ended_keeps_it_open(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.person("the miller")
    town.case()
    commit, first = town.app.store.commit, [True]

    def later(*args: Any, **named: Any) -> Any:
        if first and first.pop():
            asks(town, miller(town))
        return commit(*args, **named)

    monkeypatch.setattr(town.app.store, "commit", later)
    with pytest.raises(Refused, match="is not decided"):
        ends_case(town)


def test_what_ended_or_was_not_to_be_warned_of_keeps_no_case_open(town: Town) -> None:
    town.person("the miller")
    no = miller(town, ground="already_aware", why="He told us of it himself.")
    refused, ended = asks(town, no, Asked(side=Side.PUBLIC))
    does(town, must_warn.review, refused, by=town.deputy, agree=True, why="I rang him, and he knows.")
    does(town, must_warn.end, ended, Ended.DISRUPTED, why="They are held.")
    with pytest.raises(Refused, match="reviewed"):
        ends_case(town)
    does(town, must_warn.review, ended, by=town.deputy, agree=True, why="I saw them in their cell.")
    ends_case(town)
    with town.app.store.look() as look:
        assert look.get(Threat, town.id(town.case())).ended is not None
