"""The people at the desk and beyond it, as far as a reader may see them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role, may_read
from tocsin.people.listed import Need
from tocsin.people.rota import Rota, ending
from tocsin.people.state import (
    Contact,
    ContactStands,
    Group,
    Membership,
    Person,
    Place,
    Post,
)
from tocsin.people.warden import Wardenship
from tocsin.store.called import plainly
from tocsin.store.door.gate import Gate, Named, T
from tocsin.store.look import Look
from tocsin.store.tables import state_table
from tocsin.threat.state import Threat
from tocsin.warning.ladder import Kind
from tocsin.warning.policy import Policy


def _reader(person: Person) -> Reader:
    return Reader(person=person.id, roles=frozenset(person.roles), cleared_to=person.cleared_to)


class People(Gate):
    """People, groups, posts, rotas and policies; how to reach whom, and where they are."""

    def officers(self, case: Threat | None = None) -> list[Named]:
        """Return who may look after a case, by name. case: this one, which they may read."""
        if not self.at_desk:
            return []
        wanted = {Role.WATCH_OFFICER, Role.DUTY_OFFICER}
        found = [one for one in self._look.desk_people() if wanted & set(one.roles) and not one.forgotten]
        if case is not None:
            # Whose it is may read it, be it RED.
            found = [one for one in found if may_read(_reader(one), case.mark, frozenset({one.id}))]
        return sorted(self.people(one.id for one in found).values(), key=lambda one: one.name)

    @cached_property
    def _working_here(self) -> list[Person]:
        """Return who works here: a form asks for each mark who of them may read it."""
        return [one for one in self._look.desk_people() if not one.forgotten] if self.at_desk else []

    def desk(self) -> list[Named]:
        """Return who works here, by name."""
        return sorted(self.people(one.id for one in self._working_here).values(), key=lambda one: one.name)

    def who_reads(self, mark: Mark, named: Collection[Id] = ()) -> frozenset[Id]:
        """Return who works here and may read something of a mark. named: who is named as its reader."""
        return frozenset(one.id for one in self._working_here if may_read(_reader(one), mark, frozenset(named)))

    def rotas_ending(self, now: datetime, ahead: timedelta) -> list[tuple[Rota, datetime]]:
        """Return the rotas that run out within some time, or have, and when."""
        return ending(self._look.all(Rota, dropped_at=None), now, ahead) if self.at_desk else []

    def on_duty(self, ask: Callable[[Look], T]) -> T | None:
        """Return what somebody asks of the store about rotas, policies and who works here; None for who does not."""
        return ask(self._look) if self.at_desk else None

    def policies(self) -> list[Policy]:
        """Return the policies that can be chosen."""
        return self._look.all(Policy, dropped_at=None, order="name") if self.at_desk else []

    def who_is_there(self, ask: Callable[[Look], T]) -> T | None:
        """Return what somebody asks of the store about who would be asked whether they are safe; None for who may not see it."""
        return ask(self._look) if self.may_reach else None

    def reached_by(self, persons: Sequence[Id]) -> dict[Id, list[Contact]]:
        """Return how these people are reached, in their order."""
        if not self.may_reach:
            return {}
        active = ContactStands.ACTIVE.value
        return {one: self._look.all(Contact, person=one, stands=active, order="order") for one in persons}

    def need_a_voice(self, persons: Sequence[Id]) -> frozenset[Id]:
        """Return which of these people a voice must reach before a text."""
        return self._look.needing(persons, Need.VOICE_FIRST) if self.may_reach else frozenset()

    def places_of(self, persons: Sequence[Id]) -> dict[Id, list[Place]]:
        """Return where these people are, as far as they said so."""
        return {one: self._look.all(Place, person=one, removed_at=None) for one in persons} if self.may_reach else {}

    def looked_after(self, ask: Callable[[Look], dict[Id, dict[Id, Id]]]) -> dict[Id, dict[Id, Id]]:
        """Return by each warden whom they look after, and on whose list each stands."""
        return ask(self._look) if self.at_desk else {}

    def wardenships(self) -> list[Wardenship]:
        """Return who looks after whom."""
        return self._look.all(Wardenship, held=True) if self.at_desk else []

    def called(self, names: Collection[str], *, institutions: bool = False) -> dict[str, list[Id]]:
        """Return who is meant by each of some names, mail addresses or ids, as they are written, for who may reach people.

        institutions: by their names, too, where they can be meant.
        """
        if not self.may_reach:
            return {}
        plain = {one: plainly(one) for one in names}
        by_name = self._look.called(plain.values(), institutions=institutions)
        by_mail = self._look.mailed(plain.values())
        by_id = self._look.some(Person, tuple(plain))
        return {
            one: [one]
            if one in by_id and not by_id[one].forgotten
            else list(dict.fromkeys((*by_name[so], *by_mail[so])))
            for one, so in plain.items()
        }

    def forgotten_among(self, persons: Collection[Id]) -> int:
        """Return how many of these people have been forgotten."""
        return sum(one.forgotten for one in self._look.some(Person, tuple(persons)).values()) if self.at_desk else 0

    def named_so(self, name: str, group: Id) -> list[Id]:
        """Return who of the desk and of a group has this name, or this id."""
        if not self.may_reach:
            return []
        people = {one.id: one for one in self._look.desk_people()}
        people |= self._look.some(Person, tuple(self._look.members([group])) if group else ())
        people |= self._look.some(Person, (name,))
        wanted = name.casefold()
        return [one.id for one in people.values() if not one.forgotten and wanted in (one.id, str(one.name).casefold())]

    def every_group(self) -> list[Group]:
        """Return the groups that can be asked."""
        return self._look.all(Group, order="name") if self.at_desk else []

    def every_post(self) -> list[tuple[Id, str]]:
        """Return the posts at organisations, with the name of each and of its organisation."""
        posts = self._look.all(Post, order="name") if self.at_desk else []
        at = self._look.some(Person, sorted({one.organisation for one in posts}))
        return [(one.id, f"{one.name}, {at[one.organisation].name}") for one in posts if one.organisation in at]

    def groups(self, ids: Iterable[Id]) -> dict[Id, str]:
        """Return the names of these groups."""
        return {one.id: one.name for one in self._look.some(Group, sorted(set(ids))).values()} if self.at_desk else {}

    def named(self, kind: Kind, id: Id) -> str:
        """Return what a rota or a post that a ladder names is called."""
        if not self.at_desk:
            return ""
        found = self._look.find(Rota, id) if kind is Kind.ROTA else self._look.find(Post, id)
        return found.name if found else ""

    def members(self, group: Id) -> list[Id]:
        """Return who belongs to a group."""
        return self._look.members([group]) if self.at_desk else []

    def groups_among(self, persons: Collection[Id]) -> dict[Id, list[Id]]:
        """Return the groups all of whose members are among these people, with those members."""
        if not self.at_desk:
            return {}
        table = state_table(Membership)
        touched = set(
            self._look.connection.execute(
                sa.select(table.c.group).where(table.c.person.in_(sorted(persons)[:1_000])).distinct()
            ).scalars()
        )
        whole = {group: self._look.members([group]) for group in sorted(touched)}
        return {group: members for group, members in whole.items() if set(members) <= set(persons)}
