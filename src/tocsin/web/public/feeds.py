"""The feeds: everything public as Atom and RSS, the index of CAP messages, alerts as GeoJSON. The same state gives the same bytes.

Source: RFC 4287 (Atom); RSS 2.0.11 (RSS Advisory Board); RFC 7946 (GeoJSON); OASIS CAP 1.2, section 3.3 (media type application/cap+xml).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
from lxml import etree

from tocsin.basis.moment import rfc3339
from tocsin.basis.words import Words
from tocsin.places.geojson import multi_polygon
from tocsin.store.public import PublicLook
from tocsin.warning.advisory.place import of_country, what_holds
from tocsin.warning.advisory.risk import INDICATORS
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import wording_for
from tocsin.warning.retraction import wording_in
from tocsin.warning.statement.state import Statement
from tocsin.web.public.fill import alert_json, latest_href, messages_of, place_name
from tocsin.web.public.standing import Standing, sentence, standings, stands
from tocsin.web.shown import area_views
from tocsin.web.wording import ADVISORY_LEVELS

ATOM = "http://www.w3.org/2005/Atom"
NAMES: Any = {None: ATOM}  # Atom needs no prefix; the stubs know only prefixes that are text
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
CAP_MEDIA_TYPE = "application/cap+xml"
RSS_MEDIA_TYPE = "application/rss+xml; charset=utf-8"
GEOJSON_MEDIA_TYPE = "application/geo+json"
ATOM_MEDIA_TYPE = "application/atom+xml; charset=utf-8"

MOST = 100  # entries that hold no more; older ones are on the site
STAYS = timedelta(days=30)  # how long an ended alert stays in the index
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a feed without entries last changed

# XML 1.0, section 2.2: what no document may hold, however it is escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. links: relation, media type, address. holds: an alert that is in force, or will be."""

    id: str
    title: str
    language: str
    published: datetime
    updated: datetime
    summary: str
    content: str
    category: str
    links: tuple[tuple[str, str, str], ...]
    holds: bool = False


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as it goes out, and when anything in it last changed."""

    body: bytes
    changed_at: datetime


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """In whose name a feed is, where, and in which language.

    words: say our own sentences. tongue: the language in its address, in which an alert is told where it has it; nothing: each
    alert as it was first written.
    """

    base_url: str
    organisation: str
    words: Words
    tongue: str = ""

    @property
    def site(self) -> str:
        """Return what stands before the address of a page in this language."""
        return f"{self.base_url}/{self.tongue}" if self.tongue else self.base_url


def everything(look: PublicLook, frame: Frame, now: datetime) -> Feed:
    """Return alerts, advisories and statements as one Atom feed, what changed last first."""
    _ = frame.words
    title = _("Warnings of %(organisation)s", organisation=frame.organisation)
    return _feed("atom", title, frame, _everything(look, frame, now))


def everything_as_rss(look: PublicLook, frame: Frame, now: datetime) -> Feed:
    """Return the same as RSS 2.0, for readers that know nothing else."""
    _ = frame.words
    title = _("Warnings of %(organisation)s", organisation=frame.organisation)
    return _rss("rss", title, frame, _everything(look, frame, now))


def geojson(look: PublicLook, base_url: str, now: datetime, _: Words) -> Feed:
    """Return the alerts in force or to come, or ended in the last 30 days, as GeoJSON; how each stands is in its properties.

    Source: RFC 7946. What no map can show of an area stands in the properties, as the alert's own file has it.
    """
    wanted = _recent(look, now)
    features = [
        {
            "type": "Feature",
            "id": f"{base_url}/alerts/{one.alert.id}",
            "geometry": multi_polygon([ring for area in area_views(one.alert.areas, "") for ring in area.rings]),
            "properties": {"in_force": one.in_force, **alert_json(one, base_url, _)},
        }
        for one in wanted
    ]
    changed = max((one.changed_at for one in wanted), default=NEVER)
    return Feed(body=msgspec.json.encode({"type": "FeatureCollection", "features": features}), changed_at=changed)


def _recent(look: PublicLook, now: datetime) -> Sequence[Standing]:
    """Return every alert in force or to come, and the latest of those that ended in the last 30 days."""
    every = stands(look, now)
    ended = [one for one in every if not one.still_stands and now - one.changed_at <= STAYS]
    kept = {one.id for one in sorted(ended, key=lambda one: one.changed_at, reverse=True)[:MOST]}
    return standings(look, (one for one in every if one.still_stands or one.id in kept))


def _everything(look: PublicLook, frame: Frame, now: datetime) -> list[Entry]:
    # Of the alerts, no more can be among the latest of everything; the words of the others need not be read.
    every = sorted(stands(look, now), key=lambda one: (one.changed_at, f"{frame.site}/alerts/{one.id}"), reverse=True)
    wanted = (one for place, one in enumerate(every) if place < MOST or one.still_stands)
    entries = [_alert(one, frame) for one in standings(look, wanted)]
    entries += _levels(look, frame, now)
    entries += [_statement(one, frame) for one in look.statements()]
    entries.sort(key=lambda entry: (entry.updated, entry.id), reverse=True)
    # Whatever still holds is among them, however much has changed since.
    return [one for place, one in enumerate(entries) if place < MOST or one.holds]


def _levels(look: PublicLook, frame: Frame, now: datetime) -> list[Entry]:
    held = look.levels(now)
    ids = {one.id for one in held}
    return [
        _advisory(
            one,
            frame,
            overdue=one.id in ids and one.review_at <= now,
            country=of_country(held, one) if one.retraction is not None else None,
        )
        for one in look.advisories()
    ]


def levels(look: PublicLook, frame: Frame, now: datetime) -> Feed:
    """Return every change of a level as an Atom feed, what changed last first."""
    entries = sorted(_levels(look, frame, now), key=lambda entry: (entry.updated, entry.id), reverse=True)
    _ = frame.words
    title = _("Levels set by %(organisation)s", organisation=frame.organisation)
    return _feed("advisories", title, frame, entries[:MOST])


def statements(look: PublicLook, frame: Frame) -> Feed:
    """Return all statements as an Atom feed, what changed last first."""
    entries = [_statement(one, frame) for one in look.statements()]
    entries.sort(key=lambda entry: (entry.updated, entry.id), reverse=True)
    _ = frame.words
    title = _("Statements of %(organisation)s", organisation=frame.organisation)
    return _feed("statements", title, frame, entries[:MOST])


def cap_index(look: PublicLook, frame: Frame, now: datetime) -> Feed:
    """Return the CAP messages of alerts in force or to come, or ended in the last 30 days."""
    entries = [entry for one in _recent(look, now) for entry in _messages(one, frame)]
    _ = frame.words
    title = _("CAP messages of %(organisation)s", organisation=frame.organisation)
    return _feed("cap", title, frame, entries)


def _messages(one: Standing, frame: Frame) -> Iterator[Entry]:
    """Yield an entry for each CAP message of an alert: a reader that has seen the first must meet what changes or ends it."""
    about = _alert(one, frame)
    for href, message in reversed(messages_of(one.alert)):
        address = f"{frame.base_url}{href}"
        yield msgspec.structs.replace(
            about,
            id=about.id if message.identifier == one.alert.identifier else address,
            published=message.at,
            links=(("alternate", CAP_MEDIA_TYPE, address), ("alternate", "text/html", about.id)),
        )


def _alert(one: Standing, frame: Frame) -> Entry:
    _ = frame.words
    wording = wording_for(one.alert, (frame.tongue,))
    page = f"{frame.site}/alerts/{one.alert.id}"
    headline, advice, content = wording.headline, wording.instruction, f"{wording.instruction}\n\n{wording.description}"
    if one.alert.retraction is not None:
        # What was false is nobody's advice any more: not in a title, a summary or a text.
        headline = _("Taken back, a false alarm: %(headline)s", headline=wording.headline)
        advice = content = wording_in(one.alert.retraction.wordings, (wording.language,)).words
    return Entry(
        id=page,
        title=_titled(headline, _, exercise=one.alert.exercise),
        language=wording.language,
        published=one.issued_at,
        updated=one.changed_at,
        summary=f"{_begun(sentence(one, _))}. {advice}",
        content=content,
        category=one.word,
        # The first message says until when it was to hold at first; whoever read that would drop what was extended.
        links=(
            ("alternate", "text/html", page),
            ("alternate", CAP_MEDIA_TYPE, f"{frame.base_url}{latest_href(one.alert)}"),
        ),
        holds=one.still_stands,
    )


def _advisory(one: Advisory, frame: Frame, *, overdue: bool, country: Advisory | None) -> Entry:
    _ = frame.words
    page = f"{frame.site}/advisories/{one.id}"
    reasons = _("Reasons: %(reasons)s", reasons=", ".join(_(INDICATORS[risk.indicator]) for risk in one.because))
    title = _(
        "Level %(level)s for %(country)s: %(advice)s",
        level=one.level,
        country=place_name(one),
        advice=_(ADVISORY_LEVELS[one.level]),
    )
    updated = one.review_at if overdue else one.reviewed_at or one.issued_at
    summary, content = (
        f"{_('Review overdue')}. {reasons}" if overdue else reasons,
        f"{one.advice}\n\n{one.text}".strip(),
    )
    if one.retraction is not None:
        title = _("Withdrawn: our level for %(place)s", place=place_name(one))
        updated, summary = one.retraction.at, what_holds(country, _)
        content = one.retraction.wordings[0].words
    return Entry(
        id=page,
        title=_titled(title, _, exercise=one.exercise),
        language=one.language,
        published=one.issued_at,
        updated=updated,
        summary=summary,
        content=content,
        category="advisory",
        links=(("alternate", "text/html", page),),
    )


def _statement(one: Statement, frame: Frame) -> Entry:
    _ = frame.words
    page = f"{frame.site}/statements/{one.id}"
    return Entry(
        id=page,
        title=_titled(one.title, _, exercise=one.exercise),
        language=one.language,
        published=one.first_published_at,
        updated=one.changed_at,
        summary=one.change or _.ngettext("%(n)s has joined it", "%(n)s have joined it", len(one.joined)),
        content=one.text,
        category="statement",
        links=(("alternate", "text/html", page),),
    )


def _titled(title: str, _: Words, *, exercise: bool) -> str:
    return f"{_('EXERCISE')}: {title}" if exercise else title


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


# ---- writing


def _feed(file: str, title: str, frame: Frame, entries: Iterable[Entry]) -> Feed:
    entries, address = list(entries), f"{frame.site}/feeds/{file}.xml"
    changed = max((entry.updated for entry in entries), default=NEVER)
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap=NAMES)
    if frame.tongue:
        feed.set(XML_LANG, frame.tongue)
    _put(feed, "id", address)
    _put(feed, "title", title)
    _put(feed, "updated", rfc3339(changed))
    _put(feed, "link", rel="self", href=address, type="application/atom+xml")
    _put(feed, "link", rel="alternate", href=f"{frame.site}/", type="text/html")
    _put(_put(feed, "author"), "name", frame.organisation)
    for entry in entries:
        _write(feed, entry)
    body: bytes = etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return Feed(body=body, changed_at=changed)


def _rss(file: str, title: str, frame: Frame, entries: Sequence[Entry]) -> Feed:
    address = f"{frame.site}/feeds/{file}.xml"
    changed = max((entry.updated for entry in entries), default=NEVER)
    rss = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM})
    channel = etree.SubElement(rss, "channel")
    for name, text in (("title", title), ("link", f"{frame.site}/"), ("description", title)):
        _say(channel, name, text)
    if frame.tongue:
        _say(channel, "language", frame.tongue)
    _say(channel, "lastBuildDate", format_datetime(changed))
    etree.SubElement(channel, f"{{{ATOM}}}link", rel="self", href=address, type="application/rss+xml")
    for entry in entries:
        item = etree.SubElement(channel, "item")
        page = next(href for _, kind, href in entry.links if kind == "text/html")
        for name, text in (
            ("title", entry.title),
            ("link", page),
            ("description", f"{entry.summary}\n\n{entry.content}"),
        ):
            _say(item, name, text)
        _say(item, "category", entry.category)
        _say(item, "guid", entry.id, isPermaLink="true" if entry.id == page else "false")
        _say(item, "pubDate", format_datetime(entry.updated))
    body: bytes = etree.tostring(rss, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return Feed(body=body, changed_at=changed)


def _say(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, name, attributes).text = _NOT_XML.sub("", text)


def _write(feed: etree._Element, entry: Entry) -> None:
    node = _put(feed, "entry")
    node.set(XML_LANG, entry.language)
    _put(node, "id", entry.id)
    _put(node, "title", entry.title)
    _put(node, "updated", rfc3339(entry.updated))
    _put(node, "published", rfc3339(entry.published))
    _put(node, "category", term=entry.category)
    for rel, kind, address in entry.links:
        _put(node, "link", rel=rel, type=kind, href=address)
    _put(node, "summary", entry.summary)
    _put(node, "content", entry.content, type="text")


def _put(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        node.text = _NOT_XML.sub("", text)
    return node
