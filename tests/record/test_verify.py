"""The verifier: what is true passes, and says what was shown, when it was fixed, and who saw it."""

import json
from collections.abc import Sequence
from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.record.published import AT, HOUR, SIGNER
from tests.record.small_log import DEMANDED, POLICY, WITNESSED, Case, Log, since, witness
from tocsin.record import (
    Checkpoint,
    Cosigner,
    Signer,
    Verified,
    bundle,
    leaf_hash,
    read_proof_file,
    root_of,
    verify_proof,
)
from tocsin.record.checkpoint import write_checkpoint
from tocsin.record.note import sign_note

CASE = Case()
LOG = CASE.log
LAST = len(LOG.entries) - 1
SHOWN = {
    "fact.fields": ["fact.by", "fact.fields", "fact.kind", "fact.occurred_at", "what"],
    "fact.occurred_at": "2024-03-07T17:30:00Z",
    "what": "A concert hall",
}


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
    found = verify_proof(LOG.file(CASE.alert, None), POLICY, LOG.entries[CASE.alert])
    assert (found.problems, found.size, found.entry) == ([], len(LOG.entries), None)


def test_of_a_seal_nothing_need_be_shown() -> None:
    found = verify_proof(LOG.prove(CASE.seal), POLICY)
    assert (found.problems, found.sealed_at, found.shown) == ([], None, {})


def test_that_a_fact_was_sealed_is_shown_without_a_word_of_it() -> None:
    proof = LOG.prove(CASE.seal, opened=LOG.opened(CASE.notice.commitment, CASE.seal))
    found = verify_proof(proof, POLICY)
    assert (found.problems, found.sealed_at, found.shown) == ([], AT, {})
    assert b"hall" not in (read_proof_file(proof).extra or b"")


# ---- opened


def kept_at_the_last_moment(stood: int) -> bytes:
    """Return the proof of a notice under so many seals of two hours each, opened at the very date."""
    log, notice = Log(), CASE.notice
    numbers = [log.seal(AT, [notice.commitment], horizon=2 * HOUR)]
    numbers += [log.seal(AT + 2 * more * HOUR, kept=[notice.commitment], horizon=2 * HOUR) for more in range(1, stood)]
    place, last = log.place(0, "root", notice.commitment).place, AT + 2 * stood * HOUR
    opening = log.say("NoticeOpened", at=last, seal=0, place=place)
    shown = {"fields": notice.show("what", "fact.occurred_at"), "opening": log.entry(opening)}
    return log.prove(numbers[-1], opened=log.opened(notice.commitment, *numbers, **shown))


@pytest.mark.parametrize("stood", [1, 2, 3, 4])
def test_what_was_told_is_shown_however_often_it_was_kept(stood: int) -> None:
    found = verify_proof(kept_at_the_last_moment(stood), POLICY)
    assert (found.problems, found.shown, found.sealed_at) == ([], SHOWN, AT)


# ---- in time

KEPT = "Nothing but the record's own word shows that it was kept by 2024-03-0"
OPENED = "Nothing but the record's own word shows that it was opened by 2024-03-08 10:00 UTC."


def judged(proof: bytes, newest: float = 900, now: datetime | None = None) -> list[str]:
    """Return what is wrong with a proof whose newest tree the witness saw so many hours after AT."""
    return verify_proof(witness(proof, AT + newest * HOUR), DEMANDED, now=now).problems


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        pytest.param(CASE.seen(6, 11, 16), [], id="each in time"),
        pytest.param(CASE.seen(6.01, 11, 16), [KEPT + "8 00:00 UTC."], id="the first keeping seen too late"),
        pytest.param(CASE.seen(6, 11.01, 16), [KEPT + "8 05:00 UTC."], id="the second keeping seen too late"),
        pytest.param(CASE.seen(6, 11, 16.01), [OPENED], id="the opening seen too late"),
        pytest.param(CASE.seen(None, 11, 16), [KEPT + "8 00:00 UTC."], id="nobody saw the first keeping"),
        pytest.param(CASE.seen(6, None, 16), [KEPT + "8 05:00 UTC."], id="nobody saw the second keeping"),
        pytest.param(CASE.seen(6, 11, None), [OPENED], id="nobody saw the opening"),
    ],
)
def test_a_witness_must_have_seen_in_time_what_was_kept_and_what_was_opened(proof: bytes, said: list[str]) -> None:
    """The dates in the entries are the record's own word, and it could write them years later."""
    assert judged(proof) == said


@pytest.mark.parametrize(
    ("hours", "ok"), [pytest.param(16, True, id="in time"), pytest.param(16.01, False, id="too late to tell")]
)
def test_the_newest_tree_may_have_been_seen_in_time(hours: float, ok: bool) -> None:
    assert judged(CASE.seen(6, 11, None), newest=hours) == ([] if ok else [OPENED])


@pytest.mark.parametrize(
    ("now", "ok"),
    [
        pytest.param(AT + 16 * HOUR, True, id="it is not after the date yet"),
        pytest.param(AT + 16.01 * HOUR, False, id="it is after the date"),
    ],
)
def test_or_the_verifiers_clock_shows_that_it_was_in_time(now: datetime, ok: bool) -> None:
    assert judged(CASE.seen(6, 11, None), now=now) == ([] if ok else [OPENED])


