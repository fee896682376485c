"""Handing a warning on: noted by an officer, done behind a contact's own link, or asked for there until a duty officer confirms.

Whoever it goes to is waited for from then on, beside whoever was waited for before: a link pressed ends nobody's silence.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from msgspec.structs import replace

from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import Heard, Why
from tocsin.answer.institution import decide
from tocsin.answer.institution.facts import HandedOn, HandingAsked
from tocsin.answer.institution.state import Handing, HandingWish
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id, keyed_id
from tocsin.delivery.plan import Address, plan_deliveries
from tocsin.flow.answer.institution import institution
from tocsin.flow.delivery.approach import is_over
from tocsin.flow.delivery.deliver import warning_batches, ways
from tocsin.flow.delivery.line import reachable
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people.forget import forgotten
from tocsin.flow.people.on_duty import ladder_of
from tocsin.flow.threat.distrusted import barred_from, refuse_through_host
from tocsin.flow.warning.audience import Warned, is_addressee
from tocsin.flow.warning.tear_line import refuse_no_reader
from tocsin.people.address import CHANNELS, fitting
from tocsin.people.decide import refuse_forgetting
from tocsin.people.facts import ContactAdded, ContactConfirmed, PersonAdded, PersonKind
from tocsin.people.state import Contact, Person
from tocsin.store.institutions import contacts_of, count_said
from tocsin.store.look import Look
from tocsin.warning.notice.state import Notice

P = ParamSpec("P")

LONGEST_NAME = 200  # characters of a name and a post together
MOST = 20  # read-backs, questions and handings on that are taken by one link
ENOUGH = "Enough was said by this link. Whoever has more to say calls."
AGAIN = 20  # tries, where others say something at the same moment


# ---- noted by an officer


@once
def hand_on(house: House, handed: HandedOn, *, name: str = "", by: Id, command: str, now: datetime) -> None:
    """Note to whom an institution handed a warning on; whoever it is, is waited for from now on.

    name: of somebody who is not known here yet. They can be told nothing until they have a contact point.

    Raises:
        Refused: it was never told, handed it to itself or to somebody who has it already, or we cannot send it there.
    """
    facts: list[Fact] = []
    with house.store.look() as look:
        warning, seen = institution(look, handed.warning, handed.recipient), look.version(handed.warning)
        decide.hand_on(handed, look.get(Person, by).roles)
        if name.strip():
            facts.append(_somebody(handed.to, name.strip(), exercise=warning.exercise, now=now))
        elif look.get(Person, handed.to).forgotten:
            raise Refused(f"{handed.to} has been forgotten. Name somebody else.")
        if has_it(look, warning, handed.to):
            raise Refused(f"{handed.to} has warning {handed.warning} already, and is waited for.")
        more, lists = _handed(house, look, warning, handed, now)
    facts += more
    expect = {handed.subject: 0, handed.warning: seen}
    house.store.commit(facts, at=now, by=by, command=command, expect=expect, lists=lists)


def has_it(look: Look, warning: Warned, person: Id) -> bool:
    """Say whether somebody has a warning already, or is waited for about it."""
    return any(one.to == person for one in look.all(Handing, warning=warning.id)) or is_addressee(look, warning, person)


def _somebody(person: Id, name: str, *, exercise: bool, now: datetime) -> PersonAdded:
    return PersonAdded(subject=person, occurred_at=now, person_kind=PersonKind.PERSON, name=name, exercise=exercise)


def _handed(
    house: House, look: Look, warning: Warned, handed: HandedOn, now: datetime, fresh: Sequence[Address] = ()
) -> tuple[list[Fact], dict[Id, Sequence[Address]]]:
    """Return that a warning was handed on, that whoever has it now is waited for, and, where we send it, how.

    fresh: contact points that are confirmed by the same commit.
    """
    waited_for = open_watch(
        house.store.new_id(),
        warning=warning.id,
        of=handed.to,
        why=Why.SILENCE,
        ladder=ladder_of(warning),
        now=now,
        exercise=warning.exercise,
    )
    if not handed.told:
        return [handed, waited_for], {}
    if isinstance(warning, Notice):
        refuse_through_host(look, warning.threat, [handed.to])
        if handed.recorder != handed.giver:  # a contact's own colleagues are told as they are
            refuse_no_reader(look, warning, handed.to)
    known = [*look.addresses([handed.to]), *enumerate(fresh)]
    plan = plan_deliveries([handed.to], known, ways(house, warning), avoid=house.avoid)
    if plan.unreachable:
        raise Refused(f"{handed.to} cannot be told: nothing leads there that a confidential word may go by.")
    batches, lists = warning_batches(house, plan, warning, now)
    return [handed, waited_for, *batches], lists


# ---- by a contact, behind their link


class _Overtaken(Exception):  # noqa: N818  named like the errors of the house
    """Something that a step rested on has changed in between."""


def _anew(step: Callable[Concatenate[House, P], None]) -> Callable[Concatenate[House, P], None]:
    """Look again, and decide again, where somebody was faster; after some tries it is refused."""

    @wraps(step)
    def tried(house: House, /, *args: P.args, **named: P.kwargs) -> None:
        for left in range(AGAIN, 0, -1):
            try:
                step(house, *args, **named)
            except _Overtaken as error:
                if left == 1:
                    raise Refused(str(error)) from error
            else:
                return

    return tried


def _commit(
    house: House,
    facts: Sequence[Fact],
    *,
    by: Id,
    command: str,
    now: datetime,
    expect: Mapping[Id, int],
    lists: Mapping[Id, Sequence[Address]] | None = None,
) -> None:
    try:
        house.store.commit(facts, at=now, by=by, command=command, expect=expect, lists=lists)
    except Refused as error:
        raise _Overtaken(str(error)) from error


def colleagues(house: House, look: Look, notice: Notice, organisation: Id, giver: Id) -> dict[Id, tuple[str, ...]]:
    """Return whom a contact may hand a notice on to: who stands for the same organisation, and can be told.

    Whoever has it already is among them: who was left out would show who else was told. Whoever belongs to a distrusted host is
    not, like anyone who cannot be told.
    """
    known = contacts_of(look, organisation)
    usable = reachable(look, list(known), ways(house, notice)) - barred_from(look, notice)
    return {
        person: posts for person, posts in known.items() if person in usable and person not in (giver, organisation)
    }


@once
@_anew
def hand_on_by_link(
    house: House,
    warning_id: Id,
    recipient: Id,
    to: Id,
    *,
    words: str,
    giver: Id,
    command: str,
    now: datetime,
    most: int = MOST,
) -> None:
    """Hand a notice on to another contact of the same institution, as the contact asks who opened their link; it is sent there.

    Whoever has it already is not told again, and the giver does not see the difference. most: that one link may say.

    Raises:
        Refused: it is over, or they are none of its contacts who can be told.
    """
    with house.store.look() as look:
        notice, seen = _handed_notice(look, warning_id, recipient, now)
        handed = HandedOn(
            subject=keyed_id(house.store.secrets.links, "handed", warning_id, to),  # pressed twice, it is sent once
            occurred_at=now,
            warning=warning_id,
            recipient=recipient,
            to=to,
            heard=Heard.LINK,
            speaker="",
            words=words.strip(),
            recorder=giver,
            told=True,
            giver=giver,
        )
        decide.hand_on_by_link(handed, colleagues(house, look, notice, recipient, giver), notice.mark)
        if look.find(Handing, handed.subject) is not None:
            return
        _refuse_more(look, warning_id, giver, most)
        facts: Sequence[Fact] = [replace(handed, told=False)]
        lists: Mapping[Id, Sequence[Address]] = {}
        if not has_it(look, notice, to):
            facts, lists = _handed(house, look, notice, handed, now)
    expect = {warning_id: seen, handed.subject: 0}
    _commit(house, facts, by=giver, command=command, now=now, expect=expect, lists=lists)


def _handed_notice(look: Look, warning_id: Id, recipient: Id, now: datetime) -> tuple[Notice, int]:
    """Return a notice that somebody else may still be told of, and the version that this rests on."""
    notice = institution(look, warning_id, recipient)
    if not isinstance(notice, Notice) or is_over(notice, now):
        raise Refused("This is over. Nobody else is told of it.")
    return notice, look.version(warning_id)


def _refuse_more(look: Look, warning_id: Id, giver: Id, most: int) -> None:
    if count_said(look, warning_id, giver) >= most:
        raise Refused(ENOUGH)


def ways_for_new(house: House) -> tuple[str, ...]:
    """Return over which channels somebody new can be told of a notice."""
    return tuple(one for one in house.channels(confidential=True) if one in CHANNELS and one != "webhook")


@once
@_anew
def ask_handing_to(
    house: House,
    warning_id: Id,
    recipient: Id,
    to: Id,
    *,
    words: str,
    giver: Id,
    command: str,
    now: datetime,
    most: int = MOST,
) -> None:
    """Ask for a notice to be handed on to a contact of the same institution who may be told only once an officer says so.

    Asked again after it was refused, it is asked anew. most: that one link may say.

    Raises:
        Refused: it is over, or they are none of its contacts who can be told.
    """
    with house.store.look() as look:
        notice, seen = _handed_notice(look, warning_id, recipient, now)
        if to not in colleagues(house, look, notice, recipient, giver):
            raise Refused("They are no contact of your institution who can be told.")
        before = [one for one in look.all(HandingWish, warning=warning_id) if one.to == to]
        if any(one.decided_at is None or one.handing is not None for one in before):
            return
        _refuse_more(look, warning_id, giver, most)
        again = (str(len(before)),) if before else ()
        wish = keyed_id(house.store.secrets.links, "handing", warning_id, to, *again)
        asked = HandingAsked(
            subject=wish, occurred_at=now, warning=warning_id, recipient=recipient, to=to, giver=giver,
            words=words.strip(),
        )  # fmt: skip
        facts = [decide.ask_handing(asked, taken_back=False), *_rung_about(house, look, notice, recipient, now)]
    _commit(house, facts, by=giver, command=command, now=now, expect={warning_id: seen, wish: 0})


@once
@_anew
def ask_handing(
    house: House,
    warning_id: Id,
    recipient: Id,
    *,
    name: str,
    post: str,
    channel: str,
    address: str,
    words: str,
    giver: Id,
    command: str,
    now: datetime,
    most: int = MOST,
) -> None:
    """Ask for a notice to be handed on to somebody who is not known here. Nothing is sent before a duty officer confirms it.

    The wishes of a giver are numbered: of two that come at one moment, one gets the next number and the other looks again, so
    that no more are let in than one link may say. Asked again after it was refused, it is asked anew.

    Raises:
        Refused: no name is given, or no address that is one, or the notice is over.
    """
    called = ", ".join(part for part in (name.strip(), post.strip()) if part)
    if not name.strip() or len(called) > LONGEST_NAME or "\0" in called:
        raise Refused(f"Name somebody: at most {LONGEST_NAME} characters with their post.")
    if channel not in ways_for_new(house):
        raise Refused("There is no such way to tell somebody of a notice here.")
    own, secret = fitting(channel, address.strip()), house.store.secrets.links
    with house.store.look() as look:
        notice, seen = _handed_notice(look, warning_id, recipient, now)
        before = [one for one in look.all(HandingWish, warning=warning_id) if one.giver == giver]
        known = look.some(Contact, [one.contact for one in before if one.contact is not None])
        stands = [known[one.contact] for one in before if one.contact in known and not _is_refused(one)]
        if any((one.channel, one.address) == (channel, own) for one in stands):
            return
        _refuse_more(look, warning_id, giver, most)
        wish = keyed_id(secret, "handing", warning_id, giver, str(len(before)))
        person, contact = keyed_id(secret, "handing to", wish), keyed_id(secret, "handing at", wish)
        asked = HandingAsked(
            subject=wish, occurred_at=now, warning=warning_id, recipient=recipient, to=person, giver=giver,
            contact=contact, words=words.strip(),
        )  # fmt: skip
        facts: list[Fact] = [
            _somebody(person, called, exercise=notice.exercise, now=now),
            ContactAdded(subject=contact, occurred_at=now, person=person, channel=channel, address=own, pending=True),
            decide.ask_handing(asked, taken_back=False),
            *_rung_about(house, look, notice, recipient, now),
        ]
    _commit(house, facts, by=giver, command=command, now=now, expect={warning_id: seen, wish: 0})


def _is_refused(wish: HandingWish) -> bool:
    return wish.decided_at is not None and wish.handing is None


def _rung_about(house: House, look: Look, notice: Notice, recipient: Id, now: datetime) -> Iterator[Fact]:
    """Return that somebody is rung until a duty officer has decided: whoever is to be told knows nothing yet."""
    if not notice.ladder.rungs or look.all(
        Watch, warning=notice.id, of=recipient, why=Why.HANDING.value, settled_at=None, accepted_at=None
    ):
        return
    yield open_watch(
        house.store.new_id(),
        warning=notice.id,
        of=recipient,
        why=Why.HANDING,
        ladder=ladder_of(notice).at_once(),
        now=now,
        exercise=notice.exercise,
    )


# ---- decided by an officer


@once
@_anew
def confirm_handing(house: House, wish_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Confirm whom a notice is handed on to; it is sent there, and they are waited for.

    Raises:
        Refused: it was decided before, it is over, whoever confirms is no duty officer, nothing leads there, or they have been
            forgotten, or have it already.
    """
    with house.store.look() as look:
        wish, seen = look.get(HandingWish, wish_id), look.version(wish_id)
        notice, notice_seen = _handed_notice(look, wish.warning, wish.recipient, now)
        handed = HandedOn(
            subject=keyed_id(house.store.secrets.links, "handed", wish.warning, wish.to),
            occurred_at=now,
            warning=wish.warning,
            recipient=wish.recipient,
            to=wish.to,
            heard=Heard.LINK,
            speaker="",
            words=wish.words,
            recorder=by,
            told=True,
            giver=wish.giver,
        )
        facts: list[Fact] = [decide.confirm_handing(wish, handed.subject, by, look.get(Person, by).roles, now)]
        expect = {wish_id: seen, handed.subject: 0, notice.id: notice_seen, wish.to: look.version(wish.to)}
        _refuse_needless(look, notice, wish)
        contact = look.find(Contact, wish.contact)
        fresh = [] if contact is None else [Address(person=wish.to, contact=contact.id, channel=contact.channel)]
        if contact is not None:
            expect |= _refuse_told_there(look, notice, wish, contact)
            facts.append(ContactConfirmed(subject=contact.id, occurred_at=now, how="a duty officer"))
        more, lists = _handed(house, look, notice, handed, now, fresh)
        facts += [*more, *_settled(look, wish, now)]
    _commit(house, facts, by=by, command=command, now=now, expect=expect, lists=lists)


