"""Taking replies in: matched to the warning they are about, read with care, and left to a person where either is not sure.

A reply is durable before whoever brought it is thanked. What it says enters the log of answers, like a press of a button;
what nobody can read or place is kept in its own words until a person has decided.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

import structlog

from tocsin.answer import keywords
from tocsin.answer.facts import AnswerKind, AnswerTold, Heard
from tocsin.answer.match import Candidate, Placed, place
from tocsin.answer.replies import Reply, ReplyKept, WhyKept, decide
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.flow.carrier import Incoming
from tocsin.flow.hear import called_for
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.store.log import LinkAnswer
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.state import Notice

log = structlog.get_logger()


def take_reply(house: House, said: Incoming) -> bool:
    """Take a reply in; say whether it was one to something that we sent."""
    reading = keywords.read(said.text)
    if reading.stop:  # the provider's to obey; for us it says nothing
        return False
    with house.store.look() as look:
        named, proven = _named(house, look, said)
        rows = set(named) | set(house.store.sent_to(look, said.channel, said.address, said.at))
        placed = place(list(_candidates(house, look, sorted(rows))), named, said.at)
    if placed is None:
        log.info("reply to no message of ours", channel=said.channel)
        return False
    message = sha256(f"{said.channel}:{said.message}".encode()).hexdigest()[:32]
    words = said.text[: keywords.LONGEST]
    heard = Heard.SMS if said.channel == "sms" else Heard.MAIL if proven else Heard.MAIL_UNPROVEN
    why = _why_kept(placed, reading.answer, proven=proven or said.channel == "sms")
    if reading.answer is not None and why is None:
        answers = [
            LinkAnswer(
                row=one.row,
                answer=reading.answer.value,
                at=said.at,
                words=house.store.seal_words(one.row, one.person, words),
                heard=heard.value,
            )
            for one in _each_person(placed.candidates)
        ]
        house.store.take_reply(message, said.at, answers=answers)
        return True
    kept = ReplyKept(
        subject=house.store.new_id(),
        occurred_at=said.at,
        person=placed.candidates[0].person,
        heard=heard,
        words=words,
        why=why or WhyKept.NOT_UNDERSTOOD,
        warnings=tuple(dict.fromkeys(one.warning for one in placed.candidates)),
        others=tuple(dict.fromkeys(one.person for one in placed.candidates))[1:],
    )
    house.store.take_reply(message, said.at, facts=[kept])
    return True


def _why_kept(placed: Placed, answer: AnswerKind | None, *, proven: bool) -> WhyKept | None:
    """Say why a person has to look at a reply, or None. A need for help is never held back: whoever may need it is heard."""
    if answer is None:
        return placed.why or WhyKept.NOT_UNDERSTOOD
    if answer is AnswerKind.NEED_HELP:
        return None
    # Nobody who only writes somebody's name over a letter may end the silence in which that person is looked for.
    return placed.why or (None if proven else WhyKept.WHO)


def _each_person(candidates: Sequence[Candidate]) -> list[Candidate]:
    return list({one.person: one for one in reversed(candidates)}.values())


def _named(house: House, look: Look, said: Incoming) -> tuple[list[int], bool]:
    """Return the rows of the messages that a reply names, and whether it came from where one of these went."""
    found = [house.store.sent_as(look, said.channel, one, said.at) for one in said.parcels]
    rows = [row for row in found if row is not None]
    own = [row for row in rows if house.store.is_from(look, row, said.channel, said.address)]
    return own or rows, bool(own)


def _candidates(house: House, look: Look, rows: Sequence[int]) -> Iterator[Candidate]:
    for row in rows:
        recipient = look.recipient(row)
        batch = look.find(Batch, recipient.batch) if recipient else None
        if recipient is None or batch is None or batch.errand is not Errand.WARNING:
            continue
        if not house.store.keys.holds(recipient.person):  # forgotten; nothing more can be kept of them
            continue
        told = (
            look.find(Alert, recipient.warning)
            or look.find(Notice, recipient.warning)
            or look.find(Headcount, recipient.warning)
        )
        if told is not None:
            yield Candidate(
                row=row,
                person=recipient.person,
                warning=told.id,
                about=told.threat or (told.follows if isinstance(told, Headcount) else None) or told.id,
                sent_at=batch.planned_at,
                window=told.window,
            )


@once
def decide_reply(
    house: House,
    reply_id: Id,
    *,
    warning: Id | None = None,
    answer: AnswerKind | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say what a reply says, as whoever has read it; or, without an answer, that it says none.

    Raises:
        Refused: somebody has done so, or it is about none of the warnings that its giver was told of.
    """
    with house.store.look() as look:
        reply, seen = look.get(Reply, reply_id), look.version(reply_id)
        if warning is not None and warning not in reply.warnings:
            raise Refused("That warning did not go to the address that the reply came from.")
        facts: list[Fact] = [decide(reply, by, now, warning=warning, answer=answer)]
        if warning is not None and answer is not None:
            told = AnswerTold(
                subject=house.store.new_id(),
                occurred_at=reply.came_at,
                warning=warning,
                recipient=reply.person,
                answer=answer,
                heard=reply.heard,
                speaker="",
                words=reply.words,
                recorder=by,
            )
            facts += [told, *called_for(house, look, warning, reply.person, answer, now)]
    house.store.commit(facts, at=now, by=by, command=command, expect={reply_id: seen})
