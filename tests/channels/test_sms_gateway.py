"""Any gateway that takes one HTTP request can be told of in a file, and a file that cannot be right stops the start."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.channels.promises import NOON, PATIENCE_S, sent
from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.channel import Parcel, Result
from tocsin.channels.sms import CallbackForm, GatewayForm, GatewaySettings, Sms, SmsSettings, TextLayout
from tocsin.channels.sms.gateway import Gateway
from tocsin.channels.sms.provider import Message
from tocsin.testing.phones import Phones

SIGNED = CallbackForm(state_field="a", delivered=["ok"], failed=[1], signature_header="S")

MILLER = "+15005550006"
TEXT = 'Water & mud: 100% {sure} "now"\n+ more; ü'


@pytest.fixture
def phones() -> Iterator[Phones]:
    with Phones() as phones:
        yield phones


def gateway(url: str = "https://sms.example/send", **others: Any) -> Gateway:
    return Gateway(settings(url, **others))


def settings(url: str = "https://sms.example/send", **others: Any) -> GatewaySettings:
    ours = {"sender": "Alarm", "user": "desk", "secret": "s3cret&", "callbacks": "https://warn.example/callbacks/sms"}
    mine = {name: others.pop(name) for name in list(others) if name in ours}
    return GatewaySettings(form=GatewayForm(url=url, **others), **(ours | mine))


def send(provider: GatewaySettings, text: str = TEXT) -> Result:
    channel = Sms(SmsSettings(provider=provider, timeout_s=PATIENCE_S), loopback_only=True)
    content = TextLayout(words=text, exercise=False).content()
    (result,) = sent(channel, [Parcel(id="id", address=MILLER, content=content, not_after=NOON, exercise=False)])
    return result


FIELDS = {"to": "{to}", "text": "{text}", "id": "{id}", "from": "{from}", "callback": "{callback}", "key": "{secret}"}


@pytest.mark.parametrize(
    ("query", "others"),
    [
        pytest.param("", {"form": FIELDS}, id="a form"),
        pytest.param("", {"json": {**FIELDS, "nested": [{"digits": "{to_digits}"}, 1, True, None]}}, id="JSON"),
        pytest.param("", {"json": FIELDS, "method": "PUT"}, id="JSON by PUT"),
        pytest.param(
            "?to={to}&text={text}&id={id}&from={from}&callback={callback}", {"method": "GET"}, id="a query by GET"
        ),
    ],
)
def test_each_shape_arrives_as_it_was_meant(phones: Phones, query: str, others: dict[str, Any]) -> None:
    result = send(settings(phones.url(f"/send{query}"), headers={"Authorization": "Basic {basic}"}, **others))
    assert result.state == "accepted"
    (found,) = phones.messages_to(MILLER)
    assert (found.text, found.sender, found.id) == (TEXT, "Alarm", "id")
    assert found.callback == "https://warn.example/callbacks/sms/id"
    assert found.headers["authorization"] == "Basic ZGVzazpzM2NyZXQm"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_stays_in_its_place_whatever_it_is(text: str) -> None:
    message = Message("id", MILLER, text)
    url = gateway("https://sms.example/{to_digits}/send?text={text}&last=1").url(message)
    assert url.isascii()
    assert url.startswith("https://sms.example/15005550006/send?text=")
    query = parse_qs(urlsplit(url).query, keep_blank_values=True, encoding="utf-8")
    assert query == {"text": [text], "last": ["1"]}
    form = gateway(form={"text": "<{text}>", "last": "1"}).body(message).decode("ascii")
    assert parse_qs(form, keep_blank_values=True) == {"text": [f"<{text}>"], "last": ["1"]}
    told = gateway(json={"a": ["{text}", {"b": "<{text}>{{to}}"}], "last": 1}).body(message)
    assert json.loads(told) == {"a": [text, {"b": f"<{text}>{{to}}"}], "last": 1}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        pytest.param({"form": {"a": "{name}"}}, "placeholder {name}", id="an unknown placeholder"),
        pytest.param({"json": [{"a": "{To}"}]}, "placeholder {To}", id="a placeholder in another case"),
        pytest.param({"form": {"a": "{to!r}"}}, "plain name", id="a placeholder with a conversion"),
        pytest.param({"form": {"a": "{to.__class__}"}}, "plain name", id="a placeholder that reaches in"),
        pytest.param({"form": {"a": "{}"}}, "plain name", id="a placeholder without a name"),
        pytest.param({"form": {"a": "{to"}}, "brace", id="half a placeholder"),
        pytest.param({"headers": {"A": "{text}"}}, "placeholder {text}", id="the text in a header"),
        pytest.param({"headers": {"A": "b\r\nHost: far"}}, "line break", id="a header with a line break"),
        pytest.param({"headers": {"A": "{secret}"}, "secret": "a\nb"}, "line break", id="a secret with a line break"),
        pytest.param({"headers": {"A b": "c"}}, "header", id="a header's name that is none"),
        pytest.param({"headers": {"Content-Length": "1"}}, "header", id="a header that is not yours"),
        pytest.param({"url": "https://{to}.example/"}, "before its path", id="the host made of a placeholder"),
        pytest.param({"url": "https://sms.example{to}/"}, "before its path", id="a host that a placeholder could end"),
        pytest.param({"url": "https://sms.example/{text}/send"}, "question mark", id="the text in the path"),
        pytest.param({"url": "ftp://sms.example/"}, "http", id="no http"),
        pytest.param({"url": "https://u:p@sms.example/"}, "password", id="a password in the url"),
        pytest.param({"form": {}, "json": {}}, "both", id="a form and JSON"),
        pytest.param({"method": "GET", "form": {"a": "b"}}, "GET", id="a GET with a body"),
        pytest.param({"success_field": "a"}, "belong together", id="a field without values"),
        pytest.param({"success_values": ["a"]}, "belong together", id="values without a field"),
        pytest.param({"refused_values": ["a"]}, "success_field", id="refusals without a field"),
        pytest.param({"success_status": [20]}, "100 to 599", id="a status that is none"),
        pytest.param({"sender": "A name too long"}, "sender", id="a sender that is none"),
        pytest.param({"callbacks": "miller"}, "http", id="an address for callbacks that is none"),
        pytest.param({"check_url": "miller"}, "http", id="a check that is none"),
        pytest.param({"callback": SIGNED, "secret": ""}, "no secret", id="signed callbacks and no secret"),
        pytest.param({"callback": replace(SIGNED, tolerance_s=0)}, "tolerance", id="no time to call back"),
        pytest.param({"callback": replace(SIGNED, sent=["ok"])}, "two things", id="a value that means two things"),
        pytest.param(
            {"callback": replace(SIGNED, signature_header="", timestamp_header="T")},
            "worth nothing",
            id="a time unsigned",
        ),
    ],
)
def test_a_file_that_cannot_be_right_stops_the_start(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        gateway(**wrong)
    assert "s3cret" not in str(refusal.value)


def deep(depth: int) -> Any:
    return "x" if depth == 0 else [deep(depth - 1)]


def test_json_nested_too_deeply_stops_the_start() -> None:
    with pytest.raises(Refused, match="deeply"):
        gateway(json=deep(100))


JUDGE: dict[str, Any] = {
    "success_field": "messages.0.status",
    "success_values": ["ok", 0],
    "refused_values": ["unknown_number"],
    "reference_field": "messages.0.id",
}


@pytest.mark.parametrize(
    ("status", "body", "state", "maybe", "reference"),
    [
        pytest.param(200, {"messages": [{"status": "ok", "id": "m-1"}]}, "accepted", False, "m-1", id="taken"),
        pytest.param(200, {"messages": [{"status": 0, "id": 17}]}, "accepted", False, "17", id="taken, in numbers"),
        pytest.param(
            200, {"messages": [{"status": "ok", "id": "<b>"}]}, "accepted", False, "", id="an id that is none"
        ),
        pytest.param(200, {"messages": [{"status": "unknown_number"}]}, "refused", False, "", id="refused in a 200"),
        pytest.param(400, {"messages": [{"status": "unknown_number"}]}, "refused", False, "", id="refused in a 400"),
        pytest.param(200, {"messages": [{"status": "quota"}]}, "later", False, "", id="another error in a 200"),
        pytest.param(200, {"messages": [{"status": False}]}, "later", False, "", id="false is not 0"),
        pytest.param(200, {"messages": []}, "later", True, "", id="nothing where it should stand"),
        pytest.param(200, {"messages": {"0": {"status": "ok"}}}, "accepted", False, "", id="a name that is a number"),
        pytest.param(200, b"<html>", "later", True, "", id="not as agreed"),
        pytest.param(401, {}, "later", False, "", id="our password: ours to mend"),
        pytest.param(422, {}, "refused", False, "", id="refused by status"),
        pytest.param(429, {}, "later", False, "", id="too many"),
        pytest.param(302, {}, "later", False, "", id="a redirect"),
        pytest.param(503, {"messages": [{"status": "ok"}]}, "later", False, "", id="ok inside a 503"),
    ],
)
def test_each_answer_means_one_thing(status: int, body: Any, state: str, maybe: bool, reference: str) -> None:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    verdict = gateway(**JUDGE).judge(status, raw)
    assert (verdict.state, verdict.maybe_arrived, verdict.reference) == (state, maybe, reference)
    assert "unknown_number" not in verdict.detail
    assert "quota" not in verdict.detail


def test_a_gateway_may_have_its_own_statuses_for_success() -> None:
    strict = gateway(success_status=[202])
    assert [strict.judge(status, b"").state for status in (202, 200, 400)] == ["accepted", "later", "refused"]


@given(st.binary())
def test_any_answer_at_all_is_judged(body: bytes) -> None:
    for status in (200, 400, 500):
        assert gateway(**JUDGE).judge(status, body).detail.endswith(".")


def test_the_account_is_asked_where_there_is_something_to_ask(phones: Phones) -> None:
    def channel(provider: GatewaySettings) -> Sms:
        return Sms(SmsSettings(provider=provider, timeout_s=PATIENCE_S), loopback_only=True)

    url = phones.url("/send")
    assert "nothing to ask" in channel(settings(url)).check()
    asking = settings(url, check_url=phones.url("/balance"))
    phones.next_answers = [(200, b"{}"), (401, b"{}"), (500, b"{}")]
    assert "knows the account" in channel(asking).check()
    with pytest.raises(Refused, match="settings"):
        channel(asking).check()
    with pytest.raises(Unreachable):
        channel(asking).check()
    assert phones.count() == 0
