"""Measures what cases cost: opening a large one, writing a notice in it, listing very many, and holding an incident against them.

    python benchmarks/cases.py [CASES [REPORTS]]

10,000 open cases and a case with 5,000 linked reports, unless told otherwise, in a temporary directory on this disc. The reports
say some 20,000 different words, a few of them very often, as reports do; every twentieth is stricter than the notice.
It prints the median and the worst of several runs; the first of each kind, which fills what is kept in memory, apart, but for
what the templates of pages are compiled to, which is kept from run to run.
"""

import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path
from random import Random

from timed import say

from tocsin.basis.marking import Mark, Reader, Role
from tocsin.basis.words import ENGLISH
from tocsin.flow.report import receive
from tocsin.flow.threat.fitting import proposed_to_cases
from tocsin.flow.warning import warn
from tocsin.flow.warning.tear_line import flags_in
from tocsin.report.facts import Claim, IncidentNoted, Reliability, ReportReceived, SourceListed
from tocsin.report.state import fold_incident
from tocsin.store.door import Door
from tocsin.testing.town import Town
from tocsin.threat.facts import ActorListed, Bearing, EvidenceLinked, ThreatOpened
from tocsin.threat.particulars import Particulars, TargetClass, Where
from tocsin.warning.notice.facts import DutyTest, NoticeDrafted, TearLine
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill import case_page, cases_page, watch_board
from tocsin.web.desk.views.lists import CasesPage
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View
from tocsin.web.render import Pages

AT_ONCE = 500
WORDS = 15_000
SYLLABLES = ["".join(one) for one in product("bdfgklmnprstvz", "aeiou", ("", "l", "n", "r"))]


def main(cases: int, reports: int) -> None:
    """Fill a town, measure, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder, Town(Path(folder)) as town:
        _open_cases(town, cases)
        case = _large_case(town, reports)
        _fit(town, cases)
        _show(town, case, reports)
        _write_notice(town, case, reports)


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
                text=_said(n, 120),
                claims=(Claim(text=_said(-n, 12)), Claim(text=_said(-n - 1, 12))),
                mark=Mark.CLEAR if n % 20 else Mark.AMBER,
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


def _said(n: int, count: int) -> str:
    """Return so many words, always the same for a number."""
    rolled = Random(n)  # noqa: S311  nothing is kept secret by it
    words = [_word(int(WORDS ** rolled.random())) for _ in range(count)]
    for at in range(0, count, 12):
        words[at] = words[at].capitalize()
        words[at + 11] += "."
    words[5] = f"at {rolled.randrange(24):02}:{rolled.randrange(60):02}"
    return " ".join(words)


def _word(rank: int) -> str:
    first, last = divmod(rank, len(SYLLABLES))
    return (SYLLABLES[first] if first else "") + SYLLABLES[last]


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

    say(f"proposals for an incident, {cases} open cases", propose)
    say("the same, with the proposals made durable", note)


def _show(town: Town, case: str, reports: int) -> None:
    reader = Reader(person=town.duty_officer.id, roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER_STRICT)
    pages = Pages(lambda _tag: ENGLISH)
    shell = Shell(
        exercise=True, signed_in="", role="duty_officer", now=town.now, zone="UTC", csrf="", waiting=0, organisation=""
    )

    def show(fill: Callable[[Door], View | None]) -> Callable[[int], None]:
        def shown(_n: int) -> None:
            with town.app.store.look() as look:
                view = fill(Door(look, reader)) or CasesPage(shell=shell)
            pages.render(view)

        return shown

    say(
        f"a case with {reports} linked reports, filled and rendered",
        show(lambda door: case_page(door, case, shell, ENGLISH)),
    )
    say("the board, filled and rendered", show(lambda door: watch_board(door, shell, ENGLISH)))
    say("the list of cases, filled and rendered", show(lambda door: cases_page(door, shell, ENGLISH)))


def _write_notice(town: Town, case: str, reports: int) -> None:
    town.person("the miller")
    warn.decide_duty(
        town.house, "notice", case, tell=True, test=DutyTest(), why="They live there.",
        by=town.duty_officer.id, command="decide", now=town.now,
    )  # fmt: skip
    draft = NoticeDrafted(
        subject="notice", occurred_at=town.now, threat=case, author=town.watch_officer.id, recipients=(town.id("the miller"),),
        tear_line=TearLine(what=f"An attack at 19:30. {_said(0, 24)}", where="The hall", action="Stay at home."),
        mark=Mark.GREEN, readers=(), begins=town.now, ends=town.now + timedelta(hours=48), ladder=town.ladder(timedelta(minutes=15)),
    )  # fmt: skip
    warn.draft_notice(town.house, draft, by=draft.author, command="draft", now=town.now)

    def check(_n: int) -> None:
        with town.app.store.look() as look:
            flags_in(look, look.get(Notice, "notice"))

    say(f"a notice held against the case's {reports} reports", check)


if __name__ == "__main__":
    asked = [int(one) for one in sys.argv[1:]]
    main(*(asked + [10_000, 5_000][len(asked) :]))
