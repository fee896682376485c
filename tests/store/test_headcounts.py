"""Counting a headcount in parts gives what counting it one by one gives, whatever was answered in between."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.story.test_headcount import asks
from tocsin.answer.facts import AnswerKind
from tocsin.store import headcounts, members
from tocsin.store.headcounts import Headcounts
from tocsin.testing.town import Town

ROW = [f"person {n}" for n in range(9)]
KINDS = ("safe", "need_help", "received")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.tuples(st.integers(0, 8), st.sampled_from(KINDS)), max_size=14),
    looked=st.sets(st.integers(0, 14)),
)
def test_who_is_silent_is_the_same_from_where_it_was_found_before_as_from_the_start(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, str]], looked: set[int]
) -> None:
    with pytest.MonkeyPatch.context() as patched, Town(tmp_path_factory.mktemp("town")) as town:
        patched.setattr(headcounts, "AT_ONCE", 2)
        town.group("the row", ROW)
        asked = asks(town, groups=["the row"])
        silent = list(ROW)
        counted = Headcounts()
        for number, (who, kind) in enumerate(said):
            town.answers(ROW[who], asked, kind)
            silent = [one for one in silent if one != ROW[who]]
            if number in looked:
                with town.app.store.look() as look:
                    found = counted.silent(look.connection, town.id(asked), 3)
                    assert {town.named(one) for one in found} <= set(silent)
                    assert len(found) == min(3, len(silent))
        with town.app.store.look() as look:
            every = counted.silent(look.connection, town.id(asked), 100)
            assert {town.named(one) for one in every} == set(silent)
            assert every == Headcounts().silent(look.connection, town.id(asked), 100)
            count = counted.count(look.connection, town.id(asked))
            assert (count.total, count.silent) == (len(ROW), len(silent))
            last = dict(said)
            assert count.safe == sum(kind == "safe" for kind in last.values())
            in_need = counted.who(look.connection, town.id(asked), AnswerKind.NEED_HELP)
            assert {town.named(one) for one in in_need} == {
                ROW[who] for who, kind in last.items() if kind == "need_help"
            }


def test_the_members_of_many_groups_are_those_of_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Town(tmp_path) as town:
        monkeypatch.setattr(members, "IN_ONE_OPENING", 2)
        town.group("the row", ROW[:5])
        town.group("the lane", ROW[3:])
        groups = [town.id("the row"), town.id("the lane"), "nothing"]
        with town.app.store.look() as look:
            each = look.each_members(groups)
            assert each == {group: look.members([group]) for group in groups}
            asked = asks(town, groups=["the row"])
        with town.app.store.look() as look:
            everyone = {*each[groups[0]], *each[groups[1]]}
            assert look.told_among(town.id(asked), everyone) == set(each[groups[0]]), "all are read"
            monkeypatch.setattr(members, "IN_ONE_OPENING", 100)
            assert look.told_among(town.id(asked), everyone) == set(each[groups[0]]), "they are looked for"
