"""Who is addressed by a warning at a moment: counted before it is approved, and listed when it goes out, by one rule.

A warning that names only persons and groups is listed without asking where anyone is. Parts are put together from the roll
(store/roll.py), by number, so that a million people take a few megabytes.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
import numpy as np

from tocsin.answer.institution.state import Handing
from tocsin.basis.ids import Id
from tocsin.delivery.state import Audience
from tocsin.places import circle_ring, turn
from tocsin.places.borders import country, has_outline
from tocsin.places.crowd import Present
from tocsin.places.sorted import NOBODY, Bools, Column, Persons, among, sorted_unique
from tocsin.store.look import Look
from tocsin.store.positions import Cell, Positions
from tocsin.store.roll import TAKEN_BACK, UNASKED, Roll
from tocsin.warning.advisory.decide import own_places as own_of_advisory
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.decide import own_places as own_of_alert
from tocsin.warning.alert.state import Alert, wording_for
from tocsin.warning.audience import (
    DANGER_TO_LIFE,
    Counts,
    Part,
    Within,
    is_danger_to_life,
    is_level_of_danger,
    placed,
)
from tocsin.warning.drawn import Drawn, drawn
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.state import Notice

Warned = Alert | Notice | Advisory | Headcount


class Anyone(msgspec.Struct, frozen=True):
    """Whoever is somewhere, whom nobody warns: somebody asks only how many they are."""

    audience: tuple[Part, ...]
    persons: tuple[Id, ...] = ()
    groups: tuple[Id, ...] = ()


Sought = Warned | Anyone
STEPS_M = (100, 300, 1_000, 3_000)
"""How far outside an area people are counted, in metres; each in the first step that fits."""
SAMPLE = 20


class Left(StrEnum):
    """Why someone who is addressed is not told."""

    NO_CONTACT = "no_contact"  # nothing leads to them
    PAUSED = "paused"  # they asked to be left alone
    NO_CONSENT = "no_consent"  # they took their consent back, or never gave one and are on no list of ours
    FORGOTTEN = "forgotten"


class How(StrEnum):
    """Why someone is addressed: see warning.audience.Counts."""

    NAMED = "named"
    KNOWN = "known"
    STALE = "stale"
    UNKNOWN = "unknown"


def ground_of(warning: Sought) -> str:
    """Return the ground on which nobody is left out of a warning; nothing where there is none.

    Whoever is told in confidence is in danger, or can avert it.
    """
    grave = True
    if isinstance(warning, Alert):
        grave = is_danger_to_life(warning.severity, warning.urgency)
    elif isinstance(warning, Advisory):
        grave = is_level_of_danger(warning.level)
    return DANGER_TO_LIFE if grave else ""


def parts_of(warning: Sought) -> tuple[Part, ...]:
    """Return the parts of a warning's audience; a notice has none: nobody gets one because of where they are."""
    return () if isinstance(warning, Notice) else warning.audience


def named(look: Look, warning: Sought, at: datetime | None = None) -> list[Id]:
    """Return everyone who is addressed by name or as a member of a group, each once."""
    if isinstance(warning, Notice):
        return list(warning.recipients)
    told = look.told(warning.follows) if isinstance(warning, Headcount) and warning.follows else ()
    return list(dict.fromkeys([*warning.persons, *look.members(warning.groups, at), *told]))


def is_addressee(look: Look, warning: Warned, person: Id) -> bool:
    """Say whether someone is addressed by a warning, was told of it, or had it handed on to them."""
    handed = {one.to for one in look.all(Handing, warning=warning.id)}
    return look.was_told(warning.id, person) or person in named(look, warning) or person in handed


def unreached(look: Look, warning: Id) -> int:
    """Return how many who were addressed by a warning that went out have no way to be told."""
    resolved = look.all(Audience, warning=warning)
    return resolved[0].counts.no_contact if resolved else 0


