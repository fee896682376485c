"""Institutions: lines of contacts, how far each was told, what they handed on, asked, published and read back; second knocks."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from tocsin.store.columns import Moment

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make room for what is new."""
    op.add_column("source_states", sa.Column("organisation", sa.Text(), nullable=True))
    op.create_index(op.f("ix_source_states_organisation"), "source_states", ["organisation"], unique=False)
    op.add_column("notice_states", sa.Column("second_knock_of", sa.Text(), nullable=True))
    op.add_column("notice_states", sa.Column("knocks_at", sa.Text(), nullable=True))
    op.create_table(
        "line_states",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("patience_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for make in (_approaches, _handings, _questions, _proposals, _read_backs, _knocks):
        make()


def _text(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, Moment(), nullable=nullable)


def _make(table: str, *columns: "sa.Column[Any]") -> None:
    op.create_table(table, _text("id"), _text("warning"), *columns, sa.PrimaryKeyConstraint("id"))
    op.create_index(op.f(f"ix_{table}_warning"), table, ["warning"], unique=False)


def _approaches() -> None:
    _make(
        "approach_states",
        _text("of"),
        _text("line"),
        sa.Column("patience_s", sa.BigInteger(), nullable=False),
        _text("turns"),
        _moment("ended_at", nullable=True),
        _text("ended_how"),
        _moment("due", nullable=True),
    )
    op.create_index(op.f("ix_approach_states_due"), "approach_states", ["due"], unique=False)


def _handings() -> None:
    _make(
        "handing_states",
        _text("recipient"),
        _text("to"),
        _moment("at"),
        _text("heard"),
        _text("speaker"),
        _text("words"),
        _text("recorder"),
        sa.Column("told", sa.Boolean(), nullable=False),
    )


def _questions() -> None:
    _make(
        "question_states",
        _text("recipient"),
        _text("words"),
        _moment("asked_at"),
        _text("heard"),
        _text("speaker"),
        _text("giver", nullable=True),
        _text("recorder", nullable=True),
        _moment("answered_at", nullable=True),
        _text("answer"),
        _text("answerer", nullable=True),
    )


def _proposals() -> None:
    _make(
        "proposal_states",
        _text("recipient"),
        _text("report"),
        _text("source"),
        _moment("said_at"),
        _moment("proposed_at"),
        sa.Column("delay_s", sa.BigInteger(), nullable=False),
        _text("denials"),
        sa.Column("of_the_case", sa.Boolean(), nullable=False),
        _text("stands"),
        _text("answer", nullable=True),
        _moment("decided_at", nullable=True),
        _text("decided_by", nullable=True),
        _text("why"),
    )


def _read_backs() -> None:
    _make(
        "read_back_states",
        _text("recipient"),
        _text("what"),
        _text("where"),
        _text("when"),
        _text("will_do"),
        _moment("given_at"),
        _text("heard"),
        _text("speaker"),
        _text("giver", nullable=True),
        _text("recorder", nullable=True),
        _moment("compared_at", nullable=True),
        _text("compared_by", nullable=True),
        _text("differs"),
        _text("note"),
    )


def _knocks() -> None:
    _make(
        "knock_states",
        _text("recipient"),
        _text("why"),
        _moment("since"),
        _text("owner"),
        _text("consents"),
        _text("notice", nullable=True),
        _text("through", nullable=True),
        _text("author", nullable=True),
        _moment("drafted_at", nullable=True),
        _text("lines"),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        _moment("dropped_at", nullable=True),
        _text("dropped_by", nullable=True),
        _text("dropped_why"),
    )
