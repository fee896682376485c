"""Deciding about institutions: who is told next, whether a publication may be an answer, whether a read-back agrees."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from tocsin.answer.facts import AnswerKind, Why
from tocsin.answer.institution.denial import denials
from tocsin.answer.institution.facts import (
    AnswerProposed,
    ApproachEnded,
    ApproachMoved,
    HandedOn,
    HandingAsked,
    HandingConfirmed,
    HandingRefused,
    KnockDropped,
    KnockRaised,
    KnockWhy,
    ProposalAttached,
    ProposalRefused,
    QuestionAnswered,
    QuestionAsked,
    ReadBackCompared,
    ReadBackGiven,
)
from tocsin.answer.institution.state import Approach, HandingWish, Knock, Proposal, ProposalStands, Question, ReadBack
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.report.state import Report, Source
from tocsin.warning.ladder import Ladder, Rung

LONGEST = 2_000  # characters of what somebody says
ASKED = ("what", "where", "when", "will_do")
COMPARED = ("what", "where", "when")
LABELS = {"what": "what", "where": "where", "when": "when", "will_do": "what it will do"}


def _said(words: str, what: str) -> str:
    said = words.strip()
    if not said:
        raise Refused(f"{what} says nothing. Write it in a sentence.")
    if len(said) > LONGEST:
        raise Refused(f"{what} has {len(said)} characters; {LONGEST} is the most.")
    return said


# ---- told contact by contact


def next_in_line(approach: Approach, reachable: Collection[Id]) -> Id | None:
    """Return who is told next: the first in line who was not told yet and can be; None at its end."""
    return next((one for one in approach.line if one not in approach.told and one in reachable), None)


def move_on(
    approach: Approach, reachable: Collection[Id], *, why: Why, heard: bool, over: bool, now: datetime
) -> ApproachMoved | ApproachEnded | None:
    """Return what becomes of an approach: the next one is told, or nobody else is.

    heard: something was heard from the institution. over: the warning holds no more.
    """
    if approach.ended_at is not None:
        return None
    if heard or over:
        return ApproachEnded(subject=approach.id, occurred_at=now, how="heard" if heard else "over")
    to = next_in_line(approach, reachable)
    if to is None:
        return ApproachEnded(subject=approach.id, occurred_at=now, how="end_of_line")
    return ApproachMoved(subject=approach.id, occurred_at=now, to=to, why=why)


# ---- handing on, asking


def hand_on(fact: HandedOn, roles: Collection[Role]) -> HandedOn:
    """Let a handing on in, if it says to whom and in which words.

    Raises:
        Refused: it went to itself, nothing is said of how, or we shall send it ourselves and no duty officer says so.
    """
    if fact.to == fact.recipient:
        raise Refused(f"{fact.recipient} cannot hand warning {fact.warning} on to itself. Name who has it now.")
    _said(fact.speaker, "Who handed it on")
    _said(fact.words, "How it was handed on")
    if fact.told and Role.DUTY_OFFICER not in roles:
        raise Refused(f"To send warning {fact.warning} to somebody new is for a duty officer to decide.")
    return fact


def hand_on_by_link(fact: HandedOn, contacts: Collection[Id], mark: Mark) -> HandedOn:
    """Let a handing on in that a contact asks for behind their own link: to whoever stands for the same institution here.

    contacts: whom the institution keeps here, and who can be told. mark: of the notice; RED goes to nobody whom its own
    people have not named.

    Raises:
        Refused: it is to go to somebody else, or further than its mark allows.
    """
    if fact.giver is None or fact.to == fact.giver or fact.to not in contacts:
        raise Refused(
            "They are no contact of your institution who can be told, or have it already. Name somebody else."
        )
    if mark is Mark.RED:
        raise Refused(f"Notice {fact.warning} is for its named readers only. A duty officer has to confirm any other.")
    if fact.words:
        _said(fact.words, "What you say of it")
    return fact


def ask_handing(fact: HandingAsked, *, taken_back: bool) -> HandingAsked:
    """Let the wish in that a warning be handed on to somebody whom a duty officer has to confirm first.

    Raises:
        Refused: they are the giver, there are very many words, or there is nothing left to hand on.
    """
    if taken_back:
        raise Refused("This is over. Nobody else is told of it.")
    if fact.to == fact.giver:
        raise Refused("You have it already. Name somebody else.")
    if fact.words:
        _said(fact.words, "What you say of it")
    return fact


def confirm_handing(
    wish: HandingWish, handing: Id, confirmer: Id, roles: Collection[Role], now: datetime
) -> HandingConfirmed:
    """Confirm whom a warning is handed on to, and where they are told.

    Raises:
        Refused: it was decided before, or whoever confirms is no duty officer.
    """
    _refuse_decided_wish(wish)
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"To send warning {wish.warning} to somebody new is for a duty officer to decide.")
    return HandingConfirmed(subject=wish.id, occurred_at=now, handing=handing, confirmer=confirmer)


def refuse_handing(wish: HandingWish, refuser: Id, why: str, now: datetime) -> HandingRefused:
    """Refuse to hand a warning on.

    Raises:
        Refused: it was decided before, or no reason is given.
    """
    _refuse_decided_wish(wish)
    return HandingRefused(subject=wish.id, occurred_at=now, refuser=refuser, why=_said(why, "The reason"))


def _refuse_decided_wish(wish: HandingWish) -> None:
    if wish.decided_at is not None:
        raise Refused(f"This was decided at {wish.decided_at:%Y-%m-%d %H:%M} UTC already.")


def ask(fact: QuestionAsked) -> QuestionAsked:
    """Let a question in, if it asks something.

    Raises:
        Refused: it does not.
    """
    _said(fact.words, "The question")
    return fact


def answer_question(question: Question, words: str, answerer: Id, now: datetime) -> QuestionAnswered:
    """Answer a question.

    Raises:
        Refused: it has been answered, or the answer says nothing.
    """
    if question.answered_at is not None:
        raise Refused(f"Question {question.id} was answered at {question.answered_at:%Y-%m-%d %H:%M} UTC already.")
    said = _said(words, "The answer")
    return QuestionAnswered(subject=question.id, occurred_at=now, words=said, answerer=answerer)


# ---- what it said in public


def propose_answer(
    proposal: Id, report: Report, source: Source, *, warning: Id, sent_at: datetime, of_the_case: bool, now: datetime
) -> AnswerProposed | None:
    """Propose a report as the answer of the institution whose publication it is; None where nothing speaks for that.

    It was said after the warning went out, and it has words of denial, or was linked to the warning's case.
    """
    said_at = report.published_at or report.received_at
    if source.organisation is None or said_at <= sent_at:
        return None
    found = denials(f"{report.title}\n{report.text}")
    if not found and not of_the_case:
        return None
    return AnswerProposed(
        subject=proposal,
        occurred_at=now,
        warning=warning,
        recipient=source.organisation,
        report=report.id,
        source=source.id,
        said_at=said_at,
        delay_s=round((said_at - sent_at).total_seconds()),
        denials=found,
        of_the_case=of_the_case,
    )


def attach(proposal: Proposal, answer: Id, attacher: Id, now: datetime) -> ProposalAttached:
    """Make a proposed answer one.

    Raises:
        Refused: it was decided about already.
    """
    _refuse_decided(proposal)
    return ProposalAttached(subject=proposal.id, occurred_at=now, answer=answer, attacher=attacher)


def refuse_proposal(proposal: Proposal, refuser: Id, why: str, now: datetime) -> ProposalRefused:
    """Say that a proposed answer is none.

    Raises:
        Refused: it was decided about already, or no reason is given.
    """
    _refuse_decided(proposal)
    return ProposalRefused(subject=proposal.id, occurred_at=now, refuser=refuser, why=_said(why, "The reason"))


def _refuse_decided(proposal: Proposal) -> None:
    if proposal.stands is not ProposalStands.OPEN:
        raise Refused(f"The proposed answer {proposal.id} is {proposal.stands} already.")


# ---- read-back


def read_back(fact: ReadBackGiven) -> ReadBackGiven:
    """Let a read-back in, if it restates all four: what, where, when, and what will be done.

    Raises:
        Refused: one of them is missing; whoever restates half of it has not shown that they know the rest.
    """
    missing = [LABELS[name] for name in ASKED if not getattr(fact, name).strip()]
    if missing:
        raise Refused(f"A read-back restates what, where, when and what will be done. Missing: {', '.join(missing)}.")
    for name in ASKED:
        _said(getattr(fact, name), f"The read-back ({LABELS[name]})")
    return fact


def compare(given: ReadBack, differs: Sequence[str], comparer: Id, note: str, now: datetime) -> ReadBackCompared:
    """Hold a read-back against what was told.

    Raises:
        Refused: it was compared before, or differs in something that is not asked.
    """
    if given.compared_at is not None:
        raise Refused(f"This read-back was compared at {given.compared_at:%Y-%m-%d %H:%M} UTC already.")
    unknown = [name for name in differs if name not in COMPARED]
    if unknown:
        raise Refused(f"A read-back differs in what, where or when, not in {unknown[0]!r}.")
    found = tuple(name for name in COMPARED if name in differs)
    return ReadBackCompared(subject=given.id, occurred_at=now, differs=found, comparer=comparer, note=note.strip())


# ---- the second knock

KNOCKED_FOR = {AnswerKind.DISPUTED: KnockWhy.DISPUTED, AnswerKind.DISMISSED: KnockWhy.DISMISSED}


def raise_knock(
    knock: Id, *, warning: Id, recipient: Id, why: KnockWhy, owner: Id, since: datetime, before: Sequence[Knock]
) -> KnockRaised | None:
    """Tell a case's owner that an institution is to be knocked at again; None while that waits already.

    before: the knocks at this institution about this warning that were neither sent nor dropped. A denial takes the place of
    the silence before it: from then on the days are counted.
    """
    silent = [one for one in before if one.why is KnockWhy.SILENCE]
    if before and (why is KnockWhy.SILENCE or not silent):
        return None
    return KnockRaised(
        subject=silent[0].id if silent else knock,
        occurred_at=since,
        warning=warning,
        recipient=recipient,
        why=why,
        owner=owner,
    )


def drop_knock(knock: Knock, dropper: Id, why: str, now: datetime) -> KnockDropped:
    """Decide not to knock again.

    Raises:
        Refused: that was decided already, or no reason is given.
    """
    if knock.dropped_at is not None:
        raise Refused(f"The second knock {knock.id} was dropped at {knock.dropped_at:%Y-%m-%d %H:%M} UTC already.")
    return KnockDropped(subject=knock.id, occurred_at=now, dropper=dropper, why=_said(why, "The reason"))


def owner_first(ladder: Ladder, owner: Id | None) -> Ladder:
    """Return a ladder rung at once, the owner of the case before anyone else; whoever comes next is rung at once, too."""
    at_once = ladder.at_once()
    if owner is None or (at_once.rungs and owner in {target.to for target in at_once.rungs[0].targets}):
        return at_once
    return msgspec.structs.replace(at_once, rungs=(Rung(to=owner, after_s=0), *at_once.rungs))
