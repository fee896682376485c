"""Deciding about a statement: what is published in our name has been read by two of us."""

from collections.abc import Collection

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.warning.approval import refuse_lone_voice
from tocsin.warning.statement.facts import StatementPublished


def publish_statement(draft: StatementPublished, roles: Collection[Role]) -> StatementPublished:
    """Let a statement be published.

    Raises:
        Refused: it says nothing, or only one person has read it.
    """
    if not (draft.title.strip() and draft.text.strip()):
        raise Refused(f"Statement {draft.subject} needs a title and a text.")
    refuse_lone_voice(draft.subject, draft.author, draft.approver, roles, break_glass=False)
    return draft
