"""Deciding about a duty to warn: asking, testing, warning, proposing not to, and reviewing that.

To warn takes one duty officer's word; not to warn takes two people, the second of them a duty officer, and a written reason. So
does an end before they were told, because the danger was disrupted, and to take back that they are warned, because of a test that
was answered anew.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning.duty.facts import (
    Distrust,
    DutyOpened,
    DutyReopened,
    DutyRetimed,
    DutyTaken,
    DutyTested,
    HostDistrusted,
    HostKeptDistrusted,
    HostTrusted,
    RefusalOverturned,
    RefusalProposed,
    RefusalUpheld,
)
from tocsin.warning.duty.hours import Row, deadlines
from tocsin.warning.duty.pack import BELOW_THRESHOLD, DISRUPTED, Pack, ground_of
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import BEEN_TOLD, OVER, UNDECIDED, DistrustedHost, Duty, Stage
from tocsin.warning.duty.test import Test, duty_found, refuse_groundless
from tocsin.warning.ladder import Ladder, refuse_ladder

OFFICERS = frozenset({Role.DUTY_OFFICER, Role.WATCH_OFFICER})
LONGEST = 4_000  # characters of a reason
SOME_TOLD = "Some of them have been told or handed something, so it stays decided that they are warned."


def ask_duty(
    duty: Id,
    threat: Id,
    side: Side,
    *,
    who: str = "",
    whom: Sequence[Id] = (),
    author: Id,
    owner: Id,
    roles: Collection[Role],
    ladder: Ladder,
    hours: Sequence[Row],
    event_at: datetime | None,
    now: datetime,
    because_of: Id | None = None,
    exercise: bool = False,
) -> DutyOpened:
    """Ask whether a side must be warned; from now on the time runs.

    Raises:
        Refused: this person may not, nobody says who it is, or nobody would be rung about it.
    """
    _refuse_no_officer(author, roles)
    if side not in (Side.PUBLIC, Side.OWN) and not (who.strip() or whom):
        raise Refused(f"Say who the {side} is, in words or by their id: a duty is owed to somebody.")
    refuse_ladder(duty, ladder)
    by = deadlines(hours, event_at, now)
    return DutyOpened(
        subject=duty,
        occurred_at=now,
        threat=threat,
        side=side,
        who=who[:LONGEST],
        whom=tuple(whom),
        author=author,
        owner=owner,
        ladder=ladder,
        decide_by=by.decide_by,
        deliver_by=by.deliver_by,
        decide_s=by.decide_s,
        deliver_s=by.deliver_s,
        event_at=event_at,
        because_of=because_of,
        exercise=exercise,
    )


def answer_questions(
    duty: Duty, test: Test, tester: Id, roles: Collection[Role], now: datetime, why: str = ""
) -> DutyTested:
    """Answer the five questions, or answer them anew. why: what is new, where they were answered before.

    Raises:
        Refused: this person may not, it is over, a no has no ground, or nobody says what is new.
    """
    _refuse_no_officer(tester, roles)
    _refuse_over(duty)
    if duty.test is not None:
        _refuse_no_reason(why)
    else:
        why = ""
    return DutyTested(subject=duty.id, occurred_at=now, test=refuse_groundless(test), tester=tester, why=why)


def warn_them(duty: Duty, decider: Id, roles: Collection[Role], why: str, now: datetime) -> DutyTaken:
    """Decide to warn. That may be decided although the test finds no duty, and while not to warn is proposed.

    Raises:
        Refused: the decider is no duty officer, it is decided already, the test is missing, or no reason is given.
    """
    _refuse_no_duty_officer(decider, roles)
    _refuse_decided(duty)
    _refuse_untested(duty)
    _refuse_no_reason(why)
    return DutyTaken(subject=duty.id, occurred_at=now, decider=decider, why=why)


def propose_refusal(
    duty: Duty,
    ground: str,
    why: str,
    *,
    pack: Pack,
    distrusted: bool,
    proposer: Id,
    roles: Collection[Role],
    now: datetime,
    told: bool = False,
) -> RefusalProposed:
    """Propose not to warn. It decides nothing: the time runs on until a second person has reviewed it.

    Also where it was decided to warn: if the test, answered anew since, says no, and none of them has been told anything.

    ground: of the policy pack, or below_threshold. distrusted: whoever it is owed to is, as a host; see is_distrusted().
    told: some of them have been told or handed something; see handed().

    Raises:
        Refused: it is no ground, doubt is resolved toward warning, the test is missing, no reason is given, or it stays decided.
    """
    _refuse_no_officer(proposer, roles)
    _refuse_over(duty)
    _refuse_proposed(duty)
    test = _refuse_untested(duty)
    if duty.stage not in UNDECIDED:
        _refuse_to_take_back(duty, ground, told=told)
    _refuse_no_reason(why)
    if ground != BELOW_THRESHOLD:
        ground_of(pack, ground, duty.side, distrusted=distrusted)
    elif duty_found(test):
        raise Refused(
            "No question of the test is answered with no, so it is not below the threshold: a doubt is resolved toward warning."
        )
    return RefusalProposed(subject=duty.id, occurred_at=now, proposer=proposer, ground=ground, pack=pack.name, why=why)


def propose_end(
    duty: Duty, why: str, *, pack: Pack, proposer: Id, roles: Collection[Role], now: datetime
) -> RefusalProposed:
    """Propose to end a duty untold, because the danger was disrupted. It ends nothing: the time runs on until another agrees.

    Raises:
        Refused: it is over, they have been told, something is proposed already, this person may not, or no reason is given.
    """
    _refuse_no_duty_officer(proposer, roles)
    _refuse_over(duty)
    _refuse_no_reason(why)
    if duty.stage in BEEN_TOLD:
        raise Refused("They have been told, so one duty officer ends it.")
    _refuse_proposed(duty)
    return RefusalProposed(
        subject=duty.id, occurred_at=now, proposer=proposer, ground=DISRUPTED, pack=pack.name, why=why
    )


def review_refusal(
    duty: Duty,
    *,
    agree: bool,
    why: str,
    pack: Pack,
    distrusted: bool,
    reviewer: Id,
    roles: Collection[Role],
    now: datetime,
    told: bool = False,
) -> RefusalUpheld | RefusalOverturned:
    """Review what was proposed: agree that they are not warned, or decide that they are.

    Of an end before they were told, and where it was decided to warn: agree to it; or what was owed before is owed again.

    pack: the one that holds now. distrusted: whoever it is owed to still is, as a host. told: some of them have been told or
    handed something by now.

    Raises:
        Refused: nothing is proposed, the reviewer proposed it or is no duty officer, no reason is given, or what was its ground
            is none any more.
    """
    _refuse_no_duty_officer(reviewer, roles)
    if duty.stage is not Stage.REVIEW or duty.refusal is None:
        raise Refused("Nobody proposes not to warn them, so there is nothing to review.")
    if agree and duty.refusal.proposer == reviewer:
        raise Refused("Whoever proposed it does not agree to it as well. Ask another duty officer.")
    if agree and duty.refusal.ground == BELOW_THRESHOLD and duty.test is not None and duty_found(duty.test):
        # Its questions can be answered anew while it waits for its reviewer.
        raise Refused("No question of the test is answered with no any more: a doubt is resolved toward warning.")
    if agree and duty.takes_back and (told or not duty.none_told):
        raise Refused(f"{SOME_TOLD} Do not agree, and tell the others, too, what is known now.")
    if agree and duty.refusal.ground not in (BELOW_THRESHOLD, DISRUPTED):
        ground_of(pack, duty.refusal.ground, duty.side, distrusted=distrusted)
    _refuse_no_reason(why)
    kind = RefusalUpheld if agree else RefusalOverturned
    return kind(subject=duty.id, occurred_at=now, reviewer=reviewer, why=why)


def retime(
    duty: Duty,
    event_at: datetime | None,
    *,
    hours: Sequence[Row],
    by: Id,
    roles: Collection[Role],
    why: str,
    now: datetime,
) -> DutyRetimed:
    """Expect the event at another time. Deadlines come closer with that, and are never put off.

    Raises:
        Refused: this person may not, it is over, or no reason is given.
    """
    _refuse_no_officer(by, roles)
    _refuse_over(duty)
    _refuse_no_reason(why)
    return _retimed(duty, event_at, hours, by, why, now)


def follow_case(
    duty: Duty, event_at: datetime | None, *, hours: Sequence[Row], by: Id, why: str, now: datetime
) -> DutyRetimed | None:
    """Let a duty follow its case, which has it now that something happens sooner. That it comes later takes somebody's word.

    Whoever writes the case anew says when; it is not asked whether they may decide about the duty.
    """
    sooner = is_sooner(duty, event_at)
    return _retimed(duty, event_at, hours, by, why, now) if sooner and not duty.over else None


def is_sooner(duty: Duty, event_at: datetime | None) -> bool:
    """Say whether that is sooner than it was expected, or is known where nobody knew."""
    return event_at is not None and (duty.event_at is None or event_at < duty.event_at)


def _retimed(
    duty: Duty, event_at: datetime | None, hours: Sequence[Row], by: Id, why: str, now: datetime
) -> DutyRetimed:
    fresh, sooner = deadlines(hours, event_at, now), is_sooner(duty, event_at)
    anew = sooner and duty.stage in BEEN_TOLD
    return DutyRetimed(
        subject=duty.id,
        occurred_at=now,
        event_at=event_at,
        decide_by=min(fresh.decide_by, duty.decide_by),
        # Who has been told is told this too: by when, was not set before.
        deliver_by=fresh.deliver_by if anew else min(fresh.deliver_by, duty.deliver_by),
        decide_s=min(fresh.decide_s, duty.decide_s),
        deliver_s=min(fresh.deliver_s, duty.deliver_s),
        retimed_by=by,
        why=why,
        sooner=sooner,
    )


def reopen(
    duty: Duty,
    event_at: datetime | None,
    *,
    hours: Sequence[Row],
    by: Id,
    roles: Collection[Role],
    why: str,
    now: datetime,
) -> DutyReopened:
    """Ask again what was refused, or had ended, because something is known that was not.

    Raises:
        Refused: this person may not, it is not over, or no reason is given.
    """
    _refuse_no_officer(by, roles)
    if duty.stage not in OVER:
        raise Refused("It is being asked already.")
    _refuse_no_reason(why)
    return _asked_again(duty, event_at, hours, by, why, now)


def ask_anew(
    duty: Duty, event_at: datetime | None, *, hours: Sequence[Row], by: Id, why: str, now: datetime
) -> DutyReopened | None:
    """Ask again what was refused, or ended as disrupted before they were told, because something was learnt of the case since.

    Whoever writes down what was learnt is not asked whether they may decide about the duty. event_at: of the case; where the
    duty had it sooner, that is kept.
    """
    if not duty.left_unwarned:
        return None
    return _asked_again(duty, _sooner_of(duty, event_at, now), hours, by, why, now)


def ask_since_distrusted(
    duty: Duty,
    said: HostDistrusted,
    event_at: datetime | None,
    *,
    contacts: Collection[Id],
    hours: Sequence[Row],
    now: datetime,
) -> DutyReopened | None:
    """Ask again whether a host is warned itself, where that was decided before it came to be distrusted, and it has not been told.

    Not where others are still to be told with it: nobody's warning waits for that. contacts: who can be told at the host.
    """
    there = {said.host, *contacts}
    alone = said.host in duty.left_whom and there.issuperset(duty.left_whom) and not duty.left_words
    if not duty.to_be_told or not alone:
        return None
    asked = _asked_again(duty, _sooner_of(duty, event_at, now), hours, said.distrusted_by, said.why, now)
    return replace(asked, distrust=said.subject)


def _sooner_of(duty: Duty, event_at: datetime | None, now: datetime) -> datetime | None:
    """Return when it is expected: as the case has it, or as the duty has, where that is sooner and not past."""
    known = [one for one in (event_at, duty.event_at) if one is not None and (one is event_at or one > now)]
    return min(known, default=None)


def _asked_again(
    duty: Duty, event_at: datetime | None, hours: Sequence[Row], by: Id, why: str, now: datetime
) -> DutyReopened:
    fresh = deadlines(hours, event_at, now)
    return DutyReopened(
        subject=duty.id,
        occurred_at=now,
        decide_by=fresh.decide_by,
        deliver_by=fresh.deliver_by,
        decide_s=fresh.decide_s,
        deliver_s=fresh.deliver_s,
        event_at=event_at,
        author=by,
        why=why,
    )


# ---- no double standard


def public_is_owed(decided: Duty, of_case: Iterable[Duty]) -> bool:
    """Say whether the public's risk must be asked about now: our own people are told, and it is not being asked.

    What was decided and is over was decided before that was known.

    Source: 7 FAM 052, Department of State: no double standard.
    """
    return decided.side is Side.OWN and not any(
        one.side is Side.PUBLIC and not one.over for one in of_case if one.threat == decided.threat
    )


def public_is_owed_beside(own: Collection[Id], of_case: Iterable[Duty]) -> bool:
    """Say whether the public's risk must be asked about because a notice tells these of our own people.

    Not where that is being asked, or our own people are told under a duty of theirs: then it was asked with that.
    """
    asked = any(
        not one.over if one.side is Side.PUBLIC else one.side is Side.OWN and (one.to_be_told or one.stage in BEEN_TOLD)
        for one in of_case
    )
    return bool(own) and not asked


# ---- the host


def distrust_host(
    id: Id, threat: Id, host: Id, distrust: Distrust, why: str, *, by: Id, roles: Collection[Role], now: datetime
) -> HostDistrusted:
    """Write down that a host may be complicit or leak: nothing about the case goes through it.

    Raises:
        Refused: this person may not, or no reason is given.
    """
    _refuse_no_officer(by, roles)
    _refuse_no_reason(why)
    return HostDistrusted(
        subject=id, occurred_at=now, threat=threat, host=host, distrust=distrust, distrusted_by=by, why=why
    )


def trust_host(held: DistrustedHost, why: str, *, by: Id, roles: Collection[Role], now: datetime) -> HostTrusted:
    """Trust a host again. Any officer may distrust one; it takes a duty officer to end that.

    Raises:
        Refused: this person may not, it is off already, or no reason is given.
    """
    _refuse_no_duty_officer(by, roles)
    if held.trusted_at is not None:
        raise Refused("That host is trusted again already.")
    _refuse_no_reason(why)
    return HostTrusted(subject=held.id, occurred_at=now, trusted_by=by, why=why)


def keep_distrusted(
    held: DistrustedHost,
    asked: Collection[Id],
    beside: Sequence[Id],
    why: str,
    *,
    by: Id,
    roles: Collection[Role],
    now: datetime,
) -> HostKeptDistrusted:
    """Say that a host stays distrusted, although it is trusted again in cases beside: it is asked no more because of those.

    asked: the distrust that has ended in cases beside, of which nobody has said that here; beside: which of it this answers.

    Raises:
        Refused: this person may not, it is trusted again already, no reason is given, or that is not asked.
    """
    _refuse_no_duty_officer(by, roles)
    if held.trusted_at is not None:
        raise Refused("That host is trusted again already.")
    if not beside or not set(beside) <= set(asked):
        raise Refused("Whether that host is still distrusted here is asked no more, or for another reason. Look again.")
    _refuse_no_reason(why)
    return HostKeptDistrusted(subject=held.id, occurred_at=now, beside=tuple(beside), kept_by=by, why=why)


def barred(
    distrusted: Iterable[DistrustedHost],
    of_case: Iterable[Duty],
    contacts: Mapping[Id, Collection[Id]] = MappingProxyType({}),
) -> dict[Id, frozenset[Id]]:
    """Return who is told nothing because of each distrusted host: the host, and who can be told there.

    Save where it was decided to warn the host itself, or that very person. contacts: who can be told at each host; to tell one
    of them is to tell the host.
    """
    decided = {
        one
        for duty in of_case
        if (duty.to_be_told or duty.stage in BEEN_TOLD) and duty.in_confidence
        for one in duty.whom
    }
    return {
        one.host: frozenset({one.host, *contacts.get(one.host, ())} - decided)
        for one in distrusted
        if one.trusted_at is None and one.host not in decided
    }


def is_distrusted(
    duty: Duty, distrusted: Iterable[DistrustedHost], contacts: Mapping[Id, Collection[Id]] = MappingProxyType({})
) -> bool:
    """Say whether everyone to whom a duty is owed is a distrusted host, or can be told there. Who is named in words alone is not."""
    held = [one.host for one in distrusted if one.trusted_at is None]
    return bool(duty.whom) and frozenset(held).union(*(contacts.get(one, ()) for one in held)) >= set(duty.whom)


def refuse_through(
    recipients: Collection[Id],
    distrusted: Collection[DistrustedHost],
    of_case: Iterable[Duty],
    contacts: Mapping[Id, Collection[Id]] = MappingProxyType({}),
) -> None:
    """Stop what would tell whoever is barred by a distrusted host.

    Raises:
        Refused: it would.
    """
    out = barred(distrusted, of_case, contacts)
    for one in distrusted:
        if not out.get(one.host, frozenset()).isdisjoint(recipients):
            raise Refused(
                f"{_nothing_through(one)} Warn those in danger by another way, or decide under the duty to warn that it is told."
            )


def refuse_go_between(
    recipients: Collection[Id],
    meant_for: Collection[str],
    distrusted: Iterable[DistrustedHost],
    contacts: Mapping[Id, Collection[Id]] = MappingProxyType({}),
) -> None:
    """Stop what others are to have by way of a distrusted host. That it was decided to warn that host itself opens no way to others.

    meant_for: whom the recipients are to hand it on to; words are nobody who can be told at that host.

    Raises:
        Refused: it would go by that way.
    """
    for one in distrusted:
        there = {one.host, *contacts.get(one.host, ())}
        if not there.isdisjoint(recipients) and not there.issuperset(meant_for):
            raise Refused(f"{_nothing_through(one)} Tell those whom it is meant for by another way.")


def _nothing_through(one: DistrustedHost) -> str:
    why = "may be complicit" if one.distrust is Distrust.COMPLICIT else "may leak"
    return f"The institution {one.host} {why}: nothing about this case goes through it."


# ----


def _refuse_no_officer(person: Id, roles: Collection[Role]) -> None:
    if not OFFICERS & set(roles):
        raise Refused(f"The duty to warn is for an officer to see to; {person} is none.")


def _refuse_no_duty_officer(person: Id, roles: Collection[Role]) -> None:
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"Whether they are warned is for a duty officer to decide; {person} is none.")


def _refuse_over(duty: Duty) -> None:
    if duty.over:
        raise Refused(f"This duty to warn is over ({duty.stage.replace('_', ' ')}). Ask it again, and say what is new.")


def _refuse_decided(duty: Duty) -> None:
    _refuse_over(duty)
    if duty.stage not in UNDECIDED or duty.to_be_told:
        raise Refused("It is decided already that they are warned.")


def _refuse_to_take_back(duty: Duty, ground: str, *, told: bool) -> None:
    """Stop what would take back that they are warned, save where a no that was learnt since speaks for it and none was told."""
    if not duty.to_be_told:
        raise Refused("It is decided already that they are warned, and they have been told.")
    if told or not duty.none_told:
        raise Refused(f"It is decided already. {SOME_TOLD}")
    if not duty.denied_since:
        raise Refused(
            "It is decided already that they are warned. Answer the test anew, if more is known by now: only where a question is "
            "answered with no since then can that be taken back."
        )
    # A ground of the pack was as good when it was decided; what is new is the no.
    if ground != BELOW_THRESHOLD:
        raise Refused(
            "It is decided already that they are warned. That it is below the threshold alone takes that back."
        )


def _refuse_proposed(duty: Duty) -> None:
    if duty.stage is Stage.REVIEW:
        raise Refused("Not to warn is proposed already. Somebody else reviews it first.")


def _refuse_untested(duty: Duty) -> Test:
    if duty.test is None:
        raise Refused("Answer the five questions of the test first; that something is not known is an answer.")
    return duty.test


def _refuse_no_reason(why: str) -> None:
    if not why.strip():
        raise Refused("Say why, in a sentence: it is written down with the decision.")
    if len(why) > LONGEST:
        raise Refused(f"Say why in {LONGEST} characters or fewer.")
