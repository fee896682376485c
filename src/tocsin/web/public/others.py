"""Others' alerts on the public site: which are in force, each with its chain, and each as it came. Attributed, and never ours."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.languages import nearest
from tocsin.basis.words import Words, best_spoken
from tocsin.cap.model import Alert, Info
from tocsin.cap.read import parse
from tocsin.store.public import PublicLook, PublicOther
from tocsin.warning.theirs import POINT_KM, USED, Left, Why
from tocsin.web.pieces import MapView
from tocsin.web.public import feeds
from tocsin.web.public.others_views import OtherInChain, OtherItem, OtherPage, OthersPage, OtherState
from tocsin.web.public.outlines import areas_of_others, drawn_by_name
from tocsin.web.public.pages import Ask, PublicSite, Site, ask_of, drawn
from tocsin.web.public.reply import IN_ADDRESS, Asked, Made, reply
from tocsin.web.public.turns import last_of_others
from tocsin.web.public.views import PublicShell
from tocsin.web.wording import NOT_DRAWN

A_PAGE = 50
LONGEST = 20_000  # characters of one text; beyond, the message itself is there to be read
MOST_AREAS = 100
MOST_CODES = 20
_NAME = re.compile(r"[0-9a-f]{32}")
_FURTHER = re.compile(r"page-([2-9]|[1-9][0-9]{1,3})")
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


@get("/others", sync_to_thread=True)
def others(request: Asked, site: Site) -> Response[bytes] | Redirect:
    """Show which of others' alerts are in force."""
    now = site.clock.now()
    with site.door.look() as look:
        return _found(request, others_made(site, look, ask_of(request), now), now)


@get("/others/{name:str}", sync_to_thread=True)
def other(request: Asked, site: Site, name: FromPath[str]) -> Response[bytes] | Redirect:
    """Show one of others' alerts; with .cap behind its name, hand it out as it came; or show a further page of the list."""
    now = site.clock.now()
    make = others_made if _FURTHER.fullmatch(name) else other_made
    with site.door.look() as look:
        return _found(request, make(site, look, ask_of(request), now), now)


def _found(request: Asked, made: Made | None, now: datetime) -> Response[bytes] | Redirect:
    if made is None:
        raise NotFoundException
    return reply(request, made, now=now)


HANDLERS = (others, other)


