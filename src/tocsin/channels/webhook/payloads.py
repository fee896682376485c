"""Writes what a webhook carries, and checks it once more before it leaves. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json
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


class _Marked(msgspec.Struct):
    exercise: bool


def check(parcel: Parcel) -> None:
    """Make sure that an exercise says so in its body, and nothing else does.

    Raises:
        Refused: it is otherwise, or the content is no JSON object.
    """
    try:
        marked: _Marked = read_json(parcel.content, _Marked)
    except Refused:
        raise Refused("The content is no JSON object that says whether this is an exercise.") from None
    if marked.exercise != parcel.exercise:
        raise Refused("The content and the parcel disagree on whether this is an exercise.")


def headers(parcel: Parcel) -> dict[str, str]:
    """Return the head that goes with a parcel; the id in it is the same at every try.

    Source: Standard Webhooks (webhook-id); IETF draft-ietf-httpapi-idempotency-key-header.
    """
    mark = {"X-Tocsin-Exercise": "yes"} if parcel.exercise else {}
    return {
        "Content-Type": "application/json",
        "User-Agent": "Tocsin",
        "Idempotency-Key": parcel.id,
        "webhook-id": parcel.id,
        **mark,
    }
