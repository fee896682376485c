"""Wiring: the only place that knows everyone. It opens a data directory and puts the rooms together."""

import base64
import os
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from tocsin.basis.errors import Broken, Refused, TocsinError, Unreachable
from tocsin.basis.fact import Erased
from tocsin.basis.ids import Id
from tocsin.basis.moment import Clock
from tocsin.basis.words import Words
from tocsin.carriers import Sending, bounced, carriers, replied
from tocsin.channels.fetch import Fetcher, FetchSettings
from tocsin.channels.mail import LARGEST_REPLY
from tocsin.channels.mail.maildir import ASIDE, Take, read_all, set_aside
from tocsin.channels.ping import Ping, PingSettings
from tocsin.channels.witness import WitnessSettings, WitnessWire
from tocsin.flow.answer.reply import take_reply
from tocsin.flow.delivery.carrier import TakesReplies
from tocsin.flow.delivery.hand import OwnHand
from tocsin.flow.engine import Engine
from tocsin.flow.house import Dates, House
from tocsin.flow.others.inbox import Watcher
from tocsin.flow.others.polling import Poller
from tocsin.flow.record.keys import name_record, note_record
from tocsin.flow.record.publish import Publisher, Witnessing
from tocsin.flow.warning.cap_key import signing
from tocsin.flow.watchdog import Watchdog
from tocsin.flow.work import reactions
from tocsin.hands import Away, Start
from tocsin.locale import words_for
from tocsin.record import read_policy
from tocsin.settings import Settings, several
from tocsin.store.destroy import refuse_destroyed
from tocsin.store.folder import FOLDER, Folder
from tocsin.store.lock import DataLock
from tocsin.store.public import PublicDoor
from tocsin.store.store import Store


class WallClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


def witnessing(settings: Settings, *, loopback_only: bool) -> Witnessing | None:
    """Return whom to ask for cosignatures, if anybody.

    Raises:
        Refused: the policy cannot be read.
    """
    if settings.record_policy is None:
        return None
    try:
        policy = read_policy(settings.record_policy.read_bytes())
    except OSError as error:
        raise Refused(f"The policy {settings.record_policy} cannot be read: {error.strerror}.") from error
    wire = WitnessWire(WitnessSettings(allow_private=settings.witness_private), loopback_only=loopback_only)
    return Witnessing(policy, wire.post)


def pinging(settings: Settings) -> Callable[[], None] | None:
    """Return what tells the service outside that all is well, if there is one.

    Raises:
        Refused: its address is none. The sentence does not quote it.
    """
    if not settings.ping_url:
        return None
    try:
        return Ping(PingSettings(url=settings.ping_url, allow_private=settings.ping_private)).send
    except Refused as error:
        raise Refused(f"TOCSIN_PING_URL cannot be used. {error}") from error


def fetching(settings: Settings, *, loopback_only: bool) -> Fetcher:
    """Return what asks feeds of others' alerts. It says who we are, so that whoever is asked can tell us to stop."""
    agent = f"Tocsin (+{settings.base_url})" if settings.base_url else "Tocsin"
    far = FetchSettings(allow_private=settings.inlet_private, agent=agent)
    return Fetcher(far, loopback_only=loopback_only)


def _place_of(url: str) -> str:
    """Return what a record is called that is published under this address; nothing without one."""
    return f"{urlsplit(url).netloc}/record" if url else ""


