"""Ids: random and 128 bits inside the house, keyed and silent outside it."""

import base64
import hashlib
import hmac
from collections.abc import Callable

Randomness = Callable[[int], bytes]
"""Returns that many random bytes. Handed in, like the clock."""

Id = str
"""26 letters of lower-case base32: 128 random bits, without a time in them."""


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def new_id(randomness: Randomness) -> Id:
    """Return a fresh id."""
    return _base32(randomness(16))


def keyed_id(key: bytes, *names: str) -> Id:
    """Return the id that these names always get under this key, and that says nothing without it.

    What goes out to a provider (Message-ID, Idempotency-Key, SMS reference) is
    keyed_id(key, warning, person, channel, step).
    """
    return _base32(hmac.digest(key, ":".join(names).encode(), hashlib.sha256))[:26]
