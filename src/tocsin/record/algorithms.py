"""The kinds of signature that can stand under a note: what each covers, and how it is verified.

One more kind is one more entry in KINDS. How keys are named and written is left to vkey.py.

Source: C2SP signed-note v1.0.0, signature types; C2SP tlog-cosignature, for the ones that state a time.
"""

from collections.abc import Callable

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 0x01  # signs the text as it stands; what a log signs with
COSIGNATURE = 0x04  # signs the text and a time; what a witness signs with
LATEST = (1 << 63) - 1  # POSIX seconds; the specification allows no later time


class Kind(msgspec.Struct, frozen=True):
    """One kind of signature: what its keys are called, their size in bytes, and verifies(public, text, signature)."""

    called: str
    key_size: int
    verifies: Callable[[bytes, bytes, bytes], bool]


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether this is the key's signature over the message; malformed input is simply no."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def cosignature_verifies(public: bytes, text: bytes, signature: bytes) -> bool:
    """Say whether this is the key's signature over the text and the time that it states; malformed input is no."""
    seconds = stated_seconds(signature)
    return seconds is not None and ed25519_verifies(public, cosigned_message(text, seconds), signature[8:])


def cosigned_message(text: bytes, seconds: int) -> bytes:
    """Return what a cosigner signs: a heading that nothing else begins with, its time, and the whole text."""
    return b"cosignature/v1\ntime %d\n" % seconds + text


def stated_seconds(signature: bytes) -> int | None:
    """Return the POSIX time that a cosignature states, verified or not; none where it is not the shape of one."""
    seconds = int.from_bytes(signature[:8], "big")
    return seconds if len(signature) == 8 + 64 and seconds <= LATEST else None


KINDS = {
    ED25519: Kind("an Ed25519 key", 32, ed25519_verifies),
    COSIGNATURE: Kind("an Ed25519 cosigner's key", 32, cosignature_verifies),
}
