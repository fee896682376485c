"""The list of cases, a page at a time, is that of all cases, as far as its reader may read them."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from tests.web.desk_case import READERS, Desk, people
from tocsin.basis.ids import Id
from tocsin.basis.marking import PUBLIC, Mark, Reader
from tocsin.store.door import Door
from tocsin.store.reconcile import reconcile
from tocsin.threat.facts import ThreatClosed, ThreatOpened
from tocsin.threat.joined import ThreatMerged

CASES = 60
OWNERS = ("vale", "marsh", "temp")
ALL = {**READERS, "nobody": PUBLIC, "val": Reader(person="val", roles=READERS["vale"].roles, cleared_to=Mark.RED)}
"""Who reads: with one whose id is the beginning of another's."""


@pytest.fixture(name="desk", scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("listed"))
    people(desk)
    rolled, found = Random(1), []
    for n in range(CASES):
        red = n % 3 == 0
        opened = ThreatOpened(
            subject=f"case{rolled.randrange(10**9)}",
            occurred_at=desk.moment - timedelta(days=rolled.randrange(12)),  # some at the same moment
            title=f"Case {n}",
            zone="UTC",
            owner=OWNERS[n % 2 if red else rolled.randrange(3)],
            mark=Mark.RED if red else rolled.choice(list(Mark)[:-1]),
            readers=(("staff-1", "lindqvist")[n % 2],) if red else (),
        )
        ended = ThreatClosed(subject=opened.subject, occurred_at=desk.moment, by="brandt", why="Over.")
        found.append(opened.subject)
        facts = [opened, ended] if n % 4 == 0 else [opened]
        desk.store.commit(facts, at=desk.moment, by="vale", command=f"case {n}")
    one, other = found[1], found[2]
    desk.store.commit(
        [ThreatMerged(subject=one, occurred_at=desk.moment, into=other, by="vale", why="The same.")],
        at=desk.moment, by="vale", command="merge",
    )  # fmt: skip
    yield desk
    assert reconcile(desk.store) == []
    desk.store.close()


def walked(door: Door, most: int) -> list[Id]:
    """Return the cases as somebody finds them who goes on from page to page."""
    found: list[Id] = []
    while page := [one.id for one in door.cases(most, found[-1] if found else None)]:
        assert len(page) <= most
        found += page
    return found


@pytest.mark.parametrize("most", [1, 7, 50, 500])
@pytest.mark.parametrize("who", ALL)
def test_whoever_goes_on_from_page_to_page_finds_each_case_once(desk: Desk, who: str, most: int) -> None:
    with desk.store.look() as look:
        door = Door(look, ALL[who])
        every = door.threats()
        wanted = [one.id for one in every if one.ended is None] + [one.id for one in every if one.ended is not None]
        assert walked(door, most) == wanted
        full = door.cases(most)
    assert len(full) == min(most, len(wanted)), "a page that is not full would be taken for the last"


@pytest.mark.parametrize("most", [1, 7, 500])
@pytest.mark.parametrize("who", ALL)
def test_the_open_cases_are_the_latest_that_somebody_looks_after(desk: Desk, who: str, most: int) -> None:
    with desk.store.look() as look:
        door = Door(look, ALL[who])
        wanted = [one.id for one in door.threats() if one.is_open] if door.at_desk else []
        assert [one.id for one in door.open_cases(most)] == wanted[:most]


def test_a_case_that_became_part_of_another_is_none_that_is_looked_after_by_itself(desk: Desk) -> None:
    with desk.store.look() as look:
        every = Door(look, READERS["vale"]).threats()
        joined = [one.id for one in every if one.joined.into is not None]
        open_ones = [one.id for one in Door(look, READERS["vale"]).open_cases(CASES)]
    assert joined
    assert not set(joined) & set(open_ones)


@pytest.mark.parametrize("who", ALL)
def test_a_case_is_found_by_its_id_or_its_title_by_whoever_may_read_it(desk: Desk, who: str) -> None:
    with desk.store.look() as look:
        door, every = Door(look, ALL[who]), Door(look, READERS["vale"]).threats()
        mine = {one.id for one in door.threats()} if door.at_desk else set()
        for one in every:
            wanted = [one.id] if one.id in mine else []
            assert [found.id for found in door.cases_called(one.id)] == wanted
            assert [found.id for found in door.cases_called(f" {one.title.upper()} ")] == wanted


def test_the_readers_differ(desk: Desk) -> None:
    with desk.store.look() as look:
        seen = {who: len(Door(look, reader).threats()) for who, reader in ALL.items()}
    assert 0 < seen["nobody"] < seen["temp"] < seen["val"] < seen["vale"] < CASES, "or the test above says nothing"


def test_behind_what_one_may_not_read_the_list_begins_anew(desk: Desk) -> None:
    with desk.store.look() as look:
        mine = {one.id for one in Door(look, READERS["temp"]).threats()}
        others = [one.id for one in Door(look, READERS["vale"]).threats() if one.id not in mine]
        door = Door(look, READERS["temp"])
        first = door.cases(5)
        assert all(door.cases(5, other) == first for other in [*others, "no such case"])


def test_a_page_is_found_without_reading_all_cases(desk: Desk) -> None:
    asked: list[tuple[str, Any]] = []
    with desk.store.look() as look:
        engine = look.connection.engine

        def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
            asked.append((statement, given))

        sa.event.listen(engine, "before_cursor_execute", note)
        Door(look, READERS["vale"]).cases(CASES)
        sa.event.remove(engine, "before_cursor_execute", note)
        found = [one for one in asked if one[0].startswith("SELECT threat_states.id \n")]
        plans = [
            " ".join(row[-1] for row in look.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", given))
            for one, given in found
        ]
    assert [plan.partition(" INDEX ")[2] for plan in plans] == ["threat_states_open", "threat_states_ended"]
