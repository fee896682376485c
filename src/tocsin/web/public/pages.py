"""The public site: pages and feeds, read through the public door alone. The record's own are in record.py."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from tocsin.basis.moment import Clock
from tocsin.basis.words import Language, Words, best_spoken
from tocsin.record import Policy
from tocsin.store.public import PublicDoor
from tocsin.web.pieces import View
from tocsin.web.public import feeds, fill
from tocsin.web.public.views import PublicShell

HTML = "text/html"  # Litestar adds the charset
JSON = "application/json"
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class PublicSite:
    """What the public site is made of.

    render: draws a view in a language; it is handed in, for it knows the views of the desk too. published: returns a
    published file of the record by its name, or None. policy: returns by whose signatures the record may be judged.
    emergency: the number to call in danger.
    """

    door: PublicDoor
    clock: Clock
    organisation: str
    base_url: str
    zone: str
    exercise: bool
    language: Language
    render: Callable[[View, str], str]
    published: Callable[[str], bytes | None]
    policy: Callable[[], Policy]
    emergency: str = ""

    def shell(self, now: datetime, *, exercise: bool = False) -> PublicShell:
        """Return the frame of a page. exercise: of the thing shown, besides that of the whole site."""
        return PublicShell(
            exercise=self.exercise or exercise,
            organisation=self.organisation,
            now=now,
            zone=self.zone,
            emergency_number=self.emergency,
        )


Site = NamedDependency[SkipValidation[PublicSite]]
Asked = Request[Any, Any, Any]


def handlers(site: PublicSite) -> tuple[Sequence[ControllerRouterHandler], dict[str, Provide]]:
    """Return the public pages, and what they are handed."""
    pages = (home, alert, advisories, advisories_data, advisory, statements, statement, edition, atom_feed, rss_feed,
             geojson_feed, levels_feed, statements_feed, cap_feed, robots)  # fmt: skip
    return pages, {"site": Provide(lambda: site, sync_to_thread=False)}


# ---- replying


def reply(
    request: Asked,
    body: bytes,
    media_type: str,
    changed_at: datetime | None = None,
    *,
    now: datetime | None = None,
    cache: str = "no-cache",
    vary: str = "Accept-Language",
) -> Response[bytes]:
    """Return what was asked for, or that the asker has it already.

    cache: by default nothing is used again without asking us. changed_at: only for what is a function of the store
    alone: a page that says "3 h ago" changes by itself. vary: what else of the request it depends on.
    """
    headers = {"ETag": f'"{sha256(body).hexdigest()[:32]}"', "Cache-Control": cache, **({"Vary": vary} if vary else {})}
    if media_type != HTML:  # what is for programs, the pages of others may read as well
        headers["Access-Control-Allow-Origin"] = "*"
    # RFC 9110, 8.8.2.2: within the second of a change a further one would not be told apart.
    if changed_at is not None and now is not None and now - changed_at > timedelta(seconds=1):
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC).replace(microsecond=0), usegmt=True)
    if _has(request, headers["ETag"], changed_at if "Last-Modified" in headers else None):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(body, headers=headers, media_type=media_type)


def _has(request: Asked, tag: str, changed_at: datetime | None) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in tags.split(",")]
    since = request.headers.get("if-modified-since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return False


def languages_of(request: Asked) -> list[str]:
    """Return the languages a reader wants, the best first: what the address says, then what the browser says."""
    chosen = request.query_params.get("lang", "")
    weighed: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "").split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        if _TAG.fullmatch(tag):
            weighed.append((-_weight(weight), tag))
    wanted = [tag for _, tag in sorted(weighed, key=lambda one: one[0])]
    return [chosen, *wanted] if _TAG.fullmatch(chosen) else wanted or ["en"]


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q="))
    except ValueError:
        return 1.0


def _words(site: PublicSite, request: Asked) -> tuple[Words, list[str]]:
    languages = languages_of(request)
    return site.language(best_spoken(site.language, languages)), languages


def drawn(request: Asked, site: PublicSite, view: View) -> Response[bytes]:
    """Return a page in the first of the reader's languages that there is."""
    return reply(request, site.render(view, best_spoken(site.language, languages_of(request))).encode(), HTML)


