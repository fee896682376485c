"""A small record in memory, with seals, from which proof files are made piece by piece: so that a verifier can be lied to.

The store's own prover is tested against its database.
"""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from tests.record.published import AT, HOUR, SIGNER, signed
from tocsin.basis.ids import Randomness
from tocsin.record import (
    KEPT_DEPTH,
    SEAL_DEPTH,
    Cosigner,
    ProofFile,
    Seal,
    add_signatures,
    bundle,
    canonical,
    commitment,
    leaf_hash,
    nodes_over,
    open_field,
    pad,
    prove_inclusion,
    prove_place,
    read_proof_file,
    root_of,
    write_proof_file,
)
from tocsin.record.entry import plain_entry, sealed_entry
from tocsin.record.fields import NAMES, commit_fields
from tocsin.record.sealed import Sealed, seal

HORIZON = timedelta(days=730)
POLICY = f"log {SIGNER.vkey}\nquorum none\n".encode()
WITNESS = Cosigner("w.example", b"\x03" * 32)
WITNESSED = POLICY + f"witness w {WITNESS.vkey}\n".encode()
DEMANDED = f"log {SIGNER.vkey}\nwitness w {WITNESS.vkey}\nquorum w\n".encode()
DEPTHS = {"root": SEAL_DEPTH, "kept": KEPT_DEPTH}


def hexed(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in hashes)


def witness(proof: bytes, at: datetime, *others: Cosigner) -> bytes:
    """Return a proof whose checkpoint a witness saw at that moment, and others did."""
    file = read_proof_file(proof)
    text = file.checkpoint.partition(b"\n\n")[0] + b"\n"
    lines = [one.line(text, at) for one in (WITNESS, *others)]
    return write_proof_file(replace(file, checkpoint=add_signatures(file.checkpoint, lines)))


class Told:
    """A confidential fact: its fields, its salt, and what it is committed to by."""

    def __init__(self, salt: bytes, fields: Mapping[str, Any]) -> None:
        self.salt, self.fields = salt, fields
        self.commitment = commit_fields(salt, fields)

    def show(self, *names: str) -> tuple[bundle.Field, ...]:
        """Show some fields, and with them which fields there are."""
        return self.only(NAMES, *names)

    def only(self, *names: str) -> tuple[bundle.Field, ...]:
        found = [open_field(self.salt, self.fields, name) for name in names]
        return tuple(
            bundle.Field(
                payload=f.payload.decode(), salt=f.salt.hex(), index=f.index, size=f.size, proof=hexed(f.proof)
            )
            for f in found
        )


class Log:
    """A record that grows. Each seal holds some other commitments besides those that are handed in."""

    def __init__(self, seed: int = 1) -> None:
        self.entries: list[bytes] = []
        self.randomness: Randomness = random.Random(seed).randbytes
        self._trees: dict[tuple[int, str], tuple[dict[int, bytes], Sealed]] = {}

    def append(self, entry: bytes) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def say(self, kind: str, *, subject: str = "", at: datetime = AT, **fields: Any) -> int:
        return self.append(plain_entry(kind, subject, at, **fields))

    def seal(
        self, at: datetime, sealed: Sequence[bytes] = (), kept: Sequence[bytes] = (), horizon: timedelta = HORIZON
    ) -> int:
        number = len(self.entries)
        roots = {tree: self._tree(number, tree, held) for tree, held in (("root", sealed), ("kept", kept))}
        return self.append(sealed_entry(Seal(at=at, open_by=at + horizon, settled=at - HOUR, **roots)))

    def _tree(self, number: int, tree: str, held: Sequence[bytes]) -> bytes:
        among = [*held, self.randomness(32), self.randomness(32)]
        made = seal(among, DEPTHS[tree], self.randomness)
        self._trees[number, tree] = dict(zip(made.places, among, strict=True)), made
        return made.root

    # ---- what is shown of it

    def place(self, number: int, tree: str, one: bytes) -> bundle.Place:
        filled, made = self._trees[number, tree]
        where = next(place for place, other in filled.items() if other == one)
        return bundle.Place(tree=tree, place=where, proof=hexed(prove_place(filled, made.dummies, DEPTHS[tree], where)))

    def entry(self, number: int, place: bundle.Place | None = None) -> bundle.Entry:
        hashes = hexed(self._inclusion(number))
        return bundle.Entry(index=number, hashes=hashes, entry=json.loads(self.entries[number]), place=place)

    def _inclusion(self, number: int) -> list[bytes]:
        leaves = [leaf_hash(one) for one in self.entries]
        return prove_inclusion(number, len(leaves), nodes_over(leaves))

    def file(self, number: int, extra: bytes | None) -> bytes:
        note = signed(len(self.entries), root_of([leaf_hash(one) for one in self.entries]))
        return write_proof_file(ProofFile(number, tuple(self._inclusion(number)), note, extra))

    def prove(self, number: int, **shown: Any) -> bytes:
        """Return the proof file of an entry, with what is shown of it."""
        extra = bundle.Bundle(v=1, entry=json.loads(self.entries[number]), **shown)
        return self.file(number, bundle.write_bundle_extra(extra))

    def stood(self, one: bytes, *numbers: int) -> list[tuple[int, bundle.Place]]:
        """Return where a commitment stood: under the root of the first of these entries, kept under the others."""
        trees = ["root", *["kept"] * (len(numbers) - 1)]
        return [(number, self.place(number, tree, one)) for number, tree in zip(numbers, trees, strict=True)]

    def opened(self, one: bytes, *numbers: int, **shown: Any) -> bundle.Opened:
        """Return what shows a commitment under these entries, the first that sealed it and those that kept it."""
        *earlier, (_, place) = self.stood(one, *numbers)
        held = tuple(self.entry(number, where) for number, where in earlier)
        said: dict[str, Any] = {"commitment": one.hex(), "place": place, "earlier": held} | shown
        return bundle.Opened(**said)


