"""What became of a warning in others: the one that follows it, and the second knocks by which it was told again."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.flow.warning.audience import Warned, parts_of
from tocsin.store.look import Look
from tocsin.warning.alert.facts import AlertFollowed
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.notice.facts import NoticeFollowed
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.window import is_followed_in_time


def follower(look: Look, warning: Id) -> Id | None:
    """Return the warning that has gone out and follows another, if there is one."""
    alerts = [one.id for one in look.all(Alert, follows=warning) if one.stage is AlertStage.ISSUED]
    notices = [one.id for one in look.all(Notice, follows=warning) if one.stage is NoticeStage.SENT]
    return next(iter([*alerts, *notices]), None)


def taken_over(look: Look, warning: Alert | Notice, now: datetime) -> AlertFollowed | NoticeFollowed | None:
    """Return that a warning which held has been followed by another of its kind, if that is not written down yet."""
    newer: Sequence[tuple[Id, datetime | None]]
    if isinstance(warning, Alert):
        newer = [(one.id, one.issued_at) for one in look.all(Alert, follows=warning.id)]
    else:
        newer = [(one.id, one.sent_at) for one in look.all(Notice, follows=warning.id)]
    kind = AlertFollowed if isinstance(warning, Alert) else NoticeFollowed
    in_time = [id for id, out in newer if out is not None and is_followed_in_time(warning.window, out)]
    return kind(subject=warning.id, occurred_at=now, followed_by=in_time[0]) if in_time else None


def asks_all(later: Warned, before: Warned) -> bool:
    """Say whether a warning is addressed to all to whom another was."""
    return all(whom <= more for whom, more in zip(_addressed(before), _addressed(later), strict=True))


def _addressed(warning: Warned) -> tuple[frozenset[object], ...]:
    """Return whom a warning names, of which groups, and in which parts; these may be of its own areas."""
    people = frozenset((*getattr(warning, "recipients", ()), *getattr(warning, "persons", ())))
    parts = frozenset((part, getattr(warning, "areas", ())) for part in parts_of(warning))
    return people, frozenset(getattr(warning, "groups", ())), parts


def told_again(look: Look, warning: Id) -> list[Notice]:
    """Return the second knocks of a warning that have gone out, and those of the ones that it follows; of each, what stands last.

    Whoever ends a warning ends what was told again of it: it is the same, to the same institution, by another way.
    """
    knocks = [one for told in [warning, *earlier(look, warning)] for one in look.all(Notice, second_knock_of=told)]
    last = [stands_now(look, one) for one in knocks if one.stage is NoticeStage.SENT]
    return [one for one in last if isinstance(one, Notice)]


def earlier(look: Look, warning: Id) -> list[Id]:
    """Return the warnings that one follows, over how many steps, the latest first."""
    chain = [warning]
    while (then := _follows(look, chain[-1])) is not None and then not in chain:
        chain.append(then)
    return chain[1:]


def _follows(look: Look, warning: Id) -> Id | None:
    told = look.find(Alert, warning) or look.find(Notice, warning)
    return None if told is None else told.follows


def stands_now(look: Look, warning: Alert | Notice) -> Alert | Notice:
    """Return what stands in a warning's place: the last of those that follow it one after the other, or itself."""
    id = warning.id
    while (newer := follower(look, id)) is not None:
        id = newer
    return look.find(Alert, id) or look.find(Notice, id) or warning
