"""tocsin rota import: a calendar becomes shifts, of people who are known here, all of them or none."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import refused_in_one_line
from tocsin.people.rota import Rota
from tocsin.testing.town import Town

Tell = Callable[..., Any]


def calendar(file: Path, town: Town, *who: str, more: str = "") -> Path:
    begins = town.now + timedelta(days=1)
    each = [
        f"BEGIN:VEVENT\nUID:{n}\nSUMMARY:{name}\nDTSTART:{begins + timedelta(hours=n):%Y%m%dT%H%M%SZ}\n"
        f"DURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\n{more}END:VEVENT\n"
        for n, name in enumerate(who)
    ]
    file.write_text("".join(["BEGIN:VCALENDAR\n", *each, "END:VCALENDAR\n"]))
    return file


def rotas(town: Town) -> list[Rota]:
    with town.app.store.look() as look:
        return look.all(Rota)


def test_a_calendar_is_taken_in_and_taken_in_again(served: Town, tell: Tell, tmp_path: Path) -> None:
    file = calendar(tmp_path / "nights.ics", served, "Ann", "  wren ")
    dry = tell("rota", "import", "Nights", str(file), "--dry-run")
    assert (dry.returncode, rotas(served)) == (0, [])
    assert "line 2: taken: 2 shifts" in dry.stdout
    assert "2 events: 2 taken, 0 left out, 0 refused. Nothing was written." in dry.stdout
    assert "Ann" not in dry.stdout
    done = tell("rota", "import", "Nights", str(file), "--zone", "Europe/Vienna", "--json")
    said = json.loads(done.stdout)
    (rota,) = rotas(served)
    assert (said["new"], said["written"], said["rota"], rota.zone) == (True, True, rota.id, "Europe/Vienna")
    assert {served.named(one.person or "") for one in rota.shifts} == {"Ann", "wren"}
    assert len(rota.shifts) == 4
    tell("rota", "import", "NIGHTS", str(calendar(file, served, "Ann")))
    (after,) = rotas(served)
    assert (after.id, len(after.shifts)) == (rota.id, 2)


def test_nothing_is_saved_by_half(served: Town, tell: Tell, tmp_path: Path) -> None:
    served.person("Twin")
    served.app.store.commit([_twin(served)], at=served.now, by="town", command="twin")
    done = tell("rota", "import", "Nights", str(calendar(tmp_path / "n.ics", served, "Ann", "Zoe", "TWIN")))
    assert (done.returncode, rotas(served)) == (1, [])
    assert "line 9: refused: SUMMARY: nobody here is called so" in done.stdout
    assert "line 16: refused: SUMMARY: 2 people here are called so" in done.stdout
    assert "Nothing was written" in done.stdout
    assert "Zoe" not in done.stdout + done.stderr


def _twin(town: Town) -> Any:
    from tocsin.people.facts import PersonAdded, PersonKind  # noqa: PLC0415

    return PersonAdded(subject="twin", occurred_at=town.now, person_kind=PersonKind.PERSON, name="twin")


def test_whoever_is_invited_is_found_by_name_or_address(served: Town, tell: Tell, tmp_path: Path) -> None:
    more = 'ATTENDEE;CN="wren":mailto:nobody@example.org\nATTENDEE:mailto:ANN\n'  # the town writes to Ann at "Ann"
    file = calendar(tmp_path / "n.ics", served, "Night shift", more=more)
    assert tell("rota", "import", "Nights", str(file)).returncode == 0
    (rota,) = rotas(served)
    assert sorted(served.named(one.person or "") for one in rota.shifts) == ["Ann", "Ann", "wren", "wren"]


def test_turns_become_shifts_and_their_hours_go(served: Town, tell: Tell, tmp_path: Path) -> None:
    served.rota("Nights", "Ann")
    assert tell("rota", "import", "Nights", str(calendar(tmp_path / "n.ics", served, "wren"))).returncode == 0
    (rota,) = rotas(served)
    assert (rota.members, len(rota.shifts)) == ((), 2)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("hello", "begins with BEGIN:VCALENDAR"),
        ("", "begins with BEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "ends before END:VEVENT"),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "no shift in the next 400 days"),
        ("BEGIN:VCALENDAR\n" + "X-A:b\n" * 200_000 + "END:VCALENDAR\n", "larger than"),
    ],
)
def test_what_is_no_calendar_is_refused(common: Town, tmp_path_factory: Any, words: str, sentence: str) -> None:
    file = tmp_path_factory.mktemp("bad") / "bad.ics"
    file.write_text(words)
    from tests.faults.processes import run_here  # noqa: PLC0415

    done = run_here("rota", "import", "Nights", str(file), "--data", str(common.app.settings.data))
    assert sentence in refused_in_one_line(done, code=2)


def test_a_directory_at_rest_takes_it_too(tmp_path: Path) -> None:
    from tests.cli.conftest import filled  # noqa: PLC0415
    from tests.faults.processes import run_here  # noqa: PLC0415

    with filled(tmp_path / "data") as town:
        file = calendar(tmp_path / "n.ics", town, "Ann")
    bad = run_here("rota", "import", "Nights", "nowhere.ics", "--data", str(tmp_path / "data"))
    assert "There is no file" in refused_in_one_line(bad, code=2)
    bad = run_here("rota", "import", "Nights", str(file), "--zone", "Mars", "--data", str(tmp_path / "data"))
    assert "IANA" in refused_in_one_line(bad, code=2)
