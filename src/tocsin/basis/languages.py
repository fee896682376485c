"""Which of several languages a reader is told something in."""

from collections.abc import Sequence
from functools import lru_cache

_SCRIPTS = {
    "zh": "hans", "zh-tw": "hant", "zh-hk": "hant", "zh-mo": "hant",
    "sr": "cyrl", "sr-me": "latn",
}  # fmt: skip
"""The script of a language that is written in two, and of a country where it is the other. Source: CLDR, likelySubtags."""


def nearest(written: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Return which of the languages a thing is written in a reader wants most; None where they read none of them.

    written, wanted: BCP 47 tags; wanted the best first. For each that is wanted the very tag comes first, then the one that
    begins with most of the same subtags, of several the shortest; and any of a language comes before the next language.

    Source: RFC 4647, section 3.4 (lookup), which ends where a tag would name more than is wanted; here another country's or
    script's words are better than none.
    """
    return _nearest(tuple(written), tuple(wanted))


@lru_cache(maxsize=4_096)  # a warning to a million readers asks for the few lists of languages that they have
def _nearest(written: tuple[str, ...], wanted: tuple[str, ...]) -> int | None:
    for tag in wanted:
        same = [number for number, one in enumerate(written) if one.casefold() == tag.casefold()]
        if same:
            return same[0]
        whole = _subtags(tag)
        alike = [(_alike(_subtags(one), whole), -one.count("-"), -number) for number, one in enumerate(written)]
        if alike and (best := max(alike))[0]:
            return -best[2]
    return None


def _subtags(tag: str) -> tuple[str, ...]:
    """Return the subtags of a tag, with the script that it leaves unsaid where that matters."""
    first, *rest = tag.casefold().split("-")
    if first not in _SCRIPTS or (rest and len(rest[0]) == len("hant")):
        return (first, *rest)
    return (first, _SCRIPTS.get(f"{first}-{rest[0]}" if rest else first, _SCRIPTS[first]), *rest)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many subtags two tags begin with alike."""
    differing = (place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(differing, min(len(one), len(other)))
