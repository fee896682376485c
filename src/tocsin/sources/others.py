"""What each reader of another government's travel advice promises, and the small tools that all of them share.

A reader is one file, advisories_XX.py, with PUBLISHER, NAME, LEVELS (their words to our levels, as
docs/reference/advisory-levels.md shows them) and read(). Nothing is dropped in silence: each row becomes an advice or a
problem in one sentence.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json
from tocsin.places.called import countries_called
from tocsin.report.others import OthersAdvice, OthersReason

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 2_000
MOST_TEXT = 1_000_000  # characters of one page
MOST_REGIONS = 200  # of one place
MOST_NAME = 400  # characters of a region's name; a longer one is cut, and says so by its end


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be read. where: the row, or the place it speaks of."""

    where: str
    sentence: str


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What was read. rows: how many there were. regions: whether it tells of regions at all."""

    advices: tuple[OthersAdvice, ...]
    troubles: tuple[Trouble, ...]
    rows: int
    regions: bool = False


class Reader(Protocol):
    """A module that reads one government's advice."""

    PUBLISHER: str
    NAME: str
    LEVELS: Mapping[str, int]

    def read(self, raw: bytes) -> Reading:
        """Read a file of theirs.

        Raises:
            Refused: it is too large, or nothing in it can be made out.
        """


def readers() -> dict[str, Any]:
    """Return the readers that there are, by publisher. One that is taken away is not missed."""
    import tocsin.sources  # noqa: PLC0415  the package of this very module

    names = [one.name for one in iter_modules(tocsin.sources.__path__) if one.name.startswith("advisories_")]
    found = [import_module(f"tocsin.sources.{name}") for name in sorted(names)]
    return {module.PUBLISHER: module for module in found}


# ---- rows


def rows(raw: bytes, row: Callable[[dict[str, Any]], Iterable[OthersAdvice | Trouble]]) -> Reading:
    """Read a file of rows: a JSON array of objects, or an object a line. row: what one of them says.

    Raises:
        Refused: it is too large, has too many rows, or is neither.
    """
    if len(raw) > MOST_BYTES:
        raise Refused(f"This has {len(raw):,} bytes; {MOST_BYTES:,} are read at most.")
    listed = list(_split(raw))
    if len(listed) > MOST_ROWS:
        raise Refused(f"This has {len(listed):,} rows; {MOST_ROWS:,} are read at most.")
    advices: list[OthersAdvice] = []
    troubles: list[Trouble] = []
    for number, one in enumerate(listed, 1):
        for said in _row(number, one, row):
            if isinstance(said, Trouble):
                troubles.append(said)
            else:
                advices.append(said)
    if listed and not advices:
        raise Refused(f"None of its {len(listed):,} rows could be read. The first: {troubles[0].sentence}")
    return Reading(
        advices=tuple(advices), troubles=tuple(troubles), rows=len(listed), regions=any(one.region for one in advices)
    )


def _split(raw: bytes) -> Iterator[bytes]:
    text = raw.removeprefix(b"\xef\xbb\xbf").strip()
    if text[:1] == b"[":
        yield from (bytes(one) for one in read_json(text, list[msgspec.Raw]))
    elif text[:1] == b"{":
        yield from (line for line in text.split(b"\n") if line.strip())
    else:
        raise Refused("This is neither a JSON array nor an object a line.")


def _row(
    number: int, raw: bytes, read: Callable[[dict[str, Any]], Iterable[OthersAdvice | Trouble]]
) -> Iterator[OthersAdvice | Trouble]:
    where = f"row {number}"
    try:
        said = read_json(raw, dict[str, Any])
    except Refused as error:
        yield Trouble(where=where, sentence=str(error))
        return
    place = said.get("destination")
    if not isinstance(place, str) or not place.strip() or len(place) > MOST_NAME:
        yield Trouble(where=where, sentence="It names no destination.")
        return
    if len(str(said.get("text") or "")) > MOST_TEXT:
        yield Trouble(where=place, sentence=f"Its text has over {MOST_TEXT:,} characters.")
        return
    yield from read(said)


def words(said: Mapping[str, Any], field: str) -> str:
    """Return a field that should be text; nothing where it is not."""
    found = said.get(field)
    return plain(found) if isinstance(found, str) else ""


def place_of(said: Mapping[str, Any], field: str = "destination") -> tuple[str, tuple[str, ...], tuple[Trouble, ...]]:
    """Return what a row is about, the countries of that name (ISO 3166-1 alpha-2), and what is to be told where it is none."""
    place = words(said, field)
    if countries := countries_called(place):
        return place, countries, ()
    return (
        place,
        (),
        (Trouble(where=place, sentence="This is the name of no country here; it is kept without a code."),),
    )


def address(said: Mapping[str, Any], field: str) -> str:
    """Return where it can be read: only what a browser may be sent to."""
    found = words(said, field)
    return found if found.startswith("https://") and len(found) <= 2_000 and not re.search(r"\s", found) else ""


