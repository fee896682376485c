"""Ids: random and 128 bits inside the house, keyed and silent outside it."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence

import numpy as np

Randomness = Callable[[int], bytes]
"""Returns that many random bytes. Handed in, like the clock."""

Id = str
"""26 letters of lower-case base32: 128 random bits, without a time in them."""


ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [one + other for one in ALPHABET for other in ALPHABET]


def base32(raw: bytes) -> str:
    """Return bytes as lower-case letters and digits, without padding.

    The library's own takes three times as long, and every delivery has two of these.

    Source: RFC 4648, section 6.
    """
    letters = -(-8 * len(raw) // 5)
    even = letters + letters % 2
    number = int.from_bytes(raw, "big") << 5 * even - 8 * len(raw)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(5 * even - 10, -1, -10)])[:letters]


_LETTERS = np.array([int.from_bytes(pair.encode(), "little") for pair in _PAIRS], "<u2")
_SHIFTS = np.array((30, 20, 10, 0), np.uint64)


def base32_each(raws: Sequence[bytes]) -> list[str]:
    """Return base32() of each of some bytes, which are all of one length; in bulk it takes a fifth of the time."""
    if not raws or not raws[0]:
        return [""] * len(raws)
    size = len(raws[0])
    letters, groups = -(-8 * size // 5), -(-size // 5)
    octets = np.zeros((len(raws), 5 * groups), np.uint8)
    octets[:, :size] = np.frombuffer(b"".join(raws), np.uint8).reshape(len(raws), size)
    numbers = np.zeros(len(raws) * groups, np.uint64)
    for column in octets.reshape(-1, 5).T:
        numbers = numbers << np.uint64(8) | column
    text = _LETTERS[numbers[:, None] >> _SHIFTS & np.uint64(1023)].tobytes().decode("ascii")
    return [text[at : at + letters] for at in range(0, len(text), 8 * groups)]


_BLOCK = 64  # bytes that SHA-256 takes at a time
_INNER, _OUTER = (bytes(one ^ pad for one in range(256)) for pad in (0x36, 0x5C))


def hmac_of(key: bytes, message: bytes) -> bytes:
    """Return the HMAC-SHA256 of a message, in two thirds of the time of hmac.digest(). The key has at most 64 bytes.

    Source: RFC 2104, section 2.
    """
    block = key.ljust(_BLOCK, b"\0")
    within = hashlib.sha256(block.translate(_INNER) + message).digest()
    return hashlib.sha256(block.translate(_OUTER) + within).digest()


def hmac_under(key: bytes) -> Callable[[bytes], bytes]:
    """Return hmac_of() under this key; what follows from the key alone is hashed once, for all messages.

    Source: RFC 2104, section 4.
    """
    block = key.ljust(_BLOCK, b"\0")
    inner, outer = hashlib.sha256(block.translate(_INNER)), hashlib.sha256(block.translate(_OUTER))

    def digest(message: bytes) -> bytes:
        within, around = inner.copy(), outer.copy()
        within.update(message)
        around.update(within.digest())
        return around.digest()

    return digest


def new_id(randomness: Randomness) -> Id:
    """Return a fresh id."""
    return base32(randomness(16))


def keyed_id(key: bytes, *names: str) -> Id:
    """Return the id that these names always get under this key, and that says nothing without it.

    What goes out to a provider (Message-ID, Idempotency-Key, SMS reference) is
    keyed_id(key, warning, person, channel, step).
    """
    return base32(hmac.digest(key, ":".join(names).encode(), hashlib.sha256))[:26]


_OF_AN_ID = 17  # bytes that 26 letters show


def keyed_ids(key: bytes, many: Iterable[Sequence[str]]) -> list[Id]:
    """Return keyed_id() of each of many lists of names."""
    digest = hmac_under(key)
    return [text[:26] for text in base32_each([digest(":".join(names).encode())[:_OF_AN_ID] for names in many])]


_DIGITS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")  # as int() reads base 32


def keyed_number(key: bytes, *names: str) -> int:
    """Return what number_of() gives for keyed_id() of the same; it takes a third of the time."""
    return int.from_bytes(hmac.digest(key, ":".join(names).encode(), hashlib.sha256)[:8], "big") >> 4


def number_of(id: Id) -> int:
    """Return the first twelve letters of an id as a number of 60 bits."""
    return int(id[:12].translate(_DIGITS), 32)
