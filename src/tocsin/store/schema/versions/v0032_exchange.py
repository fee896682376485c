"""What is exchanged with others' systems: objects taken in, files taken in, cases handed out; and reports said anew or taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Make room."""
    op.create_table(
        "taken_bundle_states",
        sa.Column("id", sa.Text(), primary_key=True),
        *_text("source", "bundle_id", "sha256"),
        sa.Column("count", sa.BigInteger(), nullable=False),
        *_text("by", "taken_at", "mark", "readers"),
    )
    op.create_table(
        "foreign_object_states",
        sa.Column("id", sa.Text(), primary_key=True),
        *_text("source", "bundle", "foreign_id", "foreign_type", "said_version", "said", "mark", "readers"),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        *_text("origin", "taken_at"),
    )
    op.create_index("foreign_object_states_foreign", "foreign_object_states", ["foreign_id"])
    op.create_index("foreign_object_states_report", "foreign_object_states", ["report"])
    op.create_index(
        "foreign_object_states_origin",
        "foreign_object_states",
        ["origin"],
        sqlite_where=sa.text("origin != ''"),
        postgresql_where=sa.text("origin != ''"),
    )
    op.create_table(
        "handed_out_states",
        sa.Column("id", sa.Text(), primary_key=True),
        *_text("threat", "at", "mark", "to", "whom", "by", "objects", "sha256", "released"),
    )
    op.create_index("ix_handed_out_states_threat", "handed_out_states", ["threat"])
    for name in ("revised_at", "taken_back_at"):
        op.add_column("report_states", sa.Column(name, sa.Text(), nullable=True))
