"""A note that a log has signed, to be cosigned: the checkpoint in it, and the moment at which that happens."""

from datetime import UTC, datetime

from tocsin.record import Checkpoint, Signer, leaf_hash, sign_note, write_checkpoint

ORIGIN = "warn.example.org/record"
LOG = Signer(ORIGIN, b"\x01" * 32)
TEXT = write_checkpoint(Checkpoint(ORIGIN, 7, leaf_hash(b"")))
NOTE = sign_note(TEXT, LOG)
NOON = datetime(2024, 3, 7, 12, tzinfo=UTC)
