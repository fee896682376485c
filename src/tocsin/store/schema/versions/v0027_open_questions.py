"""What is still open of questions, wishes to hand on and watches is found without reading what is not."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_INDEXES = (
    ("handing_wish_states_open", "handing_wish_states", ["asked_at"], "decided_at IS NULL"),
    ("question_states_open", "question_states", ["asked_at"], "answered_at IS NULL"),
    ("watch_states_open", "watch_states", ["warning", "why", "of"], "settled_at IS NULL AND accepted_at IS NULL"),
)


def upgrade() -> None:
    """Index what is open; these rows are few."""
    for name, table, columns, where in _INDEXES:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
