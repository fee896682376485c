"""Statements: written by one, published by another, corrected in the open, joined and left; and what they are about."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.test_migrated import take_back
from tocsin.basis.errors import Refused
from tocsin.flow.warning import statement as flow
from tocsin.testing.town import Town
from tocsin.warning.statement.facts import StatementEndorsed, StatementKind, StatementPublished
from tocsin.warning.statement.state import Statement, StatementDraft


def test_a_statement_is_written_by_one_and_published_by_another(town: Town) -> None:
    town.drafts_statement("On the flood")
    with town.app.store.look() as look:
        assert look.find(Statement, town.id("On the flood")) is None
    town.publishes_statement("On the flood")
    said = town.statement("On the flood")
    assert (said.edition, said.author, said.approver) == (1, town.watch_officer.id, town.duty_officer.id)
    with pytest.raises(Refused, match="no draft that waits"):
        town.publishes_statement("On the flood")


def test_nobody_who_wrote_at_it_publishes_it(town: Town) -> None:
    town.drafts_statement("On the flood", author=town.duty_officer.id)
    with pytest.raises(Refused, match="cannot approve it"):
        town.publishes_statement("On the flood")
    town.drafts_statement("On the flood", text="Otherwise.")
    with pytest.raises(Refused, match="cannot approve it"):
        town.publishes_statement("On the flood")


def test_a_correction_says_what_it_corrects_and_the_old_words_stay_readable(town: Town) -> None:
    town.states("On the flood", joined_by=["The next town"])
    first = town.statement("On the flood")
    town.clock.advance(timedelta(days=1))
    with pytest.raises(Refused, match="Say what edition 2"):
        town.drafts_statement("On the flood", edition=2, text="Six people died.")
    town.drafts_statement("On the flood", edition=2, text="Six people died.", change="It said five.")
    town.publishes_statement("On the flood")
    said = town.statement("On the flood")
    (before,) = said.earlier
    assert (said.edition, said.text, said.change, said.endorsements) == (2, "Six people died.", "It said five.", ())
    assert (before.edition, before.text, before.until) == (1, first.text, said.published_at)
    assert [one.endorser for one in before.endorsements] == ["The next town"]
    assert said.first_published_at == first.published_at


def test_whoever_corrects_an_edition_that_is_none_any_more_looks_again(town: Town) -> None:
    town.states("On the flood")
    with pytest.raises(Refused, match="another edition by now"):
        town.drafts_statement("On the flood", edition=3, change="So.")
    with pytest.raises(Refused, match="another edition by now"):
        town.drafts_statement("On the flood")


def test_who_joins_may_leave_and_both_stay_readable(town: Town) -> None:
    town.states("On the flood", joined_by=["The next town", "The county"])
    town.clock.advance(timedelta(hours=2))
    with pytest.raises(Refused, match="already"):
        town.endorses("On the flood", " the  next TOWN ")
    town.unendorses("On the flood", "the county")
    said = town.statement("On the flood")
    assert [one.endorser for one in said.joined] == ["The next town"]
    assert [one.withdrawn_at for one in said.endorsements] == [None, town.now]
    assert said.changed_at == town.now
    with pytest.raises(Refused, match="do not stand behind"):
        town.unendorses("On the flood", "The county")
    town.endorses("On the flood", "The county")
    assert len(town.statement("On the flood").endorsements) == 3


def test_a_correction_is_about_something_that_the_public_knows(town: Town) -> None:
    town.person("the miller")
    alert = town.duty_officer.issues_alert(hours=1)
    notice = town.duty_officer.issues_notice(to="the miller")
    draft = town.drafts_alert()
    level = town.sets_level("FR", 2)
    for name in (alert, level):
        town.drafts_statement(f"About {name}", statement_kind=StatementKind.CORRECTION, about=town.id(name))
        town.publishes_statement(f"About {name}")
        assert town.statement(f"About {name}").about == town.id(name)
    for name in (notice, draft, "nothing"):
        with pytest.raises(Refused, match="That is none"):
            town.drafts_statement("No", statement_kind=StatementKind.CORRECTION, about=town.id(name))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        pytest.param({"title": " "}, "title and a text", id="no title"),
        pytest.param({"text": ""}, "title and a text", id="no text"),
        pytest.param({"text": "x" * 60_000}, "too long", id="too long"),
        pytest.param({"statement_kind": StatementKind.CORRECTION}, "corrects nothing", id="a correction of nothing"),
    ],
)
def test_what_nobody_could_publish_is_not_kept(town: Town, more: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        town.drafts_statement("On the flood", **more)


def test_a_draft_is_dropped_with_a_reason(town: Town) -> None:
    town.drafts_statement("On the flood")
    by, id = town.duty_officer.id, town.id("On the flood")
    with pytest.raises(Refused, match="Say why"):
        flow.drop_statement(town.house, id, why="", by=by, command="drop", now=town.now)
    flow.drop_statement(town.house, id, why="It was too early.", by=by, command="drop", now=town.now)
    with town.app.store.look() as look:
        assert look.get(StatementDraft, id).dropped_why == "It was too early."
    with pytest.raises(Refused, match="no draft that waits"):
        town.publishes_statement("On the flood")


def old(town: Town) -> Statement:
    with town.app.store.look() as look:
        return look.get(Statement, "old")


def test_the_editions_of_an_earlier_tocsin_are_filled_in(tmp_path: Path) -> None:
    home = tmp_path / "town"
    with Town(home) as town:
        for edition in (1, 2):
            said = StatementPublished(
                subject="old", occurred_at=town.now, statement_kind=StatementKind.POSITION, title="So",
                text=f"Edition {edition}", author=town.watch_officer.id, approver=town.duty_officer.id, edition=edition,
            )  # fmt: skip
            town.app.store.commit([said], at=town.now, by=said.approver, command=f"old {edition}")
            joined = StatementEndorsed(subject=said.subject, occurred_at=town.now, endorser=f"Joiner {edition}")
            town.app.store.commit([joined], at=town.now, by=said.author, command=f"joined {edition}")
            town.clock.advance(timedelta(hours=1))
        now = old(town)
    take_back(home, tmp_path / "old", "0015")
    with Town(home) as town:
        assert old(town) == now
        town.reconcile()
