"""The duties to warn that a reader may know of."""

from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.store.door.gate import Gate
from tocsin.threat.state import Threat
from tocsin.warning.duty.policy import POLICY, UNCHOSEN, DutyPolicy
from tocsin.warning.duty.state import DistrustedHost, Duty


class Duties(Gate):
    """Whom a case makes us owe a warning."""

    def duty(self, id: Id | None) -> Duty | None:
        """Return a duty to warn, for those who work here and may read its case."""
        found = self._look.find(Duty, id)
        return found if found is not None and self._may_owe(found.threat) else None

    def duties_of(self, threat: Id) -> list[Duty]:
        """Return the duties to warn of a case, the oldest first; of one that others became part of, theirs too."""
        case = self.threat(threat)
        if case is None or not self.at_desk:
            return []
        found = [duty for one in self._with_it(case) for duty in self._look.all(Duty, threat=one.id)]
        return sorted(found, key=lambda one: (one.opened_at, one.id))

    def _with_it(self, case: Threat) -> list[Threat]:
        """Return a case and those that became part of it, over how many steps, which this reader may read."""
        found, left = {case.id: case}, list(case.joined.took_in)
        while left:
            one = self.threat(left.pop())
            if one is not None and one.id not in found:
                found[one.id] = one
                left += one.joined.took_in
        return list(found.values())

    def open_duties(self, until: datetime) -> list[Duty]:
        """Return the duties at which something is owed whose next moment comes before this one."""
        return [one for one in self._look.due(Duty, until) if self._may_owe(one.threat)]

    def distrusted_in(self, threat: Id) -> list[DistrustedHost]:
        """Return the hosts that nothing about a case goes through; of one that others became part of, theirs too."""
        case = self.threat(threat)
        if case is None or not self.at_desk:
            return []
        return [
            held
            for one in self._with_it(case)
            for held in self._look.all(DistrustedHost, threat=one.id, trusted_at=None)
        ]

    def duty_policy(self) -> DutyPolicy:
        """Return by which policy it is decided who is warned. Everyone may know."""
        return self._look.find(DutyPolicy, POLICY) or UNCHOSEN

    def _may_owe(self, threat: Id) -> bool:
        return self.at_desk and self.threat(threat) is not None
