"""The summary of a replay, in the shape tocsin.replay/1, which outside checks rely on. Ids are the scenario's own."""

from collections import Counter
from datetime import datetime
from typing import Any

from tocsin.answer.late import is_late
from tocsin.basis.moment import rfc3339
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import DeliveryStands
from tocsin.flow.answer import hear
from tocsin.flow.house import House
from tocsin.flow.outcome import judge
from tocsin.flow.warning import audience
from tocsin.flow.warning.followed import follower
from tocsin.outcome.score import classify, score
from tocsin.outcome.state import Outcome
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.scenario.telling.duties import consents, duties
from tocsin.scenario.telling.escalations import escalations
from tocsin.scenario.telling.headcounts import counted
from tocsin.scenario.telling.hypotheses import matrices
from tocsin.scenario.telling.institutions import dealt_with, mean_delay
from tocsin.scenario.telling.origins import counted as from_where
from tocsin.scenario.telling.statements import statements
from tocsin.scenario.telling.windows import in_force, window_of
from tocsin.store.look import Look
from tocsin.store.reconcile import reconcile
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.notice.state import Notice, NoticeStage

Json = dict[str, Any]


def summarise(scenario: Scenario, names: Names, house: House) -> Json:
    """Return how a played scenario stands."""
    problems = reconcile(house.store)
    with house.store.look() as look:
        warnings = [*_alerts(look, names), *_notices(look, names), *_advisories(look, names)]
        frontier = look.tree().frontier
        return {
            "schema": "tocsin.replay/1",
            "scenario": scenario.id,
            "threats": [
                _threat(look, names, threat)
                for threat in sorted(look.all(Threat), key=lambda one: (one.opened_at, names.name(one.id)))
            ],
            "warnings": sorted(warnings, key=lambda warning: (warning["issued_at"], warning["id"])),
            "held": _held(look, names),
            "headcounts": counted(look, names),
            "statements": statements(look, names),
            "scores": _scores(look),
            "record": {"size": frontier.size, "root": frontier.root().hex()},
            "reconcile": not problems,
            "problems": problems,
        }


def _threat(look: Look, names: Names, threat: Threat) -> Json:
    outcome = look.find(Outcome, threat.id)
    judged = outcome is not None and outcome.judged_at is not None
    return {
        "id": names.name(threat.id),
        "assessments": [
            {
                "at": rfc3339(a.at),
                "by": names.name(a.assessor),
                "likelihood": list(a.likelihood),
                "confidence": a.confidence.value,
                "severity": a.severity.value if a.severity else None,
                **origins,
            }
            for a, origins in zip(threat.assessments, from_where(look, threat), strict=True)
        ],
        **_looked_after(names, threat),
        "duties": duties(look, names, threat.id),
        "matrices": matrices(look, names, threat.id),
        "outcome": _outcome(outcome) if outcome is not None and judged else None,
    }


def _looked_after(names: Names, threat: Threat) -> Json:
    step = threat.next_step if threat.joined.into is None else None
    return {
        "owner": names.name(threat.owner),
        "actors": [names.name(one) for one in threat.actors],
        "next_step": None if step is None else {"owner": names.name(step.owner), "by_when": rfc3339(step.by_when)},
        "indicators": {one.indicator.key: one.stands.value for one in threat.checklist.watched},
        "open_questions": [names.name(one.id) for one in threat.questions if one.closed_at is None],
        "proposed": sorted(names.name(one.incident) for one in threat.waiting),
        "merged_into": None if threat.joined.into is None else names.name(threat.joined.into),
        "ended_at": None if threat.ended is None else rfc3339(threat.ended.at),
    }


def _outcome(outcome: Outcome) -> Json:
    return {
        "class": classify(outcome).value,
        "at": _time(outcome.struck_at or outcome.judged_at),
        "judged_at": _time(outcome.judged_at),
        "axes": {
            "course": outcome.course.value,
            "time": outcome.time.value,
            "place": outcome.place.value,
            "target": outcome.target.value,
            "actor": outcome.actor.value,
        },
    }