def make_data_directory(data: Path) -> None:
    """Make the data directory, for its owner alone.

    Raises:
        Unreachable: it cannot be made or written to.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unreachable(f"{data} cannot be made: {error.strerror}. Name another directory with --data.") from error
    if not data.is_dir() or not os.access(data, os.W_OK | os.X_OK):
        raise Unreachable(f"{data} cannot be written to. Check its owner and its disc, or name another with --data.")


class App:
    """One data directory, open and wired."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        holder: str,
        base_url: str,
        exercise: bool | None,
        exercise_note: str = "",
        randomness: Callable[[int], bytes] = os.urandom,
        senders: int = 0,
    ) -> None:
        """Take the data directory and open it.

        senders: how many processes hand over what goes to many, on each channel. They go by the machine's own clock.

        holder: the command that does so. exercise: a replay or sandbox, which can send nowhere but to this machine;
        None: whichever of the two the directory was made for.

        Raises:
            Refused: another process has it, it is not of this kind, or its keys were destroyed.
            Unreachable: its disc is full or read-only.
        """
        make_data_directory(settings.data)
        self.settings = settings
        self.clock = clock
        self.exercise_note = exercise_note
        self.zone = settings.zone
        self.sign_ins: tuple[tuple[str, str], ...] = ()
        try:
            self.lock = DataLock(settings.data, holder)
        except OSError as error:
            raise Unreachable(f"{settings.data} cannot be locked: {error.strerror}.") from error
        try:
            refuse_destroyed(settings.data)
            given = [base64.b64decode(key) for key in (settings.record_key, settings.record_next_key) if key]
            self.store = Store(settings.data, randomness, clock.now(), reactions, record_keys=given)
            self.exercise = self._settle_kind(exercise)
            self.public = PublicDoor(settings.data)
            self.witnessing = witnessing(settings, loopback_only=self.exercise)
            self.publisher = Publisher(
                self.store, Folder(settings.record_folder or settings.data / FOLDER), self.witnessing
            )
            self.house = House(
                store=self.store,
                carriers=carriers(settings, words_for, loopback_only=self.exercise),
                base_url=base_url,
                organisation=settings.organisation,
                jitter=(lambda: 0.0) if self.exercise else random.random,
                language=words_for,
                avoid=frozenset(several(settings.avoid)),
                neutral=settings.neutral,
                telephone=settings.telephone,
                ask_ahead_s=settings.ask_ahead,
                deadlines=Dates(
                    (settings.review_days, settings.review_days_grave), timedelta(days=settings.deadline_days)
                ),
                signing=signing(settings, exercise=self.exercise),
            )
            name_record(self.store, settings.record_origin, _place_of(settings.base_url))
            note_record(self.house, self.witnessing, clock.now())
            ping = None if self.exercise else pinging(settings)
        except BaseException as error:  # Ctrl-C too must not leave the directory locked
            self.lock.release()
            if isinstance(error, TocsinError | OSError):
                raise _ours(error, settings.data) from error
            raise
        hands = partial(self._hand, settings) if senders else None
        chores = {"counts": self.store.lay_by}
        if settings.cap_key is not None:
            chores["signature"] = self.house.signing.check
        if settings.mail_bounces is not None:
            chores["bounces"] = self.read_bounces
        if settings.mail_replies not in (None, settings.mail_bounces):  # else the one who looks for bounces sees both
            chores["replies"] = self.read_replies
        if settings.mail_replies is not None or isinstance(self.house.carriers.get("sms"), TakesReplies):
            chores["addresses"] = lambda: self.store.open_addresses(clock.now())
        self.poller = Poller(self.store, clock, fetching(settings, loopback_only=self.exercise), self.house.jitter)
        self.watcher = Watcher(self.store, clock)
        self.engine = Engine(
            self.house,
            clock,
            self.publisher,
            senders=max(senders, 1),
            hands=hands,
            ping=ping,
            chores=chores,
            rounds={"inlets": self.poller.round, "inboxes": self.watcher.round},
        )

    def read_bounces(self) -> None:
        """Take in the mails that came back since the last time."""

        def take(raw: bytes, to: str) -> None:
            try:
                echo = bounced(raw, self.settings.mail_sender, to, self.clock.now())
            except Refused:  # it is no bounce of ours: an answer, or it is only put among those read
                if self.settings.mail_replies == self.settings.mail_bounces:
                    self._take_mail(raw)
                return
            if echo is not None:
                self.store.add_echoes([echo])

        self._read_all(self.settings.mail_bounces, take)

    def read_replies(self) -> None:
        """Take in the letters that answer ours and have come since the last time."""
        self._read_all(self.settings.mail_replies, lambda raw, _to: self._take_mail(raw))

    def _read_all(self, folder: Path | None, take: Take) -> None:
        if folder is None:
            return
        if read_all(folder, take, most=LARGEST_REPLY):
            self.wake()
        if aside := set_aside(folder):
            raise Broken(
                f"Mails that came in and could not be taken in: {aside}. They lie in the folder {ASIDE} of the Maildir. "
                "Look at each, then put it into new to have it read again, or into cur."
            )

    def _take_mail(self, raw: bytes) -> None:
        try:
            said = replied(raw, self.settings.mail_sender, self.clock.now())
        except Refused:  # it wrote itself, and is put among those read
            return
        take_reply(self.house, said)

    def _hand(self, settings: Settings) -> Away:
        key = self.store.secrets.links
        start = Start(settings, key, loopback_only=self.exercise)
        return Away(start, OwnHand(self.house.carriers, key, self.store.randomness))

    def _settle_kind(self, exercise: bool | None) -> bool:
        # A replay writes invented people and a false past; a live directory must never hold them.
        made_for = self.store.recall("kind")
        if exercise is None:
            return made_for != "live"
        kind = "replay" if exercise else "live"
        if made_for is None:
            self.store.remember("kind", kind)
        elif made_for != kind:
            raise Refused(f"{self.settings.data} was made for a {made_for}, not for a {kind}. Name another directory.")
        return exercise

    def language(self, tag: str) -> Words:
        """Return the sentences in a language, or in English."""
        return words_for(tag)

    def wake(self) -> None:
        """Tell the engine that something has come in."""
        self.engine.wake()

    @property
    def watchdog(self) -> Watchdog:
        """Return what proves that nothing was let fall."""
        return self.engine.watchdog

    @property
    def trouble(self) -> str:
        """Return what keeps the engine from working, or what it has let fall, or nothing."""
        return self.engine.trouble or self.engine.watchdog.trouble(self.clock.now())

    @property
    def sign_in_names(self) -> Mapping[str, Id]:
        """Return who may sign in, by the name they do it with."""
        with self.store.look() as look:
            people = look.desk_people()
        return {p.sign_in: p.id for p in people if p.sign_in and not isinstance(p.sign_in, Erased) and not p.forgotten}

    def close(self) -> None:
        """Stop working, and let the next one in."""
        self.engine.stop()
        self.poller.stop()
        for way in self.house.carriers.values():
            if isinstance(way, Sending):
                way.close()
        self.public.close()
        self.store.close()
        self.lock.release()


def _ours(error: Exception, data: Path) -> TocsinError:
    if isinstance(error, TocsinError):
        return error
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return Unreachable(f"{data} cannot be opened: {reason}. Check its disc and its owner.")
