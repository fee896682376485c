"""What the summary of a replay says of hypotheses: their order, their scores, and on whom the order hangs."""

from typing import Any

from tocsin.basis.ids import Id
from tocsin.report.corroborate import origin_of
from tocsin.report.state import Incident, Report, Source
from tocsin.scenario.names import Names
from tocsin.store.look import Look
from tocsin.threat.hypotheses.grounds import Known, pieces
from tocsin.threat.hypotheses.score import order, removals, score
from tocsin.threat.hypotheses.state import Matrix

Json = dict[str, Any]


def matrices(look: Look, names: Names, threat: Id) -> list[Json]:
    """Return the matrices of a case, with all that is known: whoever plays a scenario wrote it."""
    found = sorted(look.all(Matrix, threat=threat), key=lambda one: one.asks.value)
    known = _everything(look) if found else None
    return [] if known is None else [_matrix(one, known, names) for one in found]


def _everything(look: Look) -> Known:
    reports = {one.id: one for one in look.all(Report)}
    return Known(
        reports=reports,
        incidents={one.id: one for one in look.all(Incident)},
        sources={one.id: one for one in look.all(Source)},
        origins={id: origin_of(id, reports) for id in reports},
    )


def _matrix(matrix: Matrix, known: Known, names: Names) -> Json:
    weighed, keys = pieces(matrix, known), [one.key for one in matrix.weighed]
    stand = score(weighed, keys)
    hangs = [one for one in removals(weighed, keys) if one.changes]
    return {
        "question": matrix.asks.value,
        "order": [sorted(together) for together in order(stand)],
        "untested": sorted(one.hypothesis for one in stand if one.place is None),
        "inconsistency": {one.hypothesis: one.inconsistency for one in stand},
        "hangs_on": [
            {
                one.removed.value: names.name(one.id.removeprefix("row:")),
                "order": [sorted(together) for together in one.order],
            }
            for one in hangs
        ],
        "rows": len(matrix.rows),
    }
