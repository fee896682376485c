"""The ways out, wired: each channel together with how a message becomes what it carries, and what its provider calls back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from tocsin.basis.errors import Refused
from tocsin.basis.words import N_, Language
from tocsin.channels.channel import Channel, Limit, Parcel, Result
from tocsin.channels.mail import (
    WRONG_ADDRESS,
    Button,
    Dkim,
    LetterLayout,
    Mail,
    MailSettings,
    RelaySettings,
    check_relays,
    read_bounce,
    read_key,
    read_reply,
    written,
)
from tocsin.channels.sms import (
    Sms,
    SmsSettings,
    TextLayout,
    TwilioSettings,
    read_gateway_callback,
    read_gateway_reply,
    read_settings,
    read_twilio_callback,
    read_twilio_reply,
)
from tocsin.channels.webhook import PERSONAL, PayloadLayout, Webhook, WebhookSettings, endpoint_key
from tocsin.delivery.echo import Echo
from tocsin.flow.delivery.carrier import Carrier, Incoming, Message, Pack
from tocsin.settings import Settings, dkim_keys, masters, pipelined_hosts, relay_of, several

ANSWER = N_("Answer here")
DIGITS = {
    "alert": N_("Or reply 1 received, 2 acting, 3 safe."),
    "notice": N_("Or reply 1 received, 2 acting."),
    "headcount": N_("Or reply 3 safe, 4 need help."),
}
"""What a text message says of answering by a digit (answer.keywords), by the kind of what it tells."""
CALLBACKS = "/callbacks/"
"""Under which path of ours providers call back; the channel's name and the message's id follow."""

SMS_FILE = "sms.toml"
_DAY_S = 86_400


class Sending:
    """What every carrier does alike: it hands parcels to its channel."""

    def __init__(self, channel: Channel, limits: Sequence[Limit] = ()) -> None:
        """Send over this channel, and no more than this."""
        self._channel = channel
        self.limits = tuple(limits)

    def send(
        self, parcels: Iterable[Parcel], now: Callable[[], datetime], *, in_flight: int = 1
    ) -> Iterator[list[Result]]:
        """Send, as the channel does."""
        return self._channel.send(parcels, now, in_flight=in_flight)

    def close(self) -> None:
        """Hang up."""
        self._channel.close()


class MailCarrier(Sending):
    """Mail, and how a message becomes a letter."""

    def __init__(
        self,
        settings: MailSettings,
        sender_name: str,
        language: Language,
        *,
        loopback_only: bool,
        limits: Sequence[Limit] = (),
        dkim: Dkim | None = None,
    ) -> None:
        """Write letters in this name and hand them to these relays. language: in which the link says what it is.

        dkim: signs each letter; None: the relay does, or nobody.
        """
        super().__init__(Mail(settings, loopback_only=loopback_only), limits)
        self._settings = settings
        self._loopback_only = loopback_only
        self._sender = settings.sender
        self._name = sender_name
        self._language = language
        self._dkim = dkim

    def check(self) -> str:
        """Ask each relay whether it takes us."""
        return check_relays(self._settings, loopback_only=self._loopback_only)

    def layout(self, message: Message, not_after: datetime) -> Pack:
        """Lay a message out as a letter, with the answer link as a button where there is something to answer."""
        answer = Button(self._language(message.language)(ANSWER))
        with_link, without = self._letters(message, (answer,)), self._letters(message, ())
        sign = self._dkim.signed if self._dkim is not None else bytes

        def pack(parcel_id: str, address: str, answer_url: str, leave_url: str) -> Parcel:
            letters = with_link if answer_url else without
            letter = letters.letter(parcel_id=parcel_id, to=address, answer_url=answer_url, unsubscribe_url=leave_url)
            content = sign(letter)
            return Parcel(
                id=parcel_id, address=address, content=content, not_after=not_after, exercise=message.exercise
            )

        return pack

    def _letters(self, message: Message, buttons: tuple[Button, ...]) -> LetterLayout:
        return letters(message, self._sender, self._name, buttons)


def letters(message: Message, sender: str, sender_name: str, buttons: tuple[Button, ...]) -> LetterLayout:
    """Lay a message out as a letter."""
    bodies = written(message.subject, message.lines, buttons, message.language, large=message.large)
    return LetterLayout(
        sender=sender,
        sender_name="" if message.unnamed else sender_name,
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

    def __init__(self, settings: WebhookSettings, *, loopback_only: bool, limits: Sequence[Limit] = ()) -> None:
        """Post to whatever these settings allow."""
        super().__init__(Webhook(settings, loopback_only=loopback_only), limits)
        self._masters = settings.masters

    def secrets(self, address: str) -> tuple[str, ...]:
        """Return what signs webhooks to one receiver and to no other, the newest first."""
        return tuple(endpoint_key(master, address) for master in self._masters)

    def check(self) -> str:
        """Say that there is nobody to ask."""
        raise Refused("A webhook goes wherever its recipient says; there is no account that could be asked.")

    def layout(self, message: Message, not_after: datetime) -> Pack:
        """Lay a message out as a body."""
        body = payloads(message)

        def pack(parcel_id: str, address: str, answer_url: str, _leave_url: str) -> Parcel:
            content = body.payload(answer_url or None)
            return Parcel(
                id=parcel_id, address=address, content=content, not_after=not_after, exercise=message.exercise
            )

        return pack


def payloads(message: Message) -> PayloadLayout:
    """Lay a message out as the body of a webhook."""
    return PayloadLayout(
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


class SmsCarrier(Sending):
    """Text messages: how a message becomes one, and what its provider says later."""

    def __init__(
        self,
        settings: SmsSettings,
        callback_secrets: Sequence[str],
        *,
        loopback_only: bool,
        language: Language | None = None,
    ) -> None:
        """Send by this account. callback_secrets: what signs its callbacks; during a change both.

        language: in which it is said that digits can be answered; None: that is not said.
        """
        self._sms = Sms(settings, loopback_only=loopback_only)
        super().__init__(self._sms, self._sms.limits)
        self._provider = settings.provider
        self.most_segments = settings.most_segments
        self._secrets = tuple(callback_secrets)
        self.replies_in = language if self._takes_replies() else None

    def _takes_replies(self) -> bool:
        """Say whether what people reply comes back: to a number, and by an account that hands it on. A name has no replies."""
        provider = self._provider
        sender = provider.sender.lstrip("+")
        if isinstance(provider, TwilioSettings):
            return provider.replies and (sender.isdigit() or sender.startswith("MG"))
        return provider.form.replies is not None and sender.isdigit()

    def check(self) -> str:
        """Ask whether the account is well."""
        return self._sms.check()

    def layout(self, message: Message, not_after: datetime) -> Pack:
        """Lay a message out as a text, what to do first: the end may be cut off."""
        text = texts(message, self.most_segments, self.replies_in)

        def pack(parcel_id: str, address: str, answer_url: str, _leave_url: str) -> Parcel:
            content = text.content(answer_url)
            return Parcel(
                id=parcel_id, address=address, content=content, not_after=not_after, exercise=message.exercise
            )

        return pack

    def read_incoming(self, headers: Mapping[str, str], url: str, body: bytes, now: datetime) -> Incoming | None:
        """Return a message that came in, as flow.carrier.TakesReplies does."""
        provider = self._provider
        if isinstance(provider, TwilioSettings):
            found = read_twilio_reply(headers, url, body, tokens=self._secrets, account=provider.account)
        elif provider.form.replies is not None:
            found = read_gateway_reply(headers, url, body, form=provider.form.replies, secrets=self._secrets, now=now)
        else:
            raise Refused("This gateway has not been told to hand on what comes in.")
        if found is None:
            return None
        return Incoming(channel=Sms.name, message=found.message, address=found.address, text=found.text, at=now)

    @property
    def undated(self) -> bool:
        """Say whether its calls bear no moment under their signature. Twilio's do not."""
        if isinstance(self._provider, TwilioSettings):
            return True
        forms = self._provider.form.callback, self._provider.form.replies
        return any(form is not None and not form.timestamp_header for form in forms)

    def read_callback(self, headers: Mapping[str, str], url: str, body: bytes, now: datetime) -> Echo | None:
        """Return what a callback says, as flow.house.CallsBack does."""
        provider = self._provider
        if isinstance(provider, TwilioSettings):
            found = read_twilio_callback(headers, url, body, tokens=self._secrets, account=provider.account, now=now)
        elif provider.form.callback is not None:
            found = read_gateway_callback(
                headers, url, body, form=provider.form.callback, secrets=self._secrets, now=now
            )
        else:
            raise Refused("This gateway has not been told to call back.")
        if found is None or found.state == "sent":
            return None
        return Echo(
            channel=Sms.name,
            message=found.parcel,
            said="delivered" if found.state == "delivered" else "dead",
            for_good=found.for_good,
            detail=found.detail,
            at=now,
        )


