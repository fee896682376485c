"""Which open cases a published incident is proposed to."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.threat.cases import NOW, case
from tocsin.basis.marking import Mark
from tocsin.places.geometry import away
from tocsin.report.state import Incident
from tocsin.threat.findable import Findable
from tocsin.threat.fits import Fit, fits, fitting, sought, told, told_in
from tocsin.threat.particulars import Particulars, TargetClass, Where

MOSCOW = Where(name="Moscow", country="RU", circle=(55.75, 37.62, 40.0))
CASE = sought(
    case(
        actors=("is-k",),
        targets=("Large gatherings", "Concerts"),
        place="Moscow",
        ends=NOW + timedelta(days=2),
        particulars=Particulars(target_classes=(TargetClass.GATHERING,), places=(MOSCOW,)),
    )
)


def incident(
    what: str = "Something",
    *,
    actor: str | None = None,
    point: tuple[float, float] | None = None,
    where: str = "",
    at: datetime = NOW,
) -> Incident:
    return Incident(
        id="incident",
        what=what,
        where=where,
        happened_at=at,
        point=point,
        actor=actor,
        reports=(),
        published_at=at,
        published_by_host=True,
        mark=Mark.CLEAR,
    )


ACTOR, PLACE, COUNTRY, TARGET, TIME = Fit.ACTOR, Fit.PLACE, Fit.COUNTRY, Fit.TARGET, Fit.TIME


@pytest.mark.parametrize(
    ("happened", "country", "expected"),
    [
        pytest.param(incident(actor="is-k"), "IR", (ACTOR, TIME), id="its actor, anywhere"),
        pytest.param(incident(point=(55.8, 37.4)), "RU", (PLACE, TIME), id="in its very area"),
        pytest.param(incident(where="moscow"), "", (PLACE, TIME), id="at a place of its name"),
        pytest.param(
            incident("A concert hall burns", point=(59.9, 30.3)),
            "RU",
            (COUNTRY, TARGET, TIME),
            id="its target, in its country",
        ),
        pytest.param(
            incident("Guards at a festival are shot", actor="is-k", point=(55.8, 37.4)),
            "RU",
            (ACTOR, PLACE, TARGET, TIME),
            id="all of it",
        ),
        pytest.param(
            incident("A concert hall burns", point=(48.8, 2.3)), "FR", (), id="its target, in another country"
        ),
        pytest.param(incident("A bank is robbed", point=(59.9, 30.3)), "RU", (), id="its country alone"),
        pytest.param(incident(actor="others"), "", (), id="another actor"),
        pytest.param(incident(), "", (), id="nothing is known of it"),
        pytest.param(incident(actor="is-k", at=NOW - timedelta(days=91)), "", (), id="long before the case"),
        pytest.param(
            incident(actor="is-k", at=NOW - timedelta(days=89)), "", (ACTOR, TIME), id="some weeks before the case"
        ),
        pytest.param(
            incident(actor="is-k", at=NOW + timedelta(days=13)),
            "",
            (ACTOR, TIME),
            id="after the window, for attacks come late",
        ),
        pytest.param(incident(actor="is-k", at=NOW + timedelta(days=33)), "", (), id="long after the window"),
    ],
)
def test_what_is_proposed(happened: Incident, country: str, expected: tuple[Fit, ...]) -> None:
    assert fits(CASE, told(replace(happened, country=country))) == expected


def test_the_case_that_fits_best_comes_first() -> None:
    elsewhere = sought(case("elsewhere", actors=("is-k",)))
    found = fitting([elsewhere, CASE], told(incident(actor="is-k", point=(55.8, 37.4))))
    assert [id for id, _ in found] == ["case", "elsewhere"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("Concerts", "concert", id="without its ending"),
        pytest.param("a CHURCH", TargetClass.WORSHIP.value, id="the class it belongs to"),
        pytest.param("two embassies", TargetClass.DIPLOMATIC.value, id="in the plural"),
    ],
)
def test_words_of_a_target(words: str, expected: str) -> None:
    assert expected in told_in(words)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("The attack killed two people near the city", id="en"),
        pytest.param("Nach den und vor dem, durch sie", id="de"),
        pytest.param("для них и при всех", id="ru"),
    ],
)
def test_words_that_say_nothing_of_a_target_fit_nothing(words: str) -> None:
    assert told_in(words) == frozenset()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("Shots at a concert", id="en"),
        pytest.param("Стрельба на концерте", id="ru"),
        pytest.param("Стрілянина на концерті", id="uk"),
        pytest.param("Schüsse bei einem Konzertabend", id="de"),
        pytest.param("Tirs dans la foule", id="fr"),
        pytest.param("Tiroteo en un concierto", id="es"),
        pytest.param("Konserde silahlı saldırı", id="tr"),
        pytest.param("إطلاق نار في المهرجان", id="ar"),
        pytest.param("تیراندازی در کنسرت‌ها", id="fa"),
    ],
)
def test_an_incident_fits_by_its_target_in_whichever_language_it_was_noted(words: str) -> None:
    happened = told(replace(incident(words, point=(59.9, 30.3)), country="RU"))
    assert fits(CASE, happened) == (COUNTRY, TARGET, TIME)


@pytest.mark.parametrize("targets", ["Synagogues", "Синагоги", "Sinagoglar", "Les synagogues", "كنيس", "کنیسه‌ها"])
def test_what_a_case_names_is_found_in_another_language(targets: str) -> None:
    held = sought(case(targets=(targets,), particulars=Particulars(places=(MOSCOW,))))
    happened = told(replace(incident("Brand in der Synagoge", point=(59.9, 30.3)), country="RU"))
    assert Fit.TARGET in fits(held, happened)


POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
PLACES = st.one_of(
    st.builds(Where, name=st.just("x"), country=st.sampled_from(["", "RU"]), point=POINTS),
    st.builds(
        Where, name=st.just("x"), circle=st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(0.1, 4_000))
    ),
)


@given(
    places=st.lists(PLACES, max_size=2),
    point=st.one_of(st.none(), POINTS),
    near=st.booleans(),
    actor=st.sampled_from([None, "is-k", "others"]),
    what=st.sampled_from(["A concert burns", "Nothing"]),
)
def test_whatever_fits_is_found(
    places: list[Where], point: tuple[float, float] | None, near: bool, actor: str | None, what: str
) -> None:
    """The cells leave nothing out that measuring would find, also over the date line and near the poles."""
    if near and places and places[0].circle:
        point = away(places[0].circle[:2], 77.0, places[0].circle[2] * 990)
    one = sought(case(actors=("is-k",), targets=("Concerts",), particulars=Particulars(places=tuple(places))))
    says = told(replace(incident(what, actor=actor, point=point), country="RU"))
    held = Findable()
    held.put(one)
    assert fitting(held.candidates(says), says) == fitting([one], says)
    held.drop(one.id)
    assert held.candidates(says) == []
