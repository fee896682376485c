"""Policies and rotas at the desk: looked at by all who work here, changed by administrators and duty officers."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.people import policies
from tocsin.flow.people.rota_calendar import Became, Fate, of_rota, take_calendar
from tocsin.people.rota import Rota
from tocsin.people.rota_calendar import MOST_BYTES
from tocsin.warning.policy import Policy
from tocsin.web.desk import policy_form, rota_form
from tocsin.web.desk.acts import command
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.duty import duty_page, policy_page
from tocsin.web.desk.fill.rota import rota_page
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import CSRF, Asked, Desk, DeskSite, Form, only

LOOK = only(*Role)
CHANGE = only(Role.ADMINISTRATOR, Role.DUTY_OFFICER)
LARGEST = 3 * MOST_BYTES  # of a form with a calendar: some of its letters take three as many bytes
_ID = re.compile(r"[a-z2-7]{26}")


@get("/policies", guards=[LOOK], sync_to_thread=True)
def duty(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the policies and the rotas, and who is on duty."""
    return page(request, desk, "duty", duty_page)


def _words(request: Asked, desk: DeskSite) -> Words:
    return desk.language(request.user.language)


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in form.items() if name != CSRF}


def _seen(form: Mapping[str, str]) -> int | None:
    text = form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _said(request: Asked, desk: DeskSite, form: Mapping[str, str]) -> dict[str, Any]:
    """Return by whom something is asked, and when, so that a double click asks for one thing."""
    return {"by": request.user.person, "command": command(request, form), "now": desk.site.clock.now()}


# ---- policies


