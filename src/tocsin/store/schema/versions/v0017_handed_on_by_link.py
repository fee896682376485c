"""Warnings that are handed on behind a contact's own link, and wishes for that, which a duty officer confirms or refuses."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make room for what is new."""
    op.add_column("handing_states", sa.Column("giver", sa.Text(), nullable=True))
    op.create_table(
        "handing_wish_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("handing", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_handing_wish_states_warning"), "handing_wish_states", ["warning"], unique=False)
