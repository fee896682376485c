"""Taking in what others send: it is judged as the inlet asks, and kept, or not kept and that is noted with why.

Nothing follows from it by itself: no report, no warning, no end of one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

import msgspec
import structlog
from cryptography import x509

from tocsin.basis.errors import Refused
from tocsin.cap.envelope import opened
from tocsin.cap.judge import Verdict, judge, judge_many
from tocsin.cap.problem import Problem
from tocsin.cap.signature import Pinned, Pins
from tocsin.cap.xml import StopError
from tocsin.report.inlet import Inlet, InletKey
from tocsin.store.inlets import Intake, Refusal
from tocsin.store.receiving import Receiving

log = structlog.get_logger()

AT_ONCE = 100
"""How many messages are judged and kept in one go, so that nobody who writes meanwhile waits for long."""

BYTES_AT_ONCE = 4 * 1024 * 1024


class Became(StrEnum):
    """What became of a message."""

    KEPT = "kept"
    KNOWN = "known"
    REFUSED = "refused"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one message, and what was found of it. why: it was refused."""

    became: Became
    sha256: str
    sender: str | None
    identifier: str | None
    sent: datetime | None
    ok: bool
    signature: str
    problems: tuple[Problem, ...]
    why: str = ""


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that came: one message, or an envelope. what: names them for a person: an address, a file, how they came."""

    raw: bytes
    what: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of some bytes, before any of it is kept."""

    kept: tuple[tuple[bytes, Verdict], ...]
    taken: tuple[Taken, ...]
    refusals: tuple[Refusal, ...]

    def intake(self, inlet: Inlet, at: datetime) -> Intake:
        """Return what is to be written down of it."""
        return Intake(inlet=inlet.id, at=at, messages=self.kept, refusals=self.refusals)


def judged(inlet: Inlet, came: Came) -> Judged:
    """Judge some bytes as an inlet asks. Of what is no CAP at all, it says so."""
    try:
        messages = opened(came.raw).messages
    except StopError as stop:
        return _all([(came.raw, None, stop.problem.message)], came.what)
    if not messages:
        return _all([(came.raw, None, "There is no CAP message in it")], came.what)
    return judged_messages(inlet, messages, came.what)


def judged_messages(inlet: Inlet, messages: Sequence[bytes], what: str) -> Judged:
    """Judge messages, each in bytes of its own, as an inlet asks."""
    pins = pins_of(inlet.keys)
    try:
        verdicts: Sequence[Verdict | None] = judge_many(messages, pins=pins, require_signature=inlet.signed)
    except Exception:  # noqa: BLE001  whatever a stranger's bytes make of us: the others are taken all the same
        verdicts = [_judged_alone(raw, pins, signed=inlet.signed) for raw in messages]
    return _all([(raw, one, _refused(inlet, one)) for raw, one in zip(messages, verdicts, strict=True)], what)


def _judged_alone(raw: bytes, pins: Pins, *, signed: bool) -> Verdict | None:
    try:
        return judge(raw, pins=pins, require_signature=signed)
    except Exception as error:  # noqa: BLE001  the same
        log.error("a message could not be judged", kind=type(error).__name__, look=True)
        return None


def _all(found: Iterable[tuple[bytes, Verdict | None, str]], what: str) -> Judged:
    kept, taken, refusals = [], [], []
    for raw, verdict, why in found:
        digest = sha256(raw).digest()
        taken.append(_taken(digest, verdict, why))
        if why or verdict is None:
            refusals.append(Refusal(what=what, sha256=digest, why=why))
        else:
            kept.append((raw, verdict))
    return Judged(kept=tuple(kept), taken=tuple(taken), refusals=tuple(refusals))


