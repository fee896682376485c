"""Judging a proof file, with nothing but the file and a policy: no network, no database, no trust in who handed it over.

Source: C2SP tlog-proof and tlog-policy; what stands in `extra` is bundle.py's, and docs/reference/proofs.md tells it.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.bundle import Bundle, Entry, Field, Opened, Place, Receipt, Since, read_bundle_extra
from tocsin.record.canonical import canonical, read_canonical
from tocsin.record.entry import Seal, read_entry, read_moment, read_seal
from tocsin.record.fields import NAMES, OpenedField, verify_field
from tocsin.record.padded import verify_place
from tocsin.record.policy import Judged, Policy, judge, seen_by
from tocsin.record.policy_file import read_policy
from tocsin.record.proof import verify_inclusion
from tocsin.record.proof_file import read_proof_file
from tocsin.record.sealed import HORIZON, KEPT_DEPTH, SEAL_DEPTH, commitment
from tocsin.record.tree import leaf_hash, node_hash

DEPTHS = {"root": SEAL_DEPTH, "kept": KEPT_DEPTH}
"""How deep the two trees of a sealed entry are."""
MOST_FIELDS = 64  # of one fact, twice as many as ours have: each would be room for another prophecy
RECEIPTS = "receipts"
WITH_RECEIPT = frozenset({"fact.kind", NAMES, RECEIPTS})
"""What may be shown of a fact that was not opened and under which a receipt stands."""
UNDER: dict[str, frozenset[str]] = {
    "BatchSettled": frozenset({"receipt"}),
    "ReceiptsGathered": frozenset({"receipt"}),
    "AnswersTaken": frozenset({"answer"}),
}
"""Under which kinds of fact what kind of receipt stands."""
SHAPES: dict[str, frozenset[str]] = {
    "receipt": frozenset({"attempts", "channel", "delivery", "kind", "stands", "warning"}),
    "answer": frozenset({"answer", "at", "kind", "warning", "words"}),
}
WAYS = {"BatchSettled": (10,), "ReceiptsGathered": (10, 14), "AnswersTaken": (10,)}
"""How deep the trees are that lead from a receipt to its fact, the innermost first."""


class Verified(msgspec.Struct, kw_only=True):
    """What a proof file shows. problems: why it shows nothing; empty when everything holds.

    witnessed: who saw this tree, and when. since: who saw the entry itself, or the seal that held the fact first, in an
    older tree, and when: by their word, not by ours. entry: what the record says. sealed_at: the moment of the seal under which
    the fact stood first. shown: the fields shown, by name. receipt: one person's own receipt or answer.
    """

    size: int | None = None
    root: str | None = None
    origin: str | None = None
    witnessed: list[tuple[str, datetime]] = []
    since: list[tuple[str, datetime]] = []
    entry: dict[str, Any] | None = None
    sealed_at: datetime | None = None
    shown: dict[str, Any] = {}
    receipt: dict[str, Any] | None = None
    problems: list[str] = []

    @property
    def ok(self) -> bool:
        """Say whether everything holds."""
        return not self.problems


def verify_proof(proof: bytes, policy: bytes, payload: bytes | None = None, *, now: datetime | None = None) -> Verified:
    """Judge a proof file by a policy.

    payload: what is claimed to be in the record: the entry, or the text or CAP message of which it holds the hash.
    now: the verifier's own moment, where it has one: what lies before an open-by date was opened before it.

    It answers whatever it is handed, and never raises.
    """
    found = Verified(witnessed=[], since=[], shown={}, problems=[])
    try:
        _verify(found, proof, policy, payload, now)
    except Refused as error:
        found.since = []
        found.entry, found.sealed_at, found.shown, found.receipt = None, None, {}, None  # half a proof shows nothing
        found.problems.append(str(error))
    return found


def _verify(found: Verified, proof: bytes, policy: bytes, payload: bytes | None, now: datetime | None) -> None:
    if payload is not None and type(payload) is not bytes:
        raise Refused("What is claimed to be in the record is handed over as bytes.")
    if now is not None and getattr(now, "tzinfo", None) is None:
        raise Refused("The verifier's own moment has an offset. Hand in an aware one.")
    file = read_proof_file(proof)
    rules = read_policy(policy)
    judged = judge(rules, file.checkpoint)
    tree = judged.checkpoint
    found.size, found.root, found.origin = tree.size, tree.root.hex(), tree.origin
    found.witnessed = list(judged.witnessed)
    bundle = None if file.extra is None else read_bundle_extra(file.extra)
    entry = _entry(bundle, payload)
    if not verify_inclusion(file.index, tree.size, leaf_hash(entry), list(file.hashes), tree.root):
        raise Refused(f"The proof does not show that this is entry {file.index} of the record.")
    if bundle is None:
        return
    found.entry = read_entry(entry)
    if payload is not None:
        _refuse_other_payload(payload, entry, found.entry)
    grounds = _Grounds(rules, judged, now)
    older = grounds.older(bundle.since, file.index, entry)
    if bundle.opened is not None:
        _verify_opened(found, bundle, bundle.opened, _Standing(file.index, older), grounds)
    elif bundle.receipt is not None:
        raise Refused("A receipt is shown, and no fact that it stands under.")
    elif older is not None:
        found.since = list(older.witnessed)


class _Standing(msgspec.Struct, frozen=True):
    """An entry of the newest tree: its number, and the older tree that held it already, where one is shown."""

    number: int
    older: Judged | None


class _Grounds(msgspec.Struct, frozen=True):
    """By what a proof is judged: the policy, the file's checkpoint as it counts by that, and the verifier's own moment."""

    policy: Policy
    newest: Judged
    now: datetime | None

    def older(self, since: Since | None, number: int, entry: bytes) -> Judged | None:
        """Return the older tree that is shown for an entry, once it is sure that it holds it."""
        if since is None:
            return None
        judged = judge(self.policy, since.note.encode())
        tree, hashes = judged.checkpoint, [bytes.fromhex(node) for node in since.hashes]
        here = tree.origin == self.newest.checkpoint.origin
        if not here or not verify_inclusion(number, tree.size, leaf_hash(entry), hashes, tree.root):
            raise Refused("The older checkpoint that is shown does not hold the entry.")
        return judged

    def standing(self, entry: Entry) -> _Standing:
        """Return where an entry stands in the newest tree, and in the older one that is shown for it."""
        raw, tree = canonical(entry.entry), self.newest.checkpoint
        hashes = [bytes.fromhex(node) for node in entry.hashes]
        if not verify_inclusion(entry.index, tree.size, leaf_hash(raw), hashes, tree.root):
            raise Refused(f"The proof does not show that the entry it gives as {entry.index} is in the record.")
        return _Standing(entry.index, self.older(entry.since, entry.index, raw))

    def refuse_late(self, what: str, entry: _Standing, by: datetime) -> None:
        """Refuse what only the record's own word says to have been written by then."""
        if self.now is not None and self.now <= by:
            return
        if any(seen_by(self.policy, tree, by) for tree in (self.newest, entry.older) if tree is not None):
            return
        raise Refused(f"Nothing but the record's own word shows that it was {what} by {by:%Y-%m-%d %H:%M} UTC.")


