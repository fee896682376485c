"""The verifier: what is true passes, and each lie is refused in its own words and shows nothing."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from tests.record.published import AT, HOUR, SIGNER, signed
from tests.record.small_log import POLICY, Case, Log, Receipts, hexed
from tocsin.record import (
    Cosigner,
    ProofFile,
    Signer,
    Verified,
    add_signatures,
    bundle,
    canonical,
    commitment,
    leaf_hash,
    nodes_over,
    prove_inclusion,
    read_proof_file,
    root_of,
    verify_proof,
    write_proof_file,
)

CASE = Case()
LOG = CASE.log
STRANGER = Signer("elsewhere.example.net/record", b"\x02" * 32)
WITNESS, UNKNOWN = Cosigner("w.example", b"\x03" * 32), Cosigner("u.example", b"\x04" * 32)
SHOWN = {"what": "A concert hall", "fact.occurred_at": "2024-03-07T17:30:00Z"}


# ---- what is true


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(None, id="nothing handed in"),
        pytest.param(CASE.cap, id="the CAP message of which it holds the hash"),
        pytest.param(LOG.entries[CASE.alert], id="the entry itself"),
    ],
)
def test_an_entry_is_shown_to_be_in_the_record(payload: bytes | None) -> None:
    found = verify_proof(CASE.plain(), POLICY, payload)
    assert found.ok
    assert found == Verified(
        size=len(LOG.entries),
        root=root_of([leaf_hash(one) for one in LOG.entries]).hex(),
        origin=SIGNER.name,
        entry=json.loads(LOG.entries[CASE.alert]),
    )


def test_a_proof_that_carries_nothing_is_judged_with_its_entry_in_hand() -> None:
    proof = LOG.file(CASE.alert, None)
    found = verify_proof(proof, POLICY, LOG.entries[CASE.alert])
    assert (found.problems, found.size, found.entry) == ([], len(LOG.entries), None)
    assert "does not carry its entry" in refusal(proof)
    assert "does not show that this is entry 0" in refusal(proof, CASE.cap)


def test_of_a_seal_nothing_need_be_shown() -> None:
    found = verify_proof(LOG.prove(CASE.seal), POLICY)
    assert (found.problems, found.sealed_at, found.shown) == ([], None, {})


def test_that_a_fact_was_sealed_is_shown_without_a_word_of_it() -> None:
    proof = LOG.prove(CASE.seal, opened=LOG.opened(CASE.notice.commitment, CASE.seal))
    found = verify_proof(proof, POLICY)
    assert (found.problems, found.sealed_at, found.shown) == ([], AT, {})
    assert b"hall" not in (read_proof_file(proof).extra or b"")


@pytest.mark.parametrize("stood", [1, 2, 3, 4])
def test_what_was_told_is_shown_however_often_it_was_kept(stood: int) -> None:
    """Each seal lasts two hours; it is kept at the last moment, and opened at the last moment."""
    log, notice = Log(), CASE.notice
    numbers = [log.seal(AT, [notice.commitment], horizon=2 * HOUR)]
    numbers += [log.seal(AT + 2 * more * HOUR, kept=[notice.commitment], horizon=2 * HOUR) for more in range(1, stood)]
    place = log.place(0, "root", notice.commitment).place
    opening = log.say("NoticeOpened", at=AT + 2 * stood * HOUR, seal=0, place=place)
    shown = {"fields": notice.show("what", "fact.occurred_at"), "opening": log.entry(opening)}
    found = verify_proof(log.prove(numbers[-1], opened=log.opened(notice.commitment, *numbers, **shown)), POLICY)
    assert (found.problems, found.shown, found.sealed_at) == ([], SHOWN, AT)


@pytest.mark.parametrize("names", [(), ("fact.kind",), ("fact.kind", "fact.occurred_at", "warning")])
def test_a_persons_own_receipt_is_shown_though_nothing_was_opened(names: Sequence[str]) -> None:
    found = verify_proof(CASE.received(opened=CASE.under(*names)), POLICY)
    assert (found.problems, found.receipt, found.sealed_at) == ([], CASE.said, AT)
    assert found.shown.keys() == {"receipts", *names}


def test_who_has_seen_it_and_when_is_reported() -> None:
    file = read_proof_file(CASE.plain())
    text = file.checkpoint.partition(b"\n\n")[0] + b"\n"
    seen = add_signatures(file.checkpoint, [WITNESS.line(text, AT), UNKNOWN.line(text, AT)])
    found = verify_proof(
        write_proof_file(replace(file, checkpoint=seen)), POLICY + f"witness w {WITNESS.vkey}\n".encode()
    )
    assert (found.problems, found.witnessed) == ([], [("w", AT)])


# ---- lies


def refusal(proof: bytes, payload: bytes | None = None, policy: bytes = POLICY) -> str:
    """Return why a proof is refused, once it is sure that nothing is shown beside the reason."""
    found = verify_proof(proof, policy, payload)
    [problem] = found.problems
    assert not found.ok
    assert (found.entry, found.sealed_at, found.shown, found.receipt) == (None, None, {}, None)
    return problem


def later(hours: int, **said: Any) -> bytes:
    """Return the proof of a record in which the notice was opened at another hour, or by an entry that says other things."""
    case = Case()
    case.opening = case.opens(AT + hours * HOUR, **said)
    return case.opened()


def kept(*hours: float) -> bytes:
    """Return the proof that something stood under seals of these hours, of six hours each."""
    log, one = Log(), CASE.notice.commitment
    numbers = [log.seal(AT + hour * HOUR, [one], [one], horizon=6 * HOUR) for hour in hours]
    return log.prove(numbers[-1], opened=log.opened(one, *numbers))


def reversed_in_the_record() -> bytes:
    """Return the proof of a record in which the entry that kept something was written before the one that sealed it."""
    log, one = Log(), CASE.notice.commitment
    last = log.seal(AT + HOUR, kept=[one])
    first = log.seal(AT, [one])
    return log.prove(last, opened=log.opened(one, first, last))


def opened_in_advance() -> bytes:
    """Return the proof of a record in which the opening was written down before the seal."""
    log, notice = Log(), CASE.notice
    opening = log.say("NoticeOpened", at=AT, seal=1, place=0)
    seal = log.seal(AT, [notice.commitment])
    place = log.place(seal, "root", notice.commitment).place
    log.entries[opening] = canonical(json.loads(log.entries[opening]) | {"place": place})
    shown = {"fields": notice.show("what"), "opening": log.entry(opening)}
    return log.prove(seal, opened=log.opened(notice.commitment, seal, **shown))


def prophet(names: Sequence[str], shown: Sequence[int], sizes: Sequence[int] = (), value: str = "prophecy") -> bytes:
    """Return the proof of a fact with fields of these names, in this order, of which some are shown."""
    log = Log()
    salts = [log.randomness(32) for _ in names]
    payloads = [canonical({"name": name, "value": f"{value} {at}"}) for at, name in enumerate(names)]
    leaves = [leaf_hash(commitment(salt, payload)) for salt, payload in zip(salts, payloads, strict=True)]
    one, nodes = root_of(leaves), nodes_over(leaves)
    seal = log.seal(AT, [one])
    opening = log.say("NoticeOpened", at=AT + HOUR, seal=seal, place=log.place(seal, "root", one).place)
    fields = tuple(
        bundle.Field(
            payload=payloads[at].decode(),
            salt=salts[at].hex(),
            index=at,
            size=size or len(names),
            proof=hexed(prove_inclusion(at, len(names), nodes)),
        )
        for at, size in zip(shown, sizes or [0] * len(shown), strict=True)
    )
    return log.prove(seal, opened=log.opened(one, seal, fields=fields, opening=log.entry(opening)))


def rewritten(change: Callable[[bytes], bytes]) -> bytes:
    """Return the proof of the opened notice with another extra."""
    file = read_proof_file(CASE.opened())
    assert file.extra is not None
    assert change(file.extra) != file.extra
    return write_proof_file(replace(file, extra=change(file.extra)))


def by_hand(change: Callable[[ProofFile], ProofFile]) -> bytes:
    return write_proof_file(change(read_proof_file(CASE.plain())))


CHAIN = CASE.chain()
FIRST, SECOND = CHAIN.earlier
WHAT = CASE.notice.show("what")[0]
OTHER = LOG.opened(CASE.other.commitment, CASE.seal)
MINE = CASE.receipts.mine
YOURS = Receipts(LOG.randomness, CASE.said | {"warning": "v"}).mine
NOT_OPENED = "nothing in the record says that this was opened"
OTHER_FACT = "A field that is shown does not belong to the fact"
NO_SEAL = "does not stand under the seal of"
OPENING = "the opening does not speak of this fact"
TOO_LATE = "was to be opened or kept by"
NOT_OURS = "is not what Tocsin writes"
FIELDS = "not those of one fact, each once"
NOT_UNDER = "The receipt does not stand under the fact"
ORDER = "in the order in which they are said to have come"


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        # the entry
        pytest.param(by_hand(lambda f: replace(f, index=2)), "not show that this is entry 2", id="another number"),
        pytest.param(by_hand(lambda f: replace(f, hashes=f.hashes[:-1])), "not show that this is", id="a hash less"),
        pytest.param(
            by_hand(lambda f: replace(f, hashes=(*f.hashes, b"h" * 32))), "not show that this is", id="a hash more"
        ),
        pytest.param(
            by_hand(lambda f: replace(f, extra=canonical({"entry": json.loads(LOG.entries[2]), "v": 1}))),
            "not show that this is entry 0",
            id="another entry",
        ),
        pytest.param(
            by_hand(lambda f: replace(f, checkpoint=signed(8, b"\x07" * 32))), "not show that", id="another record"
        ),
        pytest.param(
            by_hand(lambda f: replace(f, checkpoint=signed(8, b"\x07" * 32, STRANGER))),
            "None of the logs",
            id="signed by a stranger",
        ),
        # where it stands
        pytest.param(CASE.opened(place=replace(CHAIN.place, place=CHAIN.place.place ^ 1)), NO_SEAL, id="a wrong place"),
        pytest.param(CASE.opened(place=replace(CHAIN.place, place=64 + CHAIN.place.place)), NO_SEAL, id="no place"),
        pytest.param(
            CASE.opened(place=replace(CHAIN.place, proof=CHAIN.place.proof[1:])), NO_SEAL, id="a hash of the place less"
        ),
        pytest.param(CASE.opened(commitment=CASE.other.commitment.hex()), NO_SEAL, id="another commitment"),
        pytest.param(CASE.opened(place=FIRST.place), NO_SEAL, id="the place of another seal"),
        pytest.param(CASE.opened(earlier=()), "stands first under the root", id="only where it was kept"),
        pytest.param(CASE.opened(earlier=(SECOND,)), "stands first under the root", id="never sealed, only kept"),
        pytest.param(CASE.opened(earlier=(SECOND, FIRST)), "stands first under the root", id="kept before sealed"),
        pytest.param(CASE.opened(earlier=(FIRST, FIRST, SECOND)), "stands first under the root", id="sealed twice"),
        pytest.param(CASE.opened(earlier=(FIRST, SECOND, SECOND)), TOO_LATE, id="one seal named twice"),
        pytest.param(CASE.opened(earlier=(FIRST,)), TOO_LATE, id="a link of the chain left out"),
        pytest.param(
            CASE.opened(earlier=(replace(FIRST, place=None), SECOND)), "and not at which place", id="no place named"
        ),
        pytest.param(
            CASE.opened(earlier=(replace(FIRST, index=FIRST.index + 1), SECOND)), "gives as 2 is in", id="not its number"
        ),
        pytest.param(
            CASE.opened(earlier=(replace(FIRST, entry=SECOND.entry), SECOND)), "gives as 1 is in", id="not its words"
        ),
        pytest.param(
            LOG.prove(CASE.alert, opened=CHAIN), "of kind 'AlertIssued', not a sealed one", id="under no seal at all"
        ),
        pytest.param(kept(0, 6.01), TOO_LATE, id="kept too late"),
        pytest.param(kept(0, 5, 11.01), TOO_LATE, id="kept too late the second time"),
        pytest.param(kept(0, 5, 5), TOO_LATE, id="kept twice in one moment"),
        pytest.param(kept(1, 0), TOO_LATE, id="kept before"),
        pytest.param(reversed_in_the_record(), ORDER, id="kept by an entry that came before"),
        # what is shown of it
        pytest.param(CASE.opened(opening=None), NOT_OPENED, id="never opened"),
        pytest.param(
            CASE.opened(fields=CASE.other.show("what")), OTHER_FACT, id="a field of another fact"
        ),
        pytest.param(CASE.opened(fields=(replace(WHAT, salt="00" * 32),)), OTHER_FACT, id="another salt"),
        pytest.param(
            CASE.opened(fields=(replace(WHAT, payload=WHAT.payload.replace("concert", "Concert")),)),
            OTHER_FACT,
            id="another word",
        ),
        pytest.param(CASE.opened(fields=(replace(WHAT, index=0),)), OTHER_FACT, id="another place in the fact"),
        pytest.param(CASE.opened(fields=(WHAT, WHAT)), FIELDS, id="a field twice"),
        pytest.param(prophet(["what", "what"], [0, 1]), FIELDS, id="two fields of one name"),
        pytest.param(prophet(["when", "what"], [0, 1]), FIELDS, id="fields out of their order"),
        pytest.param(prophet(["a", "b", "c", "d", "e"], [0, 1], [6, 7]), FIELDS, id="two counts of fields"),
        pytest.param(prophet([f"{n:03}" for n in range(65)], [0]), FIELDS, id="room for too many prophecies"),
        # that it was opened
        pytest.param(CASE.opened(opening=LOG.entry(CASE.alert)), ORDER, id="another entry that came before"),
        pytest.param(
            CASE.opened(opening=LOG.entry(len(LOG.entries) - 1)), OPENING, id="another entry for the opening"
        ),
        pytest.param(
            CASE.opened(opening=replace(LOG.entry(CASE.opening), index=CASE.opening + 1)), "gives as 6 is in", id="an opening that is not there"
        ),
        pytest.param(
            LOG.prove(
                CASE.seal, opened=replace(OTHER, fields=CASE.other.show("what"), opening=LOG.entry(CASE.opening))
            ),
            OPENING,
            id="the opening of another fact",
        ),
        pytest.param(later(12, seal=3), OPENING, id="opened under another seal"),
        pytest.param(later(12, place=4095), OPENING, id="opened at another place"),
        pytest.param(later(12, seal=True), OPENING, id="opened under a truth"),
        pytest.param(later(17), "was opened after its open-by date, 2024-03-08 10:00 UTC", id="opened too late"),
        pytest.param(opened_in_advance(), ORDER, id="opened before it was sealed"),
        # receipts
        pytest.param(CASE.received(receipt=YOURS), NOT_UNDER, id="a receipt of another warning"),
        pytest.param(
            CASE.received(receipt=replace(MINE, steps=MINE.steps[:1])), NOT_UNDER, id="a receipt under one tree only"
        ),
        pytest.param(
            CASE.received(receipt=replace(MINE, steps=MINE.steps[::-1])), NOT_UNDER, id="a receipt's trees reversed"
        ),
        pytest.param(
            CASE.received(receipt=replace(MINE, steps=(replace(MINE.steps[0], place=23), MINE.steps[1]))),
            "A tree of depth 4 has no place 23",
            id="a receipt outside its tree",
        ),
        pytest.param(
            CASE.received(receipt=replace(MINE, payload=MINE.payload.replace("accepted", "answered"))),
            NOT_UNDER,
            id="a receipt of something else",
        ),
        pytest.param(CASE.received(receipt=replace(MINE, field="warning")), NOT_UNDER, id="a receipt under a word"),
        pytest.param(CASE.received(receipt=replace(MINE, field="what")), NOT_UNDER, id="a receipt under nothing"),
        pytest.param(CASE.received(opened=None), "no fact that it stands under", id="a receipt without its fact"),
        pytest.param(
            CASE.received(opened=CASE.under("fact.by")), NOT_OPENED, id="a receipt as a pretext to show more"
        ),
        pytest.param(CASE.received(receipt=None), NOT_OPENED, id="what stands around a receipt, without one"),
        # how it is written
        pytest.param(
            rewritten(lambda raw: b'{"v":1,' + raw[1:]), NOT_OURS, id="a name twice"
        ),
        pytest.param(rewritten(lambda raw: raw.replace(b'"v":1', b'"v":1 ')), NOT_OURS, id="a space"),
        pytest.param(rewritten(lambda raw: raw.replace(b'"v":1', b'"v":2')), NOT_OURS, id="another version"),
        pytest.param(rewritten(lambda raw: raw.replace(b'"v":1', b'"v":1,"w":1')), NOT_OURS, id="an unknown name"),
        pytest.param(rewritten(lambda raw: raw.replace(b"hall", b"h\\u0061ll")), NOT_OURS, id="a letter escaped"),
        pytest.param(rewritten(lambda raw: b"[" + raw + b"]"), NOT_OURS, id="a list"),
    ],
)  # fmt: skip
def test_each_lie_is_refused_in_its_own_words(proof: bytes, said: str) -> None:
    assert verify_proof(CASE.plain(), POLICY).ok
    assert verify_proof(CASE.opened(), POLICY).ok
    assert verify_proof(CASE.received(), POLICY).ok
    assert said in refusal(proof)


def test_a_payload_that_is_not_in_the_record_is_refused() -> None:
    assert "neither this entry nor what it holds the hash of" in refusal(CASE.plain(), CASE.cap + b" ")
    assert "neither this entry nor" in refusal(CASE.opened(), CASE.cap)


def test_what_a_prophet_may_choose_from_is_bounded() -> None:
    assert verify_proof(prophet([f"{n:03}" for n in range(64)], [0, 63]), POLICY).ok
