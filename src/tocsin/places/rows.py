"""Rows of a crowd from arrays: places of people and their ties to countries, checked, rounded and sorted.

No sentence of refusal has a position in it; it tells the number of the row, from 0.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.basis.errors import Refused
from tocsin.places import grid
from tocsin.places.ellipsoid import Floats
from tocsin.places.sorted import ALWAYS, EVER, NOBODY, Bools, Column, Numbers, Persons, Sorted, in_order


class Kind(IntEnum):
    """What a place is to someone. Whether they are there now gets old; the others hold until they are taken back."""

    HOME = 0
    WORK = 1
    NOW = 2
    TRIP = 3
    RESPONSIBLE = 4


def places(
    person: npt.ArrayLike,
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    kind: npt.ArrayLike = Kind.HOME,
    *,
    since: npt.ArrayLike | None = None,
    until: npt.ArrayLike | None = None,
    said: npt.ArrayLike | None = None,
) -> Sorted:
    """Return places to be added: one number a place in each array, or one for all.

    person: 0 to 4,294,967,295. lat, lon: degrees, kept to seven decimal places. since, until, said: whole seconds since
    1970 in UTC, EVER.min or EVER.max where nobody said; a place holds from since until before until, and said is when we
    were told. A place of kind NOW of which nobody said when is stale.

    Raises:
        Refused: arrays of different lengths, a number that is none, a position not on Earth. The sentence tells which row.
    """
    persons = _whole(person, "person", 0, 2**32 - 1)
    size = persons.shape
    lats, lons = (
        _degrees(axis, size, name, most) for axis, name, most in ((lat, "latitude", 90), (lon, "longitude", 180))
    )
    kinds = _whole(kind, "kind", 0, max(Kind), size).astype(np.uint8)
    south_north, west_east = grid.kept(lats, lons)
    when, dates = _dates(since, until, said, kinds == Kind.NOW)
    columns: dict[str, Column] = {
        "key": grid.keys_of(south_north, west_east),
        "lat": south_north,
        "lon": west_east,
        "person": persons.astype(np.uint32),
        "kind": kinds,
        "when": when,
    }
    return in_order(columns, dates)


def ties(
    person: npt.ArrayLike,
    countries: Sequence[str],
    *,
    since: npt.ArrayLike | None = None,
    until: npt.ArrayLike | None = None,
) -> Sorted:
    """Return ties of people to countries: one row for each, with the country's ISO 3166-1 alpha-2 code.

    Raises:
        Refused: arrays of different lengths, or a code that is not two letters. The sentence tells which row.
    """
    persons = _whole(person, "person", 0, 2**32 - 1)
    if len(persons) != len(countries):
        raise Refused(
            f"There are {len(persons)} people and {len(countries)} countries. Give one country for each person."
        )
    when, dates = _dates(since, until, None, np.zeros(len(persons), dtype=bool))
    columns: dict[str, Column] = {"key": country_keys(countries), "person": persons.astype(np.uint32), "when": when}
    return in_order(columns, dates)


def _whole(given: npt.ArrayLike, name: str, least: int, most: int, size: tuple[int, ...] | None = None) -> Column:
    found = np.asarray(given)
    if found.size == 0:
        found = found.astype(np.int64)
    if not np.issubdtype(found.dtype, np.integer):
        raise Refused(f"The column of each {name} holds something else than whole numbers.")
    found = _shaped(found, name, size)
    wrong = np.flatnonzero((found < least) | (found > most))
    if len(wrong):
        raise Refused(f"Row {wrong[0]}: the {name} is no number from {least} to {most}.")
    return found


def _degrees(given: npt.ArrayLike, size: tuple[int, ...], name: str, most: int) -> Floats:
    try:
        found = _shaped(np.asarray(given, dtype=np.float64), name, size)
    except (ValueError, TypeError):  # its words would quote a position
        found = None
    if found is None:
        raise Refused(f"The column of each {name} holds something else than numbers.")
    wrong = np.flatnonzero(~(np.abs(found) <= most))  # and so neither is it a NaN
    if len(wrong):
        raise Refused(f"Row {wrong[0]}: the {name} is not within -{most} to {most} degrees.")
    return found


def _shaped(found: Column, name: str, size: tuple[int, ...] | None) -> Column:
    if found.ndim == 0 and size is not None:
        return np.broadcast_to(found, size)
    if found.ndim != 1 or (size is not None and found.shape != size):
        raise Refused(f"The column of each {name} is of another length than the people are. Give one value a row.")
    return found


def _dates(
    since: npt.ArrayLike | None, until: npt.ArrayLike | None, said: npt.ArrayLike | None, must: Bools
) -> tuple[npt.NDArray[np.uint32], Numbers]:
    """Return for each row the number of its dates, and those dates. must: rows that get some in any case."""
    size = must.shape
    given = ((since, "since", EVER.min), (until, "until", EVER.max), (said, "said", EVER.min))
    columns = [_whole(never if one is None else one, name, EVER.min, EVER.max, size) for one, name, never in given]
    dated = must | (columns[0] != EVER.min) | (columns[1] != EVER.max)
    when = np.zeros(size, dtype=np.uint32)
    when[dated] = np.arange(1, np.count_nonzero(dated) + 1)
    return when, np.concatenate([ALWAYS, np.stack([column[dated] for column in columns], axis=1)])


def country_keys(countries: Iterable[str]) -> grid.Keys:
    """Return the two letters of each country as one number.

    Raises:
        Refused: a code is not two letters.
    """
    words = np.asarray(list(countries), dtype=str)
    if not words.size:
        return np.zeros(0, dtype=np.uint32)
    letters = np.char.upper(words).astype("<U3").view(np.uint32).reshape(-1, 3)
    wrong = np.flatnonzero(
        ((letters[:, :2] < ord("A")) | (letters[:, :2] > ord("Z"))).any(axis=1) | (letters[:, 2] != 0)
    )
    if len(wrong):
        raise Refused(f"Row {wrong[0]}: the country is not two letters, such as FR (ISO 3166-1 alpha-2).")
    return letters[:, 0] << np.uint32(8) | letters[:, 1]


def numbers_of(persons: Iterable[int] | Persons) -> Persons:
    """Return numbers of people as an array.

    Raises:
        Refused: one is no number of a person.
    """
    given = persons if isinstance(persons, np.ndarray) else np.array(list(persons))
    return _whole(given, "person", 0, 2**32 - 1).astype(np.uint32)


NO_PLACES: Final = places(NOBODY, NOBODY, NOBODY)
NO_TIES: Final = ties(NOBODY, ())
