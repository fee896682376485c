"""How long it takes to say who is warned: people with places in a real directory, from cold and then warm.

    .venv/bin/python benchmarks/audience_preview.py [PEOPLE] [DIRECTORY]

It fills the directory with invented people on a disc of 100 km, unless it is there already, and prints one JSON value: the
first preview (cold: every place is decrypted), later ones (warm), the desk's page of it, one after a hundred people have
moved, and the list that is sent to.
"""

import json
import math
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tocsin.app import App
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.basis.words import ENGLISH
from tocsin.flow.warning import warn
from tocsin.flow.warning.audience import listed, preview
from tocsin.people import where
from tocsin.people.facts import ContactAdded, PersonAdded, PersonKind, PlaceKind, PlaceSaid
from tocsin.places import circle_ring
from tocsin.settings import Settings
from tocsin.store.door import Door
from tocsin.testing.clock import TownClock
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.alert.state import Alert
from tocsin.warning.audience import Part, Within
from tocsin.warning.ladder import Ladder, Rung
from tocsin.web.desk.fill.audience import audience_page
from tocsin.web.desk.views.shell import Shell
from tocsin.web.render import Pages

NOW = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)
CENTRE = (51.05, 4.05)
AT_ONCE = 5_000
CHANNELS = ("mail", "sms", "webhook")
PAGES = Pages(lambda _: ENGLISH)


def spot(chance: random.Random, km: float) -> tuple[float, float]:
    """Return a point of a disc round the centre, as many near it as far from it."""
    far, turn = km * math.sqrt(chance.random()), chance.random() * 2 * math.pi
    lat = CENTRE[0] + far * math.sin(turn) / 111.2
    return lat, CENTRE[1] + far * math.cos(turn) / (111.2 * math.cos(math.radians(lat)))


def someone(app: App, number: int, chance: random.Random) -> list[Any]:
    """Return the facts of one invented person: a language, a contact point, a place."""
    id = app.store.new_id()
    added = PersonAdded(
        subject=id, occurred_at=NOW, person_kind=PersonKind.PERSON, name=f"Person {number}",
        languages=(chance.choice(("en", "fr", "nl")),), exercise=True,
    )  # fmt: skip
    contact = ContactAdded(
        subject=app.store.new_id(),
        occurred_at=NOW,
        person=id,
        channel=chance.choice(CHANNELS),
        address=f"p{number}@example.invalid",
    )
    return [added, contact, place(app, id, chance)]


def place(app: App, person: str, chance: random.Random) -> PlaceSaid:
    """Return where someone lives, or, of every tenth, where they were two days ago."""
    stale = chance.random() < 0.1
    return PlaceSaid(
        subject=app.store.new_id(),
        occurred_at=NOW - timedelta(days=2) if stale else NOW,
        person=person,
        place_kind=PlaceKind.NOW if stale else PlaceKind.HOME,
        where=where.write(where.Where(point=spot(chance, 100.0), country="BE")),
    )


def fill(app: App, people: int) -> None:
    """Enter invented people, and an alert to whoever is within 15 km."""
    chance = random.Random(7)  # noqa: S311  nothing is kept secret by it
    desk = app.store.new_id()
    officer = PersonAdded(subject=desk, occurred_at=NOW, person_kind=PersonKind.PERSON, name="Desk", exercise=True)
    phone = ContactAdded(
        subject=app.store.new_id(), occurred_at=NOW, person=desk, channel="mail", address="desk@example.invalid"
    )
    app.store.commit([officer, phone], at=NOW, by="bench", command="desk")
    for start in range(0, people, AT_ONCE):
        facts = [fact for number in range(start, min(start + AT_ONCE, people)) for fact in someone(app, number, chance)]
        app.store.commit(facts, at=NOW, by="bench", command=f"people:{start}")
    draft = AlertDrafted(
        subject="alert", occurred_at=NOW, threat=None, author=desk, sender="bench@example.invalid", sender_name="Bench",
        wordings=(Wording(language="en", headline="Keep off", event="Test", description="-", instruction="Keep off."),),
        areas=(Area(name="The area", polygon=circle_ring(CENTRE, 15.0)),), begins=NOW, ends=NOW + timedelta(days=1),
        ladder=Ladder(rungs=(Rung(to=desk, after_s=900),)), audience=(Part(within=(Within(own=True),)),), exercise=True,
    )  # fmt: skip
    warn.draft_alert(app.house, draft, by=desk, command="draft", now=NOW)


def timed(run: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1_000


def main() -> None:
    """Fill, ask, and print."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        data = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder) / "data"
        app = App(
            Settings(data=data, organisation="Bench"), clock=TownClock(NOW), holder="bench", base_url="", exercise=True
        )
        if app.store.recall("bench") is None:
            fill(app, people)
            app.store.remember("bench", "filled")
        print(json.dumps({"people": people, **measure(app)}))
        app.close()


def measure(app: App) -> dict[str, Any]:
    """Return what each question takes, in milliseconds."""

    def look(ask: Callable[..., Any]) -> Any:
        with app.store.look() as one:
            return ask(one, one.get(Alert, "alert"), CHANNELS, NOW)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cold = timed(lambda: look(preview))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    warm = [timed(lambda: look(preview)) for _ in range(7)]
    chance = random.Random(8)  # noqa: S311
    with app.store.look() as one:
        roll = one.roll(placed=True)
    moved = [place(app, person, chance) for person in roll.names(roll.numbers(roll.names(chance_of(len(roll)))))]
    app.store.commit(moved, at=NOW, by="bench", command=app.store.new_id())
    after_moves = timed(lambda: look(preview))
    sent = [timed(lambda: [len(part) for part in look(listed).parts(20_000)]) for _ in range(5)]
    pages = [timed(lambda: page(app)) for _ in range(7)][2:]  # the first ones read the templates and the map
    counts = look(preview).counts
    return {
        "cold_ms": round(cold), "warm_ms": round(statistics.median(warm), 1), "warm_worst_ms": round(max(warm), 1),
        "page_ms": round(statistics.median(pages), 1), "after_100_moved_ms": round(after_moves, 1), "list_ms": round(statistics.median(sent), 1),
        "known": counts.known, "stale": counts.stale, "outside": counts.outside,
        "rss_mib": round(after / 1024), "rss_grew_mib": round((after - before) / 1024),
    }  # fmt: skip


def page(app: App) -> str:
    """Return the desk's page of the audience, found out, filled and drawn."""
    shell = Shell(exercise=True, signed_in="Bench", role="duty_officer", now=NOW, zone="UTC")
    reader = Reader(person="bench", roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER)
    with app.store.look() as one:
        door, told = Door(one, reader), one.get(Alert, "alert")
        view = audience_page(door, told, preview(one, told, CHANNELS, NOW), shell, ENGLISH)
    return PAGES.render(view) if view is not None else ""


def chance_of(size: int) -> Any:
    """Return a hundred numbers, spread evenly."""
    import numpy as np  # noqa: PLC0415

    return np.linspace(0, size - 1, 100).astype(np.uint32)


if __name__ == "__main__":
    main()
