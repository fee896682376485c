"""Words for targets in nine languages: each finds its class however it is inflected, and false friends find none."""

import tomllib
from importlib.resources import files

import pytest

from tocsin.lexicon.target_words import words_in
from tocsin.threat.particulars import TargetClass

LANGUAGES = {"en", "ar", "de", "es", "fa", "fr", "ru", "tr", "uk"}
TABLE = tomllib.loads(files("tocsin.lexicon").joinpath("target_words.toml").read_text(encoding="utf-8"))


def classes(text: str) -> set[str]:
    return set().union(*(word.classes for word in words_in(text)))


def test_each_class_has_words_in_each_language_and_each_is_one_of_ours() -> None:
    nameable = {one.value for one in TargetClass} - {TargetClass.PERSON.value, TargetClass.OTHER.value}
    assert set(TABLE) == nameable
    assert {name: set(words) for name, words in TABLE.items()} == dict.fromkeys(TABLE, LANGUAGES)


def test_every_form_finds_its_class() -> None:
    lost = [
        (name, form)
        for name, languages in TABLE.items()
        for words in languages.values()
        for form in words.split()
        if name not in classes(form.rstrip("*"))
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Two churches and synagogues", {"worship"}, id="en"),
        pytest.param("L’école et les synagogues, près de l'église", {"education", "worship"}, id="fr"),
        pytest.param("SYNAGOGE in Flammen, Moscheen bewacht", {"worship"}, id="de"),
        pytest.param("Schüsse vor den Botschaften, am Flughafengelände", {"diplomatic", "transport"}, id="de, put together"),
        pytest.param("Ataque a las sinagogas y mezquitas", {"worship"}, id="es"),
        pytest.param("Policía en la estación de autobuses", {"security_forces", "transport"}, id="es, with accents"),
        pytest.param("Стрельба на концерте, в синагоге и в церквях", {"gathering", "worship"}, id="ru"),
        pytest.param("ВЗРЫВ У ПОСОЛЬСТВА И БОЛЬНИЦЫ", {"diplomatic", "health_and_aid"}, id="ru, in capitals"),
        pytest.param("Вибух біля синагоги та на концертах", {"worship", "gathering"}, id="uk"),
        pytest.param("Удар по лікарнях і школах", {"health_and_aid", "education"}, id="uk, another"),
        pytest.param("Sinagoga saldırı, camilere koruma", {"worship"}, id="tr"),
        pytest.param("İSTANBUL'DA KİLİSEDE SALDIRI", {"worship"}, id="tr, in capitals with a dot"),
        pytest.param("هجوم على الكنيس والكنائس", {"worship"}, id="ar, behind the article"),
        pytest.param("انفجار بالمستشفى وقرب السفارة", {"health_and_aid", "diplomatic"}, id="ar, behind particles"),
        pytest.param("حمله به کنیسه و دانش‌آموزان مدرسه‌ها", {"worship", "education"}, id="fa"),
        pytest.param("تیراندازی در كليساها", {"worship"}, id="fa, in Arabic letters"),
    ],
)  # fmt: skip
def test_a_target_is_found_in_its_language(text: str, expected: set[str]) -> None:
    assert classes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("маршрут поездки, парадокс и портрет после метров", id="ru"),
        pytest.param("судьба, лицо и лице, консультация, армированный", id="ru, more"),
        pytest.param("громадяни багатьох міст", id="uk"),
        pytest.param("مطاردة واحتجاج مع مظاهر وعبارة", id="ar"),
        pytest.param("استاندارد در جامعه", id="fa"),
        pytest.param("camion de conserve, firma", id="fr, no mosque and no concert in Turkish"),
        pytest.param("die Toren fahre ich mit Buße, gerichtet von Kirchner, gebeten", id="de"),
        pytest.param("he had been marching on, courtesy of Parisian partners", id="en"),
        pytest.param("pazar günü Ordu ilinde koyun gösterir, bakan", id="tr"),
    ],
)
def test_false_friends_are_no_target(text: str) -> None:
    assert classes(text) == set()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_words_that_every_text_has_are_left_out_and_so_name_no_class(language: str) -> None:
    words = tomllib.loads(files("tocsin.lexicon").joinpath("function_words.toml").read_text(encoding="utf-8"))[language]
    assert {word.plain for word in words_in(words)} <= {"car"}
