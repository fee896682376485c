"""A rota from a calendar runs out. Its administrators are told ahead of that, in steps, and once more when it has."""

from datetime import datetime, timedelta

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.delivery.facts import BatchPlanned, Errand, Lane
from tocsin.delivery.plan import Address, Range, plan_deliveries
from tocsin.flow.delivery.carrier import Message
from tocsin.flow.house import House
from tocsin.flow.messages import moment
from tocsin.people.rota import Rota, ending, runs_out_at
from tocsin.people.state import Person
from tocsin.store.log import recipients_root
from tocsin.store.look import Look

KIND = "rota"
STEPS = (timedelta(days=30), timedelta(days=7), timedelta(days=1), timedelta())
"""How long before its end they are told; of the steps that have come, the latest alone, each once for one end."""

WORTH_SENDING = timedelta(days=1)


def warn_rota_ends(house: House, now: datetime) -> None:
    """Write down that the administrators are told of each rota that runs out. Done twice, it changes nothing."""
    with house.store.look() as look:
        found = ending(look.all(Rota, dropped_at=None), now, STEPS[0])
    for rota, ends in found:
        step = max(number for number, ahead in enumerate(STEPS) if ends - ahead <= now)
        command = f"rota ends:{rota.id}:{ends.isoformat()}:{step}"
        if not house.store.done(command):
            _warn(house, rota, step, command, now)


def _warn(house: House, rota: Rota, step: int, command: str, now: datetime) -> None:
    with house.store.look() as look:
        whom = _whom(look)
        persons = [one.id for one in whom]
        ways = house.channels(confidential=False)
        plan = plan_deliveries(persons, look.addresses(persons), ways, avoid=house.avoid)
    batches = {house.store.new_id(): one for one in plan.ranges}
    exercise = any(one.exercise for one in whom)
    facts = [_planned(batch, one, rota.id, step, now, exercise=exercise) for batch, one in batches.items()]
    lists: dict[Id, tuple[Address, ...]] = {batch: one.addresses for batch, one in batches.items()}
    house.store.commit(facts, at=now, by="tocsin", command=command, lists=lists)


def _planned(batch: Id, one: Range, rota: Id, step: int, now: datetime, *, exercise: bool) -> BatchPlanned:
    return BatchPlanned(
        subject=batch,
        occurred_at=now,
        warning=rota,
        warning_kind=KIND,
        errand=Errand.ROTA,
        channel=one.channel,
        step=step,
        count=len(one.addresses),
        root=recipients_root(one.addresses),
        not_after=now + WORTH_SENDING,
        exercise=exercise,
        lane=Lane.BULK,
    )


def _whom(look: Look) -> list[Person]:
    """Return the administrators; where there is none, the duty officers, who may change a rota too."""
    known = [one for one in look.desk_people() if not one.forgotten]
    administrators = [one for one in known if Role.ADMINISTRATOR in one.roles]
    return administrators or [one for one in known if Role.DUTY_OFFICER in one.roles]


def rota_message(rota: Rota, base_url: str, now: datetime, _: Words, *, exercise: bool) -> Message:
    """Tell an administrator that a rota runs out, or has."""
    ends = runs_out_at(rota)
    over = ends is not None and ends <= now
    what = (
        _("The rota %(name)s has run out", name=rota.name) if over else _("The rota %(name)s runs out", name=rota.name)
    )
    lines = [] if ends is None else [_("Its last shift ends %(moment)s.", moment=moment(ends, rota.zone))]
    lines += [
        _("After that nobody is on duty by it, and whoever it would have rung is not rung."),
        _("Take in a calendar that goes on, or give it another order:"),
        f"{base_url}/desk/rotas/{rota.id}",
    ]
    return Message(
        kind=KIND,
        about=rota.id,
        subject=what,
        lines=tuple(lines),
        language=_.language,
        sent_at=now,
        exercise=exercise,
        urgent=False,
    )
