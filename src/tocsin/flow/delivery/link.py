"""Links to one's own page: planned, worded, and read when they come back."""

from datetime import UTC, date, datetime, timedelta

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.delivery.facts import BatchPlanned, Errand, Lane
from tocsin.delivery.plan import Address
from tocsin.flow.delivery.carrier import Message
from tocsin.flow.house import House
from tocsin.flow.people.person import find
from tocsin.people.known import Known
from tocsin.people.state import Contact, ContactStands
from tocsin.store.log import recipients_root
from tocsin.store.look import Look

PREFIX = "/me/"
LASTS = timedelta(days=7)  # how long a link works, and how long an unconfirmed contact point is kept
WORTH_SENDING = timedelta(days=1)
KIND = "link"


def token(house: House, contact: Id, now: datetime) -> str:
    """Return the token of a link to the page of whoever reads at a contact point."""
    return house.store.links.own_token(contact, _day(now))


def behind(house: House, look: Look, text: str, now: datetime) -> tuple[Known, Contact] | None:
    """Return whose page a token leads to, and from which contact point; None where it leads nowhere (any more)."""
    said = house.store.links.own(text)
    if said is None or not 0 <= _day(now) - said[1] <= LASTS.days:
        return None
    contact = look.find(Contact, said[0])
    if contact is None or contact.stands is ContactStands.REMOVED:
        return None
    known = find(house, look, contact.person)
    return None if known.person.forgotten else (known, contact)


def _day(moment: datetime) -> int:
    return (moment.astimezone(UTC).date() - date(1970, 1, 1)).days


def plan_link(house: House, contact_id: Id, *, errand: int, now: datetime) -> None:
    """Write down that a link is to be sent to a contact point, pending or not."""
    with house.store.look() as look:
        contact = look.get(Contact, contact_id)
        exercise = find(house, look, contact.person).person.exercise
        step = len(look.batches(contact_id))
    if contact.channel not in house.carriers or contact.stands is ContactStands.REMOVED:
        house.store.finish(errand)
        return
    batch = house.store.new_id()
    to = [Address(person=contact.person, contact=contact.id, channel=contact.channel)]
    planned = BatchPlanned(
        subject=batch,
        occurred_at=now,
        warning=contact.id,
        warning_kind=KIND,
        errand=Errand.LINK,
        channel=contact.channel,
        step=step,
        count=1,
        root=recipients_root(to),
        not_after=now + WORTH_SENDING,
        exercise=exercise,
        lane=Lane.BULK,
    )
    house.store.commit([planned], at=now, by="tocsin", command=f"link:{errand}", lists={batch: to}, done=errand)


def link_message(house: House, contact: Contact, exercise: bool, now: datetime, _: Words) -> Message:
    """Send whoever reads at a contact point the link to their page."""
    url = f"{house.base_url}{PREFIX}{token(house, contact.id, now)}"
    organisation = house.organisation
    if contact.stands is ContactStands.PENDING:
        subject = _("May %(organisation)s warn you here?", organisation=organisation)
        lines = (
            _("Somebody asked %(organisation)s to send warnings here. If that was you, open this link and say so:",
              organisation=organisation),
            url,
            _("If it was not you, do nothing: this address is forgotten within eight days."),
        )  # fmt: skip
    else:
        subject = _("Your page at %(organisation)s", organisation=organisation)
        lines = (
            _("Here you see, change and erase what %(organisation)s keeps about you:", organisation=organisation),
            url,
            _("The link works for a week. Give it to nobody. If you did not ask for it, do nothing."),
        )
    return Message(
        kind=KIND,
        about=contact.id,
        subject=subject,
        lines=lines,
        language=_.language,
        sent_at=now,
        exercise=exercise,
        urgent=False,
    )
