"""Who has answered is not silent, also when the answer comes in the very moment in which someone would be rung."""

from datetime import timedelta
from pathlib import Path

from tocsin.testing.town import Town


def test_an_answer_in_the_last_moment_rings_nobody(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.person("the miller")
        notice = town.duty_officer.issues_notice(to="the miller", patience=timedelta(minutes=15))
        town.clock.advance(timedelta(minutes=15))
        town.answers("the miller", notice, "received")
        assert town.phone("the deputy").calls == []
        (watch,) = town.watches(notice, "silence")
        assert (watch.rings, watch.settled_how) == ((), "answered")
        town.reconcile()