def others_made(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made | None:
    """Make a page of the list; None in a language that the pages do not have, and where the list is not so long."""
    if ask.prefix not in ("", *site.languages):
        return None
    further = _FURTHER.fullmatch(ask.path.removeprefix("/others/"))
    _ = site.language(best_spoken(site.language, ask.languages))
    page = others_page(
        look,
        site.shell(now, ask, as_of=last_of_others(look, now)),
        ask.languages,
        int(further[1]) if further else 1,
        _,
    )
    return drawn(site, page, ask) if page.rows or not further else None


def list_href(number: int) -> str:
    """Return the address of a page of the list, counted from 1."""
    return f"/others/page-{number}" if number > 1 else "/others"


def other_made(site: PublicSite, look: PublicLook, ask: Ask, now: datetime) -> Made | None:
    """Make the page of one, or return it as it came, where .cap stands behind its name; None where there is none."""
    name, dot, kind = ask.path.removeprefix("/others/").partition(".")
    if not _NAME.fullmatch(name) or (dot and kind != "cap") or (found := look.other(name)) is None:
        return None
    one, raw, _ = found
    if dot:  # the bytes of a stranger: to be kept as a file, and opened by no browser
        return Made(raw, feeds.CAP_MEDIA_TYPE, save_as=f"{name}.xml")
    if ask.prefix not in ("", *site.languages, *(gist.language.lower() for gist in one.gists)):
        return None
    page = other_page(*found, site.shell(now, ask), ask.languages)
    areas = areas_of_others(look, [one])
    chart = MapView(title=one.publisher, areas=areas) if areas else None
    _ = site.language(best_spoken(site.language, ask.languages))
    left = drawn_by_name(one.name, raw).left
    small = _("A place without a radius is drawn as a circle of %(km)s km.", km=POINT_KM)
    note = small if any(each.why is Why.POINT for each in left) else ""
    return drawn(site, msgspec.structs.replace(page, map=chart, map_note=note, not_drawn=not_drawn(left, _)), ask)


# ---- filling


def others_page(look: PublicLook, shell: PublicShell, languages: Sequence[str], number: int, _: Words) -> OthersPage:
    """Return which are in force. number: of the page of the list, from 1."""
    skip = (number - 1) * A_PAGE
    count, found = look.others(shell.now, skip=skip, most=A_PAGE)
    areas = areas_of_others(look, found)
    return OthersPage(
        shell=shell,
        count=count,
        rows=tuple(_item(one, languages) for one in found),
        first=skip + 1,
        map=MapView(title=_("Warnings of others"), areas=areas) if areas else None,
        earlier_href=list_href(number - 1) if number > 1 else "",
        later_href=list_href(number + 1) if skip + A_PAGE < count else "",
    )


def _item(one: PublicOther, languages: Sequence[str]) -> OtherItem:
    tags = [gist.language for gist in one.gists]
    gist = one.gists[best(tags, languages)] if one.gists else None
    return OtherItem(
        title=title_of(one, languages),
        href=f"/others/{one.name}",
        area=gist.area if gist else "",
        publisher=one.publisher,
        sent=one.sent,
        ends=min(one.ends, one.over_at) if one.over_at else one.ends,
        written_in=tag_of(gist.language) if gist else "",
        severity=gist.severity if gist else "",
    )


def title_of(one: PublicOther, languages: Sequence[str]) -> str:
    """Return what a message is called: its headline, else its event, else its identifier."""
    if not one.gists:
        return one.identifier
    gist = one.gists[best([gist.language for gist in one.gists], languages)]
    return gist.headline or gist.event or one.identifier


def best(tags: Sequence[str], wanted: Sequence[str]) -> int:
    """Return which of some languages a reader wants most; the first where they want none."""
    return nearest(tags, wanted) or 0


def tag_of(language: str) -> str:
    """Return a language as a page may name it; nothing where it is none."""
    return language if _TAG.fullmatch(language) else ""


def other_page(
    one: PublicOther, raw: bytes, chain: Sequence[PublicOther], shell: PublicShell, languages: Sequence[str]
) -> OtherPage:
    """Return one, the instruction first."""
    alert = parse(raw).alert
    info = _info(alert, languages)
    tags = list(dict.fromkeys(tag for each in (alert.infos if alert else ()) if (tag := tag_of(each.spoken))))
    here = tag_of(info.spoken) if info else ""
    return OtherPage(
        shell=shell,
        title=(info.headline or info.event if info else "") or one.identifier,
        publisher=one.publisher,
        state=state_of(one, shell.now),
        sent=one.sent,
        ends=one.ends,
        sender=one.sender,
        identifier=one.identifier,
        cap_href=f"/others/{one.name}.cap",
        written_in=here,
        severity=info.severity.value if info and info.severity else "",
        sender_name=(info.sender_name or "")[:LONGEST] if info else "",
        instruction=paragraphs(info.instruction if info else None),
        description=paragraphs(info.description if info else None),
        areas=tuple(area.area_desc for area in info.areas[:MOST_AREAS] if area.area_desc) if info else (),
        contact=(info.contact or "")[:LONGEST] if info else "",
        web=_link(info.web) if info else "",
        licence=one.licence,
        other_languages=tuple(
            (tag, f"/{tag.lower()}/others/{one.name}")
            for tag in tags
            if tag != here and IN_ADDRESS.fullmatch(tag.lower())
        )[:40],
        chain=tuple(_in_chain(each, one, shell.now, languages) for each in chain) if len(chain) > 1 else (),
    )


def not_drawn(left: Sequence[Left], _: Words) -> tuple[tuple[str, str], ...]:
    """Say what a map leaves out, each sort once, and of which codes it knows nothing."""
    found: dict[Why, list[str]] = {}
    for one in left:
        if one.why not in USED:
            found.setdefault(one.why, []).append(one.said)
    codes = {why: dict.fromkeys(said) if why is Why.CODE else {} for why, said in found.items()}
    return tuple((_(NOT_DRAWN[why]), ", ".join(list(said)[:MOST_CODES])) for why, said in codes.items())


def _info(alert: Alert | None, languages: Sequence[str]) -> Info | None:
    if alert is None or not alert.infos:
        return None
    return alert.infos[best([info.spoken for info in alert.infos], languages)]


def paragraphs(text: str | None) -> tuple[str, ...]:
    """Return a text by its paragraphs."""
    return tuple(part.strip() for part in re.split(r"\n\s*\n", (text or "")[:LONGEST]) if part.strip())


def _link(web: str | None) -> str:
    """Return an address that one may follow from a page; nothing where it is of another sort, or seems to lead elsewhere."""
    said = web or ""
    # Letters that turn others round or look like them, and a name before the host, hide whose host it is.
    if not said.isprintable() or len(said) > 2_000 or any(sign in said for sign in ' \\"<>'):
        return ""
    try:
        parts = urlsplit(said)
    except ValueError:
        return ""
    is_plain = parts.hostname and parts.netloc.isascii() and "@" not in parts.netloc
    return said if is_plain and parts.scheme in ("http", "https") else ""


def _in_chain(each: PublicOther, this: PublicOther, now: datetime, languages: Sequence[str]) -> OtherInChain:
    return OtherInChain(
        title=title_of(each, languages),
        href=f"/others/{each.name}",
        sent=each.sent,
        state=state_of(each, now),
        this=each.name == this.name,
    )


def state_of(one: PublicOther, now: datetime) -> OtherState:
    """Say how a message stands at a moment."""
    if one.msg_type == "Cancel":
        return OtherState.CANCEL
    if one.over_at is not None and one.over_at <= now:
        return OtherState.OVER
    if not one.warns:
        return OtherState.WORD
    if now < one.begins:
        return OtherState.NOT_YET
    return OtherState.IN_FORCE if one.in_force(now) else OtherState.EXPIRED
