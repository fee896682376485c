"""The account of every delivery of a warning: to whom, how, and each moment it passed."""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.store.account import Delivery
from tocsin.store.door import Door, Told
from tocsin.web.desk import views
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.states import is_sent
from tocsin.web.desk.fill.warning import delivery_counts
from tocsin.web.pieces import Chip, ChipKind

MOST = 200  # deliveries on one page


def account_page(
    door: Door, warning_id: Id, shell: views.Shell, _: Words, *, after: int = 0
) -> views.DeliveriesPage | None:
    """Return the account of a warning's deliveries, or None where there is no such warning for this reader.

    after: how many deliveries stood on the pages before.
    """
    told = door.warning(warning_id)
    if told is None:
        return None
    names = Names(door)
    deliveries = door.deliveries(told)
    missed = _missed(door, told, deliveries)
    threat = door.threat(told.threat)
    shown = deliveries[after : after + MOST]
    names.learn([*(one.person for one in shown), *missed[:MOST]])
    rows = [_row(one, names, _) for one in shown]
    if after == 0:
        rows = [*_unreached(missed[:MOST], shell, names, _), *rows]
    more = after + MOST < len(deliveries)
    stands = Counter(one.stands.value for one in deliveries)
    stands[ChipKind.FAILED.value] += len(missed)
    return views.DeliveriesPage(
        shell=replace(shell, zone=threat.zone if threat else shell.zone, section="warnings"),
        title=title(told, names, _),
        warning_href=hrefs.warning(told.id),
        mark=door.mark(told),
        total=len(deliveries) + len(missed),
        counts=delivery_counts(stands),
        channels=tuple(_channels(deliveries)),
        rows=tuple(rows),
        next_href=f"{hrefs.deliveries(told.id)}?after={after + MOST}" if more else "",
    )


def _missed(door: Door, told: Told, deliveries: Sequence[Delivery]) -> list[Id]:
    """Return who was addressed and has no way by which we could reach them."""
    if not is_sent(told) or not deliveries:
        return []  # not planned yet: nobody has been missed
    reached = {one.person for one in deliveries}
    return [person for person in door.audience(told) if person not in reached]


def _unreached(missed: Sequence[Id], shell: views.Shell, names: Names, _: Words) -> Iterator[views.DeliveryRow]:
    for person in missed:
        yield views.DeliveryRow(
            recipient=names.say(person),
            channel=_("none"),
            chip=Chip(kind=ChipKind.FAILED),
            ready_at=shell.now,
            attempts=0,
            why=_("There is no address that we can use. Reach them another way."),
        )


def _row(one: Delivery, names: Names, _: Words) -> views.DeliveryRow:
    return views.DeliveryRow(
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


def _channels(deliveries: Sequence[Delivery]) -> Iterator[views.ChannelRow]:
    for channel in sorted({one.channel for one in deliveries}):
        own = [one for one in deliveries if one.channel == channel]
        accepted = [one.accepted_at for one in own if one.accepted_at is not None]
        everyone = len(accepted) == len(own)
        counts = delivery_counts(Counter(one.stands.value for one in own))
        yield views.ChannelRow(
            channel=channel,
            total=len(own),
            chips=tuple(count.chip for count in counts),
            to_all=max(accepted) - min(accepted) if accepted and everyone else None,
        )
