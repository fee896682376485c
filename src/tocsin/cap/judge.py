"""The whole verdict on what was received: its structure, the rules beyond it, a profile's, and the signature."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from tocsin.cap.check import check_parsed
from tocsin.cap.envelope import opened
from tocsin.cap.model import Alert
from tocsin.cap.problem import MAX_PROBLEMS, Problem, error, warning
from tocsin.cap.profiles import DEFAULT, profile_named
from tocsin.cap.profiles.profile import Earlier
from tocsin.cap.read import Parsed, parse
from tocsin.cap.shapes import Glance, glance_at
from tocsin.cap.signature import UNSIGNED, Pins, Signed, State, verify
from tocsin.cap.xml import StopError

SIGNATURE = "cap-3.3.4.1-signature"


class Verdict(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was found of one message.

    ok: there is no error among the problems. alert: nothing where the message is refused; of a message whose signature
        is good, as it was signed. version, identifier, sender: as far as they could be read.
    """

    ok: bool
    version: str | None
    identifier: str | None
    sender: str | None
    problems: tuple[Problem, ...]
    signed: Signed
    alert: Alert | None


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of some bytes: of each message in them, and of what they came in."""

    kind: str
    ok: bool
    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...]


def judge(raw: bytes, *, profile: str = DEFAULT, pins: Pins | None = None, require_signature: bool = False) -> Verdict:
    """Judge one message.

    require_signature: whether a message without a good signature is refused.

    Raises:
        Refused: there is no such profile.
    """
    return _verdict(raw, parse(raw), None, profile, pins or {}, required=require_signature)


def judge_many(
    raws: Sequence[bytes], *, profile: str = DEFAULT, pins: Pins | None = None, require_signature: bool = False
) -> list[Verdict]:
    """Judge many messages, sooner than one by one: their shapes are looked at together.

    Raises:
        Refused: there is no such profile.
    """
    with _nothing_collected():
        found = [parse(raw) for raw in raws]
        seen = glance_at(parsed.alert for parsed in found if parsed.alert is not None)
        return [
            _verdict(raw, parsed, seen, profile, pins or {}, required=require_signature)
            for raw, parsed in zip(raws, found, strict=True)
        ]


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Put off looking for circles of objects: none are made here, and looking takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _verdict(raw: bytes, parsed: Parsed, seen: Glance | None, profile: str, pins: Pins, *, required: bool) -> Verdict:
    problems = check_parsed(parsed, profile, seen)
    alert, signed = parsed.alert, UNSIGNED
    if alert is not None and (alert.signatures or required):
        problems = [problem for problem in problems if problem.rule != SIGNATURE]
        signed = verify(raw, alert, pins)
        problems += _signature_problems(signed, required)
        alert = None if required and signed.state is not State.GOOD else signed.alert or alert
    return Verdict(
        ok=not problems or not any(problem.severity == "error" for problem in problems),
        version=parsed.version,
        identifier=parsed.identifier,
        sender=parsed.sender,
        problems=tuple(problems),
        signed=signed,
        alert=alert,
    )


def _signature_problems(signed: Signed, required: bool) -> list[Problem]:
    if signed.state is State.GOOD or (signed.state is State.NONE and not required):
        return []
    grave = error if required or signed.state is State.BAD else warning
    return [grave(SIGNATURE, "alert/Signature" if signed.state is not State.NONE else "alert", signed.why)]


def judge_all(
    raw: bytes, *, profile: str = DEFAULT, pins: Pins | None = None, require_signature: bool = False
) -> Opened:
    """Judge every message in some bytes: one alone, or those in an envelope, whose paths begin `alert[2]`."""
    profile_named(profile)
    try:
        envelope = opened(raw)
    except StopError as stop:
        return Opened(kind="alert", ok=False, problems=(stop.problem,), verdicts=())
    verdicts = tuple(judge_many(envelope.messages, profile=profile, pins=pins, require_signature=require_signature))
    if envelope.kind == "alert":
        return Opened(kind="alert", ok=verdicts[0].ok, problems=verdicts[0].problems, verdicts=verdicts)
    found = [_numbered(problem, n) for n, verdict in enumerate(verdicts, 1) for problem in verdict.problems]
    if not verdicts:
        found = [error("xsd", "/", f"There is no CAP message in it ({envelope.kind}); it may only link to some")]
    # Errors first, so that none is left out for a long list of advice.
    found.sort(key=lambda problem: problem.severity)
    ok = bool(verdicts) and all(verdict.ok for verdict in verdicts)
    return Opened(kind=envelope.kind, ok=ok, problems=tuple(found[: 10 * MAX_PROBLEMS]), verdicts=verdicts)


def judged_in_chain(found: Opened, profile: str, chain_of: Callable[[Alert], Iterable[Earlier]]) -> Opened:
    """Judge messages also by what a profile asks of them among those that are known. chain_of: returns these."""
    rule, problems = profile_named(profile).in_chain, list(found.problems)
    verdicts = list(found.verdicts)
    for n, verdict in enumerate(verdicts):
        if verdict.alert is not None and (more := tuple(rule(verdict.alert, chain_of(verdict.alert)))):
            ok = verdict.ok and all(problem.severity != "error" for problem in more)
            verdicts[n] = msgspec.structs.replace(verdict, ok=ok, problems=(*verdict.problems, *more))
            problems += more if found.kind == "alert" else [_numbered(problem, n + 1) for problem in more]
    problems.sort(key=lambda problem: problem.severity)
    ok = found.ok and all(verdict.ok for verdict in verdicts)
    return msgspec.structs.replace(found, ok=ok, problems=tuple(problems), verdicts=tuple(verdicts))


def _numbered(problem: Problem, n: int) -> Problem:
    return msgspec.structs.replace(problem, where=f"alert[{n}]{problem.where.removeprefix('alert')}")
