"""How pages write numbers, distances, lengths of time and moments.

A moment is written in the zone of the case and in UTC, with how long ago or how long until. What is data and not ours
to translate stands in <bdi> or <time>.
"""

from datetime import UTC, datetime, timedelta

from markupsafe import Markup

from tocsin.basis.moment import rfc3339, zone
from tocsin.basis.words import N_, Words

_MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)


WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


def number(value: float) -> str:
    """Write a whole number with thin groups of three: 18 400."""
    return f"{value:,.0f}".replace(",", "\u202f")


def seconds(count: int, _: Words) -> str:
    """Say how long so many seconds are; a whole number of hours, up to three days, in hours."""
    hours, left = divmod(count, 3_600)
    if not left and 0 < hours <= 72:
        return _("%(n)s h", n=hours).replace(" ", "\u00a0")
    return length(timedelta(seconds=count), _)


def length(span: timedelta, _: Words) -> str:
    """Say a length of time in two units at most: '11 d 19 h', '41 s'."""
    seconds = int(abs(span).total_seconds())
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3_600, seconds % 3_600 // 60
    parts = [
        (days, _("%(n)s d", n=number(days))),
        (hours, _("%(n)s h", n=hours)),
        (minutes, _("%(n)s min", n=minutes)),
        (seconds % 60, _("%(n)s s", n=seconds % 60)),
    ]
    first = next((place for place, (count, _said) in enumerate(parts) if count), 3)
    said = [said for count, said in parts[first : first + 2] if count]
    return "\u00a0".join(said or [parts[3][1]]).replace(" ", "\u00a0")


def distance(metres: float, _: Words) -> str:
    """Say a distance: '850 m', '4.1 km', '1 480 km'."""
    if metres < 1000:
        return _("%(n)s m", n=f"{metres:.0f}")
    km = metres / 1000
    return _("%(n)s km", n=f"{km:.1f}" if km < 100 else number(km))


def percent(low: float, high: float) -> str:
    """Write a range of probability: '55–80 %'."""
    return f"{low * 100:.0f}–{high * 100:.0f}\u202f%"


def day(moment: datetime, zone_name: str, _: Words) -> str:
    """Say the day in a zone: '7 Mar'."""
    local = moment.astimezone(zone(zone_name))
    return _("%(day)s %(month)s", day=local.day, month=_(_MONTHS[local.month - 1]))


def weekday(moment: datetime, zone_name: str, _: Words) -> str:
    """Say the day of the week in a zone: 'Sunday'."""
    return _(WEEKDAYS[moment.astimezone(zone(zone_name)).weekday()])


def clock(moment: datetime, zone_name: str) -> str:
    """Write the time of day in a zone: '21:04'."""
    return f"{moment.astimezone(zone(zone_name)):%H:%M}"


def second(moment: datetime, zone_name: str) -> str:
    """Write the time of day in a zone to the second: '21:04:09'."""
    return f"{moment.astimezone(zone(zone_name)):%H:%M:%S}"


def city(zone_name: str) -> str:
    """Name a zone as a person would: 'Moscow' for Europe/Moscow."""
    return zone_name.rsplit("/", maxsplit=1)[-1].replace("_", " ")


def stamp(moment: datetime, zone_name: str, _: Words, *, now: datetime | None = None) -> str:
    """Say day and time in a zone, with the year where it is not this one: '7 Mar 21:04'."""
    local = moment.astimezone(zone(zone_name))
    year = "" if now is not None and now.astimezone(local.tzinfo).year == local.year else f" {local.year}"
    return f"{day(moment, zone_name, _)}{year} {local:%H:%M}"


def short(moment: datetime | None, zone_name: str, now: datetime, _: Words) -> Markup:
    """Write a moment for a table: in the zone, UTC and the distance from now on a second line."""
    if moment is None:
        return Markup('<span class="dim">–</span>')
    return Markup('<time datetime="{}" class="at"><b>{}</b><small>{} UTC · {}</small></time>').format(
        rfc3339(moment), stamp(moment, zone_name, _, now=now), _utc(moment, zone_name, _), ago(moment, now, _)
    )


def full(moment: datetime, zone_name: str, now: datetime, _: Words) -> Markup:
    """Write a moment in a sentence: '7 Mar 2024 21:04 Moscow · 18:04 UTC · 11 d 19 h ago'."""
    # The city and the letters UTC are Latin everywhere: without <bdi> they run together, and a right-to-left page turns them.
    return Markup('<time datetime="{}">{} <bdi>{}</bdi> · <bdi>{} UTC</bdi> · {}</time>').format(
        rfc3339(moment), stamp(moment, zone_name, _), city(zone_name), _utc(moment, zone_name, _), ago(moment, now, _)
    )


def plain(moment: datetime, zone_name: str, _: Words) -> Markup:
    """Write a moment for the public: '9 Mar 2024, 18:00, Moscow time'."""
    said = _(
        "%(day)s %(year)s, %(clock)s, %(city)s time",
        day=day(moment, zone_name, _),
        year=moment.astimezone(zone(zone_name)).year,
        clock=clock(moment, zone_name),
        city=city(zone_name),
    )
    return Markup('<time datetime="{}">{}</time>').format(rfc3339(moment), said)


def _utc(moment: datetime, zone_name: str, _: Words) -> str:
    """Write a moment in UTC, with its day where that differs from the zone's."""
    there = moment.astimezone(zone(zone_name)).date()
    here = moment.astimezone(UTC)
    return f"{here:%H:%M}" if here.date() == there else f"{day(moment, 'UTC', _)} {here:%H:%M}"


def ago(moment: datetime, now: datetime, _: Words) -> str:
    """Say how long ago, or how long until."""
    if moment <= now:
        return _("%(length)s ago", length=length(now - moment, _))
    return _("in %(length)s", length=length(moment - now, _))
