"""Inlets: by which ways others' CAP alerts come in, how it goes with each, and what of them the public may see."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0030"
down_revision = "0029"

# Real, for everybody, through an inlet that an administrator lets be shown, and not found to be forged.
_SHOWN = """
CREATE VIEW others_shown AS
SELECT c.number, g.name, g.gist, c.sender, c.identifier, c.sent, c.msg_type, c.begins, c.ends, c.received_at, c.signature,
    c.again, c.warns, r.raw,
    (SELECT i.publisher FROM received_ways w JOIN inlet_states i ON i.id = w.inlet
        WHERE w.number = c.number AND i.shown ORDER BY w.at LIMIT 1) AS publisher,
    (SELECT i.licence FROM received_ways w JOIN inlet_states i ON i.id = w.inlet
        WHERE w.number = c.number AND i.shown ORDER BY w.at LIMIT 1) AS licence
FROM received_chain c JOIN received_gists g ON g.number = c.number JOIN received r ON r.number = c.number
WHERE c.status = 'Actual' AND c.scope = 'Public' AND c.signature <> 'bad' AND EXISTS (
    SELECT 1 FROM received_ways w JOIN inlet_states i ON i.id = w.inlet WHERE w.number = c.number AND i.shown)
"""

# Which message ends or replaces which, as store/chains.py has it by what is known now.
_LINKS = """
CREATE VIEW others_links AS
SELECT c.number, o.by_number, o.at
FROM received_chain c JOIN received_over o
    ON o.sender = c.sender AND o.identifier = c.identifier AND o.sent = c.sent AND o.status = c.status
JOIN received_chain b ON b.number = o.by_number AND b.again IS NULL
WHERE o.signed OR o.source = c.source OR EXISTS (
    SELECT 1 FROM received_ways v JOIN received_ways w ON w.inlet = v.inlet
    WHERE v.number = o.by_number AND w.number = c.number)
"""


def upgrade() -> None:
    """Make room for them."""
    _inlet_states()
    op.create_table(
        "received_ways",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("inlet", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("number", "inlet"),
        sqlite_with_rowid=False,
    )
    op.create_index("received_ways_inlet", "received_ways", ["inlet", "number"])
    op.create_table(
        "received_gists",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("gist", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("name"),
    )
    _inlet_rows()
    op.execute(_SHOWN)
    op.execute(_LINKS)


def _inlet_states() -> None:
    op.create_table(
        "inlet_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("every_s", sa.BigInteger(), nullable=False),
        sa.Column("senders", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("added_at", Moment(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def _inlet_rows() -> None:
    op.create_table(
        "inlet_stands",
        sa.Column("inlet", sa.Text(), nullable=False),
        sa.Column("due", Moment(), nullable=True),
        sa.Column("tag", sa.Text(), nullable=False, server_default=""),
        sa.Column("modified", sa.Text(), nullable=False, server_default=""),
        sa.Column("digest", sa.LargeBinary(), nullable=False, server_default=sa.text("x''")),
        sa.Column("round", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("heard_at", Moment(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("quiet", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("trouble", sa.Text(), nullable=False, server_default=""),
        sa.Column("newest_sent", Moment(), nullable=True),
        sa.Column("kept", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("refused", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("inlet"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inlet_stands_due", "inlet_stands", ["due"])
    op.create_table(
        "inlet_items",
        sa.Column("inlet", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("due", Moment(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("gone_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("inlet", "item"),
        sqlite_with_rowid=False,
    )
    wanted = sa.text("due IS NOT NULL")
    op.create_index("inlet_items_due", "inlet_items", ["inlet", "due"], sqlite_where=wanted, postgresql_where=wanted)
    op.create_index("inlet_items_number", "inlet_items", ["number"])
    op.create_index("inlet_items_round", "inlet_items", ["inlet", "round"])
    op.create_table(
        "inlet_refusals",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("inlet", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("inlet_refusals_inlet", "inlet_refusals", ["inlet", "seq"])
