"""A warning that is going out, one that has gone out and is taken back, and what the watchdog shows."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from tests.web.sample.case import CASE
from tests.web.sample.desk import WARNING
from tests.web.sample.march import NOW, SHELL
from tocsin.basis.marking import Mark
from tocsin.delivery.pace import SHARES, pace, reached, took
from tocsin.delivery.state import DeliveryStands as Stands
from tocsin.web.desk.views.checks import ChecksPage, LooseRow
from tocsin.web.desk.views.going import GoingPage, GoingPart, GoingRow, ReachLine, ReachView
from tocsin.web.pieces import Chip, ChipKind

PEOPLE = 18_612


def row(channel: str, counts: dict[Stands, int], seconds: int, last_minute: int, account: str = "") -> GoingRow:
    began = NOW - timedelta(seconds=seconds)
    many = counts.get
    ended = any(stands not in (Stands.READY, Stands.LEASED, Stands.FAILED) for stands in counts)
    return GoingRow(
        channel=channel,
        account=account,
        planned=sum(counts.values()),
        sent=sum(counts.values()) - many(Stands.READY, 0),
        accepted=sum(many(one, 0) for one in (Stands.ACCEPTED, Stands.DELIVERED, Stands.ANSWERED)),
        delivered=many(Stands.DELIVERED, 0),
        answered=many(Stands.ANSWERED, 0),
        waiting=many(Stands.FAILED, 0),
        lost=many(Stands.DEAD, 0),
        chips=tuple(Chip(kind=ChipKind(stands.value), count=count) for stands, count in counts.items()),
        pace=pace(counts, last_minute=last_minute, began=began, last_end=NOW if ended else None, now=NOW),
        first=began + timedelta(seconds=1) if ended else None,
        last=NOW if ended else None,
        next_try=NOW + timedelta(minutes=4) if many(Stands.FAILED) else None,
    )


def line(name: str, by_second: list[tuple[int, int]]) -> ReachLine:
    times = tuple(took(by_second, 0, share, PEOPLE) for share in SHARES)
    return ReachLine(stage=name, reached=reached(by_second, 0, 120), took=times)


def reach(seconds: int, until: datetime) -> ReachView:
    accepted = [(n, 150) for n in range(2, seconds)][:123]
    delivered = [(n + 4, 149) for n, _ in accepted][: max(seconds - 8, 0)]
    answered = [(40 + n * n, 60) for n in range(160) if 40 + n * n < seconds]
    return ReachView(
        people=PEOPLE,
        since=until - timedelta(seconds=seconds),
        until=until,
        shares=SHARES,
        lines=(line("accepted", accepted), line("delivered", delivered), line("answered", answered)),
    )


GOING_OUT = (
    row(
        "mail", {Stands.ACCEPTED: 2_000, Stands.DELIVERED: 9_000, Stands.LEASED: 1_000, Stands.READY: 6_400}, 75, 8_900
    ),
    row("sms", {Stands.ACCEPTED: 140, Stands.FAILED: 22, Stands.DEAD: 3, Stands.READY: 35}, 75, 60, "twilio: AC…f3"),
    row("webhook", {Stands.READY: 12}, 75, 0),
)

GOING = GoingPage(
    shell=CASE.shell,
    title=WARNING.title,
    warning_href="/desk/warnings/a",
    deliveries_href="/desk/warnings/a/deliveries",
    export_href="/desk/warnings/a/account.csv",
    mark=Mark.CLEAR,
    live=True,
    said="60 % handed over, 3 given up. 7 447 left.",
    warning=GoingPart(
        people=18_609,
        missed=3,
        planned=False,
        total=replace(GOING_OUT[0], channel=""),
        channels=GOING_OUT,
        reach=reach(75, NOW),
    ),
)

_DONE = row("mail", {Stands.DELIVERED: 14_000, Stands.ANSWERED: 4_603, Stands.DEAD: 9}, 30_000, 0)
_BACK = row("mail", {Stands.ACCEPTED: 18_603}, 30, 18_603)

GONE = replace(
    GOING,
    live=False,
    said="100 % handed over, 9 given up. Nothing is left to send.",
    warning=GoingPart(people=PEOPLE, missed=0, planned=True, total=_DONE, channels=(_DONE,), reach=reach(26_000, NOW)),
    retraction=GoingPart(people=18_603, missed=0, planned=True, total=_BACK, channels=(_BACK,), reach=None),
    since=GoingPart(people=18_603, missed=0, planned=True, total=_BACK, channels=(_BACK,), reach=None),
    until=NOW + timedelta(hours=12),
)

NOTHING_SENT = replace(GOING, live=False, said="", warning=None)

CHECKS = ChecksPage(
    shell=replace(SHELL, fallen="Something that should go out, or ring somebody, has nobody who carries it on."),
    begun=True,
    checked_at=NOW - timedelta(seconds=31),
    took_s=0.04,
    old=False,
    rows=(
        LooseRow(
            what="People have not been told, and nobody will try over mail.",
            about=WARNING.title,
            href="/desk/warnings/a",
            since=NOW - timedelta(minutes=7),
        ),
        LooseRow(what="Nothing is sent over sms, though something is due.", since=NOW - timedelta(minutes=6)),
    ),
    hidden=True,
    pings=True,
    pinged_at=NOW - timedelta(minutes=8),
    ping_failed="The host to ping answered 503; 200 would be right.",
)

ALL_WELL = ChecksPage(
    shell=SHELL,
    begun=True,
    checked_at=NOW - timedelta(seconds=31),
    took_s=0.01,
    old=False,
    pings=True,
    pinged_at=NOW - timedelta(seconds=31),
)

OVERDUE = replace(
    ALL_WELL,
    shell=replace(SHELL, fallen="Nobody has checked for a while whether everything reaches its people."),
    checked_at=NOW - timedelta(minutes=9),
    old=True,
    failed="The database is held by another program. Close that, then try again.",
    pings=False,
)
