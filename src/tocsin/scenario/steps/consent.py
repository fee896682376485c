"""The steps by which a notice waits for those whose material it rests on."""

from datetime import datetime
from typing import ClassVar

from tocsin.scenario.steps.step import Step
from tocsin.warning.notice.facts import TearLine


class HeldStep(Step, frozen=True, kw_only=True):
    """Something about a notice that is written and has not gone out. by: who at the desk does it."""

    notice: str
    by: str


class AskConsentStep(HeldStep, frozen=True, kw_only=True):
    """An originator is asked whether the notice may go out. words: how, and what they were shown."""

    verb: ClassVar[str] = "ask_consent"

    originator: str
    words: str


class ConsentStep(HeldStep, frozen=True, kw_only=True):
    """An originator agrees, or refuses. giver: who said so there. words: how, and where that is written."""

    verb: ClassVar[str] = "consent"

    originator: str
    agreed: bool
    giver: str
    words: str
    given_at: datetime


class RewriteStep(HeldStep, frozen=True, kw_only=True):
    """The notice is written anew. originators: whose material its grounds rest on now; None: of whom they did before.

    approved_by: who lets its words stay that occur in stricter material alone; nobody does so for their own.
    """

    verb: ClassVar[str] = "rewrite"

    tear_line: TearLine
    originators: tuple[str, ...] | None
    release: tuple[str, ...] | None
    approved_by: str


class LetOutStep(HeldStep, frozen=True, kw_only=True):
    """A second person lets the notice go out; by is who approves it. break_glass: although somebody has not answered.

    grounds: on which it goes out although its case is over.
    """

    verb: ClassVar[str] = "let_out"

    break_glass: bool
    grounds: str
