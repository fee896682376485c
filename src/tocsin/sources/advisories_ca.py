"""Reads the travel advice and advisories of the Government of Canada: the list of risk levels, and the pages as Markdown."""

import re
from collections.abc import Iterator
from typing import Any

from tocsin.places.called import countries_called
from tocsin.report.others import OthersAdvice
from tocsin.sources.others import (
    MOST_REGIONS,
    Reading,
    Trouble,
    address,
    level_of,
    moment,
    place_of,
    plain,
    reasons_in,
    rows,
    short,
    words,
)

PUBLISHER = "ca"
NAME = "Government of Canada"
LEVELS = {
    "take normal security precautions": 1,
    "exercise a high degree of caution": 2,
    "avoid non-essential travel": 3,
    "avoid all travel": 4,
}

_WITH = re.compile(r"\s*\(with regional advisories\)\s*$", re.IGNORECASE)
_HEADING = re.compile(r"^#{2,6} (.+?)\s+[-–—]\s+([^\n]+)$")


def read(raw: bytes) -> Reading:
    """Read a file of theirs.

    Raises:
        Refused: it is too large, or nothing in it can be made out.
    """
    return rows(raw, _row)


def _row(said: dict[str, Any]) -> Iterator[OthersAdvice | Trouble]:
    place, countries, unknown = place_of(said)
    yield from unknown
    if "text" in said:
        yield from _page(place, countries, str(said["text"] or ""))
        return
    wording = words(said, "risk_level")
    level = level_of(_WITH.sub("", wording), LEVELS)
    if wording and level is None:
        yield Trouble(where=place, sentence=f"These words are none of their four levels: {wording[:100]}")
    yield OthersAdvice(
        publisher=PUBLISHER,
        place=place,
        countries=countries,
        level=level,
        wording=wording,
        published_at=moment(words(said, "last_updated")),
        address=address(said, "details_url"),
        says_level="risk_level" in said,
    )


def _page(place: str, countries: tuple[str, ...], text: str) -> Iterator[OthersAdvice | Trouble]:
    found = list(_parts(plain(text).split("\n")))
    if not found:
        yield Trouble(where=place, sentence="Its page gives none of their four levels.")
    if len(found) > MOST_REGIONS:
        yield Trouble(where=place, sentence=f"Its page names {len(found)} regions; the first {MOST_REGIONS} are kept.")
    whole = [one for one in found if _is_all(one[0], countries)]
    # Where a page covers two countries, each by its own name, the stricter level stands for all of it.
    strictest = max(whole, key=lambda one: one[2], default=None)
    if strictest is not None:
        yield _advice(place, countries, "", strictest)
    elif found:
        yield OthersAdvice(publisher=PUBLISHER, place=place, countries=countries)
    several = len({one[0].casefold() for one in whole}) > 1
    seen: set[str] = set()
    for one in found[:MOST_REGIONS]:
        if (one in whole and not several) or one[0].casefold() in seen:
            continue
        seen.add(one[0].casefold())
        yield _advice(place, countries_called(one[0]) if one in whole else countries, short(one[0]), one)


Part = tuple[str, str, int, str]
"""A heading's name, their words, our level, the paragraph under it."""


def _advice(place: str, countries: tuple[str, ...], region: str, part: Part) -> OthersAdvice:
    _, wording, level, why = part
    return OthersAdvice(
        publisher=PUBLISHER,
        place=place,
        countries=countries,
        region=region,
        level=level,
        wording=wording,
        reasons=reasons_in(why),
    )


def _is_all(name: str, countries: tuple[str, ...]) -> bool:
    called = countries_called(name)
    return bool(called) and set(called) <= set(countries)


def _parts(lines: list[str]) -> Iterator[Part]:
    for number, line in enumerate(lines):
        heading = _HEADING.match(line)
        level = level_of(heading.group(2), LEVELS) if heading else None
        if heading and level is not None:
            below = next((one for one in lines[number + 1 : number + 6] if one), "")
            yield heading.group(1), heading.group(2), level, "" if below.startswith("#") else below
