"""Behind an answer link: GET shows and changes nothing, POST records. A plain ASGI function, for it is the busiest page.

A token is checked before anything else is done for it, and stands in no log, no error and no address but its own.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import structlog
from litestar.types import HTTPScope, Receive, Send

from tocsin.answer.facts import AnswerKind
from tocsin.basis.errors import TocsinError
from tocsin.basis.words import N_, Words
from tocsin.flow.hear import calls_someone
from tocsin.store.intake import Given, Link, links_of
from tocsin.web.answer import fill
from tocsin.web.answer.intake import Desk
from tocsin.web.answer.proofs import make_proof
from tocsin.web.pieces import ErrorPage, View
from tocsin.web.render import Pages
from tocsin.web.security import PRIVATE, STRICT_TRANSPORT, Tries, whence
from tocsin.web.wiring import Installation

PREFIX = "/a/"
LARGEST = 16 * 1024  # bytes of a form
LONGEST = 2_000  # characters of someone's own words
GUESSES = 20  # wrong tokens a minute from one address
LAST_LETTERS = frozenset("aiqy")
PLACE_OF_TOKEN = "0" * 39
SHORT = 64  # bytes: longer than any button alone
KEPT = 2_000  # pages and warnings that are remembered, until the warning changes

TOO_LONG = N_("That is too long. Say it in 2000 characters.")

FORM = b"application/x-www-form-urlencoded"

log = structlog.get_logger()


class AnswerPages:
    """Serves /a/<token>, and the proofs below it."""

    def __init__(self, site: Installation, pages: Pages, *, tries: Tries | None = None) -> None:
        """Begin to take answers."""
        self._site = site
        self._pages = pages
        self._desk = Desk(site.store)
        self._tries = tries or Tries(GUESSES)
        self._frame = fill.Frame(organisation=site.settings.organisation, exercise=site.exercise)
        https = site.house.base_url.startswith("https:")
        self._headers = [
            *PRIVATE,
            *([STRICT_TRANSPORT] if https else ()),
            (b"content-type", b"text/html; charset=utf-8"),
        ]
        self._gone = self._html(fill.gone(self._frame, site.clock.now(), site.language("en")), "en")
        self._told: dict[tuple[str, int], fill.Told | None] = {}
        self._thanks: dict[tuple[Any, ...], tuple[bytes, bytes]] = {}

    def close(self) -> None:
        """Write down what has come in, and take no more."""
        self._desk.close()

    def alive(self) -> bool:
        """Say whether answers can be taken."""
        return self._desk.alive()

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        token, slash, wanted = scope["path"][len(PREFIX) :].partition("/")
        row = self._row(token)
        method = scope["method"]
        try:
            if row is None:
                await self._guessed(scope, send)
            elif slash:
                await self._prove(row, wanted, scope, send)
            elif method == "POST":
                await self._post(row, token, scope, receive, send)
            elif method in ("GET", "HEAD"):
                status, body = await asyncio.to_thread(self._show, row, token)
                await self._reply(send, status, body, bare=method == "HEAD")
            else:
                await self._sorry(send, 405, N_("An answer link is opened or answered; nothing else."))
        except Exception as error:  # noqa: BLE001  whatever it is, its text may hold a token or someone's words
            log.error("answer page failed", error=type(error).__name__, method=method)
            with suppress(Exception):  # half a reply may be out already, or nobody is there any more
                await self._sorry(send, 500, N_("Something went wrong here."))

    # ---- no such link

    def _row(self, token: str) -> int | None:
        # The last letter has three bits to spare. Without this, seven more spellings of each token would be taken.
        return self._site.store.links.row(token) if token[-1:] in LAST_LETTERS else None

    async def _guessed(self, scope: HTTPScope, send: Send) -> None:
        """Say the same to every wrong token; and to whoever goes on guessing, to stop."""
        wait = self._tries.wait_s(whence(scope.get("client")))
        extra = [(b"retry-after", str(wait).encode())] if wait else []
        await self._reply(send, 429 if wait else 404, self._gone, extra, bare=scope["method"] == "HEAD")

    # ---- showing

    def _show(self, row: int, token: str) -> tuple[int, bytes]:
        with self._site.store.look() as look:
            link = links_of(look, [row]).get(row)
            known = fill.told(look, link) if link else None
        if link is None or known is None:
            return 404, self._gone
        language = link.languages[0]
        now = self._site.clock.now()
        view = fill.ask(self._frame, known, link, PREFIX + token, now, self._words(language))
        return 200, self._html(view, language)

    async def _prove(self, row: int, wanted: str, scope: HTTPScope, send: Send) -> None:
        made = None
        if scope["method"] in ("GET", "HEAD"):
            made = await asyncio.to_thread(make_proof, self._site, row, wanted)
        if made is None:
            await self._guessed(scope, send)
        elif made.sentence:
            await self._sorry(send, made.status, made.sentence)
        else:
            headers = [one for one in self._headers if one[0] != b"content-type"]
            headers += [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-disposition", f'attachment; filename="{wanted}"'.encode()),
                (b"content-length", str(len(made.file)).encode()),
            ]
            await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
            body = b"" if scope["method"] == "HEAD" else made.file
            await send({"type": "http.response.body", "body": body, "more_body": False})

    # ---- answering

    async def _post(self, row: int, token: str, scope: HTTPScope, receive: Receive, send: Send) -> None:
        now = self._site.clock.now()
        try:
            form = _form(scope, await _body(receive))
            answer = AnswerKind(form.get("answer") or form.get("kind") or "")
            words = _own_words(form)
        except ValueError:
            await self._sorry(send, 400, N_("That is no answer. Open your link again, and press one of its buttons."))
            return
        except Unfit as error:
            await self._sorry(send, error.status, error.sentence)
            return
        try:
            link = await self._desk.take(Given(row=row, answer=answer.value, at=now, words=words))
        except TocsinError as error:
            log.error("answer not kept", error=type(error).__name__)
            await self._sorry(send, 503, N_("Your answer could not be kept. Please try again in a minute."))
            return
        if link is None:
            await self._reply(send, 404, self._gone)
            return
        if calls_someone(answer) is not None:  # the others are taken in within a moment, a thousand in one go
            self._site.wake()
        try:
            page = await self._thank(link, answer, token, now)
        except Exception as error:  # noqa: BLE001  the answer is kept, and its giver must hear so
            log.error("page of thanks failed", error=type(error).__name__)
            await self._sorry(send, 200, N_("Your answer is kept. Thank you."))
            return
        await self._reply(send, 200, page)

    async def _thank(self, link: Link, answer: AnswerKind, token: str, now: datetime) -> bytes:
        """Return the page of thanks. It differs only by its way back from that of everyone who answered the same."""
        minute = now.replace(second=0, microsecond=0)
        state = (
            self._told[known] if (known := (link.warning, link.version)) in self._told else await self._now_told(link)
        )
        over = state is not None and state.warning.window is not None and state.warning.window.ends <= now
        key = (link.warning, link.version, link.languages, answer, minute, over)
        halves = self._thanks.get(key)
        if halves is None:
            halves = await asyncio.to_thread(self._render_thanks, state, link, answer, now)
            _remember(self._thanks, key, halves)
        return halves[0] + token.encode() + halves[1]

    def _render_thanks(
        self, known: fill.Told | None, link: Link, answer: AnswerKind, now: datetime
    ) -> tuple[bytes, bytes]:
        language = link.languages[0]
        if known is None:
            return self._gone, b""
        back = PREFIX + PLACE_OF_TOKEN
        view = fill.thanks(self._frame, known, link, answer, back, now, self._words(language))
        before, _, after = self._html(view, language).partition(PLACE_OF_TOKEN.encode())
        return before, after

    async def _now_told(self, link: Link) -> fill.Told | None:
        key = (link.warning, link.version)
        if key not in self._told:
            _remember(self._told, key, await asyncio.to_thread(self._look_up, link))
        return self._told[key]

    def _look_up(self, link: Link) -> fill.Told | None:
        with self._site.store.look() as look:
            return fill.told(look, link)

    # ---- replying

    def _words(self, language: str) -> Words:
        return self._site.language(language)

    def _html(self, view: View, language: str) -> bytes:
        return self._pages.render(view, language).encode()

    async def _sorry(self, send: Send, status: int, sentence: str) -> None:
        _ = self._words("en")
        page = ErrorPage(
            status=status,
            what=_(sentence),
            advice=_("You can always open your link again and answer anew."),
            exercise=self._site.exercise,
        )
        extra = [(b"allow", b"GET, HEAD, POST")] if status == HTTPStatus.METHOD_NOT_ALLOWED else []
        await self._reply(send, status, self._html(page, "en"), extra)

    async def _reply(
        self,
        send: Send,
        status: int,
        body: bytes,
        extra: list[tuple[bytes, bytes]] | None = None,
        *,
        bare: bool = False,
    ) -> None:
        headers = [*self._headers, (b"content-length", str(len(body)).encode()), *(extra or ())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if bare else body, "more_body": False})


class Unfit(Exception):  # noqa: N818  named like the errors of the house
    """A form that is not read any further."""

    def __init__(self, status: int, sentence: str) -> None:
        """Say with which status, and why."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message: Any = await receive()
        if message["type"] != "http.request":
            raise Unfit(400, N_("The request broke off. Please try again."))
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise Unfit(413, TOO_LONG)
        if not message.get("more_body", False):
            return body


def _form(scope: HTTPScope, body: bytes) -> Mapping[str, str]:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if kind.partition(b";")[0].strip().lower() != FORM:
        raise Unfit(415, N_("An answer is sent as a form. Open your link in a browser, and press one of its buttons."))
    return _button(body) if len(body) < SHORT and b"&" not in body else _parsed(body)


def _parsed(body: bytes) -> Mapping[str, str]:
    pairs = parse_qsl(body.decode("utf-8", "replace"), errors="replace", max_num_fields=20)
    return dict(reversed(pairs))  # of a field given twice, the first counts


@lru_cache(maxsize=256)
def _button(body: bytes) -> Mapping[str, str]:
    """Read a form that is one button and nothing else, as nearly all are. Somebody's words are never kept here."""
    form = _parsed(body)
    return form if form.keys() <= {"answer", "kind"} else {}


def _own_words(form: Mapping[str, str]) -> str:
    """Return what someone wrote besides the button: one line end is one character, whatever the browser makes of it."""
    words = (form.get("words") or form.get("read_back") or "").replace("\r\n", "\n").replace("\0", "").strip()
    if len(words) > LONGEST:
        raise Unfit(400, TOO_LONG)
    return words


def _remember(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = value
