"""Links: tokens that say nothing, and cannot be guessed or made by anyone else.

An answer link has a token per person and warning, and so has a link to end warnings: neither opens what the other does. A link
to one's own page has one per contact point and day.

The token of the first two is mac || masked, in base32: 16 bytes of HMAC over their use and the recipient's row number, and that
number hidden under a mask drawn from the mac. Nothing is looked up before the mac has been checked.
"""

import base64
import binascii
import hmac
from collections.abc import Sequence

import numpy as np

from tocsin.basis.ids import ALPHABET, Id, base32, base32_each, hmac_under

_MAC = 16  # bytes: 128 bits that a guesser would have to hit
_ROW = 8  # bytes
_DAY = 3  # bytes


_LETTERS = 39  # of a token
_SPARE = 5 * _LETTERS - 8 * (_MAC + _ROW)  # bits of the last letter that stand for nothing
_AS_DIGITS = bytes(
    b"0123456789abcdefghijklmnopqrstuv"[ALPHABET.index(chr(one))] if chr(one) in ALPHABET else ord("!")
    for one in range(256)
)


def _spelled(token: str) -> bytes | None:
    """Return the bytes of a token in its one spelling, or None. The library's own takes six times as long."""
    if len(token) != _LETTERS or not token.isascii():
        return None
    try:
        number = int(token.encode().translate(_AS_DIGITS), 32)
    except ValueError:
        return None
    # Base32 leaves bits of the last letter over: each link has one spelling, not eight.
    return None if number & ((1 << _SPARE) - 1) else (number >> _SPARE).to_bytes(_MAC + _ROW, "big")


def number_at_end(token: str) -> int | None:
    """Return the number that stands in the last bytes of a token; None where it is none."""
    raw = _spelled(token)
    return None if raw is None else int.from_bytes(raw[_MAC:], "big")


def _xor(one: bytes, other: bytes) -> bytes:
    return (np.frombuffer(one, np.uint8) ^ np.frombuffer(other, np.uint8)).tobytes()


class Links:
    """Makes and reads the tokens of one installation."""

    def __init__(self, key: bytes) -> None:
        """Take the installation's key for links."""
        self._digest = hmac_under(key)

    def token(self, row: int) -> str:
        """Return the token of one recipient's answer link: 39 lower-case letters and digits."""
        return base32(self._raw(b"link", row))

    def tokens(self, rows: Sequence[int]) -> list[str]:
        """Return the token of each of many recipients' answer links."""
        return base32_each(self._raws(b"link", rows))

    def row(self, token: str) -> int | None:
        """Return the row that the token of an answer link stands for, or None for one we never made."""
        return self._row_of(b"link", token)

    def leaving_token(self, row: int) -> str:
        """Return the token by which a recipient ends warnings, like that of their answer link."""
        return base32(self._raw(b"leave", row))

    def leaving_tokens(self, rows: Sequence[int]) -> list[str]:
        """Return the token by which each of many recipients ends warnings."""
        return base32_each(self._raws(b"leave", rows))

    def leaving(self, token: str) -> int | None:
        """Return the row that the token of a link to end warnings stands for, or None for one we never made."""
        return self._row_of(b"leave", token)

    def _raw(self, use: bytes, row: int) -> bytes:
        raw = row.to_bytes(_ROW, "big")
        mac = self._mac(use, raw)
        return mac + self._mask(mac, raw)

    def _raws(self, use: bytes, rows: Sequence[int]) -> list[bytes]:
        """Return what _raw() gives for each row; in bulk it takes two thirds of the time."""
        if not rows:
            return []
        digest = self._digest
        numbers = [row.to_bytes(_ROW, "big") for row in rows]
        macs = [digest(use + b"\0" + number)[:_MAC] for number in numbers]
        masks = [digest(b"mask\0" + mac)[:_ROW] for mac in macs]
        hidden = _xor(b"".join(numbers), b"".join(masks))
        return [mac + hidden[at : at + _ROW] for mac, at in zip(macs, range(0, len(hidden), _ROW), strict=True)]

    def _row_of(self, use: bytes, token: str) -> int | None:
        raw = _spelled(token)
        if raw is None:
            return None
        mac = raw[:_MAC]
        number = self._mask(mac, raw[_MAC:])
        return int.from_bytes(number, "big") if hmac.compare_digest(mac, self._mac(use, number)) else None

    def own_token(self, contact: Id, day: int) -> str:
        """Return the token that leads whoever reads at a contact point to their own page. day: since 1970, of its making."""
        said = day.to_bytes(_DAY, "big") + contact.encode()
        return base32(self._mac(b"own page", said) + said)

    def own(self, token: str) -> tuple[Id, int] | None:
        """Return the contact point and the day of a token, or None for one we never made."""
        try:
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
            contact = raw[_MAC + _DAY :].decode("ascii")
        except (binascii.Error, ValueError):
            return None
        mac, said = raw[:_MAC], raw[_MAC:]
        if token != base32(raw) or not contact or not hmac.compare_digest(mac, self._mac(b"own page", said)):
            return None
        return contact, int.from_bytes(said[:_DAY], "big")

    def of_code(self, said: str) -> bytes:
        """Return what the code of an answer page follows from."""
        return self._mac(b"code", said.encode())

    def code_id(self, row: int, number: int) -> Id:
        """Return the id of the code of that number of one link: of two who ask for it at once, one comes too late."""
        return base32(self._mac(b"code id", row.to_bytes(_ROW, "big") + number.to_bytes(_ROW, "big")))

    def opened_token(self, row: int, until: int) -> str:
        """Return what a browser keeps once a code was named. until: seconds since 1970."""
        said = row.to_bytes(_ROW, "big") + until.to_bytes(_ROW, "big")
        return base32(self._mac(b"opened", said) + said[_ROW:])

    def is_opened(self, row: int, token: str, now: int) -> bool:
        """Say whether a code was named for the answer link of a row, and what it opened is open still."""
        until = number_at_end(token)
        return (
            until is not None
            and now < until
            and hmac.compare_digest(token.encode(), self.opened_token(row, until).encode())
        )

    def _mac(self, use: bytes, text: bytes) -> bytes:
        return self._digest(use + b"\0" + text)[:_MAC]

    def _mask(self, mac: bytes, text: bytes) -> bytes:
        mask = int.from_bytes(self._mac(b"mask", mac)[:_ROW], "big")
        return (int.from_bytes(text, "big") ^ mask).to_bytes(_ROW, "big")
