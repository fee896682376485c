"""Behind an answer link: GET shows and changes nothing, POST records. A plain ASGI function, for it is the busiest page.

What is told in confidence is shown once a code was named that came by another way. To answer, none is needed: an answer reveals
nothing, and of those who could not get a code we would hear nothing at all.

A token is checked before anything else is done for it, and stands in no log, no error and no address but its own.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar.types import HTTPScope, Receive, Send
from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.basis.errors import Refused, TocsinError
from tocsin.basis.moment import rfc3339
from tocsin.basis.words import N_, Words, best_spoken
from tocsin.flow.answer.hear import calls_someone
from tocsin.flow.delivery import code
from tocsin.locale import words_for
from tocsin.store.intake import Given, Link, links_of
from tocsin.warning.notice.state import Notice
from tocsin.web.answer import fill, institution
from tocsin.web.answer.intake import Desk
from tocsin.web.answer.often import Often
from tocsin.web.answer.proofs import ANSWER, make_proof
from tocsin.web.answer.reading import (
    JSON,
    NO_PROGRAMS_ANSWER,
    Unfit,
    body_of,
    header,
    kind_of,
    own_words,
    read_form,
    read_program,
    wishes,
)
from tocsin.web.answer.reply import Reply, hand_out
from tocsin.web.answer.thanks import PREFIX, Thanks, came_late
from tocsin.web.answer.views import LockView
from tocsin.web.answer.watching import Watching
from tocsin.web.pieces import ErrorPage, View
from tocsin.web.render import Pages
from tocsin.web.security import PRIVATE, STRICT_TRANSPORT, Header, Tries, whence
from tocsin.web.wiring import Installation
from tocsin.web.wording import ANOTHER_WAY, WAYS

GUESSES = 20  # wrong tokens a minute from one address
LAST_LETTERS = frozenset("aiqy")

CODE = "code"  # below a link, where a code is asked for and named
CODES = 30  # codes a minute from one address that are asked for or named
COOKIE = "tocsin-code"
OPEN_S = 1_800  # for so long what a code opened stays open in one browser

ANSWER_ANEW = N_("You can always open your link again and answer anew.")
NO_ANSWER = N_("That is no answer. Open your link again, and press one of its buttons.")
VERY_OFTEN = N_("You have answered very often in this hour.")
KEPT_BEFORE = N_("We have kept what you said before, and not this. Wait a while, or call us.")
NOT_KEPT = N_("Your answer could not be kept. Please try again in a minute.")
TOO_MANY = N_("Too many tries. Wait a minute, then try again.")
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
        self._often = Often()
        self._frame = fill.Frame(
            organisation="" if site.settings.neutral else site.settings.organisation,
            exercise=site.exercise,
            emergency=site.settings.emergency,
            telephone=site.settings.telephone,
        )
        https = site.house.base_url.startswith("https:")
        self._always = (*PRIVATE, *((STRICT_TRANSPORT,) if https else ()))
        self._html_headers = (*self._always, (b"content-type", b"text/html; charset=utf-8"))
        self._https = https
        self._gone_pages: dict[str, bytes] = {}
        self._watching = Watching(site.house)
        self._thanks = Thanks(site, pages, self._frame, self._watching)

    def close(self) -> None:
        """Write down what has come in, and take no more."""
        self._desk.close()

    def alive(self) -> bool:
        """Say whether answers can be taken."""
        return self._desk.alive()

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        token, slash, below = scope["path"][len(PREFIX) :].partition("/")
        row = self._row(token)
        try:
            if row is None:
                reply = self._guessed(scope)
            elif slash:
                reply = await self._below(row, token, below, scope, receive)
            else:
                reply = await self._at(row, token, scope, receive)
        except Exception as error:  # noqa: BLE001  see _failed
            reply = await self._failed(row, error, scope["method"])
        with suppress(Exception):  # half a reply may be out already, or nobody is there any more
            await hand_out(reply, send, bare=scope["method"] == "HEAD")

    async def _at(self, row: int, token: str, scope: HTTPScope, receive: Receive) -> Reply:
        match scope["method"]:
            case "POST":
                return await self._post(row, token, scope, receive)
            case "GET" | "HEAD":
                return self._page(*await asyncio.to_thread(self._show, row, token, scope))
        return await self._sorry(row, 405, N_("An answer link is opened or answered; nothing else."))

    async def _below(self, row: int, token: str, wanted: str, scope: HTTPScope, receive: Receive) -> Reply:
        if wanted == CODE and scope["method"] == "POST":
            return await self._unlock(row, token, scope, receive)
        if wanted == institution.PATH and scope["method"] in ("GET", "HEAD", "POST"):
            return await self._deal(row, token, scope, receive)
        return await self._prove(row, token, wanted, scope)

    async def _failed(self, row: int | None, error: Exception, method: str) -> Reply:
        # Whatever it is, its text may hold a token or someone's words.
        log.error("answer page failed", error=type(error).__name__, method=method)
        try:
            return await self._sorry(row, 500, N_("Something went wrong here."))
        except Exception:  # noqa: BLE001  not even a page can be made
            return Reply(500, b"", self._always)

    # ---- no such link

    def _row(self, token: str) -> int | None:
        # The last letter has three bits to spare. Without this, seven more spellings of each token would be taken.
        return self._site.store.links.row(token) if token[-1:] in LAST_LETTERS else None

    def _guessed(self, scope: HTTPScope) -> Reply:
        """Say the same to every wrong token; and to whoever goes on guessing, to stop."""
        wait = self._tries.wait_s(whence(scope.get("client")))
        return self._page(
            429 if wait else 404, self._gone(header(scope, b"accept-language")), _retry_after(wait) if wait else ()
        )

    def _gone(self, accepts: bytes) -> bytes:
        """Return the page for a link that is none, in the language that the browser asks for."""
        words = words_for(*wishes(accepts))
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
            known = self._watching.told(look, link, now) if link else None
            if link is None or known is None:
                return 404, self._gone(header(scope, b"accept-language"))
            last = look.latest_answer(link.warning, link.person)
            if (
                not code.is_needed(known.warning)
                or (lock is not None and not lock.code_href)
                or self._is_open(row, scope, now)
            ):
                lock = None
            else:
                way, _ = code.another_way(self._site.house, look, row), self._words(self._tongue(link))
                asked = code.is_asked(look, link.warning, link.person, row, now)
                lock = lock or LockView(code_href=f"{PREFIX}{token}/{CODE}", asked=asked)
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

    async def _deal(self, row: int, token: str, scope: HTTPScope, receive: Receive) -> Reply:
        """Show an institution its own words about a warning, or keep more of them."""
        form: Mapping[str, str] | None = None
        if scope["method"] == "POST":
            wait = self._codes.wait_s(whence(scope.get("client")))
            if wait:
                return await self._sorry(row, 429, TOO_MANY, _retry_after(wait))
            try:
                form = read_form(kind_of(scope), await body_of(receive))
            except Unfit as error:
                return await self._sorry(row, error.status, error.sentence)
        return self._page(*await asyncio.to_thread(self._dealt, row, token, scope, form))

    def _dealt(self, row: int, token: str, scope: HTTPScope, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        now = self._site.clock.now()
        with self._site.store.look() as look:
            link = links_of(look, [row]).get(row)
            known = fill.told(look, link) if link else None
            of = institution.institution_of(look, link) if link else None
        if link is None or known is None or of is None or not isinstance(known.warning, Notice):
            return 404, self._gone(header(scope, b"accept-language"))
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

    async def _unlock(self, row: int, token: str, scope: HTTPScope, receive: Receive) -> Reply:
        """Send a code, or open the page to whoever names it. Only a POST does: what looks at links sends none."""
        wait = self._codes.wait_s(whence(scope.get("client")))
        if wait:
            return await self._sorry(row, 429, TOO_MANY, _retry_after(wait))
        try:
            form = read_form(kind_of(scope), await body_of(receive))
        except Unfit as error:
            return await self._sorry(row, error.status, error.sentence)
        now, href = self._site.clock.now(), f"{PREFIX}{token}/{CODE}"
        extra: tuple[Header, ...] = ()
        if "code" in form:
            lock, extra = await asyncio.to_thread(self._named, row, token, form["code"][:40], href, now)
        else:
            lock = await asyncio.to_thread(self._asked, row, href, now)
        self._site.wake()
        return self._page(*await asyncio.to_thread(self._show, row, token, scope, lock), extra)

    def _asked(self, row: int, href: str, now: datetime) -> LockView:
        try:
            code.ask_code(self._site.house, row, command=f"code:{self._site.store.new_id()}", now=now)
        except Refused:
            return LockView(code_href=href, asked=True, trouble=ENOUGH)
        return LockView(code_href=href, asked=True)

    def _named(self, row: int, token: str, said: str, href: str, now: datetime) -> tuple[LockView, tuple[Header, ...]]:
        try:
            right = code.name_code(self._site.house, row, said, now=now)
        except Refused:  # somebody else named one at the same moment
            right = False
        if not right:
            return LockView(code_href=href, asked=True, trouble=WRONG), ()
        kept = self._site.store.links.opened_token(row, int(now.timestamp()) + OPEN_S)
        cookie = f"{COOKIE}={kept}; Path={PREFIX}{token}; Max-Age={OPEN_S}; HttpOnly; SameSite=Strict"
        return LockView(code_href=""), ((b"set-cookie", (cookie + ("; Secure" if self._https else "")).encode()),)

    async def _prove(self, row: int, token: str, wanted: str, scope: HTTPScope) -> Reply:
        if wanted == ANSWER and await asyncio.to_thread(self._is_shut, row, scope):
            _, page = await asyncio.to_thread(self._show, row, token, scope)
            return self._page(HTTPStatus.FORBIDDEN, page)
        made = None
        if scope["method"] in ("GET", "HEAD"):
            made = await asyncio.to_thread(make_proof, self._site, row, wanted)
        if made is None:
            return self._guessed(scope)
        if made.sentence:
            return await self._sorry(row, made.status, made.sentence)
        extra = (
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-disposition", f'attachment; filename="{wanted}"'.encode()),
        )
        return Reply(HTTPStatus.OK, made.file, self._always, extra)

    # ---- answering

    async def _post(self, row: int, token: str, scope: HTTPScope, receive: Receive) -> Reply:
        now = self._site.clock.now()
        kind = kind_of(scope)
        program = kind == JSON
        try:
            body = await body_of(receive)
            form = read_program(body) if program else read_form(kind, body)
            answer = AnswerKind(form.get("answer") or form.get("kind") or "")
            words = own_words(form)
        except ValueError:
            return await self._refuse(row, 400, NO_PROGRAMS_ANSWER if program else NO_ANSWER, program=program)
        except Unfit as error:
            return await self._refuse(row, error.status, error.sentence, program=program)
        wait = self._often.wait_s(row, answer, words, now)
        if wait:
            return await self._refuse(row, 429, VERY_OFTEN, _retry_after(wait), program=program, advice=KEPT_BEFORE)
        heard = Heard.API if program else Heard.LINK
        try:
            link = await self._desk.take(Given(row=row, answer=answer.value, at=now, words=words, heard=heard.value))
        except TocsinError as error:
            log.error("answer not kept", error=type(error).__name__)
            return await self._refuse(row, 503, NOT_KEPT, program=program)
        if link is None:
            return self._page(404, self._gone(header(scope, b"accept-language")))
        self._often.kept(row, answer)
        if calls_someone(answer) is not None:  # the others are taken in within a moment, a thousand in one go
            self._site.wake()
        try:
            if program:
                late = came_late(await self._thanks.told(link, now), now)
                return self._say(200, {"answer": answer.value, "at": rfc3339(now), "late": late})
            opened = self._is_open(row, scope, now)
            thanks = await self._thanks.page(link, answer, token, now, more=not words, opened=opened)
            return self._page(200, thanks)
        except Exception as error:  # noqa: BLE001  the answer is kept, and its giver must hear so
            log.error("page of thanks failed", error=type(error).__name__)
            return await self._sorry(row, 200, N_("Your answer is kept. Thank you."))

    async def _refuse(
        self,
        row: int,
        status: int,
        sentence: str,
        extra: tuple[Header, ...] = (),
        *,
        program: bool,
        advice: str = ANSWER_ANEW,
    ) -> Reply:
        if program:
            return self._say(status, {"error": self._words("en")(sentence)}, extra)
        return await self._sorry(row, status, sentence, extra, advice)

    def _say(self, status: int, said: dict[str, Any], extra: tuple[Header, ...] = ()) -> Reply:
        """Reply to a program."""
        return Reply(status, msgspec.json.encode(said) + b"\n", self._always, ((b"content-type", JSON), *extra))

    # ---- replying

    def _tongue(self, link: Link) -> str:
        return best_spoken(self._site.language, link.languages)

    def _words(self, language: str) -> Words:
        return self._site.language(language)

    def _html(self, view: View, language: str) -> bytes:
        return self._pages.render(view, language).encode()

    async def _sorry(
        self, row: int | None, status: int, sentence: str, extra: tuple[Header, ...] = (), advice: str = ANSWER_ANEW
    ) -> Reply:
        language = await asyncio.to_thread(self._language_of, row)
        _ = self._words(language)
        page = ErrorPage(
            status=status,
            what=_(sentence),
            advice=_(advice),
            exercise=self._site.exercise,
        )
        allow = ((b"allow", b"GET, HEAD, POST"),) if status == HTTPStatus.METHOD_NOT_ALLOWED else ()
        return self._page(status, self._html(page, language), (*allow, *extra))

    def _language_of(self, row: int | None) -> str:
        with suppress(TocsinError), self._site.store.look() as look:
            link = links_of(look, [] if row is None else [row]).get(row or 0)
            return self._tongue(link) if link else "en"
        return "en"

    def _page(self, status: int, body: bytes, extra: tuple[Header, ...] = ()) -> Reply:
        return Reply(status, body, self._html_headers, extra)


def _retry_after(wait_s: int) -> tuple[Header, ...]:
    return ((b"retry-after", str(wait_s).encode()),)
