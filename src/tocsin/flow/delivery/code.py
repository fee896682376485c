"""Codes by a second way: asked for, sent or read out by an officer, and named on the answer page.

A code is never kept: it follows from the installation's key and a number drawn for it, so that nobody reads it out of the
tables. It is sent to another contact point of the same person than the link went to; where they have none, whoever may read the
notice sees the code at the desk and reads it to them, once they know who is calling. Somebody is rung for that at once, and
until it is named.
"""

import hmac
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.answer.codes import (
    DIGITS,
    LASTS,
    AccessCode,
    CodeAsked,
    CodeMissed,
    CodeNamed,
    refuse_too_many,
    stands,
)
from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import WatchOpened, Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import OPEN
from tocsin.basis.words import Words
from tocsin.delivery.facts import BatchPlanned, Errand, Lane
from tocsin.delivery.plan import Address
from tocsin.flow.delivery.carrier import Message
from tocsin.flow.delivery.line import in_lines, lines
from tocsin.flow.house import House
from tocsin.flow.people.on_duty import ladder_of
from tocsin.flow.warning.audience import named
from tocsin.outcome.state import Outcome
from tocsin.people.state import Contact, ContactStands
from tocsin.store.log import recipients_root
from tocsin.store.look import Look
from tocsin.store.store import Store
from tocsin.warning.notice.state import Notice

KIND = "code"
_DRAWN = 16  # bytes
CALLED_A_DAY = 6  # times that people are called about codes for one recipient: whoever has the link may be a stranger
AGAIN = 20  # tries, where others ask at the same moment


def is_needed(warning: object) -> bool:
    """Say whether a link alone does not open what was told."""
    return isinstance(warning, Notice) and warning.mark not in OPEN


def code_of(store: Store, code: AccessCode) -> str:
    """Return the digits of a code, to be sent, shown to an officer, or compared. They belong in no log."""
    mac = store.links.of_code(f"{code.id}:{code.row}:{code.drawn}")
    return f"{int.from_bytes(mac[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def another_way(house: House, look: Look, row: int) -> Contact | None:
    """Return another contact point of whoever has a link than the one that it was sent to, of another channel if there is one."""
    recipient = look.recipient(row)
    if recipient is None:
        return None
    its_own = look.find(Contact, recipient.contact)
    ways = house.channels(confidential=True)
    found = [
        one
        for one in look.all(Contact, person=recipient.person, order="order")
        if one.stands is ContactStands.ACTIVE and one.channel in ways and one.id != recipient.contact
    ]
    found = [
        one for one in found if its_own is None or (one.channel, one.address) != (its_own.channel, its_own.address)
    ]
    found.sort(key=lambda one: (one.failed_at is not None, its_own is not None and one.channel == its_own.channel))
    return found[0] if found else None


def with_one_way(house: House, look: Look, notice: Notice) -> list[Id]:
    """Return who of those told has one contact point only, so that an officer has to read out the code to them.

    Of an institution it is the contact whose turn is first.
    """
    if not is_needed(notice):
        return []
    channels, known = house.channels(confidential=True), lines(look)
    told = named(look, notice)
    in_turn = in_lines(look, [known[one] for one in told if one in known])
    turns = [in_turn.get(one, (one,)) for one in told]
    addresses = look.addresses([one for each in turns for one in each])
    ways = Counter(address.person for _, address in addresses if address.channel in channels)
    first = [next((one for one in each if ways[one]), None) for each in turns]
    return [one for one in first if one is not None and ways[one] == 1]


def ask_code(house: House, row: int, *, command: str, now: datetime) -> Contact | None:
    """Draw a code for a link, and have it sent; return to which contact point, or None: an officer reads it out.

    Each code of a link is named by its number: of those who ask at one moment, one gets the next, and the others come again.

    Raises:
        Refused: enough were asked for in this hour, or the link opens without one, or opens nothing any more.
    """
    for tried in range(1, AGAIN + 1):
        try:
            return _ask_once(house, row, command=command, now=now)
        except _Overtaken as error:
            if tried == AGAIN:
                raise Refused(str(error)) from error
    return None


class _Overtaken(Exception):  # noqa: N818  named like the errors of the house
    """Somebody else has asked for a code of this link in between."""


def _ask_once(house: House, row: int, *, command: str, now: datetime) -> Contact | None:
    with house.store.look() as look:
        recipient = look.recipient(row)
        if recipient is None:
            return None
        _refuse_needless(look, recipient.warning)
        of_row = [
            one for one in look.all(AccessCode, warning=recipient.warning, person=recipient.person) if one.row == row
        ]
        refuse_too_many(of_row, now)
        contact = another_way(house, look, row)
        ringing = (
            () if contact is not None else tuple(_rung_about(house, look, recipient.warning, recipient.person, now))
        )
    code_id = house.store.links.code_id(row, len(of_row) + 1)
    fact = CodeAsked(
        subject=code_id,
        occurred_at=now,
        warning=recipient.warning,
        person=recipient.person,
        row=row,
        contact=None if contact is None else contact.id,
        drawn=house.store.randomness(_DRAWN).hex(),
        expires=now + LASTS,
    )
    try:
        house.store.commit([fact, *ringing], at=now, by=recipient.person, command=command, expect={code_id: 0})
    except Refused as error:
        raise _Overtaken(str(error)) from error
    return contact


