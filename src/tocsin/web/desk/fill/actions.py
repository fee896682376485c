"""What the reader of a desk page can press."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.store.door import Door, Told
from tocsin.threat.state import Threat
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import may_be_decided
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.decisions import about
from tocsin.web.desk.fill.followed import Followed
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.states import is_sent
from tocsin.web.desk.views.board import Key
from tocsin.web.pieces import Action

TAKE_ON = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})


def take_on_action(door: Door, watch: Id, label: str, *, first: bool = False) -> Action | None:
    """Return the button by which a watch is taken on, for those who may. An auditor changes nothing."""
    if not TAKE_ON & door.reader.roles:
        return None
    return Action(label=label, href=hrefs.take_on(watch), method="post", first=first)


def decide_href(door: Door, told: Told, now: datetime) -> str:
    """Return where the decision about a warning's window is sent, if it can still be made, and by this reader."""
    window = told.window if isinstance(told, Alert | Notice) and is_sent(told) and told.retraction is None else None
    if window is not None and any(is_sent(one) for one in door.followers(told)):
        return ""
    if not may_be_decided(window, now) or Role.DUTY_OFFICER not in door.reader.roles:
        return ""
    return hrefs.decide_window(told.id)


def take_on_actions(door: Door, followed: Iterable[Followed], names: Names, _: Words) -> Iterator[Action]:
    """Return the button for the watch that has rung longest and that nobody has taken on."""
    rung = [
        (watch.rings[0].at, watch, one)
        for one in followed
        for watch in one.watches
        if watch.rings and watch.settled_at is None and watch.accepted_by is None
    ]
    if not rung:
        return
    _at, watch, one = min(rung, key=lambda found: (found[0], found[1].id))
    label = _("Take on: %(what)s", what=about(watch, one, names, _))
    action = take_on_action(door, watch.id, label, first=True)
    if action is not None:
        yield action


def hand_out_actions(door: Door, threat: Id, _: Words) -> Iterator[Action]:
    """Return the way to hand a case out, for those who may."""
    if TAKE_ON & door.reader.roles:
        yield Action(label=_("Hand out"), href=hrefs.hand_out(threat))


def telling_actions(door: Door, threat: Threat, _: Words) -> Iterator[Action]:
    """Return the ways to tell somebody in confidence about a case, and the public, for those who may write that."""
    if TAKE_ON & door.reader.roles and threat.is_open:
        yield Action(label=_("Write a notice"), href=hrefs.new_notice(threat.id))
        yield Action(label=_("Write an alert"), href=hrefs.new_alert(threat.id))


def keys(watch: Watch, _: Words, *, again: bool) -> Iterator[Key]:
    """Return what one key does about a watch. again: what it is about can be sent again."""
    here = hrefs.watch(watch.id)
    if watch.of != watch.warning or watch.why is Why.SILENCE:
        yield Key(letter="c", label=_("Call"), href=f"{here}#call", method="get")
    if again:
        yield Key(letter="r", label=_("Send again"), href=f"{here}/again", method="post")
    if watch.settled_at is None and watch.ladder.rungs:
        yield Key(letter="e", label=_("Escalate now"), href=f"{here}/next", method="post")
    yield Key(letter="n", label=_("Note"), href=f"{here}#note", method="get")
