"""Must we warn? Asking, testing, deciding, reviewing; saying that they were told; the host; and which policy holds.

What the clock and the warnings do to a duty is in owed.py.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.duty.handed import handed
from tocsin.flow.duty.owed import gone_out, tells
from tocsin.flow.duty.since_distrusted import since_distrusted
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people import on_duty as ladders
from tocsin.flow.seen import refuse_stale
from tocsin.flow.threat.dates import asked_for
from tocsin.flow.threat.distrusted import distrusted, distrusted_beside, is_distrusted, trusted_beside
from tocsin.flow.threat.family import looked_after_in, of_case, split_kin
from tocsin.flow.threat.learnt import earliest
from tocsin.flow.warning.tear_line import door_of
from tocsin.people.state import Group, Person
from tocsin.store.look import Look
from tocsin.threat.merge import as_one
from tocsin.threat.state import Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty import after, decide
from tocsin.warning.duty.facts import Distrust, DutyReopened, DutyTaken, Ended, HostDistrusted, RefusalOverturned
from tocsin.warning.duty.hours import Row, row_for
from tocsin.warning.duty.packs import pack_of
from tocsin.warning.duty.policy import POLICY, UNCHOSEN, DutyPolicy, choose_policy
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import DistrustedHost, Duty, fold_duty
from tocsin.warning.duty.test import Test
from tocsin.warning.ladder import Kind, Ladder, Rung
from tocsin.warning.notice.state import Notice

MOST_AT_ONCE = 20


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a case, and what is decided of it at once. ground: not to warn; both empty and False: nothing yet.

    who: in words; whom: ids. why: of that decision.
    """

    side: Side
    who: str = ""
    whom: tuple[Id, ...] = ()
    warn: bool = False
    ground: str = ""
    why: str = ""

    # Who is in danger belongs in no log.
    def __repr__(self) -> str:
        return f"Asked(side={self.side!r})"


def policy_of(look: Look) -> DutyPolicy:
    """Return which policy holds."""
    return look.find(DutyPolicy, POLICY) or UNCHOSEN


