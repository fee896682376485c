"""The public site as plain files: what is there, in what order it comes, and what becomes of it when the writer is killed."""

import gzip
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.installation import SECRET, Browser, Installation
from tests.web.test_public import decide
from tocsin.basis.marking import Mark
from tocsin.locale import words_for
from tocsin.store.disc import Disc
from tocsin.store.plain_files import MANIFEST, PlainFiles
from tocsin.web.public.files import PublicFiles
from tocsin.web.publishing import public_files


class Killed(BaseException):
    """The process is gone. No except clause of ours may take it for an error."""


def files_of(town: Installation, disc: Disc | None = None) -> PublicFiles:
    files = public_files(town, zone="Europe/Vienna")
    files._folder = PlainFiles(files.folder, disc)
    return files


def at(town: Installation, name: str) -> str:
    return (town.data / "public" / name).read_text(encoding="utf-8")


def named_in_feeds(folder: Path) -> set[str]:
    """Return the addresses on our site that the feeds on the disc name."""
    found: set[str] = set()
    for feed in folder.glob("feeds/*"):
        if feed.suffix in (".xml", ".geojson") and not feed.name.startswith("."):
            found |= set(
                re.findall(r"http://tocsin\.example(/(?:alerts|advisories|statements)/[\w.]+)", feed.read_text())
            )
    return found


def is_there(folder: Path, address: str) -> bool:
    return (folder / address[1:]).is_file() or (folder / f"{address[1:]}.html").is_file()


def test_every_address_is_a_file_with_the_bytes_that_the_server_sends(town: Installation, browser: Browser) -> None:
    town.said = words_for
    alert, level, statement = town.alert(), town.advisory(level=2), town.statement()
    town.clock.advance(timedelta(hours=1))
    town.advisory(level=4)
    town.publisher.publish(town.clock.now())
    files = files_of(town)
    files.write()
    listed = files._folder.manifest().files
    addresses = {one.path for one in listed}
    assert {"/", "/ar/", f"/alerts/{alert}", f"/fa/alerts/{alert}", f"/alerts/{alert}.cap", f"/alerts/{alert}.json",
            f"/de/advisories/{level}", f"/statements/{statement}/1", "/feeds/atom.xml", "/feeds/alerts.geojson",
            "/de/feeds/atom.xml", "/fa/feeds/statements.xml",
            "/de/record/verify", "/record/proof/0", "/robots.txt", "/static/tocsin.css"} <= addresses  # fmt: skip
    for one in listed:
        body = (files.folder / one.file).read_bytes()
        assert len(body) == one.size
        if one.packed:
            assert gzip.decompress((files.folder / f"{one.file}.gz").read_bytes()) == body
        if one.path.startswith(("/ar/", "/es/", "/fr/", "/ru/", "/tr/", "/uk/")):
            continue  # as /de/ and /fa/
        reply = browser.get(one.location or one.path)
        assert reply.status_code == 200, one.path
        assert reply.content == body, one.path
        assert reply.headers["etag"] in (one.headers["ETag"], f"W/{one.headers['ETag']}")
        assert reply.headers["content-type"] == one.headers["Content-Type"]
        assert reply.headers["cache-control"] == one.headers["Cache-Control"]


def test_what_has_not_changed_is_not_written_again(town: Installation) -> None:
    town.alert()
    files = files_of(town)
    assert files.write().written > 20
    before = {place: place.stat().st_ino for place in files.folder.rglob("*") if place.is_file()}
    town.clock.advance(timedelta(hours=1))
    assert files.write().written == 0
    assert files_of(town).write().written == 0
    assert {place: place.stat().st_ino for place in files.folder.rglob("*") if place.is_file()} == before


def test_a_feed_never_names_what_is_not_there_yet(town: Installation) -> None:
    folder = town.data / "public"
    looked: list[str] = []

    def rename(source: Path, target: Path) -> None:
        source.rename(target)
        missing = [one for one in named_in_feeds(folder) if not is_there(folder, one)]
        looked.append(f"{target}: {missing}" if missing else "")

    files = files_of(town, Disc(rename=rename))
    alert = town.alert()
    files.write()
    first = (folder / f"alerts/{alert}.cap").read_bytes()
    for tell in (town.advisory, town.statement, lambda: decide(town, alert, "extend")):
        tell()
        files.write()
    assert len(looked) > 100
    assert not any(looked)
    assert len(named_in_feeds(folder)) >= 5
    assert (folder / f"alerts/{alert}.cap").read_bytes() == first