def texts(message: Message, most_segments: int, replies_in: Language | None) -> TextLayout:
    """Lay a message out as a text, what to do first: the end may be cut off.

    replies_in: in which it is said that digits can be answered; None: that is not said.
    """
    words = "\n".join([message.subject, *message.lines])
    said = DIGITS.get(message.kind, "") if replies_in is not None else ""
    hint = replies_in(message.language)(said) if replies_in is not None and said else ""
    return TextLayout(words=words, exercise=message.exercise, most_segments=most_segments, hint=hint)


def bounced(raw: bytes, sender: str, to: str, now: datetime) -> Echo | None:
    """Return what a mail that came back says of a letter of ours; None: it is still on its way.

    sender: of our letters. to: to whom the mail came, as its envelope has it, if that is known.

    Raises:
        Refused: it is no bounce of ours, or does not say what became of it.
    """
    found = read_bounce(raw, sender=sender, to=to)
    if found.state == "delayed":
        return None
    return Echo(
        channel=Mail.name,
        message=found.parcel,
        said="delivered" if found.state == "delivered" else "dead",
        for_good=found.state == "failed" and found.code in WRONG_ADDRESS,
        detail=found.detail,
        at=now,
    )


def replied(raw: bytes, sender: str, now: datetime) -> Incoming:
    """Return a reply to a letter of ours. sender: of our letters.

    Raises:
        Refused: it wrote itself, or is from nobody.
    """
    found = read_reply(raw, sender=sender)
    message = found.message or sha256(raw).hexdigest()
    return Incoming(
        channel=Mail.name, message=message, address=found.address, text=found.text, at=now, parcels=found.parcels
    )


