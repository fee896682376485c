"""Whether anybody to whom a duty to warn is owed has been told or handed something: it cannot be taken back then that they are warned."""

from collections.abc import Iterable, Iterator

from tocsin.basis.ids import Id
from tocsin.flow.duty.owed_to import all_of
from tocsin.flow.threat.distrusted import insiders
from tocsin.flow.threat.family import family
from tocsin.flow.warning.audience import named
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.duty.facts import DutyCovered, DutyDelivered, DutyPartTold, DutyServed
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty
from tocsin.warning.notice.state import Notice, NoticeStage


def handed(look: Look, duty: Duty) -> bool:
    """Say whether some of them have been told or handed something, or are about to be: also before it was last asked again.

    A warning counts that names one of them, whoever else it names and whatever became of it.
    """
    if look.last_fact(duty.id, DutyServed, DutyCovered, DutyDelivered, DutyPartTold) is not None:
        return True
    return any(_may_tell(look, one, duty) for one in _leaving(look, duty))


def _leaving(look: Look, duty: Duty) -> Iterator[Alert | Notice]:
    """Yield every warning of its case, and of those that became one with it, that was let out. A drill tells of nothing."""
    for threat in sorted(family(look, duty.threat)):
        every: list[Alert | Notice] = [*look.all(Notice, threat=threat), *look.all(Alert, threat=threat)]
        yield from (one for one in every if _was_let_out(one) and (duty.exercise or not one.exercise))


def _was_let_out(warning: Alert | Notice) -> bool:
    """Say whether a warning has gone out, or is approved and may go at any moment."""
    if warning.stage in (NoticeStage.SENT, AlertStage.ISSUED):
        return True
    # Taken back before it left, it is handed to nobody.
    return warning.stage in (NoticeStage.APPROVED, AlertStage.APPROVED) and warning.retraction is None


def _may_tell(look: Look, warning: Alert | Notice, duty: Duty) -> bool:
    if duty.side is Side.PUBLIC:
        return isinstance(warning, Alert)
    if duty.side is Side.OWN and not duty.whom:
        return True  # whoever it names may be one of ours
    addressed = {*named(look, warning), *getattr(warning, "groups", ())}
    return not _all(look, addressed).isdisjoint(_all(look, duty.whom))


def _all(look: Look, whom: Iterable[Id]) -> set[Id]:
    """Return these, who belongs to them as to a group, and who can be told there."""
    return {person for one in whom for person in (one, *all_of(look, one), *insiders(look, one))}
