"""Who answers ends the silence about that warning alone, and at the same moment as if every silence were looked through.

Every story of tests/story is told in a town that looks through all of them after each round: see noted.py.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from tests.story.noted import Noting, unsettled
from tests.story.test_must_warn import tells
from tests.story.test_owed_by_case import another_case, in_case
from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused, Unreachable
from tocsin.flow.answer import silence
from tocsin.flow.answer.told import Telling, tell
from tocsin.flow.people.policies import put_under
from tocsin.flow.work import STEPS, work
from tocsin.people.facts import MemberRemoved
from tocsin.store.log import LinkAnswer
from tocsin.testing.town import Town
from tocsin.warning.ladder import Ladder, Suffices, Which

QUARTER = timedelta(minutes=15)
SEEDS, STEPS_OF_A_STORY = 4, 30


def ended(town: Town, warning: str) -> list[tuple[str, str]]:
    """Return whose silence about a warning is over, and how, by name."""
    return sorted((town.named(one.of), one.settled_how) for one in town.watches(warning, "silence") if one.settled_at)


def told(town: Town, warning: str, who: str, kind: str = "received") -> None:
    """Let an officer write down what somebody answered by telephone."""
    said = Telling(
        warning=town.id(warning), recipient=town.id(who), answer=AnswerKind(kind), heard=Heard.TELEPHONE, speaker="",
        words="I keep off it.", said_at=town.now,
    )  # fmt: skip
    tell(town.house, said, by=town.watch_officer.id, command=town.name_next("told"), now=town.now)
    town.work()


def by(town: Town, suffices: Suffices) -> Ladder:
    return replace(town.ladder(QUARTER), suffices=suffices)


@contextmanager
def failing(town: Town, step: str) -> Iterator[None]:
    """Have a step of the work fail each time, and the others done."""

    def fails(*_args: Any, **_named: Any) -> None:
        raise Unreachable("The disc is full.")

    def works() -> None:
        with suppress(Unreachable):
            work(town.house, town.clock)

    with pytest.MonkeyPatch.context() as full:
        full.setitem(STEPS, step, fails)
        full.setattr(town, "work", works)
        yield


def test_who_answers_one_warning_has_no_silence_about_another_looked_at(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in ("Bob", "Pia"):
        town.person(one)
    here, there = tells(town, "Bob"), in_case(town, another_case(town), lambda: tells(town, "Pia"))
    asked: list[str] = []
    whole = silence.those_over

    def counting(look: Any, silent: Any) -> list[Watch]:
        asked.extend(town.named(one.warning) for one in silent)
        return whole(look, silent)

    monkeypatch.setattr(silence, "those_over", counting)
    town.answers("Bob", here, "acting")
    assert (ended(town, here), ended(town, there)) == ([("Bob", "answered")], [])
    assert set(asked) == {here}


# ---- one cause, and no other


def they_answer_by_link(town: Town) -> tuple[str, str]:
    town.person("the miller")
    notice = tells(town, "the miller")
    town.answers("the miller", notice, "received")
    return notice, "the miller"


def they_tell_an_officer(town: Town) -> tuple[str, str]:
    town.person("the miller")
    notice = tells(town, "the miller")
    told(town, notice, "the miller")
    return notice, "the miller"


def they_say_it_in_public(town: Town) -> tuple[str, str]:
    town.institution("the police")
    notice = tells(town, "the police")
    town.says_in_public("the police", notice, "acting", "We close the bridge.")
    return notice, "the police"


def they_read_it_back(town: Town) -> tuple[str, str]:
    town.institution("the police")
    notice = tells(town, "the police")
    town.watch_officer.takes_read_back("the police", notice)
    return notice, "the police"


def they_say_that_they_handed_it_on(town: Town) -> tuple[str, str]:
    town.institution("the police")
    town.person("the lock keeper")
    notice = tells(town, "the police")
    town.watch_officer.notes_handing("the police", notice, "the lock keeper")
    return notice, "the police"


def the_chief_answers_for_another(town: Town) -> str:
    """The police are told by their clerk, who is silent; their chief answers for the dyke board."""
    for one in ("the clerk", "the chief"):
        town.person(one)
    town.institution("the police", line=["the clerk", "the chief"], reached=False, patience=timedelta(minutes=10))
    town.institution("the dyke board", line=["the chief"], reached=False)
    notice = tells(town, "the police", "the dyke board")
    town.answers("the chief", notice, "received")
    assert ended(town, notice) == [("the dyke board", "answered")]
    return notice


def the_next_in_line_has_answered_already(town: Town) -> tuple[str, str]:
    notice = the_chief_answers_for_another(town)
    town.pass_time(minutes=10)
    return notice, "the police"


def it_is_handed_on_to_one_who_has_answered_already(town: Town) -> tuple[str, str]:
    notice = the_chief_answers_for_another(town)
    town.hands_on("the clerk", "the police", notice, "the chief")
    return notice, "the police"


def they_are_written_down_when_they_have_answered(town: Town) -> tuple[str, str]:
    """The plan fails at first, and they answer by telephone meanwhile."""
    town.group("the street", ["Bob"])
    with failing(town, "plan"):
        alert = town.duty_officer.issues_alert(groups=["the street"])
        told(town, alert, "Bob")
    assert ended(town, alert) == []
    town.work()
    return alert, "the street"


def they_are_waited_for_when_they_have_answered(town: Town) -> tuple[str, str]:
    """To stand by fails at first, and they answer meanwhile."""
    town.person("the miller")
    with failing(town, "watch"):
        notice = tells(town, "the miller")
        town.answers("the miller", notice, "received")
    assert town.watches(notice, "silence") == []
    town.work()
    return notice, "the miller"


def another_ladder_asks_for_less(town: Town) -> tuple[str, str]:
    town.person("the miller")
    alert = town.duty_officer.issues_alert(to=["the miller"], ladder=by(town, Suffices(answers=("safe",))))
    town.answers("the miller", alert, "received")
    (watch,) = town.watches(alert, "silence")
    assert watch.settled_at is None
    any_word = town.keeps_policy("any word", town.ladder(QUARTER))
    put_under(town.house, watch.id, any_word, by=town.duty_officer.id, command="put under", now=town.now)
    town.work()
    return alert, "the miller"


def the_last_of_a_group_answers(town: Town) -> tuple[str, str]:
    town.group("the street", ["Bob", "Pia"])
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.answers("Bob", alert, "safe")
    told(town, alert, "Pia")
    return alert, "the street"


CAUSES = (
    they_answer_by_link,
    they_tell_an_officer,
    they_say_it_in_public,
    they_read_it_back,
    they_say_that_they_handed_it_on,
    the_next_in_line_has_answered_already,
    it_is_handed_on_to_one_who_has_answered_already,
    they_are_written_down_when_they_have_answered,
    they_are_waited_for_when_they_have_answered,
    another_ladder_asks_for_less,
    the_last_of_a_group_answers,
)


@pytest.mark.parametrize("happens", CAUSES, ids=lambda one: one.__name__.replace("_", " "))
def test_it_is_over_at_once_when(town: Town, happens: Callable[[Town], tuple[str, str]]) -> None:
    warning, who = happens(town)
    assert (who, "answered") in ended(town, warning)


def test_a_stretch_of_answers_ends_the_silence_about_every_warning_it_belongs_to(town: Town) -> None:
    people = ("Bob", "Pia", "Tess")
    for one in people:
        town.person(one)
    notices = {one: tells(town, one) for one in people}
    with town.app.store.look() as look:
        rows = [look.rows_of(town.id(notice))[town.id(one)] for one, notice in notices.items()]
    town.app.store.add_answers([LinkAnswer(row=row, answer="received", at=town.now) for row in rows])
    town.work()
    assert [ended(town, notice) for notice in notices.values()] == [[(one, "answered")] for one in people]


# ---- and what nobody asked for


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Town]:
    """A town in which nobody looks through every silence after each round."""
    with Town(tmp_path) as town:
        yield town
        town.reconcile()


def nobody_asks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the rounds of work settle nothing of what was answered: as if nobody had thought of what happens next."""

    def passes_over(_house: Any, _now: Any) -> None:
        town.app.store.finish(*(one.seq for one in town.app.store.errands("settle")))

    monkeypatch.setattr(silence, "settle_asked", passes_over)


