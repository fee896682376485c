"""A desk with its people and sources, at which everything still agrees when a test has ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.desk_case import Desk, people, sources
from tocsin.store.reconcile import reconcile


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    people(desk)
    sources(desk)
    yield desk
    assert reconcile(desk.store) == []
    desk.store.close()
