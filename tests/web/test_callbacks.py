"""A text message goes out, its provider calls back, and what was said is seen; whoever else comes to that door is not believed."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.story.test_headcount import as_counted, asks, count
from tests.web.installation import Browser
from tocsin.basis.errors import Refused, Unreachable
from tocsin.carriers import carriers
from tocsin.channels.sms.gateway import RepliesForm
from tocsin.channels.sms.inbound import read_gateway_reply
from tocsin.flow.delivery.channels import channels
from tocsin.locale import words_for
from tocsin.people.facts import ContactAdded, ContactChanged
from tocsin.people.state import Contact
from tocsin.settings import Settings
from tocsin.store.reconcile import reconcile
from tocsin.testing.phones import ACCOUNT, SECRET, Phones
from tocsin.testing.town import Town
from tocsin.web import callbacks
from tocsin.web.site import Site

BASE = "https://warn.town.example"
NUMBER = "+15005550006"

Rung = tuple[Town, Phones, Browser]


@pytest.fixture(name="rung")
def _rung(tmp_path: Path) -> Iterator[Rung]:
    """Return a town that told Ann by text message, the phones of its provider, and a way to its door."""
    with Phones() as phones, Town(tmp_path / "data") as town:
        file = tmp_path / "data" / "sms.toml"
        file.write_text(
            f'sender = "+15005550001"\n[twilio]\naccount = "{ACCOUNT}"\napi = "http://127.0.0.1:{phones.port}"\n'
        )
        settings = Settings(data=tmp_path / "data", base_url=BASE, sms_secret=SECRET, organisation="The town")
        ways = carriers(settings, words_for, loopback_only=True)
        town.app.settings = settings
        town.app.house = replace(town.house, carriers={**ways, "webhook": town.radio}, base_url=BASE)
        town.person("Ann", reached=False)
        number = ContactAdded(
            subject=town.id("Ann's number"),
            occurred_at=town.now,
            person=town.id("Ann"),
            channel="sms",
            address=NUMBER,
        )
        town.app.store.commit([number], at=town.now, by="town", command="number")
        town.gets_a_radio("Ann")
        site = Site(town.app)
        yield town, phones, Browser(site)
        site.close()
        town.work()
        assert reconcile(town.app.store) == []


def said(phones: Phones, status: str, *, secret: str = SECRET, **more: str) -> tuple[str, bytes, dict[str, str]]:
    """Return what Twilio would call back about the last message: path, body and headers."""
    url = phones.messages()[-1].callback
    fields = {"AccountSid": ACCOUNT, "MessageSid": "SM1", "MessageStatus": status, **more}
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(secret.encode(), signed.encode(), hashlib.sha1)).decode()
    return url.removeprefix(BASE), urlencode(fields).encode(), {"x-twilio-signature": signature}


def calls_back(rung: Rung, status: str, *, secret: str = SECRET, **more: str) -> int:
    path, body, headers = said(rung[1], status, secret=secret, **more)
    return rung[2].post(path, body, headers=headers).status_code


def stands(town: Town, alert: str) -> dict[str, str]:
    with town.app.store.look() as look:
        return {
            batch.channel: stood.value
            for batch in look.batches(town.id(alert))
            for stood in look.stands(batch.id).values()
        }


def test_that_a_text_message_arrived_is_seen(rung: Rung) -> None:
    town, phones, _ = rung
    alert = town.duty_officer.issues_alert(to=["Ann"], headline="Keep off the bridge")
    assert "Keep off the bridge" in phones.messages_to(NUMBER)[0].text
    assert calls_back(rung, "sent") == 200
    assert calls_back(rung, "delivered") == 200
    assert stands(town, alert) == {"sms": "accepted"}, "kept; what follows is the engine's"
    town.work()
    assert stands(town, alert) == {"sms": "delivered"}


def test_a_number_that_nobody_has_is_left_for_the_next_way(rung: Rung) -> None:
    town, _, _ = rung
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert calls_back(rung, "undelivered", ErrorCode="30005") == 200
    town.work()
    assert stands(town, alert) == {"sms": "dead", "webhook": "accepted"}


def test_a_forged_callback_changes_nothing_and_is_told_nothing(rung: Rung) -> None:
    town, phones, browser = rung
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert calls_back(rung, "undelivered", secret="guessed") == 403
    path, body, headers = said(phones, "delivered")
    altered = browser.post(path, body.replace(b"delivered", b"undelivered"), headers=headers)
    elsewhere = browser.post(f"{callbacks.PREFIX}sms/{'a' * 26}", body, headers=headers)
    unsigned = browser.post(path, body)
    assert [reply.status_code for reply in (altered, elsewhere, unsigned)] == [403] * 3
    assert len({reply.content for reply in (altered, elsewhere, unsigned)}) == 1
    town.pass_time(minutes=1)
    assert stands(town, alert) == {"sms": "accepted"}


def test_a_callback_said_again_changes_nothing(rung: Rung) -> None:
    town, phones, browser = rung
    alert = town.duty_officer.issues_alert(to=["Ann"])
    failed, arrived = said(phones, "undelivered", ErrorCode="30005"), said(phones, "delivered")
    for path, body, headers in (arrived, failed, arrived, failed):
        assert browser.post(path, body, headers=headers).status_code == 200
        town.work()
    assert stands(town, alert) == {"sms": "delivered"}


def test_overheard_and_said_again_a_callback_does_not_condemn_a_number_that_was_put_right(rung: Rung) -> None:
    town, phones, browser = rung
    town.duty_officer.issues_alert(to=["Ann"])
    path, body, headers = said(phones, "undelivered", ErrorCode="30005")
    number = town.id("Ann's number")

    def failed() -> bool:
        with town.app.store.look() as look:
            return look.get(Contact, number).failed_at is not None

    assert browser.post(path, body, headers=headers).status_code == 200
    town.work()
    assert failed()
    town.says(ContactChanged(subject=number, occurred_at=town.now, person=town.id("Ann"), address="+15005550009"))
    assert not failed()
    assert browser.post(path, body, headers=headers).status_code == 200
    town.work()
    assert not failed()


def test_a_message_that_we_do_not_know_is_thanked_for_and_forgotten(rung: Rung) -> None:
    town, _, browser = rung
    alert = town.duty_officer.issues_alert(to=["Ann"])
    url = f"{BASE}{callbacks.PREFIX}sms/{'a' * 26}"
    fields = {"AccountSid": ACCOUNT, "MessageSid": "SM1", "MessageStatus": "undelivered"}
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha1)).decode()
    reply = browser.post(url.removeprefix(BASE), urlencode(fields).encode(), headers={"x-twilio-signature": signature})
    assert reply.status_code == 200
    town.work()
    assert stands(town, alert) == {"sms": "accepted"}
    assert town.app.store.echoes_waiting() == 0


def test_what_is_thanked_for_is_on_the_disc_and_what_is_not_is_asked_for_again(
    rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, _, _ = rung
    town.duty_officer.issues_alert(to=["Ann"])
    assert calls_back(rung, "delivered") == 200
    assert town.app.store.echoes_waiting() == 1

    def full(_heard: object) -> None:
        raise Unreachable("The disc is full.")

    monkeypatch.setattr(town.app.store, "add_echoes", full)
    assert calls_back(rung, "delivered") == 503
    monkeypatch.undo()
    monkeypatch.setattr(callbacks, "MOST_WAITING", 1)
    assert calls_back(rung, "delivered") == 503, "the line is full"
    assert town.app.store.echoes_waiting() == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("POST", "/callbacks/mail/abc", 404, id="a channel without callbacks"),
        pytest.param("POST", "/callbacks/pigeon/abc", 404, id="no such channel"),
        pytest.param("POST", "/callbacks/sms", 404, id="no message"),
        pytest.param("GET", "/callbacks/", 404, id="nothing at all"),
        pytest.param("DELETE", "/callbacks/sms/abc", 405, id="neither POST nor GET"),
        pytest.param("GET", "/callbacks/sms/abc?MessageStatus=delivered", 403, id="a link that somebody follows"),
    ],
)
def test_the_door_is_for_callbacks_alone(rung: Rung, method: str, path: str, status: int) -> None:
    reply = rung[2].ask(method, path)
    assert reply.status_code == status
    assert "set-cookie" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"


def test_what_is_too_long_is_not_read_to_its_end(rung: Rung) -> None:
    assert rung[2].post("/callbacks/sms/abc", b"x" * (callbacks.LARGEST + 1)).status_code == 413


def test_whoever_goes_on_guessing_is_told_to_stop_and_a_true_callback_still_comes_through(rung: Rung) -> None:
    town, _, browser = rung
    town.duty_officer.issues_alert(to=["Ann"])
    for _ in range(callbacks.GUESSES):
        assert browser.post("/callbacks/sms/abc", b"x=y").status_code == 403
    reply = browser.post("/callbacks/sms/abc", b"x=y")
    assert (reply.status_code, reply.headers["retry-after"].isdigit()) == (429, True)
    assert calls_back(rung, "delivered") == 200


def test_a_callback_of_a_month_ago_is_of_no_message(rung: Rung) -> None:
    town, phones, browser = rung
    alert = town.duty_officer.issues_alert(to=["Ann"])
    path, body, headers = said(phones, "delivered")
    town.clock.set(town.now + timedelta(days=31))
    assert browser.post(path, body, headers=headers).status_code == 200
    town.work()
    assert stands(town, alert)["sms"] == "accepted"


# ---- what people answer by text message


def texts(rung: Rung, words: str, *, number: str = NUMBER, secret: str = SECRET, sid: str = "SM7", **more: str) -> int:
    """Let the provider hand on a message that somebody sent, and say with which status it was answered."""
    path = f"{callbacks.PREFIX}sms/{callbacks.INBOUND}"
    fields = {"AccountSid": ACCOUNT, "MessageSid": sid, "From": number, "To": "+15005550001", "Body": words, **more}
    signed = BASE + path + "".join(name + fields[name] for name in sorted(fields))
    signature = base64.b64encode(hmac.digest(secret.encode(), signed.encode(), hashlib.sha1)).decode()
    return rung[2].post(path, urlencode(fields).encode(), headers={"x-twilio-signature": signature}).status_code


def answered(town: Town) -> list[tuple[str, str]]:
    with town.app.store.look() as look:
        found = look.connection.exec_driver_sql("SELECT answer, heard FROM answer_log ORDER BY seq").all()
    return [(answer, heard) for answer, heard in found]


def test_a_text_message_answers_and_said_again_it_answers_once(rung: Rung) -> None:
    """GoAlert: twiliosmsreply."""
    town, _, _ = rung
    town.duty_officer.issues_alert(to=["Ann"])
    for _ in range(2):
        assert texts(rung, "3") == 200
    assert texts(rung, "Help! We are trapped", sid="SM8") == 200
    assert answered(town) == [("safe", "sms"), ("need_help", "sms")]


def test_overheard_and_said_again_years_later_a_text_message_answers_no_other_warning(rung: Rung) -> None:
    town, _, _ = rung
    town.duty_officer.issues_alert(to=["Ann"])
    assert texts(rung, "3") == 200
    town.clock.set(town.now + timedelta(days=400))
    town.duty_officer.issues_alert(to=["Ann"])
    assert texts(rung, "3") == 200
    assert answered(town) == [("safe", "sms")]
    assert texts(rung, "3", sid="SM9") == 200
    assert answered(town) == [("safe", "sms")] * 2


def test_the_channels_page_says_that_such_a_gateway_signs_no_time(rung: Rung) -> None:
    town, _, _ = rung
    with town.app.store.look() as look:
        stand = channels(town.app.house, look, "UTC", town.now)
    assert {one.name: one.undated for one in stand} == {"webhook": False, "sms": True}


def test_a_forged_message_answers_nothing(rung: Rung) -> None:
    town, _, browser = rung
    town.duty_officer.issues_alert(to=["Ann"])
    assert texts(rung, "safe", secret="guessed") == 403
    path = f"{callbacks.PREFIX}sms/{callbacks.INBOUND}"
    assert browser.post(path, {"From": NUMBER, "Body": "safe", "AccountSid": ACCOUNT}).status_code == 403
    assert browser.post(f"{callbacks.PREFIX}webhook/{callbacks.INBOUND}", {"Body": "safe"}).status_code == 404
    assert answered(town) == []


def test_a_number_that_nobody_has_and_a_word_for_the_provider_answer_nothing(rung: Rung) -> None:
    """GoAlert: twiliosmsstop."""
    town, _, _ = rung
    town.duty_officer.issues_alert(to=["Ann"])
    assert texts(rung, "safe", number="+15005550042") == 200
    assert texts(rung, "STOP", sid="SM9") == 200
    assert texts(rung, "safe", sid="SM10", OptOutType="STOP") == 200
    assert texts(rung, "safe", sid="SM11", number="nobody") == 403
    assert answered(town) == []


@pytest.mark.parametrize("kind", ["HELP", "START"])
def test_what_its_provider_takes_for_its_own_word_is_heard_all_the_same(rung: Rung, kind: str) -> None:
    """Twilio's Advanced Opt-Out marks a bare HELP; whoever is trapped writes that, too."""
    town, _, _ = rung
    alert = town.duty_officer.issues_alert(to=["Ann"])
    assert texts(rung, "HELP", OptOutType=kind) == 200
    town.work()
    assert answered(town) == [("need_help", "sms")]
    assert town.watches(alert, "help")


