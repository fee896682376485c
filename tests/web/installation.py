"""A small installation for the web's tests: a real store in a folder, a town's people, warnings that were really sent."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import httpx
import msgspec
from argon2 import PasswordHasher
from lxml import html

import messages
from tests.words import Pseudo
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.basis.words import ENGLISH, Language, Words
from tocsin.channels.channel import Limit, Parcel, Result
from tocsin.flow.delivery.carrier import Message, Pack
from tocsin.flow.house import House
from tocsin.flow.record.publish import Publisher
from tocsin.flow.warning import advisory, statement, tear_line, warn
from tocsin.flow.watchdog import Watchdog
from tocsin.flow.work import reactions, work
from tocsin.people.facts import ContactAdded, PersonAdded, PersonKind, SignInSet
from tocsin.settings import Settings
from tocsin.store.folder import Folder
from tocsin.store.public import PublicDoor
from tocsin.store.store import Store
from tocsin.testing.clock import TownClock
from tocsin.threat.facts import ThreatOpened
from tocsin.warning.advisory.facts import AdvisoryDrafted
from tocsin.warning.advisory.risk import Indicator, Risk
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, TearLine
from tocsin.warning.notice.state import Notice
from tocsin.warning.statement.facts import StatementDrafted, StatementKind
from tocsin.web.site import Site

START = datetime(2024, 5, 2, 9, 0, tzinfo=UTC)
SECRET = "Quellwolke"  # stands in the RED notice and nowhere else
PASSPHRASE = "water over the mill lane"

# As weak as argon2 allows: a test signs in often, and nobody attacks it.
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

_PAGES = count(1)


class Paper:
    """A channel that takes everything and keeps what it was handed."""

    limits: tuple[Limit, ...] = ()

    def check(self) -> str:
        return "All is well; nothing was sent."

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def layout(self, message: Message, not_after: datetime) -> Pack:
        def pack(parcel_id: str, address: str, answer_url: str, leave_url: str) -> Parcel:
            self.messages.append(message)
            return Parcel(
                id=parcel_id, address=address, content=b"paper", not_after=not_after, exercise=message.exercise
            )

        return pack

    def send(
        self, parcels: Iterable[Parcel], now: Callable[[], datetime], *, in_flight: int = 1
    ) -> Iterator[list[Result]]:
        yield from ([Result(parcel=parcel.id, state="accepted", detail="")] for parcel in parcels)


class Chance:
    """Randomness that repeats itself from test to test."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, count: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(str(self.drawn).encode()).digest(count)


