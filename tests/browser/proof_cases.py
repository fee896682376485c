"""Proof files, true and false, that the page in the browser must judge as the Python verifier does."""

import base64
import json
from typing import Any

from msgspec.structs import replace

from tests.record.published import AT, HOUR, SIGNER
from tests.record.small_log import DEMANDED, POLICY, WITNESS, WITNESSED, Case, Log, Receipts, hexed, since, witness
from tests.record.test_verify_lies import plainly, prophet, received_under
from tocsin.record import (
    Checkpoint,
    Cosigner,
    Signer,
    add_signatures,
    bundle,
    canonical,
    commitment,
    leaf_hash,
    pad,
    prove_place,
    read_proof_file,
    root_of,
    write_proof_file,
)
from tocsin.record.checkpoint import write_checkpoint
from tocsin.record.note import sign_note

Asked = tuple[bytes, bytes, bytes | None]
"""A proof file, a policy, and a payload or none."""

CASE = Case()
LOG = CASE.log
NEXT = Signer(SIGNER.name, b"\x07" * 32)
STRANGER = Signer("elsewhere.example.net/record", b"\x02" * 32)
WITNESSES = [
    Cosigner(name, bytes([20 + at]) * 32) for at, name in enumerate(("w.example/1", "w.example/2", "wé.example/3"))
]
ANSWER = {"answer": "safe", "at": "2024-03-07T18:00:05Z", "kind": "answer", "warning": "w", "words": "Ünterwegs"}
NAMES = (b"first", "zweite-ü".encode(), b"third\xff")
LISTED = b"".join(
    b"witness %s %s https://w.example/\n" % (n, w.vkey.encode()) for n, w in zip(NAMES, WITNESSES, strict=True)
)


def policy(*lines: bytes, logs: tuple[Signer, ...] = (SIGNER,)) -> bytes:
    return b"".join(f"log {one.vkey}\n".encode() for one in logs) + b"".join(line + b"\n" for line in lines)


def seen(proof: bytes, *cosigners: Cosigner, hours: int = 1) -> bytes:
    """Return the proof with cosignatures under its checkpoint, an hour apart."""
    file = read_proof_file(proof)
    text = file.checkpoint.partition(b"\n\n")[0] + b"\n"
    lines = [one.line(text, AT + (hours + at) * HOUR) for at, one in enumerate(cosigners)]
    return write_proof_file(replace(file, checkpoint=add_signatures(file.checkpoint, lines)))


def signed_by(proof: bytes, *signers: Signer, **other: Any) -> bytes:
    """Return the proof under a checkpoint that others signed, or that says something else."""
    file = read_proof_file(proof)
    root = root_of([leaf_hash(one) for one in LOG.entries])
    said: dict[str, Any] = {"origin": SIGNER.name, "size": len(LOG.entries), "root": root} | other
    return write_proof_file(replace(file, checkpoint=sign_note(write_checkpoint(Checkpoint(**said)), *signers)))


def without_a_tree() -> bytes:
    """Return the proof of the only entry of a record of one."""
    log = Log()
    return log.prove(log.say("AlertIssued", subject="a"))


def odd_fields() -> bytes:
    """Return the proof of a fact whose fields hold whatever JSON can say, beyond ASCII too."""
    log = Log()
    values: dict[str, Any] = {
        "a\U0001f514": [1.5, 1e-7, 1e21, -0.0, 5e-324, 0.1, 4503599627370496.5, True, None, {"": []}],
        "a\uffee": '\u2028\x7f"\\\b\f\n\r\t\x01 \u05d0 \U0001f514',
        "__proto__": {"constructor": "x", "__proto__": 2**53 - 1, "10": 1, "9": 2, "\U00010000": 3, "\uffff": 4},
    }
    told = type(CASE.notice)(log.randomness(32), values)
    number = log.seal(AT, [told.commitment])
    place = log.place(number, "root", told.commitment)
    opening = log.say("NoticeOpened", at=AT + HOUR, seal=number, place=place.place)
    opened = bundle.Opened(
        commitment=told.commitment.hex(),
        place=place,
        fields=told.show(*values),
        opening=log.entry(opening),
    )
    return log.prove(number, opened=opened)


