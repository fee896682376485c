"""Notices: whether the glass was broken, and why; of those that went out before that was asked, whether it was."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Make room for it, and fill it in where the journal tells."""
    op.add_column("notice_states", sa.Column("break_glass", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("notice_states", sa.Column("glass_why", sa.Text(), nullable=False, server_default=""))
    op.execute(
        "UPDATE notice_states SET break_glass = COALESCE((SELECT json_extract(CAST(j.body AS TEXT), '$.break_glass') "
        "FROM journal j WHERE j.subject = notice_states.id AND j.kind = 'NoticeApproved'), 0)"
    )