@pytest.mark.parametrize(
    ("quorum", "ok"), [pytest.param("any", True, id="one is enough"), pytest.param("all", False, id="both are needed")]
)
def test_those_alone_count_who_saw_it_in_time(quorum: str, ok: bool) -> None:
    """Of two, one saw the opening only after its date: where both are needed, nobody vouches for it."""
    log, notice, other = Log(), CASE.notice, Cosigner("v.example", b"\x04" * 32)
    seal = log.seal(AT, [notice.commitment], horizon=6 * HOUR)
    place = log.place(seal, "root", notice.commitment).place
    opening = log.entry(log.say("NoticeOpened", at=AT + HOUR, seal=seal, place=place))
    seen = since(log, 1, 2, AT + 6 * HOUR, (other, AT + 7 * HOUR))
    shown = {"fields": notice.show("what"), "opening": replace(opening, since=seen)}
    proof = witness(log.prove(seal, opened=log.opened(notice.commitment, seal, **shown)), AT + 900 * HOUR, other)
    policy = DEMANDED.replace(b"quorum w", f"witness v {other.vkey}\ngroup g {quorum} w v\nquorum g".encode())
    late = "Nothing but the record's own word shows that it was opened by 2024-03-08 00:00 UTC."
    assert verify_proof(proof, policy).problems == ([] if ok else [late])


def test_a_policy_that_needs_no_witness_takes_the_record_at_its_word() -> None:
    for policy in (POLICY, WITNESSED):
        assert verify_proof(CASE.opened(), policy, now=AT + 900 * HOUR).ok
        assert verify_proof(witness(CASE.opened(), AT + 900 * HOUR), policy).ok


# ---- receipts


@pytest.mark.parametrize("names", [("fact.kind",), ()])
def test_a_persons_own_receipt_is_shown_though_nothing_was_opened(names: Sequence[str]) -> None:
    found = verify_proof(CASE.received(opened=CASE.under(*names)), POLICY)
    assert (found.problems, found.receipt, found.sealed_at) == ([], CASE.said, AT)
    assert found.shown.keys() == {"fact.fields", "fact.kind", "receipts"}


def test_a_receipt_is_shown_of_a_fact_that_was_opened_too() -> None:
    """Then whatever was opened may be shown besides."""
    log, under = Log(), CASE.gathered
    seal = log.seal(AT, [under.commitment])
    opening = log.say("NoticeOpened", at=AT, seal=seal, place=log.place(seal, "root", under.commitment).place)
    shown = {"fields": under.show("fact.kind", "receipts", "warning"), "opening": log.entry(opening)}
    opened = log.opened(under.commitment, seal, **shown)
    found = verify_proof(log.prove(seal, opened=opened, receipt=CASE.receipts.mine), POLICY)
    assert (found.problems, found.receipt, found.shown["warning"]) == ([], CASE.said, "w")


# ---- who saw it


def test_who_has_seen_it_and_when_is_reported() -> None:
    found = verify_proof(witness(CASE.plain(), AT), WITNESSED)
    assert (found.problems, found.witnessed, found.since) == ([], [("w", AT)], [])


def test_an_older_checkpoint_shows_since_when_others_have_known_an_entry() -> None:
    older = since(LOG, CASE.alert, 3, AT + HOUR)
    proof = witness(LOG.prove(CASE.alert, since=older), AT + 20 * HOUR)
    found = verify_proof(proof, WITNESSED)
    assert (found.problems, found.since, found.witnessed) == ([], [("w", AT + HOUR)], [("w", AT + 20 * HOUR)])


def test_of_what_was_kept_it_shows_since_when_others_have_known_the_first_seal() -> None:
    first, second = CASE.chain().earlier
    first = replace(first, since=since(LOG, CASE.seal, 2, AT + HOUR))
    kept = since(LOG, CASE.third, LAST, AT + 11 * HOUR)
    found = verify_proof(LOG.prove(CASE.third, opened=CASE.chain(earlier=(first, second)), since=kept), WITNESSED)
    assert (found.problems, found.since, found.sealed_at) == ([], [("w", AT + HOUR)], AT)


@pytest.mark.parametrize(
    ("older", "said"),
    [
        pytest.param(since(LOG, 0, 1, AT), "does not hold the entry", id="of another entry"),
        pytest.param(replace(since(LOG, 1, 3, AT), hashes=()), "does not hold the entry", id="without its proof"),
        pytest.param(
            replace(since(LOG, 1, 3, AT), hashes=since(LOG, 1, 4, AT).hashes),
            "does not hold the entry",
            id="with the proof in another tree",
        ),
        pytest.param(replace(since(LOG, 1, 3, AT), note="no note"), "A note is a text", id="no note"),
        pytest.param(
            replace(since(LOG, 1, 3, AT), note=since(LOG, 1, 3, AT).note.replace("\n3\n", "\n2\n", 1)),
            "is not over this text",
            id="of another size",
        ),
    ],
)
def test_an_older_checkpoint_that_does_not_hold_it_is_refused(older: bundle.Since, said: str) -> None:
    found = verify_proof(LOG.prove(CASE.third, opened=CASE.chain(), since=older), WITNESSED)
    [problem] = found.problems
    assert said in problem
    assert (found.since, found.shown, found.sealed_at) == ([], {}, None)


def test_an_older_checkpoint_of_another_record_is_refused_though_the_policy_lists_its_log() -> None:
    stranger = Signer("elsewhere.example.net/record", b"\x02" * 32)
    note = sign_note(write_checkpoint(Checkpoint(stranger.name, 1, leaf_hash(LOG.entries[0]))), stranger)
    policy = WITNESSED + f"log {stranger.vkey}\n".encode()
    found = verify_proof(LOG.prove(0, since=bundle.Since(note=note.decode())), policy)
    assert found.problems == ["The older checkpoint that is shown does not hold the entry."]
