"""Which sources somebody may read something of is asked of each page that names them to choose from."""

from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Keep the reports of each source together, by their marks."""
    op.create_index("report_states_source", "report_states", ["source", "mark"])
