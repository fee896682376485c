"""How far each inlet's feed may lead: to private networks, and from https to addresses without."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Make room. No inlet may, until an administrator says so."""
    for name in ("private", "plain"):
        op.add_column("inlet_states", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
