"""What a draft comes to: its flaws, what each channel carries of it, the CAP message, and how a CAP reader shows that."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.words import Words
from tocsin.cap import read, write_ours
from tocsin.cap.model import Alert as Message
from tocsin.cap.model import Info
from tocsin.flow.warning.alert_draft import flaws_of
from tocsin.flow.warning.public_words import for_public
from tocsin.flow.warning.warn import imprint_of
from tocsin.lexicon import actor_words
from tocsin.lexicon.readability import readability
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.alert.message import message_of
from tocsin.warning.alert.state import Alert
from tocsin.warning.alert.writing.facts import Contents, Piece, PieceState
from tocsin.warning.alert.writing.rules import as_alert
from tocsin.warning.alert.writing.state import AlertDraft, read_as, words_of
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.public_words import public_words
from tocsin.web.desk.guards import DeskSite
from tocsin.web.desk.page_preview import page_heard
from tocsin.web.desk.previews import preview
from tocsin.web.desk.views.alerts import ActorWordView, LookView, PieceView
from tocsin.web.publishing import public_site
from tocsin.web.wiring import Installation

ADVISED = {"headline": 140, "event": 35}
"""How long a text should be at most: Google Public Alerts (headline), the WMO's practice (event)."""

FIELDS = ("headline", "event", "description", "instruction", "contact")


def look_at(
    desk: DeskSite, look: Look, door: Door, draft: AlertDraft, names: Names, zone: str, now: datetime, _: Words
) -> LookView:
    """Return what a draft comes to now, for this reader."""
    site = desk.site
    alert = as_alert(draft, now)
    message = _message(site, look, draft, now)
    return LookView(
        flaws=flaws_of(site.house, look, draft, now),
        pieces=tuple(_piece(desk, draft, one, names, zone, now) for one in draft.contents.pieces),
        words=tuple(used_words(draft.contents)),
        strict=public_words(door, lambda look: for_public(look, draft), names, _),
        cap=write_ours(message).decode() if message is not None else "",
        shown=tuple(_shown(message)) if message is not None and alert.wordings else (),
    )


def _message(site: Installation, look: Look, draft: AlertDraft, now: datetime) -> Message | None:
    """Return the message as a reader takes it from its bytes; None where it could not be written."""
    alert, follows = as_alert(draft, now), look.find(Alert, draft.contents.follows)
    try:
        return read(write_ours(message_of(alert, follows, imprint_of(site.house, draft.id), now)))
    except (Refused, ValueError):
        return None


def _piece(desk: DeskSite, draft: AlertDraft, piece: Piece, names: Names, zone: str, now: datetime) -> PieceView:
    if not piece.headline.strip():
        return piece_view(piece, names)
    alert, house = as_alert(draft, now), desk.site.house
    made = preview(desk.site, alert, piece.language, zone, now)
    open_ = public_site(desk.site, desk.pages, zone=desk.zone)
    page = page_heard(open_, alert, imprint_of(house, draft.id).identifier, piece.language, now)
    return replace(piece_view(piece, names), preview=replace(made, page=page))


def piece_view(piece: Piece, names: Names) -> PieceView:
    """Return the words in one language, measured."""
    return PieceView(
        language=piece.language,
        headline=piece.headline,
        event=piece.event,
        description=piece.description,
        instruction=piece.instruction,
        contact=piece.contact,
        state=piece.state,
        read=read_as(piece),
        checked_by=names.say(piece.checked_by) if piece.checked_by and piece.state is PieceState.CHECKED else "",
        checked_at=piece.checked_at,
        lengths=tuple((name, len(getattr(piece, name)), ADVISED.get(name, 0)) for name in FIELDS),
        readability=readability(f"{piece.description}\n{piece.instruction}", piece.language),
    )


def used_words(contents: Contents) -> Iterator[ActorWordView]:
    """Yield the actor words that a draft uses."""
    found: dict[str, list[tuple[str, str]]] = {}
    for piece in contents.pieces:
        for text in words_of(piece):
            for one in actor_words.used(text, piece.language):
                found.setdefault(one.word.name, []).append((one.written, piece.language))
    for name, written in found.items():
        word = actor_words.word_named(name)
        if word is not None:
            yield ActorWordView(
                name=name,
                use=word.use,
                implies=word.implies,
                when=word.when,
                excludes=word.excludes,
                written=tuple(dict.fromkeys(written)),
                ground=contents.grounds.get(name, ""),
            )


def _shown(message: Message) -> Iterator[tuple[str, str]]:
    """Yield what a CAP reader shows, by the names of the standard: of the message, and of each language."""
    yield "sender", message.sender or ""
    yield "status", str(message.status)
    yield "msgType", str(message.msg_type)
    for info in message.infos:
        yield from ((f"{name} ({info.language})", value) for name, value in _of(info) if value)


def _of(info: Info) -> Sequence[tuple[str, str]]:
    areas = "; ".join(
        f"{area.area_desc}: {len(area.polygons)} polygon(s), {len(area.circles)} circle(s)"
        + "".join(f", {name} {code}" for name, code in area.geocodes)
        for area in info.areas
    )
    return (
        ("event", info.event or ""),
        ("headline", info.headline or ""),
        ("instruction", info.instruction or ""),
        ("description", info.description or ""),
        ("urgency, severity, certainty", f"{info.urgency}, {info.severity}, {info.certainty}"),
        ("effective, onset, expires", f"{info.effective or '–'}, {info.onset or '–'}, {info.expires or '–'}"),
        ("web", info.web or ""),
        ("area", areas),
    )
