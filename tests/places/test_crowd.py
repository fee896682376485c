"""A crowd answers what looking at each person alone would answer: who is in an area, who may be, who is only just outside."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places import reference
from tests.places.areas import around, discs, outlines, points
from tests.places.reference import Disc, Outline
from tocsin.basis.errors import Refused
from tocsin.places import Point, area_distance_m, away, search
from tocsin.places.borders import country
from tocsin.places.crowd import Crowd
from tocsin.places.rows import Kind, places, ties
from tocsin.places.shapes import Flat, Shape, circle, polygon

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOSCOW = ((55.5, 37.3), (55.5, 37.9), (56.0, 37.9), (56.0, 37.3), (55.5, 37.3))
TVER, VLADIVOSTOK, BERLIN, KREMLIN = (56.86, 35.9), (43.12, 131.89), (52.52, 13.4), (55.752, 37.6175)
CITY = (polygon(MOSCOW),)


def crowd_of(spots: list[Point]) -> Crowd:
    """Return a crowd in which person 0 stands at the first spot, and so on."""
    return Crowd().added(places(np.arange(len(spots)), *np.array(spots).reshape(-1, 2).T)).merged()


def second(moment: datetime) -> int:
    return int(moment.timestamp())


def numbers(answers: list[bool]) -> list[int]:
    return [number for number, inside in enumerate(answers) if inside]


# ---- who is in an area


@settings(max_examples=100, deadline=None)
@given(
    outlines().flatmap(lambda one: st.tuples(st.just(one), points((one[0][0], *one[0][1])))), st.sampled_from([0, 64])
)
def test_a_polygon_holds_whom_it_holds_one_by_one(case: tuple[tuple[Outline, Flat], list[Point]], few: int) -> None:
    (outline, shape), spots = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_FEW", few)  # 0: down to the last quarter
        found = crowd_of(spots).within([shape])
    assert found.tolist() == numbers([reference.in_polygon(outline, spot) for spot in spots])


@settings(max_examples=100, deadline=None)
@given(discs.flatmap(lambda one: st.tuples(st.just(one), points((around(one),)))), st.sampled_from([0, 64]))
def test_a_circle_holds_whom_it_holds_one_by_one(case: tuple[Disc, list[Point]], few: int) -> None:
    disc, spots = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_FEW", few)
        found = crowd_of(spots).within([circle(*disc)])
    assert found.tolist() == numbers([reference.in_circle(disc, spot) for spot in spots])


@settings(max_examples=100, deadline=None)
@given(st.lists(outlines(), min_size=1, max_size=3).flatmap(
    lambda many: st.tuples(st.just(many), points(tuple(outline[0] for outline, _ in many)))
), discs)  # fmt: skip
def test_several_shapes_hold_whom_one_of_them_holds(
    case: tuple[list[tuple[Outline, Flat]], list[Point]], disc: Disc
) -> None:
    many, spots = case
    area: list[Shape] = [circle(*disc), *(shape for _, shape in many)]
    one_by_one = [[reference.in_polygon(outline, spot) for spot in spots] for outline, _ in many]
    one_by_one.append([reference.in_circle(disc, spot) for spot in spots])
    assert crowd_of(spots).within(area).tolist() == numbers(reference.unions(one_by_one))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_it_does_not_matter_how_a_crowd_came_together(data: st.DataObject) -> None:
    outline, shape = data.draw(outlines())
    spots = data.draw(points((outline[0],)))
    people = data.draw(st.lists(st.integers(0, 5), min_size=len(spots), max_size=len(spots)))
    made = Crowd()
    holds: dict[int, list[Point]] = {}
    for person, spot in zip(people, spots, strict=True):
        match data.draw(st.sampled_from(["add", "add", "move", "merge"])):
            case "move":
                made, holds[person] = made.without([person]).added(places([person], [spot[0]], [spot[1]])), [spot]
                continue
            case "merge":
                made = made.merged()
        made = made.added(places([person], [spot[0]], [spot[1]]))
        holds.setdefault(person, []).append(spot)
    expected = sorted(p for p, each in holds.items() if any(reference.in_polygon(outline, spot) for spot in each))
    assert made.within([shape]).tolist() == expected
    assert made.merged().within([shape]).tolist() == expected
    assert made.without(range(6)).within([shape]).tolist() == []


def test_nobody_is_in_no_area_and_an_empty_crowd_is_nowhere() -> None:
    assert crowd_of([KREMLIN]).within([]).tolist() == []
    assert Crowd().within(CITY).tolist() == []
    assert len(Crowd().merged().present(CITY, NOON).everyone()) == 0


def test_a_person_with_two_places_in_the_area_is_counted_once_and_numbers_come_sorted() -> None:
    both = Crowd().added(places([4_294_967_295, 7, 7], [55.7, 55.6, 55.8], [37.5, 37.4, 37.6])).merged()
    both = both.added(places([7, 3], [55.7, 55.7], [37.5, 37.5]))
    assert both.within(CITY).tolist() == [3, 7, 4_294_967_295]


def test_only_certain_kinds_of_places_can_be_asked_for() -> None:
    mixed = crowd_of([]).added(places([1, 2], [55.7, 55.7], [37.5, 37.5], [Kind.HOME, Kind.WORK]))
    assert mixed.within(CITY, kinds=[Kind.WORK]).tolist() == [2]


def test_a_country_is_widened_so_that_its_coast_is_in_it() -> None:
    spots = [KREMLIN, VLADIVOSTOK, (67.0, -175.0), BERLIN, (54.91, 8.29), (-85.0, 179.9), (44.95, 34.1)]
    russia = crowd_of(spots).within([country("ru")])
    assert russia.tolist() == [0, 1, 2, 6]
    assert crowd_of(spots).within([country("UA")]).tolist() == [6]  # both claim Crimea, and both are answered
    assert crowd_of(spots).within([country("DE"), country("AQ")]).tolist() == [3, 4, 5]


# ---- who may be in it


def told(person: int, spot: Point, hours: float, kind: Kind = Kind.NOW) -> Crowd:
    """Return a crowd of one, whose place was said so many hours before noon."""
    return Crowd().added(places([person], [spot[0]], [spot[1]], kind, said=[second(NOON - hours * HOUR)]))


RU = ties([1], ["RU"])


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        pytest.param(told(1, KREMLIN, 1), "known", id="there an hour ago"),
        pytest.param(told(1, KREMLIN, 24), "known", id="there a day ago"),
        pytest.param(told(1, KREMLIN, 24.1), "stale", id="there longer ago"),
        pytest.param(told(1, VLADIVOSTOK, 1), "", id="elsewhere in the country an hour ago"),
        pytest.param(told(1, VLADIVOSTOK, 30), "stale", id="elsewhere in the country yesterday"),
        pytest.param(told(1, BERLIN, 30), "", id="in another country yesterday"),
        pytest.param(told(1, BERLIN, 30).tying(RU), "stale", id="in another yesterday, with a tie to this"),
        pytest.param(told(1, BERLIN, 1).tying(RU), "", id="in another an hour ago, with a tie to this"),
        pytest.param(told(1, KREMLIN, 3000, Kind.HOME), "known", id="a home does not get old"),
        pytest.param(Crowd().tying(RU), "unknown", id="a tie, and no place"),
        pytest.param(Crowd().tying(ties([1], ["DE"])), "", id="a tie to another country"),
        pytest.param(told(1, TVER, 0, Kind.HOME).tying(RU), "", id="a tie, and a home elsewhere"),
        pytest.param(told(1, TVER, 0, Kind.HOME).added(told(1, KREMLIN, 30).later), "stale", id="a home elsewhere, and there yesterday"),
        pytest.param(told(1, KREMLIN, 0, Kind.HOME).added(told(1, BERLIN, 1).later), "known", id="a home there, and away now"),
        pytest.param(told(1, KREMLIN, 0, Kind.HOME).added(told(1, VLADIVOSTOK, 30).later), "known", id="known is said once"),
        pytest.param(told(1, KREMLIN, -2), "known", id="a clock that is fast"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pile", ["later", "merged", "behind"])
def test_who_counts_as_what(people: Crowd, expected: str, pile: str) -> None:
    match pile:
        case "merged":
            people = people.merged()
        case "behind":  # someone else came afterwards, and someone left
            people = people.added(places([9], [0.0], [0.0])).tying(ties([9], ["FR"])).merged().without([9])
            people = people.added(places([8], [0.0], [0.0]))
    present = people.present(CITY, NOON)
    counted = {"known": present.known, "stale": present.stale, "unknown": present.unknown}
    assert {name: found.tolist() for name, found in counted.items() if len(found)} == (
        {expected: [1]} if expected else {}
    )
    assert present.everyone().tolist() == ([1] if expected else [])


@pytest.mark.parametrize(
    ("hours", "known"),
    [pytest.param(-1, [], id="before"), pytest.param(0, [1], id="from its first moment"),
     pytest.param(5, [1], id="during"), pytest.param(6, [], id="until before its last")],
)  # fmt: skip
@pytest.mark.parametrize("merged", [False, True])
def test_a_trip_holds_from_then_until_then(hours: float, known: list[int], merged: bool) -> None:
    trip = Crowd().added(
        places([1], [55.7], [37.5], Kind.TRIP, since=[second(NOON)], until=[second(NOON + 6 * HOUR)])
    )  # fmt: skip
    trip = trip.merged() if merged else trip
    assert trip.present(CITY, NOON + hours * HOUR).known.tolist() == known
    assert trip.within(CITY, at=NOON + hours * HOUR).tolist() == known
    assert trip.within(CITY).tolist() == [1]


def test_who_is_tied_is_unknown_only_while_no_trip_tells_where_they_are() -> None:
    away = Crowd().added(
        places([1], [BERLIN[0]], [BERLIN[1]], Kind.TRIP, since=[second(NOON)], until=[second(NOON + HOUR)])
    )
    away = away.tying(RU).merged()
    assert away.present(CITY, NOON - HOUR).unknown.tolist() == [1]
    assert away.present(CITY, NOON).unknown.tolist() == []
    assert away.present(CITY, NOON + HOUR).unknown.tolist() == [1]


def test_a_tie_holds_from_then_until_then_as_well() -> None:
    stay = Crowd().tying(ties([1], ["ru"], since=[second(NOON)], until=[second(NOON + HOUR)]))
    assert [stay.present(CITY, NOON + hours * HOUR).unknown.tolist() for hours in (-1, 0, 1)] == [[], [1], []]


def test_a_now_of_which_nobody_said_when_is_stale() -> None:
    people = Crowd().added(places([1], [55.7], [37.5], Kind.NOW))
    assert people.present(CITY, NOON).stale.tolist() == [1]


def test_how_old_is_too_old_and_which_countries_count_can_be_said() -> None:
    assert told(1, KREMLIN, 5).present(CITY, NOON, stale_after=HOUR).stale.tolist() == [1]
    assert Crowd().tying(ties([1], ["TV"])).present(CITY, NOON, countries=["tv"]).unknown.tolist() == [1]


def test_who_was_taken_out_is_nowhere_and_may_come_back() -> None:
    people = told(1, KREMLIN, 1).tying(RU).merged()
    assert len(people.without([1]).present(CITY, NOON).everyone()) == 0
    assert people.without([1]).tying(RU).present(CITY, NOON).unknown.tolist() == [1]
    home = told(1, TVER, 0, Kind.HOME).merged()
    assert home.tying(RU).present(CITY, NOON).unknown.tolist() == []
    assert home.without([1]).tying(RU).present(CITY, NOON).unknown.tolist() == [1]
    again = people.without([1]).added(told(1, VLADIVOSTOK, 30).later)
    assert again.present(CITY, NOON).stale.tolist() == [1]
    assert again.merged().present(CITY, NOON).stale.tolist() == [1]
    assert len(people.without([1]).merged().places.dates) == 1  # nor is it kept when that was


# ---- who is just outside


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from([0.0, 300.0, 30_000.0, 100_000.0]), st.sampled_from([0, 64]))
def test_who_is_just_outside_and_by_how_much(data: st.DataObject, within_m: float, few: int) -> None:
    outline, shape = data.draw(outlines())
    every = data.draw(points((outline[0], *outline[1])))
    spots = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=6))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_FEW", few)
        found = crowd_of(spots).outside([shape], within_m)
    measured = dict(zip(found.persons.tolist(), found.metres.tolist(), strict=True))
    assert sorted(found.metres.tolist()) == found.metres.tolist()
    for number, spot in enumerate(spots):
        metres = reference.outside_m(outline, spot)
        near_the_limit = abs(metres - within_m) < 20
        assert (near_the_limit and metres > 0) or (number in measured) == (0 < metres <= within_m)
        assert number not in measured or measured[number] == pytest.approx(metres, abs=20)  # an edge sags by up to 16 m


@given(discs, st.floats(0, 360), st.floats(0.01, 90_000))
def test_who_is_just_outside_a_circle(disc: Disc, bearing: float, metres: float) -> None:
    (lat, lon), radius = disc
    spot = away((max(-89.9, min(89.9, lat)), lon), bearing, radius + metres)
    found = crowd_of([spot]).outside([circle((max(-89.9, min(89.9, lat)), lon), radius)], 100_000)
    assert found.metres.tolist() == [pytest.approx(metres, abs=0.05)]


@pytest.mark.parametrize("turn", [1, -1])
def test_just_outside_over_the_180th_meridian_or_the_pole(monkeypatch: pytest.MonkeyPatch, turn: int) -> None:
    monkeypatch.setattr(search, "_FEW", 0)
    west, east = sorted((179.0 * turn, 179.95 * turn))
    box = polygon(((0.0, west), (0.0, east), (1.0, east), (1.0, west), (0.0, west)))
    found = crowd_of([(0.5, -179.99 * turn), (0.5, 180.0), (0.5, -179.0 * turn)]).outside([box], 10_000)
    assert found.persons.tolist() == [1, 0]
    top = ((89.0, -10.0), (89.0, 10.0), (89.9, 10.0), (89.9, -10.0), (89.0, -10.0))
    spots = [(90.0, 0.0), (89.99, 180.0), (89.5, 180.0)]
    found = crowd_of(spots).outside([polygon(top)], 20_000)
    assert found.metres.tolist() == [pytest.approx(area_distance_m(spot, top), abs=1) for spot in spots[:2]]


def test_the_nearest_come_first_and_no_more_than_asked_for() -> None:
    spots = [(56.1, 37.6), (55.7, 37.9001), (55.7, 37.5), (55.4999, 37.5), (57.0, 37.5)]
    found = crowd_of(spots).outside(CITY, 20_000)
    assert found.persons.tolist() == [1, 3, 0]
    assert found.metres.tolist() == [pytest.approx(area_distance_m(spots[one], MOSCOW), abs=0.1) for one in (1, 3, 0)]
    assert crowd_of(spots).outside(CITY, 20_000, limit=1).persons.tolist() == [1]


def test_who_has_another_place_inside_is_not_outside_and_the_nearest_place_counts() -> None:
    two = Crowd().added(places([1, 1, 2, 2], [56.001, 55.7, 56.001, 56.01], [37.5] * 4)).merged()
    found = two.outside(CITY, 5_000)
    assert (found.persons.tolist(), found.metres.tolist()) == ([2], [pytest.approx(111.3, abs=1)])


def test_how_far_a_few_people_are() -> None:
    found = crowd_of([BERLIN, KREMLIN, TVER]).how_far(CITY, [0, 1, 2, 3])
    assert found.persons.tolist() == [1, 2, 0]
    assert found.metres.tolist() == [
        0.0,
        *(pytest.approx(area_distance_m(spot, MOSCOW), rel=1e-6) for spot in (TVER, BERLIN)),
    ]


@pytest.mark.parametrize("within_m", [-1.0, 100_001.0, math.nan, math.inf])
def test_nobody_is_looked_for_too_far_outside(within_m: float) -> None:
    with pytest.raises(Refused, match="Ask for 0 to 100,000 m"):
        Crowd().outside(CITY, within_m)


# ---- what is refused


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        pytest.param(lambda: places([1, 2], [1.0, 91.0], [0.0, 0.0]), "Row 1: the latitude is not within -90 to 90", id="north of the pole"),
        pytest.param(lambda: places([1], [math.nan], [0.0]), "Row 0: the latitude", id="nan"),
        pytest.param(lambda: places([1], [1.0], [-180.001]), "Row 0: the longitude is not within -180 to 180", id="too far west"),
        pytest.param(lambda: places([1], [1.0], [math.inf]), "Row 0: the longitude", id="infinity"),
        pytest.param(lambda: places([1], ["77.77"], ["north"]), "each longitude holds something else than numbers", id="a word"),
        pytest.param(lambda: places([1, 2], [1.0], [1.0]), "another length", id="lengths"),
        pytest.param(lambda: places([-1], [1.0], [1.0]), "Row 0: the person is no number from 0", id="below 0"),
        pytest.param(lambda: places([2**32], [1.0], [1.0]), "Row 0: the person", id="too large a number"),
        pytest.param(lambda: places([1.5], [1.0], [1.0]), "each person holds something else than whole numbers", id="half a person"),
        pytest.param(lambda: places([1], [1.0], [1.0], [9]), "Row 0: the kind", id="no such kind"),
        pytest.param(lambda: ties([1], ["R"]), "Row 0: the country is not two letters", id="one letter"),
        pytest.param(lambda: ties([1, 2], ["RU", "RUS"]), "Row 1: the country", id="three letters"),
        pytest.param(lambda: ties([1, 2], ["RU"]), "one country for each person", id="a country for nobody"),
        pytest.param(lambda: Crowd().without([-3]), "Row 0: the person", id="nobody has such a number"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused_in_a_sentence_that_holds_no_position(make: object, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        make()  # type: ignore[operator]
    assert "77.77" not in str(refused.value)
    assert refused.value.__context__ is None or "77.77" not in str(refused.value.__context__)


def test_a_crowd_says_nothing_of_anyone_in_its_repr() -> None:
    people = told(7_777, (55.7777, 37.7777), 1)
    for one in (people, people.later, people.present(CITY, NOON), people.outside(CITY, 10.0), CITY[0]):
        assert "7777" not in repr(one)
