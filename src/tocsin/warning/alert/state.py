"""How an alert stands, and the only rules by which facts change that."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.basis.languages import nearest
from tocsin.warning import window as windows
from tocsin.warning.alert.facts import (
    AlertApproved,
    AlertClosed,
    AlertDrafted,
    AlertFollowed,
    AlertIssued,
    AlertRetracted,
    AlertStoodDown,
    AlertWindowAsked,
    AlertWindowExtended,
    AlertWindowRanOut,
    AlertWithdrawn,
    Area,
    Wording,
)
from tocsin.warning.audience import Counts, Part
from tocsin.warning.ladder import Ladder
from tocsin.warning.reaffirm import Upheld
from tocsin.warning.retraction import Retraction
from tocsin.warning.stated import Stated
from tocsin.warning.window import Window


class AlertStage(StrEnum):
    """How far an alert has come."""

    DRAFT = "draft"
    APPROVED = "approved"
    ISSUED = "issued"


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """A later CAP message of an alert, as published: one that extends or ends it. What takes it back is in its retraction."""

    at: datetime
    extends: bool = False
    identifier: str
    cap: str


class Alert(State, frozen=True, kw_only=True):
    """A public alert. due: when its window next needs something. saw: what its approver saw of its audience.

    identifier, cap: of its first CAP message; later: those that followed.
    """

    threat: Id | None
    stage: AlertStage
    author: Id
    approver: Id | None
    break_glass: bool
    sender: str
    sender_name: str
    wordings: tuple[Wording, ...]
    areas: tuple[Area, ...]
    urgency: str
    severity: str
    certainty: str
    category: str
    stated: Stated
    ladder: Ladder
    groups: tuple[Id, ...]
    persons: tuple[Id, ...]
    follows: Id | None
    reaffirms: bool
    exercise: bool
    drafted_at: datetime
    begins: datetime
    window: Window | None
    issued_at: datetime | None
    identifier: str | None
    cap: str | None
    due: datetime | None
    retraction: Retraction | None = None
    audience: tuple[Part, ...] = ()
    saw: Counts | None = None
    upheld: tuple[Upheld, ...] = ()
    later: tuple[Later, ...] = ()
    template: str = ""
    template_version: int = 0
    actor_words: int = 0


def wording_for(alert: Alert, languages: Sequence[str]) -> Wording:
    """Return the alert in the language that a reader wants most of those it has, or as it was first written."""
    return alert.wordings[nearest([one.language for one in alert.wordings], languages) or 0]


def _drafted(fact: AlertDrafted) -> Alert:
    return Alert(
        id=fact.subject,
        threat=fact.threat,
        stage=AlertStage.DRAFT,
        author=fact.author,
        approver=None,
        break_glass=False,
        sender=fact.sender,
        sender_name=fact.sender_name,
        wordings=fact.wordings,
        areas=fact.areas,
        urgency=fact.urgency,
        severity=fact.severity,
        certainty=fact.certainty,
        category=fact.category,
        stated=fact.stated,
        ladder=fact.ladder,
        groups=fact.groups,
        persons=fact.persons,
        follows=fact.follows,
        reaffirms=fact.reaffirms,
        exercise=fact.exercise,
        drafted_at=fact.occurred_at,
        begins=fact.begins,
        window=None if fact.ends is None else windows.open_window(fact.begins, fact.ends, fact.ask_ahead_s),
        issued_at=None,
        identifier=None,
        cap=None,
        due=None,
        audience=fact.audience,
        upheld=fact.upheld,
        template=fact.template,
        template_version=fact.template_version,
        actor_words=fact.actor_words,
    )


def _retraction(fact: AlertRetracted) -> Retraction:
    return Retraction(
        at=fact.occurred_at,
        retracted_by=fact.retracted_by,
        wordings=fact.wordings,
        identifier=fact.identifier,
        cap=fact.cap,
    )


def fold_alert(state: Alert | None, fact: Fact) -> Alert:
    """Return how the alert stands after the fact."""
    if isinstance(fact, AlertDrafted):
        return _drafted(fact)
    alert = standing(state, fact)
    match fact:
        case AlertApproved():
            approved = replace(alert, stage=AlertStage.APPROVED, approver=fact.approver, break_glass=fact.break_glass)
            return replace(approved, saw=fact.saw)
        case AlertIssued():
            return replace(
                alert,
                stage=AlertStage.ISSUED,
                issued_at=fact.occurred_at,
                identifier=fact.identifier,
                cap=fact.cap,
                due=windows.due(alert.window),
            )
        case AlertRetracted():
            return replace(alert, retraction=_retraction(fact))
    if alert.window is None:
        raise TypeError(fact.kind())
    window = windows.fold_window(alert.window, fact)
    return replace(alert, window=window, due=windows.due(window), later=(*alert.later, *_said(fact)))


def _said(fact: Fact) -> tuple[Later, ...]:
    if isinstance(fact, AlertWindowExtended | AlertWithdrawn | AlertStoodDown | AlertClosed) and fact.cap:
        extends = isinstance(fact, AlertWindowExtended)
        return (Later(at=fact.occurred_at, extends=extends, identifier=fact.identifier, cap=fact.cap),)
    return ()


FOLDINGS = (
    Folding(
        Alert,
        (
            AlertDrafted,
            AlertApproved,
            AlertIssued,
            AlertWindowAsked,
            AlertWindowExtended,
            AlertWithdrawn,
            AlertStoodDown,
            AlertWindowRanOut,
            AlertFollowed,
            AlertClosed,
            AlertRetracted,
        ),
        fold_alert,
    ),
)
