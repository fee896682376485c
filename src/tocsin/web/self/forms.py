"""Reading what a form on one's own page sends. Whatever else comes is no form."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from litestar.types import HTTPScope, Receive

LARGEST = 16 * 1024  # bytes
MOST_FIELDS = 20
FORM = b"application/x-www-form-urlencoded"


class NoForm(Exception):  # noqa: N818  named like the errors of the house
    """What came is not read any further. status: why."""

    def __init__(self, status: int) -> None:
        """Say with which status."""
        super().__init__()
        self.status = status


async def read_form(scope: HTTPScope, receive: Receive) -> Mapping[str, str]:
    """Return the fields of a form; of one that is given twice, the values with a space between.

    Raises:
        NoForm: it is none, broke off, or is too long.
    """
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    if kind.partition(b";")[0].strip().lower() != FORM:
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
    try:
        pairs = parse_qsl(body.decode("utf-8"), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:  # no UTF-8, or too many fields
        raise NoForm(400) from error
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]} {value}" if name in found else value
    return found
