"""A reply by mail is read down to what its giver wrote; whatever wrote itself is no reply."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.answer.facts import AnswerKind
from tocsin.answer.keywords import read
from tocsin.basis.errors import Refused
from tocsin.channels.mail import LARGEST_REPLY, read_reply
from tocsin.channels.mail.replies import written_in

SENDER = "bell@town.example"
ID = "abcdefghijklmnopqrstuvwxyz"


def mail(body: str | bytes, *fields: str, kind: str = "text/plain; charset=utf-8") -> bytes:
    head = [
        "From: Ann <ann@home.example>", f"In-Reply-To: <{ID}@town.example>", "Message-ID: <1@home.example>",
        f"Content-Type: {kind}", *fields,
    ]  # fmt: skip
    return "\r\n".join(head).encode() + b"\r\n\r\n" + (body if isinstance(body, bytes) else body.encode())


def test_a_reply_names_our_letter_and_its_sender() -> None:
    found = read_reply(mail("I am safe\r\n"), sender=SENDER)
    assert (found.address, found.parcels, found.message, found.text) == (
        "ann@home.example", (ID,), "<1@home.example>", "I am safe"
    )  # fmt: skip
    assert "ann" not in repr(found)


@pytest.mark.parametrize(
    ("written", "left"),
    [
        pytest.param("Safe\n\nOn Tue, 6 May 2031 at 12:00, Bell <bell@town.example> wrote:\n> Help!", "Safe", id="English"),
        pytest.param("Sicher\n\nAm 06.05.2031 um 12:00 schrieb Bell:\n> Hilfe", "Sicher", id="German"),
        pytest.param("Sain et sauf\nLe mar. 6 mai 2031 à 12:00, Bell a écrit :\n> Aide", "Sain et sauf", id="French"),
        pytest.param("В безопасности\nвт, 6 мая 2031 г. в 12:00, Bell:\n> x", "В безопасности", id="Russian"),
        pytest.param("Güvendeyim\nBell, 6 May 2031 12:00 tarihinde şunu yazdı:\n> x", "Güvendeyim", id="Turkish"),
        pytest.param("Safe\n-- \nAnn, who needs help", "Safe", id="a signature"),
        pytest.param("Safe\nSent from my telephone", "Safe", id="a machine's signature"),
        pytest.param("Safe\n-----Original Message-----\nFrom: x", "Safe", id="a divider"),
        pytest.param("Safe\nVon: Bell <bell@town.example>\nHilfe", "Safe", id="a quoted head"),
        pytest.param("> Need help?\n> Say so\nSafe", "Safe", id="below what is quoted"),
        pytest.param("Safe\n> help\nhelp", "Safe", id="nothing after a quotation"),
        pytest.param("We are 3: Ann, Ben, Cob.", "We are 3: Ann, Ben, Cob.", id="a colon alone quotes nothing"),
    ],
)  # fmt: skip
def test_what_is_quoted_or_stands_in_a_signature_is_no_answer(written: str, left: str) -> None:
    assert written_in(written.replace("\n", "\r\n")) == left
    assert read_reply(mail(written), sender=SENDER).text == left


@pytest.mark.parametrize(
    "field",
    ["Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated (vacation)", "Precedence: bulk", "X-Autoreply: yes",
     "List-Id: <l.example>", "Return-Path: <>", "From: Ben <ben@home.example>"],
)  # fmt: skip
def test_what_wrote_itself_or_is_of_several_is_refused(field: str) -> None:
    with pytest.raises(Refused) as refused:
        read_reply(mail("I am safe", field), sender=SENDER)
    assert "home.example" not in str(refused.value)


def test_auto_submitted_no_is_a_person() -> None:
    assert read_reply(mail("Safe", "Auto-Submitted: no"), sender=SENDER).text == "Safe"


def test_a_report_is_no_reply() -> None:
    with pytest.raises(Refused):
        read_reply(mail("--x\r\nContent-Type: message/delivery-status\r\n\r\nx\r\n--x--", kind='multipart/report; boundary="x"'),
                   sender=SENDER)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind", "field", "text"),
    [
        pytest.param("Помогите".encode("koi8-r"), "text/plain; charset=koi8-r", "X: y", "Помогите", id="KOI8-R"),
        pytest.param("بخير".encode("cp1256"), 'text/plain; charset="windows-1256"', "X: y", "بخير", id="Windows-1256"),
        pytest.param(base64.b64encode("güvendeyim".encode()), "text/plain; charset=utf-8",
                     "Content-Transfer-Encoding: base64", "güvendeyim", id="base64"),
        pytest.param(b"<html><style>help</style><p>Safe</p><blockquote>help</blockquote>", "text/html", "X: y", "Safe", id="HTML"),
        pytest.param(b"Safe", "text/plain; charset=zlib", "X: y", "Safe", id="a charset that is a trap"),
        pytest.param(b"Safe", "text/plain; charset=nonsense", "X: y", "Safe", id="a charset that is none"),
        pytest.param(b"\xff\xfe safe", "text/plain; charset=utf-8", "X: y", "ÿþ safe", id="not what it says"),
    ],
)  # fmt: skip
def test_whatever_its_letters_are_it_is_read(body: bytes, kind: str, field: str, text: str) -> None:
    assert read_reply(mail(body, field, kind=kind), sender=SENDER).text == text


def test_letters_of_others_are_not_named() -> None:
    raw = mail("Safe", "References: <aaaa@evil.example> <bbbb@town.example>")
    assert read_reply(raw, sender=SENDER).parcels == (ID, "bbbb")


def test_what_is_too_large_is_refused_and_what_is_made_to_be_slow_is_not() -> None:
    with pytest.raises(Refused):
        read_reply(mail("a" * LARGEST_REPLY), sender=SENDER)
    for evil in ("<style" * 10_000, "a1" * 30_000 + ":", ("x" * 590 + "1:\n") * 100, "<" * 60_000):
        begun = time.thread_time()
        for kind in ("text/plain", "text/html"):
            read_reply(mail(evil, kind=kind), sender=SENDER)
        assert time.thread_time() - begun < 20, "seconds would be too long; this is a tenth"


@given(st.binary(max_size=3_000))
def test_any_bytes_at_all_are_read_or_refused(raw: bytes) -> None:
    try:
        read_reply(raw, sender=SENDER)
        read_reply(mail(raw), sender=SENDER)
        read_reply(mail(raw, kind="text/html"), sender=SENDER)
    except Refused:
        pass


@pytest.mark.parametrize(
    "text",
    [
        "On floor 3, trapped:\nplease send help",
        "Am Bahnhof 2 eingeschlossen:\nHilfe",
        "Sent from work, I am trapped",
        "Sent from work, I am trapped\n\n> Keep off the bridge. If you need help, say so",
    ],
)
def test_what_only_looks_like_a_quotation_is_read_where_nothing_else_is_left(text: str) -> None:
    assert read(written_in(text)).answer is AnswerKind.NEED_HELP


def test_of_what_is_marked_as_quoted_nothing_is_read() -> None:
    assert written_in("> help\n> trapped") == ""
