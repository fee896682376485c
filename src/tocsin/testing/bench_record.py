"""How fast the record is: entries made durable, receipts put under one root, proofs made and verified."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from tocsin.basis.ids import new_id
from tocsin.record import (
    Frontier,
    ProofFile,
    Signer,
    bundle,
    canonical,
    commitment,
    draw_places,
    leaf_hash,
    pad,
    prove_inclusion,
    read_canonical,
    tile_nodes,
    verify_proof,
    write_proof_file,
)
from tocsin.store import database, ledger, migrate, receipts, signing, sums
from tocsin.store.folder import Folder
from tocsin.testing.bench import Measured, Peer, in_turn, peak_rss_mib, timed

NOW = datetime(2031, 5, 6, tzinfo=UTC)
ORIGIN = "bench.example/record"
RUNS = 3
WITHIN_S = 8.0  # a busy machine gets fewer runs, so that the whole stays within 45 s


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How much is done. entries: made durable, batch to a commit; published: as tiles, and proofs made from those."""

    entries: int = 50_000
    batch: int = 1_000
    receipts: int = 1_000_000
    published: int = 20_000
    proofs: int = 300


WHOLE = Sizes()


def bench_record(sizes: Sizes = WHOLE) -> Measured:
    """Measure the record: first of all how many entries are made durable in a second, in batches of 1,000."""
    entries = [_entry(number) for number in range(sizes.entries)]
    works = [lambda: _durable(entries, sizes.batch)]
    peer = _peer(entries, sizes.batch)
    times = in_turn(works if peer is None else [*works, peer], RUNS, WITHIN_S)
    seconds, *theirs = map(median, times)
    return Measured(
        name="record",
        n=len(entries),
        seconds=round(seconds, 3),
        rate_per_s=round(len(entries) / seconds),
        unit="entries",
        durable=True,
        runs=len(times[0]),
        peer=Peer(name="pymerkle", rate_per_s=round(len(entries) / theirs[0])) if theirs else None,
        ratio=round(theirs[0] / seconds, 2) if theirs else None,
        parts={**_receipts(sizes), **_published(entries[: sizes.published], sizes.proofs)},
        peak_rss_mib=peak_rss_mib(),
    )


def _entry(number: int) -> bytes:
    return canonical(
        {"at": "2031-05-06T08:00:00Z", "kind": "Bench", "subject": new_id(os.urandom), "v": 1, "n": number}
    )


def _batches(entries: Sequence[bytes], batch: int) -> Iterator[tuple[int, Sequence[bytes]]]:
    for start in range(0, len(entries), batch):
        yield start, entries[start : start + batch]


def _durable(entries: Sequence[bytes], batch: int) -> float:
    """Return how long it takes to sequence entries and take them into the tree; after each commit its root is known."""
    with _database() as engine:
        begun = time.perf_counter()
        for _, part in _batches(entries, batch):
            with engine.begin() as connection:
                ledger.take_in(connection, part).root()
        return time.perf_counter() - begun


def _peer(entries: Sequence[bytes], batch: int) -> Callable[[], float] | None:
    """Return how pymerkle does the same, where it is installed; it is no part of Tocsin.

    The same entries and hash, as many to a commit, the same durability (WAL, synchronous=FULL: its own default, a
    rollback journal, syncs more often). Theirs has the SQLite of Python, no number for a fact, and no edge to keep.
    """
    try:
        from pymerkle import SqliteTree  # noqa: PLC0415
    except ImportError:
        return None

    def once() -> float:
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name, SqliteTree(f"{name}/peer.db") as tree:
            tree.con.execute("PRAGMA journal_mode=WAL")
            tree.con.execute("PRAGMA synchronous=FULL")
            begun = time.perf_counter()
            for _, part in _batches(entries, batch):
                tree.append_entries(part)
                tree.get_root()
            return time.perf_counter() - begun

    return once


@contextmanager
def _database() -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        (Path(name) / database.FILE).write_bytes(_empty())
        engine = database.open_writer(Path(name))
        try:
            yield engine
        finally:
            engine.dispose()


@cache
def _empty() -> bytes:
    """Return the file of a database without an entry. It is made once: that takes longer than what is measured."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        engine = database.open_writer(Path(name))
        migrate.upgrade(engine)
        with engine.begin() as connection:
            ledger.begin(connection, NOW)
        engine.dispose()
        return (Path(name) / database.FILE).read_bytes()


def _receipts(sizes: Sizes) -> dict[str, Any]:
    """Put a million receipts under one root: 1,000 trees of 1,000, and one over these."""
    salts, payload = [os.urandom(32) for _ in range(sizes.batch)], canonical({"kind": "receipt", "stands": "accepted"})
    leaves = [commitment(salt, payload) for salt in salts]

    def batch() -> bytes:
        places = draw_places(sizes.batch, sums.BATCH_DEPTH, os.urandom)
        return pad(dict(zip(places, leaves, strict=True)), sums.BATCH_DEPTH, os.urandom).root

    def over_all() -> bytes:
        roots = [batch() for _ in range(sizes.receipts // sizes.batch)]
        return sums.over(roots, receipts.WARNING_DEPTH, os.urandom).root

    return {"receipts": sizes.receipts, "receipts_s": round(timed(over_all)[0], 2)}


def _published(entries: Sequence[bytes], count: int) -> dict[str, Any]:
    """Write tiles for many entries to the disc; from those alone make proof files of some, and judge each as a stranger."""
    size, signer = len(entries), Signer(ORIGIN, os.urandom(32))
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name, _database() as engine:
        folder = Folder(Path(name) / "record")
        seconds, root = timed(lambda: folder.grow(0, size, lambda start, stop: entries[start:stop]))
        frontier = Frontier().extend(map(leaf_hash, entries))
        with engine.begin() as connection:
            note = signing.sign(connection, frontier, ORIGIN, [signer], NOW).note
        nodes = tile_nodes(folder.read, size)

        def proof(index: int) -> bytes:
            extra = bundle.write_bundle_extra(bundle.Bundle(v=1, entry=read_canonical(entries[index])))
            return write_proof_file(ProofFile(index, tuple(prove_inclusion(index, size, nodes)), note, extra))

        making, proofs = timed(lambda: [proof(index) for index in range(0, size, -(-size // count))])
    policy = f"log {signer.vkey}\nquorum none\n".encode()
    judging, right = timed(lambda: all(verify_proof(one, policy).ok for one in proofs), runs=3)
    if not right or root != frontier.root():
        raise AssertionError("A proof of the bench does not verify.")
    return {
        "published_per_s": round(size / seconds),
        "prove_ms": round(1_000 * making / len(proofs), 3),
        "verify_ms": round(1_000 * judging / len(proofs), 3),
        "proof_bytes": max(map(len, proofs)),
    }
