"""What several faces show alike: a window as it stands at a moment, instructions one by one, an area as rings."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tocsin.places import Point, Ring, circle_ring
from tocsin.warning.window import HOLDS, Window
from tocsin.web.pieces import AreaView, WindowState, WindowView

# A full stop after a word of three letters or more ends a sentence; after "Mr." or "e.g." it may not.
_SENTENCE_ENDS = re.compile(r"(?<=[^\W\d_]{3}[.!?])\s+(?=[^\W\d_])")


class Areal(Protocol):
    """Anything with a name in each language and an area, as an alert has it."""

    def name_in(self, language: str, /) -> str: ...  # noqa: D102
    @property
    def polygon(self) -> tuple[Point, ...]: ...  # noqa: D102
    @property
    def circle(self) -> tuple[float, float, float] | None: ...  # noqa: D102


def window_state(window: Window, now: datetime) -> WindowState:
    """Return how a window stands now. One whose end has passed ran out, even if nobody has written that down yet.

    Only one that nobody has ended can be still to come.
    """
    if window.stands in HOLDS and window.ends <= now:
        return WindowState.RAN_OUT_UNDECIDED
    if window.stands in HOLDS and now < window.begins:
        return WindowState.NOT_YET
    return WindowState(window.stands.value)


def window_view(window: Window | None, now: datetime) -> WindowView | None:
    """Return a window to show."""
    if window is None:
        return None
    return WindowView(
        starts_at=window.begins,
        ends_at=window.ends,
        state=window_state(window, now),
        decided_at=window.decided_at,
        closed_at=window.closed_at,
        closed_how=window.closed_how,
    )


def instructions(text: str) -> tuple[str, ...]:
    """Return the instructions in a text one by one: its lines, or the sentences of its only line."""
    lines = [line.strip(" \t•-*") for line in text.splitlines() if line.strip(" \t•-*")]
    if len(lines) == 1:
        lines = [sentence.strip() for sentence in _SENTENCE_ENDS.split(lines[0])]
    return tuple(lines)


def area_views(areas: Sequence[Areal], language: str) -> tuple[AreaView, ...]:
    """Return the areas that can be drawn, named in a language."""
    drawn: list[AreaView] = []
    for area in areas:
        rings: list[Ring] = [area.polygon] if area.polygon else []
        if area.circle:
            rings.append(circle_ring(area.circle[:2], area.circle[2]))
        if rings:
            drawn.append(AreaView(label=area.name_in(language), rings=tuple(rings)))
    return tuple(drawn)


def area_names(areas: Sequence[Areal], language: str) -> str:
    """Name the areas in one line, in a language."""
    return "; ".join(area.name_in(language) for area in areas)
