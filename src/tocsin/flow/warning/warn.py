"""Warning: writing, approving and issuing alerts and notices. Advisories and statements have rooms of their own beside it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.duty.own_people import ask_about_public
from tocsin.flow.house import House
from tocsin.flow.messages import over_headline, over_words, retracted_headline
from tocsin.flow.once import once
from tocsin.flow.people import on_duty
from tocsin.flow.threat.distrusted import refuse_through_host
from tocsin.flow.warning.audience import counted
from tocsin.flow.warning.cap_key import signed
from tocsin.flow.warning.followed import follower, told_again
from tocsin.flow.warning.notice_over import over_for
from tocsin.flow.warning.public_words import Answers, answer_for, for_public, taken_back
from tocsin.flow.warning.said_after import refuse_telling_more
from tocsin.flow.warning.tear_line import against, door_of, flags_in, material_about
from tocsin.people.state import Person
from tocsin.store.look import Look
from tocsin.warning import window as windows
from tocsin.warning.alert import decide as alerts
from tocsin.warning.alert.facts import AlertDrafted
from tocsin.warning.alert.message import Decided, Imprint, with_message
from tocsin.warning.alert.retract import retract_alert
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty.packs import pack_of
from tocsin.warning.duty.policy import POLICY, UNCHOSEN, DutyPolicy
from tocsin.warning.duty.side import Side
from tocsin.warning.follow_up import Decided as EitherDecided
from tocsin.warning.follow_up import FollowUp, follow_up
from tocsin.warning.ladder import Ladder
from tocsin.warning.notice import decide as notices
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted
from tocsin.warning.notice.state import Notice
from tocsin.warning.retraction import TakenBack, may_be_retracted


def refuse_other_hand(warning: Id, signed: Id, by: Id) -> None:
    """Stop someone from writing or approving in another's name: two pairs of eyes are two people's.

    Raises:
        Refused: they try.
    """
    if signed != by:
        raise Refused(f"Warning {warning} is signed by {signed} and handed in by {by}. Sign it yourself.")


def refuse_deaf_ladder(look: Look, warning: Id, ladder: Ladder) -> None:
    """Stop a warning whose ladder leads only to people who cannot be called, or to nobody who is here.

    Raises:
        Refused: nobody on it has a contact point, or it names what is not here.
    """
    on_duty.refuse_unknown(look, ladder)
    # What a rota or a post comes to changes by the hour; who is named is there at all of them.
    people = ladder.persons()
    if people and not look.addresses(people):
        raise Refused(f"Nobody on the ladder of warning {warning} can be called. Name someone with a contact point.")


D = TypeVar("D", AlertDrafted, NoticeDrafted)


def asked_ahead(house: House, draft: D) -> D:
    """Return a draft that says when its window is asked about: a later change of the setting moves no question."""
    if draft.ask_ahead_s is not None or draft.ends is None:
        return draft
    return msgspec.structs.replace(draft, ask_ahead_s=house.ask_ahead_s)


# ---- alerts


@once
def draft_alert(house: House, draft: AlertDrafted, *, by: Id, command: str, now: datetime) -> None:
    """Write an alert.

    Raises:
        Refused: nobody could act on it, another wrote it, or there is one of that id.
    """
    refuse_other_hand(draft.subject, draft.author, by)
    with house.store.look() as look:
        look.refuse_taken(Alert, draft.subject)
        refuse_deaf_ladder(look, draft.subject, draft.ladder)
    house.store.commit([alerts.draft_alert(asked_ahead(house, draft))], at=now, by=by, command=command)


@once
def approve_alert(
    house: House,
    alert_id: Id,
    *,
    break_glass: bool = False,
    answers: Answers | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Let an alert go out. How many it would be for now is written down with it: that is what its approver could see.

    answers: for which words of stricter material its approver answers; None: a script vouches for what was let out then.

    Raises:
        Refused: it is no draft, its author approves it, or a word of stricter material is not answered for.
    """
    with house.store.look() as look:
        alert, roles, seen = look.get(Alert, alert_id), look.get(Person, by).roles, look.version(alert_id)
        saw = counted(look, alert, tuple(house.carriers), now)
        fact = alerts.approve_alert(alert, by, roles, now, break_glass=break_glass, saw=saw)
        expect = {alert_id: seen}
        made_public, expect = answer_for(house, look, for_public(look, alert), answers, by, now, expect)
    house.store.commit([fact, *made_public], at=now, by=by, command=command, expect=expect)


