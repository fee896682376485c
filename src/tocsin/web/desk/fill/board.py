"""The watch board: what waits for a person, soonest first, then the cases."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind, Why
from tocsin.answer.state import Watch
from tocsin.basis.words import Words
from tocsin.store.door import Call, Door, Told
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import HOLDS, Window, WindowStands
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.actions import TAKE_ON, keys, take_on_action
from tocsin.web.desk.fill.case_steps import case_step_rows
from tocsin.web.desk.fill.duties import duty_rows
from tocsin.web.desk.fill.followed import sent_at
from tocsin.web.desk.fill.headcounts import headcount_rows
from tocsin.web.desk.fill.lists import MOST, case_of, case_rows
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.pleas import plea_rows
from tocsin.web.desk.fill.rota_ends import rota_ends
from tocsin.web.desk.fill.words_due import words_due
from tocsin.web.desk.views.board import UrgentRow, UrgentWhy, WatchBoard
from tocsin.web.desk.views.shell import Shell

REASONS = {
    Why.SILENCE: UrgentWhy.UNANSWERED,
    Why.DENIAL: UrgentWhy.DISPUTED,
    Why.FAILURE: UrgentWhy.FAILED,
    Why.HELP: UrgentWhy.NEED_HELP,
    Why.UNREAD: UrgentWhy.UNREAD,
    Why.CODE: UrgentWhy.CODE,
    Why.HANDING: UrgentWhy.HANDING,
}


def watch_board(door: Door, shell: Shell, _: Words) -> WatchBoard:
    """Return what waits for a person, what waits for our word, and the cases."""
    return WatchBoard(
        shell=replace(shell, section="watch"),
        urgent=urgent_rows(door, shell.now, _),
        deaf=_deaf(door),
        words=tuple(words_due(door, _)),
        ending=rota_ends(door, shell.now),
        cases=case_rows(door, door.cases(MOST), _),
    )


def _deaf(door: Door) -> tuple[str, ...]:
    """Return who was rung about what nobody has taken on, and has no contact point: the ladder went on, and no bell rang."""
    watches = [
        *(watch for watch, _told in door.unsettled()),
        *(watch for watch, _asked in door.unsettled_headcounts()),
        *(watch for watch, _threat in door.unsettled_cases()),
        *(watch for watch, _owed in door.unsettled_duties()),
        *(watch for watch, _plea in door.unsettled_pleas()),
    ]
    rung = sorted({ring.to for watch in watches if watch.accepted_by is None for ring in watch.rings})
    called = door.on_duty(lambda look: {address.person for _order, address in look.addresses(rung)}) if rung else set()
    if called is None:
        return ()
    names = Names(door)
    names.learn(deaf := [one for one in rung if one not in called])
    return tuple(sorted(names.say(one) for one in deaf))


def waiting(door: Door) -> int:
    """Count what waits for a person and has nobody yet: the number in the menu."""
    return (
        door.untaken()
        + sum(watch.accepted_by is None for watch, _asked in door.unsettled_headcounts())
        + sum(watch.accepted_by is None for watch, _threat in door.unsettled_cases())
        + sum(watch.accepted_by is None for watch, _owed in door.unsettled_duties())
        + sum(watch.accepted_by is None for watch, _plea in door.unsettled_pleas())
        + sum(not one.taken for one in door.calls())
    )


def urgent_rows(door: Door, now: datetime, _: Words) -> tuple[UrgentRow, ...]:
    """Return what waits: first what nobody has taken on, of that a need for help, then what runs out soonest."""
    names = Names(door)
    pairs = [(watch, told) for watch, told in _open(door) if not _is_over(door, watch, told)]
    names.learn(id for watch, _told in pairs for id in (watch.of, watch.accepted_by, *(r.to for r in watch.rings)))
    rows = [row_of(door, watch, told, names, _) for watch, told in pairs]
    rows += list(_blind(door, _))
    rows += list(headcount_rows(door, names, _))
    rows += list(case_step_rows(door, names, _))
    rows += list(duty_rows(door, names, now, _))
    rows += list(plea_rows(door, names, _))
    return tuple(sorted(rows, key=_rank))


def _open(door: Door) -> list[tuple[Watch, Told]]:
    """Return the watches that are not settled; of several about one thing, the one that nobody has taken on."""
    found: dict[tuple[str, str, str], tuple[Watch, Told]] = {}
    for watch, told in sorted(door.unsettled(), key=lambda pair: pair[0].accepted_by is not None):
        found.setdefault((watch.warning, watch.of, watch.why.value), (watch, told))
    return list(found.values())


def _rank(row: UrgentRow) -> tuple[bool, bool, datetime, str]:
    runs_out = row.until or (row.next_at if row.why is UrgentWhy.UNANSWERED else None)
    return (bool(row.taken_by), row.why is not UrgentWhy.NEED_HELP, runs_out or row.since, row.href)


def _is_over(door: Door, watch: Watch, told: Told) -> bool:
    """Say whether a person has taken it on and nothing is left to do: the case is judged, or the help has come."""
    if watch.accepted_by is None:
        return False
    outcome = door.outcome(told.threat) if told.threat else None
    if outcome is not None and outcome.judged_at is not None:
        return True
    return watch.why is Why.HELP and door.said_last(told, watch.of) not in (None, AnswerKind.NEED_HELP)


def _window(told: Told) -> Window | None:
    return told.window if isinstance(told, Alert | Notice) else None


def _dated(door: Door, watch: Watch, told: Told) -> Window | None:
    """Return the window, or the other date, that a watch is about."""
    if watch.why is Why.DEADLINE:
        deadline = door.deadline(told)
        return deadline.window if deadline is not None else None
    return _window(told) if watch.why is Why.WINDOW else None


def row_of(door: Door, watch: Watch, told: Told, names: Names, _: Words) -> UrgentRow:
    """Return the row of one watch."""
    window = _dated(door, watch, told)
    ran_out = window is not None and window.stands is WindowStands.RAN_OUT_UNDECIDED
    silent = watch.why is Why.SILENCE
    rung = watch.rings[-1].to if watch.rings else None
    acts = TAKE_ON & door.reader.roles
    return UrgentRow(
        why=_why(door, watch, told, ran_out=ran_out),
        title=title(told, names, _),
        href=hrefs.warning(told.id),
        case=case_of(door, told.threat)[0],
        since=sent_at(told) or watch.opened_at if silent else window.ends if window and ran_out else watch.opened_at,
        until=window.ends if window else None,
        who=_of(watch, names, _),
        escalations=len(watch.rings),
        escalated_to=names.say(rung),
        taken_by=names.say(watch.accepted_by),
        action=take_on_action(door, watch.id, _("Take it on")) if watch.accepted_by is None else None,
        next_to=names.rung(watch.ladder.rung(watch.step), _) if watch.is_waiting and watch.ladder.rungs else "",
        next_at=watch.due if watch.is_waiting else None,
        held=watch.held_until is not None,
        note=watch.notes[-1].words if watch.notes else "",
        keys=tuple(keys(watch, _, again=may_send_again(watch, told))) if acts else (),
    )


def _of(watch: Watch, names: Names, _: Words) -> str:
    if watch.of != watch.warning:
        return names.say(watch.of)
    return _("many of those who were told") if watch.why in (Why.DENIAL, Why.HELP) else ""


def _why(door: Door, watch: Watch, told: Told, *, ran_out: bool) -> UrgentWhy:
    if watch.why is Why.DENIAL and door.said_last(told, watch.of) is AnswerKind.DISMISSED:
        return UrgentWhy.DISMISSED
    return REASONS.get(watch.why, UrgentWhy.UNDECIDED if ran_out else UrgentWhy.RUNNING_OUT)


def may_send_again(watch: Watch, told: Told) -> bool:
    """Say whether what a watch is about can be sent again to whoever is silent."""
    window = _window(told)
    holds = window is None or window.stands in HOLDS
    retracted = isinstance(told, Alert | Notice) and told.retraction is not None
    return watch.why is Why.SILENCE and holds and not retracted


def _blind(door: Door, _: Words) -> Iterator[UrgentRow]:
    """Return what the reader was called about and may not read: that it waits, and nothing else."""
    for call in door.calls():
        if not call.taken:
            yield _blind_row(door, call, _)


def _blind_row(door: Door, call: Call, _: Words) -> UrgentRow:
    return UrgentRow(
        why=UrgentWhy.UNANSWERED,
        title=_("Something confidential waits for you. Ask who called you."),
        href="/desk",
        case="",
        since=call.since,
        action=take_on_action(door, call.watch, _("Take it on")),
    )
