"""Checkpoints: which record, how many entries, which root. The text that a log signs as a note.

Signing and opening are note.py's; keeping promises about what was signed before is the ledger's.

Source: C2SP tlog-checkpoint v1.0.0.
"""

import re

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.note import NOTE_LIMIT
from tocsin.record.spelling import decode_text, from_base64, to_base64
from tocsin.record.tree import EMPTY_ROOT, HASH_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]{0,19}")
_MOST = 1 << 64


class Checkpoint(msgspec.Struct, frozen=True):
    """How a record stood.

    extensions: lines that others may add and no one can audit. Tocsin writes none; it keeps those it reads.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def write_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Write the text of a checkpoint, ready to be signed.

    Raises:
        Refused: what it holds cannot be said in one.
    """
    lines = (checkpoint.origin, str(checkpoint.size), to_base64(checkpoint.root), *checkpoint.extensions)
    text = "".join(f"{line}\n" for line in lines)
    try:
        written = text.encode()
    except UnicodeEncodeError as error:
        raise Refused(f"The origin or an extension of {checkpoint.origin!r} cannot be written as UTF-8.") from error
    if parse_checkpoint(written) != checkpoint:  # an origin with a newline would read back as something else
        raise Refused(f"A line of the checkpoint of {checkpoint.origin!r} has a newline in it.")
    return written


def parse_checkpoint(text: bytes) -> Checkpoint:
    """Read the text of a checkpoint. Open the note first: an unsigned text proves nothing.

    Raises:
        Refused: it is no checkpoint.
    """
    origin, size, root, *extensions = _lines(text)
    if not _SIZE.fullmatch(size) or int(size) >= _MOST:
        raise Refused(f"{size[:40]!r} is no tree size. It is a decimal number without leading zeros.")
    root_hash = from_base64(root)
    if len(root_hash) != HASH_SIZE:
        raise Refused(f"The root of a checkpoint has {HASH_SIZE} bytes, not {len(root_hash)}.")
    if size == "0" and root_hash != EMPTY_ROOT:
        raise Refused("A record without entries has only one root, and it is not this one.")
    return Checkpoint(origin, int(size), root_hash, tuple(extensions))


def _lines(text: bytes) -> list[str]:
    if len(text) > NOTE_LIMIT:
        raise Refused(f"A checkpoint is at most {NOTE_LIMIT} bytes.")
    *lines, rest = decode_text(text).split("\n")
    if rest or len(lines) < 3 or not all(lines):
        raise Refused("A checkpoint is three lines or more, none of them empty, each ended by a newline.")
    return lines