def test_at_the_very_moment_a_window_ends_undecided_the_files_say_so(town: Installation) -> None:
    alert = town.alert(hours=48)
    files = files_of(town)
    assert 0 < files.round() <= 0.5
    assert "In force" in at(town, f"alerts/{alert}.html")
    town.clock.advance(timedelta(hours=48) - timedelta(milliseconds=100))
    assert 0.01 <= files.round() <= 0.11
    assert "no all-clear given" not in at(town, f"alerts/{alert}.html")
    town.clock.advance(timedelta(milliseconds=100))
    files.round()
    for name in (
        "index.html",
        f"alerts/{alert}.html",
        f"en/alerts/{alert}.html",
        f"alerts/{alert}.json",
        "feeds/cap.xml",
    ):
        assert "stated period ended; no all-clear given" in at(town, name).lower(), name


def test_no_file_says_what_is_confidential(town: Installation) -> None:
    town.notice(mark=Mark.RED)
    town.alert("Not yet", issue=False)
    alert = town.alert()
    town.publisher.publish(town.clock.now())
    files = files_of(town)
    files.write()
    everything = "".join(
        place.read_text() for place in files.folder.rglob("*") if place.suffix != ".gz" and place.is_file()
    )
    assert alert in everything
    for hidden in (SECRET, "Not yet", "Miller Moll", town.miller, town.watch_officer, town.duty_officer, town.threat):
        assert hidden not in everything


def _stop_after(steps: int) -> tuple[Disc, list[int]]:
    """Return a disc that is gone after so many calls, halfway through whatever it was writing, and what it counted."""
    done = [0]

    def stopping(do: Any) -> Any:
        def step(*args: Any) -> Any:
            done[0] += 1
            if done[0] > steps:
                if do is os.write:
                    os.write(args[0], args[1][: len(args[1]) // 2])
                raise Killed
            return do(*args)

        return step

    return Disc(*(stopping(do) for do in (os.open, os.write, os.fsync, os.mkdir, os.rename, os.unlink, os.rmdir))), done


@pytest.mark.parametrize("part", range(8))
def test_killed_anywhere_the_next_run_sets_it_right(
    town: Installation, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.web.publishing.languages", lambda: ("ar", "de", "en"))  # each adds the same files
    first = town.alert()
    files_of(town).write()
    town.clock.advance(timedelta(hours=1))
    town.alert("Keep off every bridge", follows=first)
    town.advisory()
    disc, done = _stop_after(part * 37 + part)
    with pytest.raises(Killed):
        files_of(town, disc).write()
    folder = town.data / "public"
    assert done[0] == part * 37 + part + 1
    assert all(is_there(folder, one) for one in named_in_feeds(folder))
    assert not [place for place in folder.rglob("*.html") if not place.read_text().endswith("</html>")]
    files = files_of(town)
    files.write()
    assert files.check().wrong == {}


def test_what_somebody_altered_is_found_and_mended(town: Installation) -> None:
    alert = town.alert()
    files = files_of(town)
    files.write()
    (files.folder / f"alerts/{alert}.cap").write_text("<alert/>")
    (files.folder / "de" / "index.html").unlink()
    (files.folder / "stranger.txt").write_text("mine")
    assert files.check().wrong == {
        f"alerts/{alert}.cap": "altered", "de/index.html": "missing", "stranger.txt": "not ours",
    }  # fmt: skip
    done = files_of(town).write()
    assert done.written == 2
    assert files.check().wrong == {"stranger.txt": "not ours"}
    assert (files.folder / "stranger.txt").read_text() == "mine"


def test_a_list_that_cannot_be_read_makes_everything_anew(town: Installation) -> None:
    files = files_of(town)
    count = files.write().written
    (files.folder / MANIFEST).write_text('{"schema":"tocsin.public/1","files":[{"path":"/","file":"../../keys.db"}]}')
    assert files_of(town).write().written == count
    assert files.check().wrong == {}


def test_a_pages_clock_alone_changes_no_file(town: Installation) -> None:
    """Were a page to say how long ago something was, it would be wrong a minute after it was written."""
    town.alert()
    town.statement()
    town.advisory()
    town.publisher.publish(town.clock.now())
    files = files_of(town)
    files.write(anew=True)
    before = {one.path: one.sha256 for one in files._folder.manifest().files}
    town.clock.advance(timedelta(hours=30))
    files.write(anew=True)
    assert {one.path: one.sha256 for one in files._folder.manifest().files} == before
