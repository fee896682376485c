"""Deciding about a notice: whether there is a duty, what may be told, and what becomes of its window."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import OPEN, Mark, Role
from tocsin.warning import window as windows
from tocsin.warning.approval import refuse_dropping, refuse_lone_voice
from tocsin.warning.duty.pack import BELOW_THRESHOLD, Pack, ground_of
from tocsin.warning.duty.side import Side
from tocsin.warning.flagged import Flag
from tocsin.warning.ladder import refuse_ladder
from tocsin.warning.notice.facts import (
    DutyDecided,
    DutyTest,
    NoticeApproved,
    NoticeClosed,
    NoticeDrafted,
    NoticeDropped,
    NoticeGroundsSaid,
    NoticeReadersRemoved,
    NoticeRetracted,
    NoticeSent,
    NoticeStoodDown,
    NoticeWindowAsked,
    NoticeWindowExtended,
    NoticeWindowRanOut,
    NoticeWithdrawn,
    NoticeWordsReleased,
    ReleaseAnswered,
    ReleaseAsked,
)
from tocsin.warning.notice.over import SAID, Over
from tocsin.warning.notice.state import Notice, NoticeStage, carries_its_words, let_stay
from tocsin.warning.notice.tearline import unanswered
from tocsin.warning.retraction import TakenBack, refuse_retracting, still_holds
from tocsin.warning.stated import Stated


def duty_found(test: DutyTest) -> bool:
    """Say whether the test finds a duty to warn: none of its five questions is answered with no. A doubt is no no."""
    return False not in msgspec.structs.astuple(test)


def decide_duty(
    notice: Id,
    threat: Id,
    decider: Id,
    roles: Collection[Role],
    *,
    test: DutyTest,
    why: str,
    ground_not_to: str = "",
    now: datetime,
) -> DutyDecided:
    """Write down the decision to tell, and its grounds. ground_not_to: what was said against it.

    Raises:
        Refused: the decider is no duty officer, or nothing is said of why.
    """
    _refuse_undecided(threat, decider, roles, why)
    return DutyDecided(
        subject=notice,
        occurred_at=now,
        threat=threat,
        decider=decider,
        tell=True,
        test=test,
        why=why,
        ground_not_to=ground_not_to,
    )


def decide_not_to_tell(
    notice: Id,
    threat: Id,
    reviewer: Id,
    roles: Collection[Role],
    *,
    proposer: Id | None,
    theirs: Collection[Role],
    ground: str,
    side: Side,
    pack: Pack,
    test: DutyTest,
    why: str,
    now: datetime,
) -> DutyDecided:
    """Write down the decision not to tell: one officer proposes it on a ground of the policy pack, another agrees.

    ground: or below_threshold. theirs: the roles of who proposed it.

    Raises:
        Refused: the reviewer is no duty officer or proposed it, nobody who may proposed it, it is no ground, or nothing is said
            of why.
    """
    _refuse_undecided(threat, reviewer, roles, why)
    if proposer is None or not OFFICERS & set(theirs):
        raise Refused(
            f"Not to tell about threat {threat} is proposed by an officer before another agrees. Name who did."
        )
    if proposer == reviewer:
        raise Refused("Whoever proposed not to tell does not agree to it as well. Ask another duty officer.")
    if ground != BELOW_THRESHOLD:
        # Whom it is about stands here in words: that a host is distrusted is for its duty to warn to say.
        ground_of(pack, ground, side, distrusted=False)
    elif duty_found(test):
        raise Refused(f"The test finds a duty to warn about threat {threat}. Name a ground for not telling, or tell.")
    return DutyDecided(
        subject=notice,
        occurred_at=now,
        threat=threat,
        decider=reviewer,
        tell=False,
        test=test,
        why=why,
        ground_not_to=ground,
        proposer=proposer,
        pack=pack.name,
    )


def _refuse_undecided(threat: Id, decider: Id, roles: Collection[Role], why: str) -> None:
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"Whether to tell about threat {threat} is for a duty officer to decide; {decider} is none.")
    if not why.strip():
        raise Refused(f"The decision about threat {threat} says nothing of why. Write it down in a sentence.")


def draft_notice(notice: Notice, draft: NoticeDrafted) -> NoticeDrafted:
    """Let a draft in if it was decided to tell and someone is to be told something; until it is approved, also anew.

    Raises:
        Refused: the decision was not to tell, nobody is named to tell or to ring, the tear-line says nothing, or the messages
            are to carry what its mark lets travel in none, or what only some are told fits nobody.
    """
    if notice.stage not in (NoticeStage.DECIDED, NoticeStage.DRAFT):
        raise Refused(f"Notice {notice.id} is {notice.stage}; a draft follows a decision to tell.")
    if not draft.recipients:
        raise Refused(f"Notice {notice.id} names nobody to tell.")
    if not draft.tear_line.what.strip():
        raise Refused(f"The tear-line of notice {notice.id} does not say what is threatened.")
    if draft.in_message and draft.mark not in OPEN and draft.mark is not Mark.AMBER:
        raise Refused(
            f"Notice {notice.id} is marked {draft.mark}: no message carries its words. Mark it AMBER, or take in_message out."
        )
    refuse_ladder(draft.subject, draft.ladder)
    _refuse_versions(draft)
    if both := set(draft.meant_for) & set(draft.recipients):
        raise Refused(
            f"Notice {notice.id} names {min(both)} as who hands it on, and as who is to have it. Name each once."
        )
    if draft.ends is not None:
        windows.open_window(draft.begins, draft.ends, draft.ask_ahead_s)
    if draft.stated == Stated():
        said = draft.tear_line
        draft = msgspec.structs.replace(
            draft, stated=Stated(what=said.what, where=said.where, when=said.when, who=said.who)
        )
    every = tuple(dict.fromkeys((*draft.originators, *draft.release_by)))
    return msgspec.structs.replace(draft, originators=every)


def _refuse_versions(draft: NoticeDrafted) -> None:
    """Stop a notice of which some would be told nothing, or two things at once."""
    seen: set[tuple[Id, str]] = set()
    for number, one in enumerate(draft.versions, 1):
        if not one.tear_line.what.strip():
            raise Refused(f"Version {number} of notice {draft.subject} does not say what is threatened.")
        if not one.recipients and not one.language:
            raise Refused(
                f"Version {number} of notice {draft.subject} is for nobody. Name its recipients or its language."
            )
        if strangers := set(one.recipients) - set(draft.recipients):
            raise Refused(
                f"Version {number} of notice {draft.subject} is for {min(strangers)}, whom it does not go to."
            )
        each = {(person, one.language) for person in one.recipients or ("",)}
        if each & seen:
            raise Refused(f"Two versions of notice {draft.subject} are for the same reader in the same language.")
        seen |= each


OFFICERS = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})


def _refuse_no_draft(notice: Notice) -> None:
    if notice.stage is not NoticeStage.DRAFT:
        raise Refused(f"Notice {notice.id} is {notice.stage}; only a draft is written at.")


def _refuse_no_officer(notice: Notice, person: Id, roles: Collection[Role]) -> None:
    if not OFFICERS & set(roles):
        raise Refused(f"What goes into notice {notice.id} is for an officer to say; {person} is none.")


def removable(notice: Notice, by: Id) -> tuple[Id, ...]:
    """Return who can be taken off those who may read a notice: not who wrote at it, and not by themselves."""
    stay = {by, *notice.authors, *notice.ladder.persons()}
    return tuple(one for one in notice.readers if one not in stay)


def remove_readers(
    notice: Notice, readers: Collection[Id], by: Id, roles: Collection[Role], now: datetime
) -> NoticeReadersRemoved:
    """Take people off those at this desk who may read a draft.

    Raises:
        Refused: it is no draft, the person may not, or one of them reads it for another reason, or does not read it.
    """
    _refuse_no_draft(notice)
    _refuse_no_officer(notice, by, roles)
    if strange := set(readers) - set(removable(notice, by)):
        one = min(strange)
        if one not in notice.readers:
            raise Refused(f"{one} is not among those who may read notice {notice.id}.")
        raise Refused(
            f"{one} reads notice {notice.id} for having written at it, for being called about it, or for taking others off. "
            "Change that first, or ask another officer."
        )
    return NoticeReadersRemoved(
        subject=notice.id, occurred_at=now, readers=tuple(dict.fromkeys(readers)), removed_by=by
    )


def release_words(
    notice: Notice,
    flags: Sequence[Flag],
    keys: Collection[str],
    by: Id,
    roles: Collection[Role],
    why: str,
    now: datetime,
) -> NoticeWordsReleased:
    """Let flagged words stay. flags: those that the person may see, with all of what they occur in.

    Of those who wrote at it that is a wish: it counts once somebody else has released them too, or the glass is broken.

    Raises:
        Refused: it is no draft, nobody flagged that, the person may not, or no reason is given.
    """
    _refuse_no_draft(notice)
    _refuse_no_officer(notice, by, roles)
    chosen = [one for one in flags if one.key in keys]
    if not keys or set(keys) - {one.key for one in chosen}:
        raise Refused(
            f"Choose which flagged words of notice {notice.id} are released; what is not flagged needs no release."
        )
    if not why.strip():
        raise Refused(f"Say why these words may stay in notice {notice.id}; the reason is kept with them.")
    return NoticeWordsReleased(
        subject=notice.id,
        occurred_at=now,
        keys=tuple(dict.fromkeys(one.key for one in chosen)),
        words=tuple(dict.fromkeys(one.text for one in chosen)),
        sources=tuple(dict.fromkeys(id for one in chosen for id in one.sources)),
        released_by=by,
        why=why,
    )


def ask_release(
    notice: Notice, originator: str, by: Id, roles: Collection[Role], words: str, now: datetime
) -> ReleaseAsked:
    """Write down that an originator was asked whether the notice may go out.

    Raises:
        Refused: it is no draft, the grounds did not come from there, the person may not, or it is not said how.
    """
    _refuse_no_draft(notice)
    _refuse_no_officer(notice, by, roles)
    if originator not in notice.originators:
        named = ", ".join(notice.originators) or "nobody else"
        raise Refused(f"The grounds of notice {notice.id} came from {named}, not from {originator}.")
    if not words.strip():
        raise Refused(f"Say how {originator} was asked, and what they were shown.")
    return ReleaseAsked(subject=notice.id, occurred_at=now, originator=originator, asker=by, words=words)


def answer_release(notice: Notice, answer: ReleaseAnswered, roles: Collection[Role]) -> ReleaseAnswered:
    """Write down what an originator said.

    Raises:
        Refused: it is no draft, they were not asked, the person may not, or it is not said who agreed, how, or when.
    """
    _refuse_no_draft(notice)
    _refuse_no_officer(notice, answer.recorder, roles)
    asked = next((one for one in notice.releases if one.originator == answer.originator), None)
    if asked is None:
        raise Refused(f"Nobody has asked {answer.originator} about notice {notice.id} as it reads now. Do that first.")
    if not answer.giver.strip() or not answer.words.strip():
        raise Refused(f"Say who answered for {answer.originator}, how, and where that is written.")
    if not asked.asked_at.replace(second=0, microsecond=0) <= answer.given_at <= answer.occurred_at:
        raise Refused(
            f"{answer.originator} cannot have answered before being asked, nor later than now. Look at the time."
        )
    return answer


def _without(notice: Notice, *, break_glass: bool) -> tuple[str, ...]:
    """Return whose answer a notice goes out without, which only a broken glass lets it do; a refusal none does."""
    said = {one.originator: one.agreed for one in notice.releases}
    refused = [name for name in notice.originators if said.get(name) is False]
    if refused:
        raise Refused(
            f"{refused[0]} refused that notice {notice.id} goes out so. Strike what came from there, and ask again."
        )
    missing = tuple(name for name in notice.release_by if said.get(name) is None)
    if missing and not break_glass:
        raise Refused(
            f"{missing[0]} has not agreed that notice {notice.id} goes out. Ask them, and write down the answer."
        )
    return missing


def approve_notice(
    notice: Notice,
    approver: Id,
    roles: Collection[Role],
    now: datetime,
    *,
    break_glass: bool = False,
    why: str = "",
    flags: Sequence[Flag] = (),
    unasked: tuple[str, ...] = (),
    unasked_why: str = "",
) -> NoticeApproved:
    """Let a notice go out. It names people and cannot be called back, so a second person reads it first.

    flags: what stands in it and in stricter material alone. None of it may be unanswered, also where the glass is broken:
    whoever breaks it can release it, and only then is the word of those who wrote it enough.
    unasked, unasked_why: whose material it rests on without their being asked, as far as the approver may know.

    Raises:
        Refused: it is no draft, whoever wrote at it approves it, something flagged is unanswered, or an originator has
            refused or not agreed.
    """
    if notice.stage is not NoticeStage.DRAFT or notice.author is None:
        raise Refused(f"Notice {notice.id} is {notice.stage}; only a draft can be approved.")
    refuse_lone_voice(notice.id, {notice.author, *notice.authors}, approver, roles, break_glass=break_glass)
    # Only where the glass is broken is the word of those who wrote it enough.
    if unanswered(flags, let_stay(notice.released) if break_glass else notice.let_stay):
        # Neither which nor how many: whoever reads this may not be cleared for where they stand.
        raise Refused(
            f"Notice {notice.id} has words that stand in stricter material alone, or rest on it. Each is struck, or released by somebody who "
            "may read where it stands and did not write the notice. If you see none, ask an officer who may read more."
        )
    without = _without(notice, break_glass=break_glass)
    return NoticeApproved(
        subject=notice.id,
        occurred_at=now,
        approver=approver,
        break_glass=break_glass,
        why=why.strip() if break_glass else "",
        without=without,
        unasked=unasked,
        unasked_why=(unasked_why.strip() or why.strip()) if unasked else "",
    )


def say_grounds(
    notice: Notice, over: Over | None, grounds: str, by: Id, now: datetime, *, seen: str = ""
) -> list[NoticeGroundsSaid]:
    """Write down on what grounds a notice goes out although what it was begun for is over; nothing, where it is not.

    seen: how it was over when whoever lets the notice out said so; "": they did not look.

    Raises:
        Refused: they do not say on what grounds, or have said it of what stands otherwise now.
    """
    if over is None and not grounds.strip():
        return []
    if over is None or seen not in ("", over):
        how = SAID[over] if over is not None else "They are to be warned as it was decided."
        raise Refused(f"What notice {notice.id} was begun for stands otherwise now. {how} Look again, then decide.")
    if grounds.strip():
        return [NoticeGroundsSaid(subject=notice.id, occurred_at=now, decider=by, over=over, why=grounds.strip())]
    if notice.grounds is not None and notice.grounds.over is over:
        return []
    raise Refused(
        f"{SAID[over]} Say in a sentence on what grounds notice {notice.id} goes out all the same, or drop it. It is kept with it."
    )


def drop_notice(notice: Notice, by: Id, roles: Collection[Role], why: str, now: datetime) -> NoticeDropped:
    """Decide that a notice which has not gone out will not. A duty to warn that it would have served is owed as before.

    Raises:
        Refused: it is neither a draft nor approved and unsent, no reason is given, or this person is no officer.
    """
    unsent = notice.stage in (NoticeStage.DRAFT, NoticeStage.APPROVED)
    refuse_dropping("notice", notice.id, by, roles, why, waits=unsent)
    return NoticeDropped(subject=notice.id, occurred_at=now, dropped_by=by, why=why)


def send_notice(notice: Notice, now: datetime) -> NoticeSent:
    """Hand an approved notice to delivery.

    Raises:
        Refused: nobody approved it, or its window is over.
    """
    if notice.stage is not NoticeStage.APPROVED:
        raise Refused(f"Notice {notice.id} is {notice.stage}; only an approved notice can be sent.")
    if notice.window is not None and notice.window.ends <= now:
        raise Refused(f"Notice {notice.id} expired at {notice.window.ends:%Y-%m-%d %H:%M} UTC. Draft a new one.")
    window = notice.window
    return NoticeSent(
        subject=notice.id,
        occurred_at=now,
        tear_line=notice.tear_line,
        begins=window.begins if window else None,
        ends=window.ends if window else None,
        mark=notice.mark,
        carried=carries_its_words(notice),
        versions=notice.versions,
    )


def retract_notice(
    notice: Notice, retracted_by: Id, roles: Collection[Role], wordings: Sequence[TakenBack], now: datetime
) -> list[NoticeRetracted | NoticeWithdrawn]:
    """Take a false notice back, and withdraw its window with it if that still holds.

    Raises:
        Refused: it cannot be taken back, or not by this person, as retraction.refuse_retracting says.
    """
    refuse_retracting(
        notice.id,
        gone_out=notice.stage is NoticeStage.SENT,
        window=notice.window,
        before=notice.retraction,
        roles=roles,
        wordings=wordings,
        now=now,
    )
    facts: list[NoticeRetracted | NoticeWithdrawn] = [
        NoticeRetracted(subject=notice.id, occurred_at=now, retracted_by=retracted_by, wordings=tuple(wordings))
    ]
    if still_holds(notice.window, now):
        why = wordings[0].words
        facts.append(NoticeWithdrawn(subject=notice.id, occurred_at=now, decided_by=retracted_by, why=why))
    return facts


WINDOW_FACTS = windows.WindowFacts(
    NoticeWindowAsked, NoticeWindowExtended, NoticeWithdrawn, NoticeStoodDown, NoticeWindowRanOut, NoticeClosed
)
