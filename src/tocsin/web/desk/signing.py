"""The door of the desk: asking for name and passphrase, letting in, letting go."""

import secrets
from hmac import compare_digest
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import PermissionDeniedException
from litestar.response import Redirect

from tocsin.people.state import Person
from tocsin.web.desk.guards import COOKIE, CSRF, Asked, Desk, DeskSite, Form, era_of, wanted
from tocsin.web.desk.sign_in import LASTS_S
from tocsin.web.desk.views.door import SignInPage
from tocsin.web.security import whence

DOOR = "tocsin_door"  # proves that the sign-in form came from us: the browser sends it back, and so does the form
HTML = "text/html"  # Litestar adds the charset

Anyone = Request[Any, Any, Any]


def cookie(desk: DeskSite, name: str, value: str, max_age: int | None = None) -> Cookie:
    """Return a cookie that no script and no other site can use."""
    return Cookie(
        key=name, value=value, path="/desk", httponly=True, samesite="lax", secure=desk.https, max_age=max_age
    )


@get("/sign-in", sync_to_thread=True)
def ask(request: Anyone, desk: Desk) -> Response[bytes]:
    """Ask who is there."""
    era_of(desk)
    return _asking(request, desk, wanted(request.query_params.get("next", "/desk")), 200)


def _asking(
    request: Anyone, desk: DeskSite, next_href: str, status: int, *, failed: bool = False, wait_s: int = 0
) -> Response[bytes]:
    token = request.cookies.get(DOOR) or secrets.token_urlsafe(32)
    view = SignInPage(
        exercise=desk.site.exercise,
        csrf=token,
        failed=failed,
        wait_seconds=wait_s,
        next_href=next_href,
        organisation=desk.site.settings.organisation,
        hints=desk.site.sign_ins,
    )
    return Response(
        desk.render(view, "en"),
        status_code=status,
        media_type=HTML,
        cookies=[cookie(desk, DOOR, token)],
        headers={"Retry-After": str(wait_s)} if wait_s else {},
    )


@post("/sign-in", sync_to_thread=True)
def enter(request: Anyone, desk: Desk, form: Form) -> Response[Any]:
    """Let someone in whose name and passphrase fit."""
    era = era_of(desk)
    held = request.cookies.get(DOOR, "")
    if not held or not compare_digest(form.get(CSRF, "").encode(), held.encode()):
        raise PermissionDeniedException
    next_href, name = wanted(form.get("next", "/desk")), form.get("name", "")[:200]
    where = whence((request.client.host, request.client.port) if request.client else None)
    under = f"{where} {name.strip().casefold()}"
    wait_s = max(desk.tries.wait_s(under), desk.tries_in_all.wait_s(where))
    if wait_s:
        return _asking(request, desk, next_href, 429, wait_s=wait_s)
    person = _fitting(desk, name, form.get("password", ""))
    if person is None:
        return _asking(request, desk, next_href, 403, failed=True)
    desk.tries.forget(under)
    # Whatever session this browser held is not the one that is signed in now.
    desk.sessions.end(request.cookies.get(COOKIE, ""))
    token, _ = desk.sessions.open(person, era)
    return Redirect(
        next_href, status_code=303, cookies=[cookie(desk, COOKIE, token, LASTS_S), cookie(desk, DOOR, "", 0)]
    )


def _fitting(desk: DeskSite, name: str, passphrase: str) -> Person | None:
    with desk.site.store.look() as look:
        people = look.desk_people()
    return desk.passphrases.fitting(people, name, passphrase)


@post("/sign-out", sync_to_thread=False)
def sign_out(request: Asked, desk: Desk, form: Form) -> Redirect:  # noqa: ARG001  a form of ours, or nobody is let go
    """Let someone go."""
    desk.sessions.end(request.cookies.get(COOKIE, ""))
    return Redirect("/desk/sign-in", status_code=303, cookies=[cookie(desk, COOKIE, "", 0)])
