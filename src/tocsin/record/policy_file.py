"""Policy files: how a policy is written, one log, witness, group or quorum a line.

What follows from a policy is left to policy.py.

Source: C2SP tlog-policy.
"""

import re

from tocsin.basis.errors import Refused
from tocsin.record.algorithms import COSIGNATURE, ED25519
from tocsin.record.policy import ListedLog, ListedWitness, Policy, WitnessGroup, shown
from tocsin.record.spelling import from_decimal
from tocsin.record.vkey import VerifierKey, parse_vkey

POLICY_LIMIT = 1 << 18  # bytes; a hundred logs and witnesses with the largest keys need less
_NOT_ALLOWED = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_NONE = b"none"


def read_policy(data: bytes) -> Policy:
    """Read a policy file. The last line may lack its newline, as editors leave it.

    Raises:
        Refused: it is none; the sentence names the line.
    """
    if type(data) is not bytes or len(data) > POLICY_LIMIT:
        raise Refused(f"A policy has at most {POLICY_LIMIT} bytes.")
    reading = _Reading()
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            reading.take(line)
        except Refused as error:
            raise Refused(f"Line {number} of the policy cannot be used. {error}") from error
    return reading.policy()


def write_policy(policy: Policy) -> bytes:
    """Write a policy as its lines.

    Raises:
        Refused: what it holds cannot be said in lines, for a name has a space in it.
    """
    lines = [b" ".join((b"log", one.key.vkey.encode(), *_url(one.url))) for one in policy.logs]
    lines += [b" ".join((b"witness", one.name, one.key.vkey.encode(), *_url(one.url))) for one in policy.witnesses]
    lines += [b" ".join((b"group", one.name, b"%d" % one.needed, *one.members)) for one in policy.groups]
    lines.append(b"quorum " + (_NONE if policy.quorum is None else policy.quorum))
    written = b"".join(line + b"\n" for line in lines)
    if read_policy(written) != policy:
        raise Refused("A name or an address in the policy cannot be written in one of its lines.")
    return written


def _url(url: str | None) -> list[bytes]:
    return [] if url is None else [url.encode()]


class _Reading:
    """A policy so far."""

    def __init__(self) -> None:
        self.logs: dict[bytes, ListedLog] = {}  # by public key
        self.witnesses: dict[bytes, ListedWitness] = {}  # likewise
        self.groups: list[WitnessGroup] = []
        self.named: dict[bytes, bool] = {}  # witnesses and groups; whether it is a member of some group
        self.quorums: list[bytes] = []

    def take(self, line: bytes) -> None:
        if _NOT_ALLOWED.search(line):
            raise Refused("It has a control character; only tab and newline are allowed.")
        match [] if line.lstrip().startswith(b"#") else line.split():
            case []:
                return
            case [b"log", vkey, *url] if len(url) <= 1:
                self._log(vkey, url)
            case [b"witness", name, vkey, *url] if len(url) <= 1:
                self._witness(name, vkey, url)
            case [b"group", name, needed, *members] if members:
                self._group(name, needed, tuple(members))
            case [b"quorum", name]:
                self._quorum(name)
            case _:
                raise Refused(
                    "Write: log VKEY [URL], witness NAME VKEY [URL], group NAME HOW-MANY MEMBER..., quorum NAME."
                )

    def policy(self) -> Policy:
        if not self.quorums:
            raise Refused("The policy has no quorum. Write `quorum NAME`, or `quorum none` if no witness is needed.")
        quorum = None if self.quorums[0] == _NONE else self.quorums[0]
        return Policy(tuple(self.logs.values()), tuple(self.witnesses.values()), tuple(self.groups), quorum)

    def _log(self, vkey: bytes, url: list[bytes]) -> None:
        key = _key(vkey, ED25519, "a log")
        if key.public in self.logs:
            raise Refused(f"The key of the log {key.label} is listed already.")
        self.logs[key.public] = ListedLog(key, *map(shown, url))

    def _witness(self, name: bytes, vkey: bytes, url: list[bytes]) -> None:
        key = _key(vkey, COSIGNATURE, "a witness")
        if key.public in self.witnesses:
            raise Refused(f"The key of the witness {key.label} is listed already.")
        self._name(name)
        self.witnesses[key.public] = ListedWitness(name, key, *map(shown, url))

    def _group(self, name: bytes, needed: bytes, members: tuple[bytes, ...]) -> None:
        for member in members:
            if member not in self.named:
                raise Refused(f"{shown(member[:100])} is named by no line before.")
            if self.named[member]:
                raise Refused(f"{shown(member[:100])} is a member already; it would count twice.")
            self.named[member] = True
        self._name(name)
        self.groups.append(WitnessGroup(name, _needed(needed, len(members)), members))

    def _quorum(self, name: bytes) -> None:
        if self.quorums:
            raise Refused("There is a quorum already; a policy has one.")
        if name != _NONE and name not in self.named:
            raise Refused(f"{shown(name[:100])} is named by no line before.")
        self.quorums.append(name)

    def _name(self, name: bytes) -> None:
        if name == _NONE or name in self.named:
            raise Refused(f"The name {shown(name[:100])} is taken.")
        self.named[name] = False


def _key(vkey: bytes, kind: int, whose: str) -> VerifierKey:
    try:
        key = parse_vkey(vkey.decode())
    except UnicodeDecodeError as error:
        raise Refused(f"The verifier key {shown(vkey[:100])} is not UTF-8.") from error
    if key.kind != kind:
        raise Refused(f"The key of {whose} is of type {kind:02x}; {key.label} is of type {key.kind:02x}.")
    return key


def _needed(word: bytes, members: int) -> int:
    if word in (b"any", b"all"):
        return 1 if word == b"any" else members
    needed = from_decimal(shown(word), members)
    if needed < 1:
        raise Refused("A group of which nobody is needed decides nothing. Write any, all, or a number from 1.")
    return needed
