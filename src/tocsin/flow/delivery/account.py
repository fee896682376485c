"""The account of a warning to take away: one row a person and contact, as CSV or as JSON lines, for whoever may read it.

It is read a thousand rows at a time, each thousand at one moment, so that neither its size nor how long it takes holds
up anything else.
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from tocsin.answer.late import is_late
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Reader
from tocsin.store.door import Door, Told
from tocsin.store.exported import STATES
from tocsin.store.exported import Told as Row
from tocsin.store.look import Look
from tocsin.store.store import Store
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.statement.state import Statement
from tocsin.warning.window import Window

COLUMNS = (
    "row", "exercise", "person", "name", "contact", "channel", "errand", "step", "state", "ready_at",
    *(f"{state}_at" for state in STATES), "answered_at", "answer", "attempts", "detail", "late",
)  # fmt: skip
FORMATS = ("csv", "jsonl")

_GUARDED = tuple(COLUMNS.index(name) for name in ("person", "name", "contact", "channel", "state", "answer", "detail"))

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for a formula. Source: OWASP, CSV Injection; the last four are the same in full width."""


def refuse_unreadable(look: Look, reader: Reader, warning: Id) -> Told:
    """Return a warning whose account this reader may take away.

    Raises:
        Refused: it is not there, or not for this reader; which of the two, nobody is told.
    """
    door = Door(look, reader)
    told = door.warning(warning)
    if told is None or isinstance(told, Statement) or not door.at_desk:
        raise Refused("There is no such warning, or its account is not for you to read. Ask who sent it.")
    return told


def page(store: Store, reader: Reader, warning: Id, after: int, most: int) -> list[dict[str, Any]]:
    """Return the next rows of the account, in the order of planning. after: the last row that was read; 0: none.

    Raises:
        Refused: this reader may not, or may not any more.
    """
    with store.look() as look:
        door = Door(look, reader)
        told = refuse_unreadable(look, reader, warning)
        rows = door.account_rows(told, after=after, most=most)
        names = door.people(row.person for row in rows)
    window = told.window if isinstance(told, Alert | Notice) else None
    return [_written(row, names[row.person].name if row.person in names else "", window) for row in rows]


def _written(row: Row, name: str, window: Window | None) -> dict[str, Any]:
    moments = {f"{state}_at": _said(row.moments.get(state)) for state in STATES}
    written: dict[str, Any] = {
        "row": row.row,
        "exercise": row.exercise,
        "person": row.person,
        "name": name,
        "contact": row.contact,
        "channel": row.channel,
        "errand": row.errand,
        "step": row.step,
        "state": row.stands,
        "ready_at": _said(row.ready_at),
        **moments,
        "answered_at": _said(row.answered_at),
        "answer": row.answer,
        "attempts": row.attempts,
        "detail": row.detail,
        "late": None if row.answered_at is None else is_late(window, datetime.fromisoformat(row.answered_at)),
    }
    return written


def _said(moment: str | None) -> str | None:
    return None if moment is None else moment.replace(".000000Z", "Z")


def written(rows: list[dict[str, Any]], form: str) -> bytes:
    """Return rows as CSV (RFC 4180, UTF-8, without its header) or as JSON, one a line."""
    if form == "jsonl":
        return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    lines = io.StringIO()
    csv.writer(lines).writerows(map(_cells, rows))
    return lines.getvalue().encode()


def head(form: str) -> bytes:
    """Return what stands before the rows."""
    return (",".join(COLUMNS) + "\r\n").encode() if form == "csv" else b""


def _cells(row: dict[str, Any]) -> list[Any]:
    """Return the cells of a row, none of which a spreadsheet takes for a formula."""
    cells = [row[column] for column in COLUMNS]
    cells[1] = "yes" if row["exercise"] else "no"
    cells[-1] = "" if row["late"] is None else "yes" if row["late"] else "no"
    for place in _GUARDED:
        if cells[place].startswith(_BEGINS_A_FORMULA):
            cells[place] = f"'{cells[place]}"
    return cells


def pieces(store: Store, reader: Reader, warning: Id, form: str, most: int) -> Iterator[bytes]:
    """Yield the account, piece by piece.

    Raises:
        Refused: this reader may not, or may not any more.
    """
    yield head(form)
    after = 0
    while rows := page(store, reader, warning, after, most):
        yield written(rows, form)
        after = rows[-1]["row"]
