"""Measures what cases cost: opening a large one, and holding a new incident against very many open ones.

    python benchmarks/cases.py [CASES [REPORTS]]

10,000 open cases and a case with 5,000 linked reports, unless told otherwise, in a temporary directory on this disc.
It prints the median and the worst of several runs; the first of each kind, which fills what is kept in memory, apart.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from tocsin.basis.marking import Mark, Reader, Role
from tocsin.basis.words import ENGLISH
from tocsin.flow import receive
from tocsin.flow.fitting import proposed_to_cases
from tocsin.report.facts import IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.report.state import fold_incident
from tocsin.store.door import Door
from tocsin.testing.town import Town
from tocsin.threat.facts import ActorListed, Bearing, EvidenceLinked, ThreatOpened
from tocsin.threat.particulars import Particulars, TargetClass, Where
from tocsin.web.desk.fill import case_page
from tocsin.web.desk.views.lists import CasesPage
from tocsin.web.desk.views.shell import Shell
from tocsin.web.render import Pages

AT_ONCE = 500
RUNS = 9


def main(cases: int, reports: int) -> None:
    """Fill a town, measure, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder, Town(Path(folder)) as town:
        _open_cases(town, cases)
        case = _large_case(town, reports)
        _fit(town, cases)
        _show(town, case, reports)


def _open_cases(town: Town, cases: int) -> None:
    by, now = town.watch_officer.id, town.now
    actors = [ActorListed(subject=f"actor{n}", occurred_at=now, name=f"Group {n}") for n in range(50)]
    town.app.store.commit(actors, at=now, by=by, command="actors")
    for start in range(0, cases, AT_ONCE):
        facts = [_case(town, n) for n in range(start, min(start + AT_ONCE, cases))]
        town.app.store.commit(facts, at=now, by=by, command=f"cases:{start}")


def _case(town: Town, n: int) -> ThreatOpened:
    lat, lon = -60 + n * 0.61803 % 120, -180 + n * 2.61803 % 360
    return ThreatOpened(
        subject=f"case{n}",
        occurred_at=town.now,
        title=f"Case {n}",
        zone="UTC",
        owner=town.duty_officer.id,
        actors=(f"actor{n % 50}",),
        targets=(("Concerts", "The embassy", "A hotel", "The bridge")[n % 4],),
        particulars=Particulars(
            target_classes=(list(TargetClass)[n % len(TargetClass)],),
            places=(Where(name=f"Town {n}", country=("RU", "IR", "ZA", "FR", "KE")[n % 5], circle=(lat, lon, 20.0)),),
        ),
    )


def _large_case(town: Town, reports: int) -> str:
    by, now = town.watch_officer.id, town.now
    source = SourceListed(subject="s", occurred_at=now, name="Press", source_kind="press", reliability=Reliability.C)
    town.app.store.commit([source, _case(town, 10_000_000)], at=now, by=by, command="large")
    case = "case10000000"
    for start in range(0, reports, AT_ONCE):
        facts: list[ReportReceived | EvidenceLinked] = []
        for n in range(start, min(start + AT_ONCE, reports)):
            received = ReportReceived(
                subject=f"report{n}",
                occurred_at=now + timedelta(seconds=n),
                source="s",
                title=f"Report {n}",
                text="Somebody was seen near the hall. " * 20,
                mark=Mark.CLEAR,
                relays=f"report{n - 1}" if n % 4 else None,
            )
            link = EvidenceLinked(
                subject=case,
                occurred_at=now + timedelta(seconds=n),
                item=f"report{n}",
                item_kind="report",
                bearing=Bearing.FOR,
            )
            facts += [received, link]
        town.app.store.commit(facts, at=now, by=by, command=f"reports:{start}")
    return case


def _fit(town: Town, cases: int) -> None:
    def noted(n: int) -> IncidentNoted:
        return IncidentNoted(
            subject=f"incident{n}",
            occurred_at=town.now,
            what="A cell is stopped before it could attack a concert",
            where="Town",
            point=(55.75, 37.62),
            actor="actor7",
            published_at=town.now,
            country="RU",
        )

    def propose(n: int) -> None:
        with town.app.store.look() as look:
            proposed_to_cases(look, fold_incident(None, noted(n)), town.now)

    def note(n: int) -> None:
        receive.note_incident(town.house, noted(n), by=town.watch_officer.id, command=f"incident:{n}", now=town.now)

    _say(f"proposals for an incident, {cases} open cases", propose)
    _say("the same, with the proposals made durable", note)


def _show(town: Town, case: str, reports: int) -> None:
    reader = Reader(person=town.duty_officer.id, roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER_STRICT)
    pages = Pages(lambda _tag: ENGLISH)
    shell = Shell(
        exercise=True, signed_in="", role="duty_officer", now=town.now, zone="UTC", csrf="", waiting=0, organisation=""
    )

    def show(_n: int) -> None:
        with town.app.store.look() as look:
            view = case_page(Door(look, reader), case, shell, ENGLISH) or CasesPage(shell=shell)
        pages.render(view)

    _say(f"a case with {reports} linked reports, filled and rendered", show)


def _say(what: str, do: Callable[[int], None]) -> None:
    took, used = [], []
    for n in range(RUNS + 1):
        began, began_used = perf_counter(), process_time()
        do(n)
        took.append((perf_counter() - began) * 1_000)
        used.append((process_time() - began_used) * 1_000)
    again = f"then {median(took[1:]):.1f} ms, at best {min(took[1:]):.1f}, at worst {max(took[1:]):.1f}"
    print(f"{what}: first {took[0]:.0f} ms, {again}; of the processor {median(used[1:]):.1f} ms")


if __name__ == "__main__":
    asked = [int(one) for one in sys.argv[1:]]
    main(*(asked + [10_000, 5_000][len(asked) :]))
