"""What a request must be before a desk page is made for it: signed in, of a role, and, to change something, our own form.

And the desk must be open: while it is closed (tocsin lock), whatever is asked of it gets the one page that says so.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import SkipValidation
from litestar.types import Guard, Scope

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.basis.words import Language
from tocsin.flow.desk_lock import desk_lock
from tocsin.web.desk import sign_in
from tocsin.web.desk.sign_in import Passphrases, Sessions, SignedIn
from tocsin.web.desk.views.door import ClosedPage
from tocsin.web.pieces import View
from tocsin.web.render import Pages
from tocsin.web.security import Tries
from tocsin.web.wiring import Installation

COOKIE = "tocsin_desk"
CSRF = "_csrf_token"
FIELDS = 200  # the steps of a policy have five each
FIELDS_OF = "fields"  # under which a handler says that its forms have more
TYPED = "tocsin.typed"
"""Under which a request carries what was typed into its form."""
LONGEST_TYPED = 2_000  # characters of a field, as they are looked at again
TYPED_BEFORE = "tocsin.typed before"
"""Under which a request for a page carries the address to which a form of it was sent, and what was typed, where that was refused."""
NOBODY = "tocsin.nobody"
"""Under which a request carries that nobody is signed in by whom it could be answered."""
DESK = "tocsin.desk"
"""Under which a request carries the desk that it came to."""
_OURS = re.compile(r"/desk(/[A-Za-z0-9_.-]+)*")

Asked = Request[SignedIn, Any, Any]


@dataclass(frozen=True)
class DeskSite:
    """What the desk is made of."""

    site: Installation
    zone: str
    pages: Pages
    sessions: Sessions
    passphrases: Passphrases
    tries: Tries
    tries_in_all: Tries

    @property
    def https(self) -> bool:
        """Say whether people reach us by HTTPS."""
        return self.site.house.base_url.startswith("https:")

    @property
    def language(self) -> Language:
        """Return how to find the words of a language."""
        return self.site.language

    def render(self, view: View, language: str) -> bytes:
        """Draw a page."""
        return self.pages.render(view, language).encode()


Desk = NamedDependency[SkipValidation[DeskSite]]
Form = NamedDependency[SkipValidation[Mapping[str, str]]]


def desk_of(connection: ASGIConnection[Any, Any, Any, Any]) -> DeskSite:
    """Return the desk that a request came to."""
    return desk_in(connection.scope)


def desk_in(scope: Scope) -> DeskSite:
    """Return the desk that a request carries."""
    carrying: Any = scope
    found: DeskSite = carrying[DESK]
    return found


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Let in who is signed in, and read anew who that is."""
    desk = desk_of(connection)
    known = await asyncio.to_thread(_known, desk, connection.cookies.get(COOKIE, ""))
    if known is None:
        raise NotAuthorizedException
    connection.scope["user"] = known


def _known(desk: DeskSite, token: str) -> SignedIn | None:
    era = era_of(desk)
    session = desk.sessions.find(token)
    if session is None:
        return None
    with desk.site.store.look() as look:
        known = sign_in.known_now(look, session) if session.era == era else None
    if known is None:
        desk.sessions.end(token)
    return known


class DeskClosed(Exception):  # noqa: N818  no error: somebody closed it
    """The desk is closed, and this request gets no other answer."""

    def __init__(self, closed_at: datetime) -> None:
        """Say since when."""
        super().__init__()
        self.closed_at = closed_at


def era_of(desk: DeskSite) -> int:
    """Return the era in which the desk is open now.

    Raises:
        DeskClosed: it is not.
    """
    lock = desk_lock(desk.site.store)
    if lock.closed_at is not None:
        raise DeskClosed(lock.closed_at)
    return lock.era


def say_closed(request: Request[Any, Any, Any], closed: DeskClosed) -> Response[bytes]:
    """Answer with the page of a closed desk, the same for everyone and for whatever was asked."""
    desk = desk_of(request)
    view = ClosedPage(exercise=desk.site.exercise, closed_at=closed.closed_at)
    return Response(desk.render(view, "en"), status_code=503, media_type="text/html")


def only(*roles: Role) -> Guard:
    """Let in those who have one of these roles."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        known: SignedIn = connection.user
        if not known.roles & set(roles):
            raise PermissionDeniedException

    return guard


async def form_of(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    """Return the fields of a form; of one given twice, the first.

    Raises:
        HTTPException: it is no form of a reasonable size.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    most = int(request.route_handler.opt.get(FIELDS_OF, FIELDS))
    if kind == "multipart/form-data":
        return await _parts(request)
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(status_code=415)
    try:
        return dict(reversed(parse_qsl((await request.body()).decode(), max_num_fields=most, keep_blank_values=True)))
    except ValueError as error:
        raise HTTPException(status_code=400) from error


async def _parts(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    """Return the fields of a form that may carry files: of a file, what is written in it, and nothing where none was chosen."""
    found: dict[str, str] = {}
    parts = list((await request.form()).multi_items())
    if len(parts) > FIELDS:
        raise HTTPException(status_code=400)
    for name, value in parts:
        # What is no UTF-8 stays seen: whoever reads the words next says on which line they make no sense.
        said = (await value.read()).decode("utf-8-sig", "replace") if isinstance(value, UploadFile) else str(value)
        found.setdefault(name, said)
    return found


async def own_form(request: Asked) -> Mapping[str, str]:
    """Return the fields of a form that we made for this very session.

    Raises:
        Refused: a page of ours made it, before the last sign-in. It is shown once more, and nothing is done.
        PermissionDeniedException: another site made it, or a browser that does not say which.
    """
    form = await form_of(request)
    ours = compare_digest(form.get(CSRF, "").encode(), request.user.session.csrf.encode())
    if not ours and not is_from_our_page(request.scope):
        raise PermissionDeniedException
    carrying: Any = request.scope
    carrying[TYPED] = form
    if not ours:
        raise Refused("You have signed in anew since this was written. Look at it, and send it once more.")
    return form


def is_from_our_page(scope: Scope) -> bool:
    """Say whether a browser says that a page of this very site sent it. Browsers say so by HTTPS, and on loopback."""
    return dict(scope["headers"]).get(b"sec-fetch-site") == b"same-origin"


def typed_before(request: Asked, address: str) -> Mapping[str, str]:
    """Return what was typed into the form that is sent to an address, where it was refused and its page is drawn anew; else nothing.

    Of a field that is longer than any such form takes, as much as it takes.
    """
    carrying: Any = request.scope
    sent_to, typed = carrying.get(TYPED_BEFORE) or ("", {})
    return {name: value[:LONGEST_TYPED] for name, value in typed.items()} if sent_to == address else {}


def wanted(path: str) -> str:
    """Return where to go after signing in: a page of the desk, never another site."""
    return path if _OURS.fullmatch(path) else "/desk"
