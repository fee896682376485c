"""What our proof files carry besides the proof: the entry, and what of a sealed one is shown.

A proof file is a C2SP tlog-proof; this is its `extra`, canonical JSON. Nothing in it is believed: verify.py computes all
of it again and compares it with the tree. It is read in one spelling only, so that every program reads the same in it.
"""

from typing import Annotated, Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import fitted
from tocsin.record.canonical import canonical, read_canonical

LIMIT = 1 << 20  # bytes
_DEEPEST = 64

Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Hashes = Annotated[tuple[Hash, ...], msgspec.Meta(max_length=_DEEPEST)]
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a commitment stands in the padded tree of a sealed entry. tree: root, or kept."""

    tree: Annotated[str, msgspec.Meta(pattern=r"^(root|kept)\Z")]
    place: Count
    proof: Hashes = ()


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One field of a fact, shown. payload: canonical JSON {"name", "value"}."""

    payload: str
    salt: Hash
    index: Count
    size: Count
    proof: Hashes = ()


class Since(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An older checkpoint of the same record that already held an entry.

    note: with the cosignatures that say when others saw it. hashes: the inclusion proof in that tree.
    """

    note: Annotated[str, msgspec.Meta(max_length=1 << 18)]
    hashes: Hashes = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another entry of the same record, under the same checkpoint. place: of the commitment, where it is a sealed one.

    entry: the object; its canonical form is what was hashed. since: by when others had seen it.
    """

    index: Count
    hashes: Hashes = ()
    entry: dict[str, Any]
    place: Place | None = None
    since: Since | None = None


class Opened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fact that a sealed entry holds, and what is shown of it.

    place: under the file's own entry. earlier: the entries under which it stood before it was kept, the oldest first.
    opening: the entry that says it was opened.
    """

    commitment: Hash
    place: Place
    fields: Annotated[tuple[Field, ...], msgspec.Meta(max_length=256)] = ()
    earlier: Annotated[tuple[Entry, ...], msgspec.Meta(max_length=256)] = ()
    opening: Entry | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One tree inside another: the way from a place up to its root."""

    place: Count
    proof: Hashes = ()


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One person's own receipt or answer, under the root that a field of the opened fact states.

    steps: from the innermost tree outwards. field: the name of that field.
    """

    payload: str
    salt: Hash
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=4)]
    field: str


class Bundle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The extra of a proof file. entry: the entry itself; its canonical form is what the record holds.

    since: by when others had seen that entry.
    """

    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    entry: dict[str, Any]
    opened: Opened | None = None
    receipt: Receipt | None = None
    since: Since | None = None


def write_bundle_extra(bundle: Bundle) -> bytes:
    """Write the extra of a proof file."""
    return canonical(msgspec.to_builtins(bundle))


def read_bundle_extra(data: bytes) -> Bundle:
    """Read the extra of a proof file.

    Raises:
        Refused: it is none of ours.
    """
    if len(data) > LIMIT:
        raise Refused(f"What the proof carries has {len(data)} bytes; at most {LIMIT} are read.")
    try:
        return fitted(read_canonical(data), Bundle)
    except (msgspec.ValidationError, Refused) as error:
        raise Refused(f"What the proof carries is not what Tocsin writes. {error}") from error
