"""Notices: on what grounds one goes out although what it was begun for is over. Earlier ones say nothing of that."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("notice_states", sa.Column("grounds", sa.Text()))
