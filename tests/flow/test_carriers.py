"""What an administrator sets is what a channel does."""

import base64
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.carriers import carriers
from tocsin.channels.webhook.signature import check_signature, public_key
from tocsin.flow.delivery.carrier import CallsBack, Carrier, Message, Signs
from tocsin.locale import words_for
from tocsin.settings import Settings, load_settings, pipelined_hosts, relay_of
from tocsin.testing.hook import Hook
from tocsin.testing.mailbox import Letter, Mailbox
from tocsin.testing.phones import ACCOUNT, SECRET, Phones

NOW = datetime.now(UTC)  # signatures and certificates are checked by the machine's own clock
ID = "abcdefghijklmnopqrstuvwxyz"
KEY = "whsk_" + "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
MESSAGE = Message(
    kind="alert",
    about="w",
    subject="Keep off the bridge",
    lines=("It may fall.",),
    language="en",
    sent_at=NOW,
    exercise=True,
    urgent=True,
)


def made(settings: Settings) -> dict[str, Carrier]:
    return carriers(settings, words_for, loopback_only=True)


def sent(carrier: Carrier, address: str) -> str:
    parcel = carrier.layout(MESSAGE, NOW + timedelta(days=1))(ID, address, "https://warn.town.example/a/x", "")
    (result,) = next(carrier.send([parcel], lambda: datetime.now(UTC)))
    return result.state


@pytest.fixture(name="mailbox")
def _mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


def letter_by(mailbox: Mailbox, settings: Settings) -> Letter:
    assert sent(made(settings)["mail"], "ann@town.example") == "accepted"
    return mailbox.letters_to("ann@town.example")[0]


def test_by_default_there_are_webhooks_alone(tmp_path: Path) -> None:
    found = made(Settings(data=tmp_path))
    assert list(found) == ["webhook"]
    assert found["webhook"].limits == ()


def test_a_letter_bears_the_name_of_whoever_warns_or_none(tmp_path: Path, mailbox: Mailbox) -> None:
    mail = Settings(data=tmp_path, mail_host="127.0.0.1", mail_port=mailbox.port, organisation="The town")
    assert b"The town" in letter_by(mailbox, mail).raw
    with Mailbox() as other:
        neutral = Settings(
            data=tmp_path,
            mail_host="127.0.0.1",
            mail_port=other.port,
            mail_sender="a@b.example",
            organisation="The town",
            neutral=True,
        )
        raw = letter_by(other, neutral).raw
        assert b"town" not in raw.replace(b"ann@town.example", b"").replace(b"warn.town.example", b"")


def test_whoever_needs_large_letters_gets_them(tmp_path: Path, mailbox: Mailbox) -> None:
    settings = Settings(data=tmp_path, mail_host="127.0.0.1", mail_port=mailbox.port)
    for large in (False, True):
        pack = made(settings)["mail"].layout(replace(MESSAGE, large=large), NOW + timedelta(hours=1))
        letter = pack(ID, "ann@town.example", "https://warn.town.example/a/x", "").content
        html = BytesParser(policy=default).parsebytes(letter).get_body(("html",))
        assert html is not None
        page = html.get_content()
        assert [size in page for size in ("font:28px", "font-size:36px", "font-size:28px")] == [large] * 3


def test_a_bounce_of_a_letter_under_its_own_sender_names_it(tmp_path: Path, mailbox: Mailbox) -> None:
    mail = Settings(
        data=tmp_path,
        mail_host="127.0.0.1",
        mail_port=mailbox.port,
        mail_sender="desk@town.example",
        mail_returns=True,
    )
    letter = letter_by(mailbox, mail)
    assert letter.sender == f"desk+{ID}@town.example"
    assert b"\r\nFrom: Tocsin <desk@town.example>" in b"\r\n" + letter.raw


def test_the_next_relay_is_taken_where_the_first_is_away(tmp_path: Path, mailbox: Mailbox) -> None:
    away = Settings(
        data=tmp_path, mail_host="127.0.0.1", mail_port=9, mail_others=f"127.0.0.1:10, 127.0.0.1:{mailbox.port}"
    )
    assert letter_by(mailbox, away).subject.endswith("Keep off the bridge")


