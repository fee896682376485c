"""How the warner has done: hits, misses, false alarms, lead time, calibration, over the cases this reader may read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import mean, median

from msgspec.structs import replace

from tocsin.basis.words import Words
from tocsin.outcome.score import ScoredCase, came, lead_s, score
from tocsin.store.door import Door
from tocsin.threat.assess import estimative_word
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.casefile import CaseFile, case_file
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.review import first_answer
from tocsin.web.desk.fill.states import likelihood_view, outcome_chip
from tocsin.web.desk.views.outcomes import CalibrationBin, OutcomeRow, OutcomesPage
from tocsin.web.desk.views.shell import Shell


def outcomes_page(door: Door, shell: Shell, _: Words) -> OutcomesPage:
    """Return the warner's own scores."""
    names = Names(door)
    judged = [threat for threat in door.threats() if (out := door.outcome(threat.id)) and out.judged_at]
    files = [case_file(door, threat, names, _) for threat in judged]
    pairs = [(file, case) for file in files if (case := file.scored()) is not None]
    scores = score(case for _file, case in pairs)
    rows = [_row(file, case, at) for file, case in pairs if (at := case.outcome.judged_at) is not None]
    return OutcomesPage(
        shell=replace(shell, section="outcomes"),
        hits=scores.hits,
        misses=scores.misses,
        false_alarms=scores.false_alarms,
        disrupted=scores.disrupted,
        median_lead=_middle(row.lead for row in rows if row.lead is not None and row.lead > timedelta()),
        median_first_answer=_middle(after for file, _case in pairs if (after := first_answer(file, _)[0]) is not None),
        median_second_knock=_middle(door.knock_delays()),
        brier=scores.brier,
        rows=tuple(sorted(rows, key=lambda row: (row.at, row.href), reverse=True)),
        calibration=tuple(_calibration([case for _file, case in pairs])),
    )


def _middle(spans: Iterable[timedelta]) -> timedelta | None:
    known = [span.total_seconds() for span in spans]
    return timedelta(seconds=round(median(known))) if known else None


def _row(file: CaseFile, case: ScoredCase, at: datetime) -> OutcomeRow:
    lead, last = lead_s(case), file.last_assessment
    return OutcomeRow(
        title=file.threat.title,
        href=hrefs.case(file.threat.id),
        outcome=outcome_chip(case.outcome),
        at=at,
        lead=None if lead is None else timedelta(seconds=lead),
        likelihood=likelihood_view(last) if last else None,
        brier=score([case]).brier,
    )


def _calibration(cases: Sequence[ScoredCase]) -> Iterator[CalibrationBin]:
    """Gather the cases by the word of their likelihood. A plot that was stopped says nothing about the forecast."""
    told: dict[str, list[tuple[float, bool]]] = {}
    for case in cases:
        if case.likelihood is not None and (struck := came(case)) is not None:
            told.setdefault(estimative_word(case.likelihood), []).append((case.likelihood, struck))
    for pairs in sorted(told.values()):
        yield CalibrationBin(
            forecast=mean(likelihood for likelihood, _struck in pairs),
            struck=sum(struck for _likelihood, struck in pairs),
            cases=len(pairs),
        )
