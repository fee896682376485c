"""One installation a test, with its site."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.installation import Browser, Installation


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Installation]:
    town = Installation(tmp_path / "data")
    yield town
    town.site.close()
    town.close()


@pytest.fixture(name="browser")
def _browser(town: Installation) -> Browser:
    return Browser(town.site)
