"""The templates that come with Tocsin: whole in every language, in order, within the limits, and without a judging word."""

import pytest

from tocsin.cap import Category, Certainty, Severity, Urgency
from tocsin.lexicon.actor_words import LANGUAGES, against, used
from tocsin.lexicon.readability import readability
from tocsin.lexicon.slots import SLOTS, fill, unfilled
from tocsin.lexicon.templates import Template, template_of, templates

SAID = {
    "source": "The town",
    "place": "the old market",
    "until": "2026-03-10 18:00 (UTC)",
    "contact": "+1 500 555 0006",
}
EACH = [pytest.param(one, language, id=f"{one.kind}-{language}") for one in templates() for language in LANGUAGES]


@pytest.mark.parametrize(("one", "language"), EACH)
def test_every_language_says_who_what_where_when_and_what_to_do_in_that_order(one: Template, language: str) -> None:
    words = one.words[language]
    places = [words.description.find(f"{{{name}}}") for name in ("source", "place", "until")]
    assert places == sorted(places)
    assert min(places) >= 0
    assert "{contact}" in words.instruction
    assert "{place}" in words.headline
    for text in (words.event, words.headline, words.description, words.instruction):
        assert set(unfilled(text)) <= {f"{{{name}}}" for name in SLOTS}
        assert not unfilled(fill(text, SAID))


@pytest.mark.parametrize(("one", "language"), EACH)
def test_no_template_breaks_a_limit_or_uses_a_word_against_its_meaning(one: Template, language: str) -> None:
    words = one.words[language]
    assert len(words.event) <= 35  # as the WMO advises
    assert len(fill(words.headline, SAID)) <= 140  # as Google does
    texts = (words.event, words.headline, words.description, words.instruction)
    assert not against([found for text in texts for found in used(text, language)], {})


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.kind)
def test_the_english_is_easy_to_read_and_its_values_are_caps_own(one: Template) -> None:
    for text in (one.words["en"].description, one.words["en"].instruction):
        found = readability(fill(text, SAID | {"until": "Sunday", "contact": "us"}), "en")
        assert found is not None
        assert found.value <= 8.0, (found, text)
    assert (one.urgency in set(Urgency), one.severity in set(Severity)) == (True, True)
    assert (one.certainty in set(Certainty), one.category in set(Category)) == (True, True)


def test_there_is_none_of_a_kind_that_is_none() -> None:
    assert template_of("meteor") is None
