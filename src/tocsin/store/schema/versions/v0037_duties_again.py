"""Duties to warn: since when each is asked again, and who said that an earlier warning covers it. Alerts: languages taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Make room. When a duty was last asked again stands in its journal."""
    op.add_column("duty_states", sa.Column("reopened_at", sa.Text(), nullable=True))
    op.add_column("duty_states", sa.Column("covered_by", sa.Text(), nullable=True))
    op.add_column("duty_states", sa.Column("covered_why", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE duty_states SET reopened_at = (SELECT max(occurred_at) FROM journal "
        "WHERE subject = duty_states.id AND kind = 'DutyReopened')"
    )
    for table in ("alert_draft_states", "alert_template_states"):
        op.add_column(table, sa.Column("left_out", sa.Text(), nullable=False, server_default="[]"))
