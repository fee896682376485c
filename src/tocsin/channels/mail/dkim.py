"""Signs letters in the name of a domain, so that receivers can tell them from forged ones. RFC 6376, RFC 8463, RFC 8301.

Most relays sign what passes through them; then nothing here is needed. dkimpy, the library that there is, takes 6.6 ms
for an RSA signature in plain Python, against 0.3 ms here; tests have it check what is signed.
"""

import base64
import hashlib
import re
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from tocsin.basis.errors import Refused

# Named once more than they stand there, so that nobody on the way can add a second one that a reader would show.
# Source: RFC 6376, 5.4.2 and 8.15.
_GUARDED = ("from", "to", "subject", "date", "message-id", "reply-to", "mime-version", "content-type")
_SIGNED = (
    *_GUARDED,
    "content-transfer-encoding",
    "content-language",
    "auto-submitted",
    "importance",
    "x-tocsin-exercise",
    "list-unsubscribe",  # RFC 8058, 4: both must be covered, or no one-click is offered
    "list-unsubscribe-post",
)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
_FIELD = re.compile(rb"([!-9;-~]+):(.*?)\r\n(?![ \t])", re.DOTALL)
_SHORTEST_RSA = 2_048  # bits. RFC 8301, 3.2


class DkimKey(msgspec.Struct, frozen=True):
    """A private key, and the name under which its public half stands in the DNS."""

    selector: str
    private: Ed25519PrivateKey | RSAPrivateKey

    def __repr__(self) -> str:
        return f"DkimKey(selector={self.selector!r})"

    def dns_record(self, domain: str) -> tuple[str, str]:
        """Return the name and the text of the TXT record that publishes it. Source: RFC 6376, 3.6.1 and 3.6.2.1."""
        public = self.private.public_key()
        if isinstance(self.private, Ed25519PrivateKey):
            kind, raw = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        else:
            kind, raw = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"{self.selector}._domainkey.{domain}", f"v=DKIM1; k={kind}; p={base64.b64encode(raw).decode()}"


def read_key(selector: str, file: Path) -> DkimKey:
    """Read a private key: PEM, Ed25519 or RSA of 2,048 bits or more, without a password.

    Raises:
        Refused: it cannot be read, others can read it too, or it is no such key.
    """
    if not _NAME.fullmatch(selector):
        raise Refused("The DKIM selector must be a name such as may stand in the DNS, like tocsin2026.")
    try:
        open_to_others = stat.S_IMODE(file.stat().st_mode) & 0o077
        raw = file.read_bytes()
    except OSError:
        raise Refused(f"The DKIM key {file} cannot be read.") from None
    if open_to_others:
        raise Refused(f"The DKIM key {file} can be read by others. Give it mode 0600.")
    try:
        private = load_pem_private_key(raw, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refused(f"The DKIM key {file} is no private key in PEM without a password.") from None
    if isinstance(private, RSAPrivateKey) and private.key_size < _SHORTEST_RSA:
        raise Refused(f"The DKIM key {file} has {private.key_size} bits; an RSA key needs {_SHORTEST_RSA} or more.")
    if not isinstance(private, Ed25519PrivateKey | RSAPrivateKey):
        raise Refused(f"The DKIM key {file} is of another kind. Make an RSA or an Ed25519 key.")
    return DkimKey(selector, private)


class Dkim:
    """Signs letters of one sender, once with each key. Not every receiver knows Ed25519 yet, so RSA belongs beside it.

    Raises:
        Refused: the sender's domain is not the one that signs, nor one below it, so that receivers would not count the
            signature (RFC 7489, 3.1.1).
    """

    def __init__(self, domain: str, sender: str, keys: Sequence[DkimKey]) -> None:
        if not _NAME.fullmatch(domain):
            raise Refused("The DKIM domain must be a domain name, like example.org.")
        if not f".{sender.rpartition('@')[2].lower()}".endswith(f".{domain.lower()}"):
            raise Refused("The mail's sender is at another domain than the one that signs its letters with DKIM.")
        if not keys:
            raise Refused("DKIM needs a key to sign with.")
        self._signs = [_signature(domain, key) for key in keys]

    def __repr__(self) -> str:
        return f"Dkim({len(self._signs)} keys)"

    def signed(self, letter: bytes) -> bytes:
        """Return a letter with its signatures in front. The same letter gets the same signatures, as it has the same id.

        letter: with CRLF throughout, as LetterLayout writes it; changed after this in whatever way, it is worth nothing.
        """
        head, _, body = letter.partition(b"\r\n\r\n")
        names, lines = _canonical_head(head + b"\r\n")
        digest = base64.b64encode(hashlib.sha256(canonical_body(body)).digest())
        return b"".join([sign(names, lines, digest) for sign in self._signs]) + letter


def canonical_body(body: bytes) -> bytes:
    """Return what is hashed of a body ("relaxed"). Source: RFC 6376, 3.4.4."""
    relaxed = _one_space(body).replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return relaxed + b"\r\n" if relaxed else b""


def _one_space(text: bytes) -> bytes:
    # Ten times as fast as a regular expression, and there is one to do for every letter.
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _canonical_head(head: bytes) -> tuple[bytes, bytes]:
    """Return the h= tag and the header fields that it names ("relaxed"). Source: RFC 6376, 3.4.2 and 5.4.2."""
    found: dict[str, list[bytes]] = {}
    for name, value in _FIELD.findall(head):
        found.setdefault(name.decode("ascii").lower(), []).append(_relaxed(name, value))
    names, lines = [], []
    for name in _SIGNED:
        there = found.get(name, [])
        lines += there[::-1]  # from the last one up
        names += [name] * (len(there) + (name in _GUARDED))
    return ":".join(names).encode(), b"".join(lines)


def _relaxed(name: bytes, value: bytes) -> bytes:
    return name.lower() + b":" + _one_space(value.replace(b"\r\n", b"")).strip(b" ") + b"\r\n"


def _signature(domain: str, key: DkimKey) -> Callable[[bytes, bytes, bytes], bytes]:
    private = key.private
    kind = "ed25519-sha256" if isinstance(private, Ed25519PrivateKey) else "rsa-sha256"

    def sign(digest: bytes) -> bytes:
        if isinstance(private, Ed25519PrivateKey):
            return private.sign(digest)  # the digest is signed as if it were the text. Source: RFC 8463, 3
        return private.sign(digest, PKCS1v15(), Prehashed(SHA256()))

    start = f"v=1; a={kind}; c=relaxed/relaxed; d={domain};\r\n\ts={key.selector}; h=".encode()

    def one(names: bytes, lines: bytes, body_digest: bytes) -> bytes:
        value = start + _folded(names, b":") + b";\r\n\tbh=" + body_digest + b";\r\n\tb="
        # The field itself is signed last, without its signature and without an end of line. Source: RFC 6376, 3.7.
        whole = lines + _relaxed(b"DKIM-Signature", value).removesuffix(b"\r\n")
        signature = base64.b64encode(sign(hashlib.sha256(whole).digest()))
        return b"DKIM-Signature: " + value + _cut(signature) + b"\r\n"

    return one


def _folded(names: bytes, between: bytes) -> bytes:
    """Return the names in lines of four: a name each, and no line too long."""
    each = names.split(between)
    rows = [between.join(each[place : place + 4]) for place in range(0, len(each), 4)]
    return (between + b"\r\n\t").join(rows)


def _cut(text: bytes) -> bytes:
    return b"\r\n\t".join(text[place : place + 72] for place in range(0, len(text), 72))
