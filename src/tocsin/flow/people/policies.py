"""Policies and rotas: saving them, trying them out, and what an officer does about a watch that rings."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from tocsin.answer.escalate import hurry, note, set_ladder
from tocsin.answer.facts import AnswerKind, Why
from tocsin.answer.rehearse import Happens, rehearse
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.delivery.deliver import find_warning
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people import on_duty
from tocsin.people.rota import (
    Rota,
    RotaDropped,
    RotaSaved,
    Stand,
    StandInDropped,
    save_rota,
    stand_in,
)
from tocsin.store.look import Look
from tocsin.warning.ladder import Kind, Ladder
from tocsin.warning.policy import Policy, PolicyDropped, PolicySaved, save_policy

HORIZON = timedelta(days=2)
ANSWERS = tuple(kind.value for kind in AnswerKind)


# ---- rotas


@once
def keep_rota(house: House, rota: RotaSaved, *, by: Id, command: str, now: datetime, seen: int | None = None) -> None:
    """Save a rota, or what it is from now on. seen: how many facts there were about it when it was looked at.

    Raises:
        Refused: nobody can be found by it, or somebody on it is nobody here, or it has been changed since it was looked at.
    """
    save_rota(rota)
    with house.store.look() as look:
        on_duty.refuse_strangers(look, [*rota.members, *(shift.person for shift in rota.shifts if shift.person)])
        seen = _unchanged(look, rota.subject, seen)
    house.store.commit([rota], at=now, by=by, command=command, expect={rota.subject: seen})


@once
def add_stand_in(house: House, rota_id: Id, stand: Stand, *, by: Id, command: str, now: datetime) -> None:
    """Let somebody stand in on a rota for a while.

    Raises:
        Refused: it ends before it begins, or one of the two is nobody there.
    """
    with house.store.look() as look:
        rota, seen = look.get(Rota, rota_id), look.version(rota_id)
        on_duty.refuse_strangers(look, [stand.person] if stand.person else [])
    house.store.commit([stand_in(rota, stand, now)], at=now, by=by, command=command, expect={rota_id: seen})


@once
def drop_stand_in(house: House, rota_id: Id, stand: Id, *, by: Id, command: str, now: datetime) -> None:
    """Let somebody not stand in after all."""
    with house.store.look() as look:
        rota, seen = look.get(Rota, rota_id), look.version(rota_id)
    if stand not in {one.id for one in rota.stands}:
        raise Refused(f"Nobody stands in on the rota {rota.name} by that id.")
    fact = StandInDropped(subject=rota_id, occurred_at=now, stand=stand)
    house.store.commit([fact], at=now, by=by, command=command, expect={rota_id: seen})


@once
def drop_rota(house: House, rota_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Keep a rota no longer.

    Raises:
        Refused: a policy that is chosen from names it.
    """
    with house.store.look() as look:
        rota, seen = look.get(Rota, rota_id), look.version(rota_id)
        for policy in look.all(Policy, dropped_at=None):
            if any(one.kind is Kind.ROTA and one.to == rota_id for rung in policy.ladder.rungs for one in rung.targets):
                raise Refused(f"The policy {policy.name} rings the rota {rota.name}. Change that first.")
    fact = RotaDropped(subject=rota_id, occurred_at=now)
    house.store.commit([fact], at=now, by=by, command=command, expect={rota_id: seen})


def _unchanged(look: Look, id: Id, seen: int | None) -> int:
    """Return how many facts there are about something that is saved anew.

    Raises:
        Refused: others than whoever saves it had seen.
    """
    found = look.version(id)
    if seen is not None and seen != found:
        raise Refused("Somebody has changed it meanwhile. Open it again, and look what it is now.")
    return found


# ---- policies


@once
def keep_policy(
    house: House, policy: PolicySaved, *, by: Id, command: str, now: datetime, seen: int | None = None
) -> None:
    """Save a policy, or what it is from now on. seen: how many facts there were about it when it was looked at.

    Raises:
        Refused: it cannot be followed, names somebody or something that is not here, or has been changed since.
    """
    save_policy(policy, ANSWERS)
    with house.store.look() as look:
        on_duty.refuse_unknown(look, policy.ladder)
        seen = _unchanged(look, policy.subject, seen)
    for rung in policy.ladder.rungs:
        for channel in rung.channels:
            if channel not in house.carriers:
                raise Refused(f"There is no channel {channel}. These are set up: {', '.join(house.carriers)}.")
    house.store.commit([policy], at=now, by=by, command=command, expect={policy.subject: seen})


@once
def drop_policy(house: House, policy_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Let a policy be chosen no more. What rings by it goes on."""
    with house.store.look() as look:
        look.get(Policy, policy_id)
        seen = look.version(policy_id)
    fact = PolicyDropped(subject=policy_id, occurred_at=now)
    house.store.commit([fact], at=now, by=by, command=command, expect={policy_id: seen})


def try_out(house: House, ladder: Ladder, begins: datetime, *, owner: Id | None = None) -> list[Happens]:
    """Return what would happen from a moment on, if nobody answered. owner: of the case; None: it has none.

    Raises:
        Refused: the ladder cannot be followed, or names what is not here.
    """
    with house.store.look() as look:
        on_duty.refuse_unknown(look, ladder)
        return rehearse(ladder, begins, begins + HORIZON, lambda rung, at: on_duty.whom(look, rung, owner, at))


# ---- about a watch that rings


@once
def escalate(house: House, watch_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Have the next step of a watch rung at once, also where somebody had taken it on.

    Raises:
        Refused: it is settled.
    """
    _about(house, watch_id, partial(hurry, person=by, now=now), by=by, command=command, now=now)


@once
def note_watch(house: House, watch_id: Id, words: str, *, by: Id, command: str, now: datetime) -> None:
    """Write down what was tried or heard about a watch.

    Raises:
        Refused: it says nothing.
    """
    _about(house, watch_id, partial(note, person=by, words=words, now=now), by=by, command=command, now=now)


@once
def put_under(house: House, watch_id: Id, policy_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Let a watch go on by a policy, from its first step.

    Raises:
        Refused: it is settled, or somebody has it, or the policy is chosen no more.
    """
    with house.store.look() as look:
        policy, watch = look.get(Policy, policy_id), look.get(Watch, watch_id)
        grave = watch.why in (Why.CASE, Why.DUTY) or on_duty.is_grave(find_warning(look, watch.warning))
    if policy.dropped_at is not None:
        raise Refused(f"The policy {policy.name} is chosen no more.")
    ladder = (policy.ladder.unmuted() if grave else policy.ladder).at_once()
    do = partial(set_ladder, ladder=ladder, person=by, now=now, policy=policy_id)
    _about(house, watch_id, do, by=by, command=command, now=now)


def _about(house: House, watch_id: Id, do: Callable[[Watch], Fact], *, by: Id, command: str, now: datetime) -> None:
    with house.store.look() as look:
        watch, seen = look.get(Watch, watch_id), look.version(watch_id)
    house.store.commit([do(watch)], at=now, by=by, command=command, expect={watch_id: seen})
