"""The page of one case: from the first report to the review."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.basis.fact import Erased
from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.store.door import Door, told_at
from tocsin.threat.merge import as_one
from tocsin.warning.window import WindowStands
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.accounts import account_rows
from tocsin.web.desk.fill.actions import TAKE_ON, hand_out_actions, take_on_actions, telling_actions
from tocsin.web.desk.fill.bearing import bears
from tocsin.web.desk.fill.casefile import CaseFile, Glance, case_file
from tocsin.web.desk.fill.casework import care
from tocsin.web.desk.fill.corroborated import corroboration
from tocsin.web.desk.fill.decisions import decision_rows, escalation_rows
from tocsin.web.desk.fill.duties import distrust_rows, duty_lines
from tocsin.web.desk.fill.followed import Followed
from tocsin.web.desk.fill.lanes import timeline
from tocsin.web.desk.fill.names import Names, level, whom
from tocsin.web.desk.fill.recipients import recipient_rows
from tocsin.web.desk.fill.review import review
from tocsin.web.desk.fill.states import kind, likelihood_view, outcome_chip, warning_chips, window_at_desk
from tocsin.web.desk.fill.where import areas, map_view
from tocsin.web.desk.views.case import AssessmentRow, CasePage, SaidAndOrdered, Utterance
from tocsin.web.desk.views.lists import WarningRow
from tocsin.web.desk.views.rows import EscalationRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Chip, ChipKind

MOST_SAID = 50  # utterances on one page


def case_page(door: Door, threat_id: Id, shell: Shell, _: Words) -> CasePage | None:
    """Return the page of a case, or None where there is none for this reader."""
    alone = door.threat(threat_id)
    if alone is None:
        return None
    now, zone = shell.now, alone.zone
    threat, names = as_one(alone, door.threat, now), Names(door)
    file = case_file(door, threat, names, _)
    names.learn([threat.owner, *([threat.host] if threat.host else []), *(one.assessor for one in threat.assessments)])
    last = threat.assessments[-1] if threat.assessments else None
    return CasePage(
        shell=replace(shell, zone=zone, section="cases"),
        id=threat.id,
        title=threat.title,
        mark=threat.mark,
        owner=names.say(threat.owner),
        opened_at=threat.opened_at,
        timeline=timeline(file, names, now, _),
        chips=case_chips(file),
        summary=last.grounds if last else "",
        actor=", ".join(actor.name for actor in door.actors(threat.actors)),
        place="; ".join(
            dict.fromkeys(one for one in (threat.place, *(where.name for where in threat.particulars.places)) if one)
        ),
        host=names.say(threat.host) if threat.host else "",
        target=", ".join(threat.targets),
        begins=threat.begins,
        ends=threat.ends,
        likelihood=likelihood_view(last) if last else None,
        actions=(
            *take_on_actions(door, file.followed, names, _),
            *telling_actions(door, threat, _),
            *hand_out_actions(door, threat.id, _),
        ),
        map=map_view(
            _("Where it was warned of, and where it happened"),
            areas(one.told for one in file.followed),
            file.incidents,
            file.outcome,
            _,
        ),
        recipients=tuple(row for one in file.followed for row in recipient_rows(one, names, now, zone, _)),
        deliveries_href=hrefs.deliveries(file.sent[0].told.id) if file.sent else "",
        escalations=_by_time(row for one in file.followed for row in escalation_rows(one, names, _)),
        bears=bears(file),
        corroboration=corroboration(file),
        words_and_orders=said_and_ordered(file.followed, names),
        assessments=tuple(
            AssessmentRow(
                at=one.at,
                by=names.say(one.assessor),
                likelihood=likelihood_view(one),
                grounds=one.grounds,
                severity=one.severity,
                confidence_why=one.confidence_why,
                changed=one.changed,
                why=one.why,
            )
            for one in threat.assessments
        ),
        accounts=account_rows(threat, _sources(file)),
        duties=duty_lines(door, threat.id, names, now, _),
        duties_href=hrefs.duties(threat.id) if door.at_desk else "",
        distrusted=distrust_rows(door, threat.id, names),
        decisions=tuple(
            sorted((row for one in file.followed for row in decision_rows(door, one, names, _)), key=lambda row: row.at)
        ),
        warnings=tuple(warning_row(one, now, _) for one in file.followed),
        care=care(door, threat, names, _),
        post_to=f"{hrefs.case(threat.id)}/acts" if TAKE_ON & door.reader.roles else "",
        review=review(door, file, _),
    )


def _by_time(rows: Iterable[EscalationRow]) -> tuple[EscalationRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.at, row.of, row.to)))


def _sources(file: CaseFile) -> dict[Id, str]:
    return {id: file.sources[one.source].name for id, one in file.reports.items() if one.source in file.sources}


def warning_row(followed: Followed, now: datetime, _: Words) -> WarningRow:
    """Return a warning as one row of a list."""
    told = followed.told
    return WarningRow(
        title=followed.title,
        kind=kind(told),
        mark=followed.mark,
        href=hrefs.warning(told.id),
        chips=warning_chips(followed, now),
        issued_at=followed.sent_at,
        level=level(told),
        window=window_at_desk(followed.window, now) if followed.sent_at is not None else None,
        told=whom(told, _),
    )


def said_and_ordered(followed: Iterable[Followed], names: Names) -> SaidAndOrdered | None:
    """Return what institutions said and what they ordered, side by side: the latest, or None where officers recorded nothing.

    What a person said is nobody's but theirs, and stands with their answers.
    """
    recorded = [answer for one in followed for answer in one.answers if answer.heard is not Heard.LINK]
    names.learn([answer.person for answer in recorded])
    recorded = [answer for answer in recorded if names.is_organisation(answer.person)]
    recorded = sorted(recorded, key=lambda answer: answer.at)[-MOST_SAID:]
    said = tuple(
        Utterance(at=one.at, who=one.speaker, text=one.words, source=one.source)
        for one in recorded
        if not isinstance(one.words, Erased) and one.words
    )
    ordered = tuple(
        Utterance(at=one.at, who=one.speaker, text=one.ordered, source=one.source) for one in recorded if one.ordered
    )
    return SaidAndOrdered(said=said, ordered=ordered) if said or ordered else None


def case_chips(file: Glance) -> tuple[Chip, ...]:
    """Return how a case stands: what became of it, the loudest answer, a window that nobody decided about."""
    return tuple(_case_chips(file)) or (Chip(kind=ChipKind.OPEN if file.threat.is_open else ChipKind.CLOSED),)


def _case_chips(file: Glance) -> Iterator[Chip]:
    if file.threat.joined.into is not None:
        yield Chip(kind=ChipKind.PART_OF)
    if file.outcome is not None and file.judged:
        yield outcome_chip(file.outcome)
    elif file.outcome is not None and file.outcome.struck_at is not None:
        yield Chip(kind=ChipKind.STRUCK)
    dismissed = file.dismissed
    if dismissed is not None:
        sent = min(one.sent_at for one in file.sent if dismissed in one.answers and one.sent_at)
        yield Chip(kind=ChipKind.DISMISSED, after=dismissed.at - sent)
    helpless = sum(one.tally(addressee)[AnswerKind.NEED_HELP] for one in file.sent for addressee in one.addressees)
    if helpless:
        yield Chip(kind=ChipKind.NEED_HELP, count=helpless)
    stands = {one.window.stands for one in file.sent if one.window is not None}
    if WindowStands.RAN_OUT_UNDECIDED in stands:
        yield Chip(kind=ChipKind.RAN_OUT_UNDECIDED)


def changed_at(file: Glance) -> datetime:
    """Return when something last happened in a case, of what its reader may read."""
    threat, outcome = file.threat, file.outcome
    readable = {*file.reports, *(one.id for one in file.incidents)}
    moments = [
        threat.opened_at,
        *(one.at for one in threat.assessments),
        *(one.at for one in threat.evidence if one.item in readable),
        *(one.at for one in threat.accusations),
        *(one.stated_at for one in threat.no_indications),
        *(told_at(one.told) for one in file.followed),
        *(answer.at for one in file.followed for answer in one.answers),
        *(ring.at for one in file.followed for watch in one.watches for ring in watch.rings),
    ]
    if outcome is not None:
        moments += [moment for moment in (outcome.struck_at, outcome.judged_at) if moment is not None]
    return max(moments)
