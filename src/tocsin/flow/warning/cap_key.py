"""The key that signs our CAP messages: read from its file, and put under each message before it is kept and published.

A message that cannot be signed goes out without: whoever is in danger is not helped by a signature that comes later. That it did is
said until the next one is signed.
"""

import stat
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from msgspec import Struct
from msgspec.structs import replace

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Fact
from tocsin.cap.signature import MIN_RSA_BITS, PrivateKey, sign
from tocsin.settings import Settings
from tocsin.warning.alert.facts import (
    AlertClosed,
    AlertIssued,
    AlertRetracted,
    AlertStoodDown,
    AlertWindowExtended,
    AlertWithdrawn,
)

BITS = 3_072
UNSIGNED = "Alerts go out without a signature."

CARRY_CAP = (AlertIssued, AlertWindowExtended, AlertWithdrawn, AlertStoodDown, AlertClosed, AlertRetracted)
"""The facts that hold a CAP message as it is published."""

F = TypeVar("F", bound=Fact)

log = structlog.get_logger()


class CapKey(Struct, frozen=True):
    """A private key and its certificate. earlier: certificates of keys that signed before; they are published, too."""

    private: PrivateKey
    certificate: x509.Certificate
    earlier: tuple[x509.Certificate, ...] = ()

    def __repr__(self) -> str:
        return "CapKey()"


class Signing:
    """Signs the CAP messages of a house, or does not."""

    def __init__(self, key: CapKey | None = None, trouble: str = "") -> None:
        """Sign with this key. None: nothing is signed. trouble: why there is none though there should be."""
        self._key = key
        self.trouble = trouble

    @property
    def certificates(self) -> bytes:
        """Return what is published: the certificates in PEM, that of the key that signs first; nothing without a key."""
        if self._key is None:
            return b""
        return b"".join(one.public_bytes(Encoding.PEM) for one in (self._key.certificate, *self._key.earlier))

    def sign(self, raw: bytes) -> bytes:
        """Return a message signed, or as it is where it cannot be."""
        if self._key is None:
            return raw
        try:
            signed = sign(raw, self._key.private, self._key.certificate)
        except Exception as error:  # noqa: BLE001  whatever is the matter with it, the alert goes out
            self.trouble = f"A CAP message could not be signed ({type(error).__name__})."
            log.error("CAP message not signed", kind=type(error).__name__, look=True)
            return raw
        self.trouble = ""
        return signed

    def check(self) -> None:
        """Look whether messages are signed that should be.

        Raises:
            Broken: they are not.
        """
        if self.trouble:
            raise Broken(f"{self.trouble} {UNSIGNED}")


def signed(signing: Signing, facts: Sequence[F]) -> list[F]:
    """Return facts with each CAP message in them signed, as it will be kept and published."""
    return [_signed(signing, fact) for fact in facts]


def _signed(signing: Signing, fact: F) -> F:
    if isinstance(fact, CARRY_CAP) and fact.cap:
        return replace(fact, cap=signing.sign(fact.cap.encode()).decode())
    return fact


def signing(settings: Settings, *, exercise: bool) -> Signing:
    """Return what signs the messages of an installation. A replay signs nothing: its alerts are not the organisation's."""
    if settings.cap_key is None or exercise:
        return Signing()
    try:
        return Signing(read_cap_key(settings.data / settings.cap_key))
    except Refused as error:
        log.error("CAP key cannot be used", look=True)
        return Signing(trouble=str(error))


def read_cap_key(file: Path) -> CapKey:
    """Read a private key, RSA or on a curve, without a password, its certificate, and those of earlier keys; all in PEM.

    Raises:
        Refused: it cannot be read, others can read it too, or what it holds signs nothing that would be believed.
    """
    try:
        open_to_others = stat.S_IMODE(file.stat().st_mode) & 0o077
        raw = file.read_bytes()
    except OSError as error:
        raise Refused(f"The CAP key {file} cannot be read: {error.strerror}.") from None
    if open_to_others:
        raise Refused(f"The CAP key {file} can be read by others. Give it mode 0600.")
    try:
        private = load_pem_private_key(raw, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refused(f"The CAP key {file} holds no private key in PEM without a password.") from None
    if not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Refused(f"The CAP key {file} is of another kind. Make an RSA key, or one for ECDSA.")
    if isinstance(private, rsa.RSAPrivateKey) and private.key_size < MIN_RSA_BITS:
        raise Refused(f"The CAP key {file} has {private.key_size} bits; an RSA key needs {MIN_RSA_BITS} or more.")
    return _with_certificates(private, raw, file)


def new_cap_key(name: str, years: int, now: datetime) -> tuple[bytes, str]:
    """Make a key and a certificate that it has signed itself, in PEM; return them and the certificate's SHA-256.

    Source: RFC 5280, section 4.1; NIST SP 800-57 part 1, table 2, for the length.

    Raises:
        Refused: a certificate cannot hold the name.
    """
    private = rsa.generate_private_key(65_537, BITS)
    try:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    except ValueError as error:
        raise Refused("The name of a certificate has 1 to 64 characters.") from error
    begins = now.replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365 * years))
        .sign(private, SHA256())
    )
    raw = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return raw + certificate.public_bytes(Encoding.PEM), certificate.fingerprint(SHA256()).hex(":")


def _with_certificates(private: PrivateKey, raw: bytes, file: Path) -> CapKey:
    try:
        found = x509.load_pem_x509_certificates(raw)
        own = [one for one in found if one.public_key() == private.public_key()]
    except (ValueError, UnsupportedAlgorithm):
        raise Refused(f"The CAP key {file} holds no certificate in PEM. `tocsin cap key` makes both.") from None
    if not own:
        raise Refused(f"The CAP key {file} holds no certificate of its key. `tocsin cap key` makes both.")
    return CapKey(private, own[0], tuple(one for one in found if one != own[0]))
