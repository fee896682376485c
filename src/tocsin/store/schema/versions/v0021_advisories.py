"""Advisories in depth: drafts apart, regions, risks, effective dates, withdrawals. What stood took effect when it was issued."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0021"
down_revision = "0019"

_TEXTS = ("region", "advice")
_LISTS = ("polygon", "risks")


def upgrade() -> None:
    """Make room for what is new."""
    for name in _TEXTS:
        op.add_column("advisory_states", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in _LISTS:
        op.add_column("advisory_states", sa.Column(name, sa.Text(), nullable=False, server_default="[]"))
    op.add_column("advisory_states", sa.Column("retraction", sa.Text(), nullable=True))
    op.add_column("advisory_states", sa.Column("withdrawn_at", Moment(), nullable=True))
    long_ago = "1970-01-01T00:00:00.000000Z"  # each row gets its own at once
    op.add_column("advisory_states", sa.Column("effective_at", Moment(), nullable=False, server_default=long_ago))
    op.execute("UPDATE advisory_states SET effective_at = issued_at")
    op.create_table(
        "advisory_draft_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("polygon", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("drafted_at", Moment(), nullable=False),
        sa.Column("effective_at", Moment(), nullable=True),
        sa.Column("review_at", Moment(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("threat", sa.Text(), nullable=True),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("persons", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("dropped_at", Moment(), nullable=True),
        sa.Column("dropped_by", sa.Text(), nullable=True),
        sa.Column("dropped_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_advisory_draft_states_threat", "advisory_draft_states", ["threat"])
