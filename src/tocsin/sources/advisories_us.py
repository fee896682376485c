"""Reads the travel advisories of the US Department of State: the list of levels, and the pages as Markdown.

A page shows all nine indicator letters for every country, so reasons are taken from its "due to" sentence alone.
"""

import re
from collections.abc import Iterator
from typing import Any

from tocsin.report.others import OthersAdvice
from tocsin.sources.others import (
    MOST_REGIONS,
    Reading,
    Trouble,
    address,
    day,
    level_of,
    moment,
    place_of,
    plain,
    reasons_in,
    rows,
    short,
    words,
)

PUBLISHER = "us"
NAME = "US Department of State"
LEVELS = {
    "exercise normal precautions": 1,
    "exercise increased caution": 2,
    "reconsider travel": 3,
    "do not travel": 4,
}

_WORDS = "|".join(LEVELS)
_LEVEL = re.compile(r"Level *([1-4]) *[:–-]? *(.*)", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6} (.+?) ?[-–—] ?Level ?([1-4]) ?:? ?(.*)$", re.IGNORECASE | re.MULTILINE)
_DATE = re.compile(r"^#{1,6} Travel Advisory ?\n{0,2}([A-Z][a-z]+ \d{1,2}, \d{4})", re.MULTILINE)
_LIST = re.compile(rf"^({_WORDS})\b[^\n.]{{0,60}}:\s*(.*)$", re.IGNORECASE)
_PART = re.compile(r"^(.{2,300}?)\s*[-–—]\s*Level\s*([1-4])\b", re.IGNORECASE)
_BULLET = re.compile(r"^[*+-] +(.+)$")
_MAIN = re.compile(r"\b(?:exercise (?:normal|increased?) \w+|reconsider travel|do not travel)\b.*", re.IGNORECASE)
_DUE_LIST = re.compile(r"\bdue to:$", re.IGNORECASE)
_BEFORE_DUE = re.compile(r"\s*\b(?:due to|because of)\b", re.IGNORECASE)


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
    found = _LEVEL.match(wording)
    level = int(found.group(1)) if found else level_of(wording, LEVELS)
    named = level_of(found.group(2), LEVELS) if found and found.group(2) else level
    if named != level:
        yield Trouble(where=place, sentence=f"Its level and its words differ: {wording}. The stricter one is kept.")
        level = max(level or 0, named or 0) or None
    yield OthersAdvice(
        publisher=PUBLISHER,
        place=place,
        countries=countries,
        level=level,
        wording=wording,
        published_at=moment(words(said, "last_updated_advisory")),
        address=address(said, "advisory_details_url"),
        says_level="risk_level" in said,
    )


def _page(place: str, countries: tuple[str, ...], text: str) -> Iterator[OthersAdvice | Trouble]:
    page = plain(text)
    if not page:
        yield Trouble(where=place, sentence="Its page is empty.")
        return
    heading = _HEADING.search(page)
    lines = page.split("\n")
    dated = _DATE.search(page)
    published = day(dated.group(1), "%B %d, %Y") if dated else None
    main = _sentence(lines)
    level = int(heading.group(2)) if heading else None
    reasons = reasons_in(main)
    if level is not None and level > 1 and not reasons:
        yield Trouble(
            where=place, sentence=f"Its page gives no reason for level {level} in a sentence that can be read."
        )
    yield OthersAdvice(
        publisher=PUBLISHER,
        place=place,
        countries=countries,
        level=level,
        wording=f"Level {level}: {heading.group(3).strip()}" if heading else _unlevelled(lines),
        reasons=reasons,
        published_at=published,
    )
    found = list(_regions(lines))
    if len(found) > MOST_REGIONS:
        yield Trouble(where=place, sentence=f"Its page names {len(found)} regions; the first {MOST_REGIONS} are kept.")
    for region, wording, strict, why in found[:MOST_REGIONS]:
        yield OthersAdvice(
            publisher=PUBLISHER,
            place=place,
            countries=countries,
            region=region,
            level=strict,
            wording=wording,
            reasons=reasons_in(why),
            published_at=published,
        )


def _sentence(lines: list[str]) -> str:
    """Return the sentence in which the level of the whole country is given with its reasons; it stands before any list."""
    for number, line in enumerate(lines):
        found = None if line.startswith("#") else _MAIN.search(line)
        if found and _DUE_LIST.search(line):
            listed = (_BULLET.match(one) for one in lines[number + 1 : number + 12])
            return f"due to {', '.join(one.group(1).rstrip('.') for one in listed if one)}"
        if found and not _LIST.match(line) and _BEFORE_DUE.search(found.group()):
            return found.group()
        if _LIST.match(line):
            return ""
    return ""


def _unlevelled(lines: list[str]) -> str:
    """Return what stands where the level would: "See Individual Summaries"."""
    after = [line for line in lines if line.startswith("###") and not line.startswith("### Travel Advisory ")]
    said = after[0].lstrip("# ") if after else ""
    return said if said.casefold().startswith("see ") else ""


def _regions(lines: list[str]) -> Iterator[tuple[str, str, int, str]]:
    """Yield the regions with a level of their own: name, their words, our level, the sentence with the reasons.

    They stand in lists under the words of a level, and again as paragraphs with headings; the paragraphs count only for
    levels that have no list, for they name the same places otherwise.
    """
    listed: list[tuple[str, str, int, str]] = []
    headed: list[tuple[str, str, int, str]] = []
    wording = ""
    for line in lines:
        bullet, begins = _BULLET.match(line), _LIST.match(line)
        part = _PART.match(line) if not line.startswith("#") else None
        if begins and not _DUE_LIST.search(line):
            wording = begins.group(1)
        elif bullet and wording:
            name = short(_BEFORE_DUE.split(bullet.group(1), maxsplit=1)[0])
            listed += [(name, wording, LEVELS[wording.casefold()], line)] if name else []
        elif line:
            wording = ""
        if part:
            level = int(part.group(2))
            name = short(_BEFORE_DUE.split(part.group(1), maxsplit=1)[0])
            words_of = next(words for words, number in LEVELS.items() if number == level)
            headed.append((name, f"Level {level}: {words_of.capitalize()}", level, part.group(1)))
    levels = {level for _, _, level, _ in listed}
    seen: set[str] = set()
    for one in (*listed, *(one for one in headed if one[2] not in levels)):
        if one[0].casefold() not in seen:
            seen.add(one[0].casefold())
            yield one
