"""Draws a case as one picture: known, likelihood, confidence, warned, answered, blamed. From a view to SVG, and nothing else.

The signature is the line of silence: dotted from the moment a warning went out to the moment someone answered, its
length written on it. Every mark can be reached by keyboard and says in words what it shows; the table under the
picture (`rows`) says the same. Colours come from the stylesheet, by class.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from markupsafe import Markup

from tocsin.basis.words import Words
from tocsin.web.desk.answered import answered, silence_said
from tocsin.web.desk.axis import Axis
from tocsin.web.desk.known import accounts, gathered, known, known_label
from tocsin.web.desk.likelihood import confidence, likelihood
from tocsin.web.desk.sheet import LABEL_ROOM, LATEST, LEFT, RIGHT, TRACK, WIDTH, Ink, Sheet
from tocsin.web.desk.views.timeline import Timeline
from tocsin.web.desk.warned import warned
from tocsin.web.drawing import Box, Wish, el, pack, path, shortened, text_width
from tocsin.web.measures import percent, stamp
from tocsin.web.pieces import WindowState
from tocsin.web.wording import CONFIDENCES, WARNINGS, likelihood_words


def draw(view: Timeline, say: Words) -> Markup:
    """Return the picture of a case as SVG."""
    axis = Axis(starts_at=view.starts_at, ends_at=view.ends_at, left=LEFT, right=LATEST, zone=view.zone)
    sheet = Sheet(view=view, axis=axis, say=say, ink=Ink())
    y = _struck(sheet, 24.0)
    top = y
    for name, lane in _lanes(view, say):
        foot = lane(sheet, y)
        sheet.lanes.append((name, y, foot))
        y = foot
    return _svg(sheet, top, y)


def boxes(view: Timeline, say: Words) -> list[Box]:
    """Return the boxes that the labels of a picture take, to check that none meet."""
    axis = Axis(starts_at=view.starts_at, ends_at=view.ends_at, left=LEFT, right=LATEST, zone=view.zone)
    sheet = Sheet(view=view, axis=axis, say=say, ink=Ink())
    y = _struck(sheet, 24.0)
    for _name, lane in _lanes(view, say):
        y = lane(sheet, y)
    return sheet.ink.boxes


Lane = Callable[[Sheet, float], float]


def _lanes(view: Timeline, _: Words) -> list[tuple[str, Lane]]:
    lanes: list[tuple[str, Lane]] = [
        (_("Known"), known),
        (_("Likelihood"), likelihood),
        (_("Confidence"), confidence),
        (_("Warned"), warned),
        (_("Answered"), answered),
    ]
    return [*lanes, (_("Blamed"), accounts)] if view.accounts else lanes


# ---------------------------------------------------------------- the frame


def _svg(sheet: Sheet, top: float, foot: float) -> Markup:
    _, view = sheet.say, sheet.view
    title = _(
        "Timeline from %(start)s to %(end)s",
        start=stamp(view.starts_at, view.zone, _),
        end=stamp(view.ends_at, view.zone, _),
    )
    return el(
        "svg",
        el("title", title, id="timeline-title"),
        el("desc", _("The table below says the same in words."), id="timeline-desc"),
        _hatch(),
        el("g", *_grid(sheet, top, foot), class_="grid", aria_hidden="true"),
        el("g", *_struck_lines(sheet, top, foot)),
        *sheet.ink.shapes,
        el("g", *sheet.ink.words, aria_hidden="true"),
        viewBox=f"0 0 {WIDTH:.0f} {foot + 6:.0f}",
        # Not "img": what is in an image cannot be reached by keyboard, and every mark here can.
        role="graphics-document document",
        aria_labelledby="timeline-title",
        aria_describedby="timeline-desc",
        class_="timeline",
    )


def _hatch() -> Markup:
    rect = el("rect", width="3", height="7", class_="hatch")
    pattern = el(
        "pattern",
        rect,
        id="timeline-hatch",
        width="7",
        height="7",
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return el("defs", pattern)


def _grid(sheet: Sheet, top: float, foot: float) -> list[Markup]:
    drawn = []
    free_from = LEFT - 20
    for tick in sheet.axis.ticks(sheet.say):
        kind = "tick day" if tick.new_day else "tick"
        drawn.append(el("path", d=path([(tick.x, 20.0), (tick.x, foot)]), class_=kind))
        wide = text_width(tick.label, bold=tick.new_day)
        x = min(tick.x + 4, RIGHT - wide)
        if x >= free_from:
            drawn.append(el("text", tick.label, x=x, y=15.0, class_=f"t {kind}", translate="no"))
            free_from = x + wide + 8
    for name, start, end in sheet.lanes:
        if start > top:
            drawn.append(el("path", d=path([(0.0, start), (WIDTH, start)]), class_="rule"))
        drawn.append(el("text", name, x=14.0, y=(start + end) / 2 + 4, class_="t lane"))
    return drawn


def _struck(sheet: Sheet, y: float) -> float:
    """Name what struck above the lanes, and return where the lanes begin."""
    marks = sheet.view.struck
    if not marks:
        return y
    labels = [shortened(mark.label, LABEL_ROOM, bold=True) for mark in marks]
    wishes = [Wish(n, sheet.axis.x(m.at), text_width(labels[n], bold=True)) for n, m in enumerate(marks)]
    placed = pack(wishes, LEFT, RIGHT)
    foot = y + TRACK * (1 + max(one.track for one in placed)) + 4
    for one in placed:
        height = foot - 8 - TRACK * one.track
        sheet.ink.shapes.append(el("path", d=path([(one.x, foot), (one.x, height - 9)]), class_="struck"))
        sheet.ink.write(one.x1, height, labels[one.key], "danger", bold=True)
    return foot


def _struck_lines(sheet: Sheet, top: float, foot: float) -> list[Markup]:
    _, lines = sheet.say, []
    for mark in sheet.view.struck:
        x = sheet.axis.x(mark.at)
        said = f"{stamp(mark.at, sheet.view.zone, _)}: {mark.label}. {mark.detail}"
        head = el("path", d=path([(x - 6, top - 1), (x + 6, top - 1), (x, top + 9)], close=True), class_="danger fill")
        line = el("path", d=path([(x, top), (x, foot)]), class_="struck")
        lines.append(
            el(
                "g",
                el("title", said, translate="no"),
                line,
                head,
                tabindex="0",
                role="graphics-symbol",
                class_="m",
                aria_label=said,
                translate="no",
            )
        )
    return lines


# ---------------------------------------------------------------- the same in words


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table under the picture."""

    at: datetime
    lane: str
    words: str


