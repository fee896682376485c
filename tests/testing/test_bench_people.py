"""People who were entered straight into the tables are as readable, and as quickly found, as those who came by the door."""

import os
from datetime import UTC, datetime
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from tocsin.people.state import Contact, Group, Membership, Person
from tocsin.store.database import FILE
from tocsin.store.store import Store
from tocsin.testing.bench_people import enter_people

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def opened(data: Path) -> Store:
    return Store(data, os.urandom, NOW, lambda _fact: ())


def indexes(data: Path) -> set[str]:
    with sqlite.connect(data / FILE) as line:
        assert line.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {sql for (sql,) in line.execute("SELECT sql FROM sqlite_master WHERE type = 'index'")}


def test_everyone_has_a_key_an_address_and_a_place_in_the_group(tmp_path: Path) -> None:
    opened(tmp_path).close()
    before = indexes(tmp_path)
    group = enter_people(tmp_path, 75, "webhook", "http://127.0.0.1/you")
    assert indexes(tmp_path) == before
    store = opened(tmp_path)
    with store.look() as look:
        people, contacts = look.all(Person), look.all(Contact)
        assert [one.id for one in look.all(Group)] == [group]
        members = {one.person for one in look.all(Membership, group=group)}
    keys = set(store.keys.persons())
    store.close()
    assert len(people) == 75
    assert {one.id for one in people} == {one.person for one in contacts} == members == keys
    assert {one.address for one in contacts} == {"http://127.0.0.1/you"}
    assert {one.name for one in people} == {""}
