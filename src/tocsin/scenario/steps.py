"""What can happen in a scenario: one class a verb. A step says what was done or said; the story decides what follows.

References are the ids of other steps, of people, sources and groups; places are resolved. read.py has checked that all
of them exist, that times go forward and that each step is of the right kind.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Literal

import msgspec

from tocsin.basis.marking import Mark
from tocsin.scenario.head import Audience, Known, Place, Window
from tocsin.threat.particulars import Particulars
from tocsin.warning.advisory.risk import Risk
from tocsin.warning.duty.side import Side
from tocsin.warning.notice.facts import DutyTest, TearLine
from tocsin.warning.stated import Stated

Confidence = Literal["low", "moderate", "high"]
Bearing = Literal["for", "against", "context"]
AnswerKind = Literal["received", "acting", "safe", "need_help", "disputed", "dismissed"]
Cause = Literal["silence", "denial", "window", "failure", "deadline", "help"]
Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
StatementKind = Literal["condolence", "position", "reaffirmation", "correction"]
How = Literal["public_statement", "telephone", "letter", "meeting"]
Decision = Literal["stand_down", "extend", "withdraw"]
Verdict = Literal["match", "near", "miss", "unknown"]
Course = Literal["carried_out", "disrupted", "nothing", "unknown"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something at one moment. id is unique in the scenario; line is where the step begins in the file."""

    verb: ClassVar[str] = ""

    id: str
    at: datetime
    line: int
    known: Known
    note: str = ""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One checkable statement of a report. credibility: 1 confirmed to 5 improbable, 6 cannot be judged."""

    text: str
    credibility: int


# What is gathered


class ReportStep(Step, frozen=True, kw_only=True):
    """A source said something. relays: the earlier report that it repeats. by: who entered it."""

    verb: ClassVar[str] = "report"

    source: str
    title: str
    text: str
    credibility: int
    mark: Mark
    by: str
    language: str = "en"
    url: str | None = None
    published: datetime
    relays: str | None = None
    claims: tuple[Claim, ...] = ()


class TraceStep(Step, frozen=True, kw_only=True):
    """Someone found out that a report repeats an earlier one, its origin."""

    verb: ClassVar[str] = "trace"

    report: str
    origin: str
    by: str
    why: str


class IncidentStep(Step, frozen=True, kw_only=True):
    """Something that took place, as reports tell it. happened: when; published: when the world was told."""

    verb: ClassVar[str] = "incident"

    what: str
    by: str
    happened: datetime
    published: datetime
    published_by_host: bool = False
    mark: Mark
    place: Place | None = None
    actor: str | None = None
    reports: tuple[str, ...] = ()
    bears_on: str | None = None
    bearing: Bearing = "for"


# What is made of it


class FirstStep(msgspec.Struct, frozen=True, kw_only=True):
    """What is done first about a case, by whom and by when. owner: None: of the case."""

    what: str
    owner: str | None
    by_when: datetime


class ThreatStep(Step, frozen=True, kw_only=True):
    """A case is opened. host: who is responsible for protecting the target. owner: whose case it is."""

    verb: ClassVar[str] = "threat"

    title: str
    by: str
    owner: str
    mark: Mark
    actors: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    window: Window | None = None
    host: str | None = None
    particulars: Particulars = Particulars()
    next_step: FirstStep | None = None


class AssessStep(Step, frozen=True, kw_only=True):
    """How likely (low, high: probabilities) and, apart from it, how good the grounds are.

    reports, incidents: what it rests on. reports are None: nobody says.
    """

    verb: ClassVar[str] = "assess"

    threat: str
    by: str
    likelihood: tuple[float, float]
    confidence: Confidence
    grounds: str
    why: str = ""
    reports: tuple[str, ...] | None = None
    incidents: tuple[str, ...] = ()
    severity: str | None = None
    confidence_why: str = ""
    changed: str = ""


class LinkStep(Step, frozen=True, kw_only=True):
    """A report or an incident (exactly one of the two) bears on a threat."""

    verb: ClassVar[str] = "link"

    threat: str
    by: str
    bearing: Bearing
    why: str = ""
    report: str | None = None
    incident: str | None = None
    claim: int | None = None


class UnlinkStep(Step, frozen=True, kw_only=True):
    """A report or an incident (exactly one of the two) does not bear on a threat after all."""

    verb: ClassVar[str] = "unlink"

    threat: str
    by: str
    why: str
    report: str | None = None
    incident: str | None = None
    claim: int | None = None


# Warnings. Each names who wrote it and who approved it; the two differ, save by break-glass.


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in one language."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str = ""


class AlertStep(Step, frozen=True, kw_only=True):
    """A public warning. follows: the earlier alert that it updates; reaffirm: to stand by it unchanged.

    approved_by may be the author only when break_glass is true.
    """

    verb: ClassVar[str] = "alert"

    threat: str | None
    by: str
    approved_by: str
    break_glass: bool = False
    texts: tuple[Text, ...]
    area: tuple[Place, ...]
    window: Window
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    audience: Audience
    stated: Stated
    policy: str
    follows: str | None = None
    reaffirm: bool = False


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A tear-line as some of the recipients are told it, or as it stands in another language. to: nobody: of all who read it."""

    to: Audience
    language: str
    tear_line: TearLine


