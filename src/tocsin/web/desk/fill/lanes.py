"""The lanes of a case's timeline: what was known, how likely it seemed, what was told, who answered, who was blamed."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import nsmallest

from tocsin.answer.facts import AnswerKind
from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.report.state import Report
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.statement.facts import StatementKind
from tocsin.warning.statement.state import Statement
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.accounts import account_marks
from tocsin.web.desk.fill.casefile import CaseFile
from tocsin.web.desk.fill.corroborated import grade
from tocsin.web.desk.fill.followed import Addressee, Followed
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.recipients import ORDER, heard
from tocsin.web.desk.fill.states import likelihood_view, window_at_desk
from tocsin.web.desk.views.timeline import (
    AnswerLine,
    KnownKind,
    KnownMark,
    LikelihoodStep,
    StruckMark,
    Timeline,
    WarnedKind,
    WarnedMark,
)
from tocsin.web.measures import day

FAR_BACK = timedelta(days=21)  # what happened longer before the case was opened stands at the picture's edge
MOST_DRAWN = 40  # reports; more marks than that say nothing to anybody, and cost seconds to lay out
MARGIN = 0.03  # of the stretch, left free at either side


def timeline(file: CaseFile, names: Names, now: datetime, _: Words) -> Timeline:
    """Return a case in lanes."""
    known = tuple(sorted(_known(file, _), key=lambda mark: mark.at))
    warned = tuple(_warned(file, now, _))
    answered = tuple(_answered(file, now, _))
    accounts = tuple(account_marks(file.threat, _))
    names.learn(one.assessor for one in file.threat.assessments)
    struck = _struck(file)
    moments = [
        *(mark.at for mark in known),
        *(mark.at for mark in warned),
        *(mark.at for mark in accounts),
        *(mark.at for mark in struck),
        *(one.at for one in file.threat.assessments),
        *(line.answered_at for line in answered if line.answered_at),
    ]
    starts_at, ends_at = _stretch(file, moments, now)
    return Timeline(
        starts_at=starts_at,
        ends_at=ends_at,
        now=now,
        zone=file.threat.zone,
        known=tuple(_at_edge(mark, starts_at, file.threat.zone, _) for mark in known),
        likelihood=tuple(
            LikelihoodStep(at=one.at, likelihood=likelihood_view(one), by=names.say(one.assessor))
            for one in file.threat.assessments
        ),
        warned=warned,
        answered=answered,
        accounts=accounts,
        struck=struck,
    )


def _stretch(file: CaseFile, moments: list[datetime], now: datetime) -> tuple[datetime, datetime]:
    opened = file.threat.opened_at
    first = min([opened, *(moment for moment in moments if moment >= opened - FAR_BACK)])
    closed = file.outcome.judged_at if file.outcome is not None else None
    last = max([first + timedelta(hours=1), *moments, closed]) if closed else max(first + timedelta(hours=1), now)
    margin = (last - first) * MARGIN
    return first - margin, last + margin


def _at_edge(mark: KnownMark, starts_at: datetime, zone: str, _: Words) -> KnownMark:
    if mark.at >= starts_at:
        return mark
    label = _("%(day)s: %(what)s", day=day(mark.at, zone, _), what=mark.label)
    return KnownMark(at=mark.at, label=label, kind=mark.kind, detail=mark.detail, origin=mark.origin, href=mark.href)


# ---- known


def _known(file: CaseFile, _: Words) -> Iterator[KnownMark]:
    told_of: set[Id] = set()
    for incident in file.incidents:
        reports = [id for id in incident.reports if id in file.reports]
        told_of |= set(reports)
        yield KnownMark(
            at=incident.happened_at,
            label=incident.what,
            kind=KnownKind.INCIDENT,
            detail=incident.where,
            origin=min((file.origin(id) for id in reports), default=file.origins.get(incident.id)),
        )
    # The first report of an incident is drawn as the incident.
    found = [one for id, one in file.reports.items() if file.starts[id] != id or id not in told_of]
    drawn = _most_telling(file, found)
    for report in drawn:
        yield _report(file, report, relays=file.starts[report.id] != report.id, _=_)
    if len(found) > len(drawn):
        there = {report.id for report in drawn}
        yield KnownMark(
            at=max(report.received_at for report in found if report.id not in there),
            label=_.ngettext("%(n)s more report", "%(n)s more reports", len(found) - len(drawn)),
            kind=KnownKind.RELAY,
        )


def _most_telling(file: CaseFile, found: Iterable[Report]) -> list[Report]:
    """Return which reports are drawn; the others are only counted. An origin is drawn before what repeats it, then the latest."""

    def rank(one: Report) -> tuple[bool, float, Id]:
        return file.starts[one.id] != one.id, -one.received_at.timestamp(), one.id

    return nsmallest(MOST_DRAWN, found, key=rank)


def _report(file: CaseFile, report: Report, *, relays: bool, _: Words) -> KnownMark:
    source = file.sources.get(report.source)
    return KnownMark(
        at=report.received_at,
        label=report.title,
        kind=KnownKind.RELAY if relays else KnownKind.REPORT,
        detail=_("%(source)s, graded %(grade)s", source=source.name if source else "", grade=grade(report, file)),
        origin=file.origin(report.id),
        href=hrefs.report(report.id),
    )


# ---- told


def _warned(file: CaseFile, now: datetime, _: Words) -> Iterator[WarnedMark]:
    knocked: set[Id] = set()
    for one in file.followed:
        if one.sent_at is None:
            continue
        yield WarnedMark(
            at=one.sent_at,
            label=one.title,
            kind=_kind(one, knocked),
            window=window_at_desk(one.window, now),
            href=hrefs.warning(one.told.id),
        )
        if isinstance(one.told, Notice):
            knocked |= set(one.told.recipients)


def _kind(followed: Followed, knocked: set[Id]) -> WarnedKind:
    match followed.told:
        case Alert():
            return WarnedKind.REAFFIRMED if followed.told.reaffirms else WarnedKind.ALERT
        case Notice():
            again = knocked.intersection(followed.told.recipients)
            knocks = again or followed.told.second_knock_of is not None
            return WarnedKind.SECOND_KNOCK if knocks else WarnedKind.NOTICE
        case Advisory():
            return WarnedKind.ADVISORY
        case Statement() if followed.told.statement_kind is StatementKind.REAFFIRMATION:
            return WarnedKind.REAFFIRMED
    return WarnedKind.STATEMENT


# ---- answered


def _answered(file: CaseFile, now: datetime, _: Words) -> Iterator[AnswerLine]:
    for one in file.sent:
        for addressee in one.addressees:
            if one.sent_at is not None:
                yield _line(file, one, addressee, one.sent_at, now, _)


def _line(
    file: CaseFile, followed: Followed, addressee: Addressee, sent_at: datetime, now: datetime, _: Words
) -> AnswerLine:
    after = followed.answered_after(addressee)
    answered_at = None if after is None else sent_at + after
    struck_at = file.outcome.struck_at if file.outcome is not None else None
    until = struck_at if answered_at is None and struck_at and sent_at < struck_at < now else None
    end = answered_at or until or now
    return AnswerLine(
        recipient=addressee.name,
        sent_at=sent_at,
        answer="silent" if after is None else _answer(followed, addressee).value,
        answered_at=answered_at,
        until=until,
        label=_said(followed, addressee, _),
        detail=followed.title,
        href=hrefs.warning(followed.told.id),
        escalated_at=tuple(at for at in followed.rung_for(addressee) if at <= end),
    )


def _answer(followed: Followed, addressee: Addressee) -> AnswerKind:
    """Return the first answer of one, the commonest of many."""
    if addressee.single:
        return next(iter(followed.first_of(addressee).values())).answer
    tally = followed.tally(addressee)
    return max(ORDER, key=lambda kind: tally[kind])


def _said(followed: Followed, addressee: Addressee, _: Words) -> str:
    first = followed.first_of(addressee)
    if not first:
        return ""
    if addressee.single:
        return heard(next(iter(first.values())), _)
    return _("%(n)s of %(all)s have answered", n=followed.how_many(addressee), all=len(addressee.persons))


def _struck(file: CaseFile) -> tuple[StruckMark, ...]:
    outcome = file.outcome
    if outcome is None or outcome.struck_at is None or not outcome.what:
        return ()
    return (StruckMark(at=outcome.struck_at, label=outcome.what, detail=outcome.place_name),)
