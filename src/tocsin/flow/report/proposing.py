"""Proposing what an institution published as its answer. Nothing is attached here: that takes a person."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tocsin.answer.institution.decide import propose_answer
from tocsin.answer.institution.facts import AnswerProposed
from tocsin.answer.institution.state import Proposal
from tocsin.basis.ids import Id, keyed_id
from tocsin.flow.house import House
from tocsin.report.state import Report, Source
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.notice.state import Notice, NoticeStage


def proposals(
    house: House, look: Look, report: Report, source: Source, now: datetime, linked: Sequence[Id] = ()
) -> list[AnswerProposed]:
    """Return the answers as which a report is proposed that has not been before.

    linked: cases that it is linked to as this is decided, besides those it was linked to before.
    """
    if source.organisation is None:
        return []
    found = []
    for warning, sent_at in _sent_to(look, source.organisation):
        proposal = keyed_id(house.store.secrets.links, "proposal", warning.id, report.id)
        fact = propose_answer(
            proposal,
            report,
            source,
            warning=warning.id,
            sent_at=sent_at,
            of_the_case=warning.threat is not None and _is_linked(look, warning.threat, report.id, linked),
            now=now,
        )
        if fact is not None and look.find(Proposal, proposal) is None:
            found.append(fact)
    return found


def _is_linked(look: Look, threat_id: Id, report: Id, linked: Sequence[Id]) -> bool:
    threat = look.find(Threat, threat_id)
    return threat_id in linked or (threat is not None and any(one.item == report for one in threat.evidence))


def _sent_to(look: Look, organisation: Id) -> Iterator[tuple[Alert | Notice, datetime]]:
    """Yield each alert and notice that went to an institution by name."""
    for notice in look.naming(Notice, "recipients", organisation, stage=NoticeStage.SENT.value):
        # One that knocks again is the same warning as the first.
        if notice.sent_at is not None and notice.second_knock_of is None:
            yield notice, notice.sent_at
    for alert in look.naming(Alert, "persons", organisation, stage=AlertStage.ISSUED.value):
        if alert.issued_at is not None:
            yield alert, alert.issued_at
