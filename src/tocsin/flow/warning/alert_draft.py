"""Writing an alert at the desk: drafts, the check of each language, letting out; and the templates they are written from."""

from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.warning.audience import counted
from tocsin.flow.warning.cap_key import signed
from tocsin.flow.warning.public_words import Answers, answer_for, for_public
from tocsin.flow.warning.warn import imprint_of, refuse_deaf_ladder, refuse_other_hand
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning.alert.facts import AlertDrafted
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.alert.writing import decide, template
from tocsin.warning.alert.writing.facts import AlertWritten, TemplateWritten
from tocsin.warning.alert.writing.rules import Flaw, as_alert, flaws
from tocsin.warning.alert.writing.state import AlertDraft, AlertTemplate, Ready


def flaws_of(house: House, look: Look, draft: AlertDraft, now: datetime) -> tuple[Flaw, ...]:
    """Return what is wrong with a draft, as it is judged when it is let out."""
    return flaws(draft, look.find(Alert, draft.contents.follows), imprint_of(house, draft.id), now)


def _ready(look: Look, id: str) -> Ready | None:
    found = look.find(AlertTemplate, id) if id else None
    return found.ready if found is not None and found.retired_at is None else None


@once
def write_alert(
    house: House, draft: AlertWritten, *, seen: int | None = None, by: Id, command: str, now: datetime
) -> None:
    """Write an alert, or write at a draft again that waits.

    seen: how many facts there were about it when its writer began; None: whatever there are now.

    Raises:
        Refused: another signs it, it was decided about, somebody else wrote at it meanwhile, or nobody could be rung.
    """
    refuse_other_hand(draft.subject, draft.author, by)
    with house.store.look() as look:
        before, there = look.find(AlertDraft, draft.subject), look.find(Alert, draft.subject)
        stands, roles = look.version(draft.subject), look.get(Person, by).roles
        _refuse_unfollowable(look, draft)
        refuse_deaf_ladder(look, draft.subject, draft.contents.ladder)
        ready = _ready(look, draft.contents.template)
    fact = decide.write_alert(draft, before, ready, roles, issued=there is not None)
    expect = {draft.subject: stands if seen is None else seen}
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


def _refuse_unfollowable(look: Look, draft: AlertWritten) -> None:
    before = draft.contents.follows
    if before is None:
        return
    found = look.find(Alert, before)
    if found is None or found.stage is not AlertStage.ISSUED:
        raise Refused(f"Alert {draft.subject} follows {before}, which is no alert that has gone out.")


@once
def check_piece(
    house: House, draft_id: Id, language: str, *, read: str | None = None, by: Id, command: str, now: datetime
) -> None:
    """Say that the words of a draft in one language are right. read: what tells the words that were read; None: as they stand.

    Raises:
        Refused: there is no such draft or language, or they were checked already.
    """
    with house.store.look() as look:
        draft, seen = look.get(AlertDraft, draft_id), look.version(draft_id)
        roles = look.get(Person, by).roles
    fact = decide.check_piece(draft, language, by, roles, now, read=read)
    house.store.commit([fact], at=now, by=by, command=command, expect={draft_id: seen})


@once
def let_out(
    house: House,
    draft_id: Id,
    *,
    break_glass: bool = False,
    answers: Answers | None = None,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Let a draft out, as a second person, or alone by break-glass: in one step it is approved and issued.

    answers: for which words of stricter material its approver answers; None: a script vouches for what was let out then.
    seen: how many facts there were about it when its approver read it; None: whatever there are now.

    Raises:
        Refused: it is no draft that waits, it breaks a rule, its approver wrote at it, a word of stricter material is not answered
            for, or it has changed since.
    """
    with house.store.look() as look:
        draft, stands = look.get(AlertDraft, draft_id), look.version(draft_id)
        roles = look.get(Person, by).roles
        would = as_alert(draft, now)
        facts = decide.let_out(
            draft,
            by,
            roles,
            look.find(Alert, draft.contents.follows),
            look.find(AlertTemplate, draft.contents.template),
            imprint_of(house, draft.id),
            now,
            break_glass=break_glass,
            saw=counted(look, would, tuple(house.carriers), now),
            ask_ahead_s=house.ask_ahead_s if draft.contents.ends is not None else None,
        )
        drafted = next(one for one in facts if isinstance(one, AlertDrafted))
        refuse_deaf_ladder(look, draft_id, drafted.ladder)
        expect = {draft_id: stands if seen is None else seen}
        made_public, expect = answer_for(house, look, for_public(look, draft), answers, by, now, expect)
    house.store.commit([*signed(house.signing, facts), *made_public], at=now, by=by, command=command, expect=expect)


@once
def drop_alert(house: House, draft_id: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Decide that a draft will not go out.

    Raises:
        Refused: it is no draft that waits, or no reason is given.
    """
    with house.store.look() as look:
        draft, seen = look.get(AlertDraft, draft_id), look.version(draft_id)
        roles = look.get(Person, by).roles
    fact = decide.drop_alert(draft, by, roles, why, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={draft_id: seen})


# ---- templates


@once
def write_template(
    house: House, written: TemplateWritten, *, seen: int | None = None, by: Id, command: str, now: datetime
) -> None:
    """Write a template of our own, or write at one again. What was approved holds until the new words are.

    Raises:
        Refused: its writer is no duty officer, or it says nothing.
    """
    refuse_other_hand(written.subject, written.author, by)
    with house.store.look() as look:
        before, stands = look.find(AlertTemplate, written.subject), look.version(written.subject)
        roles = look.get(Person, by).roles
    fact = template.write_template(written, before, roles)
    expect = {written.subject: stands if seen is None else seen}
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


@once
def check_template(
    house: House, template_id: Id, language: str, *, read: str | None = None, by: Id, command: str, now: datetime
) -> None:
    """Say that the words of a template in one language are right. read: as for check_piece.

    Raises:
        Refused: there is no such template or language, or they were checked already.
    """
    with house.store.look() as look:
        found, seen = look.get(AlertTemplate, template_id), look.version(template_id)
        roles = look.get(Person, by).roles
    fact = template.check_template(found, language, by, roles, now, read=read)
    house.store.commit([fact], at=now, by=by, command=command, expect={template_id: seen})


@once
def approve_template(
    house: House, template_id: Id, *, seen: int | None = None, by: Id, command: str, now: datetime
) -> None:
    """Approve a template, as a second duty officer. seen: as for let_out.

    Raises:
        Refused: there is nothing to approve, its approver wrote at it, or it breaks a rule.
    """
    with house.store.look() as look:
        found, stands = look.get(AlertTemplate, template_id), look.version(template_id)
        roles = look.get(Person, by).roles
    fact = template.approve_template(found, by, roles, now)
    expect = {template_id: stands if seen is None else seen}
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


@once
def retire_template(house: House, template_id: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Take a template out of use.

    Raises:
        Refused: it was retired already, or no reason is given.
    """
    with house.store.look() as look:
        found, seen = look.get(AlertTemplate, template_id), look.version(template_id)
        roles = look.get(Person, by).roles
    fact = template.retire_template(found, by, roles, why, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={template_id: seen})
