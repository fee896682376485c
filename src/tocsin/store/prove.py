"""Making proofs: what the record holds, shown so that anyone can check it without asking us.

A proof is made against the checkpoint that is published, with the cosignatures it has by then. What is not published
yet, or not sealed, cannot be proven, and says so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.answer.facts import AnswersTaken
from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.ids import Id
from tocsin.delivery.facts import BatchSettled, Errand, ReceiptsGathered
from tocsin.delivery.state import Batch, Receipts
from tocsin.record import (
    DEPTHS,
    ProofFile,
    bundle,
    open_field,
    open_note,
    parse_checkpoint,
    prove_inclusion,
    prove_place,
    read_entry,
    read_seal,
    tile_nodes,
    unpack_dummies,
    write_proof_file,
)
from tocsin.store import journal as journals
from tocsin.store import ledger, log, receipts, signing, sums
from tocsin.store.folder import Folder
from tocsin.store.look import Look
from tocsin.store.store import Store
from tocsin.store.tables import answer_log, commitments, entries, journal, keeps, recipients, seals

LATE = timedelta(days=1)
"""How long after it was signed a checkpoint may be witnessed, at most: nobody cosigns one when there are newer ones."""
ALWAYS = ("fact.kind", "fact.fields", "fact.occurred_at", "fact.subject")
"""What every opening shows besides: what happened, when, to which warning, and which fields there are."""


class Prover:
    """Makes proofs of one moment of the store against the checkpoint that is published."""

    def __init__(self, store: Store, look: Look, folder: Folder) -> None:
        """Take the published checkpoint.

        Raises:
            Unreachable: nothing is published yet.
        """
        note = folder.checkpoint()
        if note is None:
            raise Unreachable("Nothing of the record is published yet. Try again in a moment.")
        self._note = note
        self._size = parse_checkpoint(open_note(note, store.vkeys())).size
        self._nodes = tile_nodes(folder.read, self._size)
        signed = signing.latest(look.connection)
        self._seen_by = None if signed is None else signed.at + LATE
        self._look = look
        self._folder = folder
        self._connection = look.connection
        self._keys = store.keys
        self._delivery_id = store.delivery_id

    # ---- entries

    def entry(self, number: int) -> bytes:
        """Return the proof of an entry.

        Raises:
            Refused: there is no such entry.
            Unreachable: it is not published yet.
        """
        entry = self._entry(number)
        return self._file(number, bundle.Bundle(v=1, entry=entry.entry, since=self._since(number)))

    def _entry(self, number: int) -> bundle.Entry:
        raw = self._connection.execute(
            sa.select(entries.c.entry).where(entries.c.number == number)
        ).scalar_one_or_none()
        if raw is None:
            raise Refused(f"The record has no entry {number}.")
        if number >= self._size:
            raise Unreachable(f"Entry {number} is sequenced, and not published yet. Try again in a moment.")
        hashes = prove_inclusion(number, self._size, self._nodes)
        return bundle.Entry(index=number, hashes=tuple(one.hex() for one in hashes), entry=read_entry(raw))

    def _since(self, number: int) -> bundle.Since | None:
        """Return the oldest checkpoint with enough cosignatures that holds an entry: when others had seen it."""
        found = signing.first_witnessed(self._connection, number)
        if found is None or found.size >= self._size:
            return None
        hashes = prove_inclusion(number, found.size, tile_nodes(self._folder.read, found.size))
        return bundle.Since(note=found.note.decode(), hashes=tuple(one.hex() for one in hashes))

    def _in_time(self, number: int, by: datetime) -> bundle.Since | None:
        """Return what shows that an entry was there by a date, where the newest checkpoint may have been seen after it."""
        return None if self._seen_by is not None and self._seen_by <= by else self._since(number)

    def _file(self, number: int, extra: bundle.Bundle) -> bytes:
        hashes = prove_inclusion(number, self._size, self._nodes)
        return write_proof_file(ProofFile(number, tuple(hashes), self._note, bundle.write_bundle_extra(extra)))

    # ---- facts

    def fact(self, seq: int, fields: Sequence[str] = (), receipt: bundle.Receipt | None = None) -> bytes:
        """Return the proof of a fact: of its entry when it is public, else of its commitment, with these fields shown.

        Raises:
            Refused: there is no such fact or field, or its salt is gone.
            Unreachable: it is not sealed or not published yet.
        """
        public = self._connection.execute(
            sa.select(entries.c.number).where(entries.c.fact_seq == seq)
        ).scalar_one_or_none()
        if public is not None:
            return self.entry(public)
        held = self._connection.execute(sa.select(commitments).where(commitments.c.fact_seq == seq)).one_or_none()
        if held is None:
            raise Refused(f"The record knows no fact {seq}.")
        if held.entry is None:
            due = ledger.stand(self._connection).next_seal
            raise Unreachable(f"It waits for the next seal, at {due:%H:%M} UTC. Try again after that.")
        stood = self._stood(held)
        *earlier, last = self._chain(stood)
        opening = None if held.opening is None or not fields else self._entry(held.opening)
        if opening is not None:
            in_time = self._in_time(opening.index, read_seal(last.entry).open_by)
            opening = msgspec.structs.replace(opening, since=in_time)
        opened = bundle.Opened(
            commitment=held.commitment.hex(),
            place=self._place(*stood[-1]),
            fields=self._fields(held, fields, opening=opening is not None),
            earlier=tuple(
                msgspec.structs.replace(one, place=self._place(*where))
                for one, where in zip(earlier, stood, strict=False)
            ),
            opening=opening,
        )
        said = bundle.Bundle(v=1, entry=last.entry, opened=opened, receipt=receipt, since=last.since)
        return self._file(last.index, said)

    def _chain(self, stood: Sequence[tuple[int, int, str]]) -> list[bundle.Entry]:
        """Return the entries under which a commitment stood: the first since when it was seen, the others if in time."""
        found = [self._entry(number) for number, _, _ in stood]
        since = [self._since(found[0].index)]
        since += [self._in_time(one.index, read_seal(before.entry).open_by) for before, one in pairwise(found)]
        return [msgspec.structs.replace(one, since=seen) for one, seen in zip(found, since, strict=True)]

    def _stood(self, held: sa.Row[Any]) -> list[tuple[int, int, str]]:
        """Return where a commitment stood, the oldest first: the entry, the place, and which of its two trees."""
        kept = self._connection.execute(
            sa.select(keeps).where(keeps.c.fact_seq == held.fact_seq).order_by(keeps.c.entry)
        )
        return [(held.entry, held.place, "root"), *((row.entry, row.place, "kept") for row in kept)]

    def _place(self, number: int, place: int, tree: str) -> bundle.Place:
        sealed = tree == "root"
        filled = self._sealed_under(number) if sealed else self._kept_under(number)
        row = self._connection.execute(sa.select(seals).where(seals.c.entry == number)).one_or_none()
        if row is None:
            raise Refused(f"The seal of entry {number} was taken over from elsewhere; what it holds is not known here.")
        dummies = unpack_dummies(row.dummies if sealed else row.kept_dummies)
        proof = prove_place(filled, dummies, DEPTHS[tree], place)
        return bundle.Place(tree=tree, place=place, proof=tuple(one.hex() for one in proof))

    def _sealed_under(self, number: int) -> dict[int, bytes]:
        found = self._connection.execute(
            sa.select(commitments.c.place, commitments.c.commitment).where(commitments.c.entry == number)
        )
        return {row.place: row.commitment for row in found}

    def _kept_under(self, number: int) -> dict[int, bytes]:
        joined = keeps.join(commitments, commitments.c.fact_seq == keeps.c.fact_seq)
        found = self._connection.execute(
            sa.select(keeps.c.place, commitments.c.commitment).select_from(joined).where(keeps.c.entry == number)
        )
        return {row.place: row.commitment for row in found}

    def _fields(self, held: sa.Row[Any], names: Sequence[str], *, opening: bool) -> tuple[bundle.Field, ...]:
        if not names:
            return ()
        row = self._connection.execute(sa.select(journal).where(journal.c.seq == held.fact_seq)).one()
        salt = self._keys.salts([(held.owner, f"fact:{row.id}")])[0] if held.owner else held.salt
        if salt is None:
            raise Refused("The person it is about has been forgotten, and nothing of it can be shown any more.")
        whole = journals.fields_of(dict(row._mapping))
        # A receipt shows no time but its own: when a batch was done could tell how it went with the others in it.
        always = ALWAYS if opening else ALWAYS[:2]
        shown = [open_field(salt, whole, name) for name in dict.fromkeys((*always, *names))]
        return tuple(
            bundle.Field(
                payload=one.payload.decode(),
                salt=one.salt.hex(),
                index=one.index,
                size=one.size,
                proof=tuple(node.hex() for node in one.proof),
            )
            for one in shown
        )

    # ---- one person's own

    def receipt(self, warning: Id, person: Id) -> bytes:
        """Return the proof of what came of a warning to one person, over the channel that was tried last.

        Raises:
            Refused: it was never sent to them, or they have been forgotten.
            Unreachable: it is not settled, sealed or published yet.
        """
        row = self._connection.execute(
            sa.select(recipients)
            .where(recipients.c.warning == warning, recipients.c.person == person)
            .order_by(recipients.c.row.desc())
        ).all()
        batches = {batch.id: batch for batch in self._look.batches(warning) if batch.errand is Errand.WARNING}
        mine = next((one for one in row if one.batch in batches), None)
        if mine is None:
            raise Refused("There is no receipt of that warning for that person.")
        batch: Batch = batches[mine.batch]
        if batch.settled_at is None:
            raise Unreachable("It is still being delivered. Try again when nothing more is tried.")
        said = receipts.of_batch(self._connection, batch, self._delivery_id(batch))[mine.position]
        inner = receipts.find(self._connection, batch.id, bytes.fromhex(batch.receipts_root))
        steps = [receipts.step(inner, mine.position, sums.BATCH_DEPTH)]
        if batch.warning_kind == "notice":
            return self.fact(self._seq_of(BatchSettled.kind(), batch.id), ("receipts",), self._own(said, steps))
        gathered = next((one for one in self._look.all(Receipts, warning=warning) if batch.id in one.batches), None)
        if gathered is None:
            raise Unreachable("It is still being delivered. Try again when nothing more is tried.")
        outer = receipts.find(self._connection, gathered.id, bytes.fromhex(gathered.receipts))
        steps.append(receipts.step(outer, gathered.batches.index(batch.id), receipts.WARNING_DEPTH))
        seq = self._seq_of(ReceiptsGathered.kind(), gathered.id)
        return self.fact(seq, ("receipts",), self._own(said, steps))

    def answer(self, warning: Id, person: Id) -> bytes:
        """Return the proof of the latest answer that a person gave to a warning by link.

        Raises:
            Refused: they gave none, or they have been forgotten.
            Unreachable: it is not taken in, sealed or published yet.
        """
        joined = answer_log.join(recipients, recipients.c.row == answer_log.c.recipient_row)
        seq = self._connection.execute(
            sa.select(sa.func.max(answer_log.c.seq))
            .select_from(joined)
            .where(recipients.c.warning == warning, recipients.c.person == person)
        ).scalar_one()
        if seq is None:
            raise Refused("There is no answer by link to that warning from that person.")
        taken = self._taken(seq)
        stretch = log.untaken(self._connection, taken["first"] - 1, taken["last"] - taken["first"] + 1)
        at = next(number for number, row in enumerate(stretch) if row.seq == seq)
        said = receipts.of_answers(stretch[at : at + 1], self._keys)[0]
        tree = receipts.find(self._connection, f"answers:{taken['first']}", bytes.fromhex(taken["receipts"]))
        return self.fact(taken["seq"], ("receipts",), self._own(said, (receipts.step(tree, at, sums.BATCH_DEPTH),)))

    def _taken(self, seq: int) -> dict[str, Any]:
        """Return which stretch of the answer log a row was taken in with, and the fact that says so."""
        rows = self._connection.execute(
            sa.select(journal.c.seq, journal.c.body)
            .where(journal.c.kind == AnswersTaken.kind())
            .order_by(journal.c.seq)
        )
        for row in rows:
            body = journals.read_body(row.seq, row.body)
            if body["first"] <= seq <= body["last"]:
                return body | {"seq": row.seq}
        raise Unreachable("The answer has not been taken in yet. Try again in a moment.")

    def _seq_of(self, kind: str, subject: Id) -> int:
        return int(
            self._connection.execute(
                sa.select(sa.func.max(journal.c.seq)).where(journal.c.kind == kind, journal.c.subject == subject)
            ).scalar_one()
        )

    def _own(self, said: sums.Receipt, steps: Sequence[tuple[int, list[bytes]]]) -> bundle.Receipt:
        salt = self._keys.salts([(said.person, said.about)])[0]
        if salt is None:
            raise Refused("That person has been forgotten, and nothing can be shown of them any more.")
        return bundle.Receipt(
            payload=said.payload.decode(),
            salt=salt.hex(),
            steps=tuple(bundle.Step(place=place, proof=tuple(node.hex() for node in proof)) for place, proof in steps),
            field="receipts",
        )
