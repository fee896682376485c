"""What a person's own key does where it is at hand: it opens what is sealed under it, and gives salts."""

from binascii import a2b_base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tocsin.basis.errors import Broken
from tocsin.basis.ids import Id, hmac_of

NONCE = 12  # bytes
SALT = b"tocsin/salt/v1\0"


def opened(key: AESGCM, person: Id, sealed: str, about: str) -> str:
    """Decrypt a personal value, as open_with does."""
    try:
        raw = a2b_base64(sealed, strict_mode=True)
        return key.decrypt(raw[:NONCE], raw[NONCE:], about.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Broken(f"A personal value of {about} was altered: it does not open with the key of {person}.") from error


def open_with(key: bytes, person: Id, sealed: str, about: str) -> str:
    """Decrypt a personal value with its person's own key.

    Raises:
        Broken: the value was altered, or stands where it was not written.
    """
    return opened(AESGCM(key), person, sealed, about)


def salt_of(key: bytes, about: str) -> bytes:
    """Return the salt that a person's own key gives for a purpose.

    The salts of two people have nothing in common, as their keys have not, and destroying a key destroys all of its
    salts, wherever a copy of the data lies.
    """
    return hmac_of(key, SALT + about.encode())
