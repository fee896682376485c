"""Policy packs: which grounds there are not to warn somebody. Each line says where it comes from.

A pack is data. Whoever answers for an installation chooses one, in the open (policy.py).
"""

from enum import StrEnum

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.words import N_
from tocsin.warning.duty.side import Side

BELOW_THRESHOLD = "below_threshold"
"""What stands in the place of a ground where a question of the test is answered with no. Every pack has it."""

DISRUPTED = "disrupted"
"""What stands in the place of a ground where what is proposed is to end a duty untold, because the danger was disrupted."""

EVERYONE = tuple(Side)


class Read(StrEnum):
    """How well a line of a pack is known to stand in its source."""

    QUOTED = "quoted"  # read in a public source that quotes it
    RECALLED = "recalled"  # not read again: look into the source before you rest on it
    OURS = "ours"


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """One ground not to warn. sides: of whom alone it may be said. distrusted: only of a host that is distrusted."""

    name: str
    words: str
    source: str
    read: Read
    sides: tuple[Side, ...] = EVERYONE
    distrusted: bool = False


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """A policy pack."""

    name: str
    title: str
    says: str
    grounds: tuple[Ground, ...]


NEVER = {
    "adversary": N_("That they are an adversary is no ground: Iran and Russia were both warned."),
    "hostile": N_("That they are hostile is no ground. Choose the words and the way with care, and warn."),
    "disbelieving": N_("That they will not believe it is no ground: whoever was told can still act."),
    "foreign": N_("Whose citizen they are is no ground: the duty is owed to everyone."),
    "embarrassing": N_("That it is awkward for us, or for somebody else, is no ground."),
}
"""What is never a ground, in any pack, and what is said to whoever names it."""


def ground_of(pack: Pack, name: str, side: Side, *, distrusted: bool) -> Ground:
    """Return the ground of that name, if it may be said of this side.

    Raises:
        Refused: there is none in this pack, it is never one, or it is not meant for this side.
    """
    if name in NEVER:
        raise Refused(NEVER[name])
    found = next((one for one in pack.grounds if one.name == name), None)
    if found is None:
        known = ", ".join((BELOW_THRESHOLD, *(one.name for one in pack.grounds)))
        raise Refused(f"The policy pack {pack.name} knows no ground {name!r}. These are: {known}.")
    if side not in found.sides:
        raise Refused(f"The ground {name} of the policy pack {pack.name} cannot be said of the {side}.")
    if found.distrusted and not distrusted:
        raise Refused(f"The ground {name} holds only of a host that is distrusted. Say first, and why, that it is.")
    return found
