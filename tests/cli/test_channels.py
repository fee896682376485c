"""Channels are looked after at the command line, and mail that came back is taken in by a pipe."""

import dataclasses
import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from tests.channels.test_bounces import group, report
from tests.story.test_sending import stands
from tocsin.basis.errors import Refused
from tocsin.carriers import WebhookCarrier
from tocsin.channels.channel import Limit
from tocsin.channels.mail import letter
from tocsin.channels.webhook import WebhookSettings
from tocsin.cli.main import main
from tocsin.people.state import Contact
from tocsin.settings import Settings
from tocsin.testing.town import Town

SENDER = Settings().mail_sender


def run(data: Path, *words: str, mail: bytes = b"", env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [*words, "--data", str(data)], input=mail, prog_name="tocsin", env=env)


def bounce_of(town: Town, message: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    returned = letter(
        parcel_id=message,
        sender=SENDER,
        sender_name="",
        to="ann@town.example",
        subject="Keep off",
        text="Keep off.",
        html=None,
        sent_at=town.now,
        language="en",
        exercise=True,
        urgent=True,
    )
    return report(group(action, status), returned, to=SENDER)


def test_each_channel_tells_what_it_may_send_and_what_it_did_today(served: Town, tmp_path: Path) -> None:
    served.lines.limit = Limit(account="mail", per_s=2, burst=10)
    served.radio.refuses("Ann")
    served.gets_a_radio("Ann")
    served.duty_officer.issues_alert(to=["Ann"])
    found = json.loads(run(tmp_path, "channels", "--json").stdout)
    mail, radio = found
    assert mail == {
        "channel": "mail",
        "avoided": False,
        "calls_back": False,
        "today": {"sent": 1, "failed": 0, "arrived": 0, "lost": 0},
        "limits": [{"account": "mail", "per_s": 2.0, "burst": 10, "left": 9, "per_day": None}],
    }
    assert (radio["channel"], radio["today"]["sent"], radio["limits"]) == ("webhook", 0, [])


def test_an_account_is_asked_after_and_says_one_sentence(
    served: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = run(tmp_path, "channels", "test", "mail")
    assert (well.exit_code, well.stdout) == (0, "The line is well; nothing was sent.\n")

    def ill() -> str:
        raise Refused("The line is cut. Mend it.")

    monkeypatch.setattr(served.lines, "check", ill)
    cut = run(tmp_path, "channels", "test", "mail", "--json")
    assert cut.exit_code == 1
    assert json.loads(cut.stdout) == {"channel": "mail", "well": False, "sentence": "The line is cut. Mend it."}
    none = run(tmp_path, "channels", "test", "pigeon")
    assert (none.exit_code, "There are: mail, webhook." in none.output) == (2, True)


def test_a_bounce_sends_a_warning_the_next_way(served: Town, tmp_path: Path) -> None:
    served.gets_a_radio("Ann")
    alert = served.duty_officer.issues_alert(to=["Ann"])
    mail = bounce_of(served, served.phone("Ann").last_call.id)
    done = run(tmp_path, "delivery", "bounce", "--json", mail=mail)
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"taken": True, "why": None})
    served.work()
    assert stands(served, alert) == {("Ann", "mail"): "dead", ("Ann", "webhook"): "accepted"}
    with served.app.store.look() as look:
        assert look.get(Contact, served.id("Ann's telephone")).failed_at is not None
    again = run(tmp_path, "delivery", "bounce", mail=mail)
    served.work()
    assert again.exit_code == 0
    assert len(served.heard_by_radio("Ann").calls) == 1


def test_a_full_mailbox_is_no_wrong_address(served: Town, tmp_path: Path) -> None:
    alert = served.duty_officer.issues_alert(to=["Ann"])
    mail = bounce_of(served, served.phone("Ann").last_call.id, status="5.2.2")
    assert run(tmp_path, "delivery", "bounce", mail=mail).exit_code == 0
    served.work()
    assert stands(served, alert) == {("Ann", "mail"): "dead"}
    with served.app.store.look() as look:
        assert look.get(Contact, served.id("Ann's telephone")).failed_at is None


