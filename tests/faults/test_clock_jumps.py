"""A clock that jumps loses no timer and doubles none, whether the server runs meanwhile or not."""

from pathlib import Path

import pytest

from tests.faults.clock_jumps import library, tried

pytestmark = pytest.mark.service


def test_an_hour_a_year_and_back_lose_no_ring_and_double_none(tmp_path: Path) -> None:
    assert library(), "libfaketime is missing: apt install faketime"
    late = tried(tmp_path / "home")
    # How late they were is told by `python -m tests.faults.clock_jumps`; a busy machine says nothing about that.
    assert len(late) == 5
