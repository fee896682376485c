"""Writes what a webhook carries, and checks it once more before it leaves. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339
from tocsin.channels.channel import Parcel


def payload(*, kind: str, sent_at: datetime, data: Mapping[str, Any], exercise: bool) -> bytes:
    """Write the body of a webhook: {"type", "timestamp", "exercise", "data"}.

    Raises:
        Refused: the data cannot be written as JSON.

    Source: Standard Webhooks, "Payload structure".
    """
    try:
        return msgspec.json.encode(
            {"type": kind, "timestamp": rfc3339(sent_at), "exercise": exercise, "data": dict(data)}
        )
    except (TypeError, ValueError):
        raise Refused("A webhook's data must be plain JSON values.") from None


class _Personal:
    """The kind of PERSONAL."""

    def __repr__(self) -> str:
        return "PERSONAL"


PERSONAL: Final = _Personal()
"""Stands in a layout's data where each recipient's own value will."""

_write = msgspec.json.Encoder().encode


class PayloadLayout:
    """A body laid out once for many recipients; only what is PERSONAL in its data is written for each of them.

    Raises:
        Refused: the data cannot be written as JSON, or none of it is personal.
    """

    def __init__(self, *, kind: str, sent_at: datetime, data: Mapping[str, Any], exercise: bool) -> None:
        self.personal = tuple(name for name, value in data.items() if value is PERSONAL)
        if not self.personal:
            raise Refused("No part of a webhook's data is personal. Write it once with payload().")
        frame = payload(kind=kind, sent_at=sent_at, data={}, exercise=exercise).removesuffix(b"}}")
        parts = [b""]
        for name, value in data.items():
            parts[-1] += b"," + _json(name) + b":"
            if value is PERSONAL:
                parts.append(b"")
            else:
                parts[-1] += _json(value)
        parts[0] = frame + parts[0][1:]
        parts[-1] += b"}}"
        self._parts = parts

    def payload(self, *values: str | None) -> bytes:
        """Write the body for one recipient, octet for octet what it would be if written whole.

        values: in the order in which they stand in the data.

        Raises:
            Refused: there are too many or too few, or one is no text.
        """
        if len(values) != len(self.personal):
            raise Refused(f"A body has {len(self.personal)} personal values; {len(values)} were handed in.")
        out = [self._parts[0]]
        try:
            for value, part in zip(values, self._parts[1:], strict=True):
                out += (_write(value), part)
        except (TypeError, ValueError):
            raise Refused("A webhook's personal value must be text.") from None
        return b"".join(out)


def _json(value: Any) -> bytes:
    try:
        return _write(value)
    except (TypeError, ValueError):
        raise Refused("A webhook's data must be plain JSON values.") from None


class _Marked(msgspec.Struct):
    exercise: bool


# Made once: every parcel passes here. What it may raise is in basis.foreign.read_json.
_read_mark = msgspec.json.Decoder(_Marked).decode


def check(parcel: Parcel) -> None:
    """Make sure that an exercise says so in its body, and nothing else does.

    Raises:
        Refused: it is otherwise, or the content is no JSON object.
    """
    try:
        marked = _read_mark(parcel.content)
    except (UnicodeError, RecursionError, msgspec.MsgspecError):
        raise Refused("The content is no JSON object that says whether this is an exercise.") from None
    if marked.exercise != parcel.exercise:
        raise Refused("The content and the parcel disagree on whether this is an exercise.")


def plain_head(parcel: Parcel) -> str:
    """Return the head that goes with a parcel, a line each field; the id in it is the same at every try.

    Source: Standard Webhooks (webhook-id); IETF draft-ietf-httpapi-idempotency-key-header.
    """
    mark = "X-Tocsin-Exercise: yes\r\n" if parcel.exercise else ""
    return (
        "Content-Type: application/json\r\nUser-Agent: Tocsin\r\n"
        f"Idempotency-Key: {parcel.id}\r\nwebhook-id: {parcel.id}\r\n{mark}"
    )
