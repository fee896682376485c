"""The steps of headcounts."""

from datetime import datetime
from typing import ClassVar

from tocsin.scenario.head import Audience
from tocsin.scenario.steps.step import Decision, Step


class HeadcountStep(Step, frozen=True, kw_only=True):
    """An officer asks who is safe: those of an audience, and everyone who was told of the alert that it follows."""

    verb: ClassVar[str] = "headcount"

    audience: Audience
    follows: str | None
    words: str
    language: str
    ends: datetime
    policy: str
    by: str
    threat: str | None = None


class AskAgainStep(Step, frozen=True, kw_only=True):
    """The silent of a headcount are asked again."""

    verb: ClassVar[str] = "ask_again"

    headcount: str
    by: str


class WardenStep(Step, frozen=True, kw_only=True):
    """Somebody looks after a group, or some people, from then on."""

    verb: ClassVar[str] = "warden"

    who: str
    group: str | None
    persons: tuple[str, ...]
    by: str


class RelieveStep(Step, frozen=True, kw_only=True):
    """They do so no longer. warden: the step by which they were named."""

    verb: ClassVar[str] = "relieve"

    warden: str
    by: str


class HandInStep(Step, frozen=True, kw_only=True):
    """A warden brings back on paper who is safe and who needs help. gone_round: when they had asked them."""

    verb: ClassVar[str] = "hand_in"

    headcount: str
    warden: str
    safe: tuple[str, ...]
    need_help: tuple[str, ...]
    words: str
    gone_round: datetime
    by: str


class CloseHeadcountStep(Step, frozen=True, kw_only=True):
    """A duty officer ends a headcount, lets it go on until a later moment, or has it asked no more."""

    verb: ClassVar[str] = "close_headcount"

    headcount: str
    decision: Decision
    until: datetime | None
    why: str
    by: str
