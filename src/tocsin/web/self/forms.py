"""Reading what a form on one's own page sends. Whatever else comes is no form."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from litestar.types import HTTPScope, Receive

LARGEST = 16 * 1024  # bytes
MOST_FIELDS = 20
FORM = b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data"
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What a mail program sends when its reader ends a subscription, in a form of either kind. Source: RFC 8058, section 3.2."""


class NoForm(Exception):  # noqa: N818  named like the errors of the house
    """What came is not read any further. status: why."""

    def __init__(self, status: int) -> None:
        """Say with which status."""
        super().__init__()
        self.status = status


async def read_form(scope: HTTPScope, receive: Receive) -> Mapping[str, str]:
    """Return the fields of a form; of one that is given twice, the values with a space between.

    Of a form in parts, no more than whether it is the one click.

    Raises:
        NoForm: it is none, broke off, or is too long.
    """
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    kind = kind.partition(b";")[0].strip().lower()
    if kind not in (FORM, MULTIPART):
        raise NoForm(415)
    body = b""
    while True:
        message: Any = await receive()
        if message["type"] != "http.request":
            raise NoForm(400)
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise NoForm(413)
        if not message.get("more_body", False):
            break
    if kind == MULTIPART:
        name, value = ONE_CLICK
        if f'name="{name}"'.encode() not in body or value.encode() not in body:
            raise NoForm(415)
        return {name: value}
    try:
        pairs = parse_qsl(body.decode("utf-8"), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:  # no UTF-8, or too many fields
        raise NoForm(400) from error
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]} {value}" if name in found else value
    return found