def received_in_one_tree(kind: str, said: dict[str, Any], depth: int = 10) -> bytes:
    """Return the proof of a receipt that stands in a single tree, as an answer does."""
    log = Log()
    payload, salt = canonical(said), log.randomness(32)
    filled = {5: commitment(salt, payload)}
    tree = pad(filled, depth, log.randomness)
    step = bundle.Step(place=5, proof=hexed(prove_place(filled, tree.dummies, depth, 5)))
    mine = bundle.Receipt(payload=payload.decode(), salt=salt.hex(), steps=(step,), field="receipts")
    under = CASE.told(kind, receipts=tree.root.hex())
    seal = log.seal(AT, [under.commitment])
    opened = log.opened(under.commitment, seal, fields=under.show("fact.kind", "receipts"))
    return log.prove(seal, opened=opened, receipt=mine)


def open_by(moment: str) -> bytes:
    """Return the proof of something sealed at 18:00 on 7 March 2024, under a seal that may be opened until this moment."""
    case = Case()
    case.log.entries[case.seal] = canonical(json.loads(case.log.entries[case.seal]) | {"open_by": moment})
    return case.log.prove(case.seal, opened=case.log.opened(case.notice.commitment, case.seal))


def opened_by(**other: Any) -> bytes:
    """Return the proof of a notice whose opening says something else."""
    case = Case()
    case.log.entries[case.opening] = canonical(json.loads(case.log.entries[case.opening]) | other)
    return case.opened()


def opened_at(moment: str) -> bytes:
    """Return the proof of a notice whose opening states this moment, in whatever spelling."""
    return opened_by(at=moment)


def line_of(note: bytes, at: int) -> bytes:
    return note.splitlines(keepends=True)[at]


