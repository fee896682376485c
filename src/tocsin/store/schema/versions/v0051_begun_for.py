"""Notices: the duty to warn that one was begun for. Until now it was not written down, so of earlier ones nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("notice_states", sa.Column("duty", sa.Text()))
