"""Webhooks are signed as Standard Webhooks says, and nothing altered, old or foreign passes for ours."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.channels.webhook.signature import Signer, check_signature, endpoint_key, public_key

# The published examples of the standard's own libraries.
SHARED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PRIVATE = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
V1 = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
V1A = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
# A key pair published with the server that v1a comes from: 64 bytes, the public half last.
PAIR = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
PUBLIC = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="


def signed(*keys: str, at: datetime = AT) -> dict[str, str]:
    return {"webhook-id": ID, **Signer(keys).headers(ID, BODY, at)}


def test_the_standards_own_examples_come_out() -> None:
    assert signed(SHARED)["webhook-signature"] == V1
    assert signed(PRIVATE)["webhook-signature"] == V1A
    assert signed(SHARED)["webhook-timestamp"] == "1614265330"
    assert public_key(PAIR) == PUBLIC


def test_during_a_change_of_keys_both_sign_and_either_is_enough() -> None:
    new = "whsec_" + base64.b64encode(bytes(32)).decode()
    both = signed(SHARED, new, PRIVATE)
    assert both["webhook-signature"].split(" ")[0::2] == [V1, V1A]
    for key in (SHARED, new, public_key(PRIVATE)):
        check_signature(both, BODY, [key], AT)
    with pytest.raises(Refused, match="No signature"):
        check_signature(both, BODY, [PUBLIC], AT)


@pytest.mark.parametrize("keys", [[SHARED], [PRIVATE]])
@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda head: head | {"webhook-id": "msg_other"}, id="another id"),
        pytest.param(lambda head: head | {"webhook-timestamp": "1614265331"}, id="another moment"),
        pytest.param(lambda head: head | {"webhook-timestamp": "soon"}, id="no moment"),
        pytest.param(lambda head: head | {"webhook-timestamp": "9" * 12}, id="a moment beyond the calendar"),
        pytest.param(lambda head: head | {"webhook-signature": ""}, id="no signature"),
        pytest.param(lambda head: head | {"webhook-signature": "v1,ä"}, id="a signature that is none"),
        pytest.param(lambda head: head | {"webhook-signature": "v2" + head["webhook-signature"][2:]}, id="a version"),
        pytest.param(lambda head: {"webhook-id": ID}, id="nothing but an id"),
    ],
)
def test_what_was_altered_is_refused(keys: list[str], alter: Callable[[dict[str, str]], dict[str, str]]) -> None:
    checking = [key if key.startswith("whsec") else public_key(key) for key in keys]
    head = signed(*keys)
    check_signature(head, BODY, checking, AT)
    with pytest.raises(Refused):
        check_signature(alter(head), BODY, checking, AT)
    with pytest.raises(Refused):
        check_signature(head, BODY + b" ", checking, AT)


@pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_replay_is_too_old_and_a_clock_too_far_ahead_is_not_believed(off: timedelta) -> None:
    with pytest.raises(Refused, match="too long ago"):
        check_signature(signed(SHARED), BODY, [SHARED], AT + off)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("", id="nothing"),
        pytest.param("c2VjcmV0", id="no prefix"),
        pytest.param("whsec_c2VjcmV0", id="too short"),
        pytest.param("whsec_" + "QUFB" * 30, id="too long"),
        pytest.param("whsec_not base64!", id="no base64"),
        pytest.param("whsk_c2VjcmV0", id="no Ed25519 key"),
        pytest.param(PAIR[:-8] + "AAAAAA==", id="another's public half"),
        pytest.param("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", id="a public key cannot sign"),
    ],
)
def test_a_key_that_is_none_stops_the_start_and_is_not_quoted(key: str) -> None:
    with pytest.raises(Refused) as refusal:
        Signer([SHARED, key])
    assert "Webhook key 2 of 2" in str(refusal.value)
    assert key[6:] == "" or key[6:] not in str(refusal.value)
    with pytest.raises(Refused):
        Signer([])


def test_a_signer_in_print_holds_no_key() -> None:
    assert repr(Signer([SHARED, PRIVATE])) == "Signer(2 keys)"


def test_an_id_cannot_run_into_the_body() -> None:
    with pytest.raises(Refused):
        Signer([SHARED]).headers("a.1", BODY, AT)


def test_each_receiver_has_a_secret_of_its_own_and_always_the_same() -> None:
    mill, school = (endpoint_key(bytes(32), f"https://{name}.example/hook") for name in ("mill", "school"))
    assert mill == endpoint_key(bytes(32), "https://mill.example/hook")
    with pytest.raises(Refused):
        check_signature(signed(mill), BODY, [school], AT)
    check_signature(signed(mill), BODY, [mill], AT)


def test_what_goes_to_one_receiver_fits_its_secret_and_no_others() -> None:
    masters = [bytes(32), b"\x01" * 32]
    mill, school = (f"https://{name}.example/hook" for name in ("mill", "school"))
    signer = Signer([PRIVATE], masters)
    for _ in range(2):  # and again, where its secrets are remembered
        head = {"webhook-id": ID, **signer.headers(ID, BODY, AT, address=mill)}
        for key in (*(endpoint_key(master, mill) for master in masters), public_key(PRIVATE)):
            check_signature(head, BODY, [key], AT)
        with pytest.raises(Refused, match="No signature"):
            check_signature(head, BODY, [endpoint_key(master, school) for master in masters], AT)
    assert repr(signer) == "Signer(3 keys)"
    with pytest.raises(Refused, match="1 to 8"):
        Signer([SHARED] * 7, masters)


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()),
    st.binary(),
)
def test_any_head_and_body_at_all_are_refused_and_nothing_else(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(Refused):
        check_signature(headers, body, [SHARED, PUBLIC], AT)
