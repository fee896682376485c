"""What CAP messages that others sent us are to one another."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Make room for it; what was received before is put into its chains when the next message comes."""
    op.create_table(
        "received_chain",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("sent", Moment(), nullable=False),
        sa.Column("msg_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("warns", sa.Boolean(), nullable=False),
        sa.Column("begins", Moment(), nullable=False),
        sa.Column("ends", Moment(), nullable=False),
        sa.Column("again", sa.BigInteger(), nullable=True),
        sa.Column("reissue_of", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("odd", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("received_chain_identity", "received_chain", ["sender", "identifier", "sent"])
    op.create_index("received_chain_ends", "received_chain", ["ends"])
    op.create_index("received_chain_words", "received_chain", ["words"])
    op.create_table(
        "received_over",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("sent", Moment(), nullable=False),
        sa.Column("by_number", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "identifier", "sent", "by_number"),
    )
    op.create_index("received_over_by", "received_over", ["by_number"])
