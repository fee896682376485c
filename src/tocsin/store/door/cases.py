"""The cases that a reader may read, and what bears on them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import may_read
from tocsin.outcome.state import Outcome
from tocsin.report.corroborate import origin_of
from tocsin.report.earlier import Earlier
from tocsin.report.foreign import TakenBundle
from tocsin.report.state import Incident, Report, Source
from tocsin.store import heard_from
from tocsin.store.called import plainly
from tocsin.store.cases import listed, looked_after, titled
from tocsin.store.door.gate import Gate
from tocsin.store.look import Look
from tocsin.store.said_before import said_before
from tocsin.store.said_of import NAMES
from tocsin.threat.handed_out import HandedOut
from tocsin.threat.hypotheses.grounds import Known
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.marked import unread_times
from tocsin.threat.meets import Met
from tocsin.threat.state import Actor, Threat


class Cases(Gate):
    """Cases, the reports, incidents and actors of theirs, and how they were weighed."""

    def threats(self) -> list[Threat]:
        """Return all cases, the latest opened first."""
        return self._those_read(self._look.all(Threat, order="opened_at")[::-1])

    def cases(self, most: int, after: Id | None = None) -> list[Threat]:
        """Return so many cases at most: those that nobody has ended first, and of both the latest opened.

        after: the one behind which they begin.
        """
        one = self._look.find(Threat, after)
        behind = one if one is not None and self.may(one) else None
        found = listed(self._look.connection, self._keys, self._marks(), self.reader.person, most, behind)
        return self._those_read(found)

    def open_cases(self, most: int) -> list[Threat]:
        """Return of the cases that somebody looks after by themselves so many at most, the latest opened first."""
        if not self.at_desk:
            return []
        found = looked_after(self._look.connection, self._keys, self._marks(), self.reader.person, most)
        return self._those_read(found)

    def cases_called(self, words: str) -> list[Threat]:
        """Return the case with this id, or those with this title: whatever became of them."""
        if not self.at_desk:
            return []
        if (one := self.threat(words)) is not None:
            return [one]
        found = titled(self._look.connection, self._keys, self._marks(), self.reader.person, plainly(words))
        return self._those_read(found)

    def outcome(self, threat: Id) -> Outcome | None:
        """Return what became of a case."""
        found = self._look.find(Outcome, threat)
        return found if found is not None and self.may(found) else None

    def outcomes(self, threats: Iterable[Id]) -> dict[Id, Outcome]:
        """Return what became of some cases, by their ids."""
        return {one.id: one for one in self._look.some(Outcome, tuple(threats)).values() if self.may(one)}

    def judged(self) -> list[tuple[Threat, Outcome]]:
        """Return the cases of which it was judged what became of them, each with that."""
        found = self._look.judged()
        cases = self._look.some(Threat, [one.id for one in found])
        read = {one.id: one for one in self._those_read(cases.values())}
        return [(read[one.id], one) for one in found if one.id in read]

    def _those_read(self, cases: Iterable[Threat]) -> list[Threat]:
        return [self._as_read(threat) for threat in cases if self.may(threat)]

    def actors(self, ids: Iterable[Id]) -> list[Actor]:
        """Return these groups of the actor book."""
        return list(self._look.some(Actor, tuple(ids)).values())

    def every_actor(self) -> list[Actor]:
        """Return the actor book, by name."""
        return self._look.all(Actor, order="name") if self.at_desk else []

    def incidents(self, ids: Iterable[Id]) -> dict[Id, Incident]:
        """Return these incidents, by id."""
        return {one.id: one for one in self._look.some(Incident, tuple(ids)).values() if self.may(one)}

    def incidents_about(self, threat: Threat) -> list[Incident]:
        """Return the incidents that were found to bear on a case, oldest first."""
        return self.incidents_about_each([threat])[threat.id]

    def incidents_about_each(self, threats: Sequence[Threat]) -> dict[Id, list[Incident]]:
        """Return the incidents that were found to bear on each of some cases, oldest first."""
        linked = {one.id: {link.item for link in one.evidence if link.item_kind == "incident"} for one in threats}
        known = self.incidents({item for items in linked.values() for item in items})
        return {
            id: sorted((known[one] for one in items if one in known), key=lambda one: (one.happened_at, one.id))
            for id, items in linked.items()
        }

    def reports_about(self, threat: Threat) -> dict[Id, Report]:
        """Return the reports that bear on a case, that its incidents rest on, and those that these repeat."""
        return self.reports_about_each([threat])[threat.id]

    def reports_about_each(self, threats: Sequence[Threat]) -> dict[Id, dict[Id, Report]]:
        """Return the same of each of some cases."""
        incidents = self.incidents_about_each(threats)
        named = {one.id: _reports_named(one, incidents[one.id]) for one in threats}
        known: dict[Id, Report] = {}
        wanted = {id for ids in named.values() for id in ids}
        while wanted:
            fresh = self._readable_reports(wanted)
            known |= fresh
            wanted = {id for one in fresh.values() for id in _behind(one)} - known.keys() - wanted
        return {threat: _reached(known, ids) for threat, ids in named.items()}

    def earlier(self, reports: Iterable[Report]) -> list[Earlier]:
        """Return what these said before their sources said them anew, as far as the reader may read that."""
        found = (one for every in said_before(self._look, reports).values() for one in every)
        return [one for one in found if may_read(self.reader, one.bound.mark, one.bound.named)]

    def origins(self, reports: Collection[Id]) -> dict[Id, Id]:
        """Return where each of these reports starts. That tells of a report that may not be read its id alone.

        Without it, two who repeat what may not be read would count as two who corroborate each other.
        """
        chain: dict[Id, Report] = {}
        wanted = set(reports)
        while wanted:
            found = self._look.some(Report, sorted(wanted))
            chain |= found
            wanted = {id for one in found.values() for id in (one.relays, one.origin) if id is not None} - chain.keys()
        return {id: origin_of(id, chain) for id in reports}

    def handed_out(self, threat: Threat) -> list[HandedOut]:
        """Return how often a case was handed out to others, the latest first."""
        return [one for one in self._look.all(HandedOut, threat=threat.id, order="at")[::-1] if self.may(one)]

    def taken_bundles(self, most: int = 20) -> list[TakenBundle]:
        """Return the files that were taken in, the latest first, so many at most."""
        return [one for one in self._look.all(TakenBundle, order="taken_at")[::-1] if self.may(one)][:most]

    def matrices(self, threat: Id) -> list[Matrix]:
        """Return the matrices of a case."""
        return [one for one in self._look.all(Matrix, threat=threat) if self.may(one)]

    def known_of(self, matrix: Matrix) -> Known:
        """Return what the reader may read of all that the rows of a matrix rest on."""
        items = sorted({row.item for row in matrix.entries if row.item is not None})
        incidents = {one.id: one for one in self._look.some(Incident, items).values() if self.may(one)}
        named = {*items, *(report for one in incidents.values() for report in one.reports)}
        reports = self._readable_reports(named)
        origins = self.origins(reports)
        # Where a readable one started is named with its source, if that may be read too.
        reports |= self._readable_reports(set(origins.values()) - reports.keys())
        return Known(
            reports=reports,
            incidents=incidents,
            sources=self.sources(one.source for one in reports.values()),
            origins=origins,
        )

    def _readable_reports(self, ids: Collection[Id]) -> dict[Id, Report]:
        return {one.id: one for one in self._look.some(Report, sorted(ids)).values() if self.may(one)}

    def sources(self, ids: Iterable[Id]) -> dict[Id, Source]:
        """Return these sources, by id."""
        return self._look.some(Source, sorted(set(ids)))

    def said(self, subject: Id, kinds: Sequence[type[Fact]] = ()) -> int:
        """Return how often people have said something about what the reader may read, that the reader may know: see Look.said."""
        named = not kinds or any(one.kind() in NAMES for one in kinds)
        hidden = self._hidden_in(subject) if named else ()
        return self._look.said(subject, kinds, hidden, self._marked_anew(subject))

    def _marked_anew(self, subject: Id) -> int:
        """Return how often a case was marked anew until it went as far as the reader may read, and has since."""
        threat = self._case(subject)
        unread = [] if threat is None else [at for at, one in enumerate(unread_times(threat, self._may_go)) if one]
        return unread[-1] + 1 if unread else 0

    def last_word(self, subject: Id) -> tuple[Id, datetime] | None:
        """Return who said something last about what the reader may read, that the reader may know, and when."""
        return self._look.last_word(subject, self._hidden_in(subject))

    def _hidden_in(self, subject: Id) -> set[Id]:
        """Return what a case or a matrix names, or named, that the reader may not read: of a matrix, the rows."""
        threat, matrix = self._look.find(Threat, subject), self._look.find(Matrix, subject)
        if matrix is not None:
            hidden = self._unreadable({row.item for row in matrix.entries if row.item is not None})
            return {row.key for row in matrix.entries if row.item in hidden}
        if threat is None:
            return set()
        linked = {*(one.item for one in threat.evidence), *threat.unlinked}
        return self._unreadable(
            linked.union(*(one.items for one in threat.joined.splits), (one.incident for one in threat.proposed))
        )

    def _unreadable(self, items: Collection[Id]) -> set[Id]:
        return set(items) - self._readable_reports(items).keys() - self.incidents(items).keys()

    def report(self, id: Id) -> Report | None:
        """Return a report."""
        found = self._look.find(Report, id)
        return found if found is not None and self.may(found) else None

    def latest_reports(self, most: int) -> list[Report]:
        """Return of the reports that may be read the latest, so many at most."""
        if not self.at_desk:
            return []
        return heard_from.latest(self._look.connection, self._keys, self._marks(), self.reader.person, most)

    def cases_met(self, ask: Callable[[Look], Met], most: int) -> tuple[list[Threat], list[Threat]]:
        """Return the cases that somebody finds in an area, and perhaps there, as far as the reader may read them: so many of each at most."""
        found = ask(self._look) if self.at_desk else Met()
        there, perhaps = (
            (one for id in ids if (one := self.threat(id)) is not None) for ids in (found.there, found.perhaps)
        )
        return list(islice(there, most)), list(islice(perhaps, most))


def _reports_named(threat: Threat, incidents: Iterable[Incident]) -> set[Id]:
    """Name the reports that bear on a case, were judged by, or tell of its incidents."""
    return {
        *(one.item for one in threat.evidence if one.item_kind == "report"),
        *(report for judged in threat.assessments for report in judged.reports),
        *(report for incident in incidents for report in incident.reports),
    }


def _behind(report: Report) -> list[Id]:
    """Name what a report repeats, or was traced back to."""
    return [id for id in (report.relays, report.origin) if id is not None]


def _reached(known: Mapping[Id, Report], ids: Collection[Id]) -> dict[Id, Report]:
    """Return of the known reports these, and what they lead back to."""
    found: dict[Id, Report] = {}
    wanted = sorted(ids)
    while wanted:
        fresh = {one: known[one] for one in wanted if one in known}
        found |= fresh
        wanted = sorted({id for one in fresh.values() for id in _behind(one)} - found.keys())
    return found
