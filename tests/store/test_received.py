"""CAP messages are kept as they came, once, with the verdict at their receipt."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cap import alerts as town
from tests.cap.test_signature import OURS, PINS, RSA
from tocsin.cap import write
from tocsin.cap.judge import Verdict, judge
from tocsin.cap.signature import sign
from tocsin.store import database, migrate, received

AT = town.SENT + timedelta(minutes=3)
RAW = write(town.ALERT)
OTHER = RAW.replace(b"Flood", b"Flora")
BAD = RAW.replace(b"<event>Flood</event>", b"").replace(b"town-1", b"town-2")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = database.open_writer(tmp_path)
    migrate.upgrade(made)
    yield made
    made.dispose()


def judged(*messages: bytes) -> list[tuple[bytes, Verdict]]:
    return [(raw, judge(raw, pins=PINS)) for raw in messages]


def keep(engine: sa.Engine, *messages: bytes) -> int:
    with engine.begin() as connection:
        return received.keep(connection, judged(*messages), source="feed", received_at=AT)


def test_what_came_is_kept_to_the_byte_with_what_was_found(engine: sa.Engine) -> None:
    signed = sign(RAW, RSA, OURS)
    assert keep(engine, RAW, signed, BAD) == 3
    with engine.connect() as connection:
        plain, good, bad = received.since(connection, 0, 10)
    assert (plain.raw, good.raw, bad.raw) == (RAW, signed, BAD)
    assert (plain.sender, plain.identifier, plain.sent, plain.received_at) == (
        "desk@town.example", "town-1", town.SENT, AT,
    )  # fmt: skip
    assert (plain.ok, plain.problems, plain.signature, plain.signed_by) == (True, (), "none", None)
    assert (good.signature, good.signed_by) == ("good", "2031")
    assert (bad.ok, [problem.rule for problem in bad.problems]) == (False, ["xsd"])


def test_the_same_bytes_are_kept_once(engine: sa.Engine) -> None:
    assert keep(engine, RAW, RAW) == 1
    assert keep(engine, RAW, OTHER) == 1


def test_what_says_it_is_the_same_but_is_not_stands_beside_it(engine: sa.Engine) -> None:
    keep(engine, RAW, OTHER)
    with engine.connect() as connection:
        found = received.of_identity(connection, "desk@town.example", "town-1", town.SENT)
    assert [raw for _, raw in found] == [RAW, OTHER]


def test_what_was_refused_is_not_kept(engine: sa.Engine) -> None:
    assert keep(engine, b"<!DOCTYPE alert>" + RAW, RAW.replace(b"<sender>desk@town.example</sender>", b"")) == 0


def test_they_are_read_in_the_order_in_which_they_came(engine: sa.Engine) -> None:
    keep(engine, RAW)
    keep(engine, OTHER, BAD)
    with engine.connect() as connection:
        first = received.since(connection, 0, 1)
        rest = received.since(connection, first[0].number, 10)
    assert [each.raw for each in [*first, *rest]] == [RAW, OTHER, BAD]
