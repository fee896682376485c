"""What waits for a person about a case: its next step, its next estimate, or to ask whom to warn, by a date that nears or has passed."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tocsin.answer.state import Watch
from tocsin.basis.words import N_, Words
from tocsin.store.door import Door
from tocsin.threat.merge import steps, together
from tocsin.threat.state import Threat
from tocsin.warning.deadline.facts import DeadlineKind
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.actions import TAKE_ON, keys, take_on_action
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.board import UrgentRow, UrgentWhy


def case_step_rows(door: Door, names: Names, _: Words) -> Iterator[UrgentRow]:
    """Return what waits for a person about cases, as rows of the watch board."""
    for watch, threat in door.unsettled_cases():
        yield step_row(door, watch, threat, names, _)


SAID: Mapping[DeadlineKind, tuple[UrgentWhy, str]] = MappingProxyType(
    {
        DeadlineKind.JUDGE_AGAIN: (UrgentWhy.JUDGE_AGAIN, N_("Judge it again: an indicator was newly met")),
        DeadlineKind.MUST_WARN: (UrgentWhy.MUST_WARN, N_("Nobody has asked whether we must warn")),
    }
)
"""What is to be done by the dates of a case that are not those of its next step."""


def step_row(door: Door, watch: Watch, threat: Threat, names: Names, _: Words) -> UrgentRow:
    """Return the row of one watch over a case."""
    deadline = door.case_date(watch)
    kind = deadline.deadline_kind if deadline is not None else DeadlineKind.NEXT_STEP
    step = next(iter(steps(together(threat, door.threat))), None) if kind not in SAID else None
    why, words = SAID.get(kind, (UrgentWhy.STEP_DUE, N_("Judge it again: an indicator was newly met")))
    return UrgentRow(
        why=why,
        title=_(words) if step is None else step.what,
        href=hrefs.duties(threat.id) if kind is DeadlineKind.MUST_WARN else hrefs.case(threat.id),
        case=threat.title,
        since=watch.opened_at,
        until=deadline.window.ends if deadline is not None else None,
        who=names.say(threat.owner if step is None else step.owner),
        escalations=len(watch.rings),
        escalated_to=names.say(watch.rings[-1].to) if watch.rings else "",
        taken_by=names.say(watch.accepted_by),
        action=take_on_action(door, watch.id, _("Take it on")) if watch.accepted_by is None else None,
        next_to=names.rung(watch.ladder.rung(watch.step), _) if watch.is_waiting else "",
        next_at=watch.due if watch.is_waiting else None,
        note=watch.notes[-1].words if watch.notes else "",
        keys=tuple(keys(watch, _, again=False))[-2:] if TAKE_ON & door.reader.roles else (),
    )
