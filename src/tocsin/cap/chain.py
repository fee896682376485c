"""What messages are to one another: an Update replaces what it names, a Cancel ends it, and nothing else does.

A message that has gone from a feed was not cancelled by that; one that has expired is no longer in force, whatever it says.
References count in whatever order the messages come.

Source: OASIS CAP 1.2, section 3.2.1 (msgType, references) and 3.2.2 (effective, expires).
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec

from tocsin.cap.model import Alert, MsgType, Reference

UNSTATED = timedelta(hours=24)
"""How long a message without expires is in force after it was sent: CAP leaves that to its reader (3.2.2, expires)."""

SOON = timedelta(minutes=60)
"""Within which the same words under another identifier are a re-issue, and no second event (WMO practice)."""

_WARNS = frozenset({MsgType.ALERT, MsgType.UPDATE})
_ENDS = frozenset({MsgType.UPDATE, MsgType.CANCEL})


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What a message is to the chain in which it stands.

    warns: it can be in force at all: an Alert or Update that says something. begins, ends: from when until when, if nothing
    ends it sooner. over: the messages that it replaces or ends, from ends_them on. odd: what is wrong with its references.
    words: tells the same words under another identifier.
    """

    warns: bool
    begins: datetime
    ends: datetime
    over: tuple[Reference, ...]
    ends_them: datetime
    odd: tuple[str, ...]
    words: bytes


def link_of(alert: Alert) -> Link:
    """Return what a message is to those it names.

    Only its own sender's earlier messages are ended by it: nobody ends another's warning, and nothing ends what comes later.
    """
    over, odd = list[Reference](), list[str]()
    for named in alert.references:
        if named == alert.reference:
            odd.append("names itself")
        elif named.sender != alert.sender:
            odd.append("names another sender's message")
        elif named.sent > alert.sent:
            odd.append("names a later message")
        elif alert.msg_type in _ENDS:
            over.append(named)
    if alert.msg_type in _ENDS and not alert.references:
        odd.append("names nothing that it replaces or ends")
    ends = [info.expires or _a_day_after(alert.sent) for info in alert.infos]
    begins = min((info.effective or alert.sent for info in alert.infos), default=alert.sent)
    return Link(
        warns=alert.msg_type in _WARNS and bool(alert.infos),
        begins=begins,
        ends=max(ends, default=alert.sent),
        over=tuple(over),
        ends_them=max(alert.sent, begins) if alert.msg_type is MsgType.UPDATE else alert.sent,
        odd=tuple(dict.fromkeys(odd)),
        words=sha256(msgspec.json.encode((alert.msg_type, alert.status, alert.infos))).digest(),
    )


def _a_day_after(sent: datetime) -> datetime:
    try:
        return sent + UNSTATED
    except OverflowError:  # a year of four nines is one that CAP allows
        return datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