def moment(text: str) -> datetime | None:
    """Return a moment that is written as ISO 8601; without an offset it is taken for UTC."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day(text: str, form: str) -> datetime | None:
    """Return a day that is written in words, such as "July 13, 2025"."""
    try:
        return datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
    except ValueError:
        return None


# ---- text

_GLUED = re.compile(r"(?<=\w)\*{1,3}(?=\w)")  # emphasis where a space was forgotten
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]")
_EMPTY = re.compile(r"\n{3,}")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,1000})\]\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)")
_EMPHASIS = re.compile(r"\*{2,3}|(?<=\S)\*|\*(?=\S)|\\(?=[_*])")  # and never the mark of a list


def _linked(link: re.Match[str]) -> str:
    """Return what a link says, apart from a word that stands right behind it."""
    behind = link.string[link.end() : link.end() + 1]
    return f"{link.group(1)} " if behind.isalnum() else link.group(1)


def plain(text: str) -> str:
    """Return a line or a page without what is drawn by Markdown: emphasis, links, unusual spaces, empty lines after another."""
    text = _SPACES.sub(" ", text).replace("\u200b", "").replace("\r\n", "\n")
    text = _EMPHASIS.sub("", _GLUED.sub(" ", _LINK.sub(_linked, text)))
    folded = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
    return _EMPTY.sub("\n\n", folded)


def short(name: str) -> str:
    """Return a region's name, cut where it is a whole paragraph."""
    name = " ".join(name.split()).strip(" ,;:.–-")
    return name if len(name) <= MOST_NAME else name[: MOST_NAME - 1] + "…"


# ---- reasons

_INDICATORS: tuple[tuple[str, str], ...] = (
    ("wrongful_detention", r"wrongful|arbitrar|detention|detain|exit ban"),
    ("terrorism", r"terror"),
    ("kidnapping", r"kidnap|hostage|abduct"),
    (
        "armed_conflict",
        r"conflict|\bwars?\b|hostilit|fighting|militar|rocket|shelling|missile|air ?strike|land ?mines?",
    ),
    ("civil_unrest", r"unrest|demonstration|protest|riot"),
    ("natural_disaster", r"disaster|hurricane|typhoon|cyclone|earthquake|volcan|eruption|tsunami|flood|wildfire"),
    ("health", r"health|medical|disease|outbreak|epidemic|ebola|cholera"),
    ("crime", r"crim|robber|bandit|gang|theft|piracy|assault|carjack"),
    ("event", r"\bevents?\b|olympic|world cup|elections?\b"),
)
_PARTS = re.compile(r"[,;]|\band\b|\bor\b|\n")
# A sentence ends at a full stop before a capital, not within "U.S." or "6.5 km".
_DUE = re.compile(r"\b(?:due to|because of)\s*(.+?)(?=\.(?:\s+[A-Z]|[A-Z][a-z]|\s*$)|$)", re.DOTALL)


def reasons_in(sentence: str) -> tuple[OthersReason, ...]:
    """Return the reasons that stand behind "due to" in a sentence, each under the indicator of ours that it comes nearest to.

    One indicator is given once, in the words that come first; what fits none is other, in its own words.
    """
    due = _DUE.search(plain(sentence).replace("\n", " "))
    if due is None:
        return ()
    found: dict[tuple[str, str], OthersReason] = {}
    for part in _PARTS.split(due.group(1))[:40]:
        said = short(part)
        if said:
            indicator = next(
                (name for name, pattern in _INDICATORS if re.search(pattern, said, re.IGNORECASE)), "other"
            )
            found.setdefault((indicator, said if indicator == "other" else ""), _reason(indicator, said))
    return tuple(found.values())


def _reason(indicator: str, said: str) -> OthersReason:
    return OthersReason(indicator=indicator, words=said)


def level_of(wording: str, levels: Mapping[str, int]) -> int | None:
    """Return our level for a government's words, however they are capitalised; None where the table has none."""
    return levels.get(" ".join(wording.casefold().split()))


# ---- several files about the same places


def together(readings: Iterable[Reading]) -> Reading:
    """Return several readings as one: of what two of them say of a place, the later, with what only the other knows.

    Where they differ and no date decides, the stricter level is kept, and said so.
    """
    found: dict[tuple[str, str, str], OthersAdvice] = {}
    troubles: list[Trouble] = []
    count, regions = 0, False
    for reading in readings:
        count, regions = count + reading.rows, regions or reading.regions
        troubles += reading.troubles
        for one in reading.advices:
            before = found.get(one.about)
            found[one.about] = one if before is None else _one_of_two(before, one)
            if before is not None and None not in (before.level, one.level) and before.level != one.level:
                levels = f"level {before.level} and level {one.level}"
                kept = f"It is given as {levels}; level {found[one.about].level} is kept."
                troubles.append(Trouble(where=f"{one.place} {one.region}".strip(), sentence=kept))
    return Reading(advices=tuple(found.values()), troubles=tuple(troubles), rows=count, regions=regions)


def _one_of_two(one: OthersAdvice, other: OthersAdvice) -> OthersAdvice:
    first, second = sorted((one, other), key=_weight, reverse=True)
    if None not in (one.level, other.level) and one.level != other.level and one.published_at and other.published_at:
        first, second = sorted((one, other), key=lambda said: (said.published_at, said.level), reverse=True)
    return replace(
        first,
        reasons=first.reasons or (second.reasons if first.level == second.level else ()),
        published_at=first.published_at or second.published_at,
        address=first.address or second.address,
        says_level=one.says_level or other.says_level,
    )


def _weight(said: OthersAdvice) -> tuple[int, bool, int]:
    return said.level or 0, bool(said.reasons), len(said.wording)
