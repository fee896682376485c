"""What is in force among the messages that others sent: whatever the order in which they came, and at any past moment."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from tests.cap import alerts as town
from tests.cap.test_signature import OURS, PINS, RSA
from tocsin.cap import Alert, MsgType, Status, write
from tocsin.cap.chain import UNSTATED
from tocsin.cap.judge import judge
from tocsin.cap.signature import State, sign
from tocsin.store import chains, database, inlets, migrate, received

HOUR = timedelta(hours=1)
FIRST = town.ALERT


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = database.open_writer(tmp_path)
    migrate.upgrade(made)
    yield made
    made.dispose()


def later(kind: MsgType, *named: Alert, hours: float = 1, name: str = "", **more: Any) -> Alert:
    """Return a message that comes after others and names them."""
    of = named[0] if named else FIRST
    return replace(
        of, identifier=name or f"{of.identifier}-{kind.value.lower()}", sent=of.sent + hours * HOUR, msg_type=kind,
        references=tuple(one.reference for one in named), **more,
    )  # fmt: skip


def came(engine: sa.Engine, *messages: Alert | bytes, at: datetime | None = None, source: str = "feed") -> None:
    for number, one in enumerate(messages):
        raw = write(one) if isinstance(one, Alert) else one
        moment = (at or town.SENT) + timedelta(seconds=number)
        with engine.begin() as connection:
            received.keep(connection, [(raw, judge(raw, pins=PINS))], source=source, received_at=moment)
            chains.catch_up(connection)


def holds(engine: sa.Engine, hours: float, *, known: float | None = None) -> list[str]:
    """Return what is in force so many hours after the first was sent. known: by what had come by then."""
    by = None if known is None else town.SENT + known * HOUR
    with engine.connect() as connection:
        return [one.identifier for one in chains.in_force(connection, town.SENT + hours * HOUR, known_by=by)]


def odd(engine: sa.Engine) -> dict[str, tuple[str, ...]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT number FROM received_chain ORDER BY number").scalars().all()
        found = [one for number in rows for one in chains.chain_of(connection, number) if one.number == number]
    return {f"{one.identifier}#{one.number}": one.odd for one in found if one.odd}


UPDATE = later(MsgType.UPDATE, FIRST, hours=1)
SECOND = later(MsgType.UPDATE, UPDATE, hours=1)
CANCEL = later(MsgType.CANCEL, SECOND, hours=1)


@pytest.mark.parametrize(
    "order", list(permutations([FIRST, UPDATE, SECOND, CANCEL])), ids=lambda it: "-".join(o.identifier for o in it)
)
def test_an_update_replaces_and_a_cancel_ends_in_whatever_order_they_come(
    engine: sa.Engine, order: tuple[Alert, ...]
) -> None:
    came(engine, *order)
    assert [holds(engine, hours) for hours in (-0.1, 0.5, 1.5, 2.5, 3.5)] == [
        [], [FIRST.identifier], [UPDATE.identifier], [SECOND.identifier], [],
    ]  # fmt: skip
    with engine.connect() as connection:
        chain = [one.identifier for one in chains.chain_of(connection, 1)]
    assert chain == [one.identifier for one in (FIRST, UPDATE, SECOND, CANCEL)]


def test_an_expired_message_is_in_force_no_more_and_nothing_else_ends_it(engine: sa.Engine) -> None:
    came(engine, FIRST, later(MsgType.ACK, FIRST), later(MsgType.ERROR, FIRST))
    assert [holds(engine, hours) for hours in (47, 48)] == [[FIRST.identifier], []]


def test_without_expires_it_holds_for_a_day(engine: sa.Engine) -> None:
    info = replace(town.INFO, expires=None)
    came(engine, replace(FIRST, infos=(info,)))
    day = UNSTATED / HOUR
    assert [holds(engine, hours) for hours in (day - 1, day)] == [[FIRST.identifier], []]


def test_what_begins_later_is_not_in_force_yet(engine: sa.Engine) -> None:
    came(engine, replace(FIRST, infos=(replace(town.INFO, effective=town.SENT + 3 * HOUR),)))
    assert [holds(engine, hours) for hours in (2, 3)] == [[], [FIRST.identifier]]


def test_a_past_moment_is_asked_by_what_was_known_then_or_by_what_is_known_now(engine: sa.Engine) -> None:
    came(engine, FIRST, at=town.SENT)
    came(engine, later(MsgType.CANCEL, FIRST, hours=1), at=town.SENT + 5 * HOUR)
    assert holds(engine, 2, known=2) == [FIRST.identifier]
    assert holds(engine, 2) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param((rb"<sender>[^<]*", b"<sender>somebody@else.example"), "another sender", id="another's"),
        pytest.param((rb"<sent>2024-03-07T19", b"<sent>2024-03-07T17"), "later message", id="a later one"),
        pytest.param((rb"<references>[^<]*</references>", b""), "names nothing", id="none"),
    ],
)
def test_what_ends_nothing_is_odd_and_ends_nothing(engine: sa.Engine, changed: tuple[bytes, bytes], says: str) -> None:
    raw, times = re.subn(*changed, write(later(MsgType.CANCEL, FIRST)))
    assert times == 1
    came(engine, FIRST, raw)
    assert FIRST.identifier in holds(engine, 2)
    ((_, found),) = odd(engine).items()
    assert says in found[0]


def test_who_speaks_for_a_sender_on_another_way_must_sign(engine: sa.Engine) -> None:
    cancel = later(MsgType.CANCEL, FIRST)
    came(engine, FIRST)
    came(engine, cancel, source="elsewhere")
    assert holds(engine, 2) == [FIRST.identifier]
    came(engine, sign(write(replace(cancel, identifier="signed")), RSA, OURS), source="elsewhere")
    assert holds(engine, 2) == []


def test_a_bad_signature_ends_nothing(engine: sa.Engine) -> None:
    signed = sign(write(later(MsgType.CANCEL, FIRST)), RSA, OURS)
    came(engine, FIRST, signed.replace(b"Mill Lane", b"Mall Lane"))
    assert holds(engine, 2) == [FIRST.identifier]


def test_another_message_under_the_same_name_changes_nothing_and_is_odd(engine: sa.Engine) -> None:
    forged = replace(FIRST, infos=(replace(town.INFO, headline="Nothing is the matter"),))
    came(engine, FIRST, forged)
    assert holds(engine, 1) == [FIRST.identifier]
    assert odd(engine) == {f"{FIRST.identifier}#2": (chains.Odd.AGAIN.value,)}


def test_the_same_words_again_within_the_hour_are_a_reissue_and_later_are_not(engine: sa.Engine) -> None:
    soon = replace(FIRST, identifier="soon", sent=town.SENT + HOUR / 2)
    late = replace(FIRST, identifier="late", sent=town.SENT + 3 * HOUR)
    came(engine, FIRST, soon, late)
    assert odd(engine) == {"soon#2": (chains.Odd.REISSUE.value,)}


def test_what_has_gone_from_a_feed_is_not_cancelled(engine: sa.Engine) -> None:
    """There is nothing to do when a feed leaves a message out: only what was received counts."""
    came(engine, FIRST)
    came(engine, replace(FIRST, identifier="other", sent=town.SENT + HOUR))
    assert holds(engine, 2) == ["other", FIRST.identifier]


def test_killed_between_receiving_and_placing_it_is_placed_once_later(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        for one in (UPDATE, FIRST):
            raw = write(one)
            received.keep(connection, [(raw, judge(raw))], source="feed", received_at=town.SENT)
    for placed in (1, 1, 0):
        with engine.begin() as connection:
            assert chains.catch_up(connection, most=1) == placed
    assert holds(engine, 2) == [UPDATE.identifier]


def test_what_was_read_at_receipt_is_placed_as_what_is_read_again(engine: sa.Engine, tmp_path: Path) -> None:
    signed = sign(write(replace(CANCEL, identifier="signed")), RSA, OURS)
    bad = sign(write(replace(UPDATE, identifier="bad")), RSA, OURS).replace(b"Mill Lane", b"Mall Lane")
    raws = [*map(write, (UPDATE, FIRST, SECOND)), signed, bad, write(FIRST), write(CANCEL)]
    messages = [(raw, judge(raw, pins=PINS)) for raw in raws]
    assert {verdict.signed.state for _, verdict in messages} >= {State.GOOD, State.BAD}
    with engine.begin() as connection:
        received.keep(connection, messages, source="feed", received_at=town.SENT)
        chains.catch_up(connection)
    other = tmp_path / "other"
    other.mkdir()
    at_once = database.open_writer(other)
    migrate.upgrade(at_once)
    with at_once.begin() as connection:
        inlets.take_in(connection, inlets.Intake(inlet="feed", at=town.SENT, messages=messages))
    assert rows(at_once) == rows(engine)
    assert len(rows(engine)[0]) == len(raws) - 1
    at_once.dispose()


def rows(engine: sa.Engine) -> list[list[Any]]:
    with engine.connect() as connection:
        return [
            [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4")]
            for table in ("received_chain", "received_over")
        ]


def test_what_was_read_at_receipt_is_not_read_again(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = write(FIRST)
    came_in = inlets.Intake(inlet="feed", at=town.SENT, messages=[(raw, judge(raw))])
    monkeypatch.setattr(chains, "parse", None)
    with engine.begin() as connection:
        inlets.take_in(connection, came_in)
    assert holds(engine, 1) == [FIRST.identifier]


def test_what_is_in_force_is_found_by_an_index(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        asked = {"at": "2024", "known": "9999"}
        plan = [row[-1] for row in connection.execute(sa.text(f"EXPLAIN QUERY PLAN {chains._IN_FORCE}"), asked)]
    assert not [line for line in plan if line.startswith("SCAN")]


@pytest.mark.parametrize(("kind", "status"), [(MsgType.CANCEL, Status.TEST), (MsgType.UPDATE, Status.SYSTEM)])
def test_what_is_no_more_than_a_test_ends_nothing_real(engine: sa.Engine, kind: MsgType, status: Status) -> None:
    came(engine, FIRST, later(kind, FIRST, status=status))
    assert FIRST.identifier in holds(engine, 2)


def test_an_update_that_takes_effect_later_leaves_no_gap(engine: sa.Engine) -> None:
    effective = replace(town.INFO, effective=town.SENT + 5 * HOUR)
    came(engine, FIRST, later(MsgType.UPDATE, FIRST, infos=(effective,)))
    assert [holds(engine, hours) for hours in (4, 5)] == [[FIRST.identifier], [UPDATE.identifier]]


FORGED = replace(FIRST, infos=(replace(town.INFO, headline="Nothing is the matter"),))


def test_a_signed_message_stands_before_another_under_its_name_whichever_came_first(engine: sa.Engine) -> None:
    came(engine, FORGED)
    came(engine, sign(write(FIRST), RSA, OURS), source="elsewhere")
    came(engine, replace(FORGED, note="again"))
    with engine.connect() as connection:
        assert [one.number for one in chains.in_force(connection, town.SENT + HOUR)] == [2]


def test_a_bad_signature_is_never_in_force_and_hides_nothing(engine: sa.Engine) -> None:
    bad = sign(write(FIRST), RSA, OURS).replace(b"Mill Lane", b"Mall Lane")
    came(engine, bad)
    assert holds(engine, 1) == []
    came(engine, FIRST)
    assert holds(engine, 1) == [FIRST.identifier]
    assert chains.Odd.BAD.value in odd(engine)[f"{FIRST.identifier}#1"]


def test_of_two_unsigned_ones_from_two_ways_neither_hides_the_other(engine: sa.Engine) -> None:
    came(engine, FORGED, source="elsewhere")
    came(engine, FIRST)
    assert holds(engine, 1) == [FIRST.identifier] * 2
    assert chains.Odd.AGAIN.value in odd(engine)[f"{FIRST.identifier}#2"]


@pytest.mark.parametrize(
    "sent", [b"9999-12-31T23:59:59-00:00", b"0001-01-01T00:00:00-00:00", b"0001-01-01T00:00:00+14:00"]
)
def test_a_moment_at_the_edge_of_time_stops_nothing(engine: sa.Engine, sent: bytes) -> None:
    raw = re.sub(rb"<sent>[^<]*", b"<sent>" + sent, write(replace(FIRST, infos=(replace(town.INFO, expires=None),))))
    came(engine, raw.replace(b"town-1", b"odd-1"), FIRST)
    assert holds(engine, 1) == [FIRST.identifier]


def test_what_a_signed_message_takes_the_place_of_ends_nothing_any_more_and_did_until_then(engine: sa.Engine) -> None:
    """A forged Cancel came first, under the very name that the sender then gave to an Update."""
    forged = later(MsgType.CANCEL, FIRST, name="second")
    genuine = sign(write(later(MsgType.UPDATE, FIRST, hours=1, name="second")), RSA, OURS)
    came(engine, FIRST, forged)
    came(engine, genuine, at=town.SENT + 5 * HOUR)
    assert holds(engine, 2, known=2) == [], "so it was then"
    assert holds(engine, 2) == ["second"]
    came(engine, replace(forged, note="again"), at=town.SENT + 6 * HOUR)
    assert holds(engine, 2) == ["second"]


def test_what_was_in_force_by_what_was_known_then_stays_so(engine: sa.Engine) -> None:
    came(engine, FORGED)
    came(engine, sign(write(FIRST), RSA, OURS), at=town.SENT + 5 * HOUR)
    with engine.connect() as connection:
        then, now = (chains.in_force(connection, town.SENT + HOUR, known_by=by) for by in (town.SENT + HOUR, None))
    assert ([one.number for one in then], [one.number for one in now]) == ([1], [2])
