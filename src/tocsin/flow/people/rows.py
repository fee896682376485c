"""Taking in a list of people, a few rows at a time: each row has a fate, and said again it changes nothing.

A row's person is found by the row's key: their id follows from it under the installation's own secret, so nothing needs to
be kept to know them again, and nobody else can tell whose id it is. What was taken in last is kept as a hash under the
person's own key: an unchanged row is seen to be one without anything being opened, and what the person has changed
themselves since is not undone by it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id, keyed_id
from tocsin.flow.house import House
from tocsin.people.enter import Named, add, change, refuse_other_kind
from tocsin.people.facts import GroupNamed, PersonKind, PostNamed, RowTaken
from tocsin.people.listed import Listed, Row, read_row
from tocsin.people.state import Group, Person, Post
from tocsin.store.listed import Stood, known, stood
from tocsin.store.look import Look

_encode = msgspec.json.Encoder().encode

SAME_KEY = "An earlier row has the same key. Each key stands for one person."
TRIES = 3  # of a few rows that somebody else was changing meanwhile


class Became(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class Fate(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What becomes of one row.

    line: where it begins. fields: the columns in which somebody changes. why: it is refused, or changes nothing although it
    says something. town: which one is meant by the place in it, where one was found by its name.
    """

    line: int
    became: Became
    fields: tuple[str, ...] = ()
    why: str = ""
    town: str = ""


def person_of(house: House, key: str) -> Id:
    """Return the id of the person or organisation whom a list calls by this key."""
    return keyed_id(house.store.secrets.links, "person", key)


def take_rows(
    house: House,
    rows: Sequence[Row],
    *,
    by: Id,
    now: datetime,
    dry_run: bool = False,
    supposed: Collection[str] = (),
) -> list[Fate]:
    """Take in some rows of a list, all that can be in one commit, and return the fate of each, in their order.

    dry_run: write nothing. supposed: keys of organisations that earlier rows would have entered by now.

    Raises:
        Refused: others went on changing these people at the same time.
    """
    taking = _Taking(house, rows, now, supposed, dry_run=dry_run)
    for left in reversed(range(0 if dry_run else TRIES)):
        try:
            _commit(house, taking, by, now)
            break
        except Refused:
            if not left:
                raise
            taking = _Taking(house, rows, now, supposed, dry_run=dry_run)
    return taking.fates


def _commit(house: House, taking: "_Taking", by: Id, now: datetime) -> None:
    if taking.facts:
        command = f"people import:{house.store.new_id()}"
        house.store.commit(taking.facts, at=now, by=by, command=command, expect=taking.expect)


class _Taking:
    """Some rows, held against what is known at one moment: the fate of each, and what is to be committed."""

    def __init__(
        self, house: House, rows: Sequence[Row], now: datetime, supposed: Collection[str], *, dry_run: bool
    ) -> None:
        self._house = house
        self._now = now
        self.facts: list[Fact] = []
        self.expect: dict[Id, int] = {}
        self._ids = {row.line: person_of(house, row.key) for row in rows if row.key}
        with house.store.look() as look:
            self._stood = stood(look.connection, list(self._ids.values()))
            self._rows = self._hashed(rows)
            self._listed = {row.line: _read(row) for row in rows if self._is_to_be_read(row)}
            by_line = {line: listed for line, listed in self._listed.items() if isinstance(listed, Listed)}
            fresh = {line for line in by_line if self._ids[line] not in self._stood}
            if not dry_run:
                house.store.keys.ensure(self._ids[line] for line in fresh)
                self._rows |= self._hashed([row for row in rows if row.line in fresh])
            self._known = known(look.connection, house.store.keys, [self._ids[line] for line in by_line])
            self._names = _Names(house, look, supposed, by_line, self._now)
        self.fates = [self._fate(row) for row in rows]

    def _hashed(self, rows: Sequence[Row]) -> dict[int, str]:
        """Return what each row says as its person's own key hashes it; nothing where there is no key yet."""
        keyed = [row for row in rows if row.line in self._ids]
        about = [
            (self._ids[row.line], f"row:{sha256(_encode((row.speaks_of, row.cells))).hexdigest()}") for row in keyed
        ]
        salts = self._house.store.keys.salts(about)
        return {row.line: salt.hex()[:32] if salt else "" for row, salt in zip(keyed, salts, strict=True)}

    def _is_to_be_read(self, row: Row) -> bool:
        stands = self._stood.get(self._ids.get(row.line, ""))
        return stands is None or not (stands.forgotten or stands.row == self._rows[row.line])

    def _fate(self, row: Row) -> Fate:
        try:
            return self._take(row.line)
        except Refused as error:
            return Fate(line=row.line, became=Became.REFUSED, why=str(error))

    def _take(self, line: int) -> Fate:
        listed, person = self._listed.get(line), self._ids.get(line, "")
        if isinstance(listed, Refused):
            raise listed
        stands = self._stood.get(person)
        if stands is not None and stands.forgotten:
            raise Refused("Whoever had this key was forgotten. Somebody new needs another key.")
        if listed is None:
            return Fate(line=line, became=Became.UNCHANGED)
        if person in self.expect:
            raise Refused(SAME_KEY)
        if stands is None:
            return self._enter(line, listed, person)
        refuse_other_kind(listed, self._known[person].person)
        named, more = self._names.of(listed)
        fields, facts = change(listed, self._known[person], named, self._house.store.new_id, self._now)
        taken = RowTaken(subject=person, occurred_at=self._now, row=self._rows[line])
        self._note(person, stands, [*more, *facts, taken])
        return Fate(line=line, became=Became.CHANGED if fields else Became.UNCHANGED, fields=fields)

    def _enter(self, line: int, listed: Listed, person: Id) -> Fate:
        named, more = self._names.of(listed)
        facts = add(listed, person, self._rows[line], named, self._house.store.new_id, self._now)
        self._note(person, None, [*more, *facts])
        self._names.entered(listed)
        return Fate(line=line, became=Became.NEW)

    def _note(self, person: Id, stands: Stood | None, facts: Sequence[Fact]) -> None:
        self.expect[person] = stands.version if stands else 0
        self.facts.extend(facts)


