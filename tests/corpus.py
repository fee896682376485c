"""Where the tests find real data that nobody on this project wrote."""

import os
from pathlib import Path

import pytest


def corpus(*parts: str) -> Path:
    """Return a place in the corpus; without one the test is skipped, and on CI it fails."""
    root = Path(os.environ.get("TOCSIN_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")
    place = root.joinpath(*parts)
    if not place.exists():
        sentence = (
            f"There is no corpus at {place}. Put it beside the checkout as ../shared/corpus, or set TOCSIN_CORPUS."
        )
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return place
