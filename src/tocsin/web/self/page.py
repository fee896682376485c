"""Enrolling oneself at /me, and one's own page behind /me/<token>. GET shows and changes nothing; POST changes.

The token is all that lets anyone in: no cookie does, so no other site can press a button here for somebody. It stands in
no log and no error. Whoever asks for a link is told the same whether we know them or not.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import structlog
from litestar.types import HTTPScope, Receive, Send

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.words import N_, Words
from tocsin.flow import enrol, link
from tocsin.flow.forget import forget
from tocsin.flow.person import change_person
from tocsin.people import change
from tocsin.people.address import fitting
from tocsin.people.facts import PlaceKind
from tocsin.people.known import Known
from tocsin.people.state import Contact, ContactStands, Group
from tocsin.people.where import Where
from tocsin.web.answer.views import AnswerShell, GonePage
from tocsin.web.pieces import ErrorPage, View
from tocsin.web.render import Pages
from tocsin.web.security import PRIVATE, STRICT_TRANSPORT, Tries, whence
from tocsin.web.self import fill
from tocsin.web.self.forms import NoForm, read_form
from tocsin.web.self.views import ConfirmPage, EnrolPage, ErasedPage, SentPage
from tocsin.web.wiring import Installation

PATH = "/me"
ASKED = 10  # times a minute that one address of the network may ask for a link
ASKED_IN_ALL = 300  # times a minute that everybody together may
GUESSES = 20  # wrong tokens a minute from one address of the network
EMERGENCY = "112"
PAUSES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30), "": None}

NO_ADDRESS = N_("We cannot send anything there. Look at what you wrote, and send it again.")
NO_CONSENT = N_("We may warn you only if you agree. Tick the box, or leave this page.")
NOT_SURE = N_("Nothing was erased. Tick the box first, if you are sure.")
THE_WAY_IN = N_("You came here by this one. Ask for a link to another, and remove it from there.")
NO_FORM = N_("We could not read that. Go back, and use the form on the page.")
TOO_OFTEN = N_("Too many tries. Wait a minute, then try again.")

log = structlog.get_logger()


class OwnPages:
    """Serves /me and /me/<token>."""

    def __init__(self, site: Installation, pages: Pages, *, tries: Tries | None = None) -> None:
        """Be ready."""
        self._site = site
        self._pages = pages
        self._asked = tries or Tries(ASKED)
        self._asked_in_all = Tries(ASKED_IN_ALL)
        self._guesses = Tries(GUESSES)
        https = site.house.base_url.startswith("https:")
        self._headers = [
            *PRIVATE,
            *([STRICT_TRANSPORT] if https else ()),
            (b"content-type", b"text/html; charset=utf-8"),
        ]

    def serves(self, path: str) -> bool:
        """Say whether a path is one of these pages."""
        return path == PATH or path.startswith(link.PREFIX)

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method = scope["method"]
        try:
            if method not in ("GET", "HEAD", "POST"):
                await self._reply(send, *self._sorry(405, NO_FORM), extra=[(b"allow", b"GET, HEAD, POST")])
                return
            form = await read_form(scope, receive) if method == "POST" else None
            token = scope["path"].removeprefix(PATH).removeprefix("/")
            who = whence(scope.get("client"))
            step = self._own if token else self._enrol
            status, body = await asyncio.to_thread(step, scope, who, token, form)
            await self._reply(send, status, body, bare=method == "HEAD")
        except NoForm as error:
            await self._reply(send, *self._sorry(error.status, NO_FORM))
        except Exception as error:  # noqa: BLE001  whatever it is, its text may hold a token or an address
            log.error("own page failed", error=type(error).__name__, method=method)
            with suppress(Exception):  # half a reply may be out already, or nobody is there any more
                await self._reply(send, *self._sorry(500, N_("Something went wrong here.")))

    # ---- enrolling

    def _enrol(self, scope: HTTPScope, who: str, _token: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        tag = fill.language_among((form or {}).get("language", "") or _accepted(scope))
        if form is None:
            return 200, self._form(tag)
        if self._asked.wait_s(who) or self._asked_in_all.wait_s(""):
            return self._sorry(429, TOO_OFTEN)
        address = form.get("address", "").strip()
        channel = "mail" if "@" in address else "sms"
        if not form.get("agree"):
            return 400, self._form(tag, NO_CONSENT)
        try:
            fitting(channel, address)
            enrol.ask(
                self._site.house,
                channel,
                address,
                language=tag,
                wording=fill.wording(self._site.settings.organisation, self._words(tag)),
                exercise=self._site.exercise,
                command=self._command("enrol"),
                now=self._site.clock.now(),
            )
        except Refused:
            return 400, self._form(tag, NO_ADDRESS)
        self._site.wake()
        return 200, self._html(SentPage(shell=self._shell()), tag)

    def _form(self, tag: str, wrong: str = "") -> bytes:
        _ = self._words(tag)
        page = EnrolPage(
            shell=self._shell(),
            wording=fill.wording(self._site.settings.organisation, _),
            languages=fill.LANGUAGES,
            language=tag,
            numbers="sms" in enrol.channels(self._site.house),
            wrong=_(wrong) if wrong else "",
        )
        return self._html(page, tag)

    # ---- one's own page

    def _own(self, _scope: HTTPScope, who: str, token: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        found = self._behind(token)
        if found is None:
            wait = self._guesses.wait_s(who)
            return (429 if wait else 404), self._html(GonePage(shell=self._shell(), home=PATH), "en")
        known, contact = found
        wrong = ""
        if form is not None:
            try:
                if self._do(known, contact, form):
                    return 200, self._html(ErasedPage(shell=self._shell()), known.person.languages[0])
            except Refused as error:
                wrong = str(error)
            self._site.wake()
            known, contact = self._behind(token) or found
        return (400 if wrong else 200), self._shown(
            known, contact, token, done=form is not None and not wrong, wrong=wrong
        )

    def _behind(self, token: str) -> tuple[Known, Contact] | None:
        with self._site.store.look() as look:
            return link.behind(self._site.house, look, token, self._site.clock.now())

    def _shown(self, known: Known, contact: Contact, token: str, *, done: bool, wrong: str) -> bytes:
        tag = known.person.languages[0]
        _ = self._words(tag)
        post_to = link.PREFIX + token
        if contact.stands is ContactStands.PENDING:
            page: View = ConfirmPage(
                shell=self._shell(),
                address=str(contact.address),
                wording=fill.wording(self._site.settings.organisation, _),
                post_to=post_to,
            )
            return self._html(page, tag)
        with self._site.store.look() as look:
            groups = look.some(Group, [one.group for one in known.memberships])
        page = fill.own_page(
            self._shell(), known, contact, tuple(sorted(one.name for one in groups.values())), post_to,
            self._site.clock.now(), _, numbers="sms" in enrol.channels(self._site.house), done=done,
            wrong=_(wrong) if wrong in OURS else wrong,
        )  # fmt: skip
        return self._html(page, tag)

    def _do(self, known: Known, contact: Contact, form: Mapping[str, str]) -> bool:
        """Do what a form asks for; say whether everything was erased by it.

        Raises:
            Refused: it cannot be.
        """
        house, now, person, do = self._site.house, self._site.clock.now(), known.person.id, form.get("do", "")
        command = self._command("own page")
        if do == "erase":
            if contact.stands is not ContactStands.PENDING and not form.get("sure"):
                raise Refused(NOT_SURE)
            forget(house, person, why="They erased themselves.", by=person, command=command, now=now)
            return True
        if do == "confirm":
            enrol.confirm(house, person, contact.id, command=command, now=now)
        elif contact.stands is ContactStands.PENDING or do not in (*DECISIONS, "add", "home", "pause"):
            raise Refused(NO_FORM)
        elif do == "remove" and form.get("what") == contact.id:
            raise Refused(THE_WAY_IN)
        elif do == "add":
            address = form.get("address", "").strip()
            enrol.add_contact(house, person, "mail" if "@" in address else "sms", address, command=command, now=now)
        else:
            change_person(
                house, person, lambda stands: self._decide(do, stands, form), by=person, command=command, now=now
            )
        return False

    def _decide(self, do: str, known: Known, form: Mapping[str, str]) -> tuple[Fact, ...]:
        now, what = self._site.clock.now(), form.get("what", "").strip()
        if do == "home":
            home = [one for one in known.places if one.place_kind is PlaceKind.HOME]
            if what:
                return change.say_place(known, self._site.store.new_id(), PlaceKind.HOME, Where(country=what), now)
            return tuple(fact for one in home for fact in change.remove_place(known, one.id, now))
        if do == "pause":
            length = PAUSES.get(what)
            return change.pause(known, now + length if length else None, now)
        return DECISIONS[do](known, what, now)

    # ---- replying

    def _command(self, what: str) -> str:
        return f"{what}:{self._site.store.new_id()}"

    def _shell(self) -> AnswerShell:
        return AnswerShell(
            exercise=self._site.exercise,
            organisation=self._site.settings.organisation,
            now=self._site.clock.now(),
            zone="UTC",
            emergency_number=EMERGENCY,
        )

    def _words(self, language: str) -> Words:
        return self._site.language(language)

    def _html(self, view: View, language: str) -> bytes:
        return self._pages.render(view, language).encode()

    def _sorry(self, status: int, sentence: str) -> tuple[int, bytes]:
        _ = self._words("en")
        page = ErrorPage(
            status=status,
            what=_(sentence),
            advice=_("Nothing was changed."),
            exercise=self._site.exercise,
            home=PATH,
        )
        return status, self._html(page, "en")

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


OURS = frozenset({NOT_SURE, NO_FORM, THE_WAY_IN})

DECISIONS: dict[str, Callable[[Known, str, datetime], tuple[Fact, ...]]] = {
    "name": change.rename,
    "language": change.say_languages,
    "needs": change.say_needs,
    "resume": lambda known, _what, now: change.resume(known, now),
    "remove": change.remove_contact,
    "remove_place": change.remove_place,
    "pause_contact": change.pause_contact,
    "resume_contact": change.resume_contact,
}
"""What a form can ask for about oneself: handed how one stands, what the form says, and the moment."""


def _accepted(scope: HTTPScope) -> str:
    """Return the first language that a browser asks for."""
    said = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return said.decode("ascii", "replace").partition(",")[0].partition(";")[0].strip()