def _entry(bundle: Bundle | None, payload: bytes | None) -> bytes:
    if bundle is not None:
        return canonical(bundle.entry)
    if payload is None:
        raise Refused("The proof does not carry its entry. Hand in the entry itself as the payload.")
    return payload


def _refuse_other_payload(payload: bytes, entry: bytes, said: dict[str, Any]) -> None:
    digest = sha256(payload).hexdigest()
    if payload != entry and digest not in (said.get("cap_sha256"), said.get("text_sha256")):
        raise Refused("The payload is neither this entry nor what it holds the hash of.")


# ---- what a sealed entry holds


def _verify_opened(found: Verified, bundle: Bundle, opened: Opened, last: _Standing, grounds: _Grounds) -> None:
    """Judge a fact that is shown. last: where the file's own entry stands."""
    one = bytes.fromhex(opened.commitment)
    chain = [*(grounds.standing(entry) for entry in opened.earlier), last]
    seals = [_placed(entry.entry, entry.place, one) for entry in opened.earlier]
    seals.append(_placed(bundle.entry, opened.place, one))
    _refuse_broken_chain(seals, [entry.place for entry in opened.earlier] + [opened.place])
    _refuse_disorder([*(entry.number for entry in chain), *([opened.opening.index] if opened.opening else [])])
    for before, entry in zip(seals, chain[1:], strict=False):
        grounds.refuse_late("kept", entry, before.open_by)
    found.sealed_at = seals[0].at
    if chain[0].older is not None:
        found.since = list(chain[0].older.witnessed)
    shown = [_shown(field, one) for field in opened.fields]
    _refuse_no_fact(opened.fields, [name for name, _ in shown])
    found.shown = dict(shown)
    _refuse_other_names(opened.fields, found.shown)
    if opened.opening is not None:
        stands = grounds.standing(opened.opening)
        _verify_opening(opened.opening, chain[0].number, opened, seals)
        grounds.refuse_late("opened", stands, seals[-1].open_by)
    if bundle.receipt is not None:
        found.receipt = _received(bundle.receipt, found.shown)
    unopened = found.shown.keys() - (WITH_RECEIPT if bundle.receipt else frozenset())
    if unopened and opened.opening is None:
        raise Refused("Fields are shown, but nothing in the record says that this was opened.")


def _placed(entry: dict[str, Any], place: Place | None, one: bytes) -> Seal:
    seal = read_seal(read_entry(canonical(entry)))
    if place is None:
        raise Refused("An entry is named under which the fact is said to stand, and not at which place.")
    if seal.open_by - seal.at > HORIZON:
        raise Refused(
            f"The seal of {seal.at:%Y-%m-%d %H:%M} UTC gives itself longer than the {HORIZON.days} days there are."
        )
    root = seal.root if place.tree == "root" else seal.kept
    proof = [bytes.fromhex(node) for node in place.proof]
    if not verify_place(place.place, DEPTHS[place.tree], one, proof, root):
        raise Refused(f"The fact does not stand under the seal of {seal.at:%Y-%m-%d %H:%M} UTC.")
    return seal