def _taken(digest: bytes, verdict: Verdict | None, why: str) -> Taken:
    alert = verdict.alert if verdict else None
    return Taken(
        became=Became.REFUSED if why else Became.KEPT,
        sha256=digest.hex(),
        sender=verdict.sender if verdict else None,
        identifier=verdict.identifier if verdict else None,
        sent=alert.sent if alert else None,
        ok=verdict.ok if verdict else False,
        signature=verdict.signed.state.value if verdict else "none",
        problems=verdict.problems if verdict else (),
        why=why,
    )


def _refused(inlet: Inlet, verdict: Verdict | None) -> str:
    """Say why a message is not kept; nothing where it is."""
    if verdict is None:
        return "It could not be judged, which is a fault of Tocsin's"
    if verdict.alert is None:
        grave = [problem.message for problem in verdict.problems if problem.severity == "error"]
        return grave[0] if grave else "It cannot be read"
    if inlet.senders and verdict.alert.sender not in inlet.senders:
        return "Its sender is none of those that this inlet takes"
    return ""


@lru_cache(maxsize=256)
def pins_of(keys: tuple[InletKey, ...]) -> Pins:
    """Return the pinned keys of an inlet by sender.

    Raises:
        Refused: one is no certificate.
    """
    pins: dict[str, list[Pinned]] = {}
    for key in keys:
        try:
            certificates = x509.load_pem_x509_certificates(key.certificate.encode())
        except ValueError as error:
            raise Refused(f"What is pinned for {key.sender!r} is no certificate in PEM.") from error
        pins.setdefault(key.sender, []).extend(Pinned(key.name, one) for one in certificates)
    return pins


def known_too(taken: Sequence[Taken], fresh: set[bytes]) -> tuple[Taken, ...]:
    """Return what became of messages, now that it is known which of them are new. The second of two alike is not."""
    told, left = [], set(fresh)
    for one in taken:
        digest = bytes.fromhex(one.sha256)
        if one.became is Became.KEPT and digest not in left:
            told.append(msgspec.structs.replace(one, became=Became.KNOWN))
        else:
            told.append(one)
        left.discard(digest)
    return tuple(told)


def take_many(store: Receiving, inlet: Inlet, many: Sequence[Came], at: datetime) -> list[tuple[Taken, ...]]:
    """Judge some bytes and keep what they hold; return of each what became of its messages. Taken twice, it is kept once.

    Raises:
        Unreachable: it could not be written; nothing is lost by trying again.
    """
    told: list[list[Taken]] = [[] for _ in many]
    waiting: list[tuple[int, Judged]] = []
    for number, came in enumerate(many):
        for found in _parts(inlet, came):
            waiting.append((number, found))
            if sum(len(each.kept) for _, each in waiting) >= AT_ONCE:
                _write(store, inlet, waiting, told, at)
                waiting = []
    _write(store, inlet, waiting, told, at)
    return [tuple(each) for each in told]


def take(store: Receiving, inlet: Inlet, came: Came, at: datetime) -> tuple[Taken, ...]:
    """Do the same with what came alone."""
    return take_many(store, inlet, [came], at)[0]


def _parts(inlet: Inlet, came: Came) -> Iterator[Judged]:
    try:
        messages = opened(came.raw).messages
    except StopError:
        messages = ()
    if len(messages) <= 1:
        yield judged(inlet, came)
    for some in portions(messages) if len(messages) > 1 else ():
        yield judged_messages(inlet, some, came.what)


def _write(
    store: Receiving, inlet: Inlet, waiting: Sequence[tuple[int, Judged]], told: list[list[Taken]], at: datetime
) -> None:
    if not waiting:
        return
    fresh = store.take_in([found.intake(inlet, at) for _, found in waiting])
    for (number, found), new in zip(waiting, fresh, strict=True):
        told[number] += known_too(found.taken, new)


def portions(messages: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Part messages into what is judged in one go."""
    return list(_portions(messages))


def _portions(messages: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    some: list[bytes] = []
    size = 0
    for raw in messages:
        if some and (len(some) >= AT_ONCE or size + len(raw) > BYTES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(raw)
        size += len(raw)
    if some:
        yield some
