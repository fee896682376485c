"""What institutions do with a warning besides answering, as officers record it or as they say it by their own link."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.answer.escalate import open_watch, settle
from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard, Why
from tocsin.answer.institution import decide
from tocsin.answer.institution.facts import AnswerProposed, QuestionAsked, ReadBackGiven
from tocsin.answer.institution.state import Proposal, Question, ReadBack
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.answer.hear import called_for
from tocsin.flow.answer.knocked import owner_of
from tocsin.flow.delivery.deliver import find_warning
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.report.proposing import proposals
from tocsin.flow.threat.case_over import misread
from tocsin.flow.threat.distrusted import refuse_through_host
from tocsin.flow.warning.audience import Warned, is_addressee
from tocsin.flow.warning.said_after import refuse_telling_more
from tocsin.flow.warning.told_first import as_notice
from tocsin.people.facts import PersonKind
from tocsin.people.state import Person
from tocsin.report.facts import SourceLinked
from tocsin.report.state import Report, Source
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice

READ_RIGHT = "read_back"
"""How a wrong read-back was settled: it was read back once more, as it was told."""


def institution(look: Look, warning_id: Id, recipient: Id) -> Warned:
    """Return a warning that an institution was told, or that was handed on to it.

    Raises:
        Refused: it is no institution, or was never told.
    """
    warning = find_warning(look, warning_id)
    known = look.get(Person, recipient)
    if known.person_kind is not PersonKind.ORGANISATION:
        raise Refused(f"{recipient} is a person; this is asked of institutions, which answer for more than themselves.")
    if not is_addressee(look, warning, recipient):
        raise Refused(f"{recipient} is no recipient of warning {warning_id}; nothing was asked of them.")
    return warning


# ---- whose word a publication is


@once
def link_source(
    house: House, source_id: Id, organisation: Id | None, why: str, *, by: Id, command: str, now: datetime
) -> None:
    """Say whose word a source's publications are; what it has published since a warning is proposed as an answer.

    Raises:
        Refused: there is no such source or organisation, or no reason is given.
    """
    if not why.strip():
        raise Refused("Say why this source speaks for them, or why it does not; the reason is kept.")
    with house.store.look() as look:
        source, seen = look.get(Source, source_id), look.version(source_id)
        if organisation is not None and look.get(Person, organisation).person_kind is not PersonKind.ORGANISATION:
            raise Refused(f"{organisation} is a person. A source speaks for an organisation.")
        linked = SourceLinked(subject=source_id, occurred_at=now, organisation=organisation, why=why.strip())
        now_speaks = source_with(source, organisation)
        found = [
            p for report in look.all(Report, source=source_id) for p in proposals(house, look, report, now_speaks, now)
        ]
    expect = {source_id: seen, **_unproposed(found)}
    house.store.commit([linked, *found], at=now, by=by, command=command, expect=expect)


def source_with(source: Source, organisation: Id | None) -> Source:
    """Return a source as it will stand once it is linked."""
    return Source(
        id=source.id,
        name=source.name,
        source_kind=source.source_kind,
        reliability=source.reliability,
        why=source.why,
        organisation=organisation,
    )


def _unproposed(found: Sequence[AnswerProposed]) -> dict[Id, int]:
    return {one.subject: 0 for one in found}


# ---- what it said in public


@once
def attach_answer(
    house: House,
    proposal_id: Id,
    kind: AnswerKind,
    *,
    speaker: str,
    words: str,
    ordered: str = "",
    said_at: datetime | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Make a proposed answer the institution's own, in its words and with its speaker.

    said_at: where it was said before it was published.

    Raises:
        Refused: it was decided about already, names no speaker or no words, or was said after it was published.
    """
    with house.store.look() as look:
        proposal, seen = look.get(Proposal, proposal_id), look.version(proposal_id)
        report = look.get(Report, proposal.report)
        said = said_at or proposal.said_at
        if said > proposal.said_at:
            raise Refused(
                f"It was published at {proposal.said_at:%Y-%m-%d %H:%M} UTC, and cannot have been said later."
            )
        answer = AnswerRecorded(
            subject=house.store.new_id(),
            occurred_at=said,
            warning=proposal.warning,
            recipient=proposal.recipient,
            answer=kind,
            heard=Heard.PUBLIC_STATEMENT,
            speaker=speaker.strip(),
            words=words.strip(),
            ordered=ordered.strip(),
            source=report.url or report.title,
            recorder=by,
        )
        attached = decide.attach(proposal, answer.subject, by, now)
        if not (answer.speaker and answer.words):
            raise Refused(f"The answer to warning {proposal.warning} needs its speaker and their words.")
        more = list(called_for(house, look, proposal.warning, proposal.recipient, kind, now, said_at=said))
    house.store.commit([answer, attached, *more], at=now, by=by, command=command, expect={proposal_id: seen})


