"""Tending what the clock brings: windows that near their end, people who must be rung, deliveries that failed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from msgspec.structs import replace

from tocsin.answer.escalate import missed, open_watch, ring, settle, should_ring
from tocsin.answer.facts import WatchSettled, Why
from tocsin.answer.replies import Reply
from tocsin.answer.state import Watch
from tocsin.basis.errors import Broken
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.delivery.state import Batch
from tocsin.flow.answer.handing import end_wishes
from tocsin.flow.answer.knocks_due import knocked_about, knocked_for_silence, knocks_over
from tocsin.flow.delivery.deliver import Warned, find_warning, taken_back
from tocsin.flow.delivery.undelivered import Matters, matters
from tocsin.flow.each import do_all
from tocsin.flow.house import House
from tocsin.flow.people import on_duty
from tocsin.flow.threat.case_over import is_over_with_its_case, settled_with_case, waited_for
from tocsin.flow.threat.family import looked_after_in
from tocsin.flow.warning.ended import failures
from tocsin.flow.warning.followed import earlier, follower, taken_over, told_again
from tocsin.flow.warning.told_first import told_first
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning import window as windows
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.decide import WINDOW_FACTS as ALERT_FACTS
from tocsin.warning.alert.state import Alert
from tocsin.warning.deadline.decide import TENDED as DEADLINE_FACTS
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.state import Duty
from tocsin.warning.headcount.decide import WINDOW_FACTS as HEADCOUNT_FACTS
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.notice.decide import WINDOW_FACTS as NOTICE_FACTS
from tocsin.warning.notice.state import Notice
from tocsin.warning.retraction import Retraction

TOGETHER = 100  # watches that are rung about in one commit
TENDED: Mapping[type[Alert] | type[Notice] | type[Deadline] | type[Headcount], windows.Tended] = {
    Alert: ALERT_FACTS.tended,
    Notice: NOTICE_FACTS.tended,
    Deadline: DEADLINE_FACTS,
    Headcount: HEADCOUNT_FACTS.tended,
}


def tend_windows(house: House, now: datetime) -> None:
    """Ask about each window, and each other date, that nears its end, and note each that ran out."""
    with house.store.look() as look:
        due = [(facts, one) for kind, facts in TENDED.items() for one in look.due(kind, now)]
        seen = {one.id: look.version(one.id) for _, one in due}
        followed = {one.id: taken_over(look, one, now) for _, one in due if isinstance(one, Alert | Notice)}

    def tend_one(facts: windows.Tended, one: Any) -> None:
        # Followed before that was written down at once, it is neither asked about nor said to run out.
        fact = followed.get(one.id) or windows.tend(facts, one.id, one.window, now)
        if fact is not None:
            house.store.commit(
                [fact],
                at=now,
                by="tocsin",
                command=f"window:{one.id}:{seen[one.id]}",
                expect={one.id: seen[one.id]},
            )

    do_all([partial(tend_one, facts, one) for facts, one in due])


def mind_window(house: House, warning_id: Id, *, errand: int, now: datetime) -> None:
    """Ring the owner about a window, at the question and again when it ran out; stop once it is decided.

    Of a warning that another has followed, that one's window is asked about; of a second knock, that of the warning which it tells
    again, for as long as both end together: one word decides about both. What ran out is rung about up to every duty officer, and
    then ever more rarely.
    What was taken back is rung about no more, save where someone needs help or disputed it. What ran out is waited for until
    a duty officer ends its case. Whom it did not reach is rung about for as long as that matters.
    """
    with house.store.look() as look:
        warning = find_warning(look, warning_id)
        open_still = look.all(Watch, warning=warning_id, why=Why.WINDOW.value, settled_at=None)
        silent = waited_for(look, [warning_id])
        failed, how_far = failures(look, [warning]), matters(look, warning, now)
        ladder = owner_first(look, warning)
        asked = [
            watch
            for why in (Why.HANDING, Why.CODE)
            for watch in look.all(Watch, warning=warning_id, why=why.value, settled_at=None)
        ]
        replaced, with_first = follower(look, warning_id) is not None, _decided_with_first(look, warning, now)
        window = None if isinstance(warning, Advisory) else warning.window
        # What was taken back or is over is not waited for any more; a denial or a need for help still is.
        over, retraction = windows.is_over(window), taken_back(warning)
        is_ended = over or retraction is not None
        with_its_case = not is_ended and is_over_with_its_case(look, warning, now)
        # And so it is where it was told again, be it with no end of its own; and what it took the place of, about which nobody can
        # decide any more.
        again = told_again(look, warning_id) if is_ended else []
        before = [find_warning(look, one) for one in earlier(look, warning_id)] if over or with_its_case else []
        beside = [*again, *before]
        silent += waited_for(look, [one.id for one in beside])
        failed += failures(look, beside)
        ended, rests_on = end_wishes(house, look, warning_id, now) if is_ended else ([], {})
        knocks = [one for few in knocked_for_silence(look, silent).values() for one in few] if with_its_case else []
        if is_ended:
            knocks = knocked_about(look, {warning_id, *(one.id for one in beside)})
        standing_by = (*open_still, *silent, *failed, *asked)
        seen = rests_on | {
            one: look.version(one) for one in (warning_id, *(watch.id for watch in standing_by), *knocks)
        }
        place = taken_over(look, warning, now) if isinstance(warning, Alert | Notice) else None
    facts: list[Fact] = [*ended, *([place] if place is not None else [])]
    how = "replaced" if replaced and retraction is None else _how(window, retraction)
    for watch in [*open_still, *((*silent, *asked, *failed) if is_ended else ())]:
        fact = settle(watch, how, now)
        if fact is not None:
            facts.append(fact)
    facts += settled_with_case((*silent, *failed) if with_its_case else (), now)
    facts += knocks_over(knocks, "over", now)
    if not (is_ended or with_its_case):
        facts += _failed_until(house, failed, how_far, how, now)
    if window is not None and windows.is_undecided(window) and retraction is None and not (replaced or with_first):
        facts.append(
            open_watch(
                house.store.new_id(),
                warning=warning_id,
                of=warning_id,
                why=Why.WINDOW,
                ladder=ladder.undecided() if window.stands is windows.WindowStands.RAN_OUT_UNDECIDED else ladder,
                now=now,
                exercise=warning.exercise,
            )
        )
    house.store.commit(facts, at=now, by="tocsin", command=f"mind_window:{errand}", expect=seen, done=errand)


def _failed_until(house: House, failed: Sequence[Watch], how_far: Matters, how: str, now: datetime) -> Iterator[Fact]:
    """Yield what becomes of watches over a warning not having reached everyone, where it is followed, or ran out undecided.

    What matters rarely from now on is rung about once more, and then ever more rarely; who has taken it on has it still.
    """
    for watch in failed if how_far is not Matters.FULLY else ():
        if how_far is Matters.NO:
            yield WatchSettled(subject=watch.id, occurred_at=now, how=how)
        elif watch.accepted_by is None and not watch.ladder.slows:
            yield WatchSettled(subject=watch.id, occurred_at=now, how=how)
            yield open_watch(
                house.store.new_id(),
                warning=watch.warning,
                of=watch.of,
                why=Why.FAILURE,
                ladder=watch.ladder.rarely(),
                now=now,
                exercise=watch.exercise,
            )


def mind_followed(house: House, warning_id: Id, *, errand: int, now: datetime) -> None:
    """Ring nobody any more about the window of the warning that this one follows."""
    with house.store.look() as look:
        warning = find_warning(look, warning_id)
    if isinstance(warning, Advisory) or warning.follows is None:
        house.store.finish(errand)
    else:
        mind_window(house, warning.follows, errand=errand, now=now)


def _decided_with_first(look: Look, warning: Warned, now: datetime) -> bool:
    """Say whether a second knock ends with what it tells again, about which somebody can still decide, and so about both."""
    if not isinstance(warning, Notice) or warning.second_knock_of is None or warning.window is None:
        return False
    first = told_first(look, warning.second_knock_of)
    ends_with_it = first.window is not None and first.window.ends == warning.window.ends
    asked = windows.may_be_decided(first.window, now) and first.retraction is None
    return ends_with_it and asked and follower(look, first.id) is None


def _how(window: windows.Window | None, retraction: Retraction | None) -> str:
    if retraction is not None:
        return "retracted"
    if window is None:
        return ""
    return "closed_after_it_ran_out" if window.closed_at is not None else window.stands.value


def owner_first(look: Look, warning: Warned) -> Ladder:
    """Return the warning's ladder with the owner of its case in front, rung at once; without a case, its author."""
    owner = owner_of(look, warning.id)
    ladder = on_duty.ladder_of(warning)
    if owner is None or (ladder.rungs and owner in (one.to for one in ladder.rungs[0].targets)):
        return ladder.at_once()
    return replace(ladder, rungs=(Rung(to=owner, after_s=0), *ladder.rungs))


