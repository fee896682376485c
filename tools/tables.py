"""Writes src/tocsin/store/schema/whole.sql, what all the migrations together come to; --check compares only."""

import sys
import tempfile
from pathlib import Path

from tocsin.store.database import open_writer
from tocsin.store.migrate import HEAD, WHOLE, migrate, whole


def page() -> str:
    """Return what the migrations make of an empty database."""
    with tempfile.TemporaryDirectory() as empty:
        engine = open_writer(Path(empty))
        try:
            migrate(engine, HEAD)
            return whole(engine)
        finally:
            engine.dispose()


def main() -> None:
    """Write the file, or check it."""
    if "--check" in sys.argv:
        if not WHOLE.exists() or WHOLE.read_text() != page():
            sys.exit(f"{WHOLE.name} is not what the migrations make. Say `.venv/bin/python tools/tables.py`.")
    else:
        WHOLE.write_text(page())


if __name__ == "__main__":
    main()
