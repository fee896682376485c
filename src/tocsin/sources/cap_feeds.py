"""Reads what a feed of alerts lists: Atom, a CAP index, RSS 2.0. Messages that stand within it are cap/envelope's to find.

A CAP index is an Atom feed whose entries repeat some words of each alert; what counts is the alert that each links to.

Source: RFC 4287; RSS 2.0; OASIS CAP 1.2; the index of the US National Weather Service.
"""

from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import msgspec
from lxml import etree

from tocsin.basis.errors import Refused
from tocsin.cap.elements import NAMESPACES
from tocsin.cap.xml import LARGE, StopError, root_of, stop_if_deep

MOST_LINKS = 5_000
LONGEST = 2_000  # characters of an address
_ATOM = "{http://www.w3.org/2005/Atom}"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_CAP = "application/cap+xml"
_ALERTS = [f"{{{namespace}}}alert" for namespace in NAMESPACES]
_FEEDS = frozenset({f"{_ATOM}feed", f"{_ATOM}entry", "rss"})


class Listed(msgspec.Struct, frozen=True):
    """One alert that a feed links to. stamp: what changes in the feed when the alert does."""

    address: str
    stamp: str


def links(raw: bytes, address: str) -> tuple[Listed, ...]:
    """Return what a feed links to, each once; nothing where it is no feed but an alert, or a list of them.

    address: of the feed itself, from which relative ones start.

    Raises:
        Refused: it is no XML that may be read, or lists too much.
    """
    try:
        root = root_of(raw, LARGE)
        stop_if_deep(root)
    except StopError as stop:
        raise Refused(f"It is no feed: {stop.problem.message}.") from stop
    if root.tag not in _FEEDS:
        return ()
    found: dict[str, Listed] = {}
    for one in _atom(root, address) if root.tag != "rss" else _rss(root, address):
        found.setdefault(one.address, one)
        if len(found) > MOST_LINKS:
            raise Refused(f"It links to more than {MOST_LINKS:,} alerts, which is the most.")
    return tuple(found.values())


def _atom(root: etree._Element, address: str) -> Iterator[Listed]:
    entries = [root] if root.tag == f"{_ATOM}entry" else root.findall(f"{_ATOM}entry")
    base = _joined(address, root.get(_BASE, "")) or address
    for entry in entries:
        if _holds_alert(entry):
            continue
        here = _joined(base, entry.get(_BASE, "")) or base
        if link := _joined(here, _of_entry(entry)):
            yield Listed(link, _text(entry, f"{_ATOM}updated"))


def _of_entry(entry: etree._Element) -> str:
    """Return what an entry links to: the alert as CAP, if it says so; else the page that stands for it, or its id."""
    offered = entry.findall(f"{_ATOM}link")
    content = entry.find(f"{_ATOM}content")
    if content is not None and content.get("src") and content.get("type", "") == _CAP:
        return content.get("src", "")
    for link in offered:
        if link.get("type", "").partition(";")[0].strip().lower() == _CAP:
            return link.get("href", "")
    for link in offered:
        if link.get("rel", "alternate") == "alternate":
            return link.get("href", "")
    id = _text(entry, f"{_ATOM}id")
    return id if id.startswith(("http://", "https://")) else ""


def _rss(root: etree._Element, address: str) -> Iterator[Listed]:
    for item in root.iterfind("channel/item"):
        if _holds_alert(item):
            continue
        guid, enclosed = item.find("guid"), item.findall("enclosure")
        caps = [one.get("url", "") for one in enclosed if one.get("type", "").strip().lower() == _CAP]
        permanent = guid is not None and guid.get("isPermaLink", "true").strip().lower() == "true"
        said = (caps[0] if caps else "") or _text(item, "link") or (_text(item, "guid") if permanent else "")
        if link := _joined(address, said):
            yield Listed(link, _text(item, "pubDate") or _text(item, f"{_ATOM}updated"))


def _holds_alert(entry: etree._Element) -> bool:
    return next(entry.iter(*_ALERTS), None) is not None


def _text(element: etree._Element, name: str) -> str:
    return " ".join((element.findtext(name) or "").split())[:LONGEST]


def _joined(base: str, link: str) -> str:
    """Return a whole web address without its fragment; nothing where it is none."""
    try:
        there = urldefrag(urljoin(base, link.strip())).url if link.strip() else ""
        is_web = urlsplit(there).scheme in ("http", "https") and bool(urlsplit(there).hostname)
    except ValueError:
        return ""
    return there if is_web and len(there) <= LONGEST and there.isascii() and there.isprintable() else ""
