"""Follow-ups: that whoever got a warning is told that it holds longer, or that it is over."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Make room for what is new."""
    op.create_table(
        "follow_up_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ends", Moment(), nullable=True),
        sa.Column("all_clear", sa.Boolean(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_follow_up_states_warning", "follow_up_states", ["warning"])
