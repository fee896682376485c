"""Measures what it costs that a warning goes out and is answered while very many duties to warn are open.

    python benchmarks/duties.py [DUTIES]

1,000 open duties in as many cases, unless told otherwise, each to one person to whom a notice has gone out, in a temporary
directory on this disc. In one case more a notice goes out, arrives and is answered. It prints what all of the engine's work took
for each, and what the pass over every duty takes that is made once an hour; the first of each kind apart, then the median and
the worst of several.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from timed import RUNS, say

from tocsin.basis.fact import Fact
from tocsin.basis.marking import Mark
from tocsin.flow.duty import must_warn, owed
from tocsin.flow.duty.must_warn import Asked
from tocsin.people.facts import PersonAdded, PersonKind
from tocsin.testing.town import Town
from tocsin.threat.facts import ThreatOpened
from tocsin.warning.duty.facts import DutyOpened, DutyTaken
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.test import Answered, Said, Test
from tocsin.warning.ladder import Ladder
from tocsin.warning.notice.facts import DutyDecided, DutyTest, NoticeApproved, NoticeDrafted, NoticeSent, TearLine

AT_ONCE = 200
YES = Answered(said=Said.YES)
FOUND = Test(credible=YES, specific=YES, impending=YES, grave=YES, directed=YES)


def main(duties: int) -> None:
    """Fill a town, measure, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder, Town(Path(folder)) as town:
        for start in range(0, duties, AT_ONCE):
            facts = [fact for n in range(start, min(start + AT_ONCE, duties)) for fact in _owed(town, n)]
            town.app.store.commit(facts, at=town.now, by=town.duty_officer.id, command=f"owed:{start}")
        town.app.store.finish(*(errand.seq for errand in town.app.store.errands()))
        town.case()
        for n in range(RUNS + 1):
            town.person(f"neighbour {n}")
        _go_out(town)
        say("every duty looked through, as once an hour", lambda _n: owed.take_in_all(town.house, town.now))


def _owed(town: Town, n: int) -> list[Fact]:
    """Return the facts of a case in which somebody is to be warned, and a notice to them has gone out."""
    now, by, case, person, notice = town.now, town.duty_officer.id, f"case{n}", f"person{n}", f"notice{n}"
    words = TearLine(what="The bridge may fall", action="Keep off the bridge")
    ladder = Ladder()
    return [
        PersonAdded(subject=person, occurred_at=now, person_kind=PersonKind.PERSON, name=f"Person {n}"),
        ThreatOpened(subject=case, occurred_at=now, title=f"Case {n}", zone="UTC", owner=by),
        DutyOpened(
            subject=f"duty{n}", occurred_at=now, threat=case, side=Side.VICTIM, whom=(person,), author=by, owner=by,
            ladder=ladder, decide_s=21_600, deliver_s=43_200, decide_by=now + timedelta(hours=6), deliver_by=now + timedelta(hours=12),
        ),
        DutyTaken(subject=f"duty{n}", occurred_at=now, decider=by, why="They live beside it."),
        DutyDecided(
            subject=notice, occurred_at=now, threat=case, tell=True, test=DutyTest(), why="They live beside it.", decider=by
        ),
        NoticeDrafted(
            subject=notice, occurred_at=now, threat=case, author=by, recipients=(person,), tear_line=words, mark=Mark.GREEN,
            readers=(), begins=now, ends=now + timedelta(days=9), ladder=ladder,
        ),
        NoticeApproved(subject=notice, occurred_at=now, approver=by),
        NoticeSent(subject=notice, occurred_at=now, tear_line=words, mark=Mark.GREEN),
    ]  # fmt: skip


def _go_out(town: Town) -> None:
    """Let notices go out and be answered, each under a duty of its own."""
    notices: list[str] = []
    sides = [Asked(side=Side.VICTIM, whom=(town.id(f"neighbour {n}"),), warn=True, why="So.") for n in range(RUNS + 1)]
    must_warn.ask(
        town.house, town.id(town.case()), sides, FOUND, by=town.duty_officer.id, command="ask", now=town.now
    )  # fmt: skip
    town.work()
    say("a notice is written, goes out and arrives", lambda n: notices.append(_send(town, n)))
    say("it is answered", lambda n: town.answers(f"neighbour {n}", notices[n], "acting"))


def _send(town: Town, n: int) -> str:
    return town.duty_officer.issues_notice(f"neighbour {n}", mark=Mark.GREEN)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
