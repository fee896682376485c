"""Letters are signed so that an independent checker takes them, and nothing altered."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.promises import NOON, WATER
from tocsin.basis.errors import Refused
from tocsin.channels.mail import LINK, Dkim, DkimKey, LetterLayout, read_key
from tocsin.channels.mail.dkim import canonical_body

DESK = "desk@town.example"
RSA = DkimKey("rsa2026", rsa.generate_private_key(65_537, 2_048))
ED = DkimKey("ed2026", Ed25519PrivateKey.generate())
BOTH = Dkim("town.example", DESK, [RSA, ED])


def letter(subject: str = WATER, text: str = f"{WATER}\n\n{LINK}", *, exercise: bool = False) -> bytes:
    layout = LetterLayout(
        sender=DESK,
        sender_name="Дежурный",
        subject=subject,
        text=text,
        html=f"<p>{WATER}  <a href='{LINK}'>x</a>",
        sent_at=NOON,
        language="en",
        exercise=exercise,
        urgent=True,
    )
    return layout.letter(
        parcel_id="id",
        to="miller@town.example",
        answer_url="https://warn.town.example/a/abc",
        unsubscribe_url="https://warn.town.example/u/abc",
    )


def dns(name: bytes, timeout: int = 5) -> bytes:
    records = dict(key.dns_record("town.example") for key in (RSA, ED))
    return records[name.decode().rstrip(".")].encode()


def holds(mail: bytes) -> list[bool]:
    """Say of each signature, from the top, whether dkimpy takes it."""
    return [_holds(mail, place) for place in range(mail.count(b"DKIM-Signature:"))]


def _holds(mail: bytes, place: int) -> bool:
    try:
        return bool(dkim.DKIM(mail).verify(idx=place, dnsfunc=dns))
    except dkim.ValidationError:
        return False


def test_an_independent_checker_takes_both_signatures() -> None:
    assert holds(BOTH.signed(letter())) == [True, True]
    assert holds(BOTH.signed(letter(exercise=True))) == [True, True]


@given(subject=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])), text=st.text("a \t\r\n=.ü"))
def test_it_does_so_whatever_the_words(subject: str, text: str) -> None:
    assert holds(Dkim("town.example", DESK, [ED]).signed(letter(subject, text))) == [True]


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda mail: mail.replace(b"Mill", b"Hill"), id="a word"),
        pytest.param(lambda mail: mail.replace(b"To: miller", b"To: baker"), id="the recipient"),
        pytest.param(lambda mail: mail.replace(b"From:", b"From: spy@far.example\r\nFrom:"), id="another sender above"),
        pytest.param(
            lambda mail: mail.replace(b"\r\n\r\n", b"\r\nSubject: All clear\r\n\r\n", 1), id="a second subject"
        ),
        pytest.param(lambda mail: mail.replace(b"/u/abc>", b"/u/xyz>"), id="the way out"),
        pytest.param(lambda mail: mail + b"more\r\n", id="more text"),
    ],
)
def test_what_was_altered_is_not_taken(alter: Callable[[bytes], bytes]) -> None:
    mail = BOTH.signed(letter())
    assert alter(mail) != mail
    assert holds(alter(mail)) == [False, False]


def test_a_relay_may_fold_and_space_as_it_likes() -> None:
    mail = BOTH.signed(letter())
    folded = mail.replace(b"Subject: ", b"subject:\r\n   ").replace(b"Auto-Submitted: ", b"Auto-Submitted:\t ")
    assert folded != mail
    assert holds(folded + b"\r\n\r\n") == [True, True]


def test_the_same_letter_gets_the_same_signatures_in_lines_of_fair_length() -> None:
    mail = BOTH.signed(letter())
    assert mail == BOTH.signed(letter())
    assert mail.endswith(letter())
    assert max(len(line) for line in mail.split(b"\r\n\r\n")[0].split(b"\r\n")) <= 78


def test_the_body_of_the_standards_own_example_is_reduced_as_it_says() -> None:
    """Source: RFC 6376, 3.4.5, and the hash of nothing from 3.4.4."""
    assert canonical_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"
    empty = base64.b64encode(hashlib.sha256(canonical_body(b"\r\n\r\n")).digest())
    assert empty == b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def write(file: Path, private: Any, mode: int = 0o600) -> Path:
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file.chmod(mode)
    return file


def test_a_key_is_read_from_a_file_that_is_its_owners_alone(tmp_path: Path) -> None:
    good = write(tmp_path / "good.pem", ED.private)
    assert read_key("ed2026", good).dns_record("town.example") == ED.dns_record("town.example")
    assert repr(read_key("ed2026", good)) == "DkimKey(selector='ed2026')"
    short = rsa.generate_private_key(65_537, 1_024)
    (tmp_path / "noise.pem").write_bytes(b"noise")
    (tmp_path / "noise.pem").chmod(0o600)
    for wrong, why in [
        (write(tmp_path / "open.pem", ED.private, 0o640), "mode 0600"),
        (tmp_path / "none.pem", "cannot be read"),
        (tmp_path / "noise.pem", "no private key"),
        (write(tmp_path / "short.pem", short), "1024 bits"),
        (write(tmp_path / "ec.pem", ec.generate_private_key(ec.SECP256R1())), "another kind"),
    ]:
        with pytest.raises(Refused, match=why):
            read_key("s", wrong)
    with pytest.raises(Refused, match="selector"):
        read_key("a b", good)


@pytest.mark.parametrize(
    ("domain", "sender", "right"),
    [
        ("town.example", "desk@town.example", True),
        ("town.example", "desk@Warn.Town.Example", True),
        ("town.example", "desk@othertown.example", False),
        ("warn.town.example", "desk@town.example", False),
        ("town example", "desk@town example", False),
    ],
)
def test_only_the_senders_own_domain_signs(domain: str, sender: str, right: bool) -> None:
    if right:
        Dkim(domain, sender, [ED])
        return
    with pytest.raises(Refused):
        Dkim(domain, sender, [ED])
    with pytest.raises(Refused, match="needs a key"):
        Dkim("town.example", DESK, [])
