"""A server that is killed while it keeps the plain files leaves them whole, and the next one makes their list true."""

import gzip
import json
import os
from hashlib import sha256
from pathlib import Path

from tests.faults.processes import kill, run, run_here, tocsin, wait_until
from tocsin.cli.control import listens

INIT = ("init", "--name", "sorel", "--passphrase", "a bell over the town", "--data")
FREE_PORT = {"TOCSIN_LISTEN": "127.0.0.1:0"}


def _files(folder: Path) -> list[Path]:
    """Name the files in a folder into which somebody may be writing: what vanishes meanwhile is passed over."""
    return [Path(path) / name for path, _, files in os.walk(folder) for name in files if not name.startswith(".")]


def _whole(place: Path) -> bool:
    raw = place.read_bytes()
    if place.suffix == ".gz":
        plain = gzip.decompress(raw)
        return bool(plain) and (place.suffixes[-2:] != [".html", ".gz"] or plain.endswith(b"</html>"))
    return raw.endswith(b"</html>") if place.suffix == ".html" else bool(raw)


def test_killed_while_it_keeps_the_files_they_are_whole_and_the_list_comes_true(tmp_path: Path) -> None:
    assert run_here(*INIT, tmp_path).returncode == 0
    folder = tmp_path / "public"
    for most in (5, 60):
        with tocsin("serve", "--data", tmp_path, more=FREE_PORT) as server:
            assert wait_until(lambda most=most: len(_files(folder)) >= most, server)  # type: ignore[misc]
            kill(server)
        seen = _files(folder)
        assert len(seen) >= most
        assert [place.name for place in seen if place.name != "manifest.json" and not _whole(place)] == []
    with tocsin("serve", "--data", tmp_path, more=FREE_PORT) as server:
        check = ("publish", "--check", "--data", tmp_path)
        assert wait_until(lambda: listens(tmp_path), server)  # until then the command would open the store itself
        assert wait_until(lambda: run(*check, more=FREE_PORT).returncode == 0, server)
        server.terminate()
        server.communicate()
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    assert len(listed) > 60
    for one in listed:
        assert sha256((folder / one["file"]).read_bytes()).hexdigest() == one["sha256"], one["file"]
    assert [place.name for place in folder.rglob(".*")] == [], "nothing half-written is left aside"
