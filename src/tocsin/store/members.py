"""Who belongs to a group, and who holds a post: as listed, and as the rule has it at the moment of asking."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.people import where
from tocsin.people.enter import WARNED
from tocsin.people.rule import Candidate, Rule, fits
from tocsin.people.state import Consent, Group, Membership, Person, Place, Post, Tenure
from tocsin.store import rows
from tocsin.store.keys import Keys
from tocsin.store.tables import recipients, state_table

_GROUPS, _MEMBERS, _PEOPLE = state_table(Group), state_table(Membership), state_table(Person)
_BATCHES, _CONSENTS = state_table(Batch), state_table(Consent)
_PLACES, _POSTS, _TENURES = state_table(Place), state_table(Post), state_table(Tenure)

IN_ONE_OPENING = 5_000  # places, so that memory does not follow their number


def members(connection: sa.Connection, groups: Sequence[Id], keys: Keys, at: datetime | None = None) -> list[Id]:
    """Return who belongs to any of these groups, each once, in the order of their ids.

    at: for trips and other dated places that a rule asks for; None: whenever they are.
    """
    listed = connection.execute(
        sa.select(_MEMBERS.c.person).where(_MEMBERS.c.group.in_(tuple(groups)), _MEMBERS.c.left_at.is_(None))
    )
    found: set[Id] = set()
    for some in listed.partitions(IN_ONE_OPENING):  # read one by one they would cost twice as much
        found.update([person for (person,) in some])
    for group in rows.some(connection, Group, tuple(groups), keys).values():
        if group.rule is not None:
            found.update(_fitting(connection, group.rule, keys, at))
    return sorted(found)


def each_members(connection: sa.Connection, groups: Sequence[Id], keys: Keys) -> dict[Id, list[Id]]:
    """Return who belongs to each of these groups, in the order of their ids. All of them are read at once."""
    found: dict[Id, set[Id]] = {group: set() for group in groups}
    question = f'SELECT "group", person FROM {_MEMBERS.name} WHERE left_at IS NULL AND "group" IN (SELECT value FROM json_each(?))'
    cursor = connection.exec_driver_sql(question, (msgspec.json.encode(sorted(found)).decode(),)).cursor
    while some := cursor.fetchmany(IN_ONE_OPENING):
        for group, person in some:
            found[group].add(person)
    for group in rows.some(connection, Group, tuple(groups), keys).values():
        if group.rule is not None:
            found[group.id].update(_fitting(connection, group.rule, keys, None))
    return {group: sorted(people) for group, people in found.items()}


def holders(connection: sa.Connection, posts: Sequence[Id]) -> list[Id]:
    """Return who holds any of these posts now, each once, in the order of their ids."""
    holding = sa.select(_TENURES.c.person).where(_TENURES.c.post.in_(tuple(posts)), _TENURES.c.left_at.is_(None))
    return sorted(set(connection.execute(holding).scalars()))


def each_holders(connection: sa.Connection, posts: Sequence[Id]) -> dict[Id, list[Id]]:
    """Return who holds each of these posts now, in the order of their ids. All of them are read at once."""
    found: dict[Id, list[Id]] = {post: [] for post in posts}
    question = (
        f"SELECT DISTINCT post, person FROM {_TENURES.name} "
        "WHERE left_at IS NULL AND post IN (SELECT value FROM json_each(?)) ORDER BY person"
    )
    for post, person in connection.exec_driver_sql(question, (msgspec.json.encode(sorted(found)).decode(),)):
        found[post].append(person)
    return found


def paused(connection: sa.Connection, at: datetime) -> set[Id]:
    """Return who wants to be left alone at a moment."""
    still = sa.or_(_PEOPLE.c.paused_until.is_(None), _PEOPLE.c.paused_until > at)
    return set(connection.execute(sa.select(_PEOPLE.c.id).where(_PEOPLE.c.paused_at.is_not(None), still)).scalars())


def unsubscribed(connection: sa.Connection) -> set[Id]:
    """Return who had agreed to be warned, has taken that back, and has not agreed anew."""
    asked = sa.select(_CONSENTS.c.person).where(_CONSENTS.c.to == WARNED)
    taken_back = set(connection.execute(asked.where(_CONSENTS.c.withdrawn_at.is_not(None))).scalars())
    if not taken_back:
        return taken_back
    return taken_back - set(connection.execute(asked.where(_CONSENTS.c.withdrawn_at.is_(None))).scalars())


def agreed(connection: sa.Connection, persons: Sequence[Id]) -> set[Id]:
    """Return who of these people has agreed to be warned."""
    found: set[Id] = set()
    stands = sa.select(_CONSENTS.c.person).where(_CONSENTS.c.to == WARNED, _CONSENTS.c.withdrawn_at.is_(None))
    for start in range(0, len(persons), rows.IN_ONE_ASKING):
        some = _CONSENTS.c.person.in_(persons[start : start + rows.IN_ONE_ASKING])
        found.update(connection.execute(stands.where(some)).scalars())
    return found


def forgotten(connection: sa.Connection, persons: Sequence[Id]) -> set[Id]:
    """Return who of these people has been forgotten."""
    found: set[Id] = set()
    for start in range(0, len(persons), rows.IN_ONE_ASKING):
        some = _PEOPLE.c.id.in_(persons[start : start + rows.IN_ONE_ASKING])
        found.update(connection.execute(sa.select(_PEOPLE.c.id).where(some, _PEOPLE.c.forgotten)).scalars())
    return found


def was_told(connection: sa.Connection, warning: Id, person: Id) -> bool:
    """Say whether someone was written down to be told of a warning."""
    told = sa.select(_BATCHES.c.id).where(_BATCHES.c.warning == warning, _BATCHES.c.errand == Errand.WARNING.value)
    asked = sa.select(recipients.c.row).where(recipients.c.batch.in_(told), recipients.c.person == person)
    return connection.execute(asked.limit(1)).first() is not None


def told_among(connection: sa.Connection, warning: Id, persons: Collection[Id]) -> set[Id]:
    """Return who of these people was written down to be told of a warning."""
    question = (
        f"SELECT DISTINCT r.person FROM {recipients.name} r JOIN {_BATCHES.name} b ON b.id = r.batch AND b.errand = ? "
        "WHERE r.warning = ? AND r.person IN (SELECT value FROM json_each(?))"
    )
    if len(persons) > IN_ONE_OPENING:  # one after the other they would be looked for longer than all are read
        return set(persons) & told(connection, warning).keys()
    among = msgspec.json.encode(sorted(persons)).decode()
    found = connection.exec_driver_sql(question, (Errand.WARNING.value, warning, among))
    return {person for (person,) in found}


def told(connection: sa.Connection, warning: Id) -> dict[Id, None]:
    """Return who was written down to be told of a warning, in that order; not who was only called about it."""
    question = (
        f"SELECT r.person FROM {recipients.name} r JOIN {_BATCHES.name} b ON b.id = r.batch AND b.errand = ? "
        'WHERE r.warning = ? ORDER BY r."row"'
    )
    cursor = connection.exec_driver_sql(question, (Errand.WARNING.value, warning)).cursor
    found: dict[Id, None] = {}
    while some := cursor.fetchmany(IN_ONE_OPENING):
        found.update(dict.fromkeys(person for (person,) in some))
    return found


def _fitting(connection: sa.Connection, rule: Rule, keys: Keys, at: datetime | None) -> list[Id]:
    """Return who fits a rule. What is cheap to ask is asked first: only who is left has their places opened."""
    posts = _held_posts(connection) if rule.posts or rule.organisations else {}
    plain = Rule(posts=rule.posts, organisations=rule.organisations, languages=rule.languages)
    people = sa.select(_PEOPLE.c.id, _PEOPLE.c.languages).where(_PEOPLE.c.forgotten.is_(False))
    left = [
        row.id
        for row in connection.execute(people)
        if fits(plain, Candidate(languages=read_json(row.languages, list[str]), posts=posts.get(row.id, ())))
    ]
    if not rule.countries:
        return left
    countries = _countries(connection, left, keys, at)
    asked = Rule(countries=rule.countries)
    return [person for person in left if fits(asked, Candidate(countries=countries.get(person, ())))]


def _held_posts(connection: sa.Connection) -> Mapping[Id, list[tuple[Id, str]]]:
    """Return the posts that each person holds: organisation and name."""
    joined = _TENURES.join(_POSTS, _POSTS.c.id == _TENURES.c.post)
    asked = sa.select(_TENURES.c.person, _POSTS.c.organisation, _POSTS.c.name).select_from(joined)
    found: dict[Id, list[tuple[Id, str]]] = {}
    for row in connection.execute(asked.where(_TENURES.c.left_at.is_(None))):
        found.setdefault(row.person, []).append((row.organisation, row.name))
    return found


def _countries(
    connection: sa.Connection, persons: Iterable[Id], keys: Keys, at: datetime | None
) -> Mapping[Id, set[str]]:
    """Return in which countries each of these people is, by what they said of places that hold at a moment."""
    wanted = set(persons)
    holds: list[Any] = [_PLACES.c.removed_at.is_(None)]
    if at is not None:
        holds += [sa.or_(_PLACES.c.since.is_(None), _PLACES.c.since <= at)]
        holds += [sa.or_(_PLACES.c.until.is_(None), _PLACES.c.until > at)]
    asked = connection.execute(sa.select(_PLACES.c.id, _PLACES.c.person, _PLACES.c.where).where(*holds))
    found: dict[Id, set[str]] = {}
    for part in asked.partitions(IN_ONE_OPENING):
        kept = [row for row in part if row.person in wanted]
        opened = keys.open_many([(row.person, row.where, f"{row.id}.where") for row in kept])
        for row, said in zip(kept, map(where.read, opened), strict=True):
            if said is not None and said.country:
                found.setdefault(row.person, set()).add(said.country)
    return found
