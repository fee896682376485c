"""The warnings that a reader may read, who was told, and what came of it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from heapq import nsmallest

from tocsin.answer.facts import AnswerKind
from tocsin.answer.institution.state import Proposal
from tocsin.answer.state import Answer
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Audience, DeliveryStands
from tocsin.people.state import (
    Contact,
    ContactStands,
    Group,
)
from tocsin.report.others import OthersAdviceState
from tocsin.report.state import Report
from tocsin.store import account, exported
from tocsin.store.counts import ChannelCount, Count
from tocsin.store.door.gate import TOLD, D, Gate, T, Told, told_at
from tocsin.store.institutions import stands_for
from tocsin.store.latest_told import latest_told
from tocsin.store.look import Look
from tocsin.store.summary import Summed
from tocsin.store.taken_back import telling_afterwards
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.alert.state import Alert
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.follow_up import FollowUp
from tocsin.warning.notice.state import Notice
from tocsin.warning.statement.state import Statement


class Warned(Gate):
    """Alerts, notices, advisories and statements, their drafts, their deliveries and their answers."""

    def warnings(self, kinds: Sequence[type[Told]] = TOLD, after: Id | None = None) -> Iterator[Told]:
        """Yield what was told, drafted or decided not to be told, the latest first, as far as somebody looks.

        after: the one behind which it begins.
        """
        one = self.warning(after)
        behind = None if one is None else (told_at(one), one.id)
        found = latest_told(self._look.connection, self._keys, kinds, self._marks(), behind)
        return (told for told in found if isinstance(told, Told) and self.may(told))

    def warnings_about(self, threat: Id) -> list[Told]:
        """Return what was told, drafted or decided not to be told about a case, oldest first."""
        return self._readable([one for kind in TOLD for one in self._look.all(kind, threat=threat)])

    def told_about_each(self, cases: Sequence[Id], kinds: Sequence[type[Told]] = TOLD) -> dict[Id, list[Told]]:
        """Return of each of these cases what was told, drafted or decided not to be told about it, oldest first."""
        found: dict[Id, list[Told]] = {one: [] for one in cases}
        for one in self._readable([one for kind in kinds for one in self._look.which(kind, "threat", cases)]):
            found[one.threat or ""].append(one)
        return found

    def deadline(self, told: Told) -> Deadline | None:
        """Return the date about a warning that is not settled: the one that was missed before one that is ahead."""
        if not self.at_desk or not self.may(told):
            return None
        held = self._look.all(Deadline, warning=told.id, met_at=None)
        return min(held, key=lambda one: one.window.ends, default=None)

    def levels(self, at: datetime) -> list[Advisory]:
        """Return the advisories that were in force at a moment, by country and region."""
        return self._look.levels(at)

    def advisory(self, id: Id | None) -> Advisory | None:
        """Return an advisory that went out."""
        return self._look.find(Advisory, id)

    def advisories(self, country: str) -> list[Advisory]:
        """Return every advisory about a country, the latest first."""
        return self._look.all(Advisory, country=country, order="issued_at")[::-1]

    def statement(self, id: Id | None) -> Statement | None:
        """Return a statement that was published."""
        return self._look.find(Statement, id)

    def statements(self) -> list[Statement]:
        """Return every statement, the latest first."""
        return self._look.all(Statement, order="published_at")[::-1]

    def drafts(self, kind: type[D]) -> list[D]:
        """Return the drafts of alerts, advisories or statements that the reader may read, the latest first."""
        return [one for one in self._look.all(kind, order="drafted_at") if self.may(one)][::-1]

    def draft(self, kind: type[D], id: Id) -> D | None:
        """Return a draft of an alert, an advisory or a statement."""
        found = self._look.find(kind, id)
        return found if found is not None and self.may(found) else None

    def others(self, *, latest: bool = True) -> list[OthersAdviceState]:
        """Return what other governments advise, by publisher and place. latest: and no longer what they said before."""
        if not self.at_desk:
            return []
        kind = OthersAdviceState
        found = self._look.all(kind, until=None, gone=False) if latest else self._look.all(kind)
        return sorted(found, key=lambda one: (one.publisher, one.place, one.region, one.seen_at))

    def why_level(self, advisory: Advisory) -> str:
        """Return why a level was decided, as it was written for the desk alone."""
        draft = self._look.find(AdvisoryDraft, advisory.id)
        return draft.why if draft is not None and self.may(draft) else ""

    def followers(self, told: Told) -> list[Told]:
        """Return the warnings that follow another, drafts too, oldest first."""
        return self._readable([*self._look.all(Alert, follows=told.id), *self._look.all(Notice, follows=told.id)])

    def audience(self, told: Told) -> list[Id]:
        """Return everyone who is addressed by a warning, each once; by where they are, those for whom it was planned."""
        if not self._may_follow(told) or isinstance(told, Statement):
            return []
        if isinstance(told, Notice):
            return list(told.recipients)
        found = account.addressed(self._look, told.id) if told.audience else ()
        return list(dict.fromkeys([*told.persons, *self._look.members(told.groups), *sorted(found)]))

    def resolved(self, told: Told) -> Audience | None:
        """Return who was addressed by a warning when it went out, in numbers."""
        found = self._look.all(Audience, warning=told.id) if self._may_follow(told) else []
        return found[0] if found else None

    def asking(self, told: Told, ask: Callable[[Look], T]) -> T | None:
        """Return what somebody asks of the store about a warning that the reader may follow; None of any other."""
        return ask(self._look) if self._may_follow(told) else None

    def deliveries(self, told: Told, *, after: int = 0, most: int = 1_000) -> list[account.Delivery]:
        """Return how some deliveries of a warning stand, in their order."""
        if not self._may_follow(told):
            return []
        people = self._look.summaries
        return account.deliveries(
            self._look, told.id, lambda persons: people.first_of(self._look.connection, told.id, persons), after, most
        )

    def account_rows(self, told: Told, *, after: int, most: int) -> list[exported.Told]:
        """Return the next rows of a warning's account: what came of it at each contact of each person."""
        if not self._may_follow(told):
            return []
        answers = self._look.summaries.answered(self._look.connection, told.id)
        return exported.told(self._look.connection, told.id, answers, after, most)

    def count(self, told: Told, now: datetime, errand: Errand = Errand.WARNING) -> Count | None:
        """Return how the deliveries of a warning stand, or those of its retraction, without reading any twice."""
        if not self._may_follow(told):
            return None
        return self._look.counting.of(self._look.connection, told.id, now, errand)

    def count_since(self, told: Told, now: datetime) -> tuple[FollowUp, Count] | None:
        """Return what was decided last about a warning's window, and how they stand who are told so."""
        found = self._look.all(FollowUp, warning=told.id, order="number") if self._may_follow(told) else []
        if not found:
            return None
        return found[-1], self._look.counting.of(self._look.connection, found[-1].id, now, Errand.FOLLOW_UP)

    def tallies(self, told: Told, now: datetime) -> tuple[ChannelCount, ...]:
        """Count the deliveries of a warning by channel and state."""
        count = self.count(told, now)
        return count.channels if count else ()

    def taking_back(self, told: Told) -> dict[DeliveryStands, int]:
        """Count how those stand who are told that a warning is taken back."""
        return telling_afterwards(self._look, told.id, Errand.RETRACTION) if self._may_follow(told) else {}

    def following_up(self, told: Told) -> list[tuple[FollowUp, dict[DeliveryStands, int]]]:
        """Return what whoever got a warning was told of its window, and how far each has come, the first one first."""
        if not self._may_follow(told):
            return []
        found = self._look.all(FollowUp, warning=told.id, order="number")
        return [(one, telling_afterwards(self._look, one.id, Errand.FOLLOW_UP)) for one in found]

    def missed(self, told: Told) -> tuple[Id, ...]:
        """Return who is addressed by a warning that was planned, and has no address that we can use."""
        if not self._may_follow(told):
            return ()
        resolved = self.resolved(told)
        if resolved is not None and not resolved.counts.no_contact:
            return ()  # it was counted when they were written down; to find out anew, all of them would be listed
        return self._look.counting.missed(self._look.connection, told.id, lambda: self._left_out(told))

    def _left_out(self, told: Told) -> Iterator[Id]:
        planned = account.addressed(self._look, told.id) | {
            of for stands in stands_for(self._look, told.id).values() for of in stands
        }
        resolved = self.resolved(told)
        if resolved is not None and not resolved.ground:
            # They have an address, and were left out for another reason; the audience's page tells for which.
            planned |= self._look.paused(resolved.resolved_at) | self._look.unsubscribed()
        return (person for person in self.audience(told) if person not in planned)

    def given_up(self, told: Told) -> set[Id]:
        """Return whom a warning will not reach any more."""
        return account.given_up(self._look, told.id) if self._may_follow(told) else set()

    def answers(self, told: Told, most: int | None = None) -> list[account.HeardAnswer]:
        """Return every answer to a warning, oldest first. most: see account.answers."""
        if not self._may_follow(told):
            return []
        # An answer is known to whoever may read the warning; the publication that it was taken from has a mark of its own.
        attached = [one for one in self._look.all(Proposal, warning=told.id) if one.answer is not None]
        reports = self._look.some(Report, sorted({one.report for one in attached}))
        unsourced = {one.answer for one in attached if one.answer and not self.may(reports[one.report])}
        return account.answers(self._look, self._keys, told.id, most, unsourced)

    def heard_of_each(self, told: Sequence[Told]) -> dict[Id, list[account.HeardAnswer]]:
        """Return who answered each of these warnings what, and when: see account.heard_of_each."""
        return account.heard_of_each(self._look, self._keys, [one.id for one in told if self._may_follow(one)])

    def summed(self, told: Told) -> Summed | None:
        """Return what everyone has answered, summed up without reading any twice."""
        return self._look.summaries.of(self._look.connection, told.id) if self._may_follow(told) else None

    def answered_since(self, told: Told, moment: datetime) -> Counter[AnswerKind]:
        """Return how many have said something since a moment, by what each said last."""
        may = self._may_follow(told)
        return self._look.summaries.since(self._look.connection, told.id, moment) if may else Counter()

    def planned_for(self, told: Told) -> int:
        """Return for how many deliveries of a warning somebody was written down."""
        return self._look.planned_for(told.id) if self._may_follow(told) else 0

    def told_before(self, told: Alert | Notice, among: Sequence[Id]) -> set[Id]:
        """Return who of these people was told of a warning, or is named by it."""
        if not self._may_follow(told):
            return set()
        named = told.recipients if isinstance(told, Notice) else told.persons
        return {*named} & {*among} | self._look.told_among(told.id, among)

    def said_last(self, told: Told, person: Id) -> AnswerKind | None:
        """Return what someone answered last to a warning, by whatever way; None: nothing yet."""
        if not self._may_follow(told):
            return None
        by_link = self._look.latest_answer(told.id, person)
        said = [(at, kind) for kind, at in ([by_link] if by_link else [])]
        said += [(one.said_at, one.answer.value) for one in self._look.all(Answer, warning=told.id, recipient=person)]
        return AnswerKind(max(said)[1]) if said else None

    def silent(self, told: Told, of: Id, most: int) -> tuple[list[Id], int]:
        """Return some of those who are waited for and have not answered, and how many they are. of: see Watch."""
        if not self._may_follow(told):
            return [], 0
        if self._look.find(Group, of) is None and of != told.id:
            return ([of], 1) if self.said_last(told, of) is None else ([], 0)
        found = self._look.silent(told.id)
        if of != told.id:
            found &= set(self._look.members([of]))
        return nsmallest(most, found), len(found)

    def ways_to(self, told: Told, persons: Sequence[Id]) -> dict[Id, list[Contact]]:
        """Return how these people can be reached, in their order: of those alone who are waited for by a warning."""
        if not self._may_follow(told):
            return {}
        found: dict[Id, list[Contact]] = {}
        for person in persons:
            contacts = self._look.all(Contact, person=person, stands=ContactStands.ACTIVE.value, order="order")
            found[person] = contacts
        return found

    def first_arrivals(self, told: Collection[Told]) -> dict[Id, datetime]:
        """Return when each of these warnings reached its first recipient; one that has reached nobody is left out."""
        return account.first_arrivals(self._look, [one.id for one in told if self.may(one)])

    def first_arrival(self, told: Collection[Told]) -> datetime | None:
        """Return when the first of these warnings reached its first recipient, or None."""
        return account.first_arrival(self._look, [one.id for one in told if self.may(one)])
