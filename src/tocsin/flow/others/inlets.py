"""Opening ways in for others' alerts, and changing them. Each is an administrator's decision, written down."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id, base32
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.others.intake import pins_of
from tocsin.report.inlet import Inlet, InletAdded, InletChanged, InletKind, InletTerms, InletTokenSet, refuse_unfit
from tocsin.store.look import Look

TOKEN_BYTES = 32


def inlets(look: Look) -> list[Inlet]:
    """Return all inlets by name."""
    return sorted(look.all(Inlet), key=lambda one: one.name)


def inlet_named(look: Look, name: str) -> Inlet:
    """Return an inlet.

    Raises:
        Refused: there is none of that name.
    """
    found: list[Inlet] = look.all(Inlet, name=name)
    if not found:
        raise Refused(f"There is no inlet {name[:60]!r}. `tocsin inlet list` names them all.")
    return found[0]


def id_of(house: House, command: str) -> Id:
    """Return the id that the inlet has which a command opens: said twice, it opens one."""
    return base32(sha256(house.store.secrets.links + f"inlet:{command}".encode()).digest()[:16])


@once
def add_inlet(house: House, terms: InletTerms, *, by: Id, command: str, now: datetime) -> None:
    """Open a way in.

    Raises:
        Refused: it cannot be so.
    """
    with house.store.look() as look:
        refuse_unfit(terms, inlets(look))
    pins_of(terms.keys)
    fact = InletAdded(subject=id_of(house, command), occurred_at=now, terms=terms)
    house.store.commit([fact], at=now, by=by, command=command, expect={fact.subject: 0}, still=_nobody_else(terms))
    if terms.kind is InletKind.FEED:
        house.store.ask_anew(fact.subject, now)


def _nobody_else(terms: InletTerms) -> Callable[[Look], bool]:
    return lambda look: not look.all(Inlet, name=terms.name)


@once
def change_inlet(house: House, inlet: Id, terms: InletTerms, *, by: Id, command: str, now: datetime) -> None:
    """Change what an inlet is. What was not kept is judged again; what was kept stays, and who spoke for whom.

    Raises:
        Refused: it cannot be so, or somebody changed it at the same time.
    """
    with house.store.look() as look:
        seen, before = look.version(inlet), look.get(Inlet, inlet)
        refuse_unfit(terms, [one for one in inlets(look) if one.id != inlet])
    if terms.kind is not before.kind:
        raise Refused("How messages come by an inlet stays as it is. Add another, and turn this one off.")
    if terms == before.terms:
        raise Refused("Nothing is changed by that.")
    pins_of(terms.keys)
    house.store.commit(
        [InletChanged(subject=inlet, occurred_at=now, terms=terms)],
        at=now,
        by=by,
        command=command,
        expect={inlet: seen},
    )
    if terms.kind is InletKind.FEED:
        house.store.ask_anew(inlet, now)


@once
def set_token(house: House, inlet: Id, token: str | None, *, by: Id, command: str, now: datetime) -> None:
    """Let a new token push, or none; the one before no more. Only its hash is kept.

    Raises:
        Refused: nothing is pushed through this inlet.
    """
    with house.store.look() as look:
        seen, one = look.version(inlet), look.get(Inlet, inlet)
    if one.kind is not InletKind.PUSH:
        raise Refused(f"Nothing is pushed through {one.name!r}, so it has no token.")
    fact = InletTokenSet(subject=inlet, occurred_at=now, token=hash_of(token) if token else None)
    house.store.commit([fact], at=now, by=by, command=command, expect={inlet: seen})


def new_token(house: House) -> str:
    """Draw a token."""
    return f"tin_{base32(house.store.randomness(TOKEN_BYTES))}"


def hash_of(token: str) -> str:
    """Return what is kept of a token. It has 256 random bits, so a plain hash hides it."""
    return sha256(token.encode()).hexdigest()


def turned(terms: InletTerms, *, on: bool) -> InletTerms:
    """Return the same, on or off."""
    return replace(terms, is_on=on)
