"""Restoring: a directory out of two archives, in which nobody is back who was forgotten, and which signs nothing yet.

What came after the backup is lost, and so may be the erasures of that time. Whoever was forgotten is known from three
sides: the restored journal itself, the erasure entries of a published folder, and the list of destroyed keys in a later
key archive. All of them are applied before the directory has its name.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Randomness
from tocsin.basis.moment import rfc3339
from tocsin.flow.house import House
from tocsin.flow.people.erasures import Erasure, erasures_in, forget_again
from tocsin.flow.record.keys import note_restored_keys
from tocsin.flow.record.publish import ALARM, DOUBT, RESTORED
from tocsin.flow.work import reactions
from tocsin.record import prove_consistency, tile_nodes, verify_consistency
from tocsin.store.archive import DATABASE, KEYS, SETTINGS, Archive, open_archive
from tocsin.store.directory import Stood
from tocsin.store.folder import Folder
from tocsin.store.keys import destroyed_in
from tocsin.store.ledger import CADENCE
from tocsin.store.secrets import LINKS, NEXT, RECORD
from tocsin.store.store import Store
from tocsin.store.unpack import unpacking

LATER = "later.db"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be restored, and where to.

    published: published folders, and later_keys: key archives, that may know of later erasures. without_erasures: go on
    though nobody knows of them. record_keys: the seeds that sign the record, where they come from elsewhere.
    """

    data: Path
    keys: Path
    to: Path
    published: Sequence[Path] = ()
    later_keys: Sequence[Path] = ()
    without_erasures: bool = False
    record_keys: Sequence[bytes] = ()


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a published folder told. why: what speaks against it; empty for one that holds the restored record and goes on."""

    folder: str
    size: int
    why: str = ""


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was restored. again: how many were forgotten again. unknown: why erasures since the backup may be missing."""

    made_at: datetime
    journal: int
    size: int
    again: int
    views: tuple[View, ...]
    unknown: str = ""


def restore(wanted: Wanted, randomness: Randomness, now: datetime) -> Restored:
    """Restore a directory. Killed anywhere, it is not there, or whole; said again, it works.

    Raises:
        Refused: the directory is not empty, an archive does not fit, or nobody knows who was forgotten since the backup.
        Unreachable: the disc is full, read-only or failing.
    """
    with ExitStack() as stack:
        data = stack.enter_context(open_archive(wanted.data, "data"))
        keys = stack.enter_context(open_archive(wanted.keys, "keys"))
        later = [stack.enter_context(open_archive(place, "keys")) for place in wanted.later_keys]
        _refuse_unfit(wanted, data, keys, later)
        knows = bool(later) or keys.manifest.backup != data.manifest.backup
        if not (knows or wanted.published or wanted.without_erasures):
            raise Refused(_nobody_knows(data, "no published folder and no later key archive is named"))
        aside = stack.enter_context(unpacking(wanted.to))
        destroyed = _unpack(aside, data, keys, later)
        store = Store(aside, randomness, now, reactions, record_keys=wanted.record_keys)
        try:
            return _made_ready(store, wanted, data, destroyed, knows=knows, now=now)
        finally:
            store.close()


def _refuse_unfit(wanted: Wanted, data: Archive, keys: Archive, later: Sequence[Archive]) -> None:
    first = data.manifest
    for one in (keys, *later):
        if one.manifest.origin != first.origin:
            raise Refused(
                f"{one.place} holds keys of the installation {one.manifest.origin!r}, and {data.place} is of "
                f"{first.origin!r}. Take two of the same."
            )
        if one.manifest.backup != first.backup and one.manifest.made_at < first.made_at:
            raise Refused(
                f"{one.place} was made before {data.place}, so keys of those who came between are missing. "
                "Take the key archive that was made with it, or a later one."
            )
    if not (wanted.record_keys or _newest(keys, later).has(RECORD)):
        raise Refused(
            f"{_newest(keys, later).place} holds no {RECORD}, for the key came from the environment. "
            "Set TOCSIN_RECORD_KEY, and say it again."
        )


