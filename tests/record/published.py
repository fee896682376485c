"""A small record published as files, made the way the specification defines them and not the way we write them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tocsin.basis.moment import rfc3339
from tocsin.record import Checkpoint, Signer, leaf_hash, root_of
from tocsin.record.checkpoint import write_checkpoint
from tocsin.record.note import sign_note

ORIGIN = "warn.example.org/record"
SIGNER = Signer(ORIGIN, b"\x01" * 32)
AT = datetime(2024, 3, 7, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(**fields: object) -> bytes:
    """Write an entry; what is not told is made up."""
    said = {"at": "2024-03-07T18:00:00Z", "kind": "AlertIssued", "v": 1} | fields
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def sealed(at: datetime, **fields: object) -> bytes:
    """Write a sealed entry of that moment."""
    return entry(**{"at": rfc3339(at), "kind": "sealed", "root": "00" * 32} | fields)


def some_entries(count: int) -> list[bytes]:
    """Return the entries of a record in which every third is a sealed one, an hour after the one before."""
    moments = [AT + n // 3 * HOUR for n in range(count)]
    return [entry(subject=f"s{n}", at=rfc3339(at)) if n % 3 else sealed(at) for n, at in enumerate(moments)]


def signed(size: int, root: bytes, signer: Signer = SIGNER) -> bytes:
    """Return a signed checkpoint."""
    return sign_note(write_checkpoint(Checkpoint(ORIGIN, size, root)), signer)


def publish(entries: Sequence[bytes]) -> dict[str, bytes]:
    """Return the files of a record: names and contents. Names are right for up to 1,000 tiles a level."""
    leaves = [leaf_hash(one) for one in entries]
    files = {"checkpoint": signed(len(entries), root_of(leaves))}
    for start in range(0, len(entries), 256):
        part = entries[start : start + 256]
        name = f"tile/entries/{start // 256:03}" + (f".p/{len(part)}" if len(part) < 256 else "")
        files[name] = b"".join(len(one).to_bytes(2, "big") + one for one in part)
    level = 0
    while len(entries) >= 256**level:
        over = 256**level
        hashes = [root_of(leaves[at : at + over]) for at in range(0, len(leaves) - over + 1, over)]
        for start in range(0, len(hashes), 256):
            held = hashes[start : start + 256]
            files[f"tile/{level}/{start // 256:03}" + (f".p/{len(held)}" if len(held) < 256 else "")] = b"".join(held)
        level += 1
    return files
