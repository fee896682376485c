"""The record: an append-only log that anyone can check, and that keeps secrets until they are opened.

Pure: bytes in, bytes out. Keys, files and the database are the shell's. Formats are those of RFC 6962 and C2SP.
"""

from tocsin.record.checkpoint import Checkpoint, parse_checkpoint, write_checkpoint
from tocsin.record.cosignature import Cosigner, cosigned_at
from tocsin.record.entry import plain_entry, read_entry, sealed_entry
from tocsin.record.note import NOTE_LIMIT, Signer, add_signatures, open_note, sign_note
from tocsin.record.policy import Judged, Policy, judge
from tocsin.record.policy_file import read_policy
from tocsin.record.proof import prove_consistency, prove_inclusion, verify_consistency, verify_inclusion
from tocsin.record.proof_file import ProofFile, read_proof_file, write_proof_file
from tocsin.record.sealed import Sealed, commitment, prove_sealed, seal, verify_sealed
from tocsin.record.tree import EMPTY_ROOT, Frontier, Nodes, leaf_hash, node_hash, nodes_over, root_of
from tocsin.record.vkey import VerifierKey, parse_vkey, write_vkey

__all__ = [
    "EMPTY_ROOT",
    "NOTE_LIMIT",
    "Checkpoint",
    "Cosigner",
    "Frontier",
    "Judged",
    "Nodes",
    "Policy",
    "ProofFile",
    "Sealed",
    "Signer",
    "VerifierKey",
    "add_signatures",
    "commitment",
    "cosigned_at",
    "judge",
    "leaf_hash",
    "node_hash",
    "nodes_over",
    "open_note",
    "parse_checkpoint",
    "parse_vkey",
    "plain_entry",
    "prove_consistency",
    "prove_inclusion",
    "prove_sealed",
    "read_entry",
    "read_policy",
    "read_proof_file",
    "root_of",
    "seal",
    "sealed_entry",
    "sign_note",
    "verify_consistency",
    "verify_inclusion",
    "verify_sealed",
    "write_checkpoint",
    "write_proof_file",
    "write_vkey",
]
