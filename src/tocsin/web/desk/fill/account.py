"""The account of every delivery of a warning: to whom, how, and each moment it passed."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.store.account import Delivery
from tocsin.store.counts import ChannelCount
from tocsin.store.door import Door
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.warning import delivery_counts
from tocsin.web.desk.views.deliveries import ChannelRow, DeliveriesPage, DeliveryRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Chip, ChipKind

MOST = 200  # deliveries on one page


def account_page(door: Door, warning_id: Id, shell: Shell, _: Words, *, after: int = 0) -> DeliveriesPage | None:
    """Return the account of a warning's deliveries, or None where there is no such warning for this reader.

    after: how many deliveries stood on the pages before.
    """
    told = door.warning(warning_id)
    if told is None:
        return None
    names = Names(door)
    tallies = door.tallies(told, shell.now)
    total = sum(count for one in tallies for count in one.counts.values())
    missed = door.missed(told)
    shown = door.deliveries(told, after=after, most=MOST)
    threat = door.threat(told.threat)
    names.learn([*(one.person for one in shown), *missed[:MOST]])
    rows = [_row(one, names) for one in shown]
    if after == 0:
        rows = [*_unreached(missed[:MOST], shell, names, _), *rows]
    return DeliveriesPage(
        shell=replace(shell, zone=threat.zone if threat else shell.zone, section="warnings"),
        title=title(told, names, _),
        warning_href=hrefs.warning(told.id),
        mark=door.mark(told),
        total=total + len(missed),
        counts=delivery_counts(tallies, missed=len(missed)),
        channels=tuple(_channel(one) for one in tallies),
        rows=tuple(rows),
        going_href=hrefs.going(told.id),
        next_href=f"{hrefs.deliveries(told.id)}?after={after + MOST}" if after + MOST < total else "",
    )


def _unreached(missed: Sequence[Id], shell: Shell, names: Names, _: Words) -> Iterator[DeliveryRow]:
    for person in missed:
        yield DeliveryRow(
            recipient=names.say(person),
            channel=_("none"),
            chip=Chip(kind=ChipKind.FAILED),
            ready_at=shell.now,
            attempts=0,
            why=_("There is no address that we can use. Reach them another way."),
        )


def _row(one: Delivery, names: Names) -> DeliveryRow:
    return DeliveryRow(
        recipient=names.say(one.person),
        channel=one.channel,
        chip=Chip(kind=ChipKind(one.stands.value)),
        ready_at=one.ready_at,
        accepted_at=one.accepted_at,
        delivered_at=one.delivered_at,
        answered_at=one.answered_at,
        attempts=one.attempts,
        why=one.detail,
    )


def _channel(one: ChannelCount) -> ChannelRow:
    return ChannelRow(
        channel=one.channel,
        total=sum(one.counts.values()),
        chips=tuple(count.chip for count in delivery_counts([one])),
        to_all=one.last - one.first if one.first is not None and one.last is not None else None,
    )
