"""tocsin people officer: a live installation gets its officers, and loses none of its administrators."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from tests.cli.conftest import PASSPHRASE
from tests.faults.processes import refused_in_one_line
from tests.story.test_must_warn import meanwhile
from tocsin.basis.marking import Mark, Role
from tocsin.flow.people import officers
from tocsin.people.state import Person
from tocsin.store import journal
from tocsin.testing.town import Town

Tell = Callable[..., Any]


@pytest.fixture(name="officer")
def _officer(tell: Tell, tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """Say a tocsin people officer command as the administrator, or as somebody else."""
    file: Path = tmp_path_factory.mktemp("secret") / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    return lambda *words, by="agatha": tell("people", "officer", *words, "--as", by, "--passphrase-file", file)


def person(town: Town, id: str) -> Person:
    with town.app.store.look() as look:
        return look.get(Person, id)


def test_somebody_new_works_here_and_signs_in(served: Town, officer: Tell, tell: Tell) -> None:
    made = officer(
        "new", "Ida Falk", "--role", "duty-officer", "--cleared-to", "AMBER+STRICT", "--why", "Took office", "--json"
    )
    assert made.returncode == 0, made.stderr
    line = json.loads(made.stdout)
    assert line == {
        "person": line["person"],
        "name": "Ida Falk",
        "roles": ["duty_officer"],
        "cleared_to": "TLP:AMBER+STRICT",
        "sign_in": None,
    }
    signs = json.loads(officer("sign-in", line["person"], "ida", "--json").stdout)
    held = person(served, line["person"])
    assert PasswordHasher().verify(str(held.secret_hash), signs["passphrase"])
    assert (held.roles, held.cleared_to, held.sign_in) == ((Role.DUTY_OFFICER,), Mark.AMBER_STRICT, "ida")
    listed = json.loads(tell("people", "officer", "list", "--json").stdout)["officers"]
    assert signs["passphrase"] not in json.dumps(listed)
    assert line | {"sign_in": "ida"} in listed


def test_who_was_entered_by_a_command_that_was_killed_is_not_entered_twice(served: Town, officer: Tell) -> None:
    said = ("new", "Ida Falk", "--role", "duty-officer", "--why", "Took office")
    first = json.loads(officer(*said, "--json").stdout)["person"]  # and nobody read that
    again = refused_in_one_line(officer("new", " ida  FALK ", *said[2:]), code=2)
    assert first in again
    assert "--another" in again
    assert sum(str(one.name) == "Ida Falk" for one in at_desk(served)) == 1
    other = json.loads(officer(*said, "--another", "--json").stdout)["person"]
    assert {one.id for one in at_desk(served) if str(one.name) == "Ida Falk"} == {first, other}


def test_of_two_who_enter_one_name_at_once_the_second_is_told_so(
    served: Town, officer: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enter() -> None:
        said = {"by": served.id("agatha"), "command": "enters", "now": served.now}
        officers.admit(served.house, served.id("Ida"), "Ida Falk", [Role.AUDITOR], Mark.GREEN, "Took office", **said)  # type: ignore[arg-type]

    meanwhile(served, monkeypatch, enter)
    second = officer("new", "Ida Falk", "--role", "auditor", "--why", "Took office")
    assert "works here already" in refused_in_one_line(second, code=2)
    assert sum(str(one.name) == "Ida Falk" for one in at_desk(served)) == 1


def at_desk(town: Town) -> list[Person]:
    with town.app.store.look() as look:
        return look.desk_people()


def test_it_is_written_down_who_let_them_and_why(served: Town, officer: Tell) -> None:
    assert officer("role", served.id("wren"), "--role", "duty-officer", "--why", "Stands in for Dean").returncode == 0
    with served.app.store.look() as look:
        last = [journal.decode(row, served.app.store.keys) for row in journal.walk(look.connection)][-1]
    assert (last.kind, last.by) == ("RolesSet", served.id("agatha"))


def test_without_a_role_they_work_here_no_more(served: Town, officer: Tell) -> None:
    done = officer("role", served.id("wren"), "--why", "Left")
    assert "nothing here any more" in done.stdout
    assert person(served, served.id("wren")).roles == ()


def test_who_comes_back_does_not_share_the_name_that_somebody_signs_in_by_meanwhile(
    served: Town, officer: Tell
) -> None:
    wren = served.id("wren")
    assert officer("role", wren, "--why", "Left").returncode == 0
    new = json.loads(officer("new", "Ida Falk", "--role", "auditor", "--why", "Took office", "--json").stdout)["person"]
    assert officer("sign-in", new, "wren").returncode == 0
    back = json.loads(officer("role", wren, "--role", "administrator", "--why", "Came back", "--json").stdout)
    assert back["sign_in"] is None
    served.reconcile()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(("role", "agatha", "--role", "auditor", "--why", "W"), "last administrator", id="the last administrator"),
        pytest.param(("role", "nobody", "--role", "auditor", "--why", "W"), "There is no person", id="nobody"),
        pytest.param(("role", "wren", "--role", "auditor", "--why", " "), "Say why", id="no reason"),
        pytest.param(("new", " ", "--role", "auditor", "--why", "W"), "A name has 1 to 100", id="no name"),
        pytest.param(("sign-in", "wren", " DEAN "), "Somebody else signs in by that name", id="another's name"),
        pytest.param(("sign-in", "Ann", "ann"), "has no role here", id="who does not work here"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(
    served: Town, officer: Tell, words: tuple[str, ...], sentence: str
) -> None:
    known = {"agatha", "wren", "Ann"}
    assert sentence in refused_in_one_line(officer(*(served.id(w) if w in known else w for w in words)), code=2)


def test_only_an_administrator_may(served: Town, officer: Tell) -> None:
    for name in ("dean", "odo", "wren"):
        done = officer("role", served.id("wren"), "--role", "administrator", "--why", "W", by=name)
        assert "it needs the role of administrator" in refused_in_one_line(done, code=2), name
