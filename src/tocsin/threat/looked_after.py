"""Who looks after a case: how sure we are of its actors, what is still open, whose next step it is by when, and who may read it.

An open case always has a next step with an owner and a date; it ends only by somebody's word. These are the parts of a case;
the facts are in facts.py, the decisions in casework.py.
"""

from datetime import datetime

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.threat.facts import Confidence


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """How sure we are that an actor of the case is behind it, and why. None: nobody has said how sure."""

    actor: Id
    confidence: Confidence | None
    why: str
    by: Id
    at: datetime


class OpenQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the case that nobody knows yet. answer: what was found out, or why it is asked no more."""

    id: Id
    words: str
    asked_by: Id
    asked_at: datetime
    answer: str = ""
    closed_by: Id | None = None
    closed_at: datetime | None = None


class NextStep(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done next about the case, by whom, and by when. done: what became of the step before it."""

    what: str
    owner: Id
    by_when: datetime
    set_by: Id
    set_at: datetime
    done: str = ""


class End(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody ended the case, and why."""

    at: datetime
    by: Id
    why: str


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """From when on the case went how far. named: who could read it to the end of that time, if it was RED. by: None: who opened it."""

    at: datetime
    mark: Mark
    named: tuple[Id, ...]
    by: Id | None = None
    why: str = ""
