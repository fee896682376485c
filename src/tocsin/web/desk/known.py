"""The lanes of what was known and of who was blamed."""

from collections.abc import Sequence

from markupsafe import Markup

from tocsin.basis.words import Words
from tocsin.web.desk.sheet import TRACK, Flag, Sheet, flags
from tocsin.web.desk.views.timeline import AccountKind, KnownKind, KnownMark
from tocsin.web.drawing import el
from tocsin.web.measures import stamp


def known(sheet: Sheet, y: float) -> float:
    """Draw what became known from y down, and return where the lane ends."""
    marks = [
        Flag(
            sheet.axis.x(group[0].at),
            known_label(group, sheet.say),
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

    flags(sheet, marks, axis_y)
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


def known_label(group: Sequence[KnownMark], _: Words) -> str:
    """Say one mark by its own label, several relays by how many they are."""
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


def accounts(sheet: Sheet, y: float) -> float:
    """Draw who was blamed from y down, and return where the lane ends."""
    shapes = {
        AccountKind.ACCUSED: el("path", d="M0 -6L6 0L0 6L-6 0Z", class_="dispute fill"),
        AccountKind.CLAIMED: el("rect", x=-5.0, y=-5.0, width=10.0, height=10.0, class_="known fill"),
        AccountKind.NO_INDICATION: el("path", d="M-6 0H6", class_="nothing"),
    }
    marks = []
    for mark in sheet.view.accounts:
        said = f"{stamp(mark.at, sheet.view.zone, sheet.say)}: {mark.label}. {mark.detail}"
        marks.append(Flag(sheet.axis.x(mark.at), mark.label, shapes[mark.kind], said))
    feet: list[float] = []

    def axis_y(tracks: int) -> float:
        feet.append(y + 8 + TRACK * max(tracks, 1) + 12)
        return feet[0]

    flags(sheet, marks, axis_y)
    return feet[0] + 14
