"""Looking after a case: what it is about, who is behind it, what is open, whose next step it is, and its end.

Each of these changes the dates of the case with it, in one commit: see dates.py.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role, may_read
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people import on_duty
from tocsin.flow.seen import SHOWS, refuse_stale
from tocsin.flow.threat.dates import after, dates_of
from tocsin.flow.threat.family import looked_after_with
from tocsin.flow.threat.fitting import proposed_from_before
from tocsin.flow.threat.learnt import reach_duties
from tocsin.flow.warning.tear_line import door_of
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.threat import casework
from tocsin.threat.casework import look_by, look_sooner
from tocsin.threat.facts import Confidence
from tocsin.threat.merge import answer_steps
from tocsin.threat.particulars import Particulars
from tocsin.threat.state import Actor, Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import HOLDS

Decide = Callable[[Threat], Sequence[Fact]]
OFFICERS = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})

STILL_OWED = {
    "decide": ("is not decided", "Decide whether to warn them"),
    "review": ("waits to be reviewed", "Have the proposal not to warn them reviewed"),
    "have_it_read": (
        "is not met: what lies with them they have not read",
        "Read it to them, and write down that you did",
    ),
    "tell": ("is not met: they have not been told", "Warn them, or write down how they were told"),
}
"""What keeps a case from being ended while it is owed, and what is done about it. Who has been told may be listened to after."""

HIDDEN = "Something about this case is not settled that you may not read. Have it ended by somebody who may read more."

OWED_TO = {
    Side.VICTIM: "the victim",
    Side.PROTECTOR: "who answers for their safety",
    Side.HOST: "the authorities of the place",
    Side.PUBLIC: "the public",
    Side.OWN: "our own people",
}


def change(
    house: House,
    threat_id: Id,
    decide: Decide,
    *,
    by: Id,
    command: str,
    now: datetime,
    how: str = "done",
    why: str = "",
    check: Callable[[Look, Threat], None] | None = None,
    fit: bool = False,
    also: Callable[[Look, Threat], Sequence[Fact]] | None = None,
    shows: str = "",
    seen: int | None = None,
) -> None:
    """Do something about a case, and make its dates those that it has then.

    also: what comes true of those looked after with it.

    shows, seen: the form by which it is done, and what that had seen (see flow/seen.py).
    Where it has it then that something happens sooner, the next look at it and the duties to warn have less time, too;
    and what was refused is asked again (see learnt.py).

    how, why: what became of a date that it has no more. check: refuses what the case alone does not show, and looks once more
    while nobody else can commit. fit: it is about something else then, and incidents are looked for that fit it now.

    Raises:
        Refused: there is no such case, or it does not allow it.
    """
    with house.store.look() as look:
        threat, stood = look.get(Threat, threat_id), look.version(threat_id)
        refuse_stale(look, threat_id, seen, by, SHOWS.get(shows, ()))
        _allows(check, look, threat)
        facts = list(decide(threat))
        stands, others = after(threat, facts), list(also(look, threat)) if also is not None else []
        moved = (threat.begins, threat.ends) != (stands.begins, stands.ends)
        if moved and (sooner_look := look_sooner(stands, by, now)) is not None:
            facts.append(sooner_look)
            stands = after(stands, [sooner_look])
        dated, rests_on = dates_of(house, look, stands, how, others=others, by=by, why=why, now=now)
        found = proposed_from_before(look, stands, now) if fit and stands.is_open else []
        reached = reach_duties(look, threat, stands, by, now)
        expect = rests_on | {threat_id: stood} | {one.subject: look.version(one.subject) for one in (*others, *reached)}
    still = lambda look: _allows(check, look, threat)  # noqa: E731
    every = [*facts, *others, *dated, *found, *reached]
    house.store.commit(every, at=now, by=by, command=command, expect=expect, still=still)


def _allows(check: Callable[[Look, Threat], None] | None, look: Look, threat: Threat) -> bool:
    if check is not None:
        check(look, threat)
    return True


@once
def describe_case(
    house: House,
    threat_id: Id,
    *,
    title: str,
    targets: Sequence[str],
    host: Id | None,
    begins: datetime | None,
    ends: datetime | None,
    particulars: Particulars,
    zone: str = "",
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write down anew what a case is about.

    Raises:
        Refused: there is no such case or host, it is over, nothing has changed, or what is written cannot be.
    """

    def check(look: Look, _threat: Threat) -> None:
        if host is not None:
            look.get(Person, host)

    def decide(threat: Threat) -> list[Fact]:
        described = casework.describe(
            threat,
            title=title,
            targets=targets,
            host=host,
            begins=begins,
            ends=ends,
            particulars=particulars,
            zone=zone,
            by=by,
            why=why,
            now=now,
        )
        return [described]

    change(
        house, threat_id, decide, shows="describe", seen=seen, by=by, command=command, now=now, check=check, fit=True
    )


