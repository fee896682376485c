"""How what the public may read is answered: what an asker has already, in which language, and how long others may keep it."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

HTML = "text/html"  # Litestar adds the charset
JSON = "application/json"
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
IN_ADDRESS = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A language as it may stand before the address of a page."""

# Who reads asks us each time, and what has not changed costs a few bytes. A shared cache between us and many may hand it on
# for five seconds, and for an hour where we cannot be reached: an old warning, with its end on it, is better than none.
SHARED = "public, max-age=0, s-maxage=5, stale-while-revalidate=5, stale-if-error=3600"
# C2SP tlog-tiles: a checkpoint may be kept for a few seconds, a tile for ever.
SOON, FOR_EVER = "public, max-age=3", "public, max-age=31536000, immutable"

PREFIX = "tocsin.language"
"""Where a request's scope holds the language that stands in its address."""

Asked = Request[Any, Any, Any]


class Made(msgspec.Struct, frozen=True):
    """What stands under an address.

    changed_at: only where the date tells every change. cache: how long others may keep it. vary: what else of the request
    it depends on. to: where to look instead. save_as: the name of the file it is saved under.
    """

    body: bytes
    media_type: str
    changed_at: datetime | None = None
    cache: str = SHARED
    vary: str = ""
    to: str = ""
    save_as: str = ""

    @property
    def tag(self) -> str:
        """Return its entity tag."""
        return f'"{sha256(self.body).hexdigest()[:32]}"'

    def headers(self) -> dict[str, str]:
        """Return what is said of it beside its type."""
        found = {"ETag": self.tag, "Cache-Control": self.cache}
        if self.vary:
            found["Vary"] = self.vary
        if self.media_type != HTML:  # what is for programs, the pages of others may read as well
            found["Access-Control-Allow-Origin"] = "*"
        if self.save_as:
            found["Content-Disposition"] = f'attachment; filename="{self.save_as}"'
        return found


def reply(request: Asked, made: Made, *, now: datetime | None = None) -> Response[bytes] | Redirect:
    """Return what was asked for, or that the asker has it already, or where to look instead."""
    if made.to:
        return Redirect(made.to, status_code=302, headers={"Cache-Control": made.cache})
    headers = made.headers()
    # RFC 9110, 8.8.2.2: within the second of a change a further one would not be told apart.
    if made.changed_at is not None and now is not None and now - made.changed_at > timedelta(seconds=1):
        headers["Last-Modified"] = http_date(made.changed_at)
    if _has(request, headers["ETag"], made.changed_at if "Last-Modified" in headers else None):
        return Response(b"", status_code=304, headers=headers, media_type=made.media_type)
    return Response(made.body, headers=headers, media_type=made.media_type)


def http_date(moment: datetime) -> str:
    """Write a moment as HTTP has it."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _has(request: Asked, tag: str, changed_at: datetime | None) -> bool:
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return named(tags, tag)
    since = request.headers.get("if-modified-since")
    if since is None or changed_at is None:
        return False
    try:
        return changed_at.replace(microsecond=0) <= parsedate_to_datetime(since).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return False


def named(tags: str, tag: str) -> bool:
    """Say whether If-None-Match names a tag."""
    return tags.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in tags.split(",")]


def prefix_of(request: Asked) -> str:
    """Return the language that stands in the address, or nothing."""
    return str(request.scope.get(PREFIX, ""))


def languages_of(request: Asked) -> list[str]:
    """Return the languages a reader wants, the best first: what the address says, then what the browser says."""
    if prefix := prefix_of(request):
        return [prefix]
    return wanted(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))


def wanted(chosen: str, accepted: str) -> list[str]:
    """Return the languages that a query and a browser name, the best first. Without any it is English."""
    weighed: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        if _TAG.fullmatch(tag):
            weighed.append((-_weight(weight), tag))
    tags = [tag for _, tag in sorted(weighed, key=lambda one: one[0])]
    return [chosen, *tags] if _TAG.fullmatch(chosen) else tags or ["en"]


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q="))
    except ValueError:
        return 1.0
