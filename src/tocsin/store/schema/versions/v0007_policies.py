"""Rotas and policies; and a watch says at which step of its ladder it is, for a step may ring several people, or nobody."""

import json

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make room for what is new."""
    op.create_table(
        "rota_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("every", sa.BigInteger(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("shifts", sa.Text(), nullable=False),
        sa.Column("stands", sa.Text(), nullable=False),
        sa.Column("dropped_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "policy_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.Column("dropped_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("watch_states", sa.Column("step", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("watch_states", sa.Column("at_step", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("watch_states", sa.Column("held_until", Moment(), nullable=True))
    op.add_column("watch_states", sa.Column("notes", sa.Text(), nullable=False, server_default="[]"))
    _tell_steps(op.get_bind())


def _tell_steps(connection: sa.Connection) -> None:
    """Say of each watch where it is: until now each step rang one person, and the last ring may have been missed."""
    last = "SELECT kind FROM journal WHERE subject = :watch AND kind IN ('WatchRang', 'WatchMissed') ORDER BY seq DESC LIMIT 1"
    for watch, rings in connection.execute(sa.text("SELECT id, rings FROM watch_states")).all():
        step = len(json.loads(rings))
        rang = connection.execute(sa.text(last), {"watch": watch}).scalar_one_or_none() == "WatchRang"
        connection.execute(
            sa.text("UPDATE watch_states SET step = :step, at_step = :at_step WHERE id = :watch"),
            {"watch": watch, "step": step, "at_step": json.dumps([step - 1] if rang else [])},
        )
