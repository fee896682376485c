"""The ways out, wired: each channel together with how a message becomes what it carries."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from tocsin.basis.words import N_, Language
from tocsin.channels.channel import Channel, Limit, Parcel, Result
from tocsin.channels.mail import Button, LetterLayout, Mail, MailSettings, written
from tocsin.channels.webhook import PERSONAL, PayloadLayout, Webhook, WebhookSettings
from tocsin.flow.house import Carrier, Message, Pack
from tocsin.settings import Settings

ANSWER = N_("Answer here")


class Sending:
    """What every carrier does alike: it hands parcels to its channel."""

    limits: tuple[Limit, ...] = ()

    def __init__(self, channel: Channel) -> None:
        """Send over this channel."""
        self._channel = channel

    def send(
        self, parcels: Iterable[Parcel], now: Callable[[], datetime], *, in_flight: int = 1
    ) -> Iterator[list[Result]]:
        """Send, as the channel does."""
        return self._channel.send(parcels, now, in_flight=in_flight)


class MailCarrier(Sending):
    """Mail, and how a message becomes a letter."""

    def __init__(self, settings: MailSettings, sender_name: str, language: Language, *, loopback_only: bool) -> None:
        """Write letters in this name and hand them to this relay. language: in which the link says what it is."""
        super().__init__(Mail(settings, loopback_only=loopback_only))
        self._sender = settings.sender
        self._name = sender_name
        self._language = language

    def layout(self, message: Message, not_after: datetime) -> Pack:
        """Lay a message out as a letter, with the answer link as a button where there is something to answer."""
        answer = Button(self._language(message.language)(ANSWER))
        with_link, without = self._letters(message, (answer,)), self._letters(message, ())

        def pack(parcel_id: str, address: str, answer_url: str) -> Parcel:
            letters = with_link if answer_url else without
            content = letters.letter(parcel_id=parcel_id, to=address, answer_url=answer_url)
            return Parcel(
                id=parcel_id, address=address, content=content, not_after=not_after, exercise=message.exercise
            )

        return pack

    def _letters(self, message: Message, buttons: tuple[Button, ...]) -> LetterLayout:
        bodies = written(message.subject, message.lines, buttons, message.language)
        return LetterLayout(
            sender=self._sender,
            sender_name=self._name,
            subject=message.subject,
            text=bodies.text,
            html=bodies.html,
            sent_at=message.sent_at,
            language=message.language,
            exercise=message.exercise,
            urgent=message.urgent,
        )


class WebhookCarrier(Sending):
    """Webhooks, and how a message becomes their body."""

    def __init__(self, settings: WebhookSettings, *, loopback_only: bool) -> None:
        """Post to whatever these settings allow."""
        super().__init__(Webhook(settings, loopback_only=loopback_only))

    def layout(self, message: Message, not_after: datetime) -> Pack:
        """Lay a message out as a body."""
        body = PayloadLayout(
            kind=f"tocsin.{message.kind}",
            sent_at=message.sent_at,
            exercise=message.exercise,
            data={
                "id": message.about,
                "subject": message.subject,
                "text": list(message.lines),
                "language": message.language,
                "urgent": message.urgent,
                "answer_url": PERSONAL,
            },
        )

        def pack(parcel_id: str, address: str, answer_url: str) -> Parcel:
            content = body.payload(answer_url or None)
            return Parcel(
                id=parcel_id, address=address, content=content, not_after=not_after, exercise=message.exercise
            )

        return pack


def carriers(settings: Settings, language: Language, *, loopback_only: bool) -> dict[str, Carrier]:
    """Return the ways out that the settings open, the surest first."""
    found: dict[str, Carrier] = {}
    if settings.mail_host:
        relay = MailSettings(
            host=settings.mail_host,
            port=settings.mail_port,
            sender=settings.mail_sender,
            starttls=settings.mail_starttls,
            user=settings.mail_user or None,
            password=settings.mail_password or None,
        )
        found["mail"] = MailCarrier(relay, settings.organisation, language, loopback_only=loopback_only)
    hooks = WebhookSettings(allow_private=settings.webhook_private)
    found["webhook"] = WebhookCarrier(hooks, loopback_only=loopback_only)
    return found
