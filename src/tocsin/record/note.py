"""Signed notes: a text and the signatures under it.

Lines by keys that are not listed, and of kinds unknown here, pass through unread. What the kinds are is left to
algorithms.py, how keys are written to vkey.py.

Source: C2SP signed-note v1.0.0.
"""

from collections.abc import Iterable, Sequence

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.algorithms import ED25519, stated_seconds
from tocsin.record.spelling import decode_text, from_base64, to_base64
from tocsin.record.vkey import SigningKey, VerifierKey, is_name, parse_vkey

NOTE_LIMIT = 1 << 20  # bytes; room for a hundred of the largest post-quantum signatures
SIGNATURE_LIMIT = 100  # lines; the specification asks for 16 at least
_DASH = "— "


class Signer(SigningKey):
    """Signs notes under one name with one Ed25519 key."""

    kind = ED25519

    def line(self, text: bytes) -> str:
        """Return the signature line for this text."""
        return signature_line(self.name, self.key_id + self._private.sign(text))


class _Line(msgspec.Struct, frozen=True):
    """One signature line: by which name and key id, what was signed with it, and the line without its newline."""

    by: tuple[str, bytes]
    signature: bytes
    written: str


def sign_note(text: bytes, *signers: Signer) -> bytes:
    """Write the text with a signature line by each signer: while a key is changed, by the old and the new one.

    text: UTF-8, ends with a newline, no other control character.

    Raises:
        Refused: the text is not so, nobody signs, or the note grows too long.
    """
    if not signers:
        raise Refused("A note needs at least one signer.")
    if not text.endswith(b"\n"):
        raise Refused("The text of a note ends with a newline.")
    decode_text(text)
    return _note(text, [signer.line(text).removesuffix("\n") for signer in signers])


def add_signatures(note: bytes, lines: Sequence[str]) -> bytes:
    """Return the note with further signature lines, and otherwise as it was.

    A cosignature takes the place of an earlier one by the same key, and is left out where a later one stands. No other
    line is ever replaced, least of all the log's own.

    lines: each one ends with a newline. Verify them first: a bad line by a key that somebody lists spoils the note.

    Raises:
        Refused: a line is malformed or would replace what is no cosignature, or the note grows too long.
    """
    if len(lines) > SIGNATURE_LIMIT:
        raise Refused(f"A note has at most {SIGNATURE_LIMIT} signatures; {len(lines)} are to be added.")
    text, standing = _split(note)
    for line in lines:
        if not line.endswith("\n"):
            raise Refused(f"The signature line {line[:100]!r} does not end with a newline.")
        standing = _joined(standing, _parse_line(line[:-1]))
    return _note(text, [line.written for line in standing])


def open_note(note: bytes, vkeys: list[str]) -> bytes:
    """Return the text of a note, once a listed key has signed it and no listed key's signature fails.

    Signatures by keys that are not listed are ignored, as the specification demands. Whatever it is handed, it returns
    or raises Refused.

    Raises:
        Refused: a listed key fails, or none signed, or a key is listed twice, or this is no note.
    """
    if type(vkeys) not in (list, tuple):
        raise Refused("The verifier keys come as a list, also when there is only one.")
    text, signed = verified(note, map(parse_vkey, vkeys))
    if not signed:
        raise Refused("None of the listed keys has signed this note.")
    return text


def verified(note: bytes, keys: Iterable[VerifierKey]) -> tuple[bytes, list[tuple[VerifierKey, bytes]]]:
    """Return the text of a note, and each signature under it by one of these keys, verified: the key, the signature.

    When no signature is returned, nothing at all is known of the text.

    Raises:
        Refused: one of these keys' signatures fails, its name and id are listed twice, or this is no note.
    """
    known: dict[tuple[str, bytes], list[VerifierKey]] = {}
    for key in keys:
        known.setdefault((key.name, key.key_id), []).append(key)
    text, lines = _split(note)
    signed = []
    for line in lines:
        listed = known.get(line.by, [])
        if len(listed) > 1:  # two keys answer to one name and id: whose word would this be?
            raise Refused(f"The key {listed[0].label} is listed twice. List each key once.")
        for key in listed:
            if not key.verifies(text, line.signature):
                raise Refused(f"The signature by {key.label} is not over this text.")
            signed.append((key, line.signature))
    return text, signed


def signature_line(name: str, signature: bytes) -> str:
    """Write a signature line, with its newline. signature: begins with the key id."""
    return f"{_DASH}{name} {to_base64(signature)}\n"


def _joined(standing: list[_Line], new: _Line) -> list[_Line]:
    before = [line for line in standing if line.by == new.by]
    if new in before:
        return standing
    at = stated_seconds(new.signature)
    for line in before:
        time = stated_seconds(line.signature)
        if time is None or at is None:
            raise Refused(
                f"A signature by {new.by[0][:100]}+{new.by[1].hex()} stands there already; it is not replaced."
            )
        if time >= at:
            return standing
    return [line for line in standing if line.by != new.by] + [new]


def _note(text: bytes, lines: list[str]) -> bytes:
    note = text + b"\n" + "".join(f"{line}\n" for line in lines).encode()
    if len(lines) > SIGNATURE_LIMIT or len(note) > NOTE_LIMIT:
        raise Refused(f"A note has at most {SIGNATURE_LIMIT} signatures and {NOTE_LIMIT} bytes.")
    return note


def _split(note: bytes) -> tuple[bytes, list[_Line]]:
    """Take a note apart into its text and its signature lines."""
    if type(note) is not bytes or len(note) > NOTE_LIMIT:
        raise Refused(f"A note is at most {NOTE_LIMIT} bytes.")
    text, gap, tail = decode_text(note).rpartition("\n\n")
    lines = tail.split("\n")
    if not gap or lines.pop() != "" or not 1 <= len(lines) <= SIGNATURE_LIMIT:
        raise Refused(f"A note is a text, an empty line, and 1 to {SIGNATURE_LIMIT} signature lines.")
    return (text + "\n").encode(), [_parse_line(line) for line in lines]


def _parse_line(line: str) -> _Line:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    signature = from_base64(encoded)
    if not (line.startswith(_DASH) and space and is_name(name) and len(signature) > 4):
        raise Refused(f"{line[:100]!r} is no signature line. It is written: dash, space, name, space, base64.")
    return _Line((name, signature[:4]), signature[4:], line)
