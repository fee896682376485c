"""Ending warnings from a letter, at /leave/<token>. GET shows and changes nothing, for what filters mail opens links; POST ends them.

A mail program that offers the one click posts List-Unsubscribe=One-Click, without a cookie and without having looked: RFC 8058.
The token is all that lets anyone in. It opens nothing else, stands in no log, and what it does can be undone behind it.
"""

from collections.abc import Mapping

from litestar.types import HTTPScope
from msgspec.structs import replace

from tocsin.flow.people import leave
from tocsin.people import change
from tocsin.web.render import Pages
from tocsin.web.security import Tries
from tocsin.web.self import fill
from tocsin.web.self.forms import ONE_CLICK
from tocsin.web.self.serving import HOME, NO_FORM, SelfServing, reads
from tocsin.web.self.views import LeavePage
from tocsin.web.wiring import Installation

GUESSES = 20  # wrong tokens a minute from one address of the network


class LeavePages(SelfServing):
    """Serves /leave/<token>."""

    def __init__(self, site: Installation, pages: Pages) -> None:
        """Be ready."""
        super().__init__(site, pages)
        self._guesses = Tries(GUESSES)

    def serves(self, path: str) -> bool:
        """Say whether a path is one of these pages."""
        return path.startswith(leave.PREFIX)

    def _answer(self, scope: HTTPScope, who: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        token = scope["path"].removeprefix(leave.PREFIX)
        with self._site.store.look() as look:
            known = leave.behind(self._site.house, look, token)
        if known is None:
            wait = self._guesses.wait_s(who)
            return (429 if wait else 404), self._gone(reads(scope))
        person, tag, now = known.person.id, known.person.languages[0], self._site.clock.now()
        words = fill.wording(self._site.settings.organisation, self._words(tag))
        told = change.is_agreed(known)
        if form is not None:
            command = self._command("leave")
            name, value = ONE_CLICK
            if form.get(name) == value:
                leave.end(self._site.house, person, command=command, now=now)
                told = False
            elif form.get("do") == "agree":
                leave.begin(self._site.house, person, wording=words, language=tag, command=command, now=now)
                told = True
            else:
                return self._sorry(400, NO_FORM, tag)
        shell = replace(self._shell(), privacy_href=HOME)
        page = LeavePage(shell=shell, told=told, done=form is not None, wording=words, post_to=leave.PREFIX + token)
        return 200, self._html(page, tag)
