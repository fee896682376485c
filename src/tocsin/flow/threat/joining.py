"""Merging cases, parting them again, and splitting one, each with the dates of both in one commit."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.seen import refuse_stale
from tocsin.flow.threat.dates import after, dates_of
from tocsin.flow.threat.distrusted import distrusted, kept_when_parted
from tocsin.flow.threat.family import looked_after_in
from tocsin.flow.threat.fitting import carried_over, proposed_from_before
from tocsin.flow.threat.learnt import reach_duties_of_both
from tocsin.store.look import Look
from tocsin.threat.facts import ThreatOpened
from tocsin.threat.merge import Carried, merge, part, split
from tocsin.threat.state import Threat, fold_threat
from tocsin.warning.duty.facts import HostDistrusted
from tocsin.warning.duty.state import DistrustedHost


@once
def merge_cases(
    house: House,
    one_id: Id,
    into_id: Id,
    why: str,
    *,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Have a case looked after as part of another, and what was proposed to it decided about there.

    What is done next about either is done by the sooner date, and where one has it that something happens sooner, whoever is owed
    a warning in the other is owed it as soon.

    Raises:
        Refused: one of them is not there or over, they are the same, or whoever reads the other may not read this one.
    """
    with house.store.look() as look:
        refuse_stale(look, one_id, seen, by)
        one, into = look.get(Threat, one_id), look.get(Threat, into_id)
        facts: list[Fact] = [*merge(one, into, by, why, now), *carried_over(look, one, into, now)]
        dated, expect = _dates(house, look, (one, into), facts, "merged", by=by, why=why, now=now)
        reached = reach_duties_of_both(look, one, into, by, now)
        expect |= {fact.subject: look.version(fact.subject) for fact in reached}
    house.store.commit([*facts, *dated, *reached], at=now, by=by, command=command, expect=expect)


@once
def part_cases(
    house: House,
    one_id: Id,
    why: str,
    *,
    by_when: datetime | None = None,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Undo a merging. by_when: when the owner of the case that stands by itself again looks at it.

    None: by when it was to be done next; as look_by() has it, if that was done meanwhile. Whichever host is distrusted in either stays
    so in both.

    Raises:
        Refused: there is no such case, it is part of none, or no reason is given.
    """
    with house.store.look() as look:
        refuse_stale(look, one_id, seen, by)
        one = look.get(Threat, one_id)
        into = look.get(Threat, one.joined.into or one_id)
        facts = part(one, into, by_when, by, why, now)
        # Where that one was looked after elsewhere, this one's step counted there.
        within = {case.id: case for case in (one, into, looked_after_in(look, into))}
        dated, expect = _dates(house, look, tuple(within.values()), facts, "done", by=by, why=why, now=now)
        # What came meanwhile was proposed where it was looked after.
        stands = after(one, facts)
        facts += proposed_from_before(look, stands, now) if stands.is_open else []
        held = {said.id for said in distrusted(look, one_id)}
        kept = kept_when_parted(look, one, into, house.store.new_id, by, now)
    # Distrust is a thing of its own: noted meanwhile, it raises no version of the case.
    still = lambda look: {said.id for said in distrusted(look, one_id)} == held  # noqa: E731
    expect |= {fact.subject: 0 for fact in kept}
    house.store.commit([*facts, *dated, *kept], at=now, by=by, command=command, expect=expect, still=still)


@once
def split_case(
    house: House,
    threat_id: Id,
    off: ThreatOpened,
    items: Sequence[Id],
    why: str,
    *,
    strike: Collection[Carried] = (),
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Move some of what bears on a case into a case of its own. Incidents that came before it at neither are proposed to it.

    It is about the same, save what is struck out, and nothing about it goes through a host that is distrusted in the first.

    Raises:
        Refused: there is no such case, it is over, or what is to be moved cannot be.
    """
    with house.store.look() as look:
        refuse_stale(look, threat_id, seen, by)
        threat = look.get(Threat, threat_id)
        look.refuse_taken(Threat, off.subject)
        facts = split(threat, off, items, by, why, strike)
        opened = next(fact for fact in facts if isinstance(fact, ThreatOpened))
        dated, expect = _dates(house, look, (threat,), facts, "done", by=by, why=why, now=now)
        stands = after(fold_threat(None, opened), facts[2:])
        more, _none = dates_of(house, look, stands, "done", by=by, why=why, now=now)
        decided = {one.incident for one in threat.proposed} | {one.item for one in threat.evidence}
        found = [one for one in proposed_from_before(look, stands, now) if one.incident not in decided]
        hosts = {one.host: one for one in distrusted(look, threat_id)}
        held = [_distrusted_too(house.store.new_id(), off.subject, one, by, now) for one in hosts.values()]
    expect |= {off.subject: 0}
    every = [*facts, *dated, *more, *found, *held]
    # Distrust is a thing of its own: noted meanwhile, it raises no version of the case.
    still = lambda look: {one.host for one in distrusted(look, threat_id)} == hosts.keys()  # noqa: E731
    house.store.commit(every, at=now, by=by, command=command, expect=expect, still=still)


def _distrusted_too(id: Id, threat: Id, held: DistrustedHost, by: Id, now: datetime) -> HostDistrusted:
    return HostDistrusted(
        subject=id,
        occurred_at=now,
        threat=threat,
        host=held.host,
        distrust=held.distrust,
        distrusted_by=by,
        why=held.why,
    )


def _dates(
    house: House,
    look: Look,
    threats: Sequence[Threat],
    facts: Sequence[Fact],
    how: str,
    *,
    by: Id,
    why: str,
    now: datetime,
) -> tuple[list[Fact], dict[Id, int]]:
    dated, seen = list[Fact](), {one.id: look.version(one.id) for one in threats}
    for one in threats:
        more, rests_on = dates_of(house, look, after(one, facts), how, others=facts, by=by, why=why, now=now)
        dated += more
        seen |= rests_on
    return dated, seen
