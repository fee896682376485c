"""The drawings of duty: what would ring when nobody answers, and who has the next weeks, with the gaps."""

import math
from datetime import datetime, timedelta
from itertools import pairwise

from markupsafe import Markup

from tocsin.basis.moment import by_the_wall, zone
from tocsin.basis.words import Words
from tocsin.web.desk.views.duty import RotaPage, ShiftRow, TriedOut
from tocsin.web.drawing import LABEL, el, path, shortened, text_width
from tocsin.web.measures import clock, length, weekday

WIDE, EDGE = 980.0, 14.0
LANES = 4
DAY = timedelta(days=1)


def rehearsal(tried: TriedOut, zone_name: str, _: Words) -> Markup:
    """Draw the silence from its first moment on, and on it each step: who is rung, who is not there, what has to wait."""
    ends = max(one.held_until or one.at for one in tried.rows)
    span = max(ends - tried.begins, timedelta(minutes=1))

    def x(moment: datetime) -> float:
        # What comes first matters most, and comes closest together.
        return EDGE + (WIDE - 2 * EDGE) * math.sqrt((moment - tried.begins) / span)

    middle = 16.0 * LANES + 22.0
    parts = [
        el("path", d=path([(EDGE, middle), (WIDE - EDGE, middle)]), class_="silence-line"),
        el("path", d=path([(EDGE, middle - 9), (EDGE, middle + 9)]), class_="act stroke"),
    ]
    taken = [0.0] * LANES
    for row in tried.rows:
        at = x(row.at)
        if row.held_until:
            wide = max(x(row.held_until) - at, 2.0)
            parts.append(el("rect", x=at, y=middle - 7, width=wide, height=14.0, class_="quiet"))
            said, tone = _("quiet until %(when)s", when=clock(row.held_until, zone_name)), "dim"
        elif row.who:
            parts.append(el("circle", cx=at, cy=middle, r=5.5, class_="act fill"))
            said, tone = row.who, "strong"
        else:
            parts.append(el("circle", cx=at, cy=middle, r=5.0, class_="ring silence"))
            said, tone = _("nobody"), "silence"
        parts.extend(_label(said, tone, at, middle, taken))
    first, last = clock(tried.begins, zone_name), clock(ends, zone_name)
    parts.append(el("text", first, x=EDGE, y=middle + 26, class_="dim"))
    if span > timedelta(minutes=1):
        parts.append(el("text", f"{last} · {length(span, _)}", x=WIDE - EDGE, y=middle + 26, text_anchor="end", class_="dim"))  # fmt: skip
    unused = 16.0 * sum(1 for until in taken if not until)
    title = _("The silence from its first moment on, with each step on it; the table below says the same.")
    drawn = el("svg", el("title", title), *parts, role="img",
               viewBox=f"0 {unused:.0f} {WIDE:.0f} {middle + 34 - unused:.0f}", class_="rehearsal")  # fmt: skip
    return Markup('<div class="scroll in" tabindex="0" role="group" aria-label="{}" translate="no">{}</div>').format(
        title, drawn
    )


def _label(said: str, tone: str, at: float, middle: float, taken: list[float]) -> list[Markup]:
    """Write a name over its mark where there is room, on one of some lines; where there is none, the table has it."""
    text = shortened(said, 150.0)
    wide = text_width(text, LABEL, bold=True)
    left = min(max(at - wide / 2, 2.0), WIDE - wide - 2.0)
    for lane, until in enumerate(taken):
        if left > until + 6:
            taken[lane] = left + wide
            y = middle - 18 - 16 * lane
            return [
                el("path", d=path([(at, middle - 8), (at, y + 4)]), class_="scale"),
                el("text", text, x=left, y=y, class_=tone),
            ]
    return []


def weeks(page: RotaPage, _: Words) -> Markup:
    """Draw the next four weeks, a line a week: the shifts one after the other, and the gaps dotted."""
    here = zone(page.zone)
    today = page.shell.now.astimezone(here).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), datetime.min.time())
    parts: list[Markup] = []
    label, tall = 86.0, 34.0
    lines = 5 if page.weeks and page.weeks[-1].ends > by_the_wall(monday + 28 * DAY, here) else 4
    for day in range(7):
        at = label + (WIDE - label) * day / 7
        name = weekday(by_the_wall(monday + day * DAY, here), page.zone, _)
        parts.append(el("text", shortened(name, (WIDE - label) / 7 - 8), x=at + 4, y=14.0, class_="dim"))
    for line in range(lines):
        edges = [by_the_wall(monday + (7 * line + day) * DAY, here) for day in range(8)]
        y = 24.0 + tall * line
        parts.append(el("text", f"{edges[0].astimezone(here):%d.%m.}", x=2.0, y=y + 17, class_="dim"))
        for row in page.weeks:
            parts.extend(_shift(row, edges, label, y, _))
        parts.extend(
            el("path", d=path([(label + (WIDE - label) * day / 7, y), (label + (WIDE - label) * day / 7, y + 26)]), class_="scale")
            for day in range(8)
        )  # fmt: skip
    title = _("Who is on duty, a line a week; a dotted frame is a gap. The table below says the same.")
    drawn = el("svg", el("title", title), *parts, role="img", class_="weeks",
               viewBox=f"0 0 {WIDE:.0f} {24 + tall * lines:.0f}")  # fmt: skip
    return Markup('<div class="scroll in" tabindex="0" role="group" aria-label="{}" translate="no">{}</div>').format(
        title, drawn
    )


def _shift(row: ShiftRow, edges: list[datetime], label: float, y: float, _: Words) -> list[Markup]:
    begins, ends = max(row.begins, edges[0]), min(row.ends, edges[-1])
    if begins >= ends:
        return []
    left, right = (_across(one, edges, label) for one in (begins, ends))
    wide = max(right - left - 2, 1.5)
    name = "shift" if row.who else "gap"
    parts = [el("rect", x=left + 1, y=y + 2, width=wide, height=22.0, rx=3.0, class_=name)]
    said = shortened(row.who or _("nobody"), wide - 8)
    if len(said) > 1:
        parts.append(el("text", said, x=left + 6, y=y + 17, class_="strong" if row.who else "silence"))
    return parts


def _across(moment: datetime, edges: list[datetime], label: float) -> float:
    """Return where a moment lies in its week: each day is as wide as another, also one of 23 hours."""
    day_wide = (WIDE - label) / 7
    for day, (begins, ends) in enumerate(pairwise(edges)):
        if moment <= ends:
            return label + day_wide * (day + (moment - begins) / (ends - begins))
    return WIDE
