"""Bounces of every make are matched to the letter they are about, and whatever else arrives is refused in a sentence."""

import base64
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.promises import NOON, WATER
from tocsin.basis.errors import Refused
from tocsin.channels.mail import letter
from tocsin.channels.mail.bounces import LARGEST, Bounce, read_bounce, return_path

DESK = "desk@town.example"
ID = "abcdefghijklmnopqrstuvwxyz"
LETTER = letter(
    parcel_id=ID,
    sender=DESK,
    sender_name="The watch desk",
    to="miller@mill.example",
    subject=WATER,
    text=f"{WATER}. It was delayed, and could not be delivered. Ask <desk@town.example>.",
    html=f"<p>{WATER}",
    sent_at=NOON,
    language="en",
    exercise=False,
    urgent=True,
)
HEAD = LETTER.partition(b"\r\n\r\n")[0]


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def report(groups: str, returned: bytes | None = LETTER, kind: str = "message/rfc822", to: str = DESK) -> bytes:
    """Return a delivery status notification in the shape that Postfix gives it."""
    words = (
        "This is the mail system at host mx.mill.example.\n<miller@mill.example>: host mill.example said something.\n"
    )
    parts = [
        f"Content-Type: text/plain; charset=us-ascii\n\n{words}",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.mill.example\n\n{groups}\n",
    ]
    whole = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.mill.example (Mail Delivery System)\n"
        f"Subject: Undelivered Mail Returned to Sender\nTo: {to}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status;\n\tboundary="B/x=_1"\n'
        "Message-Id: <20240307.1@mx.mill.example>\n\nThis is a MIME-encapsulated message.\n"
    )
    body = crlf(whole + "".join(f"\n--B/x=_1\n{part}" for part in parts))
    if returned is not None:
        body += crlf(f"\n--B/x=_1\nContent-Type: {kind}\n\n") + returned
    return body + b"\r\n--B/x=_1--\r\n"


def group(action: str, status: str = "5.1.1") -> str:
    return (
        f"Final-Recipient: rfc822; miller@mill.example\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.9.9 <miller@mill.example>: secretive words\n"
    )


@pytest.mark.parametrize(
    ("groups", "state", "code", "words"),
    [
        pytest.param(group("failed"), "failed", "5.1.1", "no such mailbox", id="no such mailbox"),
        pytest.param(group("failed", "5.2.2"), "failed", "5.2.2", "mailbox is full", id="full"),
        pytest.param(group("failed", "4.4.7"), "failed", "4.4.7", "in the time", id="given up"),
        pytest.param(
            group("failed", "5.7.509"), "failed", "5.7.509", "does not let it in", id="a code of the provider's"
        ),
        pytest.param(group("Failed", "5.0.0 (permanent)"), "failed", "5.0.0", "did not arrive", id="with a remark"),
        pytest.param(group("failed", "broken"), "failed", None, "did not arrive", id="no code"),
        pytest.param(group("delayed", "4.4.1"), "delayed", "4.4.1", "not arrived yet", id="delayed"),
        pytest.param(group("delivered", "2.0.0"), "delivered", "2.0.0", "arrived", id="delivered"),
        pytest.param(
            group("delivered", "2.0.0") + "\n" + group("failed"), "failed", "5.1.1", "", id="one of two failed"
        ),
    ],
)
def test_a_report_says_what_became_of_which_letter(groups: str, state: str, code: str | None, words: str) -> None:
    for raw in (
        report(groups),
        report(groups, HEAD + b"\r\n", "text/rfc822-headers"),
        report(groups).replace(b"\r\n", b"\n"),
    ):
        found = read_bounce(raw, sender=DESK)
        assert (found.parcel, found.state, found.code) == (ID, state, code)
        assert words in found.detail.lower()
        assert "secretive" not in repr(found)
        assert "mill.example" not in repr(found)


