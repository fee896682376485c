"""However many stand in a line or wait, they are read at once, and what is closed is not read at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tocsin.answer.facts import Why
from tocsin.basis.marking import Mark
from tocsin.flow.answer import handing
from tocsin.flow.delivery import code
from tocsin.people.facts import PostNamed, PostTaken
from tocsin.store.institutions import waiting_about
from tocsin.testing.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as town:
        yield town
        town.reconcile()


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Note what the database is asked."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        said.append((statement, parameters))

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


def holds_a_post(town: Town, board: str, contact: str) -> None:
    post = town.app.store.new_id()
    facts = [
        PostNamed(subject=post, occurred_at=town.now, organisation=town.id(board), name=f"Post of {contact}"),
        PostTaken(subject=town.app.store.new_id(), occurred_at=town.now, post=post, person=town.id(contact)),
    ]
    town.app.store.commit(facts, at=town.now, by=town.duty_officer.id, command=f"post {contact}")


def test_contacts_are_read_at_once_however_many_there_are(town: Town) -> None:
    asked = []
    for name, count in (("the mill", 2), ("the waterways", 7)):
        contacts = [f"{name} {n}" for n in range(count)]
        for contact in contacts:
            town.person(contact)
        board = town.institution(name, line=contacts, reached=False, patience=timedelta(days=9))
        for contact in contacts:
            holds_a_post(town, board, contact)
        notice = town.duty_officer.issues_notice(to=board)
        with statements() as said, town.app.store.look() as look:
            found = handing.colleagues(town.house, look, town.notice(notice), town.id(board), town.id(contacts[0]))
        assert {town.named(one): posts for one, posts in found.items()} == {
            one: (f"Post of {one}",) for one in contacts[1:]
        }
        asked.append(len(said))
    assert asked[0] == asked[1]


def test_who_has_one_way_only_is_found_at_once_however_many_institutions_are_told(town: Town) -> None:
    asked = []
    for count in (1, 4):
        contacts = [f"contact {n} of {count}" for n in range(count)]
        boards = []
        for contact in contacts:
            town.person(contact)
            boards.append(town.institution(f"board of {contact}", line=(contact,), reached=False))
        notice = town.duty_officer.issues_notice(*boards, mark=Mark.AMBER)
        with statements() as said, town.app.store.look() as look:
            alone = code.with_one_way(town.house, look, town.notice(notice))
        assert [town.named(one) for one in alone] == contacts
        asked.append(len(said))
    assert asked[0] == asked[1]


def test_what_is_closed_is_not_read(town: Town) -> None:
    with town.app.store.look() as look:
        with statements() as said:
            waiting_about(look)
            look.rings_about("w", Why.HELP.value, "p")
            look.ringing("w", Why.HELP.value, 12)
        plans = [
            str(row[-1])
            for statement, parameters in said
            for row in look.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    for index in ("handing_wish_states_open", "question_states_open"):
        assert any(index in plan for plan in plans), plans
    assert sum("watch_states_open (warning=? AND why=?" in plan for plan in plans) == 2, plans
    assert any("watch_states_open (warning=? AND why=? AND of=?)" in plan for plan in plans), plans
