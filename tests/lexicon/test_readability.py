"""How hard a text is to read: by the published formulas, counted by hand."""

import pytest

from tocsin.lexicon.readability import readability
from tocsin.lexicon.slots import fill, is_filled_from, unfilled


def test_english_is_measured_by_flesch_and_kincaid() -> None:
    found = readability("The cat sat on the mat. It ran.", "en")
    assert found is not None
    assert (found.formula, found.words, found.sentences) == ("Flesch-Kincaid", 8, 2)
    assert found.value == round(0.39 * 8 / 2 + 11.8 * 8 / 8 - 15.59, 1)
    assert found.easy
    hard = readability("Authorities recommend precautionary evacuation of residential accommodation immediately.", "en")
    assert hard is not None
    assert not hard.easy


def test_other_languages_are_measured_by_lix() -> None:
    found = readability("Meiden Sie Menschenmengen. Bleiben Sie zuhause.", "de")
    assert found is not None
    assert (found.formula, found.value) == ("LIX", round(6 / 2 + 100 * 3 / 6, 1))  # three are longer than six
    arabic = readability("ابتعد عن الحشود؟ اتصل بنا.", "ar")
    assert arabic is not None
    assert (arabic.words, arabic.sentences) == (5, 2)


def test_what_has_no_words_is_not_measured() -> None:
    assert readability(" 112! ", "en") is None


@pytest.mark.parametrize(
    ("template", "text", "is_it"),
    [
        pytest.param("Leave {place}.", "Leave the square.", True, id="filled in"),
        pytest.param("Leave {place}.", "Leave {place}.", False, id="not filled in"),
        pytest.param("Leave {place}.", "Leave the square. Run.", False, id="a sentence more in the place"),
        pytest.param("Leave {place}.", "Leave St. Peter's square.", True, id="a point that ends no sentence"),
        pytest.param("Leave {place}.", "Leave the\nsquare.", False, id="a line more in the place"),
        pytest.param("Leave {place}: {place}.", "Leave A: A.", True, id="the same twice"),
        pytest.param("Leave {place}: {place}.", "Leave A: B.", False, id="twice, and not the same"),
        pytest.param("Leave (now).", "Leave (now).", True, id="signs that mean something else elsewhere"),
        pytest.param("Leave.", "Leave. Now.", False, id="more words"),
    ],
)
def test_a_text_is_that_of_its_template_or_not(template: str, text: str, is_it: bool) -> None:
    assert is_filled_from(template, text) is is_it


def test_places_are_filled_in_and_what_stays_open_is_named() -> None:
    assert fill("{source}: leave {place}", {"place": "the square", "source": " "}) == "{source}: leave the square"
    assert unfilled("{source}: leave } {place} {place}") == ("{source}", "{place}", "}")
