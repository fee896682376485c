"""How things stand, as chips and small views: windows, likelihoods, warnings, outcomes."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from tocsin.answer.facts import DENIALS, AnswerKind
from tocsin.outcome.score import classify
from tocsin.outcome.state import Outcome
from tocsin.store.door import Told
from tocsin.threat.assess import estimative_words
from tocsin.threat.state import Assessment
from tocsin.warning.advisory.place import has_effect
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.warning.statement.facts import StatementKind
from tocsin.warning.statement.state import Statement
from tocsin.warning.window import HOLDS, Window
from tocsin.web.desk.fill.followed import Followed
from tocsin.web.desk.views.rows import LikelihoodView, WarningKind
from tocsin.web.pieces import Chip, ChipKind, WindowState, WindowView
from tocsin.web.shown import window_state, window_view


def kind(told: Told) -> WarningKind:
    """Return what sort of warning something is."""
    return WarningKind(type(told).__name__.lower())


def is_sent(told: Told) -> bool:
    """Say whether something went out."""
    if isinstance(told, Notice):
        return told.stage is NoticeStage.SENT
    return not isinstance(told, Alert) or told.stage is AlertStage.ISSUED


def likelihood_view(judged: Assessment) -> LikelihoodView:
    """Return a likelihood with its words; confidence apart."""
    low, high = judged.likelihood
    return LikelihoodView(
        low=low, high=high, words=estimative_words(judged.likelihood), confidence=judged.confidence.value
    )


def outcome_chip(outcome: Outcome) -> Chip:
    """Return what became of a case, in one word."""
    return Chip(kind=ChipKind(classify(outcome).value))


_WINDOWS = {
    WindowState.NOT_YET: ChipKind.NOT_YET,
    WindowState.OPEN: ChipKind.IN_FORCE,
    WindowState.EXTENDED: ChipKind.EXTENDED,
    WindowState.WITHDRAWN: ChipKind.WITHDRAWN,
    WindowState.STOOD_DOWN: ChipKind.STOOD_DOWN,
    WindowState.RAN_OUT_UNDECIDED: ChipKind.RAN_OUT_UNDECIDED,
    WindowState.FOLLOWED: ChipKind.FOLLOWED,
}


def window_at_desk(window: Window | None, now: datetime) -> WindowView | None:
    """Return a window as the desk shows it."""
    view = window_view(window, now)
    return replace(view, state=_state(window, now)) if window is not None and view is not None else None


def _state(window: Window, now: datetime) -> WindowState:
    """Return how a window stands; of one that was followed in time, once its end has passed, that another took its place."""
    state = window_state(window, now)
    followed = window.followed_at is not None and state is WindowState.RAN_OUT_UNDECIDED
    return WindowState.FOLLOWED if followed else state


def _window_chip(window: Window, now: datetime) -> Chip:
    if window.asked_at is not None and window.stands in HOLDS and now < window.ends:
        return Chip(kind=ChipKind.RUNNING_OUT)
    return Chip(kind=_WINDOWS[_state(window, now)])


def warning_chips(followed: Followed, now: datetime) -> tuple[Chip, ...]:
    """Return how a warning stands, and what must not be overlooked of its answers."""
    told = followed.told
    if not is_sent(told):
        stage = told.stage if isinstance(told, Notice) else None
        if stage is NoticeStage.WAIVED:
            return ()
        return (Chip(kind=ChipKind.DROPPED if stage is NoticeStage.DROPPED else ChipKind.DRAFT),)
    if isinstance(told, Alert | Notice) and told.retraction is not None:
        return (
            Chip(kind=ChipKind.RETRACTED),
            *(one for one in _loud(followed, now) if one.kind is not ChipKind.SILENT),
        )
    chips = [_window_chip(followed.window, now)] if followed.window is not None else []
    if isinstance(told, Alert) and told.reaffirms:
        chips.append(Chip(kind=ChipKind.REAFFIRMED))
    if isinstance(told, Statement) and told.statement_kind is StatementKind.REAFFIRMATION:
        chips.append(Chip(kind=ChipKind.REAFFIRMED))
    if isinstance(told, Advisory):
        chips.append(Chip(kind=_level_chip(told, now)))
        chips += [Chip(kind=ChipKind.OVERDUE)] if followed.deadline is not None and followed.deadline.missed else []
    return (*chips, *_loud(followed, now))


def _level_chip(told: Advisory, now: datetime) -> ChipKind:
    if told.withdrawn_at is not None:
        return ChipKind.WITHDRAWN
    return ChipKind.IN_FORCE if has_effect(told, now) else ChipKind.READY


LOUD = (AnswerKind.NEED_HELP, AnswerKind.DISMISSED, AnswerKind.DISPUTED)


def _loud(followed: Followed, now: datetime) -> Iterator[Chip]:
    """Return the denials, the needs for help and the silence of whoever stands alone; groups are counted together."""
    among: Counter[AnswerKind] = Counter()
    for addressee in followed.addressees:
        tally = followed.tally(addressee)
        if not addressee.single:
            among.update({answer: tally[answer] for answer in LOUD})
            continue
        for answer in LOUD:
            if tally[answer]:
                after = followed.answered_after(addressee) if answer in DENIALS else None
                yield Chip(kind=ChipKind(answer.value), after=after)
        if not tally and followed.sent_at is not None:
            yield Chip(kind=ChipKind.SILENT, after=max(now - followed.sent_at, now - now))
    for answer in LOUD:
        if among[answer]:
            yield Chip(kind=ChipKind(answer.value), count=among[answer])
