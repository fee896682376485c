"""Deciding about a statement: what is published in our name has been read by two of us, and is corrected in the open."""

from collections.abc import Collection
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning.approval import WRITERS, refuse_dropping, refuse_lone_voice
from tocsin.warning.statement.facts import (
    EndorsementWithdrawn,
    StatementApproved,
    StatementDrafted,
    StatementDropped,
    StatementEndorsed,
    StatementKind,
    StatementPublished,
)
from tocsin.warning.statement.state import Statement, StatementDraft

MOST_WORDS, MOST_TITLE, MOST_NAME, MOST_JOINED = 50_000, 300, 300, 1_000


def draft_statement(
    draft: StatementDrafted, before: StatementDraft | None, stands: Statement | None, roles: Collection[Role]
) -> StatementDrafted:
    """Let a draft be kept. before: the draft under its id, if there is one. stands: the statement, if it was published.

    Raises:
        Refused: its writer is no officer, it says nothing, it is not the next edition, or it corrects and does not say what.
    """
    if not WRITERS & set(roles):
        raise Refused(f"Statement {draft.subject} is for an officer to write; {draft.author} is none.")
    if before is not None and before.dropped_at is not None and stands is None:
        raise Refused(f"Statement {draft.subject} was dropped already. Write a new one.")
    if not (draft.title.strip() and draft.text.strip()):
        raise Refused(f"Statement {draft.subject} needs a title and a text.")
    if len(draft.title) > MOST_TITLE or len(draft.text) + len(draft.change) > MOST_WORDS:
        raise Refused(
            f"Statement {draft.subject} is too long: a title has {MOST_TITLE} characters at most, and a text {MOST_WORDS:,}."
        )
    if draft.about == draft.subject:
        raise Refused(f"Statement {draft.subject} cannot be about itself. Write its next edition.")
    edition = (stands.edition if stands is not None else 0) + 1
    if draft.edition != edition:
        raise Refused(f"Statement {draft.subject} has another edition by now. Look at it, then correct that one.")
    if edition > 1 and not draft.change.strip():
        raise Refused(
            f"Say what edition {edition} of statement {draft.subject} corrects; everyone who reads it is told."
        )
    if draft.statement_kind is StatementKind.CORRECTION and draft.about is None and edition == 1:
        raise Refused(f"Statement {draft.subject} corrects nothing. Name the alert, the advisory or the statement.")
    return draft


def approve_statement(
    draft: StatementDraft, approver: Id, roles: Collection[Role], stands: Statement | None, now: datetime
) -> tuple[StatementApproved, StatementPublished]:
    """Let a draft of another be published. stands: the statement, if an edition was.

    Raises:
        Refused: it was decided about already, its approver wrote at it or is no duty officer, or another edition came first.
    """
    if not draft.is_open:
        raise Refused(f"Statement {draft.id} has no draft that waits.")
    refuse_lone_voice(draft.id, draft.authors, approver, roles, break_glass=False)
    if draft.edition != (stands.edition if stands is not None else 0) + 1:
        raise Refused(f"Statement {draft.id} has another edition by now. Look at it, then correct that one.")
    published = StatementPublished(
        subject=draft.id,
        occurred_at=now,
        statement_kind=draft.statement_kind,
        title=draft.title,
        text=draft.text,
        author=draft.author,
        approver=approver,
        edition=draft.edition,
        language=draft.language,
        threat=draft.threat,
        exercise=draft.exercise,
        change=draft.change,
        about=draft.about,
    )
    return StatementApproved(subject=draft.id, occurred_at=now, approver=approver), published


def drop_statement(draft: StatementDraft, by: Id, roles: Collection[Role], why: str, now: datetime) -> StatementDropped:
    """Decide that a draft will not be published.

    Raises:
        Refused: it was decided about already, no reason is given, or this person is no officer.
    """
    refuse_dropping("statement", draft.id, by, roles, why, waits=draft.is_open)
    return StatementDropped(subject=draft.id, occurred_at=now, dropped_by=by, why=why)


def endorse(statement: Statement, endorser: str, now: datetime) -> StatementEndorsed:
    """Note who joins a statement, in its latest edition.

    Raises:
        Refused: nobody is named, or they stand behind it already.
    """
    name = " ".join(endorser.split())
    if not name or len(name) > MOST_NAME:
        raise Refused(f"Say who joins statement {statement.id}, in {MOST_NAME} characters at most.")
    if any(_same(one.endorser, name) for one in statement.joined):
        raise Refused(f"They stand behind statement {statement.id} already.")
    if len(statement.endorsements) >= MOST_JOINED:
        raise Refused(f"{MOST_JOINED:,} have joined statement {statement.id}; no more can be listed.")
    return StatementEndorsed(subject=statement.id, occurred_at=now, endorser=name)


def withdraw_endorsement(statement: Statement, endorser: str, now: datetime) -> EndorsementWithdrawn:
    """Note that somebody stands behind a statement no more. That they once did stays readable.

    Raises:
        Refused: they do not stand behind this edition of it.
    """
    found = next((one for one in statement.joined if _same(one.endorser, endorser)), None)
    if found is None:
        raise Refused(f"They do not stand behind statement {statement.id} as it reads now.")
    return EndorsementWithdrawn(subject=statement.id, occurred_at=now, endorser=found.endorser)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