def since(log: Log, number: int, size: int, at: datetime, *others: tuple[Cosigner, datetime]) -> bundle.Since:
    """Return the checkpoint of that size, as the witness saw it then and others did, and the way from an entry to it."""
    leaves = [leaf_hash(one) for one in log.entries[:size]]
    note = signed(size, root_of(leaves))
    text = note.partition(b"\n\n")[0] + b"\n"
    seen = note.decode() + "".join(who.line(text, when) for who, when in ((WITNESS, at), *others))
    return bundle.Since(note=seen, hashes=hexed(prove_inclusion(number, size, nodes_over(leaves))))


class Receipts:
    """One person's receipt in a batch's tree, and that tree in a warning's."""

    def __init__(self, randomness: Randomness, said: Mapping[str, Any]) -> None:
        payload, salt = canonical(said), randomness(32)
        inner = {number: randomness(32) for number in range(5)} | {7: commitment(salt, payload)}
        batch = pad(inner, 10, randomness)
        outer = {2: randomness(32), 6: batch.root}
        whole = pad(outer, 14, randomness)
        self.root = whole.root.hex()
        self.mine = bundle.Receipt(
            payload=payload.decode(),
            salt=salt.hex(),
            steps=(
                bundle.Step(place=7, proof=hexed(prove_place(inner, batch.dummies, 10, 7))),
                bundle.Step(place=6, proof=hexed(prove_place(outer, whole.dummies, 14, 6))),
            ),
            field="receipts",
        )


class Case:
    """A record in which two notices were sealed, one of them kept twice and then opened; and a warning's receipts."""

    def __init__(self) -> None:
        self.log = log = Log()
        self.cap = b"<alert>Keep away from large gatherings.</alert>"
        self.said = {
            "attempts": [["accepted", "2024-03-07T18:00:05Z", 1]],
            "channel": "mail",
            "delivery": "d",
            "kind": "receipt",
            "stands": "accepted",
            "warning": "w",
        }
        self.receipts = Receipts(log.randomness, self.said)
        self.notice = self.told("NoticeSent", what="A concert hall")
        self.other = self.told("NoticeSent", what="A market")
        self.gathered = self.told("ReceiptsGathered", warning="w", receipts=self.receipts.root)
        self.alert = log.say("AlertIssued", subject="a", cap_sha256=sha256(self.cap).hexdigest())
        facts = [self.notice.commitment, self.other.commitment, self.gathered.commitment]
        self.seal = log.seal(AT, facts, horizon=6 * HOUR)
        log.say("AlertIssued", subject="b")
        self.second = log.seal(AT + 5 * HOUR, kept=[self.notice.commitment], horizon=6 * HOUR)
        self.third = log.seal(AT + 10 * HOUR, kept=[self.notice.commitment], horizon=6 * HOUR)
        self.opening = self.opens(AT + 12 * HOUR)
        log.seal(AT + 13 * HOUR, horizon=6 * HOUR)
        log.say("AlertIssued", subject="c")

    def told(self, kind: str, **more: Any) -> Told:
        envelope = {"fact.by": "x", "fact.kind": kind, "fact.occurred_at": "2024-03-07T17:30:00Z"}
        return Told(self.log.randomness(32), {**envelope, **more})

    def opens(self, at: datetime, **other: Any) -> int:
        """Let the notice be opened."""
        place = self.log.place(self.seal, "root", self.notice.commitment).place
        return self.log.say("NoticeOpened", at=at, **{"seal": self.seal, "place": place} | other)

    def chain(self, **other: Any) -> bundle.Opened:
        shown = {"fields": self.notice.show("what", "fact.occurred_at"), "opening": self.log.entry(self.opening)}
        return self.log.opened(self.notice.commitment, self.seal, self.second, self.third, **shown | other)

    def under(self, *names: str) -> bundle.Opened:
        """Return the fact under which the receipt stands, with these fields shown besides the root."""
        return self.log.opened(
            self.gathered.commitment,
            self.seal,
            fields=self.gathered.show(*dict.fromkeys(("fact.kind", "receipts", *names))),
        )

    # ---- a proof file of each kind

    def plain(self) -> bytes:
        return self.log.prove(self.alert)

    def opened(self, **other: Any) -> bytes:
        return self.log.prove(self.third, opened=self.chain(**other))

    def seen(self, second: float | None, third: float | None, opening: float | None) -> bytes:
        """Return the proof of the opened notice, with older trees in which the witness saw it kept, and opened, by then.

        Each in hours after AT; None: no such tree is shown. It was to be kept by 6 and by 11, and opened by 16.
        """
        trees = [
            None if hours is None else since(self.log, number, number + 1, AT + hours * HOUR)
            for number, hours in ((self.second, second), (self.third, third), (self.opening, opening))
        ]
        chain = self.chain()
        first, kept = chain.earlier
        shown = replace(self.log.entry(self.opening), since=trees[2])
        chain = replace(chain, earlier=(first, replace(kept, since=trees[0])), opening=shown)
        return self.log.prove(self.third, opened=chain, since=trees[1])

    def received(self, **other: Any) -> bytes:
        return self.log.prove(self.seal, **{"opened": self.under(), "receipt": self.receipts.mine} | other)
