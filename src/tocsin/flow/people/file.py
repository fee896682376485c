"""A list of people or trips as a file: CSV, vCards or a calendar, and taking it in from its first row to its last.

The file is read twice, as a stream: once to see that it can be, once to take it in. So what cannot be read to its end is
refused before anything is written, and how far one is can be said. What is held meanwhile is a portion of rows, and eight
bytes for each row.
"""

import codecs
import stat
from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

import msgspec
import numpy as np

from tocsin.basis import moment
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.people.rows import SAME_KEY, Became, Fate, take_rows
from tocsin.people import calendar, events, table, vcard
from tocsin.people.listed import Row
from tocsin.people.table import PEOPLE, Form
from tocsin.people.trips import TRIPS

LONGEST_LINE = 1 << 20  # characters
AT_ONCE = 1_000  # rows in one commit
_encode = msgspec.json.Encoder().encode

Take = Callable[[Sequence[Row], Collection[str]], Sequence[Fate]]
"""Takes some rows in, as take_rows does: the rows, and the keys of organisations that earlier ones would have entered."""
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class PeopleFile:
    """A file that has been read once, and is sound.

    count: of its rows. untaken: the places of the columns that are not ours, from 1.
    """

    def __init__(
        self,
        file: Path,
        *,
        encoding: str = "",
        delimiter: str = "",
        renamed: Mapping[str, str] | None = None,
        form: Form = PEOPLE,
        person: str = "",
        zone: str = "",
    ) -> None:
        """Read a file to its end, and hold nothing of it.

        encoding: empty: what its first bytes say, or UTF-8. delimiter, renamed, form: see tocsin.people.table. person,
        zone: whose calendar it is, and in which time zone its days are: see tocsin.people.calendar.

        Raises:
            Refused: it cannot be read, or not twice; its shape is none; or it is a calendar, and nobody said whose, or
                it is none, and somebody did.
        """
        if len(delimiter) > 1:
            raise Refused("A delimiter is one character, such as ; or a tab.")
        self._file = file
        self._encoding = _encoding(file, encoding)
        self._delimiter = delimiter
        self._renamed = renamed or {}
        self._form = form
        self._person, self._zone = person, zone
        self._calendar = self._examine_calendar()
        self.untaken: tuple[int, ...] = ()
        self.count, self._twice = self._examine()

    def rows(self) -> Iterator[Row]:
        """Read the rows, once more. A key that an earlier row had is refused.

        Raises:
            Refused: the file has changed since, and cannot be read any more.
        """
        seen: set[str] = set()
        with self._lines() as lines:
            for row in self._parsed(lines):
                key = row.key
                if key and hash(key) in self._twice:
                    if key in seen:
                        yield Row(line=row.line, refused=SAME_KEY)
                        continue
                    seen.add(key)
                yield row

    def _parsed(self, lines: Iterator[str]) -> Iterator[Row]:
        if self._calendar is not None:
            return calendar.read_events(lines, self._calendar, person=self._person, zone_name=self._zone)
        first, lines = table.first_line(lines)
        if self._is_of_cards(first):
            return vcard.read_rows(lines)
        heading, rows = self._table(lines)
        return table.read_rows(heading, rows)

    def _examine(self) -> tuple[int, frozenset[int]]:
        """Count the rows, and find which keys come more than once, by their hashes."""
        if self._calendar is not None:
            return self._calendar.events, frozenset()
        hashes = array("q")
        with self._lines() as lines:
            hashes.extend(hash(key) for key in self._keys(lines))
        if not self._form.unique:
            return len(hashes), frozenset()
        ordered = np.sort(np.frombuffer(hashes, dtype=np.int64)) if hashes else np.empty(0, np.int64)
        return len(hashes), frozenset(int(one) for one in ordered[1:][ordered[1:] == ordered[:-1]])

    def _examine_calendar(self) -> events.Calendar | None:
        """Read a calendar to its end; None where it is none."""
        with self._lines() as lines:
            first, every = table.first_line(lines)
            if self._form is not TRIPS or first.strip().upper() != events.BEGINS:
                if self._person or self._zone:
                    raise Refused(
                        "A person and a zone are said of a calendar; in a table each row says whose trip it is."
                    )
                return None
            if not self._person:
                raise Refused("A calendar does not say whose it is. Give the traveller's key with --person KEY.")
            moment.zone(self._zone or "UTC")
            return events.read_calendar(every)

    def _keys(self, lines: Iterator[str]) -> Iterator[str]:
        first, lines = table.first_line(lines)
        if self._is_of_cards(first):
            return vcard.keys(lines)
        heading, rows = self._table(lines)
        self.untaken = heading.untaken
        return table.keys(heading, rows, self._form)

    def _table(self, lines: Iterator[str]) -> tuple[table.Heading, Iterator[tuple[int, table.Cells | str]]]:
        return table.open_table(lines, delimiter=self._delimiter, renamed=self._renamed, form=self._form)

    def _is_of_cards(self, line: str) -> bool:
        return self._form is PEOPLE and line.strip().upper() == "BEGIN:VCARD"

    @contextmanager
    def _lines(self) -> Iterator[Iterator[str]]:
        try:
            with self._file.open(encoding=self._encoding, newline="") as text:
                yield _each(text, self._encoding)
        except OSError as error:
            raise Refused(f"{self._file} cannot be read: {error.strerror}.") from error


