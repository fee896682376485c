"""Words for whoever acts: found in each language, and flagged only where they are used against their meaning."""

import pytest

from tocsin.lexicon import actor_words
from tocsin.lexicon.actor_words import LANGUAGES, against, used, words


def names(text: str, language: str) -> list[str]:
    return [one.word.name for one in used(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        pytest.param("The terrorists fled.", "en", ["terrorist"], id="a plural"),
        pytest.param("TERRORIST", "en-GB", ["terrorist"], id="capitals, and a region"),
        pytest.param("an act of terrorism", "en", [], id="the act is not the actor"),
        pytest.param("suspected gas leak", "en", [], id="a verb is no suspect"),
        pytest.param("a lone  wolf", "en", ["lone actor"], id="two words with two spaces"),
        pytest.param("وقد شنّ الإرهابيون هجوماً", "ar", ["terrorist"], id="behind the Arabic article"),
        pytest.param("إرهابيّ", "ar", ["terrorist"], id="with a vowel point"),
        pytest.param("Террористы и боевики", "ru", ["terrorist", "militant"], id="two in Russian"),
        pytest.param("İslamcı TERÖRİST", "tr", ["Islamist", "terrorist"], id="the dotted I of Turkish"),
        pytest.param("گروه‌های مسلح", "fa", ["armed group"], id="a Persian plural with its joiner"),
        pytest.param("Terroristen", "xx", [], id="a language that has no forms"),
    ],
)
def test_a_word_is_found_as_it_is_written(text: str, language: str, found: list[str]) -> None:
    assert names(text, language) == found


def test_what_was_written_stands_where_it_says() -> None:
    (one,) = used("Two Terrorists fled", "en")
    assert "Two Terrorists fled"[one.start : one.end] == one.written == "Terrorists"


def test_every_word_has_a_form_in_every_language_and_is_found_by_it() -> None:
    for word in words():
        assert set(word.forms) == set(LANGUAGES), word.name
        for language, forms in word.forms.items():
            for form in forms:
                assert word.name in names(f"– {form.rstrip('*')} –", language), (word.name, language, form)


def test_what_a_word_excludes_is_a_word() -> None:
    known = {one.name for one in words()}
    assert all(set(one.excludes) <= known for one in words())


def test_a_judging_word_needs_its_ground_and_some_need_none_and_one_is_said_of_nobody() -> None:
    said = [text for _, text in against(used("A terrorist, an attacker, a fanatic", "en"), {})]
    assert [text.split()[0] for text in said] == ['"terrorist"', '"fanatic"']
    said = [
        text for _, text in against(used("A terrorist, a fanatic", "en"), {"terrorist": "Listed.", "fanatic": "So."})
    ]
    assert [text.split()[0] for text in said] == ['"fanatic"']


def test_two_words_that_exclude_each_other_are_told_once() -> None:
    said = [text for _, text in against(used("A lone actor of an armed group", "en"), {"lone actor": "Police."})]
    assert said == ['"lone actor" and "armed group" exclude each other. ' + str(_implies("lone actor"))]


def _implies(name: str) -> str:
    word = actor_words.word_named(name)
    assert word is not None
    return word.implies
