"""Notices: whom they are to be handed on to who is not known here. Until now only who is could be named."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("notice_states", sa.Column("meant_words", sa.Text(), nullable=False, server_default="[]"))