def _gone() -> NotFoundException:
    return NotFoundException()


# ---- pages


@get("/", sync_to_thread=True)
def home(request: Asked, site: Site) -> Response[bytes]:
    """Show what is in force, what ended without an all-clear, standing advice, statements."""
    _, languages = _words(site, request)
    with site.door.look() as look:
        view = fill.home(look, site.shell(site.clock.now()), languages, _)
    return drawn(request, site, view)


@get("/alerts/{name:str}", sync_to_thread=True)
def alert(request: Asked, site: Site, name: FromPath[str]) -> Response[bytes]:
    """Show one alert: as a page, as the exact CAP messages that told of it, or for programs."""
    id, dot, kind = name.partition(".")
    now = site.clock.now()
    _, languages = _words(site, request)
    with site.door.look() as look:
        one = fill.find(look, id, now)
        message = dict(fill.messages_of(one.alert)).get(f"/alerts/{name}") if one else None
        if one is None or (dot and kind != "json" and message is None):
            raise _gone()
        if message is not None:
            return reply(request, message.cap.encode(), feeds.CAP_MEDIA_TYPE, message.at, now=now)
        if kind == "json":
            body = msgspec.json.encode(fill.alert_json(one, site.base_url, site.language("en")))
            return reply(request, body, JSON, one.changed_at, now=now)
        spoken = fill.wording_in(one.alert, languages).language
        shell = site.shell(now, exercise=one.alert.exercise)
        view = fill.alert_page(look, one, shell, languages, site.language(spoken))
    return reply(request, site.render(view, spoken).encode(), HTML)


@get("/advisories", sync_to_thread=True)
def advisories(request: Asked, site: Site) -> Response[bytes]:
    """Show all standing levels."""
    _, _languages = _words(site, request)
    with site.door.look() as look:
        view = fill.advisories_page(look, site.shell(site.clock.now()), _)
    return drawn(request, site, view)


@get("/advisories.json", sync_to_thread=True)
def advisories_data(request: Asked, site: Site) -> Response[bytes]:
    """Return all standing levels for programs."""
    with site.door.look() as look:
        body = msgspec.json.encode(fill.advisories_json(look, site.base_url, site.clock.now()))
    return reply(request, body, JSON, vary="")


@get("/advisories/{name:str}", sync_to_thread=True)
def advisory(request: Asked, site: Site, name: FromPath[str]) -> Response[bytes] | Redirect:
    """Show an advisory, or return it for programs.

    The address of an earlier one leads to the one that holds now: no old level is shown as ours. For programs it stays, and
    says that it was replaced.
    """
    id, dot, kind = name.partition(".")
    now, (_, _languages) = site.clock.now(), _words(site, request)
    with site.door.look() as look:
        found = look.advisory(id)
        if found is None or (dot and kind != "json"):
            raise _gone()
        if dot:
            body = fill.advisory_json(found, site.base_url, now, look.advisories(found.country))
            return reply(request, msgspec.json.encode(body), JSON, vary="")
        after = fill.stands_now(look, found, now)
        if after.id != id:
            return Redirect(f"/advisories/{after.id}", status_code=302)
        view = fill.advisory_page(look, found, site.shell(now, exercise=found.exercise), _)
    return drawn(request, site, view)


@get("/statements", sync_to_thread=True)
def statements(request: Asked, site: Site) -> Response[bytes]:
    """Show all statements."""
    with site.door.look() as look:
        view = fill.statements_page(look, site.shell(site.clock.now()))
    return drawn(request, site, view)


