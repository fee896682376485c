"""What the steps by which somebody is warned do: the same commands of flow that an officer would give."""

from functools import singledispatch

from tocsin.basis.errors import Refused
from tocsin.flow.warning import advisory, warn
from tocsin.flow.warning.deadlines import review
from tocsin.flow.warning.reaffirm import let_out, reaffirm
from tocsin.places.geometry import circle_ring
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.doing.releasing import let_stay, let_stay_too
from tocsin.scenario.head import Place
from tocsin.scenario.steps.step import Step
from tocsin.scenario.steps.warn import (
    AdvisoryStep,
    AlertStep,
    ExtendStep,
    NoNoticeStep,
    NoticeStep,
    ReaffirmStep,
    RetractStep,
    ReviewStep,
    StandDownStep,
    WithdrawLevelStep,
    WithdrawStep,
)
from tocsin.scenario.steps.warn import Version as SaidVersion
from tocsin.warning.advisory.facts import AdvisoryDrafted
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.notice.facts import NoticeDrafted, Version
from tocsin.warning.notice.state import Notice
from tocsin.warning.reaffirm import Upheld
from tocsin.warning.retraction import TakenBack


@singledispatch
def give(step: Step, at: Doing) -> None:  # noqa: ARG001
    """Do what a step about an alert, a notice or a level says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@give.register
def _(step: AlertStep, at: Doing) -> None:
    id, approver, issuer = at.id(step.id), at.id(step.approved_by), at.scenario.issuer
    draft = AlertDrafted(
        subject=id,
        occurred_at=step.at,
        threat=at.id_or_none(step.threat),
        author=at.by,
        sender=issuer.sender,
        sender_name=issuer.name,
        wordings=tuple(
            Wording(
                language=text.language,
                headline=text.headline,
                event=text.event,
                description=text.description,
                instruction=text.instruction,
                contact=issuer.contact,
            )
            for text in step.texts
        ),
        areas=tuple(area_of(place) for place in step.area),
        begins=step.window.start,
        ends=step.window.end,
        urgency=step.urgency,
        severity=step.severity,
        certainty=step.certainty,
        stated=step.stated,
        ladder=at.ladder(step.policy),
        groups=at.names.ids(step.audience.groups),
        persons=at.names.ids(step.audience.people),
        audience=at.parts(step.audience),
        follows=at.id_or_none(step.follows),
        reaffirms=step.reaffirm,
        exercise=True,
    )
    warn.draft_alert(at.house, draft, **at.said_by(at.by, "draft"))
    warn.approve_alert(at.house, id, break_glass=step.break_glass, **at.said_by(approver, "approve"))
    warn.issue_alert(at.house, id, **at.said_by(approver))


@give.register
def _(step: NoticeStep, at: Doing) -> None:
    id, approver = at.id(step.id), at.id(step.approved_by)
    if step.threat is None:
        raise Refused("A notice belongs to a case. Name its threat.")
    threat = at.id(step.threat)
    warn.decide_duty(
        at.house, id, threat, tell=True, test=step.test, why=step.grounds, **at.said_by(approver, "decide")
    )
    draft = NoticeDrafted(
        subject=id,
        occurred_at=step.at,
        threat=threat,
        author=at.by,
        recipients=at.everyone(step.recipients),
        tear_line=step.tear_line,
        mark=step.mark,
        readers=at.names.ids(step.readers),
        begins=step.window.start if step.window else step.at,
        ends=step.window.end if step.window else None,
        stated=step.stated,
        ladder=at.ladder(step.policy),
        originators=step.originators,
        in_message=step.in_message,
        unnamed=step.unnamed,
        language=step.language,
        versions=tuple(_version(one, at) for one in step.versions),
        release_by=step.consent_of,
        meant_for=at.names.ids(step.meant_for),
        exercise=True,
    )
    warn.draft_notice(at.house, draft, vouched=True, **at.said_by(at.by, "draft"))
    let_stay(at.house, step.release, id, at.by, at.command("release"), step.at)
    if step.held:
        return
    let_stay_too(at.house, id, approver, at.command("agree"), step.at)
    warn.approve_notice(at.house, id, break_glass=step.break_glass, **at.said_by(approver, "approve"))
    warn.send_notice(at.house, id, **at.said_by(approver))


def _version(version: SaidVersion, at: Doing) -> Version:
    return Version(tear_line=version.tear_line, recipients=at.everyone(version.to), language=version.language)


@give.register
def _(step: NoNoticeStep, at: Doing) -> None:
    warn.decide_duty(
        at.house,
        at.id(step.id),
        at.id(step.threat),
        tell=False,
        test=step.test,
        why=f"{step.party}: {step.grounds}",
        ground_not_to=step.waiver,
        side=step.side,
        proposer=at.by,
        **at.said_by(at.id(step.approved_by)),
    )


@give.register
def _(step: AdvisoryStep, at: Doing) -> None:
    draft = AdvisoryDrafted(
        subject=at.id(step.id),
        occurred_at=step.at,
        country=step.country,
        region=step.region,
        polygon=_ring(step.area),
        level=step.level,
        title=step.title,
        text=step.text,
        advice=step.advice,
        risks=step.reasons,
        why=step.why,
        author=at.by,
        effective_at=step.effective,
        review_at=step.review,
        language=step.language,
        threat=at.id_or_none(step.threat),
        ladder=at.ladder(at.scenario.policies[0].id),
        groups=at.names.ids(step.audience.groups),
        persons=at.names.ids(step.audience.people),
        audience=at.parts(step.audience),
        exercise=True,
    )
    advisory.draft_advisory(at.house, draft, **at.said_by(at.by, "draft"))
    advisory.approve_advisory(at.house, draft.subject, **at.said_by(at.id(step.approved_by)))


@give.register
def _(step: WithdrawLevelStep, at: Doing) -> None:
    said = [TakenBack(language=language, words=words) for language, words in step.texts]
    advisory.withdraw_advisory(at.house, at.id(step.advisory), said, **at.said)


@give.register
def _(step: ReviewStep, at: Doing) -> None:
    review(at.house, at.id(step.advisory), why=step.why, until=step.until, **at.said)


@give.register(ExtendStep)
@give.register(WithdrawStep)
@give.register(StandDownStep)
def _(step: ExtendStep | WithdrawStep | StandDownStep, at: Doing) -> None:
    ends = getattr(step, "until", None)
    warn.decide_window(at.house, at.id(step.warning), step.verb, why=step.why, ends=ends, **at.said)


@give.register
def _(step: RetractStep, at: Doing) -> None:
    said = [TakenBack(language=language, words=words) for language, words in step.texts]
    warn.retract(at.house, at.id(step.warning), said, **at.said)


@give.register
def _(step: ReaffirmStep, at: Doing) -> None:
    house, id, new, approver = at.house, at.id(step.warning), at.id(step.id), at.id(step.approved_by)
    said = [Upheld(language=language, words=words) for language, words in step.texts]
    if step.kind == "notice":
        with house.store.look() as look:
            before = look.get(Notice, id)
        decided = at.said_by(approver, "decide")
        warn.decide_duty(house, new, before.threat, tell=True, test=before.test, why=said[0].words, **decided)
    ends = step.window.end if step.window else None
    reaffirm(house, id, new, said, ends=ends, vouched=True, **at.said_by(at.by, "draft"))
    if step.kind == "notice":
        let_stay(house, None, new, at.by, at.command("release"), step.at)
    if not step.held:
        if step.kind == "notice":
            let_stay_too(house, new, approver, at.command("agree"), step.at)
        let_out(house, new, **at.said_by(approver))


def area_of(place: Place) -> Area:
    """Return the area of an alert that holds at a place, as it is drawn and called."""
    circle = (*place.circle.centre, place.circle.km) if place.circle else None
    return Area(name=place.name, polygon=place.polygon, circle=None if place.polygon else circle, names=place.names)


def _ring(place: Place | None) -> tuple[tuple[float, float], ...]:
    """Return the edge of a region that is drawn as a polygon or a circle."""
    if place is None or place.polygon or place.circle is None:
        return place.polygon if place is not None else ()
    return tuple(circle_ring(place.circle.centre, place.circle.km))
