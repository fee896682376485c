"""One replay that nothing happened to, for all tests to compare with."""

import pytest

from tests.faults.processes import FERRY
from tests.faults.replays import Replay, left_alone


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """The ferry's case, left alone. Nobody may change its directory."""
    return left_alone(FERRY, tmp_path_factory.mktemp("left-alone"))