@get("/statements/{name:str}", sync_to_thread=True)
def statement(request: Asked, site: Site, name: FromPath[str]) -> Response[bytes]:
    """Show a statement in its latest edition, and who joined it; or return it for programs."""
    id, dot, kind = name.partition(".")
    with site.door.look() as look:
        found = look.statement(id)
        if found is None or (dot and kind != "json"):
            raise _gone()
        if dot:
            body = msgspec.json.encode(fill.statement_json(found, site.base_url))
            return reply(request, body, JSON, found.changed_at, now=site.clock.now(), vary="")
    return _statement(request, site, id, 0)


@get("/statements/{id:str}/{edition:int}", sync_to_thread=True)
def edition(request: Asked, site: Site, id: FromPath[str], edition: FromPath[int]) -> Response[bytes]:
    """Show a statement as one of its editions read."""
    return _statement(request, site, id, edition)


def _statement(request: Asked, site: PublicSite, id: str, edition: int) -> Response[bytes]:
    with site.door.look() as look:
        found = look.statement(id)
        shell = site.shell(site.clock.now(), exercise=found.exercise if found else False)
        view = fill.statement_page(look, found, shell, edition) if found is not None else None
    if view is None:
        raise _gone()
    return drawn(request, site, view)


# ---- feeds


@get("/feeds/atom.xml", sync_to_thread=True)
def atom_feed(request: Asked, site: Site) -> Response[bytes]:
    """Return everything public as Atom."""
    now = site.clock.now()
    with site.door.look() as look:
        feed = feeds.everything(look, site.base_url, site.organisation, now, site.language("en"))
    return reply(request, feed.body, feeds.ATOM_MEDIA_TYPE, feed.changed_at, now=now)


@get("/feeds/advisories.xml", sync_to_thread=True)
def levels_feed(request: Asked, site: Site) -> Response[bytes]:
    """Return every change of a level as Atom."""
    now = site.clock.now()
    with site.door.look() as look:
        feed = feeds.levels(look, site.base_url, site.organisation, now, site.language("en"))
    return reply(request, feed.body, feeds.ATOM_MEDIA_TYPE, feed.changed_at, now=now)


@get("/feeds/statements.xml", sync_to_thread=True)
def statements_feed(request: Asked, site: Site) -> Response[bytes]:
    """Return all statements as Atom."""
    now = site.clock.now()
    with site.door.look() as look:
        feed = feeds.statements(look, site.base_url, site.organisation, site.language("en"))
    return reply(request, feed.body, feeds.ATOM_MEDIA_TYPE, feed.changed_at, now=now)


@get("/feeds/rss.xml", sync_to_thread=True)
def rss_feed(request: Asked, site: Site) -> Response[bytes]:
    """Return everything public as RSS."""
    now = site.clock.now()
    with site.door.look() as look:
        feed = feeds.everything_as_rss(look, site.base_url, site.organisation, now, site.language("en"))
    return reply(request, feed.body, feeds.RSS_MEDIA_TYPE, feed.changed_at, now=now)


@get("/feeds/alerts.geojson", sync_to_thread=True)
def geojson_feed(request: Asked, site: Site) -> Response[bytes]:
    """Return the alerts in force, or ended lately, as GeoJSON."""
    with site.door.look() as look:
        feed = feeds.geojson(look, site.base_url, site.clock.now(), site.language("en"))
    return reply(request, feed.body, feeds.GEOJSON_MEDIA_TYPE)


@get("/feeds/cap.xml", sync_to_thread=True)
def cap_feed(request: Asked, site: Site) -> Response[bytes]:
    """Return the index of CAP messages."""
    now = site.clock.now()
    with site.door.look() as look:
        feed = feeds.cap_index(look, site.base_url, site.organisation, now, site.language("en"))
    # By date alone nobody would notice that an alert has dropped out after its 30 days; by its ETag they do.
    return reply(request, feed.body, feeds.ATOM_MEDIA_TYPE)


@get("/robots.txt", sync_to_thread=False)
def robots(request: Asked) -> Response[bytes]:
    """Ask search engines to keep out of what is not for them."""
    return reply(request, b"User-agent: *\nDisallow: /desk\nDisallow: /a/\n", "text/plain")
