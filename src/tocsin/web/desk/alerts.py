"""Alerts at the desk: begun from a template, written, looked at as they will arrive, let out by another, or alone."""

from collections.abc import Mapping, Sequence

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.messages import moment as said_moment
from tocsin.flow.warning import alert_draft as flow
from tocsin.lexicon import actor_words
from tocsin.lexicon.templates import VERSION, templates
from tocsin.store.door import Door
from tocsin.warning.alert.writing.decide import with_states
from tocsin.warning.alert.writing.facts import AlertWritten, Contents, Piece
from tocsin.warning.alert.writing.rules import as_alert
from tocsin.warning.alert.writing.state import AlertDraft, AlertTemplate, pieces_ever
from tocsin.web.desk.acts import TICKS, Unclear, answers_of, command, own_words
from tocsin.web.desk.alert_form import contents_of, filled_in, line, moment, named, places_said
from tocsin.web.desk.area_form import added
from tocsin.web.desk.drafts import case_of, draft_of, refuse_unsure, seen_of
from tocsin.web.desk.fill import alerts as fill
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.alert_look import look_at
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.whom import OWN
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import FIELDS_OF, Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.headcounts import OFFICERS, ladder_of
from tocsin.web.desk.previews import preview
from tocsin.web.desk.views.alerts import LookPage
from tocsin.web.desk.views.shell import Shell

DUTY = only(Role.DUTY_OFFICER)
MOST_FIELDS, LARGEST = 1_000, 2_000_000  # bytes: words and names in many languages, and a file of GeoJSON
LETTERS = {"/desk/letters/": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"}
"""A letter brings its own styles, and may do nothing else."""


@get("/alerts", sync_to_thread=True)
def start(request: Asked, desk: Desk) -> Response[bytes]:
    """Show what waits, and how an alert is begun."""
    case = request.query_params.get("case", "")
    return page(request, desk, "warnings", lambda door, shell, _: fill.start_page(door, case, shell, _))


@post("/alerts", guards=[OFFICERS], sync_to_thread=True)
def begin(request: Asked, desk: Desk, form: Form) -> Redirect:
    """Begin an alert, from a template or from nothing."""
    site, now = desk.site, desk.site.clock.now()
    chosen = form.get("template", "")
    pieces, version, values = _template(desk, chosen)
    wanted = [one for one in pieces if form.get(f"in_{one.language}")] or list(pieces[:1])
    ends = moment(form, "until", desk.zone)
    threat = case_of(request, desk, form, None)
    zone = _case_zone(request, desk, threat)
    areas, places = added(form), places_said(form, [one.language for one in wanted])
    said = {
        "source": "" if site.house.neutral else site.settings.organisation,
        "place": line(form, "place_said") or (areas[0].name if areas else ""),
        "until": said_moment(ends, zone) if ends is not None else "",
        "contact": line(form, "contact"),
    }
    empty = Contents(
        pieces=tuple(filled_in(wanted, said, places)),
        areas=named(areas, places, wanted[0].language),
        sender=site.settings.cap_sender,
        sender_name="" if site.house.neutral else site.settings.organisation,
        ends=ends,
        ladder=ladder_of(request, desk, ""),
        audience=(OWN,),
        exercise=site.exercise,
        template=chosen,
        template_version=version,
        actor_words=actor_words.version(),
    )
    id = site.store.new_id()
    contents = replace(empty, **values)
    fact = AlertWritten(subject=id, occurred_at=now, author=request.user.person, contents=contents, threat=threat)
    flow.write_alert(site.house, fact, by=fact.author, command=command(request, form), now=now)
    return Redirect(f"{hrefs.alert_draft(id)}/edit", status_code=303)


def _template(desk: DeskSite, chosen: str) -> tuple[Sequence[Piece], int, dict[str, str]]:
    names = ("urgency", "severity", "certainty", "category")
    if not chosen:
        return (fill.EMPTY,), 0, {}
    shipped = next((one for one in templates() if chosen == f"shipped:{one.kind}"), None)
    if shipped is not None:
        return fill.shipped_pieces(shipped), VERSION, {name: getattr(shipped, name) for name in names}
    with desk.site.store.look() as look:
        own = look.find(AlertTemplate, chosen)
    if own is None or own.ready is None or own.retired_at is not None:
        raise Unclear("That template is chosen no more. Choose another.")
    return own.ready.pieces, own.ready.version, {name: getattr(own, name) for name in names}


def _case_zone(request: Asked, desk: DeskSite, threat: Id | None) -> str:
    if threat is None:
        return "UTC"
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).threat(threat)
    if found is None:
        raise NotFoundException
    return found.zone


