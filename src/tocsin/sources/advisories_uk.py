"""Reads the foreign travel advice of the UK's FCDO: the list of destinations, and the pages as Markdown.

The UK gives no level as such: it advises against all travel, against all but essential travel, or against neither, for a
country or parts of it. Where it advises against neither, there is no level here either: that is not the same as our level 1.
"""

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
    day,
    moment,
    place_of,
    plain,
    reasons_in,
    rows,
    short,
    words,
)

PUBLISHER = "uk"
NAME = "UK Foreign, Commonwealth & Development Office"
LEVELS = {
    "all but essential travel": 3,
    "all travel": 4,
}

_UPDATED = re.compile(r"^Updated:\n{1,2}:? ?(\d{1,2} [A-Z][a-z]+ \d{4})", re.MULTILINE)
_ADVISES = re.compile(
    r"(?:FCDO|Foreign, Commonwealth (?:&|and) Development Office(?: \(FCDO\))?) (?:also |now )?advises? against "
    r"(all but essential travel|all travel)\b\s*(.*)$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[*+-] +(.+)$")
_TO = re.compile(r"^(?:to|within|in|along|on)\b\s*", re.IGNORECASE)
_ALL = re.compile(r"^(?:the )?(?:whole|entire|rest)\b.*?\bof\b\s*|^the whole country\b", re.IGNORECASE)
_END = re.compile(r"\.(?:\s+[A-Z]|\s*$)")
_EXCEPT = re.compile(r"\s*[,(]?\s*\b(?:except|excluding|apart from|with the exception of|other than)\b", re.IGNORECASE)
_NO_LEVELS = "safety and security"


def read(raw: bytes) -> Reading:
    """Read a file of theirs.

    Raises:
        Refused: it is too large, or nothing in it can be made out.
    """
    return rows(raw, _row)


def _row(said: dict[str, Any]) -> Iterator[OthersAdvice | Trouble]:
    place, countries, unknown = place_of(said)
    yield from unknown
    if "text" not in said:
        yield OthersAdvice(
            publisher=PUBLISHER,
            place=place,
            countries=countries,
            published_at=moment(words(said, "last_updated")),
            address=address(said, "details_url"),
            says_level=False,
        )
        return
    page = plain(str(said["text"] or ""))
    if not page:
        yield Trouble(where=place, sentence="Its page is empty.")
    elif words(said, "page").casefold() == _NO_LEVELS:
        # It says what may happen there, and never whether to travel; that stands on the page of warnings.
        yield OthersAdvice(publisher=PUBLISHER, place=place, countries=countries, says_level=False)
    else:
        yield from _page(place, countries, page)


def _page(place: str, countries: tuple[str, ...], page: str) -> Iterator[OthersAdvice | Trouble]:
    updated = _UPDATED.search(page)
    published = day(updated.group(1), "%d %B %Y") if updated else None
    every = list(_advised(page.split("\n")))
    if any(not one[0] for one in every):
        yield Trouble(where=place, sentence="It advises against travel, and it could not be made out to where.")
    found: list[tuple[str, str, int, str]] = []
    all_of_it: list[tuple[str, str, int, str]] = []
    for one in every:
        if one[0]:
            (all_of_it if _is_all(one[0], place, countries) else found).append(one)
    whole = max(all_of_it, key=lambda one: one[2], default=None)
    if len(found) > MOST_REGIONS:
        yield Trouble(where=place, sentence=f"Its page names {len(found)} regions; the first {MOST_REGIONS} are kept.")
    yield OthersAdvice(
        publisher=PUBLISHER,
        place=place,
        countries=countries,
        level=whole[2] if whole else None,
        wording=whole[1] if whole else "",
        reasons=reasons_in(whole[3]) if whole else (),
        published_at=published,
    )
    seen: set[tuple[str, int]] = set()
    for region, wording, level, why in found[:MOST_REGIONS]:
        if (region.casefold(), level) in seen:
            continue
        seen.add((region.casefold(), level))
        if (region.casefold(), 7 - level) in seen:
            yield Trouble(where=place, sentence=f"It advises two things of {region[:80]}; the stricter one is kept.")
            if level == LEVELS["all but essential travel"]:
                continue
        yield OthersAdvice(
            publisher=PUBLISHER,
            place=place,
            countries=countries,
            region=region,
            level=level,
            wording=wording,
            reasons=reasons_in(why),
            published_at=published,
        )


def _is_all(region: str, place: str, countries: tuple[str, ...]) -> bool:
    """Say whether what is advised against is the whole destination, be it with exceptions."""
    base = _EXCEPT.split(region, maxsplit=1)[0].strip(" ,.:")
    if base.casefold() in (place.casefold(), "the whole country"):
        return True
    names = (base, base.split(",", maxsplit=1)[0])
    return any(set(called) == set(countries) for one in names if (called := countries_called(_ALL.sub("", one))))


def _advised(lines: list[str]) -> Iterator[tuple[str, str, int, str]]:
    """Yield what is advised against: where, their words, our level, the sentence with the reasons. Where: empty is all."""
    number = 0
    while number < len(lines):
        # A line of a definition list tells what was changed on the page, in words that need not hold any more.
        found = None if lines[number].startswith(":") else _ADVISES.search(lines[number].lstrip("# "))
        number += 1
        rest = found.group(2).strip() if found else ""
        if found is None or not (rest.strip(" .:") or rest.endswith(":")):  # a heading over what follows, or nothing
            continue
        level = LEVELS[found.group(1).casefold()]
        wording, why = f"FCDO advises against {found.group(1).casefold()}", rest
        ended = _END.search(rest)
        where = rest[: ended.start()] if ended else rest
        if rest.endswith(":"):
            bullets, number = _bullets(lines, number)
            head = _TO.sub("", rest.rstrip(": "))
            if bullets and not _EXCEPT.search(head):
                yield from ((short(one), wording, level, one) for one in bullets)
                continue
            if not (bullets or head):  # what it is about stands in the paragraph below
                below = next((one for one in lines[number : number + 4] if one), "")
                bullets = [] if below.startswith("#") else [below]
            where = f"{head} {'; '.join(bullets)}"
        yield short(re.split(r"\s*\b(?:due to|because of)\b", _TO.sub("", where))[0]), wording, level, why


def _bullets(lines: list[str], number: int) -> tuple[list[str], int]:
    """Return the list that begins at a line, and where it ends; a list within it belongs to what it stands under."""
    found: list[list[str]] = []
    outer = ""
    while number < len(lines):
        bullet = _BULLET.match(lines[number])
        if bullet:
            outer = outer or lines[number][0]
            if lines[number][0] == outer or not found:
                found.append([bullet.group(1)])
            else:
                found[-1].append(f"{'' if found[-1][-1].endswith(':') else ';'} {bullet.group(1)}")
        elif lines[number]:
            break
        number += 1
    return ["".join(parts) for parts in found], number
