"""What the rows of a matrix rest on: by which reports we know of each, where those started, and how far they are believed.

Whoever calls hands over what one reader may read. A row that rests on anything else is left out, and with it what it says.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tocsin.basis.ids import Id
from tocsin.report.state import Incident, Report, Source
from tocsin.threat.hypotheses.facts import Weight
from tocsin.threat.hypotheses.score import Piece, Strand
from tocsin.threat.hypotheses.state import Matrix, MatrixRow

CANNOT_BE_JUDGED = 6


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody may read of reports, their sources and incidents. origins: where each of the reports starts.

    An origin may be a report that they may not read: two who repeat it are one voice all the same.
    """

    reports: Mapping[Id, Report]
    incidents: Mapping[Id, Incident]
    sources: Mapping[Id, Source]
    origins: Mapping[Id, Id]


def pieces(matrix: Matrix, known: Known) -> list[Piece]:
    """Return the rows of a matrix as they are weighed, of what is known."""
    found = []
    for row in matrix.rows:
        if is_known(row, known):
            reports = _reports(row, known)
            weighs = row.weighing
            found.append(
                Piece(
                    row=row.key,
                    strands=_strands(row, reports, known),
                    credibility=weighs.credibility or graded(row, reports, known),
                    relevance=weighs.relevance,
                    judged={one.hypothesis: one.latest.consistency for one in row.cells},
                )
            )
    return found


def is_known(row: MatrixRow, known: Known) -> bool:
    """Say whether all that a row names is known."""
    return row.item is None or row.item in known.reports or row.item in known.incidents


def credibility(row: MatrixRow, known: Known) -> Weight:
    """Return how far a row is believed: as somebody said, or else as its reports are graded."""
    return row.weighing.credibility or graded(row, _reports(row, known), known)


def graded(row: MatrixRow, reports: Iterable[Report], known: Known) -> Weight:
    """Return the best grade that the reports of a row give it; medium where there is none.

    High: a source of A or B and a credibility of 1 or 2. Low: D, E, 4 or 5. All else is medium, and so are F and 6: they say
    that nobody can judge, which is no bad mark.
    """
    best = [_grade(known.sources.get(one.source), _credibility(one, row)) for one in _standing(reports)]
    return min(best, key=list(Weight).index, default=Weight.MEDIUM)


def _credibility(report: Report, row: MatrixRow) -> int:
    claimed = row.claim is not None and row.item == report.id and row.claim < len(report.claims)
    own = report.claims[row.claim or 0].credibility if claimed else CANNOT_BE_JUDGED
    return report.credibility if own == CANNOT_BE_JUDGED else own


def _grade(source: Source | None, credibility: int) -> Weight:
    reliability = source.reliability.value if source is not None else "F"
    if reliability in "DE" or credibility in (4, 5):
        return Weight.LOW
    return Weight.HIGH if reliability in "AB" and credibility in (1, 2) else Weight.MEDIUM


def _reports(row: MatrixRow, known: Known) -> list[Report]:
    if row.item is None:
        return []
    incident = known.incidents.get(row.item)
    named = (row.item,) if incident is None else incident.reports
    return [known.reports[one] for one in named if one in known.reports]


def _standing(reports: Iterable[Report]) -> list[Report]:
    """Return those of some reports that their source did not take back."""
    return [one for one in reports if one.taken_back_at is None]


def _strands(row: MatrixRow, reports: Sequence[Report], known: Known) -> tuple[Strand, ...]:
    """Return by which ways we know of a row: by none, where all who told of it have taken it back.

    Our own words, and an incident that no report tells of, start with themselves.
    """
    if not reports:
        return (Strand(origin=row.item or f"row:{row.key}"),)
    found = []
    for report in _standing(reports):
        origin = known.origins.get(report.id, report.id)
        first = known.reports.get(origin)
        found.append(Strand(origin=origin, sources=frozenset({report.source, *([first.source] if first else [])})))
    return tuple(found)
