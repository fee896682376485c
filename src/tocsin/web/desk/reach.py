"""The plot of reach: what share of the people a warning had reached after how long, as one rising line for each stage.

Time is drawn by its square root: what matters most happens in the first minutes, and answers come for days.
"""

import math
from collections.abc import Callable
from datetime import timedelta

from markupsafe import Markup

from tocsin.basis.words import N_, Words
from tocsin.web.desk.views.going import GoingRow, ReachLine, ReachView
from tocsin.web.drawing import Box, el, path, text_width
from tocsin.web.measures import length, number

Scale = Callable[[float], float]

WIDTH, HEIGHT = 720.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 610.0, 16.0, 236.0

LINES = {
    "accepted": ("known", N_("handed over")),
    "delivered": ("good", N_("delivered")),
    "answered": ("act", N_("answered")),
}
"""Of each line: its colour, and what it says. Each is dashed in its own way as well."""

_TICKS = (
    *(timedelta(seconds=n) for n in (1, 5, 10, 20, 30)),
    *(timedelta(minutes=n) for n in (1, 2, 5, 10, 20, 30)),
    *(timedelta(hours=n) for n in (1, 2, 4, 8, 12)),
    *(timedelta(days=n) for n in (1, 2, 4, 7, 14, 30, 90, 365)),
)
MOST_TICKS = 7
FEW = 5
"""Of fewer people a table says enough."""


def draw(view: ReachView, say: Words) -> Markup:
    """Draw the plot. Its title and description say what it shows; the table beside it says it in words."""
    _ = say
    whole = max((view.until - view.since).total_seconds(), 1.0)

    def x(seconds: float) -> float:
        return LEFT + (RIGHT - LEFT) * math.sqrt(min(max(seconds, 0.0), whole) / whole)

    def y(people: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * min(people / view.people, 1.0)

    grid = "".join(
        path([(LEFT, y(share * view.people)), (RIGHT, y(share * view.people))]) for share in (0, *view.shares)
    )
    parts: list[Markup] = [el("path", d=grid, class_="scale")]
    parts += [
        el("text", f"{share * 100:.0f} %", x=LEFT - 6, y=y(share * view.people) + at, class_="t dim", text_anchor="end")
        for share, at in zip((0.0, *view.shares), (4, 4, 9, -1), strict=True)
    ]
    parts += _time_axis(whole, x, _)
    parts += [_line(line, x, y, whole) for line in view.lines if line.reached.steps]
    parts += [
        el("circle", el("title", _took(line.stage, share, after, _)), cx=x(after.total_seconds()),
           cy=y(share * view.people), r=4.0, class_=f"fill {LINES[line.stage][0]}")
        for line in view.lines for share, after in zip(view.shares, line.took, strict=True) if after is not None
    ]  # fmt: skip
    parts += _labels(view, y, _)
    return el(
        "svg",
        el("title", _("Share of the people reached, by time since the approval"), id="reach-title"),
        el("desc", "; ".join(_described(view, _)), id="reach-desc"),
        *parts,
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        class_="reach",
        role="img",
        aria_labelledby="reach-title reach-desc",
    )


def _time_axis(whole: float, x: Scale, _: Words) -> list[Markup]:
    fitting = [tick for tick in _TICKS if tick.total_seconds() <= whole]
    shown: list[timedelta] = []
    edge = RIGHT + 60
    for tick in reversed(fitting):  # the latest first: it tells how long this has gone on
        half = text_width(length(tick, _)) / 2
        if (
            x(tick.total_seconds()) + half < edge
            and len(shown) < MOST_TICKS
            and x(tick.total_seconds()) - half > LEFT + 14
        ):
            shown.append(tick)
            edge = x(tick.total_seconds()) - half - 14
    marks = "".join(path([(x(t.total_seconds()), BOTTOM), (x(t.total_seconds()), BOTTOM + 5)]) for t in shown)
    return [
        el("path", d=marks or path([(LEFT, BOTTOM), (LEFT, BOTTOM + 5)]), class_="scale"),
        *(
            el("text", length(t, _), x=x(t.total_seconds()), y=BOTTOM + 18, class_="t dim", text_anchor="middle")
            for t in (timedelta(0), *shown)
        ),
        el("text", _("since the approval"), x=(LEFT + RIGHT) / 2, y=HEIGHT - 8, class_="t dim", text_anchor="middle"),
    ]


def _line(line: ReachLine, x: Scale, y: Scale, whole: float) -> Markup:
    """Draw steps: between two of them nobody was reached."""
    points = [(x(0), y(0))]
    for seconds, people in line.reached.steps:
        points += [(x(seconds), points[-1][1]), (x(seconds), y(people))]
    points.append((x(whole), points[-1][1]))
    return el("path", d=path(points), class_=f"line {LINES[line.stage][0]}")


def _labels(view: ReachView, y: Scale, _: Words) -> list[Markup]:
    """Name each line where it ends; those that end together move apart."""
    placed: list[Box] = []
    labels: list[Markup] = []
    for line in view.lines:
        if not line.reached.steps:
            continue
        colour, word = LINES[line.stage]
        foot = min(y(line.reached.people) + 4, BOTTOM)
        box = Box(RIGHT + 8, foot - 11, WIDTH, foot + 3)
        while any(box.meets(other) for other in placed):
            box = Box(box.x1, box.y1 + 15, box.x2, box.y2 + 15)
        placed.append(box)
        labels.append(el("text", _(word), x=box.x1, y=box.y2 - 3, class_=f"t label {colour}"))
    return labels


def _described(view: ReachView, _: Words) -> list[str]:
    said = [_took(line.stage, share, after, _) for line in view.lines
            for share, after in zip(view.shares, line.took, strict=True) if after is not None]  # fmt: skip
    return said or [_("Half of the people have not been reached yet")]


def _took(name: str, share: float, after: timedelta, _: Words) -> str:
    return _(
        "%(share)s %% %(word)s within %(length)s",
        share=f"{share * 100:.0f}",
        word=_(LINES[name][1]),
        length=length(after, _),
    )


def within(line: ReachLine, after: timedelta | None, _: Words) -> str:
    """Say when a share was reached, or that it has not been: "within 2 min 10 s"."""
    if after is not None:
        return _("within %(length)s", length=length(after, _)) if after else _("at once")
    return _("not yet") if line.reached.steps else _("none yet")


def bar(row: GoingRow, _: Words) -> Markup:
    """Draw how far the deliveries of a channel have come, in one bar."""
    whole = max(row.planned, 1)
    parts = (
        (row.accepted, "known", _("handed over")),
        (row.waiting, "silence", _("waiting for another try")),
        (row.lost, "danger", _("given up")),
    )
    at = 0.0
    drawn: list[Markup] = []
    for many, tone, _word in parts:
        wide = 200.0 * many / whole
        if many:
            drawn.append(el("rect", x=at, y=4.0, width=max(wide, 1.5), height=12.0, class_=f"fill {tone}"))
        at += wide
    said = ", ".join(f"{number(many)} {word}" for many, _tone, word in parts if many)
    title = _("%(done)s of %(all)s", done=said or "0", all=number(row.planned))
    frame = el("rect", x=0.5, y=3.5, width=199.0, height=13.0, rx=2.0, class_="frame")
    return el("svg", el("title", title), *drawn, frame, viewBox="0 0 200 20", class_="bar-of", role="img")
