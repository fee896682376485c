"""What a case is about, in words and closed lists: what sort of threat, whom it is meant for, where, and by what class of method.

The lists are short on purpose. A class of method says what to look out for; how a thing is done is written down nowhere.
"""

from enum import StrEnum

import msgspec

from tocsin.basis.errors import Refused

LONGEST = 4_000
"""Characters of intent, description, or any other words about a case."""

MOST = 50
"""Targets or places of one case."""


class ThreatKind(StrEnum):
    """What sort of threat it is. Each has a checklist of indicators; see checklists.py."""

    GATHERING = "attack_on_gathering"
    SITE = "attack_on_site"
    KILLING = "targeted_killing"
    KIDNAPPING = "kidnapping"
    UNREST = "unrest"
    OTHER = "other"


class TargetClass(StrEnum):
    """What class of people or places it is directed at."""

    GATHERING = "gathering"
    WORSHIP = "worship"
    GOVERNMENT = "government"
    DIPLOMATIC = "diplomatic"
    SECURITY = "security_forces"
    TRANSPORT = "transport"
    HOSPITALITY = "hospitality"
    EDUCATION = "education"
    HEALTH_AND_AID = "health_and_aid"
    INFRASTRUCTURE = "infrastructure"
    BUSINESS = "business"
    MEDIA = "media"
    COMMUNITY = "community"
    PERSON = "person"
    OTHER = "other"


class Method(StrEnum):
    """By what class of method, for whoever must know what to look out for."""

    FIREARMS = "firearms"
    EXPLOSIVES = "explosives"
    VEHICLE = "vehicle"
    BLADE = "blade"
    FIRE = "fire"
    ABDUCTION = "abduction"
    FROM_THE_AIR = "from_the_air"
    CYBER = "cyber"
    HAZARDOUS_MATERIAL = "hazardous_material"
    OTHER = "other"


class Severity(StrEnum):
    """How bad it would be if it came. The words are those of CAP, so that an alert can say the same.

    Source: OASIS CAP 1.2, section 3.2.2, severity.
    """

    MINOR = "minor"
    MODERATE = "moderate"
    SEVERE = "severe"
    EXTREME = "extreme"


class Where(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place or an area that is threatened. country: ISO 3166-1 alpha-2. point: latitude first, WGS 84 degrees.

    polygon: four or more points, the last equal to the first. circle: latitude, longitude, radius in kilometres.
    """

    name: str
    country: str = ""
    point: tuple[float, float] | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    circle: tuple[float, float, float] | None = None


class Particulars(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a case says of itself besides its title, its named targets and its window. intent: what they want, in words."""

    threat_kind: ThreatKind = ThreatKind.OTHER
    description: str = ""
    intent: str = ""
    target_classes: tuple[TargetClass, ...] = ()
    places: tuple[Where, ...] = ()
    methods: tuple[Method, ...] = ()


def refuse_particulars(particulars: Particulars, targets: tuple[str, ...]) -> None:
    """Stop particulars that nobody could read or draw.

    Raises:
        Refused: a text is too long, a place has no name, or there are too many of something.
    """
    for name, words in (("description", particulars.description), ("intent", particulars.intent)):
        if len(words) > LONGEST:
            raise Refused(f"The {name} has {len(words)} characters. Say it in {LONGEST}.")
    for many, what in ((len(targets), "targets"), (len(particulars.places), "places")):
        if many > MOST:
            raise Refused(f"A case with {many} {what} is several. Name {MOST} at most, or split it.")
    for place in particulars.places:
        _refuse_place(place)


def _refuse_place(place: Where) -> None:
    if not place.name.strip():
        raise Refused("A place of a case has no name. Say what people call it.")
    points = [*([place.point] if place.point else []), *place.polygon, *([place.circle[:2]] if place.circle else [])]
    for latitude, longitude in points:
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise Refused(
                f"{latitude}, {longitude} of {place.name} is no point on the earth: latitude first, in degrees."
            )
    if place.polygon and (len(place.polygon) < 4 or place.polygon[0] != place.polygon[-1]):
        raise Refused(f"The area of {place.name} is no closed ring of four or more points.")