def _read(row: Row) -> Listed | Refused:
    try:
        return read_row(row)
    except Refused as error:
        return error


class _Names:
    """The groups and posts that rows name: those that there are, and those that are made for them."""

    def __init__(
        self, house: House, look: Look, supposed: Collection[str], by_line: Mapping[int, Listed], now: datetime
    ) -> None:
        self._house = house
        self._now = now
        self._groups: dict[str, list[Id]] = {}
        if any(listed.groups for listed in by_line.values()):
            for group in look.all(Group):
                self._groups.setdefault(group.name, []).append(group.id)
        wanted = {listed.organisation for listed in by_line.values() if listed.organisation}
        ids = {key: person_of(house, key) for key in wanted}
        there = look.some(Person, sorted(ids.values()))
        self._organisations = {
            key
            for key, id in ids.items()
            if key in supposed or (id in there and there[id].person_kind is PersonKind.ORGANISATION)
        }
        self._posts = {(p.organisation, p.name): p.id for id in ids.values() for p in look.all(Post, organisation=id)}

    def entered(self, listed: Listed) -> None:
        """Know somebody who was just entered."""
        if listed.person_kind is PersonKind.ORGANISATION:
            self._organisations.add(listed.key)

    def of(self, listed: Listed) -> tuple[Named, list[Fact]]:
        """Return the ids behind the names in a row, and the facts that make those that are not there yet.

        Raises:
            Refused: two groups have one name, or there is no such organisation.
        """
        facts: list[Fact] = []
        if any(len(self._groups.get(name, ())) > 1 for name in listed.groups):
            raise Refused("groups: two groups have this name. Rename one of them first.")
        if listed.organisation and listed.organisation not in self._organisations:
            raise Refused("organisation: there is none of this key. Enter it first, in a row of the kind organisation.")
        groups = frozenset(self._group(name, facts) for name in listed.groups)
        post = self._post(listed, facts) if listed.post else None
        return Named(groups=groups, post=post), facts

    def _group(self, name: str, facts: list[Fact]) -> Id:
        if name not in self._groups:
            self._groups[name] = [self._house.store.new_id()]
            facts.append(GroupNamed(subject=self._groups[name][0], occurred_at=self._now, name=name))
        return self._groups[name][0]

    def _post(self, listed: Listed, facts: list[Fact]) -> Id:
        organisation = person_of(self._house, listed.organisation)
        place = (organisation, listed.post)
        if place not in self._posts:
            self._posts[place] = self._house.store.new_id()
            facts.append(
                PostNamed(
                    subject=self._posts[place], occurred_at=self._now, organisation=organisation, name=listed.post
                )
            )
        return self._posts[place]
