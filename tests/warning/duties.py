"""Duties to warn for tests, brought to the stage that a test is about."""

from datetime import UTC, datetime, timedelta

from tocsin.basis.fact import Fact
from tocsin.basis.marking import Role
from tocsin.warning.duty.after import serve, told_by_warning
from tocsin.warning.duty.decide import answer_questions, ask_duty, propose_refusal, warn_them
from tocsin.warning.duty.hours import HOURS, Row
from tocsin.warning.duty.packs.everyone import EVERYONE
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty, fold_duty
from tocsin.warning.duty.test import Answered, Said, Test
from tocsin.warning.ladder import Kind, Ladder, Rung

NOW = datetime(2024, 3, 7, 12, tzinfo=UTC)
LADDER = Ladder(rungs=(Rung(to="", after_s=0, kind=Kind.OWNER),), repeat_s=600)
WATCH = frozenset({Role.WATCH_OFFICER})
DUTY = frozenset({Role.DUTY_OFFICER})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
YES = Answered(said=Said.YES)
FOUND = Test(credible=YES, specific=YES, impending=YES, grave=YES, directed=YES)


def said_no(*questions: str, ground: str = "It was checked.") -> Test:
    """Return a test in which these questions are answered with no."""
    return Test(**{name: Answered(said=Said.NO, ground=ground) for name in questions})


def fold(duty: Duty | None, *facts: Fact | None) -> Duty:
    """Return how a duty stands after these facts."""
    for fact in facts:
        if fact is not None:
            duty = fold_duty(duty, fact)
    assert duty is not None
    return duty


def asked(
    side: Side = Side.VICTIM,
    *,
    id: str = "d",
    hours: tuple[Row, ...] = HOURS,
    event_in: timedelta | None = timedelta(hours=48),
    whom: tuple[str, ...] = ("them",),
) -> Duty:
    """Return a duty that was asked about now."""
    event_at = None if event_in is None else NOW + event_in
    opened = ask_duty(
        id, "case", side, whom=whom, author="ada", owner="ada", roles=WATCH, ladder=LADDER, hours=hours,
        event_at=event_at, now=NOW,
    )  # fmt: skip
    return fold(None, opened)


def questioned(duty: Duty, test: Test = FOUND) -> Duty:
    """Return it with its questions answered."""
    return fold(duty, answer_questions(duty, test, "ada", WATCH, NOW))


def proposed(duty: Duty, ground: str = "no_way", proposer: str = "ben") -> Duty:
    """Return it with a proposal not to warn."""
    fact = propose_refusal(
        duty, ground, "We tried all day.", pack=EVERYONE, distrusted=False, proposer=proposer, roles=DUTY, now=NOW
    )
    return fold(duty, fact)


def taken(duty: Duty) -> Duty:
    """Return it decided: they are warned."""
    return fold(duty, warn_them(duty, "ben", DUTY, "They are in danger of their lives.", NOW))


def told(duty: Duty) -> Duty:
    """Return it with the warning delivered."""
    serving = fold(duty, serve(duty, "w", NOW))
    return fold(serving, told_by_warning(serving, "w", NOW))
