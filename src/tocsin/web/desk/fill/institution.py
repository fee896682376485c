"""How each institution stands towards a warning, and what this reader can do about it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tocsin.answer.facts import Heard
from tocsin.answer.institution.facts import KnockWhy
from tocsin.answer.institution.rebuttal import Held, Quotable, count_origins
from tocsin.answer.institution.state import Approach, Knock, Proposal, ReadBack
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import N_, Words
from tocsin.delivery.state import DeliveryStands
from tocsin.flow.warning.second_knock import OFFICERS, borne_out
from tocsin.store.account import HeardAnswer
from tocsin.store.door import Door
from tocsin.store.institutions import Dealings
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.followed import Followed
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.recipients import HEARD
from tocsin.web.desk.views.institution import (
    HandedRow,
    InstitutionView,
    KnockView,
    ProposalRow,
    QuestionRow,
    QuoteRow,
    ReadBackRow,
    StandRow,
    WishRow,
)
from tocsin.web.desk.views.rows import AnswerRow
from tocsin.web.pieces import Chip, ChipKind, Tone
from tocsin.web.wording import ANOTHER_WAY, CHIPS, WAYS

MOST = 12  # institutions on one page
WHY = {
    KnockWhy.SILENCE: N_("It is silent"),
    KnockWhy.DISPUTED: N_("It disputes the warning"),
    KnockWhy.DISMISSED: N_("It dismisses the warning"),
}
OVER = {
    "answered": N_("They have answered since, or enough others have."),
    "followed": N_("A later warning asks them the same."),
    "over": N_("The warning is over."),
}
HELD = {
    Held.STRICTER: N_("Marked stricter than the notice: it is never quoted."),
    Held.CONSENT: N_("Whoever it came from has to agree first."),
}
DIFFERS = {"what": N_("What"), "where": N_("Where"), "when": N_("When")}


def institution_views(
    door: Door, followed: Followed, names: Names, now: datetime, _: Words
) -> tuple[InstitutionView, ...]:
    """Return a view for each institution that was told of a warning, or had it handed on to them."""
    told = followed.told
    dealt = door.dealings(told)
    if dealt is None or not isinstance(told, Alert | Notice) or followed.sent_at is None:
        return ()
    named = told.recipients if isinstance(told, Notice) else told.persons
    everyone = list(dict.fromkeys([*named, *(one.to for one in dealt.handings)]))[: 10 * MOST]
    names.learn(everyone)
    found = [one for one in everyone if names.is_organisation(one)][:MOST]
    return tuple(_Filling(door, followed, dealt, names, now, _).view(one) for one in found)


class _Filling:
    """One warning, while its institutions are being shown."""

    def __init__(self, door: Door, followed: Followed, dealt: Dealings, names: Names, now: datetime, _: Words) -> None:
        self.door, self.followed, self.dealt = door, followed, dealt
        self.names, self.now, self._ = names, now, _
        self.may = bool(OFFICERS & door.reader.roles)

    def view(self, of: Id) -> InstitutionView:
        """Return how one institution stands."""
        said = [one for one in self.followed.answers if one.person == of]
        public = [one for one in said if one.heard is Heard.PUBLIC_STATEMENT]
        private = [one for one in said if one.heard is not Heard.PUBLIC_STATEMENT]
        read_backs = [one for one in self.dealt.read_backs if one.recipient == of]
        others = [one for one in self.door.all_sources() if one.organisation != of] if self.may else []
        return InstitutionView(
            id=of,
            name=self.names.say(of),
            post_to=f"{hrefs.warning(self.followed.told.id)}/institutions/{of}" if self.may else "",
            stands=tuple(self._stands(of, private, public, read_backs)),
            informed=bool(read_backs),
            private=tuple(self._answer(one) for one in private),
            public=tuple(self._answer(one) for one in public),
            proposals=tuple(self._proposals(of)),
            read_backs=tuple(self._read_back(one) for one in read_backs),
            questions=tuple(self._questions(of)),
            handed=tuple(self._handed(of)),
            wishes=tuple(self._wishes(of)),
            knocks=tuple(self._knock(one) for one in self.dealt.knocks if one.recipient == of),
            speakers=tuple(one.name for one in self.door.all_sources(organisation=of)),
            others=tuple((one.id, one.name) for one in others),
            known=tuple((one.id, one.name) for one in self.door.organisations() if one.id != of) if self.may else (),
            may_tell=Role.DUTY_OFFICER in self.door.reader.roles,
        )

    # ---- how it stands

    def _stands(
        self, of: Id, private: Sequence[HeardAnswer], public: Sequence[HeardAnswer], read_backs: Sequence[ReadBack]
    ) -> Iterator[StandRow]:
        _ = self._
        approach = next((one for one in self.dealt.approaches if one.of == of), None)
        yield self._told(of, approach)
        yield self._delivered(of, approach)
        yield self._informed(read_backs)
        yield self._answered(_("Answered privately"), private)
        yield self._answered(_("Said publicly"), public)
        handed = [one for one in self.dealt.handings if one.recipient == of]
        if handed:
            to = ", ".join(self.names.say(one.to) for one in handed)
            yield StandRow(label=_("Handed on"), who=to, at=handed[-1].at)
        wished = [one for one in self.dealt.wishes if one.recipient == of and one.decided_at is None]
        if wished:
            yield StandRow(
                label=_("To be handed on"), said=_("waits for a duty officer"), tone=Tone.SILENCE, at=wished[0].asked_at
            )
        still = [one for one in self.dealt.questions if one.recipient == of and one.answered_at is None]
        if still:
            said = _.ngettext("%(n)s question open", "%(n)s questions open", len(still))
            yield StandRow(label=_("Questions"), said=said, tone=Tone.SILENCE, at=still[0].asked_at)
        yield from self._knocked(of)

    def _told(self, of: Id, approach: Approach | None) -> StandRow:
        _ = self._
        handed = next((one for one in self.dealt.handings if one.to == of), None)
        if approach is None:
            who = self.names.say(of if handed is None else handed.recipient)
            return StandRow(
                label=_("Told"), who=who, at=self.followed.sent_at if handed is None else handed.at, tone=Tone.KNOWN
            )
        self.names.learn(approach.told)
        who = ", ".join(self.names.say(one) for one in approach.told)
        return StandRow(label=_("Told"), who=who, at=approach.turns[0].at, tone=Tone.KNOWN)

    def _delivered(self, of: Id, approach: Approach | None) -> StandRow:
        _ = self._
        whom = {of, *(approach.told if approach else ())}
        told = [one for one in self.door.deliveries(self.followed.told) if one.person in whom]
        arrived = min((one.accepted_at for one in told if one.accepted_at is not None), default=None)
        if arrived is not None:
            return StandRow(label=_("Delivered"), said=_("yes"), at=arrived, tone=Tone.GOOD)
        lost = told and all(one.stands in (DeliveryStands.DEAD, DeliveryStands.EXPIRED) for one in told)
        return StandRow(
            label=_("Delivered"), said=_("failed") if lost else _("not yet"), tone=Tone.DANGER if lost else Tone.PLAIN
        )

    def _informed(self, read_backs: Sequence[ReadBack]) -> StandRow:
        _ = self._
        if not read_backs:
            return StandRow(label=_("Read back"), said=_("told, not read back"), tone=Tone.SILENCE)
        last = read_backs[-1]
        said, tone = _("not compared yet"), Tone.SILENCE
        if last.agrees is not None:
            said, tone = (_("agrees"), Tone.GOOD) if last.agrees else (_("differs"), Tone.DISPUTE)
        return StandRow(label=_("Read back"), said=said, at=last.given_at, tone=tone)

    def _answered(self, label: str, answers: Sequence[HeardAnswer]) -> StandRow:
        if not answers:
            return StandRow(label=label, said=self._("nothing"), tone=Tone.PLAIN)
        tone, word = CHIPS[ChipKind(answers[-1].answer.value)]
        return StandRow(label=label, said=self._(word), at=answers[-1].at, tone=tone)

    def _knocked(self, of: Id) -> Iterator[StandRow]:
        _ = self._
        for one in [knock for knock in self.dealt.knocks if knock.recipient == of][-1:]:
            sent_at = self._sent_at(one)
            if sent_at is not None:
                yield StandRow(label=_("Second knock"), said=_("sent"), at=sent_at, tone=Tone.KNOWN)
            elif one.dropped_at is not None and one.dropped_by is None:
                yield StandRow(label=_("Second knock"), said=_("due no more"), at=one.dropped_at)
            elif one.dropped_at is not None:
                yield StandRow(label=_("Second knock"), said=_("dropped"), at=one.dropped_at)
            else:
                yield StandRow(label=_("Second knock"), said=_("due since"), at=one.since, tone=Tone.DISPUTE)

    def _sent_at(self, knock: Knock) -> datetime | None:
        notice = self.door.warning(knock.notice)
        return notice.sent_at if isinstance(notice, Notice) else None

    # ---- what it said

    def _answer(self, one: HeardAnswer) -> AnswerRow:
        _ = self._
        sent_at = self.followed.sent_at or one.at
        text = " ".join(
            part for part in (str(one.words), _("Ordered: %(what)s", what=one.ordered) if one.ordered else "") if part
        )
        who = one.speaker or self.names.say(one.person)
        return AnswerRow(
            at=one.at,
            by=who,
            chip=Chip(kind=ChipKind(one.answer.value)),
            after=one.at - sent_at,
            how=_(HEARD[one.heard]),
            text=text,
        )

    def _proposals(self, of: Id) -> Iterator[ProposalRow]:
        _ = self._
        for one in self.dealt.proposals:
            report = self.door.report(one.report)
            if one.recipient == of and report is not None:
                yield ProposalRow(
                    id=one.id,
                    title=report.title,
                    text=report.text,
                    source=self.door.sources([one.source])[one.source].name,
                    at=one.said_at,
                    after=one.said_at - (self.followed.sent_at or one.said_at),
                    grounds=self._grounds(one),
                    state=one.stands.value,
                    why=one.why,
                    href=report.url or "",
                )

    def _grounds(self, one: Proposal) -> str:
        _ = self._
        if one.denials:
            return _("It has words of denial: %(words)s", words=", ".join(one.denials))
        return _("It was linked to the case.")

    def _read_back(self, one: ReadBack) -> ReadBackRow:
        _ = self._
        told = self.followed.told
        line = told.tear_line if isinstance(told, Notice) else None
        stated = told.stated if isinstance(told, Alert) else None
        pairs = tuple(
            (_(label), str(getattr(line or stated, name, "")), str(getattr(one, name)))
            for name, label in DIFFERS.items()
        )
        state = "open" if one.agrees is None else "agrees" if one.agrees else "differs"
        return ReadBackRow(
            id=one.id,
            at=one.given_at,
            by=one.speaker or self.names.say(one.giver or one.recipient),
            how=_(HEARD[one.heard]),
            pairs=pairs,
            will_do=one.will_do,
            state=state,
            differs=tuple(_(DIFFERS[name]) for name in one.differs),
            note=one.note,
        )

    def _questions(self, of: Id) -> Iterator[QuestionRow]:
        for one in self.dealt.questions:
            if one.recipient == of:
                told = self.door.told_answer(self.followed.told, one)
                yield QuestionRow(
                    id=one.id,
                    at=one.asked_at,
                    by=one.speaker or self.names.say(one.giver or of),
                    words=one.words,
                    answered_at=one.answered_at,
                    answer=one.answer,
                    answerer=self.names.say(one.answerer),
                    told=self._(WAYS.get(told.channel, ANOTHER_WAY)) if told else "",
                    told_at=told.planned_at if told else None,
                )

    def _handed(self, of: Id) -> Iterator[HandedRow]:
        heard = {id for one in self.followed.answers for id in (one.person, one.giver)}
        for one in self.dealt.handings:
            if one.recipient == of:
                yield HandedRow(
                    at=one.at,
                    to=self.names.say(one.to),
                    words=one.words,
                    told=one.told,
                    heard=one.to in heard,
                    by=self.names.say(one.giver) if one.giver else one.speaker,
                    link=one.giver is not None,
                )

    def _wishes(self, of: Id) -> Iterator[WishRow]:
        """Yield what contacts ask to be handed on; of what was confirmed, the handing on tells."""
        for one in self.dealt.wishes:
            if one.recipient != of or one.handing is not None:
                continue
            contact = self.door.contact_of(self.followed.told, one)
            yield WishRow(
                id=one.id,
                at=one.asked_at,
                by=self.names.say(one.giver),
                to=self.names.say(one.to),
                words=one.words,
                channel=self._(WAYS.get(contact.channel, ANOTHER_WAY)) if contact else "",
                address=str(contact.address) if contact else "",
                decided_by=self.names.say(one.decided_by),
                decided_at=one.decided_at,
                why=one.why,
            )

    # ---- the second knock

    def _knock(self, one: Knock) -> KnockView:
        _, me = self._, self.door.reader.person
        sent_at = self._sent_at(one)
        dropped = "" if one.dropped_at is None else "over" if one.dropped_by is None else "dropped"
        stage = "sent" if sent_at else dropped or ("drafted" if one.notice else "waiting")
        open_still = stage in ("waiting", "drafted") and self.may
        built = borne_out(self.door, one, self.now) if open_still else ()
        # Of an alert everyone at the desk reads the page; a second knock of it goes no further than its own mark.
        lines = one.lines if one.notice is None or self.door.warning(one.notice) is not None else ()
        return KnockView(
            id=one.id,
            why=_(WHY[one.why]),
            since=one.since,
            after=(sent_at or one.dropped_at or self.now) - one.since,
            owner=self.names.say(one.owner),
            stage=stage,
            origins=count_origins([line for line in built if not line.earlier] or lines),
            quotes=tuple(self._quotes(built)),
            action=self._action(),
            ways=tuple(self._ways(one)) if open_still else (),
            lines=tuple(line.words for line in sorted(lines, key=lambda line: not line.own)),
            left_out=one.left_out if one.author == me else 0,
            through=self.names.say(one.through),
            author=self.names.say(one.author),
            notice_href=hrefs.warning(one.notice) if one.notice else "",
            sent_at=sent_at,
            mine=one.author is not None and one.author == me,
            may_send=Role.DUTY_OFFICER in self.door.reader.roles,
            dropped_why=_(OVER.get(one.dropped_why, OVER["over"])) if stage == "over" else one.dropped_why,
            dropped_by=self.names.say(one.dropped_by),
        )

    def _action(self) -> str:
        told = self.followed.told
        if isinstance(told, Alert):
            return told.wordings[0].instruction
        return told.tear_line.action if isinstance(told, Notice) and told.tear_line else ""

    def _quotes(self, built: Sequence[Quotable]) -> Iterator[QuoteRow]:
        numbers: dict[Id, int] = {}
        for one in built:
            yield QuoteRow(
                item=one.item,
                words=one.words,
                own=one.own,
                earlier=one.earlier,
                origin=numbers.setdefault(one.origin, len(numbers) + 1),
                held=self._(HELD[one.held]) if one.held else "",
                asked=tuple(self._asked(one.asked)),
            )

    def _asked(self, reports: Sequence[Id]) -> Iterator[tuple[str, str, str]]:
        for id in reports:
            report = self.door.report(id)
            if report is not None:
                yield id, self.door.sources([report.source])[report.source].name, report.title

    def _ways(self, one: Knock) -> Iterator[tuple[str, str]]:
        """Yield through whom it can go: the institution's own people first, then other organisations."""
        told = self.followed.told
        own = self.door.people_at(one.recipient)
        others = [other.id for other in self.door.organisations()]
        every = list(dict.fromkeys([*own, *others]))
        before = self.door.told_before(told, every) if isinstance(told, Alert | Notice) else set()
        for id in every:
            if id not in before and id != one.recipient:
                yield id, self.names.say(id)