class NoticeStep(Step, frozen=True, kw_only=True):
    """A confidential warning to named recipients. grounds, test: of the decision to warn. readers: at the desk.

    originators: whose material the grounds rest on, besides the issuer's own. consent_of: who of them is asked before it goes
    out. held: it is only written, and goes out later. meant_for: whom the recipients are to hand it on to.
    in_message: why the messages carry the words of an AMBER notice. release: which words may stay although they occur in
    stricter material alone; None: all that it says. unnamed: whoever gets it is not told who warns.
    """

    verb: ClassVar[str] = "notice"

    threat: str
    by: str
    approved_by: str
    break_glass: bool = False
    recipients: Audience
    tear_line: TearLine
    grounds: str
    test: DutyTest
    readers: tuple[str, ...]
    mark: Mark
    window: Window | None = None
    stated: Stated
    policy: str
    originators: tuple[str, ...] = ()
    in_message: str = ""
    language: str = "en"
    release: tuple[str, ...] | None = None
    unnamed: bool = False
    versions: tuple[Version, ...] = ()
    consent_of: tuple[str, ...] = ()
    meant_for: tuple[str, ...] = ()
    held: bool = False


class NoNoticeStep(Step, frozen=True, kw_only=True):
    """The decision not to tell someone: proposed by one, agreed to by another. party: who is not told, and side: as what.

    waiver: the ground of the policy pack, or below_threshold.
    """

    verb: ClassVar[str] = "no_notice"

    threat: str
    by: str
    approved_by: str
    party: str
    grounds: str
    test: DutyTest
    side: Side
    waiver: str


class AdvisoryStep(Step, frozen=True, kw_only=True):
    """A standing level for a country or a region of it: 1 to 4. reasons: an indicator each, and a sentence.

    effective: from when it holds; None: from the step on. area: of the region, if it is drawn.
    """

    verb: ClassVar[str] = "advisory"

    country: str
    level: int
    reasons: tuple[Risk, ...]
    text: str
    title: str
    by: str
    approved_by: str
    review: datetime
    audience: Audience
    region: str = ""
    area: Place | None = None
    advice: str = ""
    why: str = ""
    effective: datetime | None = None
    threat: str | None = None
    language: str = "en"


class WithdrawLevelStep(Step, frozen=True, kw_only=True):
    """No level holds for a place any more. texts: language and why, as its readers are told."""

    verb: ClassVar[str] = "withdraw_level"

    advisory: str
    by: str
    texts: tuple[tuple[str, str], ...]


class ReviewStep(Step, frozen=True, kw_only=True):
    """Somebody looks at a level again, and it stays. until: when it is looked at next; None: the latest date."""

    verb: ClassVar[str] = "review"

    advisory: str
    by: str
    why: str
    until: datetime | None = None


class ExtendStep(Step, frozen=True, kw_only=True):
    """The issuer lets the warning hold until a later moment."""

    verb: ClassVar[str] = "extend"

    warning: str
    by: str
    until: datetime
    why: str


class WithdrawStep(Step, frozen=True, kw_only=True):
    """The issuer takes the warning back."""

    verb: ClassVar[str] = "withdraw"

    warning: str
    by: str
    why: str


class RetractStep(Step, frozen=True, kw_only=True):
    """A duty officer takes a false warning back. texts: language and words, as whoever got it is told."""

    verb: ClassVar[str] = "retract"

    warning: str
    by: str
    texts: tuple[tuple[str, str], ...]


