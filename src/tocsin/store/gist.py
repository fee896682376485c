"""What a list shows of others' messages: each one's own words in each of its languages, cut short."""

from datetime import datetime

import msgspec

from tocsin.cap.model import Alert, Info

MOST = 300  # characters of one text
MOST_INFOS = 40


class Gist(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One info of a message. area: what it says of where, all areas in one."""

    language: str
    event: str = ""
    headline: str = ""
    sender_name: str = ""
    area: str = ""
    severity: str = ""
    urgency: str = ""
    certainty: str = ""
    expires: datetime | None = None


def gists_of(alert: Alert) -> tuple[Gist, ...]:
    """Return what a list shows of a message."""
    return tuple(_gist(info) for info in alert.infos[:MOST_INFOS])


def _gist(info: Info) -> Gist:
    return Gist(
        language=info.spoken[:40],
        event=_short(info.event),
        headline=_short(info.headline),
        sender_name=_short(info.sender_name),
        area=_short("; ".join(area.area_desc for area in info.areas[:20] if area.area_desc)),
        severity=info.severity.value if info.severity else "",
        urgency=info.urgency.value if info.urgency else "",
        certainty=info.certainty.value if info.certainty else "",
        expires=info.expires,
    )


def _short(text: str | None) -> str:
    found = " ".join((text or "")[: 4 * MOST].split())
    return found if len(found) <= MOST else f"{found[: MOST - 1]}…"


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(tuple[Gist, ...]).decode
