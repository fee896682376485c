"""The few pieces that every face shows: a state as a chip, a window, an area on a map. It decides nothing.

Views are frozen and hold exactly what a page shows. Whoever fills them has already checked who may see it. Moments
are aware and in UTC; the page writes them in the zone it is told, and in UTC.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tocsin.places import Point, Ring


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Something a page shows, already decided."""


class Tone(StrEnum):
    """What a colour says. Each tone also has a shape, and each chip a word."""

    DANGER = "danger"  # triangle: immediate danger, failure
    SILENCE = "silence"  # dotted ring: no answer yet, running out
    DISPUTE = "dispute"  # diamond: disputed, dismissed
    GOOD = "good"  # dot: answered, safe, delivered
    KNOWN = "known"  # square: on its way, known
    PLAIN = "plain"  # bar: over, without a judgement


class ChipKind(StrEnum):
    """How something stands, in one word; `web.wording.CHIPS` holds the tone and the word of each."""

    # answers
    SILENT = "silent"
    RECEIVED = "received"
    ACTING = "acting"
    SAFE = "safe"
    NEED_HELP = "need_help"
    DISPUTED = "disputed"
    DISMISSED = "dismissed"
    # deliveries
    READY = "ready"
    LEASED = "leased"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    FAILED = "failed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPPRESSED = "suppressed"
    DEAD = "dead"
    # windows
    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    RUNNING_OUT = "running_out"
    EXTENDED = "extended"
    STOOD_DOWN = "stood_down"
    RAN_OUT_UNDECIDED = "ran_out_undecided"
    FOLLOWED = "followed"  # another warning held in its place before its end
    OVERDUE = "overdue"  # the date of a review, or of an opening, has passed
    # escalations
    ESCALATED = "escalated"
    TAKEN_ON = "taken_on"
    # cases and warnings
    OPEN = "open"
    CLOSED = "closed"
    PART_OF = "part_of"  # a case that is looked after in another
    DRAFT = "draft"
    DROPPED = "dropped"
    RETRACTED = "retracted"
    REAFFIRMED = "reaffirmed"
    STRUCK = "struck"
    # outcomes
    EXACT = "exact"
    LATE = "late"
    ELSEWHERE = "elsewhere"
    DISRUPTED = "disrupted"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


class Chip(View, frozen=True, kw_only=True):
    """A state shown as a small word with a shape.

    count: of how many it is true, when the chip speaks of several. after: how long it took, or has lasted.
    """

    kind: ChipKind
    count: int | None = None
    after: timedelta | None = None


class WindowState(StrEnum):
    """How a warning's window stands."""

    NOT_YET = "not_yet"
    OPEN = "open"
    EXTENDED = "extended"
    WITHDRAWN = "withdrawn"
    STOOD_DOWN = "stood_down"
    RAN_OUT_UNDECIDED = "ran_out_undecided"
    FOLLOWED = "followed"  # at the desk: its end has passed, and another warning held in its place before


class WindowView(View, frozen=True, kw_only=True):
    """From when to when a warning holds, and how that ended.

    decided_at: when someone extended, withdrew or stood it down. closed_at, closed_how: when and how
    someone spoke after it had run out undecided: stand_down, the danger is over; withdraw, the warning should not stand.
    """

    starts_at: datetime
    ends_at: datetime
    state: WindowState
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    closed_how: str = ""


class AreaView(View, frozen=True, kw_only=True):
    """An area as closed rings, latitude first; a CAP circle becomes one with `places.circle_ring`.

    theirs: others have warned of it, not we; the label is whose it is.
    """

    label: str
    rings: tuple[Ring, ...]
    theirs: bool = False


class SpotKind(StrEnum):
    """What happened, or might, at a point."""

    EVENT = "event"  # what was warned of, when it came
    INCIDENT = "incident"  # something corroborating
    TARGET = "target"  # named as a likely target


class SpotView(View, frozen=True, kw_only=True):
    """A point with a name.

    outside_m: metres outside the area warned, 0 when inside, None when that does not apply.
    """

    point: Point
    label: str
    kind: SpotKind
    at: datetime | None = None
    outside_m: float | None = None


class CellView(View, frozen=True, kw_only=True):
    """A square of the map with people in it, in degrees. level: how many they are, about: 1 the fewest, 4 the most."""

    south: float
    west: float
    north: float
    east: float
    level: int


class MapView(View, frozen=True, kw_only=True):
    """What the map of a case or a warning shows."""

    title: str
    areas: tuple[AreaView, ...] = ()
    spots: tuple[SpotView, ...] = ()
    cells: tuple[CellView, ...] = ()


class Action(View, frozen=True, kw_only=True):
    """Something the reader can press.

    label: says what happens, already translated. method: "get" is a link, "post" a button with the page's CSRF token.
    """

    label: str
    href: str
    method: str = "get"
    first: bool = False


class ErrorPage(View, frozen=True, kw_only=True):
    """Something went wrong: what, and what to do.

    status: the HTTP status. what, advice: translated sentences. reference: what to quote to whoever runs this.
    """

    status: int
    what: str
    advice: str
    exercise: bool = False
    reference: str | None = None
    home: str = "/"
