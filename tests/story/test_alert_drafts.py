"""Alerts are written at the desk: by one, in several languages, let out by another, or alone from what was approved before."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.cap.test_signature import OURS, RSA
from tests.store.test_migrated import take_back
from tocsin.basis.errors import Refused
from tocsin.cap.judge import judge
from tocsin.cap.signature import Pinned
from tocsin.flow.warning import alert_draft as flow
from tocsin.flow.warning.cap_key import CapKey, Signing
from tocsin.lexicon import actor_words
from tocsin.testing.town import Town
from tocsin.warning.alert.facts import Area
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.alert.writing.facts import AlertWritten, Contents, Piece, PieceState, TemplateWritten
from tocsin.warning.alert.writing.state import AlertDraft, AlertTemplate

SQUARE = ((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0))
ENGLISH = Piece(
    language="en",
    headline="Keep away from the market",
    event="Bomb threat",
    description="The town has had a threat against the market on the square. It may come at any hour until Sunday.",
    instruction="Keep away from the square. If you are there, leave it now.",
)
GERMAN = Piece(
    language="de",
    headline="Meiden Sie den Markt",
    event="Bombendrohung",
    description="Der Stadt liegt eine Drohung gegen den Markt vor.",
    instruction="Gehen Sie nicht auf den Platz.",
)
SLOTTED = Piece(
    language="en",
    headline="Keep away from {place}",
    event="Bomb threat",
    description="{source} has had a threat against {place}. It may come at any hour until {until}.",
    instruction="Keep away from {place}. Ask {contact}.",
)
SAID = {"{place}": "the square", "{source}": "The town", "{until}": "Sunday 18:00", "{contact}": "the town hall"}


def filled(piece: Piece, said: dict[str, str] = SAID) -> Piece:
    texts = {}
    for name in ("headline", "event", "description", "instruction", "contact"):
        text = getattr(piece, name)
        for slot, value in said.items():
            text = text.replace(slot, value)
        texts[name] = text
    return replace(piece, **texts)


def contents(town: Town, *pieces: Piece, **more: Any) -> Contents:
    given = {
        "pieces": pieces or (ENGLISH,),
        "areas": (Area(name="The market square", polygon=SQUARE),),
        "sender": "bell@town.example",
        "sender_name": "The town",
        "ends": town.now + timedelta(hours=48),
        "ladder": town.ladder(timedelta(minutes=15)),
        "actor_words": actor_words.version(),
        "exercise": True,
    }
    return Contents(**{**given, **more})


def write(town: Town, name: str, what: Contents | None = None, *, author: str | None = None, **more: Any) -> None:
    by = author or town.watch_officer.id
    fact = AlertWritten(subject=town.id(name), occurred_at=town.now, author=by, contents=what or contents(town))
    flow.write_alert(town.house, fact, by=by, command=town.name_next("command"), now=town.now, **more)


def let_out(town: Town, name: str, *, by: str | None = None, **more: Any) -> None:
    who = by or town.duty_officer.id
    flow.let_out(town.house, town.id(name), by=who, command=town.name_next("command"), now=town.now, **more)


def draft(town: Town, name: str) -> AlertDraft:
    with town.app.store.look() as look:
        return look.get(AlertDraft, town.id(name))


def alert(town: Town, name: str) -> Alert | None:
    with town.app.store.look() as look:
        return look.find(Alert, town.id(name))


def test_a_draft_that_is_let_out_is_signed(town: Town) -> None:
    town.app.house = dataclasses.replace(town.house, signing=Signing(CapKey(RSA, OURS)))
    write(town, "market")
    let_out(town, "market")
    out = alert(town, "market")
    assert out is not None
    assert out.cap is not None
    pins = {"bell@town.example": (Pinned("ours", OURS),)}
    assert judge(out.cap.encode(), pins=pins, require_signature=True).ok


def test_an_alert_is_written_by_one_and_let_out_by_another(town: Town) -> None:
    town.person("the miller")
    write(town, "market", contents(town, ENGLISH, GERMAN))
    assert alert(town, "market") is None
    with pytest.raises(Refused, match="needs the approval of a duty officer"):
        let_out(town, "market", by=town.watch_officer.id)
    let_out(town, "market")
    town.work()
    out = alert(town, "market")
    assert out is not None
    assert out.stage is AlertStage.ISSUED
    assert out.cap
    assert (out.author, out.approver, out.break_glass) == (town.watch_officer.id, town.duty_officer.id, False)
    assert [one.language for one in out.wordings] == ["en", "de"]
    assert "Meiden Sie den Markt" in out.cap
    assert out.actor_words == actor_words.version()
    assert not draft(town, "market").is_open
    with pytest.raises(Refused, match="no draft that waits"):
        let_out(town, "market")
    with pytest.raises(Refused, match="decided about already"):
        write(town, "market")


def test_nobody_who_wrote_at_it_lets_it_out(town: Town) -> None:
    write(town, "market", author=town.duty_officer.id)
    write(town, "market", contents(town, replace(ENGLISH, headline="Keep away from the square")))
    found = draft(town, "market")
    assert found.authors == (town.duty_officer.id, town.watch_officer.id)
    assert [(one.number, one.languages) for one in found.editions] == [(1, ("en",)), (2, ("en",))]
    with pytest.raises(Refused, match="cannot approve it"):
        let_out(town, "market")
    with pytest.raises(Refused, match="not written from a template"):
        let_out(town, "market", break_glass=True)
    let_out(town, "market", by=town.deputy.id)


def test_who_wrote_on_an_older_page_is_told_that_somebody_was_faster(town: Town) -> None:
    write(town, "market")
    with town.app.store.look() as look:
        version = look.version(town.id("market"))
    write(town, "market", contents(town, replace(ENGLISH, contact="112")), seen=version)
    with pytest.raises(Refused):
        write(town, "market", contents(town, replace(ENGLISH, contact="911")), seen=version)
    with pytest.raises(Refused):
        let_out(town, "market", seen=version)
    assert draft(town, "market").contents.pieces[0].contact == "112"


def test_what_a_machine_translated_waits_until_somebody_who_reads_it_has_checked_it(town: Town) -> None:
    machine = replace(GERMAN, state=PieceState.MACHINE)
    write(town, "market", contents(town, ENGLISH, machine))
    with pytest.raises(Refused, match=r"machine translated it.*\(de\)"):
        let_out(town, "market")
    flow.check_piece(
        town.house, town.id("market"), "de", by=town.deputy.id, command=town.name_next("command"), now=town.now
    )
    found = draft(town, "market").piece("de")
    assert found is not None
    assert (found.state, found.checked_by) == (PieceState.CHECKED, town.deputy.id)
    # Its words changed, so nobody has checked these; whoever says so of themselves is not believed.
    changed = replace(GERMAN, instruction="Bleiben Sie fern.", state=PieceState.CHECKED, checked_by=town.deputy.id)
    write(town, "market", contents(town, ENGLISH, changed))
    found = draft(town, "market").piece("de")
    assert found is not None
    assert (found.state, found.checked_by) == (PieceState.DRAFT, None)
    let_out(town, "market")


def test_a_check_survives_when_other_words_change(town: Town) -> None:
    write(town, "market", contents(town, ENGLISH, replace(GERMAN, state=PieceState.MACHINE)))
    flow.check_piece(
        town.house, town.id("market"), "de", by=town.deputy.id, command=town.name_next("command"), now=town.now
    )
    write(town, "market", contents(town, replace(ENGLISH, contact="112"), replace(GERMAN, state=PieceState.CHECKED)))
    found = draft(town, "market").piece("de")
    assert found is not None
    assert (found.state, found.checked_by) == (PieceState.CHECKED, town.deputy.id)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda town: {"ends": town.now}, "window ended", id="a window that is over"),
        pytest.param(
            lambda town: {"begins": town.now + timedelta(hours=2), "ends": town.now + timedelta(hours=1)},
            "ends before it begins", id="a window that is none",
        ),
        pytest.param(lambda town: {"pieces": (replace(ENGLISH, instruction=" "),)}, "instruction is missing", id="nothing to do"),
        pytest.param(lambda town: {"pieces": (ENGLISH, replace(GERMAN, event=""))}, r"event is missing.*\(de\)", id="a language that lacks a piece"),
        pytest.param(lambda town: {"pieces": (ENGLISH, ENGLISH)}, "stands twice", id="a language twice"),
        pytest.param(lambda town: {"pieces": (SLOTTED,)}, "{place} was not filled in", id="a place of the template left open"),
        pytest.param(lambda town: {"areas": ()}, "names no area", id="no area"),
        pytest.param(lambda town: {"areas": (Area(name=" ", polygon=SQUARE),)}, "area has no name", id="an area without a name"),
        pytest.param(lambda town: {"sender": "two words"}, "sender", id="what CAP forbids of a sender"),
        pytest.param(lambda town: {"areas": (Area(name="A", polygon=SQUARE[:3]),)}, "cannot go out", id="a ring that CAP forbids"),
        pytest.param(lambda town: {"severity": "Grave"}, "none of CAP's words", id="a severity that is none"),
        pytest.param(
            lambda town: {"pieces": (replace(ENGLISH, description="Extremists threaten the market."),)},
            '"extremist" needs a ground', id="an actor word without a ground",
        ),
        pytest.param(
            lambda town: {"pieces": (replace(ENGLISH, description="Fanatics threaten it."),), "grounds": {"fanatic": "So."}},
            "said of nobody", id="a word that is said of nobody",
        ),
    ],
)  # fmt: skip
def test_a_draft_that_breaks_a_rule_is_kept_and_does_not_go_out(
    town: Town, change: Callable[[Town], dict[str, Any]], said: str
) -> None:
    write(town, "market", contents(town, **change(town)))
    with pytest.raises(Refused, match=said):
        let_out(town, "market")
    assert alert(town, "market") is None
    write(town, "market", contents(town))
    let_out(town, "market")


def test_an_actor_word_with_its_ground_goes_out(town: Town) -> None:
    said = replace(ENGLISH, description="A terrorist group threatens the market.")
    write(town, "market", contents(town, said, grounds={"terrorist": "Listed by the Council, 2001/931/CFSP."}))
    let_out(town, "market")


def test_a_window_that_ends_while_the_draft_waits_stops_it(town: Town) -> None:
    write(town, "market", contents(town, ends=town.now + timedelta(hours=1)))
    town.clock.advance(timedelta(hours=2))
    with pytest.raises(Refused, match="window ended"):
        let_out(town, "market")


def test_a_draft_is_dropped_with_a_reason(town: Town) -> None:
    write(town, "market")
    drop: dict[str, Any] = {"by": town.duty_officer.id, "now": town.now}
    with pytest.raises(Refused, match="Say why"):
        flow.drop_alert(town.house, town.id("market"), why=" ", command="drop:1", **drop)
    flow.drop_alert(town.house, town.id("market"), why="It was a joke.", command="drop:2", **drop)
    with pytest.raises(Refused, match="no draft that waits"):
        let_out(town, "market")
    with pytest.raises(Refused, match="decided about already"):
        write(town, "market")


def test_letting_out_is_one_commit_and_said_twice_is_done_once(town: Town) -> None:
    write(town, "market")
    arguments: dict[str, Any] = {"by": town.duty_officer.id, "command": "out", "now": town.now}
    with town.app.store.look() as look:
        count = look.journal_size()
    flow.let_out(town.house, town.id("market"), **arguments)
    flow.let_out(town.house, town.id("market"), **arguments)
    with town.app.store.look() as look:
        assert look.journal_size() == count + 4  # let out, drafted, approved, issued


# ---- templates, and sending alone


def template(town: Town, name: str, *pieces: Piece, author: str | None = None) -> None:
    by = author or town.duty_officer.id
    fact = TemplateWritten(
        subject=town.id(name), occurred_at=town.now, author=by, name=name, pieces=pieces or (SLOTTED,)
    )
    flow.write_template(town.house, fact, by=by, command=town.name_next("command"), now=town.now)


def approve(town: Town, name: str, *, by: str | None = None) -> None:
    who = by or town.deputy.id
    flow.approve_template(town.house, town.id(name), by=who, command=town.name_next("command"), now=town.now)


def kept(town: Town, name: str) -> AlertTemplate:
    with town.app.store.look() as look:
        return look.get(AlertTemplate, town.id(name))


def test_a_language_that_was_taken_out_and_put_back_is_no_better_checked_than_before(town: Town) -> None:
    write(town, "market", contents(town, ENGLISH, replace(GERMAN, state=PieceState.MACHINE)))
    for _times in range(2):
        write(town, "market", contents(town, ENGLISH))
    write(town, "market", contents(town, ENGLISH, replace(GERMAN, language="DE")))
    with pytest.raises(Refused, match=r"machine translated it.*\(DE\)"):
        let_out(town, "market")
    flow.check_piece(town.house, town.id("market"), "DE", by=town.deputy.id, command=town.name_next("c"), now=town.now)
    write(town, "market", contents(town, ENGLISH))
    write(town, "market", contents(town, ENGLISH, GERMAN))  # the very words that somebody checked
    found = draft(town, "market").piece("de")
    assert found is not None
    assert (found.state, found.checked_by) == (PieceState.CHECKED, town.deputy.id)


def test_of_a_template_neither(town: Town) -> None:
    for pieces in ((SLOTTED, replace(GERMAN, state=PieceState.MACHINE)), (SLOTTED,), (SLOTTED, GERMAN)):
        template(town, "bomb", *pieces)
    with pytest.raises(Refused, match="machine translated it into de"):
        approve(town, "bomb")


def test_a_template_is_written_by_a_duty_officer_and_approved_by_a_second(town: Town) -> None:
    with pytest.raises(Refused, match="for a duty officer to write"):
        template(town, "bomb", author=town.watch_officer.id)
    template(town, "bomb")
    with pytest.raises(Refused, match="cannot approve it"):
        approve(town, "bomb", by=town.duty_officer.id)
    approve(town, "bomb")
    assert kept(town, "bomb").ready is not None
    with pytest.raises(Refused, match="no words that wait"):
        approve(town, "bomb")


def test_a_template_with_words_that_nobody_checked_is_not_approved(town: Town) -> None:
    template(town, "bomb", SLOTTED, replace(GERMAN, state=PieceState.MACHINE))
    with pytest.raises(Refused, match="machine translated it into de"):
        approve(town, "bomb")
    flow.check_template(
        town.house, town.id("bomb"), "de", by=town.watch_officer.id, command=town.name_next("c"), now=town.now
    )
    approve(town, "bomb")
    template(town, "other", replace(SLOTTED, headline="{where} is odd"))
    with pytest.raises(Refused, match=r"\{where\} in en is no place"):
        approve(town, "other")


def test_one_person_alone_sends_only_what_was_approved_before(town: Town) -> None:
    template(town, "bomb")
    approve(town, "bomb")
    own = {"template": town.id("bomb"), "template_version": 1}
    write(town, "market", contents(town, filled(SLOTTED), **own), author=town.duty_officer.id)
    with pytest.raises(Refused, match="cannot approve it"):
        let_out(town, "market")
    let_out(town, "market", break_glass=True)
    out = alert(town, "market")
    assert out is not None
    assert out.break_glass
    assert out.approver == out.author == town.duty_officer.id
    assert (out.template, out.template_version) == (town.id("bomb"), 1)


@pytest.mark.parametrize(
    ("piece", "version"),
    [
        pytest.param(replace(filled(SLOTTED), instruction="Run."), 1, id="other words"),
        pytest.param(filled(SLOTTED), 2, id="a version that nobody approved"),
        pytest.param(filled(SLOTTED, {**SAID, "{place}": "a" * 121}), 1, id="a whole story in a place"),
        pytest.param(replace(GERMAN), 1, id="a language that the template has not"),
    ],
)
def test_one_person_alone_sends_nothing_else(town: Town, piece: Piece, version: int) -> None:
    template(town, "bomb")
    approve(town, "bomb")
    own = {"template": town.id("bomb"), "template_version": version}
    write(town, "market", contents(town, piece, **own), author=town.duty_officer.id)
    with pytest.raises(Refused, match="Ask another duty officer"):
        let_out(town, "market", break_glass=True)
    assert alert(town, "market") is None


def test_a_template_that_is_written_at_again_holds_as_it_was_approved(town: Town) -> None:
    template(town, "bomb")
    approve(town, "bomb")
    template(town, "bomb", replace(SLOTTED, headline="Leave {place}"))
    found = kept(town, "bomb")
    assert found.waits
    assert found.ready is not None
    assert found.ready.version == 1
    own = {"template": town.id("bomb"), "template_version": 1}
    write(town, "market", contents(town, filled(SLOTTED), **own), author=town.duty_officer.id)
    let_out(town, "market", break_glass=True)


def test_words_of_an_approved_template_are_checked_words(town: Town) -> None:
    template(town, "bomb", SLOTTED)
    approve(town, "bomb")
    own = {"template": town.id("bomb"), "template_version": 1}
    write(town, "market", contents(town, filled(SLOTTED), **own))
    assert draft(town, "market").contents.pieces[0].state is PieceState.CHECKED


def test_nobody_sends_alone_from_a_template_that_was_retired(town: Town) -> None:
    template(town, "bomb")
    approve(town, "bomb")
    own = {"template": town.id("bomb"), "template_version": 1}
    write(town, "market", contents(town, filled(SLOTTED), **own), author=town.duty_officer.id)
    flow.retire_template(
        town.house, town.id("bomb"), why="Another number.", by=town.deputy.id, command="retire", now=town.now
    )
    with pytest.raises(Refused, match="not written from a template"):
        let_out(town, "market", break_glass=True)
    with pytest.raises(Refused, match="was retired"):
        template(town, "bomb")


def test_drafts_from_before_this_version_stand_as_the_journal_tells(tmp_path: Path) -> None:
    home = tmp_path / "town"
    with Town(home) as town:
        town.person("the miller")
        town.duty_officer.issues_alert(to=["the miller"], hours=1)
        town.reconcile()
    take_back(home, tmp_path / "old", "0028")
    with Town(home) as town:
        town.reconcile()
        town.person("Cob")
        town.reconcile()
