"""What can happen to the draft of an alert, and to a template of one's own. A draft and what goes out are kept apart."""

from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.warning.alert.facts import Area
from tocsin.warning.audience import Part
from tocsin.warning.ladder import Ladder


class PieceState(StrEnum):
    """How far the words in one language have come."""

    DRAFT = "draft"
    MACHINE = "machine_translated"
    CHECKED = "checked"


class Piece(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alert, or a template of one, in one language (BCP 47). checked_by: who read it in that language, and stands for it."""

    language: str
    headline: str
    event: str
    description: str = ""
    instruction: str = ""
    contact: str = ""
    state: PieceState = PieceState.DRAFT
    checked_by: Id | None = None
    checked_at: datetime | None = None


class Contents(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the draft of an alert holds. The first piece is the language that it was written in.

    begins: None: from its approval. template, template_version: what it was written from, if from any. actor_words: under
    which version of these it was written. grounds: on what ground an actor word is used, by the word.
    """

    pieces: tuple[Piece, ...]
    areas: tuple[Area, ...]
    sender: str
    sender_name: str
    ends: datetime | None = None
    begins: datetime | None = None
    urgency: str = "Expected"
    severity: str = "Severe"
    certainty: str = "Possible"
    category: str = "Security"
    ladder: Ladder = Ladder()
    groups: tuple[Id, ...] = ()
    audience: tuple[Part, ...] = ()
    follows: Id | None = None
    exercise: bool = False
    template: str = ""
    template_version: int = 0
    actor_words: int = 0
    grounds: dict[str, str] = {}


class AlertWritten(Fact, frozen=True, kw_only=True):
    """The draft of an alert was written; written again before it is approved, it replaces the earlier words."""

    author: Id
    contents: Contents
    threat: Id | None = None


class AlertPieceChecked(Fact, frozen=True, kw_only=True):
    """Somebody who reads the language says that the words in it are right."""

    language: str
    checker: Id


class AlertLetOut(Fact, frozen=True, kw_only=True):
    """The draft was let out. break_glass: by its author alone, from a template that was approved before."""

    approver: Id
    break_glass: bool = False


class AlertDropped(Fact, frozen=True, kw_only=True):
    """The draft will not go out."""

    dropped_by: Id
    why: str


class TemplateWritten(Fact, frozen=True, kw_only=True):
    """A template of our own was written, or written again: then the earlier words hold until these are approved.

    hours: how long an alert from it holds, where its writer says nothing else. base: the template that came with Tocsin, if any.
    """

    author: Id
    name: str
    pieces: tuple[Piece, ...]
    hours: int = 48
    urgency: str = "Expected"
    severity: str = "Severe"
    certainty: str = "Possible"
    category: str = "Security"
    base: str = ""


class TemplatePieceChecked(Fact, frozen=True, kw_only=True):
    """Somebody who reads the language says that the words of a template in it are right."""

    language: str
    checker: Id


class TemplateApproved(Fact, frozen=True, kw_only=True):
    """A second person approved the latest words of a template, so that in need one person alone may send from it."""

    approver: Id


class TemplateRetired(Fact, frozen=True, kw_only=True):
    """A template is written from no more."""

    retired_by: Id
    why: str
