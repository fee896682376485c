"""A form that was refused, shown once more with what was typed, and beside it what stands there now.

Whatever the desk refuses comes by here on its way out. The page is drawn anew for the one who asked, by its own handler and in
their session; nothing of what they typed is kept.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from msgspec.structs import replace

from tocsin.store.door import Door
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.guards import NOBODY, TYPED, TYPED_BEFORE, DeskSite, wanted
from tocsin.web.desk.refill import Refilled, is_written, refilled
from tocsin.web.desk.sign_in import SignedIn
from tocsin.web.desk.signed_out import sent_by_nobody
from tocsin.web.desk.views.again import FormAgain

REFUSED = "tocsin.refused"
"""Under which a request carries what was refused of it."""

_CASE = r"(/desk/cases/[^/]+"
STANDS_ON = tuple(
    (re.compile(address), page)
    for address, page in (
        (r"(/desk/incidents/[^/]+/anew)", r"\1"),
        (_CASE + r")/acts/describe", r"\1/about"),
        (_CASE + r")/acts/estimate", r"\1/estimate"),
        (_CASE + r")/acts/[^/]+", r"\1/work"),
        (_CASE + r"/(?:duties|hypotheses/[^/]+))/[^/]+", r"\1"),
        (_CASE + r"/duties)", r"\1"),
        (r"(/desk/notices)/new", r"\1"),
        (r"(/desk/(?:alerts|notices|templates)/[^/]+)(?:/look)?", r"\1/edit"),
        (r"(/desk/(?:statements|advisories)/drafts/[^/]+)/.+", r"\1"),
        (r"(/desk/advisories/[^/]+)/withdrawal", r"\1"),
        (r"(/desk/warnings/[^/]+)/(?:approval|issue)", r"\1/audience"),
        (r"(/desk/headcounts/[^/]+/sheets/[^/]+/results)", r"\1"),
        (r"(/desk/duties)/policy", r"\1"),
        (r"(/desk/replies)/[^/]+", r"\1"),
        (
            r"(/desk/(?:alerts|duties|headcounts|incidents|notices|rotas|statements|templates|warnings|watches)/[^/]+)/.+",
            r"\1",
        ),
        (r"(/desk/(?:advisories|cases|incidents|notices|statements))", r"\1/new"),
        (r"(/desk/(?:alerts|(?:policies|rotas)/[^/]+))", r"\1"),
    )
)
"""On which page the form stands that is sent to an address. Of what is not here the refusal alone is shown."""

_INCIDENT, _TICKED = re.compile(r"/desk/incidents/[^/]+(?:/anew)?"), re.compile(r"report_([A-Za-z0-9_-]{1,64})")
CARRIED = ((_INCIDENT, "report", _TICKED),)
"""Pages that show what was ticked in their form only where they are asked for it: under which name, and by which fields."""

ASKED_FOR = {"/desk/notices/new": ("case", "duty")}
"""Pages that show a form only where they are asked for it by what it says itself: by which of its fields."""

_MAIN = re.compile(r"<main[^>]*>")
_SECTION = re.compile(r'<section id="refused".*?</section>', re.DOTALL)


class Turned(msgspec.Struct, frozen=True):
    """What was refused: in which words, and whether because something has changed since."""

    sentence: str
    stale: bool


class _Held:
    """A reply that is held back."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return next((one["status"] for one in self.messages if one["type"] == "http.response.start"), 500)

    @property
    def leads_to(self) -> str:
        """Return the page of ours that it sends its reader to."""
        headers = (one.get("headers", ()) for one in self.messages if one["type"] == "http.response.start")
        found = next((value.decode() for one in headers for name, value in one if name.lower() == b"location"), "")
        return wanted(found.partition("#")[0])

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.messages if one["type"] == "http.response.body")


