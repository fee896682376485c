"""Templates of alerts at the desk: read, made our own, checked, approved by a second duty officer, retired."""

from collections.abc import Mapping

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.warning import alert_draft as flow
from tocsin.warning.alert.writing.facts import Piece, TemplateWritten
from tocsin.warning.alert.writing.state import AlertTemplate, piece_in
from tocsin.web.desk.acts import Unclear, command, own_words, tag
from tocsin.web.desk.alert_form import line, pieces_of, values_of
from tocsin.web.desk.alerts import LARGEST, MOST_FIELDS
from tocsin.web.desk.drafts import seen_of
from tocsin.web.desk.fill import alerts as fill
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import FIELDS_OF, Asked, Desk, DeskSite, Form, only
from tocsin.web.desk.headcounts import OFFICERS

DUTY = only(Role.DUTY_OFFICER)


@get("/templates", sync_to_thread=True)
def every(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the templates."""
    return page(request, desk, "warnings", fill.templates_page)


@get("/templates/new", guards=[DUTY], sync_to_thread=True)
def new(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the form of a template, empty or filled with one that came with Tocsin."""
    base = request.query_params.get("base", "")
    return page(request, desk, "warnings", lambda door, shell, _: fill.template_form(door, "", base, shell, _))


@get("/templates/{id:str}", sync_to_thread=True)
def one(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show one template."""
    return page(request, desk, "warnings", lambda door, shell, _: fill.template_page(door, id, shell, _))


@get("/templates/{id:str}/edit", guards=[DUTY], sync_to_thread=True)
def edit(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show the form of a template of ours."""
    return page(request, desk, "warnings", lambda door, shell, _: fill.template_form(door, id, "", shell, _))


@post("/templates", guards=[DUTY], sync_to_thread=True, request_max_body_size=LARGEST, opt={FIELDS_OF: MOST_FIELDS})
def begin(request: Asked, desk: Desk, form: Form) -> Redirect:
    """Keep a new template."""
    return _write(request, desk, form, desk.site.store.new_id())


@post(
    "/templates/{id:str}",
    guards=[DUTY],
    sync_to_thread=True,
    request_max_body_size=LARGEST,
    opt={FIELDS_OF: MOST_FIELDS},
)
def write(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Keep what was written at a template of ours."""
    _own(desk, id)
    return _write(request, desk, form, id)


def _write(request: Asked, desk: DeskSite, form: Mapping[str, str], id: Id) -> Redirect:
    now, by, pieces = desk.site.clock.now(), request.user.person, pieces_of(form)
    adds = form.get("new_language", "").strip()
    if adds and piece_in(pieces, adds) is None:
        pieces = (*pieces, Piece(language=tag(adds), headline="", event=""))
    hours = form.get("hours", "")
    if not (hours.isascii() and hours.isdigit() and len(hours) < 6):
        raise Unclear("Say for how many hours an alert from it holds, such as 48.")
    fact = TemplateWritten(
        subject=id,
        occurred_at=now,
        author=by,
        name=line(form, "name"),
        pieces=pieces,
        hours=int(hours),
        base=line(form, "base"),
        **values_of(form),
    )
    flow.write_template(desk.site.house, fact, seen=seen_of(form), by=by, command=command(request, form), now=now)
    return Redirect(hrefs.template(id) + ("/edit" if adds else ""), status_code=303)


@post("/templates/{id:str}/checking", guards=[OFFICERS], sync_to_thread=True)
def check(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Say that the words in a language are right."""
    _own(desk, id)
    now, by, language = desk.site.clock.now(), request.user.person, form.get("language", "")
    named, read = command(request, form), form.get("read", "")
    flow.check_template(desk.site.house, id, language, read=read, by=by, command=named, now=now)
    return Redirect(hrefs.template(id), status_code=303)


@post("/templates/{id:str}/approval", guards=[DUTY], sync_to_thread=True)
def approve(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Approve the latest words of a template that another wrote."""
    _own(desk, id)
    now, by = desk.site.clock.now(), request.user.person
    flow.approve_template(desk.site.house, id, seen=seen_of(form), by=by, command=command(request, form), now=now)
    return Redirect(hrefs.template(id), status_code=303)


@post("/templates/{id:str}/retirement", guards=[DUTY], sync_to_thread=True)
def retire(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Redirect:
    """Take a template out of use."""
    _own(desk, id)
    now, by, why = desk.site.clock.now(), request.user.person, own_words(form, "why")
    flow.retire_template(desk.site.house, id, why=why, by=by, command=command(request, form), now=now)
    return Redirect(hrefs.TEMPLATES, status_code=303)


def _own(desk: DeskSite, id: Id) -> None:
    with desk.site.store.look() as look:
        if look.find(AlertTemplate, id) is None:
            raise NotFoundException


HANDLERS = (every, new, one, edit, begin, write, check, approve, retire)
