"""The tear-line at the desk: what is flagged in a notice, letting words stay, and asking whoever the grounds came from."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import msgspec

from tocsin.answer.institution.state import Knock
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.people.ours import leaves_us
from tocsin.flow.threat.family import came_out_of, family, split_between
from tocsin.flow.warning.told_first import as_notice
from tocsin.outcome.state import Outcome
from tocsin.people.state import Person
from tocsin.report.state import Incident, Report, Source
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.store.said_before import ever_written, no_more, said_before, standing
from tocsin.threat.free_text import incidents_under, reports_under
from tocsin.threat.hypotheses.state import Matrix
from tocsin.threat.marked import as_stands
from tocsin.threat.state import Actor, Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty.state import DistrustedHost, Duty
from tocsin.warning.flagged import Flag
from tocsin.warning.material import Material, Rests, is_stricter, material_of, may_know, with_estimate
from tocsin.warning.notice import decide
from tocsin.warning.notice.facts import NoticeDrafted, ReleaseAnswered, TearLine
from tocsin.warning.notice.state import Notice, Released, goes_further, let_stay
from tocsin.warning.notice.tearline import flags_of, unanswered


def material_about(look: Look, threat_id: Id) -> list[Material]:
    """Return all that a case rests on, and the cases that became one with it, and those that they came out of.

    Whoever checks may not read it all.
    """
    cases = list(look.some(Threat, sorted(family(look, threat_id))).values())
    before = {one.id: one for case in cases for one in came_out_of(look, case)}
    rests = {case.id: _rests(look, case) for case in (*before.values(), *cases)}
    material = {one.id: one for each in rests.values() for one in material_of(each)}
    return with_estimate([rests[case.id] for case in cases], material.values())


def _rests(look: Look, threat: Threat) -> Rests:
    matrices = look.all(Matrix, threat=threat.id)
    outcome = look.find(Outcome, threat.id)
    gone = split_between(look, threat)
    incidents = look.some(Incident, sorted(incidents_under(threat, matrices) | gone))
    wanted = reports_under(threat, matrices) | gone | set(outcome.reports if outcome is not None else ())
    reports = _reports(look, wanted.union(*(one.reports for one in incidents.values())))
    parts = (*matrices, *look.all(DistrustedHost, threat=threat.id), *([outcome] if outcome is not None else []))
    duties = look.all(Duty, threat=threat.id)
    rows = {row.key: row.item for matrix in matrices for row in matrix.entries}
    said = list(ever_written(look, threat, [one.id for one in (*parts, *duties)], rows))
    before = no_more(threat, said, standing(threat, (*parts, *duties)))
    written = tuple(dict.fromkeys((one.item, one.text) for one in said if one.text not in before.get(one.bound, ())))
    joined = threat.joined
    beside = {item for item, _text in written if item is not None} - reports.keys() - incidents.keys()
    beside |= {one.off for one in joined.splits} | ({joined.into} if joined.into is not None else set())
    of_rows = [one.actor for matrix in matrices for one in matrix.hypotheses]
    actors = {*threat.actors, *of_rows, *(one.actor for one in incidents.values())}
    return Rests(
        threat=as_stands(threat),
        reports=reports,
        incidents=incidents,
        sources=look.some(Source, sorted({one.source for one in reports.values()})),
        actors=look.some(Actor, sorted(one for one in actors if one is not None)),
        parts=parts,
        duties=tuple(duties),
        earlier=said_before(look, (*reports.values(), *incidents.values())),
        written=written,
        beside=look.some(Threat, sorted(beside)),
        no_more=before,
        proposed=look.some(Incident, sorted({one.incident for one in threat.proposed})),
    )


def _reports(look: Look, wanted: set[Id]) -> dict[Id, Report]:
    """Return these reports and those that they repeat."""
    found: dict[Id, Report] = {}
    while wanted:
        fresh = look.some(Report, sorted(wanted))
        found |= fresh
        back = {id for one in fresh.values() for id in (one.relays, one.origin) if id is not None}
        wanted = back - found.keys() - wanted
    return found


def flags_in(
    look: Look, notice: Notice | NoticeDrafted, material: Sequence[Material] | None = None
) -> tuple[Flag, ...]:
    """Return what of a notice stands in stricter material alone. Of one that tells again, what is new counts.

    material: all that its case rests on, where that was read already.
    """
    every = material_about(look, notice.threat) if material is None else material
    told, ended = _told_before(look, notice)
    zone = look.get(Threat, notice.threat).zone
    found = flags_of(notice, every, told, zone=zone, ended_before=ended, leaves_us=leaves_us(look, notice))
    return unanswered(found, let_stay(_let_stay_before(look, notice)))


def _told_before(look: Look, notice: Notice | NoticeDrafted) -> tuple[TearLine | None, datetime | None]:
    """Return what they were told already, and until when that held; nothing where it goes further now than it did then."""
    alert = look.find(Alert, notice.second_knock_of)
    before = as_notice(alert) if alert is not None else look.find(Notice, notice.follows or notice.second_knock_of)
    quoted = _quoted(look, notice)
    if before is None or before.tear_line is None or (alert is None and goes_further(before, notice)):
        return (TearLine(what="", since=quoted), None) if quoted else (None, None)
    ended = before.window.ends if before.window is not None else None
    return msgspec.structs.replace(before.tear_line, since=f"{before.tear_line.since}\n{quoted}"), ended


def _quoted(look: Look, notice: Notice | NoticeDrafted) -> str:
    """Return what bears a second knock out, as it was built: line by line it was looked at whether that may be quoted."""
    if notice.second_knock_of is None or notice.tear_line is None:
        return ""
    id = notice.id if isinstance(notice, Notice) else notice.subject
    return "\n".join(line.built or line.words for one in look.which(Knock, "notice", [id]) for line in one.lines)


def _let_stay_before(look: Look, notice: Notice | NoticeDrafted) -> Iterator[Released]:
    """Yield what was let stay for an institution in what a second knock tells it again by another way."""
    told, seen = look.find(Notice, notice.second_knock_of), set[Id]()
    while told is not None and told.id not in seen:
        seen.add(told.id)
        yield from (one for one in told.released if told.break_glass or one.by not in told.authors)
        told = look.find(Notice, told.follows or told.second_knock_of)


def against(look: Look, material: Collection[Material]) -> dict[Id, int]:
    """Return what a text was held against, as commit expects to find it: what is linked, or said anew, meanwhile is looked at too."""
    return {id: look.version(id) for id in {one.of or one.id for one in material}}


def refuse_no_reader(look: Look, notice: Notice, to: Id) -> None:
    """Stop a notice that has gone out from going to one more who may not have what it rests on, though those who got it may.

    Raises:
        Refused: words of it are for named readers, or for this organisation, and they are none of these.
    """
    if notice.mark not in (Mark.RED, Mark.AMBER_STRICT):
        return  # what is stricter than that was struck or let stay, whomever it went to
    before, left = {*notice.recipients, *notice.meant_for}, leaves_us(look, notice)
    theirs = [
        one for one in material_about(look, notice.threat) if not is_stricter(one, notice.mark, before, leaves_us=left)
    ]
    wider = msgspec.structs.replace(notice, recipients=(*notice.recipients, to))
    if flags_of(wider, theirs, leaves_us=leaves_us(look, wider)):
        raise Refused(
            "It rests on what those alone may know whom it went to. Write them a notice of their own, in which the rest is struck "
            "or let stay."
        )


def door_of(look: Look, person: Id) -> Door:
    """Return the store as somebody at the desk may read it."""
    known = look.get(Person, person)
    return Door(look, Reader(person=person, roles=frozenset(known.roles), cleared_to=known.cleared_to))


def seen_by(door: Door, flags: Collection[Flag], material: Collection[Material]) -> tuple[Flag, ...]:
    """Return the flags of which somebody may read all that the word stands in: who may not is not told that it stands there."""
    may = {one.id for one in material if may_know(door.reader, one)}
    return tuple(one for one in flags if may.issuperset(one.sources))


def seen_flags(look: Look, door: Door, notice: Notice | NoticeDrafted) -> tuple[Flag, ...]:
    """Return the flags of a notice that somebody may know of."""
    material = material_about(look, notice.threat)
    return seen_by(door, flags_in(look, notice, material), material)


@once
def release_words(
    house: House,
    notice_id: Id,
    keys: Collection[str],
    *,
    why: str,
    vouched: bool = False,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Let flagged words stay in a notice.

    seen: how many facts there were about it when they were read; None: whatever there are now.
    vouched: a script says that they were told, so it is not asked whether whoever releases them may read where they stand.

    Raises:
        Refused: it is no draft, the words are not flagged, somebody who may not read where they stand tries, or no reason
            is given.
    """
    with house.store.look() as look:
        notice, stands, door = look.get(Notice, notice_id), look.version(notice_id), door_of(look, by)
        if not vouched:
            _refuse_outsider(door, notice, by)
        flags = flags_in(look, notice) if vouched else seen_flags(look, door, notice)
    fact = decide.release_words(notice, flags, keys, by, door.reader.roles, why, now)
    expect = {notice_id: stands if seen is None else seen}
    house.store.commit([fact], at=now, by=by, command=command, expect=expect)


