"""A notice is begun, written and let out by processes that die before and after each commit; said again, each step is done once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.test_every_commit import Died
from tocsin.basis.marking import Mark
from tocsin.flow.duty import must_warn
from tocsin.flow.warning import notice_draft as flow
from tocsin.flow.warning import tear_line
from tocsin.store.store import Store
from tocsin.testing.town import Town
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Duty
from tocsin.warning.duty.test import Test
from tocsin.warning.notice.facts import NoticeDrafted, ReleaseAnswered, TearLine
from tocsin.warning.notice.state import Notice, NoticeStage

MARKER = "Zwirbelstein"


def dying(monkeypatch: pytest.MonkeyPatch, step: Callable[[], None]) -> None:
    """Take a step that dies before its commit, that dies after it, and that is left alone."""
    real = Store.commit

    def before(*args: Any, **named: Any) -> Any:
        raise Died

    def after(*args: Any, **named: Any) -> Any:
        real(*args, **named)
        raise Died

    for commit in (before, after):
        with monkeypatch.context() as patched:
            patched.setattr(Store, "commit", commit)
            with pytest.raises(Died):
                step()
    step()


def test_each_step_is_done_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Town(tmp_path) as town:
        town.person("the miller")
        case = town.id(town.case())
        town.report(f"{MARKER} told us: on 22 March.", mark=Mark.AMBER_STRICT)
        town.bears_on_the_case(f"{MARKER} told us: on 22 March.")
        wren, dean, now, id = town.watch_officer.id, town.duty_officer.id, town.now, town.id("notice")
        asked = must_warn.Asked(side=Side.VICTIM, whom=(town.id("the miller"),), warn=True, why="They live there.")
        must_warn.ask(town.house, case, [asked], Test(), by=dean, command="ask", now=now)
        with town.app.store.look() as look:
            (duty,) = look.all(Duty)
        draft = NoticeDrafted(
            subject=id, occurred_at=now, threat=case, author=wren, recipients=(town.id("the miller"),),
            tear_line=TearLine(what=f"{MARKER} fears for it on 22 March"), mark=Mark.AMBER, readers=(wren,), begins=now,
            ends=now + timedelta(hours=48), ladder=town.ladder(timedelta(minutes=15)), release_by=("The abbey",), exercise=True,
        )  # fmt: skip

        def written(seen: int, **more: Any) -> None:
            drafted = flow.as_written(town.notice("notice"), wren, now)
            flow.write(town.house, drafted, seen=seen, by=wren, command=f"write:{seen}", now=now, **more)

        dying(monkeypatch, lambda: flow.begin(town.house, draft, duty_id=duty.id, by=wren, command="begin", now=now))
        dying(monkeypatch, lambda: written(2, strike=["name zwirbelstein"]))
        dying(monkeypatch, lambda: written(3, release=["time 03-22"], why="The paper has it."))
        dying(
            monkeypatch,
            lambda: tear_line.ask_release(town.house, id, "The abbey", words="Rung", by=wren, command="asked", now=now),
        )
        said = ReleaseAnswered(
            subject=id, occurred_at=now, originator="The abbey", agreed=True, giver="Their desk", given_at=now, recorder=wren,
            words="Line 12",
        )  # fmt: skip
        dying(monkeypatch, lambda: tear_line.answer_release(town.house, said, by=wren, command="said", now=now))
        must_warn.told_otherwise(town.house, duty.id, "By telephone", by=dean, command="rung", now=now)
        dying(
            monkeypatch,
            lambda: flow.let_out(
                town.house,
                id,
                seen=6,
                agrees=["time 03-22"],
                unasked=["the ferryman"],
                unasked_why="He is at sea",
                grounds="They want it in writing.",
                by=dean,
                command="out",
                now=now,
            ),
        )
        town.work()
        notice = town.notice("notice")
        assert notice.stage is NoticeStage.SENT
        assert notice.grounds is not None
        assert notice.grounds.why == "They want it in writing."
        assert notice.tear_line is not None
        assert notice.tear_line.what == "… fears for it on 22 March"
        assert [one.by for one in notice.released] == [wren, dean]
        assert len(town.phone("the miller").calls) == 1
        with town.app.store.look() as look:
            assert (
                look.version(id) == 10
            )  # decided, written twice, let stay, asked, agreed, let stay again, grounds said, approved, sent
            assert len(look.all(Notice)) == 1
        town.reconcile()
