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
from tocsin.threat.called import Names
from tocsin.threat.findable import Findable
from tocsin.threat.fits import Fit, Sought, fits, fitting, sought, told, told_in
from tocsin.threat.particulars import Particulars, TargetClass, Where
from tocsin.threat.state import Actor

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
ACTOR_NAMED, PLACE_NAMED, PERHAPS = Fit.ACTOR_NAMED, Fit.PLACE_NAMED, Fit.PLACE_PERHAPS


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
    assert tuple(fits(CASE, told(replace(happened, country=country)))) == expected


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
    assert tuple(fits(CASE, happened)) == (COUNTRY, TARGET, TIME)


@pytest.mark.parametrize("targets", ["Synagogues", "Синагоги", "Sinagoglar", "Les synagogues", "كنيس", "کنیسه‌ها"])
def test_what_a_case_names_is_found_in_another_language(targets: str) -> None:
    held = sought(case(targets=(targets,), particulars=Particulars(places=(MOSCOW,))))
    happened = told(replace(incident("Brand in der Synagoge", point=(59.9, 30.3)), country="RU"))
    assert Fit.TARGET in fits(held, happened)


BOOK = Names([Actor(id="is-k", name="Islamic State Khorasan", aliases=("ISKP", "Вилаят Хорасан"), listed_by="")])


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        pytest.param(incident("Fire", where="Москва"), {PLACE_NAMED: "Москва"}, id="its place, in another script"),
        pytest.param(incident("Fire", where="موسكو"), {PLACE_NAMED: "موسكو"}, id="and in another"),
        pytest.param(
            incident("Fire", where="Красногорск"), {PLACE_NAMED: "Красногорск"}, id="a town within its circle"
        ),
        pytest.param(incident("Пожар в Москве"), {PLACE_NAMED: "Москве"}, id="its place, in the text alone"),
        pytest.param(
            incident("Пожар в Москве", where="Новосибирск"), {}, id="another place, whatever the text speaks of"
        ),
        pytest.param(
            incident("A concert hall burns", where="Санкт-Петербург"),
            {COUNTRY: "", TARGET: ""},
            id="its target, in a town of its country",
        ),
        pytest.param(
            incident("Вилаят Хорасан claims it"), {ACTOR_NAMED: "Вилаят Хорасан"}, id="its actor, by another name"
        ),
        pytest.param(
            incident("ISKP denies it", actor="others", where="Moscow"),
            {ACTOR_NAMED: "ISKP", PLACE: ""},
            id="its actor by name, though another is chosen",
        ),
        pytest.param(incident("ISKP claims it", actor="is-k"), {ACTOR: ""}, id="its actor, who needs no name"),
        pytest.param(incident("Moscow denies it", where="Kyiv"), {}, id="its place, which stands for its government"),
    ],
)
def test_what_fits_by_a_name(happened: Incident, expected: dict[Fit, str]) -> None:
    assert fits(CASE, told(happened, BOOK)) == (expected | {TIME: ""} if expected else {})


def named(name: str, country: str = "") -> Sought:
    """Return a case of whose place only the name is known."""
    return sought(case(targets=("Concerts",), particulars=Particulars(places=(Where(name=name, country=country),))))


BIRMINGHAM, SPRINGFIELD = (52.48, -1.9), (39.8, -89.64)


@pytest.mark.parametrize(
    ("held", "happened", "expected"),
    [
        pytest.param(named("Kerman"), incident(where="Керман"), {PLACE_NAMED: "Керман"}, id="in another script"),
        pytest.param(named("Кермане"), incident(where="کرمان"), {PLACE_NAMED: "کرمان"}, id="in two other scripts"),
        pytest.param(named("Kerman"), incident(point=(30.3, 57.1)), {PLACE_NAMED: "Kerman"}, id="by a point alone"),
        pytest.param(
            named("the bazaar of Kerman", "IR"),
            incident("انفجار في كرمان"),
            {PLACE_NAMED: "كرمان"},
            id="in words on both sides",
        ),
        pytest.param(
            sought(case(place="Kerman")),
            incident("Взрыв в Кермане"),
            {PLACE_NAMED: "Кермане"},
            id="said with the case alone",
        ),
        pytest.param(named("Birmingham"), incident(point=BIRMINGHAM), {PERHAPS: "Birmingham"}, id="one of several"),
        pytest.param(named("Birmingham"), incident(where="birmingham"), {PLACE: ""}, id="of several, by the same name"),
        pytest.param(
            named("Birmingham", "GB"),
            incident("Бирмингем"),
            {PERHAPS: "Бирмингем"},
            id="of several, that of the country",
        ),
        pytest.param(
            named("Springfield", "US"),
            incident(point=SPRINGFIELD),
            {PERHAPS: "Springfield"},
            id="of several in the country",
        ),
        pytest.param(
            named("Birmingham", "US"), incident(point=BIRMINGHAM), {}, id="of several, that of another country"
        ),
        pytest.param(
            named("London", "CA"), incident(where="Лондон"), {PERHAPS: "Лондон"}, id="the smaller of two large ones"
        ),
        pytest.param(named("Moscow", "US"), incident(where="Москва"), {}, id="a small one that is not meant"),
        pytest.param(
            named("Iran"), incident("A concert burns", where="Shiraz"), {COUNTRY: "", TARGET: ""}, id="a country"
        ),
        pytest.param(
            named("Tehran"),
            incident("A concert burns", where="Shiraz"),
            {COUNTRY: "", TARGET: ""},
            id="in the country of the town",
        ),
        pytest.param(named("Tehran"), incident("A concert burns", where="Paris"), {}, id="elsewhere"),
        pytest.param(
            sought(
                case(
                    targets=("Concerts",), particulars=Particulars(places=(Where(name="x", circle=(35.7, 51.4, 9.0)),))
                )
            ),
            incident("A concert burns", where="Shiraz"),
            {COUNTRY: "", TARGET: ""},
            id="in the country of what is drawn",
        ),
    ],
)
def test_a_case_of_whose_place_only_the_name_is_known(
    held: Sought, happened: Incident, expected: dict[Fit, str]
) -> None:
    found = fits(held, told(happened))
    if PERHAPS in found:
        found.pop(COUNTRY, None)
    assert found == (expected | {TIME: ""} if expected else {})