@once
def ask_release(
    house: House, notice_id: Id, originator: str, *, words: str, by: Id, command: str, now: datetime
) -> None:
    """Write down that an originator was asked whether a notice may go out.

    Raises:
        Refused: it is no draft, the grounds did not come from there, this person may not, or it is not said how.
    """
    with house.store.look() as look:
        notice, seen, door = look.get(Notice, notice_id), look.version(notice_id), door_of(look, by)
        _refuse_outsider(door, notice, by)
    fact = decide.ask_release(notice, originator, by, door.reader.roles, words, now)
    house.store.commit([fact], at=now, by=by, command=command, expect={notice_id: seen})


@once
def answer_release(house: House, answer: ReleaseAnswered, *, by: Id, command: str, now: datetime) -> None:
    """Write down what an originator said: that it agrees, or that it refuses.

    Raises:
        Refused: it is no draft, they were not asked, this person may not, or it is not said who said so, how, or when.
    """
    if answer.recorder != by:
        raise Refused(
            f"What {answer.originator} said is recorded by {answer.recorder} and handed in by {by}. Sign it yourself."
        )
    with house.store.look() as look:
        notice, seen, door = look.get(Notice, answer.subject), look.version(answer.subject), door_of(look, by)
        _refuse_outsider(door, notice, by)
    fact = decide.answer_release(notice, answer, door.reader.roles)
    house.store.commit([fact], at=now, by=by, command=command, expect={answer.subject: seen})


def _refuse_outsider(door: Door, notice: Notice, person: Id) -> None:
    if not door.may(notice):
        raise Refused(f"Only who may read notice {notice.id} writes at it; {person} may not.")
