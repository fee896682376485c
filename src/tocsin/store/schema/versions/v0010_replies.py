"""Replies and codes: how each answer came, who has answered what, which messages were taken in, and who asked for a code."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make room for what is new."""
    op.add_column("answer_log", sa.Column("heard", sa.Text(), nullable=False, server_default="link"))
    op.create_index("answers_by_link_person", "answers_by_link", ["person", "warning"])
    op.create_table(
        "replies_seen",
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("message"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_replies_seen_at", "replies_seen", ["at"])
    op.add_column("answer_states", sa.Column("own_speaker", sa.Text(), nullable=False, server_default=""))
    op.add_column("answer_states", sa.Column("own_words", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "reply_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("came_at", Moment(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("others", sa.Text(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reply_states_person", "reply_states", ["person"])
    op.create_table(
        "access_code_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("warning", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("drawn", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires", Moment(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("named_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_access_code_states_warning", "access_code_states", ["warning"])
    op.create_index("ix_access_code_states_person", "access_code_states", ["person"])
