"""By when something about a warning is to be done, whether that was missed, and whether this reader can do it."""

from tocsin.basis.marking import Role
from tocsin.store.door import Door
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.deadline.facts import DeadlineKind
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.followed import Followed
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.warning import DeadlineView


def deadline_view(door: Door, followed: Followed, names: Names) -> DeadlineView | None:
    """Return the date of a warning that is not settled, if it has one."""
    deadline, told = followed.deadline, followed.told
    if deadline is None:
        return None
    return DeadlineView(
        ends_at=deadline.window.ends,
        is_review=deadline.deadline_kind is DeadlineKind.REVIEW,
        missed=deadline.missed,
        asked=deadline.waits,
        post_to=hrefs.look_again(told.id) if _may(door, told) else "",
        last_at=deadline.window.decided_at,
        last_by=names.say(deadline.window.decided_by),
        last_why=deadline.window.why,
    )


def _may(door: Door, told: object) -> bool:
    if isinstance(told, Advisory):
        return Role.DUTY_OFFICER in door.reader.roles
    readers = told.readers if isinstance(told, Notice) else ()
    return door.reader.person in readers and bool({Role.DUTY_OFFICER, Role.WATCH_OFFICER} & door.reader.roles)
