"""Draws a case as one picture: known, likelihood, warned, answered, blamed. From a view to SVG, and nothing else.

The signature is the line of silence: dotted from the moment a warning went out to the moment someone answered, its
length written on it. Every mark can be reached by keyboard and says in words what it shows; the table under the
picture (`rows`) says the same. Colours come from the stylesheet, by class.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

import msgspec
from markupsafe import Markup

from tocsin.basis.words import Words
from tocsin.web.desk.axis import Axis
from tocsin.web.desk.views import (
    AccountKind,
    AnswerLine,
    KnownKind,
    KnownMark,
    LikelihoodStep,
    Timeline,
    WarnedKind,
    WarnedMark,
)
from tocsin.web.drawing import Box, Wish, el, pack, path, shortened, text_width
from tocsin.web.pieces import Tone, WindowState
from tocsin.web.wording import ACCOUNTS, CHIPS, WARNINGS, length, number, percent, stamp

WIDTH = 1310.0
LEFT, RIGHT = 112.0, 1296.0     # the stretch that time runs over; lane names stand to its left
TRACK = 18.0
LABEL_ROOM = 260.0              # a longer label is shortened in the picture and whole in its title and the table


class Ink(msgspec.Struct):
    """What has been drawn so far: shapes, then words over them, and the boxes the words take."""

    shapes: list[Markup] = []
    words: list[Markup] = []
    boxes: list[Box] = []

    def write(self, x: float, y: float, text: str, kind: str = "", *, bold: bool = False) -> None:
        """Put a text with its start at x and its foot at y."""
        box = Box(x, y - 10, x + text_width(text, bold=bold), y + 3)
        self.boxes.append(box)
        kind = f"{kind} strong".strip() if bold else kind
        self.words.append(el("text", text, x=x, y=y, class_=f"t {kind}".strip(), translate="no"))


class Sheet(msgspec.Struct, kw_only=True):
    """The page under the pen: the view, its axis, the language, and the ink."""

    view: Timeline
    axis: Axis
    say: Words
    ink: Ink
    lanes: list[tuple[str, float, float]] = []

    def mark(self, shape: Markup, said: str, href: str = "") -> None:
        """Draw a shape that can be reached by keyboard and says what it is."""
        title = el("title", said, translate="no")
        if href:
            self.ink.shapes.append(el("a", title, shape, href=href, class_="m", aria_label=said))
        else:
            self.ink.shapes.append(
                el("g", title, shape, tabindex="0", role="graphics-symbol", class_="m", aria_label=said)
            )


def draw(view: Timeline, say: Words) -> Markup:
    """Return the picture of a case as SVG."""
    axis = Axis(starts_at=view.starts_at, ends_at=view.ends_at, left=LEFT, right=RIGHT, zone=view.zone)
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
    axis = Axis(starts_at=view.starts_at, ends_at=view.ends_at, left=LEFT, right=RIGHT, zone=view.zone)
    sheet = Sheet(view=view, axis=axis, say=say, ink=Ink())
    y = _struck(sheet, 24.0)
    for _name, lane in _lanes(view, say):
        y = lane(sheet, y)
    return sheet.ink.boxes


Lane = Callable[[Sheet, float], float]


def _lanes(view: Timeline, _: Words) -> list[tuple[str, Lane]]:
    lanes: list[tuple[str, Lane]] = [
        (_("Known"), _known),
        (_("Likelihood"), _likelihood),
        (_("Warned"), _warned),
        (_("Answered"), _answered),
    ]
    return [*lanes, (_("Blamed"), _accounts)] if view.accounts else lanes


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
    foot = y + TRACK * (1 + max(one.track for one in placed)) + 2
    for one in placed:
        sheet.ink.write(one.x1 + 6 * (not one.leftward), foot - 6 - TRACK * one.track, labels[one.key], "danger", bold=True)
    return foot


def _struck_lines(sheet: Sheet, top: float, foot: float) -> list[Markup]:
    _, lines = sheet.say, []
    for mark in sheet.view.struck:
        x = sheet.axis.x(mark.at)
        said = f"{stamp(mark.at, sheet.view.zone, _)}: {mark.label}. {mark.detail}"
        head = el("path", d=path([(x - 6, top - 1), (x + 6, top - 1), (x, top + 9)], close=True), class_="danger fill")
        line = el("path", d=path([(x, top), (x, foot)]), class_="struck")
        lines.append(
            el("g", el("title", said, translate="no"), line, head, tabindex="0", role="graphics-symbol", class_="m", aria_label=said)
        )
    return lines


# ---------------------------------------------------------------- known, blamed: marks with labels on tracks


class Flag(msgspec.Struct, frozen=True):
    """A mark with a label on a leader line."""

    x: float
    label: str
    shape: Markup
    said: str
    href: str = ""
    kind: str = ""


def _flags(sheet: Sheet, flags: Sequence[Flag], axis_y: Callable[[int], float], *, down: bool = False) -> float:
    """Draw flags and return the height their labels take. axis_y: where the marks stand, given how many tracks."""
    labels = [shortened(flag.label, LABEL_ROOM) for flag in flags]
    wishes = [Wish(n, flag.x, text_width(labels[n])) for n, flag in enumerate(flags) if flag.label]
    placed = pack(wishes, LEFT, RIGHT)
    tracks = 1 + max((one.track for one in placed), default=-1)
    y = axis_y(tracks)
    for one in placed:
        rise = 11 + TRACK * one.track
        foot = y + rise + 9 if down else y - rise
        if one.track:
            end = foot - 9 if down else foot + 3
            sheet.ink.shapes.append(el("path", d=path([(one.x, y), (one.x, end)]), class_="leader"))
        sheet.ink.write(one.x1, foot, labels[one.key], flags[one.key].kind)
    for flag in flags:
        sheet.mark(_at(flag.shape, flag.x, y), flag.said, flag.href)
    return TRACK * tracks + 10


def _at(shape: Markup, x: float, y: float) -> Markup:
    return el("g", shape, transform=f"translate({x:.1f} {y:.1f})")


def _known(sheet: Sheet, y: float) -> float:
    flags = [
        Flag(
            sheet.axis.x(group[0].at),
            _known_label(group, sheet.say),
            _known_shape(group, sheet),
            _known_said(group, sheet),
            group[0].href,
        )
        for group in gathered(sheet.view.known)
    ]
    feet: list[float] = []

    def axis_y(tracks: int) -> float:
        feet.append(y + 8 + TRACK * max(tracks, 1) + 12)
        return feet[0]

    _flags(sheet, flags, axis_y)
    return feet[0] + 16


def gathered(known: Sequence[KnownMark]) -> list[list[KnownMark]]:
    """Put relays of one origin that follow each other together: they are one thing said again."""
    groups: list[list[KnownMark]] = []
    for mark in sorted(known, key=lambda one: one.at):
        last = groups[-1][-1] if groups else None
        if last and mark.kind is KnownKind.RELAY and last.kind is KnownKind.RELAY and last.origin == mark.origin:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _known_label(group: Sequence[KnownMark], _: Words) -> str:
    if len(group) == 1:
        return group[0].label
    return _.ngettext("%(n)s relay, one origin", "%(n)s relays, one origin", len(group))


def _known_shape(group: Sequence[KnownMark], sheet: Sheet) -> Markup:
    if group[0].kind is not KnownKind.RELAY:
        kind = "known fill" if group[0].kind is KnownKind.INCIDENT else "known ring"
        return el("circle", r=6.0 if group[0].kind is KnownKind.INCIDENT else 5.0, class_=kind)
    first = sheet.axis.x(group[0].at)
    # Relays an hour apart would lie on one another; they are many, and are drawn as many.
    xs = [max(sheet.axis.x(mark.at) - first, 8.0 * n) for n, mark in enumerate(group[:6])]
    return el("g", *(el("circle", cx=x, r=3.5, class_="known fill faint") for x in xs))


def _known_said(group: Sequence[KnownMark], sheet: Sheet) -> str:
    _ = sheet.say
    at = stamp(group[0].at, sheet.view.zone, _)
    names = "; ".join(mark.label for mark in group)
    parts = [f"{at}: {names}"]
    if group[0].origin is not None:
        parts.append(_("origin %(n)s", n=group[0].origin))
    return ". ".join([*parts, *(mark.detail for mark in group[:1] if mark.detail)])


def _accounts(sheet: Sheet, y: float) -> float:
    shapes = {
        AccountKind.ACCUSED: el("path", d="M0 -6L6 0L0 6L-6 0Z", class_="dispute fill"),
        AccountKind.CLAIMED: el("rect", x=-5.0, y=-5.0, width=10.0, height=10.0, class_="known fill"),
        AccountKind.NO_INDICATION: el("path", d="M-6 0H6", class_="nothing"),
    }
    flags = []
    for mark in sheet.view.accounts:
        said = f"{stamp(mark.at, sheet.view.zone, sheet.say)}: {mark.label}. {mark.detail}"
        flags.append(Flag(sheet.axis.x(mark.at), mark.label, shapes[mark.kind], said))
    feet: list[float] = []

    def axis_y(tracks: int) -> float:
        feet.append(y + 8 + TRACK * max(tracks, 1) + 12)
        return feet[0]

    _flags(sheet, flags, axis_y)
    return feet[0] + 14


# ---------------------------------------------------------------- likelihood: a band that steps


PLOT = 76.0


def _likelihood(sheet: Sheet, y: float) -> float:
    top = y + 24
    steps = sorted(sheet.view.likelihood, key=lambda one: one.at)
    ends = [*(step.at for step in steps[1:]), sheet.view.ends_at]
    bands = [_band(sheet, step, end, top) for step, end in zip(steps, ends, strict=True)]
    for share in (0.0, 0.5, 1.0):
        at = top + PLOT * (1 - share)
        sheet.ink.shapes.append(el("path", d=path([(LEFT, at), (RIGHT, at)]), class_="scale"))
        sheet.ink.words.append(el("text", f"{share * 100:.0f}", x=LEFT - 6, y=at + 4, class_="t dim", text_anchor="end"))
    middle: list[tuple[float, float]] = []
    for step, band in zip(steps, bands, strict=True):
        sheet.mark(_band_shape(step, band), _step_said(step, sheet))
        half = (band.y1 + band.y2) / 2
        middle += [(band.x1, half), (band.x2, half)]
    if middle:
        sheet.ink.shapes.append(el("path", d=path(middle), class_="likely"))
    _step_labels(sheet, steps, bands, top)
    return top + PLOT + 12


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
    return f"{at}: {_(likely.word)}, {percent(likely.low, likely.high)}. {step.by}"


def _step_labels(sheet: Sheet, steps: Sequence[LikelihoodStep], bands: Sequence[Box], top: float) -> None:
    """Name each step that changes the word: over its band where there is room, else under it, else further up."""
    taken: list[Box] = []
    before = ""
    for n, step in enumerate(steps):
        word, before_word = sheet.say(step.likelihood.word), before
        before = word
        if word == before_word:
            continue
        wide = text_width(word, bold=True)
        spots = [
            Box(x, foot - 11, x + wide, foot + 3)
            for x in (bands[n].x1 + 4, bands[n].x1 - wide - 6, (bands[n].x1 + bands[n].x2 - wide) / 2)
            for foot in (bands[n].y1 - 5, bands[n].y2 + 14)
        ]
        room = Box(LEFT, top - 22, RIGHT, top + PLOT + 14)
        for spot in spots:
            inside = room.x1 <= spot.x1 and spot.x2 <= room.x2 and room.y1 <= spot.y1 and spot.y2 <= room.y2
            if inside and not any(spot.meets(other, 2) for other in [*taken, *bands]):
                taken.append(spot)
                sheet.ink.write(spot.x1, spot.y2 - 3, word, bold=True)
                break


# ---------------------------------------------------------------- warned: windows as bars, the rest as marks


def _warned(sheet: Sheet, y: float) -> float:
    windows = sorted((mark for mark in sheet.view.warned if mark.window), key=lambda one: one.at)
    y += 10
    for mark in windows:
        _window(sheet, mark, y)
        y += 26
    points = sorted((mark for mark in sheet.view.warned if not mark.window), key=lambda one: one.at)
    if not points:
        return y + 6
    flags = [
        Flag(sheet.axis.x(mark.at), mark.label, _warned_shape(mark.kind), _warned_said(mark, sheet), mark.href)
        for mark in points
    ]
    return y + 8 + _flags(sheet, flags, lambda _tracks: y + 8, down=True) + 8


def _window(sheet: Sheet, mark: WarnedMark, y: float) -> None:
    """Draw the time a warning held as a bar, and hatch what came after if nobody decided."""
    window = mark.window
    if window is None:
        return
    x1 = sheet.axis.x(window.starts_at)
    decided = window.state in {WindowState.WITHDRAWN, WindowState.STOOD_DOWN} and window.decided_at
    x2 = max(sheet.axis.x(min(window.ends_at, decided) if decided else window.ends_at), x1 + 4)
    bar = el("rect", x=x1, y=y, width=x2 - x1, height=17.0, rx=3.0, class_="bar-act")
    said = _warned_said(mark, sheet)
    ran_out = window.state is WindowState.RAN_OUT_UNDECIDED
    x3 = sheet.axis.x(window.decided_at or min(sheet.view.now, sheet.view.ends_at)) if ran_out else x2
    hatch = el("rect", x=x2, y=y, width=x3 - x2, height=17.0, class_="ran-out") if x3 > x2 else Markup()
    sheet.mark(el("g", bar, hatch), said, mark.href)
    _window_words(sheet, mark, y, (x1, x2, x3), ran_out=ran_out)


def _window_words(sheet: Sheet, mark: WarnedMark, y: float, xs: tuple[float, float, float], *, ran_out: bool) -> None:
    x1, x2, x3 = xs
    ended = sheet.say("stated period ended; no all-clear given") if ran_out else ""
    free = x2 + 8
    if text_width(mark.label, bold=True) <= x2 - x1 - 14:
        sheet.ink.write(x1 + 7, y + 12.5, mark.label, "on-act", bold=True)
    else:
        wide = min(text_width(mark.label, bold=True), LABEL_ROOM)
        label = shortened(mark.label, LABEL_ROOM, bold=True)
        if free + wide > RIGHT:
            sheet.ink.write(max(LEFT, x1 - 8 - wide), y + 12.5, label, bold=True)
        else:
            sheet.ink.write(free, y + 12.5, label, "halo", bold=True)
            free += wide + 14
    if ended and free + text_width(ended) <= max(x3, free) and x3 - free > 40:
        sheet.ink.write(free + 2, y + 12.5, ended, "halo")


def _warned_shape(kind: WarnedKind) -> Markup:
    if kind in {WarnedKind.REAFFIRMED, WarnedKind.SECOND_KNOCK}:    # the same again: two strokes
        return el("path", d="M-5 -7H-1V7H-5ZM1 -7H5V7H1Z", class_="act fill")
    if kind is WarnedKind.STATEMENT:
        return el("rect", x=-5.0, y=-7.0, width=10.0, height=14.0, rx=2.0, class_="act ring")
    return el("rect", x=-5.0, y=-7.0, width=10.0, height=14.0, rx=2.0, class_="act fill")


def _warned_said(mark: WarnedMark, sheet: Sheet) -> str:
    _, zone = sheet.say, sheet.view.zone
    parts = [f"{stamp(mark.at, zone, _)}: {_(WARNINGS[mark.kind.value])}, {mark.label}"]
    if mark.window:
        parts.append(_("window until %(end)s", end=stamp(mark.window.ends_at, zone, _)))
        if mark.window.state is WindowState.RAN_OUT_UNDECIDED:
            parts.append(_("stated period ended; no all-clear given"))
    return ". ".join([*parts, *([mark.detail] if mark.detail else [])])


# ---------------------------------------------------------------- answered: the line of silence


def _answered(sheet: Sheet, y: float) -> float:
    y += 6
    for line in sorted(sheet.view.answered, key=lambda one: (one.sent_at, one.recipient)):
        _silence(sheet, line, y + 32)
        y += 46
    return y + 8 if sheet.view.answered else y + 40


def _silence(sheet: Sheet, line: AnswerLine, y: float) -> None:
    end = line.answered_at or line.until or min(sheet.view.now, sheet.view.ends_at)
    x1, x2 = sheet.axis.x(line.sent_at), sheet.axis.x(end)
    parts = [el("path", d=path([(x1, y - 5), (x1, y + 5)]), class_="act stroke")]
    if x2 > x1:
        parts.append(el("path", d=path([(x1 + 4, y), (x2, y)]), class_="silence-line"))
    parts += [_at(_bell(), sheet.axis.x(at), y) for at in line.escalated_at]
    parts.append(_at(_answer_shape(line), x2, y))
    sheet.mark(el("g", *parts), silence_said(line, sheet.view, sheet.say), line.href)
    _silence_words(sheet, line, y, x1, x2)


def _silence_words(sheet: Sheet, line: AnswerLine, y: float, x1: float, x2: float) -> None:
    """Write who over the line, how long the silence was after it, and the answer beside its mark."""
    _ = sheet.say
    who = shortened(line.recipient, LABEL_ROOM, bold=True)
    silence = _silence_length(line, sheet.view, _)
    gap = text_width(who, bold=True) + 10
    whole = gap + text_width(silence, bold=True)
    x = max(LEFT, min(x1 - 2, RIGHT - whole))
    sheet.ink.write(x, y - 12, who, "halo", bold=True)
    sheet.ink.write(x + gap, y - 12, silence, "silence halo" if line.answer == "silent" or x2 - x1 > 40 else "halo", bold=True)
    if line.answer == "silent":
        return
    tone, word = CHIPS_BY_ANSWER(line.answer)
    words = shortened(" · ".join(part for part in (_(word), line.label) if part), RIGHT - LEFT - 20, bold=True)
    wide = text_width(words, bold=True)
    if x2 + 14 + wide <= RIGHT:
        sheet.ink.write(x2 + 14, y + 4, words, f"{tone} halo", bold=True)
    else:
        sheet.ink.write(max(LEFT, x2 - 14 - wide), y + 4, words, f"{tone} halo", bold=True)


def _silence_length(line: AnswerLine, view: Timeline, _: Words) -> str:
    span = length((line.answered_at or line.until or view.now) - line.sent_at, _)
    said = _("silence, %(length)s", length=span)
    if line.answer == "silent":
        said = _("silence, %(length)s so far", length=span) if line.until is None else said
    if not line.escalated_at:
        return said
    times = _.ngettext("escalated once", "escalated %(n)s times", len(line.escalated_at))
    return f"{said} · {times}"


def CHIPS_BY_ANSWER(answer: str) -> tuple[str, str]:  # noqa: N802
    """Return the tone and the word of an answer."""
    tone, word = next(both for kind, both in CHIPS.items() if kind.value == answer)
    return tone.value, word


def silence_said(line: AnswerLine, view: Timeline, _: Words) -> str:
    """Say one line of silence in words."""
    sent = _("warned %(at)s", at=stamp(line.sent_at, view.zone, _))
    parts = [f"{line.recipient}: {sent}", _silence_length(line, view, _)]
    if line.answered_at:
        parts.append(f"{_(CHIPS_BY_ANSWER(line.answer)[1])} {stamp(line.answered_at, view.zone, _)}")
    return ". ".join([*parts, *(part for part in (line.label, line.detail) if part)])


def _bell() -> Markup:
    return el("path", d="M0 -8L5 1H-5Z", class_="silence fill bell")


def _answer_shape(line: AnswerLine) -> Markup:
    tone = CHIPS_BY_ANSWER(line.answer)[0]
    if tone == Tone.SILENCE:
        return el("circle", r=6.0, class_="silence-ring")
    if tone == Tone.DISPUTE:
        return el("path", d="M0 -9L9 0L0 9L-9 0Z", class_="dispute fill")
    if tone == Tone.DANGER:
        return el("path", d="M0 -8L8 6H-8Z", class_="danger fill")
    return el("circle", r=6.5, class_="good fill")


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
        words = label if len(group) == 1 else f"{_known_label(group, _)}: {label}"
        said.append(Row(at=group[0].at, lane=_("Known"), words=words))
    for step in view.likelihood:
        likely = step.likelihood
        said.append(Row(at=step.at, lane=_("Likelihood"), words=f"{_(likely.word)}, {percent(likely.low, likely.high)}"))
    for mark in view.warned:
        words = f"{_(WARNINGS[mark.kind.value])}: {mark.label}"
        said.append(Row(at=mark.at, lane=_("Warned"), words=words))
        if mark.window and mark.window.state is WindowState.RAN_OUT_UNDECIDED:
            ended = _("stated period ended; no all-clear given")
            said.append(Row(at=mark.window.ends_at, lane=_("Warned"), words=f"{mark.label}: {ended}"))
    for line in view.answered:
        words = silence_said(line, view, _)
        said.append(Row(at=line.answered_at or line.sent_at, lane=_("Answered"), words=words))
    for account in view.accounts:
        words = f"{_(ACCOUNTS[account.kind.value][1])}: {account.label}"
        said.append(Row(at=account.at, lane=_("Blamed"), words=words))
    said += [Row(at=struck.at, lane=_("Struck"), words=struck.label) for struck in view.struck]
    return sorted(said, key=lambda row: row.at)
