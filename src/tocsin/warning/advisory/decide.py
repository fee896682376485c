"""Deciding about an advisory: its level, its reasons, and when it must be looked at again."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import N_
from tocsin.places.countries import country_name
from tocsin.warning.advisory.facts import (
    AdvisoryApproved,
    AdvisoryDrafted,
    AdvisoryDropped,
    AdvisoryIssued,
    AdvisoryReviewed,
    AdvisoryWithdrawn,
    Ring,
)
from tocsin.warning.advisory.risk import Indicator
from tocsin.warning.advisory.state import Advisory, AdvisoryDraft
from tocsin.warning.approval import WRITERS, refuse_dropping, refuse_lone_voice
from tocsin.warning.audience import Within, refuse_unclear_parts
from tocsin.warning.drawn import drawn, refuse_undrawable
from tocsin.warning.ladder import refuse_ladder
from tocsin.warning.retraction import TakenBack, refuse_retracting

# US Department of State, travel.state.gov, "Travel Advisories": the four levels and their words.
LEVELS = {
    1: N_("Exercise normal precautions"),
    2: N_("Exercise increased caution"),
    3: N_("Reconsider travel"),
    4: N_("Do not travel"),
}

FARTHEST = timedelta(days=366)  # ahead of its taking effect
MOST_RISKS, MOST_WORDS, MOST_NAME, MOST_POINTS = 20, 50_000, 200, 5_000

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
    if advisory.withdrawn_at is not None:
        raise Refused(
            f"Advisory {advisory.id} was withdrawn at {advisory.withdrawn_at:%Y-%m-%d %H:%M} UTC. Set a level anew."
        )
    if not why.strip():
        raise Refused(f"Say why advisory {advisory.id} stays as it is; the reason is kept with it.")
    if until <= now:
        raise Refused(f"The next review of advisory {advisory.id} cannot be on {until:%Y-%m-%d}, which has passed.")
    return AdvisoryReviewed(subject=advisory.id, occurred_at=now, review_at=until, decided_by=reviewer, why=why)


def draft_advisory(
    draft: AdvisoryDrafted, before: AdvisoryDraft | None, roles: Collection[Role], now: datetime
) -> AdvisoryDrafted:
    """Let a draft be kept. before: what stands under its id, if anything does.

    Raises:
        Refused: its writer is no officer, it was decided about already, or a second person could not approve it.
    """
    if not WRITERS & set(roles):
        raise Refused(f"Advisory {draft.subject} is for an officer to write; {draft.author} is none.")
    if before is not None and not before.is_open:
        done = "went out" if before.approved_at is not None else "was dropped"
        raise Refused(f"Advisory {draft.subject} {done} already. Write a new one.")
    _refuse_unclear_place(draft)
    _refuse_unclear_words(draft)
    if draft.review_at is not None and draft.review_at <= max(now, draft.effective_at or now):
        raise Refused(f"Advisory {draft.subject} would be reviewed on {draft.review_at:%Y-%m-%d}, before it holds.")
    if draft.effective_at is not None and draft.effective_at > now + FARTHEST:
        raise Refused(f"Advisory {draft.subject} would take effect in over a year. Write it when that is nearer.")
    refuse_ladder(draft.subject, draft.ladder)
    refuse_unclear_parts(draft.subject, draft.audience)
    refuse_undrawable(draft.subject, draft.audience, own_places(draft.country, draft.polygon))
    return draft


def _refuse_unclear_place(draft: AdvisoryDrafted) -> None:
    if country_name(draft.country) == draft.country or not draft.country.isupper():
        raise Refused(
            f"Advisory {draft.subject} is for {draft.country!r}, which is no country: write two capitals such as FR"
            " (ISO 3166-1 alpha-2), and the region apart."
        )
    if draft.polygon and not draft.region:
        raise Refused(f"Advisory {draft.subject} draws a region and does not name it. Name it as people there do.")
    if len(draft.region) > MOST_NAME or len(draft.polygon) > MOST_POINTS:
        raise Refused(
            f"The region of advisory {draft.subject} is too long: a name has {MOST_NAME} characters at most, and a"
            f" polygon {MOST_POINTS:,} points."
        )
    if draft.polygon:
        drawn((Within(polygon=draft.polygon),))


def _refuse_unclear_words(draft: AdvisoryDrafted) -> None:
    if draft.level not in LEVELS:
        raise Refused(f"Advisory {draft.subject} has level {draft.level}; there are levels 1 to 4.")
    if not draft.title.strip() or not draft.text.strip():
        raise Refused(f"Advisory {draft.subject} needs a title, and a summary of why the level is as it is.")
    if not draft.risks:
        raise Refused(f"Advisory {draft.subject} gives no reason for level {draft.level}. Name a risk at least.")
    twice = [one for one, count in Counter(risk.indicator for risk in draft.risks).items() if count > 1]
    if any(one is not Indicator.OTHER for one in twice):
        raise Refused(f"Advisory {draft.subject} names the risk {twice[0].value} twice. Say it in one sentence.")
    # Level 1 is everyday life: its one word "other" needs no sentence. Above it "other" alone would say nothing.
    if draft.level > 1 and any(one.indicator is Indicator.OTHER and not one.words.strip() for one in draft.risks):
        raise Refused(f"Advisory {draft.subject} gives another risk and does not say which. Write it in a sentence.")
    words = (draft.title, draft.text, draft.advice, draft.why, *(one.words for one in draft.risks))
    if len(draft.risks) > MOST_RISKS or sum(map(len, words)) > MOST_WORDS:
        raise Refused(
            f"Advisory {draft.subject} is too long: {MOST_RISKS} risks and {MOST_WORDS:,} characters in all are the most."
        )


def approve_advisory(
    draft: AdvisoryDraft,
    approver: Id,
    roles: Collection[Role],
    now: datetime,
    *,
    stands: Advisory | None,
    held: Advisory | None,
    days: tuple[int, int] = REVIEW_DAYS,
) -> tuple[AdvisoryApproved, AdvisoryIssued]:
    """Let a draft of another go out. stands: the latest advisory for its place. days: see review_by.

    held: what is in force when it takes effect; that is the level which it changes.

    A later review than the house allows is brought forward: an old level must not pass for a considered one.

    Raises:
        Refused: it was decided about already, its approver wrote at it or is no duty officer, or the level that it was to
            replace is not the one that stands any more.
    """
    if not draft.is_open:
        raise Refused(f"Advisory {draft.id} was decided about already. Look at what is in force.")
    refuse_lone_voice(draft.id, draft.authors, approver, roles, break_glass=False)
    if (stands.id if stands is not None else None) != draft.before:
        raise Refused(
            f"Another level was set for that place since advisory {draft.id} was written. Look at that one, and save the"
            " draft again if it still says what you mean."
        )
    later = draft.effective_at if draft.effective_at is not None and draft.effective_at > now else None
    latest = review_by(draft.level, later or now, days)
    wanted = draft.review_at if draft.review_at is not None and draft.review_at > now else latest
    issued = AdvisoryIssued(
        subject=draft.id,
        occurred_at=now,
        country=draft.country,
        region=draft.region,
        polygon=draft.polygon,
        level=draft.level,
        title=draft.title,
        text=draft.text,
        advice=draft.advice,
        risks=draft.risks,
        reasons=(),
        author=draft.author,
        approver=approver,
        review_at=min(wanted, latest),
        effective_at=later,
        previous_level=held.level if held is not None else None,
        language=draft.language,
        threat=draft.threat,
        ladder=draft.ladder,
        groups=draft.groups,
        persons=draft.persons,
        audience=draft.audience,
        exercise=draft.exercise,
    )
    return AdvisoryApproved(subject=draft.id, occurred_at=now, approver=approver), issued


def drop_advisory(draft: AdvisoryDraft, by: Id, roles: Collection[Role], why: str, now: datetime) -> AdvisoryDropped:
    """Decide that a draft will not go out.

    Raises:
        Refused: it was decided about already, no reason is given, or this person is no officer.
    """
    refuse_dropping("advisory", draft.id, by, roles, why, waits=draft.is_open)
    return AdvisoryDropped(subject=draft.id, occurred_at=now, dropped_by=by, why=why)


def withdraw_advisory(
    advisory: Advisory, by: Id, roles: Collection[Role], wordings: Sequence[TakenBack], now: datetime, *, newest: Id
) -> AdvisoryWithdrawn:
    """Say that no level holds for a place any more. newest: the latest advisory for it.

    Raises:
        Refused: it was replaced or withdrawn already, no words are given, or this person is no duty officer.
    """
    if newest != advisory.id:
        raise Refused(f"Advisory {advisory.id} is not in force any more; {newest} is. Withdraw that one.")
    refuse_retracting(
        advisory.id, gone_out=True, window=None, before=advisory.retraction, roles=roles, wordings=wordings, now=now
    )
    return AdvisoryWithdrawn(subject=advisory.id, occurred_at=now, retracted_by=by, wordings=tuple(wordings))


def own_places(country: str, polygon: Ring = ()) -> tuple[Within, ...]:
    """Return where a level holds, as places that its audience may be in.

    A region that is not drawn is somewhere in its country: nobody is left out because its outline is not known. What is no
    country has none.
    """
    if polygon:
        return (Within(polygon=polygon),)
    code = country.upper()
    return (Within(country=code),) if len(code) == 2 and code.isascii() and code.isalpha() else ()
