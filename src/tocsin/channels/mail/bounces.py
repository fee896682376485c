"""Reads what comes back when a letter does not arrive, or only late: which one it was, and what became of it. Pure.

Everything here comes from strangers. Their words are never repeated; what counts is which letter of ours is named, and
the numbers that say what became of it.
"""

import binascii
import quopri
import re
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from tocsin.basis.errors import Refused
from tocsin.channels.mail.letters import is_mailbox

State = Literal["failed", "delayed", "delivered"]

LARGEST = 1_048_576
"""Octets of a bounce. One that returns a letter of ours whole has some 10,000."""

_MOST_PARTS, _DEEPEST, _HEAD, _SEARCHED = 50, 4, 65_536, 65_536

_PARCEL = r"[A-Za-z0-9_-]{1,128}"
_ADDRESS = re.compile(r"[^\s<>,@]{1,254}@[^\s<>,@]{1,254}")
_VERP = re.compile(rf"(?P<base>[^@]+)\+(?P<parcel>{_PARCEL})@(?P<domain>[^@]+)")
_OURS = re.compile(rf"\s*<(?P<parcel>{_PARCEL})@(?P<domain>[A-Za-z0-9.-]{{1,253}})>")
_OURS_QUOTED = re.compile(rf"^[ \t>]*(?:x-)?(?:original-)?message-id:{_OURS.pattern}", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]+")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
# "550 5.1.1", "550-5.1.1", "#5.1.1": numbers that stand alone are as likely a house or a telephone.
_IN_WORDS = re.compile(r"(?:\b[45]\d\d[ -]#?|#)([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"\b([45])\d\d(?= |-)")

_NOTIFICATIONS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_QUOTING = _NOTIFICATIONS | {"text/plain", "text/rfc822-headers", "message/global-headers"}

Fields = dict[str, list[str]]


class Bounce(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one letter.

    parcel: the id in the Message-ID, or in the address the bounce came to. It is the sender's word: whoever got a
        letter can say of that one that it did not arrive.
    code: the enhanced status code, such as "5.1.1", where one was given.
    detail: one sentence for a person's screen, without anybody's own words or address.
    """

    parcel: str
    state: State
    code: str | None
    detail: str


def return_path(sender: str, parcel_id: str) -> str:
    """Return the envelope's sender under which a bounce names its letter, though it return nothing of it (VERP).

    Raises:
        Refused: there is no room for it: with the sender's own, 64 letters stand before the @.
    """
    local, _, domain = sender.rpartition("@")
    address = f"{local}+{parcel_id}@{domain}"
    if not is_mailbox(address):
        raise Refused("The mail's sender and the parcel's id do not fit into one address.")
    return address


def read_bounce(raw: bytes, *, sender: str, to: str = "") -> Bounce:
    """Read a bounce: a delivery status notification, or what older servers write instead.

    raw: the whole mail, in any shape, as it came. sender: the sender of our letters.
    to: the envelope's recipient as our own server saw it; it outweighs everything that the mail says itself.

    Raises:
        Refused: it is no bounce, not about a letter of ours, does not say what became of it, or is too large. The
            sentence quotes nothing.

    Source: RFC 3464 (delivery status notifications), RFC 6522 (multipart/report), RFC 3463 (status codes), RFC 3834
        (automatic replies); for the unstructured ones: what Exim, qmail and Postfix write.
    """
    if len(raw) > LARGEST:
        raise Refused(f"The mail is larger than {LARGEST} octets, as no bounce is.")
    parts = list(_parts(raw, [_MOST_PARTS]))
    head = parts[0].fields if parts else {}
    _refuse_other_automata(head, parts)
    parcel = _returned_to(to, sender) or _named(parts, head, sender)
    if parcel is None:
        raise Refused("The mail names no letter of ours.")
    state, code = _notified(parts) or _in_words(parts, head)
    return Bounce(parcel=parcel, state=state, code=code, detail=_sentence(state, code))


class _Part(msgspec.Struct, frozen=True):
    """One leaf of a mail, or what a mail in it says in its head. body: decoded, at most _SEARCHED octets."""

    kind: str
    fields: Fields
    body: bytes


def _parts(raw: bytes, left: list[int], depth: int = 0) -> Iterator[_Part]:
    """Yield the mail's parts from the outside inwards, so many and so deep at most; the rest is passed over."""
    if left[0] <= 0:
        return
    left[0] -= 1
    raw = b"\n" + raw  # for a part that begins with its empty line
    end = _END_OF_HEAD.search(raw, 0, _HEAD)
    fields = _fields(raw[: end.start() if end else _HEAD])
    body = raw[end.end() :] if end else b""
    content = _first(fields, "content-type")[:1_000] or "text/plain"
    kind = content.partition(";")[0].strip().lower()
    yield _Part(kind, fields, _decoded(body, _first(fields, "content-transfer-encoding")))
    if depth >= _DEEPEST:
        return
    boundary = _BOUNDARY.search(content) if kind.startswith("multipart/") else None
    if boundary:
        edge = b"--" + (boundary[1] or boundary[2]).encode("latin-1")
        for piece in _pieces(body, edge, left[0]):
            yield from _parts(piece, left, depth + 1)
    elif kind in ("message/rfc822", "message/global"):
        yield from _parts(body, left, depth + 1)


def _pieces(body: bytes, edge: bytes, most: int) -> Sequence[bytes]:
    """Return what stands between lines that begin with this edge. Source: RFC 2046, 5.1.1."""
    return [piece.partition(b"\n")[2] for piece in (b"\n" + body).split(b"\n" + edge, most + 1)[1:]]


def _fields(head: bytes) -> Fields:
    found: Fields = {}
    for line in _FOLD.sub(" ", head.decode("latin-1")).splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def _first(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]


def _decoded(body: bytes, encoding: str) -> bytes:
    body = body[:_SEARCHED]
    try:
        if encoding.lower() == "base64":
            packed = b"".join(body.split())
            return binascii.a2b_base64(packed[: len(packed) // 4 * 4])
        if encoding.lower() == "quoted-printable":
            return quopri.decodestring(body)
    except ValueError:
        return b""
    return body


def _refuse_other_automata(head: Fields, parts: Sequence[_Part]) -> None:
    """Leave alone what quotes our letters too, though they have arrived: receipts, complaints, notes of absence, lists."""
    kinds = {part.kind for part in parts}
    if kinds & {"message/disposition-notification", "message/feedback-report"}:
        raise Refused("The mail is a receipt or a complaint about a letter that has arrived, and no bounce.")
    vacation = _first(head, "auto-submitted").lower().startswith("auto-replied") and "x-failed-recipients" not in head
    if not kinds & _NOTIFICATIONS and (vacation or {"list-id", "x-autoreply", "x-autorespond"} & head.keys()):
        raise Refused("The mail is an automatic reply, and no bounce.")


def _returned_to(to: str, sender: str) -> str | None:
    found = _VERP.fullmatch(to)
    local, _, domain = sender.rpartition("@")
    ours = found and found["base"].lower() == local.lower() and found["domain"].lower() == domain.lower()
    return found["parcel"] if found and ours else None


def _named(parts: Sequence[_Part], head: Fields, sender: str) -> str | None:
    """Return the parcel whose letter is returned or quoted; None if there is none, or more than one."""
    for address in _ADDRESS.findall(_first(head, "to")[:1_000])[:1]:
        if returned := _returned_to(address, sender):
            return returned
    domain = sender.rpartition("@")[2].lower()
    returned_whole = [_OURS.match(_first(part.fields, "message-id")) for part in parts[1:]]
    quoted = [found for part in parts if part.kind in _QUOTING for found in _OURS_QUOTED.finditer(_text(part))]
    for found in (returned_whole, quoted):
        named = {one["parcel"] for one in found if one and one["domain"].lower() == domain}
        if named:
            return named.pop() if len(named) == 1 else None
    return None


def _text(part: _Part) -> str:
    return part.body.decode("latin-1").replace("\r\n", "\n")


_ACTIONS: dict[str, State] = {"failed": "failed", "delayed": "delayed", "delivered": "delivered"}
_GRAVEST: tuple[State, ...] = ("failed", "delayed", "delivered")


def _notified(parts: Sequence[_Part]) -> tuple[State, str | None] | None:
    """Return what the first delivery status part says; of several recipients, for one letter goes to one, the worst.

    Raises:
        Refused: it was only handed on, or nothing is said of it.
    """
    part = next((part for part in parts if part.kind in _NOTIFICATIONS), None)
    if part is None:
        return None
    found: dict[State, str | None] = {}
    actions = set()
    for block in _END_OF_HEAD.split(part.body, _MOST_PARTS):
        fields = _fields(block)
        action = _first(fields, "action").partition("(")[0].strip().lower()
        actions.add(action)
        if action in _ACTIONS:
            status = _STATUS.match(_first(fields, "status"))
            found.setdefault(_ACTIONS[action], status[0] if status else None)
    for state in _GRAVEST:
        if state in found:
            return state, found[state]
    if actions & {"relayed", "expanded"}:
        raise Refused("The mail says that the letter was handed on, and not what became of it.")
    raise Refused("The mail is a delivery status notification that does not say what became of the letter.")


_FAILED = re.compile(
    r"undeliver|delivery (?:status notification \(failure\)|has failed|failed|failure)|failure notice|returned mail|"
    r"mail delivery failed|could not be delivered|permanent (?:error|failure|fatal errors)|"
    r"wasn't able to deliver your message",
    re.IGNORECASE,
)
# From here on it is our letter that speaks, and of other things.
_QUOTED_HEAD = re.compile(
    r"^[ \t>]*(?:return-path|received|message-id|from|date|subject):", re.IGNORECASE | re.MULTILINE
)
_DELAYED = re.compile(
    r"\bdelayed\b|delivery status notification \(delay\)|warning: (?:could not send|message)|"
    r"you do not need to (?:resend|take any action)|will (?:keep|be) (?:trying|retried)",
    re.IGNORECASE,
)


def _in_words(parts: Sequence[_Part], head: Fields) -> tuple[State, str | None]:
    """Return what a bounce that is no notification says, from a mail server's own post only.

    Raises:
        Refused: it comes from elsewhere, or says nothing that is sure.
    """
    words = _QUOTED_HEAD.split(next((_text(part) for part in parts if part.kind == "text/plain"), ""), 1)[0]
    subject = _first(head, "subject")
    sender = _first(head, "from").lower()
    server = "mailer-daemon" in sender or "postmaster" in sender or _first(head, "return-path").strip() == "<>"
    if not server and "x-failed-recipients" not in head:
        raise Refused("The mail is not from a mail server's own post.")
    code = _IN_WORDS.search(words)
    reply = _REPLY.search(words)
    first = code[1][0] if code else reply[1] if reply else ""
    # News of a delay often quotes the words in which a failure will be told, so the subject goes first.
    for text in (subject, words):
        if _DELAYED.search(text):
            return "delayed", code[1] if code else None
        if _FAILED.search(text):
            return "failed", code[1] if code else None
    if first == "5":
        return "failed", code[1] if code else None
    raise Refused("The mail does not say for sure what became of the letter.")


# Source: RFC 3463, 3; IANA, SMTP Enhanced Status Codes.
_MEANINGS = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such mail domain",
    "1.3": "the address is not written as one",
    "1.6": "the mailbox has moved away",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "2.3": "the letter is too long for the mailbox",
    "3.4": "the letter is too big for the system",
    "4.1": "the recipient's server does not answer",
    "4.4": "no way to the recipient's server was found",
    "4.7": "it could not be delivered in the time that it was kept",
    "7.1": "the recipient's system does not let it in",
    "7.20": "the recipient's system found no DKIM signature that passes",
    "7.26": "the recipient's system could not tell that it is from us",
}
_CLASSES = {
    "1": "something is wrong with the address",
    "2": "something is wrong with the mailbox",
    "3": "something is wrong with the recipient's system",
    "4": "something is wrong with the network or the way there",
    "5": "the servers did not understand each other",
    "6": "the recipient's system cannot take such a letter",
    "7": "the recipient's system does not let it in",
}
_STATES = {"failed": "It did not arrive", "delayed": "It has not arrived yet", "delivered": "It arrived"}


def _sentence(state: State, code: str | None) -> str:
    detail = code.partition(".")[2] if code else ""
    meaning = _MEANINGS.get(detail) or _CLASSES.get(detail.partition(".")[0])
    if state == "delivered" or meaning is None:
        return f"{_STATES[state]} ({code})." if code else f"{_STATES[state]}."
    return f"{_STATES[state]}: {meaning} ({code})."
