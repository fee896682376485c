"""The lane of what was sent or said: windows as bars, hatched after they ran out; the rest as marks."""

from markupsafe import Markup

from tocsin.web.desk.sheet import LABEL_ROOM, LEFT, RIGHT, Flag, Sheet, flags
from tocsin.web.desk.views.timeline import WarnedKind, WarnedMark
from tocsin.web.drawing import el, shortened, text_width
from tocsin.web.measures import stamp
from tocsin.web.pieces import WindowState
from tocsin.web.wording import WARNINGS


def warned(sheet: Sheet, y: float) -> float:
    """Draw what was sent or said from y down, and return where the lane ends."""
    windows = sorted((mark for mark in sheet.view.warned if mark.window), key=lambda one: one.at)
    y += 10
    for mark in windows:
        _window(sheet, mark, y)
        y += 26
    points = sorted((mark for mark in sheet.view.warned if not mark.window), key=lambda one: one.at)
    if not points:
        return y + (6 if windows else 22)
    marks = [
        Flag(sheet.axis.x(mark.at), mark.label, _warned_shape(mark.kind), _warned_said(mark, sheet), mark.href)
        for mark in points
    ]
    return y + 8 + flags(sheet, marks, lambda _tracks: y + 8, down=True) + 8


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
    x3 = (
        sheet.axis.x(window.closed_at or window.decided_at or min(sheet.view.now, sheet.view.ends_at))
        if ran_out
        else x2
    )
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
            sheet.ink.write(free, y + 12.5, label, "", bold=True)
            free += wide + 14
    if ended and free + text_width(ended) <= max(x3, free) and x3 - free > 40:
        sheet.ink.write(free + 2, y + 12.5, ended)


def _warned_shape(kind: WarnedKind) -> Markup:
    if kind in {WarnedKind.REAFFIRMED, WarnedKind.SECOND_KNOCK}:  # the same again: two strokes
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
