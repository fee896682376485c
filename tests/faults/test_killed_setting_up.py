"""Setting up a directory that is killed can be said again: half a key or half a table is never left."""

from pathlib import Path

from tests.faults.processes import kill, run, tocsin, wait_until

INIT = ("init", "--name", "sorel", "--passphrase", "a bell over the town", "--data")
FILES = ("record.key", "links.key", "tocsin.db", "keys.db")


def test_killed_as_each_file_appears_setting_up_succeeds_in_the_end(tmp_path: Path) -> None:
    for name in FILES:
        with tocsin(*INIT, tmp_path) as process:
            if wait_until((tmp_path / name).exists, process):
                kill(process)
    done = run(*INIT, tmp_path)
    if done.returncode:  # a kill came too late to prevent it
        assert "is set up already" in done.stderr
    assert (tmp_path / "record.key").stat().st_size == (tmp_path / "links.key").stat().st_size == 32
    assert run("record", "reconcile", "--data", tmp_path).returncode == 0
