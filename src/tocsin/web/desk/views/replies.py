"""Replies that a person has to read: each in its giver's own words, with the warnings that it may answer."""

from datetime import datetime

from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class ReplyRow(View, frozen=True, kw_only=True):
    """One reply. why: why a person has to look. who: whose address it came from; others: who else has it.

    warnings: (id, title) of those it may be about, the latest first. givers: (id, name) of those of whom one wrote it, where
    there are several.
    """

    id: str
    came_at: datetime
    who: str
    others: tuple[str, ...]
    how: str
    why: str
    words: str
    warnings: tuple[tuple[str, str], ...]
    post_to: str
    givers: tuple[tuple[str, str], ...] = ()


class RepliesPage(View, frozen=True, kw_only=True):
    """All that nobody has read yet, oldest first. more: how many besides."""

    shell: Shell
    rows: tuple[ReplyRow, ...]
    more: int = 0
