"""A store and what it publishes, with a clock that is set by hand: for tests of the record as a whole."""

import random
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.store.stopped import QUICK
from tocsin.basis.fact import Fact
from tocsin.flow.house import House
from tocsin.flow.record.publish import Publisher
from tocsin.flow.work import reactions
from tocsin.record import Verified, verify_proof
from tocsin.record.sealed import HORIZON
from tocsin.report.facts import IncidentNoted
from tocsin.store import sealing
from tocsin.store.disc import Disc
from tocsin.store.folder import Folder
from tocsin.store.prove import Prover
from tocsin.store.store import Store
from tocsin.store.tables import entries
from tocsin.warning.notice.facts import DutyDecided, DutyTest, NoticeOpened
from tocsin.warning.statement.facts import StatementEndorsed, StatementKind, StatementPublished

START = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def house(keeping: "Keeping") -> House:
    return House(store=keeping.store, carriers={}, base_url="http://127.0.0.1:1", organisation="x", jitter=lambda: 0.0)


class Keeping:
    """One data directory. seed: of all randomness in it."""

    def __init__(self, data: Path, seed: int = 1, disc: Disc = QUICK) -> None:
        data.mkdir(exist_ok=True)
        self.data, self.now = data, START
        self.randomness = random.Random(seed).randbytes
        self._said = 0
        self.open(disc)

    def open(self, disc: Disc = QUICK) -> None:
        self.store = Store(self.data, self.randomness, self.now, reactions)
        self.publisher = Publisher(self.store, Folder(self.data / "record", disc))

    def close(self) -> None:
        self.store.close()

    def move(self, place: Path) -> None:
        """Take what lies on the disc at this moment to another place, as a kill would have left it, and go on there."""
        shutil.copytree(self.data, place)
        self.store.close()
        self.data = place
        self.open()

    # ---- facts

    def commit(self, *facts: Fact) -> list[int]:
        """Commit facts in one go; return their places in the journal."""
        self._said += 1
        command = f"said:{self._said}:{self.randomness(8).hex()}"
        done = self.store.commit(facts, at=self.now, by="x", command=command)
        return list(range(done.first_seq, done.last_seq + 1))

    def incidents(self, count: int) -> list[int]:
        """Commit so many confidential facts that are not kept."""
        return self.commit(
            *(
                IncidentNoted(
                    subject=self.store.new_id(), occurred_at=self.now, what="Ice", where="The mill", published_at=None
                )
                for _ in range(count)
            )
        )

    def decisions(self, *why: str) -> list[int]:
        """Decide so many times to tell someone: confidential facts that are kept until they are opened."""
        return self.commit(
            *(
                DutyDecided(
                    subject=self.store.new_id(),
                    occurred_at=self.now,
                    threat="t",
                    decider="x",
                    tell=True,
                    test=DutyTest(),
                    why=one,
                )
                for one in why
            )
        )

    def statement(self, text: str) -> StatementPublished:
        return StatementPublished(
            subject=self.store.new_id(),
            occurred_at=self.now,
            statement_kind=StatementKind.CONDOLENCE,
            title="Condolences",
            text=text,
            author="x",
            approver="y",
        )

    def states(self, text: str = "We mourn with them.") -> list[int]:
        """Publish a statement, and have others join it: two entries."""
        said = self.statement(text)
        joined = StatementEndorsed(subject=said.subject, occurred_at=self.now, endorser="The neighbours")
        return self.commit(said, joined)

    def opens(self, seq: int) -> list[int]:
        """Have the record say that a fact was opened."""
        with self.store.look() as look:
            row = look.connection.execute(
                sa.text(
                    "SELECT subject, entry, place FROM journal JOIN commitments ON fact_seq = seq WHERE seq = :seq"
                ),
                {"seq": seq},
            ).one()
        return self.commit(
            NoticeOpened(
                subject=row.subject,
                occurred_at=self.now,
                approver="x",
                fields=("why",),
                seal=row.entry,
                place=row.place,
            )
        )

    # ---- time

    def passes(self, hours: float = 1) -> None:
        self.now += hours * HOUR

    def seals(self, horizon: timedelta = HORIZON) -> None:
        """Seal the interval that is due by now."""
        with self.store._write() as connection:
            sealing.seal_interval(connection, self.now, self.randomness, horizon)

    def hours(self, count: int, horizon: timedelta = HORIZON) -> None:
        """Let so many hours pass, and seal each."""
        for _ in range(count):
            self.passes()
            self.seals(horizon)

    # ---- what is there

    def entries(self) -> list[bytes]:
        with self.store.look() as look:
            return list(look.connection.execute(sa.select(entries.c.entry).order_by(entries.c.number)).scalars())

    def asks(self, question: str, **given: Any) -> Sequence[Any]:
        with self.store.look() as look:
            return look.connection.execute(sa.text(question), given).all()

    def policy(self) -> bytes:
        return f"log {self.store.verifier_key}\nquorum none\n".encode()

    def proof(self, seq: int, *fields: str) -> bytes:
        """Publish, and return the proof of a fact."""
        self.publisher.publish(self.now)
        with self.store.look() as look:
            return Prover(self.store, look, self.publisher.folder).fact(seq, fields)

    def judged(self, proof: bytes) -> Verified:
        return verify_proof(proof, self.policy())
