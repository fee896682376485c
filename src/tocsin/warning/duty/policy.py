"""The policy of an installation: which pack of grounds, and which deadlines. It is chosen in the open, by a named person.

That it was chosen, and what, stands in the public record: whoever is warned, or not, can see by which rules.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Folding, State
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning.duty.hours import HOURS, Row, refuse_hours
from tocsin.warning.duty.packs import DEFAULT, pack_of

POLICY: Id = "duty_to_warn"
"""The one subject of all choices."""


class DutyPolicyChosen(Fact, frozen=True, kw_only=True):
    """An administrator chose by which grounds, and within which deadlines, it is decided from now on. Public."""

    pack: str
    hours: tuple[Row, ...]
    chosen_by: Id
    why: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen before."""

    at: datetime
    by: Id
    pack: str
    hours: tuple[Row, ...]
    why: str


class DutyPolicy(State, frozen=True, kw_only=True):
    """What is chosen, and everything that was before it. There is at most one; without it, the defaults hold."""

    pack: str
    hours: tuple[Row, ...]
    chosen: tuple[Choice, ...]


UNCHOSEN = DutyPolicy(id=POLICY, pack=DEFAULT.name, hours=HOURS, chosen=())


def choose_policy(
    pack: str, hours: Sequence[Row], why: str, *, by: Id, roles: Collection[Role], now: datetime
) -> DutyPolicyChosen:
    """Choose a policy.

    Raises:
        Refused: this person is no administrator, there is no such pack, the deadlines have a hole, or no reason is given.
    """
    if Role.ADMINISTRATOR not in roles:
        raise Refused(f"The policy of the duty to warn is for an administrator to choose; {by} is none.")
    if not why.strip():
        raise Refused("Say why this policy: the choice is written down with its reason.")
    chosen = pack_of(pack).name
    return DutyPolicyChosen(
        subject=POLICY, occurred_at=now, pack=chosen, hours=refuse_hours(hours), chosen_by=by, why=why
    )


def fold_policy(state: DutyPolicy | None, fact: Fact) -> DutyPolicy:
    """Return what is chosen after the fact."""
    match fact:
        case DutyPolicyChosen():
            choice = Choice(at=fact.occurred_at, by=fact.chosen_by, pack=fact.pack, hours=fact.hours, why=fact.why)
            before = state.chosen if state is not None else ()
            return DutyPolicy(id=fact.subject, pack=fact.pack, hours=fact.hours, chosen=(*before, choice))
    raise TypeError(fact.kind())


FOLDINGS = (Folding(DutyPolicy, (DutyPolicyChosen,), fold_policy),)
