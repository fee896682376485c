"""Sealing: on the grid, of one size, in order; what may be wanted is kept in time, and dates are dealt with in the open."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from pysqlite3 import dbapi2 as sqlite

from tests.store.keeping import HOUR, START, Keeping
from tocsin.basis.errors import Unreachable
from tocsin.basis.moment import rfc3339
from tocsin.record import (
    KEPT_DEPTH,
    SEAL_DEPTH,
    Cosigner,
    Seal,
    add_signatures,
    read_entry,
    read_proof_file,
    read_seal,
    verify_proof,
)
from tocsin.store import ledger, prove, sealing
from tocsin.store.reconcile import reconcile
from tocsin.store.tables import commitments, journal, metadata
from tocsin.store.tally import Tally

PLACES = (1 << SEAL_DEPTH) + (1 << KEPT_DEPTH)


@pytest.fixture(name="keeping")
def _keeping(tmp_path: Path) -> Iterator[Keeping]:
    keeping = Keeping(tmp_path)
    yield keeping
    assert reconcile(keeping.store) == []
    keeping.close()


def seals_of(keeping: Keeping) -> list[Seal]:
    said = [read_entry(entry) for entry in keeping.entries()]
    return [read_seal(one) for one in said if one["kind"] == "sealed"]


def stood(keeping: Keeping, seqs: Sequence[int]) -> list[tuple[int, int]]:
    """Return under which entry, and at which place, each of these facts was sealed first."""
    found = {row.fact_seq: (row.entry, row.place) for row in keeping.asks("SELECT * FROM commitments")}
    return [found[seq] for seq in seqs]


# ---- the grid


def test_an_hour_is_sealed_on_the_hour_whether_anything_happened_or_not(keeping: Keeping) -> None:
    keeping.passes(0.4)
    keeping.incidents(3)
    keeping.hours(4)
    assert [seal.at for seal in seals_of(keeping)] == [START + n * HOUR for n in range(1, 5)]
    assert {seal.open_by - seal.at for seal in seals_of(keeping)} == {timedelta(days=730)}


def test_before_the_hour_nothing_is_sealed(keeping: Keeping) -> None:
    keeping.incidents(1)
    keeping.passes(0.99)
    assert not keeping.store.seal(keeping.now)
    assert keeping.entries() == []
    keeping.passes(0.01)
    assert keeping.store.seal(keeping.now)
    assert not keeping.store.seal(keeping.now)
    assert len(keeping.entries()) == 1


def test_a_busy_hour_and_an_idle_one_leave_entries_of_one_length(keeping: Keeping) -> None:
    for count in (0, 1, 700, 0, 4_200, 0, 0):
        if count:
            keeping.incidents(count)
        keeping.hours(1)
    assert len({len(entry) for entry in keeping.entries()}) == 1
    assert len({(seal.root, seal.kept) for seal in seals_of(keeping)}) == 7


def test_what_does_not_fit_waits_for_the_next_hour_in_the_order_in_which_it_came(keeping: Keeping) -> None:
    seqs = keeping.incidents(9_000)
    keeping.hours(1)
    later = keeping.incidents(10)
    keeping.hours(2)
    found = stood(keeping, [*seqs, *later])
    assert [entry for entry, _ in found] == [0] * 4096 + [1] * 4096 + [2] * (9_010 - 8192)
    assert len(set(found)) == 9_010
    assert {place for _, place in found[:4096]} == set(range(4096))
    for seq in (seqs[0], seqs[4095], seqs[4096], later[-1]):
        shown = keeping.judged(keeping.proof(seq))
        assert (shown.problems, shown.sealed_at) == ([], START + (1 + stood(keeping, [seq])[0][0]) * HOUR)


def test_how_many_wait_is_known_to_the_desk(keeping: Keeping) -> None:
    keeping.incidents(4_100)
    counts = []
    for _ in range(3):
        with keeping.store.look() as look:
            counts.append(sealing.waiting(look.connection))
        keeping.hours(1)
    assert counts == [4_100, 4, 0]


def test_after_a_stop_the_grid_goes_on_and_no_seal_is_older_than_what_it_holds(keeping: Keeping) -> None:
    """Said wrongly, a notice would seem to have been told hours before anybody thought of it."""
    before = keeping.incidents(1)
    keeping.passes(7.5)
    after = keeping.incidents(1)
    keeping.seals()
    assert [seal.at for seal in seals_of(keeping)] == [START + 7 * HOUR]
    keeping.passes(0.5)
    assert keeping.store.seal(keeping.now)
    assert [seal.at for seal in seals_of(keeping)] == [START + 7 * HOUR, START + 8 * HOUR]
    assert [entry for entry, _ in stood(keeping, [*before, *after])] == [0, 1]


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(minutes=59)])
def test_what_is_written_after_the_hour_has_struck_is_not_sealed_as_of_that_hour(
    keeping: Keeping, late: timedelta
) -> None:
    keeping.passes(1)
    on_the_hour = keeping.incidents(1)
    keeping.now += timedelta(microseconds=1)
    after_it = keeping.incidents(1)
    keeping.now += late
    keeping.seals()
    keeping.hours(1)
    assert [entry for entry, _ in stood(keeping, [*on_the_hour, *after_it])] == [0, 1]


def test_what_waits_cannot_be_proven_and_says_until_when(keeping: Keeping) -> None:
    [seq] = keeping.incidents(1)
    keeping.states()
    with pytest.raises(Unreachable, match="waits for the next seal, at 09:00 UTC"):
        keeping.proof(seq)


# ---- kept

TEN = 10 * HOUR


@pytest.fixture(name="_two_hours_ahead")
def two_hours_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the week in which things are kept be two hours, as the horizon of these tests is ten hours for two years."""
    monkeypatch.setattr(sealing, "AHEAD", 2 * HOUR)


