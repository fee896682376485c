"""Fills the pages of statements at the desk."""

from collections.abc import Iterator, Mapping
from itertools import islice

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.flow.warning.public_words import for_public, joined
from tocsin.store.door import Door
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.statement.facts import StatementKind
from tocsin.warning.statement.state import Statement, StatementDraft
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.case_choice import case_choice
from tocsin.web.desk.fill.drafts import can_approve, decided, may_write, version, waits
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.public_words import public_words
from tocsin.web.desk.fill.states import is_sent
from tocsin.web.desk.views.levels import (
    ChangeRow,
    DraftPage,
    DraftRow,
    JoinedRow,
    SaidPage,
    SaidRow,
    StatementDeskPage,
    StatementForm,
)
from tocsin.web.desk.views.shell import Shell
from tocsin.web.wording import STATEMENT_KINDS

MOST_ABOUTS = 100


def statements_page(door: Door, shell: Shell, _: Words) -> SaidPage:
    """Return all statements, and what waits for a second person."""
    names = Names(door)
    return SaidPage(
        shell=shell,
        rows=tuple(
            SaidRow(
                title=one.title,
                href=hrefs.statement(one.id),
                at=one.published_at,
                kind=one.statement_kind.value,
                edition=one.edition,
                joined=len(one.joined),
            )
            for one in door.statements()
        ),
        drafts=tuple(
            DraftRow(title=one.title, href=hrefs.statement_draft(one.id), by=names.say(one.author), at=one.drafted_at)
            for one in door.drafts(StatementDraft)
            if one.is_open
        ),
        new_href=hrefs.NEW_STATEMENT if may_write(door) else "",
    )


def statement_page(door: Door, id: Id, typed: Mapping[str, str], shell: Shell, _: Words) -> StatementDeskPage | None:
    """Return one statement. typed: what was typed of who joins it, where that was refused."""
    said = door.statement(id)
    if said is None:
        return None
    names, may = Names(door), may_write(door)
    draft = door.draft(StatementDraft, id)
    waiting = draft is not None and draft.is_open
    return StatementDeskPage(
        shell=shell,
        title=said.title,
        at=said.published_at,
        kind=said.statement_kind.value,
        edition=said.edition,
        text=said.text,
        author=names.say(said.author),
        approver=names.say(said.approver),
        public_href=f"/statements/{id}",
        change=said.change,
        about=_about(door, said.about, names, _),
        about_href=hrefs.warning(said.about) if said.about else "",
        joined=tuple(JoinedRow(name=one.endorser, since=one.at, until=one.withdrawn_at) for one in said.endorsements),
        editions=tuple(
            (
                one.edition,
                one.published_at,
                names.say(one.author),
                names.say(one.approver),
                f"/statements/{id}/{one.edition}",
            )
            for one in reversed(said.earlier)
        ),
        endorse_href=hrefs.endorse(id) if may else "",
        leave_href=f"{hrefs.statement(id)}/leaving" if may else "",
        correct_href=f"{hrefs.NEW_STATEMENT}?edition_of={id}" if may and not waiting else "",
        draft_href=hrefs.statement_draft(id) if waiting else "",
        strict=public_words(door, lambda _look: joined(said, typed.get("name", "").strip()), names, _),
    )


def _about(door: Door, id: Id | None, names: Names, _: Words) -> str:
    told = door.warning(id)
    return title(told, names, _) if told is not None else ""


def draft_page(door: Door, id: Id, shell: Shell, _: Words) -> DraftPage | None:
    """Return a draft beside the edition that it would replace."""
    draft = door.draft(StatementDraft, id)
    if draft is None:
        return None
    names, stands = Names(door), door.statement(id)
    held = stands if stands is not None and stands.edition < draft.edition else None
    is_open = draft.is_open
    return DraftPage(
        strict=public_words(door, lambda look: for_public(look, draft), names, _),
        shell=shell,
        title=draft.title,
        section_href=hrefs.STATEMENTS,
        section_name=_("Statements"),
        by=", ".join(names.say(one) for one in draft.authors),
        at=draft.drafted_at,
        seen=version(door, id),
        changes=tuple(_changes(door, held, draft, names, _)),
        waits=waits(door, draft.authors, _) if is_open else "",
        decided=decided(draft, names, _),
        approve_href=f"{hrefs.statement_draft(id)}/approval" if is_open and can_approve(door, draft.authors) else "",
        drop_href=f"{hrefs.statement_draft(id)}/dropping" if is_open and may_write(door) else "",
        edit_href=f"{hrefs.NEW_STATEMENT}?draft={id}" if is_open and may_write(door) else "",
        replaces=held is not None,
    )


def _changes(door: Door, held: Statement | None, draft: StatementDraft, names: Names, _: Words) -> Iterator[ChangeRow]:
    rows = (
        (_("Kind"), held and _(STATEMENT_KINDS[held.statement_kind]), _(STATEMENT_KINDS[draft.statement_kind])),
        (_("Title"), held and held.title, draft.title),
        (_("Text"), held and held.text, draft.text),
        (_("What is corrected"), held and held.change, draft.change),
        (_("About"), held and _about(door, held.about, names, _), _about(door, draft.about, names, _)),
    )
    for label, now, then in rows:
        yield ChangeRow(label=label, now=now or "", then=then, changed=held is not None and (now or "") != then)


def statement_form(door: Door, draft_id: str, edition_of: str, shell: Shell, _: Words) -> StatementForm | None:
    """Return the form, filled with a draft or with the edition that is corrected; None where there is no such thing."""
    draft = door.draft(StatementDraft, draft_id) if draft_id else None
    stands = door.statement(edition_of or draft_id or None)
    if (draft_id and (draft is None or not draft.is_open)) or (edition_of and stands is None):
        return None
    names = Names(door)
    filled = draft or stands
    told = islice((one for one in door.warnings((Alert, Advisory, Statement)) if is_sent(one)), MOST_ABOUTS)
    kind = StatementKind.CORRECTION if draft is None and stands is not None else StatementKind.POSITION
    return StatementForm(
        cases=case_choice(door, filled.threat if filled is not None else None),
        shell=shell,
        post_to=hrefs.STATEMENTS,
        kinds=tuple(one.value for one in StatementKind),
        id=filled.id if filled is not None else "",
        seen=version(door, filled.id) if filled is not None else 0,
        kind=draft.statement_kind.value if draft else kind.value,
        title=filled.title if filled else "",
        text=filled.text if filled else "",
        change=draft.change if draft else "",
        about=(filled.about or "") if filled else "",
        language=filled.language if filled else shell_language(_),
        edition=(stands.edition if stands else 0) + 1,
        abouts=tuple((one.id, title(one, names, _)) for one in told),
    )


def shell_language(_: Words) -> str:
    """Return the language in which a reader most likely writes."""
    return _.language
