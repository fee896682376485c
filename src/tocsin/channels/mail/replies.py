"""Reads a reply to a letter of ours: from whom it says it is, which letters it names, and what was written. Pure.

Everything here comes from strangers. What writes by itself (vacations, lists, bounces) is no reply, and what was quoted or
stands in a signature is nobody's answer.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from html import unescape

import msgspec

from tocsin.basis.errors import Refused
from tocsin.channels.mail.parts import Fields, Part, first, read_parts

LARGEST = 4_194_304
"""Octets of a reply, with whatever hangs on it; of a text part only the beginning is read."""

_MOST_NAMED = 50
_FIRST = 5  # lines that are read where all of it looked like a quotation
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@]{1,64}@[^\s<>,;:\"()\[\]\\@]{1,253}")
_IN_ANGLES = re.compile(rf"<({_ADDRESS.pattern})>\s*$")
_OURS = re.compile(r"<(?P<parcel>[A-Za-z0-9_-]{1,128})@(?P<domain>[A-Za-z0-9.-]{1,253})>")
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([A-Za-z0-9_.:-]{1,40})"?', re.IGNORECASE)
_TEXTUAL = re.compile(
    r"(utf[-_]?8|ascii|iso8859.*|cp\d+|koi8.*|gb18030|gbk|gb2312|big5.*|shift_jis.*|euc_.*|iso2022_.*|mac.*)"
)

_AUTOMATA = frozenset(
    {"list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-failed-recipients", "feedback-id"}
)
_REPORTS = frozenset(
    {"multipart/report", "message/delivery-status", "message/disposition-notification", "message/feedback-report"}
)

_RULERS = frozenset({"--", "—", "---", "-- "})
_DIVIDES = ("original", "weitergeleitet", "forwarded", "исходн", "оригінал", "orijinal", "الأصلية")
_HEADS = ("from:", "von:", "de:", "de :", "от:", "від:", "kimden:", "من:", "از:")
_BEFORE = frozenset("on am le el в у пн вт ср чт пт сб вс нд".split())
_WROTE = tuple("wrote schrieb écrit escribió пишет написал написала написав пише yazdı tarihinde كتب نوشت".split())
_MACHINES = ("sent from ", "get outlook", "envoyé de ", "envoyé depuis ", "enviado desde ", "отправлено с ", "отправлено из ",
             "надіслано з ", "надіслано із ", "von meinem ", "gesendet von ", "gesendet mit ", "أرسلت من", "ارسال شده از")  # fmt: skip
_BREAKS = re.compile(r"<\s*(?:br|/p|/div|/tr|/li)\b[^>]{0,200}>", re.IGNORECASE)
_QUOTED_HTML = re.compile(r"<\s*blockquote\b|class\s*=\s*[\"']?gmail_quote|id\s*=\s*[\"']?divRplyFwdMsg", re.IGNORECASE)
_UNSEEN = ("style", "script", "head", "title")
_TAG = re.compile(r"<[^<>]{0,2000}>")


class MailReply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply. address: whom it says it is from. parcels: the ids of our letters that it names. message: its own id, or nothing."""

    address: str
    parcels: tuple[str, ...]
    message: str
    text: str

    # Addresses and words belong in no log.
    def __repr__(self) -> str:
        return "MailReply()"


def read_reply(raw: bytes, *, sender: str) -> MailReply:
    """Read a reply. sender: of our letters.

    Raises:
        Refused: it wrote itself, it is from nobody or from several, or it is too large. The sentence quotes nothing.

    Source: RFC 5322, 3.6.4 (In-Reply-To, References); RFC 3834, 5 (automatic replies); RFC 2919 (lists).
    """
    if len(raw) > LARGEST:
        raise Refused(f"The mail is larger than {LARGEST} octets.")
    parts = read_parts(raw)
    head = parts[0].fields
    _refuse_automata(head, parts)
    named = " ".join([*head.get("in-reply-to", ()), *head.get("references", ())])[:8_000]
    domain = sender.rpartition("@")[2].lower()
    ours = [one["parcel"] for one in _OURS.finditer(named) if one["domain"].lower() == domain]
    return MailReply(
        address=_from(head),
        parcels=tuple(dict.fromkeys(ours))[:_MOST_NAMED],
        message=first(head, "message-id")[:300].strip(),
        text=written_in(_body(parts)),
    )