@pytest.mark.usefixtures("_two_hours_ahead")
def test_what_may_be_wanted_is_kept_before_its_date_and_can_be_opened_long_after(keeping: Keeping) -> None:
    [seq, other] = keeping.decisions("A concert hall", "A market")
    keeping.incidents(5)
    keeping.hours(26, TEN)
    kept = keeping.asks("SELECT entry FROM keeps WHERE fact_seq = :seq ORDER BY entry", seq=seq)
    assert [row.entry for row in kept] == [8, 16, 24]  # sealed at 1, by 11; kept at 9, by 19; at 17, by 27; at 25
    keeping.opens(seq)
    keeping.hours(1, TEN)
    proof = keeping.proof(seq, "why", "threat")
    found = keeping.judged(proof)
    assert found.problems == []
    assert (found.shown["why"], found.shown["fact.kind"]) == ("A concert hall", "DutyDecided")
    assert found.sealed_at == START + HOUR
    assert b"A market" not in proof
    assert keeping.judged(keeping.proof(other)).problems == []


@pytest.mark.usefixtures("_two_hours_ahead")
def test_what_was_opened_is_kept_no_more_and_what_nobody_will_want_never_is(keeping: Keeping) -> None:
    [opened, closed] = keeping.decisions("A concert hall", "A market")
    keeping.incidents(1)
    keeping.hours(2, TEN)
    keeping.opens(opened)
    keeping.hours(20, TEN)
    assert {row.fact_seq for row in keeping.asks("SELECT fact_seq FROM keeps")} == {closed}
    assert keeping.judged(keeping.proof(opened, "why")).problems == []


