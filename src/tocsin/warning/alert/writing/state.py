"""How the draft of an alert and a template stand, and the only rules by which facts change that."""

from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning.alert.writing.facts import (
    AlertDropped,
    AlertLetOut,
    AlertPieceChecked,
    AlertWritten,
    Contents,
    Piece,
    PieceState,
    TemplateApproved,
    TemplatePieceChecked,
    TemplateRetired,
    TemplateWritten,
)


class Edition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That somebody wrote at a draft. changed: in which languages, and which other fields, as they are called in Contents."""

    number: int
    at: datetime
    author: Id
    languages: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class AlertDraft(State, frozen=True, kw_only=True):
    """What is to become an alert under the same id. authors: everyone who wrote at it; none of them approves it.

    left_out: the words that it had last in each language that it has no more; put back, they are no better checked than before.
    """

    threat: Id | None
    contents: Contents
    author: Id
    authors: tuple[Id, ...]
    editions: tuple[Edition, ...]
    drafted_at: datetime
    approved_at: datetime | None = None
    approver: Id | None = None
    break_glass: bool = False
    dropped_at: datetime | None = None
    dropped_by: Id | None = None
    dropped_why: str = ""
    left_out: tuple[Piece, ...] = ()

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for a second person."""
        return self.approved_at is None and self.dropped_at is None

    @property
    def title(self) -> str:
        """Return its headline in the language that it was written in."""
        return self.contents.pieces[0].headline if self.contents.pieces else ""

    def piece(self, language: str) -> Piece | None:
        """Return the words in a language."""
        return piece_in(self.contents.pieces, language)


def piece_in(pieces: tuple[Piece, ...], language: str) -> Piece | None:
    """Return the words in a language, however its tag is written."""
    return next((one for one in pieces if one.language.casefold() == language.casefold()), None)


def words_of(piece: Piece) -> tuple[str, ...]:
    """Return what somebody who checks a piece has read."""
    return (piece.headline, piece.event, piece.description, piece.instruction, piece.contact)


def read_as(piece: Piece) -> str:
    """Return what tells the words that somebody has read from any others."""
    return sha256("\0".join(words_of(piece)).encode()).hexdigest()


def refuse_unread(piece: Piece, read: str | None) -> None:
    """Stop somebody from standing for words that they have not read. read: what they read; None: whatever stands there.

    Raises:
        Refused: the words are others now.
    """
    if read is not None and read != read_as(piece):
        raise Refused(
            f"The words in {piece.language} are not those that you read: somebody has written at them since. Read them again."
        )


def earned(piece: Piece, was: Piece | None) -> Piece:
    """Return a piece as it was written, with the state that it has earned. was: the words in its language before.

    Words that did not change keep theirs. What a machine translated stays so until somebody has checked it, whatever was
    changed in it meanwhile. What else is new is a draft, or machine-translated where its writer says so.
    """
    if was is not None and words_of(was) == words_of(piece) and PieceState.MACHINE not in (was.state, piece.state):
        return replace(piece, state=was.state, checked_by=was.checked_by, checked_at=was.checked_at)
    is_machine = piece.state is PieceState.MACHINE or (was is not None and was.state is PieceState.MACHINE)
    state = PieceState.MACHINE if is_machine else PieceState.DRAFT
    return replace(piece, state=state, checked_by=None, checked_at=None)


