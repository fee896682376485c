"""CAP messages that others sent us, as they came, each with the verdict at its receipt."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "received",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("sent", Moment(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index("received_identity", "received", ["sender", "identifier", "sent"])