def imprint_of(house: House, alert_id: Id, message: str = "") -> Imprint:
    """Return what a CAP message of an alert is known by. message: a later one's place among them; nothing for the first."""
    identifier = f"{house.store.origin}/{alert_id}{message}"
    page = f"{house.base_url}/alerts/{alert_id}" if house.base_url else None
    return Imprint(identifier=identifier, page=page)


@once
def issue_alert(house: House, alert_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Issue an approved alert; its delivery follows from that.

    Raises:
        Refused: nobody approved it, or its window is over.
    """
    with house.store.look() as look:
        alert, seen = look.get(Alert, alert_id), look.version(alert_id)
        follows = look.find(Alert, alert.follows)
    fact = alerts.issue_alert(alert, follows, imprint_of(house, alert_id), now)
    house.store.commit(signed(house.signing, [fact]), at=now, by=by, command=command, expect={alert_id: seen})


# ---- notices


def refuse_outsider(look: Look, notice: Notice, person: Id, *, vouched: bool) -> None:
    """Stop somebody from having a hand in a notice who is no officer, or may not read it: before it is written, its case.

    Raises:
        Refused: they try.
    """
    door = door_of(look, person)
    reads = door.may(notice) or (notice.tear_line is None and door.threat(notice.threat) is not None)
    if not notices.OFFICERS & door.reader.roles or not (vouched or reads):
        raise Refused(f"Only an officer who may read notice {notice.id} has a hand in it; {person} is none.")


@once
def decide_duty(
    house: House,
    notice_id: Id,
    threat_id: Id,
    *,
    tell: bool,
    test: DutyTest,
    why: str,
    ground_not_to: str = "",
    side: Side = Side.VICTIM,
    proposer: Id | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Decide to tell, or not to tell, and write down why. Not to tell takes two, and a ground, as under the duty to warn.

    ground_not_to: of the policy pack, or below_threshold; to tell, what was said against it. side: of whom it is said. proposer: who proposed not to tell.

    Raises:
        Refused: the decider may not, the grounds are missing, or not to tell is no other officer's proposal.
    """
    with house.store.look() as look:
        roles = look.get(Person, by).roles
        pack = pack_of((look.find(DutyPolicy, POLICY) or UNCHOSEN).pack)
        theirs = look.get(Person, proposer).roles if proposer is not None else ()
    if tell:
        fact = notices.decide_duty(
            notice_id, threat_id, by, roles, test=test, why=why, ground_not_to=ground_not_to, now=now
        )
    else:
        fact = notices.decide_not_to_tell(
            notice_id,
            threat_id,
            by,
            roles,
            proposer=proposer,
            theirs=theirs,
            ground=ground_not_to,
            side=side,
            pack=pack,
            test=test,
            why=why,
            now=now,
        )
    house.store.commit([fact], at=now, by=by, command=command, expect={notice_id: 0})


@once
def draft_notice(
    house: House,
    draft: NoticeDrafted,
    *,
    vouched: bool = False,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write a notice, or write at one again that waits.

    vouched: a script says that they were told, so it is not asked whether they may read it. So below.
    seen: how many facts there were about it when its writer began; None: whatever there are now.

    Raises:
        Refused: it was decided not to tell, nobody would be told anything, this person may not, or somebody else wrote at it
            meanwhile.
    """
    with house.store.look() as look:
        notice, stands = look.get(Notice, draft.subject), look.version(draft.subject)
        refuse_outsider(look, notice, by, vouched=vouched)
        refuse_deaf_ladder(look, draft.subject, draft.ladder)
        refuse_through_host(look, notice.threat, draft.recipients, (*draft.meant_for, *draft.meant_words))
    refuse_other_hand(draft.subject, draft.author, by)
    fact = notices.draft_notice(notice, asked_ahead(house, draft))
    expect = {draft.subject: stands if seen is None else seen}
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


@once
def approve_notice(
    house: House,
    notice_id: Id,
    *,
    break_glass: bool = False,
    vouched: bool = False,
    seen: int | None = None,
    grounds: str = "",
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Let a notice go out.

    seen: how many facts there were about it when its approver read it; None: whatever there are now.
    grounds: on which it goes out although what it was begun for is over.

    Raises:
        Refused: it is no draft, what it was begun for is over and nothing is said of the grounds, its author approves it, or somebody who may not read it; words of it stand in stricter
            material alone, an originator has refused or not agreed, or it has changed since.
    """
    with house.store.look() as look:
        notice, roles, stands = look.get(Notice, notice_id), look.get(Person, by).roles, look.version(notice_id)
        refuse_outsider(look, notice, by, vouched=vouched)
        refuse_through_host(look, notice.threat, notice.recipients, (*notice.meant_for, *notice.meant_words))
        material, over = material_about(look, notice.threat), over_for(door_of(look, by), notice, vouched=vouched)
        flags = flags_in(look, notice, material)
        expect = {**against(look, material), notice_id: stands if seen is None else seen}
    fact = notices.approve_notice(notice, by, roles, now, break_glass=break_glass, flags=flags)
    said = notices.say_grounds(notice, over, grounds, by, now)
    house.store.commit([*said, fact], at=now, by=by, command=command, expect=expect)


@once
def send_notice(house: House, notice_id: Id, *, vouched: bool = False, by: Id, command: str, now: datetime) -> None:
    """Hand an approved notice to delivery.

    Raises:
        Refused: nobody approved it, its window is over, or this person may not.
    """
    with house.store.look() as look:
        notice, seen = look.get(Notice, notice_id), look.version(notice_id)
        refuse_outsider(look, notice, by, vouched=vouched)
        refuse_through_host(look, notice.threat, notice.recipients, (*notice.meant_for, *notice.meant_words))
        public = ask_about_public(house, look, notice, by, now)
    facts, expect = [notices.send_notice(notice, now), *public.facts], {notice_id: seen, **public.expect}
    house.store.commit(facts, at=now, by=by, command=command, expect=expect, still=public.still)


# ---- windows


@once
def decide_window(
    house: House,
    warning_id: Id,
    decision: str,
    *,
    why: str,
    ends: datetime | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Decide what becomes of a window: extend, withdraw or stand_down. After its end the last two close what ran out.

    That whoever got the warning is told follows from it. The same is decided about its second knocks: it is one warning.

    Raises:
        Refused: there is no such warning, another has taken its place, or its window can no longer be decided about.
    """
    with house.store.look() as look:
        warning: Alert | Notice | None = look.find(Alert, warning_id) or look.find(Notice, warning_id)
        seen, before = look.version(warning_id), len(look.all(FollowUp, warning=warning_id))
        newer, again = follower(look, warning_id), told_again(look, warning_id)
        expect = {one.id: look.version(one.id) for one in again} | {warning_id: seen}
        followed_up = {one.id: len(look.all(FollowUp, warning=one.id)) for one in again}
    if warning is None or (warning.issued_at if isinstance(warning, Alert) else warning.sent_at) is None:
        raise Refused(f"There is no alert or notice {warning_id} that has gone out; only such a one has a window.")
    if newer is not None:
        raise Refused(f"Warning {warning_id} is followed by {newer}, which holds in its place. Decide about that one.")
    kinds = alerts.WINDOW_FACTS if isinstance(warning, Alert) else notices.WINDOW_FACTS
    fact = windows.decide(kinds, warning_id, warning.window, decision, by, why, now, ends)
    if isinstance(warning, Alert) and isinstance(fact, Decided):
        imprint = imprint_of(house, warning_id, f"/{len(warning.later) + 2}")
        words = over_words(warning, decision, house.language)
        fact = with_message(warning, fact, imprint, partial(_over, house, decision), words)
    facts: list[Fact] = [fact, *_told_of(house, warning, fact, before)]
    for one in again:
        if windows.follows_suit(one.window, decision, ends, now) and one.retraction is None:
            same = windows.decide(notices.WINDOW_FACTS, one.id, one.window, decision, by, why, now, ends)
            facts += [same, *_told_of(house, one, same, followed_up[one.id])]
    still = partial(_still, warning_id, [one.id for one in again])
    house.store.commit(signed(house.signing, facts), at=now, by=by, command=command, expect=expect, still=still)


def _still(warning: Id, again: Sequence[Id], look: Look) -> bool:
    """Say whether no second knock has gone out meanwhile."""
    return [one.id for one in told_again(look, warning)] == again


def _told_of(house: House, warning: Alert | Notice, fact: EitherDecided, number: int) -> list[Fact]:
    """Return that whoever got a warning is to be told of a decision about its window. number: how often they were before."""
    if warning.window is None:
        return []
    due = follow_up(house.store.new_id(), fact, warning.window, number=number, exercise=warning.exercise)
    return [] if due is None else [due]


# ---- taking back


@once
def retract(
    house: House,
    warning_id: Id,
    wordings: Sequence[TakenBack],
    *,
    answers: Answers | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Take a false alert or notice back, alone and at once; that whoever got it is told follows from it.

    With it its second knocks are taken back: they told the same.

    wordings: why, in the words they are told; a language that is not named is the alert's own, or ours.
    answers: for which words of stricter material they answer, where everyone reads it; None: a script vouches for what was said
        then. Of a notice there are none.

    Raises:
        Refused: there is no such warning, it cannot be taken back, this person may not, or a word of stricter material is not
            answered for.
    """
    with house.store.look() as look:
        alert, notice = look.find(Alert, warning_id), look.find(Notice, warning_id)
        roles, seen = look.get(Person, by).roles, look.version(warning_id)
        again = told_again(look, warning_id)
        expect = {one.id: look.version(one.id) for one in again} | {warning_id: seen}
        facts: list[Fact]
        if alert is not None:
            imprint = imprint_of(house, warning_id, "/retracted")
            said = _named(wordings, alert.wordings[0].language)
            facts = [*retract_alert(alert, by, roles, said, imprint, partial(_headline, house), now)]
            made_public, expect = answer_for(house, look, taken_back(alert, said), answers, by, now, expect)
            facts += made_public
        elif notice is not None:
            said = _named(wordings, house.language("en").language)
            facts = [*notices.retract_notice(notice, by, roles, said, now)]
            # Asked last: whoever may not take it back is not told that a word stands anywhere.
            if answers is not None:
                refuse_telling_more(look, notice, [(one.language, one.words) for one in wordings], by)
        else:
            raise Refused(
                f"There is no alert or notice {warning_id}. A level is withdrawn or set anew, a statement corrected, instead."
            )
    for one in again:
        if may_be_retracted(one.window, one.retraction, now):
            facts += notices.retract_notice(one, by, roles, said, now)
    still = partial(_still, warning_id, [one.id for one in again])
    house.store.commit(signed(house.signing, facts), at=now, by=by, command=command, expect=expect, still=still)


def _named(wordings: Sequence[TakenBack], language: str) -> list[TakenBack]:
    return [msgspec.structs.replace(one, language=one.language or language) for one in wordings]


def _headline(house: House, language: str, headline: str) -> str:
    return retracted_headline(headline, house.language(language))


def _over(house: House, decision: str, language: str, headline: str) -> str:
    return over_headline(decision, headline, house.language(language))
