"""Addresses as a channel can use them: checked and brought into one spelling, so that the same one is known again."""

import re
from urllib.parse import urlsplit

from tocsin.basis.errors import Refused

CHANNELS = ("mail", "sms", "voice", "webhook")
LONGEST_MAIL, LONGEST_URL = 254, 2_000  # characters; RFC 5321, 4.5.3.1.3, less the angle brackets
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,253}")
_BETWEEN_DIGITS = str.maketrans("", "", " \u00a0\u202f-./()")


def fitting(channel: str, address: str) -> str:
    """Return an address as this channel uses it.

    Raises:
        Refused: it is none for this channel. The sentence quotes nothing.
    """
    match channel:
        case "mail":
            return _mail(address)
        case "sms" | "voice":
            return _telephone(address)
        case "webhook":
            return _url(address)
    raise Refused(f"There is no channel of that name. There are: {', '.join(CHANNELS)}.")


def _mail(address: str) -> str:
    if len(address) > LONGEST_MAIL or not address.isprintable() or _MAIL.fullmatch(address) is None:
        raise Refused("This is no mail address. Write one like name@example.org, without a name before it.")
    return address


def _telephone(number: str) -> str:
    """Return a telephone number in its international form. Source: ITU-T E.164, section 6.2: 15 digits at most."""
    digits = number.translate(_BETWEEN_DIGITS)
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    if not (digits.startswith("+") and digits[1:].isascii() and digits[1:].isdecimal() and 7 <= len(digits) - 1 <= 15):
        raise Refused("This is no international telephone number. Write one like +32 2 555 12 12.")
    return digits


def _url(address: str) -> str:
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname)
    except ValueError as error:
        raise Refused("This is no web address. Write one like https://example.org/hook.") from error
    is_plain = address.isprintable() and " " not in address and len(address) <= LONGEST_URL
    if not (is_plain and has_host and parts.scheme in ("http", "https")):
        raise Refused("This is no web address. Write one like https://example.org/hook.")
    return address
