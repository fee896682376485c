"""Every story is told in the town, and ends by folding the journal again and comparing it with the rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.story.noted import Noting
from tocsin.testing.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town of its own for each story."""
    with Noting(tmp_path) as town:
        yield town
        town.reconcile()