def be_ready(look: Look) -> None:
    """Call the roll, so that nobody waits for it when there is no time: every place is decrypted once, which takes a while."""
    look.roll(placed=True)


# ---- listing them, when it goes out


@dataclass(frozen=True, repr=False)
class Listed:
    """Whom a warning goes to, in parts. size: how many in all. counts: without those whom nothing leads to, given their number."""

    size: int
    ground: str
    parts: Callable[[int], Iterator[list[Id]]]
    counts: Callable[[Collection[Id]], Counts]


def listed(look: Look, warning: Warned, channels: Sequence[str], at: datetime) -> Listed:
    """Return everyone a warning goes to, as it stands at a moment. channels: by which people can be told."""
    if not parts_of(warning):
        return _listed_by_name(look, warning, at)
    found = _found(look, warning, at)

    def parts(size: int) -> Iterator[list[Id]]:
        for start in range(0, len(found.addressed), size):
            yield found.roll.names(found.addressed[start : start + size])
        if found.strangers:
            yield list(found.strangers)

    def counts(unreachable: Collection[Id]) -> Counts:
        return msgspec.structs.replace(
            found.counts(channels, {}), no_contact=len(unreachable), channels={}, languages={}
        )

    return Listed(len(found.addressed) + len(found.strangers), found.ground, parts, counts)


def _listed_by_name(look: Look, warning: Warned, at: datetime) -> Listed:
    ground, persons = ground_of(warning), named(look, warning, at)
    gone = look.forgotten(() if isinstance(warning, Notice) else warning.persons)
    paused, unsubscribed = look.paused(at) - gone, look.unsubscribed() - gone
    out = gone if ground else gone | paused | unsubscribed
    left = [person for person in persons if person not in out]
    why = Counter(
        Left.FORGOTTEN if one in gone else Left.PAUSED if one in paused else Left.NO_CONSENT
        for one in persons
        if one in gone or one in paused or one in unsubscribed
    )

    def counts(unreachable: Collection[Id]) -> Counts:
        kept = {reason.value: count for reason, count in sorted(why.items())}
        despite = {reason: kept.pop(reason) for reason in tuple(kept) if ground and reason != Left.FORGOTTEN}
        return Counts(named=len(left), no_contact=len(unreachable), left_out=kept, despite=despite)

    return Listed(
        len(left), ground, lambda size: (left[start : start + size] for start in range(0, len(left), size)), counts
    )


# ---- counting them, before it is approved


@dataclass(frozen=True, repr=False)
class Sampled:
    """One of those who would be told, to be looked at: why, in which language of the warning, and by which channel."""

    person: Id
    how: How
    language: str
    channel: str


@dataclass(frozen=True, repr=False)
class Preview:
    """What a warning's audience would be now.

    cells: where people are, never fewer than five together. unreachable: whom nothing leads to, the first of them.
    """

    counts: Counts
    ground: str
    sample: tuple[Sampled, ...]
    unreachable: tuple[Id, ...]
    cells: tuple[Cell, ...]
    places: tuple[Within, ...]


def preview(look: Look, warning: Warned, channels: Sequence[str], now: datetime) -> Preview:
    """Return what a warning's audience would be now. channels: by which people can be told."""
    found = _found(look, warning, now)
    words = _words_for(warning, found.roll)
    counts = found.counts(channels, words)
    return Preview(
        counts=msgspec.structs.replace(counts, outside=found.outside(now)),
        ground=found.ground,
        sample=tuple(found.sample(channels, words)),
        unreachable=tuple(found.roll.names(found.addressed[~found.reached(channels)][:SAMPLE])),
        cells=found.cells(now),
        places=found.places,
    )


def counted(look: Look, warning: Warned, channels: Sequence[str], now: datetime) -> Counts:
    """Return how many a warning would be for now: what its approver could see of it.

    Of one that names only persons and groups, only their number; by which ways they are told is not looked up.
    """
    if not parts_of(warning):
        return listed(look, warning, channels, now).counts(())
    found = _found(look, warning, now)
    return msgspec.structs.replace(found.counts(channels, _words_for(warning, found.roll)), outside=found.outside(now))


