"""How the record stands, as the desk sees it."""

from msgspec.structs import replace

from tocsin.store.door import Door
from tocsin.web.desk import views


def record_page(
    door: Door,
    shell: views.Shell,
    *,
    checkpoint: bytes,
    key: str = "",
    problems: tuple[str, ...] = (),
) -> views.RecordPage:
    """Return how the record stands.

    checkpoint: signed, as the store gives it. key: the verifier key. problems: what fsck or reconcile found, if asked.
    """
    stand = door.record()
    text = checkpoint.decode()
    origin, size = text.splitlines()[:2]
    return views.RecordPage(
        shell=replace(shell, section="record"),
        origin=origin,
        size=stand.size,
        root=stand.root,
        # A checkpoint is signed when it is asked for, and covers everything up to the last entry.
        published_at=stand.entries[0].at if stand.entries else None,
        sequenced=stand.size,
        integrated=stand.size,
        published=int(size),
        pending=stand.pending,
        key_name=key,
        checkpoint=text,
        next_seal_at=stand.next_seal,
        entries=tuple(
            views.EntryRow(index=one.index, kind=one.kind, at=one.at, leaf=one.leaf) for one in stand.entries
        ),
        problems=problems,
    )
