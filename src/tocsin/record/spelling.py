"""How the record's formats spell bytes, numbers and text: each in one way only, so that no bit changes unnoticed."""

import base64
import re

from tocsin.basis.errors import Refused

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}")  # the digits that 64 bits can need, so that no number costs more


def to_base64(raw: bytes) -> str:
    """Write bytes as standard base64."""
    return base64.b64encode(raw).decode()


def from_base64(text: str) -> bytes:
    """Read standard base64 in its one canonical form, so that no bit of it can change unnoticed.

    Raises:
        Refused: it is not base64, or spare bits at its end are set.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(f"{text[:100]!r} is not standard base64.") from error
    if to_base64(raw) != text:
        raise Refused(f"{text[:100]!r} is not base64 in its canonical form.")
    return raw


def from_decimal(text: str, most: int) -> int:
    """Read a decimal number from 0 to most, without sign or leading zeros. most: below 2**64.

    Raises:
        Refused: it is no such number.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > most:
        raise Refused(f"{text[:40]!r} is no decimal number from 0 to {most} without leading zeros.")
    return int(text)


def decode_text(raw: bytes) -> str:
    """Read the bytes of a note as text.

    Raises:
        Refused: they are not UTF-8, or hold a control character other than the newline.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Refused("A note is UTF-8; this is not.") from error
    if _CONTROL.search(text):
        raise Refused("A note has no control character but the newline.")
    return text
