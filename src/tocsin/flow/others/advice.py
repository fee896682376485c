"""Keeping what other governments advise: each reading of what they publish leaves only what has changed since."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.report.others import OthersAdvice, OthersAdviceState, OthersRead, OthersReading, changes


@once
def keep_advice(
    house: House,
    publisher: str,
    read: Sequence[OthersAdvice],
    seen_at: datetime,
    *,
    regions: bool,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Keep what a government advises, as it was read. seen_at: when it was published so. regions: whether it tells of any.

    Raises:
        Refused: it was read of no such moment yet, or an older file came after a newer one, or another's words are among it.
    """
    if seen_at > now:
        raise Refused(f"It cannot have been read at {seen_at:%Y-%m-%d %H:%M} UTC, which has not come yet.")
    if any(one.publisher != publisher for one in read):
        raise Refused(f"Not all of this is said by {publisher!r}.")
    with house.store.look() as look:
        last, seen = look.find(OthersReading, publisher), look.version(publisher)
        latest = look.all(OthersAdviceState, publisher=publisher, until=None)
    if last is not None and last.seen_at > seen_at:
        raise Refused(
            f"What {publisher!r} said was read as of {last.seen_at:%Y-%m-%d %H:%M} UTC already, which is later than this."
        )
    before = {one.said.about: one for one in latest}
    fresh = [house.store.new_id() for _ in range(len(read) + len(before))]
    facts = changes(before, tuple(read), seen_at, fresh, now, regions=regions)
    places = len({one.place for one in read})
    changed = sum(1 for one in facts if one.kind() == "OthersAdviceSeen")
    told = OthersRead(subject=publisher, occurred_at=now, seen_at=seen_at, places=places, changed=changed)
    house.store.commit([*facts, told], at=now, by=by, command=command, expect={publisher: seen})
