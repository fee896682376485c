"""Whether this reader can stand by a warning now, and whether a notice that another wrote waits for their word."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.store.door import Door, Told, told_at
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.reaffirm import Upheld, refuse_reaffirming
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.states import is_sent
from tocsin.web.desk.views.warning import FollowerRow, ReaffirmView

MAY_WRITE = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})


def reaffirm_view(door: Door, told: Told, now: datetime) -> ReaffirmView | None:
    """Return what it takes to stand by a warning; None where this reader cannot, or nobody can."""
    if not isinstance(told, Alert | Notice) or not _may(door, told, now):
        return None
    return ReaffirmView(
        post_to=hrefs.reaffirm(told.id),
        languages=tuple(one.language for one in told.wordings) if isinstance(told, Alert) else ("",),
        needs_end=told.window is not None,
        confidential=isinstance(told, Notice),
    )


def _may(door: Door, told: Alert | Notice, now: datetime) -> bool:
    wanted = frozenset({Role.DUTY_OFFICER}) if isinstance(told, Notice) else MAY_WRITE
    if not wanted & door.reader.roles:
        return False
    try:
        refuse_reaffirming(
            told.id,
            gone_out=is_sent(told),
            window=told.window,
            retraction=told.retraction,
            followed_by=next((one.id for one in door.followers(told) if is_sent(one)), None),
            said=[Upheld(language="", words="-")],
            ends=now + timedelta(hours=1),
            now=now,
        )
    except Refused:
        return False
    return True


def follower_rows(door: Door, told: Told, names: Names, _: Words) -> Iterator[FollowerRow]:
    """Return the warnings that follow this one."""
    for one in door.followers(told):
        if isinstance(one, Notice) and one.stage is NoticeStage.DROPPED:
            continue
        yield FollowerRow(
            title=title(one, names, _),
            href=hrefs.warning(one.id),
            at=told_at(one),
            sent=is_sent(one),
            reaffirms=isinstance(one, Notice) or (isinstance(one, Alert) and one.reaffirms),
        )


def draft_href(told: Told) -> str:
    """Return where a notice that has not gone out is read beside what it rests on, and let out, sent or dropped."""
    if not isinstance(told, Notice) or not (_waits(told) or _unsent(told)):
        return ""
    return hrefs.notice_draft(told.id)


def waits_for(door: Door, told: Told) -> bool:
    """Say whether a notice waits for this reader's word: a duty officer's who did not write at it."""
    if not isinstance(told, Notice) or not _waits(told):
        return False
    return Role.DUTY_OFFICER in door.reader.roles and door.reader.person not in told.authors


def _waits(notice: Notice) -> bool:
    # A second knock is sent from the page of the notice that it tells again, where what it quotes is checked once more.
    return notice.stage is NoticeStage.DRAFT and notice.second_knock_of is None


def _unsent(notice: Notice) -> bool:
    return notice.stage is NoticeStage.APPROVED and notice.second_knock_of is None
