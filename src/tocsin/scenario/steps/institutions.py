"""The steps of institutions: what they restate, hand on and ask, and the second knock."""

from typing import ClassVar

from tocsin.scenario.steps.step import How, Step


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
