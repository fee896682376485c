"""Telling whoever asked something that there is an answer behind their link.

The words of the answer go with it only where a message may carry those of the notice itself.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from tocsin.answer.institution.state import Approach, Question
from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.delivery.facts import BatchPlanned, Errand, Lane
from tocsin.delivery.plan import Address, plan_deliveries
from tocsin.delivery.state import Batch
from tocsin.flow.delivery import code, deliver
from tocsin.flow.delivery.carrier import Message
from tocsin.flow.house import House
from tocsin.outcome.state import Outcome
from tocsin.store.log import Recipient, recipients_root
from tocsin.store.look import Look
from tocsin.warning.notice.state import Notice, carries_its_words

KIND = "reply"
LASTS = timedelta(days=7)  # so long it is worth sending


def asker(look: Look, question: Question) -> Id | None:
    """Return who is told of the answer: whoever asked by their link, or the contact who was told last; None: nobody has a link."""
    told = look.rows_of(question.warning)
    turns = [
        turn.to
        for one in look.all(Approach, warning=question.warning)
        if one.of == question.recipient
        for turn in one.turns
    ]
    asked = [question.giver] if question.giver else [*turns[::-1], question.recipient]
    return next((one for one in asked if one in told), None)


def tell_asker(house: House, question_id: Id, /, *, errand: int, now: datetime) -> None:
    """Write down that whoever asked is told; asked for again where that did not arrive, the next contact point is taken.

    Where none is left, somebody of ours is rung. Of a closed case nothing is shown any more, and nobody is told.
    """
    with house.store.look() as look:
        question = look.get(Question, question_id)
        warning = deliver.find_warning(look, question.warning)
        outcome = look.find(Outcome, warning.threat) if warning.threat else None
        whom = asker(look, question)
        if whom is None or (outcome is not None and outcome.judged_at is not None):
            house.store.finish(errand)
            return
        tried = look.tried(question_id, Errand.REPLY, [whom])
        step = len(look.batches(question_id))
        plan = plan_deliveries(
            [whom], look.addresses([whom]), deliver.ways(house, warning), 1, tried, avoid=house.avoid
        )
    command = f"reply:{question_id}:{errand}"
    if plan.unreachable:
        facts, expect = deliver.failure_watch(house, warning, now)
        house.store.commit(facts, at=now, by="tocsin", command=command, expect=expect, done=errand)
        return
    (to,) = plan.ranges[0].addresses
    batch = house.store.new_id()
    planned = BatchPlanned(
        subject=batch,
        occurred_at=now,
        warning=question_id,
        warning_kind=KIND,
        errand=Errand.REPLY,
        channel=to.channel,
        step=step,
        count=1,
        root=recipients_root([to]),
        not_after=now + LASTS,
        exercise=warning.exercise,
        lane=Lane.DANGER,
    )
    lists: dict[Id, list[Address]] = {batch: [to]}
    house.store.commit([planned], at=now, by="tocsin", command=command, lists=lists, done=errand)


def telling(house: House, look: Look, batch: Batch, now: datetime) -> Callable[[Words], Message]:
    """Return what tells whoever asked that there is an answer, in their language."""
    question = look.get(Question, batch.warning)
    notice = look.find(Notice, question.warning)
    row = _row_for(look, question, notice, look.recipients(batch.id)[0])
    link = f"{house.base_url}/a/{house.store.links.token(row)}" if row is not None else ""
    shown = notice is not None and carries_its_words(notice)

    def tell(_: Words) -> Message:
        if link:
            lines = [_("We have answered your question. Read it behind your link:"), link]
        else:
            lines = [_("We have answered your question. Open the link that you have: the answer stands there.")]
        if shown:
            lines.append(_("You asked: %(words)s", words=question.words))
            lines.append(_("Our answer: %(words)s", words=question.answer))
        return Message(
            kind=KIND,
            about=question.id,
            subject=_("An answer to your question"),
            lines=tuple(lines),
            language=_.language,
            sent_at=now,
            exercise=batch.exercise,
            urgent=True,
        )

    return tell


def _row_for(look: Look, question: Question, notice: Notice | None, to: Recipient) -> int | None:
    """Return from which row the link is made that goes to a contact point with an answer; None: no link may go there.

    The code of a link goes to another contact point than the link did. One that stood for another would come to this very one,
    and whoever holds a single telephone would have both.
    """
    own = look.row_at(question.warning, to.person, to.contact)
    if own is None and not code.is_needed(notice):
        return look.rows_of(question.warning).get(to.person)
    return own
