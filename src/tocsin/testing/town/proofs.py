"""The town's record: how it is published, proven and checked, and who signs it."""

from tocsin.basis.errors import Broken
from tocsin.flow.record.keys import note_record
from tocsin.flow.warning import open as opening
from tocsin.store.kinds import HOLDS
from tocsin.store.ledger import CADENCE
from tocsin.store.prove import Prover
from tocsin.store.reconcile import reconcile
from tocsin.testing.town.place import Place
from tocsin.warning.notice.facts import NoticeSent
from tocsin.warning.notice.state import Notice


class Proofs(Place):
    """What the town can prove."""

    @property
    def policy(self) -> bytes:
        """Return the policy of whoever believes this town's record and no other."""
        return "".join(f"log {vkey}\n" for vkey in self.app.store.vkeys()).encode() + b"quorum none\n"

    def proof_of(self, warning: str, *fields: str) -> bytes:
        """Return the proof of a warning; of an opened notice with these of its fields, or with all that was opened."""
        self.publish()
        with self.app.store.look() as look:
            id = self.id(warning)
            notice = look.find(Notice, id)
            opened = notice is not None and bool(notice.opening.opened or fields)
            shown = opening.shown_fields(look, id, fields) if opened else []
            seq = look.last_fact(id, *((NoticeSent,) if opened else HOLDS))
            return Prover(self.app.store, look, self.app.publisher.folder).fact(seq or 0, shown)

    def receipt_of(self, person: str, warning: str) -> bytes:
        """Return the proof of what came of a warning to someone."""
        self.publish()
        with self.app.store.look() as look:
            return Prover(self.app.store, look, self.app.publisher.folder).receipt(self.id(warning), self.id(person))

    def answer_proof_of(self, person: str, warning: str) -> bytes:
        """Return the proof of what someone answered by link."""
        self.publish()
        with self.app.store.look() as look:
            return Prover(self.app.store, look, self.app.publisher.folder).answer(self.id(warning), self.id(person))

    def rotates_key(self) -> None:
        """Let the record's next key sign beside the present one."""
        self.app.store.begin_rotation()
        note_record(self.house, None, self.now)

    def retires_key(self) -> None:
        """Let the record's next key sign alone."""
        self.app.store.end_rotation()
        note_record(self.house, None, self.now)

    def publish(self) -> None:
        """Publish the record as it stands."""
        self.app.publisher.publish(self.now)

    def reconcile(self) -> None:
        """Make sure that journal, rows and record agree, and that the published record holds to whoever has only that.

        Raises:
            Broken: they do not.
        """
        self.publish()
        published = self.app.publisher.folder.audit(self.app.store.vkeys(), cadence=CADENCE, moments=True)
        problems = [*reconcile(self.app.store), *published.problems]
        if problems:
            raise Broken("\n".join(problems))
