"""The vault of personal keys on a disc that is full: our own error, nothing half written, and it works again later."""

from pathlib import Path

import pytest

from tests.faults import sender
from tocsin.basis.errors import Unreachable


def test_keys_that_cannot_be_written_are_our_own_error_and_can_be_made_later(tmp_path: Path) -> None:
    app = sender.opened(tmp_path, mail_port=1)
    keys, people = app.store.keys, [f"person-{n}" for n in range(500)]
    (pages,) = keys._db.execute("PRAGMA page_count").fetchone()
    keys._db.execute(f"PRAGMA max_page_count = {pages}")  # what SQLite says then is what it says of a full disc
    with pytest.raises(Unreachable, match="The disc is full"):
        sender.tell(app, people=500)
    assert not any(keys.holds(person) for person in people)
    keys._db.execute("PRAGMA max_page_count = 100000")
    sender.tell(app, people=500)
    assert all(keys.holds(person) for person in people)
    app.close()
