"""Handing a warning on: noted by an officer, done behind a contact's own link, or asked for there until a duty officer confirms.

Whoever it goes to is waited for from then on, beside whoever was waited for before: a link pressed ends nobody's silence.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

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
from tocsin.flow.approach import is_over
from tocsin.flow.audience import Warned, is_addressee
from tocsin.flow.deliver import warning_batches, ways
from tocsin.flow.duty import ladder_of
from tocsin.flow.forget import forgotten
from tocsin.flow.house import House
from tocsin.flow.institution import institution
from tocsin.flow.line import reachable
from tocsin.flow.once import once
from tocsin.people.address import CHANNELS, fitting
from tocsin.people.facts import ContactAdded, ContactConfirmed, PersonAdded, PersonKind
from tocsin.people.state import Contact, Person
from tocsin.store.institutions import contacts_of
from tocsin.store.look import Look
from tocsin.warning.notice.state import Notice

LONGEST_NAME = 200  # characters of a name and a post together


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
        warning = institution(look, handed.warning, handed.recipient)
        decide.hand_on(handed, look.get(Person, by).roles)
        if name.strip():
            facts.append(_somebody(handed.to, name.strip(), exercise=warning.exercise, now=now))
        elif look.get(Person, handed.to).forgotten:
            raise Refused(f"{handed.to} has been forgotten. Name somebody else.")
        if has_it(look, warning, handed.to):
            raise Refused(f"{handed.to} has warning {handed.warning} already, and is waited for.")
        more, lists = _handed(house, look, warning, handed, now)
    facts += more
    house.store.commit(facts, at=now, by=by, command=command, expect={handed.subject: 0}, lists=lists)


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
    known = [*look.addresses([handed.to]), *enumerate(fresh)]
    plan = plan_deliveries([handed.to], known, ways(house, warning), avoid=house.avoid)
    if plan.unreachable:
        raise Refused(f"{handed.to} cannot be told: nothing leads there that a confidential word may go by.")
    batches, lists = warning_batches(house, plan, warning, now)
    return [handed, waited_for, *batches], lists


# ---- by a contact, behind their link


def colleagues(house: House, look: Look, notice: Notice, organisation: Id, giver: Id) -> dict[Id, tuple[str, ...]]:
    """Return whom a contact may hand a notice on to: who stands for the same organisation, can be told, and has it not yet."""
    known = contacts_of(look, organisation)
    usable = reachable(look, list(known), ways(house, notice))
    return {
        person: posts
        for person, posts in known.items()
        if person in usable and person not in (giver, organisation) and not has_it(look, notice, person)
    }


@once
def hand_on_by_link(
    house: House, warning_id: Id, recipient: Id, to: Id, *, words: str, giver: Id, command: str, now: datetime
) -> None:
    """Hand a notice on to another contact of the same institution, as the contact asks who opened their link; it is sent there.

    Raises:
        Refused: it is over, they have it already, or they are none of its contacts who can be told.
    """
    with house.store.look() as look:
        notice = _handed_notice(look, warning_id, recipient, now)
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
        facts, lists = _handed(house, look, notice, handed, now)
    house.store.commit(facts, at=now, by=giver, command=command, expect={handed.subject: 0}, lists=lists)


def _handed_notice(look: Look, warning_id: Id, recipient: Id, now: datetime) -> Notice:
    notice = institution(look, warning_id, recipient)
    if not isinstance(notice, Notice) or is_over(notice, now):
        raise Refused("This is over. Nobody else is told of it.")
    return notice


def ways_for_new(house: House) -> tuple[str, ...]:
    """Return over which channels somebody new can be told of a notice."""
    return tuple(one for one in house.channels(confidential=True) if one in CHANNELS and one != "webhook")


@once
def ask_handing_to(
    house: House, warning_id: Id, recipient: Id, to: Id, *, words: str, giver: Id, command: str, now: datetime
) -> None:
    """Ask for a notice to be handed on to a contact of the same institution who may be told only once an officer says so.

    Raises:
        Refused: it is over, they have it already, or they are none of its contacts who can be told.
    """
    with house.store.look() as look:
        notice = _handed_notice(look, warning_id, recipient, now)
        if to not in colleagues(house, look, notice, recipient, giver):
            raise Refused("They are no contact of your institution who can be told, or have it already.")
        wish = keyed_id(house.store.secrets.links, "handing", warning_id, to)
        if look.find(HandingWish, wish) is not None:
            return
        asked = HandingAsked(
            subject=wish, occurred_at=now, warning=warning_id, recipient=recipient, to=to, giver=giver,
            words=words.strip(),
        )  # fmt: skip
        facts = [decide.ask_handing(asked, taken_back=False), *_rung_about(house, look, notice, recipient, now)]
    house.store.commit(facts, at=now, by=giver, command=command, expect={wish: 0})


@once
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
) -> None:
    """Ask for a notice to be handed on to somebody who is not known here. Nothing is sent before a duty officer confirms it.

    Raises:
        Refused: no name is given, or no address that is one, or the notice is over.
    """
    called = ", ".join(part for part in (name.strip(), post.strip()) if part)
    if not name.strip() or len(called) > LONGEST_NAME or "\0" in called:
        raise Refused(f"Name somebody: at most {LONGEST_NAME} characters with their post.")
    if channel not in ways_for_new(house):
        raise Refused("There is no such way to tell somebody of a notice here.")
    own = fitting(channel, address.strip())
    secret = house.store.secrets.links
    wish = keyed_id(secret, "handing", warning_id, giver, channel, own)
    person, contact = keyed_id(secret, "handing to", wish), keyed_id(secret, "handing at", wish)
    with house.store.look() as look:
        notice = _handed_notice(look, warning_id, recipient, now)
        if look.find(HandingWish, wish) is not None:
            return
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
    house.store.commit(facts, at=now, by=giver, command=command, expect={wish: 0})


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
def confirm_handing(house: House, wish_id: Id, *, by: Id, command: str, now: datetime) -> None:
    """Confirm whom a notice is handed on to; it is sent there, and they are waited for.

    Raises:
        Refused: it was decided before, it is over, whoever confirms is no duty officer, or nothing leads there.
    """
    with house.store.look() as look:
        wish, seen = look.get(HandingWish, wish_id), look.version(wish_id)
        notice = _handed_notice(look, wish.warning, wish.recipient, now)
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
        contact = look.find(Contact, wish.contact)
        fresh = [] if contact is None else [Address(person=wish.to, contact=contact.id, channel=contact.channel)]
        if contact is not None:
            facts.append(ContactConfirmed(subject=contact.id, occurred_at=now, how="a duty officer"))
        more, lists = _handed(house, look, notice, handed, now, fresh)
        facts += [*more, *_settled(look, wish, now)]
    expect = {wish_id: seen, handed.subject: 0}
    house.store.commit(facts, at=now, by=by, command=command, expect=expect, lists=lists)


@once
def refuse_handing(house: House, wish_id: Id, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Refuse to hand a notice on. Whoever was not known here before is forgotten.

    Raises:
        Refused: it was decided before, or no reason is given.
    """
    with house.store.look() as look:
        wish, seen = look.get(HandingWish, wish_id), look.version(wish_id)
        facts: list[Fact] = [decide.refuse_handing(wish, by, why, now)]
        if wish.contact is not None:
            facts += forgotten(house, look, wish.to, "They were not told after all.", now)
        facts += _settled(look, wish, now)
    house.store.commit(facts, at=now, by=by, command=command, expect={wish_id: seen})


def _settled(look: Look, wish: HandingWish, now: datetime) -> Iterator[Fact]:
    waits = [one for one in look.all(HandingWish, warning=wish.warning, decided_at=None) if one.id != wish.id]
    if any(one.recipient == wish.recipient for one in waits):
        return
    for watch in look.all(Watch, warning=wish.warning, of=wish.recipient, why=Why.HANDING.value, settled_at=None):
        if (fact := settle(watch, "decided", now)) is not None:
            yield fact
