"""How the record's tests read other people's vectors."""

import base64
import json
from pathlib import Path
from typing import Any

from tests.corpus import corpus


def load(*parts: str) -> Any:
    """Return one JSON file of the corpus's record folder."""
    return json.loads(corpus("record", *parts).read_text())


def vectors(*parts: str) -> list[tuple[str, Any]]:
    """Return every JSON file below a folder, each with its name; an empty folder is an error, not a success."""
    folder = corpus("record", *parts)
    found = [
        (str(path.relative_to(folder)), json.loads(path.read_text())) for path in sorted(Path(folder).rglob("*.json"))
    ]
    assert found, f"{folder} holds no vectors"
    return found


def raw(text: str | None) -> bytes:
    """Read the base64 of a vector."""
    return base64.b64decode(text or "")


def hashes(texts: list[str] | None) -> list[bytes]:
    """Read a list of base64, which some vectors write as null when it is empty."""
    return [raw(text) for text in texts or []]