STADIUM = ((55.79, 37.55), (55.79, 37.57), (55.8, 37.57), (55.79, 37.55))


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(Where(name="x", point=(55.8, 37.4)), id="a point"),
        pytest.param(Where(name="x", circle=(55.8, 37.4, 1.0)), id="a circle"),
        pytest.param(Where(name="x", circle=(55.0, 37.4, 300.0)), id="a circle that holds it"),
        pytest.param(Where(name="x", polygon=STADIUM), id="an area"),
    ],
)
def test_what_is_drawn_in_a_town_is_there_by_the_name_of_the_town(place: Where) -> None:
    held = sought(case(particulars=Particulars(places=(place,))))
    assert tuple(fits(held, told(incident(where="Москва")))) == (PLACE_NAMED, TIME)
    assert fits(held, told(incident(where="Рязань"))) == {} or place.circle == (55.0, 37.4, 300.0)


def test_what_fits_by_a_name_that_may_mean_another_comes_last() -> None:
    sure = sought(case("z", particulars=Particulars(places=(Where(name="x", circle=(*BIRMINGHAM, 20.0)),))))
    perhaps = sought(case("a", particulars=Particulars(places=(Where(name="Бирмингем"),))))
    assert [id for id, _ in fitting([perhaps, sure], told(incident(point=BIRMINGHAM)))] == ["z", "a"]


POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
PLACES = st.one_of(
    st.builds(Where, name=st.just("x"), country=st.sampled_from(["", "RU"]), point=POINTS),
    st.builds(
        Where, name=st.just("x"), circle=st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(0.1, 4_000))
    ),
)


NAMES = st.sampled_from(["", "x", "Moscow", "Москва", "Kerman", "Birmingham", "in Kerman", "London, Canada", "Iran"])
NAMED = st.builds(Where, name=NAMES.filter(bool), country=st.sampled_from(["", "RU", "GB", "US"]))


@given(
    places=st.lists(st.one_of(PLACES, NAMED), max_size=3),
    point=st.one_of(st.none(), POINTS, st.sampled_from([BIRMINGHAM, (55.8, 37.4)])),
    actor=st.sampled_from([None, "is-k", "others"]),
    what=st.sampled_from(["A concert burns", "ISKP burns a concert in Москве", "Nothing in Birmingham"]),
    where=NAMES,
    country=st.sampled_from(["", "RU", "GB", "US"]),
)
def test_whatever_fits_is_found(
    places: list[Where], point: tuple[float, float] | None, actor: str | None, what: str, where: str, country: str
) -> None:
    """The cells leave nothing out, and names take nothing away: what fits by actor, point, and name as written still does."""
    one = sought(case(actors=("is-k",), targets=("Concerts",), particulars=Particulars(places=tuple(places))))
    happened = replace(incident(what, actor=actor, point=point, where=where), country=country)
    says = told(happened, BOOK)
    held = Findable()
    held.put(one)
    assert fitting(held.candidates(says), says) == fitting([one], says)
    plain = replace(says, named=(), spots=(), country=country)
    countries = frozenset(place.country for place in places if place.country)
    before = fits(replace(one, spots=(), countries=countries), plain)
    assert {fit for fit in before if fit is not COUNTRY} <= set(fits(one, says))
    held.drop(one.id)
    assert held.candidates(says) == []


@given(
    places=st.lists(PLACES, max_size=2),
    point=st.one_of(st.none(), POINTS),
    near=st.booleans(),
    actor=st.sampled_from([None, "is-k", "others"]),
    what=st.sampled_from(["A concert burns", "Nothing"]),
)
def test_whatever_is_near_is_found(
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
