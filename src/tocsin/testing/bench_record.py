"""How fast the record is: entries made durable, receipts put under one root, proofs made and verified."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tocsin.basis.ids import new_id
from tocsin.record import (
    Frontier,
    canonical,
    commitment,
    draw_places,
    leaf_hash,
    pad,
    prove_inclusion,
    tile_nodes,
    verify_inclusion,
)
from tocsin.store import database, ledger, migrate, receipts
from tocsin.store.folder import Folder
from tocsin.testing.bench import Measured, Peer, peak_rss_mib, timed

ENTRIES = 200_000
BATCH = 1_000
RECEIPTS = 1_000_000
PUBLISHED = 100_000
PROOFS = 2_000
PEER_ENTRIES = 20_000
NOW = datetime(2031, 5, 6, tzinfo=UTC)


def bench_record() -> Measured:
    """Measure the record: first of all how many entries are made durable in a second, in batches of 1,000."""
    entries = [_entry(number) for number in range(ENTRIES)]
    seconds = _durable(entries, runs=3)
    peer = _peer()
    rate = ENTRIES / seconds
    return Measured(
        name="record",
        n=ENTRIES,
        seconds=round(seconds, 3),
        rate_per_s=round(rate),
        unit="entries",
        durable=True,
        runs=3,
        peak_rss_mib=peak_rss_mib(),
        peer=peer,
        ratio=None if peer is None else round(rate / peer.rate_per_s, 2),
        parts={**_receipts(), **_published(entries[:PUBLISHED])},
    )


def _entry(number: int) -> bytes:
    return canonical(
        {"at": "2031-05-06T08:00:00Z", "kind": "Bench", "subject": new_id(os.urandom), "v": 1, "n": number}
    )


def _durable(entries: list[bytes], runs: int) -> float:
    """Return how long it takes to sequence all entries and take them into the tree, 1,000 to a commit (synchronous=FULL)."""

    def once() -> None:
        with _database() as engine:
            for start in range(0, len(entries), BATCH):
                batch = entries[start : start + BATCH]
                with engine.begin() as connection:
                    ledger.append(connection, batch, range(start, start + len(batch)))
                    ledger.integrate(connection)

    return timed(once, runs)[0]


@contextmanager
def _database() -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        engine = database.open_writer(Path(name))
        migrate.upgrade(engine)
        with engine.begin() as connection:
            ledger.begin(connection, NOW)
        try:
            yield engine
        finally:
            engine.dispose()


def _receipts() -> dict[str, Any]:
    """Put a million receipts under one root: 1,000 trees of 1,000, and one over these."""
    salts, payload = [os.urandom(32) for _ in range(BATCH)], canonical({"kind": "receipt", "stands": "accepted"})
    leaves = [commitment(salt, payload) for salt in salts]

    def batch() -> bytes:
        places = draw_places(BATCH, receipts.BATCH_DEPTH, os.urandom)
        return pad(dict(zip(places, leaves, strict=True)), receipts.BATCH_DEPTH, os.urandom).root

    def million() -> bytes:
        return receipts.over([batch() for _ in range(RECEIPTS // BATCH)], receipts.WARNING_DEPTH, os.urandom).root

    return {"receipts_1m_s": round(timed(million)[0], 2)}


def _published(entries: list[bytes]) -> dict[str, Any]:
    """Write tiles for many entries to the disc, and prove and verify some of them from those alone."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Folder(Path(name) / "record")
        seconds, root = timed(lambda: folder.grow(0, len(entries), lambda start, stop: entries[start:stop]))
        size = len(entries)
        some = range(0, size, max(1, size // PROOFS))
        nodes = tile_nodes(folder.read, size)
        making, proofs = timed(lambda: [prove_inclusion(index, size, nodes) for index in some])
        leaves = [leaf_hash(entries[index]) for index in some]
        asked = list(zip(some, leaves, proofs, strict=True))
        checking, right = timed(
            lambda: all(verify_inclusion(index, size, leaf, proof, root) for index, leaf, proof in asked), runs=3
        )
    if not right or root != Frontier().extend(map(leaf_hash, entries)).root():
        raise AssertionError("A proof of the bench does not verify.")
    return {
        "published_per_s": round(size / seconds),
        "prove_ms": round(1_000 * making / len(proofs), 3),
        "verify_ms": round(1_000 * checking / len(proofs), 4),
    }


def _peer() -> Peer | None:
    """Let pymerkle do the same, where it is installed (it is not part of Tocsin): entries made durable in SQLite."""
    try:
        from pymerkle import SqliteTree  # type: ignore[import-not-found]  # noqa: PLC0415
    except ImportError:
        return None
    entries = [_entry(number) for number in range(PEER_ENTRIES)]

    def once() -> None:
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
            tree = SqliteTree(str(Path(name) / "peer.db"), algorithm="sha256")
            tree.append_entries(entries, chunksize=BATCH)
            tree.get_state()

    return Peer(name="pymerkle", rate_per_s=round(PEER_ENTRIES / timed(once, 3)[0]))


BENCHES: dict[str, Callable[[], Measured]] = {"record": bench_record}
