"""What waits for a person because somebody who was told of no warning lately asks for help."""

from collections.abc import Iterator

from tocsin.answer.replies import Reply
from tocsin.answer.state import Watch
from tocsin.basis.words import Words
from tocsin.store.door import Door
from tocsin.web.desk.fill.actions import TAKE_ON, keys, take_on_action
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.board import UrgentRow, UrgentWhy


def plea_rows(door: Door, names: Names, _: Words) -> Iterator[UrgentRow]:
    """Return the pleas that somebody is called about, as rows of the watch board."""
    for watch, plea in door.unsettled_pleas():
        yield plea_row(watch, plea, door, names, _)


def plea_row(watch: Watch, plea: Reply, door: Door, names: Names, _: Words) -> UrgentRow:
    """Return the row of one plea, or of many for which people are called together."""
    many = watch.of == watch.warning
    return UrgentRow(
        why=UrgentWhy.NEED_HELP,
        title=_("Several more write that they need help") if many else _("Someone writes that they need help"),
        href="/desk/replies" if many else f"/desk/replies#r-{plea.id}",
        case="",
        since=watch.opened_at,
        who="" if many else names.say(plea.person),
        escalations=len(watch.rings),
        escalated_to=names.say(watch.rings[-1].to) if watch.rings else "",
        taken_by=names.say(watch.accepted_by),
        action=take_on_action(door, watch.id, _("Take it on")) if watch.accepted_by is None else None,
        next_to=names.rung(watch.ladder.rung(watch.step), _) if watch.is_waiting else "",
        next_at=watch.due if watch.is_waiting else None,
        note=watch.notes[-1].words if watch.notes else "",
        keys=tuple(keys(watch, _, again=False)) if TAKE_ON & door.reader.roles else (),
    )
