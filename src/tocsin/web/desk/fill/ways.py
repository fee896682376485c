"""How somebody is reached, as one row: what the address is, and what opens it with one press."""

from tocsin.people.state import Contact
from tocsin.web.desk.views.board import WayRow

OPENS = {"sms": "tel:", "voice": "tel:", "mail": "mailto:"}


def way(contact: Contact) -> WayRow:
    """Return the row of a contact point. A telephone number opens the telephone, without the spaces between its digits."""
    address = str(contact.address)
    opens = OPENS.get(contact.channel, "")
    return WayRow(
        channel=contact.channel,
        address=address,
        href=f"{opens}{address.replace(' ', '')}" if opens else "",
        failed=contact.failed_at is not None,
    )
