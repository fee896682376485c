"""Rules that several profiles share, each told under the name that the profile gives it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from tocsin.cap.model import Alert, Info, MsgType
from tocsin.cap.problem import Problem

Tell = Callable[[str, str, str], Problem]


def later(one: datetime, other: datetime) -> bool:
    """Say whether one is later; a moment without an offset is refused elsewhere and compares with nothing."""
    try:
        return one > other and one.utcoffset() is not None
    except TypeError:  # one of them has an offset, the other has none
        return False


def numbered_infos(alert: Alert) -> Iterator[tuple[str, Info]]:
    """Give each info with its path."""
    for n, info in enumerate(alert.infos, 1):
        yield f"alert/info[{n}]", info


def lacks(tell: Tell, prefix: str, held: Any, where: str, fields: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Tell of each element that is absent or blank. fields: what the model and what CAP call it."""
    for field, name in fields:
        value = getattr(held, field)
        if not value or (isinstance(value, str) and not value.strip()):
            yield tell(f"{prefix}-{name}", where, f"<{where.rpartition('/')[2].partition('[')[0]}> lacks <{name}>")


def unlike(tell: Tell, prefix: str, alert: Alert) -> Iterator[Problem]:
    """Tell of infos that are of another category or event code than the first: they should be of one event."""
    for where, info in list(numbered_infos(alert))[1:]:
        first = alert.infos[0]
        if set(info.categories) != set(first.categories):
            yield tell(f"{prefix}-category", f"{where}/category[1]", "The categories are not those of the first info")
        if set(info.event_codes) != set(first.event_codes):
            yield tell(f"{prefix}-eventCode", where, "The event codes are not those of the first info")


def unknowns(tell: Tell, prefix: str, alert: Alert) -> Iterator[Problem]:
    """Tell of each Unknown among urgency, severity and certainty."""
    for where, info in numbered_infos(alert):
        for name in ("urgency", "severity", "certainty"):
            if getattr(info, name) == "Unknown":
                yield tell(f"{prefix}-unknown", f"{where}/{name}", f"The {name} is Unknown; say what is known")


def refers_to_nothing(tell: Tell, prefix: str, alert: Alert) -> Iterator[Problem]:
    """Tell of an Update or Cancel that does not say of what."""
    if alert.msg_type in {MsgType.UPDATE, MsgType.CANCEL} and not alert.references:
        yield tell(f"{prefix}-references", "alert", f"The message is of type {alert.msg_type} and has no references")
