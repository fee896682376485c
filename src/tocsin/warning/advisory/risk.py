"""The risks for which a level is set: a short list of indicators, each with a sentence of its own.

Source: US Department of State, travel.state.gov, "Travel Advisories": the risk indicators C, T, U, H, N, E, K, D and O.
Armed conflict is ours besides: other governments name it apart from terrorism and unrest.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from tocsin.basis.words import N_


class Indicator(StrEnum):
    """What kind of harm a level is about."""

    CRIME = "crime"
    TERRORISM = "terrorism"
    CIVIL_UNREST = "civil_unrest"
    ARMED_CONFLICT = "armed_conflict"
    HEALTH = "health"
    KIDNAPPING = "kidnapping"
    NATURAL_DISASTER = "natural_disaster"
    WRONGFUL_DETENTION = "wrongful_detention"
    EVENT = "event"
    OTHER = "other"


INDICATORS = {
    Indicator.CRIME: N_("Crime"),
    Indicator.TERRORISM: N_("Terrorism"),
    Indicator.CIVIL_UNREST: N_("Civil unrest"),
    Indicator.ARMED_CONFLICT: N_("Armed conflict"),
    Indicator.HEALTH: N_("Health"),
    Indicator.KIDNAPPING: N_("Kidnapping or hostage-taking"),
    Indicator.NATURAL_DISASTER: N_("Natural disaster"),
    Indicator.WRONGFUL_DETENTION: N_("Wrongful detention"),
    Indicator.EVENT: N_("An event, for a limited time"),
    Indicator.OTHER: N_("Other"),
}


class Risk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason for a level. words: a sentence about it, in the advisory's language."""

    indicator: Indicator
    words: str = ""


_KNOWN = {one.value: one for one in Indicator} | {
    "unrest": Indicator.CIVIL_UNREST,
    "kidnap": Indicator.KIDNAPPING,
    "disaster": Indicator.NATURAL_DISASTER,
    "detention": Indicator.WRONGFUL_DETENTION,
    "conflict": Indicator.ARMED_CONFLICT,
}


def named(reason: str) -> Risk:
    """Return a reason that was written as one word or some: an indicator where it names one, else other, in its words."""
    word = "_".join(reason.replace("-", " ").casefold().split())
    found = _KNOWN.get(word)
    return Risk(indicator=found) if found is not None else Risk(indicator=Indicator.OTHER, words=reason.strip())


def risks_of(risks: Sequence[Risk], reasons: Sequence[str]) -> tuple[Risk, ...]:
    """Return the risks of an advisory; of one that was written before there were indicators, its reasons as such."""
    return tuple(risks) or tuple(named(reason) for reason in reasons)
