"""Headcounts: who is asked whether they are safe, and who looks after whom."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make room for what is new."""
    op.create_table(
        "headcount_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("threat", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=False),
        sa.Column("window", sa.Text(), nullable=True),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("persons", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("follows", sa.Text(), nullable=True),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("due", Moment(), nullable=True),
        sa.Column("sheets", sa.Text(), nullable=False),
        sa.Column("retraction", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_headcount_states_threat", "headcount_states", ["threat"])
    op.create_index("ix_headcount_states_due", "headcount_states", ["due"])
    op.create_table(
        "wardenship_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warden", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=True),
        sa.Column("persons", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_wardenship_states_group", "wardenship_states", ["group"])
