"""Counts what a text costs on the air: seven bits a letter where its alphabet allows, sixteen where not. Pure.

Source: 3GPP TS 23.038, 6.2.1 and 6.2.1.1 (alphabets); 3GPP TS 23.040, 9.2.3.24.1 (what joins several: six octets each).
"""

from typing import Literal, NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # two places each: an escape goes before

# One in a text and it costs twice as much, though it says nothing that its plain sister does not.
_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": ",", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "′": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "…": "...", "•": "-", "\t": " ",
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ", "\u200b": "", "\ufeff": "",
    }
)  # fmt: skip

Encoding = Literal["GSM-7", "UCS-2"]


class Segments(NamedTuple):
    """What a text costs. units: septets or 16-bit units. messages: how many go over the air; 0 for nothing."""

    encoding: Encoding
    units: int
    messages: int


def is_seven_bit(text: str) -> bool:
    """Say whether the default alphabet and its extension hold every letter."""
    return _BASIC.union(_EXTENDED).issuperset(text)


def segments(text: str) -> Segments:
    """Count what a text costs. Neither an escaped letter nor a surrogate pair is torn in two."""
    seven = is_seven_bit(text)
    alone, joined = (160, 153) if seven else (70, 67)
    sizes = (
        [2 if letter in _EXTENDED else 1 for letter in text] if seven else [1 + (letter > "\uffff") for letter in text]
    )
    units = sum(sizes)
    encoding: Encoding = "GSM-7" if seven else "UCS-2"
    if units <= alone:
        return Segments(encoding, units, 1 if text else 0)
    count, left = 1, joined
    for size in sizes:
        if size > left:
            count, left = count + 1, joined
        left -= size
    return Segments(encoding, units, count)


def plainer(text: str) -> str:
    """Return the text with plain quotes, dashes and spaces, if with these it needs seven bits only; else as it is."""
    if is_seven_bit(text):
        return text
    plain = text.translate(_PLAIN)
    return plain if is_seven_bit(plain) else text
