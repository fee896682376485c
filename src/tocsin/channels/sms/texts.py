"""Writes what a text message says, so that the words give way and never the mark of an exercise or the answer link. Pure."""

import re
from collections.abc import Callable

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json
from tocsin.channels.channel import Parcel
from tocsin.channels.sms.segments import plainer, segments

EXERCISE = "EXERCISE"  # never translated: it must be the same word on every screen

MOST_SEGMENTS = 10
"""Beyond these many phones give up joining them, and Twilio takes no more than 1,600 letters."""

_BANNER = " ".join([EXERCISE] * 3)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_LINE_END = re.compile(r"\r\n|\r|[\u2028\u2029\x85\x0b\x0c]")
# Seven bits, one place each, so that what fits for one link fits for each of its length.
_URL = re.compile(r"https?://[A-Za-z0-9._:/?#@!$()*+,;=%-]{1,900}")
_CUT = "..."

_write = msgspec.json.Encoder().encode


class Text(msgspec.Struct, frozen=True):
    """What a parcel of this channel holds, as JSON."""

    exercise: bool
    text: str


class TextLayout:
    """One message in one language, laid out once for many recipients.

    words: what to say; what does not fit is cut off at its end, between two words.
    most_segments: what one message may cost; see segments.segments().

    Raises:
        Refused: there are no words, they hold a control character or are no Unicode, or most_segments is out of bounds.
    """

    def __init__(self, *, words: str, exercise: bool, most_segments: int = 3, hint: str = "") -> None:
        words = _LINE_END.sub("\n", words.replace("\t", " ")).strip()
        if _CONTROL.search(words) or any("\ud800" <= letter <= "\udfff" for letter in words):
            raise Refused("The text message holds a control character or what is no Unicode. Leave it out.")
        if not words:
            raise Refused("The text message says nothing.")
        if not 1 <= most_segments <= MOST_SEGMENTS:
            raise Refused(f"A text message may cost {most_segments} segments. It must be 1 to {MOST_SEGMENTS}.")
        self._words = plainer(words)
        self._exercise = exercise
        self._most = most_segments
        self._hint = plainer(hint)
        self._start = f"{_BANNER}\n" if exercise else ""
        self._by_length: dict[int, str] = {}

    def __repr__(self) -> str:
        return "TextLayout()"

    def content(self, answer_url: str = "") -> bytes:
        """Return what goes into one recipient's parcel.

        answer_url: the recipient's own link; empty where there is nothing to answer.

        Raises:
            Refused: the link is none, or leaves no room for a word.
        """
        return _write(Text(exercise=self._exercise, text=self.text(answer_url)))

    def text(self, answer_url: str = "") -> str:
        """Return what one recipient will read."""
        if answer_url and not _URL.fullmatch(answer_url):
            raise Refused("A link in a text message begins with http:// or https:// and holds plain letters only.")
        body = self._by_length.get(len(answer_url))
        if body is None:
            body = self._by_length[len(answer_url)] = self._fitted("x" * len(answer_url))
        return f"{body}\n{answer_url}" if answer_url else body

    def _fitted(self, link: str) -> str:
        """Return banner and words, as many of these as fit before a link of this length."""
        end = f"\n{link}" if link else ""

        def fits(words: str) -> bool:
            return segments(self._start + words + end).messages <= self._most

        if fits(self._words):
            return self._start + self._words + self._free_hint(end)
        words = self._longest(fits)
        if not words:
            raise Refused(f"The answer link leaves no room for a word in a text message of {self._most} segments.")
        return self._start + words

    def _free_hint(self, end: str) -> str:
        """Return the hint as a line of its own, if it costs no part more before this end; else nothing."""
        if not (end and self._hint):
            return ""
        alone, more = self._start + self._words, f"\n{self._hint}"
        return more if segments(alone + more + end).messages == segments(alone + end).messages else ""

    def _longest(self, fits: Callable[[str], bool]) -> str:
        """Return the longest beginning that fits, whole words only where there are any; empty if none does.

        A longer beginning never costs less, but it may turn out plainer (seven bits) when its end is gone, so what is
        tried is each beginning as it would be sent.
        """
        low, high = 0, len(self._words)
        while low < high:
            middle = (low + high + 1) // 2
            if fits(self._beginning(middle)):
                low = middle
            else:
                high = middle - 1
        return self._beginning(low) if low else ""

    def _beginning(self, length: int) -> str:
        cut = self._words[:length]
        if length < len(self._words) and not self._words[length].isspace() and (at := _last_space(cut)) > length // 2:
            cut = cut[:at]
        return plainer(cut.rstrip() + _CUT)


def _last_space(text: str) -> int:
    return max(text.rfind(" "), text.rfind("\n"))


def read_text(parcel: Parcel) -> str:
    """Return what a parcel says, once it is sure that an exercise says so and nothing else does.

    Raises:
        Refused: it is otherwise, or the content is none of this channel's.
    """
    try:
        found: Text = read_json(parcel.content, Text)
    except Refused:
        raise Refused("The content is no text message.") from None
    if not found.text.strip():
        raise Refused("The text message says nothing.")
    if found.exercise != parcel.exercise or found.text.startswith(_BANNER) != parcel.exercise:
        raise Refused("The text message and the parcel disagree on whether this is an exercise.")
    return found.text
