"""A letter laid out once for many is the one that would have been written alone, and reads well wherever it is opened."""

import email
import email.policy
import re
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.channels.promises import NOON, WATER
from tocsin.basis.errors import Refused
from tocsin.channels.mail import LINK, Button, LetterLayout, letter, written
from tocsin.channels.mail.letters import is_mailbox
from tocsin.channels.mail.pages import direction

DESK = "desk@town.example"
MILLER = "miller@town.example"
ANSWER = "https://warn.town.example/a/abcdefghijklmnopqrstuvwxyz"
SHARED: dict[str, Any] = {
    "sender": DESK,
    "sender_name": "The watch desk",
    "subject": WATER,
    "sent_at": NOON,
    "language": "en",
    "exercise": False,
    "urgent": True,
}

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
headers = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)
lines = st.lists(
    words | st.sampled_from([".", " ", "\t", "=", "=01", "\x01", "\n", "\r\n", "\r", "long " * 30, LINK]), max_size=6
)
urls = st.builds(
    "{}://{}".format,
    st.sampled_from(["http", "https"]),
    st.text("abcXYZ019._~:/?#[]@!$()*+,;=%-", min_size=1, max_size=200),
)
addresses = st.from_regex(r"\A[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.){0,3}[A-Za-z0-9-]{1,63}\Z")


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return re.sub("\r\n|\r", "\n", str(part.get_content()))


def one_line_end(text: str) -> str:
    return re.sub("\r\n|\r", "\n", text).rstrip("\n")


@given(
    text=lines.map("".join),
    html=st.none() | lines.map("".join),
    url=urls,
    to=addresses,
    exercise=st.booleans(),
    subject=headers,
    name=headers,
)
@example(text=f"\x01{LINK}", html=None, url=ANSWER, to=MILLER, exercise=True, subject="", name="")
@example(text=LINK * 40, html=f" {LINK} \n.{LINK}", url=ANSWER, to=MILLER, exercise=False, subject="Вода", name="Пост")
def test_the_layout_gives_what_writing_each_one_gives(
    text: str, html: str | None, url: str, to: str, exercise: bool, subject: str, name: str
) -> None:
    values = {**SHARED, "exercise": exercise, "subject": subject, "sender_name": name}
    alone: bytes | None
    try:
        filled = None if html is None else html.replace(LINK, url)
        alone = letter(**values, text=text.replace(LINK, url), html=filled, parcel_id="id", to=to)
        laid_out = LetterLayout(**values, text=text, html=html).letter(parcel_id="id", to=to, answer_url=url)
    except Refused:
        assert not is_mailbox(to)
        return
    # The boundary is made of the shared text, so it is the one thing that may differ.
    assert re.sub(rb"=_[0-9a-f]{40}", b"", laid_out) == re.sub(rb"=_[0-9a-f]{40}", b"", alone)


@given(text=lines.map("".join), html=st.none() | lines.map("".join), url=urls, to=addresses.filter(is_mailbox))
@example(text="long " * 30, html="x" * 75 + " ", url="http://0", to="0@0")
def test_an_independent_reader_finds_what_was_meant(text: str, html: str | None, url: str, to: str) -> None:
    raw = LetterLayout(**SHARED, text=text, html=html, reply_to="answers@town.example").letter(
        parcel_id="id", to=to, answer_url=url
    )
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    body = raw.partition(b"\r\n\r\n")[2]
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    mail = read(raw)
    assert one_line_end(text_of(mail, "plain")) == one_line_end(text.replace(LINK, url))
    if html is not None:
        assert one_line_end(text_of(mail, "html")) == one_line_end(html.replace(LINK, url))
    assert (mail["To"], mail["Reply-To"]) == (to, "answers@town.example")
    assert mail["Subject"] == WATER
    assert [mail.get_all(name) for name in ("Bcc", "Cc")] == [None, None]
    assert mail.defects == []


LAYOUT = LetterLayout(**SHARED, text=f"{WATER}\n\n{LINK}", html=None)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"parcel_id": "a\r\nBcc: spy@far.example"}, id="an id with a line break"),
        pytest.param({"parcel_id": ""}, id="no id"),
        pytest.param({"to": "a@b.example\r\nBcc: spy@far.example"}, id="an address with a line break"),
        pytest.param({"to": "a@b.example, spy@far.example"}, id="two addresses"),
        pytest.param({"to": "spy@far.example\n"}, id="an address that ends in a line break"),
        pytest.param({"answer_url": ""}, id="no answer link where the text wants one"),
        pytest.param({"answer_url": "https://a.example/\r\n.\r\n"}, id="a link with line breaks"),
        pytest.param({"answer_url": 'https://a.example/"><script>'}, id="a link that leaves its attribute"),
        pytest.param({"answer_url": "javascript:alert(1)"}, id="a link that is a program"),
        pytest.param({"answer_url": f"https://a.example/{LINK}"}, id="a link in a link"),
        pytest.param({"answer_url": "https://a.example/" + "x" * 1000}, id="a link too long for a line"),
        pytest.param({"unsubscribe_url": "https://a.example/>\r\nBcc: spy@far.example"}, id="a way out with a header"),
    ],
)
def test_no_personal_part_can_be_more_than_it_is(wrong: dict[str, str]) -> None:
    right = {"parcel_id": "id", "to": MILLER, "answer_url": ANSWER}
    LAYOUT.letter(**right)
    with pytest.raises(Refused) as refusal:
        LAYOUT.letter(**(right | wrong))
    assert "spy" not in str(refusal.value)


