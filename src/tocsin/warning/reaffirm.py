"""Reaffirming: standing by a warning. The same advice to the same audience once more, with words why, and a window of its own.

It is a warning of its own that follows the earlier one, so a second person reads it before it goes out.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.languages import nearest
from tocsin.warning.retraction import Retraction
from tocsin.warning.window import OVER, Window


class Upheld(msgspec.Struct, frozen=True, kw_only=True):
    """Why a warning is stood by, in the words its readers are told, in one language (BCP 47)."""

    language: str
    words: str


def refuse_reaffirming(
    warning: Id,
    *,
    gone_out: bool,
    window: Window | None,
    retraction: Retraction | None,
    followed_by: Id | None,
    said: Sequence[Upheld],
    ends: datetime | None,
    now: datetime,
) -> None:
    """Stop someone from standing by what cannot be stood by, or from saying nothing of why.

    What ran out undecided can be: that nobody had decided then does not mean that nobody stands by it now.

    Raises:
        Refused: it never went out, was taken back or ended by its issuer, or another follows it; or no words or no end
            are given.
    """
    if not gone_out:
        raise Refused(f"Warning {warning} has not gone out. Only what has been said can be stood by.")
    if retraction is not None:
        raise Refused(f"Warning {warning} was taken back as false, so nobody stands by it. Issue a new warning.")
    if window is not None and (window.stands in OVER or window.closed_at is not None):
        raise Refused(f"Warning {warning} was ended by its issuer, so nobody stands by it. Issue a new warning.")
    if followed_by is not None:
        raise Refused(f"Warning {warning} is followed by {followed_by}. Stand by that one.")
    if not said or not all(one.words.strip() for one in said):
        raise Refused(f"Say in a sentence why you stand by warning {warning}; everyone who is told it reads just that.")
    if len({one.language.casefold() for one in said}) < len(said):
        raise Refused(f"Warning {warning} is stood by twice in one language. Say it once in each.")
    if window is not None and ends is None:
        raise Refused(f"Warning {warning} had a window. Say until when it holds now.")
    if ends is not None and ends <= now:
        raise Refused(f"Until {ends:%Y-%m-%d %H:%M} UTC lies in the past. Say until when warning {warning} holds now.")


def words_in(said: Sequence[Upheld], language: str) -> str:
    """Return the words in a language; nothing where they were not written in it."""
    found = nearest([one.language for one in said], [language])
    return "" if found is None else said[found].words
