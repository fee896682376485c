"""Deciding about an advisory: its level, its reasons, and when it must be looked at again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.warning.advisory.facts import AdvisoryIssued, AdvisoryReviewed
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.approval import refuse_lone_voice
from tocsin.warning.audience import Within, refuse_unclear_parts
from tocsin.warning.drawn import refuse_undrawable
from tocsin.warning.ladder import refuse_ladder

# US Department of State, travel.state.gov, "Travel Advisories": the four levels and their words.
LEVELS = {
    1: "Exercise normal precautions",
    2: "Exercise increased caution",
    3: "Reconsider travel",
    4: "Do not travel",
}


REVIEW_DAYS = (365, 182)
"""After how many days a level is reviewed at the latest: 1 and 2, and 3 and 4.

Source: US Department of State: levels 1 and 2 at least every twelve months, 3 and 4 at least every six.
"""


def review_by(level: int, since: datetime, days: tuple[int, int] = REVIEW_DAYS) -> datetime:
    """Return when an advisory must be reviewed at the latest. days: for levels 1 and 2, and for 3 and 4."""
    return since + timedelta(days=days[level > 2])


def review_advisory(
    advisory: Advisory, reviewer: Id, roles: Collection[Role], why: str, until: datetime, now: datetime, *, newest: Id
) -> AdvisoryReviewed:
    """Note that a level was looked at again, and stays as it is. newest: the one in force for its country.

    Raises:
        Refused: the reviewer is no duty officer or says nothing, another level is in force, or until has passed.
    """
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"Advisory {advisory.id} is for a duty officer to review; {reviewer} is none.")
    if newest != advisory.id:
        raise Refused(f"Advisory {advisory.id} is not in force any more; {newest} is. Review that one.")
    if not why.strip():
        raise Refused(f"Say why advisory {advisory.id} stays as it is; the reason is kept with it.")
    if until <= now:
        raise Refused(f"The next review of advisory {advisory.id} cannot be on {until:%Y-%m-%d}, which has passed.")
    return AdvisoryReviewed(subject=advisory.id, occurred_at=now, review_at=until, decided_by=reviewer, why=why)


def issue_advisory(draft: AdvisoryIssued, roles: Collection[Role]) -> AdvisoryIssued:
    """Let an advisory go out.

    Raises:
        Refused: it has no such level, no reason, no text, nobody to ring, only one person has read it, or nobody could
            make out whom it addresses.
    """
    if draft.level not in LEVELS:
        raise Refused(f"Advisory {draft.subject} has level {draft.level}; there are levels 1 to 4.")
    if not draft.reasons:
        raise Refused(f"Advisory {draft.subject} gives no reason for level {draft.level}.")
    refuse_ladder(draft.subject, draft.ladder)
    if not draft.text.strip():
        raise Refused(f"Advisory {draft.subject} has no text.")
    refuse_unclear_parts(draft.subject, draft.audience)
    refuse_undrawable(draft.subject, draft.audience, own_places(draft.country))
    refuse_lone_voice(draft.subject, draft.author, draft.approver, roles, break_glass=False)
    return draft


def own_places(country: str) -> tuple[Within, ...]:
    """Return where a level holds, as a place that its audience may be in. A region that is no country has none."""
    code = country.upper()
    return (Within(country=code),) if len(code) == 2 and code.isascii() and code.isalpha() else ()
