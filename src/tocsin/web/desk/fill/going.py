"""How a warning goes out, while it does: what was counted, how fast it goes, and whom it had reached after how long."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.delivery.facts import Errand
from tocsin.delivery.pace import SHARES, WAITING, Motion, Pace, pace, reached, took
from tocsin.delivery.state import DeliveryStands
from tocsin.store.counts import ChannelCount, Count
from tocsin.store.door import Door, Told
from tocsin.warning.statement.state import Statement
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.followed import sent_at
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.warning import delivery_counts
from tocsin.web.desk.views.going import GoingPage, GoingPart, GoingRow, ReachLine, ReachView
from tocsin.web.desk.views.shell import Shell
from tocsin.web.measures import number

STEPS = 120  # points of one line, whatever the size
LOST = (DeliveryStands.DEAD, DeliveryStands.EXPIRED)


def going_page(door: Door, warning_id: Id, shell: Shell, _: Words, *, accounts: Mapping[str, str]) -> GoingPage | None:
    """Return how a warning goes out, or None where there is no such warning for this reader.

    accounts: with which provider account each channel sends.
    """
    told = door.warning(warning_id)
    if told is None or isinstance(told, Statement):
        return None
    names = Names(door)
    threat = door.threat(told.threat)
    first = _part(door, told, Errand.WARNING, shell.now, accounts)
    back = _part(door, told, Errand.RETRACTION, shell.now, accounts)
    latest, count = door.count_since(told, shell.now) or (None, None)
    since = going_part(count, 0, None, shell.now, accounts) if count is not None and count.channels else None
    live = any(part is not None and _is_live(part) for part in (first, back, since))
    return GoingPage(
        shell=replace(shell, zone=threat.zone if threat else shell.zone, section="warnings"),
        title=title(told, names, _),
        warning_href=hrefs.warning(told.id),
        deliveries_href=hrefs.deliveries(told.id),
        export_href=hrefs.export(told.id),
        mark=door.mark(told),
        live=live,
        said=_said(back or since or first, _),
        warning=first,
        retraction=back,
        since=since,
        until=latest.ends if latest is not None else None,
    )


def _is_live(part: GoingPart) -> bool:
    return not part.planned or part.total.pace.motion is not Motion.DONE


def _part(door: Door, told: Told, errand: Errand, now: datetime, accounts: Mapping[str, str]) -> GoingPart | None:
    count = door.count(told, now, errand)
    if count is None or (not count.channels and (errand is Errand.RETRACTION or sent_at(told) is None)):
        return None
    missed = len(door.missed(told)) if errand is Errand.WARNING else 0
    since = sent_at(told) if errand is Errand.WARNING else None
    return going_part(count, missed, since, now, accounts)


def going_part(
    count: Count, missed: int, since: datetime | None, now: datetime, accounts: Mapping[str, str]
) -> GoingPart:
    """Return how the deliveries that were counted get on.

    missed: how many have no address. since: when the warning was approved; None: when it was planned. accounts: see
    going_page.
    """
    rows = tuple(_row(one, now, accounts.get(one.channel, "")) for one in count.channels)
    begun = since or min((one.began for one in count.channels), default=None)
    return GoingPart(
        people=count.people,
        missed=missed,
        planned=count.planned,
        total=_total(count, rows, now),
        channels=rows,
        reach=_reach(count, count.people + missed, begun, now) if begun is not None and count.people else None,
    )


def _row(one: ChannelCount, now: datetime, account: str) -> GoingRow:
    counts = one.counts
    return GoingRow(
        channel=one.channel,
        account=account,
        planned=one.planned,
        sent=one.planned - counts.get(DeliveryStands.READY, 0),
        accepted=one.reached,
        delivered=one.landed,
        answered=counts.get(DeliveryStands.ANSWERED, 0),
        waiting=counts.get(DeliveryStands.FAILED, 0),
        lost=sum(counts.get(stands, 0) for stands in LOST),
        chips=tuple(count.chip for count in delivery_counts([one])),
        pace=pace(counts, last_minute=one.last_minute, began=one.began, last_end=one.last_end, now=now),
        first=one.first,
        last=one.last,
        next_try=one.next_try,
    )


def _total(count: Count, rows: Sequence[GoingRow], now: datetime) -> GoingRow:
    counts: dict[DeliveryStands, int] = {}
    for one in count.channels:
        for stands, many in one.counts.items():
            counts[stands] = counts.get(stands, 0) + many
    return GoingRow(
        channel="",
        planned=sum(row.planned for row in rows),
        sent=sum(row.sent for row in rows),
        accepted=sum(row.accepted for row in rows),
        delivered=sum(row.delivered for row in rows),
        answered=sum(row.answered for row in rows),
        waiting=sum(row.waiting for row in rows),
        lost=sum(row.lost for row in rows),
        chips=tuple(one.chip for one in delivery_counts(count.channels)),
        pace=_whole_pace(count, counts, rows, now),
        first=min((row.first for row in rows if row.first), default=None),
        last=max((row.last for row in rows if row.last), default=None),
        next_try=min((row.next_try for row in rows if row.next_try), default=None),
    )


def _whole_pace(count: Count, counts: dict[DeliveryStands, int], rows: Sequence[GoingRow], now: datetime) -> Pace:
    """Return the pace of all channels together. They end when the slowest does, and one that is still keeps that unknown."""
    whole = pace(
        counts,
        last_minute=sum(one.last_minute for one in count.channels),
        began=min((one.began for one in count.channels), default=None),
        last_end=max((one.last_end for one in count.channels if one.last_end), default=None),
        now=now,
    )
    moving = [row.pace for row in rows if row.pace.motion in (Motion.MOVING, Motion.STILL)]
    if any(one.ends_at is None for one in moving):
        return replace(whole, ends_at=None)
    return replace(whole, ends_at=max((one.ends_at for one in moving if one.ends_at), default=None))


def _reach(count: Count, people: int, since: datetime, now: datetime) -> ReachView:
    start = int(since.timestamp())
    lines = []
    for name, by_second in (("accepted", count.accepted), ("delivered", count.delivered), ("answered", count.answered)):
        times = tuple(took(by_second, start, share, people) for share in SHARES)
        lines.append(ReachLine(stage=name, reached=reached(by_second, start, STEPS), took=times))
    last = max((line.reached.steps[-1][0] for line in lines if line.reached.steps), default=0)
    left = sum(one.counts.get(stands, 0) for one in count.channels for stands in WAITING)
    # While something is left to send, the lines go on to this moment; after that, a little past the last step.
    until = now if left else min(now, since + timedelta(seconds=max(last * 1.05, 10)))
    return ReachView(people=people, since=since, until=max(until, since), shares=SHARES, lines=tuple(lines))


def _said(part: GoingPart | None, _: Words) -> str:
    """Say how it stands in one sentence, for whoever hears the page instead of seeing it."""
    if part is None:
        return ""
    total = part.total
    share = f"{100 * total.accepted / total.planned:.0f}" if total.planned else "0"
    done = _("%(share)s %% handed over, %(lost)s given up.", share=share, lost=number(total.lost))
    match total.pace.motion:
        case Motion.DONE:
            rest = _("Nothing is left to send.") if part.planned else _("More is being planned.")
        case Motion.MOVING if total.pace.ends_at is not None:
            rest = _("%(left)s left.", left=number(total.pace.left))
        case Motion.WAITING:
            rest = _("%(left)s wait for another try.", left=number(total.pace.left))
        case _still:
            rest = _("%(left)s left, and nothing has moved for a minute.", left=number(total.pace.left))
    return f"{done} {rest}"
