"""People in a table: CSV as RFC 4180 and the programs of this world write it. It is read as a stream, and holds one row.

What lies in the way of reading at all (a quote that is never closed, a line without an end) stops the whole table, before
anything is written; what is wrong with one row is that row's.
"""

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from tocsin.basis.errors import Refused
from tocsin.people.listed import COLUMNS, KEY, Row, column_named, spoken_of

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 1_000
Cells = Sequence[str]


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a table may hold. columns: by our names. named: which of them a heading means. key: the column of the key.

    unique: each key comes once. example: how its first line may look.
    """

    columns: frozenset[str]
    named: Callable[[str], str | None]
    key: str
    unique: bool
    example: str


PEOPLE = Form(columns=COLUMNS, named=column_named, key=KEY, unique=True, example="id,name,mail")


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """How a table is laid out.

    columns: what each column is, by its place; None: not ours. unnamed: headings that were to be renamed, and are not there.
    """

    delimiter: str
    columns: tuple[str | None, ...]
    unnamed: tuple[str, ...] = ()

    @property
    def untaken(self) -> tuple[int, ...]:
        """Return which columns are left alone, counted from 1."""
        return tuple(place for place, column in enumerate(self.columns, 1) if column is None)


def open_table(
    lines: Iterable[str], *, delimiter: str = "", renamed: Mapping[str, str] | None = None, form: Form = PEOPLE
) -> tuple[Heading, Iterator[tuple[int, Cells | str]]]:
    """Read the heading of a table, and return it with what gives the rows: where each begins, and its cells.

    lines: with their ends. delimiter: empty: whichever fits the heading best. renamed: what a heading of theirs is with
    us. form: what it may hold. In place of a row's cells stands a sentence where it is malformed.

    Raises:
        Refused: the heading names no key, or one thing twice; later, that a quote is never closed.
    """
    lines = iter(lines)
    first = next(lines, "")
    begins = 2
    if first.lower().startswith("sep=") and len(first.strip("\r\n")) == 5:  # how a spreadsheet is told
        delimiter, first, begins = delimiter or first[4], next(lines, ""), 3
    if not first.strip():
        raise Refused(f"The table is empty. Its first line must name the columns, such as {form.example}.")
    heading = _heading(first, delimiter, renamed or {}, form)
    return heading, _rows(lines, heading.delimiter, begins)


def _heading(line: str, delimiter: str, renamed: Mapping[str, str], form: Form) -> Heading:
    tried = [_columns(line, one, renamed, form) for one in ([delimiter] if delimiter else DELIMITERS)]
    ways = [way for way in tried if way is not None]
    if not ways:
        raise Refused("The first line of the table cannot be read as the names of its columns.")
    found = max(ways, key=lambda way: sum(column is not None for column in way.columns))
    named = [column for column in found.columns if column is not None]
    if len(found.columns) > MOST_COLUMNS:
        raise Refused(f"The table has {len(found.columns)} columns; {MOST_COLUMNS} is the most.")
    for theirs in found.unnamed if named else ():
        raise Refused(f"No column of the table is called {theirs!r}, as --map has it.")
    if not named:
        raise Refused(
            f"The first line names no column that Tocsin knows. It must name the columns, such as {form.example}. "
            f"There are: {', '.join(sorted(form.columns))}. What they are called otherwise is said with --map THEIRS=OURS."
        )
    for column in named:
        if named.count(column) > 1:
            raise Refused(
                f"Two columns of the table are {column}. Name one of them otherwise, or with --map THEIRS=OURS."
            )
    if form.key not in named:
        raise Refused(
            f"No column of the table is the key. Call one of them {form.key}, or say which one with --map THEIRS={form.key}."
        )
    return found


def _columns(line: str, delimiter: str, renamed: Mapping[str, str], form: Form) -> Heading | None:
    """Read the first line with one delimiter; None where that cannot be."""
    try:
        headers = next(csv.reader([line], delimiter=delimiter), [])
    except (csv.Error, TypeError):
        return None
    return Heading(
        delimiter=delimiter,
        columns=tuple(renamed.get(header.strip()) or form.named(header) for header in headers),
        unnamed=tuple(renamed.keys() - {header.strip() for header in headers}),
    )


def _rows(lines: Iterator[str], delimiter: str, begins: int) -> Iterator[tuple[int, Cells | str]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        line = begins + before
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if reader.line_num - before > 1:
                raise Refused(
                    f"Line {line} opens a quote that is not closed as it must be. Nothing after it can be told apart."
                ) from error
            yield line, "It is malformed: look at its quotes, and at how long its cells are."
            continue
        if cells is None:
            return
        if cells:
            yield line, cells


def keys(heading: Heading, rows: Iterable[tuple[int, Cells | str]], form: Form = PEOPLE) -> Iterator[str]:
    """Yield the key of each row, or nothing for one that has none."""
    place = heading.columns.index(form.key)
    for _, cells in rows:
        yield cells[place].strip() if not isinstance(cells, str) and len(cells) > place else ""


def read_rows(heading: Heading, rows: Iterable[tuple[int, Cells | str]]) -> Iterator[Row]:
    """Yield each row."""
    taken = [(place, column) for place, column in enumerate(heading.columns) if column is not None]
    speaks_of = spoken_of(column for _, column in taken)
    for line, cells in rows:
        yield _row(line, cells, len(heading.columns), taken, speaks_of)


def _row(
    line: int, cells: Cells | str, width: int, taken: Sequence[tuple[int, str]], speaks_of: tuple[str, ...]
) -> Row:
    if isinstance(cells, str):
        return Row(line=line, refused=cells)
    if len(cells) != width:
        return Row(line=line, refused=f"It has {len(cells)} cells where the first line has {width}.")
    return Row(line=line, cells={column: cells[place] for place, column in taken}, speaks_of=speaks_of)


def renaming(said: Sequence[str], form: Form = PEOPLE) -> dict[str, str]:
    """Read what was said of a table's headings: THEIRS=OURS, each.

    Raises:
        Refused: one is not written so, or names no column of ours.
    """
    found = {}
    for one in said:
        theirs, equals, ours = one.rpartition("=")
        column = form.named(ours)
        if not (equals and theirs.strip()) or column is None:
            raise Refused(f"--map says THEIRS=OURS, and OURS is one of: {', '.join(sorted(form.columns))}.")
        found[theirs.strip()] = column
    return found


def first_line(lines: Iterable[str]) -> tuple[str, Iterator[str]]:
    """Return the first line, and all of them again."""
    lines = iter(lines)
    first = next(lines, "")
    return first, itertools.chain([first], lines)
