"""What came of a batch, summed up: counts, a root over its results, and each recipient's receipt under one root.

Nothing here asks the database, so that it can be done in a process that has no door to it: see tocsin.hands.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import msgspec

from tocsin.basis.ids import Id, Randomness, keyed_ids
from tocsin.record import HASH_SIZE, canonical, commitment, draw_places, pack_dummies, pad, root_of
from tocsin.store.opening import salt_of

BATCH_DEPTH = 10  # 1,024 places: a batch, or a stretch of the answer log, holds up to 1,000
PLACE = 2  # bytes

Came = tuple[list[int], str, str, int, str]
"""One note of the result log, as it is kept: positions, stands, at, attempt, detail."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """All that it takes to sum a batch up.

    about, channel, step: what the ids of its deliveries are made of, with the person. persons: in the order of the
    batch; keys: theirs, None where it was destroyed. came: all of its results, oldest first.
    """

    batch: Id
    warning: Id
    channel: str
    about: Id
    step: int
    persons: list[Id]
    keys: list[bytes | None]
    came: list[Came]

    # Keys belong in no log.
    def __repr__(self) -> str:
        return f"Tally(batch={self.batch!r})"


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What one person can be shown to have been told, or to have answered.

    about: what the salt is for. payload: canonical JSON (RFC 8785).
    """

    person: Id
    about: str
    payload: bytes


class Planted(msgspec.Struct, frozen=True):
    """A tree of receipts as it is kept. filled: the place of each and its commitment, in the order they were handed in."""

    root: bytes
    filled: bytes
    dummies: bytes


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a batch. counts: recipients by state. root: over its results, in hexadecimal."""

    counts: dict[str, int]
    root: str
    receipts: Planted


def sum_up(tally: Tally, key: bytes, randomness: Randomness, ids: Sequence[Id] | None = None) -> Sums:
    """Sum a batch up. key: from which the ids of deliveries follow, where they are not at hand."""
    if ids is None:
        step = str(tally.step)
        ids = keyed_ids(key, [(tally.about, person, tally.channel, step) for person in tally.persons])
    said = receipts_of(tally.batch, tally.warning, tally.channel, tally.persons, ids, tally.came)
    salts = [None if own is None else salt_of(own, one.about) for own, one in zip(tally.keys, said, strict=True)]
    return Sums(counts=counts(tally.came), root=results_root(tally.came), receipts=plant(said, salts, randomness))


def counts(came: Sequence[Came]) -> dict[str, int]:
    """Return how many places stand how, after everything that came of a batch."""
    stands: dict[int, str] = {}
    for positions, how, *_ in came:
        stands.update(dict.fromkeys(positions, how))
    return dict(sorted(Counter(stands.values()).items()))


_lines = msgspec.json.Encoder().encode_lines


def root_over(rows: Sequence[Sequence[object]]) -> str:
    """Return the root over some rows of a log, each a leaf as a JSON array of texts; in hexadecimal."""
    return root_of_texts([[*map(str, row)] for row in rows])


def root_of_texts(rows: Sequence[Sequence[str]]) -> str:
    """Return root_over() rows of texts."""
    leaves = _lines(rows).split(b"\n")[:-1]  # JSON breaks no line within a row
    # leaf_hash, without the call: everyone who is told passes here
    return root_of([sha256(b"\0" + leaf).digest() for leaf in leaves]).hex()


def results_root(came: Sequence[Came]) -> str:
    """Return root_over() of everything that came of a batch, a row for each place: position, stands, at, attempt, detail."""
    leaves = []
    for positions, *alike in came:
        rest = msgspec.json.encode([*map(str, alike)])
        # leaf_hash, without the call; and what the places of a note share is written once: a million of them pass here.
        leaves += [sha256(b'\0["%d",%b' % (position, rest[1:])).digest() for position in positions]
    return root_of(leaves).hex()


# ---- receipts


def receipts_of(
    batch: Id, warning: Id, channel: str, persons: Sequence[Id], ids: Sequence[Id], came: Sequence[Came]
) -> list[Receipt]:
    """Return what came of each recipient of a batch, in the order of the batch.

    ids: under which each delivery went out, which the recipient finds in the Message-ID, the Idempotency-Key or the
    reference of the SMS.
    """
    tried: dict[int, tuple[int, ...]] = {}  # by position, the notes that tell of it
    for number, (positions, *_) in enumerate(came):
        for position in positions:
            tried[position] = (*tried.get(position, ()), number)
    said = [(stands, f"{at[:19]}Z", attempt) for _, stands, at, attempt, _ in came]
    # Thousands a second pass here, and most went alike: what they share is written once.
    shared = cache(lambda numbers: _shared([said[number] for number in numbers], channel, warning))
    return [
        Receipt(person, f"receipt:{batch}:{position}", shared(tried.get(position, ())) % id.encode())
        for position, (person, id) in enumerate(zip(persons, ids, strict=True))
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


def plant(receipts: Sequence[Receipt], salts: Sequence[bytes | None], randomness: Randomness) -> Planted:
    """Make the tree over some receipts. Whoever has been forgotten has no salt, and gets a leaf that says nothing."""
    leaves = [
        randomness(HASH_SIZE) if salt is None else commitment(salt, one.payload)
        for one, salt in zip(receipts, salts, strict=True)
    ]
    return over(leaves, BATCH_DEPTH, randomness)


def over(leaves: Sequence[bytes], depth: int, randomness: Randomness) -> Planted:
    """Make the tree over some commitments, or over the roots of other trees."""
    places = draw_places(len(leaves), depth, randomness)
    padded = pad(dict(zip(places, leaves, strict=True)), depth, randomness)
    filled = b"".join([place.to_bytes(PLACE, "big") + leaf for place, leaf in zip(places, leaves, strict=True)])
    return Planted(padded.root, filled, pack_dummies(padded.dummies))
