"""Keys under the record: how they are named and written, what they verify, and signing with one.

A log's key and a cosigner's are told apart by their kind, even when the same key is behind both. Where private keys are
kept is left to the shell.

Source: C2SP signed-note v1.0.0, verifier keys.
"""

import re
from hashlib import sha256

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.basis.errors import Refused
from tocsin.record.algorithms import ED25519, KINDS
from tocsin.record.spelling import from_base64, to_base64

VKEY_LIMIT = 1 << 14  # characters; the largest post-quantum keys in use need less than half
_NOT_IN_NAMES = re.compile(r"[+\s\x00-\x1f\ud800-\udfff]")  # the last: lone surrogates, which UTF-8 cannot write


class VerifierKey(msgspec.Struct, frozen=True):
    """Whose signature to look for. kind: of signature, as in algorithms.py; key_id: four bytes."""

    name: str
    key_id: bytes
    public: bytes
    kind: int = ED25519

    @property
    def label(self) -> str:
        """The name and key id, as a sentence names the key."""
        return f"{self.name[:100]}+{self.key_id.hex()}"

    @property
    def vkey(self) -> str:
        """The key as write_vkey writes it."""
        return write_vkey(self.name, self.public, self.kind)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Say whether this is the key's signature under the text; malformed input is simply no."""
        return KINDS[self.kind].verifies(self.public, text, signature)


class SigningKey:
    """An Ed25519 key with a name. What it signs is said by the one who inherits; its seed is never shown."""

    kind: int

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != 32:
            raise Refused(f"The seed of a signing key has 32 bytes, not {len(seed)}.")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.name = name
        self.public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.vkey = write_vkey(name, self.public, self.kind)
        self.key_id = key_id(name, self.kind, self.public)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.vkey!r})"


def is_name(name: str) -> bool:
    """Say whether this can name a key: not empty, no space, plus or control character."""
    return bool(name) and not _NOT_IN_NAMES.search(name)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes that tell keys of one name apart. They identify; they prove nothing."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def write_vkey(name: str, public: bytes, kind: int = ED25519) -> str:
    """Write a verifier key: NAME+KEY ID+BASE64.

    Raises:
        Refused: the name is empty or has a space or plus in it, or the key has another size than its kind has.
    """
    if not is_name(name):
        raise Refused(
            f"{name[:100]!r} cannot name a key. Write it like warn.example.org/record, without space or plus."
        )
    _refuse_size(kind, public)
    return f"{name}+{key_id(name, kind, public).hex()}+{to_base64(bytes([kind]) + public)}"


def parse_vkey(vkey: str) -> VerifierKey:
    """Read a verifier key.

    Raises:
        Refused: it is none, of a kind that is not verified here, or its key id does not follow from it.
    """
    if type(vkey) is not str or len(vkey) > VKEY_LIMIT or vkey.count("+") < 2:
        raise Refused(f"A verifier key is text of at most {VKEY_LIMIT} characters: NAME+KEY ID+BASE64. This is not.")
    name, stated_id, encoded = vkey.split("+", 2)
    raw = from_base64(encoded)
    if not raw or raw[0] not in KINDS:
        raise Refused(
            f"The verifier key {vkey[:100]!r} is of type {raw[:1].hex() or 'none'}. Only {_known()} can be used."
        )
    kind, public = raw[0], raw[1:]
    _refuse_size(kind, public)
    if not is_name(name) or stated_id.lower() != key_id(name, kind, public).hex():
        raise Refused(
            f"The verifier key {vkey[:100]!r} does not have the key id that its name and key give. Copy it again."
        )
    return VerifierKey(name, bytes.fromhex(stated_id), public, kind)


def _refuse_size(kind: int, public: bytes) -> None:
    if len(public) != KINDS[kind].key_size:
        raise Refused(f"The public part of {KINDS[kind].called} has {KINDS[kind].key_size} bytes, not {len(public)}.")


def _known() -> str:
    return " and ".join(f"{kind.called} ({number:02x})" for number, kind in KINDS.items())
