"""A warning to very many shows the same whether its answers are summed up or read one by one."""

import re

import pytest

from tests.web.installation import Browser, Installation
from tocsin.people.facts import GroupNamed, MemberAdded
from tocsin.web.desk.fill import followed


@pytest.mark.parametrize("path", ["", "/deliveries"])
def test_summed_up_and_one_by_one_it_is_the_same(
    town: Installation, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    group, now = town.store.new_id(), town.clock.now()
    people = [town.person(f"Person {n}") for n in range(20)]
    town.commit(
        GroupNamed(subject=group, occurred_at=now, name="The street"),
        *(MemberAdded(subject=town.store.new_id(), occurred_at=now, group=group, person=one) for one in people),
    )
    alert = town.alert(persons=(), groups=(group,))
    visitor = Browser(town.site)
    for n, person in enumerate(people[:15]):
        answer = "need_help" if n == 3 else "safe" if n % 2 else "received"
        visitor.post(f"/a/{town.token(alert, person)}", {"answer": answer})
    visitor.post(f"/a/{town.token(alert, people[1])}", {"answer": "disputed"})
    town.work()
    browser = Browser(town.site)
    assert town.duty_officer
    browser.sign_in("duty")
    one_by_one = browser.get(f"/desk/warnings/{alert}{path}").text
    monkeypatch.setattr(followed, "MANY", 3)
    summed_up = browser.get(f"/desk/warnings/{alert}{path}").text
    # The form in which an officer writes down what one of them said lists nobody where they are very many.
    without = re.compile(r"<select name=\"who\".*?</select>|<input name=\"who\"[^>]*>", re.DOTALL)
    assert without.sub("", summed_up) == without.sub("", one_by_one)
    assert "15 of 20 have answered" in summed_up or path
