"""Words of stricter material that somebody let out to the public, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    """Make room."""
    columns = (sa.Column(name, sa.Text(), nullable=False) for name in ("warning", "words", "why", "by", "at"))
    op.create_table("made_public_states", sa.Column("id", sa.Text(), primary_key=True), *columns)
    op.create_index("ix_made_public_states_warning", "made_public_states", ["warning"])
