"""One thing that waits for a person: how to reach whom it waits for, what was done about it, and what comes next."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.answer.escalate import ring
from tocsin.answer.facts import WatchHeld, WatchRang, Why
from tocsin.answer.replies import Reply
from tocsin.answer.state import Watch, fold_watch
from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.flow.people import on_duty
from tocsin.flow.tend import owner_of
from tocsin.flow.threat.case_over import HOW as CASE_ENDED
from tocsin.people.state import Contact
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.headcount.state import Headcount
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.actions import TAKE_ON
from tocsin.web.desk.fill.board import may_send_again, row_of
from tocsin.web.desk.fill.case_steps import step_row
from tocsin.web.desk.fill.duties import duty_row
from tocsin.web.desk.fill.headcounts import may_ask_again, urgent_row
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.pleas import plea_row
from tocsin.web.desk.fill.ways import way
from tocsin.web.desk.views.board import PolicyChoice, SilentRow, StepRow, UrgentRow, WatchPage
from tocsin.web.desk.views.shell import Shell

MOST_SILENT = 50
AHEAD = 5  # steps that follow, if nobody takes it on


def watch_page(door: Door, id: Id, shell: Shell, _: Words) -> WatchPage | None:
    """Return what waits, or None: there is no such watch that the reader may follow."""
    counted = door.headcount_watch(id)
    if counted is not None:
        return _of_a_headcount(door, *counted, shell, _)
    about_case = door.case_watch(id)
    if about_case is not None:
        watch, threat = about_case
        names = Names(door)
        return _page(door, watch, step_row(door, watch, threat, names, _), ([], 0), names, shell, _)
    owed = door.duty_watch(id)
    if owed is not None:
        names = Names(door)
        return _page(door, owed[0], duty_row(door, *owed, names, shell.now, _), ([], 0), names, shell, _)
    plea = door.plea_watch(id)
    if plea is not None:
        return _of_a_plea(door, *plea, shell, _)
    found = door.watch(id)
    if found is None:
        return None
    watch, told = found
    names = Names(door)
    silent, count = door.silent(told, watch.of, MOST_SILENT)
    if not silent and watch.of != watch.warning and not names.is_group(watch.of):
        silent, count = [watch.of], 1  # who denies it, or needs help, has answered, and is to be reached all the same
    acts = bool(TAKE_ON & door.reader.roles)
    page = _page(door, watch, row_of(door, watch, told, names, _), (silent, count), names, shell, _)
    return replace(
        page,
        silent=_rows(silent, door.ways_to(told, silent), door.need_a_voice(silent), names),
        may_send_again=may_send_again(watch, told),
        answer_href=f"{hrefs.warning(told.id)}#h-tell" if acts and silent else "",
    )


def _of_a_headcount(door: Door, watch: Watch, asked: Headcount, shell: Shell, _: Words) -> WatchPage:
    names = Names(door)
    silent, count = [watch.of], 1
    if watch.of == watch.warning:
        silent = door.silent_in(asked, MOST_SILENT) if watch.why is Why.SILENCE else []
        count = door.headcount_of(asked).silent if silent else 0
    page = _page(door, watch, urgent_row(door, watch, asked, names, _), (silent, count), names, shell, _)
    return replace(
        page,
        silent=_rows(silent, door.reached_by(silent), door.need_a_voice(silent), names),
        may_send_again=may_ask_again(watch, asked),
    )


def _of_a_plea(door: Door, watch: Watch, plea: Reply, shell: Shell, _: Words) -> WatchPage:
    names = Names(door)
    givers = [plea.person, *plea.others] if watch.of != watch.warning else []
    page = _page(door, watch, plea_row(watch, plea, door, names, _), (givers, len(givers)), names, shell, _)
    return replace(page, silent=_rows(givers, door.ways_back(plea), door.need_a_voice(givers), names))


def _page(
    door: Door,
    watch: Watch,
    row: UrgentRow,
    waited_for: tuple[list[Id], int],
    names: Names,
    shell: Shell,
    _: Words,
) -> WatchPage:
    silent, count = waited_for
    names.learn([*silent, *(one.by for one in watch.notes), *(one.to for one in watch.rings)])
    return WatchPage(
        shell=replace(shell, section="watch"),
        id=watch.id,
        row=row,
        more=max(count - len(silent), 0),
        steps=(*_done(watch, names, _), *_ahead(door, watch, names, _)),
        policies=tuple(PolicyChoice(id=one.id, name=one.name) for one in door.policies()),
        may_act=bool(TAKE_ON & door.reader.roles) and watch.settled_at is None,
    )


def _rows(
    persons: Sequence[Id], ways: Mapping[Id, Sequence[Contact]], voices: Collection[Id], names: Names
) -> tuple[SilentRow, ...]:
    return tuple(
        SilentRow(
            name=names.say(person),
            ways=tuple(way(one) for one in ways.get(person, ())),
            voice_first=person in voices,
        )
        for person in persons
    )


def _done(watch: Watch, names: Names, _: Words) -> Iterator[StepRow]:
    """Return what was done, oldest first."""
    rows = [StepRow(at=one.at, done=True, what=_("%(who)s was called", who=names.say(one.to))) for one in watch.rings]
    rows += [
        StepRow(at=one.at, done=True, what=_("%(who)s noted", who=names.say(one.by)), words=one.words)
        for one in watch.notes
    ]
    if watch.accepted_at is not None:
        who = names.say(watch.accepted_by)
        rows.append(
            StepRow(at=watch.accepted_at, done=True, what=_("%(who)s took it on", who=who), words=watch.accepted_words)
        )
    if watch.settled_at is not None:
        with_case = watch.settled_how == CASE_ENDED
        what = _("Its case is over: nobody waits for it any more") if with_case else _("It was settled")
        rows.append(StepRow(at=watch.settled_at, done=True, what=what))
    yield from sorted(rows, key=lambda row: row.at)


def _ahead(door: Door, watch: Watch, names: Names, _: Words) -> Iterator[StepRow]:
    """Return what follows, if nobody answers and nobody takes it on: by the rules by which it will happen."""
    for _step in range(AHEAD):
        if watch.due is None or not watch.ladder.rungs:
            return
        at = watch.due
        facts = ring(watch, _whom(door, watch, at), at)
        for fact in facts:
            watch = fold_watch(watch, fact)
        match facts[0]:
            case WatchRang():
                names.learn(fact.to for fact in facts if isinstance(fact, WatchRang))
                who = ", ".join(names.say(fact.to) for fact in facts if isinstance(fact, WatchRang))
                yield StepRow(at=at, done=False, what=_("%(who)s is called", who=who))
            case WatchHeld():
                yield StepRow(at=at, done=False, what=_("Quiet hours: it waits for their end"))
            case _passed:
                yield StepRow(at=at, done=False, what=_("Nobody is on duty: passed over at once"))


def _whom(door: Door, watch: Watch, at: datetime) -> list[Id]:
    def found(look: Look) -> list[Id]:
        return on_duty.whom_at_last(look, watch, owner_of(look, watch.warning), at)

    return door.on_duty(found) or []
