"""Writes text as quoted-printable, line by line, with room for a link that differs from one letter to the next. Pure.

Source: RFC 2045, 6.7.
"""

import binascii
import re
from collections.abc import Sequence

import msgspec

from tocsin.basis.errors import Refused

LINK = "\x00"
"""Stands in a text where each recipient's own answer link will. No letter may hold this character itself (RFC 5322)."""

# Nothing in it needs to be escaped in an HTML attribute or could end a header. RFC 3986 without & and '.
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$()*+,;=%-]{1,900}")
_LONGEST = 76  # octets of a line. RFC 2045, 6.7, rule 5
_ROOM = 75  # octets that surely need no soft break


def check_url(url: str) -> None:
    """Make sure that a link can stand in a line, an attribute and a header.

    Raises:
        Refused: it cannot.
    """
    if not _URL.fullmatch(url):
        raise Refused("A link in a mail begins with http:// or https:// and holds no space, quote, & or angle bracket.")


def quoted(line: str) -> bytes:
    """Return a line, encoded, with its end."""
    raw = line.encode() + b"\r\n"
    encoded = binascii.b2a_qp(raw, istext=True)
    if max(map(len, encoded.split(b"\r\n"))) <= _LONGEST:
        return encoded
    # The library lets the "=20" of a space that ends a line stick out; when it quotes every space, it breaks in time.
    return binascii.b2a_qp(raw, istext=True, quotetabs=True)


class Line(msgspec.Struct, frozen=True):
    """A line with the answer link in it.

    pieces: what stands around the link, quoted; put together with a link no longer than room, it needs no soft break.
    """

    text: str
    pieces: tuple[bytes, ...]
    room: int

    @classmethod
    def of(cls, text: str) -> "Line":
        """Make a line of a text that holds LINK."""
        # Quoted in one go, since a space or dot is quoted by where it stands. A text that holds this mark itself has no pieces.
        whole = binascii.b2a_qp(text.replace(LINK, "\x01").encode(), istext=True).replace(b"=\n", b"")
        pieces = tuple(whole.split(b"=01")) if "\x01" not in text else ()
        links = len(pieces) - 1
        return cls(text, pieces, (_ROOM - sum(map(len, pieces))) // links if links > 0 else -1)

    def written(self, url: str, encoded: bytes) -> bytes:
        """Return the line, encoded, with this link. encoded: the link by itself."""
        if len(encoded) <= self.room:
            return encoded.join(self.pieces) + b"\r\n"
        return quoted(self.text.replace(LINK, url))


class Body:
    """The octets that all letters share, with the lines that hold the link between them."""

    def __init__(self, parts: Sequence[bytes | Line]) -> None:
        self._lines = [part for part in parts if isinstance(part, Line)]
        self._room = min((line.room for line in self._lines), default=0)
        shared = [b""]
        for part in parts:
            if isinstance(part, Line):
                shared.append(b"")
            else:
                shared[-1] += part
        self._shared = shared
        self._pieces = self._cut()

    def _cut(self) -> list[bytes]:
        """Return what stands between one link and the next, for links that fit everywhere: nearly all of them."""
        pieces = [self._shared[0]]
        for line, after in zip(self._lines, self._shared[1:], strict=True):
            if line.room < 0:
                return []
            pieces[-1] += line.pieces[0]
            pieces += line.pieces[1:]
            pieces[-1] += b"\r\n" + after
        return pieces

    def written(self, url: str) -> bytes:
        """Return the body with this link.

        Raises:
            Refused: the link is none, or missing.
        """
        if not self._lines:
            return self._shared[0]
        check_url(url)
        encoded = url.replace("=", "=3D").encode("ascii")
        if len(encoded) <= self._room:
            return encoded.join(self._pieces)
        out = [self._shared[0]]
        for line, after in zip(self._lines, self._shared[1:], strict=True):
            out += (line.written(url, encoded), after)
        return b"".join(out)
