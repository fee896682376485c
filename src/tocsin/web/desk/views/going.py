"""How a warning goes out, while it does: counts, pace, and whom it had reached after how long."""

from datetime import datetime, timedelta

from tocsin.basis.marking import Mark
from tocsin.delivery.pace import Pace, Reached
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Chip, View


class GoingRow(View, frozen=True, kw_only=True):
    """How the deliveries of one channel get on; of all of them, where channel is empty.

    account: with the provider, where the channel names one. sent: how many have been tried, or are in hand. accepted,
    delivered: how many were ever. lost: given up or expired. first, last: when the first and the last was accepted.
    next_try: when the next waiting batch is due.
    """

    channel: str
    account: str = ""
    planned: int
    sent: int
    accepted: int
    delivered: int
    answered: int
    waiting: int
    lost: int
    chips: tuple[Chip, ...] = ()
    pace: Pace
    first: datetime | None = None
    last: datetime | None = None
    next_try: datetime | None = None


class ReachLine(View, frozen=True, kw_only=True):
    """One line of the plot: how many people it had reached after how long. took: for each share, or None."""

    stage: str  # accepted, delivered or answered
    reached: Reached
    took: tuple[timedelta | None, ...]


class ReachView(View, frozen=True, kw_only=True):
    """Whom a warning had reached after how long. people: who should hear. since: when it was approved. until: to when drawn."""

    people: int
    since: datetime
    until: datetime
    shares: tuple[float, ...]
    lines: tuple[ReachLine, ...]


class GoingPart(View, frozen=True, kw_only=True):
    """How a warning goes out, or how its retraction does. missed: how many have no address that can be used."""

    people: int
    missed: int
    planned: bool
    total: GoingRow
    channels: tuple[GoingRow, ...]
    reach: ReachView | None = None


class GoingPage(View, frozen=True, kw_only=True):
    """The page on which one watches a warning go out. live: it will change by itself. said: the same in one sentence.

    since: how they are told what was decided last about its window. until: when it holds to by that; None: it is over.
    """

    shell: Shell
    title: str
    warning_href: str
    deliveries_href: str
    export_href: str
    mark: Mark
    live: bool
    said: str
    warning: GoingPart | None = None
    retraction: GoingPart | None = None
    since: GoingPart | None = None
    until: datetime | None = None
