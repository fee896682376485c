"""The steps that warn, and decide what becomes of a warning. Each names who wrote it and who approved it.

The two differ, save by break-glass.
"""

from datetime import datetime
from typing import ClassVar

import msgspec

from tocsin.basis.marking import Mark
from tocsin.scenario.head import Audience, Place, Window
from tocsin.scenario.steps.step import Certainty, Severity, Step, Urgency
from tocsin.warning.advisory.risk import Risk
from tocsin.warning.duty.side import Side
from tocsin.warning.notice.facts import DutyTest, TearLine
from tocsin.warning.stated import Stated


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
