"""A form that came in when its session had ended: what was typed is handed back, to be sent again after signing in.

It is the reply to the very browser that sent it. Nothing of it is kept here, and nothing is done with it.
"""

from urllib.parse import parse_qsl

from litestar.types import Receive, Scope

from tocsin.web.desk.guards import CSRF, FIELDS, DeskSite, is_from_our_page, wanted
from tocsin.web.desk.refill import is_written
from tocsin.web.desk.views.again import SignedOut

LARGEST = 256 * 1024  # bytes
MOST = 5 * FIELDS


async def sent_by_nobody(desk: DeskSite, scope: Scope, receive: Receive) -> bytes | None:
    """Return the page that hands a form back; None: no page of ours sent it, it carries files, or it is too large."""
    kind = dict(scope["headers"]).get(b"content-type", b"").partition(b";")[0].strip().lower()
    path = scope["path"]
    if kind != b"application/x-www-form-urlencoded" or wanted(path) != path or not is_from_our_page(scope):
        return None
    body = await _whole(receive)
    try:
        sent = parse_qsl((body or b"").decode(), max_num_fields=MOST, keep_blank_values=True)
    except ValueError:
        return None
    fields = tuple((name, value) for name, value in sent if name != CSRF)
    if not fields:
        return None
    typed = tuple((name, value) for name, value in fields if is_written(name, value))
    return desk.render(SignedOut(exercise=desk.site.exercise, path=path, fields=fields, typed=typed), "en")


async def _whole(receive: Receive) -> bytes | None:
    """Return what was sent, or nothing where there is more than a form of words has."""
    read = bytearray()
    while len(read) <= LARGEST:
        message = await receive()
        if message["type"] != "http.request":
            return None
        read += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(read)
    return None
