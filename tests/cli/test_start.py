"""How a command begins."""

import gc

import pytest

from tocsin.cli import main, start


def test_what_was_loaded_is_not_looked_through_for_garbage_again(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[str, bool, bool]] = []

    def command(prog_name: str) -> None:
        begun.append((prog_name, gc.isenabled(), gc.get_freeze_count() > 0))

    monkeypatch.setattr(main, "main", command)
    gc.unfreeze()
    try:
        start()
    finally:
        gc.unfreeze()
    assert begun == [("tocsin", True, True)]
