"""What a reply says is read with care, in every language, and what is not sure is nobody's answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.answer.facts import AnswerKind
from tocsin.answer.keywords import LONGEST, NUMBERS, PHRASES, Reading, read

A = AnswerKind
EACH = [
    pytest.param(phrase.strip(), kind, id=f"{language}-{phrase.strip()}")
    for language, kinds in PHRASES.items()
    for kind, phrases in kinds.items()
    for phrase in phrases.split(",")
]


@pytest.mark.parametrize(("phrase", "kind"), EACH)
def test_each_phrase_says_what_the_table_says(phrase: str, kind: AnswerKind) -> None:
    assert read(phrase) == Reading(kind)
    assert read(f"  {phrase.upper()}!! ") == Reading(kind), "capitals and marks make no difference"


@pytest.mark.parametrize("language", PHRASES)
def test_every_language_has_words_for_every_answer(language: str) -> None:
    assert set(PHRASES[language]) == set(AnswerKind)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param("Safe. All three of us are at my sister's", A.SAFE, id="and more words"),
        pytest.param("ok, leaving now", A.ACTING, id="what is more than ok counts"),
        pytest.param("I am safe but my mother needs help", A.NEED_HELP, id="help outweighs"),
        pytest.param("we are on the roof and trapped", A.NEED_HELP, id="help wherever it stands"),
        pytest.param("Ich brauche Hilfe!", A.NEED_HELP, id="German help"),
        pytest.param("İYİYİM", A.SAFE, id="Turkish capitals"),
        pytest.param("أنا بخيرٌ", A.SAFE, id="Arabic with its points"),
        pytest.param("من خوبم", A.SAFE, id="Persian"),
        pytest.param("کمک", A.NEED_HELP, id="Persian letters"),
        pytest.param("Всё хорошо", A.SAFE, id="Russian yo"),
        pytest.param("Je suis en sécurité", A.SAFE, id="French accents"),
        pytest.param("don't believe a word. I don't believe it", None, id="a denial that begins otherwise"),
        pytest.param("I don't believe it", A.DISPUTED, id="an apostrophe"),
        pytest.param("٤", A.NEED_HELP, id="an Arabic digit"),
        pytest.param("۳", A.SAFE, id="a Persian digit"),
        pytest.param("3 people are missing", None, id="a number that counts something"),
        pytest.param("not safe", None, id="denied"),
        pytest.param("no help needed", None, id="help denied"),
        pytest.param("safe?", None, id="a question"),
        pytest.param("Is it safe to go out?", None, id="a longer question"),
        pytest.param("هل المكان امن؟", None, id="an Arabic question"),
        pytest.param("safe, but I do not believe you, this is wrong", None, id="two answers at once"),
        pytest.param("the bridge is safe", None, id="safe, but not at the beginning"),
        pytest.param("7", None, id="no such number"),
        pytest.param("44", None, id="not a digit alone"),
        pytest.param("", None, id="nothing"),
        pytest.param("👍", None, id="a thumb"),
    ],
)  # fmt: skip
def test_it_is_read_as_a_person_would(text: str, answer: AnswerKind | None) -> None:
    assert read(text).answer == answer


@pytest.mark.parametrize("digit", NUMBERS)
def test_a_digit_alone_says_it_in_every_language(digit: str) -> None:
    assert read(f" {digit}. ") == Reading(NUMBERS[digit])


@pytest.mark.parametrize(
    "text",
    ["Help! Where do I go?", "help, I can not walk", "Ayuda no puedo salir", "помогите, не могу выйти",
     "I need help, no way out", "no help needed", "4 third floor", "٤ الطابق الثالث", "do you need help?"],
)  # fmt: skip
def test_where_help_is_spoken_of_and_it_is_not_sure_a_person_is_rung(text: str) -> None:
    assert read(text) == Reading(pleads=True)


@pytest.mark.parametrize(
    "text",
    ["ayúdame", "Hilf mir!", "aidez-nous", "помоги", "допоможи", "ساعدنا", "کمکم کنید", "Stop, help", "baja herida",
     "dur yardim"],
)  # fmt: skip
def test_a_plea_is_heard_in_whatever_form(text: str) -> None:
    assert read(text) == Reading(A.NEED_HELP)


@pytest.mark.parametrize("text", ["Arrêt cardiaque", "stop it", "Baja presión"])
def test_what_only_begins_like_a_word_for_the_provider_is_read_by_a_person(text: str) -> None:
    assert read(text) == Reading()


@pytest.mark.parametrize("text", ["STOP", "Stop.", "unsubscribe", "СТОП", "Arret", "stop all"])
def test_what_asks_the_provider_to_stop_is_no_answer(text: str) -> None:
    assert read(text) == Reading(stop=True)


@given(st.text(max_size=3 * LONGEST))
def test_any_text_can_be_read(text: str) -> None:
    found = read(text)
    assert [found.answer is not None, found.stop, found.pleads].count(True) <= 1
