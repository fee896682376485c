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
    place, order = (table.c.country, table.c.region), (table.c.issued_at.desc(), table.c.id.desc())
    latest = sa.func.row_number().over(partition_by=place, order_by=order)
    of_its_kind = sa.func.row_number().over(partition_by=(*place, table.c.exercise), order_by=order)
    planned = table.c.effective_at > table.c.issued_at
    never_held = planned & table.c.withdrawn_at.is_not(None) & (table.c.withdrawn_at <= table.c.effective_at)
    had_effect = (table.c.issued_at <= at) & (table.c.effective_at <= at) & ~never_held
    wanted = had_effect & (table.c.country == country) if country else had_effect
    ranked = sa.select(table, latest.label("latest"), of_its_kind.label("of_its_kind")).where(wanted).subquery()
    holds = ranked.c.withdrawn_at.is_(None) | (ranked.c.withdrawn_at > at)
    # Of each place two at most: the latest of all, and the latest that is no exercise; that one wins.
    first = (ranked.c.latest == 1) | ((ranked.c.of_its_kind == 1) & ~ranked.c.exercise)
    meant = sa.func.row_number().over(partition_by=(ranked.c.country, ranked.c.region), order_by=ranked.c.exercise)
    held = sa.select(ranked.c.id, meant.label("meant")).where(first & holds).subquery()
    return sa.select(held.c.id).where(held.c.meant == 1)
