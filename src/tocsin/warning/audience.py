"""Who is addressed by a warning: parts that are united, each of them an intersection; and who is left out, and why.

Who that is at a moment is found out by flow/warning/audience.py. Here stand the words for it and the one rule about leaving out.
"""

from collections.abc import Iterable, Sequence

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id

RULE = "audience/1"
"""The rule by which people are left out, or not, as it is written down with what came of it."""

DANGER_TO_LIFE = "danger_to_life"
"""The ground on which neither a pause nor a missing consent leaves anyone out.

Source: Regulation (EU) 2016/679, article 6(1)(d) and recital 46: processing that protects a person's vital interests
needs no consent of theirs.
"""

_SEVERE, _SOON = frozenset({"Extreme", "Severe"}), frozenset({"Immediate", "Expected"})
GRAVEST = 4  # the level whose words are "Do not travel"
MUCH = 0.10  # of those who were addressed when the warning was approved


class Within(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place that people may be in: one of own, polygon, circle and country.

    own: wherever the warning itself holds. polygon: four or more points, latitude first, the last equal to the first.
    circle: latitude, longitude, radius in kilometres; WGS 84 degrees. country: ISO 3166-1 alpha-2. name: as people call it.
    """

    own: bool = False
    polygon: tuple[tuple[float, float], ...] = ()
    circle: tuple[float, float, float] | None = None
    country: str = ""
    name: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whoever fits everything that is said here; what is empty says nothing.

    within: is, or may be, in one of these places. groups, posts: belongs to one of these groups or holds one of these
    posts. languages: is told in one of these; BCP 47, "pt" is fitted by "pt-BR".
    """

    within: tuple[Within, ...] = ()
    groups: tuple[Id, ...] = ()
    posts: tuple[Id, ...] = ()
    languages: tuple[str, ...] = ()


class Counts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many people a warning addresses, and how many it leaves out. Nobody is named.

    named: addressed by name, or by a group, post or language alone. known: has a place within that holds then. stale, unknown:
    may be there; see places/crowd.py. no_contact: of these four, who cannot be told. channels, languages: of whoever can
    be told, by the first way, and the language of the words. left_out: by reason. despite: told for the ground's sake, by
    what would have left them out. outside: up to so many metres, and how many people; each is counted in the first that fits.
    """

    named: int = 0
    known: int = 0
    stale: int = 0
    unknown: int = 0
    no_contact: int = 0
    channels: dict[str, int] = {}
    languages: dict[str, int] = {}
    left_out: dict[str, int] = {}
    despite: dict[str, int] = {}
    outside: tuple[tuple[int, int], ...] = ()

    @property
    def addressed(self) -> int:
        """Return how many are addressed, whether or not we have a way to tell them."""
        return self.named + self.known + self.stale + self.unknown

    @property
    def told(self) -> int:
        """Return how many can be told."""
        return self.addressed - self.no_contact


def is_danger_to_life(severity: str, urgency: str) -> bool:
    """Say whether an alert is about a danger to life, so that nobody is left out of it.

    Certainty is not asked: how likely an attack is says nothing of what it does, and before one it is seldom certain.

    Source: OASIS CAP 1.2, section 3.2.2: Extreme and Severe are an extraordinary or significant threat to life or property,
    Immediate and Expected call for action now or within the hour. The same two mark an imminent threat in 47 CFR 10.400(b).
    """
    return severity in _SEVERE and urgency in _SOON


def is_level_of_danger(level: int) -> bool:
    """Say whether a standing level is about a danger to life.

    Source: US Department of State, travel.state.gov, "Travel Advisories": level 4 is for life-threatening risks.
    """
    return level >= GRAVEST


def changed_much(before: Counts, after: Counts) -> bool:
    """Say whether an audience has changed so much since it was approved that its approver should hear of it."""
    return abs(after.addressed - before.addressed) > MUCH * max(before.addressed, 1)


def refuse_unclear_parts(warning: Id, parts: Iterable[Part]) -> None:
    """Stop a warning whose audience nobody could make out.

    Raises:
        Refused: a part says nothing, or a place is none or several.
    """
    for number, part in enumerate(parts, 1):
        if part == Part():
            raise Refused(
                f"Part {number} of the audience of {warning} says nothing, and would address everybody. Name a place, a"
                " group, a post or a language."
            )
        for place in part.within:
            if sum((place.own, bool(place.polygon), place.circle is not None, bool(place.country))) != 1:
                raise Refused(
                    f"Part {number} of the audience of {warning} has a place that is none, or several. Give each one of:"
                    " the warning's own areas, a polygon, a circle, a country."
                )


def placed(part: Part, own: Sequence[Within]) -> tuple[Within, ...]:
    """Return the places of a part, with the warning's own ones in their stead."""
    found: list[Within] = []
    for place in part.within:
        found.extend(own if place.own else (place,))
    return tuple(found)
