"""Signed notes: a text and the signatures under it.

Only Ed25519 is signed with and verified here; lines by other keys and of other kinds pass through unread. Where keys are
kept is left to the shell.

Source: C2SP signed-note v1.0.0.
"""

import base64
import re
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tocsin.basis.errors import Refused

ED25519 = 0x01
NOTE_LIMIT = 1 << 20  # bytes; room for a hundred of the largest post-quantum signatures
SIGNATURE_LIMIT = 100  # lines; the specification asks for 16 at least
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NOT_IN_NAMES = re.compile(r"[+\s\x00-\x1f\ud800-\udfff]")  # the last: lone surrogates, which UTF-8 cannot write


class VerifierKey(msgspec.Struct, frozen=True):
    """Whose signature to look for: the name, the four bytes of the key id, and the Ed25519 public key."""

    name: str
    key_id: bytes
    public: bytes


class Signer:
    """Signs notes under one name with one Ed25519 key."""

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != 32:
            raise Refused(f"The seed of a signing key has 32 bytes, not {len(seed)}.")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.name = name
        self.public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.vkey = write_vkey(name, self.public)

    def line(self, text: bytes) -> str:
        """Return the signature line for this text."""
        signature = key_id(self.name, ED25519, self.public) + self._private.sign(text)
        return f"{_DASH}{self.name} {to_base64(signature)}\n"

    def __repr__(self) -> str:
        return f"Signer({self.vkey!r})"  # never the seed


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes that tell keys of one name apart. They identify; they prove nothing."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def write_vkey(name: str, public: bytes) -> str:
    """Write a verifier key: NAME+KEY ID+BASE64.

    Raises:
        Refused: the name is empty or has a space or plus in it, or the key has not 32 bytes.
    """
    if not _is_name(name):
        raise Refused(f"{name!r} cannot name a key. Write it like warn.example.org/record, without space or plus.")
    if len(public) != 32:
        raise Refused(f"An Ed25519 public key has 32 bytes, not {len(public)}.")
    return f"{name}+{key_id(name, ED25519, public).hex()}+{to_base64(bytes([ED25519]) + public)}"


def parse_vkey(vkey: str) -> VerifierKey:
    """Read an Ed25519 verifier key.

    Raises:
        Refused: it is no such key, or its key id does not follow from it.
    """
    parts = vkey.split("+", 2) if type(vkey) is str else []
    if len(parts) != 3:
        raise Refused(f"{vkey!r} is no verifier key. Write it as NAME+KEY ID+BASE64.")
    name, stated_id, encoded = parts
    key = from_base64(encoded)
    if len(key) != 33 or key[0] != ED25519:
        raise Refused(f"The verifier key {vkey!r} is not an Ed25519 key; only those can be verified.")
    if not _is_name(name) or stated_id.lower() != key_id(name, ED25519, key[1:]).hex():
        raise Refused(f"The verifier key {vkey!r} does not have the key id that its name and key give. Copy it again.")
    return VerifierKey(name, bytes.fromhex(stated_id), key[1:])


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether this is the key's signature over the message; malformed input is simply no."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_note(text: bytes, *signers: Signer) -> bytes:
    """Write the text with a signature line by each signer.

    text: UTF-8, ends with a newline, no other control character.

    Raises:
        Refused: the text is not so, nobody signs, or the note grows too long.
    """
    if not signers:
        raise Refused("A note needs at least one signer.")
    if not text.endswith(b"\n"):
        raise Refused("The text of a note ends with a newline.")
    note = decode_text(text) + "\n" + "".join(signer.line(text) for signer in signers)
    if len(signers) > SIGNATURE_LIMIT or len(note.encode()) > NOTE_LIMIT:
        raise Refused(f"A note has at most {SIGNATURE_LIMIT} signatures and {NOTE_LIMIT} bytes.")
    return note.encode()


def open_note(note: bytes, vkeys: list[str]) -> bytes:
    """Return the text of a note, once a listed key has signed it and no listed key's signature fails.

    Signatures by keys that are not listed are ignored, as the specification demands.

    Raises:
        Refused: a listed key fails, or none signed, or a key is listed twice, or this is no note.
    """
    known: dict[tuple[str, bytes], list[VerifierKey]] = {}
    for key in map(parse_vkey, vkeys):
        known.setdefault((key.name, key.key_id), []).append(key)
    text, signatures = _split(note)
    signed = [(keys, signature) for name, signature in signatures if (keys := known.get((name, signature[:4])))]
    if not signed:
        raise Refused("None of the listed keys has signed this note.")
    for keys, signature in signed:
        if len(keys) > 1:  # two keys answer to one name and id: whose word would this be?
            raise Refused(f"The key {keys[0].name}+{keys[0].key_id.hex()} is listed twice. List each key once.")
        if not ed25519_verifies(keys[0].public, text, signature[4:]):
            raise Refused(f"The signature by {keys[0].name}+{keys[0].key_id.hex()} is not over this text.")
    return text


def to_base64(raw: bytes) -> str:
    """Write bytes as standard base64."""
    return base64.b64encode(raw).decode()


def from_base64(text: str) -> bytes:
    """Read standard base64 in its one canonical form, so that no bit of it can change unnoticed.

    Raises:
        Refused: it is not base64, or spare bits at its end are set.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused(f"{text[:100]!r} is not standard base64.") from error
    if to_base64(raw) != text:
        raise Refused(f"{text[:100]!r} is not base64 in its canonical form.")
    return raw


def decode_text(raw: bytes) -> str:
    """Read the bytes of a note as text.

    Raises:
        Refused: they are not UTF-8, or hold a control character other than the newline.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Refused("A note is UTF-8; this is not.") from error
    if _CONTROL.search(text):
        raise Refused("A note has no control character but the newline.")
    return text


def _split(note: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Take a note apart into its text and its signatures: (name, key id and signature)."""
    if type(note) is not bytes or len(note) > NOTE_LIMIT:
        raise Refused(f"A note is at most {NOTE_LIMIT} bytes.")
    text, gap, tail = decode_text(note).rpartition("\n\n")
    lines = tail.split("\n")
    if not gap or lines.pop() != "" or not 1 <= len(lines) <= SIGNATURE_LIMIT:
        raise Refused(f"A note is a text, an empty line, and 1 to {SIGNATURE_LIMIT} signature lines.")
    return (text + "\n").encode(), [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    signature = from_base64(encoded)
    if not (line.startswith(_DASH) and space and _is_name(name) and len(signature) > 4):
        raise Refused(f"{line[:100]!r} is no signature line. It is written: dash, space, name, space, base64.")
    return name, signature


def _is_name(name: str) -> bool:
    return bool(name) and not _NOT_IN_NAMES.search(name)
