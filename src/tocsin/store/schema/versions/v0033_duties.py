"""Duties to warn, hosts that are distrusted, and which policy pack holds."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Make room for what is new."""
    op.create_table(
        "duty_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("threat", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("event_at", Moment(), nullable=True),
        sa.Column("because_of", sa.Text(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("decide_by", Moment(), nullable=False),
        sa.Column("deliver_by", Moment(), nullable=False),
        sa.Column("decide_s", sa.BigInteger(), nullable=False),
        sa.Column("deliver_s", sa.BigInteger(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("owed_by", Moment(), nullable=True),
        sa.Column("due", Moment(), nullable=True),
        sa.Column("missed", sa.Text(), nullable=False),
        sa.Column("test", sa.Text(), nullable=True),
        sa.Column("tester", sa.Text(), nullable=True),
        sa.Column("tested_at", Moment(), nullable=True),
        sa.Column("refusals", sa.Text(), nullable=False),
        sa.Column("decider", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=True),
        sa.Column("served_at", Moment(), nullable=True),
        sa.Column("told_at", Moment(), nullable=True),
        sa.Column("told_how", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("looked_at", Moment(), nullable=True),
        sa.Column("looked_by", sa.Text(), nullable=True),
        sa.Column("looked_why", sa.Text(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_how", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=False),
        sa.Column("untold", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_duty_states_threat", "duty_states", ["threat"])
    op.create_index("ix_duty_states_due", "duty_states", ["due"])
    op.create_index("ix_duty_states_warning", "duty_states", ["warning"])
    op.create_table(
        "distrusted_host_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("threat", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("distrust", sa.Text(), nullable=False),
        sa.Column("distrusted_at", Moment(), nullable=False),
        sa.Column("distrusted_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("trusted_at", Moment(), nullable=True),
        sa.Column("trusted_by", sa.Text(), nullable=True),
        sa.Column("trusted_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_distrusted_host_states_threat", "distrusted_host_states", ["threat"])
    op.create_table(
        "duty_policy_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
