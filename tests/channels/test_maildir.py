"""Mails that came back are read out of a Maildir, each once, whatever lies there."""

from pathlib import Path

import pytest

from tocsin.basis.errors import Broken, Unreachable
from tocsin.channels.mail.bounces import LARGEST
from tocsin.channels.mail.maildir import ASIDE, read_all, set_aside

HEAD = b"X-Original-To: desk+abc@town.example\r\nFrom: MAILER-DAEMON@x.example\r\n\r\nX-Original-To: b@c.example\r\n"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_each_mail_is_handed_on_once_with_whom_it_came_to(folder: Path) -> None:
    (folder / "new" / "1.a.host").write_bytes(HEAD)
    (folder / "new" / "2.a.host").write_bytes(b"Hello")
    (folder / "tmp" / "3.a.host").write_bytes(HEAD)
    seen: list[tuple[bytes, str]] = []
    assert read_all(folder, lambda raw, to: seen.append((raw, to))) == 2
    assert seen == [(HEAD, "desk+abc@town.example"), (b"Hello", "")]
    assert read_all(folder, lambda raw, to: seen.append((raw, to))) == 0
    assert sorted(file.name for file in (folder / "cur").iterdir()) == ["1.a.host:2,S", "2.a.host:2,S"]


def test_a_mail_of_which_nothing_could_be_kept_stays(folder: Path) -> None:
    (folder / "new" / "1").write_bytes(HEAD)

    def full(_raw: bytes, _to: str) -> None:
        raise Unreachable("The disc is full.")

    with pytest.raises(Unreachable):
        read_all(folder, full)
    assert (folder / "new" / "1").exists()


def test_what_lies_there_and_is_no_mail_leads_nowhere(folder: Path, tmp_path: Path) -> None:
    (folder / "new" / "link").symlink_to("/etc/passwd")
    (folder / "new" / "folder").mkdir()
    (folder / "new" / "long").write_bytes(b"a" * (LARGEST + 100))
    seen: list[int] = []
    assert read_all(folder, lambda raw, _to: seen.append(len(raw))) == 1
    assert seen == [LARGEST + 1]
    with pytest.raises(Unreachable, match="has the folders new and cur"):
        read_all(tmp_path / "nothing", lambda _raw, _to: None)


def test_a_mail_that_cannot_be_taken_in_holds_up_none_behind_it(folder: Path) -> None:
    for name in ("1", "2", "3"):
        (folder / "new" / name).write_bytes(name.encode())
    seen: list[bytes] = []

    def fails_on_the_first(raw: bytes, _to: str) -> None:
        if raw == b"1":
            raise Broken("There is no key.")
        seen.append(raw)

    assert set_aside(folder) == 0
    read_all(folder, fails_on_the_first)
    assert seen == [b"2", b"3"]
    assert [file.name for file in (folder / ASIDE).iterdir()] == ["1"]
    assert set_aside(folder) == 1
    assert not list((folder / "new").iterdir())


@pytest.mark.parametrize("fails", [False, True], ids=["taken in", "not taken in"])
def test_a_mail_that_somebody_else_puts_away_while_it_is_read_holds_up_none_behind_it(
    folder: Path, *, fails: bool
) -> None:
    for name in ("1", "2"):
        (folder / "new" / name).write_bytes(name.encode())
    seen: list[bytes] = []

    def taken_away(raw: bytes, _to: str) -> None:
        seen.append(raw)
        if raw == b"1":
            (folder / "new" / "1").rename(folder / "cur" / "1:2,")
            if fails:
                raise Broken("There is no key.")

    assert read_all(folder, taken_away) == 2
    assert seen == [b"1", b"2"]
    assert set_aside(folder) == 0


def test_a_maildir_with_nowhere_to_put_what_was_read_is_told_of(folder: Path) -> None:
    (folder / "new" / "1").write_bytes(b"1")
    (folder / "cur").rmdir()
    with pytest.raises(Unreachable, match="has the folders new and cur"):
        read_all(folder, lambda _raw, _to: None)