def test_a_letter_is_signed_where_a_key_is_set(tmp_path: Path, mailbox: Mailbox) -> None:
    file = tmp_path / "dkim.pem"
    private = Ed25519PrivateKey.generate()
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    mail = Settings(
        data=tmp_path,
        mail_host="127.0.0.1",
        mail_port=mailbox.port,
        mail_sender="desk@warn.town.example",
        mail_dkim="ed2026=dkim.pem",
        mail_dkim_domain="town.example",
    )
    with pytest.raises(Refused, match="can be read by others"):
        made(mail)
    file.chmod(stat.S_IRUSR)
    head = letter_by(mailbox, mail).raw.partition(b"\r\n\r\n")[0]
    assert head.startswith(b"DKIM-Signature: v=1; a=ed25519-sha256;")
    assert b"d=town.example;" in head
    assert b"s=ed2026;" in head


def test_webhooks_are_signed_where_a_key_is_set(tmp_path: Path) -> None:
    with Hook() as hook:
        carrier = made(Settings(data=tmp_path, webhook_keys=KEY, webhook_private=True))["webhook"]
        assert sent(carrier, hook.url()) == "accepted"
        taken = hook.calls()[0]
        check_signature(taken.headers, taken.body, [public_key(KEY)], datetime.now(UTC))


def test_each_receiver_of_webhooks_has_its_own_secret_where_a_master_is_set(tmp_path: Path) -> None:
    new, old = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
    with Hook() as hook:
        settings = Settings(data=tmp_path, webhook_master=f"{new} {old}", webhook_private=True)
        carrier = made(settings)["webhook"]
        assert isinstance(carrier, Signs)
        assert sent(carrier, hook.url()) == "accepted"
        taken = hook.calls()[0]
        for secret in carrier.secrets(hook.url()):
            check_signature(taken.headers, taken.body, [secret], datetime.now(UTC))
        assert len(carrier.secrets(hook.url())) == 2
        with pytest.raises(Refused, match="No signature"):
            check_signature(taken.headers, taken.body, carrier.secrets(f"{hook.url()}/"), datetime.now(UTC))


@pytest.mark.parametrize("value", ["SECRET", "U0VDUkVU", f"{base64.b64encode(bytes(32)).decode()} U0VDUkVU", "ä"])
def test_a_master_that_is_none_stops_the_start_and_is_not_quoted(tmp_path: Path, value: str) -> None:
    with pytest.raises(Refused, match="TOCSIN_WEBHOOK_MASTER") as refused:
        load_settings(tmp_path, {"TOCSIN_WEBHOOK_MASTER": value})
    assert value not in str(refused.value)


def test_text_messages_go_by_the_account_that_the_file_tells_of(tmp_path: Path) -> None:
    with Phones() as phones:
        (tmp_path / "sms.toml").write_text(
            f'sender = "+15005550001"\nper_second = 5\nper_day = 100\n[twilio]\naccount = "{ACCOUNT}"\n'
            f'api = "http://127.0.0.1:{phones.port}"\n'
        )
        carrier = made(Settings(data=tmp_path, sms_secret=SECRET, base_url="https://warn.town.example"))["sms"]
        assert sent(carrier, "+15005550006") == "accepted"
        (message,) = phones.messages_to("+15005550006")
        assert message.text.startswith("EXERCISE EXERCISE EXERCISE\nKeep off the bridge\nIt may fall.")
        assert message.callback == f"https://warn.town.example/callbacks/sms/{ID}"
        assert [(one.per_s, one.burst) for one in carrier.limits] == [(5, 5), (100 / 86_400, 100)]
        assert "well" in carrier.check() or "active" in carrier.check()
        assert isinstance(carrier, CallsBack)


@pytest.mark.parametrize(
    ("sender", "provider", "said"),
    [
        pytest.param("+15005550001", "replies = true", True, id="a number whose replies come in"),
        pytest.param("MG00000000000000000000000000000000", "replies = true", True, id="a messaging service"),
        pytest.param("Alarm", "replies = true", False, id="a name has no replies"),
        pytest.param("+15005550001", "", False, id="nobody said that replies come in"),
    ],
)
def test_digits_are_offered_only_where_a_reply_comes_in(tmp_path: Path, sender: str, provider: str, said: bool) -> None:
    with Phones() as phones:
        (tmp_path / "sms.toml").write_text(
            f'sender = "{sender}"\n[twilio]\naccount = "{ACCOUNT}"\napi = "http://127.0.0.1:{phones.port}"\n{provider}\n'
        )
        carrier = made(Settings(data=tmp_path, sms_secret=SECRET, base_url="https://warn.town.example"))["sms"]
        assert sent(carrier, "+15005550006") == "accepted"
        (message,) = phones.messages_to("+15005550006")
        assert ("Or reply 1 received, 2 acting, 3 safe." in message.text) == said


