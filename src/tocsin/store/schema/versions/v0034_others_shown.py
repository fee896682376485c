"""The view of what the public sees reads each table by a column, so that its connection needs no leave to read tables."""

from alembic import op

revision = "0034"
down_revision = "0033"

_SHOWN = """
CREATE VIEW others_shown AS
SELECT c.number, g.name, g.gist, c.sender, c.identifier, c.sent, c.msg_type, c.begins, c.ends, c.received_at, c.signature,
    c.again, c.warns, (SELECT r.raw FROM received r WHERE r.number = c.number) AS raw,
    (SELECT i.publisher FROM received_ways w JOIN inlet_states i ON i.id = w.inlet
        WHERE w.number = c.number AND i.shown ORDER BY w.at LIMIT 1) AS publisher,
    (SELECT i.licence FROM received_ways w JOIN inlet_states i ON i.id = w.inlet
        WHERE w.number = c.number AND i.shown ORDER BY w.at LIMIT 1) AS licence
FROM received_chain c JOIN received_gists g ON g.number = c.number
WHERE c.status = 'Actual' AND c.scope = 'Public' AND c.signature <> 'bad' AND g.name IS NOT NULL AND EXISTS (
    SELECT 1 FROM received_ways w JOIN inlet_states i ON i.id = w.inlet WHERE w.number = c.number AND i.shown)
"""


def upgrade() -> None:
    """Make the view anew."""
    op.execute("DROP VIEW others_shown")
    op.execute(_SHOWN)
