"""Text messages keep their promises, and what is particular to them: codes, errors inside a 200, accounts, secrets."""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.channels.promises import NOON, PATIENCE_S, WATER, Promises, Way, sent, states
from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.channel import Channel, Parcel, Result
from tocsin.channels.sms import Sms, SmsSettings, TextLayout, TwilioSettings
from tocsin.channels.sms.provider import Message
from tocsin.channels.sms.twilio import Twilio
from tocsin.testing.hook import Hook
from tocsin.testing.phones import ACCOUNT, Phones

MILLER = "+15005550006"
ANSWER = "https://warn.town.example/a/abcdefghijklmnopqrstuvwxyz"


class SmsWay(Way):
    receiver: Phones

    def channel(self, *, patience_s: float = PATIENCE_S, port: int | None = None) -> Channel:
        return self.sms(patience_s=patience_s, port=port)

    def sms(self, *, patience_s: float = PATIENCE_S, port: int | None = None, **others: Any) -> Sms:
        provider = self.receiver.twilio(port=port)
        return Sms(SmsSettings(provider=provider, timeout_s=patience_s, **others), loopback_only=True)

    def elsewhere(self) -> tuple[Channel, Parcel]:
        far = msgspec.structs.replace(self.receiver.twilio(), api="http://192.0.2.80")
        open_ = SmsSettings(provider=far, timeout_s=PATIENCE_S, allow_private=True)
        return Sms(open_, loopback_only=True), self.parcel("miller")

    def address(self, name: str, port: int | None = None) -> str:
        return f"+1500555{zlib.crc32(name.encode()) % 10_000_000:07}"

    def content(self, parcel_id: str, address: str, *, exercise: bool) -> bytes:
        return TextLayout(words=WATER, exercise=exercise).content(ANSWER)

    def hostile(self) -> list[str]:
        return [
            "",
            "miller",
            "5005550006",
            "0015005550006",
            "+05005550006",
            "+15005",
            "+1 500 555 0006",
            "+1500555000600000",  # sixteen digits
            "+1500555000\n6",
            "+15005550006\r\nHost: far",
            "+15005550006&To=+15005550007",
            "+١٥٠٠٥٥٥٠٠٠٦",
        ]

    def unmistakable(self, parcel_id: str) -> bool:
        (found,) = (message for message in self.receiver.messages() if message.id == parcel_id)
        return found.text.startswith("EXERCISE EXERCISE EXERCISE\n")

    def refuse(self, name: str) -> None:
        self.receiver.refuse(self.address(name))

    def one(self) -> Result:
        (result,) = self.send([self.parcel("miller")])
        return result


@pytest.fixture
def phones() -> Iterator[Phones]:
    with Phones() as phones:
        yield phones


@pytest.fixture
def way(phones: Phones) -> SmsWay:
    return SmsWay(phones)


class TestSmsKeepsItsPromises(Promises):
    pass


def test_a_message_arrives_as_it_was_meant(phones: Phones, way: SmsWay) -> None:
    text = "Вода & мост = 100 %? + “quotes”\nFrom: nobody"
    content = TextLayout(words=text, exercise=False).content(ANSWER)
    parcel = Parcel(id="id", address=MILLER, content=content, not_after=NOON + timedelta(hours=1), exercise=False)
    (result,) = way.send([parcel])
    assert (result.state, result.reference[:2]) == ("accepted", "SM")
    (found,) = phones.messages_to(MILLER)
    assert (found.text, found.sender) == (f"{text}\n{ANSWER}", "+15005550001")
    assert found.callback == "https://warn.town.example/callbacks/sms/id"
    assert found.headers["content-type"] == "application/x-www-form-urlencoded"


def test_many_go_out_at_once_over_kept_connections(phones: Phones, way: SmsWay) -> None:
    channel = way.channel()
    results = [result for some in channel.send(way.parcels(300), lambda: NOON, in_flight=50) for result in some]
    channel.close()
    assert set(states(results)) == {"accepted"}
    assert set(phones.ids().values()) == {1}
    assert phones.count() == 300


def test_a_service_sends_in_its_own_name(phones: Phones) -> None:
    service = "MG" + "a" * 32
    assert f"MessagingServiceSid={service}" in Twilio(phones.twilio(service)).body(Message("id", MILLER, "x")).decode()
    assert b"From=Alarm" in Twilio(phones.twilio("Alarm")).body(Message("id", MILLER, "x"))