def rows(view: Timeline, _: Words) -> list[Row]:
    """Say everything in the picture in words, in the order it happened."""
    said: list[Row] = []
    for group in gathered(view.known):
        label = "; ".join(mark.label for mark in group)
        words = label if len(group) == 1 else f"{known_label(group, _)}: {label}"
        said.append(Row(at=group[0].at, lane=_("Known"), words=words))
    for step in view.likelihood:
        likely = step.likelihood
        said.append(
            Row(
                at=step.at,
                lane=_("Likelihood"),
                words=f"{likelihood_words(likely.words, _)}, {percent(likely.low, likely.high)}",
            )
        )
        said.append(Row(at=step.at, lane=_("Confidence"), words=_(CONFIDENCES[likely.confidence])))
    for mark in view.warned:
        words = f"{_(WARNINGS[mark.kind.value])}: {mark.label}"
        said.append(Row(at=mark.at, lane=_("Warned"), words=words))
        if mark.window and mark.window.state is WindowState.RAN_OUT_UNDECIDED:
            ended = _("stated period ended; no all-clear given")
            said.append(Row(at=mark.window.ends_at, lane=_("Warned"), words=f"{mark.label}: {ended}"))
    for line in view.answered:
        words = silence_said(line, view, _)
        said.append(Row(at=line.answered_at or line.sent_at, lane=_("Answered"), words=words))
    said += [Row(at=account.at, lane=_("Blamed"), words=account.label) for account in view.accounts]
    said += [Row(at=struck.at, lane=_("Struck"), words=struck.label) for struck in view.struck]
    return sorted(said, key=lambda row: row.at)
