"""Alerts are written at the desk: drafts, templates of our own, and what an alert was written from."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Make room for what is new."""
    op.add_column("alert_states", sa.Column("template", sa.Text(), nullable=False, server_default=""))
    for name in ("template_version", "actor_words"):
        op.add_column("alert_states", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "alert_draft_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("threat", sa.Text(), nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("editions", sa.Text(), nullable=False),
        sa.Column("drafted_at", Moment(), nullable=False),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("break_glass", sa.Boolean(), nullable=False),
        sa.Column("dropped_at", Moment(), nullable=True),
        sa.Column("dropped_by", sa.Text(), nullable=True),
        sa.Column("dropped_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_alert_draft_states_threat", "alert_draft_states", ["threat"])
    op.create_table(
        "alert_template_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("ready", sa.Text(), nullable=True),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("retired_by", sa.Text(), nullable=True),
        sa.Column("retired_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
