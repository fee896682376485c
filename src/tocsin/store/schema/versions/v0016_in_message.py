"""Why the messages about a notice carry what it says, where its mark alone would not let them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make room for it. Notices from before say nothing of it, so from now on no message carries an AMBER one's words."""
    op.add_column("notice_states", sa.Column("in_message", sa.Text(), nullable=False, server_default=""))
