"""Who of ours is where another's alert holds, and which cases have a place there: what a reader may see of that, and no more."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from tocsin.basis.words import Words
from tocsin.cap.model import Alert
from tocsin.flow.others.matched import MOST_CORNERS, MOST_PLACES, Matchable, cases_in, drawable, matchable, people_in
from tocsin.store.door import Door
from tocsin.threat.state import Threat
from tocsin.warning.theirs import Left, Why
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.views.others import MatchedView

LIGHT_OCTETS = 100_000
"""Of a larger message it is not even looked at how many corners it has, before somebody asks."""

MOST_CASES = 20


class Asking(msgspec.Struct, frozen=True):
    """The alert that is asked about: its name here, as it came, and as it was read."""

    name: str
    raw: bytes
    alert: Alert


def matched_view(door: Door, of: Asking, now: datetime, _: Words, *, pressed: bool, holds: bool) -> MatchedView:
    """Return who is there now: at once for a small alert that is in force, for any other when somebody has pressed for it."""
    unasked = MatchedView(count_href=f"/desk/others/{of.name}?match=yes")
    if not pressed and (not holds or len(of.raw) > LIGHT_OCTETS):
        return unasked
    where = matchable(of.alert)
    if not pressed and not where.is_light:
        return unasked
    where = drawable(where)
    people = door.who_is_there(lambda look: people_in(look, where, now))
    there, perhaps = door.cases_met(lambda look: cases_in(look, where), MOST_CASES + 1)
    return MatchedView(
        unmatched=_unmatched(where, _),
        known=people.known if people is not None else None,
        may_be=people.stale + people.unknown if people is not None else 0,
        cases=_links(there),
        perhaps=_links(perhaps),
        more_cases=max(len(there), len(perhaps)) > MOST_CASES,
        notes=tuple(_notes(where, _)),
    )


def _unmatched(where: Matchable, _: Words) -> str:
    if not where.held:
        return _("None of its areas can be used.")
    if not where.is_too_much:
        return ""
    return _(
        "It has %(corners)s corners in %(places)s places. With more than %(most)s corners, or %(many)s places, nobody is matched:"
        " look at the map.",
        corners=f"{where.corners:,}",
        places=f"{len(where.held):,}",
        most=f"{MOST_CORNERS:,}",
        many=f"{MOST_PLACES:,}",
    )


def _links(cases: Iterable[Threat]) -> tuple[tuple[str, str], ...]:
    return tuple((one.title, hrefs.case(one.id)) for one in cases)[:MOST_CASES]


def _notes(where: Matchable, _: Words) -> Iterator[str]:
    yield from (_note(one, _) for one in where.left)
    if where.more:
        yield _("And %(count)s more of the same sorts.", count=f"{where.more:,}")


def _note(one: Left, _: Words) -> str:
    said = {"what": one.said, "where": one.where}
    if one.why is Why.CODE:
        return _("Not matched: %(what)s, a code that our lists do not have (%(where)s)", **said)
    return _("Not matched: %(what)s (%(where)s)", **said)
