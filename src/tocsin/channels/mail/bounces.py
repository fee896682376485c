"""Reads what comes back when a letter does not arrive, or only late: which one it was, and what became of it. Pure.

Everything here comes from strangers. Their words are never repeated; what counts is which letter of ours is named, and
the numbers that say what became of it.
"""

import re
from collections.abc import Sequence

import msgspec

from tocsin.basis.errors import Refused
from tocsin.channels.mail.letters import is_mailbox
from tocsin.channels.mail.parts import Fields, Part, first, read_parts
from tocsin.channels.mail.status import State, sentence

LARGEST = 1_048_576
"""Octets of a bounce. One that returns a letter of ours whole has some 10,000."""

_PARCEL = r"[A-Za-z0-9_-]{1,128}"
_ADDRESS = re.compile(r"[^\s<>,@]{1,254}@[^\s<>,@]{1,254}")
_VERP = re.compile(rf"(?P<base>[^@]+)\+(?P<parcel>{_PARCEL})@(?P<domain>[^@]+)")
_OURS = re.compile(rf"\s*<(?P<parcel>{_PARCEL})@(?P<domain>[A-Za-z0-9.-]{{1,253}})>")
_OURS_QUOTED = re.compile(rf"^[ \t>]*(?:x-)?(?:original-)?message-id:{_OURS.pattern}", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
# "550 5.1.1", "550-5.1.1", "#5.1.1": numbers that stand alone are as likely a house or a telephone.
_IN_WORDS = re.compile(r"(?:\b[45]\d\d[ -]#?|#)([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"\b([45])\d\d(?= |-)")

_NOTIFICATIONS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_QUOTING = _NOTIFICATIONS | {"text/plain", "text/rfc822-headers", "message/global-headers"}


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
    parts = read_parts(raw)
    head = parts[0].fields if parts else {}
    _refuse_other_automata(head, parts)
    parcel = _returned_to(to, sender) or _named(parts, head, sender)
    if parcel is None:
        raise Refused("The mail names no letter of ours.")
    state, code = _notified(parts) or _in_words(parts, head)
    return Bounce(parcel=parcel, state=state, code=code, detail=sentence(state, code))


def _refuse_other_automata(head: Fields, parts: Sequence[Part]) -> None:
    """Leave alone what quotes our letters too, though they have arrived: receipts, complaints, notes of absence, lists."""
    kinds = {part.kind for part in parts}
    if kinds & {"message/disposition-notification", "message/feedback-report"}:
        raise Refused("The mail is a receipt or a complaint about a letter that has arrived, and no bounce.")
    vacation = first(head, "auto-submitted").lower().startswith("auto-replied") and "x-failed-recipients" not in head
    if not kinds & _NOTIFICATIONS and (vacation or {"list-id", "x-autoreply", "x-autorespond"} & head.keys()):
        raise Refused("The mail is an automatic reply, and no bounce.")


def _returned_to(to: str, sender: str) -> str | None:
    found = _VERP.fullmatch(to)
    local, _, domain = sender.rpartition("@")
    ours = found and found["base"].lower() == local.lower() and found["domain"].lower() == domain.lower()
    return found["parcel"] if found and ours else None


def _named(parts: Sequence[Part], head: Fields, sender: str) -> str | None:
    """Return the parcel whose letter is returned or quoted; None if there is none, or more than one."""
    for address in _ADDRESS.findall(first(head, "to")[:1_000])[:1]:
        if returned := _returned_to(address, sender):
            return returned
    domain = sender.rpartition("@")[2].lower()
    returned_whole = [_OURS.match(first(part.fields, "message-id")) for part in parts[1:]]
    quoted = [found for part in parts if part.kind in _QUOTING for found in _OURS_QUOTED.finditer(part.text)]
    for found in (returned_whole, quoted):
        named = {one["parcel"] for one in found if one and one["domain"].lower() == domain}
        if named:
            return named.pop() if len(named) == 1 else None
    return None


_ACTIONS: dict[str, State] = {"failed": "failed", "delayed": "delayed", "delivered": "delivered"}
_GRAVEST: tuple[State, ...] = ("failed", "delayed", "delivered")


def _notified(parts: Sequence[Part]) -> tuple[State, str | None] | None:
    """Return what the first delivery status part says; of several recipients, for one letter goes to one, the worst.

    Raises:
        Refused: it was only handed on, or nothing is said of it.
    """
    part = next((part for part in parts if part.kind in _NOTIFICATIONS), None)
    if part is None:
        return None
    found: dict[State, str | None] = {}
    actions = set()
    for fields in part.groups():
        action = first(fields, "action").partition("(")[0].strip().lower()
        actions.add(action)
        if action in _ACTIONS:
            status = _STATUS.match(first(fields, "status"))
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


def _in_words(parts: Sequence[Part], head: Fields) -> tuple[State, str | None]:
    """Return what a bounce that is no notification says, from a mail server's own post only.

    Raises:
        Refused: it comes from elsewhere, or says nothing that is sure.
    """
    words = _QUOTED_HEAD.split(next((part.text for part in parts if part.kind == "text/plain"), ""), 1)[0]
    subject = first(head, "subject")
    sender = first(head, "from").lower()
    server = "mailer-daemon" in sender or "postmaster" in sender or first(head, "return-path").strip() == "<>"
    if not server and "x-failed-recipients" not in head:
        raise Refused("The mail is not from a mail server's own post.")
    code = _IN_WORDS.search(words)
    reply = _REPLY.search(words)
    digit = code[1][0] if code else reply[1] if reply else ""
    # News of a delay often quotes the words in which a failure will be told, so the subject goes first.
    for text in (subject, words):
        if _DELAYED.search(text):
            return "delayed", code[1] if code else None
        if _FAILED.search(text):
            return "failed", code[1] if code else None
    if digit == "5":
        return "failed", code[1] if code else None
    raise Refused("The mail does not say for sure what became of the letter.")
