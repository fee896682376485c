"""Seals: commit to a secret now, show it later, and let nobody count secrets meanwhile.

Each confidential fact leaves a commitment. Once an interval, at a fixed time, a fixed number of them, filled up with
random dummies, stands under one root in one sealed entry of fixed size, also when nothing happened.

What an observer of the record learns: that an interval passed. Not whether it held a fact, how many, of what length,
or when in the interval they fell.

What an observer learns when one commitment is opened: its payload, its place and the hashes beside its path. The place
follows from the commitment's own bytes, and the hashes may be dummies': neither tells anything of the others.

What it does not hide: that the organisation keeps a record at all; from whoever holds the database, anything; and, as
long as the salt exists, whether a payload that someone already guesses exactly was sealed, from whoever has that salt.
Destroying the salt makes the commitment say nothing for ever.

What it does not prove: that what was opened was all that was sealed. Someone could seal many prophecies and open the
one that came true; open-by dates and the public count of overdue ones answer that, and are kept elsewhere.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Randomness
from tocsin.record.proof import prove_inclusion, verify_inclusion
from tocsin.record.tree import HASH_SIZE, leaf_hash, nodes_over, root_of

SALT_SIZE = 32
_DOMAIN = b"tocsin/commit/v1\0"


class Sealed(msgspec.Struct, frozen=True):
    """One interval's seal.

    root: what the sealed entry publishes.
    leaves: the commitments and dummies under it, sorted; kept private, since proofs are made from them.
    """

    root: bytes
    leaves: tuple[bytes, ...]


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return the commitment to a payload.

    salt: 32 bytes drawn for this payload alone, never derived from a common secret: whoever destroys it must be able to
        rely on that.

    Raises:
        Refused: the salt has another length.
    """
    if len(salt) != SALT_SIZE:
        raise Refused(f"A salt has {SALT_SIZE} bytes, not {len(salt)}.")
    return sha256(_DOMAIN + salt + payload).digest()


def seal(commitments: Sequence[bytes], capacity: int, randomness: Randomness) -> Sealed:
    """Seal an interval: fill up with dummies to the capacity, hide the order, and take the root.

    A dummy is 32 random bytes, which is what a commitment looks like to everyone without its salt. The leaves are
    sorted by their bytes, so that no place says who came first or which is real.

    Raises:
        Refused: there are more commitments than the capacity (seal the oldest, keep the rest for the next interval),
            one is no commitment, or one stands there twice.
    """
    if len(commitments) > capacity:
        raise Refused(f"{len(commitments)} commitments do not fit a seal of {capacity}. Keep the rest for the next.")
    if any(len(one) != HASH_SIZE for one in commitments) or len(set(commitments)) < len(commitments):
        raise Refused(f"Each commitment has {HASH_SIZE} bytes and is sealed once.")
    dummies = [randomness(HASH_SIZE) for _ in range(capacity - len(commitments))]
    leaves = tuple(sorted([*commitments, *dummies]))
    return Sealed(root_of([leaf_hash(leaf) for leaf in leaves]), leaves)


def prove_sealed(leaves: Sequence[bytes], commitment: bytes) -> tuple[int, list[bytes]]:
    """Return the place of a commitment among the leaves, and the proof that leads from it to the root.

    Raises:
        Refused: it is not among them.
    """
    if commitment not in leaves:
        raise Refused(f"The commitment {commitment.hex()} is not under this seal.")
    index = leaves.index(commitment)
    return index, prove_inclusion(index, len(leaves), nodes_over([leaf_hash(leaf) for leaf in leaves]))


def verify_sealed(index: int, capacity: int, commitment: bytes, proof: list[bytes], root: bytes) -> bool:
    """Say whether the proof shows that this commitment stands at index under a seal of this capacity and root.

    Whatever it is handed, it answers and never raises. That a payload belongs to the commitment is seen by computing
    commitment(salt, payload) again.
    """
    if type(commitment) is not bytes or len(commitment) != HASH_SIZE:
        return False
    return verify_inclusion(index, capacity, leaf_hash(commitment), proof, root)
