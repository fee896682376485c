"""The account of every delivery of one warning."""

from datetime import datetime, timedelta

from tocsin.basis.marking import Mark
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Chip, View


class DeliveryCount(View, frozen=True, kw_only=True):
    """How many deliveries stand so."""

    chip: Chip  # its count is set


class DeliveryRow(View, frozen=True, kw_only=True):
    """One delivery: to whom, how, and each moment it passed."""

    recipient: str
    channel: str
    chip: Chip
    ready_at: datetime
    accepted_at: datetime | None = None
    delivered_at: datetime | None = None
    answered_at: datetime | None = None
    attempts: int = 1
    why: str = ""


class ChannelRow(View, frozen=True, kw_only=True):
    """How the deliveries of one channel stand. to_all: from the first to the last that was accepted."""

    channel: str
    total: int
    chips: tuple[Chip, ...]
    to_all: timedelta | None = None


class DeliveriesPage(View, frozen=True, kw_only=True):
    """The account of every delivery of a warning. rows may be one page of many; total counts all."""

    shell: Shell
    title: str
    warning_href: str
    mark: Mark
    total: int
    counts: tuple[DeliveryCount, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    rows: tuple[DeliveryRow, ...] = ()
    next_href: str = ""
    going_href: str = ""