def import_people(
    house: House,
    file: PeopleFile,
    *,
    by: Id,
    now: Callable[[], datetime],
    dry_run: bool = False,
) -> Iterator[Fate]:
    """Take a list of people in, and yield the fate of each row. Stopped and begun anew, it ends the same.

    dry_run: write nothing.

    Raises:
        Refused: the file has changed while it was read, or somebody else kept changing the same people.
    """
    return take_file(
        file, lambda rows, supposed: take_rows(house, rows, by=by, now=now(), dry_run=dry_run, supposed=supposed)
    )


def take_file(file: PeopleFile, take: Take, *, most_bytes: int | None = None) -> Iterator[Fate]:
    """Hand the rows of a file to whoever takes them in, some at a time, and yield the fate of each.

    most_bytes: of the rows handed over at once, as JSON.

    Raises:
        Refused: one row is longer than that.
    """
    supposed: set[str] = set()
    for rows in _portions(file.rows(), most_bytes):
        wanted = {row.cells.get("organisation", "").strip() for row in rows}
        fates = take(rows, sorted(wanted & supposed))
        for row, fate in zip(rows, fates, strict=True):
            if fate.became is Became.NEW and row.cells.get("kind", "").strip().lower().startswith("org"):
                supposed.add(row.key)
            yield fate


def _portions(rows: Iterator[Row], most_bytes: int | None) -> Iterator[list[Row]]:
    portion: list[Row] = []
    size = 0
    for one in rows:
        row, length = _bounded(one, most_bytes)
        if portion and (len(portion) >= AT_ONCE or (most_bytes is not None and size + length > most_bytes)):
            yield portion
            portion, size = [], 0
        portion.append(row)
        size += length
    if portion:
        yield portion


def _bounded(row: Row, most_bytes: int | None) -> tuple[Row, int]:
    """Return a row and its length as JSON. One that is too long for a portion is refused."""
    if most_bytes is None:
        return row, 0
    length = len(_encode(row)) + 1
    if length <= most_bytes:
        return row, length
    refused = Row(line=row.line, refused=f"It has {length} bytes; {most_bytes} is the most.")
    return refused, len(_encode(refused)) + 1


def _encoding(file: Path, said: str) -> str:
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise Refused(f"{file} is no file that can be read twice. Save the list into one first.")
        with file.open("rb") as raw:
            start = raw.read(4)
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # a NUL in its name
        raise Refused("The file has a name that no file can have.") from error
    if said:
        try:
            "".encode(said)
        except LookupError as error:
            raise Refused(f"There is no encoding {said!r}. Name one like utf-8, utf-16 or windows-1252.") from error
    if not said and b"\0" in start and not start.startswith(tuple(_MARKS)):
        raise Refused(f"{file} begins with NUL bytes. If this is UTF-16, say --encoding utf-16-le or utf-16-be.")
    marked = next((encoding for mark, encoding in _MARKS.items() if start.startswith(mark)), "")
    return marked or said or "utf-8"


def _each(text: TextIO, encoding: str) -> Iterator[str]:
    """Yield the lines, with their ends.

    Raises:
        Refused: one has no end, or is no text in this encoding.
    """
    number = 0
    while True:
        number += 1
        try:
            line = text.readline(LONGEST_LINE)
        except UnicodeError as error:
            raise Refused(
                f"About line {number} the file is no {encoding}. Say which encoding it is in, as --encoding windows-1252, "
                "or save it as UTF-8."
            ) from error
        if not line:
            return
        if len(line) >= LONGEST_LINE:
            raise Refused(f"Line {number} is longer than {LONGEST_LINE:,} characters. This is no list of people.")
        yield line
