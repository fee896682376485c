"""What several pages of the desk show: how likely something is, whom a warning reached, and who decided what."""

from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.web.pieces import Chip, View


class LikelihoodView(View, frozen=True, kw_only=True):
    """A probability range with its ICD 203 words. Confidence is worded apart.

    low, high: 0 to 1. words: of the low and of the high end, as ICD 203 writes them in English ("likely"); twice the same where one
    says it. confidence: low, moderate or high.
    """

    low: float
    high: float
    words: tuple[str, str]
    confidence: str


class WarningKind(StrEnum):
    """What sort of warning, or of word that is no warning."""

    ALERT = "alert"
    NOTICE = "notice"
    ADVISORY = "advisory"
    STATEMENT = "statement"


class RecipientRow(View, frozen=True, kw_only=True):
    """How one recipient, or a group of them, stands towards one warning.

    after: until the first answer, or the time of silence so far. after_means: "", "median", "to_all" or "so_far".
    """

    name: str
    warning: str
    chips: tuple[Chip, ...]
    warning_href: str = ""
    detail: str = ""
    note: str = ""
    after: timedelta | None = None
    after_means: str = ""
    next_step: str = ""
    next_detail: str = ""


class EscalationRow(View, frozen=True, kw_only=True):
    """Who was called because nobody answered, or because of a denial, a window, a failure, a deadline.

    why: silence, denial, window, failure or deadline. accepted_at: when that person took it on.
    """

    at: datetime
    of: str
    to: str
    why: str
    accepted_at: datetime | None = None
    accepted_by: str = ""


class DecisionRow(View, frozen=True, kw_only=True):
    """A decision to warn, or not to: what, by whom, on what grounds."""

    at: datetime
    by: str
    what: str
    grounds: str
    role: str = ""


class AnswerRow(View, frozen=True, kw_only=True):
    """An answer as it was heard. after: since the warning went out. how: by which way ("answer page")."""

    at: datetime
    by: str
    chip: Chip
    after: timedelta
    how: str = ""
    text: str = ""
