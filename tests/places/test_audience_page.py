"""What the page on the audience shows as an example is so."""

import re
from pathlib import Path
from typing import Any

from tests.places.test_crowd import NOON

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "audience.md"


def test_the_example_runs_and_gives_what_it_says() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    names: dict[str, Any] = {"at": NOON}
    setting, _, asking = example.partition("crowd.within(area)")
    exec(setting, names)
    crowd, area = names["crowd"], names["area"]
    assert crowd.within(area).tolist() == [1]
    present = crowd.present(area, NOON)
    assert (present.known.tolist(), present.stale.tolist(), present.unknown.tolist()) == ([1], [], [3])
    assert crowd.outside(area, 100_000.0).persons.tolist() == [2]
    exec(f"crowd.within(area){asking}", names)
    assert names["crowd"].within(area).tolist() == []
