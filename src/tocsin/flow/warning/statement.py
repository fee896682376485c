"""Statements: written by one, published by another, corrected in the open, joined and left by others."""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.warning.public_words import Answers, answer_for, for_public, joined
from tocsin.flow.warning.warn import refuse_other_hand
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.approval import WRITERS
from tocsin.warning.statement import decide
from tocsin.warning.statement.facts import StatementDrafted
from tocsin.warning.statement.state import Statement, StatementDraft


def _refuse_unknown(look: Look, about: Id | None) -> None:
    """Stop a statement about what the public does not know: a link to a notice or a draft would give it away."""
    if about is None or look.find(Advisory, about) is not None or look.find(Statement, about) is not None:
        return
    alert = look.find(Alert, about)
    if alert is None or alert.stage is not AlertStage.ISSUED:
        raise Refused("A statement speaks of an alert, an advisory or a statement that is public. That is none.")


@once
def draft_statement(
    house: House, draft: StatementDrafted, *, seen: int | None = None, by: Id, command: str, now: datetime
) -> None:
    """Write a statement, or the next edition of one; or write at a draft again that waits.

    seen: how many facts there were about it when its writer began; None: whatever there are now.

    Raises:
        Refused: another signs it, it says nothing, it is about what the public does not know, or somebody else wrote at it
            meanwhile.
    """
    refuse_other_hand(draft.subject, draft.author, by)
    with house.store.look() as look:
        before, stands = look.find(StatementDraft, draft.subject), look.find(Statement, draft.subject)
        there, roles = look.version(draft.subject), look.get(Person, by).roles
        _refuse_unknown(look, draft.about)
    # What a statement is about does not change with its editions.
    written = replace(draft, about=stands.about if stands is not None and stands.about else draft.about)
    fact = decide.draft_statement(written, before, stands, roles)
    expect = {draft.subject: there if seen is None else seen}
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


@once
def approve_statement(
    house: House,
    statement_id: Id,
    *,
    answers: Answers | None = None,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Publish a draft, as a second person.

    answers: for which words of stricter material its approver answers; None: a script vouches for what was let out then.
    seen: how many facts there were about it when its approver read it; None: whatever there are now.

    Raises:
        Refused: it is no draft that waits, its approver wrote at it, a word of stricter material is not answered for, or it has
            changed since.
    """
    with house.store.look() as look:
        draft, stands = look.get(StatementDraft, statement_id), look.find(Statement, statement_id)
        there, roles = look.version(statement_id), look.get(Person, by).roles
        facts = decide.approve_statement(draft, by, roles, stands, now)
        expect = {statement_id: there if seen is None else seen}
        made_public, expect = answer_for(house, look, for_public(look, draft), answers, by, now, expect)
    house.store.commit([*facts, *made_public], at=now, by=by, command=command, expect=expect)


@once
def drop_statement(house: House, statement_id: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Decide that a draft will not be published.

    Raises:
        Refused: it is no draft that waits, or no reason is given.
    """
    with house.store.look() as look:
        draft, seen = look.get(StatementDraft, statement_id), look.version(statement_id)
        roles = look.get(Person, by).roles
    fact = decide.drop_statement(draft, by, roles, why, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={statement_id: seen})


@once
def endorse(
    house: House,
    statement_id: Id,
    endorser: str,
    *,
    answers: Answers | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Note who joins a statement.

    answers: for which words of stricter material whoever notes it answers; None: a script vouches for what was said then.

    Raises:
        Refused: there is no such statement, nobody is named, they joined before, or a word of stricter material is not answered
            for.
    """
    with house.store.look() as look:
        statement, seen = look.get(Statement, statement_id), look.version(statement_id)
        _refuse_no_officer(look, by)
        fact = decide.endorse(statement, endorser, now)
        said, expect = joined(statement, fact.endorser), {statement_id: seen}
        made_public, expect = answer_for(house, look, said, answers, by, now, expect)
    house.store.commit([fact, *made_public], at=now, by=by, command=command, expect=expect)


@once
def withdraw_endorsement(house: House, statement_id: Id, endorser: str, *, by: Id, command: str, now: datetime) -> None:
    """Note that somebody stands behind a statement no more.

    Raises:
        Refused: there is no such statement, or they do not stand behind it.
    """
    with house.store.look() as look:
        statement, seen = look.get(Statement, statement_id), look.version(statement_id)
        _refuse_no_officer(look, by)
    fact = decide.withdraw_endorsement(statement, endorser, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={statement_id: seen})


def _refuse_no_officer(look: Look, by: Id) -> None:
    if not WRITERS & set(look.get(Person, by).roles):
        raise Refused(f"Who joins a statement is noted by an officer; {by} is none.")
