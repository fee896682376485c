"""Deadlines: when an advisory is looked at again, and until when a sealed notice is opened or kept."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make room for what is new."""
    op.create_table(
        "deadline_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("deadline_kind", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("met_at", Moment(), nullable=True),
        sa.Column("met_how", sa.Text(), nullable=False),
        sa.Column("met_by", sa.Text(), nullable=True),
        sa.Column("met_why", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("due", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_deadline_states_warning", "deadline_states", ["warning"])
    op.create_index("ix_deadline_states_due", "deadline_states", ["due"])
    op.add_column("advisory_states", sa.Column("reviewed_at", Moment(), nullable=True))
    op.add_column("advisory_states", sa.Column("reviewed_by", sa.Text(), nullable=True))
