"""The form of a rota, and that of somebody who stands in: from what is kept to the fields, and back."""

from collections.abc import Mapping
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.moment import by_the_wall, zone
from tocsin.basis.words import N_, Words
from tocsin.people.rota import Hours, Rota, RotaSaved, Stand, Turn
from tocsin.web.desk.acts import Unclear
from tocsin.web.desk.policy_form import to_the_minute
from tocsin.web.measures import WEEKDAYS

SHOWN = 6  # people
FREE = 2  # places more than are taken
MOST = 60
SETS = 3  # of hours
YEARS = (1970, 2199)  # in which a moment may lie

DAYS = {
    "0123456": N_("every day"),
    "01234": N_("Monday to Friday"),
    "56": N_("Saturday and Sunday"),
    **{str(n): name for n, name in enumerate(WEEKDAYS)},
}
"""Which days of the week can be chosen, counted from 0 for Monday."""


def fits(rota: Rota) -> bool:
    """Say whether a rota can be shown in the form whole: what it cannot show it would drop."""
    return len(rota.members) <= MOST and len(rota.hours) <= SETS


def places(form: Mapping[str, str]) -> int:
    """Return for how many people a form has a place."""
    taken = [n for n in range(MOST) if form.get(f"member_{n}", "").strip()]
    return min(max(SHOWN, taken[-1] + 1 + FREE if taken else 0), MOST)


def as_form(rota: Rota | None, desk_zone: str, now: datetime) -> dict[str, str]:
    """Return the fields of a rota; of a new one, as they are at first."""
    if rota is None:
        today = now.astimezone(zone(desk_zone))
        return {"zone": desk_zone, "first": f"{today:%Y-%m-%d}T09:00", "every": "1", "turn": Turn.WEEK.value}
    form = {"name": rota.name, "zone": rota.zone, "first": rota.first, "every": str(rota.every)}
    form |= {"turn": rota.turn.value}
    form |= {f"member_{n}": one for n, one in enumerate(rota.members)}
    for n, hours in enumerate(rota.hours):
        days = "".join(str(day) for day in sorted(set(hours.days)))
        form |= {f"hours_{n}_days": days, f"hours_{n}_from": hours.begins, f"hours_{n}_until": hours.ends}
    return form


def read(form: Mapping[str, str], id: Id, kept: Rota | None, now: datetime, _: Words) -> RotaSaved:
    """Return the rota that a form says. kept: what it is now; its calendar stays where nobody was chosen to take turns.

    Raises:
        Unclear: it says none. Whether somebody can be found by it is for whoever saves it.
    """
    name = form.get("name", "").strip()
    if not name:
        raise Unclear(_("Give the rota a name."))
    members = tuple(one for n in range(MOST) if (one := form.get(f"member_{n}", "").strip()))
    shifts = () if members or kept is None else kept.shifts
    if not members and not shifts:
        raise Unclear(_("Choose one person at least who takes turns, or save it by a calendar."))
    every, turn = form.get("every", "").strip(), form.get("turn", "")
    if members and not (every.isascii() and every.isdigit() and len(every) < 5 and turn in {one.value for one in Turn}):
        raise Unclear(_("Say how long a turn lasts: a whole number of hours, days or weeks."))
    return RotaSaved(
        subject=id,
        occurred_at=now,
        name=name,
        zone=form.get("zone", "").strip(),
        members=members,
        first=form.get("first", "").strip() if members else "",
        turn=Turn(turn) if members else Turn.WEEK,
        every=int(every) if members else 1,
        hours=tuple(hours for n in range(SETS) if (hours := _hours(form, n, _)) is not None),
        shifts=shifts,
    )


def bare(form: Mapping[str, str], id: Id, now: datetime, _: Words) -> RotaSaved:
    """Return a new rota that a calendar will fill.

    Raises:
        Unclear: it has no name.
    """
    name = form.get("name", "").strip()
    if not name:
        raise Unclear(_("Give the rota a name."))
    zone_name = form.get("zone", "").strip()
    zone(zone_name)
    return RotaSaved(subject=id, occurred_at=now, name=name, zone=zone_name)


def _hours(form: Mapping[str, str], n: int, _: Words) -> Hours | None:
    days, begins, ends = (form.get(f"hours_{n}_{part}", "").strip() for part in ("days", "from", "until"))
    if not days:
        if begins or ends:
            raise Unclear(_("Choose the days of the hours of duty, or leave their times empty."))
        return None
    if not begins or not ends:
        raise Unclear(_("Hours of duty need both: from when, and until when."))
    if not (days.isascii() and days.isdigit() and len(days) <= 7):
        raise Unclear(_("Choose the days of the hours of duty."))
    return Hours(days=tuple(int(day) for day in days), begins=to_the_minute(begins), ends=to_the_minute(ends))


def read_stand(form: Mapping[str, str], id: Id, rota: Rota, _: Words) -> Stand:
    """Return who stands in.

    Raises:
        Unclear: the form does not say who, or when.
    """
    who = form.get("who", "")
    if not who:
        raise Unclear(_("Choose who stands in, or that nobody does."))
    return Stand(
        id=id,
        person=None if who == NOBODY else who,
        instead_of=form.get("instead_of", "") or None,
        begins=moment(form.get("stand_from", ""), rota.zone, _),
        ends=moment(form.get("stand_until", ""), rota.zone, _),
    )


NOBODY = "nobody"


def moment(text: str, zone_name: str, _: Words) -> datetime:
    """Return the moment of a field; of an hour that comes twice, the first time.

    Raises:
        Unclear: it is none.
    """
    try:
        local = datetime.fromisoformat(text.strip())
        if local.tzinfo is None and YEARS[0] <= local.year <= YEARS[1]:
            return by_the_wall(local, zone(zone_name))
    except (ValueError, OverflowError):
        pass
    raise Unclear(_("Say the day and the hour, as the clock there shows them, such as 2026-03-02T09:00."))
