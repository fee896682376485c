"""What providers call back to say is believed for its signature, and whatever else comes to the door is refused."""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.promises import NOON
from tocsin.basis.errors import Refused
from tocsin.channels.sms.callbacks import LARGEST, Callback, _is_signed, read_gateway_callback, read_twilio_callback
from tocsin.channels.sms.gateway import CallbackForm

ACCOUNT, TOKEN = "AC" + "0" * 32, "12345"
ID = "abcdefghijklmnopqrstuvwxyz"
URL = f"https://warn.town.example/callbacks/sms/{ID}"
FORM = "application/x-www-form-urlencoded"


def sign(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    said = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), hashlib.sha1)).decode()


def callback(url: str = URL, signed: str | None = None, **others: str) -> tuple[dict[str, str], str, bytes]:
    fields = {"AccountSid": ACCOUNT, "MessageSid": "SM1", "MessageStatus": "delivered", "To": "+15005550006", **others}
    headers = {"content-type": FORM, "x-twilio-signature": sign(signed or url, fields)}
    return headers, url, urlencode(fields).encode()


def read(headers: dict[str, str], url: str, body: bytes, *, tokens: tuple[str, ...] = (TOKEN,)) -> Callback | None:
    return read_twilio_callback(headers, url, body, tokens=tokens, account=ACCOUNT, now=NOON)


@pytest.mark.parametrize(
    ("caller", "signature"),
    [("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="), ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")],
)
def test_twilios_own_examples_fit(caller: str, signature: str) -> None:
    """Source: the examples in Twilio's pages on security and in its libraries' tests."""
    fields = {"CallSid": "CA1234567890ABCDE", "Caller": caller, "Digits": "1234", "From": caller, "To": "+18005551212"}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert _is_signed(signature, TOKEN, url, list(fields.items()))
    assert not _is_signed(signature, TOKEN + "6", url, list(fields.items()))


@pytest.mark.parametrize(
    ("status", "code", "state", "for_good", "words"),
    [
        ("delivered", "", "delivered", False, "on the phone"),
        ("read", "", "delivered", False, "on the phone"),
        ("sent", "", "sent", False, "carrier took it"),
        ("undelivered", "30003", "failed", False, "cannot be reached"),
        ("undelivered", "30005", "failed", True, "nobody has this number"),
        ("failed", "21610", "failed", True, "unsubscribed"),
        ("failed", "99999", "failed", False, "did not arrive"),
        ("failed", "many words", "failed", False, "did not arrive"),
        ("canceled", "", "failed", False, "did not arrive"),
    ],
)
def test_a_callback_says_what_became_of_which_message(
    status: str, code: str, state: str, for_good: bool, words: str
) -> None:
    found = read(*callback(MessageStatus=status, ErrorCode=code, ErrorMessage="secretive"))
    assert found is not None
    assert (found.parcel, found.state, found.for_good, found.at) == (ID, state, for_good, NOON)
    assert found.code == (code if code.isdigit() else None)
    assert words in found.detail
    assert "secretive" not in repr(found)
    assert "+1500" not in repr(found)


@pytest.mark.parametrize("status", ["accepted", "scheduled", "queued", "sending"])
def test_what_is_under_way_is_no_callback_yet(status: str) -> None:
    assert read(*callback(MessageStatus=status)) is None


def test_a_replay_is_the_same_callback_and_another_outcome_is_not() -> None:
    found = [read(*callback()), read(*callback()), read(*callback(MessageStatus="undelivered"))]
    once, again, other = [one.key for one in found if one is not None]
    assert once == again != other


@pytest.mark.parametrize("called", [URL.replace(".example", ".example:443"), URL])
@pytest.mark.parametrize("signed", [URL.replace(".example", ".example:443"), URL])
def test_the_port_that_goes_without_saying_may_be_said(called: str, signed: str) -> None:
    assert read(*callback(called, signed)) is not None


def test_during_a_change_of_tokens_either_is_enough() -> None:
    assert read(*callback(), tokens=("new", TOKEN)) is not None
    for tokens in ((), ("",), ("new",)):
        with pytest.raises(Refused, match="signature"):
            read(*callback(), tokens=tokens)


@pytest.mark.parametrize(
    ("altered", "why"),
    [
        pytest.param({"url": URL[:-1]}, "signature", id="another message"),
        pytest.param({"url": URL + "?a=b"}, "signature", id="a query"),
        pytest.param({"url": "https://[::1"}, "signature", id="no address"),
        pytest.param({"body": b"MessageStatus=delivered"}, "signature", id="another body"),
        pytest.param({"body": b"\xff"}, "form", id="a body that is none"),
        pytest.param({"body": b"a=%ff"}, "form", id="no UTF-8"),
        pytest.param({"body": b"a=1&" * 300}, "form", id="too many fields"),
        pytest.param({"body": b"a" * (LARGEST + 1)}, "form", id="too large"),
        pytest.param({"headers": {}}, "form", id="no kind"),
        pytest.param({"headers": {"content-type": FORM}}, "signature", id="no signature"),
        pytest.param({"headers": {"content-type": FORM, "x-twilio-signature": "ü"}}, "signature", id="no base64"),
    ],
)
def test_what_was_altered_is_refused(altered: dict[str, Any], why: str) -> None:
    right: dict[str, Any] = dict(zip(("headers", "url", "body"), callback(), strict=True))
    assert read(**right)
    with pytest.raises(Refused, match=why):
        read(**(right | altered))


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ({"AccountSid": "AC" + "1" * 32}, "another Twilio account"),
        ({"MessageStatus": "received"}, "nothing of a message"),
        ({"MessageSid": "<b>"}, "nothing of a message"),
    ],
)
def test_what_is_signed_and_of_no_use_is_refused(others: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(*callback(**others))
    with pytest.raises(Refused, match="names no message"):
        read(*callback("https://warn.town.example/callbacks/sms/"))


SIGNED = CallbackForm(
    state_field="data.state",
    delivered=["DELIVRD", 1],
    failed=["EXPIRED"],
    failed_for_good=["REJECTD"],
    sent=["ACCEPTD"],
    nothing_yet=["ENROUTE"],
    id_field="data.ref",
    code_field="data.error",
    signature_header="X-Signature",
    signature_prefix="sha256=",
    timestamp_header="X-Time",
)
PLAIN = CallbackForm(state_field="status", delivered=["1"], failed=["2"], code_field="err")


def told(state: Any, at: int = int(NOON.timestamp()), secret: str = "key", **others: Any) -> dict[str, Any]:
    body = msgspec.json.encode({"data": {"state": state, "ref": ID, **others}})
    digest = hmac.digest(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hex()
    headers = {"content-type": "application/json", "x-signature": f"sha256={digest}", "x-time": str(at)}
    return {"headers": headers, "url": "https://warn.town.example/callbacks/sms/other", "body": body}


def heard(
    given: dict[str, Any], form: CallbackForm = SIGNED, secrets: tuple[str, ...] = ("new", "key")
) -> Callback | None:
    return read_gateway_callback(**given, form=form, secrets=secrets, now=NOON)


@pytest.mark.parametrize(
    ("state", "expected", "for_good"),
    [
        ("DELIVRD", "delivered", False),
        (1, "delivered", False),
        ("EXPIRED", "failed", False),
        ("REJECTD", "failed", True),
        ("ACCEPTD", "sent", False),
    ],
)
def test_a_signed_callback_of_a_gateway_is_understood(state: Any, expected: str, for_good: bool) -> None:
    found = heard(told(state, error="0x17"))
    assert found is not None
    assert (found.parcel, found.state, found.code, found.for_good) == (ID, expected, "0x17", for_good)
    assert heard(told("ENROUTE")) is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        pytest.param(told("DELIVRD", secret="another"), "signature", id="another's signature"),
        pytest.param(told("DELIVRD", at=int(NOON.timestamp()) - 301), "too long ago", id="a replay"),
        pytest.param(told("DELIVRD", at=10**11), "ahead of time", id="from far ahead"),
        pytest.param(told("DELIVRD") | {"body": b"{}"}, "signature", id="another body"),
        pytest.param(told("DELIVRD") | {"headers": {}}, "when it was signed", id="no head"),
        pytest.param(told("DELIVRD") | {"body": b" " * (LARGEST + 1)}, "larger", id="too large"),
        pytest.param(told("EATEN"), "agreed words", id="a state not agreed"),
        pytest.param(told(None), "agreed words", id="no state"),
        pytest.param(told("DELIVRD", ref="a b"), "names no message", id="an id that is none"),
    ],
)
def test_a_callback_that_cannot_be_believed_is_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        heard(given)


