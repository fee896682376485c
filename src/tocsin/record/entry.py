"""Entries: what the public record holds, one canonical JSON object of at most 1 KiB each.

A plain entry says what anyone may know: it names its kind, its subject and its time, and speaks of bytes by their hash. A
sealed entry takes up everything else under one root (see sealed.py). Which kinds are public is the ledger's to say.

An entry cannot be forgotten, so nothing about a person belongs in one: no name, no number, and no bare hash of either.

Source: RFC 8785 (JSON Canonicalization Scheme).
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
import rfc8785

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339
from tocsin.record.tree import HASH_SIZE

ENTRY_LIMIT = 1024  # bytes; C2SP tlog-tiles would allow 65,535
ENTRY_VERSION = 1
SEALED = "sealed"


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


def sealed_entry(at: datetime, root: bytes) -> bytes:
    """Write the entry that takes up one interval's commitments, real and dummy.

    It has the same length whatever the interval held. The moment is cut to the second: fractions would vary in length,
    and would tell how long the work took.

    Raises:
        Refused: the root is no hash, or the moment has no offset.
    """
    if len(root) != HASH_SIZE:
        raise Refused(f"The root of a seal has {HASH_SIZE} bytes, not {len(root)}.")
    return _write({"at": _moment(at, whole_seconds=True), "kind": SEALED, "root": root.hex(), "v": ENTRY_VERSION})


def read_entry(data: bytes) -> dict[str, Any]:
    """Read an entry, of this version or a later one.

    Raises:
        Refused: it is not one canonical JSON object within the limit, or it lacks its kind, moment or version.
    """
    if len(data) > ENTRY_LIMIT:
        raise Refused(f"An entry has at most {ENTRY_LIMIT} bytes; this has {len(data)}.")
    try:
        entry = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("An entry is one JSON object; this is not.") from error
    # Two spellings of one object would be two leaves; only the canonical one is an entry.
    if _write(entry) != data:
        raise Refused("This entry is not in the canonical form of RFC 8785.")
    if not (type(entry.get("kind")) is str and type(entry.get("at")) is str and type(entry.get("v")) is int):
        raise Refused("An entry has a kind, a moment (at) and a version (v).")
    return entry


def _write(entry: dict[str, Any]) -> bytes:
    try:
        data = rfc8785.dumps(entry)
    except (ValueError, RecursionError) as error:
        raise Refused(
            f"An entry of kind {entry.get('kind')!r} cannot be written as canonical JSON: {error}."
        ) from error
    if len(data) > ENTRY_LIMIT:
        raise Refused(f"An entry of kind {entry.get('kind')!r} has {len(data)} bytes; at most {ENTRY_LIMIT} fit.")
    return data


def _moment(at: datetime, *, whole_seconds: bool = False) -> str:
    if at.tzinfo is None:
        raise Refused(f"The moment {at.isoformat()} of an entry has no offset. Hand in an aware one.")
    moment = at.astimezone(UTC)
    return rfc3339(moment.replace(microsecond=0) if whole_seconds else moment)
