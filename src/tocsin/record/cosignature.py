"""Cosignatures: a witness's word that, at a stated time, this was the largest checkpoint it had seen of a log.

Whether a checkpoint may be cosigned, because it only adds to what was seen before, is left to the witness.

Source: C2SP tlog-cosignature, the Ed25519 kind (cosignature/v1).
"""

from datetime import UTC, datetime, timedelta

from tocsin.basis.errors import Refused
from tocsin.record.algorithms import COSIGNATURE, cosigned_message, stated_seconds
from tocsin.record.checkpoint import parse_checkpoint
from tocsin.record.note import signature_line, verified
from tocsin.record.vkey import SigningKey, parse_vkey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_LAST = (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH) // _SECOND


class Cosigner(SigningKey):
    """Cosigns checkpoints under one name with one Ed25519 key. Use no key for two names: the name is not signed."""

    kind = COSIGNATURE

    def line(self, text: bytes, at: datetime) -> str:
        """Return the signature line for the text of a checkpoint, stating this moment, cut to the second.

        Raises:
            Refused: the text is no checkpoint; the moment has no offset, or lies before 1970.
        """
        parse_checkpoint(text)  # on any other text a cosignature would say something that nobody defined
        seconds = _posix(at)
        stated = seconds.to_bytes(8, "big") + self._private.sign(cosigned_message(text, seconds))
        return signature_line(self.name, self.key_id + stated)


def cosigned_at(note: bytes, vkey: str) -> datetime:
    """Return the moment at which this key says to have cosigned the note; of several, the earliest.

    Raises:
        Refused: it has not, its signature fails, the moment is none, or this is no cosigner's key.
    """
    key = parse_vkey(vkey)
    if key.kind != COSIGNATURE:
        raise Refused(f"The key {key.label} is no cosigner's key; its signatures state no time.")
    _, signed = verified(note, [key])
    if not signed:
        raise Refused(f"{key.label} has not cosigned this note.")
    return min(stated_moment(signature) for _, signature in signed)


def stated_moment(signature: bytes) -> datetime:
    """Return the moment that a cosignature states. Verify it first.

    Raises:
        Refused: it states none that a calendar has.
    """
    seconds = stated_seconds(signature)
    if seconds is None or seconds > _LAST:
        raise Refused("The cosignature states no moment up to the year 9999.")
    return _EPOCH + seconds * _SECOND


def _posix(at: datetime) -> int:
    if at.tzinfo is None or at < _EPOCH:
        raise Refused(f"The moment {at.isoformat()} of a cosignature has no offset, or lies before 1970.")
    return (at - _EPOCH) // _SECOND