def test_what_nobody_thought_of_is_over_within_the_hour(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.person("the miller")
    notice = tells(plain, "the miller", patience=timedelta(hours=5))
    nobody_asks(plain, monkeypatch)
    plain.answers("the miller", notice, "received")
    assert unsettled(plain) == [f"the miller about {notice}"]
    plain.pass_time(hours=1)
    assert ended(plain, notice) == [("the miller", "answered")]


def test_what_nobody_thought_of_is_over_before_anybody_is_rung_about_it(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain.person("the miller")
    notice = tells(plain, "the miller", patience=QUARTER)
    nobody_asks(plain, monkeypatch)
    monkeypatch.setattr(silence, "settle_all", lambda house, now: None)
    plain.answers("the miller", notice, "received")
    assert ended(plain, notice) == []
    plain.pass_time(hours=2)
    (watch,) = plain.watches(notice, "silence")
    assert (watch.settled_how, watch.rings) == ("answered", ())


@pytest.mark.parametrize("patience", [pytest.param(15, id="rung"), pytest.param(300, id="within the hour")])
def test_who_leaves_a_group_is_waited_for_no_more(plain: Town, patience: int) -> None:
    plain.group("the troupe", ["Bob", "Pia"])
    alert = plain.duty_officer.issues_alert(groups=["the troupe"], patience=timedelta(minutes=patience))
    plain.answers("Bob", alert, "safe")
    plain.says(MemberRemoved(subject=plain.id("the troupe/Pia"), occurred_at=plain.now))
    plain.pass_time(hours=1)
    (watch,) = plain.watches(alert, "silence")
    assert (watch.settled_how, watch.rings) == ("answered", ())


def test_one_silence_that_cannot_be_written_holds_up_none_of_the_others(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in ("Bob", "Pia"):
        plain.person(one)
    notices = {one: tells(plain, one) for one in ("Bob", "Pia")}
    whole = silence.those_over

    def broken(look: Any, silent: Any) -> list[Watch]:
        silent = list(silent)
        if any(one.of == plain.id("Bob") for one in silent):
            raise Unreachable("It cannot be read.")
        return whole(look, silent)

    with plain.app.store.look() as look:
        rows = [look.rows_of(plain.id(notice))[plain.id(one)] for one, notice in notices.items()]
    plain.app.store.add_answers([LinkAnswer(row=row, answer="received", at=plain.now) for row in rows])
    with monkeypatch.context() as unread:
        unread.setattr(silence, "those_over", broken)
        with pytest.raises(Unreachable):
            plain.work()
        assert [ended(plain, notice) for notice in notices.values()] == [[], [("Pia", "answered")]]
    plain.work()
    assert [ended(plain, notice) for notice in notices.values()] == [[("Bob", "answered")], [("Pia", "answered")]]


# ---- whatever anyone does, in any order


class Full(Town):
    """The town in which every silence is looked through whenever anything was answered, and whenever the clock comes."""

    def work(self) -> None:
        """Do what is due now, and look through all of them each time one might be looked at."""
        with pytest.MonkeyPatch.context() as slow:
            slow.setattr(silence, "settle_asked", self._settles)
            super().work()

    def _settles(self, house: Any, now: Any) -> None:
        asked = house.store.errands("settle")
        silence.settle_all(house, now)
        house.store.finish(*(one.seq for one in asked))


PEOPLE = ("Bob", "Pia", "Tess")
WHOM = (*PEOPLE, "the police", "the dyke board")
KINDS = ("received", "acting", "safe", "disputed", "need_help")
SUFFICES = (
    Suffices(),
    Suffices(answers=("safe", "acting")),
    Suffices(which=Which.SOME),
    Suffices(which=Which.SOME, count=2),
    Suffices(which=Which.SHARE, count=50),
    Suffices(which=Which.SHARE, count=60, answers=("safe",)),
)


def peopled(town: Town) -> Town:
    town.group("the street", PEOPLE)
    town.institution("the police", line=["Bob", "Pia"], reached=False, patience=timedelta(minutes=20))
    town.institution("the dyke board", line=["Pia"], reached=False)
    town.person("Ives")
    town.keeps_policy("any word", town.ladder(QUARTER))
    return town


def sends(dice: Random, alerts: Sequence[str]) -> Callable[[Town], str]:
    """Choose a warning that goes out. alerts: of which a later one may follow one."""
    whom, patience = dice.sample(WHOM, dice.randint(1, 4)), timedelta(minutes=dice.choice((5, 15, 90)))
    groups, suffices = dice.choice(([], ["the street"])), dice.choice(SUFFICES)
    follows = dice.choice((None, *alerts[-1:]))
    if dice.random() < 0.5:
        return lambda town: tells(town, *whom, hours=6, patience=patience)
    return lambda town: town.duty_officer.issues_alert(
        to=whom, groups=groups, hours=6, ladder=by(town, suffices), follows=follows
    )


def happens(dice: Random, warnings: Sequence[str]) -> Callable[[Town], object]:
    """Choose what may end a silence, or may not."""
    one, who, to, kind = dice.choice(warnings), dice.choice(PEOPLE), dice.choice(("Ives", *PEOPLE)), dice.choice(KINDS)
    said = [(dice.choice(warnings), dice.choice(PEOPLE), dice.choice(KINDS)) for _ in range(dice.randint(1, 3))]
    teller = dice.choice((*WHOM, "Ives"))
    decision, minutes, is_told = (
        dice.choice(("withdraw", "stand_down")),
        dice.choice((1, 5, 16, 61)),
        dice.random() < 0.5,
    )
    often: list[Callable[[Town], object]] = [
        lambda town: they_answer(town, said),
        lambda town: told(town, one, teller, kind),
        lambda town: town.watch_officer.notes_handing("the police", one, to, told=is_told),
        lambda town: town.hands_on(who, "the police", one, to),
        lambda town: town.watch_officer.takes_read_back("the dyke board", one),
        lambda town: town.pass_time(minutes=minutes),
    ]
    seldom: list[Callable[[Town], object]] = [
        lambda town: town.watch_officer.takes_read_back("the police", one),
        lambda town: town.duty_officer.takes_on(one),
        lambda town: puts_under(town, one),
        lambda town: town.duty_officer.decides(one, decision),
        lambda town: town.duty_officer.retracts(one),
    ]
    return dice.choice(often * 2 + seldom)


def they_answer(town: Town, said: Sequence[tuple[str, str, str]]) -> None:
    """Let some of them answer by link in one moment, about whatever they were told."""
    for warning, who, kind in said:
        with town.app.store.look() as look:
            row = look.rows_of(town.id(warning)).get(town.id(who))
        if row is not None:
            town.app.store.add_answers([LinkAnswer(row=row, answer=kind, at=town.now)])
    town.work()


def puts_under(town: Town, warning: str) -> None:
    for watch in town.watches(warning, "silence"):
        if watch.is_waiting:
            officer, policy = town.duty_officer.id, town.id("any word")
            put_under(town.house, watch.id, policy, by=officer, command=town.name_next("put under"), now=town.now)
    town.work()


def known(town: Town, warnings: Sequence[str]) -> list[tuple[object, ...]]:
    """Return all that is known of the silences about some warnings, by name."""
    found = [
        (warning, town.named(one.of), one.opened_at, one.settled_at or town.now, one.settled_how, one.accepted_at is None, len(one.rings))
        for warning in warnings
        for one in town.watches(warning, "silence")
    ]  # fmt: skip
    return sorted(found)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_happens_the_same_silences_end_at_the_same_moments_as_if_all_were_looked_through(
    tmp_path: Path, seed: int
) -> None:
    dice = Random(seed)
    with Noting(tmp_path / "narrow") as narrow, Full(tmp_path / "full") as full:
        towns = [peopled(narrow), peopled(full)]
        warnings: list[str] = []
        for number in range(STEPS_OF_A_STORY):
            alerts = [one for one in warnings if one.startswith("alert")]
            is_new = number < 3 or dice.random() < 0.15
            step = sends(dice, alerts) if is_new else happens(dice, warnings)
            came = [done(step, town) for town in towns]
            if is_new:
                assert came[0] == came[1]
                warnings += [str(came[0])] if came[0] is not None else []
            assert known(narrow, warnings) == known(full, warnings), f"after step {number}"
        for town in towns:
            town.reconcile()
        assert {one[4] for one in known(narrow, warnings)} >= {"", "answered"}


def done(step: Callable[[Town], object], town: Town) -> object:
    """Let something happen; what is refused leaves all as it was."""
    try:
        return step(town)
    except Refused:
        town.work()
        return None
