"""Duties to warn: how the questions of the test were answered before they were answered anew, and what was new."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Make room. Until now the last answers alone were kept, and nobody said what was new."""
    op.add_column("duty_states", sa.Column("tested_why", sa.Text(), nullable=False, server_default=""))
    op.add_column("duty_states", sa.Column("tested_before", sa.Text(), nullable=False, server_default="[]"))