def _refuse_broken_chain(seals: list[Seal], places: list[Place | None]) -> None:
    """Refuse what outlived its open-by date: each entry that kept it must be no later than the date before it."""
    if [place.tree for place in places if place] != ["root"] + ["kept"] * (len(places) - 1):
        raise Refused("A fact stands first under the root of a seal, and after that only where it is kept.")
    for before, after in pairwise(seals):
        if not before.at < after.at <= before.open_by:
            raise Refused(
                f"What was sealed at {before.at:%Y-%m-%d %H:%M} UTC was to be opened or kept by "
                f"{before.open_by:%Y-%m-%d %H:%M} UTC, and was not. It counts no more."
            )


def _refuse_disorder(numbers: list[int]) -> None:
    if any(before >= after for before, after in pairwise(numbers)):
        raise Refused("The entries do not stand in the record in the order in which they are said to have come.")


def _refuse_no_fact(fields: Sequence[Field], names: list[str]) -> None:
    """Refuse what no fact is: a name twice, names out of their order, more than one count of them, or too many."""
    ordered = [name for _, name in sorted(zip((field.index for field in fields), names, strict=True))]
    sizes = {field.size for field in fields}
    if len(sizes) > 1 or max(sizes, default=0) > MOST_FIELDS or any(one >= two for one, two in pairwise(ordered)):
        raise Refused(f"The fields that are shown are not those of one fact, each once, of at most {MOST_FIELDS}.")


def _refuse_other_names(fields: Sequence[Field], shown: dict[str, Any]) -> None:
    """Refuse a fact that does not name its fields, each once and in its place: it could hold one name twice."""
    if not fields:
        return
    names = shown.get(NAMES)
    if not isinstance(names, list) or not all(type(name) is str for name in names):
        raise Refused(f"The fact that is shown does not say which fields it has ({NAMES}).")
    ordered = all(one < two for one, two in pairwise(names))
    placed = all(
        field.index < len(names) and names[field.index] == name for field, name in zip(fields, shown, strict=True)
    )
    if not (ordered and placed and len(names) == fields[0].size):
        raise Refused("The fields that are shown do not stand where the fact says that they do.")


def _shown(field: Field, one: bytes) -> tuple[str, Any]:
    payload = field.payload.encode()
    proof = tuple(bytes.fromhex(node) for node in field.proof)
    if not verify_field(OpenedField(payload, bytes.fromhex(field.salt), field.index, field.size, proof), one):
        raise Refused("A field that is shown does not belong to the fact.")
    said = read_canonical(payload)
    if said.keys() != {"name", "value"} or not isinstance(said["name"], str):
        raise Refused("A field is a name and a value; one that is shown is not.")
    return said["name"], said["value"]


def _verify_opening(opening: Entry, seal: int, opened: Opened, seals: Sequence[Seal]) -> None:
    said = read_entry(canonical(opening.entry))
    place = opened.earlier[0].place if opened.earlier else opened.place
    named = [said.get("seal"), said.get("place")]
    if said["kind"] != OPENING or place is None or bool in map(type, named) or named != [seal, place.place]:
        raise Refused("The entry that is given as the opening does not speak of this fact.")
    at, last = read_moment(said["at"]), seals[-1]
    if at < seals[0].at:
        raise Refused("It is said to have been opened before it was sealed.")
    if at > last.open_by:
        raise Refused(f"It was opened after its open-by date, {last.open_by:%Y-%m-%d %H:%M} UTC. It counts no more.")


OPENING = "NoticeOpened"


# ---- receipts and answers


def _received(receipt: Receipt, shown: dict[str, Any]) -> dict[str, Any]:
    kind = shown.get("fact.kind")
    if type(kind) is not str or kind not in WAYS or receipt.field != RECEIPTS:
        raise Refused("The fact that is shown is none under which receipts stand.")
    said = read_canonical(receipt.payload.encode())
    shape = said.get("kind")
    if type(shape) is not str or shape not in UNDER[kind] or said.keys() != SHAPES[shape]:
        raise Refused("What is shown as a receipt is none of ours: a delivery or an answer, and nothing besides.")
    if tuple(len(step.proof) for step in receipt.steps) != WAYS[kind]:
        raise Refused("The receipt does not stand as deep under the fact as receipts do.")
    root = commitment(bytes.fromhex(receipt.salt), receipt.payload.encode())
    for step in receipt.steps:
        root = _climb(step.place, root, [bytes.fromhex(node) for node in step.proof])
    if root.hex() != shown.get(receipt.field):
        raise Refused("The receipt does not stand under the fact that is shown.")
    return said


def _climb(place: int, one: bytes, proof: list[bytes]) -> bytes:
    if place >> len(proof):
        raise Refused(f"A tree of depth {len(proof)} has no place {place}.")
    node = leaf_hash(one)
    for level, beside in enumerate(proof):
        node = node_hash(beside, node) if place >> level & 1 else node_hash(node, beside)
    return node
