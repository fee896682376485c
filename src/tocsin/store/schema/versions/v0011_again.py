"""That a warning was sent again."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make room for what is new."""
    op.create_table(
        "sending_again_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("unless", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sending_again_states_warning", "sending_again_states", ["warning"])
