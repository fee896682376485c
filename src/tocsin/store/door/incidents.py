"""The incidents that a reader may read, the cases that name them, and what others sent as incidents."""

from collections.abc import Collection, Sequence

from tocsin.basis.ids import Id
from tocsin.report.foreign import ForeignObject
from tocsin.report.state import Incident, Report
from tocsin.store import incidents as asked
from tocsin.store.door.gate import Gate
from tocsin.threat.state import Threat


class Incidents(Gate):
    """What happened, where it stands, and what it can rest on."""

    def latest_incidents(self, most: int, after: Id | None = None) -> list[Incident]:
        """Return of the incidents that may be read the latest, so many at most. after: the one behind which they begin."""
        if not self.at_desk:
            return []
        one = self._look.find(Incident, after)
        behind = one if one is not None and self.may(one) else None
        return asked.latest(self._look.connection, self._keys, self._marks(), most, behind)

    def cases_naming(self, ids: Collection[Id]) -> dict[Id, list[Threat]]:
        """Return of each of these incidents the cases to which it was proposed or linked."""
        if not self.at_desk or not ids:
            return {}
        named = asked.naming(self._look.connection, ids)
        there = self._look.some(Threat, sorted({case for cases in named.values() for case in cases}))
        may = {id: self._as_read(one) for id, one in there.items() if self.may(one)}
        return {id: [may[case] for case in cases if case in may] for id, cases in named.items()}

    def reports_saying(self, words: Sequence[str], most: int) -> list[Report]:
        """Return of the reports that are not for named readers alone those whose titles have all these words, the latest first."""
        if not self.at_desk:
            return []
        return asked.saying(self._look.connection, self._keys, words, self._marks(), most)

    def came_as(self, kind: str, most: int) -> list[ForeignObject]:
        """Return the objects of a type that others sent to more than named readers, and that became reports, the latest first."""
        return asked.came_as(self._look.connection, self._keys, kind, self._marks(), most) if self.at_desk else []

    def object_of(self, report: Id) -> ForeignObject | None:
        """Return the object as which a report came."""
        found = [one for one in self._look.which(ForeignObject, "report", [report]) if self.may(one)]
        return max(found, key=lambda one: one.taken_at, default=None)

    def tied_to(self, foreign: ForeignObject) -> list[ForeignObject]:
        """Return the relationships of its source in which an object is named."""
        found = asked.tied_to(self._look.connection, self._keys, foreign.source, foreign.foreign_id)
        return [one for one in found if self.may(one) and not one.revoked]

    def sent_by(self, source: Id, foreign_ids: Collection[str]) -> list[ForeignObject]:
        """Return the objects of a source that call themselves so."""
        there = self._look.which(ForeignObject, "foreign_id", sorted(foreign_ids))
        return [one for one in there if one.source == source and self.may(one) and not one.revoked]

    def resting_on(self, reports: Collection[Id]) -> list[Incident]:
        """Return the incidents that rest on any of some reports, the latest first."""
        return asked.resting_on(self._look.connection, self._keys, reports, self._marks()) if self.at_desk else []
