"""Judging a threat: how likely, in the agreed words, and, apart from it, how good the grounds are."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.threat.facts import Confidence, ThreatAssessed
from tocsin.threat.state import Threat

# ICD 203, Analytic Standards, section D.6.e(2)(a). Its ranges share their edges; half-open bins give each
# value one word: the lower edge belongs to the word, the upper one to the next.
WORDS = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)


def estimative_word(likelihood: float) -> str:
    """Return the word that ICD 203 gives a likelihood, 0 to 1.

    Raises:
        Refused: the number is no likelihood.
    """
    if not 0 <= likelihood <= 1:
        raise Refused(f"A likelihood lies between 0 and 1; {likelihood} does not.")
    return next((word for edge, word in WORDS if likelihood < edge), "almost certain")


def middle(likelihood: tuple[float, float]) -> float:
    """Return the one number a range stands for where one is needed: its middle."""
    # 0.01 and 0.09 have their middle at 0.05, not a hair below it.
    return round((likelihood[0] + likelihood[1]) / 2, 6)


def assess(
    threat: Threat,
    *,
    likelihood: tuple[float, float],
    confidence: Confidence,
    grounds: str,
    why: str,
    assessor: Id,
    reports: Iterable[Id],
    now: datetime,
) -> ThreatAssessed:
    """Judge a threat anew.

    Raises:
        Refused: the range is none, the grounds are missing, or it is judged before it was opened.
    """
    low, high = likelihood
    if not 0 <= low <= high <= 1:
        raise Refused(f"Likelihood {low} to {high} of threat {threat.id} is no range from 0 to 1, low first.")
    if not grounds.strip():
        raise Refused(f"The assessment of threat {threat.id} names no grounds. Say what it rests on.")
    if now < threat.opened_at:
        raise Refused(f"Threat {threat.id} was opened at {threat.opened_at:%Y-%m-%d %H:%M} UTC, after this assessment.")
    return ThreatAssessed(
        subject=threat.id,
        occurred_at=now,
        likelihood=likelihood,
        confidence=confidence,
        grounds=grounds,
        why=why,
        assessor=assessor,
        reports=tuple(reports),
    )
