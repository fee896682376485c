"""How the record grows: who signs it, and each step from a seal to a checkpoint that is published and cosigned.

The steps themselves are in ledger.py, sealing.py and signing.py; here each becomes one transaction.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import keyed_id
from tocsin.record import Checkpoint, Frontier, RecordKey, Signer
from tocsin.store import adopting, database, ledger, sealing, signing
from tocsin.store.directory import Directory
from tocsin.store.secrets import begin_rotation, end_rotation

ORIGIN = "origin"


class Recording(Directory):
    """The record of one data directory.

    public_version: another number each time something that the public may read of ours has changed, while this is open.
    others_version: the same of others' alerts, of which thousands may come in an hour.
    """

    public_version: int = 0
    others_version: int = 0

    @property
    def origin(self) -> str:
        """Return the name of this record, as its checkpoints carry it. It is given once, and kept."""
        return self.recall(ORIGIN) or f"tocsin.invalid/{keyed_id(self.secrets.links, 'origin')[:12]}"

    def signers(self) -> tuple[Signer, ...]:
        """Return who signs checkpoints: one key, or two while one takes over from the other."""
        origin = self.origin
        return tuple(Signer(origin, seed) for seed in self.secrets.signing)

    @property
    def verifier_key(self) -> str:
        """Return the public key of the record, as C2SP writes one."""
        return self.signers()[0].vkey

    def vkeys(self) -> list[str]:
        """Return every key that signs this record or once did."""
        with self.look() as look:
            known = [key.vkey for key in look.all(RecordKey, order="added_at")]
        return list(dict.fromkeys([*known, *(signer.vkey for signer in self.signers())]))

    def begin_rotation(self) -> None:
        """Let the record's next key sign beside the present one; it is drawn if there is none yet.

        Raises:
            Refused: the keys come from the environment.
        """
        self._refuse_given_keys()
        with database.ours():
            self.secrets = msgspec.structs.replace(self.secrets, next_record=begin_rotation(self.data, self.randomness))
        self.public_version += 1

    def end_rotation(self) -> None:
        """Let the next key sign alone; the one before is gone with that.

        Raises:
            Refused: there is no next key, or the keys come from the environment.
        """
        self._refuse_given_keys()
        if self.secrets.next_record is None:
            raise Refused("There is no next key to take over. Say `tocsin record keys --rotate` first.")
        with database.ours():
            end_rotation(self.data)
        self.secrets = msgspec.structs.replace(self.secrets, record=self.secrets.next_record, next_record=None)
        self.public_version += 1

    def _refuse_given_keys(self) -> None:
        if self.secrets.given:
            raise Refused(
                "The record's keys come from the environment. Put the new one into TOCSIN_RECORD_NEXT_KEY and start again: "
                "both sign then; later put it into TOCSIN_RECORD_KEY alone."
            )

    def seal(self, now: datetime) -> bool:
        """Seal an interval if its time has come; say whether it had."""
        with self._write() as connection:
            if ledger.stand(connection).next_seal > now:
                return False
            sealing.seal_interval(connection, now, self.randomness)
        self.public_version += 1
        return True

    def integrate(self) -> ledger.Tree:
        """Take what has been sequenced into the tree."""
        with self._write() as connection:
            return ledger.integrate(connection)

    def sign(self, frontier: Frontier, now: datetime) -> signing.Signed:
        """Sign a tree that has been integrated; what is signed is written down first.

        Raises:
            Broken: something larger, or something else, was signed before.
        """
        origin, signers = self.origin, self.signers()
        with self._write() as connection:
            return signing.sign(connection, frontier, origin, signers, now)

    def signed(self, *, published: bool = False) -> signing.Signed | None:
        """Return the largest checkpoint that was signed, or published."""
        with self.look() as look:
            return signing.latest(look.connection, published=published)

    def entries(self, start: int, stop: int) -> Sequence[bytes]:
        """Return the entries from start up to, not including, stop."""
        with self.look() as look:
            return list(ledger.walk(look.connection, start, stop))

    def root_at(self, size: int) -> bytes | None:
        """Return the root of the record when it had so many entries; None if it never had."""
        with self.look() as look:
            return ledger.root_at(look.connection, size)

    def note_published(self, size: int) -> None:
        """Write down that a checkpoint lies where anyone can read it."""
        with self._write() as connection:
            signing.note_published(connection, size)
        self.public_version += 1

    def note_cosigned(self, size: int, note: bytes, *, witnessed: bool) -> None:
        """Write down the cosignatures under a checkpoint."""
        with self._write() as connection:
            signing.note_cosigned(connection, size, note, witnessed=witnessed)
        self.public_version += 1

    def note_seen(self, checkpoint: Checkpoint, note: bytes, now: datetime) -> None:
        """Write down a checkpoint of this very record that others hold, so that none smaller is ever signed."""
        with self._write() as connection:
            signing.note_seen(connection, checkpoint, note, now)

    def adopt(self, checkpoint: Checkpoint, note: bytes, fetch: adopting.Fetch, now: datetime) -> adopting.Adopted:
        """Take over what a published record has beyond this one, and put behind it what was sequenced here meanwhile.

        checkpoint, note: of the published record, as it was audited. fetch: returns its entries.

        Raises:
            Refused: the two have parted, so that neither continues the other.
            Broken: fetch returns other entries than those that were audited.
        """
        with self._write() as connection:
            return adopting.adopt(connection, checkpoint, note, fetch, now)
