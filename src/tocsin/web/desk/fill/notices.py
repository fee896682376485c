"""Fills the pages on which notices are written. What a notice comes to is found by notice_look.py."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role, not_beyond
from tocsin.basis.words import N_, Words
from tocsin.flow.warning.came_from import came_from, not_asked
from tocsin.flow.warning.notice_draft import to_tell
from tocsin.lexicon.actor_words import LANGUAGES
from tocsin.store.door import Door
from tocsin.threat.merge import as_one, together
from tocsin.threat.state import Threat
from tocsin.warning.duty.state import Duty
from tocsin.warning.notice.decide import removable
from tocsin.warning.notice.facts import NoticeDrafted
from tocsin.warning.notice.state import Notice, NoticeStage, Release, carries_its_words
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.alerts import local
from tocsin.web.desk.fill.case_choice import open_case_choice
from tocsin.web.desk.fill.drafts import can_approve, decided, may_write, version, waits
from tocsin.web.desk.fill.duty_over import duty_over, grounds_asked, grounds_said
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.notice_look import look_at
from tocsin.web.desk.views import notices as views
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.levels import DraftRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.measures import stamp
from tocsin.web.wiring import Installation
from tocsin.web.wording import SIDES

USUAL_WINDOW = timedelta(hours=48)


# ---- what waits, and how one is begun


def notices_page(door: Door, shell: Shell, _: Words) -> views.NoticesPage:
    """Return the notices that wait, and the cases that one can be written about."""
    names, writes = Names(door), may_write(door)
    return views.NoticesPage(
        shell=shell,
        drafts=tuple(_rows(door, NoticeStage.DRAFT, names, _)),
        unsent=tuple(_rows(door, NoticeStage.APPROVED, names, _)),
        cases=open_case_choice(door) if writes else CaseChoice(),
        begin_href=f"{hrefs.NOTICES}/new" if writes else "",
    )


def _rows(door: Door, stage: NoticeStage, names: Names, _: Words) -> Iterator[DraftRow]:
    for one in door.on_duty(lambda look: look.all(Notice, stage=stage.value)) or []:
        if door.may(one):
            yield DraftRow(
                title=title(one, names, _),
                href=_where(one),
                by=", ".join(names.say(person) for person in one.authors),
                at=door.occurred(NoticeDrafted, one) or one.decided_at,
            )


def _where(notice: Notice) -> str:
    # A second knock is written and sent from the page of the notice that it tells again.
    return hrefs.notice_draft(notice.id) if notice.second_knock_of is None else hrefs.warning(notice.second_knock_of)


def begin_page(door: Door, case_id: Id, duty_id: Id, shell: Shell, _: Words) -> views.BeginPage | None:
    """Return the form by which a notice about a case is begun; None: no such case for this reader."""
    threat = door.threat(case_id)
    if threat is None or not may_write(door):
        return None
    names, duties = Names(door), duties_to_tell(door, case_id)
    choices = tuple(_choice(door, one, one.id == duty_id or len(duties) == 1, names, _) for one in duties)
    picked = next((one for one in choices if one.chosen), None)
    return views.BeginPage(
        shell=shell,
        post_to=hrefs.NOTICES,
        case=threat.title,
        case_id=case_id,
        case_href=hrefs.case(case_id),
        duties_href=hrefs.duties(case_id),
        duties=choices,
        may_decide=Role.DUTY_OFFICER in door.reader.roles,
        names="\n".join(picked.names if picked is not None else ()),
        ends=local(usual_end(_whole(door, threat, shell.now), shell.now), shell.zone),
        languages=LANGUAGES,
        language=_.language,
    )


def _whole(door: Door, threat: Threat | None, now: datetime) -> Threat | None:
    """Return a case with what became one with it, marked as the strictest of them, whose end it may be."""
    if threat is None:
        return None
    strictest = max((one.mark for one in together(threat, door.threat)), key=list(Mark).index)
    return replace(as_one(threat, door.threat, now), mark=strictest)


def usual_end(threat: Threat | None, now: datetime) -> datetime:
    """Return until when a notice holds if nobody says otherwise: as long as its case has it, or two days.

    Where the case is stricter than a notice to others may be, its own end is not put into one: two days, to the full hour.
    """
    later = now + USUAL_WINDOW
    if threat is None:
        return later
    if not not_beyond(threat.mark, Mark.AMBER):
        return later.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return threat.ends if threat.ends is not None and threat.ends > now else later


def duties_to_tell(door: Door, case: Id) -> list[Duty]:
    """Return the duties of a case at which it was decided to warn somebody in confidence."""
    return [one for one in door.duties_of(case) if to_tell(one)]


def _choice(door: Door, duty: Duty, chosen: bool, names: Names, _: Words) -> views.DutyChoice:
    people = list(_people(door, duty.left_whom or duty.whom))
    names.learn(people)
    who = "; ".join(part for part in (names.several(duty.whom, _) if duty.whom else "", duty.who) if part)
    side = _(SIDES[duty.side.value])
    return views.DutyChoice(
        id=duty.id,
        who=_("%(side)s: %(who)s", side=side, who=who) if who else side,
        why=duty.why,
        names=tuple(said_name(door, one, names) for one in people),
        chosen=chosen,
    )


def _people(door: Door, whom: Sequence[Id]) -> Iterator[Id]:
    for one in whom:
        yield from door.members(one) or [one]


def said_name(door: Door, person: Id, names: Names) -> str:
    """Return the name by which a form finds somebody again; of several with one name, the id."""
    name = names.say(person)
    return name if name and door.called([name], institutions=True).get(name) == [person] else person


# ---- the editor


def form_page(
    site: Installation,
    door: Door,
    notice: Notice,
    seen: int,
    shell: Shell,
    _: Words,
    *,
    kept: bool = True,
) -> views.NoticeForm | None:
    """Return the tear-line editor. notice: as it is kept, or as it would be with what was typed."""
    if not may_write(door) or not is_open(notice):
        return None
    names, threat, own = Names(door), door.threat(notice.threat), hrefs.notice_draft(notice.id)
    look = door.on_duty(lambda found: look_at(site, door, found, notice, names, _))
    if look is None:
        return None
    policies = door.policies()
    policy = next((one.id for one in policies if one.ladder == notice.ladder), "")
    names.learn([*notice.recipients, *notice.meant_for, *notice.readers])
    return views.NoticeForm(
        shell=shell,
        over=duty_over(door, notice, _),
        post_to=own,
        look_href=f"{own}/look",
        id=notice.id,
        seen=seen,
        title=title(notice, names, _),
        case=threat.title if threat is not None else "",
        case_href=hrefs.case(threat.id) if threat is not None else "",
        look=look,
        mark=notice.mark,
        marks=tuple(Mark),
        recipients=tuple((one, names.say(one)) for one in notice.recipients),
        names="\n".join(said_name(door, one, names) for one in notice.recipients),
        meant_for="\n".join((*(said_name(door, one, names) for one in notice.meant_for), *notice.meant_words)),
        officers=tuple((one.id, one.name, one.id in notice.readers) for one in door.officers()),
        removable=tuple((one, names.say(one)) for one in removable(notice, door.reader.person or "")),
        in_message=notice.in_message,
        unnamed=notice.unnamed,
        language=notice.language,
        languages=LANGUAGES,
        ends=local(
            notice.window.ends if notice.window is not None else usual_end(_whole(door, threat, shell.now), shell.now),
            shell.zone,
        ),
        zone=shell.zone,
        release_by="\n".join(notice.release_by),
        originators="\n".join(one for one in notice.originators if one not in notice.release_by),
        came_from=tuple(came_from(door, as_one(threat, door.threat))) if threat is not None else (),
        policies=tuple((one.id, one.name) for one in policies),
        policy=policy,
        keeps_ladder=not policy,
        kept=kept,
    )


def is_open(notice: Notice) -> bool:
    """Say whether a notice can be written at: it waits, and is no second knock, which is written where it is told again."""
    return notice.stage is NoticeStage.DRAFT and notice.tear_line is not None and notice.second_knock_of is None


# ---- as its second reader sees it


def draft_page(site: Installation, door: Door, id: Id, shell: Shell, _: Words) -> views.NoticeDraftPage | None:
    """Return a notice as its second reader sees it; None where this reader may see none."""
    notice = door.warning(id)
    if not isinstance(notice, Notice) or notice.tear_line is None or notice.second_knock_of is not None:
        return None
    names, threat, own = Names(door), door.threat(notice.threat), hrefs.notice_draft(id)
    look = door.on_duty(lambda found: look_at(site, door, found, notice, names, _))
    if look is None:
        return None
    opens, officer = notice.stage is NoticeStage.DRAFT, may_write(door)
    unsent = notice.stage is NoticeStage.APPROVED
    lacking = tuple(_lacking(notice, _)) if opens else ()
    shown = _shown_keys(look)
    mine = tuple(_own_releases(notice, look, shown, names))
    stops = bool(look.open or lacking)
    approves = opens and not stops and can_approve(door, notice.authors)
    return views.NoticeDraftPage(
        shell=shell,
        over=duty_over(door, notice, _),
        id=id,
        title=title(notice, names, _),
        by=", ".join(names.say(one) for one in notice.authors),
        at=door.occurred(NoticeDrafted, notice),
        seen=version(door, id),
        case=threat.title if threat is not None else "",
        case_href=hrefs.case(threat.id) if threat is not None else "",
        mark=notice.mark,
        look=look,
        facts=tuple(_facts(notice, names, shell, _)),
        released=tuple(_released(notice, shown, names)),
        own_releases=mine,
        consents=tuple(_consents(notice, names)),
        lacking=lacking,
        unasked=tuple(_unasked(door, notice, _)) if opens else (),
        grounds_asked=grounds_asked(door, notice),
        grounds=grounds_said(door, notice, names, _),
        not_asked=_not_asked(notice, door, _),
        waits=waits(door, notice.authors, _) if opens else "",
        decided=_decided(notice, names, _),
        warning_href=hrefs.warning(id) if notice.sent_at is not None else "",
        edit_href=f"{own}/edit" if opens and officer else "",
        release_href=f"{own}/release" if opens and officer and look.flagged else "",
        ask_href=f"{own}/asking" if opens and officer else "",
        answer_href=f"{own}/answer" if opens and officer else "",
        approve_href=f"{own}/approval" if approves else "",
        alone_href=f"{own}/alone" if opens and _may_alone(door, notice) and not look.open else "",
        send_href=f"{own}/sending" if unsent and Role.DUTY_OFFICER in door.reader.roles else "",
        drop_href=f"{own}/dropping" if (opens or unsent) and officer else "",
        told=len(notice.recipients),
    )


def _shown_keys(look: views.LookView) -> dict[str, tuple[int, ...]]:
    """Return what is flagged for this reader, and where each stands. What is released and not among it is not shown either."""
    spans = (span for version in look.versions for line in version.lines for span in line.checked)
    return {span.flag.key: span.flag.sources for span in spans if span.flag is not None}


def _own_releases(
    notice: Notice, look: views.LookView, shown: dict[str, tuple[int, ...]], names: Names
) -> Iterator[views.OwnRelease]:
    said: dict[str, list[str]] = {}
    for version_ in look.versions:
        for line in version_.lines:
            for span in line.checked:
                if span.flag is not None and span.text not in said.setdefault(span.flag.key, []):
                    said[span.flag.key].append(span.text)
    left = {key for key in shown if key not in notice.let_stay}
    for one in notice.own_releases:
        keys = tuple(key for key in one.keys if key in left)
        left -= set(keys)
        if keys:
            yield views.OwnRelease(
                words=tuple((key, ", ".join(said[key])) for key in keys),
                by=names.say(one.by),
                why=one.why,
                sources=tuple(sorted({number for key in keys for number in shown[key]})),
            )


def _released(notice: Notice, shown: dict[str, tuple[int, ...]], names: Names) -> Iterator[views.ReleasedRow]:
    for one in notice.released:
        if one.by not in notice.authors and set(one.keys) <= shown.keys():
            asked = [
                own for own in notice.released if own.by in notice.authors and not set(own.keys).isdisjoint(one.keys)
            ]
            wishes = tuple((names.say(own.by), own.why) for own in asked if own.at <= one.at)
            # Who agrees on the page of the approval gives no reason of their own.
            why = "" if one.why in {wish for _who, wish in wishes} else one.why
            yield views.ReleasedRow(words=one.words, by=names.say(one.by), at=one.at, why=why, asked=wishes)


def _may_alone(door: Door, notice: Notice) -> bool:
    return door.reader.person in notice.authors and Role.DUTY_OFFICER in door.reader.roles


def _facts(notice: Notice, names: Names, shell: Shell, _: Words) -> Iterator[tuple[str, str]]:
    names.learn([*notice.recipients, *notice.meant_for, *notice.readers])
    yield _("To whom"), ", ".join(names.say(one) for one in notice.recipients)
    if notice.meant_for or notice.meant_words:
        yield _("To be handed on to"), ", ".join((*(names.say(one) for one in notice.meant_for), *notice.meant_words))
    yield _("Until"), stamp(notice.window.ends, shell.zone, _) if notice.window is not None else _("no end")
    yield _("Who warns"), _("is not named") if notice.unnamed else _("is named")
    yield (
        _("The message"),
        _("carries the words: %(why)s", why=notice.in_message or notice.mark.value)
        if carries_its_words(notice)
        else _("says only that there is a notice"),
    )
    if notice.mark is Mark.RED:
        yield _("May read it here"), ", ".join(names.say(one) for one in notice.readers)
    rungs = notice.ladder.rungs
    if rungs:
        yield _("Who is called first"), names.rung(rungs[0], _)


def _consents(notice: Notice, names: Names) -> Iterator[views.ConsentView]:
    said = {one.originator: one for one in notice.releases}
    for originator in notice.originators:
        first, one = originator in notice.release_by, said.get(originator)
        yield _consent(originator, first, one, names)


def _consent(originator: str, first: bool, one: Release | None, names: Names) -> views.ConsentView:
    if one is None:
        return views.ConsentView(originator=originator, first=first)
    return views.ConsentView(
        originator=originator,
        first=first,
        asked_at=one.asked_at,
        asked_by=names.say(one.asker),
        asked=one.asked,
        agreed=one.agreed,
        giver=one.giver,
        given_at=one.given_at,
        words=one.words,
    )


def _unasked(door: Door, notice: Notice, _: Words) -> Iterator[tuple[str, str]]:
    """Yield who was not asked, and why that is so: whoever lets it out stands for that, or has them asked."""
    threat = door.threat(notice.threat)
    laxer = set(came_from(door, as_one(threat, door.threat), notice.mark)) if threat is not None else set()
    for name in not_asked(door, notice):
        if name in notice.originators:
            yield name, _("is to be asked only before it is opened.")
        elif name in laxer:
            yield name, _("was taken off those who have to agree, or its report came later.")
        else:
            yield name, _("was not put down: what came from there is stricter than the notice, which would show it.")


def _not_asked(notice: Notice, door: Door, _: Words) -> str:
    """Return whom its approver did not have asked, and why, of those whom this reader may know of."""
    threat = door.threat(notice.threat)
    known = set(came_from(door, as_one(threat, door.threat))) | set(notice.originators) if threat is not None else set()
    if not notice.unasked or not known.issuperset(notice.unasked):
        return ""
    return _("Not asked: %(who)s. %(why)s", who="; ".join(notice.unasked), why=notice.unasked_why)


NOT_ASKED = N_("has to agree, and was not asked. Ask them, and write down the answer.")
NOT_ANSWERED = N_("was asked and has to agree first. Write down the answer when it comes.")
REFUSED = N_("refused. Strike what came from there, and ask again.")


def _lacking(notice: Notice, _: Words) -> Iterator[tuple[str, str]]:
    """Yield whose agreement a notice lacks, and what is to be done: nobody lets it out before that."""
    said = {one.originator: one for one in notice.releases}
    for originator in notice.originators:
        one = said.get(originator)
        if one is not None and one.agreed is False:
            yield originator, _(REFUSED)
        elif originator in notice.release_by and (one is None or one.agreed is None):
            yield originator, _(NOT_ASKED) if one is None else _(NOT_ANSWERED)


def _decided(notice: Notice, names: Names, _: Words) -> str:
    if notice.stage is NoticeStage.APPROVED:
        return _("Approved by %(who)s, and not sent.", who=names.say(notice.approver))
    return decided(notice, names, _)
