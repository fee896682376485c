"""Headcounts: asked, asked again of the silent, counted, and filled in from wardens' lists."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.answer.facts import AnswerKind, AnswerTold, Heard
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.answer import hear
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.warning import warn
from tocsin.flow.warning.audience import is_addressee
from tocsin.people.state import Group, Person
from tocsin.people.warden import WardenNamed, WardenRelieved, Wardenship
from tocsin.store.look import Look
from tocsin.warning import window as windows
from tocsin.warning.alert.state import Alert
from tocsin.warning.headcount.decide import MAY_ASK, WINDOW_FACTS, ask_headcount, print_sheet
from tocsin.warning.headcount.facts import HeadcountBegun
from tocsin.warning.headcount.state import Headcount


@once
def begin(house: House, asked: HeadcountBegun, *, by: Id, command: str, now: datetime) -> None:
    """Ask who is safe. Of one that follows an alert, case and ladder are the alert's, where it names none itself.

    Raises:
        Refused: nobody is asked or would be rung, another asks in this one's name, or there is one of that id.
    """
    warn.refuse_other_hand(asked.subject, asked.author, by)
    with house.store.look() as look:
        look.refuse_taken(Headcount, asked.subject)
        if asked.follows is not None:
            asked = _following(look.get(Alert, asked.follows), asked)
        roles = look.get(Person, by).roles
        warn.refuse_deaf_ladder(look, asked.subject, asked.ladder)
    if asked.ask_ahead_s is None:
        asked = msgspec.structs.replace(asked, ask_ahead_s=house.ask_ahead_s)
    house.store.commit([ask_headcount(asked, roles)], at=now, by=by, command=command)


def _following(alert: Alert, asked: HeadcountBegun) -> HeadcountBegun:
    if alert.issued_at is None:
        raise Refused(f"Alert {alert.id} has not gone out, so nobody was told of it. Issue it, or name whom to ask.")
    ladder = asked.ladder if asked.ladder.rungs else alert.ladder
    return msgspec.structs.replace(
        asked, threat=asked.threat or alert.threat, ladder=ladder, exercise=asked.exercise or alert.exercise
    )


@once
def decide(
    house: House,
    headcount_id: Id,
    decision: str,
    *,
    why: str,
    ends: datetime | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Decide what becomes of a headcount: extend it, end it (stand_down), or withdraw it.

    Raises:
        Refused: nothing can be decided about it any more.
    """
    with house.store.look() as look:
        headcount, seen = look.get(Headcount, headcount_id), look.version(headcount_id)
    fact = windows.decide(WINDOW_FACTS, headcount_id, headcount.window, decision, by, why, now, ends)
    house.store.commit([fact], at=now, by=by, command=command, expect={headcount_id: seen})


# ---- wardens


