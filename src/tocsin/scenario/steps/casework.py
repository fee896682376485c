"""What can happen to a case besides judging it: one class a verb."""

from datetime import datetime
from typing import ClassVar

from tocsin.basis.marking import Mark
from tocsin.scenario.head import Window
from tocsin.scenario.steps.step import Confidence, Step
from tocsin.threat.indicators import Indicator
from tocsin.threat.particulars import Particulars


class CaseStep(Step, frozen=True, kw_only=True):
    """Something about a case. by: who at the desk does it."""

    threat: str
    by: str


class DescribeStep(CaseStep, frozen=True, kw_only=True):
    """What a case is about is written down anew. given: the fields that were written; the others stay as they are."""

    verb: ClassVar[str] = "describe"

    given: frozenset[str]
    title: str
    targets: tuple[str, ...]
    window: Window | None
    host: str | None
    particulars: Particulars
    why: str


class AttributeStep(CaseStep, frozen=True, kw_only=True):
    """Somebody says how sure they are that an actor is behind it."""

    verb: ClassVar[str] = "attribute"

    actor: str
    confidence: Confidence
    why: str


class DropActorStep(CaseStep, frozen=True, kw_only=True):
    """An actor is taken off the case."""

    verb: ClassVar[str] = "drop_actor"

    actor: str
    why: str


class OpenQuestionStep(CaseStep, frozen=True, kw_only=True):
    """Something is written down that nobody knows yet."""

    verb: ClassVar[str] = "open_question"

    words: str


class CloseQuestionStep(CaseStep, frozen=True, kw_only=True):
    """It is found out, or asked no more."""

    verb: ClassVar[str] = "close_question"

    question: str
    answer: str


class NextStepStep(CaseStep, frozen=True, kw_only=True):
    """What is done next, by whom and by when. done: what became of the step before."""

    verb: ClassVar[str] = "next_step"

    what: str
    owner: str
    by_when: datetime
    done: str


class TransferStep(CaseStep, frozen=True, kw_only=True):
    """The case gets another owner."""

    verb: ClassVar[str] = "hand_over"

    owner: str
    why: str


class MarkStep(CaseStep, frozen=True, kw_only=True):
    """The case goes further, or less far. owner, next_owner: whose it is, and whose its next step; empty: whoever had it."""

    verb: ClassVar[str] = "mark"

    mark: Mark
    readers: tuple[str, ...]
    owner: str
    next_owner: str
    why: str


class ChecklistStep(CaseStep, frozen=True, kw_only=True):
    """Indicators are put on the checklist of the case: those of a kind of threat, or the desk's own. kind: empty: its own."""

    verb: ClassVar[str] = "checklist"

    kind: str
    indicators: tuple[Indicator, ...]


class IndicatorStep(CaseStep, frozen=True, kw_only=True):
    """Somebody says how an indicator stands. rests_on: reports and incidents. claim: of the one report, counted from 0."""

    verb: ClassVar[str] = "indicator"

    key: str
    stands: str
    as_of: datetime
    rests_on: tuple[str, ...]
    claim: int | None
    words: str


class MergeStep(CaseStep, frozen=True, kw_only=True):
    """The case is found to be the same as another."""

    verb: ClassVar[str] = "merge"

    into: str
    why: str


class PartStep(CaseStep, frozen=True, kw_only=True):
    """The case is found not to be the same after all."""

    verb: ClassVar[str] = "part"

    why: str


class SplitStep(CaseStep, frozen=True, kw_only=True):
    """Some of what bears on the case goes into a case of its own, which has the step's id."""

    verb: ClassVar[str] = "split"

    title: str
    items: tuple[str, ...]
    owner: str
    why: str


class DeclineStep(CaseStep, frozen=True, kw_only=True):
    """An incident that was proposed does not belong to the case."""

    verb: ClassVar[str] = "decline"

    incident: str
    why: str


class EndStep(CaseStep, frozen=True, kw_only=True):
    """The case is ended."""

    verb: ClassVar[str] = "close"

    why: str


class ReopenStep(CaseStep, frozen=True, kw_only=True):
    """The case is opened again."""

    verb: ClassVar[str] = "reopen"

    by_when: datetime
    why: str
