"""Hosts that may be complicit or leak: who belongs to one, and that nothing about the case goes through any of them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.flow.threat.family import family, looked_after_in, of_case, split_kin
from tocsin.store.institutions import contacts_of
from tocsin.store.look import Look
from tocsin.threat.merge import refuse_beyond
from tocsin.threat.state import Threat
from tocsin.warning.duty import decide
from tocsin.warning.duty.facts import HostDistrusted
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.notice.state import Notice

NOBODY: frozenset[Id] = frozenset()

ELSEWHERE = (
    "It is distrusted in a case that this one was split or parted from, or that was split off it. "
    "Ask whoever looks after that one."
)
"""Why, where that case is not for everyone who reads this one."""


def distrusted(look: Look, threat_id: Id) -> list[DistrustedHost]:
    """Return the hosts that are distrusted in a case, or in one that became one with it."""
    return [
        one for id in sorted(family(look, threat_id)) for one in look.all(DistrustedHost, threat=id, trusted_at=None)
    ]


def distrusted_beside(look: Look, said: HostDistrusted, new_id: Callable[[], Id]) -> list[HostDistrusted]:
    """Return what has a host distrusted, too, in what was split off from a case, and in what it came out of, where it is not yet.

    Whoever leaks of the one leaks of the other, until a duty officer says there that it is trusted. Why it is distrusted is told
    no further than its case may be read.
    """
    beside = {looked_after_in(look, look.get(Threat, one)).id for one in split_kin(look, said.threat)}
    left = [one for one in sorted(beside) if all(held.host != said.host for held in distrusted(look, one))]
    return [replace(said, subject=new_id(), threat=one, why=_why_there(look, said, one)) for one in left]


def kept_when_parted(
    look: Look, one: Threat, into: Threat, new_id: Callable[[], Id], by: Id, now: datetime
) -> list[HostDistrusted]:
    """Return what has each host that is distrusted in two cases while they are one stay so in both when they are parted.

    Whoever leaks of the one has had the other, too, until a duty officer says there that it is trusted.
    """
    held = distrusted(look, one.id)
    own = family(look, one.id, but=into.id)
    facts: list[HostDistrusted] = []
    for there, side in ((one, own), (looked_after_in(look, into), family(look, one.id) - own)):
        known = {said.host for said in held if said.threat in side}
        left = {said.host: said for said in held if said.host not in known}
        facts += [
            HostDistrusted(
                subject=new_id(),
                occurred_at=now,
                threat=there.id,
                host=said.host,
                distrust=said.distrust,
                distrusted_by=by,
                why=_why_there(look, said, there.id),
            )
            for said in left.values()
        ]
    return facts


def _why_there(look: Look, said: HostDistrusted | DistrustedHost, there: Id) -> str:
    return said.why if _may_tell(look.get(Threat, said.threat), look.get(Threat, there)) else ELSEWHERE


def _may_tell(here: Threat, there: Threat) -> bool:
    """Say whether nobody reads the one case who may not read the other."""
    try:
        refuse_beyond(here, there)
    except Refused:
        return False
    return True


def trusted_beside(look: Look, held: DistrustedHost) -> list[DistrustedHost]:
    """Return where a host that is distrusted in a case has been trusted again since, of what was split off or it came out of.

    Not where somebody has said since that it stays distrusted here all the same.
    """
    kin = sorted(split_kin(look, held.threat))
    every = [one for id in kin for one in look.all(DistrustedHost, threat=id, host=held.host)]
    still = {one.threat for one in every if one.trusted_at is None}
    answered = {id for said in held.kept for id in said.beside}
    left = [one for one in every if one.threat not in still and one.id not in answered]
    return [one for one in left if one.trusted_at is not None and one.trusted_at >= held.distrusted_at]


def insiders(look: Look, host: Id) -> frozenset[Id]:
    """Return who can be told at a host: its line, whoever holds a post there, and the same of each institution in its line."""
    found: set[Id] = set()
    left = [host]
    while left:
        near = contacts_of(look, left.pop()).keys() - found - {host}
        found |= near
        left += near
    return frozenset(found)


def is_distrusted(look: Look, duty: Duty) -> bool:
    """Say whether a duty to warn is owed to a distrusted host of its case, or to who can be told there, and to nobody else."""
    held = distrusted(look, duty.threat) if duty.whom else []
    return decide.is_distrusted(duty, held, {one.host: insiders(look, one.host) for one in held})


def barred(look: Look, threat_id: Id | None) -> frozenset[Id]:
    """Return everyone who is told nothing about a case: its distrusted hosts and who belongs to them.

    Save where it was decided under the duty to warn that this host, or this very person, is told.
    """
    held = distrusted(look, threat_id) if threat_id is not None else []
    if not held:
        return NOBODY
    within = {one.host: insiders(look, one.host) for one in held}
    return frozenset().union(*decide.barred(held, of_case(look, threat_id or ""), within).values())


def barred_from(look: Look, warning: State) -> frozenset[Id]:
    """Return everyone who is told nothing of a warning. What is told to the public bars nobody."""
    return barred(look, warning.threat) if isinstance(warning, Notice) else NOBODY


def barred_about(look: Look, about: Id) -> frozenset[Id]:
    """Return everyone who is told nothing of a notice, a duty to warn or a case, whichever has this id."""
    owed, notice = look.find(Duty, about), look.find(Notice, about)
    known = owed.threat if owed is not None else notice.threat if notice is not None else about
    return barred(look, known)


def refuse_through_host(look: Look, threat_id: Id, recipients: Sequence[Id], meant_for: Sequence[str] = ()) -> None:
    """Stop what would tell a distrusted host of its case, save where it was decided to warn that host itself.

    And what others are to have by way of it, even then. meant_for: whom the recipients are to hand it on to, known here or in words.

    Raises:
        Refused: it would.
    """
    held = distrusted(look, threat_id)
    if held:
        within = {one.host: insiders(look, one.host) for one in held}
        decide.refuse_go_between(recipients, meant_for, held, within)
        decide.refuse_through([*recipients, *meant_for], held, of_case(look, threat_id), within)
