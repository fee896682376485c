"""Deadlines: set when an advisory goes out or a notice is sealed, and decided about by people. flow/tend.py asks and rings."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import WatchOpened, WatchSettled, Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow import tend
from tocsin.flow.delivery.deliver import find_warning
from tocsin.flow.delivery.undelivered import Matters, matters
from tocsin.flow.each import do_all
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.threat import dates
from tocsin.flow.warning.advisory import stands_instead
from tocsin.flow.warning.ended import failures
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning.advisory.decide import review_advisory, review_by
from tocsin.warning.advisory.place import stands
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.deadline.decide import meet, move, set_deadline
from tocsin.warning.deadline.facts import DeadlineKind, DeadlineMet, DeadlineSet
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.ladder import DAY_S
from tocsin.warning.notice.facts import NoticeSent
from tocsin.warning.notice.state import Notice

ASKED_EVERY_S = 7 * DAY_S
"""How often whoever is asked about a date is rung again until it passes."""

# ---- setting them


def set_deadlines(house: House, now: datetime) -> None:
    """Set the dates that are missing, and settle those that ask for nothing any more. Done twice, it changes nothing.

    Asked whenever an advisory goes out or a notice is opened, and every hour once the seal is made: then it is known until
    when a notice may be opened. What an earlier Tocsin sent out gets its dates so, too.
    """
    with house.store.look() as look:
        facts = [*_reviews(house, look, now), *_open_by(house, look, now)]
        # Opened or decided about meanwhile, it gets no date. Somebody else's newer level is no such change: it asks again.
        about = [fact.subject if isinstance(fact, DeadlineMet) else fact.warning for fact in facts]
        seen = {one: look.version(one) for one in about}

    def set_one(fact: DeadlineSet | DeadlineMet, about: Id) -> None:
        named = fact.subject if isinstance(fact, DeadlineMet) else f"{fact.warning}:{fact.ends.isoformat()}"
        command = f"deadline:{fact.kind()}:{named}"
        house.store.commit([fact], at=now, by="tocsin", command=command, expect={about: seen[about]})

    do_all([partial(set_one, fact, one) for fact, one in zip(facts, about, strict=True)])
    dates.date_cases(house, now)
    _settle_replaced(house, now)


def _settle_replaced(house: House, now: datetime) -> None:
    """Ring nobody any more about whom a level did not reach that another has replaced, or that was withdrawn."""
    with house.store.look() as look:
        failed = look.all(Watch, why=Why.FAILURE.value, settled_at=None)
        levels = look.some(Advisory, sorted({one.warning for one in failed}))
        left = [
            (watch, look.version(watch.id))
            for level in levels.values()
            if matters(look, level, now) is Matters.NO
            for watch in failures(look, [level])
        ]

    def settle_one(watch: Watch, seen: int) -> None:
        fact, command = settle(watch, "replaced", now), f"replaced:{watch.id}"
        house.store.commit([fact] if fact else [], at=now, by="tocsin", command=command, expect={watch.id: seen})

    do_all([partial(settle_one, *one) for one in left])


def mind_dates(house: House, _subject: Id, /, *, errand: int, now: datetime) -> None:
    """Set the dates that are missing, because an advisory went out."""
    set_deadlines(house, now)
    house.store.finish(errand)


def _reviews(house: House, look: Look, now: datetime) -> Iterator[DeadlineSet | DeadlineMet]:
    places: dict[tuple[str, str], list[Advisory]] = {}
    for one in look.all(Advisory, order="issued_at"):
        places.setdefault(one.place, []).append(one)
    every = {one.id: one for several in places.values() for one in several}
    # What is in force has a date until a level that is planned takes its place, and that one has its own.
    current = {one.id: one for one in every.values() if stands(one, places[one.place], now)}
    held = {one.warning: one for one in look.all(Deadline, deadline_kind=DeadlineKind.REVIEW.value)}
    for advisory in current.values():
        if advisory.id not in held:
            yield set_deadline(
                house.store.new_id(),
                advisory.id,
                DeadlineKind.REVIEW,
                begins=advisory.issued_at,
                ends=advisory.review_at,
                ahead=house.deadlines.ahead,
                now=now,
                exercise=advisory.exercise,
            )
    for deadline in held.values():
        if deadline.met_at is None and deadline.warning not in current:
            how = "withdrawn" if every[deadline.warning].withdrawn_at is not None else "replaced"
            yield DeadlineMet(subject=deadline.id, occurred_at=now, how=how)


def _open_by(house: House, look: Look, now: datetime) -> Iterator[DeadlineSet]:
    for notice in look.some(Notice, look.undated(DeadlineKind.OPEN_BY.value)).values():
        place = look.sealed_place(NoticeSent, notice.id)
        held = look.all(Deadline, warning=notice.id, deadline_kind=DeadlineKind.OPEN_BY.value)
        last = max((one.window.ends for one in held), default=None)
        # Kept sealed, it has a later date once the record has taken it up again.
        if place is None or notice.opening.opened or (last is not None and place.open_by <= last):
            continue
        yield set_deadline(
            house.store.new_id(),
            notice.id,
            DeadlineKind.OPEN_BY,
            begins=now,
            ends=place.open_by,
            ahead=house.deadlines.ahead,
            now=now,
            exercise=notice.exercise,
        )


def mind_opened(house: House, notice_id: Id, *, errand: int, now: datetime) -> None:
    """Settle the dates of a notice that was opened."""
    with house.store.look() as look:
        held = look.all(Deadline, warning=notice_id, met_at=None)
        seen = {one.id: look.version(one.id) for one in held}
    facts = [DeadlineMet(subject=one.id, occurred_at=now, how="opened") for one in held]
    house.store.commit(facts, at=now, by="tocsin", command=f"opened:{errand}", expect=seen, done=errand)


# ---- ringing about them


def mind_deadline(house: House, deadline_id: Id, *, errand: int, now: datetime) -> None:
    """Ring the owner about a date when it nears, and the others too once it was missed; stop once it is decided."""
    with house.store.look() as look:
        deadline = look.get(Deadline, deadline_id)
    if deadline.deadline_kind in dates.KINDS:
        dates.mind_date(house, deadline, errand=errand, now=now)
        return
    with house.store.look() as look:
        warning = find_warning(look, deadline.warning)
        standing_by = look.all(Watch, warning=deadline.warning, why=Why.DEADLINE.value, settled_at=None)
        ladder = tend.owner_first(look, warning)
        seen = {one: look.version(one) for one in (deadline_id, *(watch.id for watch in standing_by))}
    # A month ahead nothing is late: one person is asked, and not everyone every day.
    asked = replace(ladder, rungs=ladder.rungs[:1], repeat_s=ASKED_EVERY_S)
    ladder = ladder.undecided() if deadline.missed else asked
    how = deadline.met_how or deadline.window.stands.value
    facts: list[WatchOpened | WatchSettled] = [fact for one in standing_by if (fact := settle(one, how, now))]
    if deadline.waits:
        facts.append(
            open_watch(
                house.store.new_id(),
                warning=deadline.warning,
                of=deadline.warning,
                why=Why.DEADLINE,
                ladder=ladder,
                now=now,
                exercise=deadline.exercise,
            )
        )
    house.store.commit(facts, at=now, by="tocsin", command=f"mind_deadline:{errand}", expect=seen, done=errand)


# ---- deciding about them


@once
def review(
    house: House, advisory_id: Id, *, why: str, until: datetime | None = None, by: Id, command: str, now: datetime
) -> None:
    """Note that a level was looked at again and stays as it is. until: when it is looked at next; the latest date, if None.

    Raises:
        Refused: there is no such advisory, another level is in force by now, or this person may not.
    """
    with house.store.look() as look:
        advisory, seen = look.get(Advisory, advisory_id), look.version(advisory_id)
        roles = look.get(Person, by).roles
        newest = stands_instead(look, advisory, now)
        held = look.all(Deadline, warning=advisory_id, deadline_kind=DeadlineKind.REVIEW.value, met_at=None)
    latest = review_by(advisory.level, now, house.deadlines.review_days)
    ends = min(until or latest, latest)
    fact = review_advisory(advisory, by, roles, why, ends, now, newest=newest.id)
    facts: list[Fact] = [fact, *(move(one, ends, by, why, now) for one in held)]
    house.store.commit(facts, at=now, by=by, command=command, expect={advisory_id: seen})


@once
def keep_sealed(house: House, notice_id: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Decide that a notice stays sealed past its date. The record takes it up again in the last week before that.

    Raises:
        Refused: nothing is asked about this notice, or this person has no hand in its opening.
    """
    with house.store.look() as look:
        notice, roles = look.get(Notice, notice_id), look.get(Person, by).roles
        held = look.all(Deadline, warning=notice_id, deadline_kind=DeadlineKind.OPEN_BY.value, met_at=None)
        seen = {one.id: look.version(one.id) for one in held}
    if by not in notice.readers or not {Role.DUTY_OFFICER, Role.WATCH_OFFICER} & set(roles):
        raise Refused(f"Only an officer who may read notice {notice_id} decides whether it stays sealed.")
    if not held:
        raise Refused(f"Notice {notice_id} has no date by which it is to be opened.")
    house.store.commit([meet(one, "kept", by, why, now) for one in held], at=now, by=by, command=command, expect=seen)
