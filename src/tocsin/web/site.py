"""The whole site as one ASGI application: the answer links in front, the public pages and the desk behind them."""

import asyncio
import secrets
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog
from litestar import Litestar, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import Receive, Scope, Send

from tocsin.basis.errors import Broken, Refused, Stale, TocsinError, Unreachable
from tocsin.basis.words import N_
from tocsin.flow.warning.cap_key import UNSIGNED
from tocsin.settings import networks
from tocsin.web import callbacks, pushed, verifier
from tocsin.web.answer.page import AnswerPages
from tocsin.web.answer.thanks import PREFIX
from tocsin.web.desk import again, sign_in
from tocsin.web.desk import pages as desk_pages
from tocsin.web.desk.acts import Unclear
from tocsin.web.desk.alerts import LETTERS
from tocsin.web.desk.guards import DESK, NOBODY, DeskSite, wanted
from tocsin.web.desk.refusals import said_by_name
from tocsin.web.kept import Kept
from tocsin.web.pieces import ErrorPage
from tocsin.web.public import others as others_pages
from tocsin.web.public import pages as public_pages
from tocsin.web.public import record as record_pages
from tocsin.web.public.sorry import sorry
from tocsin.web.publishing import public_site
from tocsin.web.render import STATIC, Pages
from tocsin.web.security import Tries, from_proxies, hardened
from tocsin.web.self.leave import LeavePages
from tocsin.web.self.page import OwnPages
from tocsin.web.wiring import Installation

HTML = "text/html"  # Litestar adds the charset
LARGEST_FORM = 64 * 1024  # bytes
WHOLE = "tocsin.site"
"""Under which a request carries the site that it came to."""

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
         ".json": "application/json", ".woff2": "font/woff2", ".png": "image/png"}  # fmt: skip

SORRY: dict[int, tuple[str, str]] = {
    400: (N_("We could not read that."), N_("Go back, look at what you filled in, and send it again.")),
    403: (N_("That is not for you to do, or the page was too old."), N_("Go back to the start, and try from there.")),
    404: (
        N_("There is no such page."),
        N_("The address may be cut off. Go back to the start and follow a link from there."),
    ),
    410: (N_("What was here is gone."), N_("Go back to the start and follow a link from there.")),
    405: (N_("That cannot be done here."), N_("Go back to the start and follow a link from there.")),
    413: (N_("That is too long."), N_("Go back, shorten it, and send it again.")),
    415: (N_("We could not read that."), N_("Use the form on the page.")),
    429: (N_("Too many tries."), N_("Wait a minute, then try again.")),
    503: (N_("This does not work at the moment."), N_("Wait a minute, then try again.")),
}
BROKEN = (N_("Something went wrong here."), N_("It has been noted. Go back to the start and try once more."))
ALTERED = (
    N_("Something that is kept here was altered or damaged, so this page cannot be shown."),
    N_("Say “tocsin record reconcile” on the machine: it names every place. Nothing was changed by looking."),
)
REFUSED_ADVICE = N_("Nothing was changed. Go back, look again, and decide anew.")

log = structlog.get_logger()


