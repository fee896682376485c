"""What can only have come from stricter material is flagged in a notice, in whatever way it is written there."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tocsin.basis.marking import Mark
from tocsin.lexicon.terms import TermKind
from tocsin.warning.flagged import Flag, flags
from tocsin.warning.material import Material, is_stricter

OPEN = Material(
    id="open", material="report", mark=Mark.GREEN, texts=("An attack on a market is feared. The miller was told.",)
)


STRICT = {"22 March": "en", "drei Wagen": "de", "Beginn 19.30 Uhr": "de", "Встреча в Москве": "ru", "у Крокуса": "ru",
          "May said so in May.": "en"}  # fmt: skip


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
        pytest.param("IS claimed it.", "It was claimed by IS.", ["IS", "claimed"], id="capitals of a word that every text has"),
        pytest.param("It came from the US.", "US money", ["US"], id="a country that is a pronoun in lower case"),
        pytest.param("It came from US.", "He told us.", [], id="a pronoun is no country"),
        pytest.param("They met Will.", "Will told them.", ["Will"], id="a name that is a verb in lower case"),
        pytest.param("They will go.", "He met Will.", [], id="a verb is no name"),
        pytest.param("Will they go", "He met Will.", [], id="nor is what opens a sentence"),
        pytest.param("Be wary in May.", "It is set for May.", ["May"], id="a month that is a verb in lower case"),
        pytest.param("They may go.", "It is set for May.", [], id="a verb is no month"),
        pytest.param("Be wary in May.", "It is set for 22 May.", ["May"], id="the month of a day"),
        pytest.param("On 12 May.", "on 22 May", [], id="another day of its month"),
        pytest.param("IT IS WHO THEY SAY", "It is claimed by IS, WHO and IT.", [], id="all of it in capitals"),
        pytest.param("It was IS.", "THE ATTACK IS CLAIMED BY IS NOW", ["IS"], id="where all of it stands in capitals"),
        pytest.param("Ask the WHO, by IT.", "who is it", [], id="in lower case there"),
        pytest.param("Call +359 88 123 4567.", "359881234567", ["+359 88 123 4567"], id="a telephone in pieces"),
        pytest.param("Of 088/1234567.", "+359 88 123 4567", ["088/1234567"], id="a telephone without its country"),
        pytest.param("By AB1234CD.", "plate AB-1234-CD", ["AB1234CD"], id="a plate in one"),
        pytest.param("By AB 1234 CD.", "plate AB1234CD", ["AB 1234 CD"], id="a plate in pieces"),
        pytest.param("An AK-47 was there.", "his AK47", ["AK-47"], id="a weapon in pieces"),
        pytest.param("For 4200 EUR.", "EUR4200", ["4200"], id="money in one"),
        pytest.param("For EUR4200.", "4200 from him", ["EUR4200"], id="money in one here"),
        pytest.param("With 300 kg.", "300kg", ["300"], id="a weight in one"),
        pytest.param("At 1900.", "at 19:00", ["1900"], id="a time without its mark"),
        pytest.param("At 19:00.", "at 1900", ["19:00"], id="a time without its mark there"),
        pytest.param("At seven thirty.", "at 19:30", ["seven thirty"], id="a time in words"),
        pytest.param("At 19:30.", "half past seven", ["19:30"], id="a time in words there"),
        pytest.param("At 7 pm.", "seven o'clock", ["7 pm"], id="a whole hour in words there"),
        pytest.param("With 300 men.", "three hundred", ["300"], id="a large number in words there"),
        pytest.param("With three hundred and twenty men.", "320", ["three hundred and twenty"], id="a large number in words"),
        pytest.param("From the U.S. there.", "US money", ["U.S."], id="with points"),
        pytest.param("From the US.", "U.S. money", ["US"], id="with points there"),
        pytest.param("For KESTREL.", "K.E.S.T.R.E.L. said so", ["KESTREL"], id="a name with points there"),
        pytest.param("For K.E.S.T.R.E.L. only.", "Kestrel", ["K.E.S.T.R.E.L."], id="a name with points"),
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
        pytest.param("Bringen Sie sich weg", "Sie wissen es", "de", [], id="a polite capital"),
        pytest.param("Er kam um halb acht", "19:30", "de", ["halb acht"], id="a German time in words"),
        pytest.param("320 Mann", "dreihundertzwanzig Mann", "de", ["320", "Mann"], id="a German number in one word"),
        pytest.param("à sept heures et demie", "19:30", "fr", ["sept heures et demie"], id="a French time in words"),
        pytest.param("триста", "300", "ru", ["триста"], id="a Russian number in words"),
        pytest.param("Frau May kommt.", "May said so in May.", "de", ["May"], id="a name that is a month elsewhere"),
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


@pytest.mark.parametrize(
    ("said", "open_text", "is_free"),
    [
        pytest.param("US", "The US", True, id="the name"),
        pytest.param("US", "It told us", False, id="the pronoun"),
        pytest.param("US", "THEY ALL TOLD US THAT", False, id="the pronoun in capitals"),
        pytest.param("in May", "May I?", False, id="the verb, with a capital"),
        pytest.param("in May", "of May", True, id="the month"),
        pytest.param("K-1234", "K1234", True, id="the code in one"),
        pytest.param("300", "three hundred", True, id="the number in words"),
        pytest.param("19:30", "half past seven", False, id="perhaps half past seven in the morning"),
    ],
)
def test_what_stands_in_the_open_frees_what_it_is_strictly(said: str, open_text: str, *, is_free: bool) -> None:
    strict = "US K1234 May 300 19:30"
    assert (not flagged(said, strict, open_text=open_text)) is is_free


NEAR = (datetime(2026, 11, 27, 20, tzinfo=UTC), datetime(2026, 11, 29, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("said", "strict", "expected"),
    [
        pytest.param("on Saturday", "the 28 November", ["Saturday"], id="the day of a date"),
        pytest.param("on 28 November", "this Saturday", ["28 November"], id="the date of a day"),
        pytest.param("on Sunday", "the 28 November", [], id="another day"),
        pytest.param("on Saturday", "the 28 March", [], id="a date at another time"),
    ],
)
def test_a_day_of_the_week_is_a_date_near_its_window(said: str, strict: str, expected: list[str]) -> None:
    material = [Material(id="strict", material="report", mark=Mark.AMBER_STRICT, texts=(strict,))]
    found = flags({"what": said}, {}, Mark.AMBER, (), material, near=NEAR)
    assert [one.text for one in found] == expected


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


@pytest.mark.parametrize("mark", [Mark.AMBER_STRICT, Mark.RED])
def test_what_is_for_our_organisation_alone_does_not_leave_it_under_any_mark(mark: Mark) -> None:
    ours = mark_of(Mark.AMBER_STRICT)
    assert is_stricter(ours, mark, ("anna",), leaves_us=True)
    assert not is_stricter(ours, mark, ("anna",))
    assert not is_stricter(mark_of(Mark.AMBER), mark, ("anna",), leaves_us=True)
    assert [
        one.text
        for one in flags({"what": "Wolfram"}, {}, mark, (), [replace(ours, texts=("Wolfram",))], leaves_us=True)
    ]
