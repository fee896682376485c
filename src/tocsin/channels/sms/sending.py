"""Hands text messages to a provider, many at once, and judges each answer by its status and by what it says inside."""

import http.client
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.channel import Limit, Now, Parcel, Result, later, refused
from tocsin.channels.flight import Flights
from tocsin.channels.hosts import LOST, Connection, Line, Origin, split
from tocsin.channels.posting import Answer, Limits, Posting, head_lines, seconds_to_wait
from tocsin.channels.sms.gateway import Gateway, GatewaySettings
from tocsin.channels.sms.numbers import is_number
from tocsin.channels.sms.provider import Message, Provider
from tocsin.channels.sms.texts import MOST_SEGMENTS, read_text
from tocsin.channels.sms.twilio import Twilio, TwilioSettings
from tocsin.channels.wire import Reach, allow, tls

SINK_PATH, SINK_SIGN = "/tocsin-phones", b"XTOCSINPHONES"
"""Where testing.Phones says that it is one. A loopback gateway that does not say it may be a real one with a modem."""

_ANSWER_OCTETS = 65_536
_OCTETS = _ANSWER_OCTETS + 131_072  # with the head, and what the buffer reads ahead
_DAY_S = 86_400


class SmsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """By whom text messages go, how fast, and how many.

    per_second: messages that the account may hand over in a second; the provider names the figure.
    per_day: that it may spend in a day, so that a mistake cannot empty it.
    most_segments: what one message may cost; see TextLayout.
    timeout_s: for connecting, and again for the whole exchange.
    allow_private: let the gateway have a private or loopback address.
    ca_file: whom to trust besides the machine's own list.
    connections: at a time.
    """

    provider: TwilioSettings | GatewaySettings
    per_second: float = 10.0
    per_day: int = 10_000
    most_segments: int = 3
    timeout_s: float = 20.0
    allow_private: bool = False
    ca_file: str | None = None
    connections: int = 16

    def __repr__(self) -> str:
        return f"SmsSettings(provider={self.provider!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("provider", self.provider)]


class Sms:
    """The channel for text messages. A parcel's address is an E.164 number, its content TextLayout's."""

    name = "sms"

    def __init__(self, settings: SmsSettings, *, loopback_only: bool) -> None:
        """Make the channel; nothing is connected before there is something to send.

        loopback_only: refuse any gateway but testing.Phones on this machine. A replay or sandbox says True.

        Raises:
            Refused: a setting cannot be right.
        """
        _check(settings)
        kind = settings.provider
        self._provider: Provider = Twilio(kind) if isinstance(kind, TwilioSettings) else Gateway(kind)
        far = Reach.ANYWHERE if settings.allow_private else Reach.PUBLIC
        self._line = Line(Reach.LOOPBACK if loopback_only else far, settings.timeout_s, tls(settings.ca_file))
        self._loopback_only = loopback_only
        post = _Post(self._provider)
        most = Limits(per_host=settings.connections, in_all=settings.connections, in_a_row=self._agreed(kind))
        self._flights = Flights(lambda: Posting(post, self._line, most))
        account = self._provider.account
        self.limits = (
            Limit(account=account, per_s=settings.per_second, burst=max(1, int(settings.per_second))),
            Limit(account=f"{account}:day", per_s=settings.per_day / _DAY_S, burst=settings.per_day),
        )
        """What the account may send: in a second, and in a day. Whoever sends keeps to both."""

    def send(self, parcels: Iterable[Parcel], now: Now, *, in_flight: int = 1) -> Iterator[list[Result]]:
        """Hand them over and yield what the provider said of each."""
        if self._loopback_only:
            try:
                self._refuse_a_real_one()
            except (Refused, Unreachable) as error:
                say, why = refused if isinstance(error, Refused) else later, str(error)
                return ([say(parcel, why)] for parcel in parcels)
        return self._flights.send(parcels, now, in_flight=in_flight)

    def close(self) -> None:
        """Hang up."""
        self._flights.close()

    def check(self) -> str:
        """Ask whether the account is well, and return the answer in one sentence. Nothing is sent.

        Raises:
            Refused: it is not, and a person must mend it; the sentence says what.
            Unreachable: the provider does not answer.
        """
        if self._loopback_only:
            self._refuse_a_real_one()
        url = self._provider.check_url
        if not url:
            self._line.connect(self._origin()).close()
            return "The gateway can be reached; it has nothing to ask about the account, and nothing was sent."
        answer = _get(self._line, url, self._provider.check_headers())
        return self._provider.judge_check(answer.status, answer.body)

    def _agreed(self, kind: TwilioSettings | GatewaySettings) -> dict[Origin, int]:
        return {self._origin(): kind.form.pipelined} if isinstance(kind, GatewaySettings) else {}

    def _origin(self) -> Origin:
        return split(self._provider.url(Message("check", "", "")))[0]

    def _refuse_a_real_one(self) -> None:
        origin = self._origin()
        name = f"[{origin.host}]" if ":" in origin.host else origin.host
        answer = _get(self._line, f"{'https' if origin.secure else 'http'}://{name}:{origin.port}{SINK_PATH}", {})
        if answer.body != SINK_SIGN:
            raise Refused(
                "In a replay or sandbox text messages go only to Tocsin's own phones; this gateway is another."
            )