def _newest(keys: Archive, later: Sequence[Archive]) -> Archive:
    return max((keys, *later), key=lambda one: one.manifest.made_at)


def _unpack(aside: Path, data: Archive, keys: Archive, later: Sequence[Archive]) -> set[bytes]:
    """Unpack the files, and return the hashes of those whose keys a later archive knows to be destroyed."""
    for name in (DATABASE, SETTINGS):
        if data.has(name):
            data.extract(name, aside / name)
    keys.extract(KEYS, aside / KEYS)
    newest = _newest(keys, later)  # the record's key may have been changed since
    for name in (LINKS, RECORD, NEXT):
        if newest.has(name):
            newest.extract(name, aside / name)
    destroyed: set[bytes] = set()
    for one in later:
        one.extract(KEYS, aside / LATER)
        destroyed |= destroyed_in(aside / LATER)
        (aside / LATER).unlink()
    return destroyed


def _made_ready(
    store: Store, wanted: Wanted, data: Archive, destroyed: set[bytes], *, knows: bool, now: datetime
) -> Restored:
    stood = store.stood()
    noted = data.manifest
    if (stood.journal, stood.size, stood.root.hex()) != (noted.journal, noted.size, noted.root):
        raise Refused(f"{data.place} does not hold what its manifest says. Take another archive.")
    folders = [Folder(place) for place in wanted.published]
    erasures = [one for folder in folders for one in erasures_in(folder)]
    views = tuple(_view(store, folder, stood) for folder in folders)
    unknown = _unknown(views, erasures, stood, knows=knows)
    if unknown and not wanted.without_erasures:
        raise Refused(_nobody_knows(data, unknown))
    house = House(store=store, carriers={}, base_url="", organisation="", jitter=lambda: 0.0)
    if not wanted.record_keys:
        note_restored_keys(house, now)
    tokens = {one.token for one in erasures if one.token}
    again = forget_again(house, tokens, destroyed | store.keys.destroyed(), now)
    store.remember(ALARM, "")
    store.remember(DOUBT, "")
    store.remember(RESTORED, rfc3339(noted.made_at))
    return Restored(
        made_at=noted.made_at, journal=stood.journal, size=stood.size, again=again, views=views, unknown=unknown
    )


def _view(store: Store, folder: Folder, stood: Stood) -> View:
    """Say what a folder tells: whether it is whole, ours, and holds at least what was restored."""
    found = folder.audit(store.vkeys(), cadence=CADENCE)
    if not found.ok:
        why = found.problems[0]
    elif found.size < stood.size:
        why = f"It has {found.size} entries, and the backup {stood.size}: it is the older of the two."
    else:
        nodes = tile_nodes(folder.read, found.size)
        proof = prove_consistency(stood.size, found.size, nodes) if stood.size else []
        holds = not stood.size or verify_consistency(stood.size, found.size, proof, stood.root, found.root)
        why = "" if holds else "It holds another record than the backup."
    return View(folder=str(folder.root), size=found.size, why=why)


def _unknown(views: Sequence[View], erasures: Sequence[Erasure], stood: Stood, *, knows: bool) -> str:
    """Return why an erasure may be missing; nothing where none can be."""
    if not (knows or any(not one.why for one in views)):
        return "; ".join(f"{one.folder}: {one.why}" for one in views) or "nobody was asked"
    silent = {one.number for one in erasures if not one.token and one.number >= stood.size}
    if silent and not knows:
        return f"{len(silent)} erasures since then carry no token, so whom they are about is not known"
    return ""


def _nobody_knows(data: Archive, why: str) -> str:
    return (
        f"Who was forgotten after {rfc3339(data.manifest.made_at)}, when {data.place.name} was made, is not known here "
        f"({why}). Name the published folder (--published) or a later key archive (--later-keys). With "
        "--without-erasures-since, whoever was forgotten since then is back."
    )