@once
def name_warden(
    house: House,
    warden: Id,
    *,
    group: Id | None = None,
    persons: Sequence[Id] = (),
    wardenship: Id | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Make someone responsible for a group, or for some people. wardenship: the id of that; None: a new one.

    Raises:
        Refused: they are nobody here, or there is nobody to be responsible for.
    """
    with house.store.look() as look:
        if look.get(Person, warden).forgotten:
            raise Refused("Whoever was forgotten looks after nobody.")
        if group is not None:
            look.get(Group, group)
    if group is None and not persons:
        raise Refused("Name the group, or the people, whom the warden looks after.")
    fact = WardenNamed(
        subject=wardenship or house.store.new_id(),
        occurred_at=now,
        warden=warden,
        group=group,
        persons=tuple(persons),
    )
    house.store.commit([fact], at=now, by=by, command=command, expect={fact.subject: 0})


@once
def relieve_warden(house: House, wardenship: Id, *, by: Id, command: str, now: datetime) -> None:
    """Make someone responsible no longer.

    Raises:
        Refused: they are not.
    """
    with house.store.look() as look:
        held, seen = look.get(Wardenship, wardenship), look.version(wardenship)
    if not held.held:
        raise Refused("That warden was relieved already.")
    fact = WardenRelieved(subject=wardenship, occurred_at=now)
    house.store.commit([fact], at=now, by=by, command=command, expect={wardenship: seen})


def looked_after(look: Look, headcount: Headcount) -> dict[Id, dict[Id, Id]]:
    """Return by each warden whom of those who were asked they look after, and on whose own list each of these stands.

    Who looks after another warden looks after that one's people too, down to the last: a floor's wardens bring their lists to
    the house's, who brings in all of them.
    """
    own: dict[Id, dict[Id, None]] = {}
    held = look.all(Wardenship, held=True)
    members = look.each_members(list(dict.fromkeys(one.group for one in held if one.group)))
    for one in held:
        mine = [*one.persons, *(members[one.group] if one.group else ())]
        own.setdefault(one.warden, {}).update(dict.fromkeys(mine))
    told = look.told_among(headcount.id, {person for people in own.values() for person in people}) if own else set()
    found = {warden: _down_from(warden, own) for warden in own}
    kept = {warden: {one: by for one, by in people.items() if one in told} for warden, people in found.items()}
    return {warden: people for warden, people in kept.items() if people}


def _down_from(warden: Id, own: Mapping[Id, Iterable[Id]]) -> dict[Id, Id]:
    """Return everyone whom a warden looks after, with the warden nearest to them; two who look after each other end nowhere."""
    found: dict[Id, Id] = {}
    wardens = {warden: None}
    for one in (line := [warden]):
        for person in own[one]:
            found.setdefault(person, one)
            if person in own and person not in wardens:
                wardens[person] = None
                line.append(person)
    return found


@once
def note_printed(house: House, headcount_id: Id, warden: Id, *, by: Id, command: str, now: datetime) -> None:
    """Write down that a warden's list goes on paper: whoever sees it sees where people are.

    Raises:
        Refused: this person may not, or nobody is on it.
    """
    with house.store.look() as look:
        headcount, seen = look.get(Headcount, headcount_id), look.version(headcount_id)
        count, roles = len(looked_after(look, headcount).get(warden, {})), look.get(Person, by).roles
    fact = print_sheet(headcount, warden, count, by, roles, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={headcount_id: seen})


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """What a warden ticked of someone, and wrote beside it."""

    answer: AnswerKind
    words: str = ""


@once
def enter_sheet(
    house: House,
    headcount_id: Id,
    warden: Id,
    ticked: Mapping[Id, Ticked],
    *,
    at: datetime,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Enter what a warden brought back on paper, in one go. at: when they had gone round.

    Of whoever was forgotten since the list was printed nothing is kept, and the others are entered.

    Raises:
        Refused: this person may not, nothing was ticked, somebody on it was not asked, or that moment is still to come.
    """
    with house.store.look() as look:
        headcount, roles = look.get(Headcount, headcount_id), look.get(Person, by).roles
        speaker = str(look.get(Person, warden).name)
        known = look.some(Person, tuple(ticked))
        kept = {one: tick for one, tick in ticked.items() if one not in known or not known[one].forgotten}
        strangers = [one for one in kept if not is_addressee(look, headcount, one)]
        if not MAY_ASK & set(roles):
            raise Refused("What a warden brings back is entered by an officer.")
        if not ticked:
            raise Refused("Nothing is ticked on this list; nothing was entered.")
        if strangers:
            raise Refused(f"{strangers[0]} was not asked in this headcount. Nothing was entered.")
        if at > now:
            raise Refused(f"{at:%Y-%m-%d %H:%M} UTC is still to come. Say when the warden had gone round.")
        if not kept:
            raise Refused("Whoever is ticked on this list has been forgotten meanwhile; nothing was entered.")
        facts: list[Fact] = []
        opened = hear.Opened()
        for person, tick in kept.items():
            facts.append(
                AnswerTold(
                    subject=house.store.new_id(),
                    occurred_at=at,
                    warning=headcount_id,
                    recipient=person,
                    answer=tick.answer,
                    heard=Heard.PAPER,
                    speaker=speaker,
                    words=tick.words,
                    recorder=by,
                )
            )
            facts += hear.called_for(house, look, headcount_id, person, tick.answer, now, said_at=at, opened=opened)
    house.store.commit(facts, at=now, by=by, command=command)
