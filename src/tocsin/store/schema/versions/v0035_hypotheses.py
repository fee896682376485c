"""The hypotheses of a case, in a matrix for each question."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Make room; no case has one yet."""
    op.create_table(
        "matrix_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("threat", sa.Text(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("hypotheses", sa.Text(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_matrix_states_threat", "matrix_states", ["threat"])