def there(look: Look, places: tuple[Within, ...], at: datetime) -> Counts:
    """Return how many people are in some places at a moment, or may be: as many as a warning of a danger to life is for.

    Raises:
        Refused: a place cannot be drawn.
    """
    found = _found(look, Anyone((Part(within=places),)), at) if places else None
    return Counts() if found is None else msgspec.structs.replace(found.counts((), {}), no_contact=0)


def _words_for(warning: Warned, roll: Roll) -> Mapping[int, str]:
    """Return the language of the words that the readers of each tongue are told, by the tongue's number."""
    if isinstance(warning, Alert):
        return {number: wording_for(warning, tongue).language for number, tongue in enumerate(roll.tongues)}
    return {number: tongue[0] for number, tongue in enumerate(roll.tongues) if tongue}


# ---- finding them


@dataclass(frozen=True, repr=False)
class _Found:
    """Who is addressed, by number. how: of each on the roll, a number of HOWS; 0: they are not.

    addressed: without those who are left out, sorted. left_out, despite: by reason. strangers: named, and not on the roll.
    """

    roll: Roll
    warning: Sought
    ground: str
    how: Column
    addressed: Persons
    left_out: Mapping[str, int]
    despite: Mapping[str, int]
    strangers: tuple[Id, ...]
    drawn: Sequence[tuple[Drawn, Persons | None]]
    places: tuple[Within, ...]

    def channel_of(self, channels: Sequence[str]) -> tuple[list[str], Column]:
        """Return for each of those addressed the number of the first channel that leads to them; 0: none does."""
        firsts = [next((way for way in route if way in channels), "") for route in self.roll.routes]
        names = ["", *sorted({first for first in firsts if first})]
        return names, np.array([names.index(first) for first in firsts])[self.roll.route[self.addressed]]

    def reached(self, channels: Sequence[str]) -> Bools:
        """Say of each of those addressed whether something leads to them."""
        return np.asarray(self.channel_of(channels)[1] > 0)

    def counts(self, channels: Sequence[str], words: Mapping[int, str]) -> Counts:
        names, channel = self.channel_of(channels)
        how = np.bincount(self.how[self.addressed], minlength=len(HOWS))
        ways = np.bincount(channel, minlength=len(names))
        tongues: Counter[str] = Counter()
        for tongue, count in enumerate(np.bincount(self.roll.tongue[self.addressed[channel > 0]]).tolist()):
            if count and tongue in words:
                tongues[words[tongue]] += count
        return Counts(
            named=int(how[_NAMED]) + len(self.strangers),
            known=int(how[_KNOWN]),
            stale=int(how[_STALE]),
            unknown=int(how[_UNKNOWN]),
            no_contact=int(ways[0]) + len(self.strangers),
            channels={name: int(count) for name, count in zip(names[1:], ways[1:], strict=True) if count},
            languages=dict(sorted(tongues.items())),
            left_out=dict(self.left_out),
            despite=dict(self.despite),
        )

    def sample(self, channels: Sequence[str], words: Mapping[int, str]) -> Iterator[Sampled]:
        """Yield a few of those who would be told, from every sort, spread evenly."""
        names, channel = self.channel_of(channels)
        told = np.flatnonzero(channel > 0)
        how = self.how[self.addressed[told]]
        sorts = [told[how == sort] for sort in range(1, len(HOWS))]
        sorts = [sort for sort in sorts if len(sort)]
        each = SAMPLE // max(1, len(sorts))
        picked = [sort[np.linspace(0, len(sort) - 1, min(each, len(sort))).astype(np.int64)] for sort in sorts]
        for place in np.unique(np.concatenate(picked)).tolist() if picked else ():
            person = self.addressed[place]
            yield Sampled(
                person=self.roll.names(self.addressed[place : place + 1])[0],
                how=HOWS[int(self.how[person])],
                language=words.get(int(self.roll.tongue[person]), ""),
                channel=names[int(channel[place])],
            )

    def outside(self, at: datetime) -> tuple[tuple[int, int], ...]:
        """Count who is not addressed and only just outside, by steps."""
        positions = self.roll.positions
        if positions is None:
            return ()
        nearest: dict[int, float] = {}
        for ground, fitting in self.drawn:
            found = positions.outside(ground, STEPS_M[-1], at) if ground.shapes else None
            if found is not None:
                kept = self.how[found.persons] == 0
                if fitting is not None:
                    kept &= among(found.persons, fitting)
                for person, metres in zip(found.persons[kept].tolist(), found.metres[kept].tolist(), strict=True):
                    nearest[person] = min(metres, nearest.get(person, metres))
        steps = np.searchsorted(np.array(STEPS_M), np.array(list(nearest.values())), side="left")
        counts = np.bincount(steps, minlength=len(STEPS_M)).tolist() if nearest else [0] * len(STEPS_M)
        return tuple((step, count) for step, count in zip(STEPS_M, counts, strict=True) if count)

    def cells(self, at: datetime) -> tuple[Cell, ...]:
        """Return where people are round the places, on squares that nobody can be told from."""
        frame = frame_of(self.places)
        if frame is None or self.roll.positions is None:
            return ()
        return tuple(self.roll.positions.cells(frame, step_of(frame), at))


