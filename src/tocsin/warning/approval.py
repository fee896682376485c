"""Two pairs of eyes: who approves a warning is never its author, save by break-glass."""

from collections.abc import Collection

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role


def refuse_lone_voice(
    warning: Id, author: Id, approver: Id, approver_roles: Collection[Role], *, break_glass: bool
) -> None:
    """Stop a warning that only one person has read, unless the glass was broken for it.

    Raises:
        Refused: the approver wrote it, or is no duty officer.
    """
    if Role.DUTY_OFFICER not in approver_roles:
        raise Refused(f"Warning {warning} needs the approval of a duty officer; {approver} is none.")
    if author == approver and not break_glass:
        raise Refused(f"Warning {warning} was written by {approver}, who cannot approve it. Ask another duty officer.")