class ReaffirmStep(Step, frozen=True, kw_only=True):
    """The warner stands by an alert or a notice. texts: language and words, why. held: of a notice, it goes out later."""

    verb: ClassVar[str] = "reaffirm"

    warning: str
    kind: str  # alert or notice
    by: str
    approved_by: str
    texts: tuple[tuple[str, str], ...]
    window: Window | None
    held: bool = False


class StandDownStep(Step, frozen=True, kw_only=True):
    """The issuer says that the danger it warned of is over."""

    verb: ClassVar[str] = "stand_down"

    warning: str
    by: str
    why: str


# Answers and silence


class AnswerStep(Step, frozen=True, kw_only=True):
    """One recipient answers by the link it was sent. by: a person's id, or a group member's such as 'venues-7'.

    unread: they have not named the code behind which the words are.
    """

    verb: ClassVar[str] = "answer"

    warning: str
    by: str
    kind: AnswerKind
    words: str = ""
    unread: bool = False


class ReadStep(Step, frozen=True, kw_only=True):
    """One recipient names the code behind which the words of a notice are."""

    verb: ClassVar[str] = "read"

    warning: str
    by: str


class AnswersStep(Step, frozen=True, kw_only=True):
    """Members of a group answer, spread over `within` from `at` on; those not counted in kinds stay silent.

    members: who answers, as many as kinds count: the first so many of the first kind, and so on. Empty where it follows
    from where people are: whoever was told answers, in the order of their numbers.
    """

    verb: ClassVar[str] = "answers"

    warning: str
    group: str
    kinds: tuple[tuple[AnswerKind, int], ...]
    members: tuple[str, ...]
    within: timedelta


class HeardStep(Step, frozen=True, kw_only=True):
    """An answer that came by another way than the link, and the officer who attaches it.

    public: what was said in public. ordered: what was ordered, which may differ. Both in our own words. report: in which it
    was said, where that was proposed as the answer.
    """

    verb: ClassVar[str] = "heard"

    warning: str
    recipient: str
    kind: AnswerKind
    speaker: str
    public: str
    ordered: str = ""
    how: How
    by: str
    said_at: datetime
    report: str | None = None


class AcceptStep(Step, frozen=True, kw_only=True):
    """A person takes an escalation on, and it stops. None: whatever recipient, whatever cause, of that warning."""

    verb: ClassVar[str] = "accept"

    warning: str
    by: str
    recipient: str | None = None
    cause: Cause | None = None
    words: str = ""


# What is said around it


class StatementStep(Step, frozen=True, kw_only=True):
    """A dated public word of the issuer. warning: which it reaffirms. corrects: what it corrects; a statement has an edition more.

    change: what is corrected, in words.
    """

    verb: ClassVar[str] = "statement"

    title: str
    text: str
    kind: StatementKind
    by: str
    approved_by: str
    threat: str | None = None
    warning: str | None = None
    corrects: str | None = None
    change: str = ""
    language: str = "en"


class EndorseStep(Step, frozen=True, kw_only=True):
    """Someone joins a statement. name: who, in words. by: the officer who notes it."""

    verb: ClassVar[str] = "endorse"

    statement: str
    name: str
    by: str
    words: str = ""


class UnendorseStep(Step, frozen=True, kw_only=True):
    """Someone stands behind a statement no more. name: who, as they joined. by: the officer who notes it."""

    verb: ClassVar[str] = "unendorse"

    statement: str
    name: str
    by: str


class OpenStep(Step, frozen=True, kw_only=True):
    """Two people open a notice. agreed: how those agreed from whom the grounds came."""

    verb: ClassVar[str] = "open"

    notice: str
    fields: tuple[str, ...]
    by: str
    approved_by: str
    why: str
    agreed: tuple[tuple[str, str], ...] = ()


class AccusedStep(Step, frozen=True, kw_only=True):
    """Someone (accuser, in words) says that a party is behind it."""

    verb: ClassVar[str] = "accused"

    threat: str
    party: str
    accuser: str
    words: str
    by: str


class NoIndicationStep(Step, frozen=True, kw_only=True):
    """As of a moment there was nothing that points to that party. speaker: who says so, in words."""

    verb: ClassVar[str] = "no_indication"

    threat: str
    party: str
    as_of: datetime
    speaker: str
    words: str
    by: str