HOWS = (How.NAMED, How.NAMED, How.KNOWN, How.STALE, How.UNKNOWN)
"""By number; 0 stands for nobody who is addressed."""
_NAMED, _KNOWN, _STALE, _UNKNOWN = 1, 2, 3, 4
# Who is counted in several ways counts as the first of these.
_FIRST = (_KNOWN, _NAMED, _STALE, _UNKNOWN)


def _found(look: Look, warning: Sought, at: datetime) -> _Found:
    parts = parts_of(warning)
    own = _own(warning)
    roll = look.roll(placed=any(part.within for part in parts))
    by_name = named(look, warning, at)
    on_list = [roll.numbers(by_name)]
    sorts: dict[int, list[Persons]] = {sort: [] for sort in _FIRST}
    sorts[_NAMED].append(on_list[0])
    grounds: list[tuple[Drawn, Persons | None]] = []
    for part in parts:
        fitting, listed_here = _fitting(look, roll, part, at)
        if listed_here is not None:
            on_list.append(listed_here)
        if not part.within:
            sorts[_NAMED].append(fitting if fitting is not None else NOBODY)
            continue
        ground = drawn(placed(part, own))
        grounds.append((ground, fitting))
        present = (roll.positions or Positions()).present(ground, at)
        for sort, persons in zip((_KNOWN, _STALE, _UNKNOWN), _all(present), strict=True):
            sorts[sort].append(persons if fitting is None else persons[among(persons, fitting)])
    how = np.zeros(len(roll), dtype=np.uint8)
    for sort in reversed(_FIRST):
        how[np.concatenate([NOBODY, *sorts[sort]])] = sort
    return _left(roll, warning, how, sorted_unique(np.concatenate(on_list)), at, _strangers(roll, by_name), grounds)


def _strangers(roll: Roll, persons: Sequence[Id]) -> tuple[Id, ...]:
    """Return who is named and not known here: nothing leads to them, and somebody is told so."""
    places = roll.places_of(np.array([person.encode() for person in persons])) if persons else ()
    return tuple(person for person, place in zip(persons, places, strict=True) if place < 0)


def _own(warning: Sought) -> tuple[Within, ...]:
    match warning:
        case Alert():
            return own_of_alert(warning.areas)
        case Advisory():
            return own_of_advisory(warning.country, warning.polygon)
    return ()


def _all(present: Present) -> tuple[Persons, Persons, Persons]:
    return present.known, present.stale, present.unknown


