"""Where somebody lives, as they say it on their own page: a country, or a town by its name, chosen where several have it."""

from collections.abc import Mapping
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.words import N_
from tocsin.people import change, where
from tocsin.people.facts import PlaceKind
from tocsin.people.known import Known
from tocsin.people.where import Where
from tocsin.places import Town
from tocsin.places.named import REACH_M, find, town_at

MOST = 12  # towns of one name to choose from, the largest
NO_TOWN = N_(
    "We know no town of that name there. Write it otherwise, name a larger one near you, or choose the country alone."
)


def choices(form: Mapping[str, str]) -> tuple[Town, ...]:
    """Return the towns between which whoever sent a form has still to choose."""
    if form.get("do") not in ("home", "confirm") or form.get("spot"):
        return ()
    found = find(form.get("town", ""), form.get("what", "")).towns
    return found[:MOST] if len(found) > 1 else ()


def decide(known: Known, form: Mapping[str, str], id: Id, now: datetime) -> tuple[Fact, ...]:
    """Note where somebody says that they live, or nothing yet where they have still to choose.

    form: spot: the middle of a town that was chosen. town: its name. what: the code of a country. None of these: they no
    longer say it.

    Raises:
        Refused: there is no such place.
    """
    if choices(form):
        return ()
    place = _place(form)
    if place is not None:
        return change.say_place(known, id, PlaceKind.HOME, place, now)
    homes = [one for one in known.places if one.place_kind is PlaceKind.HOME]
    return tuple(fact for one in homes for fact in change.remove_place(known, one.id, now))


def _place(form: Mapping[str, str]) -> Where | None:
    spot, name, country = (form.get(field, "").strip() for field in ("spot", "town", "what"))
    if spot:
        return _in(town_at(where.position(spot)[0]))
    if not name:
        return Where(country=country) if country else None
    found = find(name, country)
    # They wrote a country where a town is asked for. Whoever names a place in it would think that it had been understood.
    alone = not found.towns and not country and "," not in name and found.country
    return Where(country=found.country) if alone else _in(next(iter(found.towns), None))


def _in(town: Town | None) -> Where:
    if town is None:
        raise Refused(NO_TOWN)
    return Where(point=town.point, within_m=REACH_M, country=town.country)
