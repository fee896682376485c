"""Rows sorted by a key, one array a column, with the few that have dates told apart. The ground under crowd.py.

A row says of a person (a whole number from 0 to 4,294,967,295) where they are, or which country they are tied to, and
`when`: 0 where no date was said, or else the number of a line in `dates`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.places.grid import Keys

Column = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]  # of rows
Persons = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]

NOBODY: Final = np.zeros(0, dtype=np.uint32)
EVER: Final = np.iinfo(np.int64)
"""Its min and max stand for a beginning and an end that nobody said."""
ALWAYS: Final = np.array([[EVER.min, EVER.max, EVER.min]])
"""The first line of all dates: since, until and said, as whole seconds since 1970 in UTC."""


@dataclass(frozen=True, eq=False, repr=False)
class Sorted:
    """Rows in the order of their keys. columns: `key`, `person`, `when` and more, of one length; dates: (since, until, said)."""

    columns: Mapping[str, Column]
    dates: Numbers

    def __len__(self) -> int:
        return len(self.columns["key"])

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def between(self, first: Keys, last: Keys) -> tuple[Numbers, Numbers]:
        """Return for each span of keys the number of its first row, and the number after its last."""
        keys = self.columns["key"]
        return np.searchsorted(keys, first, side="left"), np.searchsorted(keys, last, side="right")

    def only(self, rows: Numbers | Bools) -> "Sorted":
        """Return some of the rows, in the same order. dates: as they are."""
        return Sorted({name: column[rows] for name, column in self.columns.items()}, self.dates)

    def without(self, persons: Persons) -> "Sorted":
        """Return all rows but those of some people, sorted by number."""
        gone = among(self["person"], persons)
        return self.only(~gone) if gone.any() else self

    def joined(self, other: "Sorted") -> "Sorted":
        """Return these rows and others as one."""
        if not len(other):
            return self
        moved = np.where(other["when"] > 0, other["when"] + np.uint32(len(self.dates) - 1), other["when"])
        theirs = {**other.columns, "when": moved.astype(np.uint32)}
        order = np.argsort(np.concatenate([self["key"], theirs["key"]]), kind="stable")
        columns = {name: np.concatenate([self[name], theirs[name]])[order] for name in self.columns}
        return Sorted(columns, np.concatenate([self.dates, other.dates[1:]]))

    def tidied(self) -> "Sorted":
        """Return the same rows with only those dates that one of them has."""
        used = np.zeros(len(self.dates), dtype=bool)
        used[self["when"]] = used[0] = True
        number = (np.cumsum(used) - 1).astype(np.uint32)
        return Sorted({**self.columns, "when": number[self["when"]]}, self.dates[used])

    def at(self, rows: Numbers, moment: datetime) -> Bools:
        """Say which rows hold at a moment: from their beginning, until before their end."""
        if len(self.dates) == 1:
            return np.ones(len(rows), dtype=bool)
        since, until, _ = self.dates.T
        second, when = moment.timestamp(), self["when"][rows]
        return np.asarray((since <= second) & (second < until))[when]

    @cached_property
    def dated(self) -> "Sorted":
        """The rows that have a date."""
        return self.only(self["when"] > 0)

    @cached_property
    def settled(self) -> Persons:
        """Everyone who has a row without a date, by number."""
        return sorted_unique(self["person"][self["when"] == 0])


def in_order(columns: Mapping[str, Column], dates: Numbers) -> Sorted:
    """Return rows sorted by their keys."""
    order = np.argsort(columns["key"], kind="stable")
    return Sorted({name: column[order] for name, column in columns.items()}, dates)


def sorted_unique(persons: Persons) -> Persons:
    """Return each number once, from the least. np.unique takes twenty times as long (NumPy 2.4)."""
    persons = np.sort(persons)
    return persons[np.concatenate([[True], persons[1:] != persons[:-1]])] if len(persons) else NOBODY


def among(persons: Persons, others: Persons) -> Bools:
    """Say which numbers are among others, which are sorted."""
    if not len(others):
        return np.zeros(len(persons), dtype=bool)
    place = np.minimum(np.searchsorted(others, persons), len(others) - 1)
    return np.asarray(others[place] == persons)


def ranges(first: Numbers, after: Numbers) -> Numbers:
    """Return all numbers from each first up to before each after."""
    length = after - first
    ends = np.cumsum(length)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - length), length))
