"""The steps that come after a warning: answers and silence, what is said around it, what came of it."""

from datetime import datetime, timedelta
from typing import ClassVar

from tocsin.scenario.head import Place
from tocsin.scenario.steps.step import AnswerKind, Cause, Course, How, StatementKind, Step, Verdict


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
