"""Lanes: each channel sends by itself, what is urgent first, as fast as its account allows, each place at its own time."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Give each lease the channel of its batch, and count attempts where they are noted."""
    op.add_column("batch_states", sa.Column("lane", sa.Text(), nullable=False, server_default="bulk"))
    op.add_column("batch_states", sa.Column("more", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE batch_states SET lane = 'call' WHERE errand = 'call'")
    op.add_column("leases", sa.Column("channel", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE leases SET channel = (SELECT channel FROM batch_states WHERE id = batch)")
    op.execute("UPDATE leases SET lane = CASE lane WHEN 0 THEN 1 ELSE 3 END")
    op.drop_index("ix_leases_due", "leases")
    op.drop_column("leases", "attempts")
    due = sa.text("due IS NOT NULL")
    op.create_index("leases_due", "leases", ["channel", "lane", "due"], sqlite_where=due, postgresql_where=due)
    op.add_column("results", sa.Column("again", Moment(), nullable=True))
    op.create_table(
        "allowances",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
        sqlite_with_rowid=False,
    )
