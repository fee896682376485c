"""Hosts that may be complicit or leak: who belongs to one, and that nothing about the case goes through any of them."""

from collections.abc import Sequence

from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.flow.family import family, of_case
from tocsin.store.institutions import contacts_of
from tocsin.store.look import Look
from tocsin.warning.duty import decide
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.notice.state import Notice

NOBODY: frozenset[Id] = frozenset()


def distrusted(look: Look, threat_id: Id) -> list[DistrustedHost]:
    """Return the hosts that are distrusted in a case, or in one that became one with it."""
    return [
        one for id in sorted(family(look, threat_id)) for one in look.all(DistrustedHost, threat=id, trusted_at=None)
    ]


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


def refuse_through_host(look: Look, threat_id: Id, recipients: Sequence[Id]) -> None:
    """Stop what would tell a distrusted host of its case, save where it was decided to warn that host itself.

    Raises:
        Refused: it would.
    """
    held = distrusted(look, threat_id)
    if held:
        within = {one.host: insiders(look, one.host) for one in held}
        decide.refuse_through(recipients, held, of_case(look, threat_id), within)
