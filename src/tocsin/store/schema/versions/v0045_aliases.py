"""Other names of actors: who says so, since when, and which were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Make room. What actors were listed with comes from their listing."""
    op.add_column("actor_states", sa.Column("called", sa.Text(), nullable=False, server_default="[]"))
