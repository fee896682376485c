"""What can happen to a public alert. Nothing confidential is ever in one."""

from datetime import datetime

import msgspec

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.warning.audience import Counts, Part
from tocsin.warning.ladder import Ladder
from tocsin.warning.reaffirm import Upheld
from tocsin.warning.retraction import WarningRetracted
from tocsin.warning.stated import Stated
from tocsin.warning.window import (
    WindowAsked,
    WindowClosed,
    WindowExtended,
    WindowFollowed,
    WindowRanOut,
    WindowStoodDown,
    WindowWithdrawn,
)


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in one language (BCP 47)."""

    language: str
    headline: str
    event: str
    description: str
    instruction: str
    contact: str = ""


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """Where an alert holds. polygon: four or more points, latitude first, the last equal to the first.

    circle: latitude, longitude, radius in kilometres. WGS 84 degrees. geocodes: the name of a list of areas, such as SAME or
    EMMA_ID, and the code of this one in it. names: (language, what it is called in that), besides the name that stands for all.
    """

    name: str
    polygon: tuple[tuple[float, float], ...] = ()
    circle: tuple[float, float, float] | None = None
    geocodes: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    def name_in(self, language: str) -> str:
        """Return what it is called in a language; where it has no name in that, the one that stands for all."""
        return dict(self.names).get(language, self.name)


class AlertDrafted(Fact, frozen=True, kw_only=True):
    """Someone wrote an alert. follows: the alert it updates. groups, persons, audience: who is told besides the public.

    audience: parts that are united with the groups and persons, and with one another. ask_ahead_s: how many seconds before
    its end its owner is asked about it; None: a quarter of the window. reaffirms, upheld: that it stands by the alert it
    follows, and why. template, template_version, actor_words: what it was written from, and under which version of the actor
    words, where it was written at the desk.
    """

    threat: Id | None
    author: Id
    sender: str
    sender_name: str
    wordings: tuple[Wording, ...]
    areas: tuple[Area, ...]
    begins: datetime
    ends: datetime | None
    urgency: str = "Expected"
    severity: str = "Severe"
    certainty: str = "Possible"
    category: str = "Security"
    stated: Stated = Stated()
    ladder: Ladder = Ladder()
    groups: tuple[Id, ...] = ()
    persons: tuple[Id, ...] = ()
    follows: Id | None = None
    reaffirms: bool = False
    exercise: bool = False
    audience: tuple[Part, ...] = ()
    ask_ahead_s: int | None = None
    upheld: tuple[Upheld, ...] = ()
    template: str = ""
    template_version: int = 0
    actor_words: int = 0


class AlertApproved(Fact, frozen=True, kw_only=True):
    """A second person let it go out. saw: how many it would have been for then; nothing where nobody counted."""

    approver: Id
    break_glass: bool = False
    saw: Counts | None = None


class AlertIssued(Fact, frozen=True, kw_only=True):
    """The alert went out. cap: the exact message, as published."""

    identifier: str
    cap: str


class AlertWindowAsked(WindowAsked, frozen=True, kw_only=True):
    """The owner of an alert was asked about its end."""


class AlertWindowExtended(WindowExtended, frozen=True, kw_only=True):
    """An alert holds longer. identifier, cap: of the CAP message that says so, as published; empty before there were such."""

    identifier: str = ""
    cap: str = ""


class AlertWithdrawn(WindowWithdrawn, frozen=True, kw_only=True):
    """An alert no longer holds. identifier, cap: as above; empty where its retraction has the message."""

    identifier: str = ""
    cap: str = ""


class AlertStoodDown(WindowStoodDown, frozen=True, kw_only=True):
    """What an alert warned of has passed, says its issuer. identifier, cap: as above."""

    identifier: str = ""
    cap: str = ""


class AlertWindowRanOut(WindowRanOut, frozen=True, kw_only=True):
    """An alert's stated period ended; no all-clear was given."""


class AlertFollowed(WindowFollowed, frozen=True, kw_only=True):
    """An alert was followed by another, which holds in its place, while it still held."""


class AlertClosed(WindowClosed, frozen=True, kw_only=True):
    """Someone said after an alert had run out undecided that it is over. identifier, cap: as above."""

    identifier: str = ""
    cap: str = ""


class AlertRetracted(WarningRetracted, frozen=True, kw_only=True):
    """An alert was false, and is taken back. identifier, cap: of the exact CAP message that cancels it, as published."""

    identifier: str
    cap: str
