"""Incidents at the desk: the list, one of them, noting one that reports tell of, and linking one to a case by hand."""

from collections.abc import Mapping

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id, keyed_id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.report import incidents as flow
from tocsin.flow.threat import weigh
from tocsin.report.facts import IncidentNoted, IncidentPublished
from tocsin.report.state import Incident
from tocsin.store.door import Door
from tocsin.threat.facts import Bearing
from tocsin.web.desk.acts import Unclear, command, own_words, until
from tocsin.web.desk.case_choice import case_in
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill import incidents as fill
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.refill import refilled

OFFICERS = only(Role.DUTY_OFFICER, Role.WATCH_OFFICER)
REPORT, MOST_REPORTS = "report_", 50


@get("/incidents", sync_to_thread=True)
def incidents(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the latest incidents."""
    after = request.query_params.get("after") or None
    return page(request, desk, "cases", lambda door, shell, _: fill.incidents_page(door, shell, _, after))


@get("/incidents/new", guards=[OFFICERS], sync_to_thread=True)
def new(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the form in which an incident is noted, filled with what a report says if that is named."""
    chosen = request.query_params.getall("report", [])[:MOST_REPORTS]
    return page(request, desk, "cases", lambda door, shell, _: fill.incident_form(door, chosen, "", shell, _))


@get("/incidents/{id:str}", sync_to_thread=True)
def incident(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show one incident, and to which cases it was proposed."""
    chosen = request.query_params.getall("report", [])[:MOST_REPORTS]
    return page(request, desk, "cases", lambda door, shell, _: fill.incident_page(door, id, shell, _, chosen))


@post("/incidents", guards=[OFFICERS], sync_to_thread=True)
def note(request: Asked, desk: Desk, form: Form) -> Redirect | Response[bytes]:
    """Note an incident; or look for reports that it may rest on, with what was typed left standing."""
    if form.get("step") == "look":
        return _looked_for(request, desk, form)
    now, by, named = desk.site.clock.now(), request.user.person, command(request, form)
    noted = _written(desk, form, keyed_id(desk.site.store.secrets.links, "incident", named))
    flow.note(desk.site.house, noted, request.user.reader, by=by, command=named, now=now)
    desk.site.wake()
    return Redirect(hrefs.incident(noted.subject), status_code=303)


def _looked_for(request: Asked, desk: DeskSite, form: Mapping[str, str]) -> Response[bytes]:
    words = _words(form)
    drawn = page(
        request,
        desk,
        "cases",
        lambda door, shell, _: fill.incident_form(door, ticked(form), words, shell, _, filled=False),
    )
    return _refilled(drawn, hrefs.INCIDENTS, form)


def _words(form: Mapping[str, str]) -> str:
    return " ".join(own_words(form, "words").split())[:200]


def _refilled(drawn: Response[bytes], post_to: str, form: Mapping[str, str]) -> Response[bytes]:
    made = refilled(drawn.content.decode(), post_to, form)
    return Response(made.page.encode() if made else drawn.content, media_type="text/html", status_code=200)


def ticked(form: Mapping[str, str]) -> list[Id]:
    """Return the reports that were chosen in a form."""
    return [name.removeprefix(REPORT) for name, value in form.items() if name.startswith(REPORT) and value]


def _written(desk: DeskSite, form: Mapping[str, str], id: Id) -> IncidentNoted:
    zone, mark = form.get("zone", "").strip() or desk.zone, form.get("mark", "")
    if mark not in {one.value for one in Mark}:
        raise Unclear("Choose a mark.")
    if not form.get("happened", "").strip():
        raise Unclear("Write when it happened, as well as it is known.")
    reports = _chosen(form)
    where, point, country = _place(form)
    published = form.get("published", "").strip()
    return IncidentNoted(
        subject=id,
        occurred_at=until({**form, "zone": zone}, zone, "happened"),
        what=_line(form, "what"),
        where=where,
        point=point,
        country=country,
        actor=form.get("actor", "").strip() or None,
        reports=reports,
        published_at=until({**form, "zone": zone}, zone, "published") if published else None,
        published_by_host=bool(form.get("by_host")),
        mark=Mark(mark),
    )


def _chosen(form: Mapping[str, str]) -> tuple[Id, ...]:
    reports = ticked(form)
    if len(reports) > MOST_REPORTS:
        raise Unclear(
            f"These are {len(reports)} reports; {MOST_REPORTS} are taken. Choose those that tell of it first."
        )
    return tuple(reports)


def _place(form: Mapping[str, str]) -> tuple[str, tuple[float, float] | None, str]:
    point, country = form.get("point", "").strip(), form.get("country", "").strip().upper()[:2]
    try:
        return flow.where_it_is(_line(form, "where"), _line(form, "town"), point, country)
    except Refused as refused:
        raise Unclear(str(refused)) from refused


@get("/incidents/{id:str}/anew", guards=[OFFICERS], sync_to_thread=True)
def anew(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show the form in which an incident that was noted wrongly is written down anew."""
    chosen = request.query_params.getall("report", [])[:MOST_REPORTS]
    return page(request, desk, "cases", lambda door, shell, _: fill.anew_form(door, id, chosen, "", shell))


@post("/incidents/{id:str}/anew", guards=[OFFICERS], sync_to_thread=True)
def correct(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect | Response[bytes]:
    """Write an incident down anew; or look for reports that it may rest on, with what was typed left standing."""
    if form.get("step") == "look":
        words = _words(form)
        drawn = page(
            request, desk, "cases", lambda door, shell, _: fill.anew_form(door, id, ticked(form), words, shell)
        )
        return _refilled(drawn, hrefs.incident_anew(id), form)
    with desk.site.store.look() as look:
        stands = Door(look, request.user.reader).incidents([id]).get(id)
    if stands is None:
        raise NotFoundException
    noted, seen = _as_exact(_written(desk, form, id), stands), form.get("seen", "")
    flow.correct(
        desk.site.house,
        noted,
        own_words(form, "why"),
        request.user.reader,
        seen=int(seen) if seen.isdecimal() and len(seen) < 10 else None,
        by=request.user.person,
        command=command(request, form),
        now=desk.site.clock.now(),
    )
    desk.site.wake()
    return Redirect(hrefs.incident(id), status_code=303)


def _as_exact(noted: IncidentNoted, stands: Incident) -> IncidentNoted:
    """Return what was written, with what a form cannot say so exactly as it is known where nobody has changed it."""
    happened, published, point = noted.occurred_at, noted.published_at, noted.point
    if happened == stands.happened_at.replace(second=0, microsecond=0):
        happened = stands.happened_at
    if published is not None and stands.published_at is not None:
        published = (
            stands.published_at if published == stands.published_at.replace(second=0, microsecond=0) else published
        )
    if point is not None and fill.point_of(point) == fill.point_of(stands.point):
        point = stands.point
    return replace(noted, occurred_at=happened, published_at=published, point=point)


@post("/incidents/{id:str}/link", guards=[OFFICERS], sync_to_thread=True)
def link(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Link an incident to a case to which it was not proposed."""
    case, bearing, why = case_in(request, desk, form), form.get("bearing", ""), own_words(form, "why")
    with desk.site.store.look() as look:
        door = Door(look, request.user.reader)
        if id not in door.incidents([id]):
            raise NotFoundException
        if door.threat(case) is None:
            raise Unclear("Choose the case that it belongs to.")
    if bearing not in {one.value for one in Bearing}:
        raise Unclear("Choose how it bears on the case.")
    if not why:
        raise Unclear("Say why it belongs to the case.")
    named, now = command(request, form), desk.site.clock.now()
    by = request.user.person
    weigh.link_evidence(desk.site.house, case, id, Bearing(bearing), why=why, by=by, command=named, now=now)
    desk.site.wake()
    return Redirect(hrefs.incident(id), status_code=303)


@post("/incidents/{id:str}/published", guards=[OFFICERS], sync_to_thread=True)
def publish(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect | Response[bytes]:
    """Note that an incident was published since; or look for the reports by which it was, with what was typed left standing."""
    if form.get("step") == "look":
        return _looked_again(request, desk, form, id)
    _refuse_unseen(request, desk, id)
    zone = form.get("zone", "").strip() or desk.zone
    if not form.get("published", "").strip():
        raise Unclear("Write when it was first published.")
    said = IncidentPublished(
        subject=id,
        occurred_at=until({**form, "zone": zone}, zone, "published"),
        by_host=bool(form.get("by_host")),
        reports=_chosen(form),
    )
    now, named, user = desk.site.clock.now(), command(request, form), request.user
    flow.publish(desk.site.house, said, user.reader, by=user.person, command=named, now=now)
    desk.site.wake()
    return Redirect(hrefs.incident(id), status_code=303)


def _refuse_unseen(request: Asked, desk: DeskSite, id: str) -> None:
    with desk.site.store.look() as look:
        if id not in Door(look, request.user.reader).incidents([id]):
            raise NotFoundException


def _looked_again(request: Asked, desk: DeskSite, form: Mapping[str, str], id: str) -> Response[bytes]:
    words = _words(form)
    drawn = page(
        request, desk, "cases", lambda door, shell, _: fill.incident_page(door, id, shell, _, ticked(form), words)
    )
    return _refilled(drawn, f"{hrefs.incident(id)}/published", form)


def _line(form: Mapping[str, str], name: str) -> str:
    return " ".join(own_words(form, name).split())


HANDLERS = (incidents, new, incident, note, anew, correct, link, publish)
