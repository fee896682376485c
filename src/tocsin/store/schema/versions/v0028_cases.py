"""What a case is about, who looks after it and by when, its checklist, and how it stands to other cases."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Make room; of what was never said, nothing is said."""
    for name, empty in (
        ("particulars", "{}"),
        ("attributions", "[]"),
        ("questions", "[]"),
        ("checklist", "{}"),
        ("proposed", "[]"),
        ("joined", "{}"),
    ):
        op.add_column("threat_states", sa.Column(name, sa.Text(), nullable=False, server_default=empty))
    for name in ("next_step", "ended", "split_from"):
        op.add_column("threat_states", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("actor_states", sa.Column("actor_kind", sa.Text(), nullable=False, server_default="group"))
