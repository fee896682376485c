"""Cases to try rules on, opened as a desk would open them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.threat.casework import open_case
from tocsin.threat.facts import Bearing, EvidenceLinked, ThreatOpened
from tocsin.threat.state import Threat, fold_threat

NOW = datetime(2031, 5, 6, 8, tzinfo=UTC)
SOON = NOW + timedelta(days=2)


def opening(id: Id = "case", **others: Any) -> ThreatOpened:
    """Return what is said of a case when it is opened."""
    said = ThreatOpened(subject=id, occurred_at=NOW, title="An attack on the fair", zone="UTC", owner="owner")
    return replace(said, **others)


def case(id: Id = "case", **others: Any) -> Threat:
    """Return a case that has just been opened."""
    return fold_threat(None, open_case(opening(id, **others)))


def then(threat: Threat, *facts: Fact) -> Threat:
    """Return how a case stands after facts, of those that are about it."""
    for fact in facts:
        if fact.subject == threat.id:
            threat = fold_threat(threat, fact)
    return threat


def bearing(threat: Threat, *items: Id) -> Threat:
    """Return the case with these reports bearing on it."""
    links = (
        EvidenceLinked(subject=threat.id, occurred_at=NOW, item=item, item_kind="report", bearing=Bearing.FOR)
        for item in items
    )
    return then(threat, *links)