def _rung_about(house: House, look: Look, notice_id: Id, person: Id, now: datetime) -> Iterator[WatchOpened]:
    """Return that somebody is called who reads the code out, unless they are called already, or often were in a day."""
    notice = look.get(Notice, notice_id)
    known = look.all(Watch, warning=notice_id, of=person, why=Why.CODE.value)
    called = sum(now - one.opened_at < timedelta(days=1) for one in known)
    if called >= CALLED_A_DAY or any(one.settled_at is None and one.accepted_by is None for one in known):
        return
    yield open_watch(
        house.store.new_id(),
        warning=notice_id,
        of=person,
        why=Why.CODE,
        ladder=ladder_of(notice).at_once(),
        now=now,
        exercise=notice.exercise,
    )


def _refuse_needless(look: Look, warning_id: Id) -> None:
    notice = look.find(Notice, warning_id)
    if notice is None or not is_needed(notice):
        raise Refused("This link opens without a code.")
    outcome = look.find(Outcome, notice.threat)
    if outcome is not None and outcome.judged_at is not None:
        raise Refused("The case is closed. This link opens nothing any more.")


def name_code(house: House, row: int, said: str, *, now: datetime) -> bool:
    """Say whether this is a code that stands for a link. What was named is used up; a wrong one is counted against each."""
    digits = "".join(one for one in said if one.isdecimal() and one.isascii())
    with house.store.look() as look:
        recipient = look.recipient(row)
        if recipient is None:
            return False
        known = look.all(AccessCode, warning=recipient.warning, person=recipient.person, order="asked_at")
        standing = [one for one in known if one.row == row and stands(one, now)]
        called = look.all(Watch, warning=recipient.warning, of=recipient.person, why=Why.CODE.value, settled_at=None)
        seen = {one.id: look.version(one.id) for one in (*standing, *called)}
    right = [one for one in standing if hmac.compare_digest(code_of(house.store, one), digits)]
    over = (settle(one, "named", now) for one in called)
    facts: list[Fact] = (
        [CodeNamed(subject=right[0].id, occurred_at=now), *(fact for fact in over if fact is not None)]
        if right
        else [CodeMissed(subject=one.id, occurred_at=now) for one in standing]
    )
    if facts:
        command = f"code:{house.store.new_id()}"
        expect = {fact.subject: seen[fact.subject] for fact in facts}  # of two who guess at once, one has to come again
        house.store.commit(facts, at=now, by=recipient.person, command=command, expect=expect)
    return bool(right)


def is_asked(look: Look, warning: Id, person: Id, row: int, now: datetime) -> bool:
    """Say whether a code was asked for behind a link that still opens it: whoever comes back has it to name, and asks for no other."""
    found = look.all(AccessCode, warning=warning, person=person)
    return any(one.row == row and stands(one, now) for one in found)


def standing_codes(look: Look, warning: Id, now: datetime) -> list[AccessCode]:
    """Return the codes for a notice that an officer may read out now, the latest first."""
    found = look.all(AccessCode, warning=warning, order="asked_at")
    return [one for one in found[::-1] if one.contact is None and stands(one, now)]


def plan_code(house: House, code_id: Id, *, errand: int, now: datetime) -> None:
    """Write down that a code is to be sent, if there is somewhere to send it and it still stands."""
    with house.store.look() as look:
        code = look.get(AccessCode, code_id)
        contact = look.find(Contact, code.contact)
        notice = look.find(Notice, code.warning)
    if contact is None or contact.channel not in house.carriers or not stands(code, now):
        house.store.finish(errand)
        return
    batch = house.store.new_id()
    to = [Address(person=code.person, contact=contact.id, channel=contact.channel)]
    planned = BatchPlanned(
        subject=batch,
        occurred_at=now,
        warning=code.id,
        warning_kind=KIND,
        errand=Errand.CODE,
        channel=contact.channel,
        step=0,
        count=1,
        root=recipients_root(to),
        not_after=code.expires,
        exercise=notice is not None and notice.exercise,
        lane=Lane.DANGER,
    )
    house.store.commit([planned], at=now, by="tocsin", command=f"code:{code_id}:send", lists={batch: to}, done=errand)


def code_message(
    house: House, code: AccessCode, exercise: bool, now: datetime, _: Words, *, unnamed: bool = False
) -> Message:
    """Send a code. It says nothing of what it opens, nor by which way the link came."""
    digits = code_of(house.store, code)
    said = f"{digits[:4]} {digits[4:]}"
    return Message(
        kind=KIND,
        about=code.id,
        subject=_("Your code: %(code)s", code=said),
        lines=(
            _("The code is %(code)s. It works for ten minutes, on the page whose link you have.", code=said),
            _("If you did not ask for it, do nothing, and tell us. Give it to nobody who asks you for it."),
            *([_("You reach us on %(number)s.", number=house.telephone)] if house.telephone and not unnamed else []),
        ),
        language=_.language,
        sent_at=now,
        exercise=exercise,
        urgent=True,
        unnamed=unnamed,
    )
