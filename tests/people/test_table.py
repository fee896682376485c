"""Tables of every shape: found, refused, and each row with the line where it begins."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.people import vcard
from tocsin.people.listed import Row, read_row
from tocsin.people.table import Heading, keys, open_table, read_rows, renaming


def rows(lines: Iterable[str], **shape: Any) -> tuple[Heading, list[Row]]:
    heading, found = open_table(lines, **shape)
    return heading, list(read_rows(heading, found))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    heading, (row,) = rows(
        [delimiter.join(["id", "name", "mail"]) + "\r\n", delimiter.join(["7", '"A, b; c"', "x"]) + "\r\n"]
    )
    assert heading.delimiter == delimiter
    assert row.cells == {"id": "7", "name": "A, b; c", "mail": "x"}
    assert row.key == "7"


def test_a_spreadsheet_may_say_its_delimiter() -> None:
    heading, (row,) = rows(["sep=;\r\n", "id;name\r\n", "7;Ann, who\r\n"])
    assert (heading.delimiter, row.line, row.cells["name"]) == (";", 3, "Ann, who")


def test_a_line_break_in_quotes_belongs_to_its_row_and_lines_are_counted() -> None:
    _, found = rows(["id,name\n", '1,"Ann\n', 'of the mill"\n', "\n", "2,Bell\n"])
    assert [(row.line, row.cells["id"]) for row in found] == [(2, "1"), (5, "2")]
    assert found[0].cells["name"] == "Ann\nof the mill"


def test_what_is_wrong_with_one_row_is_that_rows() -> None:
    heading, found = rows(["id,name\n", "1,Ann,more\n", "2\n", '3,"Be"ll"\n', "4,Cob\n"])
    assert [(row.line, row.refused[:25]) for row in found] == [
        (2, "It has 3 cells where the "),
        (3, "It has 1 cells where the "),
        (4, "It is malformed: look at "),
        (5, ""),
    ]
    assert list(keys(heading, open_table(["id,name\n", "1,Ann\n", "2\n", '3,"Be"ll"\n'])[1])) == ["1", "2", ""]


def test_columns_that_are_not_known_are_left_alone_and_named_by_their_place() -> None:
    heading, (row,) = rows(["shoe size,id,Salary,name\n", "42,7,100,Ann\n"])
    assert heading.untaken == (1, 3)
    assert row.cells == {"id": "7", "name": "Ann"}
    assert row.speaks_of == ("name",)


def test_headings_are_renamed() -> None:
    heading, (row,) = rows(
        ["Personalnummer;Nom complet\n", "7;Ann\n"], renamed=renaming(["Personalnummer=id", "Nom complet=name"])
    )
    assert (heading.untaken, row.cells) == ((), {"id": "7", "name": "Ann"})


@pytest.mark.parametrize(
    ("lines", "shape", "sentence"),
    [
        pytest.param([], {}, "is empty", id="nothing"),
        pytest.param(["\n"], {}, "is empty", id="an empty line"),
        pytest.param(["7,Ann SECRET,a@b.example\n"], {}, "names no column that Tocsin knows", id="no heading"),
        pytest.param(["name,mail\n"], {}, "No column of the table is the key", id="no key"),
        pytest.param(["id,name,Full Name\n"], {}, "Two columns of the table are name", id="one thing twice"),
        pytest.param(["id," + "x," * 1_001 + "\n"], {}, "1000 is the most", id="too many columns"),
        pytest.param(["id,name\n"], {"renamed": {"Number": "id"}}, "called 'Number'", id="a heading that is not there"),
        pytest.param(["id,name\n", '7,"Ann\n', "8,Bell\n"], {}, "Line 2 opens a quote", id="a quote to the end"),
        pytest.param(["id,name\n", '7,"Ann\n'] + ["SECRET\n"] * 30_000, {}, "Line 2 opens a quote", id="a quote for ever"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_whole(lines: list[str], shape: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        rows(lines, **shape)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("said", ["id", "=id", "Number=shoe_size", "Number="])
def test_a_renaming_names_both(said: str) -> None:
    with pytest.raises(Refused, match="THEIRS=OURS"):
        renaming([said])


SCRAPS = st.sampled_from(
    ["id", "name", "mail", ",", ";", '"', '""', "\n", "\r\n", "\t", "\0", " ", "7", "é", "\ud7ff", "sep=;\n"]
)
CARD = st.sampled_from(
    [
        "BEGIN:VCARD\n",
        "END:VCARD\n",
        "VERSION:4.0\n",
        "UID:",
        "TEL",
        "GEO:",
        ";TYPE=",
        '"',
        ":",
        ";",
        "\\",
        "\n",
        " ",
        "7",
        "CATEGORIES:a,",
    ]
)


@given(st.lists(SCRAPS, max_size=60))
def test_no_text_at_all_surprises_the_reader_of_tables(scraps: list[str]) -> None:
    try:
        _, found = rows("".join(["id,name,mail\n", *scraps]).splitlines(keepends=True))
    except Refused:
        return
    _all_read(found)


@given(st.lists(CARD, max_size=40))
def test_no_text_at_all_surprises_the_reader_of_cards(scraps: list[str]) -> None:
    try:
        found = list(vcard.read_rows("".join(["BEGIN:VCARD\nVERSION:3.0\n", *scraps]).splitlines(keepends=True)))
    except Refused:
        return
    _all_read(found)


def _all_read(found: list[Row]) -> None:
    for row in found:
        try:
            read_row(row)
        except Refused:
            continue
