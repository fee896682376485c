"""Finding people, and institutions, by what they are called, or by their address. Names are opened a few at a time, and none is kept."""

import unicodedata
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from tocsin.basis.fact import Erased
from tocsin.basis.ids import Id
from tocsin.people.facts import PersonKind
from tocsin.people.state import Contact, ContactStands, Person
from tocsin.store.keys import Keys
from tocsin.store.tables import state_table

_PEOPLE, _CONTACTS = state_table(Person), state_table(Contact)

IN_ONE_OPENING = 5_000


def plainly(name: str) -> str:
    """Return a name as it is compared: without regard to case, to spaces beside one another, and to how letters are coded."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def called(
    connection: sa.Connection, keys: Keys, names: Collection[str], *, institutions: bool = False
) -> dict[str, list[Id]]:
    """Return the people who are called so, by each of some names as they are compared; nobody who has been forgotten.

    institutions: find these, too. Only a person has a turn on duty, reads what is confidential, or is asked whether they are safe.
    """
    known = sa.true() if institutions else _PEOPLE.c.person_kind == PersonKind.PERSON.value
    question = sa.select(_PEOPLE.c.id, _PEOPLE.c.name, _PEOPLE.c.id).where(known, ~_PEOPLE.c.forgotten)
    return _found(connection, keys, question, "name", names)


def mailed(connection: sa.Connection, keys: Keys, addresses: Collection[str]) -> dict[str, list[Id]]:
    """Return the people who are written to at each of some addresses, as they are compared."""
    used = (_CONTACTS.c.channel == "mail") & (_CONTACTS.c.stands != ContactStands.REMOVED.value)
    question = sa.select(_CONTACTS.c.person, _CONTACTS.c.address, _CONTACTS.c.id).where(used)
    return _found(connection, keys, question, "address", addresses)


def _found(
    connection: sa.Connection, keys: Keys, question: sa.Select[Any], field: str, wanted: Collection[str]
) -> dict[str, list[Id]]:
    looked_for = set(wanted)
    found: dict[str, list[Id]] = {one: [] for one in looked_for}
    if looked_for:
        for person, value in _opened(connection, keys, question, field):
            said = plainly(value)
            if said in looked_for and person not in found[said]:
                found[said].append(person)
    return found


def _opened(connection: sa.Connection, keys: Keys, question: sa.Select[Any], field: str) -> Iterator[tuple[Id, str]]:
    for some in connection.execute(question).partitions(IN_ONE_OPENING):
        values = keys.open_many([(person, sealed, f"{about}.{field}") for person, sealed, about in some])
        for (person, _, _), value in zip(some, values, strict=True):
            if not isinstance(value, Erased):
                yield person, value
