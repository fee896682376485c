"""The list of the public site's plain files: what each is called, what a server says of it, and when the clock changes it."""

import msgspec

SCHEMA = "tocsin.public/1"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the list. path: its address. file: its name below the folder. sha256: of its bytes. headers: what is said of it.

    packed: whether the same lies packed beside it, as file.gz. location: where a server that can had better send the asker.
    key: from what it was made.
    """

    path: str
    file: str
    size: int
    sha256: str
    headers: dict[str, str]
    packed: bool = False
    location: str = ""
    key: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The list. headers: said with every file. changes_at: when the clock alone will change some of them. gone: what must go."""

    schema: str = SCHEMA
    base_url: str = ""
    written_at: str = ""
    changes_at: str | None = None
    headers: dict[str, str] = {}
    files: tuple[Listed, ...] = ()
    gone: tuple[str, ...] = ()
