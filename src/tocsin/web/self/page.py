"""Enrolling oneself at /me, and one's own page behind /me/<token>. GET shows and changes nothing; POST changes.

The token is all that lets anyone in: no cookie does, so no other site can press a button here for somebody. It stands in
no log and no error. Whoever asks for a link is told the same whether we know them or not.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from litestar.types import HTTPScope
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.words import N_
from tocsin.flow.delivery import link
from tocsin.flow.people import enrol, leave
from tocsin.flow.people.forget import forget
from tocsin.flow.people.person import change_person
from tocsin.people import change
from tocsin.people.address import fitting
from tocsin.people.known import Known
from tocsin.people.listed import Need
from tocsin.people.state import Contact, ContactStands, Group
from tocsin.places import Town
from tocsin.web.pieces import View
from tocsin.web.render import Pages
from tocsin.web.security import Tries
from tocsin.web.self import fill, home
from tocsin.web.self.serving import HOME, NO_FORM, SelfServing, accepted, reads
from tocsin.web.self.views import ConfirmPage, EnrolPage, ErasedPage, SentPage
from tocsin.web.wiring import Installation

PATH = HOME
ASKED = 10  # times a minute that one address of the network may ask for a link
ASKED_IN_ALL = 300  # times a minute that everybody together may
GUESSES = 20  # wrong tokens a minute from one address of the network
PAUSES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30), "": None}

NO_ADDRESS = N_("We cannot send anything there. Look at what you wrote, and send it again.")
NO_CONSENT = N_("We may warn you only if you agree. Tick the box, or leave this page.")
NOT_SURE = N_("Nothing was erased. Tick the box first, if you are sure.")
THE_WAY_IN = N_("You came here by this one. Ask for a link to another, and remove it from there.")
TOO_OFTEN = N_("Too many tries. Wait a minute, then try again.")


class OwnPages(SelfServing):
    """Serves /me and /me/<token>."""

    def __init__(self, site: Installation, pages: Pages, *, tries: Tries | None = None) -> None:
        """Be ready."""
        super().__init__(site, pages)
        self._asked = tries or Tries(ASKED)
        self._asked_in_all = Tries(ASKED_IN_ALL)
        self._guesses = Tries(GUESSES)

    def serves(self, path: str) -> bool:
        """Say whether a path is one of these pages."""
        return path == PATH or path.startswith(link.PREFIX)

    def _answer(self, scope: HTTPScope, who: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        token = scope["path"].removeprefix(PATH).removeprefix("/")
        return self._own(who, token, form, reads(scope)) if token else self._enrol(scope, who, form)

    # ---- enrolling

    def _enrol(self, scope: HTTPScope, who: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        tag = fill.language_among((form or {}).get("language", "") or accepted(scope))
        if form is None:
            return 200, self._form(tag)
        if self._asked.wait_s(who) or self._asked_in_all.wait_s(""):
            return self._sorry(429, TOO_OFTEN, tag)
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

    def _own(self, who: str, token: str, form: Mapping[str, str] | None, spoken: str) -> tuple[int, bytes]:
        found = self._behind(token)
        if found is None:
            wait = self._guesses.wait_s(who)
            return (429 if wait else 404), self._gone(spoken)
        known, contact = found
        wrong, joined, towns = "", False, tuple[Town, ...]()
        if form is not None:
            try:
                leads = self._do(known, contact, token, form)
                if not leads:
                    return 200, self._html(ErasedPage(shell=self._shell()), known.person.languages[0])
                joined, token = leads != token, leads
                towns = home.choices(form)
            except Refused as error:
                wrong = str(error)
            self._site.wake()
            known, contact = self._behind(token) or found
        return (400 if wrong else 200), self._shown(
            known,
            contact,
            token,
            done=form is not None and not wrong and not towns,
            joined=joined,
            wrong=wrong,
            towns=towns,
        )

    def _behind(self, token: str) -> tuple[Known, Contact] | None:
        with self._site.store.look() as look:
            return link.behind(self._site.house, look, token, self._site.clock.now())

    def _person_behind(self, token: str, person: Id) -> Id:
        found = self._behind(token)
        return found[0].person.id if found is not None else person

    def _shown(
        self,
        known: Known,
        contact: Contact,
        token: str,
        *,
        done: bool,
        joined: bool,
        wrong: str,
        towns: Sequence[Town],
    ) -> bytes:
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
            replace(self._shell(), large=Need.LARGE_TEXT in change.needs_of(known)), known, contact, tuple(sorted(one.name for one in groups.values())), post_to,
            self._site.clock.now(), _, numbers="sms" in enrol.channels(self._site.house), done=done, joined=joined, towns=towns,
            wrong=_(wrong) if wrong in OURS else wrong,
        )  # fmt: skip
        return self._html(page, tag)

    def _do(self, known: Known, contact: Contact, token: str, form: Mapping[str, str]) -> str:
        """Do what a form asks for; return the token that leads to their page from now on, nothing where all was erased.

        Raises:
            Refused: it cannot be.
        """
        house, now, person, do = self._site.house, self._site.clock.now(), known.person.id, form.get("do", "")
        command = self._command("own page")
        if do == "erase":
            if contact.stands is not ContactStands.PENDING and not form.get("sure"):
                raise Refused(NOT_SURE)
            forget(house, person, why="They erased themselves.", by=person, command=command, now=now)
            return ""
        if do == "confirm":
            kept = enrol.confirm(house, person, contact.id, command=command, now=now)
            if kept != contact.id:
                token = link.token(house, kept, now)
                person = self._person_behind(token, person)
            if form.get("town", "").strip():
                command = self._command("own page")
                change_person(
                    house,
                    person,
                    lambda stands: self._decide("home", stands, form),
                    by=person,
                    command=command,
                    now=now,
                )
        elif contact.stands is ContactStands.PENDING or do not in (*DECISIONS, "add", "agree", "home", "pause"):
            raise Refused(NO_FORM)
        elif do == "remove" and form.get("what") == contact.id:
            raise Refused(THE_WAY_IN)
        elif do == "add":
            address = form.get("address", "").strip()
            enrol.add_contact(house, person, "mail" if "@" in address else "sms", address, command=command, now=now)
        elif do == "agree":
            tag = known.person.languages[0]
            words = fill.wording(self._site.settings.organisation, self._words(tag))
            leave.begin(house, person, wording=words, language=tag, command=command, now=now)
        else:
            change_person(
                house, person, lambda stands: self._decide(do, stands, form), by=person, command=command, now=now
            )
        return token

    def _decide(self, do: str, known: Known, form: Mapping[str, str]) -> tuple[Fact, ...]:
        now, what = self._site.clock.now(), form.get("what", "").strip()
        if do == "home":
            return home.decide(known, form, self._site.store.new_id(), now)
        if do == "pause":
            length = PAUSES.get(what)
            return change.pause(known, now + length if length else None, now)
        return DECISIONS[do](known, what, now)


OURS = frozenset({NOT_SURE, NO_FORM, home.NO_TOWN, THE_WAY_IN})

DECISIONS: dict[str, Callable[[Known, str, datetime], tuple[Fact, ...]]] = {
    "name": change.rename,
    "language": change.say_languages,
    "needs": change.say_needs,
    "leave": lambda known, _what, now: change.end_warnings(known, "their own page", now),
    "resume": lambda known, _what, now: change.resume(known, now),
    "remove": change.remove_contact,
    "remove_place": change.remove_place,
    "pause_contact": change.pause_contact,
    "resume_contact": change.resume_contact,
}
"""What a form can ask for about oneself: handed how one stands, what the form says, and the moment."""
