"""How the record stands, and where it holds one warning."""

from datetime import datetime

from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class WitnessRow(View, frozen=True, kw_only=True):
    """A witness, when it saw a checkpoint, and why it was lost when it was last asked."""

    name: str
    seen_at: datetime | None = None
    lost: str = ""


class RecordRef(View, frozen=True, kw_only=True):
    """Where the public record holds this, the entry or the seal that covers it, and how certain that is by now.

    index: None while it waits for a seal. sealed_at, open_by: of a seal. opened: the entry that says it was opened.
    published_at: when anyone could first read it. witnesses: who is asked, and when they saw it.
    """

    index: int | None
    leaf: str
    sealed: bool = False
    sealed_at: datetime | None = None
    open_by: datetime | None = None
    opened: int | None = None
    integrated: bool = False
    published_at: datetime | None = None
    witnessed: bool = False
    witnesses: tuple[WitnessRow, ...] = ()
    href: str = ""


class SignerRow(View, frozen=True, kw_only=True):
    """A key of the record, and whether it has signed the published checkpoint."""

    vkey: str
    signed: bool


class EntryRow(View, frozen=True, kw_only=True):
    """One entry of the public record, or several sealed hours on end: count of them, the first at since."""

    index: int
    kind: str
    at: datetime
    since: datetime
    leaf: str
    count: int = 1


class RecordPage(View, frozen=True, kw_only=True):
    """How the record stands.

    size, root: of the last published checkpoint. sequenced >= integrated >= published >= witnessed, in entries.
    pending: commitments that wait for the next seal, or so many of them; more_pending: there may be more. opened, overdue: of what was sealed, as anyone can count.
    """

    shell: Shell
    origin: str
    size: int
    root: str
    published_at: datetime | None
    sequenced: int
    integrated: int
    published: int
    pending: int
    more_pending: bool = False
    witnessed: int = 0
    witnesses: tuple[WitnessRow, ...] = ()
    opened: int = 0
    overdue: int = 0
    keys: tuple[SignerRow, ...] = ()
    checkpoint: str = ""
    checkpoint_href: str = "/record/checkpoint"
    next_seal_at: datetime | None = None
    entries: tuple[EntryRow, ...] = ()
    problems: tuple[str, ...] = ()
