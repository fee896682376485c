"""Which levels were in force at a moment: one question, whatever has been set since."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tocsin.store.tables import state_table
from tocsin.warning.advisory.state import Advisory


def in_force(at: datetime, country: str = "") -> sa.Select[Any]:
    """Return the question for the ids of what was in force: as warning/advisory/place.py says in words.

    country: of one alone; else of all.
    """
    table = state_table(Advisory)
    latest = sa.func.row_number().over(
        partition_by=(table.c.country, table.c.region), order_by=(table.c.issued_at.desc(), table.c.id.desc())
    )
    had_effect = (table.c.issued_at <= at) & (table.c.effective_at <= at)
    wanted = had_effect & (table.c.country == country) if country else had_effect
    ranked = sa.select(table.c.id, table.c.withdrawn_at, latest.label("place")).where(wanted).subquery()
    holds = ranked.c.withdrawn_at.is_(None) | (ranked.c.withdrawn_at > at)
    return sa.select(ranked.c.id).where((ranked.c.place == 1) & holds)
