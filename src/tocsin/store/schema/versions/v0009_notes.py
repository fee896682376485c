"""Notes: what came of many places that went alike is one row of the result log. The rows of before are notes of one place."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0009"
down_revision = "0008"

_KEPT = "seq, batch, {}, stands, at, attempt, detail, again, echo"


def upgrade() -> None:
    """Make notes of the results, under the same numbers, and let a view show them place by place as before."""
    op.create_table(
        "notes",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("positions", sa.Text(), nullable=False),
        sa.Column("stands", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("again", Moment(), nullable=True),
        sa.Column("echo", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("seq"),
    )
    one = "json_array(position)"
    op.execute(f"INSERT INTO notes ({_KEPT.format('positions')}) SELECT {_KEPT.format(one)} FROM results ORDER BY seq")
    op.create_index("ix_notes_batch", "notes", ["batch"], unique=False)
    is_echo = sa.text("echo = 1")
    op.create_index("notes_echoes", "notes", ["at"], sqlite_where=is_echo, postgresql_where=sa.text("echo = true"))
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER notes_never_{action.lower()} BEFORE {action} ON notes "
            "BEGIN SELECT RAISE(ABORT, 'notes is append-only'); END"
        )
    op.drop_table("results")
    op.execute(
        "CREATE VIEW results AS SELECT n.seq, n.batch, p.value AS position, n.stands, n.at, n.attempt, n.detail, n.again, "
        "n.echo FROM notes n, json_each(n.positions) p"
    )
