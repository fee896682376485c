"""Which warning a reply is about is found out by rule, and never guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.answer.match import Candidate, place
from tocsin.answer.replies import WhyKept
from tocsin.warning.window import Window

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)


def told(
    row: int,
    warning: str,
    sent: float,
    ends: float | None = 48,
    *,
    person: str = "Ann",
    about: str = "",
    is_level: bool = False,
) -> Candidate:
    """Return a warning that was sent so many hours before noon, and ends so many hours after it was sent."""
    at = NOON - timedelta(hours=sent)
    window = None if ends is None else Window(begins=at, ends=at + timedelta(hours=ends))
    return Candidate(
        row=row,
        person=person,
        warning=warning,
        about=about or warning,
        sent_at=at,
        window=window,
        is_level=is_level,
    )


@pytest.mark.parametrize(
    ("found", "named", "rows", "why"),
    [
        pytest.param([told(1, "a", 3)], [], [1], None, id="the only one"),
        pytest.param([told(1, "a", 3), told(2, "b", 90, 48)], [], [1], None, id="the one in force"),
        pytest.param([told(1, "a", 90, 48), told(2, "b", 50, 48)], [], [2], None, id="none in force: the last that went there"),
        pytest.param([told(1, "a", 3, about="case"), told(2, "b", 1, about="case")], [], [2], None, id="of one case the latest"),
        pytest.param([told(1, "a", 3), told(2, "b", 1)], [], [2, 1], WhyKept.WHICH_WARNING, id="two cases at once"),
        pytest.param([told(1, "a", 3), told(2, "b", 1)], [1], [1], None, id="the one that is named"),
        pytest.param([told(1, "a", 90, 48), told(2, "b", 1)], [1], [1], None, id="named and over: late"),
        pytest.param([told(1, "a", 3), told(2, "a", 3, person="Ben")], [], [1, 2], WhyKept.WHO, id="two at one address"),
        pytest.param(
            [told(1, "a", 3), told(2, "a", 3, person="Ben"), told(3, "b", 1), told(4, "b", 1, person="Ben")],
            [], [1, 2, 3, 4], WhyKept.WHICH_WARNING, id="two cases and two at one address: each pair",
        ),
        pytest.param([told(1, "a", 3), told(2, "a", 2)], [], [2], None, id="the same by two ways"),
        pytest.param([told(1, "a", 3, None)], [], [1], None, id="without an end"),
        pytest.param([told(1, "a", 3, None, is_level=True)], [], [1], None, id="a level"),
        pytest.param([told(1, "a", 3, None, is_level=True), told(2, "b", 1)], [], [2], None, id="a level before a warning"),
        pytest.param([told(1, "a", 3), told(2, "b", 1, None, is_level=True)], [], [2, 1], WhyKept.WHICH_WARNING, id="a level after one"),
    ],
)  # fmt: skip
def test_a_reply_is_about(found: list[Candidate], named: list[int], rows: list[int], why: WhyKept | None) -> None:
    for order in (found, found[::-1]):
        placed = place(order, named, NOON)
        assert placed is not None
        assert (sorted(one.row for one in placed.candidates), placed.why) == (sorted(rows), why)


def test_who_was_told_nothing_answers_nothing() -> None:
    assert place([], [], NOON) is None
