"""Policies: how they are written, and which checkpoints count by them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.record import (
    Checkpoint,
    Cosigner,
    Judged,
    Signer,
    add_signatures,
    judge,
    leaf_hash,
    parse_vkey,
    read_policy,
    sign_note,
    write_checkpoint,
)
from tocsin.record.algorithms import LATEST, cosigned_message
from tocsin.record.note import signature_line
from tocsin.record.policy import ListedLog, ListedWitness, Policy, WitnessGroup
from tocsin.record.policy_file import POLICY_LIMIT
from tocsin.record.spelling import to_base64
from tocsin.record.vkey import key_id

SEED = b"\x01" * 32
LOG, NEXT = Signer("warn.example.org/record", SEED), Signer("warn.example.org/record", b"\x02" * 32)
OTHER = Signer("other.example/log", b"\x03" * 32)
X1, X2, X3, Y1, Y2 = (Cosigner(f"{name}.example", name.encode() * 16) for name in ("x1", "x2", "x3", "y1", "y2"))
CHECKPOINT = Checkpoint(LOG.name, 7, leaf_hash(b""))
TEXT = write_checkpoint(CHECKPOINT)
NOON = datetime(2024, 3, 7, 12, tzinfo=UTC)

KEYS = f"""\
log {LOG.vkey}
witness X1 {X1.vkey}
witness X2 {X2.vkey}
witness X3 {X3.vkey}
witness Y1 {Y1.vkey}
witness Y2 {Y2.vkey}
"""
NESTED = f"""\
{KEYS}group X 2 X1 X2 X3
group Y any Y1 Y2
group both all X Y
quorum both
"""


def policy(text: str) -> Policy:
    return read_policy(text.encode())


def note(*cosigners: Cosigner, signers: tuple[Signer, ...] = (LOG,), text: bytes = TEXT) -> bytes:
    return add_signatures(sign_note(text, *signers), [cosigner.line(text, NOON) for cosigner in cosigners])


# ---- how they are written


def test_a_policy_says_which_logs_witnesses_groups_and_quorum_count() -> None:
    read = policy(f"log {LOG.vkey} https://warn.example.org/record/\n{NESTED.partition(chr(10))[2]}")
    assert read.logs == (ListedLog(parse_vkey(LOG.vkey), "https://warn.example.org/record/"),)
    assert [witness.name for witness in read.witnesses] == [b"X1", b"X2", b"X3", b"Y1", b"Y2"]
    assert read.groups == (
        WitnessGroup(b"X", 2, (b"X1", b"X2", b"X3")),
        WitnessGroup(b"Y", 1, (b"Y1", b"Y2")),
        WitnessGroup(b"both", 2, (b"X", b"Y")),
    )
    assert read.quorum == b"both"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("quorum none", Policy((), (), (), None), id="nothing but that nobody is needed"),
        pytest.param(" \t# a note\n\t quorum \t none \t\n\n \n#", Policy((), (), (), None), id="spaces and comments"),
        pytest.param(
            f"witness w {X1.vkey} https://w.example/\nquorum w\n",
            Policy((), (ListedWitness(b"w", parse_vkey(X1.vkey), "https://w.example/"),), (), b"w"),
            id="one witness",
        ),
        pytest.param(
            f"witness all {X1.vkey}\ngroup any any all\nquorum any\n",
            Policy((), (ListedWitness(b"all", parse_vkey(X1.vkey)),), (WitnessGroup(b"any", 1, (b"all",)),), b"any"),
            id="names that are words elsewhere",
        ),
        pytest.param(
            f"quorum none\nlog {LOG.vkey}\nlog {NEXT.vkey}\n",
            Policy((ListedLog(parse_vkey(LOG.vkey)), ListedLog(parse_vkey(NEXT.vkey))), (), (), None),
            id="two keys of one log",
        ),
    ],
)
def test_such_a_policy_reads(text: str, expected: Policy) -> None:
    assert policy(text) == expected


def test_names_are_octets() -> None:
    """The letter K, the sign for kelvin, and an octet that is no UTF-8 are three names."""
    names = (b"K", "\u212a".encode(), b"\xff")
    lines = [b"witness %s %s" % (name, one.vkey.encode()) for name, one in zip(names, (X1, X2, X3), strict=True)]
    read = read_policy(
        b"\n".join([f"log {LOG.vkey}".encode(), *lines, b"group g all %s" % b" ".join(names), b"quorum g"])
    )
    assert tuple(witness.name for witness in read.witnesses) == read.groups[0].members == names
    seen = judge(read, note(X1, X2, X3)).witnessed
    assert [name for name, _ in seen] == ["K", "\u212a", "\\xff"]


def ml_dsa(name: str) -> str:
    public = b"k" * 1312
    return f"{name}+{key_id(name, 6, public).hex()}+{to_base64(bytes([6]) + public)}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "has no quorum", id="empty"),
        pytest.param(KEYS, "has no quorum", id="no quorum"),
        pytest.param("quorum none\nquorum none\n", "Line 2 .* already", id="two quorums"),
        pytest.param("quorum\n", "Line 1 .* Write", id="a quorum of nothing"),
        pytest.param("quorum none none\n", "Write", id="a quorum of two names"),
        pytest.param("quorum w\n" + KEYS, "Line 1 .*no line before", id="a quorum of a name that nobody has"),
        pytest.param(f"quorum w\nwitness w {X1.vkey}\n", "no line before", id="a quorum named too early"),
        pytest.param("Quorum none\n", "Write", id="a capital letter"),
        pytest.param("quorum none # or so\n", "Write", id="a comment behind"),
        pytest.param("quorum none\r\n", "control", id="a carriage return"),
        pytest.param("quorum none\n\x00\n", "Line 2 .*control", id="a zero"),
        pytest.param("quorum none\n#\x7f\n", "control", id="a delete in a comment"),
        pytest.param("quorum none\n#\x0b\n", "control", id="a vertical tab"),
        pytest.param("\ufeffquorum none\n", "Write", id="a byte order mark"),
        pytest.param("quorum\u00a0none\n", "Write", id="a space that is none here"),
        pytest.param("log\n", "Write", id="a log without a key"),
        pytest.param(f"log {LOG.vkey} https://a b\n", "Write", id="a log with two addresses"),
        pytest.param(f"log {LOG.vkey}\nlog {LOG.vkey} https://a\n", "Line 2 .*already", id="a log twice"),
        pytest.param(
            f"log {LOG.vkey}\nlog {Signer('b.example', SEED).vkey}\n", "already", id="its key under two names"
        ),
        pytest.param("log junk\n", "NAME.KEY ID.BASE64", id="a log's key that is none"),
        pytest.param(f"log {X1.vkey}\n", "of a log is of type 01", id="a witness's key for a log"),
        pytest.param(f"log {ml_dsa('a')}\n", "of type 06", id="a log's key that we cannot verify"),
        pytest.param(f"witness {X1.vkey}\n", "Write", id="a witness without a name"),
        pytest.param("witness w\n", "Write", id="a witness without a key"),
        pytest.param(f"witness w {X1.vkey} https://a b\n", "Write", id="a witness with two addresses"),
        pytest.param(f"witness w {LOG.vkey}\n", "of a witness is of type 04", id="a log's key for a witness"),
        pytest.param(f"witness w {ml_dsa('a')}\n", "of type 06", id="a witness's key that we cannot verify"),
        pytest.param(f"witness none {X1.vkey}\n", "taken", id="a witness called none"),
        pytest.param(f"witness w {X1.vkey}\nwitness w {X2.vkey}\n", "taken", id="a name twice"),
        pytest.param(f"witness w {X1.vkey}\nwitness v {X1.vkey}\n", "already", id="a witness's key twice"),
        pytest.param(f"{KEYS}group X1 any X2\n", "taken", id="a group named like a witness"),
        pytest.param(f"{KEYS}group none any X2\n", "taken", id="a group called none"),
        pytest.param(f"{KEYS}group g any\n", "Write", id="a group of nobody"),
        pytest.param(f"{KEYS}group g any none\n", "no line before", id="nobody as a member"),
        pytest.param(f"{KEYS}group g any g\n", "no line before", id="a group in itself"),
        pytest.param(f"{KEYS}group g any h\ngroup h any X1\n", "Line 7 .*no line before", id="a member named too late"),
        pytest.param(f"{KEYS}group g 1 X1 X1\n", "member already", id="a member twice"),
        pytest.param(f"{KEYS}group g 1 X1\ngroup h 1 X1\n", "member already", id="a member of two groups"),
        pytest.param(f"{KEYS}group g 0 X1\n", "decides nothing", id="none is enough"),
        pytest.param(f"{KEYS}group g 3 X1 X2\n", "from 0 to 2", id="more than there are"),
        pytest.param(f"{KEYS}group g -1 X1\n", "decimal", id="below nothing"),
        pytest.param(f"{KEYS}group g 01 X1\n", "decimal", id="a leading zero"),
        pytest.param(f"{KEYS}group g most X1\n", "decimal", id="another word"),
        pytest.param(f"{KEYS}group g {'9' * 100_000} X1\n", "decimal", id="a number without end"),
        pytest.param("#" * (POLICY_LIMIT + 1), "at most", id="a policy without end"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        policy(text)


def test_a_key_whose_name_is_no_utf_8_is_refused() -> None:
    public = Signer("a", b"\x01" * 32).public
    shown = r"a\xff"  # what such a name would be shown as must not pass for it
    vkey = f"{shown}+{key_id(shown, 1, public).hex()}+{to_base64(bytes([1]) + public)}"
    assert parse_vkey(vkey).name == shown
    with pytest.raises(Refused, match="not UTF-8"):
        read_policy(b"log " + vkey.encode().replace(rb"\xff", b"\xff") + b"\nquorum none\n")


@pytest.mark.parametrize("data", [None, NESTED, bytearray(NESTED.encode())])
def test_only_bytes_are_a_policy(data: bytes) -> None:
    with pytest.raises(Refused):
        read_policy(data)


def test_there_is_room_for_many_logs_witnesses_and_groups() -> None:
    lines = [f"log {Signer(f'log-{n}', bytes([n]) * 32).vkey}" for n in range(100)]
    lines += [f"witness w{n} {Cosigner(f'w{n}.example', bytes([n]) * 32).vkey}" for n in range(100)]
    lines += [f"group g{n} all w{n}" + (f" g{n - 1}" if n else "") for n in range(100)]
    read = policy("\n".join([*lines, "quorum g99", ""]))
    assert (len(read.logs), len(read.witnesses), len(read.groups)) == (100, 100, 100)


# ---- what follows from them


def test_a_checkpoint_counts_when_log_and_quorum_have_signed() -> None:
    judged = judge(policy(NESTED), note(Y2, X3, X1))
    assert judged == Judged(CHECKPOINT, parse_vkey(LOG.vkey), {b"X1": NOON, b"X3": NOON, b"Y2": NOON})


@pytest.mark.parametrize(
    ("cosigners", "missing"),
    [
        pytest.param((), "both needs 2 of 2 .*, and has 0. Missing: X, Y.", id="nobody"),
        pytest.param((X1, X2, X3), "both needs 2 of 2 .*, and has 1. Missing: Y.", id="one side alone"),
        pytest.param((X1, Y1, Y2), "both needs 2 of 2 .*, and has 1. Missing: X.", id="too few of one side"),
        pytest.param((X1, X2, Y1), None, id="just enough"),
        pytest.param((X1, X2, X3, Y1, Y2), None, id="all"),
    ],
)
def test_a_quorum_is_reached_or_what_is_missing_is_said(cosigners: tuple[Cosigner, ...], missing: str | None) -> None:
    if missing is None:
        assert judge(policy(NESTED), note(*cosigners)).checkpoint == CHECKPOINT
        return
    with pytest.raises(Refused, match=missing):
        judge(policy(NESTED), note(*cosigners))


def test_one_witness_can_be_the_quorum() -> None:
    assert judge(policy(KEYS + "quorum X2\n"), note(X2)).witnessed == (("X2", NOON),)
    with pytest.raises(Refused, match="the witness X2, which has not cosigned"):
        judge(policy(KEYS + "quorum X2\n"), note(X1))


def test_where_no_witness_is_needed_those_that_signed_are_still_told() -> None:
    assert judge(policy(KEYS + "quorum none\n"), note()).witnessed == ()
    assert judge(policy(KEYS + "quorum none\n"), note(Y1)).witnessed == (("Y1", NOON),)


def test_of_many_that_are_missing_ten_are_named() -> None:
    witnesses = [f"witness w{n} {Cosigner(f'w{n}.example', bytes([n]) * 32).vkey}\n" for n in range(12)]
    group = "group g all " + " ".join(f"w{n}" for n in range(12))
    with pytest.raises(Refused, match=r"w0, .*, w9 and 2 more"):
        judge(policy(f"log {LOG.vkey}\n{''.join(witnesses)}{group}\nquorum g\n"), note())


def test_a_witness_that_cosigned_twice_counts_once_and_from_when_it_first_saw() -> None:
    twice = note(X1) + X1.line(TEXT, NOON - timedelta(hours=1)).encode()
    assert judge(policy(KEYS + "quorum X1\n"), twice).witnessed == (("X1", NOON - timedelta(hours=1)),)
    with pytest.raises(Refused, match="and has 0"):
        judge(policy(NESTED), twice)


def test_a_checkpoint_under_rotation_counts_by_the_old_key_and_the_new() -> None:
    both = note(signers=(LOG, NEXT))
    for one in (LOG, NEXT):
        assert judge(policy(f"log {one.vkey}\nquorum none\n"), both).log == parse_vkey(one.vkey)
    assert judge(policy(f"log {NEXT.vkey}\nlog {LOG.vkey}\nquorum none\n"), both).checkpoint == CHECKPOINT


def test_a_log_speaks_only_for_its_own_origin() -> None:
    of_another = write_checkpoint(Checkpoint("someone.else/log", 7, leaf_hash(b"")))
    with pytest.raises(Refused, match=r"is of .someone\.else/log., but it was signed by warn\.example\.org/record"):
        judge(policy(KEYS + "quorum none\n"), sign_note(of_another, LOG))
    judged = judge(policy(f"{KEYS}log {OTHER.vkey}\nquorum none\n"), note(signers=(OTHER, LOG)))
    assert judged.log == parse_vkey(LOG.vkey)


FORGED = LOG.line(b"Another text.\n")
HOLLOW = signature_line(X2.name, X2.key_id + b"\x00" * 72)
LATE = signature_line(X2.name, X2.key_id + LATEST.to_bytes(8, "big") + X2._private.sign(cosigned_message(TEXT, LATEST)))


@pytest.mark.parametrize(
    ("checkpoint_note", "why"),
    [
        pytest.param(note(X1, X2, Y1, signers=(OTHER,)), "None of the logs", id="signed by a log that is not listed"),
        pytest.param(TEXT + b"\n" + X1.line(TEXT, NOON).encode(), "None of the logs", id="signed by a witness alone"),
        pytest.param(
            note(X1, X3, Y1) + FORGED.encode(), "not over this text", id="a second signature of the log fails"
        ),
        pytest.param(note(X1, X3, Y1) + HOLLOW.encode(), "not over this text", id="a witness that is not needed fails"),
        pytest.param(note(X1, X3, Y1) + LATE.encode(), "year 9999", id="a witness states a time beyond all calendars"),
        pytest.param(note(X1, X3, Y1)[:-1], "signature lines", id="cut short"),
        pytest.param(sign_note(b"The bridge is closed.\n", LOG), "three lines", id="no checkpoint"),
        pytest.param(b"", "signature lines", id="nothing"),
        pytest.param(None, "at most", id="no bytes"),
    ],
)
def test_what_does_not_count_is_refused(checkpoint_note: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        judge(policy(NESTED), checkpoint_note)


def test_what_strangers_sign_is_ignored() -> None:
    stranger, hollow = Cosigner("s.example", b"s" * 32), signature_line("z.example", b"\x00" * 76)
    spoiled = note(X1, X2, Y1, stranger) + hollow.encode()
    assert judge(policy(NESTED), spoiled).checkpoint == CHECKPOINT


def test_without_a_log_s_key_nothing_can_be_judged() -> None:
    with pytest.raises(Refused, match="lists no log"):
        judge(policy("quorum none\n"), note())


def test_two_listed_keys_under_one_name_and_id_vouch_for_nothing() -> None:
    log = parse_vkey(LOG.vkey)
    namesake = type(log)(log.name, log.key_id, NEXT.public)
    with pytest.raises(Refused, match="listed twice"):
        judge(Policy((ListedLog(log), ListedLog(namesake)), (), (), None), note())


def test_a_deep_chain_of_groups_is_judged() -> None:
    depth = 5000
    groups = "".join(f"group g{n + 1} all g{n}\n" for n in range(depth))
    read = policy(f"log {LOG.vkey}\nwitness g0 {X1.vkey}\n{groups}quorum g{depth}\n")
    assert judge(read, note(X1)).witnessed == (("g0", NOON),)
    with pytest.raises(Refused, match=f"Missing: g{depth - 1}"):
        judge(read, note())


def witnessed(name: str, seen: set[str], groups: dict[str, tuple[int, list[str]]]) -> bool:
    """The rule once more, from the top down."""
    if name not in groups:
        return name in seen
    needed, members = groups[name]
    return sum(witnessed(member, seen, groups) for member in members) >= needed


@st.composite
def quorums(draw: st.DrawFn) -> dict[str, tuple[int, list[str]]]:
    """Groups over X1 to Y2, each after its members, the last of them over whatever is in no group yet."""
    free = ["X1", "X2", "X3", "Y1", "Y2"]
    groups: dict[str, tuple[int, list[str]]] = {}
    while len(free) > 1:
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True)) if len(groups) < 3 else free
        name = f"g{len(groups)}"
        groups[name] = (draw(st.integers(1, len(members))), list(members))
        free = [one for one in free if one not in members] + [name]
    return groups


@given(quorums(), st.sets(st.sampled_from([X1, X2, X3, Y1, Y2])))
def test_any_quorum_is_reached_by_just_those_who_reach_it(
    groups: dict[str, tuple[int, list[str]]], cosigners: set[Cosigner]
) -> None:
    lines = "".join(f"group {name} {needed} {' '.join(members)}\n" for name, (needed, members) in groups.items())
    read = policy(f"{KEYS}{lines}quorum {list(groups)[-1]}\n")
    seen = {cosigner.name.partition(".")[0].upper() for cosigner in cosigners}
    try:
        judged = judge(read, note(*cosigners))
    except Refused:
        assert not witnessed(list(groups)[-1], seen, groups)
        return
    assert witnessed(list(groups)[-1], seen, groups)
    assert {name for name, _ in judged.witnessed} == seen
