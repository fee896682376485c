"""What a log asks of a witness, and the rules by which a witness decides.

How the log reads what it is answered stands in witnessed.py. Keeping what was cosigned, keys, clocks and the wire are
left to others.

Source: C2SP tlog-witness v1.0.0; RFC 6962, section 2.1.2.
"""

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.algorithms import ED25519
from tocsin.record.checkpoint import Checkpoint, parse_checkpoint
from tocsin.record.note import SIGNATURE_LIMIT, open_note
from tocsin.record.proof import verify_consistency
from tocsin.record.spelling import from_base64, from_decimal, to_base64
from tocsin.record.tree import HASH_SIZE
from tocsin.record.vkey import parse_vkey

REQUEST_LIMIT = 1 << 16  # bytes; a checkpoint has three lines, a proof 63, and a post-quantum signature 3,300 bytes
PROOF_LIMIT = 63  # lines
LARGEST_SIZE = (1 << 64) - 1
SIZE_TYPE = "text/x.tlog.size"
PLAIN = "text/plain; charset=utf-8"

_SIGNATURES = re.compile(rf"(?:— [^\s+]+ [A-Za-z0-9+/]+={{0,2}}\n){{1,{SIGNATURE_LIMIT}}}")


class Request(msgspec.Struct, frozen=True):
    """A log asks for a cosignature.

    old: the size that it believes the witness cosigned last. proof: from that size to the checkpoint's.
    note: the checkpoint, signed by the log. checkpoint: what the note says; nobody has looked at the signature yet.
    """

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    checkpoint: Checkpoint

    @property
    def text(self) -> bytes:
        """Return what is signed and cosigned."""
        return self.note.rpartition(b"\n\n")[0] + b"\n"


class Seen(msgspec.Struct, frozen=True):
    """The largest tree of a log that a witness has cosigned."""

    size: int
    root: bytes


class Ruling(msgspec.Struct, frozen=True):
    """What a witness answers.

    seen_after: at status 200, what it must have kept before it cosigns and answers; otherwise None.
    suspicion: fork, when the log has signed two trees of one size; unproven, when its proof does not lead from the
        tree it showed before to this one, which may be a fork or only a wrong proof, and anybody can send that.
    """

    status: int
    body: bytes
    content_type: str = PLAIN
    seen_after: Seen | None = None
    suspicion: Literal["", "fork", "unproven"] = ""


def make_request(old: int, proof: Sequence[bytes], note: bytes) -> Request:
    """Put a request together.

    note: a checkpoint with at least one signature line.

    Raises:
        Refused: it cannot be asked so.
    """
    if not 0 <= old <= LARGEST_SIZE:
        raise Refused(f"{old} is no tree size that a witness can have cosigned.")
    if len(proof) > PROOF_LIMIT or any(len(one) != HASH_SIZE for one in proof):
        raise Refused(f"A consistency proof is at most {PROOF_LIMIT} hashes of {HASH_SIZE} bytes each.")
    text, gap, signatures = note.rpartition(b"\n\n")
    try:
        signed = gap and _SIGNATURES.fullmatch(signatures.decode())
    except UnicodeDecodeError:
        signed = None
    if not signed:
        raise Refused(f"A checkpoint is a text, an empty line, and 1 to {SIGNATURE_LIMIT} signature lines.")
    return Request(old, tuple(proof), note, parse_checkpoint(text + b"\n"))


def write_request(request: Request) -> bytes:
    """Write the body of an add-checkpoint request.

    Raises:
        Refused: it is longer than a witness will read.
    """
    proof = "".join(f"{to_base64(one)}\n" for one in request.proof)
    body = f"old {request.old}\n{proof}\n".encode() + request.note
    if len(body) > REQUEST_LIMIT:
        raise Refused(f"A request to a witness has at most {REQUEST_LIMIT} bytes, not {len(body)}.")
    return body


def read_request(body: bytes) -> Request:
    """Read the body of an add-checkpoint request.

    Raises:
        Refused: it is none, or is too long.
    """
    if len(body) > REQUEST_LIMIT:
        raise Refused(f"A request has at most {REQUEST_LIMIT} bytes.")
    head, _, note = body.partition(b"\n\n")
    try:
        first, *proof = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Refused("The lines before the checkpoint are ASCII.") from error
    if not first.startswith("old "):
        raise Refused("The first line is: old, a space, and a size.")
    old = from_decimal(first.removeprefix("old "), LARGEST_SIZE)
    if len(proof) > PROOF_LIMIT:
        raise Refused(f"A consistency proof has at most {PROOF_LIMIT} lines.")
    return make_request(old, [from_base64(line) for line in proof], note)


def log_name(vkey: str) -> str:
    """Return the name of a log's verifier key, which is the log's origin unless said otherwise.

    Raises:
        Refused: it is no verifier key, or not one that logs sign with.
    """
    key = parse_vkey(vkey)
    if key.kind != ED25519:
        raise Refused(f"{key.label} is a cosigner's key. A log signs with an Ed25519 key of type {ED25519:02x}.")
    return key.name


def decide(request: Request, log_vkeys: Sequence[str] | None, seen: Seen | None) -> Ruling:
    """Decide whether to cosign.

    log_vkeys: the keys listed for the request's origin; None when that log is not known here.
    seen: what was last cosigned for that origin; None when nothing was. At status 200 the caller keeps seen_after, as
    long as seen still holds, and only then cosigns.
    """
    asked = request.checkpoint
    if log_vkeys is None:
        return _says(404, "This is an unknown log; its key is not listed with this witness.")
    try:
        open_note(request.note, list(log_vkeys))
    except Refused:
        return _says(403, "There is an invalid signature by a key listed for this log, or none by any.")
    if request.old > asked.size:
        return _says(400, f"The old size, {request.old}, is larger than that of the checkpoint, {asked.size}.")
    last = seen.size if seen else 0
    if request.old != last:
        return Ruling(409, f"{last}\n".encode(), SIZE_TYPE)
    return _compare(request, seen)


def _compare(request: Request, seen: Seen | None) -> Ruling:
    asked = request.checkpoint
    if seen and seen.size == asked.size and seen.root != asked.root:
        return _says(409, f"A checkpoint of size {seen.size} with another root was cosigned before.", "fork")
    if request.old == 0:
        follows = not request.proof  # from nothing anything follows, and nothing proves it
    else:
        follows = seen is not None and verify_consistency(
            request.old, asked.size, list(request.proof), seen.root, asked.root
        )
    if not follows:
        why = f"The consistency proof does not lead from size {request.old} to this checkpoint."
        return _says(422, why, "unproven" if seen and seen.size else "")
    return Ruling(200, b"", seen_after=Seen(asked.size, asked.root))


def _says(status: int, sentence: str, suspicion: Literal["", "fork", "unproven"] = "") -> Ruling:
    return Ruling(status, f"{sentence}\n".encode(), suspicion=suspicion)