def test_a_text_message_answers_the_headcount_that_went_there(rung: Rung) -> None:
    town, _, _ = rung
    headcount = asks(town, to=["Ann"])
    assert texts(rung, "4") == 200
    town.work()
    assert count(town, headcount) == as_counted(1, need_help=1)
    assert town.watches(headcount, "help")


def test_a_gateway_that_signs_hands_on_what_people_answer(rung: Rung, tmp_path: Path) -> None:
    town, _, browser = rung
    town.duty_officer.issues_alert(to=["Ann"])
    (tmp_path / "data" / "sms.toml").write_text(
        'sender = "+15005550001"\n[gateway]\nurl = "http://127.0.0.1:9/"\nform = {to = "{to}", text = "{text}"}\n'
        '[gateway.replies]\nsignature_header = "X-Sign"\nfrom_field = "msg.from"\ntext_field = "msg.text"\nid_field = "id"\n'
    )
    settings = Settings(data=tmp_path / "data", base_url=BASE, sms_secret=SECRET)
    ways = carriers(settings, words_for, loopback_only=True)
    town.app.house = replace(town.house, carriers={**town.house.carriers, "sms": ways["sms"]})
    body = b'{"id": 7, "msg": {"from": "15005550006", "text": "\\u0637\\u064a\\u0628\\u060c \\u0627\\u0646\\u0627 \\u0628\\u062e\\u064a\\u0631"}}'
    path = f"{callbacks.PREFIX}sms/{callbacks.INBOUND}"
    sign = {"content-type": "application/json", "x-sign": hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()}
    assert browser.ask("POST", path, content=body + b" ", headers=sign).status_code == 403
    assert browser.ask("POST", path, content=body, headers=sign).status_code == 200
    assert answered(town) == [], "something stands before it: a person reads it"
    body = body.replace(b'"id": 7', b'"id": 8').replace(b"\\u0637\\u064a\\u0628\\u060c ", b"")
    sign["x-sign"] = hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
    assert browser.ask("POST", path, content=body, headers=sign).status_code == 200
    assert answered(town) == [("safe", "sms")]


def test_what_stands_in_the_address_alone_is_signed_by_nobody() -> None:
    form = RepliesForm(signature_header="x-sign", from_field="from", text_field="text", id_field="id")
    empty = hmac.digest(SECRET.encode(), b"", hashlib.sha256).hex()
    url = f"{BASE}/callbacks/sms/in?from=15005550006&text=safe&id=7"
    with pytest.raises(Refused, match="signed by nobody"):
        read_gateway_reply(
            {"x-sign": empty}, url, b"", form=form, secrets=[SECRET], now=datetime(2031, 5, 6, tzinfo=UTC)
        )
