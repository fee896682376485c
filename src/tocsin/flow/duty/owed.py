"""What duties to warn ask of the clock and of what happens: ringing, what was missed, and that they were told and answered.

Nobody has to say that a warning which went out serves a duty: it is found out. People's own steps are in must_warn.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.duty.concerned import concerned
from tocsin.flow.duty.owed_to import Part, all_of, arrived, gravest, parts
from tocsin.flow.duty.words_read import behind_a_code, words_read
from tocsin.flow.each import do_all, do_at_once
from tocsin.flow.house import House
from tocsin.flow.threat.family import family
from tocsin.flow.warning.audience import named
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.duty import after
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import BEEN_TOLD, Duty, fold_duty
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.window import OVER

Telling = list[Alert | Notice]
"""The warnings that tell those to whom a duty is owed."""

FOR_EVER = timedelta(days=366_000)


def open_duties(look: Look, now: datetime) -> list[Duty]:
    """Return every duty at which something is owed."""
    return look.due(Duty, now + FOR_EVER)


# ---- the clock


def tend_duties(house: House, now: datetime) -> None:
    """Note each deadline that passed while what was owed had not been done. What was done, and nobody had noted, is noted first."""
    _take_in(house, lambda look: look.due(Duty, now), now)
    with house.store.look() as look:
        due = look.due(Duty, now)
        seen = {one.id: look.version(one.id) for one in due}

    def tend_one(duty: Duty) -> None:
        fact = after.tend(duty, now)
        if fact is not None:
            command, expect = f"duty:{duty.id}:{seen[duty.id]}", {duty.id: seen[duty.id]}
            house.store.commit([fact], at=now, by="tocsin", command=command, expect=expect)

    do_all([partial(tend_one, one) for one in due])


def mind_duty(house: House, duty_id: Id, *, errand: int, now: datetime) -> None:
    """Have rung who owes something, from when it is time; whoever was rung about what was owed before is so no more."""
    with house.store.look() as look:
        duty = look.get(Duty, duty_id)
        watches = look.all(Watch, warning=duty_id, why=Why.DUTY.value, settled_at=None)
        seen = {one: look.version(one) for one in (duty_id, *(watch.id for watch in watches))}
    ladder = after.ladder_now(duty, now)
    # Asked and decided in one moment, several facts call for the same.
    current = [one for one in watches if one.opened_at >= duty.since and one.ladder == ladder]
    facts: list[Fact] = [fact for one in watches if one not in current and (fact := settle(one, duty.stage.value, now))]
    if ladder is not None and not current:
        facts.append(
            open_watch(
                house.store.new_id(),
                warning=duty_id,
                of=duty_id,
                why=Why.DUTY,
                ladder=ladder,
                now=now,
                exercise=duty.exercise,
            )
        )
    house.store.commit(facts, at=now, by="tocsin", command=f"mind_duty:{errand}", expect=seen, done=errand)


# ---- what happens to the warnings


def take_in(house: House, errands: Mapping[int, Id], now: datetime) -> None:
    """Take in what was told, for the duties that it may concern: all at once; or, where that fails, one after the other.

    errands: what something happened to, by the errands that say so.
    """
    do_at_once(lambda some: _take_in_asked(house, some, now), errands)


def _take_in_asked(house: House, errands: Mapping[int, Id], now: datetime) -> None:
    _take_in(house, lambda look: concerned(look, errands.values()), now)
    house.store.finish(*errands)


def take_in_all(house: House, now: datetime) -> None:
    """Take in whatever was told, for every duty: what nobody thought of asking for is late then, and not lost."""
    _take_in(house, lambda look: open_duties(look, now), now)


def _take_in(house: House, which: Callable[[Look], Sequence[Duty]], now: datetime) -> None:
    """Note of some duties which warning tells them, that it has reached them, and what they answered."""
    told: list[tuple[Id, int, list[Fact]]] = []

    def read(look: Look, duty: Duty) -> None:
        told.append((duty.id, look.version(duty.id), list(so_far(look, duty, now))))

    def note(id: Id, seen: int, facts: list[Fact]) -> None:
        house.store.commit(facts, at=now, by="tocsin", command=f"told:{id}:{seen}", expect={id: seen})

    try:
        with house.store.look() as look:
            do_all([partial(read, look, duty) for duty in which(look)])
    finally:  # one that cannot be read holds up none of the others
        do_all([partial(note, id, seen, facts) for id, seen, facts in told if facts])


def so_far(look: Look, duty: Duty, now: datetime) -> Iterator[Fact]:
    """Yield what has happened to a duty that it does not know of yet, one after the other."""
    if not (duty.to_be_told or (duty.stage in BEEN_TOLD and duty.in_confidence)):
        return
    telling = _telling(look, duty)
    for step in (_served, _delivered, _arrived, _answered):
        fact = step(look, duty, telling, now)
        if fact is not None:
            yield fact
            duty = fold_duty(duty, fact)


def _served(look: Look, duty: Duty, telling: Telling, now: datetime) -> Fact | None:
    if not duty.to_be_told:
        return None
    # One that was taken back on its way tells nobody, and another may.
    if not telling:
        return after.unserve(duty, now) if _is_taken_back(look, duty.warning) else None
    if duty.warning in {one.id for one in telling}:
        return None
    return after.serve(duty, telling[0].id, now)


def _is_taken_back(look: Look, warning: Id | None) -> bool:
    found = look.find(Alert, warning) or look.find(Notice, warning)
    return found is not None and found.retraction is not None


def _telling(look: Look, duty: Duty) -> Telling:
    """Return the warnings that tell those to whom a duty is owed, and went out since it was asked as it is."""
    return [one for one in gone_out(look, duty) if tells(look, one, duty) and not _is_before(one, duty)]


def before_decided(look: Look, duty: Duty, now: datetime) -> Telling:
    """Return what went out before it was decided whether they are warned, and tells them once that is decided."""
    if duty.over or duty.to_be_told or duty.stage in BEEN_TOLD:
        return []
    return _telling(look, replace(duty, decided_at=now))


def gone_out(look: Look, duty: Duty) -> Iterator[Alert | Notice]:
    """Yield every warning of its case, and of those that became one with it, that has gone out."""
    for threat in sorted(family(look, duty.threat)):
        yield from (one for one in look.all(Notice, threat=threat) if one.stage is NoticeStage.SENT)
        yield from (one for one in look.all(Alert, threat=threat) if one.stage is AlertStage.ISSUED)


def tells(look: Look, warning: Alert | Notice, duty: Duty) -> bool:
    """Say whether a warning tells everyone known here to whom a duty is owed. What was taken back tells nobody, and a drill tells of nothing."""
    if warning.retraction is not None or (warning.exercise and not duty.exercise) or _was_over(warning, duty):
        return False
    if duty.side is Side.PUBLIC:
        return isinstance(warning, Alert)
    # Who is named in words alone is told by none: they are owed beside it, until they are found or told by another way.
    if not duty.left_whom or (duty.in_confidence and isinstance(warning, Alert)):
        return False
    addressed = {*named(look, warning), *getattr(warning, "groups", ())}
    return all(one in addressed or all_of(look, one) <= addressed for one in duty.left_whom)


def _is_before(warning: Alert | Notice, duty: Duty) -> bool:
    """Say whether a warning had gone out before the duty was asked, or came sooner: what is known now, it does not say by itself.

    At the first asking that is so of one that never said how long it holds, and went out more than a day before.
    """
    at = warning.issued_at if isinstance(warning, Alert) else warning.sent_at
    first = None if warning.window is not None else duty.opened_at - after.BEFORE
    since = duty.says_so_since or first
    return since is not None and at is not None and at < since


def _was_over(warning: Alert | Notice, duty: Duty) -> bool:
    """Say whether a warning did not hold any more when it was decided to warn, or was ended before it could tell anybody."""
    window = warning.window
    if window is None or duty.decided_at is None:
        return False
    return window.stands in OVER or window.ends <= duty.decided_at


def _delivered(look: Look, duty: Duty, telling: Telling, now: datetime) -> Fact | None:  # noqa: ARG001
    at = _soonest(look, duty, telling, _told_at) or _together(look, duty, telling)
    return after.told_each_apart(duty) if at is None else after.told_by_warning(duty, *at)


def _arrived(look: Look, duty: Duty, telling: Telling, now: datetime) -> Fact | None:  # noqa: ARG001
    at = _soonest(look, duty, telling, _reached_at)
    return None if at is None else after.arrive(duty, *at)


def _together(look: Look, duty: Duty, telling: Telling) -> tuple[Id, datetime] | None:
    """Return when all had had the words where one had them by the first warning and another by a later; None: not all have."""
    if not duty.to_be_told or duty.warning is None or len(telling) < 2:
        return None
    left = [one for one in parts(look, duty, telling) if one.apart is None]
    if any(one.in_words or one.told < one.people for one in left):
        return None
    at = _last(duty, max((one.told_at for one in left if one.told_at is not None), default=None))
    return None if at is None else (duty.warning, at)


def _soonest(
    look: Look, duty: Duty, telling: Telling, when: Callable[[Look, Duty, Alert | Notice], datetime | None]
) -> tuple[Id, datetime] | None:
    """Return which warning has come so far with everyone to whom a duty is owed, and when the first had; None: none has."""
    if not duty.to_be_told or duty.warning is None or duty.left_words:
        return None
    alert, notice = look.find(Alert, duty.warning), look.find(Notice, duty.warning)
    first = [one for one in (alert, notice) if one is not None and one.retraction is None]
    # Where the first of several does not arrive, a later one may have.
    every = {one.id: one for one in [*first, *telling]}
    at = {one.id: moment for one in every.values() if (moment := when(look, duty, one)) is not None}
    soonest = min(at, key=lambda one: at[one], default=None)
    return None if soonest is None else (soonest, at[soonest])


def _reached_at(look: Look, duty: Duty, warning: Alert | Notice) -> datetime | None:
    """Return when a warning had reached everyone to whom a duty is owed; None: it has not."""
    if duty.side is Side.PUBLIC and isinstance(warning, Alert):
        return _last(duty, warning.issued_at)
    whom = _left(look, duty)
    at = arrived(look, warning.id, whom)
    return _last(duty, max(at.values(), default=None)) if at.keys() >= whom else None


def _told_at(look: Look, duty: Duty, warning: Alert | Notice) -> datetime | None:
    """Return when everyone to whom a duty is owed had had the words of a warning; None: they have not."""
    if not behind_a_code(warning):
        return _reached_at(look, duty, warning)
    whom = _left(look, duty)
    at = words_read(look, warning.id, whom)
    return _last(duty, max(at.values(), default=None)) if at.keys() >= whom else None


def _left(look: Look, duty: Duty) -> set[Id]:
    return {person for one in duty.left_whom for person in all_of(look, one)}


def _last(duty: Duty, at: datetime | None) -> datetime | None:
    """Return when the last of them was told, if a warning told its own then; and none before it was decided."""
    return None if at is None else max([at, duty.decided_at or at, *(one.at for one in duty.apart)])


def _answered(look: Look, duty: Duty, telling: Telling, now: datetime) -> Fact | None:
    if duty.stage not in BEEN_TOLD or not duty.in_confidence:
        return None
    found = _parts(look, duty, telling)
    said = gravest({one.answer for one in found})
    return after.hear(duty, said, now, everyone=not any(one.silent for one in found)) if said else None


def parts_of(look: Look, duty: Duty) -> list[Part]:
    """Return each of those to whom a duty is owed, and what became of them by all warnings that tell them."""
    return _parts(look, duty, _telling(look, duty))


def _parts(look: Look, duty: Duty, telling: Telling) -> list[Part]:
    first = look.find(Alert, duty.warning) or look.find(Notice, duty.warning)
    # What they answer to a later warning that tells them the same, they have answered.
    holds = [first] if first is not None and first.retraction is None else []
    every = {one.id: one for one in [*holds, *telling]}
    return parts(look, duty, every.values())
