"""Advisories and statements at the desk: written by one, read beside what is in force by another, let out or dropped."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.moment import by_the_wall, zone
from tocsin.flow.warning import advisory as levels
from tocsin.flow.warning import statement as statements
from tocsin.store.door import D, Door
from tocsin.warning.advisory.facts import AdvisoryDrafted, Ring
from tocsin.warning.advisory.risk import Indicator, Risk
from tocsin.warning.advisory.state import AdvisoryDraft
from tocsin.warning.retraction import TakenBack
from tocsin.warning.statement.facts import StatementDrafted, StatementKind
from tocsin.warning.statement.state import Statement, StatementDraft
from tocsin.web.desk.acts import TICKS, Unclear, answers_of, command, own_words, tag
from tocsin.web.desk.drafts import case_of, draft_of, seen_of
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill import levels as fill
from tocsin.web.desk.fill import statements as fill_said
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import Asked, Desk, DeskSite, Form, only, typed_before
from tocsin.web.desk.headcounts import OFFICERS, ladder_of
from tocsin.web.desk.whom_form import audience_of, groups_of

LONG = 20_000  # characters of a text
_POINT = re.compile(r"(-?\d{1,3}(?:\.\d{1,9})?),(-?\d{1,3}(?:\.\d{1,9})?)")
_CODE = re.compile(r"[A-Z]{2}")
DUTY = only(Role.DUTY_OFFICER)


# ---- advisories


@get("/advisories", sync_to_thread=True)
def level_list(request: Asked, desk: Desk) -> Response[bytes]:
    """Show all levels, overdue first, and the drafts."""
    return page(request, desk, "advisories", fill.levels_page)


@get("/advisories/country", sync_to_thread=False)
def chosen(request: Asked) -> Redirect:
    """Lead to the country that was chosen from the list."""
    code = request.query_params.get("code", "")
    return Redirect(hrefs.country(code) if _CODE.fullmatch(code) else hrefs.LEVELS, status_code=303)


@get("/advisories/countries/{code:str}", sync_to_thread=True)
def country(request: Asked, desk: Desk, code: FromPath[str]) -> Response[bytes]:
    """Show what of ours held for a country when, and what others say."""

    def typed(level: Id) -> Mapping[str, str]:
        return typed_before(request, hrefs.withdraw_level(level))

    return page(request, desk, "advisories", lambda door, shell, _: fill.country_page(door, code, typed, shell, _))


@get("/advisories/{id:str}", sync_to_thread=True)
def level_in_force(request: Asked, desk: Desk, id: FromPath[str]) -> Redirect:
    """Lead to the country for which a level was set."""
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).advisory(id)
    if found is None:
        raise NotFoundException
    return Redirect(hrefs.country(found.country), status_code=303)


@get("/advisories/new", guards=[OFFICERS], sync_to_thread=True)
def level_form(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the form of a level, filled with what is in force or with a draft."""
    asked = request.query_params
    code, draft = asked.get("country", ""), asked.get("draft", "")
    return page(request, desk, "advisories", lambda door, shell, _: fill.level_form(door, code, draft, shell, _))


