"""The steps by which competing hypotheses are weighed."""

from datetime import datetime
from typing import ClassVar

from tocsin.scenario.steps.casework import CaseStep


class MatrixStep(CaseStep, frozen=True, kw_only=True):
    """Something about the hypotheses of a case. question: who is behind it, or what is planned."""

    question: str


class HypothesisStep(MatrixStep, frozen=True, kw_only=True):
    """A hypothesis is put beside the others; its key is the step's id. The first of a question opens its matrix."""

    verb: ClassVar[str] = "hypothesis"

    words: str
    actor: str | None


class SetAsideStep(MatrixStep, frozen=True, kw_only=True):
    """A hypothesis is weighed no more."""

    verb: ClassVar[str] = "set_aside"

    hypothesis: str
    why: str


class WeighStep(MatrixStep, frozen=True, kw_only=True):
    """Something that is known is held against the hypotheses. row: the earlier step whose row is judged anew; else it is a new one.

    judged: by hypothesis. as_of: up to when there was no indication. claim: counted from 0.
    """

    verb: ClassVar[str] = "weigh"

    row: str | None
    report: str | None
    incident: str | None
    claim: int | None
    words: str
    relevance: str
    credibility: str | None
    judged: dict[str, str]
    as_of: datetime
    why: str