def _fitting(look: Look, roll: Roll, part: Part, at: datetime) -> tuple[Persons | None, Persons | None]:
    """Return who fits what a part says besides where they are, None: everyone; and who of them is on a list of ours."""
    on_list = None
    if part.groups or part.posts:
        members = look.members(part.groups, at) if part.groups else []
        on_list = roll.numbers([*members, *(look.holders(part.posts) if part.posts else ())])
    if not part.languages:
        return on_list, on_list
    speaking = roll.speaking(part.languages)
    return (speaking if on_list is None else on_list[among(on_list, speaking)]), on_list


def _left(
    roll: Roll,
    warning: Sought,
    how: Column,
    on_list: Persons,
    at: datetime,
    strangers: tuple[Id, ...],
    grounds: Sequence[tuple[Drawn, Persons | None]],
) -> _Found:
    """Leave out who is to be left out. On whom what bears first is told for the reason: forgotten, paused, no consent."""
    ground = ground_of(warning)
    every = np.flatnonzero(how).astype(np.uint32)
    forgotten = roll.forgotten[every]
    paused = roll.paused(at)[every] & ~forgotten
    never_asked = (roll.agreed[every] == UNASKED) & ~roll.organisation[every] & ~among(every, on_list)
    unwilling = ((roll.agreed[every] == TAKEN_BACK) | never_asked) & ~forgotten & ~paused
    counts = {
        Left.FORGOTTEN.value: int(forgotten.sum()),
        Left.PAUSED.value: int(paused.sum()),
        Left.NO_CONSENT.value: int(unwilling.sum()),
    }
    despite = {Left.PAUSED.value, Left.NO_CONSENT.value} if ground else set()
    out = forgotten if ground else forgotten | paused | unwilling
    places = tuple(dict.fromkeys(place for part in parts_of(warning) for place in placed(part, _own(warning))))
    return _Found(
        roll=roll,
        warning=warning,
        ground=ground,
        how=how,
        addressed=every[~out],
        left_out={reason: count for reason, count in counts.items() if count and reason not in despite},
        despite={reason: count for reason, count in counts.items() if count and reason in despite},
        strangers=strangers,
        drawn=grounds,
        places=places,
    )


# ---- the map

Frame = tuple[float, float, float, float]
"""Part of the map: south, west, north, east in degrees; east counts on from west."""
WORLD: Frame = (-90.0, -180.0, 90.0, 180.0)


def frame_of(places: Sequence[Within]) -> Frame | None:
    """Return the part of the map round some places, with room beside them. None: nothing is drawn."""
    corners: list[tuple[float, float]] = []
    for place in places:
        corners.extend(place.polygon)
        if place.circle is not None:
            lat, lon, km = place.circle
            corners.extend(circle_ring((lat, lon), km))
        if has_outline(place.country):
            west, south, east, north = country(place.country).outer.bounds
            if east - west >= 180:
                return WORLD
            corners += [(lat, turn(0.0, lon)) for lat in (south, north) for lon in (west, east)]
    if not corners:
        return None
    first = corners[0][1]
    lats, lons = [lat for lat, _ in corners], [first + turn(first, lon) for _, lon in corners]
    up, wide = (max(lats) - min(lats)) * 0.4 + 0.01, (max(lons) - min(lons)) * 0.4 + 0.02
    if max(lons) - min(lons) + 2 * wide >= 360:
        return WORLD
    return max(-90.0, min(lats) - up), min(lons) - wide, min(90.0, max(lats) + up), max(lons) + wide


def step_of(frame: Frame) -> float:
    """Return how large the squares are on a part of the map: one of a few sizes, so that 20 to 40 stand on its longer side."""
    south, west, north, east = frame
    span = max(north - south, (east - west) * math.cos(math.radians((south + north) / 2)))
    return 2.0 ** math.ceil(math.log2(max(span / 40, 1 / 512)))
