"""Who has not answered yet. Of a million asked, the first that is silent still is looked for where it was found before.

Whoever stands before the first that is silent needs not be asked for again, save once more before everyone is said to have
answered: somebody may have joined the group meanwhile, or changed their mind. And where a share suffices, nobody is counted
again before so many more answers have come as were lacking.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tocsin.answer.state import Answer
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.people.state import Group, Membership
from tocsin.store import members, rows
from tocsin.store.keys import Keys
from tocsin.store.log import latest_answer
from tocsin.store.shelf import Shelf
from tocsin.store.summary import Summaries
from tocsin.store.tables import answers_by_link, recipients, state_table
from tocsin.warning.ladder import Suffices, Which

MOST = 4_096  # warnings and groups that are remembered
AT_ONCE = 500

_BY_LINK, _LISTED = answers_by_link.name, state_table(Membership).name
_TOLD = (
    f"{recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch AND b.errand = '{Errand.WARNING.value}' "
    "WHERE r.warning = :warning"
)
_RECORDED = (
    f"SELECT recipient, answer, said_at FROM {state_table(Answer).name} WHERE warning = :warning ORDER BY said_at, id"
)
_ANY_ANSWER = f"EXISTS (SELECT 1 FROM {_BY_LINK} a WHERE a.person = r.person AND a.warning = r.warning)"
_LAST_ANSWER = (
    f"coalesce((SELECT a.answer FROM {_BY_LINK} a WHERE a.person = r.person AND a.warning = r.warning "
    "ORDER BY a.at DESC, a.log_seq DESC LIMIT 1) IN (SELECT value FROM json_each(:kinds)), 0)"
)
_SILENT = (
    f'SELECT r."row", r.person FROM {_TOLD} AND r."row" > :after AND r.person NOT IN (SELECT value FROM json_each(:others)) '
    'AND NOT %s ORDER BY r."row" LIMIT :most'
)
_AMONG_TOLD = f"SELECT DISTINCT r.person FROM {_TOLD} AND r.person IN (SELECT value FROM json_each(:others))"
_SOMEBODY = f'SELECT 1 FROM {_TOLD} AND r.person IN (SELECT person FROM {_LISTED} WHERE "group" = :group AND left_at IS NULL) LIMIT 1'
_EVERYBODY = f"SELECT DISTINCT r.person FROM {_TOLD}"
_HOW_MANY = f"SELECT count(DISTINCT r.person) FROM {_TOLD}"
_LAST_ROW = f'SELECT max("row") FROM {recipients.name} WHERE warning = :warning'
_MEMBERS = (
    f'SELECT person FROM {_LISTED} WHERE "group" = :group AND left_at IS NULL '
    "AND person IN (SELECT value FROM json_each(:asked))"
)
_GIVEN = f"SELECT count(*) FROM {_BY_LINK} WHERE warning = :warning"
_OTHERS = "person NOT IN (SELECT value FROM json_each(:others))"
_ANSWERED = f"SELECT count(DISTINCT person) FROM {_BY_LINK} WHERE warning = :warning AND {_OTHERS}"
_ANSWERED_SO = (  # of several columns beside one max(), SQLite takes the others from the row that has it
    f"SELECT count(*) FROM (SELECT answer, max(at || printf('%020d', log_seq)) FROM {_BY_LINK} "
    f"WHERE warning = :warning AND {_OTHERS} GROUP BY person) WHERE answer IN (SELECT value FROM json_each(:kinds))"
)


class Speakers(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks for whom about a warning, so that an institution counts once, whoever of it was told and answers.

    contacts: the institutions for which each of their contacts was told. spoke: who read it back or handed it on, which is as
    good as any answer. named: whom the warning addresses by name; a contact who is among them counts for themselves as well.
    """

    contacts: Mapping[Id, tuple[Id, ...]] = {}
    spoke: frozenset[Id] = frozenset()
    named: frozenset[Id] = frozenset()

    @property
    def institutions(self) -> frozenset[Id]:
        """Return the institutions that were told by their contacts."""
        return frozenset(of for each in self.contacts.values() for of in each)


class _Remembered(msgspec.Struct):
    """after: before the row of the first that was silent. lacking: how many were, when so many answers had been given."""

    after: int = 0
    last_row: int = 0
    told: int = 0
    given: int = 0
    lacking: int = 0


