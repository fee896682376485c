"""Behind an answer link: GET shows and changes nothing, POST records. A plain ASGI function, for it is the busiest page.

What is told in confidence is shown once a code was named that came by another way. To answer, none is needed: an answer reveals
nothing, and of those who could not get a code we would hear nothing at all.

A token is checked before anything else is done for it, and stands in no log, no error and no address but its own.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import structlog
from litestar.types import HTTPScope, Receive, Send
from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.late import is_late
from tocsin.basis.errors import Refused, TocsinError
from tocsin.basis.foreign import read_json
from tocsin.basis.moment import rfc3339
from tocsin.basis.words import N_, Words, best_spoken
from tocsin.flow import code
from tocsin.flow.hear import calls_someone
from tocsin.locale import words_for
from tocsin.store.intake import Given, Link, links_of
from tocsin.warning.notice.state import Notice
from tocsin.web.answer import fill, institution
from tocsin.web.answer.intake import Desk
from tocsin.web.answer.proofs import ANSWER, make_proof
from tocsin.web.answer.views import LockView
from tocsin.web.pieces import ErrorPage, View
from tocsin.web.render import Pages
from tocsin.web.security import PRIVATE, STRICT_TRANSPORT, Tries, whence
from tocsin.web.wiring import Installation
from tocsin.web.wording import ANOTHER_WAY, WAYS

PREFIX = "/a/"
LARGEST = 16 * 1024  # bytes of a form
LONGEST = 2_000  # characters of someone's own words
GUESSES = 20  # wrong tokens a minute from one address
LAST_LETTERS = frozenset("aiqy")
PLACE_OF_TOKEN = "0" * 39
SHORT = 64  # bytes: longer than any button alone
KEPT = 2_000  # pages and warnings that are remembered, until the warning changes

TOO_LONG = N_("That is too long. Say it in 2000 characters.")

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"
CODE = "code"  # below a link, where a code is asked for and named
CODES = 30  # codes a minute from one address that are asked for or named
COOKIE = "tocsin-code"
OPEN_S = 1_800  # for so long what a code opened stays open in one browser

NO_ANSWER = N_("That is no answer. Open your link again, and press one of its buttons.")
NO_PROGRAMS_ANSWER = N_(
    'That is no answer. Send {"answer": …} with received, acting, safe, need_help, disputed or dismissed.'
)
NOT_KEPT = N_("Your answer could not be kept. Please try again in a minute.")
WRONG = N_("That is not the code, or its ten minutes are over. Look again, or ask for a new one.")
ENOUGH = N_("Enough codes were asked for in this hour. Use the latest one, or call us.")

log = structlog.get_logger()


class AnswerPages:
    """Serves /a/<token>, and the proofs below it."""

    def __init__(self, site: Installation, pages: Pages, *, tries: Tries | None = None) -> None:
        """Begin to take answers."""
        self._site = site
        self._pages = pages
        self._desk = Desk(site.store)
        self._tries = tries or Tries(GUESSES)
        self._codes = Tries(CODES)
        self._frame = fill.Frame(
            organisation=site.settings.organisation, exercise=site.exercise, emergency=site.settings.emergency
        )
        https = site.house.base_url.startswith("https:")
        self._headers = [
            *PRIVATE,
            *([STRICT_TRANSPORT] if https else ()),
            (b"content-type", b"text/html; charset=utf-8"),
        ]
        self._https = https
        self._gone_pages: dict[str, bytes] = {}
        self._told: dict[tuple[Any, ...], fill.Told | None] = {}
        self._thanks: dict[tuple[Any, ...], bytes] = {}

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
            elif slash and wanted == CODE and method == "POST":
                await self._unlock(row, token, scope, receive, send)
            elif slash and wanted == institution.PATH and method in ("GET", "HEAD", "POST"):
                await self._deal(row, token, scope, receive, send)
            elif slash:
                await self._prove(row, token, wanted, scope, send)
            elif method == "POST":
                await self._post(row, token, scope, receive, send)
            elif method in ("GET", "HEAD"):
                status, body = await asyncio.to_thread(self._show, row, token, scope)
                await self._reply(send, status, body, bare=method == "HEAD")
            else:
                await self._sorry(row, send, 405, N_("An answer link is opened or answered; nothing else."))
        except Exception as error:  # noqa: BLE001  whatever it is, its text may hold a token or someone's words
            log.error("answer page failed", error=type(error).__name__, method=method)
            with suppress(Exception):  # half a reply may be out already, or nobody is there any more
                await self._sorry(row, send, 500, N_("Something went wrong here."))

    # ---- no such link

    def _row(self, token: str) -> int | None:
        # The last letter has three bits to spare. Without this, seven more spellings of each token would be taken.
        return self._site.store.links.row(token) if token[-1:] in LAST_LETTERS else None

    async def _guessed(self, scope: HTTPScope, send: Send) -> None:
        """Say the same to every wrong token; and to whoever goes on guessing, to stop."""
        wait = self._tries.wait_s(whence(scope.get("client")))
        extra = [(b"retry-after", str(wait).encode())] if wait else []
        await self._reply(send, 429 if wait else 404, self._gone(scope), extra, bare=scope["method"] == "HEAD")

    def _gone(self, scope: HTTPScope) -> bytes:
        """Return the page for a link that is none, in the language that the browser asks for."""
        words = words_for(*_wishes(scope))
        if words.language not in self._gone_pages:
            view = fill.gone(self._frame, self._site.clock.now(), self._words(words.language))
            self._gone_pages[words.language] = self._html(view, words.language)
        return self._gone_pages[words.language]

    # ---- showing

    def _show(self, row: int, token: str, scope: HTTPScope, lock: LockView | None = None) -> tuple[int, bytes]:
        """Return the page behind a link. lock: what became of a code that was asked for or named; code_href empty: it was right."""
        now = self._site.clock.now()
        with self._site.store.look() as look:
            link = links_of(look, [row]).get(row)
            known = fill.told(look, link) if link else None
            if link is None or known is None:
                return 404, self._gone(scope)
            last = look.latest_answer(link.warning, link.person)
            if (
                not code.is_needed(known.warning)
                or (lock is not None and not lock.code_href)
                or self._is_open(row, scope, now)
            ):
                lock = None
            else:
                way, _ = code.another_way(self._site.house, look, row), self._words(self._tongue(link))
                lock = lock or LockView(code_href=f"{PREFIX}{token}/{CODE}")
                lock = replace(
                    lock,
                    way="" if way is None else _(WAYS.get(way.channel, ANOTHER_WAY)),
                    trouble=_(lock.trouble) if lock.trouble else "",
                )
        language = self._tongue(link)
        before = fill.Before(answer=last[0], at=last[1]) if last else None
        view = fill.ask(self._frame, known, link, PREFIX + token, now, self._words(language), before=before, lock=lock)
        if lock is None:
            view = replace(view, **self._for_institution(link, known, token))
        return 200, self._html(view, language)

    # ---- institutions

    def _for_institution(self, link: Link, known: fill.Told, token: str) -> dict[str, Any]:
        """Return what only an institution's page has, and only that of a second knock."""
        if not isinstance(known.warning, Notice):
            return {}
        with self._site.store.look() as look:
            of, meant = institution.institution_of(look, link), institution.meant_for(look, known.warning)
            replied = institution.count_answered(look, link.warning, of) if of else 0
        since = known.warning.tear_line.since if known.warning.tear_line else ""
        href = f"{PREFIX}{token}/{institution.PATH}" if of and known.warning.retraction is None else ""
        return {
            "institution_href": href,
            "replied": replied,
            "meant_for": meant,
            "second_knock": tuple(since.splitlines()),
        }

    async def _deal(self, row: int, token: str, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Show an institution its own words about a warning, or keep more of them."""
        form: Mapping[str, str] | None = None
        if scope["method"] == "POST":
            wait = self._codes.wait_s(whence(scope.get("client")))
            if wait:
                extra = [(b"retry-after", str(wait).encode())]
                await self._sorry(row, send, 429, N_("Too many tries. Wait a minute, then try again."), extra)
                return
            try:
                form = _form(_kind(scope), await _body(receive))
            except Unfit as error:
                await self._sorry(row, send, error.status, error.sentence)
                return
        status, body = await asyncio.to_thread(self._dealt, row, token, scope, form)
        await self._reply(send, status, body, bare=scope["method"] == "HEAD")

    def _dealt(self, row: int, token: str, scope: HTTPScope, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        now = self._site.clock.now()
        with self._site.store.look() as look:
            link = links_of(look, [row]).get(row)
            known = fill.told(look, link) if link else None
            of = institution.institution_of(look, link) if link else None
        if link is None or known is None or of is None or not isinstance(known.warning, Notice):
            return 404, self._gone(scope)
        _, status, kept, trouble = self._words(self._tongue(link)), 200, "", ""
        # What the case said is shown no more once that is closed, and handed on no more.
        opened = not known.over and (not code.is_needed(known.warning) or self._is_open(row, scope, now))
        if form is not None:
            try:
                institution.take(self._site.house, link, of, form, now, opened=opened)
                self._site.wake()
                kept = institution.thanks(form, known.warning, _)
            except Refused as error:
                status, trouble = 400, institution.sentence(error, _)
        shell, href, said = self._frame.shell(now, _, known), PREFIX + token, form if trouble else None
        with self._site.store.look() as look:
            notice, house = known.warning, self._site.house
            view = institution.page(
                house, look, link, notice, of, shell, href, _, opened=opened, kept=kept, trouble=trouble, said=said
            )
        return status, self._html(view, self._tongue(link))

    # ---- a code first

    def _is_open(self, row: int, scope: HTTPScope, now: datetime) -> bool:
        kept = next((value for name, value in scope["headers"] if name == b"cookie"), b"").decode("latin-1")
        named = (one.strip().partition("=") for one in kept.split(";"))
        return any(
            self._site.store.links.is_opened(row, value, int(now.timestamp()))
            for name, _, value in named
            if name == COOKIE
        )

    def _is_shut(self, row: int, scope: HTTPScope) -> bool:
        """Say whether a code is to be named before anything of what was told, or said about it, is shown."""
        with self._site.store.look() as look:
            link = links_of(look, [row]).get(row)
            known = fill.told(look, link) if link else None
        return (
            known is not None
            and code.is_needed(known.warning)
            and not self._is_open(row, scope, self._site.clock.now())
        )

    async def _unlock(self, row: int, token: str, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Send a code, or open the page to whoever names it. Only a POST does: what looks at links sends none."""
        wait = self._codes.wait_s(whence(scope.get("client")))
        if wait:
            extra = [(b"retry-after", str(wait).encode())]
            await self._sorry(row, send, 429, N_("Too many tries. Wait a minute, then try again."), extra)
            return
        try:
            form = _form(_kind(scope), await _body(receive))
        except Unfit as error:
            await self._sorry(row, send, error.status, error.sentence)
            return
        now, href = self._site.clock.now(), f"{PREFIX}{token}/{CODE}"
        extra = []
        if "code" in form:
            lock, extra = await asyncio.to_thread(self._named, row, token, form["code"][:40], href, now)
        else:
            lock = await asyncio.to_thread(self._asked, row, href, now)
            self._site.wake()
        status, body = await asyncio.to_thread(self._show, row, token, scope, lock)
        await self._reply(send, status, body, extra)

    def _asked(self, row: int, href: str, now: datetime) -> LockView:
        try:
            code.ask_code(self._site.house, row, command=f"code:{self._site.store.new_id()}", now=now)
        except Refused:
            return LockView(code_href=href, asked=True, trouble=ENOUGH)
        return LockView(code_href=href, asked=True)

    def _named(
        self, row: int, token: str, said: str, href: str, now: datetime
    ) -> tuple[LockView, list[tuple[bytes, bytes]]]:
        try:
            right = code.name_code(self._site.house, row, said, now=now)
        except Refused:  # somebody else named one at the same moment
            right = False
        if not right:
            return LockView(code_href=href, asked=True, trouble=WRONG), []
        kept = self._site.store.links.opened_token(row, int(now.timestamp()) + OPEN_S)
        cookie = f"{COOKIE}={kept}; Path={PREFIX}{token}; Max-Age={OPEN_S}; HttpOnly; SameSite=Strict"
        return LockView(code_href=""), [(b"set-cookie", (cookie + ("; Secure" if self._https else "")).encode())]

    async def _prove(self, row: int, token: str, wanted: str, scope: HTTPScope, send: Send) -> None:
        if wanted == ANSWER and await asyncio.to_thread(self._is_shut, row, scope):
            _, page = await asyncio.to_thread(self._show, row, token, scope)
            await self._reply(send, HTTPStatus.FORBIDDEN, page, bare=scope["method"] == "HEAD")
            return
        made = None
        if scope["method"] in ("GET", "HEAD"):
            made = await asyncio.to_thread(make_proof, self._site, row, wanted)
        if made is None:
            await self._guessed(scope, send)
        elif made.sentence:
            await self._sorry(row, send, made.status, made.sentence)
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
        kind = _kind(scope)
        program = kind == JSON
        try:
            body = await _body(receive)
            form = _json(body) if program else _form(kind, body)
            answer = AnswerKind(form.get("answer") or form.get("kind") or "")
            words = _own_words(form)
        except ValueError:
            await self._refuse(row, send, 400, NO_PROGRAMS_ANSWER if program else NO_ANSWER, program=program)
            return
        except Unfit as error:
            await self._refuse(row, send, error.status, error.sentence, program=program)
            return
        heard = Heard.API if program else Heard.LINK
        try:
            link = await self._desk.take(Given(row=row, answer=answer.value, at=now, words=words, heard=heard.value))
        except TocsinError as error:
            log.error("answer not kept", error=type(error).__name__)
            await self._refuse(row, send, 503, NOT_KEPT, program=program)
            return
        if link is None:
            await self._reply(send, 404, self._gone(scope))
            return
        if calls_someone(answer) is not None:  # the others are taken in within a moment, a thousand in one go
            self._site.wake()
        try:
            known = await self._now_told(link, now)
            if program:
                await self._say(send, 200, {"answer": answer.value, "at": rfc3339(now), "late": _is_late(known, now)})
                return
            page = await self._thank(known, link, answer, token, now, more=not words)
        except Exception as error:  # noqa: BLE001  the answer is kept, and its giver must hear so
            log.error("page of thanks failed", error=type(error).__name__)
            await self._sorry(row, send, 200, N_("Your answer is kept. Thank you."))
            return
        await self._reply(send, 200, page)

    async def _refuse(self, row: int, send: Send, status: int, sentence: str, *, program: bool) -> None:
        if program:
            await self._say(send, status, {"error": self._words("en")(sentence)})
        else:
            await self._sorry(row, send, status, sentence)

    async def _say(self, send: Send, status: int, said: dict[str, Any]) -> None:
        """Reply to a program."""
        body = msgspec.json.encode(said) + b"\n"
        headers = [one for one in self._headers if one[0] != b"content-type"]
        headers += [(b"content-type", JSON), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _thank(
        self, known: fill.Told | None, link: Link, answer: AnswerKind, token: str, now: datetime, *, more: bool
    ) -> bytes:
        """Return the page of thanks. It differs only by its way back from that of everyone who answered the same."""
        key = (link.warning, link.version, link.languages, answer, _minute(now), _is_late(known, now), more)
        page = self._thanks.get(key)
        if page is None:
            page = await asyncio.to_thread(self._render_thanks, known, link, answer, now, more=more)
            _remember(self._thanks, key, page)
        return page.replace(PLACE_OF_TOKEN.encode(), token.encode())

    def _render_thanks(
        self, known: fill.Told | None, link: Link, answer: AnswerKind, now: datetime, *, more: bool
    ) -> bytes:
        language = self._tongue(link)
        words = self._words(language)
        if known is None:
            return self._html(fill.gone(self._frame, now, words), language)
        back = PREFIX + PLACE_OF_TOKEN
        view = fill.thanks(self._frame, known, link, answer, back, now, words, more=more)
        return self._html(view, language)

    async def _now_told(self, link: Link, now: datetime) -> fill.Told | None:
        key = (link.warning, link.version, _minute(now))
        if key not in self._told:
            _remember(self._told, key, await asyncio.to_thread(self._look_up, link))
        return self._told[key]

    def _look_up(self, link: Link) -> fill.Told | None:
        with self._site.store.look() as look:
            return fill.told(look, link)

    # ---- replying

    def _tongue(self, link: Link) -> str:
        return best_spoken(self._site.language, link.languages)

    def _words(self, language: str) -> Words:
        return self._site.language(language)

    def _html(self, view: View, language: str) -> bytes:
        return self._pages.render(view, language).encode()

    async def _sorry(
        self, row: int | None, send: Send, status: int, sentence: str, extra: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        language = await asyncio.to_thread(self._language_of, row)
        _ = self._words(language)
        page = ErrorPage(
            status=status,
            what=_(sentence),
            advice=_("You can always open your link again and answer anew."),
            exercise=self._site.exercise,
        )
        allow = [(b"allow", b"GET, HEAD, POST")] if status == HTTPStatus.METHOD_NOT_ALLOWED else []
        await self._reply(send, status, self._html(page, language), [*allow, *extra])

    def _language_of(self, row: int | None) -> str:
        with suppress(TocsinError), self._site.store.look() as look:
            link = links_of(look, [] if row is None else [row]).get(row or 0)
            return self._tongue(link) if link else "en"
        return "en"

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


def _kind(scope: HTTPScope) -> bytes:
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return bytes(kind.partition(b";")[0].strip().lower())


def _wishes(scope: HTTPScope) -> list[str]:
    """Return the languages that a browser asks for, the best first, as they stand: few weigh them otherwise."""
    said = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")[:200].decode("latin-1")
    return [one.partition(";")[0].strip() for one in said.split(",")][:8]


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _is_late(known: fill.Told | None, now: datetime) -> bool:
    return known is not None and is_late(getattr(known.warning, "window", None), now)


def _json(body: bytes) -> Mapping[str, str]:
    try:
        said = read_json(body, dict[str, Any])
    except Refused:
        raise Unfit(400, NO_PROGRAMS_ANSWER) from None
    return {name: value for name, value in said.items() if isinstance(value, str)}


def _form(kind: bytes, body: bytes) -> Mapping[str, str]:
    if kind != FORM:
        raise Unfit(415, N_("An answer is sent as a form. Open your link in a browser, and press one of its buttons."))
    alone = len(body) < SHORT and b"&" not in body and body.startswith((b"answer=", b"kind="))
    return _button(body) if alone else _parsed(body)


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
    if len(form) == 1:  # the button alone, as nearly all of them are
        return ""
    words, where = (
        said.replace("\r\n", "\n").replace("\0", "").strip()
        for said in (form.get("words") or form.get("read_back") or "", form.get("where") or "")
    )
    if where:
        words = f"{words}\nWhere: {where}".strip()
    if len(words) > LONGEST:
        raise Unfit(400, TOO_LONG)
    return words


def _remember(kept: dict[Any, Any], key: object, value: object) -> None:
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = value
