"""What the summary of a replay says of duties to warn, and of who agreed that a notice goes out. Ids are the scenario's own."""

from datetime import datetime
from typing import Any

from tocsin.basis.ids import Id
from tocsin.basis.moment import rfc3339
from tocsin.scenario.doing.opened import name_of
from tocsin.scenario.names import Names
from tocsin.store.look import Look
from tocsin.warning.duty.state import Duty, Refusal
from tocsin.warning.notice.state import Notice

Json = dict[str, Any]


def duties(look: Look, names: Names, threat: Id) -> list[Json]:
    """Return how each duty to warn of a case stands, in the order in which they were asked. missed: what was owed when, in order."""
    found = [
        (one.opened_at, one.because_of is not None, name_of(look, names, one), one)
        for one in look.all(Duty, threat=threat)
    ]
    return [
        {
            "id": name,
            "side": one.side.value,
            "stage": one.stage.value,
            "asked_at": _time(one.opened_at),
            "decided_at": _time(one.decided_at),
            "told_at": _time(one.told_at),
            "warning": None if one.warning is None else names.name(one.warning),
            "answer": one.answer or None,
            "missed": [{"owed": each.owed, "at": rfc3339(each.at)} for each in one.missed],
            "refusals": [_refusal(names, each) for each in one.refusals],
            "ended_how": one.ended_how or None,
        }
        for _at, _by_itself, name, one in sorted(found, key=lambda each: each[:3])
    ]


def _refusal(names: Names, one: Refusal) -> Json:
    return {
        "ground": one.ground,
        "at": _time(one.at),
        "by": names.name(one.proposer),
        "upheld": one.upheld,
        "reviewed_at": _time(one.reviewed_at),
        "reviewed_by": None if one.reviewer is None else names.name(one.reviewer),
    }


def consents(notice: Notice) -> list[Json]:
    """Return what those said who were asked about a notice as it reads now. agreed: null: they have not answered."""
    return [
        {"originator": one.originator, "agreed": one.agreed, "at": _time(one.given_at or one.asked_at)}
        for one in notice.releases
    ]


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
