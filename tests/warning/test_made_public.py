"""Which flagged words of a text for everyone somebody answers for: names, and what nobody can tell from names."""

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.basis.moment import utc
from tocsin.warning.flagged import Flag, flags
from tocsin.warning.made_public import asks, make_public, may_be_plain, perhaps_names
from tocsin.warning.material import Material

NOW = utc("2024-05-03T12:00:00Z")


def flagged(said: str, language: str, stands: str) -> tuple[Flag, ...]:
    material = [Material(id="r1", material="report", mark=Mark.AMBER, texts=(stands,), language=language)]
    return perhaps_names(flags({"text": said}, {"text": language}, Mark.CLEAR, (), material), material)


@pytest.mark.parametrize(
    ("language", "stands", "said", "asked"),
    [
        pytest.param("en", "Marker told us that the sluice is loose.", "Marker fears.", "Marker", id="a name that opens"),
        pytest.param("en", "Concert at ten. The concert is sold out.", "Concert is off.", "", id="a word that opens"),
        pytest.param("en", "The miller's boy saw it.", "Miller's boy", "", id="a word that opens, with an apostrophe"),
        pytest.param("en", "Marker saw the sluice.", "MARKER FEARS FOR THE SLUICE NOW", "MARKER", id="all in capitals"),
        pytest.param("en", "Marker saw the sluice.", "The Loose Sluice", "", id="a headline with capitals"),
        pytest.param("en", "The miller says so. Mr Miller, too.", "It is Miller.", "Miller", id="a name that is a word, too"),
        pytest.param("ar", "قال أحمد الكوفي", "حذر أحمد", "أحمد", id="a script without capitals"),
        pytest.param("ka", "გიორგი ამბობს", "გიორგი აფრთხილებს", "გიორგი", id="another one"),
        pytest.param("de", "Der Fahrer Krause sagt das.", "Ein Fahrer, Krause", "Fahrer Krause", id="each noun has a capital"),
        pytest.param("ru", "Дубровин предупредил", "Дубровин предупредил", "Дубровин", id="Cyrillic"),
    ],
)  # fmt: skip
def test_what_somebody_answers_for(language: str, stands: str, said: str, asked: str) -> None:
    assert " ".join(one.text for one in flagged(said, language, stands) if asks(one)) == asked


@pytest.mark.parametrize(
    ("text", "language", "plain"),
    [
        pytest.param("أحمد", "ar", True, id="a script without capitals"),
        pytest.param("أَحمد", "ar", True, id="with its vowels written"),
        pytest.param("Krause", "de-AT", True, id="a German noun, or a name"),
        pytest.param("Krause", "en", False, id="a name"),
        pytest.param("12", "ar", False, id="a number is one in every script"),
    ],
)
def test_where_nothing_tells_a_name_from_a_word(text: str, language: str, plain: bool) -> None:
    [one] = flagged(text, language, f"{text}.") or flagged(f"– {text}", language, f"– {text}")
    assert may_be_plain(one, language) is plain


def test_one_standing_that_may_not_be_read_is_enough_to_refuse() -> None:
    seen, unseen = (Material(id=id, material="report", mark=Mark.RED, texts=("Marker",)) for id in ("a", "b"))
    both = [
        *flags({"title": "Marker"}, {}, Mark.CLEAR, (), [seen]),
        *flags({"text": "Marker"}, {}, Mark.CLEAR, (), [unseen]),
    ]
    found = perhaps_names(both, [seen, unseen])
    keys = {one.key for one in found}
    with pytest.raises(Refused, match="may not read in full"):
        make_public("x", "w", found, found[:1], keys, "They said so.", "dora", NOW)
    assert make_public("x", "w", found, found, keys, "They said so.", "dora", NOW)
