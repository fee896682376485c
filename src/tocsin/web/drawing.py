"""What the drawings share: elements of SVG, how wide a word will be, and boxes that must not overlap."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec
from markupsafe import Markup, escape

LABEL = 12.0  # size of a label, in px

_NARROW = frozenset("iljIftr.,:;|!'()[]\u202f \u00a0·-")
_WIDE = frozenset("mwMW@%—")
LATIN = 0x24F  # beyond it letters are wider: Cyrillic, Greek


def el(name: str, *children: object, **attributes: object) -> Markup:
    """Return an element; text is escaped, None is left out. class_ is class, and x_y is x-y."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(str(escape(child)) for child in children)
    # Every part was escaped above.
    return Markup(f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>")  # noqa: S704


def _short(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def path(points: Iterable[tuple[float, float]], *, close: bool = False) -> str:
    """Return path data through points."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points) + ("Z" if close else "")


def text_width(text: str, size: float = LABEL, *, bold: bool = False) -> float:
    """Return about how wide a text will be, rather too wide than too narrow: the reader's font is not known.

    Wide enough for DejaVu Sans, the widest of those that are asked for.
    """
    ems = sum(_ems(letter) for letter in text)
    return ems * size * (1.16 if bold else 1.02)


def _ems(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.92
    if ord(letter) > 0x2E7F:  # CJK and beyond: a full square
        return 1.0
    if letter.isdecimal() or ord(letter) > LATIN:
        return 0.74 if letter.isupper() else 0.66
    return 0.71 if letter.isupper() else 0.59


def shortened(text: str, room: float, size: float = LABEL, *, bold: bool = False) -> str:
    """Return as much of a text as fits, with an ellipsis where it was cut."""
    if text_width(text, size, bold=bold) <= room:
        return text
    while text and text_width(text + "…", size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


class Box(msgspec.Struct, frozen=True):
    """A rectangle: left, top, right, bottom."""

    x1: float
    y1: float
    x2: float
    y2: float

    def meets(self, other: "Box", gap: float = 0.0) -> bool:
        """Say whether two boxes come nearer than a gap."""
        return (
            self.x1 < other.x2 + gap
            and other.x1 < self.x2 + gap
            and self.y1 < other.y2 + gap
            and other.y1 < self.y2 + gap
        )


class Wish(msgspec.Struct, frozen=True):
    """A label that wants to stand at x: its place in the caller's list, and how wide it is."""

    key: int
    x: float
    width: float


class Placed(msgspec.Struct, frozen=True):
    """Where a label stands: from x1 to x2, on which track away from the axis, to the left of its mark or not."""

    key: int
    x: float
    x1: float
    x2: float
    track: int
    leftward: bool


GAP = 10.0


def pack(wishes: Iterable[Wish], left: float, right: float) -> list[Placed]:
    """Give every label a track so that no two overlap, crossing as few leader lines as can be.

    A label flies from its leader line like a flag, to the right, or to the left where that is better. From right to
    left the tracks rise, so a leader climbs past the labels of its right-hand neighbours and not through them.
    """
    placed: list[Placed] = []
    tracks: defaultdict[int, list[Placed]] = defaultdict(list)
    for wish in sorted(wishes, key=lambda one: (-one.x, one.key)):
        tries = [
            _try(wish, track, leftward=leftward, left=left, right=right)
            for track in range(len(placed) + 1)
            for leftward in (False, True)
        ]
        free = [one for one in tries if not any(_overlaps(one, other) for other in tracks.get(one.track, ()))]
        placed.append(min(free, key=lambda one: _cost(one, placed)))
        tracks[placed[-1].track].append(placed[-1])
    return placed


def _try(wish: Wish, track: int, *, leftward: bool, left: float, right: float) -> Placed:
    x1 = wish.x - 6 - wish.width if leftward else wish.x + 6
    x1 = max(left, min(x1, right - wish.width))
    return Placed(key=wish.key, x=wish.x, x1=x1, x2=x1 + wish.width, track=track, leftward=leftward)


def _overlaps(one: Placed, other: Placed) -> bool:
    return one.x1 < other.x2 + GAP and other.x1 < one.x2 + GAP


def _cost(one: Placed, placed: list[Placed]) -> float:
    """Return how bad a place is: crossed leaders weigh most, then height, then standing on the wrong side."""
    crossed = sum(
        (other.track < one.track and other.x1 - 2 < one.x < other.x2 + 2)
        or (other.track > one.track and one.x1 - 2 < other.x < one.x2 + 2)
        for other in placed
    )
    pushed = one.x1 < one.x < one.x2  # an edge pushed it over its own line
    return 6.0 * crossed + one.track + 2.5 * one.leftward + 3.0 * pushed
