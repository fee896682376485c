"""Statements with drafts, earlier editions and what they are about; what other governments advise. Old editions are filled in."""

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Make room for what is new."""
    op.add_column("statement_states", sa.Column("change", sa.Text(), nullable=False, server_default=""))
    op.add_column("statement_states", sa.Column("about", sa.Text(), nullable=True))
    op.add_column("statement_states", sa.Column("earlier", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "statement_draft_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("statement_kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("threat", sa.Text(), nullable=True),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("drafted_at", Moment(), nullable=False),
        sa.Column("approved_at", Moment(), nullable=True),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("dropped_at", Moment(), nullable=True),
        sa.Column("dropped_by", sa.Text(), nullable=True),
        sa.Column("dropped_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_statement_draft_states_threat", "statement_draft_states", ["threat"])
    op.create_table(
        "others_advice_state_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "others_reading_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("places", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _fill_in_editions()


def _fill_in_editions() -> None:
    line = op.get_bind()
    names = ("seq", "kind", "subject", "body")
    journal = sa.table("journal", *map(sa.column, names), sa.column("occurred_at", Moment()))
    states = sa.table("statement_states", sa.column("id"), sa.column("earlier"))
    kinds = ("StatementPublished", "StatementEndorsed")
    found = line.execute(sa.select(journal).where(journal.c.kind.in_(kinds)).order_by(journal.c.seq)).all()
    latest: dict[str, dict[str, Any]] = {}
    earlier: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        body = msgspec.json.decode(row.body)
        if row.kind == "StatementEndorsed":
            joined = {"at": row.occurred_at, "endorser": body["endorser"]}
            latest[row.subject].setdefault("endorsements", []).append(joined)
            continue
        if row.subject in latest:
            earlier.setdefault(row.subject, []).append(latest[row.subject] | {"until": row.occurred_at})
        fields = ("edition", "statement_kind", "title", "text", "language", "author", "approver")
        defaults = {"edition": 1, "language": "en"}
        latest[row.subject] = {name: body.get(name, defaults.get(name)) for name in fields} | {
            "published_at": row.occurred_at
        }
    for statement, editions in earlier.items():
        kept = msgspec.json.encode(editions).decode()
        line.execute(sa.update(states).where(states.c.id == statement).values(earlier=kept))
