"""Keeps what templates are compiled to: in memory once for all languages, and for the next start where Python keeps the same of modules."""

import importlib.util
import marshal
import sys
from collections.abc import Iterable
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import jinja2
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

_DIGEST = 32  # bytes


class Compiled(BytecodeCache):
    """What templates are compiled to. Each calls what its environment gives it, so that one serves all languages.

    Its files are executed. They lie in __pycache__ among those of our modules, where nobody can write who could not write these
    too, and by Python's own rules (PYTHONDONTWRITEBYTECODE, PYTHONPYCACHEPREFIX). They are no truth: where one cannot be read or
    written, or was torn, its template is compiled anew.
    """

    def __init__(self, folder: Path, makers: Iterable[Path]) -> None:
        """Keep nothing yet. folder: of the templates. makers: the files that say how these are read; when one changes, all are made anew."""
        self._folder = folder
        self._kept: dict[str, tuple[str, CodeType]] = {}
        made_by = sha256(importlib.util.MAGIC_NUMBER + jinja2.__version__.encode())
        for maker in makers:
            made_by.update(maker.read_bytes())
        self._made_by = made_by.digest()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002  the folder is known
        """Return where a template's code is kept: templates.desk.case.cpython-311.pyc, as no module is called."""
        return importlib.util.cache_from_source(f"{self._folder}.{name.replace('/', '.')}")

    def get_source_checksum(self, source: str) -> str:
        """Return what changes with a template, and with how it is compiled."""
        return sha256(self._made_by + source.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was kept of a template, if it still reads the same."""
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum != bucket.checksum:
            code = _read(bucket)
            if code is not None:
                self._kept[bucket.key] = (bucket.checksum, code)
        bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is None:
            return
        self._kept[bucket.key] = (bucket.checksum, bucket.code)
        if not sys.dont_write_bytecode:
            code = marshal.dumps(bucket.code)
            # Writes a file whole or not at all, and nothing where it may not.
            SourceFileLoader("", bucket.key).set_data(bucket.key, _head(bucket, code) + code, _mode=0o644)


def _head(bucket: Bucket, code: bytes) -> bytes:
    return bytes.fromhex(bucket.checksum) + sha256(code).digest()


def _read(bucket: Bucket) -> CodeType | None:
    try:
        kept = Path(bucket.key).read_bytes()
    except OSError:
        return None
    head, code = kept[: 2 * _DIGEST], kept[2 * _DIGEST :]
    if head != _head(bucket, code):
        return None
    # Of our own making, as Python's are, and whole: what a power cut left of it does not fit its digest.
    return marshal.loads(code)  # type: ignore[no-any-return]  # noqa: S302
