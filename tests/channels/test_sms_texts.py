"""What a text message costs is known before it goes, and when words must give way, the mark and the link stay."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.promises import NOON
from tocsin.basis.errors import Refused
from tocsin.channels.channel import Parcel
from tocsin.channels.sms.numbers import is_number, is_sender
from tocsin.channels.sms.segments import is_seven_bit, plainer, segments
from tocsin.channels.sms.texts import TextLayout, read_text

ANSWER = "https://warn.town.example/a/abcdefghijklmnopqrstuvwxyz"
BANNER = "EXERCISE EXERCISE EXERCISE\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ("GSM-7", 0, 0), id="nothing"),
        pytest.param("a" * 160, ("GSM-7", 160, 1), id="just one"),
        pytest.param("a" * 161, ("GSM-7", 161, 2), id="just two"),
        pytest.param("a" * 306, ("GSM-7", 306, 2), id="two full"),
        pytest.param("a" * 307, ("GSM-7", 307, 3), id="just three"),
        pytest.param("€" * 80, ("GSM-7", 160, 1), id="escaped letters take two places"),
        pytest.param("a" * 152 + "€" + "a" * 152, ("GSM-7", 306, 3), id="an escape is not torn from its letter"),
        pytest.param("[]{}\\~|^\f", ("GSM-7", 18, 1), id="all that is escaped"),
        pytest.param(
            "ΔΦΓΛΩΠΨΣΘΞÆæßÉ¤ÄÖÑ\xdc\xa7¿äöñüà@£$¥èéùìòÇØøÅå_", ("GSM-7", 41, 1), id="what else has seven bits"
        ),
        pytest.param("ç", ("UCS-2", 1, 1), id="small c with a cedilla is not in the alphabet"),
        pytest.param("\x1b", ("UCS-2", 1, 1), id="the escape itself is no letter"),
        pytest.param("я" * 70, ("UCS-2", 70, 1), id="just one in sixteen bits"),
        pytest.param("я" * 71, ("UCS-2", 71, 2), id="just two in sixteen bits"),
        pytest.param("я" * 135, ("UCS-2", 135, 3), id="just three in sixteen bits"),
        pytest.param("🔔" * 35, ("UCS-2", 70, 1), id="a bell takes two units"),
        pytest.param("я" * 66 + "🔔" + "я" * 66, ("UCS-2", 134, 3), id="a bell is not torn in two"),
    ],
)
def test_segments_are_counted_as_they_go_over_the_air(text: str, expected: tuple[str, int, int]) -> None:
    assert tuple(segments(text)) == expected


@given(st.text(max_size=400))
def test_the_count_lies_between_what_fits_whole_and_what_is_wasted_at_each_edge(text: str) -> None:
    encoding, units, messages = segments(text)
    joined, alone = (153, 160) if encoding == "GSM-7" else (67, 70)
    assert messages == (bool(text) if units <= alone else messages)
    if units > alone:
        assert -(-units // joined) <= messages <= -(-units // (joined - 1))


def test_typographic_signs_give_way_where_that_halves_the_cost() -> None:
    assert plainer("“Don’t go” – stay…") == '"Don\'t go" - stay...'
    assert plainer("Вода “там”") == "Вода “там”"
    assert plainer("plain") == "plain"


words = st.text(
    st.sampled_from("ab яé€[🔔\n’…") | st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=900
)


def laid_out(words: str, *, exercise: bool, most: int) -> TextLayout | None:
    if not words.strip():
        with pytest.raises(Refused, match="says nothing"):
            TextLayout(words=words, exercise=exercise)
        return None
    return TextLayout(words=words, exercise=exercise, most_segments=most)


@given(
    words=words,
    exercise=st.booleans(),
    most=st.integers(1, 4),
    link=st.sampled_from(["", ANSWER, "http://a/" + "b" * 60]),
)
def test_whatever_the_words_mark_and_link_stay_and_the_cost_is_kept(
    words: str, exercise: bool, most: int, link: str
) -> None:
    layout = laid_out(words, exercise=exercise, most=most)
    if layout is None:
        return
    text = ""
    with suppress(Refused):  # one long link in one short message
        text = layout.text(link)
    if not text:
        assert segments(f"{BANNER if exercise else ''}a...\n{link}").units > 40
        return
    assert segments(text).messages <= most
    assert text.startswith(BANNER) == (exercise or words.startswith(BANNER))
    assert text.endswith(f"\n{link}" if link else "")
    said = text.removeprefix(BANNER if exercise else "").removesuffix(f"\n{link}" if link else "")
    whole = {words.strip(), plainer(words.strip())}
    assert said in whole or said.endswith("...")
    assert said in whole or any(one.startswith(said[: min(3, len(said) - 3)]) for one in whole)


@given(
    words=words.filter(str.strip),
    exercise=st.booleans(),
    most=st.integers(1, 4),
    hint=st.sampled_from(["Or reply 1 received.", "Ответьте 1", "x" * 150]),
)
def test_a_hint_never_costs_a_part_and_never_takes_a_word(words: str, exercise: bool, most: int, hint: str) -> None:
    plain = TextLayout(words=words, exercise=exercise, most_segments=most)
    hinted = TextLayout(words=words, exercise=exercise, most_segments=most, hint=hint)
    assert hinted.text() == plain.text(), "where there is nothing to answer, nothing is said of it"
    with suppress(Refused):
        before, after = plain.text(ANSWER), hinted.text(ANSWER)
        assert segments(after).messages == segments(before).messages
        without = after.replace(f"\n{plainer(hint)}\n{ANSWER}", f"\n{ANSWER}")
        assert before in (after, without)


def test_a_hint_stands_before_the_link_where_there_is_room() -> None:
    text = TextLayout(words="Keep off the bridge", exercise=False, hint="Or reply 1 received.").text(ANSWER)
    assert text == f"Keep off the bridge\nOr reply 1 received.\n{ANSWER}"
    full = "word " * 20 + "end"
    assert segments(f"{full}\n{ANSWER}").messages == 1
    assert "reply" not in TextLayout(words=full, exercise=False, hint="Or reply 1 received." * 2).text(ANSWER)


def test_a_long_text_is_cut_between_two_words_and_the_link_is_whole() -> None:
    text = TextLayout(words="Go up the hill at once. " * 50, exercise=True, most_segments=2).text(ANSWER)
    assert segments(text) == ("GSM-7", segments(text).units, 2)
    head, end = text.split("...")
    assert head.startswith(f"{BANNER}Go up the hill")
    assert head.rsplit(" ", 1)[1].rstrip(".") in "Go up the hill at once"
    assert end == f"\n{ANSWER}"


def test_links_of_one_length_share_what_was_cut() -> None:
    layout = TextLayout(words="word " * 100, exercise=False, most_segments=1)
    one, other = layout.text(ANSWER), layout.text(ANSWER.replace("abc", "xyz"))
    assert one.replace("abc", "xyz") == other


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"words": " "}, id="no words"),
        pytest.param({"words": "a\0b"}, id="a control character"),
        pytest.param({"words": "\ud800"}, id="no Unicode"),
        pytest.param({"most_segments": 0}, id="no segment"),
        pytest.param({"most_segments": 11}, id="too many segments"),
    ],
)
def test_a_layout_that_cannot_be_right_is_refused(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"words": "a", "exercise": False}
    with pytest.raises(Refused):
        TextLayout(**(right | wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize("link", ["javascript:x", "https://a b", "https://a/\n", "https://а.example", "https://a/[x]"])
def test_a_link_that_is_none_is_refused(link: str) -> None:
    with pytest.raises(Refused):
        TextLayout(words="a", exercise=False).text(link)
    with pytest.raises(Refused, match="no room"):
        TextLayout(words="words", exercise=True, most_segments=1).text("https://a/" + "x" * 140)


def test_a_layout_in_print_holds_no_word() -> None:
    assert repr(TextLayout(words="secretive", exercise=False)) == "TextLayout()"


@pytest.mark.parametrize(
    ("content", "exercise", "right"),
    [
        (TextLayout(words="a", exercise=True).content(), True, True),
        (TextLayout(words="a", exercise=False).content(), False, True),
        (b'{"exercise":true,"text":"a"}', True, False),
        (json.dumps({"exercise": False, "text": BANNER + "a"}).encode(), False, False),
        (b'{"exercise":false,"text":" "}', False, False),
        (b'{"exercise":false}', False, False),
    ],
)
def test_an_exercise_says_so_in_its_words_and_nothing_else_does(content: bytes, exercise: bool, right: bool) -> None:
    parcel = Parcel(id="id", address="+15005550006", content=content, not_after=NOON, exercise=exercise)
    if right:
        assert read_text(parcel).endswith("a")
        return
    with pytest.raises(Refused):
        read_text(parcel)


@pytest.mark.parametrize(
    ("number", "right"),
    [("+6834000", True), ("+15005550006", True), ("+123456789012345", True), ("+1234567890123456", False), ("+0123456", False),
     ("15005550006", False), ("+1500555000x", False), ("", False)],
)  # fmt: skip
def test_numbers_are_told_from_what_is_none(number: str, right: bool) -> None:
    assert is_number(number) is right


@pytest.mark.parametrize(
    ("sender", "right"),
    [("+15005550006", True), ("12345", True), ("Alarm", True), ("R & D 24-7", True), ("ABCDEFGHIJKL", False), ("", False),
     ("Größe", False), ("12", False), ("a\nb", False)],
)  # fmt: skip
def test_senders_are_told_from_what_is_none(sender: str, right: bool) -> None:
    assert is_sender(sender) is right


def test_the_alphabet_is_the_standards() -> None:
    """Source: 3GPP TS 23.038, 6.2.1: 128 places, one of them the escape; and ten more behind that."""
    everything = [chr(code) for code in range(0x3000)]
    seven = [letter for letter in everything if is_seven_bit(letter)]
    assert len(seven) == 127 + 10
