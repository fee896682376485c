"""A log that signs whatever it is told to, in two histories that part after four entries, and asks a witness."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tocsin.record import (
    Checkpoint,
    Request,
    Signer,
    leaf_hash,
    make_request,
    nodes_over,
    prove_consistency,
    root_of,
    sign_note,
    write_checkpoint,
    write_request,
)
from tocsin.web.witness.witness import Witness, list_log, make_witness

PARTS_AT = 4
MOST = 40
TRUE = [leaf_hash(bytes([number])) for number in range(MOST)]
FALSE = TRUE[:PARTS_AT] + [leaf_hash(b"false %d" % number) for number in range(PARTS_AT, MOST)]
HISTORIES = {"true": TRUE, "false": FALSE}
NODES = {name: nodes_over(leaves) for name, leaves in HISTORIES.items()}
LOG = Signer("warn.example.org/record", b"\x01" * 32)
NAME = "witness.example.net/w1"
NOON = datetime(2024, 3, 7, 12, tzinfo=UTC)


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOON


@cache
def note(size: int, history: str = "true", log: Signer = LOG) -> bytes:
    return sign_note(write_checkpoint(Checkpoint(log.name, size, root_of(HISTORIES[history][:size]))), log)


@cache
def request(old: int, size: int, history: str = "true", log: Signer = LOG) -> Request:
    proof = prove_consistency(old, size, NODES[history]) if 0 < old <= size else []
    return make_request(old, proof, note(size, history, log))


def body(old: int, size: int, history: str = "true", log: Signer = LOG) -> bytes:
    return write_request(request(old, size, history, log))


def set_up(data: Path) -> Path:
    """Make a witness that knows the log, and return its directory."""
    make_witness(data, NAME, lambda count: b"\x09" * count)
    list_log(data, LOG.vkey)
    return data


def witness(data: Path) -> Witness:
    return Witness(data, Noon())
