"""What was said before: by reports and incidents, before they were said anew; and at a case, before it was written anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound
from tocsin.report.earlier import Earlier, earlier
from tocsin.report.state import Incident, Report
from tocsin.store.look import Look
from tocsin.store.said_of import NAMES
from tocsin.threat.facts import EvidenceLinked
from tocsin.threat.free_text import free_text
from tocsin.threat.joined import ThreatLetGo, ThreatMerged, ThreatParted, ThreatSplit, ThreatTookIn
from tocsin.threat.marked import as_stands, bound_now, bound_since
from tocsin.threat.state import Threat
from tocsin.warning.duty.facts import DutyAnswered


def said_before(look: Look, said: Iterable[Report | Incident]) -> dict[Id, tuple[Earlier, ...]]:
    """Return what each of these said before it was said anew, by its id, the first first; what never was is left out."""
    every = list(said)
    reports = [one.id for one in every if isinstance(one, Report) and one.revised_at is not None]
    incidents = [one.id for one in every if isinstance(one, Incident) and one.corrected_at is not None]
    stood: dict[Id, Sequence[Report | Incident]] = {**look.stood(Report, reports), **look.stood(Incident, incidents)}
    return {id: earlier(each) for id, each in stood.items()}


_NO_WORDS = frozenset(
    {
        "subject", "question", "next_owner", "other", "from_case", "row", "author", "whom", "because_of", "tester", "decider",
        "proposer", "ground", "pack", "reviewer", "warning", "named_by", "told_by", "retimed_by", "owed", "indicators", "ladder",
    }
)  # fmt: skip
"""Fields of facts that hold ids, names of a closed list, or what the case keeps. All other text is taken for words."""


NO_ROWS: Mapping[str, Id | None] = MappingProxyType({})


_CASES: Mapping[type[Fact], str] = {
    ThreatMerged: "into",
    ThreatParted: "from_case",
    ThreatTookIn: "other",
    ThreatLetGo: "other",
    ThreatSplit: "off",
}
"""The facts of a case that are about another, which goes as far as it does itself: in which field they name it."""


class Written(NamedTuple):
    """A text that somebody wrote at a case: about which report, incident or other case, if about one; and how far it went when written."""

    item: Id | None
    text: str
    bound: Bound


def ever_written(
    look: Look, threat: Threat, parts: Collection[Id], rows: Mapping[str, Id | None] = NO_ROWS
) -> Iterator[Written]:
    """Yield whatever somebody wrote at a case, also what another wrote over since.

    parts: ids of what is written at it besides. rows: what each row of its matrices rests on.
    """
    # Of these there may be thousands; why they bear on it stands at the case until one is unlinked.
    kept = () if threat.unlinked else (EvidenceLinked,)
    for fact in look.facts([threat.id, *parts], but=(DutyAnswered, *kept)):
        field = NAMES.get(fact.kind(), "") or _CASES.get(type(fact), "")
        named = getattr(fact, field, None)
        item = rows.get(str(named)) if field == "row" else named
        bound = bound_since(threat, fact.occurred_at)
        yield from (Written(item, text, bound) for text in free_text(fact, but=_NO_WORDS))


def standing(threat: Threat, parts: Iterable[msgspec.Struct] = ()) -> frozenset[str]:
    """Return every text that stands at a case and goes as far as it does. parts: what is written at it besides, as it stands."""
    # Also what stands in every case of its kind.
    looked_for = (one.indicator.words for one in threat.checklist.watched)
    return frozenset((*(text for one in (as_stands(threat), *parts) for text in free_text(one)), *looked_for))


def no_more(threat: Threat, written: Iterable[Written], stands: Collection[str]) -> dict[Bound, frozenset[str]]:
    """Return what was written at a case while it went less far than it does, and stands there no more, by how far each goes."""
    found: dict[Bound, set[str]] = defaultdict(set)
    for one in written:
        if one.bound != bound_now(threat) and one.text not in stands:
            found[one.bound].add(one.text)
    return {bound: frozenset(texts) for bound, texts in found.items()}
