"""How often one link is answered within an hour: each answer is a row for ever, so a stuck button or a loop must have an end.

What says something new is taken long after what only repeats; a call for help is counted apart, and nothing holds it up but
that many others.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

import msgspec

from tocsin.answer.facts import AnswerKind

SAME = 60  # answers by one link in an hour, after which what says nothing new is not written down again
MOST = 600  # in an hour, whatever they say; and so many calls for help besides
HOUR = timedelta(hours=1)
LINKS = 50_000  # that are remembered; the longest unheard are forgotten


class _Heard(msgspec.Struct):
    """What came by one link since an hour began. last: what was kept last."""

    since: datetime
    answers: int = 0
    calls: int = 0
    last: str = ""


class Often:
    """Counts the answers of each link, in memory. Threads may share it."""

    def __init__(self) -> None:
        """Nobody has answered yet."""
        self._heard: OrderedDict[int, _Heard] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, row: int, answer: AnswerKind, words: str, now: datetime) -> int:
        """Count an answer by a link; return 0 if it is taken, else how many seconds to wait."""
        with self._lock:
            heard = self._heard.pop(row, None)
            if heard is None or not heard.since <= now < heard.since + HOUR:
                heard = _Heard(since=now)
            self._heard[row] = heard
            if len(self._heard) > LINKS:
                self._heard.popitem(last=False)
            if answer is AnswerKind.NEED_HELP:
                is_over = heard.calls >= MOST
                heard.calls += not is_over
            else:
                is_over = heard.answers >= (MOST if words or heard.last != answer.value else SAME)
                heard.answers += not is_over  # what is not taken does not hold up what says something new
            return int((heard.since + HOUR - now).total_seconds()) + 1 if is_over else 0

    def kept(self, row: int, answer: AnswerKind) -> None:
        """Note what was written down last: saying the same again says nothing new."""
        heard = self._heard.get(row)
        if heard is not None:
            heard.last = answer.value
