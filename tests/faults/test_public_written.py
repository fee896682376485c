"""What everyone reads is let out by a process that dies before and after its commit: the answer for its words is kept once, with it."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.faults.test_notice_written import MARKER, dying
from tests.story.test_alert_drafts import ENGLISH, alert, contents
from tocsin.basis.marking import Mark
from tocsin.flow.warning import alert_draft, statement
from tocsin.flow.warning.public_words import Answers, flagged, for_public
from tocsin.flow.warning.warn import retract
from tocsin.testing.town import Town
from tocsin.warning.alert.state import AlertStage
from tocsin.warning.alert.writing.facts import AlertWritten
from tocsin.warning.alert.writing.state import AlertDraft
from tocsin.warning.made_public import MadePublic
from tocsin.warning.retraction import TakenBack
from tocsin.warning.statement.facts import StatementDrafted, StatementKind
from tocsin.warning.statement.state import Statement


def test_it_goes_out_once_and_its_words_are_answered_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Town(tmp_path) as town:
        case, wren = town.id(town.case()), town.watch_officer.id
        for name in (MARKER, "Quillwort", "Greengage"):
            town.report(f"Then {name} told us of it.", mark=Mark.AMBER_STRICT)
            town.bears_on_the_case(f"Then {name} told us of it.")
        out, said = town.id("market"), town.id("said")
        named = contents(town, replace(ENGLISH, description=f"There {MARKER} was seen."))
        written = AlertWritten(subject=out, occurred_at=town.now, author=wren, contents=named, threat=case)
        alert_draft.write_alert(town.house, written, by=wren, command="write", now=town.now)
        with town.app.store.look() as look:
            flags, _material = flagged(look, for_public(look, look.get(AlertDraft, out)))
        keys = tuple(one.key for one in flags)
        step: dict[str, Any] = {"by": town.duty_officer.id, "now": town.now}
        answers = Answers(keys=keys, why="The town itself names him.")
        dying(monkeypatch, partial(alert_draft.let_out, town.house, out, answers=answers, command="out", **step))

        text = StatementDrafted(
            subject=said, occurred_at=town.now, statement_kind=StatementKind.POSITION, title="On it", text="Then Quillwort spoke.",
            author=wren, threat=case, exercise=True,
        )  # fmt: skip
        statement.draft_statement(town.house, text, by=wren, command="draft", now=town.now)
        answers = Answers(keys=("name quillwort",), why="He said so in public.")
        dying(
            monkeypatch, partial(statement.approve_statement, town.house, said, answers=answers, command="say", **step)
        )

        words = [TakenBack(language="en", words="It was Greengage in a mask.")]
        answers = Answers(keys=("name greengage",), why="He has told everyone.")
        dying(monkeypatch, partial(retract, town.house, out, words, answers=answers, command="back", **step))
        town.work()
        gone = alert(town, "market")
        assert gone is not None
        assert gone.stage is AlertStage.ISSUED
        assert gone.retraction is not None
        with town.app.store.look() as look:
            assert look.find(Statement, said) is not None
            kept = [(one.warning, one.words, one.why) for one in look.all(MadePublic, order="at")]
        assert sorted(kept) == sorted(
            [
                (out, (MARKER,), "The town itself names him."),
                (said, ("Quillwort",), "He said so in public."),
                (out, ("Greengage",), "He has told everyone."),
            ]
        )
        town.reconcile()
