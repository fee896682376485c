"""What a log makes of a witness's answer: a cosignature, another size, a fork, or nothing.

What a witness is asked, and how it decides, stands in witnessing.py. Whatever came back, it is judged and never trusted.

Source: C2SP tlog-witness v1.0.0; C2SP tlog-cosignature.
"""

from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.algorithms import COSIGNATURE
from tocsin.record.cosignature import stated_moment
from tocsin.record.note import signature_line, verified
from tocsin.record.spelling import from_decimal
from tocsin.record.vkey import VerifierKey, parse_vkey
from tocsin.record.witnessing import LARGEST_SIZE, SIZE_TYPE, Request


class Cosigned(msgspec.Struct, frozen=True):
    """The witness has cosigned. line: to be put under the checkpoint. at: the moment it states."""

    line: str
    at: datetime


class Behind(msgspec.Struct, frozen=True):
    """The witness last cosigned another size than we believed. Ask again, with a proof from that size."""

    size: int


class Fork(msgspec.Struct, frozen=True):
    """The witness has seen another tree than ours under our name. A person must look, at once."""

    why: str


class Declined(msgspec.Struct, frozen=True):
    """There is no cosignature, for a reason that is no sign of a fork."""

    why: str


def witness_key(vkey: str) -> VerifierKey:
    """Read a witness's verifier key.

    Raises:
        Refused: it is none, or not one that witnesses sign with.
    """
    key = parse_vkey(vkey)
    if key.kind != COSIGNATURE:
        raise Refused(f"{key.label} is no witness's key; its type would be {COSIGNATURE:02x}, not {key.kind:02x}.")
    return key


def read_answer(
    status: int, content_type: str, body: bytes, request: Request, witness_vkey: str
) -> Cosigned | Behind | Fork | Declined:
    """Read what a witness answered to a request of ours.

    witness_vkey: whose cosignature is looked for; other lines are ignored.

    Raises:
        Refused: witness_vkey is no key of a witness.
    """
    key = witness_key(witness_vkey)
    if status == 200:
        return _cosigned(body, request.text, key)
    shared = request.old > 0  # a size at which we believed that the witness and we had one tree
    if status == 409 and content_type.partition(";")[0].strip().lower() == SIZE_TYPE:
        size = _size(body)
        if size is None:
            return Declined("The witness did not say which size it knows.")
        if size != request.old:
            return Behind(size)
    if status == 409 and shared:
        return Fork(f"The witness knows another tree of size {request.old} under our name.")
    if status == 422 and shared:
        return Fork(f"The witness's tree of size {request.old} under our name is not the beginning of ours.")
    return Declined(_WHY.get(status, f"The witness answered with status {status}."))


def _cosigned(body: bytes, text: bytes, key: VerifierKey) -> Cosigned | Declined:
    try:
        signed_text, signed = verified(text + b"\n" + body, [key])
        if signed_text != text or not signed:  # an empty line in the answer would shift where the text ends
            return Declined("The witness answered without a cosignature by the key that is listed for it.")
        _, signature = signed[0]
        return Cosigned(signature_line(key.name, key.key_id + signature), stated_moment(signature))
    except Refused as error:
        return Declined(f"The witness answered with a cosignature that does not hold. {error}")


def _size(body: bytes) -> int | None:
    try:
        return from_decimal(body[:40].removesuffix(b"\n").decode("ascii"), LARGEST_SIZE)
    except (Refused, UnicodeDecodeError):
        return None


_WHY = {
    400: "The witness could not read our request (400).",
    403: "The witness does not accept our signature (403). Ask whether it lists the present key of this record.",
    404: "The witness does not know this record (404). Ask it to list the key, and check its address.",
    409: "The witness refused the very first checkpoint (409).",
    413: "The request was too long for the witness (413).",
    422: "The witness refused the very first checkpoint (422).",
    429: "The witness asks for patience (429).",
}
