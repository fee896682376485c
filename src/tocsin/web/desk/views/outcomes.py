"""The warner's own scores, over all judged cases."""

from datetime import datetime, timedelta

from tocsin.web.desk.views.rows import LikelihoodView
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Chip, View


class OutcomeRow(View, frozen=True, kw_only=True):
    """One judged case."""

    title: str
    href: str
    outcome: Chip
    at: datetime
    lead: timedelta | None = None
    likelihood: LikelihoodView | None = None
    brier: float | None = None


class CalibrationBin(View, frozen=True, kw_only=True):
    """Of the cases given about this likelihood, how many struck."""

    forecast: float
    struck: int
    cases: int


class OutcomesPage(View, frozen=True, kw_only=True):
    """The warner's own scores. disrupted counts neither as a hit nor as a false alarm.

    rows: the latest judged cases. further_href: where those before them are. is_further: whether these are not the latest.
    """

    shell: Shell
    hits: int
    misses: int
    false_alarms: int
    disrupted: int = 0
    median_lead: timedelta | None = None
    median_first_answer: timedelta | None = None
    median_second_knock: timedelta | None = None
    brier: float | None = None
    rows: tuple[OutcomeRow, ...] = ()
    calibration: tuple[CalibrationBin, ...] = ()
    further_href: str = ""
    is_further: bool = False
