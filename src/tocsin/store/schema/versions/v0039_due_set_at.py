"""When the due of each batch was set: what a clock that was ahead has put off is found by that."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Make room. Of what waits now it is not known: what lies ahead when this is first opened is then tried at once."""
    op.add_column("leases", sa.Column("set_at", Moment(), nullable=True))
    op.execute("UPDATE leases SET set_at = due")
