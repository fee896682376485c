"""Knocking again: the same notice by another way, with what has borne it out since, written by one officer, sent by another."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.answer.institution.decide import drop_knock
from tocsin.answer.institution.facts import KnockDrafted, QuoteConsented
from tocsin.answer.institution.rebuttal import Known, Quotable, build, release, told
from tocsin.answer.institution.state import Knock
from tocsin.basis.errors import Broken, Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.flow.delivery.deliver import ways
from tocsin.flow.delivery.line import reachable
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.threat.distrusted import refuse_through_host
from tocsin.flow.warning.tear_line import against, door_of, flags_in, material_about
from tocsin.flow.warning.told_first import as_notice, told_first
from tocsin.people.state import Person
from tocsin.report.corroborate import stands
from tocsin.report.state import Source
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice import decide as notices
from tocsin.warning.notice.facts import DutyDecided, NoticeDrafted, TearLine
from tocsin.warning.notice.state import Notice, fold_notice
from tocsin.warning.window import HOLDS, is_over

OFFICERS = frozenset({Role.DUTY_OFFICER, Role.WATCH_OFFICER})


def borne_out(door: Door, knock: Knock, now: datetime) -> tuple[Quotable, ...]:
    """Return what has borne a warning out, as far as whoever asks may read it."""
    told = door.warning(knock.warning)
    notice = as_notice(told) if isinstance(told, Alert) else told
    threat = door.threat(notice.threat) if isinstance(notice, Notice) else None
    if not isinstance(notice, Notice) or threat is None or notice.sent_at is None:
        return ()
    every = door.reports_about(threat)
    incidents = [one for one in door.incidents_about(threat) if stands(one, every)]
    # What its own source has taken back is quoted to nobody.
    reports = {id: one for id, one in every.items() if one.taken_back_at is None}
    known = Known(
        threat=threat,
        incidents=incidents,
        reports=reports,
        sources=door.sources(report.source for report in reports.values()),
        origins=door.origins({*reports, *(report for incident in incidents for report in incident.reports)}),
        consents=knock.consents,
    )
    return build(known, knock.recipient, notice.mark, notice.sent_at, now)


@once
def draft_knock(
    house: House,
    knock_id: Id,
    notice_id: Id,
    through: Id,
    chosen: Sequence[tuple[Id, str]],
    *,
    action: str = "",
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write the second knock.

    through: who is told: another contact of the institution, or an intermediary. chosen: what is quoted, and in which
    words; none: as it was built. action: what to do, where that has changed.

    Raises:
        Refused: this person may not, it was sent or dropped, somebody was told already, or a line may not be quoted.
    """
    with house.store.look() as look:
        knock, seen = look.get(Knock, knock_id), look.version(knock_id)
        first, door = told_first(look, knock.warning), door_of(look, by)
        _refuse_over(look, knock, first)
        _refuse_outsider(door, first, by)
        _refuse_way(house, look, first, knock, through)
        built = borne_out(door, knock, now)
    lines = release(built, chosen)
    tear_line = replace(_said(first), since=told(lines))
    if action.strip():
        tear_line = replace(tear_line, action=action.strip())
    decided = _decided(first, notice_id)
    drafted = notices.draft_notice(
        fold_notice(None, decided), _draft(first, knock, notice_id, through, tear_line, by, now)
    )
    written = KnockDrafted(
        subject=knock_id,
        occurred_at=now,
        notice=notice_id,
        through=through,
        author=by,
        lines=lines,
        left_out=sum(one.held is not None for one in built),
    )
    facts = [decided, drafted, written]
    house.store.commit(facts, at=now, by=by, command=command, expect={knock_id: seen, notice_id: 0})


def _decided(first: Notice, notice_id: Id) -> DutyDecided:
    # That they are to be told was decided once, by somebody then; to tell it again rests on that.
    return DutyDecided(
        subject=notice_id,
        occurred_at=first.decided_at,
        threat=first.threat,
        decider=first.decider,
        tell=True,
        test=first.test,
        why=first.why,
    )


def _draft(
    first: Notice, knock: Knock, notice_id: Id, through: Id, tear_line: TearLine, by: Id, now: datetime
) -> NoticeDrafted:
    window = first.window
    still = window is not None and window.stands in HOLDS and window.ends > now
    return NoticeDrafted(
        subject=notice_id,
        occurred_at=now,
        threat=first.threat,
        author=by,
        recipients=(through,),
        tear_line=tear_line,
        mark=first.mark,
        readers=first.readers,
        begins=now,
        ends=window.ends if window is not None and still else None,
        stated=first.stated,
        ladder=first.ladder,
        originators=first.originators,
        exercise=first.exercise,
        second_knock_of=first.id,
        knocks_at=knock.recipient,
        language=first.language,
        unnamed=first.unnamed,
    )


def _said(first: Notice) -> TearLine:
    if first.tear_line is None:
        raise Broken(f"Notice {first.id} was sent, and has no tear-line.")
    return first.tear_line


