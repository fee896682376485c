"""Notices that were written and will not go out: when that was decided, by whom and why."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Make room. Until now none could be dropped."""
    for name in ("dropped_at", "dropped_by"):
        op.add_column("notice_states", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("notice_states", sa.Column("dropped_why", sa.Text(), nullable=False, server_default=""))