@get("/alerts/{id:str}", sync_to_thread=True)
def draft(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show a draft as it will arrive, and what can be decided."""
    return page(request, desk, "warnings", lambda door, shell, _: fill.draft_page(desk, door, id, shell, _))


@get("/alerts/{id:str}/edit", guards=[OFFICERS], sync_to_thread=True)
def edit(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show the form of a draft."""
    return page(request, desk, "warnings", lambda door, shell, _: fill.form_page(desk, door, id, shell, _))


@post(
    "/alerts/{id:str}",
    guards=[OFFICERS],
    sync_to_thread=True,
    request_max_body_size=LARGEST,
    opt={FIELDS_OF: MOST_FIELDS},
)
def write(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Keep what was written."""
    now, by = desk.site.clock.now(), request.user.person
    before = draft_of(request, desk, AlertDraft, id)
    fact = _written(request, desk, form, before)
    flow.write_alert(desk.site.house, fact, seen=seen_of(form), by=by, command=command(request, form), now=now)
    on = "" if form.get("then") == "look" else "/edit"
    return Redirect(hrefs.alert_draft(id) + on, status_code=303)


def _written(request: Asked, desk: DeskSite, form: Mapping[str, str], before: AlertDraft) -> AlertWritten:
    contents = contents_of(form, before.contents, desk.zone)
    policy = form.get("policy", "")
    if policy != "kept":
        contents = replace(contents, ladder=ladder_of(request, desk, policy))
    threat = case_of(request, desk, form, before.threat)
    now = desk.site.clock.now()
    return AlertWritten(
        subject=before.id, occurred_at=now, author=request.user.person, contents=contents, threat=threat
    )


@post(
    "/alerts/{id:str}/look",
    guards=[OFFICERS],
    sync_to_thread=True,
    request_max_body_size=LARGEST,
    opt={FIELDS_OF: MOST_FIELDS},
    status_code=200,
)
def look(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes]:
    """Say what the form comes to as it stands now; nothing is kept."""
    before = draft_of(request, desk, AlertDraft, id)
    fact = _written(request, desk, form, before)
    contents = with_states(fact.contents, pieces_ever(before), None)
    now = replace(before, contents=contents, threat=fact.threat)
    return page(request, desk, "warnings", lambda door, shell, _: _look(desk, door, now, shell, _))


def _look(desk: DeskSite, door: Door, draft: AlertDraft, shell: Shell, _: Words) -> LookPage | None:
    names, zone = Names(door), fill.case_zone(door, draft)
    found = door.on_duty(lambda look: look_at(desk, look, door, draft, names, zone, shell.now, _))
    return LookPage(shell=shell, look=found) if found is not None else None


@get("/letters/{id:str}/{language:str}", sync_to_thread=True)
def mail(request: Asked, desk: Desk, id: FromPath[str], language: FromPath[str]) -> Response[bytes]:
    """Show the mail of a draft as its reader will see it."""
    with desk.site.store.look() as look:
        door = Door(look, request.user.reader)
        found = door.draft(AlertDraft, id)
        piece = found.piece(language) if found is not None else None
        if found is None or piece is None:
            raise NotFoundException
        now = desk.site.clock.now()
        made = preview(desk.site, as_alert(found, now), piece.language, fill.case_zone(door, found), now)
    if made.mail is None:
        raise NotFoundException
    return Response(made.mail.html.encode(), media_type="text/html")


@post("/alerts/{id:str}/checking", guards=[OFFICERS], sync_to_thread=True)
def check(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Say that the words in a language are right."""
    draft_of(request, desk, AlertDraft, id)
    now, by, language = desk.site.clock.now(), request.user.person, form.get("language", "")
    named, read = command(request, form), form.get("read", "")
    flow.check_piece(desk.site.house, id, language, read=read, by=by, command=named, now=now)
    return Redirect(hrefs.alert_draft(id), status_code=303)


@post("/alerts/{id:str}/approval", guards=[DUTY], sync_to_thread=True, opt=TICKS)
def approve(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Let an alert out that another wrote."""
    return _let_out(request, desk, form, id, alone=False)


@post("/alerts/{id:str}/alone", guards=[DUTY], sync_to_thread=True, opt=TICKS)
def alone(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Break the glass: send alone what an approved template says."""
    refuse_unsure(form)
    return _let_out(request, desk, form, id, alone=True)


def _let_out(request: Asked, desk: DeskSite, form: Mapping[str, str], id: Id, *, alone: bool) -> Redirect:
    draft_of(request, desk, AlertDraft, id)
    now, by = desk.site.clock.now(), request.user.person
    named, seen = command(request, form), seen_of(form)
    flow.let_out(
        desk.site.house, id, break_glass=alone, answers=answers_of(form), seen=seen, by=by, command=named, now=now
    )
    desk.site.wake()
    return Redirect(hrefs.warning(id), status_code=303)


@post("/alerts/{id:str}/dropping", guards=[OFFICERS], sync_to_thread=True)
def drop(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Decide that a draft will not go out."""
    draft_of(request, desk, AlertDraft, id)
    now, by, why = desk.site.clock.now(), request.user.person, own_words(form, "why")
    flow.drop_alert(desk.site.house, id, why=why, by=by, command=command(request, form), now=now)
    return Redirect(hrefs.ALERTS, status_code=303)


HANDLERS = (start, begin, draft, edit, write, look, mail, check, approve, alone, drop)
