"""Every CAP message of ours is signed with the house's key; without one it goes out all the same, and everybody can see that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from structlog.testing import capture_logs

from tests.cap.test_signature import EC, OURS, RSA, THROW_AWAY, certificate
from tests.web.installation import Browser, Installation
from tocsin.app import App
from tocsin.basis.errors import Broken, Refused
from tocsin.cap.judge import judge
from tocsin.cap.signature import Pinned, PrivateKey, State
from tocsin.cli.cap import read_pins
from tocsin.cli.main import main
from tocsin.flow.others.intake import pins_of
from tocsin.flow.warning import warn
from tocsin.flow.warning.cap_key import CARRY_CAP, CapKey, Signing, read_cap_key, signing
from tocsin.report.inlet import InletKey
from tocsin.settings import Settings
from tocsin.testing.clock import TownClock
from tocsin.warning.alert.state import FOLDINGS, Alert
from tocsin.warning.retraction import TakenBack
from tocsin.web.publishing import public_files

SENDER = "bell@tocsin.example"
KEY = CapKey(RSA, OURS)
PINS = {SENDER: (Pinned("ours", OURS),)}
ADDRESS = "/cap/certificates.pem"


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Installation]:
    town = Installation(tmp_path / "town")
    town.house = replace(town.house, signing=Signing(KEY))
    yield town
    town.close()


def messages(town: Installation, alert: str) -> list[bytes]:
    """Return every CAP message that an alert has published, as the server sends it."""
    browser = Browser(town.site)
    paths = (f"/alerts/{alert}{end}" for end in (".cap", ".2.cap", ".3.cap", ".cancel.cap"))
    return [answer.content for answer in map(browser.get, paths) if answer.status_code == 200]


def decide(town: Installation, alert: str, decision: str, *, ends: datetime | None = None) -> None:
    town.clock.advance(timedelta(minutes=10))
    now = town.clock.now()
    warn.decide_window(
        town.house, alert, decision, why="So.", ends=ends, by=town.duty_officer, command=town.command(), now=now
    )


def retract(town: Installation, alert: str) -> None:
    said = [TakenBack(language="", words="It was a barge.")]
    warn.retract(town.house, alert, said, by=town.duty_officer, command=town.command(), now=town.clock.now())


def test_what_issues_extends_ends_and_takes_back_an_alert_is_signed(town: Installation) -> None:
    over, false = town.alert(), town.alert()
    decide(town, over, "extend", ends=town.clock.now() + timedelta(days=5))
    decide(town, over, "withdraw")
    retract(town, false)
    published = [*messages(town, over), *messages(town, false)]
    assert len(published) == 5
    for raw in published:
        verdict = judge(raw, pins=PINS, require_signature=True)
        assert (verdict.ok, verdict.signed.state, verdict.problems) == (True, State.GOOD, ())
        assert not judge(raw.replace(b"Mill Lane", b"Mill Land", 1), pins=PINS).ok


def test_no_fact_with_a_message_is_forgotten() -> None:
    (folding,) = FOLDINGS
    assert set(CARRY_CAP) == {kind for kind in folding.facts if "cap" in kind.__struct_fields__}


def test_a_new_key_or_none_leaves_what_was_issued_as_it_is(town: Installation) -> None:
    town.house = replace(town.house, signing=Signing())
    before = town.alert()
    town.house = replace(town.house, signing=Signing(KEY))
    old = town.alert()
    was = [messages(town, before), messages(town, old)]
    town.house = replace(town.house, signing=Signing(CapKey(THROW_AWAY, certificate(THROW_AWAY), (OURS,))))
    town.renewed_site()
    decide(town, old, "withdraw")
    assert [messages(town, before), messages(town, old)[:1]] == was
    assert judge(was[0][0], pins=PINS).signed.state is State.NONE
    assert judge(messages(town, old)[1], pins=PINS).signed.state is State.BAD  # only the new one is good for it


def fails(*_: object) -> bytes:
    raise OSError("the key does not sign")


def test_an_alert_goes_out_unsigned_rather_than_not_and_says_so_until_one_is_signed(
    town: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as now:
        now.setattr("tocsin.flow.warning.cap_key.sign", fails)
        [raw] = messages(town, town.alert())
    assert judge(raw, pins=PINS).signed.state is State.NONE
    assert judge(raw).ok
    with pytest.raises(Broken, match="without a signature"):
        town.house.signing.check()
    answer = Browser(town.site).get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\nAlerts go out without a signature.\n")
    town.alert()
    town.house.signing.check()
    assert Browser(town.site).get("/readyz").text == "ready\n"


def test_the_certificates_stand_with_the_site_the_one_that_signs_first(town: Installation) -> None:
    older = certificate(EC)
    town.house = replace(town.house, signing=Signing(CapKey(RSA, OURS, (older,))))
    answer = Browser(town.renewed_site()).get(ADDRESS)
    assert x509.load_pem_x509_certificates(answer.content) == [OURS, older]
    assert answer.headers["content-type"] == "application/pem-certificate-chain"
    public_files(town, zone="UTC").write()
    assert (town.data / "public" / ADDRESS[1:]).read_bytes() == answer.content


def test_without_a_key_there_are_no_certificates(town: Installation) -> None:
    town.house = replace(town.house, signing=Signing())
    assert Browser(town.renewed_site()).get(ADDRESS).status_code == 404
    public_files(town, zone="UTC").write()
    assert not (town.data / "public" / ADDRESS[1:]).exists()


# ---- the file


def pem(key: PrivateKey, *certificates: x509.Certificate) -> bytes:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def laid(folder: Path, raw: bytes, mode: int = 0o600) -> Path:
    file = folder / "cap.pem"
    file.write_bytes(raw)
    file.chmod(mode)
    return file


SHORT = rsa.generate_private_key(65537, 1024)


def test_a_file_holds_the_key_its_certificate_and_those_of_earlier_keys(tmp_path: Path) -> None:
    older = certificate(EC)
    found = read_cap_key(laid(tmp_path, pem(RSA, older, OURS)))
    assert (found.certificate, found.earlier) == (OURS, (older,))


@pytest.mark.parametrize(
    ("raw", "mode", "said"),
    [
        pytest.param(None, 0, "cannot be read", id="not there"),
        pytest.param(pem(RSA, OURS), 0o644, "can be read by others", id="open to others"),
        pytest.param(OURS.public_bytes(Encoding.PEM), 0o600, "no private key", id="a certificate alone"),
        pytest.param(pem(RSA), 0o600, "no certificate", id="a key alone"),
        pytest.param(pem(RSA, certificate(EC)), 0o600, "no certificate of its key", id="somebody else's certificate"),
        pytest.param(pem(SHORT, certificate(SHORT)), 0o600, "1024 bits", id="a short key"),
    ],
)
def test_a_file_that_cannot_sign_is_refused_in_one_sentence(
    tmp_path: Path, raw: bytes | None, mode: int, said: str
) -> None:
    file = tmp_path / "cap.pem" if raw is None else laid(tmp_path, raw, mode)
    with pytest.raises(Refused, match=said):
        read_cap_key(file)
    with capture_logs() as logs:  # whichever command opens the directory
        assert said in signing(Settings(data=tmp_path, cap_key=Path("cap.pem")), exercise=False).trouble
    assert [one["event"] for one in logs] == ["CAP key cannot be used"]


def test_an_installation_whose_key_is_gone_opens_and_a_replay_has_none(tmp_path: Path) -> None:
    laid(tmp_path, pem(RSA, OURS))
    for exercise, file, state in ((False, "gone.pem", "cannot be read"), (True, "cap.pem", "")):
        data = tmp_path / f"data {exercise}"
        settings = Settings(data=data, cap_key=tmp_path / file)
        clock = TownClock(datetime(2031, 5, 1, tzinfo=UTC))
        app = App(settings, clock=clock, holder="test", base_url="", exercise=exercise)
        assert state in app.house.signing.trouble
        assert app.house.signing.sign(b"<alert/>") == b"<alert/>"
        app.close()


def test_a_made_key_signs_what_the_command_then_checks(tmp_path: Path, town: Installation) -> None:
    file = tmp_path / "cap.pem"
    made = CliRunner().invoke(main, ["cap", "key", str(file), "--name", "Mill Town"])
    assert made.exit_code == 0
    assert "TOCSIN_CAP_KEY" in made.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert CliRunner().invoke(main, ["cap", "key", str(file)]).exit_code == 2  # it is never overwritten
    town.house = replace(town.house, signing=Signing(read_cap_key(file)))
    pinned = tmp_path / "pinned"
    pinned.mkdir()
    (pinned / "town.pem").write_bytes(Browser(town.renewed_site()).get(ADDRESS).content)
    (pinned / "senders.toml").write_text(f'"{SENDER}" = ["town.pem"]\n')
    [raw] = messages(town, town.alert())
    for changed, code in ((raw, 0), (raw.replace(b"Stay on", b"Stay of", 1), 1)):
        (tmp_path / "a.cap").write_bytes(changed)
        asked = ["cap", "check", str(tmp_path / "a.cap"), "--keys", str(pinned), "--require-signature"]
        assert CliRunner().invoke(main, asked).exit_code == code


def test_a_file_of_certificates_pins_each_of_them_for_an_inlet_too(tmp_path: Path) -> None:
    older = certificate(EC)
    (tmp_path / "town.pem").write_bytes(OURS.public_bytes(Encoding.PEM) + older.public_bytes(Encoding.PEM))
    (tmp_path / "senders.toml").write_text(f'"{SENDER}" = ["town.pem"]\n')
    assert [one.certificate for one in read_pins(tmp_path)[SENDER]] == [OURS, older]
    key = InletKey(sender=SENDER, name="town.pem", certificate=(tmp_path / "town.pem").read_text())
    assert [one.certificate for one in pins_of((key,))[SENDER]] == [OURS, older]


def test_the_alert_that_is_kept_is_the_one_that_was_published(town: Installation) -> None:
    alert = town.alert()
    with town.store.look() as look:
        kept = look.get(Alert, alert).cap
    assert kept is not None
    assert [kept.encode()] == messages(town, alert)
