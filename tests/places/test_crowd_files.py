"""A crowd in files is the same crowd: it answers alike, and files that are not whole are not taken for one."""

import json
import stat
from pathlib import Path

import numpy as np
import pytest

from tests.places.test_crowd import CITY, KREMLIN, NOON, RU, TVER, second, told
from tocsin.basis.errors import Broken, Refused, TocsinError
from tocsin.places.crowd import Crowd
from tocsin.places.crowd_files import build, open_crowd, save
from tocsin.places.rows import Kind, places, ties

RNG = np.random.default_rng(11)
MANY = 20_000
LAT, LON = 55.7 + RNG.normal(0, 0.3, MANY), 37.6 + RNG.normal(0, 0.5, MANY)
KINDS = RNG.integers(0, 5, MANY)
SAID = second(NOON) - RNG.integers(0, 200_000, MANY)


def part(rows: slice) -> Crowd:
    return Crowd().added(places(np.arange(MANY)[rows], LAT[rows], LON[rows], KINDS[rows], said=SAID[rows]))


WHOLE = part(slice(None)).tying(ties(np.arange(MANY, MANY + 9), ["RU"] * 9)).merged()


def answers(crowd: Crowd) -> list[list[int]]:
    present, outside = crowd.present(CITY, NOON), crowd.outside(CITY, 900.0, NOON)
    return [
        one.tolist() for one in (present.known, present.stale, present.unknown, outside.persons, crowd.within(CITY))
    ]


def test_built_in_parts_it_answers_as_the_whole_does(tmp_path: Path) -> None:
    (tmp_path / "crowd.part").mkdir()  # a build was cut off here before
    (tmp_path / "crowd.part" / "places.key").write_bytes(b"abc")
    parts = (part(slice(start, start + 3_000)).later for start in range(0, MANY, 3_000))
    built = build(tmp_path / "crowd", parts, [WHOLE.tied])
    assert answers(built) == answers(WHOLE)
    assert all(len(one) > 1 for one in answers(built)[:3])
    assert answers(open_crowd(tmp_path / "crowd")) == answers(WHOLE)
    assert not (tmp_path / "crowd.part").exists()


def test_what_was_added_and_taken_out_is_saved_as_it_stands(tmp_path: Path) -> None:
    changed = WHOLE.without([5, 6]).added(places([5], [KREMLIN[0]], [KREMLIN[1]]))
    saved = save(tmp_path / "crowd", changed)
    assert answers(saved) == answers(changed)
    assert len(saved) == len(WHOLE) - 1
    later = saved.without([5]).added(places([7], [TVER[0]], [TVER[1]], Kind.WORK))
    assert 5 not in later.within(CITY)
    assert answers(later.merged()) == answers(later)


def test_an_empty_crowd_is_kept_too(tmp_path: Path) -> None:
    assert answers(save(tmp_path / "crowd", Crowd())) == [[], [], [], [], []]
    assert answers(save(tmp_path / "tied", Crowd().tying(RU)))[2] == [1]


def test_only_its_owner_may_look(tmp_path: Path) -> None:
    save(tmp_path / "crowd", told(1, KREMLIN, 1))
    assert stat.S_IMODE((tmp_path / "crowd").stat().st_mode) == 0o700


def test_nothing_is_written_over(tmp_path: Path) -> None:
    save(tmp_path / "crowd", Crowd())
    with pytest.raises(Refused, match="crowd is there already"):
        save(tmp_path / "crowd", Crowd())


def cut(folder: Path) -> None:
    (folder / "places.lat").write_bytes((folder / "places.lat").read_bytes()[:-4])


@pytest.mark.parametrize(
    ("harm", "family", "sentence"),
    [
        pytest.param(lambda folder: (folder / "crowd.json").unlink(), Refused, "There is no crowd in crowd", id="cut off"),
        pytest.param(lambda folder: (folder / "crowd.json").write_text("{"), Refused, "There is no crowd", id="no JSON"),
        pytest.param(lambda folder: (folder / "crowd.json").write_text("[]"), Refused, "another make", id="a list"),
        pytest.param(lambda folder: (folder / "crowd.json").write_text(json.dumps({"format": "x/9"})), Refused, "another make", id="another format"),
        pytest.param(cut, Broken, "not as long as they were", id="shortened"),
        pytest.param(lambda folder: (folder / "places.key").write_bytes(b"abc"), Broken, "places.key cannot be read", id="odd length"),
        pytest.param(lambda folder: (folder / "tied.person").unlink(), Broken, "tied.person cannot be read", id="lost"),
        pytest.param(lambda folder: (folder / "places.dates").write_bytes(b""), Broken, "not as long", id="no dates"),
    ],
)  # fmt: skip
def test_files_that_are_not_whole_are_no_crowd(
    tmp_path: Path, harm: object, family: type[TocsinError], sentence: str
) -> None:
    save(tmp_path / "crowd", told(1, KREMLIN, 1).tying(RU))
    harm(tmp_path / "crowd")  # type: ignore[operator]
    with pytest.raises(family, match=sentence):
        open_crowd(tmp_path / "crowd")
