"""tocsin people: the same whether a server runs or the directory is at rest, and no name where none was asked for."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import PASSPHRASE, ROLES
from tests.faults.processes import refused_in_one_line
from tocsin.people.state import Person
from tocsin.store import journal
from tocsin.testing.town import Town

Tell = Callable[..., Any]


def person(town: Town, name: str) -> Person:
    with town.app.store.look() as look:
        return look.get(Person, town.id(name))


def test_when_the_command_returns_the_key_is_gone(served: Town, tell: Tell) -> None:
    done = tell("people", "forget", served.id("Ann"), "--why", "Asked")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{served.id('Ann')} is forgotten.")
    assert not served.app.store.keys.holds(served.id("Ann"))
    assert person(served, "Ann").forgotten


def test_at_rest_it_is_the_same(town: Town, tell: Tell) -> None:
    ann = town.id("Ann")
    town.close()
    for already in (False, True):
        done = tell("people", "forget", ann, "--why", "Asked", "--json")
        assert (done.returncode, json.loads(done.stdout)) == (
            0, {"person": ann, "state": "forgotten", "already": already},
        )  # fmt: skip
    assert "had been forgotten already" in tell("people", "forget", ann, "--why", "Again").stdout
    assert json.loads(tell("record", "reconcile", "--json").stdout)["ok"]
    town.app = Town(town.app.settings.data / "another").app  # for the fixture to close


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        pytest.param("nobody", "There is nobody", id="nobody"),
        pytest.param("agatha", "last administrator", id="the last administrator"),
    ],
)
def test_who_may_not_be_forgotten_is_refused_in_one_line(served: Town, tell: Tell, name: str, sentence: str) -> None:
    assert sentence in refused_in_one_line(tell("people", "forget", served.id(name), "--why", "Asked"), code=2)
    assert sentence in refused_in_one_line(
        tell("people", "forget", served.id(name), "--why", "Asked", "--json"), code=2
    )


def test_a_place_has_its_days_and_may_be_an_area(served: Town, tell: Tell) -> None:
    ann = served.id("Ann")

    def adds(kind: str, where: str) -> list[dict[str, Any]]:
        done = tell("people", "change", ann, "place", "add", kind, where, "--json")
        assert done.returncode == 0, done.stderr
        return sorted(json.loads(done.stdout)["places"], key=lambda one: str(one["kind"]))

    adds("responsible", "48.1,16.2 48.3,16.2 48.3,16.5")
    places = adds("trip", "AT from 2031-05-08 until 2031-05-20")
    assert [(one["kind"], one["where"]) for one in places] == [
        ("responsible", {"areas": [[[48.1, 16.2], [48.3, 16.2], [48.3, 16.5], [48.1, 16.2]]]}),
        ("trip", {"country": "AT"}),
    ]
    assert (places[1]["since"], places[1]["until"]) == ("2031-05-08T00:00:00Z", "2031-05-20T00:00:00Z")


@pytest.mark.parametrize(
    ("kind", "where", "sentence"),
    [
        pytest.param("holiday", "AT", "A place is one of home, work, now, trip, responsible.", id="no kind"),
        pytest.param("trip", "AT", "A trip has a beginning and an end.", id="a trip without days"),
        pytest.param("home", "AT from 8 May", "A position is latitude and longitude", id="no day"),
        pytest.param("home", "AT from tomorrow", "is no moment", id="no moment"),
    ],
)
def test_what_is_no_place_is_refused_in_one_line(
    served: Town, tell: Tell, kind: str, where: str, sentence: str
) -> None:
    line = refused_in_one_line(tell("people", "change", served.id("Ann"), "place", "add", kind, where), code=2)
    assert sentence in line


def test_a_hold_stands_in_the_way_until_it_is_released(served: Town, tell: Tell) -> None:
    ann = served.id("Ann")
    for holds in (1, 2):
        done = tell("people", "hold", ann, "--why", "Inquiry", "--json")
        assert json.loads(done.stdout) == {"person": ann, "kind": "person", "state": "on hold", "holds": holds}
    line = refused_in_one_line(tell("people", "forget", ann, "--why", "Asked"), code=2)
    assert "on hold" in line
    assert "Inquiry" not in line
    assert "one hold stands" in tell("people", "release", ann, "--why", "Over").stdout
    assert "on hold no more" in tell("people", "release", ann, "--why", "Over").stdout
    assert "not on hold" in refused_in_one_line(tell("people", "release", ann, "--why", "Over"), code=2)
    assert tell("people", "forget", ann, "--why", "Asked").returncode == 0


def test_an_auditor_places_a_hold_in_their_own_name(served: Town, tell: Tell, tmp_path_factory: Any) -> None:
    file = tmp_path_factory.mktemp("secret") / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    ann = served.id("Ann")
    for name in ROLES:
        done = tell("people", "hold", ann, "--why", "Inquiry", "--as", name, "--passphrase-file", file)
        assert done.returncode == (0 if name == "odo" else 2), name
        assert PASSPHRASE not in done.stdout + done.stderr
    file.write_text("wrong")
    done = tell("people", "release", ann, "--why", "Over", "--as", "odo", "--passphrase-file", file)
    assert "do not fit" in refused_in_one_line(done, code=2)
    with served.app.store.look() as look:
        last = [journal.decode(row, served.app.store.keys) for row in journal.walk(look.connection)][-1]
    assert (last.kind, last.by) == ("PersonHeld", served.id("odo"))


def test_the_list_names_nobody_unless_it_is_asked_to_and_then_not_into_a_file(served: Town, tell: Tell) -> None:
    served.person("Bell\x1b[2J")
    tell("people", "forget", served.id("Ann"), "--why", "Asked")
    tell("people", "hold", served.id("Bell\x1b[2J"), "--why", "Inquiry")
    listed = tell("people", "list")
    assert listed.returncode == 0
    lines = dict(line.split("  ", 1) for line in listed.stdout.splitlines())
    words = " ".join(lines.values())  # without the ids, which chance spells
    assert lines[served.id("Ann")].split() == ["person", "forgotten"]
    assert lines[served.id("Bell\x1b[2J")].split() == ["person", "on", "hold"]
    assert lines[served.id("agatha")].split() == ["person", "known"]
    for name in (*ROLES, "Bell"):
        assert name not in words
    assert "on a terminal only" in refused_in_one_line(tell("people", "list", "--names"), code=2)
    found = json.loads(tell("people", "list", "--names", "--json").stdout)["people"]
    assert {"agatha", "[erased]", "Bell\x1b[2J"} <= {one["name"] for one in found}


def test_on_a_terminal_a_name_cannot_command_it(served: Town, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    served.person("Bell\x1b[2J")
    monkeypatch.setattr("tocsin.cli.people._on_terminal", lambda: True)
    assert "Bell?[2J" in tell("people", "list", "--names").stdout


def test_a_reason_must_be_given(served: Town, tell: Tell) -> None:
    for command in ("forget", "hold", "release"):
        assert tell("people", command, served.id("Ann")).returncode == 2
        assert "Say why" in refused_in_one_line(tell("people", command, served.id("Ann"), "--why", " "), code=2) or (
            command == "release"
        )
