"""What follows a decision to warn: telling, hearing, looking again, the end; and what the clock does meanwhile."""

from collections.abc import Collection
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning.duty.facts import (
    DutyAnswered,
    DutyArrived,
    DutyCovered,
    DutyDelivered,
    DutyEnded,
    DutyExtended,
    DutyMissed,
    DutyNamed,
    DutyPartTold,
    DutyServed,
    DutyUnserved,
    DutyWoken,
    Ended,
)
from tocsin.warning.duty.state import BEEN_TOLD, FURTHEST, LOOK_AGAIN, OVER, UNDECIDED, UNTOLD, Duty, Stage, again_after
from tocsin.warning.ladder import Ladder

NOBODY_TOLD = frozenset({Ended.EVENT})
"""How alone one person ends it before they were told: otherwise to end it would be a way not to warn that nobody reviews."""

BEFORE = timedelta(days=1)
"""How long before it was first asked they may have been told: whoever learns of a danger picks up the telephone first."""

SHORTEST_WAIT_S = 60


def serve(duty: Duty, warning: Id, now: datetime) -> DutyServed:
    """Note that a warning which tells them has gone out.

    Raises:
        Refused: it was not decided to warn them, or they have been told.
    """
    if not duty.to_be_told:
        raise Refused("A warning serves a duty once it is decided to warn, and until they have been told.")
    return DutyServed(subject=duty.id, occurred_at=now, warning=warning)


def cover(duty: Duty, warning: Id, by: Id, roles: Collection[Role], why: str, now: datetime) -> DutyCovered:
    """Say that a warning which went out before it was asked again still tells them.

    Raises:
        Refused: this person may not, it was not decided to warn them, they have been told, or no reason is given.
    """
    _refuse_no_duty_officer(by, roles)
    if not duty.to_be_told:
        raise Refused("A warning covers a duty once it is decided to warn, and until they have been told.")
    _refuse_no_reason(why)
    return DutyCovered(subject=duty.id, occurred_at=now, warning=warning, named_by=by, why=why)


def arrive(duty: Duty, warning: Id, at: datetime) -> DutyArrived | None:
    """Note that the warning lies with all of them, and not all have had its words; once for each warning."""
    unread = duty.arrived_at is not None and duty.warning == warning
    if not duty.to_be_told or duty.warning is None or duty.left_words or unread:
        return None
    return DutyArrived(subject=duty.id, occurred_at=at, warning=warning)


def unserve(duty: Duty, now: datetime) -> DutyUnserved | None:
    """Note that the warning which was to tell them was taken back."""
    if not duty.to_be_told or duty.warning is None:
        return None
    return DutyUnserved(subject=duty.id, occurred_at=now, warning=duty.warning)


def told_by_warning(duty: Duty, warning: Id, at: datetime) -> DutyDelivered | None:
    """Note that its words have reached them, unless they were told before, or one of them is still to be found."""
    if not duty.to_be_told or duty.warning is None or duty.left_words:
        return None
    return DutyDelivered(subject=duty.id, occurred_at=at, warning=warning)


def told_each_apart(duty: Duty) -> DutyDelivered | None:
    """Note that nobody is left: who was still to be found is somebody who had been told by another way."""
    if not duty.to_be_told or not duty.apart or duty.left_whom or duty.left_words:
        return None
    last = max(duty.apart, key=lambda one: one.at)
    return DutyDelivered(subject=duty.id, occurred_at=last.at, how=last.how, told_by=last.by)


