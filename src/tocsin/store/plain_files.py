"""The folder of plain files that anybody's web server may hand out: each whole or not there, and a list of them, last.

It knows names, bytes and the list; what is in them it is handed. Files that are not on its list it leaves alone.
"""

import gzip
import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json
from tocsin.basis.manifest import SCHEMA, Listed, Manifest
from tocsin.store.disc import Disc, Writer, ours, read_file

FOLDER = "public"
MANIFEST = "manifest.json"
LARGEST = 256 * 1024 * 1024


class PlainFiles:
    """One such folder."""

    def __init__(self, root: Path, disc: Disc | None = None) -> None:
        """Keep files below this folder, which is made when the first is put there."""
        self.root = root
        self._disc = disc or Disc()
        self._writer = Writer(root, self._disc)

    def begin(self) -> None:
        """Begin a round: what a stopped writer left aside is swept away as its folder is entered."""
        self._writer = Writer(self.root, self._disc)

    def manifest(self) -> Manifest:
        """Return the list; an empty one where there is none, or none that can be read: then everything is written anew."""
        raw = read_file(self.root / MANIFEST, LARGEST)
        with suppress(Refused):
            found: Manifest = read_json(raw or b"", Manifest)
            if found.schema == SCHEMA and all(_is_name(one.file) for one in found.files):
                return found
        return Manifest()

    def put(self, name: str, body: bytes, *, pack: bool) -> None:
        """Put a file in its place, the packed one first; who reads meanwhile reads the one before, whole.

        Raises:
            Unreachable: the disc is full, read-only or failing.
        """
        place = self.root / name
        if pack:
            self._writer.replace(_packed(place), gzip.compress(body, compresslevel=9, mtime=0))
        self._writer.replace(place, body)

    def sync(self) -> None:
        """Bring the names of what was put to the disc.

        Raises:
            Unreachable: the disc is failing.
        """
        self._writer.sync()

    def close(self, manifest: Manifest) -> None:
        """Put the list in its place, after everything that is on it.

        Raises:
            Unreachable: the disc is full, read-only or failing.
        """
        self._writer.sync()
        self._writer.replace(self.root / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        self._writer.sync()

    def remove(self, name: str) -> None:
        """Take a file away, and the packed one; it need not be there.

        Raises:
            Unreachable: the disc is read-only or failing.
        """
        for place in (self.root / name, _packed(self.root / name)):
            with ours(place), suppress(FileNotFoundError, NotADirectoryError):
                self._disc.unlink(place)

    def holds(self, one: Listed) -> bool:
        """Say whether a file is there as the list says, the packed one too."""
        return not self.fault(one)

    def fault(self, one: Listed) -> str:
        """Say what is wrong with a file, or with the packed one: "missing" or "altered"; nothing where all is well."""
        place = self.root / one.file
        for each in (place, _packed(place)) if one.packed else (place,):
            if not os.path.lexists(each):
                return "missing"
        body = read_file(place, one.size)
        if body is None or sha256(body).hexdigest() != one.sha256:
            return "altered"
        if not one.packed:
            return ""
        with suppress(OSError, EOFError, ValueError):
            return "" if gzip.decompress(read_file(_packed(place), LARGEST) or b"") == body else "altered"
        return "altered"

    def strangers(self, manifest: Manifest) -> Iterator[str]:
        """Name the files in the folder that are not on its list."""
        known = {MANIFEST, *(one.file for one in manifest.files), *(f"{one.file}.gz" for one in manifest.files)}
        for path, below, files in os.walk(self.root):
            below.sort()
            for name in sorted(files):
                found = (Path(path) / name).relative_to(self.root).as_posix()
                if found not in known:
                    yield found


def _packed(place: Path) -> Path:
    return place.with_name(f"{place.name}.gz")


def _is_name(name: str) -> bool:
    return bool(name) and not name.startswith("/") and ".." not in name.split("/")
