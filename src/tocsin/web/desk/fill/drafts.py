"""What the pages of every kind of draft say: who may write at it and who lets it out, and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.store.door import Door
from tocsin.warning.approval import WRITERS
from tocsin.web.desk.fill.names import Names


class Written(Protocol):
    """What was written for another to let out, be it an advisory, a statement, an alert or a notice."""

    @property
    def approver(self) -> Id | None: ...  # noqa: D102
    @property
    def dropped_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def dropped_by(self) -> Id | None: ...  # noqa: D102
    @property
    def dropped_why(self) -> str: ...  # noqa: D102


def may_write(door: Door) -> bool:
    """Say whether this reader may write what another lets out."""
    return bool(WRITERS & door.reader.roles)


def can_approve(door: Door, authors: Sequence[Id]) -> bool:
    """Say whether this reader may let out what these people wrote."""
    return Role.DUTY_OFFICER in door.reader.roles and door.reader.person not in authors


def waits(door: Door, authors: Sequence[Id], _: Words) -> str:
    """Say why this reader cannot let a draft out, or nothing."""
    if can_approve(door, authors):
        return ""
    if door.reader.person in authors:
        return _("You wrote at it. Another duty officer lets it out.")
    return _("A duty officer who did not write at it lets it out.")


def decided(draft: Written, names: Names, _: Words) -> str:
    """Say what came of a draft, or nothing while it waits."""
    if draft.dropped_at is not None:
        return _("Dropped by %(who)s: %(why)s", who=names.say(draft.dropped_by), why=draft.dropped_why)
    return _("Let out by %(who)s.", who=names.say(draft.approver)) if draft.approver is not None else ""


def version(door: Door, id: Id) -> int:
    """Return how many facts there are about something: what a form says was read."""
    return door.on_duty(lambda look: look.version(id)) or 0