def test_a_text_that_holds_a_link_of_its_own_making_is_refused() -> None:
    with pytest.raises(Refused, match="NUL"):
        letter(**SHARED, text=f"a {LINK}", html=None, parcel_id="id", to=MILLER)
    with pytest.raises(Refused, match="NUL"):
        written(WATER, ["fine", f"not {LINK}"], [], "en")
    with pytest.raises(Refused, match="rest of a URL"):
        written(WATER, [], [Button("Safe", '"onclick="')], "en")


def test_who_subscribed_can_leave_by_one_click_and_only_over_https() -> None:
    right = {"parcel_id": "id", "to": MILLER, "answer_url": ANSWER}
    there = read(LAYOUT.letter(**right, unsubscribe_url="https://warn.town.example/u/abc"))
    assert there["List-Unsubscribe"] == "<https://warn.town.example/u/abc>"
    assert there["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = read(LAYOUT.letter(**right, unsubscribe_url="http://127.0.0.1:8137/u/abc"))
    assert plain["List-Unsubscribe"] == "<http://127.0.0.1:8137/u/abc>"
    assert plain["List-Unsubscribe-Post"] is None
    assert read(LAYOUT.letter(**right))["List-Unsubscribe"] is None


def test_a_neutral_sender_says_nothing_but_an_address() -> None:
    values = {**SHARED, "sender": "post@plain.example", "sender_name": ""}
    raw = LetterLayout(**values, text=WATER, html=None).letter(parcel_id="id", to=MILLER)
    assert read(raw)["From"] == "post@plain.example"
    assert b"ocsin" not in raw
    assert b"town.example" not in raw.replace(MILLER.encode(), b"")


def test_a_layout_in_print_holds_no_word() -> None:
    assert repr(LAYOUT) == "LetterLayout()"


class Reading(HTMLParser):
    """What a screen reader would come across, in order, and what a browser would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.outermost: list[tuple[str, dict[str, str | None]]] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._silent += tag in ("style", "title")
        if given.get("lang"):
            self.outermost.append((tag, given))
        if tag == "a":
            self.links.append(given["href"] or "")
        self.fetched += [given[name] or "" for name in ("src", "background", "srcset", "poster") if name in given]
        self.fetched += ["link"] if tag in ("link", "script", "iframe", "object", "form") else []

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(data.strip())


BODIES = written(
    "The <bridge> & the mill",
    ["Go up the hill.\nNow.", "Water & mud <here>."],
    [Button("I am safe", "?say=safe"), Button("I need help", "?say=need_help")],
    "en",
)


def test_the_page_reads_in_order_and_both_texts_say_the_same() -> None:
    raw = LetterLayout(**SHARED, text=BODIES.text, html=BODIES.html).letter(
        parcel_id="id", to=MILLER, answer_url=ANSWER
    )
    page = Reading(text_of(read(raw), "html"))
    assert page.said == [
        "The <bridge> & the mill",
        "Go up the hill.",
        "Now.",
        "Water & mud <here>.",
        "I am safe",
        "I need help",
    ]
    assert page.links == [f"{ANSWER}?say=safe", f"{ANSWER}?say=need_help"]
    plain = text_of(read(raw), "plain")
    assert plain == (
        "Go up the hill.\nNow.\n\nWater & mud <here>.\n\n"
        f"I am safe:\n{ANSWER}?say=safe\n\nI need help:\n{ANSWER}?say=need_help\n"
    )


def test_the_page_fetches_nothing_and_follows_light_and_dark() -> None:
    page = Reading(BODIES.html)
    assert page.fetched == []
    assert "url(" not in BODIES.html
    assert "@import" not in BODIES.html
    assert '<meta name="color-scheme" content="light dark">' in BODIES.html
    assert "prefers-color-scheme: dark" in BODIES.html


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours. Source: WCAG 2.2, relative luminance."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [("#ffffff", "#1a4480"), ("#1a4480", "#ffffff"), ("#f2f4f6", "#14171a"), ("#a9c7f5", "#14171a"), ("#0b1b33", "#a9c7f5")],
)  # fmt: skip
def test_every_pair_of_colours_can_be_read_by_weak_eyes(ink: str, ground: str) -> None:
    assert ink in BODIES.html
    assert ground in (BODIES.html + "#ffffff")
    assert contrast(ink, ground) >= 7


@pytest.mark.parametrize(
    ("language", "way"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("fa", "rtl"), ("uz-Arab", "rtl"), ("ar-Latn", "ltr"), ("RU", "ltr")],
)  # fmt: skip
def test_language_and_direction_stand_where_readers_keep_them(language: str, way: str) -> None:
    assert direction(language) == way
    page = Reading(written(WATER, [WATER], [], language).html)
    # Some readers drop <html>; the frame inside says it again.
    assert [(tag, said["lang"], said["dir"]) for tag, said in page.outermost] == [
        ("html", language, way),
        ("div", language, way),
    ]


def test_an_exercise_says_so_first_in_both_texts() -> None:
    values = {**SHARED, "exercise": True}
    mail = read(
        LetterLayout(**values, text=BODIES.text, html=BODIES.html).letter(parcel_id="id", to=MILLER, answer_url=ANSWER)
    )
    assert Reading(text_of(mail, "html")).said[0] == "EXERCISE EXERCISE EXERCISE"
    assert text_of(mail, "plain").startswith("EXERCISE EXERCISE EXERCISE\n")
    assert mail["Subject"].startswith("[EXERCISE] ")
