"""What a case rests on, each piece with its mark: what a text that goes out is held against."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import reduce
from operator import and_
from zoneinfo import ZoneInfo

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound, Mark, Reader, may_read, not_beyond
from tocsin.report.earlier import Earlier, bound_of
from tocsin.report.state import Incident, Report, Source
from tocsin.threat.assess import rests_on
from tocsin.threat.free_text import about_itself, free_text
from tocsin.threat.hypotheses.state import Matrix, MatrixRow
from tocsin.threat.marked import bound_now
from tocsin.threat.state import Actor, Assessment, Threat
from tocsin.warning.duty.state import Duty, words_of


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What a case rests on. readers: who may read it if it is RED.

    noted: what else is written at it. That a word stands there frees nobody to say it elsewhere. estimate: how likely the case
    is held to be rests on it. of: of what this is how it was said before. until: when that was said anew.
    """

    id: Id
    material: str
    mark: Mark
    texts: tuple[str, ...]
    noted: tuple[str, ...] = ()
    language: str = "en"
    readers: frozenset[Id] = frozenset()
    estimate: bool = False
    of: Id | None = None
    until: datetime | None = None


class Rests(msgspec.Struct, frozen=True, kw_only=True):
    """A case, and all that it rests on. parts: what else is written at it, and goes as far as it does.

    actors: those of the case, of its parts and of its incidents. earlier: what reports and incidents said before they were said
    anew. written: whatever was written at the case, also what another wrote over since, with the report or incident that it is
    about. proposed: the incidents that were proposed to it. beside: the cases that were one with it, or were split off.
    no_more: what was written at it while it went less far, and stands there no more, by how far that goes.
    """

    threat: Threat
    reports: Mapping[Id, Report]
    incidents: Mapping[Id, Incident]
    sources: Mapping[Id, Source]
    actors: Mapping[Id, Actor]
    parts: tuple[msgspec.Struct, ...] = ()
    duties: tuple[Duty, ...] = ()
    earlier: Mapping[Id, tuple[Earlier, ...]] = msgspec.field(default_factory=dict)
    written: tuple[tuple[Id | None, str], ...] = ()
    proposed: Mapping[Id, Incident] = msgspec.field(default_factory=dict)
    beside: Mapping[Id, Threat] = msgspec.field(default_factory=dict)
    no_more: Mapping[Bound, frozenset[str]] = msgspec.field(default_factory=dict)


def material_of(case: Rests) -> list[Material]:
    """Return what a case says and rests on, each with its mark: itself with all that is written at it, reports, incidents.

    What one of these said before it was said anew is one more, as far as it goes today; so is what stood at the case while it
    went less far.
    """
    return [
        _case(case),
        *_apart(case),
        *_no_more(case),
        *(_said(one, case) for one in case.reports.values()),
        *(_said(one, case) for one in case.incidents.values()),
        *(_earlier(one, case) for every in case.earlier.values() for one in every),
    ]


def _said(one: Report | Incident, case: Rests) -> Material:
    if isinstance(one, Report):
        return _report(one, case.sources.get(one.source))
    told = _incident(one, case.actors.get(one.actor or ""))
    # What rests on a report goes no further than that, also where its source has it go less far since.
    return _bounded(told, (bound_of(case.reports[id]) for id in one.reports if id in case.reports))


def _bounded(one: Material, by: Iterable[Bound]) -> Material:
    bound = reduce(and_, by, Bound(mark=one.mark, named=one.readers))
    return msgspec.structs.replace(one, mark=bound.mark, readers=bound.named)


def _earlier(one: Earlier, case: Rests) -> Material:
    then = _bounded(_said(one.said, case), [one.bound])
    return msgspec.structs.replace(then, id=one.id, of=one.said.id, until=one.until)


