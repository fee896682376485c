"""Fills what lets an officer record an answer that was told to them."""

from tocsin.basis.marking import Role
from tocsin.store.door import Door
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill.followed import Everyone, Followed
from tocsin.web.desk.views.warning import TellView

OFFICERS = frozenset({Role.DUTY_OFFICER, Role.WATCH_OFFICER})
MOST_LISTED = 300


def tell_view(door: Door, followed: Followed) -> TellView | None:
    """Return the form, where the reader may record answers, the warning went out, and somebody can have told them."""
    if (
        not isinstance(followed.told, Alert | Notice)
        or followed.sent_at is None
        or not OFFICERS & set(door.reader.roles)
    ):
        return None
    persons = [one for each in followed.addressees if not isinstance(each.persons, Everyone) for one in each.persons]
    listed = list(dict.fromkeys(persons)) if len(persons) <= MOST_LISTED else []
    names = door.people(listed)
    who = sorted(((one, names[one].name) for one in listed if one in names), key=lambda both: both[1].casefold())
    return TellView(post_to=f"/desk/warnings/{followed.told.id}/told", who=tuple(who))
