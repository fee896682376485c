"""How each of our alerts stands at a moment. Of old ones only that is read; the words of those that are shown come after."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.store.public import Issued, PublicLook
from tocsin.warning.alert.state import Alert
from tocsin.web.pieces import WindowState
from tocsin.web.shown import window_state
from tocsin.web.wording import ALERT_STATES

IN_FORCE = frozenset({WindowState.OPEN, WindowState.EXTENDED})


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """How an issued alert stands at a moment. next: the alert that replaced it."""

    line: Issued
    state: WindowState
    changed_at: datetime
    next: Issued | None = None

    @property
    def id(self) -> Id:
        """Return the alert's id."""
        return self.line.id

    @property
    def issued_at(self) -> datetime:
        """Return when it went out."""
        return self.line.issued_at

    @property
    def in_force(self) -> bool:
        """Say whether people should act on it now."""
        return self.state in IN_FORCE and self.next is None and self.line.retraction is None

    @property
    def to_come(self) -> bool:
        """Say whether people should act on it from a later moment on."""
        return self.state is WindowState.NOT_YET and self.next is None and self.line.retraction is None

    @property
    def still_stands(self) -> bool:
        """Say whether it is in force, or will be."""
        return self.in_force or self.to_come

    @property
    def word(self) -> str:
        """Name the state for programs."""
        if self.line.retraction is not None:
            return "retracted"
        return "superseded" if self.next is not None and self.followed_in_time else self.state.value

    @property
    def followed_in_time(self) -> bool:
        """Say whether the alert that follows it was issued while it still held: then it did not end undecided."""
        window, after = self.line.window, self.next.issued_at if self.next is not None else None
        return self.state in (*IN_FORCE, WindowState.NOT_YET) or (
            self.state is WindowState.RAN_OUT_UNDECIDED
            and window is not None
            and after is not None
            and after < window.ends
        )

    @property
    def closed_how(self) -> str:
        """Say how somebody spoke after its window had run out undecided: stand_down or withdraw; nothing if nobody did."""
        return self.line.window.closed_how if self.line.window is not None else ""


class Standing(Stand, frozen=True, kw_only=True):
    """The same, with the alert itself."""

    alert: Alert


def stands(look: PublicLook, now: datetime) -> tuple[Stand, ...]:
    """Return how all issued alerts stand, the latest first."""
    issued = look.issued()
    followed = {one.follows: one for one in reversed(issued) if one.follows}
    return tuple(_stand(one, followed.get(one.id), now) for one in issued)


def _stand(line: Issued, following: Issued | None, now: datetime) -> Stand:
    state = window_state(line.window, now) if line.window else _without_end(line, now)
    moments = [line.issued_at]
    moments += [line.begins] if line.begins <= now else []
    if line.window is not None:
        moments += [line.window.decided_at] if line.window.decided_at else []
        moments += [line.window.ends] if state is WindowState.RAN_OUT_UNDECIDED else []
        moments += [line.window.closed_at] if line.window.closed_at else []
    moments += [line.retraction.at] if line.retraction else []
    moments += [following.issued_at] if following else []
    return Stand(line=line, state=state, changed_at=max(moments), next=following)


def _without_end(line: Issued, now: datetime) -> WindowState:
    return WindowState.NOT_YET if now < line.begins else WindowState.OPEN


def if_issued(alert: Alert, now: datetime) -> Standing:
    """Return how an alert would stand if it went out at this moment."""
    line = Issued(
        id=alert.id,
        issued_at=now,
        begins=alert.begins,
        severity=alert.severity,
        follows=alert.follows,
        reaffirms=alert.reaffirms,
        window=alert.window,
        retraction=None,
    )
    one = _stand(line, None, now)
    return Standing(line=line, state=one.state, changed_at=one.changed_at, alert=alert)


def standings(look: PublicLook, which: Iterable[Stand]) -> tuple[Standing, ...]:
    """Return these with the alerts themselves."""
    wanted = tuple(which)
    alerts = look.some_alerts([one.id for one in wanted])
    return tuple(
        Standing(line=one.line, state=one.state, changed_at=one.changed_at, next=one.next, alert=alerts[one.id])
        for one in wanted
    )


def find(look: PublicLook, id: Id, now: datetime) -> Standing | None:
    """Return an issued alert as it stands now, or None."""
    return next(iter(standings(look, (one for one in stands(look, now) if one.id == id))), None)


def said(one: Stand) -> str:
    """Return how an alert stands, as ALERT_STATES names it."""
    return one.closed_how if one.closed_how and one.word == one.state.value else one.word


def sentence(one: Stand, _: Words) -> str:
    """Say in one sentence how an alert stands, for feeds and programs."""
    return _(ALERT_STATES[said(one)])
