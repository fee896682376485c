"""What went on between a warning and the institutions that it went to."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from tocsin.answer.institution.state import HandingWish, Knock, Proposal, Question
from tocsin.basis.ids import Id
from tocsin.delivery.state import Batch
from tocsin.outcome.state import Outcome
from tocsin.people.facts import PersonKind
from tocsin.people.state import (
    Contact,
    Person,
)
from tocsin.report.state import Report, Source
from tocsin.store import heard_from
from tocsin.store.door.gate import Gate, Named, Told
from tocsin.store.institutions import Dealings, contacts_of, dealings, waiting_about
from tocsin.store.tables import state_table
from tocsin.warning.notice.state import Notice


class Institutions(Gate):
    """Institutions, and what they said."""

    def proposed(self, proposal: Proposal) -> bool:
        """Say whether the reader may read a proposed answer: both the warning, and the report that may be its answer."""
        report = self._look.find(Report, proposal.report)
        return self.warning(proposal.warning) is not None and report is not None and self.may(report)

    def all_sources(self, **holds: Any) -> list[Source]:
        """Return every source, by name, but those of whom there is only what the reader may not read. holds: see Look.all."""
        if not self.at_desk:
            return []
        found = self._look.all(Source, order="name", **holds)
        heard = heard_from.heard_from(
            self._look.connection, [one.id for one in found], self._marks(), self.reader.person
        )
        return [one for one in found if one.id in heard]

    def organisations(self, most: int = 200) -> list[Named]:
        """Return the organisations that are known here, by name."""
        if not self.at_desk:
            return []
        table = state_table(Person)
        wanted = sa.select(table.c.id).where(table.c.person_kind == PersonKind.ORGANISATION.value).limit(most)
        found = self.people(self._look.connection.execute(wanted).scalars())
        return sorted(found.values(), key=lambda one: one.name)

    def people_at(self, organisation: Id) -> list[Id]:
        """Return who can be told at an organisation: its line, and whoever holds a post there."""
        if not self.at_desk:
            return []
        return list(contacts_of(self._look, organisation))

    def knock_delays(self) -> list[timedelta]:
        """Return how long it took from each denial, or silence due, to the second knock, of notices that the reader may read."""
        found = []
        for knock in self._look.all(Knock) if self.at_desk else ():
            notice = self.warning(knock.notice)
            if isinstance(notice, Notice) and notice.sent_at is not None:
                found.append(notice.sent_at - knock.since)
        return found

    def waiting_about(self) -> list[tuple[Question | HandingWish | Knock, Told]]:
        """Return what institutions wait for, or are to be told again, with its warning: of open cases, as far as they may be read."""
        if not self.at_desk:
            return []
        waits = waiting_about(self._look)
        every: list[Question | HandingWish | Knock] = [*waits.questions, *waits.wishes, *waits.knocks]
        about = {id: self.warning(id) for id in {one.warning for one in every}}
        closed = {id for id, told in about.items() if told is not None and self._is_closed(told)}
        return [(one, told) for one in every if (told := about[one.warning]) is not None and told.id not in closed]

    def _is_closed(self, told: Told) -> bool:
        outcome = self._look.find(Outcome, told.threat) if told.threat else None
        return outcome is not None and outcome.judged_at is not None

    def contact_of(self, told: Told, wish: HandingWish) -> Contact | None:
        """Return where somebody would be told to whom a warning is to be handed on, for who may confirm that."""
        may = self._may_follow(told) and wish.warning == told.id and self.may_reach
        return self._look.find(Contact, wish.contact) if may and wish.contact else None

    def told_answer(self, told: Told, question: Question) -> Batch | None:
        """Return what tells whoever asked that their question was answered, the latest; None: nothing does."""
        about = question.warning == told.id and self._may_follow(told)
        return next(iter(self._look.batches(question.id)[::-1]), None) if about else None

    def dealings(self, told: Told) -> Dealings | None:
        """Return everything between a warning and the institutions it went to."""
        return dealings(self._look, told.id) if self._may_follow(told) else None
