"""The timeline of a case: no label covers another, however much happens, and it says what it shows."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from tests.web.sample.case import CASE
from tests.web.sample.march import at
from tests.web.sample.timeline import TIMELINE
from tocsin.basis.words import ENGLISH
from tocsin.web.desk import timeline
from tocsin.web.desk.axis import Axis
from tocsin.web.desk.sheet import LEFT, WIDTH
from tocsin.web.desk.views.rows import LikelihoodView
from tocsin.web.desk.views.timeline import (
    AccountKind,
    AccountMark,
    AnswerLine,
    KnownKind,
    KnownMark,
    LikelihoodStep,
    StruckMark,
    Timeline,
    WarnedKind,
    WarnedMark,
)
from tocsin.web.drawing import text_width
from tocsin.web.pieces import View, WindowState, WindowView
from tocsin.web.wording import LIKELIHOODS

SVG = "{http://www.w3.org/2000/svg}"
START = datetime(2024, 3, 1, tzinfo=UTC)

spans = st.sampled_from([timedelta(hours=3), timedelta(days=1), timedelta(weeks=3), timedelta(days=400)])
shares = st.floats(0, 1)
labels = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=60)


@pytest.mark.parametrize(
    ("text", "plain", "bold"),
    [
        # As Chromium draws them in 12 px of DejaVu Sans, in px.
        pytest.param("Protection of Public Gatherings", 185.4, 212.6, id="a long name"),
        pytest.param("Botschaft der Bundesrepublik", 178, 202, id="in German"),
        pytest.param("Министерство внутренних дел", 196, 213, id="in Cyrillic"),
        pytest.param("Warned 28 Nov 03:01", 130, 146, id="a moment"),
        pytest.param("0123456789", 76, 84, id="figures"),
        pytest.param("WWWMMM", 67, 76, id="wide letters"),
    ],
)
def test_no_label_takes_more_room_than_it_was_given(text: str, plain: float, bold: float) -> None:
    assert (text_width(text) >= plain, text_width(text, bold=True) >= bold) == (True, True)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    span = draw(spans)

    def moment() -> datetime:
        return START + span * draw(shares)

    def window() -> WindowView:
        starts = moment()
        return WindowView(
            starts_at=starts, ends_at=starts + span * draw(shares), state=draw(st.sampled_from(WindowState))
        )

    def likely() -> LikelihoodView:
        low = draw(shares)
        return LikelihoodView(
            low=low,
            high=max(low, draw(shares)),
            words=(draw(st.sampled_from(LIKELIHOODS)), draw(st.sampled_from(LIKELIHOODS))),
            confidence="low",
        )

    few = st.integers(0, 7)
    known = [
        KnownMark(at=moment(), label=draw(labels), kind=draw(st.sampled_from(KnownKind)), origin=1)
        for _ in range(draw(few))
    ]
    warned = [
        WarnedMark(
            at=moment(),
            label=draw(labels),
            kind=draw(st.sampled_from(WarnedKind)),
            window=window() if draw(st.booleans()) else None,
        )
        for _ in range(draw(few))
    ]
    answered = [
        AnswerLine(
            recipient=draw(labels),
            sent_at=moment(),
            answered_at=None if answer == "silent" else START + span,
            answer=answer,
            label=draw(labels),
        )
        for answer in draw(st.lists(st.sampled_from(["silent", "safe", "dismissed", "need_help"]), max_size=4))
    ]
    return Timeline(
        starts_at=START,
        ends_at=START + span,
        now=START + span,
        zone="Europe/Moscow",
        known=tuple(known),
        likelihood=tuple(LikelihoodStep(at=moment(), likelihood=likely()) for _ in range(draw(few))),
        warned=tuple(warned),
        answered=tuple(answered),
        accounts=tuple(
            AccountMark(at=moment(), label=draw(labels), kind=draw(st.sampled_from(AccountKind)))
            for _ in range(draw(few))
        ),
        struck=tuple(StruckMark(at=moment(), label=draw(labels)) for _ in range(draw(st.integers(0, 3)))),
    )


def covered(view: Timeline) -> list[tuple[object, object]]:
    return [(a, b) for a, b in combinations(timeline.boxes(view, ENGLISH), 2) if a.meets(b)]


def squeezed(view: Timeline, into: timedelta) -> Timeline:
    """Return the same case as if all of it had happened in less time."""
    share = into / (view.ends_at - view.starts_at)

    def move(moment: datetime) -> datetime:
        return view.starts_at + (moment - view.starts_at) * share

    def moved(mark: View) -> View:
        fields = {f: getattr(mark, f) for f in getattr(mark, "__struct_fields__", ())}
        new = {f: move(v) for f, v in fields.items() if isinstance(v, datetime)}
        new |= {f: moved(v) for f, v in fields.items() if isinstance(v, WindowView)}
        new |= {f: tuple(map(move, v)) for f, v in fields.items() if f == "escalated_at"}
        return replace(mark, **new)

    lanes = {
        lane: tuple(map(moved, getattr(view, lane)))
        for lane in ("known", "likelihood", "warned", "answered", "accounts", "struck")
    }
    return replace(view, ends_at=view.starts_at + into, now=move(view.now), **lanes)


@pytest.mark.parametrize(
    "into", [timedelta(weeks=3), timedelta(days=2), timedelta(hours=3)], ids=["3 weeks", "2 days", "3 h"]
)
def test_no_label_of_the_sample_case_covers_another(into: timedelta) -> None:
    assert covered(squeezed(TIMELINE, into)) == []


def test_labels_would_cover_each_other_if_the_boxes_did_not_say_so() -> None:
    crowd = tuple(KnownMark(at=at(5), label="the same moment", kind=KnownKind.INCIDENT) for _ in range(12))
    boxes = timeline.boxes(replace(TIMELINE, known=crowd), ENGLISH)
    assert len({(box.x1, box.y1) for box in boxes}) == len(boxes)
    assert covered(replace(TIMELINE, known=crowd)) == []


@settings(max_examples=150, deadline=None)
@given(timelines())
def test_no_label_covers_another_and_all_stay_on_the_sheet(view: Timeline) -> None:
    assert covered(view) == []
    for box in timeline.boxes(view, ENGLISH):
        assert box.x1 >= LEFT - 1
        assert box.x2 <= WIDTH


@settings(max_examples=40, deadline=None)
@given(timelines())
def test_the_picture_is_well_formed_and_every_row_is_in_order(view: Timeline) -> None:
    etree.fromstring(f'<x xmlns="http://www.w3.org/2000/svg">{timeline.draw(view, ENGLISH)}</x>')
    moments = [row.at for row in timeline.rows(view, ENGLISH)]
    assert moments == sorted(moments)


def drawn(view: Timeline = TIMELINE) -> etree._Element:
    return etree.fromstring(f'<x xmlns="http://www.w3.org/2000/svg">{timeline.draw(view, ENGLISH)}</x>')[0]


def test_the_length_of_the_silence_is_written_on_it() -> None:
    words = " ".join(map(str, drawn().itertext()))
    assert "silence, 11\u00a0d\u00a020\u00a0h · escalated 3 times" in words
    assert "stated period ended; no all-clear given" in words
    assert "4 relays, one origin" in words


def test_silence_that_lasts_runs_until_now_and_says_so_far() -> None:
    line = AnswerLine(recipient="The miller", sent_at=at(7))
    view = replace(TIMELINE, answered=(line,), now=at(9))
    assert "silence, 2\u00a0d so far" in " ".join(map(str, drawn(view).itertext()))


def test_every_mark_can_be_reached_by_keyboard_and_has_a_name() -> None:
    marks = [mark for mark in drawn().iter(f"{SVG}g", f"{SVG}a") if "m" in (mark.get("class") or "").split()]
    assert len(marks) > 15
    for mark in marks:
        assert mark.get("tabindex") == "0" or mark.get("href")
        assert mark.get("aria-label")
        assert mark.find(f"{SVG}title") is not None


def test_what_the_picture_shows_the_table_says() -> None:
    said = " ".join(row.words for row in timeline.rows(CASE.timeline, ENGLISH))
    marks = (TIMELINE.known, TIMELINE.warned, TIMELINE.accounts, TIMELINE.struck)
    for label in (mark.label for lane in marks for mark in lane):
        assert label in said
    for line in TIMELINE.answered:
        assert line.recipient in said


def test_confidence_has_a_lane_of_its_own_and_rises_and_falls_there_alone() -> None:
    likely = TIMELINE.likelihood[0].likelihood
    steps = tuple(
        LikelihoodStep(at=at(day), likelihood=replace(likely, confidence=confidence))
        for day, confidence in ((4, "low"), (7, "high"), (10, "moderate"))
    )
    view = replace(TIMELINE, likelihood=steps)
    low, high, moderate = (
        float(one.get("cy") or 0) for one in drawn(view).iter(f"{SVG}circle") if one.get("class") == "sure"
    )
    assert high < moderate < low, "higher on the sheet is surer"
    said = [row for row in timeline.rows(view, ENGLISH) if row.lane in ("Likelihood", "Confidence")]
    assert [row.words for row in said if row.lane == "Confidence"] == [
        f"Confidence in the grounds is {word}." for word in ("low", "high", "moderate")
    ]
    assert not [row for row in said if row.lane == "Likelihood" and "onfidence" in row.words], "never in one sentence"


def test_hostile_words_stay_words() -> None:
    bad = "</text><script>alert(1)</script>\"'&"
    view = replace(
        TIMELINE,
        known=(KnownMark(at=at(3), label=bad, kind=KnownKind.INCIDENT, detail=bad, href='javascript:"'),),
        answered=(AnswerLine(recipient=bad, sent_at=at(7), label=bad),),
        struck=(StruckMark(at=at(22), label=bad),),
    )
    assert "<script" not in timeline.draw(view, ENGLISH)
    assert not [one for one in drawn(view).iter() if etree.QName(one).localname == "script"]


def test_ticks_stand_at_midnights_of_the_zone_across_a_change_to_summer_time() -> None:
    starts = datetime(2024, 3, 29, 23, tzinfo=UTC)
    axis = Axis(starts_at=starts, ends_at=starts + timedelta(days=4), left=0, right=500, zone="Europe/Berlin")
    ticks = axis.ticks(ENGLISH)
    assert [tick.label for tick in ticks] == ["30 Mar", "31 Mar", "1 Apr", "2 Apr", "3 Apr"]
    day = 500 / 4
    # The day on which the clocks went forward has 23 hours.
    assert [round(tick.x / day * 24) for tick in ticks] == [0, 24, 47, 71, 95]


def test_three_hours_are_named_by_the_clock() -> None:
    axis = Axis(starts_at=at(7, 17), ends_at=at(7, 20), left=100, right=1300, zone="Europe/Moscow")
    labels = [tick.label for tick in axis.ticks(ENGLISH)]
    assert labels[0] == "20:00"
    assert labels[-1] == "23:00"
    assert len(labels) >= 7