def test_what_an_account_may_send_is_kept_to_by_the_second_and_the_day(tmp_path: Path) -> None:
    found = made(
        Settings(
            data=tmp_path,
            mail_host="127.0.0.1",
            mail_per_second=2.5,
            mail_burst=40,
            webhook_per_day=1_000,
            webhook_per_second=0.5,
        )
    )
    assert [(one.account, one.per_s, one.burst) for one in found["mail"].limits] == [("mail", 2.5, 40)]
    assert [(one.account, one.burst) for one in found["webhook"].limits] == [("webhook", 1), ("webhook:day", 1_000)]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TOCSIN_AVOID", "sms pigeon", "there are the channels mail, webhook, sms"),
        ("TOCSIN_MAIL_DKIM", "dkim.pem", "write a selector and the file of its key"),
        ("TOCSIN_MAIL_OTHERS", "relay:0", "a port lies between"),
        ("TOCSIN_MAIL_OTHERS", "relay:smtp", "write hosts"),
        ("TOCSIN_MAIL_PER_SECOND", "fast", "write how many a second"),
        ("TOCSIN_MAIL_PER_SECOND", "-1", "write how many a second"),
        ("TOCSIN_WEBHOOK_PER_DAY", "1e9", "write how many"),
        ("TOCSIN_WEBHOOK_PIPELINED", "hooks.example.org=4", "write hosts"),
        ("TOCSIN_WEBHOOK_PIPELINED", "https://hooks.example.org=many", "write hosts"),
        ("TOCSIN_WEBHOOK_PIPELINED", "https://hooks.example.org/you=4", "write hosts"),
        ("TOCSIN_WEBHOOK_PIPELINED", "https://hooks.example.org=", "write hosts"),
        ("TOCSIN_NEUTRAL", "maybe", "say yes or no"),
    ],
)
def test_what_cannot_be_set_stops_the_start_with_a_sentence(tmp_path: Path, name: str, value: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        load_settings(tmp_path, {name: value})


@pytest.mark.parametrize("name", ["sms_secret", "sms_callback_secrets", "webhook_keys", "webhook_master"])
def test_a_secret_in_the_file_stops_the_start_and_is_not_quoted(tmp_path: Path, name: str) -> None:
    (tmp_path / "tocsin.toml").write_text(f'{name} = "tell nobody"\n')
    with pytest.raises(Refused, match=f"TOCSIN_{name.upper()}") as refused:
        load_settings(tmp_path, {})
    assert "tell nobody" not in str(refused.value)


def test_who_takes_several_webhooks_in_a_row_is_named_with_how_many(tmp_path: Path) -> None:
    said = "https://hooks.example.org/=4, http://10.0.0.1:8080 https://[2001:db8::1]=64"
    settings = load_settings(tmp_path, {"TOCSIN_WEBHOOK_PIPELINED": said})
    assert pipelined_hosts(settings.webhook_pipelined) == {
        "https://hooks.example.org": 4,
        "http://10.0.0.1:8080": 16,
        "https://[2001:db8::1]": 64,
    }
    assert "webhook" in made(settings)
    with pytest.raises(Refused, match="1 to 64"):
        made(Settings(data=tmp_path, webhook_pipelined="https://hooks.example.org=65"))


def test_relays_are_read_with_their_ports() -> None:
    assert [relay_of(one) for one in ("relay", "relay.example.org:587", "[2001:db8::1]:26", "[::1]")] == [
        ("relay", 25),
        ("relay.example.org", 587),
        ("2001:db8::1", 26),
        ("::1", 25),
    ]


def test_a_letter_says_where_to_end_warnings_to_whoever_may(tmp_path: Path, mailbox: Mailbox) -> None:
    settings = Settings(data=tmp_path, mail_host="127.0.0.1", mail_port=mailbox.port)
    mail = made(settings)["mail"]
    pack = mail.layout(MESSAGE, NOW + timedelta(hours=1))
    may, may_not = pack(ID, "a@b.example", "", "https://warn.town.example/leave/x"), pack(ID, "a@b.example", "", "")
    assert b"\r\nList-Unsubscribe: <https://warn.town.example/leave/x>\r\n" in may.content
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in may.content
    assert b"Unsubscribe" not in may_not.content
