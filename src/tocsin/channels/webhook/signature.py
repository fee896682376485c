"""Signs webhooks so that a receiver can tell ours from anybody's, and checks such signatures. Pure.

Source: Standard Webhooks 1.0.0, "Signature scheme" and "Webhook headers".
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tocsin.basis.errors import Refused

MOST_KEYS = 8
"""Two are enough to change one; more than these would only make the head longer than some servers take."""

REMEMBERED = 4_096
"""Receivers whose secrets are kept at hand while something is sent to them."""

TOLERANCE = timedelta(minutes=5)

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")  # no '.', which would let one part run into the next
_SECONDS = re.compile(r"[0-9]{1,12}")
_SHORTEST, _LONGEST = 24, 64  # bytes of a shared secret

Sign = Callable[[bytes], bytes]


class Signer:
    """Signs with every key it has, so that receivers may go over from the old to the new one when it suits them.

    masters: from each of which every receiver has a secret of its own, as endpoint_key says; what goes to it bears their
        signatures as well. keys: of what goes to all; each "whsec_" and base64 of 24 to 64 bytes (HMAC-SHA256, known to both sides), or "whsk_" and base64 of an
        Ed25519 key's 32 bytes, with or without its public half after it.

    Raises:
        Refused: there is none, or one is not of that form. The sentence never holds it.
    """

    def __init__(self, keys: Sequence[str], masters: Sequence[bytes] = ()) -> None:
        count = len(keys) + len(masters)
        if not 1 <= count <= MOST_KEYS:
            raise Refused(f"A webhook is signed with 1 to {MOST_KEYS} keys; there are {count}.")
        self._signs = [_sign(key, f"Webhook key {number} of {len(keys)}") for number, key in enumerate(keys, 1)]
        self._masters = tuple(masters)
        self._own = lru_cache(REMEMBERED)(self._own_signs)
        self._count = count

    def __repr__(self) -> str:
        return f"Signer({self._count} keys)"

    def _own_signs(self, address: str) -> Sequence[Sign]:
        return [_sign(endpoint_key(master, address), "A receiver's secret") for master in self._masters]

    def headers(self, message_id: str, body: bytes, at: datetime, *, address: str = "") -> dict[str, str]:
        """Return what goes into the head beside webhook-id.

        at: of this attempt, not of the event; a second attempt is signed anew. address: of the receiver.

        Raises:
            Refused: the id could run into the body.
        """
        if not _ID.fullmatch(message_id):
            raise Refused("A webhook's id has 1 to 128 letters, digits, '-' or '_'.")
        seconds = str(int(at.timestamp()))
        signed = f"{message_id}.{seconds}.".encode() + body
        signatures = b" ".join([sign(signed) for sign in (*self._own(address), *self._signs)])
        return {"webhook-timestamp": seconds, "webhook-signature": signatures.decode()}


def endpoint_key(master: bytes, address: str) -> str:
    """Return the shared secret of one receiver, so that none of them can sign in our name to another.

    master: 32 random bytes of the installation. Nothing needs to be stored for each receiver.

    Source: Standard Webhooks, "Additional considerations": signing keys should be unique per endpoint.
    """
    secret = hmac.digest(master, b"webhook endpoint\x00" + address.encode(), hashlib.sha256)
    return "whsec_" + base64.b64encode(secret).decode()


def public_key(key: str) -> str:
    """Return the "whpk_" key that checks what a "whsk_" key signs.

    Raises:
        Refused: it is no "whsk_" key.
    """
    if not key.startswith("whsk_"):
        raise Refused("Only a key that begins with whsk_ has a public half.")
    private = _private(_decoded(key, "The webhook key"), "The webhook key")
    return "whpk_" + base64.b64encode(private.public_key().public_bytes_raw()).decode()


def check_signature(
    headers: Mapping[str, str], body: bytes, keys: Sequence[str], now: datetime, tolerance: timedelta = TOLERANCE
) -> None:
    """Make sure that a webhook was signed with one of these keys, and lately. What a receiver does; ours in tests.

    headers: under lower-case names. keys: "whsec_" or "whpk_".

    Raises:
        Refused: a header is missing or malformed, the moment lies too far off, or no signature fits.
    """
    id_, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(id_) or not _SECONDS.fullmatch(seconds):
        raise Refused("The webhook carries no webhook-id and webhook-timestamp of the right form.")
    if abs(now - datetime.fromtimestamp(0, UTC) - timedelta(seconds=int(seconds))) > tolerance:
        raise Refused("The webhook was signed too long ago, or ahead of time.")
    signed = f"{id_}.{seconds}.".encode() + body
    given = headers.get("webhook-signature", "").split(" ")[: 2 * MOST_KEYS]
    if not any(_fits(one, signed, key) for one in given for key in keys):
        raise Refused("No signature of the webhook fits.")


def _fits(given: str, signed: bytes, key: str) -> bool:
    version, _, text = given.partition(",")
    try:
        signature = base64.b64decode(text, validate=True)
    except ValueError:
        return False
    if version == "v1" and key.startswith("whsec_"):
        return hmac.compare_digest(signature, hmac.digest(_decoded(key, "The webhook key"), signed, hashlib.sha256))
    if version == "v1a" and key.startswith("whpk_"):
        try:
            Ed25519PublicKey.from_public_bytes(_decoded(key, "The webhook key")).verify(signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True
    return False


def _sign(key: str, what: str) -> Sign:
    if key.startswith("whsec_"):
        secret = _decoded(key, what)
        if not _SHORTEST <= len(secret) <= _LONGEST:
            raise Refused(f"{what} holds {len(secret)} bytes; a shared secret has {_SHORTEST} to {_LONGEST}.")
        return lambda signed: b"v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256))
    if key.startswith("whsk_"):
        private = _private(_decoded(key, what), what)
        return lambda signed: b"v1a," + base64.b64encode(private.sign(signed))
    raise Refused(f"{what} begins with neither whsec_ (a shared secret) nor whsk_ (an Ed25519 key).")


def _private(raw: bytes, what: str) -> Ed25519PrivateKey:
    if len(raw) not in (32, 64):
        raise Refused(f"{what} holds {len(raw)} bytes; an Ed25519 key has 32, or 64 with its public half.")
    private = Ed25519PrivateKey.from_private_bytes(raw[:32])
    if raw[32:] not in (b"", private.public_key().public_bytes_raw()):
        raise Refused(f"{what} carries the public half of another key.")
    return private


def _decoded(key: str, what: str) -> bytes:
    try:
        return base64.b64decode(key.partition("_")[2], validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"{what} is no base64 after its prefix.") from None
