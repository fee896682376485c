"""The public site: pages and feeds, read through the public door alone. The record's own are in record.py.

What stands under an address is a function of what is public, of the language, and of nothing else: the same bytes whether
they are asked for here or lie as a file on somebody's server (files.py). No page says how long ago something was.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import SkipValidation
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler, Scope

from tocsin.basis.moment import Clock
from tocsin.basis.words import Language, best_spoken
from tocsin.record import Policy
from tocsin.store.public import PublicDoor, PublicLook
from tocsin.warning.alert.state import wording_for
from tocsin.web.pieces import View
from tocsin.web.public import feeds, fill, listed
from tocsin.web.public.reply import FOR_EVER, HTML, JSON, Asked, Made, languages_of, prefix_of, reply
from tocsin.web.public.standing import Standing, find, stands
from tocsin.web.public.turns import last_of_others, last_turn, next_of_others, next_turn
from tocsin.web.public.views import PublicShell


@dataclass(frozen=True)
class PublicSite:
    """What the public site is made of.

    render: draws a view in a language; it is handed in, for it knows the views of the desk too. published: returns a
    published file of the record by its name, or None. policy: returns by whose signatures the record may be judged.
    certificates: of the keys that sign our CAP messages, in PEM. emergency: the number to call in danger. languages: of the pages, each with an address of its own. version: another
    number each time something public of ours has changed. others_version: the same of others' alerts.
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
    certificates: bytes = b""
    emergency: str = ""
    languages: tuple[str, ...] = ("en",)
    version: Callable[[], int] = field(default=lambda: 0)
    others_version: Callable[[], int] = field(default=lambda: 0)

    def next_turn(self, now: datetime) -> datetime | None:
        """Return when something public will change by the clock alone."""
        with self.door.look() as look:
            return min(filter(None, (next_turn(look, now), next_of_others(look, now))), default=None)

    def any_version(self) -> int:
        """Return another number each time something public has changed, ours or others'."""
        return self.version() + self.others_version()

    def shell(self, now: datetime, ask: "Ask", *, as_of: datetime | None = None, exercise: bool = False) -> PublicShell:
        """Return the frame of a page. as_of: when what it lists last changed. exercise: of the thing shown, besides the site's."""
        return PublicShell(
            exercise=self.exercise or exercise,
            organisation=self.organisation,
            now=now,
            zone=self.zone,
            emergency_number=self.emergency,
            path=ask.path,
            prefix=ask.prefix,
            languages=tuple((tag, fill.LANGUAGES.get(tag, tag)) for tag in self.languages),
            as_of=as_of,
            base_url=self.base_url,
        )


class Ask(msgspec.Struct, frozen=True):
    """What is asked for. languages: the best first. prefix: the language that stands in the address, or nothing."""

    path: str
    languages: tuple[str, ...] = ("en",)
    prefix: str = ""


SITE = "tocsin.public"
"""Under which a request carries the public site that it came to."""
Site = NamedDependency[SkipValidation[PublicSite]]
Maker = Callable[[PublicSite, PublicLook, Ask, datetime], Made | None]