class Site:
    """The site of one installation. An ASGI application; close it when no more requests come."""

    def __init__(self, site: Installation, *, zone: str = "UTC") -> None:
        """Make the pages ready. zone: in which the public site and the desk write times that have no case of their own."""
        self._site = site
        self._pages = Pages(site.language)
        self._answers = AnswerPages(site, self._pages)
        self._own = OwnPages(site, self._pages)
        self._leave = LeavePages(site, self._pages)
        self._callbacks = callbacks.Callbacks(site)
        self._pushed = pushed.PushedAlerts(site)
        self._proxies = networks(site.settings.proxies)
        https = site.house.base_url.startswith("https:")
        self._open = public_site(site, self._pages, zone=zone)
        application()
        self.desk = self._desk(zone)
        self._carried = {WHOLE: self, DESK: self.desk, public_pages.SITE: self._open}
        safe = hardened(self._answer, https=https, own={verifier.PATH: verifier.POLICY}, under=LETTERS)
        self._rest = Kept(safe, clock=site.clock, version=self._open.any_version, next_turn=self._open.next_turn)

    def close(self) -> None:
        """Write down the answers that have come in, and take no more."""
        self._answers.close()
        self._callbacks.close()

    def make_ready(self) -> None:
        """Have what its pages are made of at hand. May be done while it serves."""
        self._pages.make_ready()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._proxies:
            scope = from_proxies(scope, self._proxies)
        if scope["type"] == ScopeType.HTTP and scope["path"].startswith(PREFIX):
            await self._answers(scope, receive, send)
        elif scope["type"] == ScopeType.HTTP and self._own.serves(scope["path"]):
            await self._own(scope, receive, send)
        elif scope["type"] == ScopeType.HTTP and self._leave.serves(scope["path"]):
            await self._leave(scope, receive, send)
        elif scope["type"] == ScopeType.HTTP and scope["path"].startswith(callbacks.PREFIX):
            await self._callbacks(scope, receive, send)
        elif scope["type"] == ScopeType.HTTP and scope["path"] == pushed.PATH:
            await self._pushed(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    def ready(self) -> bool:
        """Say whether warnings can be shown and answers taken."""
        with suppress(TocsinError):
            with self._site.public.look() as look:
                look.record()
            return self._answers.alive() and not self._site.trouble
        return False

    @property
    def unsigned(self) -> bool:
        """Say whether alerts go out without the signature that they should have."""
        return bool(self._site.house.signing.trouble)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        carrying: Any = {**scope, **self._carried}
        if scope["type"] == ScopeType.HTTP and scope["method"] == "POST" and scope["path"].startswith("/desk/"):
            await again.answered(application(), self.desk, carrying, receive, send)
            return
        await application()(carrying, receive, send)

    def _desk(self, zone: str) -> DeskSite:
        return DeskSite(
            site=self._site,
            zone=zone,
            pages=self._pages,
            sessions=sign_in.Sessions(),
            passphrases=sign_in.Passphrases(),
            tries=Tries(sign_in.TRIES),
            tries_in_all=Tries(sign_in.TRIES_IN_ALL),
        )

    # ---- what went wrong

    def http_error(self, request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        """Return the page for what the framework refused."""
        status = error.status_code
        if status == 401:
            carrying: Any = request.scope
            carrying[NOBODY] = True
            here = wanted(request.url.path)
            return Redirect(
                f"/desk/sign-in?next={here}" if request.method == "GET" else "/desk/sign-in", status_code=303
            )
        if status >= 500 and status not in SORRY:
            return self.error(request, error)
        what, advice = SORRY.get(status, SORRY[400])
        return self._page(request, status, what, advice, headers=error.headers)

    def error(self, request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        """Return the page for what failed."""
        if isinstance(error, Refused) and not request.url.path.startswith("/desk"):
            return self._page(request, 400, *SORRY[400])  # what we refuse, and why, is said to our own people
        if isinstance(error, Refused):
            status = 400 if isinstance(error, Unclear) else 409
            carrying: Any = request.scope
            user = carrying.get("user")  # nobody has one who is only signing in
            said = str(error) if user is None else said_by_name(self._site.store, user.reader, str(error))
            carrying[again.REFUSED] = again.Turned(said, stale=isinstance(error, Stale))
            return self._page(request, status, said, REFUSED_ADVICE, home=_back(request.url.path))
        reference = secrets.token_hex(4)
        # An address may name a case, and an error may quote a person: neither belongs in the log.
        log.error(
            "page failed", error=type(error).__name__, page=request.scope.get("path_template", ""), reference=reference
        )
        if isinstance(error, Unreachable):
            return self._page(request, 503, *SORRY[503], reference=reference)
        if isinstance(error, Broken) and request.url.path.startswith("/desk"):
            return self._page(request, 500, *ALTERED, reference=reference)
        return self._page(request, 500, *BROKEN, reference=reference)

    def _page(
        self, request: Request[Any, Any, Any], status: int, what: str, advice: str, *,
        home: str | None = None, reference: str | None = None, headers: dict[str, str] | None = None,
    ) -> Response[bytes]:  # fmt: skip
        if not request.url.path.startswith("/desk"):
            return sorry(
                self._open, request, status, what, advice, reference=reference or "", headers=dict(headers or {})
            )
        _ = self._site.language("en")
        view = ErrorPage(
            status=status,
            what=_(what) if "%" not in what else what,
            advice=_(advice),
            exercise=self._site.exercise,
            reference=reference,
            home=home or "/desk",
        )
        body = self._pages.render(view).encode()
        allowed = {name: value for name, value in (headers or {}).items() if name.lower() in ("allow", "retry-after")}
        return Response(body, status_code=status, media_type=HTML, headers={"Cache-Control": "no-store", **allowed})


@cache
def application() -> Litestar:
    """Return what finds the handler of an address. Made once a process, which takes long: each request carries its own site."""
    return Litestar(
        route_handlers=[
            *public_pages.HANDLERS,
            *others_pages.HANDLERS,
            *record_pages.HANDLERS,
            healthz,
            readyz,
            static,
            desk_pages.router(),
        ],
        dependencies={
            "site": Provide(public_pages.site_of, sync_to_thread=False),
            "whole": Provide(_whole, sync_to_thread=False),
        },
        exception_handlers={
            HTTPException: lambda request, error: _whole(request.scope).http_error(request, error),
            Exception: lambda request, error: _whole(request.scope).error(request, error),
        },
        openapi_config=None,
        logging_config=None,  # what went wrong is logged by the site, without addresses and words
        request_max_body_size=LARGEST_FORM,
        debug=False,
    )


def _whole(scope: Scope) -> Any:
    carrying: Any = scope
    return carrying[WHOLE]


def _back(path: str) -> str:
    return path.rpartition("/")[0] if path.startswith("/desk/warnings/") else "/desk"


# ---- whether it works, and the files of the pages


@get("/healthz", sync_to_thread=False)
def healthz() -> Response[str]:
    """Say that the process answers."""
    return Response("ok\n", media_type="text/plain", headers={"Cache-Control": "no-store"})


@get("/readyz")
async def readyz(whole: NamedDependency[Any]) -> Response[str]:
    """Say whether warnings can be shown and answers taken."""
    ready = await asyncio.to_thread(whole.ready)
    # What goes out unsigned is a matter for people: a machine that warns must not be taken out of service for it.
    more = f"{UNSIGNED}\n" if whole.unsigned else ""
    return Response(
        f"ready\n{more}" if ready else "not ready\n",
        status_code=200 if ready else 503,
        media_type="text/plain",
        headers={"Cache-Control": "no-store"},
    )


def _files(folder: Path) -> dict[str, tuple[bytes, str, str]]:
    """Read the static files once: they are few, and a name that is not among them opens nothing."""
    found: dict[str, tuple[bytes, str, str]] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in TYPES:
            body = file.read_bytes()
            found[file.relative_to(folder).as_posix()] = (
                body,
                TYPES[file.suffix],
                f'"{sha256(body).hexdigest()[:32]}"',
            )
    return found


FILES = _files(STATIC)


@get("/static/{name:path}", sync_to_thread=False)
def static(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Return a stylesheet or a picture."""
    if (found := FILES.get(str(name).lstrip("/"))) is None:
        raise NotFoundException
    body, media_type, tag = found
    # Their names carry no version: a browser asks again after an hour, and is told "as before" in a few bytes.
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(body, headers=headers, media_type=media_type)