def test_whom_the_mail_came_to_names_the_letter_where_the_bounce_does_not(served: Town, tmp_path: Path) -> None:
    alert = served.duty_officer.issues_alert(to=["Ann"])
    to = SENDER.replace("@", f"+{served.phone('Ann').last_call.id}@")
    mail = report(group("failed"), None)
    assert run(tmp_path, "delivery", "bounce", mail=mail, env={"ORIGINAL_RECIPIENT": to}).exit_code == 0
    served.work()
    assert stands(served, alert) == {("Ann", "mail"): "dead"}


@pytest.mark.parametrize(
    ("action", "why"),
    [pytest.param("delayed", "still on its way", id="a delay"), pytest.param("relayed", "handed on", id="handed on")],
)
def test_what_is_no_end_is_let_be(served: Town, tmp_path: Path, action: str, why: str) -> None:
    alert = served.duty_officer.issues_alert(to=["Ann"])
    mail = bounce_of(served, served.phone("Ann").last_call.id, action, "4.4.1")
    done = run(tmp_path, "delivery", "bounce", "--json", mail=mail)
    assert (done.exit_code, why in json.loads(done.stdout)["why"]) == (0, True)
    served.work()
    assert stands(served, alert) == {("Ann", "mail"): "accepted"}


@pytest.mark.parametrize(
    "mail", [b"", b"Hello", b"\xff\xfe\x00" * 1_000, b"a" * 2_000_000], ids=["none", "a word", "noise", "endless"]
)
def test_whatever_else_comes_is_let_be(served: Town, tmp_path: Path, mail: bytes) -> None:
    done = run(tmp_path, "delivery", "bounce", "--json", mail=mail)
    assert (done.exit_code, json.loads(done.stdout)["taken"]) == (0, False)
    assert served.app.store.echoes_waiting() == 0


def test_the_mail_server_is_asked_to_come_again_where_nothing_can_be_kept(town: Town, tmp_path: Path) -> None:
    town.duty_officer.issues_alert(to=["Ann"])  # the directory is held, and no socket answers
    mail = bounce_of(town, town.phone("Ann").last_call.id)
    assert run(tmp_path, "delivery", "bounce", mail=mail).exit_code == 75


def test_a_bounce_in_the_folder_is_taken_in_and_put_among_those_read(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "back"
    for name in ("new", "cur"):
        (folder / name).mkdir(parents=True)
    town.gets_a_radio("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    (folder / "new" / "1").write_bytes(bounce_of(town, town.phone("Ann").last_call.id))
    (folder / "new" / "2").write_bytes(b"Buy now")
    town.app.settings = msgspec.structs.replace(town.app.settings, mail_bounces=folder)
    town.app.read_bounces()
    town.work()
    assert stands(town, alert) == {("Ann", "mail"): "dead", ("Ann", "webhook"): "accepted"}
    assert len(list((folder / "cur").iterdir())) == 2


def test_a_receivers_secret_is_printed_for_whoever_hands_it_over(
    served: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://school.example/hook"
    without = run(tmp_path, "channels", "secret", address)
    assert (without.exit_code, "TOCSIN_WEBHOOK_MASTER" in without.stderr) == (2, True)
    hooks = WebhookCarrier(WebhookSettings(masters=(bytes(32), bytes(31) + b"1")), loopback_only=True)
    house = dataclasses.replace(served.house, carriers={"webhook": hooks, "mail": served.lines})
    monkeypatch.setattr(served.app, "house", house)
    printed = run(tmp_path, "channels", "secret", address).stdout.splitlines()
    assert printed == list(hooks.secrets(address))
    assert json.loads(run(tmp_path, "channels", "secret", address, "--json").stdout) == {"secrets": printed}
    asked = run(tmp_path, "channels", "secret", "-", mail=f"{address}\n".encode())
    assert asked.stdout.splitlines()[-2:] == printed
    wrong = run(tmp_path, "channels", "secret", "SECRET")
    assert (wrong.exit_code, "SECRET" in wrong.stderr) == (2, False)