def usual_ladder(hours: Sequence[Row], event_at: datetime | None, now: datetime) -> Ladder:
    """Return whom to ring where no policy was named: the owner of the case, then every duty officer, and on until one has it.

    The nearer the event, the shorter the waits: everyone hears within a quarter of the time there is to decide, or of an hour, and
    once more after each quarter of that time.
    """
    quarter_s = max(60, row_for(hours, event_at, now).decide_s // 4)
    rungs = (
        Rung(to="", after_s=0, kind=Kind.OWNER),
        Rung(to=Role.DUTY_OFFICER.value, after_s=min(quarter_s, 900), kind=Kind.ROLE),
    )
    return Ladder(rungs=rungs, repeat_s=quarter_s)


# ---- asking


@once
def ask(
    house: House,
    threat_id: Id,
    sides: Sequence[Asked],
    test: Test | None = None,
    *,
    event_at: datetime | None = None,
    ladder: Ladder | None = None,
    ids: Sequence[Id] = (),
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Ask whether each of these sides must be warned, and write down what is decided of it at once.

    event_at: when it is expected; None: as the case has it. test: None: nobody has answered the questions yet.
    ids: of the duties, where they are given. Whatever of it is refused, nothing of it is written.

    Raises:
        Refused: there is no such case, a side is asked about already, or one of the decisions cannot be made so.
    """
    if not sides:
        raise Refused("Say whose warning it is about: the victim's, the host's, the public's or our own people's.")
    if len(sides) > MOST_AT_ONCE:
        raise Refused(f"These are {len(sides)} sides; {MOST_AT_ONCE} can be asked about at once.")
    with house.store.look() as look:
        desk = DutyDesk(house, look, threat_id, by, now)
        facts: list[Fact] = []
        for number, one in enumerate(sides):
            id = ids[number] if number < len(ids) else house.store.new_id()
            facts += desk.open(id, one, event_at=event_at or desk.expected, ladder=ladder)
            facts += desk.decide_at_once(id, one, test)
        facts += desk.no_double_standard(facts)
    house.store.commit(facts, at=now, by=by, command=command, expect=desk.expect, still=desk.still)


class DutyDesk:
    """What a decision about a case rests on, read once: its duties, its policy, and who decides."""

    def __init__(self, house: House, look: Look, threat_id: Id, by: Id, now: datetime) -> None:
        self._house, self.look, self._now = house, look, now
        self.by, self.roles = by, look.get(Person, by).roles
        self.threat = look.get(Threat, threat_id)
        self.policy = policy_of(look)
        self.duties = {one.id: one for one in of_case(look, threat_id)}
        self.expect: dict[Id, int] = {one: look.version(one) for one in self.duties}
        self._opened: list[Asked] = []
        self._untold: list[Duty] = []

    @property
    def expected(self) -> datetime | None:
        """Return when something is expected at the earliest."""
        return earliest(self.look, self.threat, self.duties.values(), self._now)

    def open(
        self,
        id: Id,
        one: Asked,
        *,
        event_at: datetime | None,
        ladder: Ladder | None = None,
        because_of: Id | None = None,
    ) -> list[Fact]:
        """Return what opens a duty."""
        _refuse_twice(one, self.duties.values())
        self._opened.append(one)
        ladder = ladder or usual_ladder(self.policy.hours, event_at, self._now)
        ladders.refuse_unknown(self.look, ladder)
        # Whoever is named is asked about instead of the host that the case has, be it in words.
        answers_for_it = as_one(self.threat, partial(self.look.find, Threat)).host
        host = (answers_for_it,) if one.side is Side.HOST and answers_for_it is not None and not one.who else ()
        opened = decide.ask_duty(
            id,
            self.threat.id,
            one.side,
            who=one.who,
            whom=one.whom or host,
            author=self.by,
            owner=self.threat.owner,
            roles=self.roles,
            ladder=ladder,
            hours=self.policy.hours,
            event_at=event_at,
            now=self._now,
            because_of=because_of,
            exercise=self.threat.exercise,
        )
        met, rests_on = asked_for(self.look, looked_after_in(self.look, self.threat), self.by, self._now)
        self.expect |= {id: self.look.version(id)} | rests_on
        return [self.take(id, opened), *(met if len(self._opened) == 1 else ())]

    def still(self, look: Look) -> bool:
        """Say that nobody has asked meanwhile about what is asked here, nor told any of whom it was found that none is told.

        Raises:
            Refused: somebody has.
        """
        others = [one for one in of_case(look, self.threat.id) if one.id not in self.expect] if self._opened else []
        for one in self._opened:
            _refuse_twice(one, others)
        if any(handed(look, one) for one in self._untold):
            raise Refused(decide.SOME_TOLD)
        return True

    def is_told(self, duty: Duty) -> bool:
        """Say whether some of them have been told or handed something; where none has, nobody may be until it is written."""
        told = handed(self.look, duty)
        if not told and duty.to_be_told:
            self._untold.append(duty)
        return told

    def take(self, id: Id, fact: Fact) -> Fact:
        """Let a duty be as it is after a fact."""
        self.duties[id] = fold_duty(self.duties.get(id), fact)
        return fact

    def decide_at_once(self, id: Id, one: Asked, test: Test | None) -> Iterator[Fact]:
        """Return what tests a duty and decides it."""
        if test is not None:
            duty = self.duties[id]
            yield self.take(id, decide.answer_questions(duty, test, self.by, self.roles, self._now, one.why))
        if one.warn and one.ground:
            raise Refused("Choose: to warn them, or a ground not to.")
        if one.warn:
            yield self.take(id, decide.warn_them(self.duties[id], self.by, self.roles, one.why, self._now))
        elif one.ground:
            yield self.take(id, self.refuse(id, one.ground, one.why))

    def refuse(self, id: Id, ground: str, why: str) -> Fact:
        """Return the proposal not to warn."""
        duty = self.duties[id]
        return decide.propose_refusal(
            duty,
            ground,
            why,
            pack=pack_of(self.policy.pack),
            distrusted=is_distrusted(self.look, duty),
            proposer=self.by,
            roles=self.roles,
            now=self._now,
            told=duty.to_be_told and self.is_told(duty),
        )

    def no_double_standard(self, facts: Sequence[Fact]) -> list[Fact]:
        """Return what asks about the public, anew if need be, where our own people are to be told and it is not being asked."""
        for fact in facts:
            own = self.duties.get(fact.subject)
            # Who did not agree to end it untold, or to take it back, decided nothing: it is owed as before.
            as_before = own is not None and (own.ends_untold or own.takes_back)
            warns = isinstance(fact, DutyTaken) or (isinstance(fact, RefusalOverturned) and not as_before)
            if own is not None and warns and decide.public_is_owed(own, self._alike(own)):
                over = [one for one in self.duties.values() if one.side is Side.PUBLIC]
                if over:
                    return [self.ask_again(max(over, key=lambda one: one.since), self.expected)]
                asked, id = Asked(side=Side.PUBLIC), self._house.store.new_id()
                return self.open(id, asked, event_at=self.expected, ladder=own.ladder, because_of=own.id)
        return []

    def ask_again(self, public: Duty, event_at: datetime | None) -> Fact:
        """Return what asks about the public again: what ended was decided while our own people were not to be told."""
        why = "Our own people are to be told. What is owed to the public is decided anew: no double standard."
        again = decide.reopen(
            public, event_at, hours=self.policy.hours, by=self.by, roles=self.roles, why=why, now=self._now
        )
        return self.take(public.id, again)

    def _alike(self, own: Duty) -> list[Duty]:
        # Of a case that became one with another: asked about there, it is asked about.
        return [replace(one, threat=own.threat) for one in self.duties.values()]


def _refuse_twice(one: Asked, others: Iterable[Duty]) -> None:
    for other in others:
        same = other.side is one.side and (one.side in (Side.PUBLIC, Side.OWN, Side.HOST) or other.whom == one.whom)
        if same and other.who == one.who and (one.whom or one.who or one.side not in (Side.VICTIM, Side.PROTECTOR)):
            raise Refused(
                f"It is asked about the {one.side} of this case already. Decide there, or ask it again there."
            )


# ---- deciding


def _about(
    house: House,
    duty_id: Id,
    do: Callable[["DutyDesk", Duty], Fact],
    *,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    with house.store.look() as look:
        duty = look.get(Duty, duty_id)
        refuse_stale(look, duty_id, seen, by)
        desk = DutyDesk(house, look, duty.threat, by, now)
        facts = [desk.take(duty_id, do(desk, duty))]
        more = desk.no_double_standard(facts)
        expect = desk.expect if more else {duty_id: desk.expect[duty_id]}
    house.store.commit([*facts, *more], at=now, by=by, command=command, expect=expect, still=desk.still)


@once
def answer_questions(
    house: House,
    duty_id: Id,
    test: Test,
    *,
    why: str = "",
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Answer the five questions of the test, or answer them anew: it is found or denied then as they say.

    why: what is new, where they were answered before.

    Raises:
        Refused: a no has no ground, nobody says what is new, it is over, or this person may not.
    """

    def do(desk: DutyDesk, duty: Duty) -> Fact:
        return decide.answer_questions(duty, test, by, desk.roles, now, why)

    _about(house, duty_id, do, seen=seen, by=by, command=command, now=now)


@once
def decide_one(
    house: House,
    duty_id: Id,
    asked: Asked,
    test: Test | None = None,
    *,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Decide to warn, or propose not to; the test may be answered with it. asked: what is decided, and why.

    seen: how often people had said something about it when the decider read it; None: whatever was said. So below.

    Raises:
        Refused: nothing is decided, it cannot be decided so, or somebody has changed it since.
    """
    if not (asked.warn or asked.ground):
        raise Refused("Choose: to warn them, or a ground not to.")
    with house.store.look() as look:
        refuse_stale(look, duty_id, seen, by)
        desk = DutyDesk(house, look, look.get(Duty, duty_id).threat, by, now)
        facts = list(desk.decide_at_once(duty_id, asked, test))
        more = desk.no_double_standard(facts)
        expect = desk.expect if more else {duty_id: desk.expect[duty_id]}
    house.store.commit([*facts, *more], at=now, by=by, command=command, expect=expect, still=desk.still)


@once
def review(
    house: House,
    duty_id: Id,
    *,
    agree: bool,
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Review a proposal not to warn. Who does not agree decides to warn.

    Raises:
        Refused: nothing is proposed, this person may not, or it is not any more what they read.
    """

    def do(desk: DutyDesk, duty: Duty) -> Fact:
        return decide.review_refusal(
            duty,
            agree=agree,
            why=why,
            pack=pack_of(desk.policy.pack),
            distrusted=is_distrusted(desk.look, duty),
            reviewer=by,
            roles=desk.roles,
            now=now,
            told=agree and duty.takes_back and desk.is_told(duty),
        )

    _about(house, duty_id, do, seen=seen, by=by, command=command, now=now)


@once
def retime(house: House, threat_id: Id, event_at: datetime, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Expect the event of a case at another time: the deadlines of all its open duties come closer, and none is put off.

    What was refused, or disrupted before they were told, when it was expected later is asked again.

    Raises:
        Refused: nothing is owed in this case, or this person may not.
    """
    with house.store.look() as look:
        desk = DutyDesk(house, look, threat_id, by, now)
        said: dict[str, Any] = {"hours": desk.policy.hours, "by": by, "why": why, "now": now}
        facts: list[Fact] = [
            decide.retime(one, event_at, roles=desk.roles, **said) for one in desk.duties.values() if not one.over
        ]
        if not facts:
            raise Refused("No duty to warn is open in this case, so no deadline comes closer.")
        sooner = (one for one in desk.duties.values() if decide.is_sooner(one, event_at))
        facts += [again for one in sooner if (again := decide.ask_anew(one, event_at, **said)) is not None]
    expect = {one.subject: desk.expect[one.subject] for one in facts}
    house.store.commit(facts, at=now, by=by, command=command, expect=expect)


@once
def reopen(
    house: House,
    duty_id: Id,
    event_at: datetime | None = None,
    *,
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Ask again what was refused or had ended.

    Raises:
        Refused: it is not over, or this person may not.
    """

    def do(desk: DutyDesk, duty: Duty) -> Fact:
        return decide.reopen(
            duty, event_at or desk.expected, hours=desk.policy.hours, by=by, roles=desk.roles, why=why, now=now
        )

    _about(house, duty_id, do, seen=seen, by=by, command=command, now=now)


# ---- afterwards


@once
def told_otherwise(
    house: House,
    duty_id: Id,
    how: str,
    *,
    at: datetime | None = None,
    parts: Sequence[str] = (),
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write down that they were told by another way than a warning of ours. at: when; now, if None.

    parts: who of them, by their ids, or as they are named in words; none: all who are left.

    Raises:
        Refused: it was not decided to warn them, they have been told, it is owed to no such one, or this person may not.
    """

    def do(desk: DutyDesk, duty: Duty) -> Fact:
        return after.told_otherwise(duty, how, by, desk.roles, at or now, now, parts)

    _about(house, duty_id, do, seen=seen, by=by, command=command, now=now)


@once
def name_found(
    house: House,
    duty_id: Id,
    words: str,
    whom: Sequence[Id],
    *,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write down who it is that was named in words alone. whom: people, institutions or groups here.

    Raises:
        Refused: nobody is named so, there is no such person, or whoever says it may not.
    """

    def do(desk: DutyDesk, duty: Duty) -> Fact:
        for one in whom:
            if desk.look.find(Group, one) is None:
                desk.look.get(Person, one)
        return after.name_found(duty, words, whom, by, desk.roles, now)

    _about(house, duty_id, do, seen=seen, by=by, command=command, now=now)


@once
def name_covering(
    house: House,
    duty_id: Id,
    warning_id: Id,
    *,
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say that a warning which went out before a duty was asked still tells them.

    Raises:
        Refused: it is no such warning, does not tell them or holds no more, they have been told, or this person may not.
    """

    def do(desk: DutyDesk, duty: Duty) -> Fact:
        if warning_id not in {one.id for one in covering(desk.look, duty)}:
            raise Refused(f"Warning {warning_id} does not tell them, or holds no more. Send them a new one.")
        return after.cover(duty, warning_id, by, desk.roles, why, now)

    _about(house, duty_id, do, seen=seen, by=by, command=command, now=now)


def covering(look: Look, duty: Duty) -> list[Alert | Notice]:
    """Return the warnings that went out before a duty was asked, and would tell them, if somebody says so."""
    if not duty.to_be_told:
        return []
    return [one for one in gone_out(look, duty) if tells(look, one, duty) and one.id != duty.warning]


@once
def look_again(
    house: House,
    duty_id: Id,
    until: datetime,
    *,
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write down that somebody looked and the danger goes on.

    Raises:
        Refused: they have not been told, or this person may not.
    """

    def do(desk: DutyDesk, duty: Duty) -> Fact:
        return after.look_again(duty, until, by, desk.roles, why, now)

    _about(house, duty_id, do, seen=seen, by=by, command=command, now=now)


@once
def end(
    house: House,
    duty_id: Id,
    how: Ended,
    *,
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write down what became of the danger. Disrupted before they were told, that is proposed, and another agrees to it.

    Raises:
        Refused: it is over, or they have not been told and it may yet come.
    """

    def do(desk: DutyDesk, duty: Duty) -> Fact:
        if how is Ended.DISRUPTED and duty.told_at is None:
            pack = pack_of(desk.policy.pack)
            return decide.propose_end(duty, why, pack=pack, proposer=by, roles=desk.roles, now=now)
        return after.end(duty, how, by, desk.roles, why, now)

    _about(house, duty_id, do, seen=seen, by=by, command=command, now=now)


# ---- the host


@once
def distrust(
    house: House, threat_id: Id, host: Id, why_not: Distrust, *, why: str, by: Id, command: str, now: datetime
) -> None:
    """Write down that a host may be complicit or leak: nothing about the case goes through it from now on.

    Nor about what was split off from it, or what it came out of: whoever looks after that is shown it, and may trust the host there.
    Where it had been decided to warn that host, this is decided anew; see since_distrusted().

    Raises:
        Refused: there is no such case or institution, it is distrusted already, or this person may not.
    """
    with house.store.look() as look:
        desk = DutyDesk(house, look, threat_id, by, now)
        look.get(Person, host)
        _is_trusted(look, threat_id, host)
        id, kin = house.store.new_id(), split_kin(look, threat_id)
        fact = decide.distrust_host(id, threat_id, host, why_not, why, by=by, roles=desk.roles, now=now)
        said = [fact, *distrusted_beside(look, fact, house.store.new_id)]
        again = _asked_since(look, said, now)
        expect = {one.subject: 0 for one in said} | {one: look.version(one) for one in again}

    def still(look: Look) -> bool:  # once more, while nobody else can say it, split the case, nor decide about a duty
        as_read = split_kin(look, threat_id) == kin and _asked_since(look, said, now).keys() == again.keys()
        return _is_trusted(look, threat_id, host) and as_read

    house.store.commit([*said, *again.values()], at=now, by=by, command=command, expect=expect, still=still)


def _asked_since(look: Look, said: Iterable[HostDistrusted], now: datetime) -> dict[Id, DutyReopened]:
    return {fact.subject: fact for one in said for fact in since_distrusted(look, one, now)}


def _is_trusted(look: Look, threat_id: Id, host: Id) -> bool:
    """Say that a host is not distrusted in a case.

    Raises:
        Refused: it is.
    """
    if any(one.host == host for one in distrusted(look, threat_id)):
        raise Refused("That institution is distrusted in this case already.")
    return True


@once
def trust(house: House, id: Id, *, why: str, by: Id, command: str, now: datetime) -> None:
    """Trust a host again.

    Raises:
        Refused: it is not distrusted, or this person is no duty officer.
    """
    with house.store.look() as look:
        held, seen, roles = look.get(DistrustedHost, id), look.version(id), look.get(Person, by).roles
    fact = decide.trust_host(held, why, by=by, roles=roles, now=now)
    house.store.commit([fact], at=now, by=by, command=command, expect={id: seen})


@once
def keep_distrusted(
    house: House, id: Id, beside: Sequence[Id], *, why: str, by: Id, command: str, now: datetime
) -> None:
    """Say that a host stays distrusted in a case, although it is trusted again in cases beside it.

    beside: the distrust that ended there, as far as this person was shown it.

    Raises:
        Refused: it is not distrusted, nobody trusts it there, no reason is given, or this person is no duty officer.
    """
    with house.store.look() as look:
        held, seen, door = look.get(DistrustedHost, id), look.version(id), door_of(look, by)
        asked = [one.id for one in trusted_beside(look, held) if door.threat(one.threat) is not None]
    fact = decide.keep_distrusted(held, asked, beside, why, by=by, roles=door.reader.roles, now=now)
    house.store.commit([fact], at=now, by=by, command=command, expect={id: seen})


# ---- the policy


@once
def choose(
    house: House,
    pack: str,
    hours: Sequence[Row],
    *,
    why: str,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Choose the policy by which it is decided from now on. What was decided stays as it was.

    Raises:
        Refused: there is no such pack, the deadlines have a hole, or this person is no administrator.
    """
    with house.store.look() as look:
        refuse_stale(look, POLICY, seen, by)
        roles, stands = look.get(Person, by).roles, look.version(POLICY)
    fact = choose_policy(pack, hours, why, by=by, roles=roles, now=now)
    house.store.commit([fact], at=now, by=by, command=command, expect={POLICY: stands})
