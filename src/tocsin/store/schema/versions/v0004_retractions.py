"""Retractions: a warning knows that it was taken back, and a lease whether its batch was cut off while in hand."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make room for what is new."""
    op.add_column("alert_states", sa.Column("retraction", sa.Text(), nullable=True))
    op.add_column("notice_states", sa.Column("retraction", sa.Text(), nullable=True))
    op.add_column("leases", sa.Column("cut_off", sa.Boolean(), nullable=False, server_default=sa.false()))
