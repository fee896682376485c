"""A town whose ways out are the real ones: what leaves goes over this machine's network to whoever listens there."""

from dataclasses import replace
from typing import Any

from tocsin.carriers import SMS_FILE, carriers
from tocsin.locale import words_for
from tocsin.people.facts import ContactAdded
from tocsin.settings import Settings
from tocsin.testing.phones import ACCOUNT, SECRET, Phones
from tocsin.testing.town import Town


def goes_by_real_ways(town: Town, *, sms: str = "", **settings: Any) -> None:
    """Let what leaves go by the channels that these settings open. sms: what sms.toml says of a provider, if anything."""
    data = town.app.settings.data
    if sms:
        (data / SMS_FILE).write_text(sms)
        settings |= {"sms_secret": SECRET, "base_url": "https://warn.town.example"}
    town.app.settings = Settings(data=data, organisation="The town", mail_sender="bell@town.example", **settings)
    town.app.house = replace(town.house, carriers=carriers(town.app.settings, words_for, loopback_only=True))


def twilio_at(phones: Phones) -> str:
    """Return what sms.toml says of an account here that may send as fast as it can."""
    api = f"http://127.0.0.1:{phones.port}"
    return f'sender = "+15005550001"\nper_second = 1000\n[twilio]\naccount = "{ACCOUNT}"\napi = "{api}"\n'


def is_reached(town: Town, person: str, *ways: tuple[str, str]) -> str:
    """Let someone live here who is reached in these ways, the first one first: channel and address of each."""
    town.person(person, reached=False)
    town.says(
        *(
            ContactAdded(
                subject=town.id(f"{person}'s {channel}"),
                occurred_at=town.now,
                person=town.id(person),
                channel=channel,
                address=address,
                order=order,
            )
            for order, (channel, address) in enumerate(ways)
        )
    )
    return person