def test_a_report_that_returns_nothing_is_known_by_where_it_came() -> None:
    path = return_path(DESK, ID)
    assert path == f"desk+{ID}@town.example"
    raw = report(group("failed"), None)
    assert read_bounce(raw, sender=DESK, to=path).parcel == ID
    assert read_bounce(raw, sender=DESK, to=path.upper().replace(ID.upper(), ID)).parcel == ID
    assert read_bounce(report(group("failed"), None, to=f"<{path}>"), sender=DESK).parcel == ID
    with pytest.raises(Refused, match="names no letter"):
        read_bounce(raw, sender=DESK)
    with pytest.raises(Refused, match="do not fit"):
        return_path(DESK, "x" * 60)


def test_where_it_came_outweighs_what_it_says() -> None:
    found = read_bounce(report(group("failed")), sender=DESK, to=return_path(DESK, "another"))
    assert found.parcel == "another"


def test_a_letter_of_somebody_elses_is_not_ours() -> None:
    with pytest.raises(Refused, match="names no letter"):
        read_bounce(report(group("failed")), sender="desk@other.example")
    two = LETTER.replace(ID.encode(), b"another") + b"\r\n--B/x=_1\r\nContent-Type: message/rfc822\r\n\r\n" + LETTER
    with pytest.raises(Refused, match="names no letter"):
        read_bounce(report(group("failed"), two), sender=DESK)


@pytest.mark.parametrize("action", ["relayed", "expanded", "eaten", ""])
def test_a_report_that_leaves_it_open_is_no_bounce(action: str) -> None:
    with pytest.raises(Refused, match="what became of"):
        read_bounce(report(group(action, "2.0.0")), sender=DESK)


QUOTED = HEAD.decode().replace("\r\n", "\n")


def plain(subject: str, words: str, **others: str) -> bytes:
    head = {"From": "Mail Delivery System <MAILER-DAEMON@mx.mill.example>", "To": DESK, "Subject": subject, **others}
    lines = "\n".join(f"{name.replace('_', '-')}: {value}" for name, value in head.items())
    return crlf(f"{lines}\n\n{words}\n\n{QUOTED}\n\nIt was delayed; delivery failed; 550 5.9.9\n")


EXIM = (
    "This message was created automatically by mail delivery software.\n\n"
    "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error.\n\n"
    "  miller@mill.example\n    SMTP error from remote mail server after RCPT TO:<miller@mill.example>:\n"
    "    550 5.1.1 <miller@mill.example>: Recipient address rejected\n\n"
    "------ This is a copy of the message, including all the headers. ------"
)
EXIM_LATE = (
    "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on "
    "the queue on mx.town.example.\n\nNo action is required on your part. Delivery attempts will continue."
)
QMAIL = (
    "Hi. This is the qmail-send program at mill.example.\nI'm afraid I wasn't able to deliver your message to the "
    "following addresses.\n\n<miller@mill.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
    "--- Below this line is a copy of the message."
)
SENDMAIL_LATE = (
    "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n"
    "    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n\n   ----- Transcript of session follows -----\n"
    "... Deferred: Connection timed out with mill.example."
)