@once
def attribute(
    house: House,
    threat_id: Id,
    actor: Id,
    confidence: Confidence,
    why: str,
    *,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say how sure we are that an actor is behind a case.

    Raises:
        Refused: there is no such case or actor, it is over, no reason is given, or somebody said so of an actor since.
    """

    def check(look: Look, _threat: Threat) -> None:
        look.get(Actor, actor)

    decide: Decide = lambda threat: [casework.attribute(threat, actor, confidence, by, why, now)]  # noqa: E731
    change(
        house, threat_id, decide, shows="attribute", seen=seen, by=by, command=command, now=now, check=check, fit=True
    )


@once
def drop_actor(house: House, threat_id: Id, actor: Id, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Take an actor off a case.

    Raises:
        Refused: it is not on it, the case is over, or no reason is given.
    """
    decide: Decide = lambda threat: [casework.drop_actor(threat, actor, by, why, now)]  # noqa: E731
    change(house, threat_id, decide, by=by, command=command, now=now)


@once
def raise_question(
    house: House, threat_id: Id, question: Id, words: str, *, by: Id, command: str, now: datetime
) -> None:
    """Write down what is not known about a case.

    Raises:
        Refused: there is no such case, it is over, or nothing is asked.
    """
    decide: Decide = lambda threat: [casework.raise_question(threat, question, words, by, now)]  # noqa: E731
    change(house, threat_id, decide, by=by, command=command, now=now)


@once
def close_question(
    house: House, threat_id: Id, question: Id, answer: str, *, by: Id, command: str, now: datetime
) -> None:
    """Write down what was found out, or why it is asked no more.

    Raises:
        Refused: there is no such question, it was closed before, or nothing is said.
    """
    decide: Decide = lambda threat: [casework.close_question(threat, question, answer, by, now)]  # noqa: E731
    change(house, threat_id, decide, by=by, command=command, now=now)


@once
def set_next_step(
    house: House,
    threat_id: Id,
    what: str,
    owner: Id,
    by_when: datetime,
    *,
    done: str = "",
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say what is done next about a case, by whom and by when. That answers what was to be done about each looked after with it.

    Raises:
        Refused: there is no such case or person, it is over, or the date is none.
    """

    def decide(threat: Threat) -> list[Fact]:
        return [casework.set_next_step(threat, what, owner, by_when, done=done, by=by, now=now)]

    def also(look: Look, threat: Threat) -> list[Fact]:
        return answer_steps(threat, partial(look.find, Threat), done, by, now)

    change(
        house,
        threat_id,
        decide,
        also=also,
        shows="step",
        seen=seen,
        by=by,
        command=command,
        now=now,
        why=done,
        check=_known(owner),
    )


@once
def hand_over(
    house: House, threat_id: Id, owner: Id, why: str, *, seen: int | None = None, by: Id, command: str, now: datetime
) -> None:
    """Give a case another owner.

    Raises:
        Refused: there is no such case or person, it is over, or theirs already.
    """
    decide: Decide = lambda threat: [casework.hand_over(threat, owner, by, why, now)]  # noqa: E731
    change(house, threat_id, decide, shows="hand_over", seen=seen, by=by, command=command, now=now, check=_known(owner))


def refuse_unfit(look: Look, person: Id, mark: Mark, readers: Collection[Id]) -> None:
    """Stop a case, or its next step, from being given at the desk to somebody who cannot see to it.

    mark: of the case. readers: whom it names.

    Raises:
        Refused: they are no officer, or may not read it.
    """
    known = look.find(Person, person)
    roles = frozenset(known.roles) if known is not None else frozenset[Role]()
    reader = Reader(person=person, roles=roles, cleared_to=known.cleared_to if known is not None else Mark.CLEAR)
    if not roles & OFFICERS or not may_read(reader, mark, frozenset(readers)):
        raise Refused("Only an officer who may read this case can look after it. Choose somebody else.")


def _known(person: Id) -> Callable[[Look, Threat], None]:
    return lambda look, _threat: on_duty.refuse_strangers(look, [person] if person else [])


@once
def close_case(
    house: House, threat_id: Id, why: str, *, seen: int | None = None, by: Id, command: str, now: datetime
) -> None:
    """End a case.

    Raises:
        Refused: there is no such case, it is over, no reason is given, a warning about it still holds, or somebody is owed one.
    """
    decide: Decide = lambda threat: [casework.close(threat, by, why, now)]  # noqa: E731
    change(
        house,
        threat_id,
        decide,
        shows="close",
        seen=seen,
        by=by,
        command=command,
        now=now,
        how="ended",
        why=why,
        check=partial(_refuse_unsettled, by),
    )


def _refuse_unsettled(by: Id, look: Look, threat: Threat) -> None:
    """Stop a case from being ended under a warning that people act upon or are owed, be it of a case looked after with it.

    Raises:
        Refused: one holds, or is owed. Of one that whoever ends it may not read it is said neither which nor until when.
    """
    ids, door = sorted(looked_after_with(look, threat)), door_of(look, by)
    told: list[Alert | Notice] = []
    for id in ids:
        told += [*look.all(Alert, threat=id), *look.all(Notice, threat=id)]
    for one in told:
        went_out = one.issued_at if isinstance(one, Alert) else one.sent_at
        window = one.window
        holds = window is not None and window.stands in HOLDS and window.followed_at is None
        if went_out is not None and window is not None and holds and one.retraction is None:
            if not door.may(one):
                raise Refused(HIDDEN)
            raise Refused(
                f"Warning {one.id} about this case holds until {window.ends:%Y-%m-%d %H:%M} UTC. "
                "Decide about its window first."
            )
    for owed in (one for id in ids for one in look.all(Duty, threat=id, order="opened_at") if one.owed in STILL_OWED):
        if door.duty(owed.id) is None:
            raise Refused(HIDDEN)
        stands, first = STILL_OWED[owed.owed]
        raise Refused(f"Duty {owed.id}, to {OWED_TO[owed.side]}, {stands}. {first}, then end the case.")


@once
def reopen_case(
    house: House,
    threat_id: Id,
    why: str,
    *,
    by_when: datetime | None = None,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Open a case again that had been ended. by_when: when its owner looks at it; as look_by() has it, if None.

    Raises:
        Refused: there is no such case, it is open, no reason is given, or the date is none.
    """

    def decide(threat: Threat) -> Sequence[Fact]:
        return casework.reopen(threat, by_when or look_by(threat.begins, threat.ends, now), by, why, now)

    change(house, threat_id, decide, shows="reopen", seen=seen, by=by, command=command, now=now, fit=True)
