"""What waits for somebody: the watches over whatever a reader may read, and the replies that nobody has read."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

import msgspec
import sqlalchemy as sa

from tocsin.answer.facts import Why
from tocsin.answer.replies import Reply
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.people.state import (
    Contact,
    ContactStands,
)
from tocsin.store.door.duties import Duties
from tocsin.store.door.gate import Told
from tocsin.store.door.headcounts import Headcounts
from tocsin.store.door.warned import Warned
from tocsin.store.tables import state_table
from tocsin.threat.state import Threat
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.state import Duty
from tocsin.warning.headcount.state import Headcount


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody was rung about something they may not read: only that it waits, and since when."""

    watch: Id
    since: datetime
    taken: bool
    exercise: bool


class Watches(Warned, Duties, Headcounts):
    """Who is rung, about what."""

    def watch(self, id: Id) -> tuple[Watch, Told] | None:
        """Return a watch with its warning, if the reader may follow that."""
        found = self._look.find(Watch, id)
        told = self.warning(found.warning) if found else None
        return (found, told) if found and told and self._may_follow(told) else None

    def watches(self, told: Told) -> list[Watch]:
        """Return the watches over a warning, oldest first."""
        return self._look.all(Watch, warning=told.id, order="opened_at") if self._may_follow(told) else []

    def watches_of_each(self, told: Iterable[Told]) -> dict[Id, list[Watch]]:
        """Return the watches over each of some warnings, oldest first."""
        found: dict[Id, list[Watch]] = {one.id: [] for one in told if self._may_follow(one)}
        for watch in self._look.which(Watch, "warning", list(found)):
            found[watch.warning].append(watch)
        return {id: sorted(watches, key=lambda one: (one.opened_at, one.id)) for id, watches in found.items()}

    def watches_of(self, headcount: Headcount) -> list[Watch]:
        """Return the watches over a headcount, oldest first."""
        return self._look.all(Watch, warning=headcount.id, order="opened_at") if self.at_desk else []

    def headcount_watch(self, id: Id) -> tuple[Watch, Headcount] | None:
        """Return a watch with its headcount: who works here follows all of them."""
        found = self._look.find(Watch, id)
        asked = self.headcount(found.warning) if found else None
        return (found, asked) if found and asked else None

    def case_watch(self, id: Id) -> tuple[Watch, Threat] | None:
        """Return a watch with the case that it is about, if the reader may read that."""
        found = self._look.find(Watch, id) if self.at_desk else None
        threat = self.threat(found.warning) if found else None
        return (found, threat) if found and threat else None

    def rung_about(self, case: Threat) -> frozenset[Id]:
        """Return who is rung about a case which the reader may read, by name or as a duty officer, whoever may read it."""
        if not self.at_desk:
            return frozenset()
        by_name = [id for one in self._look.all(Watch, warning=case.id, settled_at=None) for id in one.ladder.persons()]
        duty = [one.id for one in self._look.desk_people() if Role.DUTY_OFFICER in one.roles]
        return frozenset((*by_name, *duty))

    def case_date(self, watch: Watch) -> Deadline | None:
        """Return the date that a watch over a case is about."""
        found = self._look.find(Deadline, watch.of) if self.at_desk else None
        return found if found is not None and self.threat(found.warning) is not None else None

    def duty_watch(self, id: Id) -> tuple[Watch, Duty] | None:
        """Return a watch with the duty to warn that it rings about."""
        found = self._look.find(Watch, id)
        owed = self.duty(found.warning) if found else None
        return (found, owed) if found and owed else None

    def plea_watch(self, id: Id) -> tuple[Watch, Reply] | None:
        """Return a watch with the plea that it rings about."""
        found = self._look.find(Watch, id)
        plea = self.reply(found.warning) if found else None
        return (found, plea) if found and plea else None

    @cached_property
    def _open_watches(self) -> list[Watch]:
        """Return the watches that are not settled, oldest first: a page asks for them several times over."""
        return self._look.all(Watch, settled_at=None, order="opened_at")

    def unsettled(self) -> list[tuple[Watch, Told]]:
        """Return the watches that are not settled, each with its warning, oldest first."""
        if not self.at_desk:
            return []
        watches = self._open_watches
        about = {id: self.warning(id) for id in {watch.warning for watch in watches}}
        return [(watch, told) for watch in watches if (told := about[watch.warning]) is not None]

    def unsettled_headcounts(self) -> list[tuple[Watch, Headcount]]:
        """Return the watches over headcounts that are not settled."""
        table = state_table(Watch)
        open_about = sa.select(table.c.warning).where(table.c.settled_at.is_(None)).distinct()
        about = self._look.connection.execute(open_about).scalars().all() if self.at_desk else []
        counted = self._look.some(Headcount, sorted(about))
        found = [one for id in counted for one in self._look.all(Watch, warning=id, settled_at=None)]
        return [(one, counted[one.warning]) for one in sorted(found, key=lambda one: (one.opened_at, one.id))]

    def unsettled_cases(self) -> list[tuple[Watch, Threat]]:
        """Return the watches over cases that are not settled, each with its case, oldest first."""
        if not self.at_desk:
            return []
        watches = [one for one in self._open_watches if one.why is Why.CASE]
        about = {id: self.threat(id) for id in {watch.warning for watch in watches}}
        return [(watch, threat) for watch in watches if (threat := about[watch.warning]) is not None]

    def unsettled_duties(self) -> list[tuple[Watch, Duty]]:
        """Return the watches over duties to warn that are not settled and have rung, the oldest first."""
        if not self.at_desk:
            return []
        watches = [one for one in self._open_watches if one.why is Why.DUTY]
        pairs = [(one, self.duty(one.warning)) for one in watches if one.rings or one.accepted_by is not None]
        return [(watch, owed) for watch, owed in pairs if owed is not None]

    def unsettled_pleas(self) -> list[tuple[Watch, Reply]]:
        """Return the watches over pleas that are about no warning and that nobody has read, the oldest first."""
        if not self.at_desk:
            return []
        watches = [one for one in self._open_watches if one.why is Why.PLEA]
        pairs = [(watch, self.reply(watch.warning)) for watch in watches]
        return [(watch, plea) for watch, plea in pairs if plea is not None]

    def untaken(self) -> int:
        """Count what waits and has nobody yet, about warnings that the reader may read; of several about one thing, one."""
        if not self.at_desk:
            return 0
        table = state_table(Watch)
        one = sa.select(table.c.warning, table.c.of, table.c.why).distinct()
        waits = one.where(table.c.settled_at.is_(None), table.c.accepted_by.is_(None)).subquery()
        by_warning = sa.select(waits.c.warning, sa.func.count()).group_by(waits.c.warning)
        found = self._look.connection.execute(by_warning).all()
        return sum(many for warning, many in found if self.warning(warning) is not None)

    def calls(self) -> list[Call]:
        """Return what the reader was rung about and may not read."""
        if not self.reader.person:
            return []
        table = state_table(Watch)
        open_about = sa.select(table.c.warning).where(table.c.settled_at.is_(None)).distinct()
        about = self._look.connection.execute(open_about).scalars().all()
        unread = [one for one in about if not self._tells_of(one)]
        watches = [one for id in unread for one in self._look.all(Watch, warning=id, settled_at=None)]
        return [
            Call(watch=watch.id, since=rung[0], taken=watch.accepted_by is not None, exercise=watch.exercise)
            for watch in sorted(watches, key=lambda one: (one.opened_at, one.id))
            if (rung := [ring.at for ring in watch.rings if ring.to == self.reader.person])
        ]

    def may_take_on(self, watch: Id) -> bool:
        """Say whether the reader may take a watch on: they read its warning, or were rung about it."""
        found = self._look.find(Watch, watch)
        if found is None or not self.at_desk:
            return False
        return self._tells_of(found.warning) or any(ring.to == self.reader.person for ring in found.rings)

    def replies(self, most: int) -> tuple[list[Reply], int]:
        """Return the replies that nobody has read yet, oldest first, about warnings that the reader may all read.

        most: how many at most. With them comes how many there are in all.
        """
        if not self.at_desk:
            return [], 0
        hidden = [one for one in self._look.unread_about() if not self._may_read_replies(one)]
        return self._look.unread_replies(hidden, most)

    def reply(self, id: Id) -> Reply | None:
        """Return a reply, read or not, about warnings that the reader may all read."""
        found = self._look.find(Reply, id) if self.at_desk else None
        return found if found is not None and all(map(self._may_read_replies, found.warnings)) else None

    def _may_read_replies(self, warning: Id) -> bool:
        # What somebody in danger writes says where they are.
        return self.warning(warning) is not None or (self.may_reach and self.headcount(warning) is not None)

    def ways_back(self, plea: Reply) -> dict[Id, list[Contact]]:
        """Return how whoever may have written a plea is reached, over a contact point that nobody has confirmed too."""
        if not self.may_reach:
            return {}
        stands = (ContactStands.ACTIVE, ContactStands.PENDING)
        known = {one: self._look.all(Contact, person=one, order="order") for one in (plea.person, *plea.others)}
        return {one: [way for way in ways if way.stands in stands] for one, ways in known.items()}

    def _tells_of(self, warning: Id) -> bool:
        ways = (self.warning, self.headcount, self.threat, self.duty, self.reply)
        return any(find(warning) is not None for find in ways)
