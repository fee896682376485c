"""Cases are listed a page at a time: those that nobody has ended, then the others, without reading all."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Make them quick to find."""
    for name, where in (("threat_states_open", "ended IS NULL"), ("threat_states_ended", "ended IS NOT NULL")):
        of = sa.text(where)
        op.create_index(name, "threat_states", ["opened_at", "id"], sqlite_where=of, postgresql_where=of)