def later(line: bytes) -> bytes:
    """Return a cosignature line that states a time a second later than what was signed."""
    head, _, encoded = line.rpartition(b" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[11] += 1
    return head + b" " + base64.b64encode(raw) + b"\n"


def good() -> dict[str, Asked]:
    """Return what holds."""
    one = CASE.notice.commitment
    under = bundle.Opened(commitment=one.hex(), place=LOG.place(CASE.seal, "root", one))
    plain, (first, second) = CASE.plain(), CASE.chain().earlier
    known = (replace(first, since=since(LOG, CASE.seal, 2, AT + HOUR)), second)
    return {
        "an entry": (plain, POLICY, None),
        "an entry, with the message of which it holds the hash": (plain, POLICY, CASE.cap),
        "an entry, with itself": (plain, POLICY, LOG.entries[CASE.alert]),
        "the only entry of a record": (without_a_tree(), POLICY, None),
        "an entry of another log": (LOG.file(CASE.alert, None), POLICY, LOG.entries[CASE.alert]),
        "a seal": (LOG.prove(CASE.seal), POLICY, None),
        "something sealed, not a word of it": (LOG.prove(CASE.seal, opened=under), POLICY, None),
        "a notice kept twice and opened": (CASE.opened(), POLICY, None),
        "fields of every sort": (odd_fields(), POLICY, None),
        "one person's receipt": (CASE.received(), POLICY, None),
        "a delivery under one batch": (received_in_one_tree("BatchSettled", CASE.said), POLICY, None),
        "one person's answer": (received_in_one_tree("AnswersTaken", ANSWER), POLICY, None),
        "kept and opened in time, by witnesses": (witness(CASE.seen(6, 11, 16), AT + 900 * HOUR), DEMANDED, None),
        "opened in time, by who saw the newest tree": (witness(CASE.seen(6, 11, None), AT + 16 * HOUR), DEMANDED, None),
        "seen by both in time, where both are needed": (
            seen(CASE.opened(), *WITNESSES[:2], hours=5), policy(LISTED + b"group g all first " + NAMES[1], b"quorum g"), None,
        ),
        "kept and opened in time, by the word of a record that needs no witness": (
            seen(CASE.opened(), WITNESSES[1], hours=900), policy(LISTED + b"quorum none"), None,
        ),
        "an entry that a witness saw before": (
            LOG.prove(CASE.alert, since=since(LOG, CASE.alert, 3, AT + HOUR)), WITNESSED, None,
        ),
        "a notice whose first seal a witness saw before": (
            LOG.prove(CASE.third, opened=CASE.chain(earlier=known), since=since(LOG, CASE.third, CASE.third + 1, AT)), WITNESSED, None,
        ),
        "an older tree that nobody saw whom the policy knows": (
            LOG.prove(CASE.alert, since=since(LOG, CASE.alert, 3, AT + HOUR)), POLICY, None,
        ),
        "a seal of 730 days": (open_by("2026-03-07T18:00:00Z"), POLICY, None),
        "a policy with comments, tabs and no last newline": (
            plain, b"# ours\n\n \t# x\n" + POLICY.replace(b" ", b" \t ").rstrip(b"\n"), None,
        ),
        "two keys during a rotation": (signed_by(plain, SIGNER, NEXT), policy(b"quorum none", logs=(NEXT, SIGNER)), None),
        "the new key alone is known": (signed_by(plain, SIGNER, NEXT), policy(b"quorum none", logs=(NEXT,)), None),
        "signed by a stranger, too": (signed_by(plain, SIGNER, STRANGER), policy(b"quorum none", logs=(STRANGER, SIGNER)), None),
        "two of three witnesses": (
            seen(CASE.opened(), WITNESSES[2], WITNESSES[0]),
            policy(LISTED + b"group g 2 first " + NAMES[1] + b" " + NAMES[2], b"quorum g"), None,
        ),
        "a witness who was not needed": (seen(plain, WITNESSES[1]), policy(LISTED + b"quorum none"), None),
        "groups of groups": (
            seen(plain, *WITNESSES),
            policy(LISTED + b"group a any " + NAMES[1], b"group b all first a", b"group c 01 b".replace(b"01", b"1"), b"quorum c"), None,
        ),
        "opened within a fraction of a second": (opened_at("2024-03-08T09:59:59.999999Z"), POLICY, None),
    }  # fmt: skip


def bad() -> dict[str, Asked]:
    """Return what does not hold, each for another reason."""
    plain, opened = CASE.plain(), CASE.opened()
    file = read_proof_file(plain)
    place = LOG.place(CASE.third, "kept", CASE.notice.commitment)
    chain = CASE.chain()
    group = LISTED + b"group g 2 first " + NAMES[1] + b" " + NAMES[2]
    vkey = SIGNER.vkey.encode()
    lied = seen(signed_by(plain, SIGNER, root=b"\x01" * 32), WITNESSES[0])
    before, other = since(LOG, 0, 2, AT), Log()
    other.say("AlertIssued", subject="another")
    other.say("AlertIssued", subject="and another")
    text = before.note.encode().partition(b"\n\n")[0] + b"\n"
    unsigned = b"".join((text, b"\n", WITNESS.line(text, AT).encode()))
    elsewhere = sign_note(text.replace(SIGNER.name.encode(), STRANGER.name.encode()), STRANGER)

    def changed(**other: Any) -> bytes:
        return CASE.opened(**other)

    def head(text: bytes) -> bytes:
        return text + b"\n\n" + file.checkpoint

    return {
        "nothing": (b"", POLICY, None),
        "another file": (b"%PDF-1.7\n\nx\n", POLICY, None),
        "no index": (head(b"c2sp.org/tlog-proof@v1"), POLICY, None),
        "an index with a zero before it": (plain.replace(b"index 0", b"index 00"), POLICY, None),
        "a negative index": (plain.replace(b"index 0", b"index -1"), POLICY, None),
        "an index beyond 63 bits": (plain.replace(b"index 0", b"index 9223372036854775808"), POLICY, None),
        "an index beyond the tree": (plain.replace(b"index 0", b"index 9223372036854775807"), POLICY, None),
        "another index": (plain.replace(b"index 0", b"index 1"), POLICY, None),
        "a hash of 31 bytes": (head(b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"A" * 40 + b"AA=="), POLICY, None),
        "65 hashes": (head(b"c2sp.org/tlog-proof@v1\nindex 0" + (b"\n" + b"A" * 43 + b"=") * 65), POLICY, None),
        "a hash whose spare bits are set": (head(b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"A" * 42 + b"B="), POLICY, None),
        "an empty extra": (head(b"c2sp.org/tlog-proof@v1\nextra \nindex 0"), POLICY, None),
        "a head that is not ASCII": (head("c2sp.org/tlog-proof@v1\nindex ０".encode()), POLICY, None),
        "no entry at hand": (LOG.file(CASE.alert, None), POLICY, None),
        "another entry at hand": (LOG.file(CASE.alert, None), POLICY, CASE.cap),
        "another payload": (plain, POLICY, CASE.cap + b"\n"),
        "an empty payload": (plain, POLICY, b""),
        "an extra that is no JSON": (LOG.file(CASE.alert, b"{"), POLICY, None),
        "an extra that is no object": (LOG.file(CASE.alert, b"[]"), POLICY, None),
        "an extra in another spelling": (LOG.file(CASE.alert, b'{"v": 1}'), POLICY, None),
        "an extra that is not UTF-8": (LOG.file(CASE.alert, b'{"v":"\xff"}'), POLICY, None),
        "an extra nested too deep": (LOG.file(CASE.alert, b'{"entry":' + b"[" * 64 + b"]" * 64 + b"}"), POLICY, None),
        "a name twice": (LOG.file(CASE.alert, b'{"entry":{"at":"x","at":"x"},"v":1}'), POLICY, None),
        "a lone surrogate": (LOG.file(CASE.alert, b'{"entry":{"a":"\\ud800"},"v":1}'), POLICY, None),
        "a number that is two numbers": (LOG.file(CASE.alert, b'{"entry":{"a":9007199254740993},"v":1}'), POLICY, None),
        "an entry of another kind where a seal must be": (
            LOG.prove(CASE.alert, opened=chain), POLICY, None,
        ),
        "a receipt under nothing": (
            LOG.prove(CASE.seal, receipt=CASE.receipts.mine), POLICY, None,
        ),
        "another person's receipt": (
            CASE.received(receipt=Receipts(Log(9).randomness, CASE.said).mine), POLICY, None,
        ),
        "a warning named beside a receipt": (CASE.received(opened=CASE.under("warning")), POLICY, None),
        "a receipt of another shape": (received_under("ReceiptsGathered", CASE.said | {"more": 1}), POLICY, None),
        "a receipt of a shape that is spelled alike": (
            received_under("ReceiptsGathered", {"attempts,channel,delivery": "x", "kind": "receipt", "stands,warning": "y"}), POLICY, None,
        ),
        "a receipt of a constructor": (received_under("constructor"), POLICY, None),
        "a receipt under a notice": (received_under("NoticeSent"), POLICY, None),
        "a delivery among answers": (received_in_one_tree("AnswersTaken", CASE.said), POLICY, None),
        "an answer among deliveries": (received_in_one_tree("BatchSettled", ANSWER), POLICY, None),
        "an answer in a tree that is too deep": (received_in_one_tree("AnswersTaken", ANSWER, 11), POLICY, None),
        "an answer in a tree that is too flat": (received_in_one_tree("AnswersTaken", ANSWER, 9), POLICY, None),
        "only one of a warning's two trees": (received_in_one_tree("ReceiptsGathered", CASE.said), POLICY, None),
        "a seal of 730 days and a millionth of a second": (open_by("2026-03-07T18:00:00.000001Z"), POLICY, None),
        "a seal of 8,000 years": (open_by("9999-12-31T23:59:59Z"), POLICY, None),
        "the prophet, who named three sentences alike": (
            prophet(
                [("fact.fields", ["fact.fields", "tear_line.what"]), *(("tear_line.what", f"In {where}.") for where in "abc")],
                plainly(4, 0, 2),
            ), POLICY, None,
        ),
        "the prophet, who does not name fields": (
            prophet([("tear_line.what", f"In {where}.") for where in "abc"], plainly(3, 1)), POLICY, None,
        ),
        "kept and opened in time by the record's word alone": (witness(opened, AT + 900 * HOUR), DEMANDED, None),
        "opened in time by the record's word alone": (witness(CASE.seen(6, 11, None), AT + 16.01 * HOUR), DEMANDED, None),
        "kept once too late, as a witness saw it": (witness(CASE.seen(6.01, 11, 16), AT + 900 * HOUR), DEMANDED, None),
        "kept again too late, as a witness saw it": (witness(CASE.seen(6, 11.01, 16), AT + 900 * HOUR), DEMANDED, None),
        "opened too late, as a witness saw it": (witness(CASE.seen(6, 11, 16.01), AT + 900 * HOUR), DEMANDED, None),
        "seen by one in time and by one too late, where both are needed": (
            seen(CASE.opened(), *WITNESSES[:2], hours=6), policy(LISTED + b"group g all first " + NAMES[1], b"quorum g"), None,
        ),
        "an older tree of another entry": (LOG.prove(CASE.alert, since=since(LOG, 1, 3, AT)), WITNESSED, None),
        "an older tree of the first seal, not the last": (
            LOG.prove(CASE.third, opened=chain, since=since(LOG, CASE.seal, CASE.third + 1, AT)), WITNESSED, None,
        ),
        "an older tree of another record": (LOG.prove(0, since=since(other, 0, 2, AT)), WITNESSED, None),
        "an older tree of a stranger's": (
            LOG.prove(0, since=replace(before, note=elsewhere.decode())), WITNESSED + f"log {STRANGER.vkey}\n".encode(), None,
        ),
        "an older tree that nobody signed": (LOG.prove(0, since=replace(before, note=unsigned.decode())), WITNESSED, None),
        "a true older tree, and words that nobody opened": (
            LOG.prove(CASE.third, opened=replace(chain, opening=None), since=since(LOG, CASE.third, CASE.third + 1, AT)), WITNESSED, None,
        ),
        "an older tree without its proof": (LOG.prove(0, since=replace(before, hashes=())), WITNESSED, None),
        "an older tree that no quorum saw": (
            LOG.prove(0, since=before), WITNESSED.replace(b"quorum none\n", b"") + LISTED + b"quorum first\n", None,
        ),
        "a receipt at a place that its tree has not": (
            CASE.received(receipt=replace(CASE.receipts.mine, steps=(replace(CASE.receipts.mine.steps[0], place=1024), CASE.receipts.mine.steps[1]))),
            POLICY, None,
        ),
        "words beside a receipt that was not opened": (CASE.received(opened=CASE.under("fact.by")), POLICY, None),
        "words that nobody opened": (changed(opening=None), POLICY, None),
        "another place": (changed(place=replace(place, place=place.place ^ 1)), POLICY, None),
        "a place beyond the tree": (changed(place=replace(place, place=64)), POLICY, None),
        "the other tree": (changed(place=replace(place, tree="root")), POLICY, None),
        "kept, and never sealed": (changed(earlier=chain.earlier[1:]), POLICY, None),
        "the second seal left out": (changed(earlier=chain.earlier[:1]), POLICY, None),
        "seals in another order": (changed(earlier=chain.earlier[::-1]), POLICY, None),
        "a seal without a place": (changed(earlier=(replace(chain.earlier[0], place=None), chain.earlier[1])), POLICY, None),
        "a seal under another number": (changed(earlier=(replace(chain.earlier[0], index=5), chain.earlier[1])), POLICY, None),
        "another fact's field": (changed(fields=CASE.other.show("what")), POLICY, None),
        "a field twice": (changed(fields=chain.fields * 2), POLICY, None),
        "another salt": (changed(fields=(chain.fields[0], replace(chain.fields[1], salt="00" * 32))), POLICY, None),
        "another word": (
            changed(fields=(chain.fields[0], replace(chain.fields[1], payload=chain.fields[1].payload.replace("hall", "Hall")))), POLICY, None,
        ),
        "an opening that is none": (changed(opening=LOG.entry(CASE.alert)), POLICY, None),
        "the opening of another place": (opened_by(place=0), POLICY, None),
        "the opening of another seal": (opened_by(seal=2), POLICY, None),
        "the opening of a true seal": (opened_by(seal=True), POLICY, None),
        "the opening of a seal in words": (opened_by(seal="1"), POLICY, None),
        "an opening of no version": (opened_by(v="1"), POLICY, None),
        "an opening of another kind": (opened_by(kind="AlertIssued"), POLICY, None),
        "opened too late": (opened_at("2024-03-08T22:00:00Z"), POLICY, None),
        "opened a millionth of a second too late": (opened_at(f"{(AT + 16 * HOUR):%Y-%m-%dT%H:%M:%S}.000001Z"), POLICY, None),
        "opened on 30 February": (opened_at("2024-02-30T00:00:00Z"), POLICY, None),
        "opened in the year nought": (opened_at("0000-01-01T00:00:00Z"), POLICY, None),
        "a moment with an offset": (opened_at("2024-03-07T21:00:00+03:00"), POLICY, None),
        "a moment of the compact form": (opened_at("20240307T180000Z"), POLICY, None),
        "a moment at 24 o'clock": (opened_at("2024-03-07T24:00:00Z"), POLICY, None),
        "no signature of a listed log": (signed_by(plain, STRANGER), POLICY, None),
        "signed under another name": (signed_by(plain, STRANGER), policy(b"quorum none", logs=(STRANGER,)), None),
        "another root": (signed_by(plain, SIGNER, root=b"\x01" * 32), POLICY, None),
        "another size": (signed_by(plain, SIGNER, size=1_000), POLICY, None),
        "an empty record": (signed_by(plain, SIGNER, size=0, root=root_of([])), POLICY, None),
        "a text that is no checkpoint": (
            write_proof_file(replace(file, checkpoint=sign_note(b"only one line\n", SIGNER))), POLICY, None,
        ),
        "a checkpoint with two roots": (
            write_proof_file(replace(file, checkpoint=sign_note(f"{SIGNER.name}\n07\nAAAA\n".encode(), SIGNER))), POLICY, None,
        ),
        "no policy": (plain, b"", None),
        "a policy without a log": (plain, b"quorum none\n", None),
        "a policy without a quorum": (plain, POLICY.replace(b"quorum none\n", b""), None),
        "two quorums": (plain, POLICY + b"quorum none\n", None),
        "a quorum of nobody": (plain, POLICY.replace(b"none", b"some\xfe\xc3\xa9'\""), None),
        "a word that no policy has": (plain, POLICY + b"quorom none\n", None),
        "a carriage return": (plain, POLICY.replace(b"\n", b"\r\n"), None),
        "a key twice": (plain, POLICY + b"log " + vkey + b"\n", None),
        "a key that is not UTF-8": (plain, b"log \xff" + vkey + b"\nquorum none\n", None),
        "a key with another id": (plain, POLICY.replace(vkey, vkey.replace(b"+", b"+0", 1)), None),
        "a key of no kind": (plain, b"log a+00000000+CAAA\nquorum none\n", None),
        "a key of nothing": (plain, b"log a+00000000+\nquorum none\n", None),
        "a key that is too short": (plain, b"log a+00000000+AQAA\nquorum none\n", None),
        "a witness's key for a log": (plain, b"log " + WITNESSES[0].vkey.encode() + b"\nquorum none\n", None),
        "a log's key for a witness": (plain, POLICY + b"witness w " + vkey + b"\n", None),
        "a name that is taken": (plain, policy(LISTED + b"group first any first", b"quorum none"), None),
        "a name that is nobody's": (plain, policy(b"group g any who", b"quorum none"), None),
        "a witness counted twice": (plain, policy(LISTED + b"group g any first", b"group h any first g", b"quorum h"), None),
        "a group of which none is needed": (plain, policy(LISTED + b"group g 0 first", b"quorum g"), None),
        "a group that needs more than it has": (plain, policy(LISTED + b"group g 2 first", b"quorum g"), None),
        "a group that needs a constructor": (plain, policy(LISTED + b"group g constructor first", b"quorum g"), None),
        "one of three witnesses": (seen(opened, WITNESSES[0]), policy(group, b"quorum g"), None),
        "no witness of three": (opened, policy(group, b"quorum g"), None),
        "another witness than the one needed": (seen(plain, WITNESSES[0]), policy(LISTED + b"quorum " + NAMES[2]), None),
        "a cosignature of another tree": (plain + line_of(lied, -1), policy(LISTED + b"quorum none"), None),
        "a cosignature whose time was changed": (plain + later(line_of(seen(plain, WITNESSES[0]), -1)), policy(LISTED + b"quorum none"), None),
    }  # fmt: skip
