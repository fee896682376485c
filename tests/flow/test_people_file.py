"""Files of every shape: each has one right behaviour, none is held in memory, and no sentence quotes a line."""

import codecs
import os
import resource
from pathlib import Path
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.flow.people.file import LONGEST_LINE, PeopleFile, take_file
from tocsin.flow.people.rows import Became, Fate
from tocsin.people.listed import Row

LIST = "id,name\r\n7,Zoë\r\n8,Bell\r\n"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        pytest.param(LIST.encode(), "", id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + LIST.encode(), "", id="with a mark"),
        pytest.param(codecs.BOM_UTF8 + LIST.encode(), "utf-8", id="with a mark, and said"),
        pytest.param(LIST.encode("utf-16"), "", id="UTF-16 with a mark"),
        pytest.param(codecs.BOM_UTF16_BE + LIST.encode("utf-16-be"), "", id="UTF-16, the other way round"),
        pytest.param(LIST.encode("utf-16-le"), "utf-16-le", id="UTF-16 without a mark, said"),
        pytest.param(LIST.encode("windows-1252"), "windows-1252", id="windows-1252, said"),
        pytest.param(LIST.replace("\r\n", "\r").encode(), "", id="old line ends"),
        pytest.param(LIST.strip().encode(), "", id="no last line end"),
    ],
)
def test_texts_are_read(tmp_path: Path, raw: bytes, encoding: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(raw)
    found = PeopleFile(file, encoding=encoding)
    assert [row.cells for row in found.rows()] == [{"id": "7", "name": "Zoë"}, {"id": "8", "name": "Bell"}]
    assert found.count == 2


@pytest.mark.parametrize(
    ("raw", "shape", "sentence"),
    [
        pytest.param(b"", {}, "is empty", id="nothing"),
        pytest.param(LIST.encode("windows-1252"), {}, "no utf-8", id="another encoding"),
        pytest.param(LIST.encode("utf-16-le"), {}, "NUL bytes", id="UTF-16 without a mark"),
        pytest.param(LIST.encode(), {"encoding": "SECRET-8"}, "There is no encoding", id="no encoding"),
        pytest.param(
            LIST.encode(), {"encoding": "rot13"}, "There is no encoding", id="an encoding that is none of text"
        ),
        pytest.param(LIST.encode(), {"delimiter": ";;"}, "one character", id="a long delimiter"),
        pytest.param(b"id,name\n" + b"x" * (LONGEST_LINE + 5), {}, "Line 2 is longer", id="a line without end"),
        pytest.param(b"id," + b"x," * 1_000_000 + b"\n", {}, "Line 1 is longer", id="a million columns"),
        pytest.param(b"id," + b"x," * 400_000 + b"\n", {}, "1000 is the most", id="400,000 columns"),
        pytest.param(bytes(range(253, 0, -1)) * 50, {}, "no utf-8", id="anything"),
        pytest.param(b"\0" * 4_096, {}, "NUL bytes", id="nothing but NUL"),
        pytest.param(b"PK\x03\x04SECRET\n", {}, "names no column", id="a spreadsheet that is none"),
    ],
)
def test_what_cannot_be_read_is_refused_before_anything_is_taken(
    tmp_path: Path, raw: bytes, shape: dict[str, Any], sentence: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(raw)
    with pytest.raises(Refused, match=sentence) as refused:
        PeopleFile(file, **shape)
    assert "SECRET" not in str(refused.value).replace("SECRET-8", "")


def test_a_row_of_a_million_cells_is_refused_alone(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,name\n7,Ann\n8" + ",x" * 500_000 + "\n9,Bell\n")
    found = list(PeopleFile(file).rows())
    assert [row.key for row in found] == ["7", "", "9"]
    assert "500001 cells" in found[1].refused


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, sentence in (
        ("absent", "cannot be read"),
        ("", "no file that can be read twice"),
        ("pipe", "twice"),
        ("a\0b", "name"),
    ):
        with pytest.raises(Refused, match=sentence):
            PeopleFile(tmp_path / name)


def test_a_key_that_comes_again_is_refused_wherever_it_comes(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,name\n" + "".join(f"k{n},x\n" for n in range(5_000)) + "k0,y\nk4999,y\n")
    refused = [row.line for row in PeopleFile(file).rows() if row.refused]
    assert refused == [5_002, 5_003]


def test_a_file_that_changes_meanwhile_stops_it(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,name\n7,Ann\n")
    found = PeopleFile(file)
    file.unlink()
    with pytest.raises(Refused, match="cannot be read"):
        list(found.rows())


def test_portions_hold_to_their_bytes_and_a_row_beyond_them_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,name\n" + "".join(f"k{n},{'x' * 100}\n" for n in range(100)) + f"long,{'y' * 3_000}\n")
    portions: list[list[Row]] = []

    def take(rows: Any, supposed: Any) -> list[Fate]:
        portions.append(list(rows))
        return [
            Fate(line=row.line, became=Became.REFUSED if row.refused else Became.NEW, why=row.refused) for row in rows
        ]

    fates = list(take_file(PeopleFile(file), take, most_bytes=2_000))
    assert len(fates) == 101
    assert len(portions) > 5
    assert "2000 is the most" in fates[-1].why


def test_a_long_list_is_not_held(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    with file.open("w") as out:
        out.write("id,name\n")
        out.writelines(f"{n},{'Someone of a long name ' * 8}\n" for n in range(150_000))  # 29 MB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in PeopleFile(file).rows()) == 150_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16_000  # KiB
