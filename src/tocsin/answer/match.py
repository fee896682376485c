"""Which warning a reply is about, and who gave it: found out, never guessed. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from tocsin.answer.late import ended_at
from tocsin.answer.replies import WhyKept
from tocsin.basis.ids import Id
from tocsin.warning.window import Window


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A warning that went to the address a reply came from. row: of the recipient. about: the case, or the warning itself.

    is_level: it is an advisory, which may hold for months: nothing tells when it has been answered late.
    """

    row: int
    person: Id
    warning: Id
    about: Id
    sent_at: datetime
    window: Window | None
    is_level: bool = False


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply is about.

    candidates: each warning with each who may have answered it, the latest first. why: a person has to say which; None: it is
    sure.
    """

    candidates: tuple[Candidate, ...]
    why: WhyKept | None = None


def place(found: Sequence[Candidate], referenced: Collection[int], now: datetime) -> Placed | None:
    """Say what a reply is about; None: nothing that we sent.

    referenced: the rows of the messages that the reply names. Without one it is about the latest warning that is in force, or,
    where none is, about the last that went there. Warnings about several cases in force at once are not told apart. A level is
    meant for as long as nothing else has gone there.
    """
    named = [one for one in found if one.row in referenced]
    latest = sorted(named or found, key=lambda one: (one.sent_at, one.row), reverse=True)
    if not latest:
        return None
    if named:
        return Placed(candidates=(latest[0],))
    last = latest[0].warning
    open_still = [one for one in latest if (ended := ended_at(one.window)) is None or now < ended]
    in_force = [one for one in open_still if not one.is_level or one.warning == last]
    pool = in_force or latest
    if in_force and len({one.about for one in in_force}) > 1:
        each = {(one.warning, one.person): one for one in reversed(in_force)}
        return Placed(candidates=tuple(each.values())[::-1], why=WhyKept.WHICH_WARNING)
    by_person = {one.person: one for one in reversed(pool) if one.warning == pool[0].warning}
    if len(by_person) > 1:
        return Placed(candidates=tuple(by_person.values())[::-1], why=WhyKept.WHO)
    return Placed(candidates=(pool[0],))
