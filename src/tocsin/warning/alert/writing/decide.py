"""Deciding about the draft of an alert: written by one, checked by who reads it, let out by another or, in need, by one."""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning.alert.decide import approve_alert, draft_alert, issue_alert
from tocsin.warning.alert.message import Imprint
from tocsin.warning.alert.state import Alert, fold_alert
from tocsin.warning.alert.writing.facts import (
    AlertDropped,
    AlertLetOut,
    AlertPieceChecked,
    AlertWritten,
    Contents,
    Piece,
    PieceState,
)
from tocsin.warning.alert.writing.rules import as_drafted, is_filled, is_ready, refuse_flawed
from tocsin.warning.alert.writing.state import (
    AlertDraft,
    AlertTemplate,
    Ready,
    earned,
    piece_in,
    pieces_ever,
    refuse_unread,
    words_of,
)
from tocsin.warning.approval import WRITERS, refuse_dropping, refuse_lone_voice
from tocsin.warning.audience import Counts

MOST_LANGUAGES, MOST_AREAS, MOST_CORNERS, MOST_TEXT, MOST_EDITIONS = 30, 50, 20_000, 20_000, 1_000


def write_alert(
    draft: AlertWritten,
    before: AlertDraft | None,
    ready: Ready | None,
    roles: Collection[Role],
    *,
    issued: bool = False,
) -> AlertWritten:
    """Let a draft be kept, whatever is still wrong with it, as long as it can be kept.

    before: the draft under its id, if there is one. ready: the approved words of the template it was written from, if any.

    Raises:
        Refused: its writer is no officer, it was decided about already, or it is larger than any alert.
    """
    if not WRITERS & set(roles):
        raise Refused(f"Alert {draft.subject} is for an officer to write; {draft.author} is none.")
    if issued or (before is not None and not before.is_open):
        raise Refused(f"Alert {draft.subject} was decided about already. Write a new one.")
    if before is not None and len(before.editions) >= MOST_EDITIONS:
        raise Refused(f"Alert {draft.subject} was written at {MOST_EDITIONS:,} times. Write a new one.")
    _refuse_too_large(draft.subject, draft.contents)
    return replace(draft, contents=with_states(draft.contents, pieces_ever(before), ready))


def _refuse_too_large(id: Id, contents: Contents) -> None:
    if not 1 <= len(contents.pieces) <= MOST_LANGUAGES:
        raise Refused(f"Alert {id} is written in {MOST_LANGUAGES} languages at most, and in one at least.")
    if len(contents.areas) > MOST_AREAS or sum(len(one.polygon) for one in contents.areas) > MOST_CORNERS:
        raise Refused(f"Alert {id} holds in {MOST_AREAS} areas at most, of {MOST_CORNERS:,} corners together.")
    if any(len(text) > MOST_TEXT for one in contents.pieces for text in words_of(one)):
        raise Refused(f"A text of alert {id} is too long: {MOST_TEXT:,} characters at most.")
    if sum(map(len, contents.grounds.values())) > MOST_TEXT:
        raise Refused(f"The grounds for the words of alert {id} are too long: {MOST_TEXT:,} characters at most.")


def with_states(contents: Contents, before: tuple[Piece, ...], ready: Ready | None) -> Contents:
    """Return what was written, each language with the state that it has earned: nobody is checked by being written down.

    before: the words in each language until now, and of one that was taken out, the last. Words of an approved template are
    checked. For the others see earned.
    """
    pieces = tuple(_with_state(one, before, ready) for one in contents.pieces)
    return replace(contents, pieces=pieces)


def _with_state(piece: Piece, before: tuple[Piece, ...], ready: Ready | None) -> Piece:
    was = piece_in(before, piece.language)
    tested = piece_in(ready.pieces, piece.language) if ready is not None else None
    if ready is not None and tested is not None and is_filled(tested, piece):
        by, at = tested.checked_by or ready.approver, tested.checked_at or ready.at
        return replace(piece, state=PieceState.CHECKED, checked_by=by, checked_at=at)
    return earned(piece, was)


def check_piece(
    draft: AlertDraft, language: str, by: Id, roles: Collection[Role], now: datetime, *, read: str | None = None
) -> AlertPieceChecked:
    """Say that the words in a language are right. read: the words that were read, as read_as names them.

    Raises:
        Refused: it is no draft that waits, has no such language, was checked already, its words are others than were read, or
            this person is no officer.
    """
    if not WRITERS & set(roles):
        raise Refused(f"The words of alert {draft.id} are for an officer to check; {by} is none.")
    _refuse_decided(draft)
    piece = draft.piece(language)
    if piece is None:
        raise Refused(f"Alert {draft.id} has no words in {language}.")
    if piece.state is PieceState.CHECKED:
        raise Refused(f"The words of alert {draft.id} in {language} were checked already.")
    refuse_unread(piece, read)
    return AlertPieceChecked(subject=draft.id, occurred_at=now, language=piece.language, checker=by)


def let_out(
    draft: AlertDraft,
    approver: Id,
    roles: Collection[Role],
    follows: Alert | None,
    template: AlertTemplate | None,
    imprint: Imprint,
    now: datetime,
    *,
    break_glass: bool = False,
    saw: Counts | None = None,
    ask_ahead_s: int | None = None,
) -> tuple[Fact, ...]:
    """Let a draft out: it becomes an alert that is approved and issued at once, so that no crash leaves it half-way.

    template: that which it was written from, if it is one of our own. saw: how many it is for now.

    Raises:
        Refused: it was decided about already, it breaks a rule, or its approver wrote at it and may not send alone.
    """
    _refuse_decided(draft)
    author = approver if approver in draft.authors else draft.author
    alone = break_glass and approver in draft.authors
    refuse_lone_voice(draft.id, draft.authors, approver, roles, break_glass=alone)
    if alone:
        refuse_unready(draft, template)
    refuse_flawed(draft, follows, imprint, now)
    drafted = draft_alert(replace(as_drafted(draft, now, draft.contents.ends), ask_ahead_s=ask_ahead_s))
    alert = fold_alert(None, replace(drafted, author=author))
    approved = approve_alert(alert, approver, roles, now, break_glass=alone, saw=saw)
    issued = issue_alert(fold_alert(alert, approved), follows, imprint, now)
    out = AlertLetOut(subject=draft.id, occurred_at=now, approver=approver, break_glass=alone)
    return (out, replace(drafted, author=author), approved, issued)


def refuse_unready(draft: AlertDraft, template: AlertTemplate | None) -> None:
    """Stop one person alone from sending words that nobody else has read.

    Raises:
        Refused: they are not those of a template that was approved, with only its places filled in.
    """
    ready = template.ready if template is not None and template.retired_at is None else None
    if template is None or ready is None:
        raise Refused(
            f"Alert {draft.id} was not written from a template that is approved. Ask another duty officer to let it out."
        )
    if not is_ready(draft, template.id, ready):
        raise Refused(
            f"Alert {draft.id} says more than its template with the places filled in. Ask another duty officer to let it out."
        )


def drop_alert(draft: AlertDraft, by: Id, roles: Collection[Role], why: str, now: datetime) -> AlertDropped:
    """Decide that a draft will not go out.

    Raises:
        Refused: it was decided about already, no reason is given, or this person is no officer.
    """
    refuse_dropping("alert", draft.id, by, roles, why, waits=draft.is_open)
    return AlertDropped(subject=draft.id, occurred_at=now, dropped_by=by, why=why)


def _refuse_decided(draft: AlertDraft) -> None:
    if not draft.is_open:
        raise Refused(f"Alert {draft.id} has no draft that waits.")
