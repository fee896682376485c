"""What can only have come from stricter material is flagged in a notice, in whatever way it is written there."""

import pytest

from tocsin.basis.marking import Mark
from tocsin.lexicon.terms import TermKind
from tocsin.warning.notice.tearline import Flag, Material, flags, is_stricter

OPEN = Material(
    id="open", material="report", mark=Mark.GREEN, texts=("An attack on a market is feared. The miller was told.",)
)


STRICT = {"22 March": "en", "drei Wagen": "de", "Beginn 19.30 Uhr": "de", "Встреча в Москве": "ru", "у Крокуса": "ru"}


def flagged(
    said: str, strict: str, *, open_text: str = "", language: str = "en", strict_language: str = "en"
) -> tuple[Flag, ...]:
    material = [
        OPEN,
        Material(id="lax", material="report", mark=Mark.AMBER, texts=(open_text,)),
        Material(id="strict", material="report", mark=Mark.AMBER_STRICT, texts=(strict,), language=strict_language),
    ]
    return flags({"what": said}, {"what": language}, Mark.AMBER, ("recipient",), material)


@pytest.mark.parametrize(
    ("said", "strict", "expected"),
    [
        pytest.param("They mean a synagogue.", "He spoke of the synagogue twice.", ["synagogue"], id="a word"),
        pytest.param("SYNAGOGUES", "the synagogue", ["SYNAGOGUES"], id="in capitals, and more than one"),
        pytest.param("He met Wolfram there.", "Wolfram said so.", ["Wolfram"], id="a name"),
        pytest.param("The source is Wölfram.", "Wolfram said so.", ["Wölfram"], id="a name with an accent"),
        pytest.param("Wolf\u200bram said so.", "Wolfram", ["Wolf\u200bram"], id="a name with something unseen in it"),
        pytest.param("It is planned for 7:30 pm.", "Beginn 19.30 Uhr", ["7:30 pm"], id="a time, spelt otherwise"),
        pytest.param("At 1930Z.", "at half past, 19:30", ["1930Z"], id="a time as soldiers write it"),
        pytest.param("On March 22nd.", "am 22.03.2024", ["March 22nd"], id="a date, spelt otherwise"),
        pytest.param("On 2024-03-22.", "22 March", ["2024-03-22"], id="a date as programs write it"),
        pytest.param("With 1,500 kg.", "1500 kg of it", ["1,500", "kg"], id="a number"),
        pytest.param("With 1500 men.", "avec 1\u202f500 hommes", ["1500"], id="a number grouped by a narrow space"),
        pytest.param("With 1500 bags.", "1\u00a0500 кг", ["1500"], id="a number grouped by a space that keeps it together"),
        pytest.param("With twelve men.", "12 people", ["twelve"], id="a number in words"),
        pytest.param("At ١٢ places.", "12 places", ["١٢", "places"], id="a number in other digits"),
        pytest.param("In Moscow.", "Встреча в Москве", ["Moscow"], id="a place in another script"),
        pytest.param("At the Krokus.", "у Крокуса", ["Krokus"], id="a name in another script"),
        pytest.param("An AK47 was seen.", "one AK47", ["AK47"], id="letters and digits in one"),
        pytest.param("An attack on the market", "An attack on the market by Wolfram", [], id="what stands in the open too"),
        pytest.param("Keep away from it until then.", "Keep away from it until then.", ["Keep", "away"], id="no word that every text has"),
        pytest.param("The Miller is behind it.", "Miller", ["Miller"], id="a name is not the trade that it comes from"),
        pytest.param("", "Wolfram", [], id="nothing said"),
    ],
)  # fmt: skip
def test_what_is_flagged(said: str, strict: str, expected: list[str]) -> None:
    found = flagged(said, strict, strict_language=STRICT.get(strict, "en"))
    assert [one.text for one in found] == expected
    assert all(said[one.start : one.end] == one.text and one.sources == ("strict",) for one in found)


@pytest.mark.parametrize(
    ("said", "strict", "language", "expected"),
    [
        pytest.param(
            "Взрыв готовят в Карабулаке.", "взрыва в Карабулак", "ru", ["Взрыв", "Карабулаке"], id="Russian endings"
        ),
        pytest.param(
            "Der Anschlag gilt der Brücke.", "Brücken, Anschlags", "de", ["Anschlag", "Brücke"], id="German endings"
        ),
        pytest.param("Saldırı Ankara'da olacak", "Ankara", "tr", ["Ankara'da"], id="a Turkish ending on a name"),
        pytest.param("هجوم على الساحة", "ساحة", "ar", ["الساحة"], id="an Arabic article"),
        pytest.param("L'attaque vise le pont.", "une attaque", "fr", ["L'attaque"], id="a French article"),
        pytest.param("Am 22. März", "22 March", "de", ["22. März"], id="a month in another language"),
        pytest.param("Three vehicles", "drei Wagen", "en", ["Three"], id="a number in words of another language"),
    ],
)
def test_each_language_has_its_endings(said: str, strict: str, language: str, expected: list[str]) -> None:
    found = flagged(said, strict, language=language, strict_language=STRICT.get(strict, language))
    assert [one.text for one in found] == expected


def test_what_kind_it_is_and_where() -> None:
    found = flagged("Wolfram will be in Karabulak at 19:30 with 40 men", "wolfram, Wolfram Karabulak 19:30 40 men")
    kinds = {one.text: one.kind for one in found}
    assert kinds["Karabulak"] is TermKind.PLACE
    assert kinds["19:30"] is TermKind.TIME
    assert kinds["40"] is TermKind.NUMBER
    assert kinds["men"] is TermKind.WORD
    found = flagged("It is Wolfram", "Wolfram")
    assert [(one.kind, one.field, one.start, one.end) for one in found] == [(TermKind.NAME, "what", 6, 13)]


def test_a_word_in_the_open_frees_only_itself() -> None:
    assert [one.text for one in flagged("They met Mills.", "Mills", open_text="at the mill")] == ["Mills"]
    assert not flagged("They met Mills.", "Mills", open_text="Mills")
    assert not flagged("attacks", "attacks", open_text="attack")


def mark_of(mark: Mark, *readers: str) -> Material:
    return Material(id="it", material="report", mark=mark, texts=("x",), readers=frozenset(readers))


@pytest.mark.parametrize(
    ("material", "mark", "expected"),
    [
        pytest.param(mark_of(Mark.CLEAR), Mark.CLEAR, False, id="as open"),
        pytest.param(mark_of(Mark.AMBER), Mark.GREEN, True, id="stricter"),
        pytest.param(mark_of(Mark.GREEN), Mark.AMBER, False, id="laxer"),
        pytest.param(mark_of(Mark.RED), Mark.RED, True, id="red, for others than it goes to"),
        pytest.param(mark_of(Mark.RED, "anna"), Mark.RED, True, id="red, for one of those it goes to"),
        pytest.param(mark_of(Mark.RED, "anna", "bert"), Mark.RED, False, id="red, for those it goes to"),
        pytest.param(mark_of(Mark.RED, "anna", "bert"), Mark.AMBER, True, id="red, in what others may read too"),
    ],
)
def test_what_is_stricter(material: Material, mark: Mark, expected: bool) -> None:
    assert is_stricter(material, mark, ("anna", "bert")) is expected
