"""Receipts in bulk: what came of each person's delivery, and each person's answer, under one root.

Each stands in a padded tree under a salt that follows from that person's own key. So a million of them cost one
commitment, any one can be proven without telling of another, and whoever is forgotten leaves a leaf that nobody can ever
read again.

A batch's receipts are one tree; the trees of a warning's batches stand in one tree more.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import msgspec
import sqlalchemy as sa

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Erased
from tocsin.basis.ids import Id
from tocsin.delivery.state import Batch
from tocsin.record import HASH_SIZE, canonical, commitment, prove_place, root_again, unpack_dummies
from tocsin.store import log
from tocsin.store.bulk import insert_many
from tocsin.store.keys import Keys
from tocsin.store.sums import BATCH_DEPTH, PLACE, Planted, Receipt, receipts_of
from tocsin.store.tables import receipt_trees

WARNING_DEPTH = 14  # 16,384 batches


class ReceiptTree(msgspec.Struct, frozen=True):
    """One tree of receipts. leaves: the commitments, in the order in which their owners were handed in."""

    root: bytes
    leaves: tuple[bytes, ...]
    places: tuple[int, ...]
    dummies: Mapping[tuple[int, int], bytes]


def of_batch(connection: sa.Connection, batch: Batch, delivery_id: Callable[[Id], str]) -> list[Receipt]:
    """Return what came of each recipient of a batch, in the order of the batch.

    delivery_id: under which a person's delivery went out.
    """
    persons = log.persons(connection, batch.id)
    ids = [delivery_id(person) for person in persons]
    return receipts_of(batch.id, batch.warning, batch.channel, persons, ids, log.came(connection, batch.id))


def of_answers(rows: Sequence[log.Logged], keys: Keys) -> list[Receipt]:
    """Return what each row of a stretch of the answer log says, in its giver's own words."""
    said = cache(_said)  # thousands a second pass here, and most say the same
    return [
        Receipt(row.person, f"answer:{row.seq}", said(row.answer, row.at[:19], row.warning, _words(row, keys)))
        for row in rows
    ]


def _said(answer: str, second: str, warning: Id, words: str) -> bytes:
    return canonical({"answer": answer, "at": f"{second}Z", "kind": "answer", "warning": warning, "words": words})


def _words(row: log.Logged, keys: Keys) -> str:
    words = keys.open(row.person, row.words, f"answer.{row.recipient_row}") if row.words else ""
    return "" if isinstance(words, Erased) else words


def keep(connection: sa.Connection, trees: Mapping[str, Planted]) -> None:
    """Keep trees under their names, so that proofs can be made from them."""
    made = [{"name": name, "filled": one.filled, "dummies": one.dummies} for name, one in trees.items()]
    insert_many(connection, receipt_trees, made)


def find(connection: sa.Connection, name: str, root: bytes) -> ReceiptTree:
    """Return the tree of that name.

    Raises:
        Refused: there is none.
        Broken: it cannot be read.
    """
    row = connection.execute(sa.select(receipt_trees).where(receipt_trees.c.name == name)).one_or_none()
    if row is None:
        raise Refused(f"There are no receipts of {name}.")
    if len(row.filled) % (PLACE + HASH_SIZE):
        raise Broken(f"The receipts of {name} were altered: {len(row.filled)} bytes are none.")
    return unpacked(Planted(root, row.filled, row.dummies))


def unpacked(planted: Planted) -> ReceiptTree:
    """Return a tree as proofs are made from it."""
    width, filled = PLACE + HASH_SIZE, planted.filled
    parts = [filled[at : at + width] for at in range(0, len(filled), width)]
    places = tuple(int.from_bytes(part[:PLACE], "big") for part in parts)
    return ReceiptTree(planted.root, tuple(part[PLACE:] for part in parts), places, unpack_dummies(planted.dummies))


def stands(connection: sa.Connection, name: str, root: str, depth: int) -> bool:
    """Say whether the tree of that name is the one of this root, in hexadecimal."""
    try:
        return _root(find(connection, name, b""), depth).hex() == root
    except Refused:
        return False


def holds(connection: sa.Connection, name: str, root: str, said: Sequence[Receipt], keys: Keys) -> bool:
    """Say whether the tree of that name is the one of this root, and holds these receipts, as far as they can be read."""
    if not stands(connection, name, root, BATCH_DEPTH):
        return False
    leaves = find(connection, name, b"").leaves
    salts = keys.salts([(one.person, one.about) for one in said])
    return len(leaves) == len(said) and all(
        salt is None or commitment(salt, one.payload) == leaf
        for one, salt, leaf in zip(said, salts, leaves, strict=True)
    )


def _root(tree: ReceiptTree, depth: int) -> bytes:
    return root_again(dict(zip(tree.places, tree.leaves, strict=True)), dict(tree.dummies), depth)


def step(tree: ReceiptTree, at: int, depth: int) -> tuple[int, list[bytes]]:
    """Return the place of the one that was handed in at that position, and the proof that leads to the root."""
    filled = dict(zip(tree.places, tree.leaves, strict=True))
    return tree.places[at], prove_place(filled, dict(tree.dummies), depth, tree.places[at])
