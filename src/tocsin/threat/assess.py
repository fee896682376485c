"""Judging a threat: how likely, in the agreed words, and, apart from it, how good the grounds are."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.threat.facts import Bearing, Confidence, ThreatAssessed
from tocsin.threat.particulars import LONGEST, Severity
from tocsin.threat.state import Assessment, Evidence, Threat

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


def estimative_words(likelihood: tuple[float, float]) -> tuple[str, str]:
    """Return the words for the low and the high end of a range; twice the same where one word says it.

    0.55 to 0.80 is just what "likely" means: where a range ends on an edge, the edge belongs to the word below it.
    """
    low, high = likelihood
    first, last = estimative_word(low), estimative_word(high)
    edges = [edge for edge, _ in WORDS]
    if high in edges[:-1] and low < high:
        last = WORDS[edges.index(high)][1]
    return first, last


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
    incidents: Iterable[Id] = (),
    now: datetime,
    severity: Severity | None = None,
    confidence_why: str = "",
    changed: str = "",
) -> ThreatAssessed:
    """Judge a threat anew: the next version of the estimate. Those before it stay as they were.

    reports, incidents: what it rests on; none: on nothing in particular.

    Raises:
        Refused: the range is none, the grounds are missing, it is judged before it was opened, or it is part of another case.
    """
    if threat.joined.into is not None:
        raise Refused(f"Threat {threat.id} is looked after as part of threat {threat.joined.into}. Judge that one.")
    if not assessor:
        raise Refused(f"The assessment of threat {threat.id} is nobody's. Name who judges.")
    low, high = likelihood
    if not 0 <= low <= high <= 1:
        raise Refused(
            f"{low * 100:g} to {high * 100:g} in a hundred is no range. Write the low end first, both from 0 to 100."
        )
    if not grounds.strip():
        raise Refused(f"The assessment of threat {threat.id} names no grounds. Say what it rests on.")
    if now < threat.opened_at:
        raise Refused(f"Threat {threat.id} was opened at {threat.opened_at:%Y-%m-%d %H:%M} UTC, after this assessment.")
    for words in (grounds, why, confidence_why, changed):
        if len(words) > LONGEST:
            raise Refused(f"That is {len(words)} characters. Say it in {LONGEST}.")
    return ThreatAssessed(
        subject=threat.id,
        occurred_at=now,
        likelihood=likelihood,
        confidence=confidence,
        grounds=grounds,
        why=why,
        assessor=assessor,
        reports=tuple(reports),
        severity=severity,
        confidence_why=confidence_why,
        changed=changed,
        incidents=tuple(incidents),
    )


def pointing(evidence: Iterable[Evidence]) -> tuple[tuple[Id, ...], tuple[Id, ...]]:
    """Return the reports and the incidents that speak for a threat or against it, each once."""
    each = {one.item: one.item_kind for one in evidence if one.bearing is not Bearing.CONTEXT}
    reports = tuple(item for item, kind in each.items() if kind == "report")
    return reports, tuple(item for item, kind in each.items() if kind == "incident")


def rests_on(judged: Assessment, evidence: Iterable[Evidence]) -> frozenset[Id]:
    """Return on which reports and incidents an estimate rests. evidence: of its case.

    Before incidents could be named, whoever named no report had said nothing: that one rests on all that points either way.
    """
    if judged.incidents is None and not judged.reports:
        reports, incidents = pointing(evidence)
        return frozenset((*reports, *incidents))
    return frozenset((*judged.reports, *(judged.incidents or ())))
