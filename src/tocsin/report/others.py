"""What other governments advise: for a country or a region of it, in their own words, as it was read on a day.

Their levels are no assessment of ours and change none; they stand beside it. Reading them is left to sources/.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id


class OthersReason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason as they give it. indicator: ours that it comes nearest to, by the word of it. words: theirs."""

    indicator: str
    words: str


class OthersAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """What a government says about a place.

    publisher: such as "us". place: as they call it. countries: its ISO 3166-1 codes; none: they are not known here, several:
    it covers several. region: of it, as they call it; empty: all of it. level: ours, 1 to 4; None: they give none. wording:
    their own words for it. published_at: when they say that they changed it. says_level: whether what was read tells of levels
    at all; a list of names and dates does not, and nothing follows from that.
    """

    publisher: str
    place: str
    countries: tuple[str, ...]
    region: str = ""
    level: int | None = None
    wording: str = ""
    reasons: tuple[OthersReason, ...] = ()
    published_at: datetime | None = None
    address: str = ""
    says_level: bool = True

    @property
    def about(self) -> tuple[str, str, str]:
        """Return whose word about which place it is."""
        return self.publisher, self.place, self.region


class OthersAdviceSeen(Fact, frozen=True, kw_only=True):
    """A government's advice was read, and was not what it had been. gone: it is not in what they publish any more."""

    said: OthersAdvice
    seen_at: datetime
    gone: bool = False


class OthersAdviceReplaced(Fact, frozen=True, kw_only=True):
    """Something else was read about the same place. until: when that was seen."""

    until: datetime


class OthersAdviceState(State, frozen=True, kw_only=True):
    """What a government said about a place, from when to when it was seen so. until: None while it is the latest."""

    publisher: str
    place: str
    region: str
    said: OthersAdvice
    seen_at: datetime
    gone: bool
    until: datetime | None = None


def fold_others(state: OthersAdviceState | None, fact: Fact) -> OthersAdviceState:
    """Return what was said after the fact."""
    match fact:
        case OthersAdviceSeen():
            said = fact.said
            return OthersAdviceState(
                id=fact.subject,
                publisher=said.publisher,
                place=said.place,
                region=said.region,
                said=said,
                seen_at=fact.seen_at,
                gone=fact.gone,
            )
        case OthersAdviceReplaced():
            return replace(standing(state, fact), until=fact.until)
    raise TypeError(fact.kind())


class OthersReading(State, frozen=True, kw_only=True):
    """The latest reading of what a government publishes: when it was, and how many places it spoke of. id: the publisher."""

    seen_at: datetime
    places: int
    changed: int


class OthersRead(Fact, frozen=True, kw_only=True):
    """What a government publishes was read. subject: the publisher."""

    seen_at: datetime
    places: int
    changed: int


def fold_reading(_state: OthersReading | None, fact: OthersRead) -> OthersReading:
    """Return the latest reading after the fact."""
    return OthersReading(id=fact.subject, seen_at=fact.seen_at, places=fact.places, changed=fact.changed)


FOLDINGS = (
    Folding(OthersAdviceState, (OthersAdviceSeen, OthersAdviceReplaced), fold_others),
    Folding(OthersReading, (OthersRead,), fold_reading),
)


def changes(
    before: dict[tuple[str, str, str], OthersAdviceState],
    read: tuple[OthersAdvice, ...],
    seen_at: datetime,
    new_ids: list[Id],
    now: datetime,
    *,
    regions: bool,
) -> list[Fact]:
    """Return what a reading changes: what is said anew or otherwise, and which regions are named no more.

    before: the latest of each place. regions: what was read tells of regions; else nothing follows from their absence.
    A reading that is older than what is known changes nothing: the past is not written over.
    """
    ids = iter(new_ids)
    facts: list[Fact] = []
    now_said = {one.about: _with_level(one, before.get(one.about)) for one in read}
    places = {(one.publisher, one.place) for one in read}
    gone = {
        about: replace(held.said, level=None, wording="", reasons=())
        for about, held in before.items()
        if regions and held.region and not held.gone and about[:2] in places and about not in now_said
    }
    for about, said in {**now_said, **gone}.items():
        held = before.get(about)
        is_gone = about in gone
        if held is not None and (held.seen_at > seen_at or (held.said == said and held.gone == is_gone)):
            continue
        facts.append(OthersAdviceSeen(subject=next(ids), occurred_at=now, said=said, seen_at=seen_at, gone=is_gone))
        if held is not None:
            facts.append(OthersAdviceReplaced(subject=held.id, occurred_at=now, until=seen_at))
    return facts


def _with_level(said: OthersAdvice, held: OthersAdviceState | None) -> OthersAdvice:
    """Return what was read, with the level that is known where it tells of none."""
    if said.says_level or held is None:
        return said
    known = held.said
    return replace(
        said,
        level=known.level,
        wording=known.wording,
        reasons=known.reasons,
        published_at=said.published_at or known.published_at,
        address=said.address or known.address,
        says_level=known.says_level,
    )
