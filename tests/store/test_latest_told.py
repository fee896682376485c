"""What was told, a page at a time, is all that was told, as far as its reader may read it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from tests.web.desk_case import READERS, Desk, people
from tocsin.basis.ids import Id
from tocsin.basis.marking import PUBLIC, Mark
from tocsin.store import latest_told
from tocsin.store.door import Door, Told, told_at
from tocsin.store.door.gate import TOLD
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import ThreatOpened
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.facts import AlertDrafted, AlertIssued
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.facts import DutyDecided, DutyTest, NoticeDrafted, NoticeSent, TearLine
from tocsin.warning.statement.facts import StatementKind, StatementPublished

EACH = 20
ALL = {**READERS, "nobody": PUBLIC}


@pytest.fixture(name="desk", scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("told"))
    people(desk)
    rolled = Random(1)
    cases = [
        ThreatOpened(
            subject=f"case-{mark.name}", occurred_at=desk.moment, title="C", zone="UTC", owner="marsh", mark=mark
        )
        for mark in (Mark.GREEN, Mark.RED)
    ]
    desk.store.commit(cases, at=desk.moment, by="vale", command="cases")
    for n in range(EACH):
        for m, facts in enumerate(_told(desk, n, rolled)):
            at = desk.moment + timedelta(hours=rolled.randrange(6))  # some at the same moment
            dated = [_at(fact, at + timedelta(hours=number)) for number, fact in enumerate(facts)]
            desk.store.commit(dated, at=at, by="vale", command=f"told {n} {m}")
    yield desk
    assert reconcile(desk.store) == []
    desk.store.close()


def _at(fact: Any, at: Any) -> Any:
    return type(fact)(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, "occurred_at": at})


def _told(desk: Desk, n: int, rolled: Random) -> Iterator[list[Any]]:
    now, mark = desk.moment, list(Mark)[n % len(Mark)]
    case = "case-RED" if n % 7 == 0 else "case-GREEN"
    begun = DutyDecided(
        subject=f"n{n}", occurred_at=now, threat=case, decider="vale", tell=True, test=DutyTest(), why="So."
    )
    drafted = NoticeDrafted(
        subject=f"n{n}", occurred_at=now, threat=case, author="vale", recipients=("miller",), mark=mark, begins=now,
        readers=(("staff-1", "lindqvist")[n % 2],) if mark is Mark.RED else (), tear_line=TearLine(what="It falls."),
    )  # fmt: skip
    sent = NoticeSent(subject=f"n{n}", occurred_at=now)
    yield [begun, drafted, sent][: rolled.randrange(1, 4)]
    written = AlertDrafted(
        subject=f"a{n}", occurred_at=now, threat=case, author="vale", sender="s", sender_name="S", wordings=(), areas=(), begins=now,
        ends=None,
    )  # fmt: skip
    yield [written, AlertIssued(subject=f"a{n}", occurred_at=now, identifier=f"a{n}", cap="")][: rolled.randrange(1, 3)]
    if n % 4 == 0:
        yield [
            AdvisoryIssued(
                subject=f"l{n}", occurred_at=now, country="FR", level=2, title="FR", text="Take care.", reasons=("The river.",), author="vale",
                approver="brandt", review_at=now + timedelta(days=90),
            )
        ]  # fmt: skip
        yield [
            StatementPublished(
                subject=f"s{n}", occurred_at=now, statement_kind=StatementKind.POSITION, title="S", text="We stay.", author="vale",
                approver="brandt", edition=1,
            )
        ]  # fmt: skip


def every(door: Door, look: Any) -> list[Told]:
    """Return all that was told, from all of it read whole."""
    found: list[Told] = [one for kind in TOLD for one in look.all(kind) if door.may(one)]
    return sorted(found, key=lambda one: (told_at(one), one.id), reverse=True)


def walked(door: Door, most: int) -> list[Id]:
    found: list[Id] = []
    while page := [one.id for one in islice(door.warnings(after=found[-1] if found else None), most)]:
        found += page
    return found


@pytest.mark.parametrize("most", [1, 7, 500])
@pytest.mark.parametrize("who", ALL)
def test_whoever_goes_on_from_page_to_page_finds_each_once(
    desk: Desk, who: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latest_told, "AT_ONCE", 5)
    with desk.store.look() as look:
        door = Door(look, ALL[who])
        assert walked(door, most) == [one.id for one in every(door, look)]


def test_the_readers_differ(desk: Desk) -> None:
    with desk.store.look() as look:
        seen = {who: len(every(Door(look, reader), look)) for who, reader in ALL.items()}
    assert 0 < seen["nobody"] < seen["temp"] < seen["vale"], "or the test above says nothing"


def test_only_what_is_asked_for_is_found(desk: Desk) -> None:
    with desk.store.look() as look:
        door = Door(look, READERS["vale"])
        wanted = [one.id for one in every(door, look) if isinstance(one, Alert | Advisory)]
        assert [one.id for one in door.warnings((Alert, Advisory))] == wanted


def test_behind_what_one_may_not_read_the_list_begins_anew(desk: Desk) -> None:
    with desk.store.look() as look:
        mine = {one.id for one in every(Door(look, READERS["temp"]), look)}
        others = [one.id for one in every(Door(look, READERS["vale"]), look) if one.id not in mine]
        door = Door(look, READERS["temp"])
        first = next(door.warnings()).id
        assert others
        assert all(next(door.warnings(after=other)).id == first for other in [*others, "no such warning"])


def test_a_page_is_found_without_reading_all_that_was_told(desk: Desk) -> None:
    asked: list[tuple[str, Any]] = []
    with desk.store.look() as look:
        engine = look.connection.engine

        def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
            asked.append((statement, given))

        door = Door(look, READERS["vale"])
        sa.event.listen(engine, "before_cursor_execute", note)
        last = list(islice(door.warnings(), 3))[-1].id
        next(door.warnings(after=last))
        sa.event.remove(engine, "before_cursor_execute", note)
        plans = [
            " ".join(row[-1] for row in look.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", given))
            for one, given in asked
            if "LIMIT" in one
        ]
    assert len(plans) == 8
    assert all("_told_at" in plan and "TEMP B-TREE" not in plan for plan in plans), plans