class Installation:
    """What the web is handed. Times are the town clock's; nothing happens that a test does not cause."""

    def __init__(self, data: Path, *, exercise: bool = False, base_url: str = "http://tocsin.example") -> None:
        data.mkdir(exist_ok=True)
        self.data = data
        self.clock = TownClock(START)
        self.chance = Chance()
        self.settings = Settings(data=data, organisation="Mill Town")
        self.exercise = exercise
        self.exercise_note = "Only a test." if exercise else ""
        self.trouble = ""
        self.sign_ins = (("duty", "duty_officer"),) if exercise else ()
        self.paper = Paper()
        self.woken = 0
        self.said: Language = lambda _tag: ENGLISH
        self.store = Store(data, self.chance, START, reactions)
        self.public = PublicDoor(data)
        self.publisher = Publisher(self.store, Folder(data / "record"))
        self.watchdog = Watchdog(self.store)
        self.house = House(
            store=self.store,
            carriers={"paper": self.paper},
            base_url=base_url,
            organisation="Mill Town",
            jitter=lambda: 0.0,
            language=self.language,
        )
        self._commands = 0

    def language(self, tag: str, /) -> Words:
        return self.said(tag)

    def wake(self) -> None:
        self.woken += 1

    def close(self) -> None:
        self.public.close()
        self.store.close()

    @cached_property
    def site(self) -> Site:
        return Site(self, zone="Europe/Vienna")

    def renewed_site(self) -> Site:
        """Return the site as it is after a restart: signed out, and with the words as they are now."""
        if "site" in vars(self):
            self.site.close()
            del self.site
        return self.site

    # ---- what happens in the town

    def command(self) -> str:
        self._commands += 1
        return f"test:{self._commands}"

    def commit(self, *facts: Any) -> None:
        self.store.commit(facts, at=self.clock.now(), by="test", command=self.command())

    def work(self) -> None:
        work(self.house, self.clock)

    def person(
        self, name: str, *roles: Role, languages: tuple[str, ...] = ("en",), cleared_to: Mark = Mark.AMBER
    ) -> Id:
        id = self.store.new_id()
        now = self.clock.now()
        facts: list[Any] = [
            PersonAdded(
                subject=id,
                occurred_at=now,
                person_kind=PersonKind.PERSON,
                name=name,
                languages=languages,
                roles=roles,
                cleared_to=cleared_to,
            ),
            ContactAdded(subject=self.store.new_id(), occurred_at=now, person=id, channel="paper", address=f"{name} 1"),
        ]
        if roles:
            facts.append(
                SignInSet(
                    subject=id,
                    occurred_at=now,
                    sign_in=name.partition(" ")[0].lower(),
                    secret_hash=HASHER.hash(PASSPHRASE),
                )
            )
        self.commit(*facts)
        return id

    @cached_property
    def watch_officer(self) -> Id:
        return self.person("Watch Wren", Role.WATCH_OFFICER)

    @cached_property
    def duty_officer(self) -> Id:
        return self.person("Duty Dean", Role.DUTY_OFFICER)

    @cached_property
    def miller(self) -> Id:
        return self.person("Miller Moll")

    @property
    def ladder(self) -> Ladder:
        return Ladder(rungs=(Rung(to=self.duty_officer, after_s=900),))

    @cached_property
    def threat(self) -> Id:
        id = self.store.new_id()
        self.commit(
            ThreatOpened(
                subject=id,
                occurred_at=self.clock.now(),
                title="Water over the Mill Lane bridge",
                zone="Europe/Vienna",
                owner=self.watch_officer,
            )
        )
        return id

    def alert(self, headline: str = "Keep off the bridge", *, hours: int = 48, persons: tuple[Id, ...] | None = None,
              issue: bool = True, **more: Any) -> Id:  # fmt: skip
        id, now = self.store.new_id(), self.clock.now()
        wordings = more.pop("wordings", None) or (
            Wording(
                language="en",
                headline=headline,
                event="Flood",
                description="The river is rising.",
                instruction="Keep off the bridge. Stay on high ground.",
                contact="Call the mill.",
            ),
        )
        draft = AlertDrafted(
            subject=id, occurred_at=now, threat=self.threat, author=self.watch_officer, sender="bell@tocsin.example",
            sender_name="Mill Town", wordings=wordings,
            areas=more.pop("areas", None) or (Area(name="Mill Lane", circle=(48.2, 16.4, 2.0)),),
            begins=more.pop("begins", now), ends=now + timedelta(hours=hours),
            persons=(self.miller,) if persons is None else persons, ladder=self.ladder,
            exercise=self.exercise, **more,
        )  # fmt: skip
        warn.draft_alert(self.house, draft, by=self.watch_officer, command=self.command(), now=now)
        if not issue:
            return id
        warn.approve_alert(self.house, id, by=self.duty_officer, command=self.command(), now=now)
        warn.issue_alert(self.house, id, by=self.duty_officer, command=self.command(), now=now)
        self.work()
        return id

    def notice(
        self,
        *,
        mark: Mark = Mark.RED,
        recipients: tuple[Id, ...] | None = None,
        readers: tuple[Id, ...] = (),
        unnamed: bool = False,
    ) -> Id:
        id, now = self.store.new_id(), self.clock.now()
        warn.decide_duty(
            self.house, id, self.threat, tell=True, test=DutyTest(), why=f"They are in danger. {SECRET}",
            by=self.duty_officer, command=self.command(), now=now,
        )  # fmt: skip
        draft = NoticeDrafted(
            subject=id, occurred_at=now, threat=self.threat, author=self.watch_officer,
            recipients=(self.miller,) if recipients is None else recipients,
            tear_line=TearLine(what=f"Someone has loosened the sluice. {SECRET}", where="At the mill", action="Guard it."),
            mark=mark, readers=readers, begins=now, ends=now + timedelta(hours=24),
            ladder=self.ladder, unnamed=unnamed,
        )  # fmt: skip
        warn.draft_notice(self.house, draft, by=self.watch_officer, command=self.command(), now=now)
        self.release_words(id)
        warn.approve_notice(self.house, id, by=self.duty_officer, command=self.command(), now=now)
        warn.send_notice(self.house, id, by=self.duty_officer, command=self.command(), now=now)
        self.work()
        return id

    def release_words(self, notice: Id) -> None:
        """Let stay in a notice whatever stands in stricter material alone."""
        with self.store.look() as look:
            keys = {one.key for one in tear_line.flags_in(look, look.get(Notice, notice))}
        if keys:
            tear_line.release_words(
                self.house, notice, keys, why="It is agreed.", by=self.duty_officer, command=self.command(),
                now=self.clock.now(),
            )  # fmt: skip

    def advisory(self, country: str = "FR", level: int = 3, *, approve: bool = True, **more: Any) -> Id:
        id, now = self.store.new_id(), self.clock.now()
        draft = AdvisoryDrafted(
            subject=id, occurred_at=now, country=country, level=level, title=country, text="The roads are under water.",
            advice="Stay off the roads.", author=self.watch_officer, review_at=now + timedelta(days=90),
            risks=(Risk(indicator=Indicator.NATURAL_DISASTER, words="The river floods."),),
            persons=(self.miller,), ladder=self.ladder,
        )  # fmt: skip
        draft = msgspec.structs.replace(draft, **more)
        advisory.draft_advisory(self.house, draft, by=self.watch_officer, command=self.command(), now=now)
        if approve:
            advisory.approve_advisory(self.house, id, by=self.duty_officer, command=self.command(), now=now)
        self.work()
        return id

    def statement(self, title: str = "On the flood", *, approve: bool = True, **more: Any) -> Id:
        now = self.clock.now()
        draft = StatementDrafted(
            subject=self.store.new_id(), occurred_at=now, statement_kind=StatementKind.CONDOLENCE, title=title,
            text="We grieve.\n\nWe stay.", author=self.watch_officer,
        )  # fmt: skip
        draft = msgspec.structs.replace(draft, **more)
        statement.draft_statement(self.house, draft, by=self.watch_officer, command=self.command(), now=now)
        if approve:
            statement.approve_statement(
                self.house, draft.subject, by=self.duty_officer, command=self.command(), now=now
            )
        return draft.subject

    def token(self, warning: Id, person: Id | None = None) -> str:
        with self.store.look() as look:
            return self.store.links.token(look.rows_of(warning)[person or self.miller])

    def answers(self) -> list[tuple[str, str]]:
        with self.store.look() as look:
            found = look.connection.exec_driver_sql("SELECT answer, words FROM answer_log ORDER BY seq").all()
        return [(answer, words) for answer, words in found]

    def row_counts(self) -> dict[str, int]:
        with self.store.look() as look:
            tables = (
                look.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
            )
            return {
                name: look.connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in tables
            }