def make(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made | None:
    """Make what stands under an address, or return None where nothing does."""
    if ask.prefix not in ("", *site.languages) and not ask.path.startswith("/alerts/"):
        return None
    if (maker := AT.get(ask.path)) is not None:
        return maker(site, look, ask, now)
    head, _, rest = ask.path.removeprefix("/").partition("/")
    if head not in BELOW or not rest:
        return None
    return BELOW[head](site, look, msgspec.structs.replace(ask, path=rest), now)


def site_of(scope: Scope) -> PublicSite:
    """Return the public site that a request carries."""
    carrying: Any = scope
    found: PublicSite = carrying[SITE]
    return found


def _answer(request: Asked, site: PublicSite) -> Response[bytes] | Redirect:
    now = site.clock.now()
    ask = ask_of(request)
    with site.door.look() as look:
        made = make(site, look, ask, now)
    if made is None:
        raise NotFoundException
    return reply(request, made, now=now)


def ask_of(request: Asked) -> Ask:
    """Return what is asked for; a slash more at the end asks for the same."""
    return Ask(request.url.path.rstrip("/") or "/", tuple(languages_of(request)), prefix_of(request))


def drawn(site: PublicSite, view: View, ask: Ask) -> Made:
    """Return a page in the first of the reader's languages that there is."""
    spoken = best_spoken(site.language, ask.languages)
    return Made(site.render(view, spoken).encode(), HTML, vary="" if ask.prefix else "Accept-Language")


# ---- pages


def _home(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made:
    """Show what is in force, what ended without an all-clear, standing advice, statements."""
    _ = site.language(best_spoken(site.language, ask.languages))
    turns = (last_turn(look, now), last_of_others(look, now))
    shell = site.shell(now, ask, as_of=max(filter(None, turns), default=None))
    return drawn(site, fill.home(look, shell, ask.languages, _), ask)


def _alert(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made | None:
    """Show one alert: as a page, as the exact CAP messages that told of it, or for programs."""
    if number := listed.number_of(ask.path):
        return _alerts_part(site, look, msgspec.structs.replace(ask, path=f"/alerts/{ask.path}"), now, number)
    id, dot, kind = ask.path.partition(".")
    one = find(look, id, now)
    if one is None or not (ask.prefix in ("", *site.languages) or fill.is_written_in(one.alert, ask.prefix)):
        return None
    message = dict(fill.messages_of(one.alert)).get(f"/alerts/{ask.path}")
    if message is not None:
        return Made(message.cap.encode(), feeds.CAP_MEDIA_TYPE, message.at, cache=FOR_EVER)
    if kind == "json":
        body = msgspec.json.encode(fill.alert_json(one, site.base_url, site.language("en")))
        return Made(body, JSON, one.changed_at)
    if dot:
        return None
    return alert_page(site, look, one, ask, now)


def alert_page(site: PublicSite, look: PublicLook, one: Standing, ask: Ask, now: datetime) -> Made:
    """Draw the page of an alert."""
    # Where the reader has named no language, or none of ours, the page speaks that of the alert.
    spoken = ask.prefix or wording_for(one.alert, ask.languages).language
    here = msgspec.structs.replace(ask, path=f"/alerts/{one.alert.id}", languages=(spoken,))
    shell = site.shell(now, here, exercise=one.alert.exercise)
    return drawn(site, fill.alert_page(look, one, shell, ask.languages, site.language(spoken)), here)


def _alerts(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made | None:
    """Show the latest of all alerts, in force or not."""
    return _alerts_part(site, look, ask, now)


def _alerts_part(site: PublicSite, look: PublicLook, ask: Ask, now: datetime, number: int = 0) -> Made | None:
    if ask.prefix not in ("", *site.languages):
        return None
    # When anything else last changed is no matter of an older page: it is the same until an alert on it stands otherwise.
    shell = site.shell(now, ask, as_of=None if number else last_turn(look, now))
    page = listed.alerts_page(look, stands(look, now), number, shell, ask.languages)
    return None if page is None else drawn(site, page, ask)


def _advisories(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made:
    """Show all standing levels."""
    _ = site.language(best_spoken(site.language, ask.languages))
    return drawn(site, fill.advisories_page(look, site.shell(now, ask, as_of=last_turn(look, now)), _), ask)


def _advisories_data(site: PublicSite, look: PublicLook, _ask: Ask, now: datetime) -> Made:
    """Return all standing levels for programs."""
    return Made(msgspec.json.encode(fill.advisories_json(look, site.base_url, now)), JSON)


def _advisory(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made | None:
    """Show an advisory, or return it for programs.

    The address of an earlier one leads to the one that holds now: no old level is shown as ours. For programs it stays, and
    says that it was replaced.
    """
    id, dot, kind = ask.path.partition(".")
    found = look.advisory(id)
    if found is None or (dot and kind != "json"):
        return None
    if dot:
        return Made(
            msgspec.json.encode(fill.advisory_json(found, site.base_url, now, look.advisories(found.country))), JSON
        )
    here = msgspec.structs.replace(ask, path=f"/advisories/{id}")
    shell = site.shell(now, here, exercise=found.exercise)
    after = fill.stands_now(look, found, now)
    if after.id != id:
        return Made(b"", HTML, to=shell.to(f"/advisories/{after.id}"))
    _ = site.language(best_spoken(site.language, ask.languages))
    return drawn(site, fill.advisory_page(look, found, shell, _), here)


def _statements(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made | None:
    """Show the latest statements."""
    return _statements_part(site, look, ask, now)


def _statements_part(site: PublicSite, look: PublicLook, ask: Ask, now: datetime, number: int = 0) -> Made | None:
    shell = site.shell(now, ask, as_of=None if number else last_turn(look, now))
    page = listed.statements_page(look, number, shell)
    return None if page is None else drawn(site, page, ask)


def _statement(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made | None:
    """Show a statement in its latest edition or as an earlier one read, and who joined it; or return it for programs."""
    if part := listed.number_of(ask.path):
        return _statements_part(site, look, msgspec.structs.replace(ask, path=f"/statements/{ask.path}"), now, part)
    name, _, number = ask.path.partition("/")
    id, dot, kind = name.partition(".")
    found = look.statement(id)
    if found is None or (dot and (kind != "json" or number)) or (number and not number.isdecimal()):
        return None
    if dot:
        return Made(msgspec.json.encode(fill.statement_json(found, site.base_url)), JSON, found.changed_at)
    here = msgspec.structs.replace(ask, path=f"/statements/{ask.path}")
    view = fill.statement_page(look, found, site.shell(now, here, exercise=found.exercise), int(number or 0))
    return None if view is None else drawn(site, view, here)


# ---- feeds


def _frame(site: PublicSite, ask: Ask) -> feeds.Frame:
    """Return the frame of a feed: in the language of its address, else in English, with each alert as it was first written."""
    words = site.language(ask.prefix or "en")
    return feeds.Frame(base_url=site.base_url, organisation=site.organisation, words=words, tongue=ask.prefix)


def _atom_feed(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made:
    feed = feeds.everything(look, _frame(site, ask), now)
    return Made(feed.body, feeds.ATOM_MEDIA_TYPE, feed.changed_at)


def _rss_feed(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made:
    feed = feeds.everything_as_rss(look, _frame(site, ask), now)
    return Made(feed.body, feeds.RSS_MEDIA_TYPE, feed.changed_at)


def _levels_feed(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made:
    feed = feeds.levels(look, _frame(site, ask), now)
    return Made(feed.body, feeds.ATOM_MEDIA_TYPE, feed.changed_at)


def _statements_feed(site: PublicSite, look: PublicLook, ask: Ask, _now: datetime) -> Made:
    feed = feeds.statements(look, _frame(site, ask))
    return Made(feed.body, feeds.ATOM_MEDIA_TYPE, feed.changed_at)


def _geojson_feed(site: PublicSite, look: PublicLook, _ask: Ask, now: datetime) -> Made:
    return Made(feeds.geojson(look, site.base_url, now, site.language("en")).body, feeds.GEOJSON_MEDIA_TYPE)


def _cap_feed(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made:
    feed = feeds.cap_index(look, _frame(site, ask), now)
    # By date alone nobody would notice that an alert has dropped out after its 30 days; by its ETag they do.
    return Made(feed.body, feeds.ATOM_MEDIA_TYPE)


def _certificates(site: PublicSite, _look: PublicLook, _ask: Ask, _now: datetime) -> Made | None:
    """Return by which certificates our CAP messages are checked."""
    return Made(site.certificates, PEM_MEDIA_TYPE) if site.certificates else None


PEM_MEDIA_TYPE = "application/pem-certificate-chain"  # RFC 8555, section 9.1

LISTS: Mapping[str, Maker] = {"/": _home, "/alerts": _alerts, "/advisories": _advisories, "/statements": _statements}
"""The pages that name others, each in every language."""

READ_FEEDS: Mapping[str, Maker] = {
    "/feeds/atom.xml": _atom_feed,
    "/feeds/rss.xml": _rss_feed,
    "/feeds/advisories.xml": _levels_feed,
    "/feeds/statements.xml": _statements_feed,
}
"""The feeds that people read, each in every language as well."""

FEEDS: Mapping[str, Maker] = {
    "/advisories.json": _advisories_data,
    **READ_FEEDS,
    "/feeds/alerts.geojson": _geojson_feed,
    "/feeds/cap.xml": _cap_feed,
    "/cap/certificates.pem": _certificates,
}
"""What is for programs, and names pages."""

AT: Mapping[str, Maker] = {**LISTS, **FEEDS}
BELOW: Mapping[str, Maker] = {"alerts": _alert, "advisories": _advisory, "statements": _statement}


def _handler(path: str) -> ControllerRouterHandler:
    """Return what answers at a path, for Litestar: one handler for each, for one for several is wrapped as often."""

    @get(path, sync_to_thread=True)
    def answer(request: Asked, site: Site) -> Response[bytes] | Redirect:
        return _answer(request, site)

    return answer


@get("/robots.txt", sync_to_thread=False)
def robots(request: Asked) -> Response[Any] | Redirect:
    """Ask search engines to keep out of what is not for them."""
    return reply(request, Made(ROBOTS, "text/plain"))


ROBOTS = b"User-agent: *\nDisallow: /desk\nDisallow: /a/\n"

PATHS = (*AT, *(f"/{head}/{{name:str}}" for head in BELOW), "/statements/{name:str}/{number:int}")
HANDLERS: Sequence[ControllerRouterHandler] = (*map(_handler, PATHS), robots)
