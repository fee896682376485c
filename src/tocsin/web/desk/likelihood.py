"""The lanes of judgement: likelihood is a band that steps; confidence, apart from it, a line between low and high."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from tocsin.web.desk.sheet import LATEST, LEFT, RIGHT, Sheet
from tocsin.web.desk.views.timeline import LikelihoodStep
from tocsin.web.drawing import Box, el, path, text_width
from tocsin.web.measures import percent, stamp
from tocsin.web.wording import CONFIDENCES, likelihood_words

PLOT = 76.0
STAIR = 17.0  # from one confidence to the next
SURE = ("low", "moderate", "high")


def likelihood(sheet: Sheet, y: float) -> float:
    """Draw the likelihood from y down, and return where the lane ends."""
    top = y + 24
    steps = sorted(sheet.view.likelihood, key=lambda one: one.at)
    ends = [*(step.at for step in steps[1:]), sheet.view.ends_at][: len(steps)]
    bands = [_band(sheet, step, end, top) for step, end in zip(steps, ends, strict=True)]
    for share in (0.0, 0.5, 1.0):
        at = top + PLOT * (1 - share)
        sheet.ink.shapes.append(el("path", d=path([(LEFT, at), (LATEST, at)]), class_="scale"))
        sheet.ink.words.append(
            el("text", f"{share * 100:.0f}", x=LEFT - 6, y=at + 4, class_="t dim", text_anchor="end")
        )
    middle: list[tuple[float, float]] = []
    for step, band in zip(steps, bands, strict=True):
        sheet.mark(_band_shape(step, band), _step_said(step, sheet))
        half = (band.y1 + band.y2) / 2
        middle += [(band.x1, half), (band.x2, half)]
    if middle:
        sheet.ink.shapes.append(el("path", d=path(middle), class_="likely"))
    _step_labels(sheet, steps, bands, top)
    return top + PLOT + 16


def confidence(sheet: Sheet, y: float) -> float:
    """Draw how good the grounds were from y down, and return where the lane ends. It says nothing of how likely it is."""
    _, top = sheet.say, y + 16
    names = (_("low"), _("moderate"), _("high"))
    heights = {sure: top + STAIR * (len(SURE) - 1 - n) for n, sure in enumerate(SURE)}
    for sure, name in zip(SURE, names, strict=True):
        at = heights[sure]
        sheet.ink.shapes.append(el("path", d=path([(LEFT, at), (LATEST, at)]), class_="scale"))
        sheet.ink.words.append(el("text", name, x=RIGHT, y=at + 4, class_="t dim", text_anchor="end"))
    steps = sorted(sheet.view.likelihood, key=lambda one: one.at)
    ends = [*(step.at for step in steps[1:]), sheet.view.ends_at][: len(steps)]
    feet = [(sheet.axis.x(step.at), heights[step.likelihood.confidence]) for step in steps]
    stairs = [
        point
        for (x, at), end in zip(feet, ends, strict=True)
        for point in ((x, at), (max(sheet.axis.x(end), x + 1), at))
    ]
    if stairs:
        sheet.ink.shapes.append(el("path", d=path(stairs), class_="sure-line"))
    for step, (x, at) in zip(steps, feet, strict=True):
        sheet.mark(el("circle", cx=x, cy=at, r=4, class_="sure"), _sure_said(step, sheet))
    return heights["low"] + 14


def _sure_said(step: LikelihoodStep, sheet: Sheet) -> str:
    _ = sheet.say
    return f"{stamp(step.at, sheet.view.zone, _)}: {_(CONFIDENCES[step.likelihood.confidence])} {step.by}"


def _band(sheet: Sheet, step: LikelihoodStep, end: datetime, top: float) -> Box:
    likely = step.likelihood
    return Box(
        sheet.axis.x(step.at),
        top + PLOT * (1 - likely.high),
        max(sheet.axis.x(end), sheet.axis.x(step.at) + 1),
        top + PLOT * (1 - likely.low),
    )


def _band_shape(step: LikelihoodStep, band: Box) -> Markup:
    """Shade the range; its edges are firmer the better the grounds are."""
    fill = el("rect", x=band.x1, y=band.y1, width=band.x2 - band.x1, height=max(band.y2 - band.y1, 1.0), class_="band")
    edges = "".join(path([(band.x1, y), (band.x2, y)]) for y in (band.y1, band.y2))
    return el("g", fill, el("path", d=edges, class_=f"edge {step.likelihood.confidence}"))


def _step_said(step: LikelihoodStep, sheet: Sheet) -> str:
    _, likely = sheet.say, step.likelihood
    at = stamp(step.at, sheet.view.zone, _)
    return f"{at}: {likelihood_words(likely.words, _)}, {percent(likely.low, likely.high)}. {step.by}"


def _step_labels(sheet: Sheet, steps: Sequence[LikelihoodStep], bands: Sequence[Box], top: float) -> None:
    """Name each step that changes the word: over its band where there is room, else under it, else further up."""
    taken: list[Box] = []
    before = ""
    for n, step in enumerate(steps):
        word, before_word = likelihood_words(step.likelihood.words, sheet.say), before
        before = word
        if word == before_word:
            continue
        wide = text_width(word, bold=True)
        spots = [
            Box(x, foot - 11, x + wide, foot + 3)
            for x in (bands[n].x1 + 4, bands[n].x1 - wide - 6, (bands[n].x1 + bands[n].x2 - wide) / 2)
            for foot in (bands[n].y1 - 7, bands[n].y2 + 15)
        ]
        room = Box(LEFT, top - 22, RIGHT, top + PLOT + 18)
        for spot in spots:
            inside = room.x1 <= spot.x1 and spot.x2 <= room.x2 and room.y1 <= spot.y1 and spot.y2 <= room.y2
            if inside and not any(spot.meets(other, 2) for other in [*taken, *bands]):
                taken.append(spot)
                sheet.ink.write(spot.x1, spot.y2 - 3, word, bold=True)
                break
