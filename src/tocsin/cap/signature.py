"""Signs messages, and says of a signed one whether a key that we pinned for its sender made the signature.

The certificate inside a message is never trusted: anyone can put one there. What is used is what was signed: the alert
is read again from the bytes that the signature covers, and must be the one that the message shows. Keys are pinned as
certificates; when one expires is between its sender and whoever pinned it, and takes no part here.

Source: OASIS CAP 1.2, section 3.3.4.1; W3C XML Signature, second edition.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tocsin.basis.errors import Refused
from tocsin.cap.elements import SIGNATURE_NAMESPACE
from tocsin.cap.model import Alert
from tocsin.cap.read import parse
from tocsin.cap.xml import parsed, signing_parser

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_CANONICAL = frozenset(method.value for method in CanonicalizationMethod)
_TRANSFORMS = _CANONICAL | {SignatureConstructionMethod.enveloped.value}
_DS = f"{{{SIGNATURE_NAMESPACE}}}"
MAX_SIGNATURES = 4
MIN_RSA_BITS = 2048


class State(StrEnum):
    """What became of a message's signature."""

    NONE = "none"
    UNVERIFIABLE = "unverifiable"
    BAD = "bad"
    GOOD = "good"


class Pinned(msgspec.Struct, frozen=True):
    """A certificate that is known, by another way than the message, to be a sender's. name: how we call it."""

    name: str
    certificate: x509.Certificate


Pins: TypeAlias = Mapping[str, Sequence[Pinned]]
"""The keys of each sender, by what stands in <sender>."""


class Signed(msgspec.Struct, frozen=True):
    """What was found of a message's signature.

    key: the name of the pinned key that made it. why: in a sentence. alert: as it was signed; only when it is good.
    """

    state: State
    why: str
    key: str | None = None
    alert: Alert | None = None


UNSIGNED = Signed(State.NONE, "The message is not signed")


def verify(raw: bytes, alert: Alert, pins: Pins) -> Signed:
    """Say whether a key pinned for the sender of this alert signed the bytes it was read from."""
    if not alert.signatures:
        return UNSIGNED
    known = pins.get(alert.sender, ())
    if not known:
        return Signed(State.UNVERIFIABLE, "The message is signed; no key is pinned for its sender")
    root = parsed(raw, signing_parser())
    found = root.findall(f"{_DS}Signature")
    if len(found) > MAX_SIGNATURES:
        return Signed(State.UNVERIFIABLE, f"The message has more than {MAX_SIGNATURES} signatures")
    verdicts = [_one(raw, number, alert, known) for number in range(len(found))]
    good = next((each for each in verdicts if each.state is State.GOOD), None)
    bad = next((each for each in verdicts if each.state is State.BAD), None)
    return good or bad or (verdicts[0] if verdicts else Signed(State.UNVERIFIABLE, "There is no <Signature>"))


def _one(raw: bytes, number: int, alert: Alert, known: Sequence[Pinned]) -> Signed:
    """Judge one of the signatures of a message."""
    documents = list(_documents(raw, number))
    if weak := _unfit(documents[0]):
        return Signed(State.UNVERIFIABLE, weak)
    if not _spelled_strictly(documents[0]):
        return Signed(State.BAD, "The signature is not spelled as base64 has it")
    for pinned in known:
        for document in documents:
            data = _covered(document, pinned.certificate)
            if data is not None:
                return _as_signed(data, alert, pinned)
    return Signed(State.BAD, "The signature is by no key pinned for this sender, or the message was altered since")


def _documents(raw: bytes, number: int) -> Iterator[etree._Element]:
    """Give the document in which a signature stands alone, and how else it may have been when it was signed.

    First as it came, with this one signature; then, for the first, with the others, which it may cover. Last, without
    the white space between elements: senders that use the WMO's CAP Composer sign before they indent. Whichever it is, what
    was signed must say what the message shows.
    """
    yield _alone(raw, number, signing_parser())
    root = parsed(raw, signing_parser())
    if number == 0 and len(root.findall(f"{_DS}Signature")) > 1:
        yield root
    yield _alone(raw, number, signing_parser(blanks=False))


