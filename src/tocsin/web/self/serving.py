"""What the pages behind a token have in common: GET shows and changes nothing, and what goes wrong says nothing of the token."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import structlog
from litestar.types import HTTPScope, Receive, Send

from tocsin.basis.words import N_, Words
from tocsin.web.answer.views import AnswerShell, GonePage
from tocsin.web.pieces import ErrorPage, View
from tocsin.web.render import Pages
from tocsin.web.security import PRIVATE, STRICT_TRANSPORT, whence
from tocsin.web.self import fill
from tocsin.web.self.forms import NoForm, read_form
from tocsin.web.wiring import Installation

HOME = "/me"
NO_FORM = N_("We could not read that. Go back, and use the form on the page.")

log = structlog.get_logger()


class SelfServing:
    """Serves pages of one's own. Whoever makes some of them says what is answered."""

    def __init__(self, site: Installation, pages: Pages) -> None:
        """Be ready."""
        self._site = site
        self._pages = pages
        https = site.house.base_url.startswith("https:")
        self._headers = [
            *PRIVATE,
            *([STRICT_TRANSPORT] if https else ()),
            (b"content-type", b"text/html; charset=utf-8"),
        ]

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method, spoken = scope["method"], reads(scope)
        try:
            if method not in ("GET", "HEAD", "POST"):
                await self._reply(send, *self._sorry(405, NO_FORM, spoken), extra=[(b"allow", b"GET, HEAD, POST")])
                return
            form = await read_form(scope, receive) if method == "POST" else None
            who = whence(scope.get("client"))
            status, body = await asyncio.to_thread(self._answer, scope, who, form)
            await self._reply(send, status, body, bare=method == "HEAD")
        except NoForm as error:
            await self._reply(send, *self._sorry(error.status, NO_FORM, spoken))
        except Exception as error:  # noqa: BLE001  whatever it is, its text may hold a token or an address
            log.error("own page failed", error=type(error).__name__, method=method)
            with suppress(Exception):  # half a reply may be out already, or nobody is there any more
                await self._reply(send, *self._sorry(500, N_("Something went wrong here."), spoken))

    def _answer(self, scope: HTTPScope, who: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        """Return the status and the page. who: where it came from. form: what was sent; None: the page is only looked at."""
        raise NotImplementedError

    def _command(self, what: str) -> str:
        return f"{what}:{self._site.store.new_id()}"

    def _shell(self) -> AnswerShell:
        return AnswerShell(
            exercise=self._site.exercise,
            organisation=self._site.settings.organisation,
            now=self._site.clock.now(),
            zone="UTC",
            emergency_number=self._site.settings.emergency,
        )

    def _words(self, language: str) -> Words:
        return self._site.language(language)

    def _html(self, view: View, language: str) -> bytes:
        return self._pages.render(view, language).encode()

    def _gone(self, language: str) -> bytes:
        return self._html(GonePage(shell=self._shell(), home=HOME), language)

    def _sorry(self, status: int, sentence: str, language: str) -> tuple[int, bytes]:
        _ = self._words(language)
        page = ErrorPage(
            status=status,
            what=_(sentence),
            advice=_("Nothing was changed."),
            exercise=self._site.exercise,
            home=HOME,
        )
        return status, self._html(page, language)

    async def _reply(
        self,
        send: Send,
        status: int,
        body: bytes,
        *,
        bare: bool = False,
        extra: list[tuple[bytes, bytes]] | None = None,
    ) -> None:
        headers = [*self._headers, (b"content-length", str(len(body)).encode()), *(extra or ())]
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            headers.append((b"retry-after", b"60"))
        start: Any = {"type": "http.response.start", "status": status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": b"" if bare else body, "more_body": False})


def reads(scope: HTTPScope) -> str:
    """Return the language in which a reader of whom nothing else is known is answered."""
    return fill.language_among(accepted(scope))


def accepted(scope: HTTPScope) -> str:
    """Return the first language that a browser asks for."""
    said = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return said.decode("ascii", "replace").partition(",")[0].partition(";")[0].strip()
