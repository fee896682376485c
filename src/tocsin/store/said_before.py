"""What was said before: by reports and incidents, before they were said anew; and at a case, before it was written anew."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.report.earlier import Earlier, earlier
from tocsin.report.state import Incident, Report
from tocsin.store.look import Look
from tocsin.store.said_of import NAMES
from tocsin.threat.facts import EvidenceLinked
from tocsin.threat.free_text import free_text
from tocsin.threat.joined import ThreatLetGo, ThreatMerged, ThreatParted, ThreatSplit, ThreatTookIn
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


_CASES: Mapping[type[Fact], str] = {
    ThreatMerged: "into",
    ThreatParted: "from_case",
    ThreatTookIn: "other",
    ThreatLetGo: "other",
    ThreatSplit: "off",
}
"""The facts of a case that are about another, which goes as far as it does itself: in which field they name it."""


def ever_written(
    look: Look, threat: Threat, parts: Collection[Id], rows: Mapping[str, Id | None]
) -> Iterator[tuple[Id | None, str]]:
    """Yield whatever somebody wrote at a case, also what another wrote over since, with the report, incident or other case that it is about.

    parts: ids of what is written at it besides. rows: what each row of its matrices rests on.
    """
    # Of these there may be thousands; why they bear on it stands at the case until one is unlinked.
    kept = () if threat.unlinked else (EvidenceLinked,)
    for fact in look.facts([threat.id, *parts], but=(DutyAnswered, *kept)):
        field = NAMES.get(fact.kind(), "") or _CASES.get(type(fact), "")
        named = getattr(fact, field, None)
        item = rows.get(str(named)) if field == "row" else named
        yield from ((item, text) for text in free_text(fact, but=_NO_WORDS))