async def answered(inner: ASGIApp, desk: DeskSite, scope: Scope, receive: Receive, send: Send) -> None:
    """Have a form answered; what is refused comes back with the form, as it was typed."""
    anew: Any = dict(scope)
    carrying: Any = scope
    held = _Held()

    async def sent(message: Message) -> None:
        await (held.take(message) if REFUSED in carrying or NOBODY in carrying else send(message))

    await inner(scope, receive, sent)
    if not held.messages:
        return
    made, status = None, held.status
    if NOBODY in carrying:
        made, status = await sent_by_nobody(desk, scope, receive), 401
    elif TYPED in carrying:
        drawn = await _drawn(inner, anew, carrying[TYPED])
        if drawn is not None:
            made = await asyncio.to_thread(_again, desk, carrying["user"], carrying["path"], carrying, drawn)
    if made is None:
        for message in held.messages:
            await send(message)
        return
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(made)).encode())]
    await send(
        {"type": "http.response.start", "status": status, "headers": [*headers, (b"cache-control", b"no-store")]}
    )
    await send({"type": "http.response.body", "body": made, "more_body": False})


async def _drawn(inner: ASGIApp, scope: Any, typed: Mapping[str, str]) -> str | None:
    """Return the page on which a form stands, drawn anew for the one who sent it.

    Empty: there is no such page for them any more. None: they are to be shown nothing now.
    """
    found = ((pattern.fullmatch(scope["path"]), page) for pattern, page in STANDS_ON)
    path = next((match.expand(page) for match, page in found if match), "")
    if not path:
        return ""
    scope = {**scope, TYPED_BEFORE: (scope["path"], typed)}
    reply = await _asked_for(inner, scope, path, _carried(path, typed))
    if reply.status == 303:  # a duty stands on the page of its case, a level on that of its country
        reply = await _asked_for(inner, scope, reply.leads_to)
    if reply.status == 404:
        return ""
    return reply.body.decode() if reply.status == 200 else None


def _carried(path: str, typed: Mapping[str, str]) -> bytes:
    """Return the question with which a page is asked for what was ticked in its form."""
    found = [(name, field) for pattern, name, field in CARRIED if pattern.fullmatch(path)]
    ticked = [(name, match[1]) for name, field in found for one in typed if (match := field.fullmatch(one))]
    known = [(name, typed[name]) for name in ASKED_FOR.get(path, ()) if typed.get(name)]
    return urlencode([*ticked, *known]).encode()


async def _asked_for(inner: ASGIApp, scope: Any, path: str, query: bytes = b"") -> _Held:
    known = (b"cookie", b"host", b"accept-language")
    headers = [(name, value) for name, value in scope["headers"] if name.lower() in known]
    asked: Any = {
        **scope,
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": headers,
        "state": {},
    }
    reply = _Held()

    async def nothing() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    await inner(asked, nothing, reply.take)
    return reply


def _again(desk: DeskSite, known: SignedIn, path: str, carrying: Any, drawn: str) -> bytes | None:
    """Return the page with the form as it was typed; where the form is there no more, what was typed in words, or else the page.

    None: there is nothing of this to show.
    """
    typed: Mapping[str, str] = carrying[TYPED]
    turned: Turned = carrying[REFUSED]
    made = refilled(drawn, path, typed)
    view = FormAgain(exercise=desk.site.exercise, what=turned.sentence, home="/desk", now=desk.site.clock.now())
    if made is None:
        left = tuple((name, value) for name, value in typed.items() if is_written(name, value))
        if turned.stale and drawn:
            view = _whose(desk, known, path, view)
        if left:
            return desk.render(replace(view, left=left), known.language)
        if not drawn:
            return None
        made = Refilled(page=drawn)
    view = replace(view, stands=made.page != drawn, differs=made.differs if turned.stale else (), left=made.left)
    if turned.stale:
        view = _whose(desk, known, path, view)
    section = _SECTION.search(desk.render(view, known.language).decode())
    said = section[0] if section is not None else ""
    return _MAIN.sub(lambda main: main[0] + said, made.page, count=1).encode()


def _whose(desk: DeskSite, known: SignedIn, path: str, view: FormAgain) -> FormAgain:
    """Say who changed it last. Whoever may see its page may know that."""
    with desk.site.store.look() as look:
        door = Door(look, known.reader)
        word = door.last_word(path.split("/")[3]) if path.count("/") > 2 else None
        return replace(view, by=Names(door).say(word[0]), at=word[1]) if word is not None else view
