"""What the reader of a desk page can press."""

from collections.abc import Iterable, Iterator

from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.store.door import Door
from tocsin.web.desk.fill import hrefs
from tocsin.web.pieces import Action

TAKE_ON = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})


def take_on_action(door: Door, watch: Id, _: Words, *, first: bool = False) -> Action | None:
    """Return the button by which a watch is taken on, for those who may. An auditor changes nothing."""
    if not TAKE_ON & door.reader.roles:
        return None
    return Action(label=_("Take it on"), href=hrefs.take_on(watch), method="post", first=first)


def take_on_actions(door: Door, watches: Iterable[Watch], _: Words) -> Iterator[Action]:
    """Return the button for the watch that has rung longest and that nobody has taken on."""
    rung = [one for one in watches if one.rings and one.settled_at is None and one.accepted_by is None]
    oldest = min(rung, key=lambda one: (one.rings[0].at, one.id), default=None)
    action = take_on_action(door, oldest.id, _, first=True) if oldest is not None else None
    if action is not None:
        yield action
