"""Who is at the desk: signing in with name and passphrase, sessions, and what each request may do.

Sessions live in memory and end with the process. A person is read anew at each request, so that a role that was taken
away, or a person who was forgotten, counts at once.
"""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tocsin.basis.ids import Id
from tocsin.basis.marking import Reader, Role
from tocsin.people.state import Person
from tocsin.store.look import Look

LASTS_S = 12 * 3_600
MOST_SESSIONS = 10_000
TRIES = 5  # a minute, under one name from one address
TRIES_IN_ALL = 30  # a minute, from one address
LONGEST = 1_024  # characters of a passphrase; hashing longer ones would be work for nothing
AT_ONCE = 2  # passphrases hashed at a time: each takes 64 MiB and a core

RANKS = (Role.DUTY_OFFICER, Role.WATCH_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
"""Of several roles, the one that is shown."""


@dataclass(frozen=True)
class Session:
    """One signed-in browser. key: a hash of what the browser holds, so that memory alone signs nobody in.

    era: how often the desk had been closed when it began; it is over when the desk is closed once more. secret: a hash of what
    is kept of the passphrase; it is over when there is another one.
    """

    key: bytes
    person: Id
    csrf: str
    began: float
    era: int
    secret: bytes


@dataclass(frozen=True)
class SignedIn:
    """Who is asking, as they are known at this moment."""

    session: Session
    person: Id
    name: str
    language: str
    roles: frozenset[Role]
    reader: Reader

    @property
    def role(self) -> str:
        """Return the role to show."""
        return next((role.value for role in RANKS if role in self.roles), "")


class Sessions:
    """The sessions of this process."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Hold none yet."""
        self._monotonic = monotonic
        self._held: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def open(self, person: Person, era: int = 0) -> tuple[str, Session]:
        """Begin a session, and return what the browser is to hold."""
        token = secrets.token_urlsafe(32)
        secret = _key(_said(person.secret_hash))
        session = Session(_key(token), person.id, secrets.token_urlsafe(32), self._monotonic(), era, secret)
        with self._lock:
            if len(self._held) >= MOST_SESSIONS:
                self._held.pop(next(iter(self._held)))
            self._held[session.key] = session
        return token, session

    def find(self, token: str) -> Session | None:
        """Return the session a browser holds, unless it is over."""
        with self._lock:
            session = self._held.get(_key(token))
            if session is not None and self._monotonic() - session.began > LASTS_S:
                del self._held[session.key]
                return None
        return session

    def end(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._held.pop(_key(token), None)


def _key(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


class Passphrases:
    """Checks passphrases, a few at a time, and takes as long for a name that nobody has."""

    def __init__(self) -> None:
        """Hash as argon2-cffi advises: Argon2id, with what each hash says of itself."""
        self._hasher = PasswordHasher()
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def fitting(self, people: Sequence[Person], name: str, passphrase: str) -> Person | None:
        """Return the person of that sign-in name whose passphrase this is."""
        able = [one for one in people if one.roles and not one.forgotten and _said(one.secret_hash)]
        found = next((one for one in able if _same(_said(one.sign_in), name)), None)
        against = found or next(iter(able), None)
        if against is None or len(passphrase) > LONGEST:
            return None
        fits = self._fits(_said(against.secret_hash), passphrase)
        return found if fits else None

    def _fits(self, held: str, passphrase: str) -> bool:
        with self._room:
            try:
                return self._hasher.verify(held, passphrase)
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False


def _said(value: object) -> str:
    return value if isinstance(value, str) else ""


def _same(held: str, said: str) -> bool:
    return bool(held) and compare_digest(
        held.strip().casefold().encode(), said.strip().casefold().encode("utf-8", "replace")
    )


def known_now(look: Look, session: Session) -> SignedIn | None:
    """Return who holds a session, as they are known now; None once they may not sit here any more."""
    person = look.find(Person, session.person)
    if person is None or person.forgotten or not person.roles:
        return None
    if session.secret != _key(_said(person.secret_hash)):
        return None
    roles = frozenset(person.roles)
    return SignedIn(
        session=session,
        person=person.id,
        name=str(person.name),
        language=(person.languages or ("en",))[0],
        roles=roles,
        reader=Reader(person=person.id, roles=roles, cleared_to=person.cleared_to),
    )
