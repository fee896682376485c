"""What each step does: it is turned into the same commands of flow that a person at the desk would give."""

from datetime import timedelta
from functools import partial, singledispatchmethod

from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard
from tocsin.basis.errors import Refused, TocsinError
from tocsin.basis.ids import Id
from tocsin.flow.answer import headcount, hear
from tocsin.flow.house import House
from tocsin.flow.outcome import judge
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.flow.warning import advisory, statement, warn
from tocsin.flow.warning import open as opening
from tocsin.flow.warning.deadlines import review
from tocsin.flow.warning.reaffirm import let_out, reaffirm
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.outcome.state import Outcome
from tocsin.places.geometry import circle_ring
from tocsin.report.facts import Claim, IncidentNoted, ReportReceived, ReportTraced
from tocsin.scenario.doing.by_link import read_by_link
from tocsin.scenario.doing.casework import look_after
from tocsin.scenario.doing.consent import agree
from tocsin.scenario.doing.duty import owe
from tocsin.scenario.doing.headcounts import count
from tocsin.scenario.doing.hypotheses import hold_against
from tocsin.scenario.doing.institutions import attach, deal
from tocsin.scenario.doing.releasing import let_stay, let_stay_too
from tocsin.scenario.doing.taking_on import take_on
from tocsin.scenario.head import OWNER, Audience, Place
from tocsin.scenario.model import Scenario
from tocsin.scenario.names import Names
from tocsin.scenario.steps.after import (
    AcceptStep,
    AccusedStep,
    EndorseStep,
    EventStep,
    HeardStep,
    NoIndicationStep,
    OpenStep,
    OutcomeStep,
    ReadStep,
    StatementStep,
    UnendorseStep,
)
from tocsin.scenario.steps.casework import CaseStep
from tocsin.scenario.steps.consent import HeldStep
from tocsin.scenario.steps.duty import OwedStep
from tocsin.scenario.steps.gather import (
    AssessStep,
    IncidentStep,
    LinkStep,
    ReportStep,
    ThreatStep,
    TraceStep,
    UnlinkStep,
)
from tocsin.scenario.steps.headcounts import (
    AskAgainStep,
    CloseHeadcountStep,
    HandInStep,
    HeadcountStep,
    RelieveStep,
    WardenStep,
)
from tocsin.scenario.steps.hypotheses import MatrixStep
from tocsin.scenario.steps.institutions import (
    CompareStep,
    HandOnStep,
    NoAnswerStep,
    QuestionStep,
    ReadBackStep,
    ReplyStep,
    SecondKnockStep,
)
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
from tocsin.threat.facts import Bearing, Confidence, NoIndicationStated, PartyAccused, ThreatOpened
from tocsin.threat.particulars import Severity
from tocsin.threat.state import Threat
from tocsin.warning.advisory.facts import AdvisoryDrafted
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.audience import Part
from tocsin.warning.headcount.facts import HeadcountBegun, Question
from tocsin.warning.ladder import Kind, Ladder, Rung, Target
from tocsin.warning.notice.facts import NoticeDrafted, Version
from tocsin.warning.notice.state import Notice
from tocsin.warning.reaffirm import Upheld
from tocsin.warning.retraction import TakenBack
from tocsin.warning.statement.facts import StatementDrafted, StatementKind
from tocsin.warning.statement.state import Statement