@once
def send_knock(house: House, knock_id: Id, *, break_glass: bool = False, by: Id, command: str, now: datetime) -> None:
    """Approve a second knock and send it. What it quotes is checked once more.

    Raises:
        Refused: nothing is written, its author approves it, or it was sent or dropped.
    """
    with house.store.look() as look:
        knock, seen = look.get(Knock, knock_id), look.version(knock_id)
        first, roles = told_first(look, knock.warning), look.get(Person, by).roles
        if knock.notice is None or knock.author is None or knock.through is None:
            raise Refused(
                f"Nobody has written the second knock {knock_id} yet. Do that first; another person sends it."
            )
        _refuse_over(look, knock, first)
        _refuse_outsider(door_of(look, by), first, by)
        _refuse_way(house, look, first, knock, knock.through)
        release(borne_out(door_of(look, knock.author), knock, now), [(line.item, line.words) for line in knock.lines])
        notice, stood, held = look.get(Notice, knock.notice), look.version(knock.notice), look.version(first.id)
        material = material_about(look, notice.threat)
        flags, held_against = flags_in(look, notice, material), against(look, material)
    approved = notices.approve_notice(notice, by, roles, now, break_glass=break_glass, flags=flags)
    sent = notices.send_notice(fold_notice(notice, approved), now)
    expect = {**held_against, knock_id: seen, knock.notice: stood, first.id: held}
    house.store.commit([approved, sent], at=now, by=by, command=command, expect=expect)


@once
def consent_to_quote(
    house: House, knock_id: Id, report_id: Id, words: str, *, by: Id, command: str, now: datetime
) -> None:
    """Record that whoever a report came from has agreed that it is quoted.

    Raises:
        Refused: it is not said how they agreed, or this person may not read the report.
    """
    with house.store.look() as look:
        knock, seen = look.get(Knock, knock_id), look.version(knock_id)
        first, door = told_first(look, knock.warning), door_of(look, by)
        _refuse_outsider(door, first, by)
        report = door.report(report_id)
        if report is None:
            raise Refused(f"There is no report {report_id}.")
        if not words.strip():
            raise Refused("Say how they agreed, and where that is written.")
        originator = look.get(Source, report.source).name
    fact = QuoteConsented(
        subject=knock_id, occurred_at=now, report=report_id, originator=originator, recorder=by, words=words.strip()
    )
    house.store.commit([fact], at=now, by=by, command=command, expect={knock_id: seen})


@once
def leave_it(house: House, knock_id: Id, why: str, *, by: Id, command: str, now: datetime) -> None:
    """Decide not to knock again, and write down why. The warning stands as it stood.

    Raises:
        Refused: it was sent, that was decided already, or no reason is given.
    """
    with house.store.look() as look:
        knock, seen = look.get(Knock, knock_id), look.version(knock_id)
        first = told_first(look, knock.warning)
        _refuse_outsider(door_of(look, by), first, by)
        if _sent(look, knock):
            raise Refused(f"The second knock {knock_id} has gone out. Take it back instead, if it was false.")
    fact = drop_knock(knock, by, why, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={knock_id: seen})


# ---- who may, and when


def _refuse_outsider(door: Door, notice: Notice, person: Id) -> None:
    if not OFFICERS & door.reader.roles or door.warning(notice.id) is None:
        raise Refused(
            f"Only an officer who may read warning {notice.id} has a hand in telling it again; {person} is none."
        )


def _sent(look: Look, knock: Knock) -> bool:
    notice = look.find(Notice, knock.notice)
    return notice is not None and notice.sent_at is not None


def _refuse_over(look: Look, knock: Knock, first: Notice) -> None:
    if _sent(look, knock):
        raise Refused(f"The second knock {knock.id} has gone out already.")
    if knock.dropped_by is not None:
        raise Refused(f"It was decided not to knock again: {knock.dropped_why}")
    if first.retraction is not None:
        raise Refused(f"Warning {first.id} was taken back as false. It is not told again.")
    if is_over(first.window):
        raise Refused(f"Warning {first.id} is over: that was decided. It is not told again.")
    if knock.dropped_at is not None:
        raise Refused("They have answered, or a later warning asks the same: nobody knocks again for their silence.")


def _refuse_way(house: House, look: Look, first: Notice, knock: Knock, through: Id) -> None:
    person = look.get(Person, through)
    if person.forgotten:
        raise Refused(f"{through} has been forgotten. Name somebody else.")
    if through in first.recipients or look.was_told(first.id, through):
        raise Refused(f"{through} was told already. Knock by another contact of {knock.recipient}, or an intermediary.")
    refuse_through_host(look, first.threat, [through], [knock.recipient])
    if through not in reachable(look, [through], ways(house, first)):
        raise Refused(f"{through} cannot be told: nothing leads there that a confidential word may go by.")
