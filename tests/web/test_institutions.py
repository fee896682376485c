"""Institutions at the desk: how each stands, and every step that an officer can take about it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.web.installation import Browser, Installation, made_up
from tests.web.institutions import FIRST, SECOND, Board
from tests.words import bare
from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.answer.hear import record_answer
from tocsin.store.institutions import Dealings, dealings


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Installation]:
    town = Installation(tmp_path / "data")
    yield town
    town.close()


@pytest.fixture
def board(town: Installation) -> Board:
    return Board(town)


def dealt(board: Board) -> Dealings:
    with board.town.store.look() as look:
        return dealings(look, board.notice)


def officer(town: Installation, name: str = "duty") -> Browser:
    browser = Browser(town.site)
    assert browser.sign_in(name).status_code == 303
    return browser


def parsed(board: Board, browser: Browser) -> Any:
    return html.document_fromstring(browser.get(f"/desk/warnings/{board.notice}").text)


def stands(board: Board, browser: Browser) -> dict[str, str]:
    page = parsed(board, browser)
    rows = page.xpath(f'//section[@id="institution-{board.board}"]//dl[1]/div')
    return {row.find("dt").text_content(): " ".join(row.find("dd").text_content().split()) for row in rows}


def step(board: Board, browser: Browser, do: str, /, *, of: Id = "", **form: str) -> int:
    path = f"/desk/warnings/{board.notice}"
    token = browser.csrf(path)
    said = {
        "_csrf_token": token,
        "step": do,
        "nonce": f"nonce-{board.town.command()}-xxxxxxx".replace(":", "-"),
    } | form
    return browser.post(f"{path}/institutions/{of or board.board}", said).status_code


def test_it_is_told_and_not_informed_before_it_has_read_it_back(town: Installation, board: Board) -> None:
    browser = officer(town)
    found = stands(board, browser)
    assert found["Told"].startswith("Rees")
    assert found["Delivered"].startswith("yes")
    assert found["Read back"] == "told, not read back"
    assert found["Answered privately"] == found["Said publicly"] == "nothing"
    said = {"what": "It may fall", "where": "Mill Lane", "when": "Soon", "will_do": "Close it", "speaker": "Rees"}
    assert step(board, browser, "read_back", **said | {"will_do": " "}) == 409
    assert step(board, browser, "read_back", **said) == 303
    assert stands(board, browser)["Read back"].startswith("not compared yet")
    (given,) = dealt(board).read_backs
    assert step(board, browser, "compare", id=given.id, verdict="differs") == 400
    assert step(board, browser, "compare", id=given.id, verdict="differs", differs_when="1") == 303
    assert stands(board, browser)["Read back"].startswith("differs")


def test_a_publication_is_attached_by_hand_and_stands_beside_what_was_said_in_private(
    town: Installation, board: Board
) -> None:
    assert board.gazette
    board.passes(hours=30)
    board.report("Talk of the bridge is scaremongering", board.gazette)
    browser = officer(town, "watch")
    assert stands(board, browser)["Said publicly"] == "nothing"
    (proposal,) = dealt(board).proposals
    said = {"id": proposal.id, "kind": "dismissed", "speaker": "The chairman", "words": "Scaremongering"}
    assert step(board, browser, "attach", **said | {"words": ""}) == 409
    assert step(board, browser, "attach", of=board.abbey, **said) == 404
    assert step(board, browser, "attach", **said) == 303
    found = stands(board, browser)
    assert found["Said publicly"].startswith("dismissed")
    assert found["Answered privately"] == "nothing"
    assert found["Second knock"].startswith("due since")


def test_a_publication_may_be_said_to_be_none(town: Installation, board: Board) -> None:
    assert board.gazette
    board.passes(hours=1)
    board.report("A hoax about boats", board.gazette)
    browser = officer(town)
    (proposal,) = dealt(board).proposals
    assert step(board, browser, "refuse", id=proposal.id) == 409
    assert step(board, browser, "refuse", id=proposal.id, why="It is about boats") == 303
    assert "It is about boats" in browser.get(f"/desk/warnings/{board.notice}").text


def test_a_proposal_is_not_shown_to_whoever_may_not_read_its_report(town: Installation, board: Board) -> None:
    assert board.gazette
    board.passes(hours=1)
    board.report("The bridge is a hoax", board.gazette, mark=Mark.RED, readers=(town.watch_officer,))
    (proposal,) = dealt(board).proposals
    watch, duty = officer(town, "watch"), officer(town)
    assert "The bridge is a hoax" in watch.get(f"/desk/warnings/{board.notice}").text
    assert "The bridge is a hoax" not in duty.get(f"/desk/warnings/{board.notice}").text
    assert step(board, duty, "refuse", id=proposal.id, why="So") == 404


def test_questions_and_handing_on(town: Installation, board: Board) -> None:
    browser = officer(town)
    assert step(board, browser, "ask", words="Which pier?", speaker="Rees") == 303
    assert "1 question open" in stands(board, browser)["Questions"]
    (question,) = dealt(board).questions
    assert step(board, browser, "reply", id=question.id, words="The northern one") == 303
    assert "Questions" not in stands(board, browser)
    said = {"words": "They own it", "speaker": "Rees"}
    assert step(board, browser, "hand_on", **said) == 400
    assert step(board, browser, "hand_on", to=board.abbey, name="Somebody", **said) == 400
    assert step(board, browser, "hand_on", to=board.abbey, tell="1", **said) == 303
    assert step(board, browser, "hand_on", name="The night shift", **said) == 303
    assert "The abbey, The night shift" in stands(board, browser)["Handed on"]
    page = browser.get(f"/desk/warnings/{board.notice}").text
    assert f'id="institution-{board.abbey}"' in page, "an institution that has it now is shown, too"


def knocking(board: Board) -> Browser:
    """Let the board dismiss the notice, and something bear it out."""
    assert board.gazette
    board.passes(hours=30)
    board.report("A hoax", board.gazette)
    browser = officer(board.town)
    said = {"kind": "dismissed", "speaker": "The chairman", "words": "A hoax"}
    assert step(board, browser, "attach", id=dealt(board).proposals[0].id, **said) == 303
    ferryman = board.source("The ferryman")
    board.incident(SECOND, board.report(SECOND, board.gazette))
    board.incident(FIRST, board.report(FIRST, ferryman))
    board.incident("A hushed thing", board.report("A hushed word", ferryman, mark=Mark.AMBER))
    return browser


def test_the_second_knock_is_written_by_one_and_sent_by_another(town: Installation, board: Board) -> None:
    browser = knocking(board)
    (knock,) = dealt(board).knocks
    page = parsed(board, browser)
    boxes = [one.get("name").removeprefix("quote_") for one in page.xpath('//input[starts-with(@name, "quote_")]')]
    words = {id: page.xpath(f'//textarea[@name="words_{id}"]')[0].text for id in boxes}
    assert [SECOND in words[boxes[0]], FIRST in words[boxes[1]]] == [True, True], "its own word comes first"
    assert "A hushed thing" in page.text_content(), "what is left out is said to the officer"
    ways = {option.text for option in page.xpath('//select[@name="through"]/option')}
    assert ways == {"Choose", "The abbey"}
    said = {f"quote_{id}": "1" for id in boxes} | {f"words_{boxes[0]}": "Your own divers found a second crack."}
    assert step(board, browser, "draft", id=knock.id, through=board.rees, **said) == 409
    assert step(board, browser, "draft", id=knock.id, through=board.abbey, **said) == 303
    assert step(board, browser, "send", id=knock.id) == 409
    board.passes(days=2)
    deputy = officer(town, "deputy")
    assert step(board, deputy, "send", id=knock.id) == 303
    town.work()
    assert stands(board, deputy)["Second knock"].startswith("sent")
    text = deputy.get(f"/desk/warnings/{board.notice}").text
    assert "Knocked again after" in text
    message = town.paper.messages[-1].lines
    assert not any("second crack" in line for line in message), "it is as confidential as the first"
    assert "2\xa0d" in deputy.get("/desk/outcomes").text.partition("Until the second knock")[2][:200]
    second = dealt(board).knocks[0].notice
    told = deputy.get(f"/desk/warnings/{second}").text
    assert "A second knock at The waterways board" in told
    assert "Your own divers found a second crack." in told
    assert "hushed" not in told


def test_an_originator_agrees_before_it_is_quoted(town: Installation, board: Board) -> None:
    browser = knocking(board)
    (knock,) = dealt(board).knocks
    page = parsed(board, browser)
    (report,) = [one.get("value") for one in page.xpath('//input[@name="report"]')]
    assert step(board, browser, "agreed", id=knock.id, report=report) == 409
    assert step(board, browser, "agreed", id=knock.id, report=report, words="By letter") == 303
    page = parsed(board, browser)
    assert len(page.xpath('//input[starts-with(@name, "quote_")]')) == 3


def test_an_alert_that_names_it_is_told_again_as_a_notice(town: Installation, board: Board) -> None:
    board.notice = town.alert(persons=(board.board,))
    board.passes(hours=1)
    now = town.clock.now()
    said = AnswerRecorded(
        subject=town.store.new_id(), occurred_at=now, warning=board.notice, recipient=board.board,
        answer=AnswerKind.DISMISSED, heard=Heard.PUBLIC_STATEMENT, speaker="The chairman", words="A hoax",
        recorder=town.watch_officer,
    )  # fmt: skip
    record_answer(town.house, said, by=town.watch_officer, command=town.command(), now=now)
    browser, deputy = officer(town), officer(town, "deputy")
    assert stands(board, browser)["Second knock"].startswith("due since")
    (knock,) = dealt(board).knocks
    page = parsed(board, browser)
    assert "Stay on high ground." in page.text_content()
    assert {option.text for option in page.xpath('//select[@name="through"]/option')} == {"Choose", "The abbey"}
    assert step(board, browser, "draft", id=knock.id, through=board.abbey) == 303
    assert step(board, deputy, "send", id=knock.id) == 303
    town.work()
    assert stands(board, deputy)["Second knock"].startswith("sent")
    told = deputy.get(f"/desk/warnings/{dealt(board).knocks[0].notice}").text
    assert "A second knock at The waterways board" in told
    assert "Keep off the bridge" in told


def test_it_may_be_decided_not_to_knock(town: Installation, board: Board) -> None:
    browser = knocking(board)
    (knock,) = dealt(board).knocks
    assert step(board, browser, "leave", id=knock.id) == 409
    assert step(board, browser, "leave", id=knock.id, why="They have closed it") == 303
    assert stands(board, browser)["Second knock"].startswith("dropped")


def test_a_source_is_linked_at_the_desk(town: Installation, board: Board) -> None:
    source = board.source("The Waterways Gazette")
    board.passes(hours=1)
    board.report("The bridge is a hoax", source)
    browser = officer(town, "watch")
    assert step(board, browser, "speaks", source=source) == 409
    assert step(board, browser, "speaks", source=source, why="It says so") == 303
    assert len(dealt(board).proposals) == 1


def test_only_officers_who_may_read_the_warning_take_a_step(town: Installation) -> None:
    board = Board(town, mark=Mark.RED)
    town.person("Auditor Alp", Role.AUDITOR, cleared_to=Mark.AMBER_STRICT)
    outsider = town.person("Outer Oak", Role.DUTY_OFFICER, cleared_to=Mark.AMBER_STRICT)
    assert outsider
    for name, status in (("auditor", 403), ("outer", 404)):
        browser = officer(town, name)
        token = browser.csrf("/desk")
        form = {"_csrf_token": token, "step": "ask", "words": "Why?", "speaker": "Rees"}
        path = f"/desk/warnings/{board.notice}/institutions/{board.board}"
        assert browser.post(path, form).status_code == status
    assert dealt(board).questions == ()
    assert step(board, officer(town), "dance") == 400


def test_every_sentence_of_it_can_be_said_in_another_language(town: Installation, board: Board) -> None:
    knocking(board)
    browser = officer(town)
    step(board, browser, "ask", words="Which pier?", speaker="Rees")
    step(board, browser, "hand_on", to=board.abbey, words="They own it", speaker="Rees")
    step(board, browser, "read_back", what="It", where="There", when="Then", will_do="That", speaker="Rees")
    town.said = lambda _tag: made_up()
    again = Browser(town.renewed_site())
    again.sign_in("duty")
    assert bare(again.get(f"/desk/warnings/{board.notice}").text) == []
    said = stands(board, again)
    assert len(said) > 5
    assert all(label.startswith("⟦") for label in said)
    assert said["⟦Read back⟧"].startswith("⟦")