def carriers(settings: Settings, language: Language, *, loopback_only: bool) -> dict[str, Carrier]:
    """Return the ways out that the settings open, the surest first.

    Raises:
        Refused: a setting of theirs cannot be right.
    """
    found: dict[str, Carrier] = {}
    if settings.mail_host:
        found["mail"] = _mail(settings, language, loopback_only=loopback_only)
    hooks = WebhookSettings(
        allow_private=settings.webhook_private,
        signing_keys=tuple(settings.webhook_keys.split()),
        masters=tuple(masters(settings.webhook_master)),
        pipelined=pipelined_hosts(settings.webhook_pipelined),
    )
    found["webhook"] = WebhookCarrier(hooks, loopback_only=loopback_only, limits=_limits(settings, "webhook"))
    file = settings.data / SMS_FILE
    if file.exists():
        found["sms"] = _sms(settings, language, file, loopback_only=loopback_only)
    return found


def _mail(settings: Settings, language: Language, *, loopback_only: bool) -> MailCarrier:
    def relay(host: str, port: int) -> RelaySettings:
        return RelaySettings(
            host=host,
            port=port,
            starttls=settings.mail_starttls,
            user=settings.mail_user or None,
            password=settings.mail_password or None,
        )

    first = relay(settings.mail_host, settings.mail_port)
    chosen = MailSettings(
        host=first.host,
        port=first.port,
        sender=settings.mail_sender,
        starttls=first.starttls,
        user=first.user,
        password=first.password,
        others=tuple(relay(*relay_of(one)) for one in several(settings.mail_others)),
        own_returns=settings.mail_returns,
    )
    name = "" if settings.neutral else settings.organisation
    limits, dkim = _limits(settings, "mail"), _dkim(settings)
    return MailCarrier(chosen, name, language, loopback_only=loopback_only, limits=limits, dkim=dkim)


def _dkim(settings: Settings) -> Dkim | None:
    keys = [read_key(selector, settings.data / file) for selector, file in dkim_keys(settings.mail_dkim)]
    domain = settings.mail_dkim_domain or settings.mail_sender.rpartition("@")[2]
    return Dkim(domain, settings.mail_sender, keys) if keys else None


def _sms(settings: Settings, language: Language, file: Path, *, loopback_only: bool) -> SmsCarrier:
    callbacks = f"{settings.base_url}{CALLBACKS}sms" if settings.base_url else ""
    chosen = read_settings(file, secret=settings.sms_secret, callbacks=callbacks)
    secrets = settings.sms_callback_secrets.split() or [settings.sms_secret]
    return SmsCarrier(chosen, secrets, loopback_only=loopback_only, language=language)


def _limits(settings: Settings, channel: Literal["mail", "webhook"]) -> tuple[Limit, ...]:
    """Return what the settings let an account send: in a second with its burst, and in a day."""
    mail = channel == "mail"
    per_s = settings.mail_per_second if mail else settings.webhook_per_second
    burst = settings.mail_burst if mail else settings.webhook_burst
    per_day = settings.mail_per_day if mail else settings.webhook_per_day
    found = []
    if per_s:
        found.append(Limit(account=channel, per_s=per_s, burst=burst or max(1, int(per_s))))
    if per_day:
        found.append(Limit(account=f"{channel}:day", per_s=per_day / _DAY_S, burst=per_day))
    return tuple(found)
