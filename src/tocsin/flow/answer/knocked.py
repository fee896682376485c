"""When an institution is to be knocked at again: it denied a warning, or was silent for as long as it was to be waited for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.answer.escalate import open_watch
from tocsin.answer.facts import AnswerKind, Why
from tocsin.answer.institution.decide import KNOCKED_FOR, raise_knock
from tocsin.answer.institution.facts import KnockRaised, KnockWhy
from tocsin.answer.institution.state import Knock
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.answer.knocks_due import knocked_for_silence, knocks_over
from tocsin.flow.answer.overtaken import HOW as FOLLOWED
from tocsin.flow.answer.overtaken import overtaken, settled_by_the_later
from tocsin.flow.house import House
from tocsin.flow.people.on_duty import everyone
from tocsin.people.facts import PersonKind
from tocsin.people.state import Person
from tocsin.store.institutions import heard_from
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.notice.state import Notice


def owner_of(look: Look, warning: Id, recipient: Id) -> Id | None:
    """Return the owner of the case of a notice to an institution, or of an alert that names it; None for anything else."""
    told, known = look.find(Notice, warning) or look.find(Alert, warning), look.find(Person, recipient)
    if told is None or known is None or known.person_kind is not PersonKind.ORGANISATION:
        return None
    if isinstance(told, Alert) and recipient not in told.persons:  # of a group, or of the public
        return None
    threat = look.find(Threat, told.threat)
    return None if threat is None else threat.owner


def open_knocks(look: Look, warning: Id, recipient: Id) -> list[Knock]:
    """Return the knocks that wait: neither sent nor dropped."""
    found = [one for one in look.all(Knock, warning=warning) if one.recipient == recipient and one.dropped_at is None]
    sent = look.some(Notice, sorted({one.notice for one in found if one.notice is not None}))
    return [one for one in found if one.notice not in sent or sent[one.notice].sent_at is None]


def knocked_for(
    house: House, look: Look, warning: Id, recipient: Id, answer: AnswerKind, since: datetime
) -> Sequence[KnockRaised]:
    """Return that an institution is to be knocked at again because of its answer, if it is."""
    why = KNOCKED_FOR.get(answer)
    return () if why is None else _raised(house, look, warning, recipient, why, since)


def _raised(
    house: House, look: Look, warning: Id, recipient: Id, why: KnockWhy, since: datetime
) -> Sequence[KnockRaised]:
    owner = owner_of(look, warning, recipient)
    if owner is None:
        return ()
    fact = raise_knock(
        house.store.new_id(),
        warning=warning,
        recipient=recipient,
        why=why,
        owner=owner,
        since=since,
        before=open_knocks(look, warning, recipient),
    )
    return () if fact is None else (fact,)


def raise_silence(house: House, watch_id: Id, /, *, errand: int, now: datetime) -> None:
    """Have an institution knocked at again that was silent until somebody had to be rung; the owner is rung, too.

    About what the warning follows nobody is rung any more because of the same silence.
    """
    with house.store.look() as look:
        watch, seen = look.get(Watch, watch_id), look.version(watch_id)
        before = overtaken(look, watch)
        expect = {watch_id: seen} | {one.id: look.version(one.id) for one in before}
        raised: list[Fact] = []
        silent = _silent(look, watch) if watch.why is Why.SILENCE and watch.settled_at is None else []
        for one in silent if watch.rings else []:
            raised += _raised(house, look, watch.warning, one, KnockWhy.SILENCE, watch.rings[0].at)
        owner = next((owner_of(look, watch.warning, one) for one in silent), None)
        is_rung = owner is None or owner in everyone(look, watch.ladder, owner, now)
        knocks = [one for few in knocked_for_silence(look, before).values() for one in few]
        expect |= {one: look.version(one) for one in knocks}
    facts = [*settled_by_the_later(before, now), *knocks_over(knocks, FOLLOWED, now), *raised]
    if not facts:
        house.store.finish(errand)
        return
    if raised and owner is not None and not is_rung:
        facts.append(
            open_watch(
                house.store.new_id(),
                warning=watch.warning,
                of=watch.of,
                why=Why.SILENCE,
                ladder=Ladder(rungs=(Rung(to=owner, after_s=0),), repeat_s=watch.ladder.repeat_s),
                now=now,
                exercise=watch.exercise,
            )
        )
    command = f"raise_silence:{errand}"
    house.store.commit(facts, at=now, by="tocsin", command=command, expect=expect, done=errand)


def _silent(look: Look, watch: Watch) -> list[Id]:
    """Return whose silence a watch rings about; where some answers of all suffice and did not come, all who gave none."""
    if watch.of != watch.warning:
        return [watch.of]
    notice, alert = look.find(Notice, watch.warning), look.find(Alert, watch.warning)
    named = notice.recipients if notice is not None else alert.persons if alert is not None else ()
    alone = {one.of for one in look.all(Watch, warning=watch.warning, why=Why.SILENCE.value)}
    asked = [one for one in named if one not in alone and owner_of(look, watch.warning, one) is not None]
    heard = heard_from(look, watch.warning) if asked else set()
    return [one for one in asked if one not in heard]


def knock_delays(look: Look) -> list[timedelta]:
    """Return how long it took from each denial, or silence due, to the second knock that went out for it."""
    knocks = [one for one in look.all(Knock) if one.notice is not None]
    notices = look.some(Notice, sorted({one.notice for one in knocks if one.notice is not None}))
    sent = [(one, notices[one.notice].sent_at) for one in knocks if one.notice in notices]
    return [at - one.since for one, at in sent if at is not None]