def _refuse_automata(head: Fields, parts: Sequence[Part]) -> None:
    said = first(head, "auto-submitted").partition(";")[0].strip().lower()
    alone = first(head, "precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply")
    if said not in ("", "no") or alone or _AUTOMATA & head.keys() or _REPORTS & {part.kind for part in parts}:
        raise Refused("The mail wrote itself, and is nobody's answer.")
    if first(head, "return-path").strip() == "<>":
        raise Refused("The mail is from a mail server's own post.")


def _from(head: Fields) -> str:
    fields = head.get("from", [])
    found = _IN_ANGLES.search(fields[0][:1_000]) if len(fields) == 1 else None
    address = found[1] if found else fields[0].strip() if len(fields) == 1 else ""
    if not _ADDRESS.fullmatch(address):
        raise Refused("The mail is from nobody, or from several at once.")
    return address


def _body(parts: Sequence[Part]) -> str:
    """Return the first text of a mail, as plain as it is to be had."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.kind == kind and "attachment" not in first(part.fields, "content-disposition").lower():
                text = _decoded(part)
                return text if kind == "text/plain" else _plain(text)
    return ""


def _decoded(part: Part) -> str:
    """Return a body as text. A charset that is none, or no charset at all, is read as UTF-8, and else as Latin-1."""
    named = _CHARSET.search(first(part.fields, "content-type")[:1_000])
    for charset in (*((named[1],) if named else ()), "utf-8"):
        try:
            known = codecs.lookup(charset).name
            if _TEXTUAL.fullmatch(known.replace("-", "").lower()) or _TEXTUAL.fullmatch(known):
                return part.body.decode(known)
        except (LookupError, UnicodeDecodeError):
            continue
    return part.body.decode("latin-1")


def _plain(markup: str) -> str:
    quoted = _QUOTED_HTML.search(markup)
    seen = markup[: quoted.start() if quoted else None]
    for name in _UNSEEN:
        seen = _without(seen, name)
    return unescape(_TAG.sub(" ", _BREAKS.sub("\n", seen)))


def _without(markup: str, name: str) -> str:
    """Return a page without what nobody sees of it, in one pass, however often it begins."""
    small, kept, at = markup.lower(), [], 0
    while (start := small.find(f"<{name}", at)) >= 0:
        kept.append(markup[at:start])
        end = small.find(f"</{name}", start)
        if end < 0:
            return " ".join(kept)
        at = end
    return " ".join([*kept, markup[at:]])


def written_in(text: str) -> str:
    """Return what somebody wrote above what they quote and below which their signature stands.

    Where nothing is left of it, what looked like a quotation may be their own: then its first lines are returned, up to those
    that are marked as quoted.
    """
    return "\n".join(_own_lines(text)).strip() or "\n".join(_first_lines(text)).strip()


def _is_quoted(line: str) -> bool:
    """Say whether with this line begins what somebody quotes, or their signature."""
    small = line.lower()
    if line.startswith((">", "________")) or line in _RULERS or small.startswith(_MACHINES):
        return True
    if line.startswith("---") and any(one in small for one in _DIVIDES):
        return True
    if "@" in line and small.startswith(_HEADS):
        return True
    introduces = line.endswith(":") and any(one.isdigit() for one in line)
    return introduces and (small.partition(" ")[0].strip(",.") in _BEFORE or any(one in small for one in _WROTE))


def _first_lines(text: str) -> Iterator[str]:
    for line in text.replace("\r\n", "\n").replace("\0", "").strip().splitlines()[:_FIRST]:
        addressed = "@" in line and (line.rstrip().endswith(":") or line.lower().startswith(_HEADS))
        if addressed or line.startswith((">", "________", "-----")) or line.strip() in _RULERS:
            return
        yield line[:2_000]


def _own_lines(text: str) -> Iterator[str]:
    begun = False
    for line in text.replace("\r\n", "\n").replace("\0", "").splitlines()[:500]:
        if _is_quoted(line[:600].strip()):
            if begun or not line.lstrip().startswith(">"):
                return
            continue  # whoever answers below what they quote
        begun = begun or bool(line.strip())
        yield line[:2_000]
