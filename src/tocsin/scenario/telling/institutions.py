"""What the summary of a replay tells of institutions: keys of its own, beside those that outside checks rely on."""

from typing import Any

from tocsin.answer.institution.state import Knock, ReadBack
from tocsin.basis.moment import rfc3339
from tocsin.flow.answer.knocked import knock_delays
from tocsin.scenario.names import Names
from tocsin.store.institutions import Dealings, dealings
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice

Json = dict[str, Any]


def dealt_with(look: Look, names: Names, warning: Alert | Notice | Advisory) -> Json:
    """Return what happened between a warning and institutions, besides its answers; nothing where nothing did."""
    found = dealings(look, warning.id)
    told: Json = {}
    if any((found.approaches, found.handings, found.questions, found.proposals, found.read_backs, found.knocks)):
        told["institutions"] = _told(look, names, found)
    if isinstance(warning, Notice) and warning.second_knock_of is not None:
        told["second_knock_of"] = names.name(warning.second_knock_of)
    return told


def _told(look: Look, names: Names, found: Dealings) -> Json:
    return {
        "told": [
            {"at": rfc3339(turn.at), "of": names.name(one.of), "to": names.name(turn.to)}
            for one in found.approaches
            for turn in one.turns
        ],
        "handed_on": [
            {"at": rfc3339(one.at), "by": names.name(one.recipient), "to": names.name(one.to)} for one in found.handings
        ],
        "questions": [
            {
                "at": rfc3339(one.asked_at),
                "by": names.name(one.recipient),
                "answered_at": rfc3339(one.answered_at) if one.answered_at else None,
            }
            for one in found.questions
        ],
        "proposed": [
            {
                "at": rfc3339(one.said_at),
                "by": names.name(one.recipient),
                "report": names.name(one.report),
                "delay_s": one.delay_s,
                "state": one.stands.value,
            }
            for one in found.proposals
        ],
        "read_backs": [_read_back(names, one) for one in found.read_backs],
        "second_knocks": [_knock(look, names, one) for one in found.knocks],
    }


def _read_back(names: Names, one: ReadBack) -> Json:
    return {
        "at": rfc3339(one.given_at),
        "by": names.name(one.recipient),
        "agrees": one.agrees,
        "differs": list(one.differs),
    }


def _knock(look: Look, names: Names, one: Knock) -> Json:
    notice = look.find(Notice, one.notice)
    sent_at = notice.sent_at if notice else None
    return {
        "of": names.name(one.recipient),
        "why": one.why.value,
        "since": rfc3339(one.since),
        "notice": names.name(one.notice) if one.notice and sent_at else None,
        "through": names.name(one.through) if one.through and sent_at else None,
        "at": rfc3339(sent_at) if sent_at else None,
        "delay_s": round((sent_at - one.since).total_seconds()) if sent_at else None,
    }


def mean_delay(look: Look) -> int | None:
    """Return how many seconds it took from a denial, or a silence due, to the second knock: the mean; None: there was none."""
    delays = [delay.total_seconds() for delay in knock_delays(look)]
    return round(sum(delays) / len(delays)) if delays else None