class Browser:
    """A browser without scripts: it keeps cookies, and its requests go straight into the application."""

    def __init__(
        self,
        site: Any,
        base_url: str = "http://tocsin.example",
        *,
        client: tuple[str, int] = ("192.0.2.1", 1),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._site = site
        self._base_url = base_url
        self._client = client
        self._headers = headers
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(self._site, client=self._client, raise_app_exceptions=True)
            async with httpx.AsyncClient(
                transport=transport, base_url=self._base_url, cookies=self.cookies, headers=self._headers
            ) as client:
                response = await client.request(method, path, **more)
                self.cookies = client.cookies
                return response

        return anyio.run(one)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, form: Mapping[str, str] | bytes, **more: Any) -> httpx.Response:
        """Send a form. At the desk each has a nonce of its own, as one from a page that was loaded anew."""
        if path.startswith("/desk") and not isinstance(form, bytes):
            form = {"nonce": f"page-{next(_PAGES):08}", **form}
        content = form if isinstance(form, bytes) else urlencode(form).encode()
        headers = {"content-type": "application/x-www-form-urlencoded", **more.pop("headers", {})}
        return self.ask("POST", path, content=content, headers=headers, **more)

    def csrf(self, path: str) -> str:
        """Return the hidden token of the first form on a page."""
        found = html.document_fromstring(self.get(path).text).find('.//input[@name="_csrf_token"]')
        assert found is not None
        return found.get("value", "")

    def sign_in(self, name: str, passphrase: str = PASSPHRASE, **more: str) -> httpx.Response:
        token = self.csrf("/desk/sign-in")
        return self.post("/desk/sign-in", {"_csrf_token": token, "name": name, "password": passphrase, **more})


@cache
def made_up() -> Words:
    """Return the made-up language, from the sentences as they stand in the sources now."""
    ids = [message.id for message in messages.collect(messages.SOURCE) if message.id]
    return Words("qps", Pseudo(frozenset(text for one in ids for text in ([one] if isinstance(one, str) else one))))


@asynccontextmanager
async def talking_to(site: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Let a test ask many things at once."""
    transport = httpx.ASGITransport(site, client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin.example") as client:
        yield client
