"""The page of one warning: what it says, whom it told, what they answered, and where the record holds it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from msgspec.structs import replace

from tocsin.answer.late import is_late
from tocsin.basis.ids import Id
from tocsin.basis.marking import OPEN, Mark
from tocsin.basis.words import Words
from tocsin.flow.messages import place_of, risk_said, tear_line_rows
from tocsin.store.account import HeardAnswer
from tocsin.store.counts import ChannelCount
from tocsin.store.door import Door, Told
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.facts import Version
from tocsin.warning.notice.state import Notice, carries_its_words
from tocsin.warning.statement.state import Statement
from tocsin.warning.window import has_run_out
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.actions import decide_href, take_on_actions
from tocsin.web.desk.fill.dated import deadline_view
from tocsin.web.desk.fill.decisions import decision_rows, escalation_rows
from tocsin.web.desk.fill.followed import Followed, follow
from tocsin.web.desk.fill.institution import institution_views
from tocsin.web.desk.fill.lists import case_of
from tocsin.web.desk.fill.names import Names, level, title
from tocsin.web.desk.fill.notice_look import whom_for
from tocsin.web.desk.fill.opened import opening_view
from tocsin.web.desk.fill.reaffirmed import draft_href, follower_rows, reaffirm_view, waits_for
from tocsin.web.desk.fill.recipients import heard, recipient_rows
from tocsin.web.desk.fill.record import record_ref
from tocsin.web.desk.fill.retracted import follow_up_rows, retraction_view
from tocsin.web.desk.fill.since import since_view
from tocsin.web.desk.fill.states import kind, warning_chips, window_at_desk
from tocsin.web.desk.fill.tell import tell_view
from tocsin.web.desk.fill.where import areas, map_view
from tocsin.web.desk.views.deliveries import DeliveryCount
from tocsin.web.desk.views.rows import AnswerRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.desk.views.warning import WarningPage, WarningText
from tocsin.web.pieces import Chip, ChipKind

MOST_ANSWERS = 200  # the latest of them; the account of deliveries has them all


def warning_page(
    door: Door, warning_id: Id, shell: Shell, _: Words, typed: Mapping[str, str] | None = None
) -> WarningPage | None:
    """Return the page of an alert, notice, advisory or statement, or None where there is none for this reader.

    typed: what was typed to take it back, where that was refused.
    """
    told = door.warning(warning_id)
    if told is None:
        return None
    names = Names(door)
    followed = follow(door, told, names, title(told, names, _), _)
    threat = door.threat(told.threat)
    zone = threat.zone if threat else shell.zone
    case, case_href = case_of(door, told.threat)
    place = door.record_place(told)
    return WarningPage(
        shell=replace(shell, zone=zone, section="warnings"),
        id=told.id,
        kind=kind(told),
        title=followed.title,
        case=case,
        case_href=case_href,
        mark=followed.mark,
        texts=tuple(_texts(told, names, _)),
        chips=warning_chips(followed, shell.now),
        issued_at=followed.sent_at,
        issued_by=names.say(told.author),
        approved_by=names.say(told.approver),
        level=level(told),
        window=window_at_desk(followed.window, shell.now),
        area=_area(told),
        identifier=(told.identifier or "") if isinstance(told, Alert) else "",
        replaces=_replaced(door, told),
        map=map_view(_("Where it holds"), areas([told]), (), None, _),
        recipients=tuple(recipient_rows(followed, names, shell.now, zone, _)),
        deliveries=delivery_counts(door.tallies(told, shell.now), missed=len(door.missed(told))),
        deliveries_href=hrefs.deliveries(told.id) if followed.addressees else "",
        audience_href="" if isinstance(told, Statement) else hrefs.audience(told.id),
        answers=tuple(_answers(followed, names, _)),
        escalations=tuple(sorted(escalation_rows(followed, names, _), key=lambda row: row.at)),
        decisions=tuple(sorted(decision_rows(door, followed, names, _), key=lambda row: row.at)),
        record=record_ref(place) if place else None,
        public_href=hrefs.public(told),
        actions=tuple(take_on_actions(door, [followed], names, _)),
        decide_href=decide_href(door, told, shell.now),
        late=has_run_out(followed.window, shell.now),
        since=since_view(door, followed, _),
        deadline=deadline_view(door, followed, names),
        headcount_href=f"{hrefs.warning(told.id)}/headcount"
        if isinstance(told, Alert) and followed.sent_at is not None and door.may_reach
        else "",
        reaffirm=reaffirm_view(door, told, shell.now),
        followers=tuple(follower_rows(door, told, names, _)),
        draft_href=draft_href(told),
        waits_for_you=waits_for(door, told),
        institutions=institution_views(door, followed, names, shell.now, _),
        travels=_travels(told, _),
        knocks_again=_knocks_again(told, names, _),
        knocks_href=hrefs.warning(told.second_knock_of) if isinstance(told, Notice) and told.second_knock_of else "",
        opening=opening_view(door, told, names, _),
        retraction=retraction_view(door, told, typed or {}, names, shell.now, _),
        follow_ups=tuple(follow_up_rows(door, told, _)),
        tell=tell_view(door, followed),
    )


def delivery_counts(tallies: Iterable[ChannelCount], missed: int = 0) -> tuple[DeliveryCount, ...]:
    """Return how many deliveries stand so, in the order in which they pass. missed: who has no address at all."""
    stands = Counter({ChipKind.FAILED.value: missed})
    for tally in tallies:
        stands.update({one.value: count for one, count in tally.counts.items()})
    return tuple(
        DeliveryCount(chip=Chip(kind=kind, count=stands[kind.value])) for kind in ChipKind if stands[kind.value]
    )


def _area(told: Told) -> str:
    match told:
        case Alert():
            return "; ".join(area.name for area in told.areas)
        case Advisory():
            return place_of(told)
    return ""


def _replaced(door: Door, told: Told) -> str:
    if not isinstance(told, Alert):
        return ""
    earlier = door.warning(told.follows)
    return (earlier.identifier or "") if isinstance(earlier, Alert) else ""


def _knocks_again(told: Told, names: Names, _: Words) -> str:
    if not isinstance(told, Notice) or told.second_knock_of is None:
        return ""
    return _("A second knock at %(institution)s", institution=names.say(told.knocks_at))


def _travels(told: Told, _: Words) -> str:
    if not isinstance(told, Notice) or told.mark in OPEN:
        return ""
    if told.sent_at is not None and told.carried is None and told.mark is Mark.AMBER:
        return _("It went out while the messages about an AMBER notice still carried what it says.")
    if carries_its_words(told):
        return _("The messages themselves carry these words: %(why)s", why=told.in_message)
    return _(
        "A message says only that there is a notice. What it says stands behind a link and a code that comes by another way."
    )


def _texts(told: Told, names: Names, _: Words) -> Iterator[WarningText]:
    match told:
        case Alert():
            for one in told.wordings:
                yield WarningText(
                    language=one.language,
                    headline=one.headline,
                    description=one.description,
                    instructions=(one.instruction,),
                )
        case Notice():
            yield from _tear_lines(told, names, _)
        case Advisory():
            reasons = _(
                "Reasons: %(reasons)s", reasons="; ".join(risk_said(one, _).rstrip(".") for one in told.because)
            )
            yield WarningText(
                language=told.language,
                headline=told.title,
                description=f"{told.text}\n{reasons}",
                instructions=tuple(line for line in told.advice.splitlines() if line.strip()),
            )
        case _statement:
            yield WarningText(language=told.language, headline=told.title, description=told.text)


def _tear_lines(notice: Notice, names: Names, _: Words) -> Iterator[WarningText]:
    if notice.tear_line is None:
        return
    first = Version(tear_line=notice.tear_line, language=notice.language)
    for one in (first, *notice.versions):
        said = one.tear_line
        rows = [(label, text) for label, text in tear_line_rows(said) if text != said.what]
        yield WarningText(
            language=one.language or _.language,
            headline=said.what,
            description="",
            instructions=tuple(_("%(label)s: %(text)s", label=_(label), text=text) for label, text in rows),
            whom="" if one is first else whom_for(one, names, _),
        )


def _answers(followed: Followed, names: Names, _: Words) -> Iterator[AnswerRow]:
    latest = followed.answers[: -MOST_ANSWERS - 1 : -1]  # the latest first: somebody may have changed their mind
    names.learn(one.person for one in latest)
    for one in latest:
        yield AnswerRow(
            at=one.at,
            by=names.say(one.person),
            chip=Chip(kind=ChipKind(one.answer.value)),
            after=one.at - followed.sent_at if followed.sent_at else timedelta(),
            how=" · ".join(part for part in (heard(one, _), _late(followed, one, _)) if part),
            text=str(one.words),
        )


def _late(followed: Followed, answer: HeardAnswer, _: Words) -> str:
    return _("after its end") if is_late(followed.window, answer.at) else ""
