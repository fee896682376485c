"""Taking a false warning back: one duty officer's word, at once. Who hears of it is left to delivery.

Withdrawing stops what has not been sent yet; a retraction goes after what has been, to whoever got it or may have.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.languages import nearest
from tocsin.basis.marking import Role
from tocsin.warning.window import HOLDS, Window, WindowStands

WORTH_SENDING = timedelta(days=7)
"""How long after it a retraction is still sent; and how long after its end a warning is still believed by someone."""


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """Why a warning was false, in the words its readers are told, in one language (BCP 47)."""

    language: str
    words: str


class Retraction(msgspec.Struct, frozen=True, kw_only=True):
    """That a warning was taken back, and how. identifier, cap: of the CAP message that cancels an alert."""

    at: datetime
    retracted_by: Id
    wordings: tuple[TakenBack, ...]
    identifier: str = ""
    cap: str = ""


class WarningRetracted(Fact, frozen=True, kw_only=True):
    """Someone took a false warning back."""

    retracted_by: Id
    wordings: tuple[TakenBack, ...]


def refuse_retracting(
    warning: Id,
    *,
    gone_out: bool,
    window: Window | None,
    before: Retraction | None,
    roles: Collection[Role],
    wordings: Sequence[TakenBack],
    now: datetime,
) -> None:
    """Stop a retraction of what cannot be taken back, or that would tell its readers nothing.

    A warning that was withdrawn, or ran out, can be: whoever got it has not been told.

    Raises:
        Refused: it never went out, was taken back before, or is over; or this person may not, or says nothing.
    """
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"Warning {warning} is for a duty officer to take back. Ask one; any of them may, alone.")
    if not gone_out:
        raise Refused(f"Warning {warning} has not gone out, so there is nothing to take back. Leave it unsent.")
    if before is not None:
        raise Refused(f"Warning {warning} was taken back at {before.at:%Y-%m-%d %H:%M} UTC already.")
    if _stood_down(window):
        raise Refused(f"Warning {warning} was stood down: it is over, and was not false. Publish a statement instead.")
    if window is not None and window.ends + WORTH_SENDING <= now:
        raise Refused(
            f"Warning {warning} ended at {window.ends:%Y-%m-%d %H:%M} UTC, and is over. Publish a statement instead."
        )
    languages = [one.language.casefold() for one in wordings]
    if not wordings or not all(one.words.strip() for one in wordings):
        raise Refused(f"Say in a sentence why warning {warning} is taken back; everyone who got it is told just that.")
    if len(set(languages)) < len(languages):
        raise Refused(f"Warning {warning} is taken back twice in one language. Say it once in each.")


def _stood_down(window: Window | None) -> bool:
    return window is not None and (window.stands is WindowStands.STOOD_DOWN or window.closed_how == "stand_down")


def may_be_retracted(window: Window | None, before: Retraction | None, now: datetime) -> bool:
    """Say whether what has gone out can still be taken back: it was not, nor stood down, and someone may believe it."""
    too_late = window is not None and window.ends + WORTH_SENDING <= now
    return before is None and not _stood_down(window) and not too_late


def still_holds(window: Window | None, now: datetime) -> bool:
    """Say whether a window is still open, and so ends with a retraction."""
    return window is not None and window.stands in HOLDS and now < window.ends


def wording_in(wordings: Sequence[TakenBack], languages: Sequence[str]) -> TakenBack:
    """Return the words in the language that a reader wants most of those there are, or as they were first written."""
    return wordings[nearest([one.language for one in wordings], languages) or 0]
