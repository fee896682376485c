"""Audiences: a warning may address whoever is somewhere; what its approver saw of that, and what came of it, is kept."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make room for what is new."""
    for table in ("alert_states", "advisory_states"):
        op.add_column(table, sa.Column("audience", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("alert_states", sa.Column("saw", sa.Text(), nullable=True))
    op.create_table(
        "audience_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("resolved_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audience_states_warning", "audience_states", ["warning"])
    paused = sa.text("paused_at IS NOT NULL")
    op.create_index("person_states_paused", "person_states", ["id"], sqlite_where=paused, postgresql_where=paused)
