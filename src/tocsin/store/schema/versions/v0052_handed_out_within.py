"""Cases handed out: whether the file stayed within this organisation. Of those until now nobody said."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("handed_out_states", sa.Column("within", sa.Boolean(), nullable=True))