def told_otherwise(
    duty: Duty,
    how: str,
    by: Id,
    roles: Collection[Role],
    at: datetime,
    now: datetime,
    parts: Collection[str] = (),
) -> DutyDelivered | DutyPartTold:
    """Note that they were told by another way: by telephone, in person, through somebody they trust. at: also before it was decided.

    parts: who of them, by their ids, or as they are named in words; none: all who were not told so before.

    Raises:
        Refused: it was not decided to warn them, they have been told, it is owed to no such one, or nobody says how and when.
    """
    _refuse_no_duty_officer(by, roles)
    if not duty.to_be_told:
        raise Refused("That they were told is noted once it is decided to warn, and while they have not been told.")
    if not how.strip():
        raise Refused("Say how they were told, and who spoke to whom.")
    # Who telephones first asks and decides afterwards. What they were told before it was asked again is not what is known now.
    first = duty.reopened_at or duty.opened_at - BEFORE
    if not min(first, now) <= at <= now:
        raise Refused(
            "They were told not later than now, and since it was last asked, or a day before. Look at the time."
        )
    left = {*duty.left_whom, *duty.left_words}
    if unknown := set(parts) - left:
        raise Refused(f"It is not owed to {min(unknown)[:80]!r}, or they have been told. Load the page again.")
    if not parts or left <= set(parts):
        last = max([at, *(one.at for one in duty.apart)])
        return DutyDelivered(subject=duty.id, occurred_at=last, how=how, told_by=by)
    whom, words = (tuple(one for one in these if one in parts) for these in (duty.left_whom, duty.left_words))
    return DutyPartTold(subject=duty.id, occurred_at=at, how=how, told_by=by, whom=whom, words=words)


def name_found(
    duty: Duty, words: str, whom: Collection[Id], by: Id, roles: Collection[Role], now: datetime
) -> DutyNamed:
    """Note who it is that was named in words alone: from now on a warning tells them.

    Raises:
        Refused: this person is no officer, it is over, nobody is named so, or nobody is named instead.
    """
    if not {Role.DUTY_OFFICER, Role.WATCH_OFFICER} & set(roles):
        raise Refused(f"Who is named in a duty to warn is for an officer to say; {by} is none.")
    if duty.over:
        raise Refused("This duty to warn is over. Ask it again, and say what is new.")
    if words not in duty.left_words:
        raise Refused(f"It is not owed to {words[:80]!r}, or they have been told. Load the page again.")
    if not whom:
        raise Refused("Say who that is: by their name, their mail address or the id.")
    return DutyNamed(subject=duty.id, occurred_at=now, words=words, whom=tuple(whom), named_by=by)


def hear(duty: Duty, answer: str, at: datetime, *, everyone: bool = True) -> DutyAnswered | None:
    """Note what they answered, unless it is what was heard last. everyone: no other of them is waited for."""
    if duty.stage not in BEEN_TOLD or (duty.answer == answer and not (everyone and duty.stage is Stage.TOLD)):
        return None
    return DutyAnswered(subject=duty.id, occurred_at=at, answer=answer, everyone=everyone)


def look_again(duty: Duty, until: datetime, by: Id, roles: Collection[Role], why: str, now: datetime) -> DutyExtended:
    """Note that somebody looked: the danger goes on, or no answer is waited for any more. until: when they look again.

    Raises:
        Refused: they have not been told, this person may not, or the next moment is past or too far off.
    """
    _refuse_no_duty_officer(by, roles)
    if duty.stage not in BEEN_TOLD:
        words = "; ".join(duty.left_words)
        raise Refused(
            "There is nothing to look at again before they have been told."
            + (
                f" Named in words alone, and told by no warning: {words}. Say by which other way they were told."
                if words
                else ""
            )
            + (
                " What lies with them they have not read: its code was not named. Read it to them, and write that down."
                if duty.stage is Stage.UNREAD
                else ""
            )
        )
    _refuse_no_reason(why)
    if not now < until <= now + FURTHEST:
        raise Refused("Look again later than now, and within 30 days.")
    return DutyExtended(subject=duty.id, occurred_at=now, until=until, decider=by, why=why)