@once
def refuse_answer(house: House, proposal_id: Id, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Say that a proposed answer is none.

    Raises:
        Refused: it was decided about already, or no reason is given.
    """
    with house.store.look() as look:
        proposal, seen = look.get(Proposal, proposal_id), look.version(proposal_id)
    fact = decide.refuse_proposal(proposal, by, why, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={proposal_id: seen})


# ---- read-back


@once
def take_read_back(house: House, given: ReadBackGiven, *, by: Id, command: str, now: datetime) -> None:
    """Keep what an institution restated.

    Raises:
        Refused: it was never told, or does not restate all four.
    """
    with house.store.look() as look:
        institution(look, given.warning, given.recipient)
    house.store.commit([decide.read_back(given)], at=now, by=by, command=command, expect={given.subject: 0})


@once
def compare_read_back(
    house: House, read_back_id: Id, differs: Sequence[str], note: str, *, by: Id, command: str, now: datetime
) -> None:
    """Hold a read-back against what was told; where it differs, the owner of the case is rung until it agrees or is no more waited for.

    Raises:
        Refused: it was compared before, or differs in something that is not asked.
    """
    with house.store.look() as look:
        given, seen = look.get(ReadBack, read_back_id), look.version(read_back_id)
        warning = find_warning(look, given.warning)
        owner = owner_of(look, given.warning, given.recipient)
        before = [one for one in misread(look, [given.warning]) if one.of == given.recipient]
        expect = {read_back_id: seen} | {one.id: look.version(one.id) for one in before}
    facts: list[Fact] = [decide.compare(given, differs, by, note, now)]
    if not differs:
        facts += [fact for one in before if (fact := settle(one, READ_RIGHT, now)) is not None]
    elif not any(one.is_waiting for one in before):
        facts.append(
            open_watch(
                house.store.new_id(),
                warning=given.warning,
                of=given.recipient,
                why=Why.FAILURE,  # what arrived is not what was told
                ladder=replace(decide.owner_first(warning.ladder, owner), slows=True),
                now=now,
                exercise=warning.exercise,
            )
        )
    house.store.commit(facts, at=now, by=by, command=command, expect=expect)


# ---- asking


@once
def take_question(house: House, asked: QuestionAsked, *, by: Id, command: str, now: datetime) -> None:
    """Keep what an institution asked; it stays open until an officer answers it.

    Raises:
        Refused: it was never told, or asks nothing.
    """
    with house.store.look() as look:
        institution(look, asked.warning, asked.recipient)
    house.store.commit([decide.ask(asked)], at=now, by=by, command=command, expect={asked.subject: 0})


@once
def answer_question(
    house: House, question_id: Id, words: str, *, vouched: bool = False, by: Id, command: str, now: datetime
) -> None:
    """Answer a question; whoever asked reads the answer behind their link.

    vouched: a script says that they were answered so, and the words are not held against the case.

    Raises:
        Refused: it was answered before, the answer says nothing, or more of the case than the warning may, or it would go to a
            host that is distrusted since.
    """
    with house.store.look() as look:
        question, seen = look.get(Question, question_id), look.version(question_id)
        notice, alert = look.find(Notice, question.warning), look.find(Alert, question.warning)
        told = as_notice(alert) if alert is not None else notice
        if told is not None and not vouched:
            refuse_telling_more(look, told, [("", words)], by, they_said=[question.words])
        if notice is not None:
            refuse_through_host(look, notice.threat, [question.recipient, *filter(None, [question.giver])])
    fact = decide.answer_question(question, words, by, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={question_id: seen})
