"""Policies: whose signatures make a checkpoint count, which log's and how many witnesses'.

How a policy is written is left to policy_file.py, what the checkpoint is needed for to verify.py.

Source: C2SP tlog-policy.
"""

from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.checkpoint import Checkpoint, parse_checkpoint
from tocsin.record.cosignature import stated_moment
from tocsin.record.note import verified
from tocsin.record.vkey import VerifierKey


class ListedLog(msgspec.Struct, frozen=True):
    """A log that is believed. Its key's name is the origin that it may speak for."""

    key: VerifierKey
    url: str | None = None


class ListedWitness(msgspec.Struct, frozen=True):
    """A witness that counts, under the name that the policy gives it."""

    name: bytes
    key: VerifierKey
    url: str | None = None


class WitnessGroup(msgspec.Struct, frozen=True):
    """Witnesses and groups of which so many are needed."""

    name: bytes
    needed: int
    members: tuple[bytes, ...]


class Policy(msgspec.Struct, frozen=True):
    """What makes a checkpoint count: the signature of any of the logs, and the quorum.

    Names are octets and mean nothing outside the policy. groups: each after those it names as members.

    quorum: the name of a witness or group; nothing where no witness is needed.
    """

    logs: tuple[ListedLog, ...]
    witnesses: tuple[ListedWitness, ...]
    groups: tuple[WitnessGroup, ...]
    quorum: bytes | None


class Judged(msgspec.Struct, frozen=True):
    """A checkpoint that counts, by which log, and which listed witnesses saw it when.

    seen: by the name that the policy gives each, in its order; of several moments the earliest.
    """

    checkpoint: Checkpoint
    log: VerifierKey
    seen: dict[bytes, datetime]

    @property
    def witnessed(self) -> tuple[tuple[str, datetime], ...]:
        """Return the same with names as shown() writes them."""
        return tuple((shown(name), at) for name, at in self.seen.items())


def judge(policy: Policy, checkpoint_note: bytes) -> Judged:
    """Judge a checkpoint by a policy. Signatures by keys that are not listed are ignored.

    Raises:
        Refused: no listed log signed under its own origin, a listed key's signature fails, or the quorum is missed.
    """
    logs = {log.key for log in policy.logs}
    if not logs:
        raise Refused("The policy lists no log, and without a log's key nothing can be verified. Add a line: log VKEY.")
    text, signed = verified(checkpoint_note, [*logs, *(witness.key for witness in policy.witnesses)])
    signers = [key for key, _ in signed if key in logs]
    if not signers:
        raise Refused("None of the logs that the policy lists has signed this checkpoint.")
    checkpoint = parse_checkpoint(text)
    log = next((key for key in signers if key.name == checkpoint.origin), None)
    if log is None:
        raise Refused(f"The checkpoint is of {checkpoint.origin[:100]!r}, but it was signed by {signers[0].label}.")
    seen = _seen(policy, signed)
    _refuse_missed_quorum(policy, set(seen))
    return Judged(checkpoint, log, seen)


def seen_by(policy: Policy, judged: Judged, moment: datetime) -> bool:
    """Say whether the quorum saw a checkpoint by then: those alone who state a moment no later than that reach it.

    A policy that needs no witness takes the log at its word.
    """
    return _reaches(policy, {name for name, at in judged.seen.items() if at <= moment})


def _seen(policy: Policy, signed: list[tuple[VerifierKey, bytes]]) -> dict[bytes, datetime]:
    moments: dict[VerifierKey, list[datetime]] = {}
    listed = {witness.key for witness in policy.witnesses}
    for key, signature in signed:
        if key in listed:
            moments.setdefault(key, []).append(stated_moment(signature))
    return {one.name: min(moments[one.key]) for one in policy.witnesses if one.key in moments}


def _reaches(policy: Policy, reached: set[bytes]) -> bool:
    """Say whether these witnesses are enough, and add the groups that they make up."""
    for group in policy.groups:  # each stands after its members, so one pass is enough however deep they are nested
        if sum(member in reached for member in group.members) >= group.needed:
            reached.add(group.name)
    return policy.quorum is None or policy.quorum in reached


def _refuse_missed_quorum(policy: Policy, reached: set[bytes]) -> None:
    if _reaches(policy, reached) or policy.quorum is None:
        return
    for group in policy.groups:
        if group.name == policy.quorum:
            missing = [shown(member[:100]) for member in group.members if member not in reached]
            names = ", ".join(missing[:10]) + (f" and {len(missing) - 10} more" if len(missing) > 10 else "")
            have = len(group.members) - len(missing)
            raise Refused(
                f"The quorum {shown(group.name[:100])} needs {group.needed} of {len(group.members)} to have witnessed "
                f"this checkpoint, and has {have}. Missing: {names}."
            )
    raise Refused(f"The quorum is the witness {shown(policy.quorum[:100])}, which has not cosigned this checkpoint.")


def shown(octets: bytes) -> str:
    """Write octets as text that can be printed anywhere; those that are no UTF-8 as backslash, x and two digits."""
    return octets.decode(errors="backslashreplace")