@get("/policies/new", guards=[CHANGE], sync_to_thread=True)
def new_policy(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the form of a new policy."""
    return _policy(request, desk, desk.site.store.new_id(), is_new=True)


@get("/policies/{id:str}", guards=[LOOK], sync_to_thread=True)
def one_policy(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show a policy."""
    return _policy(request, desk, id)


@post("/policies/{id:str}", guards=[CHANGE], status_code=200, sync_to_thread=True)
def policy_said(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes] | Redirect:
    """Save a policy, or try it out without saving it, or show one more of its steps."""
    _refuse_another(desk, Policy, id)
    typed, do = _typed(form), form.get("do", "save")
    if do == "more":
        return _policy(request, desk, id, form=policy_form.one_more(typed), is_new=True)
    try:
        if do == "try":
            return _tried(request, desk, id, typed)
        saved = policy_form.read(typed, id, desk.site.clock.now(), _words(request, desk))
        said = _said(request, desk, form)
        policies.keep_policy(desk.site.house, saved, seen=_seen(form), **said)
    except Refused as error:
        return _policy(request, desk, id, form=typed, mistake=str(error), is_new=True)
    return Redirect(hrefs.DUTY, status_code=303)


def _tried(request: Asked, desk: DeskSite, id: Id, typed: dict[str, str]) -> Response[bytes]:
    words = _words(request, desk)
    ladder = policy_form.read_ladder(typed, words)
    begins = rota_form.moment(typed.get("try_from", ""), desk.zone, words)
    owner = typed.get("owner") or request.user.person
    happened = policies.try_out(desk.site.house, ladder, begins, owner=owner)
    return _policy(request, desk, id, form=typed, happened=happened, is_new=True)


@post("/policies/{id:str}/drop", guards=[CHANGE], sync_to_thread=True)
def policy_dropped(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes] | Redirect:
    """Let a policy be chosen no more."""
    _refuse_another(desk, Policy, id, there=True)
    said = _said(request, desk, form)
    policies.drop_policy(desk.site.house, id, **said)
    return Redirect(hrefs.DUTY, status_code=303)


def _policy(request: Asked, desk: DeskSite, id: Id, **more: Any) -> Response[bytes]:
    channels = tuple(desk.site.house.carriers)
    shown = page(request, desk, "duty", lambda door, shell, _: policy_page(door, shell, _, id, channels, **more))
    if more.get("mistake"):
        shown.status_code = HTTPStatus.BAD_REQUEST
    return shown


def _refuse_another(desk: DeskSite, kind: type[Policy] | type[Rota], id: Id, *, there: bool = False) -> None:
    """Stop something else from being taken for a policy or a rota. there: it must be there already.

    Raises:
        NotFoundException: it is something else, or nothing, or has been dropped.
    """
    with desk.site.store.look() as look:
        found = look.find(kind, id)
        is_new = found is None and not there and not look.version(id) and _ID.fullmatch(id) is not None
        if not is_new and (found is None or found.dropped_at is not None):
            raise NotFoundException


# ---- rotas


@get("/rotas/new", guards=[CHANGE], sync_to_thread=True)
def new_rota(request: Asked, desk: Desk) -> Response[bytes]:
    """Show the form of a new rota."""
    return _rota(request, desk, desk.site.store.new_id(), is_new=True)


@get("/rotas/{id:str}", guards=[LOOK], sync_to_thread=True)
def one_rota(request: Asked, desk: Desk, id: FromPath[str]) -> Response[bytes]:
    """Show a rota, and who is on duty for the next four weeks."""
    return _rota(request, desk, id)


@post("/rotas/{id:str}", guards=[CHANGE], status_code=200, sync_to_thread=True)
def rota_said(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes] | Redirect:
    """Save a rota."""
    _refuse_another(desk, Rota, id)
    typed = _typed(form)
    with desk.site.store.look() as look:
        kept = look.find(Rota, id)
    try:
        saved = rota_form.read(typed, id, kept, desk.site.clock.now(), _words(request, desk))
        said = _said(request, desk, form)
        policies.keep_rota(desk.site.house, saved, seen=_seen(form), **said)
    except Refused as error:
        return _rota(request, desk, id, form=typed, mistake=str(error), wrong="rota", is_new=True)
    return Redirect(hrefs.rota(id), status_code=303)


@post("/rotas/{id:str}/drop", guards=[CHANGE], sync_to_thread=True)
def rota_dropped(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes] | Redirect:
    """Keep a rota no longer."""
    _refuse_another(desk, Rota, id, there=True)
    said = _said(request, desk, form)
    try:
        policies.drop_rota(desk.site.house, id, **said)
    except Refused as error:
        return _rota(request, desk, id, mistake=str(error), wrong="drop")
    return Redirect(hrefs.DUTY, status_code=303)


@post("/rotas/{id:str}/calendar", guards=[CHANGE], status_code=200, request_max_body_size=LARGEST, sync_to_thread=True)
def calendar_said(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes] | Redirect:
    """Take the shifts of a rota from a calendar, or say what would become of each of its events."""
    _refuse_another(desk, Rota, id)
    text = (form.get("file") or form.get("calendar", "")).replace("\r\n", "\n")
    typed, dry_run = {**_typed(form), "file": "", "calendar": text}, form.get("do") != "save"
    with desk.site.store.look() as look:
        kept = look.find(Rota, id)
    said, fates, mistake = _said(request, desk, form), list[Fate](), ""
    try:
        rota = of_rota(kept, said["now"]) if kept else rota_form.bare(typed, id, said["now"], _words(request, desk))
        fates = take_calendar(desk.site.house, rota, text, seen=_seen(form), dry_run=dry_run, **said)
        refused = any(fate.became is Became.REFUSED for fate in fates)
        if not dry_run and not refused:
            return Redirect(hrefs.rota(id), status_code=303)
        mistake = _words(request, desk)("Some events cannot be taken.") if refused else ""
    except Refused as error:
        mistake = str(error)
    return _rota(
        request, desk, id, form=typed, mistake=mistake, wrong="calendar" if mistake else "", fates=fates, is_new=True
    )


@post("/rotas/{id:str}/stand-ins", guards=[CHANGE], sync_to_thread=True)
def stands_in(request: Asked, desk: Desk, form: Form, id: FromPath[str]) -> Response[bytes] | Redirect:
    """Let somebody stand in for a while."""
    _refuse_another(desk, Rota, id, there=True)
    typed = _typed(form)
    with desk.site.store.look() as look:
        rota = look.get(Rota, id)
    said = _said(request, desk, form)
    try:
        stand = rota_form.read_stand(typed, desk.site.store.new_id(), rota, _words(request, desk))
        policies.add_stand_in(desk.site.house, id, stand, **said)
    except Refused as error:
        return _rota(request, desk, id, form=typed, mistake=str(error), wrong="stand")
    return Redirect(hrefs.rota(id), status_code=303)


@post("/rotas/{id:str}/stand-ins/{stand:str}/drop", guards=[CHANGE], sync_to_thread=True)
def stands_in_no_more(request: Asked, desk: Desk, form: Form, id: FromPath[str], stand: FromPath[str]) -> Redirect:
    """Let somebody not stand in after all."""
    _refuse_another(desk, Rota, id, there=True)
    said = _said(request, desk, form)
    policies.drop_stand_in(desk.site.house, id, stand, **said)
    return Redirect(hrefs.rota(id), status_code=303)


def _rota(request: Asked, desk: DeskSite, id: Id, **more: Any) -> Response[bytes]:
    shown = page(request, desk, "duty", lambda door, shell, _: rota_page(door, shell, _, id, **more))
    if more.get("mistake"):
        shown.status_code = HTTPStatus.BAD_REQUEST
    return shown


HANDLERS = (
    duty,
    new_policy,
    one_policy,
    policy_said,
    policy_dropped,
    new_rota,
    one_rota,
    rota_said,
    rota_dropped,
    calendar_said,
    stands_in,
    stands_in_no_more,
)
