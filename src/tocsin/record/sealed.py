"""Seals: commit to a secret now, show it later, and let nobody count secrets meanwhile.

Each confidential fact leaves a commitment. Once an interval, at a fixed time, a padded tree over those of the interval
stands under one root in one sealed entry of fixed size, also when nothing happened.

What an observer of the record learns: that an interval passed. Not whether it held a fact, how many, of what length,
or when in the interval they fell.

What an observer learns when one commitment is opened: what is shown of it, its place and the hashes beside its path.
The place was drawn by lot, and the hashes may be dummies': neither tells anything of the others.

What it does not hide: that the organisation keeps a record at all; from whoever holds the database, anything; and, as
long as the salt exists, whether a payload that someone already guesses exactly was sealed, from whoever has that salt.
Destroying the salt makes the commitment say nothing for ever.

What it does not prove: that what was opened was all that was sealed. Someone could seal many prophecies and open the
one that came true. Three things bound that. Each sealed entry states its open-by date, the same time ahead for all;
after it nothing under that root counts any more. What its keeper wants to hold sealed for longer must be kept: put
once more under the `kept` root of a later entry, which has 64 places, filled with dummies like the other, so that at
most so many an interval outlive the date. And how far the dates have been dealt with stands in each entry (`settled`),
so that anyone can count the places that are overdue, real and dummy alike.
"""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Randomness
from tocsin.record.padded import Dummies, draw_places, pad
from tocsin.record.tree import HASH_SIZE

SALT_SIZE = 32
SEAL_DEPTH = 12  # 4,096 places an interval; what does not fit waits for the next
KEPT_DEPTH = 6  # 64 places for what is kept beyond its open-by date
HORIZON = timedelta(days=730)  # from a seal to its open-by date: one for all commitments, real and dummy
_DOMAIN = b"tocsin/commit/v1\0"


class Sealed(msgspec.Struct, frozen=True):
    """One interval's seal. places: of each commitment, in the order in which they were handed in."""

    root: bytes
    places: tuple[int, ...]
    dummies: Dummies


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return the commitment to a payload.

    salt: 32 bytes that stand for this payload alone, and that cannot be found again once their keeper destroys them.

    Raises:
        Refused: the salt has another length.
    """
    if len(salt) != SALT_SIZE:
        raise Refused(f"A salt has {SALT_SIZE} bytes, not {len(salt)}.")
    return sha256(_DOMAIN + salt + payload).digest()


def seal(commitments: Sequence[bytes], depth: int, randomness: Randomness) -> Sealed:
    """Seal commitments: give each a place by lot in a padded tree, and take its root.

    Raises:
        Refused: there are more than places (seal the oldest, keep the rest for the next interval), one is no
            commitment, or one stands there twice.
    """
    if any(len(one) != HASH_SIZE for one in commitments) or len(set(commitments)) < len(commitments):
        raise Refused(f"Each commitment has {HASH_SIZE} bytes and is sealed once.")
    places = draw_places(len(commitments), depth, randomness)
    padded = pad(dict(zip(places, commitments, strict=True)), depth, randomness)
    return Sealed(padded.root, tuple(places), padded.dummies)
