"""Folders into which files with alerts are laid: whatever stands whole in one is taken in, then put aside with what became of it.

Taken in first, put aside second: whoever is killed between the two finds the file again, and what it holds is known already.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Unreachable
from tocsin.basis.ids import Id
from tocsin.basis.moment import Clock
from tocsin.cap.xml import LARGE
from tocsin.flow.others.intake import Became, Came, Taken, take_many
from tocsin.report.inlet import Inlet, InletKind
from tocsin.store import inlets
from tocsin.store.store import Store

INBOX = "inbox"
KEPT, REFUSED = "kept", "refused"
ROUND_S = 1.0
MOST_AT_ONCE = 500
SETTLED_S = 2.0
"""A file is read once it has not changed for so long, at two looks in a row: nobody is writing it any more."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

PORTION = 50
"""How many files are taken in with one commit."""

BYTES = 16 * 1024 * 1024
ONCE_A = timedelta(minutes=1)

ASIDE_FOR = timedelta(days=30)
MOST_ASIDE = 20_000
MOST_ASIDE_BYTES = 1024 * 1024 * 1024
"""What was put aside stays so long, and so much of it: what was kept stands in the database to the byte."""

Take = Callable[[Sequence[Came]], list[tuple[Taken, ...]]]


class Seen(msgspec.Struct, frozen=True):
    """How a file stood at a look: another one in its place, or one more byte, and it is not the same."""

    inode: int
    size: int
    changed_ns: int