class Silences:
    """What was found out of each warning and group, and what its people answered, summed up. Threads may share it."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        """Remember nothing yet. shelf: where sums were laid by."""
        self.summaries = Summaries(shelf)
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Id, Id, Suffices], _Remembered] = OrderedDict()

    def is_over(self, connection: sa.Connection, warning: Id, of: Id, suffices: Suffices, keys: Keys) -> bool:
        """Say whether enough have answered: a person, of a group everyone who was told, or of all as many as suffice.

        of: the person or the group; or the warning itself, for all who were told of it.
        """
        return of in self.over(connection, warning, [of], suffices, keys)

    def over(
        self,
        connection: sa.Connection,
        warning: Id,
        each: Collection[Id],
        suffices: Suffices,
        keys: Keys,
        speakers: Speakers | None = None,
    ) -> set[Id]:
        """Return of which of these enough have answered. What was recorded is read once for all of them.

        speakers: needed only where so many of all suffice.
        """
        with self._lock:
            asking = _Asking(connection, warning, suffices.answers)
            groups = rows.some(connection, Group, tuple(one for one in each if one != warning), keys)
            alone = [one for one in each if one != warning and one not in groups]
            found = asking.have_answered(alone)
            for group in groups.values():
                known = self._remembered(warning, group.id, suffices)
                if asking.all_of(known, _Members(connection, group, keys)):
                    found.add(group.id)
            if warning in each:
                known = self._remembered(warning, warning, suffices)
                each_alone = suffices.which is Which.EACH
                if (
                    asking.all_of(known, None)
                    if each_alone
                    else asking.suffice(known, suffices, speakers or Speakers())
                ):
                    found.add(warning)
            return found

    def _remembered(self, warning: Id, of: Id, suffices: Suffices) -> _Remembered:
        known = self._known.setdefault((warning, of, suffices), _Remembered())
        self._known.move_to_end((warning, of, suffices))
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return known


class _Members:
    """Who belongs to a group. By its rule that is found out only where somebody has to be asked for who is not listed."""

    def __init__(self, connection: sa.Connection, group: Group, keys: Keys) -> None:
        self._connection = connection
        self._group = group
        self._keys = keys
        self._by_rule: frozenset[Id] | None = None

    def of(self, persons: Collection[Id]) -> set[Id]:
        """Return which of these people belong to it."""
        if self._group.rule is not None:
            return set(persons) & self._all()
        asked = {"group": self._group.id, "asked": _json(persons)}
        return set(self._connection.exec_driver_sql(_MEMBERS, asked).scalars())

    def was_told(self, warning: Id) -> bool:
        """Say whether anybody of it was told of a warning."""
        if self._group.rule is None:
            asked = {"group": self._group.id, "warning": warning}
            return self._connection.exec_driver_sql(_SOMEBODY, asked).first() is not None
        return any(
            one in self._all() for one in self._connection.exec_driver_sql(_EVERYBODY, {"warning": warning}).scalars()
        )

    def _all(self) -> frozenset[Id]:
        if self._by_rule is None:
            self._by_rule = frozenset(members.members(self._connection, [self._group.id], self._keys))
        return self._by_rule


class _Asking:
    """One warning at one moment. kinds: the answers that count; none: any.

    Whoever had an answer recorded by an officer, who are few, is looked at alone: what they said last may have come by link.
    """

    def __init__(self, connection: sa.Connection, warning: Id, kinds: Collection[str]) -> None:
        self._connection = connection
        self._warning = warning
        self._kinds = kinds
        said = connection.exec_driver_sql(_RECORDED, {"warning": warning}).fetchall()
        self._told_to_officers = len(said)  # one row for each time that somebody said something, as by link
        recorded = {person: (answer, datetime.fromisoformat(at)) for person, answer, at in said}
        self._counts = {person: self._is_one(self._latest(person, one)) for person, one in recorded.items()}
        self._asked = {"warning": warning, "others": _json(recorded), "kinds": _json(kinds)}

    def _latest(self, person: Id, recorded: tuple[str, datetime] | None) -> str | None:
        by_link = latest_answer(self._connection, self._warning, person)
        if by_link is None or (recorded is not None and recorded[1] >= by_link[1]):
            return recorded[0] if recorded else None
        return by_link[0]

    def _is_one(self, answer: str | None) -> bool:
        return answer is not None and (not self._kinds or answer in self._kinds)

    def have_answered(self, persons: Collection[Id]) -> set[Id]:
        """Return of which of these people what they said last is an answer that counts."""
        found = {one for one in persons if self._counts.get(one, False)}
        others = [one for one in persons if one not in self._counts]
        return found | {one for one in others if self._is_one(self._latest(one, None))}

    def all_of(self, known: _Remembered, among: _Members | None) -> bool:
        """Say whether everyone has answered who was told, of a group or of all."""
        found = self._first_silent(known.after, among)
        if found is None and known.after:
            found = self._first_silent(0, among)
        known.after = 0 if found is None else found - 1
        if found is not None:
            return False
        wrong = [person for person, counts in self._counts.items() if not counts]
        told = self._connection.exec_driver_sql(_AMONG_TOLD, self._asked | {"others": _json(wrong)}).scalars().all()
        if wrong and (among.of(told) if among else told):
            return False
        return among.was_told(self._warning) if among else self._told(known) > 0

    def _first_silent(self, after: int, among: _Members | None) -> int | None:
        statement = _SILENT % (_LAST_ANSWER if self._kinds else _ANY_ANSWER)
        while found := self._connection.exec_driver_sql(
            statement, self._asked | {"after": after, "most": AT_ONCE}
        ).fetchall():
            belong = among.of([person for _, person in found]) if among else {person for _, person in found}
            first = next((row for row, person in found if person in belong), None)
            if first is not None:
                return int(first)
            after = found[-1][0]
        return None

    def _told(self, known: _Remembered) -> int:
        """Return how many were told; they are counted again when somebody more has been written down."""
        last = self._one(_LAST_ROW) or 0
        if last != known.last_row:
            known.last_row, known.told = last, self._one(_HOW_MANY)
        return known.told

    def suffice(self, known: _Remembered, suffices: Suffices, speakers: Speakers) -> bool:
        """Say whether so many have answered as suffice; an institution counts once, as it does where each is waited for."""
        given = self._one(_GIVEN) + self._told_to_officers + len(speakers.spoke)
        if known.lacking and given < known.given + known.lacking:
            return False
        alone = self._alone(speakers)
        told, heard = self._told(known), self._one(_ANSWERED_SO if self._kinds else _ANSWERED, alone)
        among = set(self._connection.exec_driver_sql(_AMONG_TOLD, self._asked | {"others": _json(alone)}).scalars())
        one_by_one = self._one_by_one(speakers, among | (speakers.named & alone))
        told += len(one_by_one) - len(among)
        heard += sum(one_by_one.values())
        is_met = suffices.is_met(told, heard)
        wanted = -(-suffices.count * told // 100) if suffices.which is Which.SHARE else min(suffices.count, told)
        # One contact may speak for several institutions.
        lacking = 1 if speakers.contacts else max(wanted - heard, 1)
        known.given, known.lacking = given, 0 if is_met else lacking
        return is_met

    def _alone(self, speakers: Speakers) -> set[Id]:
        """Return who is looked at alone: what they said is not in the log of links, or is said for another."""
        return {*self._counts, *speakers.contacts, *speakers.institutions, *speakers.spoke}

    def _one_by_one(self, speakers: Speakers, among: Collection[Id]) -> dict[Id, bool]:
        """Return whether each has answered who counts as one: of the few who are looked at alone. among: who was told."""
        heard = self.have_answered(self._alone(speakers)) | speakers.spoke
        heard |= {of for one in heard & speakers.contacts.keys() for of in speakers.contacts[one]}
        institutions = speakers.institutions
        only_for_others = speakers.contacts.keys() - speakers.named - institutions
        return {one: one in heard for one in {*among, *institutions} if one not in only_for_others}

    def _one(self, statement: str, others: Collection[Id] | None = None) -> int:
        asked = self._asked if others is None else self._asked | {"others": _json(others)}
        return int(self._connection.exec_driver_sql(statement, asked).scalar_one() or 0)


def _json(texts: Collection[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()