def _check(settings: SmsSettings) -> None:
    if settings.timeout_s <= 0:
        raise Refused(f"The SMS channel's timeout is {settings.timeout_s} s. It must be more than 0.")
    if not 0 < settings.per_second <= 10_000:
        raise Refused(
            f"The SMS channel may send {settings.per_second} a second. It must be more than 0, and up to 10000."
        )
    if settings.per_day < 1:
        raise Refused(f"The SMS channel may send {settings.per_day} a day. It must be 1 or more.")
    if not 1 <= settings.most_segments <= MOST_SEGMENTS:
        raise Refused(f"A text message may cost {settings.most_segments} segments. It must be 1 to {MOST_SEGMENTS}.")
    if not 1 <= settings.connections <= 256:
        raise Refused(f"The SMS channel has {settings.connections} connections. It must have 1 to 256.")


def _get(line: Line, url: str, headers: Mapping[str, str]) -> Answer:
    """Ask, and return what came back, whatever its status. A redirect is not followed.

    Raises:
        Refused: the address is none, or lies beyond reach.
        Unreachable: no answer came in time, or none that is HTTP and short enough.
    """
    origin, target = split(url)
    connection = line.connect(origin)
    try:
        return _exchange(connection, target, headers)
    except LOST:
        raise Unreachable("The provider gave no answer, or none that is HTTP and short enough.") from None
    finally:
        connection.close()


def _exchange(connection: Connection, target: str, headers: Mapping[str, str]) -> Answer:
    allow(connection.sock, connection.patience_s, _OCTETS)
    connection.request("GET", target, None, {**headers, "User-Agent": "Tocsin", "Connection": "close"})
    response = connection.getresponse()
    body = response.read(_ANSWER_OCTETS + 1)
    if len(body) > _ANSWER_OCTETS:
        raise http.client.HTTPException("The answer is too long.")
    return Answer(response.status, None, body)


class _Post:
    """What a text message is, as a request."""

    reads_bodies = True

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.method = provider.method

    def check(self, parcel: Parcel) -> str:
        return self._provider.url(_message(parcel))

    def head(self, parcel: Parcel, _at: datetime) -> str:
        return head_lines(self._provider.headers(_message(parcel)))

    def body(self, parcel: Parcel) -> bytes:
        return self._provider.body(_message(parcel))

    def judge(self, parcel: Parcel, answer: Answer, now: Now) -> Result:
        verdict = self._provider.judge(answer.status, answer.body)
        wait = seconds_to_wait(answer.retry_after, now) if verdict.state == "later" else None
        return Result(
            parcel=parcel.id,
            state=verdict.state,
            detail=verdict.detail,
            retry_after=wait,
            maybe_arrived=verdict.maybe_arrived,
            reference=verdict.reference,
            wrong_address=verdict.wrong_number,
        )


def _message(parcel: Parcel) -> Message:
    if not is_number(parcel.address):
        raise Refused("The address is no number as E.164 writes it, like +15005550006.")
    return Message(parcel.id, parcel.address, read_text(parcel))