@pytest.mark.parametrize(
    ("raw", "state", "code"),
    [
        pytest.param(plain("Mail delivery failed: returning message to sender", EXIM), "failed", "5.1.1", id="Exim"),
        pytest.param(
            plain("Mail delivery failed", EXIM, From="x@y.example", X_Failed_Recipients="miller@mill.example"),
            "failed",
            "5.1.1",
            id="Exim by its own header",
        ),
        pytest.param(
            plain("Warning: message 1abc-0001 delayed 24 hours", EXIM_LATE, Auto_Submitted="auto-generated"),
            "delayed",
            None,
            id="Exim, late",
        ),
        pytest.param(plain("failure notice", QMAIL), "failed", "5.1.1", id="qmail"),
        pytest.param(
            plain("Warning: could not send message for past 4 hours", SENDMAIL_LATE), "delayed", None, id="late"
        ),
        pytest.param(plain("Nachricht", "<miller@mill.example>: 550-5.7.1 nein"), "failed", "5.7.1", id="only a code"),
        pytest.param(plain("Nachricht", "550 nein"), "failed", None, id="only a reply"),
    ],
)
def test_what_older_servers_write_is_understood(raw: bytes, state: str, code: str | None) -> None:
    found = read_bounce(raw, sender=DESK)
    assert (found.parcel, found.state, found.code) == (ID, state, code)


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_words_in_an_encoding_are_read(encoding: str) -> None:
    body = plain("failure notice", QMAIL).partition(b"\r\n\r\n")[2]
    packed = base64.encodebytes(body) if encoding == "base64" else body.replace(b"=", b"=3D")
    raw = b"From: MAILER-DAEMON@m\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n" + packed
    assert read_bounce(raw, sender=DESK).code == "5.1.1"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(b"", "no letter", id="nothing"),
        pytest.param(plain("Out of office", "I am away.", Auto_Submitted="auto-replied"), "automatic", id="absence"),
        pytest.param(plain("Re: water", "Thank you! 550 sheep.", From="m@mill.example"), "own post", id="an answer"),
        pytest.param(
            plain("Hello", "Something about 5.1.1 or other"), "for sure", id="a server that says nothing sure"
        ),
        pytest.param(plain("Hello", "[town] failure", List_Id="<town>"), "automatic", id="a mailing list"),
        pytest.param(
            report(group("failed")).replace(b"message/delivery-status", b"message/disposition-notification"),
            "receipt",
            id="a receipt for reading",
        ),
        pytest.param(
            report(group("failed")).replace(b"message/delivery-status", b"message/feedback-report"),
            "complaint",
            id="a complaint",
        ),
        pytest.param(b"x" * (LARGEST + 1), "larger", id="too large"),
    ],
)
def test_what_is_no_bounce_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        read_bounce(raw, sender=DESK)
    assert "mill" not in str(refusal.value)


def nested(depth: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * depth + report(group("failed"))


def boundaries(count: int) -> bytes:
    heads = (f'Content-Type: multipart/mixed; boundary="{"b" * (1 + n % 60)}"\r\n\r\n--b\r\n' for n in range(count))
    return "".join(heads).encode()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(nested(20_000), id="mails in mails"),
        pytest.param(boundaries(12_000), id="parts in parts"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 250_000, id="parts beside parts"),
        pytest.param(b"a: b\n " + b" \n " * 300_000, id="a header without end"),
        pytest.param(b"Content-Type: multipart/report; boundary=" + b'";' * 500_000, id="a boundary of quotes"),
        pytest.param(b"From: mailer-daemon@m\n\n" + b"550 5." * 170_000, id="codes without end"),
        pytest.param(b"From: mailer-daemon@m\n\n" + b" >message-id: <" * 69_000, id="ids without end"),
        pytest.param(b"To: " + b"+a@" * 300_000, id="an address without end"),
        pytest.param(b"\n" * LARGEST, id="empty lines"),
        pytest.param(b"\0" * LARGEST, id="zeros"),
    ],
)
def test_what_is_made_to_hang_us_is_refused_in_a_moment(raw: bytes) -> None:
    assert len(raw) <= LARGEST
    began = time.thread_time()
    with pytest.raises(Refused):
        read_bounce(raw, sender=DESK)
    assert time.thread_time() - began < 10  # 0.2 s at most where it was measured


def lines() -> st.SearchStrategy[bytes]:
    known = report(group("failed")).split(b"\r\n") + plain("failure notice", QMAIL).split(b"\r\n")
    return st.lists(st.sampled_from(known) | st.binary(max_size=30), max_size=60).map(b"\r\n".join)


@pytest.mark.parametrize("read", [lambda raw: read_bounce(raw, sender=DESK), lambda raw: read_bounce(raw, sender="")])
@given(raw=st.binary() | lines())
def test_any_bytes_at_all_are_read_or_refused(read: Callable[[bytes], Bounce], raw: bytes) -> None:
    try:
        said = repr(read(raw))
    except Refused as refusal:
        said = str(refusal)
    assert "mill.example" not in said
