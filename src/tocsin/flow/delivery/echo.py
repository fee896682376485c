"""Hearing back: what a provider or a bounce says of a message is taken in, and the next way is tried where it did not arrive.

And where it is refused at once because nothing arrives there, the contact point is marked in the same way.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import structlog

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Personal
from tocsin.basis.ids import Id
from tocsin.delivery.echo import Echo, What, weigh_echo
from tocsin.delivery.facts import EchoesTaken
from tocsin.flow.house import House
from tocsin.people.facts import ContactFailed
from tocsin.people.state import Contact, ContactStands
from tocsin.store.echoes import Entered, Heard, Taken

IN_USE = (ContactStands.ACTIVE, ContactStands.PAUSED)
INTAKE = "echoes"  # the one state that counts them

log = structlog.get_logger()


def take_echoes(house: House, now: datetime) -> None:
    """Take in what was heard back and is due; what takes effect, and what follows from it, in the same commit."""
    while (taken := _take_some(house, now)).count > taken.waiting:
        if taken.unknown:  # of another installation, from long ago, or made up
            log.info("echoes of no message of ours", count=taken.unknown)


def _take_some(house: House, now: datetime) -> Taken:
    def follow(
        entered: Sequence[Entered], first: int, last: int, counts: Mapping[str, int], root: str
    ) -> Iterator[Fact]:
        yield EchoesTaken(subject=INTAKE, occurred_at=now, first=first, last=last, counts=dict(counts), root=root)
        wrong = {one.heard.contact: one.echo.detail for one in entered if one.echo.for_good}
        for contact, detail in wrong.items():
            yield ContactFailed(subject=contact, occurred_at=now, detail=detail)

    return house.store.take_echoes(INTAKE, now, _weigh, follow)


def mark_wrong(house: House, batch: Id, wrong: Mapping[Id, tuple[Personal, str]], *, now: datetime) -> None:
    """Note of some contact points that nothing arrives there. wrong: the address of each that was refused, and how we know.

    One that was given another address meanwhile is not marked; nor is one whose owner nobody knows yet, for it is not used.
    A crash before this loses no warning, for what came of each delivery stands in the log; the next refusal says it again.
    """
    if not wrong:
        return
    with house.store.look() as look:
        known = look.some(Contact, list(wrong))
        seen = {contact: look.version(contact) for contact in known}
    facts = [
        ContactFailed(subject=contact, occurred_at=now, detail=wrong[contact][1])
        for contact, one in known.items()
        if one.failed_at is None and one.stands in IN_USE and one.address == wrong[contact][0]
    ]
    if facts:
        command, expect = f"wrong:{batch}:{house.store.new_id()}", {fact.subject: seen[fact.subject] for fact in facts}
        try:
            house.store.commit(facts, at=now, by="tocsin", command=command, expect=expect)
        except Refused:  # one of them got another address just now; of the others the next refusal says it again
            return


def _weigh(echo: Echo, heard: Heard) -> What:
    if heard.forgotten:
        return "says nothing"
    return weigh_echo(echo.said, heard.stands, tried=heard.attempt > 0, in_hand=heard.in_hand, for_good=echo.for_good)