def _alerts(look: Look, names: Names) -> list[Json]:
    issued = look.all(Alert, stage=AlertStage.ISSUED.value)
    return [_warning(look, names, a, "alert", a.issued_at, window_of(a.window)) for a in issued]


def _notices(look: Look, names: Names) -> list[Json]:
    sent = look.all(Notice, stage=NoticeStage.SENT.value)
    return [
        _warning(look, names, n, "notice", n.sent_at, window_of(n.window))
        | {"consents": consents(n), "opened": list(n.opening.opened)}
        for n in sent
    ]


def _held(look: Look, names: Names) -> list[Json]:
    """Return the notices that were written and have not gone out, and what those said who were asked."""
    drafts = look.all(Notice, stage=NoticeStage.DRAFT.value)
    return sorted(({"id": names.name(one.id), "consents": consents(one)} for one in drafts), key=lambda one: one["id"])


def _advisories(look: Look, names: Names) -> list[Json]:
    every = look.all(Advisory)
    return [
        _warning(look, names, a, "advisory", a.issued_at, None, a.level) | {"in_force": in_force(names, a, every)}
        for a in every
    ]


def _warning(
    look: Look,
    names: Names,
    warning: Alert | Notice | Advisory,
    kind: str,
    issued_at: datetime | None,
    window: Json | None,
    level: int | None = None,
) -> Json:
    after = None if kind == "advisory" else follower(look, warning.id)
    return {
        "id": names.name(warning.id),
        "threat": None if warning.threat is None else names.name(warning.threat),
        "kind": kind,
        "issued_at": _time(issued_at),
        "level": level,
        "window": window,
        "retracted_at": None if warning.retraction is None else rfc3339(warning.retraction.at),
        "followed_by": None if after is None else names.name(after),
        "deliveries": _deliveries(look, warning.id),
        "answers": _answers(look, names, warning, issued_at),
        "escalations": escalations(look, names, warning.id),
        "help": escalations(look, names, warning.id, only_help=True),
        **dealt_with(look, names, warning),
    }


def _deliveries(look: Look, warning: str) -> dict[str, int]:
    """Count the recipients of a warning by how far it came to them; who has answered counts as answered.

    Whoever has no address counts as dead: nothing more will be tried, and it is on a person's screen.
    """
    answered = hear.answered_by(look, warning)
    counts: Counter[str] = Counter()
    for batch in look.batches(warning):
        if batch.errand is Errand.WARNING:
            stands = look.stands(batch.id)
            for recipient in look.recipients(batch.id):
                stand = stands.get(recipient.position)
                arrived = "answered" if recipient.person in answered else stand.value if stand else "ready"
                counts[arrived] += 1
    if missed := audience.unreached(look, warning):
        counts[DeliveryStands.DEAD.value] += missed
    return dict(sorted(counts.items()))


def _answers(look: Look, names: Names, warning: Any, issued_at: datetime | None) -> list[Json]:
    by_link = [(row.at, names.name(row.person), row.answer) for row in look.link_answers(warning.id)]
    recorded = [(a.said_at, names.name(a.recipient), a.answer.value) for a in look.answers(warning.id)]
    window = getattr(warning, "window", None)  # an advisory has none
    return [
        {
            "by": by,
            "kind": kind,
            "at": rfc3339(at),
            "delay_s": None if issued_at is None else round((at - issued_at).total_seconds()),
            "late": is_late(window, at),
        }
        for at, by, kind in sorted([*by_link, *recorded])
    ]


def _scores(look: Look) -> Json:
    scores = score(judge.scored_cases(look))
    return {
        "hits": scores.hits,
        "misses": scores.misses,
        "false_alarms": scores.false_alarms,
        "disrupted": scores.disrupted,
        "lead_s": None if scores.lead_s is None else round(scores.lead_s),
        "lead_by_side_s": {side: round(lead) for side, lead in scores.lead_by_side_s.items()},
        "brier": None if scores.brier is None else round(scores.brier, 6),
        "second_knock_s": mean_delay(look),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