def end(duty: Duty, how: Ended, by: Id, roles: Collection[Role], why: str, now: datetime) -> DutyEnded:
    """Note what became of the danger.

    Raises:
        Refused: it is over, this person may not, no reason is given, or they have not been told and it may yet come.
    """
    _refuse_no_duty_officer(by, roles)
    if duty.stage in OVER:
        raise Refused("This duty to warn is over already.")
    _refuse_no_reason(why)
    if duty.told_at is None and how not in NOBODY_TOLD:
        raise Refused(
            "They have not been told. Warn them, or propose not to and have it reviewed; only what happened ends it before, "
            "or was disrupted, where another duty officer agrees."
        )
    return DutyEnded(subject=duty.id, occurred_at=now, how=how, decider=by, why=why)


def tend(duty: Duty, now: datetime) -> DutyMissed | None:
    """Return what the clock does to a duty now: it says what was missed, and again later, until it has been done."""
    if duty.due is None or duty.due > now:
        return None
    # Asleep past several of these moments, it is said once.
    return DutyMissed(subject=duty.id, occurred_at=duty.due, owed=duty.owed, again_at=now + again_after(duty, now))


def wake(duty: Duty, now: datetime) -> DutyWoken | None:
    """Return what sets right a duty that was last seen to by a clock which was ahead: what is owed by now is so at once.

    What is owed later stays so, and no later than as long on as there had been, within a day.
    """
    if duty.due is None or duty.due <= now:
        return None
    due = min(max(duty.owed_by or now, now), now + again_after(duty, now))
    return DutyWoken(subject=duty.id, occurred_at=now, due=min(due, duty.due))


def first_wait_s(duty: Duty, now: datetime) -> int | None:
    """Return how many seconds from now on the owner is first rung about what is owed; None: nobody is until it is missed.

    Whether to warn is asked at once, what was missed is said at once, and so is that it comes sooner. Between the decision and
    the telling half the time is left alone.
    """
    if duty.over:
        return None
    if _missed_now(duty) or duty.stage in UNDECIDED or duty.sooner_at == duty.since:
        return 0
    if duty.stage in UNTOLD and duty.due is not None:
        return max(int((duty.due - now).total_seconds() / 2), 0)
    return None


def ladder_now(duty: Duty, now: datetime) -> Ladder | None:
    """Return by which ladder people are rung about what is owed from now on; None: nobody is until it is missed.

    No step waits longer than a quarter of the time there is, whatever there was when it was asked; and the rarer it is said that
    it was missed, the later whoever is rung last is rung again: where they have been told, or it is a day late, once each time.
    """
    wait_s = first_wait_s(duty, now)
    if wait_s is None or duty.due is None:
        return None
    there_is_s = int((duty.due - duty.since).total_seconds())
    quarter_s = max(there_is_s // 4, SHORTEST_WAIT_S)
    first, *others = duty.ladder.rungs
    nearer = (replace(one, after_s=min(one.after_s, quarter_s)) for one in others)
    again_s = (
        max(_again_s(duty, there_is_s), SHORTEST_WAIT_S) if _missed_now(duty) else min(duty.ladder.repeat_s, quarter_s)
    )
    rungs = (replace(first, after_s=wait_s), *nearer)
    return replace(duty.ladder.unmuted(), rungs=rungs, repeat_s=again_s)


def _again_s(duty: Duty, between_s: int) -> int:
    """Return after how many seconds whoever was rung last about what was missed is rung again. between_s: until that is said again."""
    day_late = duty.owed_by is not None and duty.since - duty.owed_by >= LOOK_AGAIN
    once = duty.stage in BEEN_TOLD or day_late
    return between_s if once else between_s // 4


def _missed_now(duty: Duty) -> bool:
    return bool(duty.missed) and duty.missed[-1].at == duty.since and duty.missed[-1].owed == duty.owed


def _refuse_no_duty_officer(person: Id, roles: Collection[Role]) -> None:
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"What became of a duty to warn is for a duty officer to say; {person} is none.")


def _refuse_no_reason(why: str) -> None:
    if not why.strip():
        raise Refused("Say why, in a sentence: it is written down with the decision.")
