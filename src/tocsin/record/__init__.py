"""The record: an append-only log that anyone can check, and that keeps secrets until they are opened.

Pure: bytes in, bytes out. Keys, files and the database are the shell's. Formats are those of RFC 6962 and C2SP.
"""

from tocsin.record import bundle
from tocsin.record.auditing import Audit, audit
from tocsin.record.canonical import canonical, read_canonical
from tocsin.record.checkpoint import Checkpoint, parse_checkpoint, write_checkpoint
from tocsin.record.cosignature import Cosigner, cosigned_at
from tocsin.record.entry import NOT_WITNESSED, SEALED, Seal, plain_entry, read_entry, read_seal, sealed_entry
from tocsin.record.facts import RecordKeyAdded, RecordKeyRetired, WitnessAdded, WitnessRemoved
from tocsin.record.fields import OpenedField, commit_fields, open_field, verify_field
from tocsin.record.note import NOTE_LIMIT, Signer, add_signatures, open_note, sign_note
from tocsin.record.padded import (
    Padded,
    draw_places,
    pack_dummies,
    pad,
    prove_place,
    root_again,
    unpack_dummies,
    verify_place,
)
from tocsin.record.policy import Judged, ListedLog, ListedWitness, Policy, judge
from tocsin.record.policy_file import read_policy, write_policy
from tocsin.record.proof import prove_consistency, prove_inclusion, verify_consistency, verify_inclusion
from tocsin.record.proof_file import ProofFile, read_proof_file, write_proof_file
from tocsin.record.sealed import KEPT_DEPTH, SEAL_DEPTH, Sealed, commitment, seal
from tocsin.record.state import FOLDINGS, RecordKey, RecordWitness
from tocsin.record.tiles import (
    TILE_FILE_MOST,
    TILE_WIDTH,
    Tile,
    fetch_tile,
    parse_tile_path,
    read_bundle,
    read_tile,
    tile_nodes,
    tile_path,
    tiles_for,
    tiles_root,
    write_bundle,
)
from tocsin.record.tree import EMPTY_ROOT, HASH_SIZE, Frontier, Nodes, leaf_hash, node_hash, nodes_over, root_of
from tocsin.record.verify import DEPTHS, OPENING, Verified, verify_proof
from tocsin.record.vkey import VerifierKey, parse_vkey, write_vkey
from tocsin.record.witnessed import Behind, Cosigned, Declined, Fork, read_answer, witness_key
from tocsin.record.witnessing import (
    Request,
    Ruling,
    Seen,
    decide,
    log_name,
    make_request,
    read_request,
    write_request,
)

__all__ = [
    "DEPTHS",
    "EMPTY_ROOT",
    "FOLDINGS",
    "HASH_SIZE",
    "KEPT_DEPTH",
    "NOTE_LIMIT",
    "NOT_WITNESSED",
    "OPENING",
    "SEALED",
    "SEAL_DEPTH",
    "TILE_FILE_MOST",
    "TILE_WIDTH",
    "Audit",
    "Behind",
    "Checkpoint",
    "Cosigned",
    "Cosigner",
    "Declined",
    "Fork",
    "Frontier",
    "Judged",
    "ListedLog",
    "ListedWitness",
    "Nodes",
    "OpenedField",
    "Padded",
    "Policy",
    "ProofFile",
    "RecordKey",
    "RecordKeyAdded",
    "RecordKeyRetired",
    "RecordWitness",
    "Request",
    "Ruling",
    "Seal",
    "Sealed",
    "Seen",
    "Signer",
    "Tile",
    "Verified",
    "VerifierKey",
    "WitnessAdded",
    "WitnessRemoved",
    "add_signatures",
    "audit",
    "bundle",
    "canonical",
    "commit_fields",
    "commitment",
    "cosigned_at",
    "decide",
    "draw_places",
    "fetch_tile",
    "judge",
    "leaf_hash",
    "log_name",
    "make_request",
    "node_hash",
    "nodes_over",
    "open_field",
    "open_note",
    "pack_dummies",
    "pad",
    "parse_checkpoint",
    "parse_tile_path",
    "parse_vkey",
    "plain_entry",
    "prove_consistency",
    "prove_inclusion",
    "prove_place",
    "read_answer",
    "read_bundle",
    "read_canonical",
    "read_entry",
    "read_policy",
    "read_proof_file",
    "read_request",
    "read_seal",
    "read_tile",
    "root_again",
    "root_of",
    "seal",
    "sealed_entry",
    "sign_note",
    "tile_nodes",
    "tile_path",
    "tiles_for",
    "tiles_root",
    "unpack_dummies",
    "verify_consistency",
    "verify_field",
    "verify_inclusion",
    "verify_place",
    "verify_proof",
    "witness_key",
    "write_bundle",
    "write_checkpoint",
    "write_policy",
    "write_proof_file",
    "write_request",
    "write_vkey",
]
