"""Deciding about templates of our own: written by one officer, approved by a second, retired."""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.cap import Category, Certainty, Severity, Urgency
from tocsin.lexicon import actor_words
from tocsin.lexicon.slots import SLOTS, unfilled
from tocsin.warning.alert.writing.facts import (
    PieceState,
    TemplateApproved,
    TemplatePieceChecked,
    TemplateRetired,
    TemplateWritten,
)
from tocsin.warning.alert.writing.rules import MANDATORY
from tocsin.warning.alert.writing.state import AlertTemplate, earned, piece_in, pieces_ever, refuse_unread, words_of
from tocsin.warning.approval import refuse_lone_voice

MOST_NAME, MOST_TEXT, MOST_LANGUAGES, MOST_HOURS = 200, 5_000, 30, 24 * 90


def write_template(written: TemplateWritten, before: AlertTemplate | None, roles: Collection[Role]) -> TemplateWritten:
    """Let a template be kept. Each language keeps its state only where its words did not change.

    Raises:
        Refused: its writer is no duty officer, it has no name or words, or it was retired.
    """
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"Template {written.subject} is for a duty officer to write; {written.author} is none.")
    if before is not None and before.retired_at is not None:
        raise Refused(f"Template {written.subject} was retired. Write a new one.")
    if not written.name.strip() or len(written.name) > MOST_NAME:
        raise Refused(f"Give the template a name of 1 to {MOST_NAME} characters.")
    if not 1 <= len(written.pieces) <= MOST_LANGUAGES or not 1 <= written.hours <= MOST_HOURS:
        raise Refused(f"A template has 1 to {MOST_LANGUAGES} languages, and holds for 1 to {MOST_HOURS} hours.")
    if any(len(text) > MOST_TEXT for one in written.pieces for text in words_of(one)):
        raise Refused(f"A text of template {written.subject} is too long: {MOST_TEXT:,} characters at most.")
    _refuse_unknown_values(written)
    old = pieces_ever(before)
    return replace(written, pieces=tuple(earned(one, piece_in(old, one.language)) for one in written.pieces))


def _refuse_unknown_values(written: TemplateWritten) -> None:
    lists = ((Urgency, written.urgency), (Severity, written.severity), (Certainty, written.certainty))
    if any(value not in set(kind) for kind, value in (*lists, (Category, written.category))):
        raise Refused("The urgency, severity, certainty or category of the template is none of CAP's words.")


def check_template(
    template: AlertTemplate, language: str, by: Id, roles: Collection[Role], now: datetime, *, read: str | None = None
) -> TemplatePieceChecked:
    """Say that the words of a template in a language are right. read: as for an alert.

    Raises:
        Refused: it was retired, has no such language, was checked already, its words are others than were read, or this person
            is no officer.
    """
    if not {Role.WATCH_OFFICER, Role.DUTY_OFFICER} & set(roles):
        raise Refused(f"The words of template {template.id} are for an officer to check; {by} is none.")
    _refuse_retired(template)
    piece = piece_in(template.pieces, language)
    if piece is None:
        raise Refused(f"Template {template.id} has no words in {language}.")
    if piece.state is PieceState.CHECKED:
        raise Refused(f"The words of template {template.id} in {language} were checked already.")
    refuse_unread(piece, read)
    return TemplatePieceChecked(subject=template.id, occurred_at=now, language=piece.language, checker=by)


def faults(template: AlertTemplate) -> tuple[str, ...]:
    """Return what keeps the latest words of a template from being approved, in one sentence each."""
    found: list[str] = []
    for piece in template.pieces:
        tongue = piece.language
        found += [f"The {name} is missing in {tongue}." for name in MANDATORY if not getattr(piece, name).strip()]
        if piece.state is PieceState.MACHINE:
            found.append(f"A machine translated it into {tongue}, and nobody who reads that has checked it.")
        known = {f"{{{name}}}" for name in SLOTS}
        odd = dict.fromkeys(slot for text in words_of(piece) for slot in unfilled(text) if slot not in known)
        found += [f"{slot} in {tongue} is no place that is filled in. There are: {', '.join(known)}." for slot in odd]
        used = [one for text in words_of(piece) for one in actor_words.used(text, tongue)]
        found += [f"{said} ({tongue})" for _, said in actor_words.against(used, {})]
    return tuple(dict.fromkeys(found))


def approve_template(template: AlertTemplate, by: Id, roles: Collection[Role], now: datetime) -> TemplateApproved:
    """Approve the latest words of a template, as a second duty officer.

    Raises:
        Refused: there is nothing to approve, this person wrote at it or is no duty officer, or it breaks a rule.
    """
    _refuse_retired(template)
    if not template.waits:
        raise Refused(f"Template {template.id} has no words that wait for approval.")
    refuse_lone_voice(template.id, template.authors, by, roles, break_glass=False)
    found = faults(template)
    if found:
        raise Refused(f"Template {template.id} cannot be approved: {found[0]}")
    return TemplateApproved(subject=template.id, occurred_at=now, approver=by)


def retire_template(
    template: AlertTemplate, by: Id, roles: Collection[Role], why: str, now: datetime
) -> TemplateRetired:
    """Take a template out of use.

    Raises:
        Refused: it was retired already, no reason is given, or this person is no duty officer.
    """
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"Template {template.id} is for a duty officer to retire; {by} is none.")
    _refuse_retired(template)
    if not why.strip():
        raise Refused(f"Say why template {template.id} is retired.")
    return TemplateRetired(subject=template.id, occurred_at=now, retired_by=by, why=why)


def _refuse_retired(template: AlertTemplate) -> None:
    if template.retired_at is not None:
        raise Refused(f"Template {template.id} was retired.")
