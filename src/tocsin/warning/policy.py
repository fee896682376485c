"""Escalation policies: ladders under a name, tried out before they are saved, and chosen when a warning is written.

What was approved with a warning stays as it was: saved anew, a policy holds for what is written from then on. Rotas and
posts are looked up when somebody is rung.
"""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.warning.ladder import Kind, Ladder, refuse_nobody_to_ring, refuse_unfit

LONGEST_NAME = 200  # characters


class PolicySaved(Fact, frozen=True, kw_only=True):
    """A policy is as it says here from now on."""

    name: str
    ladder: Ladder


class PolicyDropped(Fact, frozen=True, kw_only=True):
    """A policy is chosen no more."""


class Policy(State, frozen=True, kw_only=True):
    """A policy as it is kept."""

    name: str
    ladder: Ladder
    saved_at: datetime
    dropped_at: datetime | None = None


def fold_policy(state: Policy | None, fact: Fact) -> Policy:
    """Return how the policy stands after the fact."""
    match fact:
        case PolicySaved():
            return Policy(id=fact.subject, name=fact.name, ladder=fact.ladder, saved_at=fact.occurred_at)
        case PolicyDropped():
            return replace(standing(state, fact), dropped_at=fact.occurred_at)
    raise TypeError(fact.kind())


FOLDINGS = (Folding(Policy, (PolicySaved, PolicyDropped), fold_policy),)


def save_policy(policy: PolicySaved, answers: tuple[str, ...]) -> PolicySaved:
    """Let in a policy that leads to somebody at every hour. answers: the words that an answer can be.

    Raises:
        Refused: it has no name, cannot be followed, or ends with somebody who may be nobody.
    """
    if not policy.name.strip() or len(policy.name) > LONGEST_NAME:
        raise Refused(f"Give the policy a name of 1 to {LONGEST_NAME} characters.")
    refuse_nobody_to_ring(policy.subject, policy.ladder)
    refuse_unfit(policy.ladder, answers)
    if not any(target.kind in (Kind.PERSON, Kind.OWNER) for target in policy.ladder.rungs[-1].targets):
        raise Refused(
            "The last step must name a person or the owner of the case: a rota or a post may be empty at night."
        )
    return policy
