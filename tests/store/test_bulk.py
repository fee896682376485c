"""Rows that are inserted many at once are read as those that SQLAlchemy would have written."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from tocsin.basis.errors import Refused
from tocsin.store.bulk import insert_many
from tocsin.store.columns import moment_text
from tocsin.store.database import open_writer
from tocsin.store.keys import Keys
from tocsin.store.tables import leases, metadata, versions

MOMENT = datetime(2031, 5, 6, 8, 0, 0, 7, tzinfo=timezone(timedelta(hours=3)))
ROWS = [
    {"batch": "a", "channel": "mail", "lane": 1, "due": MOMENT, "owner": None},
    {"batch": "b", "channel": "o'clock\"", "lane": 0, "due": None, "owner": "serve"},
]


def test_moments_nothings_and_quotes_are_written_as_ever(tmp_path: Path) -> None:
    engine = open_writer(tmp_path)
    metadata.create_all(engine)
    with engine.begin() as connection:
        insert_many(connection, leases, ROWS)
        raw = connection.exec_driver_sql("SELECT due FROM leases WHERE batch = 'a'").scalar_one()
        kept = [dict(row._mapping) for row in connection.execute(sa.select(leases).order_by(leases.c.batch))]
        assert [{name: row[name] for name in ROWS[0]} for row in kept] == ROWS
        assert raw == "2031-05-06T05:00:00.000007Z"
        insert_many(connection, leases, [])
        for count in (1, 2):
            insert_many(
                connection, versions, [{"subject": "x", "version": 2}],
                or_else="ON CONFLICT (subject) DO UPDATE SET version = versions.version + excluded.version",
            )  # fmt: skip
            assert connection.execute(sa.select(versions.c.version)).scalar_one() == 2 * count
    engine.dispose()


@pytest.mark.parametrize("year", [1, 999, 2031, 9999])
def test_a_moment_has_one_width_in_every_year(year: int) -> None:
    moment = datetime(year, 5, 6, 8, tzinfo=UTC)
    assert len(moment_text(moment)) == 27
    assert datetime.fromisoformat(moment_text(moment)) == moment


def test_keys_are_made_together_and_none_for_somebody_forgotten(tmp_path: Path) -> None:
    made: list[int] = []

    def randomness(count: int) -> bytes:
        made.append(count)
        return bytes([len(made)]) * count

    keys = Keys(tmp_path / "keys.db", randomness)
    keys.ensure(f"p{n}" for n in range(50))
    assert made == [32] * 50
    keys.ensure(["p7", "p7", "p8"])
    assert len(made) == 50
    keys.destroy("p7")
    with pytest.raises(Refused, match=r"^p7 has been forgotten"):
        keys.ensure(["p60", "p7", "p61"])
    assert not keys.holds("p60")
    assert keys.persons() == sorted(f"p{n}" for n in range(50) if n != 7)
    keys.close()
