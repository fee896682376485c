"""Cases: what bore on them and was unlinked again, as the journal tells."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Make room for it, and fill it in."""
    op.add_column("threat_states", sa.Column("unlinked", sa.Text(), nullable=False, server_default="[]"))
    op.execute(
        "UPDATE threat_states SET unlinked = COALESCE((SELECT json_group_array(item) FROM ("
        "SELECT json_extract(CAST(j.body AS TEXT), '$.item') AS item FROM journal j "
        "WHERE j.subject = threat_states.id AND j.kind = 'EvidenceUnlinked' GROUP BY item ORDER BY min(j.seq))), '[]')"
    )
