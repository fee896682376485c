"""Whether the messages about a notice carried what it says; nothing of those that went out before that was written down."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Make room for it, and fill it in where the journal tells."""
    op.add_column("notice_states", sa.Column("carried", sa.Boolean(), nullable=True))
    op.execute(
        "UPDATE notice_states SET carried = (SELECT json_extract(CAST(j.body AS TEXT), '$.carried') FROM journal j "
        "WHERE j.subject = notice_states.id AND j.kind = 'NoticeSent')"
    )
