"""Which towns a name may mean, and which a text names, in whatever language and case."""

import pytest

from tocsin.threat.spots import LONGEST, MOST_NAMES, RIVAL, spots, spots_in

IDAHO = (46.73, -117.0)


def towns(text: str) -> dict[str, bool]:
    """Return the countries in which the towns lie that a text names, each with whether it is sure."""
    return {one.country: one.is_sure for one in spots_in(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Blast at a cemetery in Kerman kills 80", "Kerman", id="en"),
        pytest.param("Kerman: a blast", "Kerman", id="first of all"),
        pytest.param("Взрыв в Кермане", "Кермане", id="ru"),
        pytest.param("Вибух у Кермані", "Кермані", id="uk"),
        pytest.param("Kerman'da patlama", "Kerman'da", id="tr"),
        pytest.param("Kermanda patlama", "Kermanda", id="tr, without its apostrophe"),
        pytest.param("انفجار في كرمان", "كرمان", id="ar"),
        pytest.param("انفجار بكرمان", "بكرمان", id="ar, with its preposition"),
        pytest.param("انفجار در کرمان", "کرمان", id="fa"),
        pytest.param("Anschlag in Kerman", "Kerman", id="de"),
        pytest.param("Explosion près de Kerman", "Kerman", id="fr"),
        pytest.param("Explosión en Kermán", "Kermán", id="es"),
        pytest.param("伊朗克尔曼发生爆炸", "克尔曼", id="zh"),
        pytest.param("ケルマーンで爆発", "ケルマーン", id="ja"),
        pytest.param("케르만에서 폭발", "케르만", id="ko"),
    ],
)
def test_a_town_is_found_in_a_text_of_nine_languages(text: str, name: str) -> None:
    (spot,) = spots_in(text)
    assert (spot.country, spot.name, spot.is_sure) == ("IR", name, True)
    assert spot.point == pytest.approx((30.28, 57.08), abs=0.1)


def test_a_plain_word_that_a_small_town_is_called_too_is_none_where_nothing_parts_words() -> None:
    assert spots_in("他是新民党员") == ()  # Xinmin has 28,000 people; a new citizen is 新民 as well
    assert [one.name for one in spots_in("他去上海了")] == ["上海"]


@pytest.mark.parametrize(
    ("text", "latitude"),
    [
        pytest.param("Стрельба в Москве", 55.75, id="а becomes е"),
        pytest.param("под Казанью", 55.79, id="ь becomes ью"),
        pytest.param("в Грозном", 43.31, id="as an adjective"),
        pytest.param("в Нижнем Новгороде", 56.33, id="two words, both bent"),
        pytest.param("в Набережных Челнах", 55.73, id="in the plural"),
        pytest.param("в Ростове-на-Дону", 47.23, id="the first of three"),
        pytest.param("Вибух у Харкові", 49.98, id="о becomes і"),
        pytest.param("Вибух у Києві", 50.45, id="є becomes ї"),
        pytest.param("у Запоріжжі", 47.84, id="я becomes і"),
        pytest.param("Anschlag auf Berlins Flughafen", 52.52, id="of it, in German"),
        pytest.param("Tirs près d'Alep", 36.2, id="behind an apostrophe"),
        pytest.param("هجوم بالقاهرة", 30.06, id="behind an article"),
        pytest.param("An attack in Beni", 0.49, id="a common word in another language"),
    ],
)
def test_names_are_found_as_they_are_bent(text: str, latitude: float) -> None:
    assert [one.point[0] for one in spots_in(text)] == [pytest.approx(latitude, abs=0.1)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A cell is stopped before it could attack a concert", id="en"),
        pytest.param("BUT MORE CAN BE SAID THAN FROM THEM", id="common words, where all stands in capitals"),
        pytest.param("a nice reading in the bath", id="no name without its capital"),
        pytest.param("Man and bus", id="a common word that opens a sentence"),
        pytest.param("Стрельба на концерте", id="ru"),
        pytest.param("Konserde silahlı saldırı", id="tr"),
        pytest.param("إطلاق نار في المهرجان", id="ar"),
        pytest.param("Schüsse bei einem Konzertabend", id="de"),
        pytest.param("\x00 ' ’a -- ", id="no words"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_text_without_a_town_names_none(text: str) -> None:
    assert spots_in(text) == ()


def test_a_text_that_names_the_world_is_read_so_far_and_no_further() -> None:
    assert (
        len({one.name for one in spots_in("Kerman, Moscow, Berlin, Cairo, Baghdad, Kabul, Vienna, Tehran, Lima")})
        == MOST_NAMES
    )
    assert spots_in("word " * (LONGEST // 5) + "Kerman") == ()


@pytest.mark.parametrize(
    ("name", "country", "point", "expected"),
    [
        pytest.param("موسكو", "RU", None, {"RU": True}, id="in a country"),
        pytest.param("Moscow", "", None, {"RU": True}, id="by far the largest"),
        pytest.param("Moscow", "US", None, {"US": True}, id="a small one, in its country"),
        pytest.param("Moscow", "", IDAHO, {"US": True}, id="a small one, at its point"),
        pytest.param("Moscow", "", (50.0, 10.0), {"RU": False, "US": False}, id="at a point that is neither"),
        pytest.param("Moscow", "FR", None, {"RU": False, "US": False}, id="in a country that has none"),
        pytest.param("London", "", None, {"GB": True, "CA": False}, id="a large one besides a far larger one"),
        pytest.param("Birmingham", "", None, {"GB": False, "US": False}, id="nobody can say which"),
        pytest.param("a cemetery near Kerman", "", None, {"IR": True}, id="in words"),
        pytest.param("the town", "", None, {}, id="no name"),
    ],
)
def test_a_name_is_narrowed_by_what_else_is_known(
    name: str, country: str, point: tuple[float, float] | None, expected: dict[str, bool]
) -> None:
    found = spots(name, country, point)
    assert {one.country: one.is_sure for one in found} == expected
    assert RIVAL > 25_000, "or Moscow in Idaho was in each text of the other"
