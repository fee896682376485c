"""Tear-lines: who wrote at a notice, its versions, what may stay in it, who agreed that it goes out, and who warns by it."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Make room. A notice that waited for approval was written by its author alone."""
    for name in ("authors", "versions", "release_by", "releases", "released", "meant_for"):
        op.add_column("notice_states", sa.Column(name, sa.Text(), nullable=False, server_default="[]"))
    op.add_column("notice_states", sa.Column("language", sa.Text(), nullable=False, server_default=""))
    op.add_column("notice_states", sa.Column("unnamed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE notice_states SET authors = '[\"' || author || '\"]' WHERE author IS NOT NULL")
