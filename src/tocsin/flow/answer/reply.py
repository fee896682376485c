"""Taking replies in: matched to the warning they are about, read with care, and left to a person where either is not sure.

A reply is durable before whoever brought it is thanked. What it says enters the log of answers, like a press of a button;
what nobody can read or place is kept in its own words until a person has decided.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

import structlog
from msgspec.structs import replace

from tocsin.answer import keywords
from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import AnswerKind, AnswerTold, Heard, Why
from tocsin.answer.match import Candidate, Placed, place
from tocsin.answer.replies import Reply, ReplyKept, WhyKept, decide
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased, Fact
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.flow.answer.hear import Opened, called_for
from tocsin.flow.answer.plea import rung_for, settled_by
from tocsin.flow.delivery.carrier import Incoming
from tocsin.flow.delivery.deliver import Warned, find_warning, is_of_no_warning
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people.on_duty import ladder_of
from tocsin.store.log import LinkAnswer
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.follow_up import FollowUp
from tocsin.warning.headcount.state import Headcount

log = structlog.get_logger()


def take_reply(house: House, said: Incoming) -> bool:
    """Take a reply in; say whether it was one to something that we sent."""
    reading = keywords.read(said.text)
    if (
        reading.stop and said.channel == "sms"
    ):  # the provider's to obey; for us it says nothing. No mail's provider does
        return False
    with house.store.look() as look:
        named, proven = _named(house, look, said)
        rows = house.store.sent_to(look, said.channel, said.address, said.at)
        placed = _placed(house, look, named, rows, said.at)
        pleads = reading.pleads or reading.answer is AnswerKind.NEED_HELP
        pairs = _pairs(placed) if placed is not None else _called_about(house, look, named, pleads=pleads)
    if not pairs:
        log.info("reply to no message of ours", channel=said.channel)
        return False
    message = sha256(f"{said.channel}:{said.message}".encode()).hexdigest()[:32]
    words = said.text[: keywords.LONGEST]
    heard = Heard.SMS if said.channel == "sms" else Heard.MAIL if proven else Heard.MAIL_UNPROVEN
    why = _why_kept(placed, reading.answer, proven=heard is not Heard.MAIL_UNPROVEN)
    if placed is not None and reading.answer is not None and why is None:
        answers = [
            LinkAnswer(
                row=one.row,
                answer=reading.answer.value,
                at=said.at,
                words=house.store.seal_words(one.row, one.person, words),
                heard=heard.value,
            )
            for one in placed.candidates
        ]
        house.store.take_reply(message, said.at, answers=answers)
        return True
    kept = ReplyKept(
        subject=house.store.new_id(),
        occurred_at=said.at,
        person=pairs[0][1],
        heard=heard,
        words=words,
        why=why or WhyKept.NOT_UNDERSTOOD,
        warnings=tuple(dict.fromkeys(warning for warning, _ in pairs if warning is not None)),
        others=tuple(dict.fromkeys(person for _, person in pairs))[1:],
    )
    with house.store.look() as look:
        known = [(warning, person) for warning, person in pairs if warning is not None]
        if pleads:
            about = list(_rung_for_help(house, look, known, said.at))
            ringing = about if known else list(rung_for(house, look, kept, said.at))
        else:
            # A call goes on ringing until somebody has taken it on by name: nobody need be rung about what was said to it.
            ringing = [] if placed is None else list(_rung_if_unread(house, look, known[0][0], said.at))
    house.store.take_reply(message, said.at, facts=[kept, *ringing])
    return True


def _rung_for_help(house: House, look: Look, pairs: Sequence[tuple[Id, Id]], now: datetime) -> Iterator[Fact]:
    """Return what has somebody rung at once about a reply that is kept and may be a plea."""
    opened = Opened()
    for warning, person in pairs:
        yield from called_for(house, look, warning, person, AnswerKind.NEED_HELP, now, opened=opened)


def _rung_if_unread(house: House, look: Look, warning_id: Id, now: datetime) -> Iterator[Fact]:
    """Return what has somebody rung about a reply that is kept, if nobody reads it."""
    warning = find_warning(look, warning_id)
    if not warning.ladder.rungs or look.all(
        Watch, warning=warning.id, why=Why.UNREAD.value, settled_at=None, accepted_at=None
    ):
        return
    yield open_watch(
        house.store.new_id(),
        warning=warning.id,
        of=warning.id,
        why=Why.UNREAD,
        ladder=ladder_of(warning),
        now=now,
        exercise=warning.exercise,
    )


def _why_kept(placed: Placed | None, answer: AnswerKind | None, *, proven: bool) -> WhyKept | None:
    """Say why a person has to look at a reply, or None. A need for help is never held back: whoever may need it is heard."""
    if placed is None:
        return WhyKept.NO_WARNING
    if answer is None:
        return placed.why or WhyKept.NOT_UNDERSTOOD
    if answer is AnswerKind.NEED_HELP:
        return None
    # Nobody who only writes somebody's name over a letter may end the silence in which that person is looked for.
    return placed.why or (None if proven else WhyKept.WHO)


def _named(house: House, look: Look, said: Incoming) -> tuple[list[int], bool]:
    """Return the rows of the messages that a reply names, and whether it came from where one of these went."""
    found = [house.store.sent_as(look, said.channel, one, said.at) for one in said.parcels]
    rows = [row for row in found if row is not None]
    own = [row for row in rows if house.store.is_from(look, row, said.channel, said.address)]
    return own or rows, bool(own)


def _placed(house: House, look: Look, named: Sequence[int], rows: Sequence[int], now: datetime) -> Placed | None:
    """Say what a reply is about; None: no warning of ours. named: the rows of what it answers. rows: of what went there.

    What answers a message of ours that is no warning is put on none: only a person may say that it was meant for another.
    """
    own = [one for row in named if (one := _candidate(house, look, row)) is not None]
    if own:
        return place(own, [one.row for one in own], now)
    placed = place([one for row in sorted(set(rows)) if (one := _candidate(house, look, row)) is not None], (), now)
    return replace(placed, why=WhyKept.NO_WARNING) if placed is not None and named else placed


def _candidate(house: House, look: Look, row: int) -> Candidate | None:
    """Return the warning that a message carried, or said something later of, as it went to that recipient; None: none."""
    recipient = look.recipient(row)
    batch = look.find(Batch, recipient.batch) if recipient is not None else None
    told = _told_by(look, batch) if batch is not None else None
    if recipient is None or batch is None or told is None:
        return None
    if not house.store.keys.holds(recipient.person):  # forgotten; nothing more can be kept of them
        return None
    first = row if batch.errand is Errand.WARNING else look.row_at(told.id, recipient.person, recipient.contact)
    if first is None:
        return None
    return Candidate(
        row=first,
        person=recipient.person,
        warning=told.id,
        about=told.threat or (told.follows if isinstance(told, Headcount) else None) or told.id,
        sent_at=batch.planned_at,
        window=None if isinstance(told, Advisory) else told.window,
        is_level=isinstance(told, Advisory),
    )


def _told_by(look: Look, batch: Batch) -> Warned | None:
    match batch.errand:
        case Errand.WARNING | Errand.RETRACTION:
            return find_warning(look, batch.warning)
        case Errand.FOLLOW_UP:
            return find_warning(look, look.get(FollowUp, batch.warning).warning)
    return None


def _pairs(placed: Placed) -> list[tuple[Id | None, Id]]:
    return [(one.warning, one.person) for one in placed.candidates]


def _called_about(house: House, look: Look, named: Sequence[int], *, pleads: bool) -> list[tuple[Id | None, Id]]:
    """Return who answered what is no warning, and about which warning they had been called; None: it was about none.

    A link to one's own page goes to any stranger who asks for it: of what they write back, only a plea is for the desk.
    """
    found = [one for row in named if (one := look.recipient(row)) is not None]
    batches = look.some(Batch, tuple(one.batch for one in found))
    return [
        (_called(look, batches[one.batch]), one.person)
        for one in found
        if house.store.keys.holds(one.person) and (pleads or batches[one.batch].errand is not Errand.LINK)
    ]


def _called(look: Look, batch: Batch) -> Id | None:
    if batch.errand is not Errand.CALL or is_of_no_warning(look, batch.warning):
        return None
    return batch.warning


@once
def decide_reply(
    house: House,
    reply_id: Id,
    *,
    warning: Id | None = None,
    answer: AnswerKind | None = None,
    person: Id | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Say what a reply says, as whoever has read it; or, without an answer, that it says none.

    person: who gave it, of those whose address it came from; None: there is only one.

    Raises:
        Refused: somebody has done so, or it is about none of the warnings that its giver was told of, or it is not said who
            that is.
    """
    with house.store.look() as look:
        reply, seen = look.get(Reply, reply_id), look.version(reply_id)
        if warning is not None and warning not in reply.warnings:
            raise Refused("That warning did not go to the address that the reply came from.")
        giver = _giver(house, look, reply, warning, person) if warning is not None else reply.person
        facts: list[Fact] = [decide(reply, by, now, warning=warning, answer=answer)]
        if warning is not None and answer is not None:
            told = AnswerTold(
                subject=house.store.new_id(),
                occurred_at=reply.came_at,
                warning=warning,
                recipient=giver,
                answer=answer,
                heard=reply.heard,
                speaker="",
                words="" if isinstance(reply.words, Erased) else reply.words,
                recorder=by,
            )
            facts += [told, *called_for(house, look, warning, giver, answer, now)]
        facts += [*_settled_by(look, reply, now), *settled_by(look, reply, now)]
    house.store.commit(facts, at=now, by=by, command=command, expect={reply_id: seen})


def _giver(house: House, look: Look, reply: Reply, warning: Id, person: Id | None) -> Id:
    """Return who gave a reply, as whoever read it says."""
    if person is None and reply.others:
        raise Refused("Several people have the address that the reply came from. Say whose answer it is.")
    giver = person or reply.person
    if giver not in (reply.person, *reply.others) or not look.was_told(warning, giver):
        raise Refused("That warning did not go to that person at the address that the reply came from.")
    if not house.store.keys.holds(giver):
        raise Refused("Whoever that was has been forgotten; nothing more can be written about them.")
    return giver


def _settled_by(look: Look, reply: Reply, now: datetime) -> Iterator[Fact]:
    """Settle what would have somebody rung about replies that nobody reads, where this was the last one."""
    for warning in reply.warnings:
        if look.unread(warning) > 1:
            continue
        for watch in look.all(Watch, warning=warning, why=Why.UNREAD.value, settled_at=None):
            if (fact := settle(watch, "read", now)) is not None:
                yield fact
