"""The public page of an alert before there is one: drawn by the very code that draws it, for what a screen reader says of it.

What is known only once the alert is out is not in it: its entry in the record.
"""

from datetime import datetime

from lxml import html
from msgspec.structs import replace

from tocsin.warning.alert.state import Alert
from tocsin.web.desk.heard import heard
from tocsin.web.public.pages import Ask, PublicSite, alert_page
from tocsin.web.public.standing import if_issued


def page_heard(
    site: PublicSite, alert: Alert, identifier: str, language: str, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return what a screen reader says of the page of an alert in a language, if it went out now.

    identifier: of its CAP message.
    """
    one = if_issued(replace(alert, identifier=identifier), now)
    with site.door.look() as look:
        made = alert_page(site, look, one, Ask(alert.id, (language,), language), now)
    page = made.body.decode()
    return (("title", html.document_fromstring(page).findtext(".//title") or ""), *heard(page))
