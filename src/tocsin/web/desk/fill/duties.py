"""Fills the pages of the duty to warn: the board of what is owed, and the duties of one case."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.flow.duty.handed import handed
from tocsin.flow.duty.must_warn import covering, usual_ladder
from tocsin.flow.duty.owed import before_decided, parts_of
from tocsin.flow.people.on_duty import everyone
from tocsin.flow.threat.distrusted import is_distrusted, trusted_beside
from tocsin.flow.warning.notice_draft import to_tell
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.threat.merge import as_one
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty.after import NOBODY_TOLD
from tocsin.warning.duty.facts import Ended
from tocsin.warning.duty.hours import Row
from tocsin.warning.duty.pack import BELOW_THRESHOLD, DISRUPTED, Ground, Pack
from tocsin.warning.duty.packs import PACKS, pack_of
from tocsin.warning.duty.policy import POLICY
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import BEEN_TOLD, UNDECIDED, DistrustedHost, Duty, Refusal, Stage
from tocsin.warning.duty.test import QUESTIONS, Test, denied
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.actions import TAKE_ON, keys, take_on_action
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.views.board import UrgentRow, UrgentWhy
from tocsin.web.desk.views.duties import (
    AnsweredRow,
    CaseDutiesPage,
    ChoiceRow,
    DistrustRow,
    DutiesPage,
    DutyLine,
    DutyView,
    GroundRow,
    HoursRow,
    KeptRow,
    PackRow,
    PartRow,
    RefusalRow,
    SideRow,
    TestedRow,
    TrustedRow,
    WentOut,
)
from tocsin.web.desk.views.shell import Shell
from tocsin.web.wording import BELOW_WORDS, DISRUPTED_WORDS, DUTY_OWED, READS, SIDES

FURTHEST = timedelta(days=3_660)


# ---- the board


def duties_page(door: Door, shell: Shell, _: Words) -> DutiesPage:
    """Return what is owed in every case, what has the least time left first, and by which policy."""
    names = Names(door)
    policy = door.duty_policy()
    names.learn(one.by for one in policy.chosen)
    may_choose = Role.ADMINISTRATOR in door.reader.roles
    return DutiesPage(
        shell=replace(shell, section="duties"),
        rows=owed_rows(door, shell.now, names, _),
        packs=tuple(_pack(one, one.name == policy.pack, _) for one in PACKS.values()),
        hours=_hours(policy.hours),
        chosen=tuple(
            ChoiceRow(at=one.at, by=names.say(one.by), title=_(pack_of(one.pack).title), why=one.why)
            for one in reversed(policy.chosen)
        ),
        choose_href=f"{hrefs.DUTIES}/policy" if may_choose else "",
        seen=door.said(POLICY),
    )


def owed_rows(door: Door, now: datetime, names: Names, _: Words) -> tuple[UrgentRow, ...]:
    """Return a row of each duty at which something is owed, the one with the least time left first."""
    rings = {owed.id: watch for watch, owed in door.unsettled_duties()}
    found = [duty_row(door, rings.get(one.id), one, names, now, _) for one in door.open_duties(now + FURTHEST)]
    return tuple(sorted(found, key=lambda row: (row.until or row.since, row.href)))


def duty_rows(door: Door, names: Names, now: datetime, _: Words) -> Iterator[UrgentRow]:
    """Return the duties that somebody was rung about, as rows of the watch board."""
    for watch, owed in door.unsettled_duties():
        yield duty_row(door, watch, owed, names, now, _)


def duty_row(door: Door, watch: Watch | None, owed: Duty, names: Names, now: datetime, _: Words) -> UrgentRow:
    """Return the row of one duty. watch: what rings about it, if anything does."""
    case = door.threat(owed.threat)
    row = UrgentRow(
        why=UrgentWhy.DUTY,
        title=_(DUTY_OWED.get(owed.owed, "")) or _("Nothing is owed any more"),
        href=hrefs.duty(owed),
        case=case.title if case else "",
        since=owed.since,
        until=owed.owed_by,
        who=_named(owed, names, _),
        went_out=_alerted(door, owed, names, now, _),
    )
    if watch is None:
        return row
    return replace(
        row,
        escalations=len(watch.rings),
        escalated_to=names.say(watch.rings[-1].to) if watch.rings else "",
        taken_by=names.say(watch.accepted_by),
        action=take_on_action(door, watch.id, _("Take it on")) if watch.accepted_by is None else None,
        next_to=names.rung(watch.ladder.rung(watch.step), _) if watch.is_waiting and watch.ladder.rungs else "",
        next_at=watch.due if watch.is_waiting else None,
        note=watch.notes[-1].words if watch.notes else "",
        keys=tuple(keys(watch, _, again=False)) if TAKE_ON & door.reader.roles else (),
    )


def _alerted(door: Door, owed: Duty, names: Names, now: datetime, _: Words) -> datetime | None:
    """Return when an alert told the public about which nobody has decided; None: none has."""
    public = owed.side is Side.PUBLIC and owed.stage in UNDECIDED
    return min((one.at for one in _went_out(door, owed, names, now, _)), default=None) if public else None


def _went_out(door: Door, duty: Duty, names: Names, now: datetime, _: Words) -> Iterator[WentOut]:
    for one in door.on_duty(lambda look: before_decided(look, duty, now)) or ():
        at = one.issued_at if isinstance(one, Alert) else one.sent_at
        if at is not None and door.warning(one.id) is not None:
            yield WentOut(title=title(one, names, _), href=hrefs.warning(one.id), at=at)


def _named(owed: Duty, names: Names, _: Words) -> str:
    who = "; ".join(part for part in (names.several(owed.whom, _) if owed.whom else "", owed.who) if part)
    side = _(SIDES[owed.side.value])
    return _("%(side)s: %(who)s", side=side, who=who) if who else side


def _pack(pack: Pack, chosen: bool, _: Words) -> PackRow:
    return PackRow(
        name=pack.name,
        title=_(pack.title),
        says=_(pack.says),
        grounds=tuple(_ground(one, _) for one in pack.grounds),
        chosen=chosen,
    )


def _ground(ground: Ground, _: Words) -> GroundRow:
    return GroundRow(
        name=ground.name,
        words=_(ground.words),
        source=ground.source,
        read=_(READS[ground.read.value]),
        sides=tuple(_(SIDES[one.value]) for one in ground.sides) if len(ground.sides) < len(Side) else (),
    )


def _hours(hours: Sequence[Row]) -> tuple[HoursRow, ...]:
    return tuple(HoursRow(under_s=one.under_s, decide_s=one.decide_s, deliver_s=one.deliver_s) for one in hours)


# ---- one case


def duty_lines(door: Door, threat: Id, names: Names, now: datetime, _: Words) -> tuple[DutyLine, ...]:
    """Return the duties of a case in a line each: what is owed first, the least time left before the others."""
    found = door.duties_of(threat)
    found.sort(key=lambda one: (one.owed_by is None, one.owed_by or one.opened_at, one.id))
    return tuple(
        DutyLine(
            who=_named(one, names, _),
            href=hrefs.duty(one),
            stage=one.stage,
            owed=one.owed,
            owed_by=one.owed_by,
            late=one.is_late(now),
        )
        for one in found
    )


def case_duties_page(door: Door, threat_id: Id, shell: Shell, _: Words) -> CaseDutiesPage | None:
    """Return the duties of a case, and the form by which it is asked whom to warn; None: no such case for this reader."""
    threat = door.threat(threat_id)
    if threat is None or not door.at_desk:
        return None
    names, roles, whole = Names(door), door.reader.roles, as_one(threat, door.threat, shell.now)
    policy, base = door.duty_policy(), hrefs.duties(threat_id)
    pack, distrusted = pack_of(policy.pack), door.distrusted_in(threat_id)
    acts = bool(TAKE_ON & roles)
    duties = door.duties_of(threat_id)
    held = {owed.id: watch for watch, owed in door.unsettled_duties()}
    return CaseDutiesPage(
        shell=replace(shell, zone=threat.zone, section="duties"),
        title=threat.title,
        case_href=hrefs.case(threat_id),
        post_to=base if acts else "",
        expected=whole.begins or whole.ends,
        duties=tuple(_view(door, one, held.get(one.id), pack, names, shell.now, _) for one in duties),
        sides=tuple(_side(side, whole.host, pack, bool(distrusted), names, _) for side in _asked_about(duties)),
        pack=_(pack.title),
        hours=_hours(policy.hours),
        distrusted=distrust_rows(door, threat_id, names),
        distrust_href=f"{base}/distrust" if acts else "",
        institutions=tuple((one.id, one.name) for one in door.organisations()) if acts else (),
        time_href=f"{base}/time" if acts and any(not one.over for one in duties) else "",
        may_warn=Role.DUTY_OFFICER in roles,
        deaf=bool(door.on_duty(lambda look: _is_deaf(look, duties, policy.hours, whole.owner, shell.now))),
    )


def _is_deaf(look: Look, duties: Sequence[Duty], hours: Sequence[Row], owner: Id | None, now: datetime) -> bool:
    """Say whether a duty that is open, or is asked about now, would ring people of whom nobody can be called."""
    ladders = [one.ladder for one in duties if not one.over] or [usual_ladder(hours, None, now)]
    return any(not look.addresses(everyone(look, one, owner, now)) for one in ladders)


def _asked_about(duties: Sequence[Duty]) -> list[Side]:
    """Return the sides that can still be asked about: of victims and protectors there may be several."""
    once = {one.side for one in duties if one.side in (Side.HOST, Side.PUBLIC, Side.OWN)}
    return [side for side in Side if side not in once]


def _side(side: Side, host: Id | None, pack: Pack, distrusted: bool, names: Names, _: Words) -> SideRow:
    known = names.say(host) if side is Side.HOST else ""
    return SideRow(side=side, known=known, grounds=tuple(_grounds(side, pack, distrusted, _, below=True)))


def _grounds(side: Side, pack: Pack, distrusted: bool, _: Words, *, below: bool) -> Iterator[GroundRow]:
    """Return the grounds that may be said of a side."""
    if below:
        yield GroundRow(name=BELOW_THRESHOLD, words=_(BELOW_WORDS))
    for one in pack.grounds:
        if side in one.sides and (distrusted or not one.distrusted):
            yield _ground(one, _)


def distrust_rows(door: Door, threat: Id, names: Names) -> tuple[DistrustRow, ...]:
    """Return the hosts that nothing about a case goes through."""
    return tuple(_distrust(door, threat, one, names) for one in door.distrusted_in(threat))


def _distrust(door: Door, threat: Id, one: DistrustedHost, names: Names) -> DistrustRow:
    return DistrustRow(
        name=names.say(one.host),
        distrust=one.distrust,
        at=one.distrusted_at,
        by=names.say(one.distrusted_by),
        why=one.why,
        trust_href=f"{hrefs.DUTIES}/distrust/{one.id}" if Role.DUTY_OFFICER in door.reader.roles else "",
        told=next((hrefs.duty(owed) for owed in _decided_before(door, threat, one)), ""),
        again=tuple(_trusted(door, one, names)),
        kept=tuple(KeptRow(at=said.at, by=names.say(said.by), why=said.why) for said in one.kept),
    )


def _decided_before(door: Door, threat: Id, one: DistrustedHost) -> list[Duty]:
    """Return where it had been decided to warn a host itself before it was distrusted, and is to be done still."""
    return [
        owed
        for owed in door.duties_of(threat)
        if one.host in owed.whom and owed.to_be_told and owed.decided_at is not None
        and owed.decided_at < one.distrusted_at
    ]  # fmt: skip


def _trusted(door: Door, one: DistrustedHost, names: Names) -> Iterator[TrustedRow]:
    """Yield where a host has been trusted again since, of the cases beside it that this reader may read."""
    for beside in door.on_duty(lambda look: trusted_beside(look, one)) or ():
        case = door.threat(beside.threat)
        if case is not None and beside.trusted_at is not None:
            yield TrustedRow(
                id=beside.id,
                case=case.title,
                href=hrefs.duties(case.id),
                at=beside.trusted_at,
                by=names.say(beside.trusted_by),
                why=beside.trusted_why,
            )


def _view(door: Door, duty: Duty, watch: Watch | None, pack: Pack, names: Names, now: datetime, _: Words) -> DutyView:
    roles, me = door.reader.roles, door.reader.person
    acts, senior = bool(TAKE_ON & roles), Role.DUTY_OFFICER in roles
    open_still, review = duty.stage in UNDECIDED, duty.stage is Stage.REVIEW
    told = door.warning(duty.warning)
    parts = tuple(_parts(door, duty, names))
    below = duty.test is not None and bool(denied(duty.test))
    distrusted = bool(door.on_duty(lambda look: is_distrusted(look, duty)))
    untold = duty.none_told and not door.on_duty(lambda look: handed(look, duty))
    anew = untold and not (review and duty.ends_untold)
    return DutyView(
        id=duty.id,
        base=f"{hrefs.DUTIES}/{duty.id}",
        side=duty.side,
        who=_named(duty, names, _),
        stage=duty.stage,
        owed=duty.owed,
        opened_at=duty.opened_at,
        opened_by=names.say(duty.author),
        owed_by=duty.owed_by,
        event_at=duty.event_at,
        late=duty.is_late(now),
        missed=len(duty.missed),
        because_of_own=duty.because_of is not None,
        untold=duty.untold,
        parts=parts,
        tested_by=names.say(duty.tester),
        tested_at=duty.tested_at,
        tested_why=duty.tested_why,
        test=tuple(_answered(duty.test)),
        tested_before=tuple(
            TestedRow(at=one.at, by=names.say(one.by), test=tuple(_answered(one.test)), why=one.why)
            for one in duty.tested_before
        ),
        refusals=tuple(_refusal(one, names, _) for one in duty.refusals),
        said=tuple(sorted(_said(duty, parts, names, _))),
        warning_href=hrefs.warning(told.id) if told is not None else "",
        taken_by=names.say(watch.accepted_by) if watch is not None else "",
        grounds=tuple(_grounds(duty.side, pack, distrusted, _, below=below or duty.test is None)),
        may_test=acts and duty.test is not None and (anew or (open_still and not duty.to_be_told)),
        may_warn=senior and open_still and not duty.to_be_told,
        may_refuse=acts and open_still and not review,
        may_take_back=acts and untold and not review and duty.denied_since,
        may_review=senior and review,
        may_agree=duty.refusal is not None and duty.refusal.proposer != me and (untold or not duty.takes_back),
        told_meanwhile=review and duty.takes_back and not untold,
        may_tell=senior and duty.to_be_told,
        may_name=acts and not duty.over and bool(duty.left_words),
        may_look=senior and duty.stage in BEEN_TOLD,
        may_end=senior and not duty.over,
        may_reopen=acts and duty.over,
        notice_href=hrefs.new_notice(duty.threat, duty.id) if acts and to_tell(duty) else "",
        alert_href=hrefs.new_alert(duty.threat) if acts and duty.side is Side.PUBLIC and duty.to_be_told else "",
        ends=tuple(_ends(duty)),
        ends_by_two=duty.told_at is None and Ended.DISRUPTED in _ends(duty),
        seen=door.said(duty.id),
        covering=tuple(_covering(door, duty, names, _)) if senior else (),
        went_out=tuple(_went_out(door, duty, names, now, _)) if open_still else (),
    )


def _to_warn(duty: Duty) -> bool:
    """Say whether it was decided to warn them, also where it has ended since."""
    return duty.decided_at is not None and duty.stage not in (Stage.REFUSED, Stage.BELOW)


def _parts(door: Door, duty: Duty, names: Names) -> Iterator[PartRow]:
    """Return each of those to whom it is owed; before it is decided to warn them, those alone who are still to be found."""
    decided = _to_warn(duty)
    names.learn(duty.whom)
    for one in door.on_duty(lambda look: parts_of(look, duty)) or () if decided or not duty.over else ():
        if decided or one.in_words:
            yield PartRow(
                key=one.who,
                who=one.who if one.in_words else names.say(one.who),
                in_words=one.in_words,
                people=one.people,
                reached=one.reached,
                at=one.apart.at if one.apart is not None else one.at,
                told=one.told,
                told_at=one.told_at,
                behind_a_code=one.behind_a_code,
                early=one.early,
                how=one.apart.how if one.apart is not None else "",
                by=names.say(one.apart.by) if one.apart is not None else "",
                answered=one.people - one.silent,
                answer=one.answer,
            )


def _ends(duty: Duty) -> Iterator[Ended]:
    """Return what may be said to have become of it; that it was disrupted before they were told is proposed, and once."""
    for one in Ended:
        proposable = one is Ended.DISRUPTED and duty.stage is not Stage.REVIEW
        if duty.told_at is not None or one in NOBODY_TOLD or proposable:
            yield one


def _covering(door: Door, duty: Duty, names: Names, _: Words) -> Iterator[tuple[str, str]]:
    for one in door.on_duty(lambda look: covering(look, duty)) or ():
        if door.warning(one.id) is not None:
            yield one.id, title(one, names, _)


def _answered(test: Test | None) -> Iterator[AnsweredRow]:
    for name in QUESTIONS if test is not None else ():
        one = getattr(test, name)
        yield AnsweredRow(question=name, said=one.said, ground=one.ground)


def _refusal(one: Refusal, names: Names, _: Words) -> RefusalRow:
    known = {ground.name: _(ground.words) for ground in pack_of(one.pack).grounds}
    known[DISRUPTED] = _(DISRUPTED_WORDS)
    return RefusalRow(
        at=one.at,
        proposer=names.say(one.proposer),
        ground=known.get(one.ground, _(BELOW_WORDS)),
        pack=_(pack_of(one.pack).title),
        why=one.why,
        upheld=one.upheld,
        reviewer=names.say(one.reviewer),
        reviewed_at=one.reviewed_at,
        reviewed_why=one.reviewed_why,
        ends=one.ground == DISRUPTED,
        takes_back=one.takes_back is not None,
    )


def _said(duty: Duty, parts: Sequence[PartRow], names: Names, _: Words) -> Iterator[tuple[datetime, str, str]]:
    """Return what was decided and done, beside refusals, with its moment."""
    if _to_warn(duty) and duty.decided_at is not None:
        yield duty.decided_at, _("%(who)s decided to warn them", who=names.say(duty.decider)), duty.why
    for one in (refusal.takes_back for refusal in duty.refusals if refusal.upheld):
        if one is not None:
            yield one.at, _("%(who)s decided to warn them", who=names.say(one.by)), one.why
    for held in duty.superseded:
        yield held.decided.at, _("%(who)s decided to warn them", who=names.say(held.decided.by)), held.decided.why
        asked = _("%(who)s said that they cannot be trusted: it is decided anew", who=names.say(held.by))
        yield held.since, asked, held.because
    if duty.sooner_at is not None:
        yield duty.sooner_at, _("It was learnt that it comes sooner: what had gone out before does not say so"), ""
    yield from _said_of_telling(duty, names, _)
    if duty.answered_at is not None:
        some = any(one.answered < one.people for one in parts)
        yield duty.answered_at, _("Some of them answered") if some else _("They answered"), duty.answer
    if duty.looked_at is not None:
        yield duty.looked_at, _("%(who)s looked again", who=names.say(duty.looked_by)), duty.looked_why
    if duty.ended_at is not None:
        yield duty.ended_at, _("%(who)s ended it", who=names.say(duty.ended_by)), duty.ended_why


def _said_of_telling(duty: Duty, names: Names, _: Words) -> Iterator[tuple[datetime, str, str]]:
    """Return what went out to them, and when they were told."""
    if duty.served_at is not None and duty.covered_by is not None:
        who = names.say(duty.covered_by)
        yield duty.served_at, _("%(who)s said that an earlier warning tells them", who=who), duty.covered_why
    elif duty.served_at is not None:
        yield duty.served_at, _("A warning went out to them"), ""
    if duty.arrived_at is not None:
        yield duty.arrived_at, _("It lies with them, its words behind a code"), ""
    if duty.told_at is not None:
        by = names.say(duty.told_by)
        said = _("They were told, says %(who)s", who=by) if by else _("It reached them")
        said = _("They have had its words") if not by and duty.arrived_at is not None else said
        if by and duty.decided_at is not None and duty.told_at < duty.decided_at:
            said = _("They were told before it was decided, says %(who)s", who=by)
        yield duty.told_at, said, duty.told_how
