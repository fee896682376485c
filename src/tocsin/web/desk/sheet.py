"""The sheet a timeline is drawn on: its axis, what has been drawn, and marks with labels that fly from them."""

from collections.abc import Callable, Sequence

import msgspec
from markupsafe import Markup

from tocsin.basis.words import Words
from tocsin.web.desk.axis import Axis
from tocsin.web.desk.views.timeline import Timeline
from tocsin.web.drawing import Box, Wish, el, pack, path, shortened, text_width

WIDTH = 1310.0
LEFT, RIGHT = 112.0, 1300.0  # between these stand the drawing and its labels; lane names to the left
LATEST = 1206.0  # where time ends, so that what came last has room for its label
TRACK = 18.0
LABEL_ROOM = 260.0  # a longer label is shortened in the picture and whole in its title and the table


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
        self.words.append(el("text", text, x=x, y=y, class_=f"t halo {kind}".strip(), translate="no"))


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
            self.ink.shapes.append(el("a", title, shape, href=href, class_="m", aria_label=said, translate="no"))
        else:
            self.ink.shapes.append(
                el("g", title, shape, tabindex="0", role="graphics-symbol", class_="m", aria_label=said, translate="no")
            )


class Flag(msgspec.Struct, frozen=True):
    """A mark with a label on a leader line."""

    x: float
    label: str
    shape: Markup
    said: str
    href: str = ""
    kind: str = ""


def flags(sheet: Sheet, flags: Sequence[Flag], axis_y: Callable[[int], float], *, down: bool = False) -> float:
    """Draw flags and return the height their labels take. axis_y: where the marks stand, given how many tracks."""
    labels = [shortened(flag.label, LABEL_ROOM) for flag in flags]
    wishes = [Wish(n, flag.x, text_width(labels[n])) for n, flag in enumerate(flags) if flag.label]
    placed = pack(wishes, LEFT, RIGHT)
    tracks = 1 + max((one.track for one in placed), default=-1)
    y = axis_y(tracks)
    for one in placed:
        rise = 11 + TRACK * one.track
        foot = y + rise + 9 if down else y - rise
        sheet.ink.shapes.append(el("path", d=path([(one.x, y), (one.x, foot if down else foot - 9)]), class_="leader"))
        sheet.ink.write(one.x1, foot, labels[one.key], flags[one.key].kind)
    for flag in flags:
        sheet.mark(placed_at(flag.shape, flag.x, y), flag.said, flag.href)
    return TRACK * tracks + 10


def placed_at(shape: Markup, x: float, y: float) -> Markup:
    """Move a shape to where it stands."""
    return el("g", shape, transform=f"translate({x:.1f} {y:.1f})")