def changed(before: Contents | None, now: Contents) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return in which languages the words differ, and which other fields."""
    old = {one.language: words_of(one) for one in before.pieces} if before is not None else {}
    new = {one.language: words_of(one) for one in now.pieces}
    languages = tuple(name for name in {**new, **old} if old.get(name) != new.get(name))
    names = [name for name in Contents.__struct_fields__ if name != "pieces"]
    fields = () if before is None else tuple(name for name in names if getattr(before, name) != getattr(now, name))
    return languages, fields


def _written(draft: AlertDraft | None, fact: AlertWritten) -> AlertDraft:
    is_new = draft is None or not draft.is_open
    wrote = () if is_new or draft is None else draft.authors
    editions = () if is_new or draft is None else draft.editions
    languages, fields = changed(None if is_new or draft is None else draft.contents, fact.contents)
    number = editions[-1].number + 1 if editions else 1
    edition = Edition(number=number, at=fact.occurred_at, author=fact.author, languages=languages, fields=fields)
    return AlertDraft(
        id=fact.subject,
        threat=fact.threat,
        contents=fact.contents,
        author=fact.author,
        authors=tuple(dict.fromkeys((*wrote, fact.author))),
        editions=(*editions, edition),
        drafted_at=fact.occurred_at,
        left_out=() if is_new else left_out_by(fact.contents.pieces, draft),
    )


def fold_draft(state: AlertDraft | None, fact: Fact) -> AlertDraft:
    """Return how the draft stands after the fact."""
    if isinstance(fact, AlertWritten):
        return _written(state, fact)
    draft = standing(state, fact)
    match fact:
        case AlertPieceChecked():
            return replace(draft, contents=replace(draft.contents, pieces=_checked(draft.contents.pieces, fact)))
        case AlertLetOut():
            return replace(draft, approved_at=fact.occurred_at, approver=fact.approver, break_glass=fact.break_glass)
        case AlertDropped():
            return replace(draft, dropped_at=fact.occurred_at, dropped_by=fact.dropped_by, dropped_why=fact.why)
    raise TypeError(fact.kind())


def _checked(pieces: tuple[Piece, ...], fact: AlertPieceChecked | TemplatePieceChecked) -> tuple[Piece, ...]:
    by, at = fact.checker, fact.occurred_at
    return tuple(
        replace(one, state=PieceState.CHECKED, checked_by=by, checked_at=at) if one.language == fact.language else one
        for one in pieces
    )


# ---- templates


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A template as it was approved: the words that one person alone may send from."""

    version: int
    pieces: tuple[Piece, ...]
    approver: Id
    at: datetime


class AlertTemplate(State, frozen=True, kw_only=True):
    """A template of our own. pieces: its latest words. ready: the latest that were approved. authors: of the latest words.

    left_out: as of a draft.
    """

    name: str
    pieces: tuple[Piece, ...]
    version: int
    hours: int
    urgency: str
    severity: str
    certainty: str
    category: str
    base: str
    author: Id
    authors: tuple[Id, ...]
    written_at: datetime
    ready: Ready | None = None
    retired_at: datetime | None = None
    retired_by: Id | None = None
    retired_why: str = ""
    left_out: tuple[Piece, ...] = ()

    @property
    def waits(self) -> bool:
        """Say whether its latest words wait for a second person."""
        return self.retired_at is None and (self.ready is None or self.ready.version != self.version)


def fold_template(state: AlertTemplate | None, fact: Fact) -> AlertTemplate:
    """Return how the template stands after the fact."""
    match fact:
        case TemplateWritten():
            wrote = state.authors if state is not None and state.waits else ()
            return AlertTemplate(
                id=fact.subject,
                name=fact.name,
                pieces=fact.pieces,
                version=state.version + 1 if state is not None else 1,
                hours=fact.hours,
                urgency=fact.urgency,
                severity=fact.severity,
                certainty=fact.certainty,
                category=fact.category,
                base=fact.base,
                author=fact.author,
                authors=tuple(dict.fromkeys((*wrote, fact.author))),
                written_at=fact.occurred_at,
                ready=state.ready if state is not None else None,
                left_out=left_out_by(fact.pieces, state),
            )
        case TemplatePieceChecked():
            found = standing(state, fact)
            return replace(found, pieces=_checked(found.pieces, fact))
        case TemplateApproved():
            found = standing(state, fact)
            ready = Ready(version=found.version, pieces=found.pieces, approver=fact.approver, at=fact.occurred_at)
            return replace(found, ready=ready)
        case TemplateRetired():
            return replace(
                standing(state, fact),
                retired_at=fact.occurred_at,
                retired_by=fact.retired_by,
                retired_why=fact.why,
            )
    raise TypeError(fact.kind())


# ---- languages that were taken out


def left_out_by(pieces: tuple[Piece, ...], before: AlertDraft | AlertTemplate | None) -> tuple[Piece, ...]:
    """Return the words that there were last in each language which is not among these."""
    return tuple(one for one in pieces_ever(before) if piece_in(pieces, one.language) is None)


def pieces_ever(before: AlertDraft | AlertTemplate | None) -> tuple[Piece, ...]:
    """Return the latest words in each language that there ever was, those that were taken out last."""
    if before is None:
        return ()
    stand = before.contents.pieces if isinstance(before, AlertDraft) else before.pieces
    return (*stand, *before.left_out)


FOLDINGS = (
    Folding(AlertDraft, (AlertWritten, AlertPieceChecked, AlertLetOut, AlertDropped), fold_draft),
    Folding(AlertTemplate, (TemplateWritten, TemplatePieceChecked, TemplateApproved, TemplateRetired), fold_template),
)
