"""Promise 7: repetition is not corroboration. Origins are counted, not outlets."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.report.corroborate import known_before, origin_of, origins, refuse_own_relay
from tocsin.report.facts import IncidentNoted, ReportReceived, ReportTraced
from tocsin.report.state import Report, fold_incident, fold_report

NOW = datetime(2031, 5, 6, tzinfo=UTC)


def told(*chain: tuple[str, str | None], traced: dict[str, str] | None = None) -> dict[str, Report]:
    reports = {}
    for id, relays in chain:
        facts: list[Fact] = [ReportReceived(subject=id, occurred_at=NOW, source="s", title=id, text=id, relays=relays)]
        if traced and id in traced:
            facts.append(ReportTraced(subject=id, occurred_at=NOW, origin=traced[id], why="It says so"))
        state = None
        for fact in facts:
            state = fold_report(state, fact)
        assert state is not None
        reports[id] = state
    return reports


@pytest.mark.parametrize(
    ("reports", "count"),
    [
        pytest.param(told(("a", None)), 1, id="one voice"),
        pytest.param(told(("a", None), ("b", "a"), ("c", "b")), 1, id="a chain is one voice"),
        pytest.param(told(("a", None), ("b", None)), 2, id="two voices"),
        pytest.param(told(("a", None), ("b", None), traced={"b": "a"}), 1, id="traced to the same origin"),
        pytest.param(told(("a", "b"), ("b", "a")), 1, id="two that quote each other are one"),
        pytest.param(told(("a", "elsewhere"), ("b", "elsewhere")), 1, id="both quote what we never saw"),
        pytest.param({}, 0, id="nothing heard"),
    ],
)
def test_origins_are_counted_not_outlets(reports: dict[str, Report], count: int) -> None:
    assert len(origins(reports, reports)) == count


def test_a_trace_outweighs_what_the_report_says_of_itself() -> None:
    reports = told(("a", None), ("b", None), ("c", "a"), traced={"c": "b"})
    assert origin_of("c", reports) == "b"


def test_nothing_relays_itself() -> None:
    with pytest.raises(Refused):
        refuse_own_relay("a", "a")


def test_known_before_goes_by_publication_not_by_the_event() -> None:
    def incident(id: str, published: datetime | None) -> IncidentNoted:
        return IncidentNoted(subject=id, occurred_at=NOW - timedelta(days=9), what=id, where="", published_at=published)

    early = fold_incident(None, incident("early", NOW - timedelta(days=1)))
    late = fold_incident(None, incident("late", NOW + timedelta(days=1)))
    never = fold_incident(None, incident("never", None))
    assert known_before([late, never, early], {}, NOW) == (early,)
