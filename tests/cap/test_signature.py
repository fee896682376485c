"""Signatures: good only by a key that we pinned for the sender, over all that the message shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from capvalidator import validate_cap_message
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from tests.cap import alerts as town
from tests.cap.test_schema import PHASES
from tests.corpus import corpus
from tocsin.basis.errors import Refused
from tocsin.cap import Alert, check, read, write
from tocsin.cap.judge import judge
from tocsin.cap.signature import MAX_SIGNATURES, Pinned, PrivateKey, State, sign

SENDER = "desk@town.example"
RAW = write(town.ALERT)
DS = "{http://www.w3.org/2000/09/xmldsig#}"


def certificate(key: PrivateKey, years_ago: int = 0) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The town")])
    begin = datetime(2020, 1, 1, tzinfo=UTC) - timedelta(days=365 * years_ago)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = (
        built.serial_number(7)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365 * 3 if years_ago else 365 * 80))
    )
    return built.sign(key, hashes.SHA256())


RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
THROW_AWAY = ec.generate_private_key(ec.SECP256R1())
OURS, CURVE, OLD = certificate(RSA), certificate(EC), certificate(RSA, years_ago=30)
PINS = {SENDER: (Pinned("2031", OURS), Pinned("curve", CURVE)), "harbour@town.example": (Pinned("harbour", CURVE),)}
SIGNED = sign(RAW, RSA, OURS)


def verdict(raw: bytes, pins: dict[str, tuple[Pinned, ...]] = PINS) -> tuple[State, str | None]:
    found = judge(raw, pins=pins).signed
    return found.state, found.key


def test_an_unsigned_message_is_unsigned() -> None:
    assert verdict(RAW) == (State.NONE, None)
    assert judge(RAW, pins=PINS).ok


@pytest.mark.parametrize(("key", "cert", "name"), [(RSA, OURS, "2031"), (EC, CURVE, "curve")])
def test_a_message_signed_with_a_pinned_key_is_good_and_valid(
    key: PrivateKey, cert: x509.Certificate, name: str
) -> None:
    raw = sign(RAW, key, cert)
    found = judge(raw, pins=PINS, require_signature=True)
    assert (found.signed.state, found.signed.key, found.ok, found.problems) == (State.GOOD, name, True, ())
    assert found.alert is not None
    assert (found.alert.reference, found.alert.infos) == (town.ALERT.reference, town.ALERT.infos)
    assert town.schema().validate(etree.fromstring(raw))


def test_an_expired_certificate_that_is_pinned_still_counts() -> None:
    assert verdict(sign(RAW, RSA, OLD), {SENDER: (Pinned("old", OLD),)}) == (State.GOOD, "old")


def change(find: str, replace: str) -> Callable[[bytes], bytes]:
    def changed(raw: bytes) -> bytes:
        assert find.encode() in raw
        return raw.replace(find.encode(), replace.encode(), 1)

    return changed


def wrap(raw: bytes) -> bytes:
    """Show another alert, and carry the signed one along where nobody looks."""
    signed = etree.fromstring(raw)
    signature = signed.find(f"{DS}Signature")
    assert signature is not None
    shown = etree.fromstring(RAW.replace(b"<event>Flood<", b"<event>All is well<"))
    shown.append(signature)
    holder = etree.SubElement(signature, f"{DS}Object")
    holder.append(signed)
    wrapped: bytes = etree.tostring(shown)
    return wrapped


def wrap_by_id(raw: bytes) -> bytes:
    signed = etree.fromstring(wrap(raw))
    inner = signed.find(f"{DS}Signature/{DS}Object/*")
    reference = signed.find(f"{DS}Signature/{DS}SignedInfo/{DS}Reference")
    assert inner is not None
    assert reference is not None
    inner.set("Id", "whole")
    reference.set("URI", "#whole")
    wrapped: bytes = etree.tostring(signed)
    return wrapped


def unsign(raw: bytes) -> bytes:
    root = etree.fromstring(raw)
    signature = root.find(f"{DS}Signature/{DS}SignatureValue")
    assert signature is not None
    signature.text = "AAAA"
    altered: bytes = etree.tostring(root)
    return altered


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(change("<event>Flood<", "<event>Flora<"), id="a word changed"),
        pytest.param(change("<info>", "<note>All is well</note><info>"), id="a note added"),
        pytest.param(change("<event>Flood<", "<event> Flood<"), id="white space put into a text"),
        pytest.param(wrap, id="wrapped"),
        pytest.param(unsign, id="a signature that is none"),
        pytest.param(lambda raw: sign(RAW, THROW_AWAY, certificate(THROW_AWAY)), id="a throw-away key"),
        pytest.param(
            lambda raw: sign(RAW.replace(SENDER.encode(), b"harbour@town.example"), RSA, OURS),
            id="another sender's name",
        ),
    ],
)
def test_what_is_not_what_the_sender_signed_is_bad(attack: Callable[[bytes], bytes]) -> None:
    found = judge(attack(SIGNED), pins=PINS)
    assert (found.signed.state, found.signed.alert, found.ok) == (State.BAD, None, False)
    assert ("cap-3.3.4.1-signature", "error") in {(each.rule, each.severity) for each in found.problems}
    assert judge(attack(SIGNED), pins=PINS, require_signature=True).alert is None


def test_a_signature_that_points_elsewhere_is_never_good() -> None:
    assert verdict(wrap_by_id(SIGNED))[0] is not State.GOOD


@pytest.mark.parametrize("method", ["rsa-sha1", "hmac-sha256"])
def test_weak_and_strange_algorithms_are_named_and_never_good(method: str) -> None:
    raw = SIGNED.replace(
        b"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", f"http://www.w3.org/2000/09/xmldsig#{method}".encode()
    )
    assert raw != SIGNED
    found = judge(raw, pins=PINS).signed
    assert found.state is State.UNVERIFIABLE
    assert ("SHA-1" if "sha1" in method else "not allowed") in found.why


def test_a_sender_without_a_pinned_key_is_told_and_not_refused() -> None:
    found = judge(SIGNED)
    assert found.signed.state is State.UNVERIFIABLE
    assert [(each.rule, each.severity) for each in found.problems] == [("cap-3.3.4.1-signature", "warning")]
    assert found.ok
    assert not judge(SIGNED, require_signature=True).ok
    assert not judge(RAW, pins=PINS, require_signature=True).ok


SPACED = RAW.replace(b"<info>", b"\n\n<!-- checked -->\t<info>").replace(b"</event>", b"</event>\n\n")


def signed_as_it_is(raw: bytes) -> bytes:
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0)
    signed: bytes = etree.tostring(signer.sign(etree.fromstring(raw), key=RSA, cert=[OURS]))
    return signed


def test_white_space_and_comments_in_a_signed_message_do_it_no_harm() -> None:
    signed = signed_as_it_is(SPACED)
    assert verdict(signed)[0] is State.GOOD
    assert verdict(signed.replace(b"<!-- checked -->", b""))[0] is State.GOOD


def test_white_space_that_was_signed_is_not_to_be_taken_away() -> None:
    assert verdict(signed_as_it_is(SPACED).replace(b"</event>\n\n", b"</event>"))[0] is State.BAD


def test_a_message_that_was_signed_before_it_was_indented_is_good_as_well() -> None:
    indented = SIGNED.replace(b"<info>", b"\n  <info>").replace(b"<area>", b"\n    <area>")
    assert verdict(indented)[0] is State.GOOD


def test_a_text_of_white_space_alone_is_signed_too() -> None:
    blank = write(town.alert(note="  "))
    assert verdict(sign(blank, RSA, OURS))[0] is State.GOOD
    assert read(sign(blank, RSA, OURS)).note == "  "


def test_a_public_checker_finds_our_signature_valid() -> None:
    assert validate_cap_message(SIGNED, strict=True).passed
    assert validate_cap_message(sign(RAW, EC, CURVE), strict=True).passed
    assert not validate_cap_message(SIGNED.replace(b"Flood", b"Flora"), strict=True).passed


@settings(max_examples=15, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(town.alerts())
def test_a_public_checker_finds_whatever_we_write_valid(alert: Alert) -> None:
    raw = write(alert)
    assert validate_cap_message(raw, strict=False).passed
    assert not validate_cap_message(raw.replace(b"<status>", b"<status>Not"), strict=False).passed


def test_a_message_that_we_signed_is_still_good_when_it_was_read_and_written() -> None:
    alert = read(SIGNED)
    assert read(write(alert)) == alert
    assert verdict(write(alert))[0] is State.GOOD


def test_a_key_too_small_proves_nothing() -> None:
    small = rsa.generate_private_key(65537, 1024)
    cert = certificate(small)
    assert verdict(sign(RAW, small, cert), {SENDER: (Pinned("small", cert),)})[0] is State.BAD


def test_of_two_signatures_the_pinned_one_counts() -> None:
    root = etree.fromstring(SIGNED)
    other = etree.fromstring(sign(RAW, THROW_AWAY, certificate(THROW_AWAY))).find(f"{DS}Signature")
    assert other is not None
    root.append(other)
    assert verdict(etree.tostring(root)) == (State.GOOD, "2031")
    root.insert(len(root) - 2, other)
    assert verdict(etree.tostring(root)) == (State.GOOD, "2031")


def test_very_many_signatures_are_not_tried_one_by_one() -> None:
    root = etree.fromstring(SIGNED)
    signature = root.find(f"{DS}Signature")
    assert signature is not None
    for _ in range(MAX_SIGNATURES):
        root.append(etree.fromstring(etree.tostring(signature)))
    assert verdict(etree.tostring(root))[0] is State.UNVERIFIABLE


def test_only_a_sound_unsigned_message_is_signed() -> None:
    for raw in (SIGNED, RAW.replace(b"<event>Flood</event>", b""), b"<alert/>"):
        with pytest.raises(Refused, match="cannot be signed"):
            sign(raw, RSA, OURS)


def test_a_signed_message_is_read_as_any_other_and_checked() -> None:
    assert read(SIGNED).infos == town.ALERT.infos
    assert [each.rule for each in check(SIGNED)] == ["cap-3.3.4.1-signature"]


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("tg/valid.xml", True),
        ("sc/valid.xml", True),
        ("bf/valid.xml", True),
        ("sc/invalid_signature.xml", False),
        ("bf/invalid_signature.xml", False),
        ("tg/invalid_digest.xml", False),
    ],
)
def test_real_signed_messages(name: str, good: bool) -> None:
    raw = corpus("cap", "wmo-im-capvalidator", "tests", "data", *name.split("/")).read_bytes()
    # Pinned here from a message known to be true; anywhere else a certificate comes by another way.
    true = corpus(
        "cap", "wmo-im-capvalidator", "tests", "data", name.split("/", maxsplit=1)[0], "valid.xml"
    ).read_bytes()
    [inside] = [e.text or "" for e in list(etree.fromstring(true).iter(f"{DS}X509Certificate"))[:1]]
    cert = x509.load_pem_x509_certificate(
        b"-----BEGIN CERTIFICATE-----\n" + "\n".join(inside.split()).encode() + b"\n-----END CERTIFICATE-----\n"
    )
    found = judge(raw, pins={read(raw).sender: (Pinned("theirs", cert),)})
    assert found.signed.state is (State.GOOD if good else State.BAD), found.signed.why
