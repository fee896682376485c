"""Whom of the actor book a text names."""

import pytest

from tocsin.threat.called import LONGEST, Names
from tocsin.threat.state import Actor

ALIASES = (
    "ISKP",
    "IS-K",
    "IS",
    "Wilayat Khorasan",
    "Вилаят Хорасан",
    "ولاية خراسان",
    "داعش",
    "IŞİD",
    "The Base",
    "«»",
    "K",
    "呼罗珊伊斯兰国",
    "イスラム国ホラサン州",
    "호라산국",
    "基",
)
NAMES = Names(
    [
        Actor(id="is-k", name="Islamic State Khorasan", aliases=ALIASES, listed_by=""),
        Actor(id="seven", name="Group 7", aliases=(), listed_by=""),
        Actor(
            id="band",
            name="Band of Lanterns (BOL, Lamps) of the Weir",
            aliases=("al-Qa’ida of the Weir",),
            listed_by="",
        ),
    ]
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("islamic state khorasan claims it", "islamic state khorasan", id="its name, in whatever capitals"),
        pytest.param("ISKP's men", "ISKP's", id="another name, of something"),
        pytest.param("Iskp says", "Iskp", id="as some papers write it"),
        pytest.param("The IS claims it", "IS", id="a short one in its capitals"),
        pytest.param("Бойцы Вилаята Хорасан", "Вилаята Хорасан", id="bent, in Russian"),
        pytest.param("تبنى داعش الهجوم", "داعش", id="ar"),
        pytest.param("هجوم لداعش", "لداعش", id="ar, behind a particle"),
        pytest.param("وولاية خراسان تتبنى", "وولاية خراسان", id="ar, behind and"),
        pytest.param("IŞİD'in saldırısı", "IŞİD'in", id="tr"),
        pytest.param("Wilayat-Khorasan", "Wilayat-Khorasan", id="with a hyphen"),
        pytest.param(
            "昨日呼羅珊伊斯蘭國宣称负责", "呼羅珊伊斯蘭國", id="within a sentence of Chinese, in traditional characters"
        ),
        pytest.param("犯行はイスラム国ホラサン州による", "イスラム国ホラサン州", id="ja"),
        pytest.param("대원들이 호라산국에서", "호라산국", id="ko, within a word"),
    ],
)
def test_a_name_is_found(text: str, words: str) -> None:
    assert NAMES.named_in(text) == {"is-k": words}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("What is this", id="a short one is a common word"),
        pytest.param("Is it so", id="also where it opens a sentence"),
        pytest.param("ISKPX and XISKP", id="a part of a word"),
        pytest.param("Khorasan is a province", id="a part of a name"),
        pytest.param("iskp", id="a name of one word without its capital"),
        pytest.param("K", id="a letter"),
        pytest.param("基地的人", id="a character"),
        pytest.param("伊斯兰国家", id="a part of a name, where nothing parts words"),
        pytest.param("Group 77", id="another number"),
        pytest.param("word " * (LONGEST // 5) + "ISKP", id="far behind"),
        pytest.param("THIS IS WHAT THEY SAY", id="a short one where all stands in capitals"),
        pytest.param("of the Weir", id="behind the brackets of a name"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_name_is_none(text: str) -> None:
    assert NAMES.named_in(text) == {}


def test_each_who_is_named_is_found_once_and_where_it_stands_first() -> None:
    assert NAMES.named_in("Group 7 and ISKP, which is IS-K; group 7 again") == {"seven": "Group 7", "is-k": "ISKP"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("the band of lanterns", "band of lanterns", id="before the brackets"),
        pytest.param("men of BOL", "BOL", id="within them"),
        pytest.param("Lamps of the Weir", "Lamps", id="the second within them"),
        pytest.param("Band of Lanterns of the Weir", "Band of Lanterns", id="without them"),
        pytest.param("THE BOL CLAIMS IT", "BOL", id="where all stands in capitals"),
        pytest.param("al-Qaida of the Weir", "al-Qaida of the Weir", id="without its apostrophe"),
        pytest.param("Al-Qa‘ida of the Weir", "Al-Qa‘ida of the Weir", id="with another"),
    ],
)
def test_a_name_is_found_as_others_write_it(text: str, words: str) -> None:
    assert NAMES.named_in(text) == {"band": words}