def _case(case: Rests) -> Material:
    threat = case.threat
    theirs = {
        *threat.actors,
        *(one.actor for part in case.parts if isinstance(part, Matrix) for one in part.hypotheses),
    }
    itself = about_itself(threat, [one for id, one in case.actors.items() if id in theirs])
    # Whoever judged it had read what it rests on: what they wrote goes no further than that, and frees no word of it.
    open_to_all = [one for one in threat.assessments if not _rests_beyond(one, case)]
    judged = [text for one in open_to_all for text in (one.grounds, one.why, one.confidence_why, one.changed)]
    tied = _tied(case)
    along = dict.fromkeys(item for item in tied if _bound(item, case) == bound_now(threat))
    texts = dict.fromkeys(
        [
            *itself,
            *(one.words for one in threat.questions),
            *judged,
            *(one.why for one in threat.evidence if one.item in along),
            *(text for one in (threat.begins, threat.ends) if one is not None for text in said_at(one, threat.zone)),
        ]
    )
    of_duties = [text for one in case.duties for text in words_of(one)]
    called = [one for actor in case.actors.values() for one in actor.called]
    stands = [
        *free_text(threat, but=("evidence", "proposed", "joined")),
        *(
            text
            for part in case.parts
            for text in free_text(part, but=("entries",) if isinstance(part, Matrix) else ())
        ),
        *(text for row in _rows(case) if row.item is None for text in free_text(row)),
        *(text for item in along for text in tied[item]),
        *(text for one in called for text in free_text(one)),
    ]
    every = dict.fromkeys([*stands, *of_duties, *(text for item, text in case.written if item is None)])
    return Material(
        id=threat.id, material="case", mark=threat.mark, texts=tuple(texts), noted=tuple(one for one in every if one not in texts),
        readers=frozenset({threat.owner, *threat.readers}),
    )  # fmt: skip


def _apart(case: Rests) -> Iterator[Material]:
    """Yield what is written at a case about something that is stricter than it: that goes no further than either."""
    own = bound_now(case.threat)
    for item, texts in _tied(case).items():
        bound, said = _bound(item, case), tuple(dict.fromkeys(one for one in texts if one.strip()))
        if bound != own and said:
            yield Material(
                id=f"{case.threat.id}/{item}",
                material="case",
                mark=bound.mark,
                texts=(),
                noted=said,
                readers=bound.named,
            )


def _no_more(case: Rests) -> Iterator[Material]:
    """Yield what stood at a case while it went less far than it does."""
    for number, (bound, said) in enumerate(case.no_more.items(), 1):
        yield Material(
            id=f"{case.threat.id}@{number}",
            material="case",
            mark=bound.mark,
            texts=(),
            noted=tuple(sorted(said)),
            readers=bound.named,
            of=case.threat.id,
        )


def _tied(case: Rests) -> dict[Id, list[str]]:
    """Return what is written at a case about each report and incident: whoever may not read that is not shown it either."""
    found: dict[Id, list[str]] = defaultdict(list)
    for link in case.threat.evidence:
        found[link.item].append(link.why)
    for one in case.threat.proposed:
        found[one.incident] += [*one.words, one.declined_why]
    joined = case.threat.joined
    if joined.into is not None:
        found[joined.into].append(joined.why)
    for off in joined.splits:
        found[off.off].append(off.why)
    for row in _rows(case):
        if row.item is not None:
            found[row.item] += free_text(row)
    for item, text in case.written:
        if item is not None:
            found[item].append(text)
    return found


def _rows(case: Rests) -> Iterator[MatrixRow]:
    yield from (row for part in case.parts if isinstance(part, Matrix) for row in part.entries)


def _bound(item: Id, case: Rests) -> Bound:
    """Return how far something goes that is written at a case about a report or an incident, whenever it was written."""
    if item in case.beside:
        return bound_now(case.beside[item]) & bound_now(case.threat)
    said = case.reports.get(item) or case.incidents.get(item) or case.proposed.get(item)
    if said is None:
        return Bound(mark=Mark.RED)  # nobody knows how far it goes
    under = [case.reports[id] for id in said.reports if id in case.reports] if isinstance(said, Incident) else []
    every = [*map(bound_of, (said, *under)), *(one.bound for one in case.earlier.get(item, ()))]
    marked = (Bound(mark=one.mark, named=one.named) for one in every)
    return reduce(and_, marked, bound_now(case.threat))


