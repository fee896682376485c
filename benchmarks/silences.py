"""Measures what it costs that a warning goes out and is answered while the recipients of very many others are silent.

    python benchmarks/silences.py [SILENCES]

1,000 notices in as many cases, unless told otherwise, each to one person who has not answered, in a temporary directory on this
disc. In one case more a notice goes out and is answered. It prints what all of the engine's work took for each; what the pass over
every silence takes that is made once an hour; and what an answer takes where all who are silent are institutions that one notice
went to. The first of each kind stands apart, then the median and the worst of several.
"""

import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from timed import RUNS, say

from tocsin.answer.facts import WatchOpened, Why
from tocsin.basis.fact import Fact
from tocsin.basis.marking import Mark
from tocsin.flow.answer import silence
from tocsin.people.facts import PersonAdded, PersonKind
from tocsin.testing.town import Town
from tocsin.threat.facts import ThreatOpened
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.notice.facts import DutyDecided, DutyTest, NoticeApproved, NoticeDrafted, NoticeSent, TearLine

AT_ONCE = 200


def main(silences: int) -> None:
    """Fill a town, measure, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder, Town(Path(folder)) as town:
        for start in range(0, silences, AT_ONCE):
            facts = [fact for n in range(start, min(start + AT_ONCE, silences)) for fact in _silent(town, n)]
            town.app.store.commit(facts, at=town.now, by=town.duty_officer.id, command=f"silent:{start}")
        town.app.store.finish(*(errand.seq for errand in town.app.store.errands()))
        town.case()
        for n in range(RUNS + 1):
            town.person(f"neighbour {n}")
        notices: list[str] = []
        say("a notice goes out and arrives", lambda n: notices.append(_send(town, f"neighbour {n}")))
        say("it is answered", lambda n: town.answers(f"neighbour {n}", notices[n], "acting"))
        say("every silence looked through, as once an hour", lambda _n: silence.settle_all(town.house, town.now))
    with tempfile.TemporaryDirectory() as folder, Town(Path(folder)) as town:
        names = [f"institution {n}" for n in range(silences)]
        for name in names:
            town.institution(name)
        notice = _send(town, *names)
        say("one of so many institutions answers", lambda n: town.answers(names[n], notice, "acting"))


def _silent(town: Town, n: int) -> Iterator[Fact]:
    """Yield the facts of a case in which a notice went out to somebody who is silent."""
    now, by, case, person, notice = town.now, town.duty_officer.id, f"case{n}", f"person{n}", f"notice{n}"
    words = TearLine(what="The bridge may fall", action="Keep off the bridge")
    ladder = Ladder(rungs=(Rung(to=by, after_s=900),))
    yield PersonAdded(subject=person, occurred_at=now, person_kind=PersonKind.PERSON, name=f"Person {n}")
    yield ThreatOpened(subject=case, occurred_at=now, title=f"Case {n}", zone="UTC", owner=by)
    yield DutyDecided(
        subject=notice, occurred_at=now, threat=case, tell=True, test=DutyTest(), why="They live beside it.", decider=by
    )
    yield NoticeDrafted(
        subject=notice, occurred_at=now, threat=case, author=by, recipients=(person,), tear_line=words, mark=Mark.GREEN,
        readers=(), begins=now, ends=now + timedelta(days=9), ladder=ladder,
    )  # fmt: skip
    yield NoticeApproved(subject=notice, occurred_at=now, approver=by)
    yield NoticeSent(subject=notice, occurred_at=now, tear_line=words, mark=Mark.GREEN)
    yield WatchOpened(subject=f"watch{n}", occurred_at=now, warning=notice, of=person, why=Why.SILENCE, ladder=ladder)


def _send(town: Town, *to: str) -> str:
    return town.duty_officer.issues_notice(*to, mark=Mark.GREEN)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
