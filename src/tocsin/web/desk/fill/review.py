"""The review of a judged case: how long before, how long unanswered, what had been stated, and how well it was said."""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.basis.ids import Id
from tocsin.basis.words import N_, Words
from tocsin.outcome.facts import Course, Verdict
from tocsin.outcome.score import lead_s, score
from tocsin.outcome.state import Outcome
from tocsin.store.door import Door
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice, stated_to
from tocsin.warning.stated import QUESTIONS, Stated
from tocsin.web.desk.fill.casefile import CaseFile
from tocsin.web.desk.fill.corroborated import before_dismissal
from tocsin.web.desk.fill.followed import first_answered
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.recipients import heard
from tocsin.web.desk.fill.states import likelihood_view, outcome_chip
from tocsin.web.desk.views.review import AxisRow, Review, StatedRow
from tocsin.web.measures import stamp
from tocsin.web.pieces import ChipKind
from tocsin.web.wording import CHIPS

COURSES = {
    Course.CARRIED_OUT: N_("carried out"),
    Course.DISRUPTED: N_("stopped"),
    Course.NOTHING: N_("nothing happened"),
    Course.UNKNOWN: N_("not known"),
}


def review(door: Door, file: CaseFile, _: Words) -> Review | None:
    """Return the review of a case, once somebody has judged it."""
    case, outcome = file.scored(), file.outcome
    if case is None or outcome is None or outcome.judged_at is None:
        return None
    lead = lead_s(case)
    after, said = first_answer(file, _)
    last = file.last_assessment
    return Review(
        outcome=outcome_chip(outcome),
        outcome_at=outcome.judged_at,
        summary=outcome.why,
        warned_at=file.warned_at or outcome.judged_at,
        lead=None if lead is None else timedelta(seconds=lead),
        first_answer_after=after,
        first_answer=said,
        published_before_dismissal=len(before_dismissal(file)),
        corroborating=len(file.supporting),
        axes=tuple(_axes(door, file, outcome, _)),
        stated=tuple(_stated(file, Names(door), _)),
        last_likelihood=likelihood_view(last) if last else None,
        brier=score([case]).brier,
    )


def first_answer(file: CaseFile, _: Words) -> tuple[timedelta | None, str]:
    """Return how long the first answer of an institution took, and what it was."""
    first = first_answered(file.sent)
    if first is None:
        return None, ""
    after, answer = first
    kind = _(CHIPS[ChipKind(answer.answer.value)][1])
    return after, _("%(kind)s, %(heard)s", kind=kind, heard=heard(answer, _))


def stated(file: CaseFile) -> dict[str, str]:
    """Return the words of each of the four things, from the first warning that stated it to anybody."""
    told = [said for one in file.sent if isinstance(one.told, Alert | Notice) for said in _said(one.told)]
    return {q: next((w for one in told if (w := getattr(one, q).strip())), "") for q in QUESTIONS}


def _said(warning: Alert | Notice) -> list[Stated]:
    versions = [stated_to(warning, one) for one in warning.recipients] if isinstance(warning, Notice) else []
    return [warning.stated, *versions]


def told_less(file: CaseFile) -> dict[str, tuple[Id, ...]]:
    """Return, of each of the four things, to whom of those who got a notice none stated it. What an alert states, all were told."""
    notices = [one.told for one in file.sent if isinstance(one.told, Notice)]
    alerts = [one.told.stated for one in file.sent if isinstance(one.told, Alert)]
    to_each = {to: [stated_to(one, to) for one in notices if to in one.recipients] for to in _recipients(notices)}
    return {
        q: tuple(to for to, said in to_each.items() if not any(getattr(one, q).strip() for one in (*alerts, *said)))
        for q in QUESTIONS
    }


def _recipients(notices: Iterable[Notice]) -> dict[Id, None]:
    return dict.fromkeys(to for one in notices for to in one.recipients)


def _stated(file: CaseFile, names: Names, _: Words) -> Iterable[StatedRow]:
    less = told_less(file)
    for question, words in stated(file).items():
        # Where nobody was told it, that is said by itself.
        to = names.several(less[question], _) if words and less[question] else ""
        yield StatedRow(question=question, stated=bool(words), words=words, not_to=to)


def _axes(door: Door, file: CaseFile, outcome: Outcome, _: Words) -> Iterable[AxisRow]:
    words = stated(file)
    actors = ", ".join(actor.name for actor in door.actors(file.threat.actors))
    struck = stamp(outcome.struck_at, file.threat.zone, _) if outcome.struck_at else ""
    targets = ", ".join(file.threat.targets)
    yield _axis("time", words["when"], struck, outcome.time)
    yield _axis("place", words["where"] or file.threat.place, outcome.place_name, outcome.place)
    yield _axis("target", words["what"] or targets, outcome.what, outcome.target)
    yield _axis("actor", words["who"], actors if outcome.actor is Verdict.MATCH else "", outcome.actor)
    done = Verdict.MATCH if outcome.course is Course.CARRIED_OUT else Verdict.UNKNOWN
    came = Verdict.MISS if outcome.course is Course.NOTHING else done
    yield _axis("act", words["what"], _(COURSES[outcome.course]), came)


def _axis(axis: str, warned: str, happened: str, verdict: Verdict) -> AxisRow:
    return AxisRow(axis=axis, warned=warned or "–", happened=happened or "–", verdict=verdict.value)