def _alone(raw: bytes, number: int, parser: etree.XMLParser) -> etree._Element:
    root = parsed(raw, parser)
    for n, each in enumerate(root.findall(f"{_DS}Signature")):
        if n != number:
            _cut_out(each)
    return root


def _cut_out(element: etree._Element) -> None:
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _unfit(root: etree._Element) -> str:
    """Say why a signature is none that we would believe, or nothing."""
    signature = root.find(f"{_DS}Signature")
    info = None if signature is None else signature.find(f"{_DS}SignedInfo")
    references = [] if info is None else info.findall(f"{_DS}Reference")
    if info is None or len(references) != 1 or references[0].get("URI", "") != "":
        return "The signature does not cover the whole message, once"
    used = [each.get("Algorithm", "") for each in info.iter(f"{_DS}*")]
    methods = {each.get("Algorithm", "") for each in info.iter(f"{_DS}SignatureMethod", f"{_DS}DigestMethod")}
    if any(method.endswith("sha1") for method in methods):
        return "The signature is made with SHA-1, which is weak: it proves nothing"
    allowed = {each.value for each in _METHODS} | {each.value for each in _DIGESTS} | _TRANSFORMS | {""}
    for algorithm in used:
        if algorithm not in allowed:
            return f"The signature uses {algorithm[:80]}, which is not allowed"
    return ""


def _spelled_strictly(root: etree._Element) -> bool:
    """Say whether each base64 decodes to bytes that are written just so: otherwise one signature has many spellings."""
    for value in root.iter(f"{_DS}SignatureValue", f"{_DS}DigestValue"):
        text = "".join((value.text or "").split())
        try:
            if base64.b64encode(base64.b64decode(text, validate=True)).decode() != text:
                return False
        except ValueError:
            return False
    return True


def _covered(root: etree._Element, certificate: x509.Certificate) -> bytes | None:
    """Return the bytes that a signature by this certificate covers, or nothing."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA_BITS:
        return None
    config = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        ignore_ambiguous_key_info=True,
        verification_time=certificate.not_valid_before_utc,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    try:
        found = XMLVerifier().verify(
            root, x509_cert=certificate, expect_config=config, validate_schema=False, parser=signing_parser()
        )
    except (SignXMLException, UnsupportedAlgorithm, etree.LxmlError, ValueError, TypeError, KeyError, AttributeError):
        return None
    if isinstance(found, list):
        return None
    data: bytes = found.signed_data
    return data


def _as_signed(data: bytes, alert: Alert, pinned: Pinned) -> Signed:
    signed = parse(data).alert
    if signed is None or msgspec.structs.replace(signed, signatures=()) != msgspec.structs.replace(
        alert, signatures=()
    ):
        return Signed(State.BAD, "The signature covers something else than what the message shows")
    return Signed(
        State.GOOD,
        f"Signed with the pinned key {pinned.name}",
        pinned.name,
        msgspec.structs.replace(signed, signatures=alert.signatures),
    )


def sign(raw: bytes, key: PrivateKey, certificate: x509.Certificate) -> bytes:
    """Sign a message with an enveloped signature that covers all of it.

    The white space between elements is left out, for some who check take it away first.

    Raises:
        Refused: the message cannot be read as CAP 1.2 without a fault, or is signed already.
    """
    found = parse(raw)
    if found.alert is None or found.version != "1.2" or found.alert.signatures or found.problems:
        why = str(found.problems[0]) if found.problems else "it is signed already, or not CAP 1.2"
        raise Refused(f"This message cannot be signed: {why}.")
    method = SignatureMethod.RSA_SHA256 if isinstance(key, rsa.RSAPrivateKey) else SignatureMethod.ECDSA_SHA256
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=method,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    bare = parsed(raw, signing_parser(blanks=False))
    if parse(etree.tostring(bare)).alert != found.alert:  # it holds a text of white space alone
        bare = parsed(raw, signing_parser())
    signed = signer.sign(bare, key=key, cert=[certificate])
    written: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8") + b"\n"
    return written
