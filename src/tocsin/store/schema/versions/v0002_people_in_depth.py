"""People in depth: contact points that can be confirmed, paused and removed; needs, places, consent, posts, rules."""

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make what is new, and let what was there stand as the folds of today have it."""
    op.add_column("person_states", sa.Column("row", sa.Text(), nullable=False, server_default=""))
    op.add_column("person_states", sa.Column("paused_at", Moment(), nullable=True))
    op.add_column("person_states", sa.Column("paused_until", Moment(), nullable=True))
    # Whoever is forgotten is told in no language any more.
    op.execute("UPDATE person_states SET languages = '[\"en\"]' WHERE forgotten")
    op.add_column("contact_states", sa.Column("stands", sa.Text(), nullable=False, server_default="active"))
    op.add_column("contact_states", sa.Column("confirmed_at", Moment(), nullable=True))
    op.add_column("group_states", sa.Column("rule", sa.Text(), nullable=True))
    op.add_column("membership_states", sa.Column("left_at", Moment(), nullable=True))
    op.create_table(
        "needs_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "place_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=True),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("said_at", Moment(), nullable=False),
        sa.Column("removed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_place_states_person"), "place_states", ["person"], unique=False)
    op.create_table(
        "consent_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("given_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_consent_states_person"), "consent_states", ["person"], unique=False)
    op.create_table(
        "post_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_post_states_organisation"), "post_states", ["organisation"], unique=False)
    op.create_table(
        "tenure_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_tenure_states_post"), "tenure_states", ["post"], unique=False)
    op.create_index(op.f("ix_tenure_states_person"), "tenure_states", ["person"], unique=False)
