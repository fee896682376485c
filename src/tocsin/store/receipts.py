"""Receipts in bulk: what came of each person's delivery, and each person's answer, under one root.

Each stands in a padded tree under a salt that follows from that person's own key. So a million of them cost one
commitment, any one can be proven without telling of another, and whoever is forgotten leaves a leaf that nobody can ever
read again.

A batch's receipts are one tree; the trees of a warning's batches stand in one tree more.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Erased
from tocsin.basis.ids import Id, Randomness
from tocsin.basis.moment import rfc3339
from tocsin.delivery.state import Batch
from tocsin.record import (
    HASH_SIZE,
    canonical,
    commitment,
    draw_places,
    pack_dummies,
    pad,
    prove_place,
    root_again,
    unpack_dummies,
)
from tocsin.store import log
from tocsin.store.keys import Keys
from tocsin.store.tables import receipt_trees

BATCH_DEPTH = 10  # 1,024 places: a batch, or a stretch of the answer log, holds up to 1,000
WARNING_DEPTH = 14  # 16,384 batches
_PLACE = 2  # bytes


class ReceiptTree(msgspec.Struct, frozen=True):
    """One tree of receipts. leaves: the commitments, in the order in which their owners were handed in."""

    root: bytes
    leaves: tuple[bytes, ...]
    places: tuple[int, ...]
    dummies: Mapping[tuple[int, int], bytes]


class Receipt(msgspec.Struct, frozen=True):
    """What one person can be shown to have been told, or to have answered.

    about: what the salt is for. payload: canonical JSON (RFC 8785).
    """

    person: Id
    about: str
    payload: bytes


def plant(receipts: Sequence[Receipt], keys: Keys, randomness: Randomness) -> ReceiptTree:
    """Make the tree over some receipts. Whoever has been forgotten gets a leaf that says nothing."""
    salts = keys.salts([(one.person, one.about) for one in receipts])
    leaves = [
        commitment(salt, one.payload) if salt else randomness(HASH_SIZE)
        for one, salt in zip(receipts, salts, strict=True)
    ]
    return over(leaves, BATCH_DEPTH, randomness)


def of_batch(
    connection: sa.Connection, batch: Batch, delivery_id: Callable[[Id], str], came: Sequence[Any] | None = None
) -> list[Receipt]:
    """Return what came of each recipient of a batch, in the order of the batch.

    delivery_id: under which a person's delivery went out, which the recipient finds in the Message-ID, the
    Idempotency-Key or the reference of the SMS. came: as the log has it, where that is at hand.
    """
    attempts: dict[int, list[tuple[str, str, int]]] = {}
    for position, stands, at, attempt, _ in log.came(connection, batch.id) if came is None else came:
        attempts.setdefault(position, []).append((stands, f"{at[:19]}Z", attempt))
    # Thousands a second pass here, and most went alike: what they share is written once.
    shared = cache(lambda tried: _shared(tried, batch.channel, batch.warning))
    return [
        Receipt(
            person,
            f"receipt:{batch.id}:{position}",
            shared(tuple(attempts.get(position, ()))) % delivery_id(person).encode(),
        )
        for position, person in log.persons(connection, batch.id)
    ]


def _shared(attempts: Sequence[tuple[str, str, int]], channel: str, warning: Id) -> bytes:
    """Return a receipt in its canonical form, with %s for the id of the delivery."""
    said = {
        "attempts": [list(one) for one in attempts],
        "channel": channel,
        "delivery": _ITS_ID,
        "kind": "receipt",
        "stands": attempts[-1][0] if attempts else "",
        "warning": warning,
    }
    return canonical(said).replace(b"%", b"%%").replace(_ITS_ID.encode(), b"%s")


_ITS_ID = "its id"  # no state, channel or id has a space


def of_answers(rows: Sequence[Any], keys: Keys) -> list[Receipt]:
    """Return what each row of a stretch of the answer log says, in its giver's own words."""
    return [
        Receipt(
            row.person,
            f"answer:{row.seq}",
            canonical(
                {
                    "answer": row.answer,
                    "at": rfc3339(row.at.replace(microsecond=0)),
                    "kind": "answer",
                    "warning": row.warning,
                    "words": _words(row, keys),
                }
            ),
        )
        for row in rows
    ]


def _words(row: Any, keys: Keys) -> str:
    words = keys.open(row.person, row.words, f"answer.{row.recipient_row}") if row.words else ""
    return "" if isinstance(words, Erased) else words


def over(leaves: Sequence[bytes], depth: int, randomness: Randomness) -> ReceiptTree:
    """Make the tree over some commitments, or over the roots of other trees."""
    places = draw_places(len(leaves), depth, randomness)
    padded = pad(dict(zip(places, leaves, strict=True)), depth, randomness)
    return ReceiptTree(padded.root, tuple(leaves), tuple(places), padded.dummies)


def keep(connection: sa.Connection, trees: Mapping[str, ReceiptTree]) -> None:
    """Keep trees under their names, so that proofs can be made from them."""
    if trees:
        connection.execute(
            receipt_trees.insert(),
            [
                {
                    "name": name,
                    "filled": b"".join(
                        place.to_bytes(_PLACE, "big") + leaf for place, leaf in zip(one.places, one.leaves, strict=True)
                    ),
                    "dummies": pack_dummies(dict(one.dummies)),
                }
                for name, one in trees.items()
            ],
        )


def find(connection: sa.Connection, name: str, root: bytes) -> ReceiptTree:
    """Return the tree of that name.

    Raises:
        Refused: there is none.
        Broken: it cannot be read.
    """
    row = connection.execute(sa.select(receipt_trees).where(receipt_trees.c.name == name)).one_or_none()
    if row is None:
        raise Refused(f"There are no receipts of {name}.")
    width = _PLACE + HASH_SIZE
    if len(row.filled) % width:
        raise Broken(f"The receipts of {name} were altered: {len(row.filled)} bytes are none.")
    parts = [row.filled[at : at + width] for at in range(0, len(row.filled), width)]
    places = tuple(int.from_bytes(part[:_PLACE], "big") for part in parts)
    return ReceiptTree(root, tuple(part[_PLACE:] for part in parts), places, unpack_dummies(row.dummies))


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
