"""The timeline of a case: what was known, thought, warned, answered and claimed, each in its lane."""

from datetime import datetime
from enum import StrEnum

from tocsin.web.desk.views.rows import LikelihoodView
from tocsin.web.pieces import View, WindowView


class KnownKind(StrEnum):
    """What became known."""

    INCIDENT = "incident"
    REPORT = "report"
    RELAY = "relay"  # repeats an origin already counted


class KnownMark(View, frozen=True, kw_only=True):
    """Something that became known. origin: the number of its independent origin, as the page counts them."""

    at: datetime
    label: str
    kind: KnownKind
    detail: str = ""
    origin: int | None = None
    href: str = ""


class LikelihoodStep(View, frozen=True, kw_only=True):
    """The likelihood from this moment on."""

    at: datetime
    likelihood: LikelihoodView
    by: str = ""


class WarnedKind(StrEnum):
    """What was sent or said."""

    ALERT = "alert"
    NOTICE = "notice"
    ADVISORY = "advisory"
    STATEMENT = "statement"
    REAFFIRMED = "reaffirmed"
    SECOND_KNOCK = "second_knock"


class WarnedMark(View, frozen=True, kw_only=True):
    """Something sent or said. One with a window is drawn as a bar, and hatched after it ran out undecided."""

    at: datetime
    label: str
    kind: WarnedKind
    window: WindowView | None = None
    detail: str = ""
    href: str = ""


class AnswerLine(View, frozen=True, kw_only=True):
    """From the moment a warning went out until it was answered, or until now: the line of silence.

    answer: silent, received, acting, safe, need_help, disputed or dismissed. answered_at is None while silent.
    until: where the line of one that is still silent ends, if before the page's now (the attack came, say).
    """

    recipient: str
    sent_at: datetime
    answer: str = "silent"
    answered_at: datetime | None = None
    until: datetime | None = None
    label: str = ""
    detail: str = ""
    href: str = ""
    escalated_at: tuple[datetime, ...] = ()


class AccountKind(StrEnum):
    """What was said about who did it."""

    ACCUSED = "accused"
    CLAIMED = "claimed"
    NO_INDICATION = "no_indication"


class AccountMark(View, frozen=True, kw_only=True):
    """Someone accused, claimed, or said there is no indication as of that moment."""

    at: datetime
    label: str
    kind: AccountKind
    detail: str = ""


class StruckMark(View, frozen=True, kw_only=True):
    """The moment it happened: a line through all lanes."""

    at: datetime
    label: str
    detail: str = ""


class Timeline(View, frozen=True, kw_only=True):
    """A case in lanes: known, likelihood, warned, answered, and who was blamed.

    starts_at, ends_at: the stretch shown. now: silence runs until here.
    """

    starts_at: datetime
    ends_at: datetime
    now: datetime
    zone: str
    known: tuple[KnownMark, ...] = ()
    likelihood: tuple[LikelihoodStep, ...] = ()
    warned: tuple[WarnedMark, ...] = ()
    answered: tuple[AnswerLine, ...] = ()
    accounts: tuple[AccountMark, ...] = ()
    struck: tuple[StruckMark, ...] = ()