# What came of it


class EventStep(Step, frozen=True, kw_only=True):
    """What was warned of, or something else, took place."""

    verb: ClassVar[str] = "event"

    threat: str
    what: str
    by: str
    happened: datetime
    place: Place | None = None
    description: str = ""


class OutcomeStep(Step, frozen=True, kw_only=True):
    """A person judges what became of a threat, axis by axis. struck_at and place: where it came to an event."""

    verb: ClassVar[str] = "outcome"

    threat: str
    by: str
    time: Verdict
    place_axis: Verdict
    target: Verdict
    actor: Verdict
    course: Course
    struck_at: datetime | None = None
    place: Place | None = None
    why: str = ""


# Institutions


class NoAnswerStep(Step, frozen=True, kw_only=True):
    """What an institution published, and was proposed as its answer, is none."""

    verb: ClassVar[str] = "no_answer"

    warning: str
    report: str
    why: str
    by: str


class ReadBackStep(Step, frozen=True, kw_only=True):
    """An institution restates what it was told and what it will do, and an officer takes it down."""

    verb: ClassVar[str] = "read_back"

    warning: str
    recipient: str
    what: str
    where: str
    when: str
    will_do: str
    how: How
    speaker: str
    by: str


class CompareStep(Step, frozen=True, kw_only=True):
    """An officer holds a read-back against what was told. differs: in which of what, where and when."""

    verb: ClassVar[str] = "compare"

    read_back: str
    differs: tuple[str, ...] = ()
    words: str = ""
    by: str


class HandOnStep(Step, frozen=True, kw_only=True):
    """An institution hands a warning on. tell: whether the desk sends it there as well."""

    verb: ClassVar[str] = "hand_on"

    warning: str
    recipient: str
    to: str
    words: str
    how: How
    speaker: str
    tell: bool = False
    by: str


class QuestionStep(Step, frozen=True, kw_only=True):
    """An institution asks something about a warning."""

    verb: ClassVar[str] = "question"

    warning: str
    recipient: str
    words: str
    how: How
    speaker: str
    by: str


class ReplyStep(Step, frozen=True, kw_only=True):
    """An officer answers a question."""

    verb: ClassVar[str] = "reply"

    question: str
    words: str
    by: str


class SecondKnockStep(Step, frozen=True, kw_only=True):
    """The same notice by another way. quote: what has borne it out; None: all that may be quoted. agreed: how originators did."""

    verb: ClassVar[str] = "second_knock"

    warning: str
    recipient: str
    through: str
    quote: tuple[str, ...] | None = None
    agreed: str = ""
    action: str = ""
    by: str
    approved_by: str
    break_glass: bool = False


# Headcounts


class HeadcountStep(Step, frozen=True, kw_only=True):
    """An officer asks who is safe: those of an audience, and everyone who was told of the alert that it follows."""

    verb: ClassVar[str] = "headcount"

    audience: Audience
    follows: str | None
    words: str
    language: str
    ends: datetime
    policy: str
    by: str
    threat: str | None = None


class AskAgainStep(Step, frozen=True, kw_only=True):
    """The silent of a headcount are asked again."""

    verb: ClassVar[str] = "ask_again"

    headcount: str
    by: str


class WardenStep(Step, frozen=True, kw_only=True):
    """Somebody looks after a group, or some people, from then on."""

    verb: ClassVar[str] = "warden"

    who: str
    group: str | None
    persons: tuple[str, ...]
    by: str


class RelieveStep(Step, frozen=True, kw_only=True):
    """They do so no longer. warden: the step by which they were named."""

    verb: ClassVar[str] = "relieve"

    warden: str
    by: str


class HandInStep(Step, frozen=True, kw_only=True):
    """A warden brings back on paper who is safe and who needs help. gone_round: when they had asked them."""

    verb: ClassVar[str] = "hand_in"

    headcount: str
    warden: str
    safe: tuple[str, ...]
    need_help: tuple[str, ...]
    words: str
    gone_round: datetime
    by: str


class CloseHeadcountStep(Step, frozen=True, kw_only=True):
    """A duty officer ends a headcount, lets it go on until a later moment, or has it asked no more."""

    verb: ClassVar[str] = "close_headcount"

    headcount: str
    decision: Decision
    until: datetime | None
    why: str
    by: str
