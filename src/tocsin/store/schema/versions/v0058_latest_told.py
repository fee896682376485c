"""What was told is listed a page at a time, the latest first, without reading all of it; so are the reports that came in last."""

from alembic import op

revision = "0058"
down_revision = "0057"

WHEN = (
    ("alert_states", "coalesce(issued_at, drafted_at)"),
    ("notice_states", "coalesce(sent_at, decided_at)"),
    ("advisory_states", "issued_at"),
    ("statement_states", "published_at"),
)
"""When what is told went out, or was begun."""


def upgrade() -> None:
    """Make it quick to find."""
    for table, at in WHEN:
        op.execute(f"CREATE INDEX {table}_told_at ON {table} ({at}, id)")
    op.create_index("report_states_received_at", "report_states", ["received_at", "id"])
