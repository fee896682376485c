"""Everything about a case that a handing out weighs: also what its reader may not read, so that it cannot slip out with the rest."""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import and_

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Bound
from tocsin.flow.exchange.brought import Brought, gather
from tocsin.flow.threat.family import looked_after_with, split_between
from tocsin.outcome.state import Outcome
from tocsin.report.earlier import Earlier, bound_of
from tocsin.report.foreign import ForeignObject
from tocsin.report.state import Incident, Report, Source
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.store.said_before import ever_written, no_more, said_before, standing
from tocsin.threat.free_text import incidents_under, reports_under
from tocsin.threat.handed_out import HandedOut
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.marked import bound_now
from tocsin.threat.merge import as_one
from tocsin.threat.state import Actor, Threat
from tocsin.warning.duty.state import DistrustedHost, Duty


class NoMore(msgspec.Struct, frozen=True):
    """What was written at a case while it went less far, and stands there no more, and how far that goes.

    again: what was written then, and stands there still: it was said again when the case was made laxer.
    """

    bound: Bound
    said: frozenset[str]
    again: frozenset[str]


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """A case with what bears on it, whole. alone: the case by itself, whoever may read what was said of it before. origins: where each report starts. foreign: what reports came as, by report.

    named: actors whom something names that bears on it, and the case does not. dropped: what was taken out of its matrices, or
    split off: it leaves by no way, and its words are looked for all the same. earlier: what reports and incidents said before, whether they
    leave or not. brought: what reports came with. before: how it was
    handed out. no_more: what was written at it, and at those that it took in, while they went less far: it leaves by no way either.
    """

    threat: Threat
    alone: Threat
    actors: dict[Id, Actor]
    reports: dict[Id, Report]
    sources: dict[Id, Source]
    incidents: dict[Id, Incident]
    matrices: tuple[Matrix, ...]
    named: dict[Id, Actor]
    dropped: tuple[Report | Incident, ...]
    earlier: dict[Id, tuple[Earlier, ...]]
    outcome: Outcome | None
    origins: dict[Id, Id]
    foreign: dict[Id, ForeignObject]
    brought: Brought
    before: tuple[HandedOut, ...]
    no_more: tuple[NoMore, ...] = ()

    def bound(self, said: Report | Incident) -> Bound:
        """Return how far something goes that bears on it. An incident goes no further than each of its reports does by now."""
        under = [self.reports[id] for id in said.reports if id in self.reports] if isinstance(said, Incident) else []
        return reduce(and_, map(bound_of, under), bound_of(said))


def case_file(look: Look, door: Door, threat_id: Id) -> CaseFile:
    """Return the file of a case that this reader may read, with what those hold that it took in.

    Raises:
        Refused: there is none for them.
    """
    alone = door.threat(threat_id)
    if alone is None:
        raise Refused(f"There is no case {threat_id}, or it is not for you to read.")
    threat = as_one(alone, door.threat)  # none that it took in is marked more strictly: see threat/merge.py
    outcome = look.find(Outcome, threat.id)
    matrices = look.all(Matrix, threat=threat.id, order="opened_at")
    standing = [replace(one, entries=one.rows) for one in matrices]
    incidents = look.some(Incident, sorted(incidents_under(threat, standing)))
    reports = look.some(Report, sorted(_reports(threat, standing, outcome, incidents.values())))
    gone = _dropped(look, threat, matrices) - {*reports, *incidents}
    dropped: tuple[Report | Incident, ...] = (
        *look.some(Report, sorted(gone)).values(),
        *look.some(Incident, sorted(gone)).values(),
    )
    foreign = {one.report: one for one in look.which(ForeignObject, "report", tuple(reports)) if one.report}
    named = {one.actor for matrix in matrices for one in matrix.hypotheses} | {one.actor for one in incidents.values()}
    return CaseFile(
        threat=threat,
        alone=look.get(Threat, threat.id),
        actors=look.some(Actor, threat.actors),
        reports=reports,
        sources=look.some(Source, sorted({one.source for one in reports.values()})),
        incidents=incidents,
        matrices=tuple(matrices),
        named=look.some(Actor, sorted({one for one in named if one} - {*threat.actors})),
        dropped=dropped,
        earlier=said_before(look, (*reports.values(), *incidents.values(), *dropped)),
        outcome=outcome,
        origins=door.origins(reports),
        foreign=foreign,
        brought=gather(look, door, foreign.values()),
        before=tuple(look.all(HandedOut, threat=threat.id, order="at")),
        no_more=tuple(_no_more(look, threat)),
    )


def _no_more(look: Look, threat: Threat) -> Iterator[NoMore]:
    for one in look.some(Threat, sorted(looked_after_with(look, threat))).values():
        if one.markings:
            parts = (
                *look.all(Matrix, threat=one.id),
                *look.all(Duty, threat=one.id),
                *look.all(DistrustedHost, threat=one.id),
                *([came] if (came := look.find(Outcome, one.id)) is not None else []),
            )
            written = list(ever_written(look, one, [part.id for part in parts]))
            stands = standing(one, parts)
            again = frozenset(said.text for said in written if said.bound != bound_now(one)) & stands
            yield from (NoMore(bound, said, again) for bound, said in no_more(one, written, stands).items())


def _dropped(look: Look, threat: Threat, matrices: Iterable[Matrix]) -> set[Id]:
    """Return what was taken out of the matrices of a case, or lies at another since it was split, or one that it took in."""
    with_it = look.some(Threat, sorted(looked_after_with(look, threat))).values()
    gone = {row.item for one in matrices for row in one.entries if row.item}.union(
        *(split_between(look, one) for one in with_it)
    )
    return gone.union(*(one.reports for one in look.some(Incident, sorted(gone)).values()))


def _reports(
    threat: Threat, matrices: Iterable[Matrix], outcome: Outcome | None, incidents: Iterable[Incident]
) -> set[Id]:
    found = reports_under(threat, matrices) | {report for incident in incidents for report in incident.reports}
    return found | set(outcome.reports if outcome else ())
