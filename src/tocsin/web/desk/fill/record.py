"""How the record stands, as the desk sees it: the whole of it, and one warning's place in it."""

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.record import Checkpoint, Policy, open_note, parse_checkpoint
from tocsin.store.desk_record import RecordPlace, Seen
from tocsin.store.door import Door
from tocsin.web.desk.views.record import EntryRow, RecordPage, RecordRef, SignerRow, WitnessRow
from tocsin.web.desk.views.shell import Shell

NONE: Mapping[str, str] = MappingProxyType({})


def record_page(
    door: Door,
    shell: Shell,
    *,
    checkpoint: bytes,
    policy: Policy | None = None,
    lost: Mapping[str, str] = NONE,
    problems: tuple[str, ...] = (),
) -> RecordPage:
    """Return how the record stands.

    checkpoint: as it is published; empty before the first. policy: whose signatures count. lost: the witnesses that did
    not cosign when they were last asked, each with the reason. problems: what fsck or reconcile found, if asked.
    """
    stand = door.record(shell.now)
    published = _published(checkpoint)
    vkeys = [one.key.vkey for one in policy.logs] if policy else []
    return RecordPage(
        shell=replace(shell, section="record"),
        origin=published.origin if published else "",
        size=published.size if published else 0,
        root=published.root.hex() if published else "",
        published_at=stand.published_at,
        sequenced=stand.sequenced,
        integrated=stand.integrated,
        published=published.size if published else 0,
        witnessed=stand.witnessed,
        witnesses=tuple(_row(one, lost) for one in stand.witnesses),
        pending=stand.pending,
        more_pending=stand.more,
        opened=stand.opened,
        overdue=stand.overdue,
        keys=tuple(SignerRow(vkey=vkey, signed=_has_signed(vkey, checkpoint)) for vkey in vkeys),
        checkpoint=checkpoint.decode(),
        next_seal_at=stand.next_seal,
        entries=tuple(
            EntryRow(index=one.number, kind=one.kind, at=one.at, since=one.since, leaf=one.leaf.hex(), count=one.count)
            for one in stand.entries
        ),
        problems=problems,
    )


def record_ref(place: RecordPlace) -> RecordRef:
    """Return where the record holds one warning, and how certain that is by now."""
    return RecordRef(
        index=place.entry,
        leaf=place.leaf,
        sealed=place.sealed,
        sealed_at=place.sealed_at,
        open_by=place.open_by,
        opened=place.opened,
        integrated=place.integrated,
        published_at=place.published_at,
        witnessed=place.witnessed,
        witnesses=tuple(_row(one, NONE) for one in place.seen),
        href=f"/record/proof/{place.entry}" if place.published_at and not place.sealed else "",
    )


def _row(one: Seen, lost: Mapping[str, str]) -> WitnessRow:
    return WitnessRow(name=one.name, seen_at=one.at, lost="" if one.at else lost.get(one.name, ""))


def _published(note: bytes) -> Checkpoint | None:
    return parse_checkpoint(note.rpartition(b"\n\n")[0] + b"\n") if note else None


def _has_signed(vkey: str, note: bytes) -> bool:
    with suppress(Refused):
        return bool(open_note(note, [vkey]))
    return False
