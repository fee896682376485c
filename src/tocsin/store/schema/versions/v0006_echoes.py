"""Echoes: what is heard back about messages waits in a table of its own, and is told apart among the results."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make room for what is new."""
    op.add_column("results", sa.Column("echo", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("results_echoes", "results", ["at"], sqlite_where=sa.text("echo = 1"))
    op.create_table(
        "echoes",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("for_good", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("due", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_echoes_due", "echoes", ["due"])
    op.create_table(
        "echo_intake_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("contact_states", sa.Column("failed_at", Moment(), nullable=True))
    failed = sa.text("failed_at IS NOT NULL")
    op.create_index(
        "contact_states_failed", "contact_states", ["failed_at"], sqlite_where=failed, postgresql_where=failed
    )
