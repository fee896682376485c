"""Others' alerts as plain files: the server's bytes, after ours, and never so often that they hold ours up."""

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from tests.store.test_chains import later
from tests.web.installation import Browser, Installation
from tests.web.test_files import files_of
from tests.web.test_others import FLOOD, INFO, SENT, opens, takes
from tocsin.cap import MsgType
from tocsin.store.disc import Disc
from tocsin.web.public.other_files import is_others


def test_what_is_in_force_lies_there_with_the_servers_bytes_and_goes_a_day_after(
    town: Installation, browser: Browser
) -> None:
    town.clock.set(SENT + timedelta(hours=1))
    inlet, update = opens(town), later(MsgType.UPDATE, FLOOD, hours=0.5)
    brazil = replace(INFO, language="pt-BR", headline="Enchente")
    first, second = takes(town, inlet, replace(FLOOD, infos=(INFO, brazil)), update)
    files = files_of(town)
    files.write()
    listed = {one.path: one for one in files._folder.manifest().files}
    theirs = [path for path in listed if is_others(path)]
    assert {"/others", "/ar/others", f"/others/{first}", f"/pt-br/others/{first}", f"/de/others/{second}"} <= {*theirs}
    assert not [path for path in listed if path.endswith(f"{first}.cap")], "the bytes of a stranger"
    assert theirs.index(f"/de/others/{second}") < theirs.index("/others"), "the list comes after what it names"
    for path in ("/", "/others", f"/pt-br/others/{first}", f"/de/others/{second}"):
        assert (files.folder / listed[path].file).read_bytes() == browser.get(path).content, path
    assert files.check().wrong == {}
    assert files_of(town).write().written == 0
    takes(town, inlet, later(MsgType.CANCEL, update, hours=0.25))
    files.write()
    assert "Replaced or ended" in (files.folder / f"others/{second}.html").read_text()
    town.clock.advance(timedelta(days=2))
    assert files.write().removed > 10
    assert not (files.folder / f"others/{second}.html").exists()
    assert "No warning of others is in force." in (files.folder / "others.html").read_text()


def test_a_storm_of_others_is_written_now_and_then_and_ours_at_once(town: Installation) -> None:
    town.clock.set(SENT + timedelta(hours=1))
    inlet, files = opens(town), files_of(town)
    files.write()
    said = [files.round()]
    for number in range(3):
        takes(town, inlet, replace(FLOOD, identifier=f"flood-{number}"))
        town.clock.advance(timedelta(seconds=1))
        files.round()
    assert not list(files.folder.glob("others/*.html")), "not yet"
    alert = town.alert()
    files.round()
    assert (files.folder / f"alerts/{alert}.html").exists()
    town.clock.advance(timedelta(minutes=5))
    said.append(files.round())
    assert len(list(files.folder.glob("others/*.html"))) == 3
    assert "(3)" in (files.folder / "index.html").read_text()
    assert all(wait <= 0.5 for wait in said)


def test_others_make_way_as_soon_as_we_warn(town: Installation) -> None:
    town.clock.set(SENT + timedelta(hours=1))
    takes(town, opens(town), *(replace(FLOOD, identifier=f"flood-{number}") for number in range(3)))
    renamed: list[str] = []

    def rename(source: Path, target: Path) -> None:
        source.rename(target)
        renamed.append(target.relative_to(town.data / "public").as_posix())
        if renamed[-1].startswith("others/") and not alert:
            alert.append(town.alert())

    alert: list[str] = []
    files = files_of(town, Disc(rename=rename))
    files.write()
    ours = renamed.index(f"alerts/{alert[0]}.html")
    theirs = [place for place, name in enumerate(renamed) if name.startswith("others/") and name.endswith(".html")]
    assert theirs[0] < ours < theirs[1], "one page of theirs was in hand; the rest came after"
    assert files_of(town).check().wrong == {}
