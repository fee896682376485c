"""Reading what is posted to an answer link: a form of a browser or a program's JSON, neither long, and both a stranger's."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from litestar.types import HTTPScope, Receive

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json
from tocsin.basis.words import N_

LARGEST = 16 * 1024  # bytes of a form
LONGEST = 2_000  # characters of someone's own words
SHORT = 64  # bytes: longer than any button alone

FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"

TOO_LONG = N_("That is too long. Say it in 2000 characters.")
NO_PROGRAMS_ANSWER = N_(
    'That is no answer. Send {"answer": …} with received, acting, safe, need_help, disputed or dismissed.'
)


class Unfit(Exception):  # noqa: N818  named like the errors of the house
    """A form that is not read any further."""

    def __init__(self, status: int, sentence: str) -> None:
        """Say with which status, and why."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


async def body_of(receive: Receive) -> bytes:
    """Return what was sent.

    Raises:
        Unfit: it is too long, or broke off.
    """
    body: bytes = b""
    while True:
        message: Any = await receive()
        if message["type"] != "http.request":
            raise Unfit(400, N_("The request broke off. Please try again."))
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise Unfit(413, TOO_LONG)
        if not message.get("more_body", False):
            return body


def header(scope: HTTPScope, wanted: bytes) -> bytes:
    """Return a header, by its name in small letters; nothing, where it was not sent."""
    for name, value in scope["headers"]:  # in half the time of next() and a generator
        if name == wanted:
            return value
    return b""


def kind_of(scope: HTTPScope) -> bytes:
    """Return of what kind the body is, as its sender says."""
    return header(scope, b"content-type").partition(b";")[0].strip().lower()


def wishes(accepts: bytes) -> list[str]:
    """Return the languages that a browser asks for, the best first, as they stand: few weigh them otherwise."""
    return [one.partition(";")[0].strip() for one in accepts[:200].decode("latin-1").split(",")][:8]


def read_program(body: bytes) -> Mapping[str, str]:
    """Read what a program sends.

    Raises:
        Unfit: it is no JSON object.
    """
    try:
        said = read_json(body, dict[str, Any])
    except Refused:
        raise Unfit(400, NO_PROGRAMS_ANSWER) from None
    return {name: value for name, value in said.items() if isinstance(value, str)}


def read_form(kind: bytes, body: bytes) -> Mapping[str, str]:
    """Read a form.

    Raises:
        Unfit: it is none.
    """
    if kind != FORM:
        raise Unfit(415, N_("An answer is sent as a form. Open your link in a browser, and press one of its buttons."))
    alone = len(body) < SHORT and b"&" not in body and body.startswith((b"answer=", b"kind="))
    return _button(body) if alone else _parsed(body)


def _parsed(body: bytes) -> Mapping[str, str]:
    pairs = parse_qsl(body.decode("utf-8", "replace"), errors="replace", max_num_fields=20)
    return dict(reversed(pairs))  # of a field given twice, the first counts


@lru_cache(maxsize=256)
def _button(body: bytes) -> Mapping[str, str]:
    """Read a form that is one button and nothing else, as nearly all are. Somebody's words are never kept here."""
    form = _parsed(body)
    return form if form.keys() <= {"answer", "kind"} else {}


def own_words(form: Mapping[str, str]) -> str:
    """Return what someone wrote besides the button: one line end is one character, whatever the browser makes of it.

    Raises:
        Unfit: it is too long.
    """
    if len(form) == 1:  # the button alone, as nearly all of them are
        return ""
    words, where = (
        said.replace("\r\n", "\n").replace("\0", "").strip()
        for said in (form.get("words") or form.get("read_back") or "", form.get("where") or "")
    )
    if where:
        words = f"{words}\nWhere: {where}".strip()
    if len(words) > LONGEST:
        raise Unfit(400, TOO_LONG)
    return words