@pytest.mark.parametrize(
    ("status", "body", "fate", "words"),
    [
        pytest.param(400, {"code": 21211}, "refused", "number is none", id="no such number"),
        pytest.param(400, {"code": 21610}, "refused", "unsubscribed", id="unsubscribed"),
        pytest.param(400, {"code": 21614}, "refused", "no text messages", id="not a mobile"),
        pytest.param(400, {"code": 99999}, "refused", "400", id="a code we do not know"),
        pytest.param(400, {"code": 21606}, "later", "look at the settings", id="our sender: ours to mend"),
        pytest.param(400, {"code": 21408}, "later", "country", id="a country not opened: ours to mend"),
        pytest.param(401, {"code": 20003}, "later", "password", id="our password: ours to mend"),
        pytest.param(403, {}, "later", "settings", id="forbidden, no reason: ours to mend"),
        pytest.param(404, {"code": 20404}, "later", "not found", id="our account is gone"),
        pytest.param(429, {"code": 20429}, "later", "too many", id="too many"),
        pytest.param(429, {}, "later", "now", id="too many, no reason"),
        pytest.param(500, {}, "later", "now", id="500"),
        pytest.param(503, {"code": 20500}, "later", "now", id="503"),
        pytest.param(302, {}, "later", "elsewhere", id="a redirect"),
        pytest.param(201, {"sid": "SM1", "status": "queued", "error_code": None}, "accepted", "201", id="queued"),
        pytest.param(
            200, {"sid": "SM1", "status": "failed", "error_code": 30005}, "refused", "nobody", id="failed in 200"
        ),
        pytest.param(
            200, {"sid": "SM1", "status": "failed", "error_code": 1}, "later", "failed", id="failed, code unknown"
        ),
        pytest.param(
            200, {"sid": "SM1", "status": "queued", "error_code": 30001}, "later", "queue", id="an error inside"
        ),
    ],
)
def test_each_answer_means_one_thing(
    phones: Phones, way: SmsWay, status: int, body: dict[str, Any], fate: str, words: str
) -> None:
    phones.answer(status, msgspec.json.encode(body | {"message": "secretive words about +15005550006"}))
    result = way.one()
    assert result.state == fate
    assert words in result.detail
    assert "secretive" not in result.detail
    assert not result.maybe_arrived


@pytest.mark.parametrize("body", [b"", b"OK", b"<html>Please log in", b"[]", b"\xff", b'{"sid":"' + b"x" * 70 + b'"}'])
def test_a_200_from_somebody_else_is_no_acceptance(phones: Phones, way: SmsWay, body: bytes) -> None:
    phones.answer(200, body)
    result = way.one()
    assert (result.state, result.maybe_arrived) == ("later", True)
    assert phones.count() == 0


@pytest.mark.parametrize("size", [100_000, 5_000_000])
def test_a_body_that_is_too_long_is_no_acceptance(way: SmsWay, phones: Phones, size: int) -> None:
    phones.answer(201, b'{"sid":"SM1","status":"queued","body":"' + b"x" * size + b'"}')
    assert way.one().maybe_arrived


def test_a_gateway_on_this_machine_that_might_have_a_modem_is_not_used_in_a_replay(way: SmsWay) -> None:
    """Kannel on localhost is loopback too, and a drill through it would reach real people."""
    with Hook() as other:
        channel = way.sms(port=other.port)
        (result,) = sent(channel, [way.parcel("miller")])
        assert result.state == "refused"
        assert other.count() == 0
        with pytest.raises(Refused, match="replay"):
            channel.check()


def test_the_account_is_asked_and_nothing_is_sent(phones: Phones, way: SmsWay) -> None:
    assert "nothing was sent" in way.sms().check()
    phones.account_status = "suspended"
    with pytest.raises(Refused, match="suspended"):
        way.sms().check()
    wrong = SmsSettings(provider=msgspec.structs.replace(phones.twilio(), secret="another"))
    with pytest.raises(Refused, match="settings"):
        Sms(wrong, loopback_only=True).check()
    assert phones.count() == 0
    phones.close()
    with pytest.raises(Unreachable):
        way.sms().check()


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "AC1"},
        {"account": "AC" + "0" * 31 + "/"},
        {"user": "miller"},
        {"secret": ""},
        {"sender": ""},
        {"sender": "A name too long"},
        {"sender": "0015005550001000"},
        {"sender": "Ale\r\nrt"},
        {"api": "ftp://api.example"},
        {"api": "https://u:p@api.example"},
        {"callbacks": "miller"},
        {"callbacks": "https://a.example/?b="},
    ],
)
def test_a_provider_that_cannot_be_right_is_refused_at_once(phones: Phones, wrong: dict[str, str]) -> None:
    with pytest.raises(Refused):
        Twilio(msgspec.structs.replace(phones.twilio(), **wrong))


@pytest.mark.parametrize("wrong", [{"per_second": 0}, {"per_day": 0}, {"patience_s": 0}, {"connections": 0}])
def test_limits_that_cannot_be_right_are_refused_at_once(way: SmsWay, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        way.sms(**wrong)


def test_limits_are_told_by_account_and_hold_no_secret(way: SmsWay) -> None:
    second, day = way.sms(per_second=50.0, per_day=86_400).limits
    assert (second.per_s, second.burst) == (50.0, 50)
    assert (day.per_s, day.burst) == (1.0, 86_400)
    assert ACCOUNT not in second.account
    assert second.account != day.account


def test_settings_in_print_hold_no_secret_and_a_message_no_word() -> None:
    secret = TwilioSettings(account=ACCOUNT, user=ACCOUNT, secret="hunter2", sender="Alarm")
    said = repr(secret) + repr(SmsSettings(provider=secret)) + repr(Twilio(secret)) + repr(secret.__rich_repr__())
    assert "hunter2" not in said
    assert ACCOUNT not in said
    assert repr(Message("id", MILLER, WATER)) == "Message(id='id')"
