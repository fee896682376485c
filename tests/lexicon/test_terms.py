"""What texts say is the same, whether each piece is wanted with its place or all of it at once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.lexicon.terms import RUN, Said, Term, TermKind, read, said_in, stands, terms, tongue_of

PIECES = [
    "22", "7", "19:30", "19.30", "Uhr", "1,500", "1'000", "22nd", "AK47", "x1930Z", "2024-03-22", "22.03.2024", "1-2-20-3-21",
    "March", "марта", "May", "of", "-го", "p.m.", "Moscow", "Москве", "Ankara'da", "l'attaque", "п'ять", "twelve", "Reading",
    "a", "Б", "é", "\u0301", "\u200b", "²", "١٢", "الهجوم", "'", "’", "«", ".", ":", "!", "\n", ",", "-", "_", "(", "\u202f", " ",
    "US", "IS", "Will", "will", "WHO", "AB-1234-CD", "U.S.", "K", "300kg", "+359 88 123 4567", "three", "hundred", "and", "halb", "acht",
    "half past seven", "1900", "Müh-\nlen", "Kes-trel", "well-known", "王建国", "石景山", "の", "クロッカス", "ｸﾛｯｶｽ", "三百", "7点30分", "3월 22일",
    "모스크바에서", "김", "สมชาย", "ບຸນມີ", "สุ", "विक्रमादित्य", "מקרוקוס", "ጎንደሬ", "\u200c", "・", "Ⓚⓔⓢ",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from([*PIECES, " ", " "]), max_size=20).map("".join)


def read_at_once(said: Said, language: str) -> list[Term]:
    tongue = tongue_of(language)
    words = [(one, False) for one in said.within] + [(one, True) for one in said.opening]
    keys = [f"{RUN}{one}" for one in said.runs]
    runs = [Term(TermKind.WORD, 0, 0, "", one, frozenset(), frozenset({one})) for one in keys]
    return [
        *said.numeric,
        *runs,
        *(term for one, opens in words if (term := read(one, tongue, opens=opens)) is not None),
    ]


def names(found: list[Term]) -> set[str]:
    """Return what stands as a name somewhere, and not only where its sentence gave it a capital."""
    return {one.key for one in found if one.kind is TermKind.NAME}


@settings(max_examples=250)
@given(st.lists(TEXTS, min_size=1, max_size=2), st.sampled_from(["en", "ru", "de-AT", "ar", "zh"]))
def test_texts_read_at_once_say_what_they_say_piece_by_piece(texts: list[str], language: str) -> None:
    each = [term for text in texts for term in terms(text, language, common=True)]
    at_once = read_at_once(said_in(texts, language), language)
    assert stands(at_once) == stands(each)
    assert {hint for one in at_once for hint in one.hints} == {hint for one in each for hint in one.hints}
    assert names(at_once) == names(each)


def test_a_month_and_somebody_who_is_called_like_it_are_both_read() -> None:
    texts = ["May Miller was seen at the ford. It was in May."]
    at_once, each = read_at_once(said_in(texts, "en"), "en"), terms(texts[0], "en", common=True)
    assert {"name may", "time month 5"} <= stands(at_once)
    assert {hint for one in at_once for hint in one.hints} == {hint for one in each for hint in one.hints}


def test_a_word_that_stands_within_a_sentence_as_well_does_not_only_open_them() -> None:
    said = said_in(("Reading is read of. He is in Reading.", "Others. Write"), "en")
    assert "Reading" in said.within
    assert said.opening == {"He", "Others", "Write"}