def ring_due(house: House, now: datetime) -> None:
    """Ring the next step of each watch whose time has come. Of one that fails, the others are rung first."""
    with house.store.look() as look:
        due = [watch.id for watch in look.due(Watch, now) if should_ring(watch, now)]
    do_all([partial(_ring, house, due[start : start + TOGETHER], now) for start in range(0, len(due), TOGETHER)])


def _ring(house: House, due: Sequence[Id], now: datetime) -> None:
    """Ring about some watches at once; or, where that fails, about one after the other."""
    try:
        facts: list[Fact] = []
        with house.store.look() as look:
            expect = {watch: look.version(watch) for watch in due}
            owners = cache(partial(owner_of, look))
            for watch in look.some(Watch, due).values():
                if should_ring(watch, now):  # nobody has taken it on meanwhile
                    facts += ring(watch, on_duty.whom_at_last(look, watch, owners(watch.warning), now), now)
        command = f"ring:{due[0]}:{expect[due[0]]}:{len(due)}"
        house.store.commit(facts, at=now, by="tocsin", command=command, expect=expect)
    except Exception:
        if len(due) == 1:
            raise
        do_all([partial(_ring, house, [watch], now) for watch in due])


def owner_of(look: Look, warning_id: Id) -> Id | None:
    """Return who owns the case of a warning or of a duty to warn, or a case; where there is none, who wrote the warning.

    A plea that is about no warning is nobody's.

    A case that was merged into another is looked after there.
    """
    if look.find(Reply, warning_id) is not None:
        return None
    owed = look.find(Duty, warning_id)
    threat = look.find(Threat, owed.threat if owed is not None else warning_id)
    warning = None if threat is not None or owed is not None else find_warning(look, warning_id)
    threat = threat or look.find(Threat, warning.threat if warning is not None else None)
    if threat is not None:
        return looked_after_in(look, threat).owner
    return warning.author if warning is not None else owed.owner if owed is not None else None


def mind_call(house: House, batch_id: Id, *, errand: int, now: datetime) -> None:
    """Ring the next in line where a call to one of our own did not arrive over any of its channels."""
    with house.store.look() as look:
        batch = look.get(Batch, batch_id)
        if batch.watch is None:
            raise Broken(f"Batch {batch_id} carries a call, and is about no watch.")
        watch, expect = look.get(Watch, batch.watch), {batch.watch: look.version(batch.watch)}
        same = look.all(Batch, warning=batch.warning, watch=batch.watch, step=batch.step)
        everywhere = all(one.settled_at is not None and look.lost(one.id) for one in same)
    facts = list(missed(watch, batch.step, now)) if everywhere else []
    house.store.commit(facts, at=now, by="tocsin", command=f"mind_call:{errand}", expect=expect, done=errand)