def _rests_beyond(judged: Assessment, case: Rests) -> bool:
    """Say whether an estimate rests on something stricter than its case."""
    return _is_beyond(rests_on(judged, case.threat.evidence), judged.at, case)


def _is_beyond(named: Iterable[Id], at: datetime, case: Rests) -> bool:
    """Say whether what was written at a moment of these reports and incidents may tell of something stricter than its case."""
    items = _under(named, case.incidents)
    found = [one for id in items if (one := case.reports.get(id) or case.incidents.get(id)) is not None]
    marks = [one.mark for one in found]
    # Whoever wrote it then had read what they said then.
    marks += [one.bound.mark for id in items for one in case.earlier.get(id, ()) if one.until > at]
    return not all(not_beyond(one, case.threat.mark) for one in marks)


def _under(items: Iterable[Id], incidents: Mapping[Id, Incident]) -> set[Id]:
    """Return these reports and incidents, and the reports that tell of these incidents."""
    found = set(items)
    return found.union(*(incidents[id].reports for id in found if id in incidents))


def with_estimate(cases: Collection[Rests], material: Iterable[Material]) -> list[Material]:
    """Return the material of some cases, and of each whether the latest estimate rests on it, as it was said by then.

    cases: one, and those that became one with it.
    """
    judged = [(last, one) for one in cases if (last := one.threat.last) is not None]
    if not judged:
        return list(material)
    last, case = max(judged, key=lambda one: one[0].at)
    incidents = {id: incident for one in cases for id, incident in one.incidents.items()}
    linked = [link for one in cases for link in one.threat.evidence]
    under = {case.threat.id, *_under(rests_on(last, linked), incidents)}

    def rests(one: Material) -> bool:
        return one.id in under or (one.of in under and one.until is not None and one.until > last.at)

    return [msgspec.structs.replace(one, estimate=True) if rests(one) else one for one in material]


def said_at(moment: datetime, zone: str) -> tuple[str, ...]:
    """Return a moment as people read it there, and as it is kept."""
    return tuple(dict.fromkeys((until_said(moment, zone), until_said(moment, "UTC"))))


def until_said(moment: datetime, zone: str) -> str:
    """Return a moment by the clock of a zone, as the check reads it."""
    return f"{moment.astimezone(ZoneInfo(zone or 'UTC')):%Y-%m-%d %H:%M}"


def _report(report: Report, source: Source | None) -> Material:
    who = (source.name,) if source is not None else ()
    said = (report.title, report.text, *(claim.text for claim in report.claims))
    return Material(
        id=report.id, material="report", mark=report.mark, language=report.language, readers=frozenset(report.readers),
        # Who said it may be told only of what they have published.
        texts=(*said, *who) if report.url else said, noted=() if report.url else who,
    )  # fmt: skip


def _incident(incident: Incident, actor: Actor | None) -> Material:
    texts = (incident.what, incident.where, *(_called(actor) if actor is not None else ()))
    noted = (incident.corrected_why,) if incident.corrected_why else ()
    return Material(id=incident.id, material="incident", mark=incident.mark, texts=texts, noted=noted)


def _called(actor: Actor) -> tuple[str, ...]:
    return (actor.name, *actor.aliases)


def may_know(reader: Reader, material: Material) -> bool:
    """Say whether somebody may read material: who may not is not told of it."""
    return may_read(reader, material.mark, material.readers)


def is_stricter(material: Material, mark: Mark, recipients: Collection[Id], *, leaves_us: bool = False) -> bool:
    """Say whether material may not go where a notice goes. leaves_us: to somebody who is not of this organisation, too.

    What is RED is for those who are named as its readers, also where the notice is RED and names others; what is AMBER+STRICT
    is for this organisation alone, whatever the mark of the notice.

    Source: FIRST, Traffic Light Protocol 2.0 (2022).
    """
    if material.mark is Mark.RED and not set(recipients) <= material.readers:
        return True
    if material.mark is Mark.AMBER_STRICT and leaves_us:
        return True
    return not not_beyond(material.mark, mark)
