"""How the warner has done: hits, misses, false alarms, lead time, calibration, over the cases this reader may read."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from statistics import mean, median

import msgspec
from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.outcome.forecast import forecast_of
from tocsin.outcome.score import ScoredCase, came, lead_s, score
from tocsin.store.door import Door, Told, told_at
from tocsin.threat.assess import estimative_word
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.casefile import scored, within
from tocsin.web.desk.fill.followed import first_answered, follow_each, sent_at
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.states import likelihood_view, outcome_chip
from tocsin.web.desk.views.outcomes import CalibrationBin, OutcomeRow, OutcomesPage
from tocsin.web.desk.views.shell import Shell

WARNED: tuple[type[Told], ...] = (Alert, Notice, Advisory)
MOST = 50  # judged cases on a page; the scores are of all


class _Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A judged case. answered_after: how long the first answer to a warning of it took."""

    threat: Threat
    case: ScoredCase
    at: datetime
    answered_after: timedelta | None


def outcomes_page(door: Door, shell: Shell, _: Words, after: Id | None = None) -> OutcomesPage:
    """Return the warner's own scores, and the latest judged cases. after: the one behind which they begin."""
    judged = sorted(_judged(door, _), key=lambda one: (one.at, one.threat.id), reverse=True)
    scores = score(one.case for one in judged)
    leads = [lead_s(one.case) for one in judged]
    behind = next((n for n, one in enumerate(judged, 1) if one.threat.id == after), 0)
    shown = judged[behind : behind + MOST]
    return OutcomesPage(
        shell=replace(shell, section="outcomes"),
        hits=scores.hits,
        misses=scores.misses,
        false_alarms=scores.false_alarms,
        disrupted=scores.disrupted,
        median_lead=_middle(timedelta(seconds=lead) for lead in leads if lead is not None and lead > 0),
        median_first_answer=_middle(one.answered_after for one in judged if one.answered_after is not None),
        median_second_knock=_middle(door.knock_delays()),
        brier=scores.brier,
        rows=tuple(map(_row, shown)),
        calibration=tuple(_calibration([one.case for one in judged])),
        further_href=hrefs.further_outcomes(shown[-1].threat.id) if len(judged) > behind + MOST else "",
        is_further=behind > 0,
    )


def _judged(door: Door, _: Words) -> Iterator[_Judged]:
    """Yield the judged cases. What became of their warnings is asked for all of them at once: there may be thousands."""
    pairs, names = door.judged(), Names(door)
    about = door.told_about_each(sorted({id for threat, _outcome in pairs for id in within(threat)}), WARNED)
    every = [one for told in about.values() for one in told]
    arrived = door.first_arrivals(every)
    followed = follow_each(door, [one for one in every if sent_at(one) is not None], names, _)
    for threat, outcome in pairs:
        told = sorted((one for id in within(threat) for one in about[id]), key=lambda one: (told_at(one), one.id))
        first = first_answered([followed[one.id] for one in told if one.id in followed])
        if outcome.judged_at is not None:
            warned_at = min((arrived[one.id] for one in told if one.id in arrived), default=None)
            yield _Judged(
                threat=threat,
                case=scored(threat, outcome, warned_at),
                at=outcome.judged_at,
                answered_after=first[0] if first is not None else None,
            )


def _middle(spans: Iterable[timedelta]) -> timedelta | None:
    known = [span.total_seconds() for span in spans]
    return timedelta(seconds=round(median(known))) if known else None


def _row(one: _Judged) -> OutcomeRow:
    lead, last = lead_s(one.case), forecast_of(one.threat, one.case.outcome)
    return OutcomeRow(
        title=one.threat.title,
        href=hrefs.case(one.threat.id),
        outcome=outcome_chip(one.case.outcome),
        at=one.at,
        lead=None if lead is None else timedelta(seconds=lead),
        likelihood=likelihood_view(last) if last else None,
        brier=score([one.case]).brier,
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
