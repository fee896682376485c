"""Entries: what the public record holds, one canonical JSON object of at most 1 KiB each.

A plain entry says what anyone may know: it names its kind, its subject and its time, and speaks of bytes by their hash. A
sealed entry takes up everything else under one root (see sealed.py). Which kinds are public is the ledger's to say.

An entry cannot be forgotten, so nothing about a person belongs in one: no name, no number, and no bare hash of either.

Source: RFC 8785 (JSON Canonicalization Scheme).
"""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339, utc
from tocsin.record.canonical import canonical, read_canonical
from tocsin.record.tree import EMPTY_ROOT, HASH_SIZE

ENTRY_LIMIT = 1024  # bytes; C2SP tlog-tiles would allow 65,535
ENTRY_VERSION = 1
SEALED = "sealed"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z")
_HASH = re.compile(r"[0-9a-f]{64}")
NOT_WITNESSED = EMPTY_ROOT  # what stands for the latest witnessed root before any has been


def plain_entry(kind: str, subject: str, at: datetime, **fields: Any) -> bytes:
    """Write an entry that everyone may read.

    fields: text, whole numbers up to 2**53 - 1, truth, lists and objects of these. Hashes are written as hex text.

    Raises:
        Refused: it is too long, a field is no JSON, the moment has no offset, or it calls itself sealed.
    """
    if "v" in fields:
        raise Refused("An entry's v is its version. Name the field otherwise.")
    if kind == SEALED:
        raise Refused("Only a sealed entry is called sealed. Name the plain entry for what happened.")
    return _write({**fields, "at": _moment(at), "kind": kind, "subject": subject, "v": ENTRY_VERSION})


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What a sealed entry says.

    at: the moment on the grid. open_by: until when what stands under root may be opened. root: of the padded tree over
    the interval's commitments. kept: of the padded tree over those that are kept beyond their date. settled: every seal
    up to this moment has been dealt with: what stood under it was opened, is kept, or will never count.
    after: the root of the latest witnessed checkpoint, so that this entry is seen to be younger than that.
    """

    at: datetime
    open_by: datetime
    root: bytes
    kept: bytes
    settled: datetime
    after: bytes = NOT_WITNESSED


def sealed_entry(seal: Seal) -> bytes:
    """Write the entry that takes up one interval's commitments, real and dummy.

    It has the same length whatever the interval held. Moments are cut to the second: fractions would vary in length, and
    would tell how long the work took.

    Raises:
        Refused: a root is no hash, or a moment has no offset.
    """
    hashes = {"after": seal.after, "kept": seal.kept, "root": seal.root}
    moments = {"at": seal.at, "open_by": seal.open_by, "settled": seal.settled}
    for name, one in hashes.items():
        if len(one) != HASH_SIZE:
            raise Refused(f"A seal's {name} has {HASH_SIZE} bytes, not {len(one)}.")
    said = {name: one.hex() for name, one in hashes.items()}
    said |= {name: _moment(one, whole_seconds=True) for name, one in moments.items()}
    return _write({**said, "kind": SEALED, "v": ENTRY_VERSION})


def read_seal(entry: dict[str, Any]) -> Seal:
    """Return what a sealed entry says.

    Raises:
        Refused: it is no sealed entry, or not a whole one.
    """
    if entry.get("kind") != SEALED:
        raise Refused(f"This entry is of kind {str(entry.get('kind'))[:40]!r}, not a sealed one.")
    return Seal(
        at=read_moment(entry.get("at")),
        open_by=read_moment(entry.get("open_by")),
        root=_read_hash(entry.get("root")),
        kept=_read_hash(entry.get("kept")),
        settled=read_moment(entry.get("settled")),
        after=_read_hash(entry.get("after")),
    )


def read_moment(written: object) -> datetime:
    """Read a moment as entries write it, and in no other spelling.

    Raises:
        Refused: it is none.
    """
    if not (isinstance(written, str) and _MOMENT.fullmatch(written)):
        raise Refused("A moment in an entry is written like 2024-03-07T18:00:00Z, with six decimals or none.")
    return utc(written)


def _read_hash(written: object) -> bytes:
    if not (isinstance(written, str) and _HASH.fullmatch(written)):
        raise Refused(f"A sealed entry has root, kept and after: {HASH_SIZE} bytes each, in hexadecimal.")
    return bytes.fromhex(written)


def read_entry(data: bytes) -> dict[str, Any]:
    """Read an entry, of this version or a later one.

    Raises:
        Refused: it is not one canonical JSON object within the limit, or it lacks its kind, moment or version.
    """
    if len(data) > ENTRY_LIMIT:
        raise Refused(f"An entry has at most {ENTRY_LIMIT} bytes; this has {len(data)}.")
    entry = read_canonical(data)
    if not (type(entry.get("kind")) is str and type(entry.get("at")) is str and type(entry.get("v")) is int):
        raise Refused("An entry has a kind, a moment (at) and a version (v).")
    return entry


def _write(entry: dict[str, Any]) -> bytes:
    data = canonical(entry)
    if len(data) > ENTRY_LIMIT:
        raise Refused(f"An entry of kind {entry.get('kind')!r} has {len(data)} bytes; at most {ENTRY_LIMIT} fit.")
    return data


def _moment(at: datetime, *, whole_seconds: bool = False) -> str:
    if at.tzinfo is None:
        raise Refused(f"The moment {at.isoformat()} of an entry has no offset. Hand in an aware one.")
    moment = at.astimezone(UTC)
    return rfc3339(moment.replace(microsecond=0) if whole_seconds else moment)