def test_an_opening_after_the_date_does_not_count(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AHEAD", -HOUR)  # nothing is kept
    [seq] = keeping.decisions("A concert hall")
    keeping.hours(12, TEN)
    keeping.opens(seq)
    found = keeping.judged(keeping.proof(seq, "why"))
    assert found.problems == ["It was opened after its open-by date, 2031-05-06 19:00 UTC. It counts no more."]
    assert found.shown == {}


@pytest.mark.usefixtures("_two_hours_ahead")
def test_no_hour_keeps_more_than_its_places_and_the_oldest_come_first(keeping: Keeping) -> None:
    """Of 150 that are due in two hours, three entries (at two hours before, at one, at the date) keep 64, 64 and 22."""
    seqs = keeping.decisions(*(f"Decision {number}" for number in range(150)))
    keeping.hours(12, TEN)
    kept = [(row.entry, row.fact_seq) for row in keeping.asks("SELECT * FROM keeps ORDER BY entry, fact_seq")]
    assert kept == [(8 + at // 64, seq) for at, seq in enumerate(seqs)]
    assert len({len(entry) for entry in keeping.entries()}) == 1
    for seq in (seqs[0], seqs[63], seqs[64], seqs[149]):
        assert keeping.judged(keeping.proof(seq)).problems == []


@pytest.mark.usefixtures("_two_hours_ahead")
def test_what_found_no_place_in_time_is_lost_and_no_entry_pretends_otherwise(keeping: Keeping) -> None:
    seqs = keeping.decisions(*(f"Decision {number}" for number in range(200)))
    keeping.hours(14, TEN)
    assert [row.fact_seq for row in keeping.asks("SELECT fact_seq FROM keeps ORDER BY entry, fact_seq")] == seqs[:192]
    keeping.opens(seqs[199])
    assert "opened after its open-by date" in keeping.judged(keeping.proof(seqs[199], "why")).problems[0]


@pytest.mark.usefixtures("_two_hours_ahead")
def test_a_stop_shorter_than_the_time_ahead_loses_nothing(keeping: Keeping) -> None:
    [seq] = keeping.decisions("A concert hall")
    keeping.hours(7, TEN)
    keeping.passes(3)  # kept at 11 o'clock of its clock, its very date, and not at 9
    keeping.seals(TEN)
    keeping.hours(1, TEN)
    assert [row.entry for row in keeping.asks("SELECT entry FROM keeps WHERE fact_seq = :seq", seq=seq)] == [7]
    keeping.opens(seq)
    keeping.hours(1, TEN)
    assert keeping.judged(keeping.proof(seq, "why")).problems == []


WITNESS = Cosigner("w.example", b"\x03" * 32)


def cosigned(keeping: Keeping) -> None:
    """Publish, and have the witness see it at this moment."""
    signed = keeping.publisher.publish(keeping.now)
    assert signed is not None
    text = signed.note.partition(b"\n\n")[0] + b"\n"
    note = add_signatures(signed.note, [WITNESS.line(text, keeping.now)])
    keeping.store.note_cosigned(signed.size, note, witnessed=True)
    keeping.publisher.folder.publish(note)


def by_witness(keeping: Keeping) -> bytes:
    return f"log {keeping.store.verifier_key}\nwitness w {WITNESS.vkey}\nquorum w\n".encode()


@pytest.fixture(name="_an_hour_late")
def an_hour_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the day that witnesses may need be an hour."""
    monkeypatch.setattr(prove, "LATE", HOUR)


@pytest.mark.usefixtures("_two_hours_ahead", "_an_hour_late")
def test_that_it_was_kept_and_opened_in_time_is_shown_long_after_by_what_a_witness_saw(keeping: Keeping) -> None:
    [seq] = keeping.decisions("A concert hall")
    for hour in range(40):
        keeping.hours(1, TEN)
        cosigned(keeping)
        if hour == 19:  # kept at 9 and at 17, and opened at 20, by 27
            keeping.opens(seq)
    found = verify_proof(keeping.proof(seq, "why"), by_witness(keeping), now=keeping.now)
    assert (found.problems, found.shown["why"]) == ([], "A concert hall")
    assert found.since == [("w", START + HOUR)]


@pytest.mark.usefixtures("_two_hours_ahead", "_an_hour_late")
@pytest.mark.parametrize(
    ("away", "what"),
    [
        pytest.param(range(9, 12), "kept by 2031-05-06 19:00 UTC", id="when it was kept, beyond its date"),
        pytest.param(range(9, 11), "", id="when it was kept, up to its date"),
        pytest.param(range(14, 25), "opened by 2031-05-07 03:00 UTC", id="when it was opened, beyond the date"),
    ],
)
def test_what_no_witness_saw_in_time_is_not_shown_to_have_been(keeping: Keeping, away: range, what: str) -> None:
    """Sealed at 9, by 19; kept at 17, by 3 in the morning; opened at 22. A witness who is away sees it when back."""
    [seq] = keeping.decisions("A concert hall")
    for hour in range(1, 40):
        keeping.hours(1, TEN)
        if hour == 14:
            keeping.opens(seq)
        if hour not in away:
            cosigned(keeping)
    found = verify_proof(keeping.proof(seq, "why"), by_witness(keeping))
    assert found.problems == ([f"Nothing but the record's own word shows that it was {what}."] if what else [])


@pytest.mark.usefixtures("_two_hours_ahead", "_an_hour_late")
def test_older_trees_are_shown_only_where_the_newest_may_have_been_seen_too_late(keeping: Keeping) -> None:
    [seq] = keeping.decisions("A concert hall")
    keeping.hours(1, TEN)
    cosigned(keeping)
    keeping.opens(seq)
    sizes = []
    for _ in range(12):
        keeping.hours(1, TEN)
        cosigned(keeping)
        proof = keeping.proof(seq, "why")
        assert verify_proof(proof, by_witness(keeping)).problems == []
        sizes.append((read_proof_file(proof).extra or b"").count(b'"since"'))
    assert sizes == [1] * 9 + [2] * 3, "the first seal's always; the opening's from an hour before the date on"


def test_what_may_be_wanted_does_not_wait_behind_a_crowd(keeping: Keeping) -> None:
    crowd = keeping.incidents(5_000)
    [seq] = keeping.decisions("A concert hall")
    keeping.hours(2)
    assert [entry for entry, _ in stood(keeping, [seq, crowd[0], crowd[4094], crowd[4095]])] == [0, 0, 0, 1]


# ---- what anyone can count


def overdue(keeping: Keeping) -> int:
    """Return how many places are overdue, after making sure that anyone counts as many from the entries alone."""
    with keeping.store.look() as look:
        ours = sealing.overdue(look.connection, keeping.now)
        assert Tally().count(look.connection, keeping.now).overdue == ours
    seals = seals_of(keeping)
    assert ours == PLACES * sum(seal.open_by < keeping.now and seal.at > seals[-1].settled for seal in seals)
    return ours


def test_nothing_is_overdue_as_long_as_the_hours_are_sealed(keeping: Keeping) -> None:
    keeping.decisions("A concert hall")
    for _ in range(15):
        keeping.hours(1, 5 * HOUR)
        assert overdue(keeping) == 0
        keeping.now += timedelta(minutes=59)
        assert overdue(keeping) == 0
        keeping.now -= timedelta(minutes=59)


def test_missed_hours_leave_places_overdue_until_the_next_seal(keeping: Keeping) -> None:
    keeping.hours(6, 5 * HOUR)  # of the hours 1 to 6, due at 6 to 11; the last entry settled what is due at 7
    counts = []
    for _ in range(6):
        keeping.passes()
        counts.append(overdue(keeping))
    assert counts == [PLACES * late for late in (0, 0, 1, 2, 3, 4)]
    keeping.seals(5 * HOUR)
    assert overdue(keeping) == 0


# ---- time alone

ticks = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 90)), min_size=1, max_size=12)
"""How many hours pass until the next seal, and how many facts are written down before it."""


def sealed_in_memory(moves: Sequence[tuple[int, int]], horizon: timedelta) -> list[bytes]:
    """Return the sealed entries that these hours leave in tables of their own, in memory. Every fact may be wanted."""
    engine = sa.create_engine("sqlite://", module=sqlite)
    metadata.create_all(engine)
    draw, now, written = random.Random(1).randbytes, START, 0
    with engine.begin() as connection:
        ledger.begin(connection, now)
        for hours, count in moves:
            seqs = range(written + 1, written + 1 + count)
            if count:
                line = {"v": 1, "kind": "DutyDecided", "subject": "s", "occurred_at": now, "recorded_at": now}
                line |= {"by": "x", "command": "c", "body": b"{}"}
                connection.execute(journal.insert(), [line | {"seq": seq, "id": f"i{seq}"} for seq in seqs])
                facts = [{"fact_seq": seq, "salt": b"s" * 32, "commitment": draw(32)} for seq in seqs]
                connection.execute(commitments.insert(), facts)
            written, now = written + count, now + hours * HOUR
            sealing.seal_interval(connection, now, draw, horizon)
        found = list(ledger.walk(connection, 0, len(moves)))
    engine.dispose()
    return found


@settings(max_examples=25)
@given(ticks, st.integers(1, 9))
def test_what_a_seal_says_besides_its_roots_depends_on_time_alone(moves: list[tuple[int, int]], horizon: int) -> None:
    busy = sealed_in_memory(moves, horizon * HOUR)
    idle = sealed_in_memory([(hours, 0) for hours, _ in moves], horizon * HOUR)
    for one, other in zip(busy, idle, strict=True):
        assert len(one) == len(other)
        assert {**json.loads(one), "root": "", "kept": ""} == {**json.loads(other), "root": "", "kept": ""}


@settings(max_examples=25)
@given(ticks, st.integers(1, 9))
def test_a_date_is_settled_by_the_last_seal_before_it_and_never_unsettled(
    moves: list[tuple[int, int]], horizon: int
) -> None:
    found = [read_seal(read_entry(said)) for said in sealed_in_memory([(h, 0) for h, _ in moves], horizon * HOUR)]
    for number, seal in enumerate(found):
        before = found[:number]
        assert seal.settled == max([START, *(one.at for one in before if one.open_by <= seal.at + HOUR)])
        assert all(seal.settled >= one.settled for one in before)


def test_moments_are_told_as_entries_tell_them(keeping: Keeping) -> None:
    keeping.hours(1)
    said = read_entry(keeping.entries()[0])
    assert {name: said[name] for name in ("at", "open_by", "settled")} == {
        "at": rfc3339(START + HOUR),
        "open_by": rfc3339(datetime(2033, 5, 5, 9, 0, tzinfo=START.tzinfo)),
        "settled": rfc3339(START),
    }