def test_a_gateway_that_does_not_sign_is_believed_for_its_address_alone() -> None:
    for one in (
        {"headers": {"content-type": FORM}, "url": URL, "body": b"status=2&err=8&id=other"},
        {"headers": {}, "url": f"{URL}?status=2&err=8&id=other", "body": b""},
        {"headers": {"content-type": "application/json"}, "url": URL, "body": b'{"status":2,"err":8,"id":"other"}'},
    ):
        named = msgspec.structs.replace(PLAIN, id_field="id")
        found = heard(one, named)
        assert found is not None
        assert (found.parcel, found.state, found.code) == (ID, "failed", "8")


parts = st.sampled_from([b"status=1", b"&", b"=", b"%", b"{", b'"data":', b"state", b"DELIVRD", b"}", b"[", b"]"])


@given(
    headers=st.dictionaries(
        st.sampled_from(["content-type", "x-twilio-signature", "x-signature", "x-time"]),
        st.sampled_from([FORM, "application/json", "1709812800", ""]) | st.text(),
    ),
    url=st.text() | st.sampled_from([URL, "https://[", "https://a:b/", "//", "http://a:99999/x"]),
    body=st.binary() | st.lists(parts).map(b"".join),
)
def test_whatever_comes_to_the_door_is_read_or_refused(headers: dict[str, str], url: str, body: bytes) -> None:
    with pytest.raises(Refused):
        read(headers, url, body)
    with pytest.raises(Refused):
        heard({"headers": headers, "url": url, "body": body})
    try:
        found = heard({"headers": headers, "url": url, "body": body}, PLAIN)
    except Refused:
        return
    assert found is not None
    assert found.state in ("delivered", "failed")