@get("/advisories/drafts/{id:str}", sync_to_thread=True)
def level_draft(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show a draft beside what is in force."""
    return page(request, desk, "advisories", lambda door, shell, _: fill.draft_page(door, id, shell, _))


@post("/advisories", guards=[OFFICERS], sync_to_thread=True)
def write_level(request: Asked, desk: Desk, form: Form) -> Redirect:
    """Keep a draft of a level."""
    now, level = desk.site.clock.now(), form.get("level", "")
    if level not in ("1", "2", "3", "4"):
        raise Unclear("Choose a level, from 1 to 4.")
    id, seen = _id(request, desk, form, AdvisoryDraft)
    with desk.site.store.look() as look:
        before = Door(look, request.user.reader).draft(AdvisoryDraft, id)
    draft = AdvisoryDrafted(
        subject=id,
        occurred_at=now,
        country=form.get("country", "").strip().upper()[:2],
        region=form.get("region", "").strip(),
        polygon=_ring(form.get("polygon", "")),
        level=int(level),
        title=form.get("title", "").strip(),
        text=_long(form, "text"),
        advice=_long(form, "advice"),
        risks=tuple(_risks(form)),
        why=own_words(form, "why"),
        author=request.user.person,
        effective_at=_moment(form, "effective", desk.zone),
        review_at=_moment(form, "review", desk.zone),
        language=_language(form),
        ladder=ladder_of(request, desk, form.get("policy", "")),
        groups=groups_of(form, before.groups if before else ()),
        audience=audience_of(form, before.audience if before else ()),
        exercise=desk.site.exercise,
    )
    if before is not None:
        draft = fill.carry(draft, before, desk.zone)
    draft = replace(draft, threat=case_of(request, desk, form, before.threat if before is not None else None))
    named = command(request, form)
    levels.draft_advisory(desk.site.house, draft, seen=seen, by=draft.author, command=named, now=now)
    return Redirect(hrefs.level_draft(draft.subject), status_code=303)


@post("/advisories/drafts/{id:str}/approval", guards=[DUTY], sync_to_thread=True, opt=TICKS)
def approve_level(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Let a level out that another wrote."""
    code = draft_of(request, desk, AdvisoryDraft, id).country
    now, by = desk.site.clock.now(), request.user.person
    seen, named, answers = seen_of(form), command(request, form), answers_of(form)
    levels.approve_advisory(desk.site.house, id, answers=answers, seen=seen, by=by, command=named, now=now)
    desk.site.wake()
    return Redirect(hrefs.country(code), status_code=303)


@post("/advisories/drafts/{id:str}/dropping", guards=[OFFICERS], sync_to_thread=True)
def drop_level(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Decide that a draft will not go out."""
    draft_of(request, desk, AdvisoryDraft, id)
    now, by = desk.site.clock.now(), request.user.person
    why, named = own_words(form, "why"), command(request, form)
    levels.drop_advisory(desk.site.house, id, why=why, by=by, command=named, now=now)
    return Redirect(hrefs.LEVELS, status_code=303)


@post("/advisories/{id:str}/withdrawal", guards=[DUTY], sync_to_thread=True, opt=TICKS)
def withdraw_level(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Say that no level holds for a place any more; whoever got it is told."""
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).advisory(id)
    if found is None:
        raise NotFoundException
    said = [TakenBack(language="", words=own_words(form, "words"))]
    now, by, named, answers = desk.site.clock.now(), request.user.person, command(request, form), answers_of(form)
    levels.withdraw_advisory(desk.site.house, id, said, answers=answers, by=by, command=named, now=now)
    desk.site.wake()
    return Redirect(hrefs.country(found.country), status_code=303)


# ---- statements


@get("/statements", sync_to_thread=True)
def said_list(request: Asked, desk: Desk) -> Response[bytes]:
    """Show all statements, and the drafts."""
    return page(request, desk, "statements", fill_said.statements_page)


@get("/statements/new", guards=[OFFICERS], sync_to_thread=True)
def said_form(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the form of a statement, empty or filled with a draft or with what is corrected."""
    asked = request.query_params
    draft, edition_of = asked.get("draft", ""), asked.get("edition_of", "")
    return page(
        request, desk, "statements", lambda door, shell, _: fill_said.statement_form(door, draft, edition_of, shell, _)
    )


@get("/statements/{id:str}", sync_to_thread=True)
def said(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show one statement."""
    typed = typed_before(request, hrefs.endorse(id))
    return page(request, desk, "statements", lambda door, shell, _: fill_said.statement_page(door, id, typed, shell, _))


@get("/statements/drafts/{id:str}", sync_to_thread=True)
def said_draft(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show a draft beside the edition that it would replace."""
    return page(request, desk, "statements", lambda door, shell, _: fill_said.draft_page(door, id, shell, _))


@post("/statements", guards=[OFFICERS], sync_to_thread=True)
def write_statement(request: Asked, desk: Desk, form: Form) -> Redirect:
    """Keep a draft of a statement, or of its next edition."""
    now, kind, edition = desk.site.clock.now(), form.get("kind", ""), form.get("edition", "1")
    if kind not in set(StatementKind):
        raise Unclear("Choose what the statement is for.")
    if not (edition.isascii() and edition.isdigit() and len(edition) < 5):
        raise Unclear("That form is not one of ours, or is too old. Load the page again.")
    about = form.get("about", "").strip()
    id, seen = _id(request, desk, form, StatementDraft)
    with desk.site.store.look() as look:
        before = look.find(StatementDraft, id) or look.find(Statement, id)
    threat = case_of(request, desk, form, before.threat if before is not None else None)
    draft = StatementDrafted(
        subject=id,
        occurred_at=now,
        statement_kind=StatementKind(kind),
        title=form.get("title", "").strip(),
        text=_long(form, "text"),
        change=own_words(form, "change"),
        about=about or None,
        threat=threat,
        author=request.user.person,
        edition=int(edition),
        language=_language(form),
        exercise=desk.site.exercise,
    )
    named = command(request, form)
    statements.draft_statement(desk.site.house, draft, seen=seen, by=draft.author, command=named, now=now)
    return Redirect(hrefs.statement_draft(draft.subject), status_code=303)


@post("/statements/drafts/{id:str}/approval", guards=[DUTY], sync_to_thread=True, opt=TICKS)
def publish_statement(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Publish what another wrote."""
    draft_of(request, desk, StatementDraft, id)
    now, by = desk.site.clock.now(), request.user.person
    seen, named, answers = seen_of(form), command(request, form), answers_of(form)
    statements.approve_statement(desk.site.house, id, answers=answers, seen=seen, by=by, command=named, now=now)
    desk.site.wake()
    return Redirect(hrefs.statement(id), status_code=303)


@post("/statements/drafts/{id:str}/dropping", guards=[OFFICERS], sync_to_thread=True)
def drop_statement(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Decide that a draft will not be published."""
    draft_of(request, desk, StatementDraft, id)
    now, by = desk.site.clock.now(), request.user.person
    why, named = own_words(form, "why"), command(request, form)
    statements.drop_statement(desk.site.house, id, why=why, by=by, command=named, now=now)
    return Redirect(hrefs.STATEMENTS, status_code=303)


@post("/statements/{id:str}/endorsements", guards=[OFFICERS], sync_to_thread=True)
def endorse(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Note who joins a statement."""
    _published(request, desk, id)
    now, by, named, answers = desk.site.clock.now(), request.user.person, command(request, form), answers_of(form)
    statements.endorse(desk.site.house, id, form.get("name", ""), answers=answers, by=by, command=named, now=now)
    return Redirect(hrefs.statement(id), status_code=303)


@post("/statements/{id:str}/leaving", guards=[OFFICERS], sync_to_thread=True)
def leave(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Note that somebody stands behind a statement no more."""
    _published(request, desk, id)
    now, by, name = desk.site.clock.now(), request.user.person, form.get("name", "")
    statements.withdraw_endorsement(desk.site.house, id, name, by=by, command=command(request, form), now=now)
    return Redirect(hrefs.statement(id), status_code=303)


# ---- what the forms say


def _published(request: Asked, desk: DeskSite, id: Id) -> None:
    with desk.site.store.look() as look:
        if Door(look, request.user.reader).statement(id) is None:
            raise NotFoundException


def _id(request: Asked, desk: DeskSite, form: Form, kind: type[D]) -> tuple[Id, int]:
    """Return the id of what is written at again, if the reader may read it, or a new one; and the facts there were about it."""
    id = form.get("id", "").strip()
    if not id:
        return desk.site.store.new_id(), 0
    with desk.site.store.look() as look:
        door = Door(look, request.user.reader)
        if door.draft(kind, id) is None and door.statement(id) is None:
            raise NotFoundException
    return id, seen_of(form)


def _long(form: Form, field: str) -> str:
    words = form.get(field, "").replace("\r\n", "\n").strip()
    if len(words) > LONG:
        raise Unclear(f"That is {len(words)} characters. Say it in {LONG}.")
    return words


def _language(form: Form) -> str:
    return tag(form.get("language", "").strip() or "en")


def _risks(form: Form) -> list[Risk]:
    chosen = [one for one in Indicator if form.get(f"risk_{one.value}") or form.get(f"words_{one.value}", "").strip()]
    return [Risk(indicator=one, words=own_words(form, f"words_{one.value}")) for one in chosen]


def _ring(text: str) -> Ring:
    """Read points as latitude,longitude with spaces between them; a ring that is left open is closed."""
    parts = text.split()
    points = [_POINT.fullmatch(part) for part in parts]
    if not all(points):
        raise Unclear(
            "Write each point of the region as latitude,longitude and a space between two, such as 43.1,5.9 43.2,6.4."
        )
    ring = tuple((float(one.group(1)), float(one.group(2))) for one in points if one)
    return (*ring, ring[0]) if ring and ring[0] != ring[-1] else ring


def _moment(form: Form, field: str, desk_zone: str) -> datetime | None:
    text = form.get(field, "").strip()
    if not text:
        return None
    try:
        local = datetime.strptime(text[:10], "%Y-%m-%d")  # noqa: DTZ007  a day of the desk's own zone
        return by_the_wall(local, zone(desk_zone)).astimezone(UTC)
    except (ValueError, OverflowError, Refused) as error:
        raise Unclear("Write the day like 2026-03-07.") from error


HANDLERS = (
    level_list,
    chosen,
    country,
    level_form,
    level_in_force,
    level_draft,
    write_level,
    approve_level,
    drop_level,
    withdraw_level,
    said_list,
    said_form,
    said,
    said_draft,
    write_statement,
    publish_statement,
    drop_statement,
    endorse,
    leave,
)
