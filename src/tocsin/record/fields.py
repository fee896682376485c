"""The fields of one fact, each under a salt of its own, so that any of them can be shown and the others stay hidden.

A fact's commitment is the root of the RFC 6962 tree over the commitments to its fields, in the order of their names. A
field's salt follows from the fact's salt and the field's name by HMAC: whoever is shown one learns nothing of another,
and whoever destroys the fact's salt destroys them all.

Which fields a fact has is the journal's to say; where its commitment stands is sealed.py's.
"""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.canonical import canonical
from tocsin.record.proof import prove_inclusion, verify_inclusion
from tocsin.record.sealed import SALT_SIZE, commitment
from tocsin.record.tree import leaf_hash, nodes_over, root_of

NAMES = "fact.fields"
_DOMAIN = b"tocsin/field/v1\0"
_NAMES_KEPT = 1_024  # names of fields, of which there are a few hundred
_BLOCK = 64  # bytes of SHA-256's block
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


class OpenedField(msgspec.Struct, frozen=True):
    """One field shown. payload: canonical JSON {"name", "value"}, as it was hashed; size: how many fields the fact has."""

    payload: bytes
    salt: bytes
    index: int
    size: int
    proof: tuple[bytes, ...]


def commit_fields(salt: bytes, fields: Mapping[str, Any]) -> bytes:
    """Return the commitment to a fact: the root over its fields.

    salt: 32 bytes drawn for this fact alone.

    Raises:
        Refused: the salt has another length, there is no field, or one is no JSON.
    """
    return root_of(_leaves(salt, _named(fields)))


def open_field(salt: bytes, fields: Mapping[str, Any], name: str) -> OpenedField:
    """Return what shows one field of a fact.

    Raises:
        Refused: the fact has no such field.
    """
    fields = _named(fields)
    names = sorted(fields)
    if name not in fields:
        raise Refused(f"There is no field {name!r} here. There are: {', '.join(names)}.")
    index = names.index(name)
    proof = prove_inclusion(index, len(names), nodes_over(_leaves(salt, fields)))
    return OpenedField(_payload(name, fields[name]), _salt(salt, name), index, len(names), tuple(proof))


def verify_field(opened: OpenedField, root: bytes) -> bool:
    """Say whether this field belongs to the fact of this commitment. It answers and never raises."""
    if type(opened.payload) is not bytes or type(opened.salt) is not bytes or len(opened.salt) != SALT_SIZE:
        return False
    if type(opened.proof) is not tuple:
        return False
    leaf = leaf_hash(commitment(opened.salt, opened.payload))
    return verify_inclusion(opened.index, opened.size, leaf, list(opened.proof), root)


def _named(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add the field that names them all, itself too: so nobody can keep one name twice, and show whichever came true."""
    return {**fields, NAMES: sorted({*fields, NAMES})} if fields else fields


def _leaves(salt: bytes, fields: Mapping[str, Any]) -> list[bytes]:
    if len(salt) != SALT_SIZE or not fields:
        raise Refused(f"A fact is committed to under a salt of {SALT_SIZE} bytes, and has a field or more.")
    # HMAC (RFC 2104) by hand takes a third of the time, for the key is padded once for all fields: every fact of a bulk
    # import comes by here. A test holds it against the library's.
    block = salt.ljust(_BLOCK, b"\0")
    inner, outer = block.translate(_INNER), block.translate(_OUTER)
    leaves = []
    for name in sorted(fields):
        about, before = _spelt(name)
        own = sha256(outer + sha256(inner + about).digest()).digest()
        leaves.append(leaf_hash(commitment(own, before + canonical(fields[name]) + b"}")))
    return leaves


def _salt(salt: bytes, name: str) -> bytes:
    return hmac.digest(salt, _spelt(name)[0], sha256)


@lru_cache(maxsize=_NAMES_KEPT)
def _spelt(name: str) -> tuple[bytes, bytes]:
    """Return what the salt of a field of this name is about, and how its payload begins."""
    return _DOMAIN + name.encode(), b'{"name":' + canonical(name) + b',"value":'


def _payload(name: str, value: Any) -> bytes:
    """Return canonical({"name": name, "value": value}); what comes before the value is the same for each fact of a kind."""
    return _spelt(name)[1] + canonical(value) + b"}"
