"""Others' alerts on the public site: which are in force, each with its chain, and each as it came. Attributed, and never ours."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tocsin.cap.model import Alert, Info
from tocsin.cap.read import parse
from tocsin.store.public import PublicLook, PublicOther
from tocsin.web.public import feeds
from tocsin.web.public.others_views import OtherInChain, OtherItem, OtherPage, OthersPage, OtherState
from tocsin.web.public.pages import Asked, Site, drawn, languages_of, reply
from tocsin.web.public.views import PublicShell

A_PAGE = 50
LONGEST = 20_000  # characters of one text; beyond, the message itself is there to be read
MOST_AREAS = 100
_NAME = re.compile(r"[0-9a-f]{32}")
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


@get("/others", sync_to_thread=True)
def others(request: Asked, site: Site) -> Response[bytes]:
    """Show which of others' alerts are in force."""
    said = request.query_params.get("from", "")
    skip = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0
    now = site.clock.now()
    with site.door.look() as look:
        view = others_page(look, site.shell(now), languages_of(request), skip)
    return drawn(request, site, view)


@get("/others/{name:str}", sync_to_thread=True)
def other(request: Asked, site: Site, name: FromPath[str]) -> Response[bytes]:
    """Show one of others' alerts; or, with .cap behind its name, hand it out as it came."""
    name, dot, kind = name.partition(".")
    if not _NAME.fullmatch(name) or (dot and kind != "cap"):
        raise NotFoundException
    with site.door.look() as look:
        found = look.other(name)
    if found is None:
        raise NotFoundException
    if dot:
        return _as_it_came(request, name, found[1])
    view = other_page(*found, site.shell(site.clock.now()), languages_of(request))
    return drawn(request, site, view)


def _as_it_came(request: Asked, name: str, raw: bytes) -> Response[bytes]:
    """Return the bytes of a stranger: to be kept as a file, and opened by no browser."""
    response = reply(request, raw, feeds.CAP_MEDIA_TYPE, vary="")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return response


HANDLERS = (others, other)


# ---- filling


def others_page(look: PublicLook, shell: PublicShell, languages: Sequence[str], skip: int) -> OthersPage:
    """Return which are in force."""
    count, found = look.others(shell.now, skip=skip, most=A_PAGE)
    return OthersPage(
        shell=shell,
        count=count,
        rows=tuple(_item(one, languages) for one in found),
        first=skip + 1,
        earlier_href=f"/others?from={max(skip - A_PAGE, 0)}" if skip else "",
        later_href=f"/others?from={skip + A_PAGE}" if skip + A_PAGE < count else "",
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
    mains = [tag.partition("-")[0].lower() for tag in tags]
    for one in wanted:
        if (main := one.partition("-")[0].lower()) in mains:
            return mains.index(main)
    return 0


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
        other_languages=tuple((tag, f"?lang={tag}") for tag in tags if tag != here)[:40],
        chain=tuple(_in_chain(each, one, shell.now, languages) for each in chain) if len(chain) > 1 else (),
    )


def _info(alert: Alert | None, languages: Sequence[str]) -> Info | None:
    if alert is None or not alert.infos:
        return None
    return alert.infos[best([info.spoken for info in alert.infos], languages)]


def paragraphs(text: str | None) -> tuple[str, ...]:
    """Return a text by its paragraphs."""
    return tuple(part.strip() for part in re.split(r"\n\s*\n", (text or "")[:LONGEST]) if part.strip())


def _link(web: str | None) -> str:
    """Return an address that one may follow from a page; nothing where it is another sort of address."""
    try:
        parts = urlsplit(web or "")
    except ValueError:
        return ""
    return web or "" if parts.scheme in ("http", "https") and parts.hostname and len(web or "") <= 2_000 else ""


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
