"""The page of thanks, made once for everyone who answers the same within a minute: it differs only by its way back.

What is missing is made by whoever comes first, and whoever comes meanwhile waits for that: when a minute turns while
thousands answer, there is one look at the database and one page, not one for each of them.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from tocsin.answer.facts import AnswerKind
from tocsin.answer.late import is_late
from tocsin.basis.words import Words, best_spoken
from tocsin.flow.delivery.code import is_needed
from tocsin.store.intake import Link
from tocsin.web.answer import fill
from tocsin.web.answer.watching import Watching
from tocsin.web.render import Pages
from tocsin.web.wiring import Installation

PREFIX = "/a/"
PLACE_OF_TOKEN = "0" * 39
_PLACE = PLACE_OF_TOKEN.encode()
KEPT = 2_000  # pages and warnings that are remembered, until the warning changes

T = TypeVar("T")


class Thanks:
    """Thanks whoever has answered. One event loop at a time."""

    def __init__(self, site: Installation, pages: Pages, frame: fill.Frame, watching: Watching) -> None:
        """Know of nobody yet."""
        self._site = site
        self._pages = pages
        self._frame = frame
        self._watching = watching
        self._kept: dict[Any, Any] = {}
        self._making: dict[Any, asyncio.Future[Any]] = {}

    async def told(self, link: Link, now: datetime) -> fill.Told | None:
        """Return what somebody was told, as it stood within this minute."""
        return await self._once((link.warning, link.version, _minute(now)), self._look_up, link, now)

    async def page(
        self, link: Link, answer: AnswerKind, token: str, now: datetime, *, more: bool, opened: bool
    ) -> bytes:
        """Return the page for somebody who has answered. more: they said nothing yet in words of their own.

        opened: a code has opened what they were told, where it takes one.
        """
        known = await self.told(link, now)
        shut = known is not None and is_needed(known.warning) and not opened
        key = (link.warning, link.version, _minute(now), link.languages, answer, came_late(known, now), more, shut)
        page = await self._once(key, self._render, known, link, answer, now, more, shut)
        return page.replace(_PLACE, token.encode())

    async def _once(self, key: object, make: Callable[..., T], *of: Any) -> T:
        """Return what is kept under a key, or make it, in a thread of its own."""
        kept: dict[Any, T] = self._kept
        if key in kept:
            return kept[key]
        making = self._making.get(key)
        if making is None or making.get_loop() is not asyncio.get_running_loop():  # a loop that ended leaves it undone
            making = self._making[key] = asyncio.ensure_future(asyncio.to_thread(make, *of))
            making.add_done_callback(lambda made: self._made(key, made))
        made: T = await asyncio.shield(making)  # whoever hangs up meanwhile takes it from nobody else
        return made

    def _made(self, key: object, made: asyncio.Future[Any]) -> None:
        if self._making.get(key) is made:
            del self._making[key]
        if made.cancelled() or made.exception() is not None:
            return
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[key] = made.result()

    def _look_up(self, link: Link, now: datetime) -> fill.Told | None:
        with self._site.store.look() as look:
            return self._watching.told(look, link, now)

    def _render(
        self, known: fill.Told | None, link: Link, answer: AnswerKind, now: datetime, more: bool, shut: bool
    ) -> bytes:
        language = best_spoken(self._site.language, link.languages)
        words: Words = self._site.language(language)
        if known is None:
            return self._pages.render(fill.gone(self._frame, now, words), language).encode()
        view = fill.thanks(self._frame, known, link, answer, PREFIX + PLACE_OF_TOKEN, now, words, more=more, shut=shut)
        return self._pages.render(view, language).encode()


def came_late(known: fill.Told | None, now: datetime) -> bool:
    """Say whether an answer came after its warning had ended."""
    return known is not None and is_late(getattr(known.warning, "window", None), now)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