class Acts:
    """Performs the steps of one scenario in one house."""

    def __init__(self, scenario: Scenario, names: Names, house: House) -> None:
        """Be ready to act."""
        self._scenario = scenario
        self._names = names
        self._house = house

    def command(self, step: Step, part: str = "") -> str:
        """Return the command id of a step, or of a part of it; given again after a crash, it is not done again."""
        return f"scenario:{self._scenario.id}:{step.id}{part and f':{part}'}"

    def act(self, step: Step) -> None:
        """Do what a step says.

        Raises:
            Refused: the story does not allow it; the message names the step and its line.
        """
        try:
            self._act(step)
        except Refused as error:
            where = f"{self._scenario.file.name}:{step.line}: step {step.id!r}"
            raise Refused(f"{where} cannot be played. {self._said(error)}") from error

    def _said(self, error: TocsinError) -> str:
        # Ids mean nothing to whoever wrote the scenario; their own names do.
        words = str(error).split(" ")
        return " ".join(self._names.name(word.strip(".,;")) + word[len(word.rstrip(".,;")) :] for word in words)

    def _id(self, name: str | None) -> Id | None:
        return None if name is None else self._names.id(name)

    @singledispatchmethod
    def _act(self, step: Step) -> None:
        raise TypeError(type(step).__name__)

    # ---- what is gathered

    @_act.register
    def _(self, step: ReportStep) -> None:
        report = ReportReceived(
            subject=self._names.id(step.id),
            occurred_at=step.at,
            source=self._names.id(step.source),
            title=step.title,
            text=step.text,
            published_at=step.published,
            url=step.url or next((w for w in step.known.where if w.startswith("http")), None),
            language=step.language,
            credibility=step.credibility,
            claims=tuple(Claim(text=c.text, credibility=c.credibility) for c in step.claims),
            mark=step.mark,
            readers=(self._names.id(step.by),),
            relays=self._id(step.relays),
            exercise=True,
        )
        receive.receive_report(self._house, report, by=self._names.id(step.by), command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: TraceStep) -> None:
        traced = ReportTraced(
            subject=self._names.id(step.report),
            occurred_at=step.at,
            origin=self._names.id(step.origin),
            why=step.why,
        )
        receive.trace_report(self._house, traced, by=self._names.id(step.by), command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: IncidentStep) -> None:
        by = self._names.id(step.by)
        incident = IncidentNoted(
            subject=self._names.id(step.id),
            occurred_at=step.happened,
            what=step.what,
            where=step.place.name if step.place else "",
            point=step.place.point if step.place else None,
            actor=self._id(step.actor),
            reports=self._names.ids(step.reports),
            published_at=step.published,
            published_by_host=step.published_by_host,
            mark=step.mark,
            country=(step.place.country or "") if step.place else "",
        )
        receive.note_incident(self._house, incident, by=by, command=self.command(step), now=step.at)
        if step.bears_on is not None:
            self._link(step, step.bears_on, step.id, step.bearing, by)

    def _link(
        self, step: Step, threat: str, item: str, bearing: str, by: Id, claim: int | None = None, why: str = ""
    ) -> None:
        weigh.link_evidence(
            self._house,
            self._names.id(threat),
            self._names.id(item),
            Bearing(bearing),
            claim=claim,
            why=why,
            by=by,
            command=self.command(step, "link"),
            now=step.at,
        )

    # ---- what is made of it

    @_act.register
    def _(self, step: ThreatStep) -> None:
        threat = ThreatOpened(
            subject=self._names.id(step.id),
            occurred_at=step.at,
            title=step.title,
            zone=self._scenario.zone,
            owner=self._names.id(step.owner),
            actors=self._names.ids(step.actors),
            targets=step.targets,
            place=step.particulars.places[0].name if step.particulars.places else "",
            host=self._id(step.host),
            begins=step.window.start if step.window else None,
            ends=step.window.end if step.window else None,
            mark=step.mark,
            readers=(self._names.id(step.by),),
            exercise=True,
            particulars=step.particulars,
            next_step=step.next_step.what if step.next_step else "",
            next_owner=self._id(step.next_step.owner) if step.next_step else None,
            next_by=step.next_step.by_when if step.next_step else None,
        )
        weigh.open_threat(self._house, threat, by=self._names.id(step.by), command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: AssessStep) -> None:
        weigh.assess_threat(
            self._house,
            self._names.id(step.threat),
            likelihood=step.likelihood,
            confidence=Confidence(step.confidence),
            grounds=step.grounds,
            why=step.why,
            reports=None if step.reports is None else self._names.ids(step.reports),
            incidents=self._names.ids(step.incidents),
            by=self._names.id(step.by),
            command=self.command(step),
            now=step.at,
            severity=Severity(step.severity) if step.severity else None,
            confidence_why=step.confidence_why,
            changed=step.changed,
        )

    @_act.register
    def _(self, step: LinkStep) -> None:
        item = step.report or step.incident or ""
        self._link(step, step.threat, item, step.bearing, self._names.id(step.by), step.claim, step.why)

    @_act.register
    def _(self, step: UnlinkStep) -> None:
        item = step.report or step.incident or ""
        weigh.unlink_evidence(
            self._house,
            self._names.id(step.threat),
            self._names.id(item),
            step.why,
            claim=step.claim,
            by=self._names.id(step.by),
            command=self.command(step),
            now=step.at,
        )

    @_act.register
    def _(self, step: MatrixStep) -> None:
        hold_against(step, self._house, self._names, self.command(step))

    @_act.register
    def _(self, step: CaseStep) -> None:
        look_after(step, self._scenario, self._house, self._names, self.command(step))

    @_act.register
    def _(self, step: AccusedStep) -> None:
        accused = PartyAccused(
            subject=self._names.id(step.threat),
            occurred_at=step.at,
            party=step.party,
            accuser=step.accuser,
            words=step.words,
        )
        weigh.note_attribution(
            self._house, accused, by=self._names.id(step.by), command=self.command(step), now=step.at
        )

    @_act.register
    def _(self, step: NoIndicationStep) -> None:
        nothing = NoIndicationStated(
            subject=self._names.id(step.threat),
            occurred_at=step.at,
            party=step.party,
            as_of=step.as_of,
            speaker=step.speaker,
            words=step.words,
        )
        weigh.note_attribution(
            self._house, nothing, by=self._names.id(step.by), command=self.command(step), now=step.at
        )

    # ---- warnings

    @_act.register
    def _(self, step: AlertStep) -> None:
        id, by, approver = self._names.id(step.id), self._names.id(step.by), self._names.id(step.approved_by)
        draft = AlertDrafted(
            subject=id,
            occurred_at=step.at,
            threat=self._id(step.threat),
            author=by,
            sender=self._scenario.issuer.sender,
            sender_name=self._scenario.issuer.name,
            wordings=tuple(
                Wording(
                    language=text.language,
                    headline=text.headline,
                    event=text.event,
                    description=text.description,
                    instruction=text.instruction,
                    contact=self._scenario.issuer.contact,
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
            ladder=self._ladder(step.policy),
            groups=self._names.ids(step.audience.groups),
            persons=self._names.ids(step.audience.people),
            audience=self._parts(step.audience),
            follows=self._id(step.follows),
            reaffirms=step.reaffirm,
            exercise=True,
        )
        house, now = self._house, step.at
        warn.draft_alert(house, draft, by=by, command=self.command(step, "draft"), now=now)
        warn.approve_alert(
            house,
            id,
            break_glass=step.break_glass,
            by=approver,
            command=self.command(step, "approve"),
            now=now,
        )
        warn.issue_alert(house, id, by=approver, command=self.command(step), now=now)

    @_act.register
    def _(self, step: NoticeStep) -> None:
        id, by, approver = self._names.id(step.id), self._names.id(step.by), self._names.id(step.approved_by)
        house, now = self._house, step.at
        if step.threat is None:
            raise Refused("A notice belongs to a case. Name its threat.")
        warn.decide_duty(
            house,
            id,
            self._names.id(step.threat),
            tell=True,
            test=step.test,
            why=step.grounds,
            by=approver,
            command=self.command(step, "decide"),
            now=now,
        )
        draft = NoticeDrafted(
            subject=id,
            occurred_at=now,
            threat=self._names.id(step.threat),
            author=by,
            recipients=self._everyone(step.recipients),
            tear_line=step.tear_line,
            mark=step.mark,
            readers=self._names.ids(step.readers),
            begins=step.window.start if step.window else now,
            ends=step.window.end if step.window else None,
            stated=step.stated,
            ladder=self._ladder(step.policy),
            originators=step.originators,
            in_message=step.in_message,
            unnamed=step.unnamed,
            language=step.language,
            versions=tuple(self._version(one) for one in step.versions),
            release_by=step.consent_of,
            meant_for=self._names.ids(step.meant_for),
            exercise=True,
        )
        warn.draft_notice(house, draft, vouched=True, by=by, command=self.command(step, "draft"), now=now)
        let_stay(house, step.release, id, by, self.command(step, "release"), now)
        if step.held:
            return
        let_stay_too(house, id, approver, self.command(step, "agree"), now)
        warn.approve_notice(
            house,
            id,
            break_glass=step.break_glass,
            by=approver,
            command=self.command(step, "approve"),
            now=now,
        )
        warn.send_notice(house, id, by=approver, command=self.command(step), now=now)

    def _version(self, version: SaidVersion) -> Version:
        return Version(tear_line=version.tear_line, recipients=self._everyone(version.to), language=version.language)

    @_act.register
    def _(self, step: HeldStep) -> None:
        agree(step, self._house, self._names, self.command(step))

    def _everyone(self, audience: Audience) -> tuple[Id, ...]:
        members = [name for group in audience.groups for name in self._scenario.group(group).members()]
        return self._names.ids((*audience.people, *members))

    @_act.register
    def _(self, step: NoNoticeStep) -> None:
        warn.decide_duty(
            self._house,
            self._names.id(step.id),
            self._names.id(step.threat),
            tell=False,
            test=step.test,
            why=f"{step.party}: {step.grounds}",
            ground_not_to=step.waiver,
            side=step.side,
            proposer=self._names.id(step.by),
            by=self._names.id(step.approved_by),
            command=self.command(step),
            now=step.at,
        )

    @_act.register
    def _(self, step: AdvisoryStep) -> None:
        draft = AdvisoryDrafted(
            subject=self._names.id(step.id),
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
            author=self._names.id(step.by),
            effective_at=step.effective,
            review_at=step.review,
            language=step.language,
            threat=self._id(step.threat),
            ladder=self._ladder(self._scenario.policies[0].id),
            groups=self._names.ids(step.audience.groups),
            persons=self._names.ids(step.audience.people),
            audience=self._parts(step.audience),
            exercise=True,
        )
        house, by = self._house, self._names.id(step.approved_by)
        advisory.draft_advisory(house, draft, by=draft.author, command=self.command(step, "draft"), now=step.at)
        advisory.approve_advisory(house, draft.subject, by=by, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: WithdrawLevelStep) -> None:
        said = [TakenBack(language=language, words=words) for language, words in step.texts]
        by, id = self._names.id(step.by), self._names.id(step.advisory)
        advisory.withdraw_advisory(self._house, id, said, by=by, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: ReviewStep) -> None:
        review(
            self._house,
            self._names.id(step.advisory),
            why=step.why,
            until=step.until,
            by=self._names.id(step.by),
            command=self.command(step),
            now=step.at,
        )

    @_act.register(ExtendStep)
    @_act.register(WithdrawStep)
    @_act.register(StandDownStep)
    def _(self, step: ExtendStep | WithdrawStep | StandDownStep) -> None:
        warn.decide_window(
            self._house,
            self._names.id(step.warning),
            step.verb,
            why=step.why,
            ends=getattr(step, "until", None),
            by=self._names.id(step.by),
            command=self.command(step),
            now=step.at,
        )

    @_act.register
    def _(self, step: RetractStep) -> None:
        said = [TakenBack(language=language, words=words) for language, words in step.texts]
        by, id = self._names.id(step.by), self._names.id(step.warning)
        warn.retract(self._house, id, said, by=by, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: ReaffirmStep) -> None:
        house, now = self._house, step.at
        id, new = self._names.id(step.warning), self._names.id(step.id)
        by, approver = self._names.id(step.by), self._names.id(step.approved_by)
        said = [Upheld(language=language, words=words) for language, words in step.texts]
        if step.kind == "notice":
            with house.store.look() as look:
                earlier = look.get(Notice, id)
            decide, why = self.command(step, "decide"), said[0].words
            warn.decide_duty(
                house, new, earlier.threat, tell=True, test=earlier.test, why=why, by=approver, command=decide, now=now
            )
        reaffirm(
            house,
            id,
            new,
            said,
            ends=step.window.end if step.window else None,
            vouched=True,
            by=by,
            command=self.command(step, "draft"),
            now=now,
        )
        if step.kind == "notice":
            let_stay(house, None, new, by, self.command(step, "release"), now)
        if not step.held:
            if step.kind == "notice":
                let_stay_too(house, new, approver, self.command(step, "agree"), now)
            let_out(house, new, by=approver, command=self.command(step), now=now)

    def _parts(self, audience: Audience) -> tuple[Part, ...]:
        return tuple(
            Part(within=part.within, groups=self._names.ids(part.groups), languages=part.languages)
            for part in audience.parts
        )

    def _ladder(self, policy: str) -> Ladder:
        # A scenario says when each rung comes after the warning; a ladder, when after the rung before it.
        chosen = self._scenario.policy(policy)
        rungs, before = [], timedelta()
        for rung in chosen.rungs:
            first, *also = [self._target(one) for one in rung.to]
            wait = int((rung.after - before).total_seconds())
            rungs.append(Rung(to=first.to, kind=first.kind, also=tuple(also), after_s=wait))
            before = rung.after
        return Ladder(
            rungs=tuple(rungs),
            repeat_s=int(chosen.repeat_every.total_seconds()),
            from_the_top=chosen.from_the_top,
            suffices=chosen.suffices,
            quiet=chosen.quiet,
        )

    def _target(self, word: str) -> Target:
        if any(rota.id == word for rota in self._scenario.rotas):
            return Target(to=self._names.id(word), kind=Kind.ROTA)
        if any(person.id == word for person in self._scenario.people):
            return Target(to=self._names.id(word))
        return Target(to="", kind=Kind.OWNER) if word == OWNER else Target(to=word, kind=Kind.ROLE)

    # ---- answers

    @_act.register(NoAnswerStep)
    @_act.register(ReadBackStep)
    @_act.register(CompareStep)
    @_act.register(HandOnStep)
    @_act.register(QuestionStep)
    @_act.register(ReplyStep)
    @_act.register(SecondKnockStep)
    def _(self, step: Step) -> None:
        deal(step, self._house, self._names, self.command(step))

    # ---- headcounts

    @_act.register
    def _(self, step: HeadcountStep) -> None:
        by, id = self._names.id(step.by), self._names.id(step.id)
        asked = HeadcountBegun(
            subject=id,
            occurred_at=step.at,
            threat=self._id(step.threat),
            author=by,
            ends=step.ends,
            questions=(Question(language=step.language, words=step.words),) if step.words else (),
            ladder=self._ladder(step.policy),
            groups=self._names.ids(step.audience.groups),
            persons=self._names.ids(step.audience.people),
            audience=self._parts(step.audience),
            follows=self._id(step.follows),
            exercise=True,
        )
        headcount.begin(self._house, asked, by=by, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: OwedStep) -> None:
        owe(step, self._house, self._names, self.command(step))

    @_act.register(AskAgainStep)
    @_act.register(WardenStep)
    @_act.register(RelieveStep)
    @_act.register(HandInStep)
    @_act.register(CloseHeadcountStep)
    def _(self, step: Step) -> None:
        count(step, self._house, self._names, self.command(step))

    @_act.register
    def _(self, step: HeardStep) -> None:
        if step.report is not None and attach(step, self._house, self._names, self.command(step)):
            return
        answer = AnswerRecorded(
            subject=self._names.id(step.id),
            occurred_at=step.said_at,
            warning=self._names.id(step.warning),
            recipient=self._names.id(step.recipient),
            answer=AnswerKind(step.kind),
            heard=Heard(step.how),
            speaker=step.speaker,
            words=step.public,
            ordered=step.ordered,
            source=next(iter(step.known.where), ""),
            recorder=self._names.id(step.by),
        )
        hear.record_answer(self._house, answer, by=answer.recorder, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: AcceptStep) -> None:
        take_on(step, self._house, self._names, self._scenario.tzinfo, partial(self.command, step))

    # ---- what is said around it, and what came of it

    @_act.register
    def _(self, step: StatementStep) -> None:
        house, id, approver = self._house, self._names.id(step.id), self._names.id(step.approved_by)
        corrected = self._names.id(step.corrects) if step.corrects is not None else None
        with house.store.look() as look:
            stands = look.find(Statement, id)
        written = StatementDrafted(
            subject=id,
            occurred_at=step.at,
            statement_kind=StatementKind(step.kind),
            title=step.title,
            text=step.text,
            author=self._names.id(step.by),
            edition=1 + (stands.edition if stands is not None else 0),
            change=step.change or ("The scenario does not say what was wrong." if stands is not None else ""),
            about=corrected if corrected != id and corrected is not None else self._id(step.warning),
            language=step.language,
            threat=self._id(step.threat),
            exercise=True,
        )
        statement.draft_statement(house, written, by=written.author, command=self.command(step, "draft"), now=step.at)
        statement.approve_statement(house, id, by=approver, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: ReadStep) -> None:
        warning, by = self._names.id(step.warning), self._names.id(step.by)
        read_by_link(self._house, warning, by, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: OpenStep) -> None:
        house, id, by = self._house, self._names.id(step.notice), self._names.id(step.by)
        propose = self.command(step, "propose")
        opening.propose_opening(house, id, step.fields, step.why, by=by, command=propose, now=step.at)
        for number, (originator, words) in enumerate(step.agreed):
            command = self.command(step, f"consent-{number}")
            opening.consent_to_opening(house, id, originator, words, by=by, command=command, now=step.at)
        approver = self._names.id(step.approved_by)
        opening.open_notice(house, id, step.fields, by=approver, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: EndorseStep) -> None:
        id, by = self._names.id(step.statement), self._names.id(step.by)
        statement.endorse(self._house, id, step.name, by=by, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: UnendorseStep) -> None:
        id, by = self._names.id(step.statement), self._names.id(step.by)
        statement.withdraw_endorsement(self._house, id, step.name, by=by, command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: EventStep) -> None:
        event = EventStruck(
            subject=self._names.id(step.threat),
            occurred_at=step.happened,
            what=step.what,
            place=step.place.name if step.place else "",
            point=step.place.point if step.place else None,
        )
        judge.note_event(self._house, event, by=self._names.id(step.by), command=self.command(step), now=step.at)

    @_act.register
    def _(self, step: OutcomeStep) -> None:
        self._note_the_blow(step)
        outcome = OutcomeJudged(
            subject=self._names.id(step.threat),
            occurred_at=step.at,
            course=Course(step.course),
            time=Verdict(step.time),
            place=Verdict(step.place_axis),
            target=Verdict(step.target),
            actor=Verdict(step.actor),
            judge=self._names.id(step.by),
            why=step.why,
            struck_at=step.struck_at,
        )
        judge.judge_outcome(self._house, outcome, by=outcome.judge, command=self.command(step), now=step.at)

    def _note_the_blow(self, step: OutcomeStep) -> None:
        """Note when and where it struck, if no event of the case has said so."""
        if step.course != Course.CARRIED_OUT.value or step.struck_at is None or step.place is None:
            return
        with self._house.store.look() as look:
            threat = look.get(Threat, self._names.id(step.threat))
            said = look.find(Outcome, threat.id) is not None
        if said:
            return
        struck = EventStruck(
            subject=threat.id,
            occurred_at=step.struck_at,
            what=threat.title,
            place=step.place.name,
            point=step.place.point,
        )
        by, command = self._names.id(step.by), self.command(step, "event")
        judge.note_event(self._house, struck, by=by, command=command, now=step.at)


def area_of(place: Place) -> Area:
    """Return the area of an alert that holds at a place, as it is drawn and called."""
    circle = (*place.circle.centre, place.circle.km) if place.circle else None
    return Area(name=place.name, polygon=place.polygon, circle=None if place.polygon else circle, names=place.names)


def _ring(place: Place | None) -> tuple[tuple[float, float], ...]:
    """Return the edge of a region that is drawn as a polygon or a circle."""
    if place is None or place.polygon or place.circle is None:
        return place.polygon if place is not None else ()
    return tuple(circle_ring(place.circle.centre, place.circle.km))
