"""Who decided what on which grounds, and who was called: the two lists that say that nothing happened by itself."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.words import N_, Words
from tocsin.store.door import Door, Told
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.facts import AlertApproved
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty.pack import BELOW_THRESHOLD
from tocsin.warning.duty.packs import PACKS
from tocsin.warning.notice.facts import NoticeApproved
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.window import Window, WindowStands
from tocsin.web.desk.fill.duty_over import what_was_over
from tocsin.web.desk.fill.followed import Followed
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.rows import DecisionRow, EscalationRow
from tocsin.web.wording import BELOW_WORDS

ENDINGS = {
    WindowStands.EXTENDED: N_("The window is extended"),
    WindowStands.WITHDRAWN: N_("The warning is withdrawn"),
    WindowStands.STOOD_DOWN: N_("The warning is stood down"),
}
CLOSINGS = {
    "stand_down": N_("The warning is stood down, after it had run out"),
    "withdraw": N_("The warning is withdrawn, after it had run out"),
}


def _alone(told: Alert | Notice, _: Words) -> str:
    """Say that a warning went out by one person's word alone, and why; nothing, where a second person read it."""
    if not told.break_glass:
        return ""
    if isinstance(told, Alert):
        return _("Break-glass: sent by one person alone.")
    by_one = told.approver in told.authors
    what = (
        _("Break-glass: sent by one person alone.") if by_one else _("Break-glass: sent before everybody had agreed.")
    )
    return f"{what} {told.glass_why}".strip()


def decision_rows(door: Door, followed: Followed, names: Names, _: Words) -> Iterator[DecisionRow]:
    """Return the decisions about one warning, or about not giving one."""
    told = followed.told
    if isinstance(told, Notice):
        yield _duty(told, names, _)
        if told.grounds is not None:
            grounds = f"{what_was_over(door, told, _)} {told.grounds.why}".strip()
            yield _row(told.grounds.at, told.grounds.by, _("Tell them all the same"), grounds, names)
        if told.dropped_at is not None:
            what = _("Not to send it: %(title)s", title=followed.title)
            yield _row(told.dropped_at, told.dropped_by, what, told.dropped_why, names)
    approved = _approved_at(door, told)
    if approved is not None and not isinstance(told, Notice | Alert):
        grounds = door.why_level(told) if isinstance(told, Advisory) else ""
        yield _row(approved, told.approver, _("Publish: %(title)s", title=followed.title), grounds, names)
    elif approved is not None and isinstance(told, Notice | Alert):
        grounds = _alone(told, _) or _("Written by %(author)s, read by a second person.", author=names.say(told.author))
        yield _row(approved, told.approver, _("Let it go out: %(title)s", title=followed.title), grounds, names)
    retraction = told.retraction if isinstance(told, Alert | Notice) else None
    if retraction is not None:
        what = _("Taken back, a false alarm: %(headline)s", headline=followed.title)
        yield _row(retraction.at, retraction.retracted_by, what, retraction.wordings[0].words, names)
    elif isinstance(told, Advisory) and told.retraction is not None:
        what, why = _("Withdrawn: %(title)s", title=followed.title), told.retraction.wordings[0].words
        yield _row(told.retraction.at, told.retraction.retracted_by, what, why, names)
    elif followed.window is not None:
        yield from _ending(followed.window, followed.title, names, _)


def _duty(notice: Notice, names: Names, _: Words) -> DecisionRow:
    if notice.stage is NoticeStage.WAIVED:
        what = _("Not to tell")
    elif notice.recipients:
        what = _("Tell %(whom)s", whom=names.several(notice.recipients, _))
    else:
        what = _("Tell those in danger")
    grounds = f"{notice.why} {_ground(notice.ground_not_to, _)}".strip()
    return _row(notice.decided_at, notice.decider, what, grounds, names)


def _ground(name: str, _: Words) -> str:
    """Return a ground not to tell in words; what was decided before grounds were the policy pack's, as it was written."""
    if name == BELOW_THRESHOLD:
        return _(BELOW_WORDS)
    known = {one.name: one.words for pack in PACKS.values() for one in pack.grounds}
    return _(known[name]) if name in known else name


def _approved_at(door: Door, told: Told) -> datetime | None:
    match told:
        case Alert():
            return door.occurred(AlertApproved, told)
        case Notice():
            return door.occurred(NoticeApproved, told)
        case Advisory():
            return told.issued_at
    return told.published_at


def _ending(window: Window, title: str, names: Names, _: Words) -> Iterator[DecisionRow]:
    if window.decided_at is not None and window.stands in ENDINGS:
        what = _("%(what)s: %(title)s", what=_(ENDINGS[window.stands]), title=title)
        yield _row(window.decided_at, window.decided_by, what, window.why, names)
    if window.stands is WindowStands.RAN_OUT_UNDECIDED:
        what = _("The stated period ended, and nobody had decided: %(title)s", title=title)
        yield DecisionRow(at=window.ends, by=_("nobody"), what=what, grounds=_("No all-clear was given."))
    if window.closed_at is not None:
        what = _("%(what)s: %(title)s", what=_(CLOSINGS[window.closed_how]), title=title)
        yield _row(window.closed_at, window.closed_by, what, window.closed_why, names)


def _row(at: datetime, by: str | None, what: str, grounds: str, names: Names) -> DecisionRow:
    return DecisionRow(at=at, by=names.say(by), what=what, grounds=grounds, role=names.role(by))


def escalation_rows(followed: Followed, names: Names, _: Words) -> Iterator[EscalationRow]:
    """Return the calls that were made about one warning, and who took them on; calls to the same person as one row."""
    names.learn(ring.to for watch in followed.watches for ring in watch.rings)
    for watch in followed.watches:
        what = about(watch, followed, names, _)
        for to, rings in groupby(watch.rings, key=lambda ring: ring.to):
            at = [ring.at for ring in rings]
            yield EscalationRow(
                at=at[0],
                of=what if len(at) == 1 else _("%(what)s, %(n)s times", what=what, n=len(at)),
                to=names.say(to),
                why=watch.why.value,
                accepted_at=watch.accepted_at,
                accepted_by=names.say(watch.accepted_by),
            )


def about(watch: Watch, followed: Followed, names: Names, _: Words) -> str:
    """Say whom or what a watch is about."""
    if watch.why is Why.WINDOW:
        return _("the window of “%(title)s”", title=followed.title)
    if watch.of == watch.warning:
        return followed.title
    return names.say(watch.of)
