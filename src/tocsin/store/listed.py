"""What is known of the people of a list, asked for many at once."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.people.known import Known
from tocsin.people.state import Consent, Contact, ContactStands, Membership, Needs, Person, Place, Tenure
from tocsin.store import rows
from tocsin.store.keys import Keys
from tocsin.store.tables import state_table, versions

_PEOPLE = state_table(Person)


class Stood(msgspec.Struct, frozen=True):
    """How far someone was taken in. row: the last row that was, as their own key hashes it. version: see Look.version."""

    row: str
    forgotten: bool
    version: int


def stood(connection: sa.Connection, persons: Sequence[Id]) -> dict[Id, Stood]:
    """Return how far each of these people was taken in; whoever is not known is left out. Nothing personal is opened."""
    asked = sa.select(_PEOPLE.c.id, _PEOPLE.c.row, _PEOPLE.c.forgotten, versions.c.version).select_from(
        _PEOPLE.join(versions, versions.c.subject == _PEOPLE.c.id)
    )
    return {
        row.id: Stood(row.row, row.forgotten, row.version)
        for part in _parts(persons)
        for row in connection.execute(asked.where(_PEOPLE.c.id.in_(part)))
    }


def known(connection: sa.Connection, keys: Keys, persons: Sequence[Id]) -> dict[Id, Known]:
    """Return how each of these people stands, with what hangs on them now."""
    needs = rows.some(connection, Needs, persons, keys)
    contacts = _hanging(
        connection, keys, Contact, persons, state_table(Contact).c.stands != ContactStands.REMOVED.value
    )
    places = _hanging(connection, keys, Place, persons, state_table(Place).c.removed_at.is_(None))
    consents = _hanging(connection, keys, Consent, persons, state_table(Consent).c.withdrawn_at.is_(None))
    memberships = _hanging(connection, keys, Membership, persons, state_table(Membership).c.left_at.is_(None))
    tenures = _hanging(connection, keys, Tenure, persons, state_table(Tenure).c.left_at.is_(None))
    return {
        id: Known(
            person=person,
            needs=needs.get(id),
            contacts=contacts.get(id, ()),
            places=places.get(id, ()),
            consents=consents.get(id, ()),
            memberships=memberships.get(id, ()),
            tenures=tenures.get(id, ()),
        )
        for id, person in rows.some(connection, Person, persons, keys).items()
    }


def _hanging(
    connection: sa.Connection, keys: Keys, kind: Any, persons: Sequence[Id], there: Any
) -> dict[Id, list[Any]]:
    found: dict[Id, list[Any]] = {}
    for part in _parts(persons):
        for one in rows.select(connection, kind, keys, state_table(kind).c.person.in_(part), there):
            found.setdefault(one.person, []).append(one)
    return found


def _parts(persons: Sequence[Id]) -> Iterable[Sequence[Id]]:
    return (persons[start : start + rows.IN_ONE_ASKING] for start in range(0, len(persons), rows.IN_ONE_ASKING))
