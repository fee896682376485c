"""How far each inlet's feed may lead, and what was in force at a past moment, found without looking at all that came later."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Make room. No inlet may, until an administrator says so."""
    for name in ("private", "plain"):
        op.add_column("inlet_states", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("received_chain_ends", "received_chain")
    warns = sa.text("warns")
    op.create_index(
        "received_chain_ends",
        "received_chain",
        ["ends", "begins", "number"],
        sqlite_where=warns,
        postgresql_where=warns,
    )
