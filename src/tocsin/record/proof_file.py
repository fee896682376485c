"""Proof files: that an entry is in the record, as one small text that needs no one to be asked.

Reading shows only that the file is well formed. Whether its checkpoint is signed is judged in policy.py, whether the
hashes lead to its root in proof.py. What stands in `extra` is under no signature.

Source: C2SP tlog-proof, version 1.
"""

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.note import NOTE_LIMIT
from tocsin.record.spelling import from_base64, from_decimal, to_base64
from tocsin.record.tree import HASH_SIZE

SUFFIX = ".tlog-proof"
PROOF_FILE_LIMIT = (1 << 20) + NOTE_LIMIT  # bytes
HASHES_LIMIT = 64  # a tree of 2**63 entries needs 63
_HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "
_LAST_INDEX = (1 << 63) - 1


class ProofFile(msgspec.Struct, frozen=True):
    """What a proof file holds.

    hashes: the inclusion proof, from the leaf upwards. checkpoint: the note, exactly as the log published it.
    extra: bytes of any meaning that no one vouches for; never empty.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def write_proof_file(proof: ProofFile) -> bytes:
    """Write a proof file.

    Raises:
        Refused: what it holds cannot be said in one.
    """
    lines = [_HEADER]
    if proof.extra is not None:
        lines.append(_EXTRA + to_base64(proof.extra))
    lines.append(f"{_INDEX}{proof.index}")
    lines.extend(map(to_base64, proof.hashes))
    written = "".join(f"{line}\n" for line in lines).encode() + b"\n" + proof.checkpoint
    if read_proof_file(written) != proof:
        raise Refused(f"The proof of entry {proof.index} would read back as another one.")
    return written


def read_proof_file(data: bytes) -> ProofFile:
    """Read a proof file. Nothing in it is true yet.

    Raises:
        Refused: it is none.
    """
    if type(data) is not bytes or len(data) > PROOF_FILE_LIMIT:
        raise Refused(f"A proof file has at most {PROOF_FILE_LIMIT} bytes.")
    head, _, checkpoint = data.partition(b"\n\n")
    if not 0 < len(checkpoint) <= NOTE_LIMIT:
        raise Refused(
            "A proof file ends with an empty line and a checkpoint. This does not, or its checkpoint is too long."
        )
    header, *lines = _lines(head)
    if header != _HEADER:
        raise Refused(f"A proof file begins with the line {_HEADER}; this begins with {header[:40]!r}.")
    extra = _extra(lines.pop(0)) if lines and lines[0].startswith(_EXTRA) else None
    if not lines or not lines[0].startswith(_INDEX):
        raise Refused("A proof file says `index` and a number in its second line, or in its third after `extra`.")
    index = from_decimal(lines.pop(0).removeprefix(_INDEX), _LAST_INDEX)
    if len(lines) > HASHES_LIMIT:
        raise Refused(f"A proof file has at most {HASHES_LIMIT} hashes.")
    return ProofFile(index, tuple(map(_hash, lines)), checkpoint, extra)


def _lines(head: bytes) -> list[str]:
    if not head.isascii():
        raise Refused("A proof file is ASCII up to its checkpoint; this is not.")
    return head.decode("ascii").split("\n", HASHES_LIMIT + 3)  # one line more than a proof file can have


def _extra(line: str) -> bytes:
    extra = from_base64(line.removeprefix(_EXTRA))
    if not extra:
        raise Refused("A proof file without extra data has no line for it.")
    return extra


def _hash(line: str) -> bytes:
    one = from_base64(line)
    if len(one) != HASH_SIZE:
        raise Refused(f"A hash in a proof file has {HASH_SIZE} bytes, not {len(one)}.")
    return one
