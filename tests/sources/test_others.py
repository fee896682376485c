"""Other governments' advice: their words and our levels, their regions and reasons, and nothing dropped in silence."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus import corpus
from tocsin.basis.errors import Refused
from tocsin.cli.main import main
from tocsin.places.called import countries_called
from tocsin.report.others import OthersAdvice
from tocsin.sources.others import MOST_BYTES, MOST_REGIONS, MOST_ROWS, readers, reasons_in, together
from tocsin.warning.advisory.risk import Indicator

PAGE = Path(__file__).parents[2] / "docs/reference/advisory-levels.md"

LETTERS = "".join(
    f'[{letter}](javascript:void(0); "Tool Tip: {name}")\n'
    for letter, name in [("O", "Other"), ("K", "Kidnap and Hostage"), ("T", "Terrorism"), ("C", "Crimes")]
)
US = f"""# Ruritania Travel Advisory

### Travel Advisory July 13, 2025

### Ruritania - Level 3: Reconsider Travel

{LETTERS}
***Reissued after periodic review.***

Reconsider travel to Ruritania due to **crime** and **civil\u00a0unrest**. Some areas have increased risk.

**Do Not Travel To:**

* [Strelsau province](#strelsau) due to **terrorism**and **kidnapping**.
* Within 6.5 km of the U.S. mission, except the park

**Country Summary:** Crime happens.

**Strelsau Province – Level 4: Do Not Travel**
"""
UK = """# Warnings and insurance

Updated:
:   9 July 2026

Latest update:
:   FCDO no longer advises against all travel to Strelsau. FCDO now advises against all travel to the moon.

## Areas where\u202fFCDO\u202fadvises against all but essential travel

### The north

FCDO advises against all travel to:

* Strelsau
* the state of Zenda, except:
  + the city of Zenda
  + the castle

This is due to terrorist activity.

FCDO advises against all but essential travel to within 10km of the border due to fighting. Find out more.

## About FCDO travel advice
"""
CA = """## Ruritania travel advice

### RURITANIA - EXERCISE A HIGH DEGREE OF CAUTION

[Exercise a high degree of caution](#levels "Risk Levels") in Ruritania due to crime and the threat of terrorism.

### Border areas – Avoid all travel

Avoid all travel to the area within 5 km of the border.
"""


def lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def said(publisher: str, raw: bytes) -> dict[str, OthersAdvice]:
    return {one.region: one for one in readers()[publisher].read(raw).advices}


def kinds(advice: OthersAdvice) -> list[str]:
    return [one.indicator for one in advice.reasons]


# ---- the table


def test_the_page_says_what_the_readers_do() -> None:
    rows = re.findall(r"^\| (\w\w) \| (.+?) \| ([1-4]) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    written = {(who, words.casefold(), int(level)) for who, words, level in rows}
    assert written == {(who, words, level) for who, one in readers().items() for words, level in one.LEVELS.items()}


def test_the_indicators_are_ours() -> None:
    every = "wrongful detention, terror, kidnapping, war, riots, floods, cholera, gangs, the elections, boredom"
    found = [one.indicator for one in reasons_in(f"due to {every}")]
    assert set(found) == set(Indicator)


# ---- one page each


def test_a_us_page_gives_its_reasons_by_its_sentence_and_not_by_its_letters() -> None:
    found = said("us", lines({"destination": "Georgia", "text": US}))
    whole = found[""]
    assert (whole.level, whole.wording, whole.countries) == (3, "Level 3: Reconsider Travel", ("GE",))
    assert kinds(whole) == ["crime", "civil_unrest"]
    assert str(whole.published_at)[:10] == "2025-07-13"
    assert {region: one.level for region, one in found.items()} == {
        "": 3,
        "Strelsau province": 4,
        "Within 6.5 km of the U.S. mission, except the park": 4,
    }
    assert kinds(found["Strelsau province"]) == ["terrorism", "kidnapping"]


def test_a_us_page_without_one_level_has_none_and_says_so_in_its_words() -> None:
    text = US.replace("Ruritania - Level 3: Reconsider Travel", "See Individual Summaries")
    found = said("us", lines({"destination": "Mexico", "text": text}))
    assert (found[""].level, found[""].wording) == (None, "See Individual Summaries")


def test_a_level_is_read_of_one_line_and_never_of_two() -> None:
    text = "## Summary\n\n- Level 4 areas exist\n\n### Ukraine - Level 2: Exercise Increased Caution\n"
    assert said("us", lines({"destination": "Ukraine", "text": text}))[""].level == 2


@pytest.mark.parametrize("blank", ["\n", "\n\n", "\n \n\t\n\n"])
def test_a_date_stands_below_its_word(blank: str) -> None:
    text = f"# W\n\nUpdated:{blank}:   9 July 2026\n\nSo."
    found = said("uk", lines({"destination": "Georgia", "page": "Warnings and insurance", "text": text}))
    assert str(found[""].published_at)[:10] == "2026-07-09"
    text = f"### Travel Advisory{blank}July 13, 2025\n\nSo."
    assert str(said("us", lines({"destination": "Georgia", "text": text}))[""].published_at)[:10] == "2025-07-13"


def test_us_reasons_may_stand_as_a_list() -> None:
    text = "### Russia - Level 4: Do Not Travel\n\n**Do not travel to Russia** **due to:**\n\n* The war.\n* Wrongful detention.\n"
    found = said("us", lines({"destination": "Russia", "text": text}))
    assert list(found) == [""]
    assert kinds(found[""]) == ["armed_conflict", "wrongful_detention"]


def test_a_uk_page_advises_against_parts_and_gives_no_level_for_the_whole() -> None:
    found = said("uk", lines({"destination": "Georgia", "page": "Warnings and insurance", "text": UK}))
    assert {region: one.level for region, one in found.items()} == {
        "": None,
        "Strelsau": 4,
        "the state of Zenda, except: the city of Zenda; the castle": 4,
        "within 10km of the border": 3,
    }
    assert kinds(found["within 10km of the border"]) == ["armed_conflict"]
    assert str(found[""].published_at)[:10] == "2026-07-09"


@pytest.mark.parametrize(
    ("sentence", "level"),
    [
        pytest.param("FCDO advises against all travel to Georgia.", 4, id="all"),
        pytest.param("## FCDO advises against all travel to Georgia", 4, id="as a heading"),
        pytest.param("FCDO advises against all but essential travel to the whole of Georgia.", 3, id="the whole of it"),
        pytest.param(
            "FCDO advises against all travel to Georgia except for the cities of:\n\n* Tbilisi", 4, id="but some"
        ),
        pytest.param("FCDO advises against all travel to:\n\nThe area west of the road.", None, id="a paragraph below"),
        pytest.param("FCDO does not advise against all travel to Georgia.", None, id="the contrary"),
        pytest.param("## Areas where FCDO advises against all travel", None, id="a heading over nothing"),
    ],
)
def test_when_the_uk_advises_against_the_whole(sentence: str, level: int | None) -> None:
    found = said(
        "uk", lines({"destination": "Georgia", "page": "Warnings and insurance", "text": f"# W\n\n{sentence}\n"})
    )
    assert found[""].level == level


def test_a_uk_page_of_safety_gives_no_level() -> None:
    text = "FCDO advises against all travel to Georgia."
    found = said("uk", lines({"destination": "Georgia", "page": "Safety and security", "text": text}))
    assert found[""].level is None


def test_a_canadian_page_has_a_level_and_regions() -> None:
    found = said("ca", lines({"destination": "Georgia", "text": CA.replace("RURITANIA", "GEORGIA")}))
    assert {region: one.level for region, one in found.items()} == {"": 2, "Border areas": 4}
    assert found[""].wording == "EXERCISE A HIGH DEGREE OF CAUTION"
    assert kinds(found[""]) == ["crime", "terrorism"]


def test_a_canadian_page_about_two_countries_gives_each_its_own() -> None:
    text = "### ISRAEL - AVOID NON-ESSENTIAL TRAVEL\n\nSo.\n\n### PALESTINE - AVOID ALL TRAVEL\n\nSo.\n"
    found = said("ca", lines({"destination": "Israel and Palestine", "text": text}))
    assert {(one.region, one.countries, one.level) for one in found.values()} == {
        ("", ("IL", "PS"), 4),
        ("ISRAEL", ("IL",), 3),
        ("PALESTINE", ("PS",), 4),
    }


@pytest.mark.parametrize(
    ("publisher", "row", "level"),
    [
        ("us", {"risk_level": "Level 4: Do Not Travel", "last_updated_advisory": "2025-01-13T00:00:00"}, 4),
        ("us", {"risk_level": None}, None),
        ("us", {"risk_level": "Other"}, None),
        ("uk", {"last_updated": "2026-07-30T11:36:13+01:00"}, None),
        ("ca", {"risk_level": "Avoid non-essential travel (with regional advisories)"}, 3),
    ],
)
def test_a_row_of_a_list(publisher: str, row: dict[str, Any], level: int | None) -> None:
    found = said(publisher, json.dumps([{"destination": "Georgia", **row}]).encode())
    assert found[""].level == level


def test_a_list_and_pages_together_say_more() -> None:
    us = readers()["us"]
    address = "https://travel.state.gov/x"
    listed = us.read(json.dumps([{"destination": "Georgia", "risk_level": "Level 3: Reconsider Travel",
                                  "advisory_details_url": address}]).encode())  # fmt: skip
    both = together([listed, us.read(lines({"destination": "Georgia", "text": US}))])
    whole = next(one for one in both.advices if not one.region)
    assert (whole.level, whole.address, kinds(whole)) == (3, address, ["crime", "civil_unrest"])
    assert both.regions
    assert both.troubles == ()


def test_where_two_files_differ_and_no_date_decides_the_stricter_is_kept_and_said() -> None:
    us = readers()["us"]
    rows = [json.dumps([{"destination": "Georgia", "risk_level": f"Level {n}: X"}]).encode() for n in (1, 4)]
    both = together([us.read(row) for row in rows])
    assert both.advices[0].level == 4
    assert any("level 1 and level 4" in one.sentence for one in both.troubles)


# ---- names


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("France", ("FR",)),
        ("Gambia, The", ("GM",)),
        ("The Bahamas", ("BS",)),
        ("Burma (Myanmar)", ("MM",)),
        ("Myanmar (Burma)", ("MM",)),
        ("St Kitts and Nevis", ("KN",)),
        ("Saint Vincent & the Grenadines", ("VC",)),
        ("Côte d'Ivoire (Ivory Coast)", ("CI",)),
        ("Democratic Republic of the Congo (D.R.C.)", ("CD",)),
        ("Republic of the Congo", ("CG",)),
        ("Türkiye", ("TR",)),
        ("Israel, the West Bank and Gaza", ("IL", "PS")),
        ("Antarctica/British Antarctic Territory", ("AQ",)),
        ("Atlantis", ()),
        ("", ()),
        ("(", ()),
    ],
)
def test_which_country_a_name_stands_for(name: str, codes: tuple[str, ...]) -> None:
    assert countries_called(name) == codes


# ---- hostile and broken


@pytest.mark.parametrize("publisher", ["us", "uk", "ca"])
@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        pytest.param(b"", "neither a JSON array", id="nothing"),
        pytest.param(b"<html>", "neither a JSON array", id="a web page"),
        pytest.param(b"[" * 100_000, "JSON|nested", id="very deep"),
        pytest.param(b"[1, 2, 3]", "None of its 3 rows", id="numbers"),
        pytest.param(b'[{"destination": 7}]', "None of its 1 rows", id="no name"),
        pytest.param(b"[" + b",".join([b"{}"] * (MOST_ROWS + 1)) + b"]", "rows", id="very many rows"),
        pytest.param(b'{"a": \xff}', "None of its 1 rows", id="no UTF-8"),
        pytest.param(b"[" + b" " * MOST_BYTES + b"]", "bytes", id="very large"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(publisher: str, raw: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        readers()[publisher].read(raw)


@pytest.mark.parametrize("publisher", ["us", "uk", "ca"])
def test_one_bad_row_is_named_and_the_others_are_read(publisher: str) -> None:
    row = {"destination": "Georgia"}
    found = readers()[publisher].read(lines(row) + b'\n{"destination": "Atlantis"}\n{broken\n{"destination": ""}\n')
    assert {one.place for one in found.advices} == {"Georgia", "Atlantis"}
    assert [one.where for one in found.troubles] == ["Atlantis", "row 3", "row 4"]


def test_more_regions_than_are_kept_are_said() -> None:
    text = "### X - Level 3: Reconsider Travel\n\nDo Not Travel To:\n\n" + "\n".join(f"* Place {n}" for n in range(300))
    found = readers()["us"].read(lines({"destination": "Georgia", "text": text}))
    assert sum(bool(one.region) for one in found.advices) == MOST_REGIONS
    assert any("names 300 regions" in one.sentence for one in found.troubles)


@pytest.mark.parametrize("publisher", ["us", "uk", "ca"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 200_000, id="links that never close"),
        pytest.param("[a](" * 50_000, id="links within links"),
        pytest.param("* " * 300_000, id="bullets"),
        pytest.param("*" * 500_000, id="stars"),
        pytest.param("### a - " * 60_000, id="headings"),
        pytest.param("due to " * 100_000, id="reasons"),
        pytest.param("FCDO advises against all travel to " * 20_000, id="advice"),
        pytest.param("Do not travel " * 50_000 + ":", id="levels"),
        pytest.param(" " * 900_000, id="spaces"),
        pytest.param("a - Level " * 60_000, id="half levels"),
        pytest.param("Updated:" + "\n" * 5_000 + "x", id="empty lines after Updated"),
        pytest.param("## Travel Advisory" + "\n" * 50_000 + "x", id="empty lines after a heading"),
        pytest.param(
            "FCDO advises against all travel to:\n" + "\n".join(f"* {n}" for n in range(60_000)), id="regions"
        ),
        pytest.param("FCDO advises against all travel to:\n* a\n" + "+ b\n" * 240_000, id="a list within a list"),
    ],
)
def test_no_text_makes_a_reader_stall(publisher: str, text: str) -> None:
    assert (
        readers()[publisher].read(lines({"destination": "France"}, {"destination": "Georgia", "text": text})).rows == 2
    )


@pytest.mark.parametrize("publisher", ["us", "uk", "ca"])
@given(text=st.text(max_size=300), place=st.text(max_size=20))
def test_any_text_is_read_or_named(publisher: str, text: str, place: str) -> None:
    row = {"destination": place, "text": text, "page": "Warnings and insurance"}
    found = readers()[publisher].read(lines(row, {"destination": "Georgia"}))
    assert all(one.level in (None, 1, 2, 3, 4) for one in found.advices)
    assert found.rows == 2


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://x.example", "https://a b", 7, "https://" + "x" * 3_000]
)
def test_only_addresses_that_a_browser_may_be_sent_to_are_kept(address: object) -> None:
    raw = json.dumps([{"destination": "Georgia", "advisory_details_url": address}]).encode()
    assert said("us", raw)[""].address == ""


# ---- real ones


@pytest.mark.parametrize(
    ("publisher", "listed", "pages"),
    [
        ("us", "unitedstates_summary.json", "unitedstates_advisory_texts.jsonl"),
        ("uk", "unitedkingdom_summary.json", "unitedkingdom_warnings_and_safety_texts.jsonl"),
        ("ca", "canada_summary.json", "canada_risk_texts.jsonl"),
    ],
)
def test_every_row_of_the_real_files_is_accounted_for(publisher: str, listed: str, pages: str) -> None:
    reader = readers()[publisher]
    for name in (listed, pages):
        raw = corpus("intel", "travel_advisories", name).read_bytes()
        found = reader.read(raw)
        named = {
            row["destination"] for row in (json.loads(raw) if name == listed else map(json.loads, raw.splitlines()))
        }
        assert {one.place for one in found.advices} == named
        assert all(one.countries for one in found.advices)
        assert not [one for one in found.troubles if one.where.startswith("row ")]


@pytest.mark.parametrize("publisher", ["us", "ca"])
def test_the_lists_and_the_pages_agree_on_nearly_every_level(publisher: str) -> None:
    listed, pages = {
        "us": ("unitedstates_summary.json", "unitedstates_advisory_texts.jsonl"),
        "ca": ("canada_summary.json", "canada_risk_texts.jsonl"),
    }[publisher]
    read = [
        readers()[publisher].read(corpus("intel", "travel_advisories", name).read_bytes()) for name in (listed, pages)
    ]
    levels = [{one.place: one.level for one in found.advices if not one.region} for found in read]
    both = [place for place in levels[0] if None not in (levels[0][place], levels[1].get(place))]
    assert len(both) > 200
    assert sum(levels[0][place] == levels[1][place] for place in both) >= len(both) - 2


# ---- the command


def test_the_command_reads_and_prints(tmp_path: Path) -> None:
    file = tmp_path / "us.jsonl"
    file.write_bytes(lines({"destination": "Georgia", "text": US}))
    came = CliRunner().invoke(main, ["advisory", "read", str(file), "--from", "us", "--json"])
    assert came.exit_code == 0
    told = json.loads(came.stdout)
    assert (told["schema"], told["from"], told["rows"], told["problems"]) == ("tocsin.others/1", "us", 1, [])
    assert told["advices"][0]["countries"] == ["GE"]
    assert "Strelsau province" in CliRunner().invoke(main, ["advisory", "read", str(file), "--from", "us"]).stdout


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--from", "xx"], 2, "There is no reader for 'xx'"),
        (["--from", "us"], 1, "no country here"),
        ([], 2, "--from"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, options: list[str], code: int, words: str) -> None:
    file = tmp_path / "us.json"
    file.write_bytes(b'[{"destination": "Atlantis"}]')
    came = CliRunner().invoke(main, ["advisory", "read", str(file), *options])
    assert came.exit_code == code
    assert words in came.output


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    came = CliRunner().invoke(main, ["advisory", "read", str(tmp_path / "no.json"), "--from", "ca"])
    assert came.exit_code == 2
    assert "cannot be read" in came.output