class Inbox:
    """One folder, looked at again and again. What it remembers between two looks may be lost: it then waits one longer."""

    def __init__(self, folder: Path) -> None:
        """Look into this folder; it is made when there is none."""
        self._folder = folder
        self._seen: dict[str, Seen] = {}
        self._tidied_at: datetime | None = None

    def look(self, take: Take, now: datetime) -> int:
        """Take in what stands whole; return how many files were put aside.

        take: keeps what files hold, and says what became of each message.

        Raises:
            Unreachable: the folder, or something in it, cannot be read or put aside.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _opened(self._folder) as folder:
                return self._look(folder, take, now)
        except OSError as error:
            raise Unreachable(f"The folder {self._folder} cannot be used: {error.strerror}.") from error

    def _look(self, folder: int, take: Take, now: datetime) -> int:
        names = sorted(name for name in os.listdir(folder) if not name.startswith(".") and name not in (KEPT, REFUSED))
        before, self._seen = self._seen, {}
        whole, done, trouble = list[tuple[str, Seen]](), 0, None
        for name in names:
            try:
                state = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISREG(state.st_mode):
                    self._seen[name] = seen = Seen(state.st_ino, state.st_size, state.st_mtime_ns)
                    if before.get(name) == seen and _is_settled(seen, now):
                        whole.append((name, seen))
                else:
                    why = f"This is no file but {_sort(state.st_mode)}."
                    _put_aside(folder, name, REFUSED, f"{now:%Y%m%dT%H%M%S%f}", why)
                    done += 1
            except FileNotFoundError:  # somebody has taken it away meanwhile
                continue
            except OSError as error:  # the others are taken in all the same
                trouble = error
        done += self._take(folder, whole[:MOST_AT_ONCE], take)
        if self._tidied_at is None or not timedelta() <= now - self._tidied_at < ONCE_A:
            self._tidied_at = now
            for where in (KEPT, REFUSED):
                _tidy(folder, where, now)
        if trouble is not None:
            raise trouble
        return done

    def _take(self, folder: int, whole: Sequence[tuple[str, Seen]], take: Take) -> int:
        """Take files in, some with each commit, and put each aside after it."""
        done, trouble = 0, None
        for some in _portions(whole):
            read, unread = _read_all(folder, some)
            fates = zip(read, take([came(raw, name) for name, raw in read]) if read else [], strict=True)
            told = [(name, *_fate(raw, became)) for (name, raw), became in fates]
            for name, where, mark, why in [*told, *((name, REFUSED, "unread", why) for name, why in unread)]:
                try:
                    _put_aside(folder, name, where, mark, why)
                    done += 1
                except FileNotFoundError:
                    continue
                except OSError as error:
                    trouble = error
        if trouble is not None:
            raise trouble
        return done


def _portions(whole: Sequence[tuple[str, Seen]]) -> Iterator[list[tuple[str, Seen]]]:
    some, size = list[tuple[str, Seen]](), 0
    for name, seen in whole:
        if some and (len(some) >= PORTION or size + seen.size > BYTES):
            yield some
            some, size = [], 0
        some.append((name, seen))
        size += seen.size
    if some:
        yield some


def _read_all(folder: int, some: Sequence[tuple[str, Seen]]) -> tuple[list[tuple[str, bytes]], list[tuple[str, str]]]:
    """Return what is in files, and why it cannot be read of those of which it cannot. What has changed since is in neither."""
    read, unread = list[tuple[str, bytes]](), list[tuple[str, str]]()
    for name, seen in some:
        try:
            raw = _read(folder, name, seen)
        except FileNotFoundError:
            continue
        except OSError as error:
            unread.append((name, f"The file cannot be read: {error.strerror}. Check its owner and its mode."))
            continue
        if raw is not None:
            read.append((name, raw))
    return read, unread


def _fate(raw: bytes, became: Sequence[Taken]) -> tuple[str, str, str]:
    """Return where a file is put, what tells it from others of its name, and why what was not kept was not."""
    kept = any(one.became is not Became.REFUSED for one in became)
    why = "\n".join(dict.fromkeys(f"{one.why}." for one in became if one.why))
    return KEPT if kept else REFUSED, sha256(raw).hexdigest()[:16], why


@contextmanager
def _opened(folder: Path | str, within: int | None = None) -> Iterator[int]:
    handle = os.open(folder, _FOLDER if within is not None else _FOLDER & ~os.O_NOFOLLOW, dir_fd=within)
    try:
        yield handle
    finally:
        os.close(handle)


def _is_settled(seen: Seen, now: datetime) -> bool:
    age = now.timestamp() - seen.changed_ns / 1e9
    return age >= SETTLED_S or age < 0  # a file from the future: two looks that find it the same must do


def _read(folder: int, name: str, seen: Seen) -> bytes | None:
    """Return what is in a file, never more than could be judged; None if it is not the one that was seen, or a link."""
    handle = os.open(name, _FILE, dir_fd=folder)
    with os.fdopen(handle, "rb") as file:
        raw = file.read(LARGE.bytes + 1)
        state = os.fstat(file.fileno())
    same = stat.S_ISREG(state.st_mode) and Seen(state.st_ino, state.st_size, state.st_mtime_ns) == seen
    return raw if same and (len(raw) == seen.size or len(raw) > LARGE.bytes) else None


def _put_aside(folder: int, name: str, where: str, mark: str, why: str) -> None:
    """Put a file where it is not read again. The reason lies there before the file does."""
    with suppress(FileExistsError):
        os.mkdir(where, 0o700, dir_fd=folder)
    aside = _called(name, mark)
    with _opened(where, folder) as there:
        if why:
            _write(there, f"{aside}.reason.txt", f"{why}\n".encode())
        os.rename(name, aside, src_dir_fd=folder, dst_dir_fd=there)


def _tidy(folder: int, where: str, now: datetime) -> None:
    """Remove what was put aside too long ago, and of the rest the oldest that is too much. A folder somebody laid there stays."""
    try:
        with _opened(where, folder) as there:
            aside = sorted(_aside(there), reverse=True)  # by when each was put there, the latest first
            size = 0
            for number, (put_s, name, octets) in enumerate(aside):
                size += octets
                is_old = now.timestamp() - put_s > ASIDE_FOR.total_seconds()
                if is_old or number >= MOST_ASIDE or size > MOST_ASIDE_BYTES:
                    with suppress(FileNotFoundError):
                        os.unlink(name, dir_fd=there)
    except FileNotFoundError:
        pass  # nothing was put aside yet


def _aside(folder: int) -> Iterator[tuple[float, str, int]]:
    for name in os.listdir(folder):
        with suppress(FileNotFoundError):
            state = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISDIR(state.st_mode):
                yield state.st_ctime, name, state.st_size


def _called(name: str, mark: str) -> str:
    """Return under which name a file is put aside: its own, with what tells it from others of that name."""
    stem = name if len(os.fsencode(name)) <= 200 else os.fsdecode(os.fsencode(name)[:200])
    return f"{mark}-{stem}" if mark else stem


def _write(folder: int, name: str, raw: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(name, flags, 0o600, dir_fd=folder)
    try:
        os.write(handle, raw)
    finally:
        os.close(handle)


def _sort(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a link, which may lead anywhere"
    return "a folder" if stat.S_ISDIR(mode) else "a pipe, a device or a socket"


def folder_of(data: Path, name: str, address: str) -> Path:
    """Return the folder of an inlet."""
    return Path(address) if address else data / INBOX / name


class Watcher:
    """Looks into the folders of all inlets that have one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Have seen nothing yet."""
        self._store = store
        self._clock = clock
        self._boxes: dict[tuple[Id, Path], Inbox] = {}

    def round(self) -> float:
        """Look into each once; return when to look again. One that cannot be used keeps no other from being looked into."""
        busy = [self._look(inlet) >= MOST_AT_ONCE for inlet in self._inlets()]
        return 0.01 if any(busy) else ROUND_S

    def _inlets(self) -> list[Inlet]:
        with self._store.look() as look:
            return [one for one in look.all(Inlet, is_on=True) if one.kind is InletKind.FOLDER]

    def _look(self, inlet: Inlet) -> int:
        folder = folder_of(self._store.data, inlet.name, inlet.address)
        box = self._boxes.setdefault((inlet.id, folder), Inbox(folder))
        now, done, trouble = self._clock.now(), 0, ""
        try:
            done = box.look(lambda some: take_many(self._store, inlet, some, now), now)
        except Unreachable as error:
            trouble = str(error)
        self._note(inlet, now, trouble)
        return done

    def _note(self, inlet: Inlet, now: datetime, trouble: str) -> None:
        """Note how it went, where that is news, and once a minute."""
        with self._store.look() as look:
            stands = inlets.stands(look.connection, inlet.id)
        if stands.trouble == trouble and stands.asked_at is not None and now - stands.asked_at < ONCE_A:
            return
        failures = stands.failures + 1 if trouble else 0
        heard = stands.heard_at if trouble else now
        self._store.note_asking(replace(stands, asked_at=now, heard_at=heard, failures=failures, trouble=trouble))


def came(raw: bytes, name: str) -> Came:
    """Return what a file holds, as it is taken in."""
    return Came(raw=raw, what=name.encode(errors="surrogateescape").decode(errors="replace"))
