"""What a file of the public site is made of, before it is made: its address, what makes it, and by what one knows that it must be made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from tocsin.web.pieces import View
from tocsin.web.public.pages import Ask, PublicSite
from tocsin.web.public.reply import Made

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A file that there should be.

    key: from what it is made; where it is nothing, it is made each time and compared. better: of one that is as good and more.
    """

    path: str
    make: Callable[[], Made | None]
    key: str = ""
    better: str = ""
    location: str = ""


def asks(site: PublicSite, path: str, tongues: Sequence[str] = ()) -> Iterator[Ask]:
    """Ask for a page under the address without a language, and in each. tongues: languages that it has besides."""
    yield Ask(path, ("en",))
    for tag in dict.fromkeys((*site.languages, *tongues)):
        yield Ask(path, (tag,), tag)


def address_of(ask: Ask) -> str:
    """Return under which address that is asked for."""
    return f"/{ask.prefix}{ask.path}" if ask.prefix else ask.path


def key_of(ground: str, about: Mapping[str, Any], seen: View | None) -> str:
    """Return from what a page is made: all that is public of it, what stands on it, and what every page is made of (ground)."""
    if seen is not None:
        shell = msgspec.structs.replace(seen.shell, now=NEVER)  # type: ignore[attr-defined]
        seen = msgspec.structs.replace(seen, shell=shell)
    digest = sha256(ground.encode())
    digest.update(msgspec.msgpack.encode((about, seen)))
    return digest.hexdigest()


def file_of(path: str, *, is_page: bool) -> str:
    """Return the name of the file under an address: pages end in .html, and a folder's own page is its index."""
    if path.endswith("/"):
        return f"{path[1:]}index.html"
    return f"{path[1:]}.html" if is_page else path[1:]
