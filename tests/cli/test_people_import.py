"""tocsin people import: the same whether a server runs or the directory is at rest; names stay in the list."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import refused_in_one_line
from tocsin.flow.people.rows import person_of
from tocsin.people.state import Person
from tocsin.testing.town import Town

Tell = Callable[..., Any]
ROWS = "id,kind,name,mail,organisation,post,shoe size\nmill,organisation,The mill,,,,\n7,,Ann SECRET,a@secret.example,mill,cook,38\n8,,Bell,nowhere,,,\n"


@pytest.fixture(name="list_")
def _list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("lists") / "list.csv"
    file.write_text(ROWS)
    return file


def lines(done: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_dry_run_shows_each_rows_fate_and_writes_nothing(served: Town, tell: Tell, list_: Path) -> None:
    with served.app.store.look() as look:
        before = look.journal_size()
    done = tell("people", "import", list_, "--dry-run")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "line 2: new",
        "line 3: new",
        "line 4: refused: mail: This is no mail address. Write one like name@example.org, without a name before it.",
        "3 rows: 2 new, 0 changed, 0 unchanged, 1 refused. Nothing was written: this was a dry run.",
    ]
    assert done.stderr == "Columns that Tocsin does not know were left alone: 7.\n"
    assert lines(tell("people", "import", list_, "--dry-run", "--json"))[-1] == {
        "rows": 3, "new": 2, "changed": 0, "unchanged": 0, "refused": 1, "dry_run": True, "columns_not_taken": [7],
    }  # fmt: skip
    with served.app.store.look() as look:
        assert look.journal_size() == before


def test_it_is_taken_in_by_the_server_and_again_it_changes_nothing(served: Town, tell: Tell, list_: Path) -> None:
    first, second = (lines(tell("people", "import", list_, "--json")) for _ in range(2))
    assert [line["line"] for line in first[:-1]] == [4]
    assert (first[-1]["new"], second[-1]["unchanged"]) == (2, 2)
    with served.app.store.look() as look:
        assert look.get(Person, person_of(served.house, "7")).name == "Ann SECRET"
    list_.write_text(ROWS.replace("Ann", "Anne"))
    done = tell("people", "import", list_, "--dry-run")
    assert "line 3: changed: name" in done.stdout
    assert "SECRET" not in done.stdout + done.stderr


def test_at_rest_it_is_the_same(town: Town, tell: Tell, list_: Path) -> None:
    town.close()
    assert lines(tell("people", "import", list_, "--json"))[-1]["new"] == 2
    assert lines(tell("people", "import", list_, "--json"))[-1]["unchanged"] == 2
    assert json.loads(tell("record", "reconcile", "--json").stdout)["ok"]
    town.app = Town(town.app.settings.data / "another").app  # for the fixture to close


def test_a_list_longer_than_one_line_to_the_server_goes_in_portions(served: Town, tell: Tell, list_: Path) -> None:
    list_.write_text("id,name\n" + "".join(f"{n},{'x' * 300}\n" for n in range(600)))
    assert lines(tell("people", "import", list_, "--json"))[-1]["new"] == 600


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        pytest.param("name\nSECRET\n", (), "is the key", id="no key"),
        pytest.param("id,name\n7,Ann\n", ("--map", "Number=id"), "called 'Number'", id="a heading that is not there"),
        pytest.param("id,name\n7,Ann\n", ("--map", "id"), "THEIRS=OURS", id="half a renaming"),
        pytest.param("id,name\n7,Ann\n", ("--encoding", "x"), "no encoding", id="no encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    common: Town, tmp_path: Path, list_: Path, text: str, words: tuple[str, ...], sentence: str
) -> None:
    from tests.faults.processes import run_here  # noqa: PLC0415

    list_.write_text(text)
    done = run_here("people", "import", list_, *words, "--data", common.app.settings.data)
    assert sentence in refused_in_one_line(done, code=2)
    assert "SECRET" not in done.stderr


def test_a_tab_may_be_said_and_headings_renamed(served: Town, tell: Tell, list_: Path) -> None:
    list_.write_text("Nummer\tNaam\n7\tAnn\n")
    done = tell("people", "import", list_, "--delimiter", "\\t", "--map", "Nummer=id", "--map", "Naam=name", "--json")
    assert (done.returncode, lines(done)[-1]["new"]) == (0, 1)


def test_trips_are_taken_in_by_their_own_command(served: Town, tell: Tell, list_: Path) -> None:
    tell("people", "import", list_)
    list_.write_text("person,country,from,until\n7,FR,2031-05-06,2031-05-08\nnobody,FR,2031-05-06,2031-05-08\n")
    done = tell("people", "trips", list_, "--dry-run")
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "line 2: new"
    assert lines(tell("people", "trips", list_, "--json"))[-1]["new"] == 1
    assert lines(tell("people", "trips", list_, "--json"))[-1]["unchanged"] == 1
    list_.write_text("name\nSECRET\n")
    assert "country" in refused_in_one_line(tell("people", "trips", list_), code=2)


def test_a_calendar_is_taken_in_for_somebody(served: Town, tell: Tell, list_: Path) -> None:
    tell("people", "import", list_)
    file = list_.with_name("ann.ics")
    event = "BEGIN:VEVENT\nUID:t1\nDTSTART;VALUE=DATE:20310506\nLOCATION:{}\nEND:VEVENT\n"
    file.write_text(f"BEGIN:VCALENDAR\n{event.format('فيينا')}{event.format('SECRET')}END:VCALENDAR\n")
    assert "--person KEY" in refused_in_one_line(tell("people", "trips", file), code=2)
    done = tell("people", "trips", file, "--person", "7", "--zone", "Europe/Vienna", "--dry-run")
    assert done.returncode == 1
    first, second, _ = done.stdout.splitlines()
    assert first == "line 2: new (Vienna, Austria)"
    assert second.startswith("line 7: refused: place: no town")
    assert "SECRET" not in done.stdout + done.stderr
    taken = lines(tell("people", "trips", file, "--person", "7", "--json"))
    assert taken[-1]["new"] == 1
    again = lines(tell("people", "trips", file, "--person", "7", "--dry-run", "--json"))
    assert (again[0]["became"], again[0]["town"]) == ("unchanged", "Vienna, Austria")
