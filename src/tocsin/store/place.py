"""Places: who in a batch something must still be tried for, and what that takes. A hand is handed them as they are kept."""

import msgspec

from tocsin.basis.ids import Id


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place in a batch for which something must still be tried.

    row: its number in the list of all recipients, from which links are made. address: sealed under the person's key.
    languages: JSON. tries: how many there were. again: when the next one is, as it is kept; None: at once.
    """

    position: int
    row: int
    person: Id
    contact: Id
    address: str
    languages: str
    forgotten: int  # 0 or 1
    tries: int = 0
    again: str | None = None

    # Addresses belong in no log.
    def __repr__(self) -> str:
        return f"Place(row={self.row})"
