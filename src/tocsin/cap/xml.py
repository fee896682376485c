"""Parses XML from strangers, within limits: nothing is fetched or expanded, and any DOCTYPE is refused.

Source: OWASP ASVS 5.0, 1.5.1 and 5.2.3.
"""

import re
from functools import lru_cache

import msgspec
from lxml import etree

from tocsin.cap.problem import error

MAX_DEPTH = 64


class Limits(msgspec.Struct, frozen=True):
    """How much is read at once. A tag that opens and one that closes are two."""

    bytes: int
    tags: int
    attributes: int
    namespaces: int


SMALL = Limits(4 * 1024 * 1024, 100_000, 20_000, 1_000)
"""For one message; the largest real one known to us has 0.4 MB."""

HEAD = 400
"""Within so many bytes an XML declaration must end, lest the encoding that it names is overlooked."""

FEW = 10_000
"""So many bytes can hold no more of anything than is allowed."""

LARGE = Limits(16 * 1024 * 1024, 400_000, 80_000, 8_000)
"""For a feed or another envelope with many messages."""

_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
# In these a tag costs the byte "<", so that tags can be counted before anything is built from them.
_ENCODINGS = re.compile(
    rb"(?i)utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-[0-9]+|windows-125[0-9]|koi8-[ru]|tis-620|iso-2022-(?:jp|kr)"
    rb"|gb2312|gbk|gb18030|big5(?:-hkscs)?|shift[-_]jis|euc-(?:cn|jp|kr|tw)|windows-(?:31j|874)"
)
_DECLARES = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[ \t\r\n]")
_FIRST_BYTES = b"<\xef\xfe\xff\x00"


def _parser(*, blanks: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=not blanks,
    )


_PARSER = _parser(blanks=True)
_WITHOUT_BLANKS = _parser(blanks=False)
_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")


class StopError(Exception):
    """A message cannot be read at all."""

    def __init__(self, rule: str, message: str, where: str = "alert") -> None:
        super().__init__(message)
        self.problem = error(rule, where, message)


def root_of(raw: bytes, limits: Limits = SMALL) -> etree._Element:
    """Parse a document, without its comments and processing instructions.

    Raises:
        StopError: it is not well-formed, has a DOCTYPE, or is over a limit.
    """
    measure(raw, limits)
    return parsed(raw, _PARSER)


def bare_root_of(raw: bytes) -> etree._Element:
    """Parse a document that is plain, without the white space between its elements: a fifth sooner.

    Raises:
        StopError: it is not well-formed, or is over a limit.
    """
    measure(raw)
    return _root(raw, _WITHOUT_BLANKS)


def is_plain(raw: bytes) -> bool:
    """Say whether the root of a document holds only elements, texts and references, by the bytes that nothing else has.

    Then libxml2 tells white space between elements from that within a text, and there is no DOCTYPE. A carriage return
    or a comment could make it take the one for the other.
    """
    first = raw.find(b">", 0, HEAD)
    # Of a single byte it is known at once whether it is there; of two it takes longer than all the rest.
    return (
        first >= 0
        and b"\r" not in raw
        and b"\0" not in raw
        and not (b"!" in raw and b"<!" in raw)
        and not (raw.find(b"?", first) >= 0 and raw.find(b"<?", first) >= 0)
    )


def parsed(raw: bytes, parser: etree.XMLParser) -> etree._Element:
    """Parse a document that was measured."""
    root = _root(raw, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise StopError("xml", "The XML has a DOCTYPE, which a CAP message never needs and an attacker may")
    return root


def _root(raw: bytes, parser: etree.XMLParser) -> etree._Element:
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as problem:
        said = str(problem)[:200]
        if "Excessive depth" in said:
            raise StopError("limit", f"The elements stand more than {MAX_DEPTH} deep in each other") from problem
        raise StopError("xml", f"The XML is not well-formed: {said}") from problem


def stop_if_deep(root: etree._Element) -> None:
    """Stop at elements too deep in each other. What fits a schema of CAP never is; libxml2 itself ends at 256.

    Raises:
        StopError: they are.
    """
    if _DEEP(root):
        raise StopError("limit", f"The elements stand more than {MAX_DEPTH} deep in each other")


def measure(raw: bytes, limits: Limits = SMALL) -> None:
    """Stop at what would cost too much to parse."""
    if len(raw) > limits.bytes:
        raise StopError("limit", f"The message has {len(raw):,} bytes; {limits.bytes:,} are allowed")
    for count, most, what in (
        ()
        if len(raw) < FEW
        else (
            (raw.count(b"<"), limits.tags, "tags"),
            (raw.count(b"xmlns"), limits.namespaces, "namespaces"),
            (_attributes(raw), limits.attributes, "attributes"),
        )
    ):
        if count > most:
            raise StopError("limit", f"The message has more than {most:,} {what}")
    if not _may_be_read(raw[: raw.find(b">", 0, HEAD) + 1] or raw[:HEAD]):
        raise StopError("xml", "The message is no XML in UTF-8 or another of the usual encodings")


@lru_cache(maxsize=64)
def _may_be_read(head: bytes) -> bool:
    """Say whether some bytes, up to the first tag's end, begin a document whose tags could be counted."""
    declared = _DECLARED.match(head)
    if b">" not in head and _DECLARES.match(head):
        return False
    if declared and not _ENCODINGS.fullmatch(declared[1]):
        return False
    return head[:1].lstrip(b" \t\r\n") in _FIRST_BYTES


def _attributes(raw: bytes) -> int:
    """Count, or bound from above, the attributes: each has two quotes of a kind and an equals sign."""
    return min(raw.count(b"="), (raw.count(b'"') + raw.count(b"'")) // 2)


def signing_parser(*, blanks: bool = True) -> etree.XMLParser:
    """Return a parser that keeps what a signature may cover: comments and processing instructions too.

    blanks: whether the white space between elements is kept.
    """
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_blank_text=not blanks
    )