def _refuse_needless(look: Look, notice: Notice, wish: HandingWish) -> None:
    if look.get(Person, wish.to).forgotten:
        raise Refused("They have been forgotten since this was asked, and nothing leads to them. Refuse it.")
    if has_it(look, notice, wish.to):
        raise Refused("They have been told of it since this was asked. Refuse it; nobody is told twice.")


def _refuse_told_there(look: Look, notice: Notice, wish: HandingWish, contact: Contact) -> dict[Id, int]:
    """Stop a notice from going to one address twice; return the wishes that this rests on: of those it may be asked for again."""
    address = (contact.channel, contact.address)
    barred = barred_from(look, notice)
    if any((one.channel, one.address) == address for one in look.which(Contact, "person", sorted(barred))):
        refuse_through_host(look, notice.threat, sorted(barred))
    if any((one.channel, one.address) == address for one in look.told_at(notice.id)):
        raise Refused("Somebody was told of it at this very address. Refuse it; nobody is told twice.")
    others = [one for one in look.all(HandingWish, warning=notice.id, decided_at=None) if one.id != wish.id]
    return {one.id: look.version(one.id) for one in others}


@once
@_anew
def refuse_handing(house: House, wish_id: Id, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Refuse to hand a notice on. Whoever was not known here before is forgotten, unless an inquiry needs them.

    Raises:
        Refused: it was decided before, or no reason is given.
    """
    with house.store.look() as look:
        wish, seen = look.get(HandingWish, wish_id), look.version(wish_id)
        facts: list[Fact] = [decide.refuse_handing(wish, by, why, now)]
        gone, expect = _let_go(house, look, wish, now)
        facts += [*gone, *_settled(look, wish, now)]
        expect |= {wish_id: seen, wish.warning: look.version(wish.warning)}
    _commit(house, facts, by=by, command=command, now=now, expect=expect)


def end_wishes(house: House, look: Look, warning: Id, now: datetime) -> tuple[list[Fact], dict[Id, int]]:
    """Return that nobody else is told of a warning that is over, whoever asked for it, and the versions that this rests on."""
    facts: list[Fact] = []
    expect: dict[Id, int] = {}
    for wish in look.all(HandingWish, warning=warning, decided_at=None):
        facts.append(decide.refuse_handing(wish, "tocsin", "It was over before anybody had decided.", now))
        gone, seen = _let_go(house, look, wish, now)
        facts += gone
        expect |= seen | {wish.id: look.version(wish.id)}
    return facts, expect


def _let_go(house: House, look: Look, wish: HandingWish, now: datetime) -> tuple[list[Fact], dict[Id, int]]:
    """Return that whoever was not known here before is forgotten, unless an inquiry needs what is kept about them."""
    if wish.contact is None:
        return [], {}
    person = look.get(Person, wish.to)
    if person.forgotten or person.holds:
        return [], {person.id: look.version(person.id)}
    refuse_forgetting(person, look.desk_people())
    gone = forgotten(house, look, person.id, "They were not told after all.", now)
    return gone, {person.id: look.version(person.id)}


def _settled(look: Look, wish: HandingWish, now: datetime) -> Iterator[Fact]:
    waits = [one for one in look.all(HandingWish, warning=wish.warning, decided_at=None) if one.id != wish.id]
    if any(one.recipient == wish.recipient for one in waits):
        return
    for watch in look.all(Watch, warning=wish.warning, of=wish.recipient, why=Why.HANDING.value, settled_at=None):
        if (fact := settle(watch, "decided", now)) is not None:
            yield fact
