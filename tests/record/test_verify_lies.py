"""Lies: each is refused in its own words, and nothing is shown beside them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from tests.record.published import AT, HOUR, signed
from tests.record.small_log import POLICY, Case, Log, Receipts, hexed, since
from tocsin.record import (
    ProofFile,
    Signer,
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


def refusal(proof: bytes, payload: bytes | None = None, policy: bytes = POLICY) -> str:
    """Return why a proof is refused, once it is sure that nothing is shown beside the reason."""
    found = verify_proof(proof, policy, payload)
    [problem] = found.problems
    assert not found.ok
    assert (found.entry, found.sealed_at, found.shown, found.receipt) == (None, None, {}, None)
    return problem


def test_what_is_lied_about_below_is_true() -> None:
    for proof in (CASE.plain(), CASE.opened(), CASE.received()):
        assert verify_proof(proof, POLICY).problems == []


# ---- liars' records: their own keys sign them, so only the rules can refuse them


def later(hours: float, **said: Any) -> bytes:
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


def for_ever() -> bytes:
    log, one = Log(), CASE.notice.commitment
    number = log.seal(AT, [one], horizon=731 * 24 * HOUR)
    return log.prove(number, opened=log.opened(one, number))


def received_under(kind: str, said: Any = None, **more: Any) -> bytes:
    """Return the proof of a receipt under a fact of this kind, with these fields."""
    log = Log()
    receipts = Receipts(log.randomness, CASE.said if said is None else said)
    under = CASE.told(kind, receipts=receipts.root, **more)
    seal = log.seal(AT, [under.commitment])
    opened = log.opened(under.commitment, seal, fields=under.show("fact.kind", "receipts"))
    return log.prove(seal, opened=opened, receipt=receipts.mine)


Shown = Sequence[tuple[int, int, int]]
"""Which fields are shown: the place of each, and the place and count that are claimed for it."""


def prophet(fields: Sequence[tuple[str, Any]], shown: Shown) -> bytes:
    """Return the proof of a fact that was put together by hand, field by field, in this order."""
    log = Log()
    salts = [log.randomness(32) for _ in fields]
    payloads = [canonical({"name": name, "value": value}) for name, value in fields]
    leaves = [leaf_hash(commitment(salt, payload)) for salt, payload in zip(salts, payloads, strict=True)]
    one, nodes = root_of(leaves), nodes_over(leaves)
    seal = log.seal(AT, [one])
    opening = log.say("NoticeOpened", at=AT + HOUR, seal=seal, place=log.place(seal, "root", one).place)
    parts = tuple(
        bundle.Field(
            payload=payloads[at].decode(),
            salt=salts[at].hex(),
            index=index,
            size=size,
            proof=hexed(prove_inclusion(at, len(fields), nodes)),
        )
        for at, index, size in shown
    )
    said = {"fields": parts, "opening": log.entry(opening)}
    return log.prove(seal, opened=log.opened(one, seal, **said))


def named(*names: str) -> list[tuple[str, Any]]:
    """Return fields by these names, and before them the one that names them."""
    return [("fact.fields", ["fact.fields", *names]), *((name, f"prophecy {at}") for at, name in enumerate(names))]


def plainly(count: int, *which: int) -> Shown:
    return [(at, at, count) for at in which]


MANY = [f"g{number:03}" for number in range(64)]


def test_a_fact_put_together_by_hand_as_ours_are_is_no_lie() -> None:
    for fields in (named("what", "when"), named(*MANY[:63])):
        assert verify_proof(prophet(fields, plainly(len(fields), 0, 1, 2)), POLICY).problems == []


# ---- files that were changed


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
NAMES, WHAT = CASE.notice.show("what")
OTHER = LOG.opened(CASE.other.commitment, CASE.seal)
MINE = CASE.receipts.mine
LAST = len(LOG.entries) - 1

NOT_OPENED = "nothing in the record says that this was opened"
OTHER_FACT = "A field that is shown does not belong to the fact"
NO_SEAL = "does not stand under the seal of"
OPENING = "the opening does not speak of this fact"
OLDER = "The older checkpoint that is shown does not hold the entry"
TOO_LATE = "was to be opened or kept by"
NOT_OURS = "is not what Tocsin writes"
FIELDS = "not those of one fact, each once"
PLACED = "do not stand where the fact says that they do"
NOT_UNDER = "The receipt does not stand under the fact"
NONE_UNDER = "is none under which receipts stand"
NO_RECEIPT = "a delivery or an answer, and nothing besides"
DEPTH = "does not stand as deep under the fact as receipts do"
ORDER = "in the order in which they are said to have come"


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        # the entry
        pytest.param(by_hand(lambda f: replace(f, index=2)), "not show that this is entry 2", id="another number"),
        pytest.param(by_hand(lambda f: replace(f, hashes=f.hashes[:-1])), "not show that this is", id="a hash less"),
        pytest.param(by_hand(lambda f: replace(f, hashes=(*f.hashes, b"h" * 32))), "not show that", id="a hash more"),
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
            CASE.opened(earlier=(replace(FIRST, index=FIRST.index + 1), SECOND)),
            "gives as 2 is in",
            id="not its number",
        ),
        pytest.param(
            CASE.opened(earlier=(replace(FIRST, entry=SECOND.entry), SECOND)), "gives as 1 is in", id="not its words"
        ),
        pytest.param(LOG.prove(CASE.alert, opened=CHAIN), "'AlertIssued', not a sealed one", id="under no seal at all"),
        pytest.param(kept(0, 6.01), TOO_LATE, id="kept too late"),
        pytest.param(kept(0, 5, 11.01), TOO_LATE, id="kept too late the second time"),
        pytest.param(kept(0, 5, 5), TOO_LATE, id="kept twice in one moment"),
        pytest.param(kept(1, 0), TOO_LATE, id="kept before"),
        pytest.param(for_ever(), "gives itself longer than the 730 days", id="sealed for ever"),
        pytest.param(reversed_in_the_record(), ORDER, id="kept by an entry that came before"),
        # what is shown of it
        pytest.param(CASE.opened(opening=None), NOT_OPENED, id="never opened"),
        pytest.param(CASE.opened(fields=CASE.other.show("what")), OTHER_FACT, id="fields of another fact"),
        pytest.param(CASE.opened(fields=(NAMES, CASE.other.only("what")[0])), OTHER_FACT, id="a field of another fact"),
        pytest.param(CASE.opened(fields=(NAMES, replace(WHAT, salt="00" * 32))), OTHER_FACT, id="another salt"),
        pytest.param(
            CASE.opened(fields=(NAMES, replace(WHAT, payload=WHAT.payload.replace("concert", "Concert")))),
            OTHER_FACT,
            id="another word",
        ),
        pytest.param(CASE.opened(fields=(NAMES, replace(WHAT, index=0))), OTHER_FACT, id="another place in the fact"),
        pytest.param(CASE.opened(fields=(WHAT,)), "does not say which fields it has", id="not which fields there are"),
        pytest.param(CASE.opened(fields=(NAMES, WHAT, WHAT)), FIELDS, id="a field twice"),
        pytest.param(
            prophet([("fact.fields", ["fact.fields", "what"]), ("what", 1), ("what", 2)], plainly(3, 0, 1)),
            PLACED,
            id="a name twice, the first shown",
        ),
        pytest.param(
            prophet([("fact.fields", ["fact.fields", "what"]), ("what", 1), ("what", 2)], plainly(3, 0, 2)),
            PLACED,
            id="a name twice, the second shown",
        ),
        pytest.param(
            prophet([("fact.fields", ["fact.fields", "what"]), ("what", 1), ("what", 2)], [(0, 0, 2), (2, 1, 2)]),
            OTHER_FACT,
            id="a name twice, and the second said to be the first",
        ),
        pytest.param(
            prophet([("fact.fields", ["fact.fields", "what", "when"]), ("what", 1), ("what", 2)], plainly(3, 0, 2)),
            PLACED,
            id="a name twice, and as many named",
        ),
        pytest.param(prophet(named("what", "what"), plainly(3, 0, 1)), PLACED, id="a name named twice"),
        pytest.param(prophet(named("what", "what"), plainly(3, 0, 1, 2)), FIELDS, id="a name named and shown twice"),
        pytest.param(prophet(named("when", "what"), plainly(3, 0, 1)), PLACED, id="names out of their order"),
        pytest.param(prophet(named("when", "what"), plainly(3, 0, 1, 2)), FIELDS, id="fields out of their order"),
        pytest.param(
            prophet([("fact.fields", "what"), ("what", 1)], plainly(2, 0, 1)),
            "does not say which",
            id="no list of names",
        ),
        pytest.param(
            prophet([("fact.fields", ["fact.fields", 1]), ("what", 1)], plainly(2, 0, 1)),
            "does not say which",
            id="a name that is a number",
        ),
        pytest.param(prophet(named("g", "h", "i", "j"), [(0, 0, 6), (1, 1, 7)]), FIELDS, id="two counts of fields"),
        pytest.param(prophet(named("g", "h", "i", "j"), [(0, 0, 6), (1, 1, 6)]), PLACED, id="another count of fields"),
        pytest.param(prophet(named(*MANY), plainly(65, 0, 1)), FIELDS, id="room for too many prophecies"),
        # that it was opened
        pytest.param(CASE.opened(opening=LOG.entry(CASE.alert)), ORDER, id="another entry that came before"),
        pytest.param(CASE.opened(opening=LOG.entry(LAST)), OPENING, id="another entry for the opening"),
        pytest.param(
            CASE.opened(opening=replace(LOG.entry(CASE.opening), index=LAST)),
            f"gives as {LAST} is in",
            id="an opening that is not there",
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
        pytest.param(later(-0.01), "opened before it was sealed", id="said to be opened before it was sealed"),
        pytest.param(later(16.01), "after its open-by date, 2024-03-08 10:00 UTC", id="opened too late"),
        pytest.param(opened_in_advance(), ORDER, id="opened before it was sealed"),
        # that others had seen it
        pytest.param(
            CASE.opened(opening=replace(LOG.entry(CASE.opening), since=since(LOG, CASE.third, LAST, AT))),
            OLDER,
            id="an older tree for the opening, and the way to another entry",
        ),
        pytest.param(
            CASE.opened(opening=replace(LOG.entry(CASE.opening), since=since(LOG, CASE.alert, 1, AT))),
            OLDER,
            id="an older tree from before the opening",
        ),
        pytest.param(
            CASE.opened(earlier=(FIRST, replace(SECOND, since=since(LOG, CASE.seal, 2, AT)))),
            OLDER,
            id="an older tree from before it was kept",
        ),
        pytest.param(
            CASE.opened(earlier=(replace(FIRST, since=since(LOG, CASE.second, LAST, AT)), SECOND)),
            OLDER,
            id="an older tree for the first seal, and the way to another",
        ),
        pytest.param(
            LOG.prove(CASE.third, opened=CHAIN, since=since(LOG, CASE.seal, LAST, AT)),
            OLDER,
            id="an older tree for the file's own entry, and the way to the first",
        ),
        # receipts
        pytest.param(
            CASE.received(receipt=Receipts(LOG.randomness, CASE.said).mine), NOT_UNDER, id="a receipt of another batch"
        ),
        pytest.param(CASE.received(receipt=replace(MINE, steps=MINE.steps[:1])), DEPTH, id="under one tree only"),
        pytest.param(CASE.received(receipt=replace(MINE, steps=MINE.steps[::-1])), DEPTH, id="the trees reversed"),
        pytest.param(CASE.received(receipt=replace(MINE, steps=MINE.steps * 2)), DEPTH, id="the trees twice"),
        pytest.param(
            CASE.received(receipt=replace(MINE, steps=(replace(MINE.steps[0], place=701), MINE.steps[1]))),
            NOT_UNDER,
            id="a receipt at another place",
        ),
        pytest.param(
            CASE.received(receipt=replace(MINE, steps=(replace(MINE.steps[0], place=1024), MINE.steps[1]))),
            "A tree of depth 10 has no place 1024",
            id="a receipt outside its tree",
        ),
        pytest.param(
            CASE.received(receipt=replace(MINE, payload=MINE.payload.replace("accepted", "answered"))),
            NOT_UNDER,
            id="a receipt of something else",
        ),
        pytest.param(CASE.received(receipt=replace(MINE, field="warning")), NONE_UNDER, id="a receipt under a word"),
        pytest.param(CASE.received(opened=None), "no fact that it stands under", id="a receipt without its fact"),
        pytest.param(
            CASE.received(opened=replace(CASE.under(), fields=CASE.gathered.show("receipts"))),
            NONE_UNDER,
            id="not which kind of fact",
        ),
        pytest.param(received_under("NoticeSent"), NONE_UNDER, id="a notice that holds receipts"),
        pytest.param(received_under("BatchSettled"), DEPTH, id="a batch as deep as a warning"),
        pytest.param(
            received_under("ReceiptsGathered", CASE.said | {"prophecy": "A concert hall"}),
            NO_RECEIPT,
            id="a receipt with a prophecy in it",
        ),
        pytest.param(received_under("ReceiptsGathered", CASE.said | {"kind": "answer"}), NO_RECEIPT, id="no answer"),
        pytest.param(
            received_under(
                "ReceiptsGathered",
                {"answer": "safe", "at": "2024-03-07T18:00:05Z", "kind": "answer", "warning": "w", "words": ""},
            ),
            NO_RECEIPT,
            id="an answer among deliveries",
        ),
        pytest.param(received_under("ReceiptsGathered", {"kind": "prophecy"}), NO_RECEIPT, id="a prophecy"),
        pytest.param(CASE.received(opened=CASE.under("fact.by")), NOT_OPENED, id="a receipt as a pretext to show more"),
        pytest.param(CASE.received(opened=CASE.under("warning")), NOT_OPENED, id="or to show anything else"),
        pytest.param(CASE.received(receipt=None), NOT_OPENED, id="what stands around a receipt, without one"),
        # how it is written
        pytest.param(rewritten(lambda raw: b'{"v":1,' + raw[1:]), NOT_OURS, id="a name of the file twice"),
        pytest.param(rewritten(lambda raw: raw.replace(b'"v":1', b'"v":1 ')), NOT_OURS, id="a space"),
        pytest.param(rewritten(lambda raw: raw.replace(b'"v":1', b'"v":2')), NOT_OURS, id="another version"),
        pytest.param(rewritten(lambda raw: raw.replace(b'"v":1', b'"v":1,"w":1')), NOT_OURS, id="an unknown name"),
        pytest.param(rewritten(lambda raw: raw.replace(b"hall", b"h\\u0061ll")), NOT_OURS, id="a letter escaped"),
        pytest.param(rewritten(lambda raw: b"[" + raw + b"]"), NOT_OURS, id="a list"),
    ],
)
def test_each_lie_is_refused_in_its_own_words(proof: bytes, said: str) -> None:
    assert said in refusal(proof)


@pytest.mark.parametrize(
    ("proof", "payload", "said"),
    [
        pytest.param(CASE.plain(), CASE.cap + b" ", "neither this entry nor what it holds", id="another message"),
        pytest.param(CASE.plain(), LOG.entries[2], "neither this entry nor what it holds", id="another entry"),
        pytest.param(CASE.opened(), CASE.cap, "neither this entry nor what it holds", id="a message, and a seal"),
        pytest.param(
            LOG.file(0, None), CASE.cap, "not show that this is entry 0", id="not the entry that is asked for"
        ),
        pytest.param(LOG.file(0, None), None, "does not carry its entry", id="nothing at all"),
    ],
)
def test_a_payload_that_is_not_in_the_record_is_refused(proof: bytes, payload: bytes | None, said: str) -> None:
    assert said in refusal(proof, payload)
