"""Two pairs of eyes: who writes a warning, that only another lets it out save by break-glass, and who drops its draft."""

from collections.abc import Collection

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role

WRITERS = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})
"""Who writes what another lets out."""


def refuse_lone_voice(
    warning: Id, authors: Collection[Id], approver: Id, approver_roles: Collection[Role], *, break_glass: bool
) -> None:
    """Stop a warning that only those have read who wrote at it, unless the glass was broken for it.

    Raises:
        Refused: the approver wrote at it, or is no duty officer.
    """
    if Role.DUTY_OFFICER not in approver_roles:
        raise Refused(f"Warning {warning} needs the approval of a duty officer; {approver} is none.")
    if approver in authors and not break_glass:
        raise Refused(f"Warning {warning} was written by {approver}, who cannot approve it. Ask another duty officer.")


def refuse_dropping(what: str, id: Id, by: Id, roles: Collection[Role], why: str, *, waits: bool) -> None:
    """Stop a draft from being dropped without a reason, or by somebody who could not have written it.

    what: which kind it is, such as alert. waits: it has neither gone out nor been dropped.

    Raises:
        Refused: so it would be.
    """
    if not WRITERS & set(roles):
        raise Refused(f"{what.capitalize()} {id} is for an officer to drop; {by} is none.")
    if not waits:
        raise Refused(
            f"{what.capitalize()} {id} was decided about already; only what is written and unsent is dropped."
        )
    if not why.strip():
        raise Refused(f"Say why {what} {id} will not go out; its author will ask.")
