"""The review of a case: what became of it, and how the warner did."""

from datetime import datetime, timedelta

from tocsin.web.desk.views.rows import LikelihoodView
from tocsin.web.pieces import Chip, View


class AxisRow(View, frozen=True, kw_only=True):
    """One axis of the outcome. axis: time, place, target, actor or act. verdict: match, near, miss or unknown."""

    axis: str
    warned: str
    happened: str
    verdict: str


class StatedRow(View, frozen=True, kw_only=True):
    """Whether a warning had stated one of what, where, when, who; and its words. not_to: who got a notice, and was not told it."""

    question: str
    stated: bool
    words: str = ""
    not_to: str = ""


class Review(View, frozen=True, kw_only=True):
    """What became of the case and how the warner did.

    outcome: exact, late, elsewhere, disrupted, nothing or unknown. warned_at: when the first warning went out.
    first_answer_after: None while nobody answered. brier: 0 is perfect, 1 is worst.
    """

    outcome: Chip
    outcome_at: datetime
    summary: str
    warned_at: datetime
    lead: timedelta | None
    first_answer_after: timedelta | None
    first_answer: str
    published_before_dismissal: int
    corroborating: int
    axes: tuple[AxisRow, ...]
    stated: tuple[StatedRow, ...]
    last_likelihood: LikelihoodView | None
    brier: float | None
