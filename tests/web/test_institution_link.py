"""An institution's own link: it reads back and asks there, finds both again, and is told what a second knock is about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.installation import Browser, Installation, made_up
from tests.web.institutions import Board
from tests.words import bare
from tocsin.answer.facts import AnswerKind
from tocsin.basis.marking import Mark
from tocsin.flow import institution, second_knock
from tocsin.store.institutions import Dealings, dealings

BACK = {
    "step": "read_back",
    "what": "The bridge falls",
    "where": "Mill Lane",
    "when": "By Saturday",
    "will_do": "Close it",
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Installation]:
    town = Installation(tmp_path / "data")
    yield town
    town.close()


def dealt(board: Board) -> Dealings:
    with board.town.store.look() as look:
        return dealings(look, board.notice)


def test_it_reads_back_asks_and_keeps_a_copy(town: Installation) -> None:
    board = Board(town, mark=Mark.GREEN)
    path = f"/a/{town.token(board.notice, board.rees)}"
    browser = Browser(town.site)
    assert f"{path}/institution" in browser.get(path).text
    assert "Mill Lane" not in browser.get(f"{path}/institution").text, "it is restated without being read off"
    assert browser.post(f"{path}/institution", BACK | {"when": " "}).status_code == 400
    again = browser.post(f"{path}/institution", BACK | {"when": " "}).text
    assert "fill in all four" in again
    assert "By Saturday" not in again
    assert "The bridge falls" in again, "nobody has to write it twice"
    page = browser.post(f"{path}/institution", BACK)
    assert page.status_code == 200
    assert browser.post(f"{path}/institution", BACK).status_code == 200
    (given,) = dealt(board).read_backs
    assert (given.recipient, given.giver, given.heard, given.will_do) == (board.board, board.rees, "link", "Close it")
    assert browser.post(f"{path}/institution", {"step": "ask", "words": "Which pier?"}).status_code == 200
    (question,) = dealt(board).questions
    town.work()
    institution.answer_question(
        town.house, question.id, "The northern one", by=town.duty_officer, command=town.command(), now=town.clock.now()
    )
    institution.compare_read_back(
        town.house, given.id, (), "", by=town.duty_officer, command=town.command(), now=town.clock.now()
    )
    copy = browser.get(f"{path}/institution").text
    for words in ("By Saturday", "Close it", "It agrees", "Which pier?", "The northern one"):
        assert words in copy
    town.said = lambda _tag: made_up()
    assert bare(Browser(town.renewed_site()).get(f"{path}/institution").text) == []


def test_its_copy_is_shown_only_once_a_code_was_named_and_it_may_read_back_without(town: Installation) -> None:
    board = Board(town, mark=Mark.RED)
    path = f"/a/{town.token(board.notice, board.rees)}"
    browser = Browser(town.site)
    kept = browser.post(f"{path}/institution", BACK)
    assert kept.status_code == 200
    assert len(dealt(board).read_backs) == 1
    for page in (kept.text, browser.get(f"{path}/institution").text):
        assert "By Saturday" not in page
        assert "once you have opened the notice with a code" in page


def test_a_person_has_no_such_page_and_nobody_guesses_one(town: Installation) -> None:
    person, alert = town.notice(mark=Mark.GREEN), town.alert()
    browser = Browser(town.site)
    for warning in (person, alert):
        path = f"/a/{town.token(warning)}"
        assert f"{path}/institution" not in browser.get(path).text
        assert browser.get(f"{path}/institution").status_code == 404
        assert browser.post(f"{path}/institution", BACK).status_code == 404
    assert browser.post(f"/a/{'a' * 39}/institution", BACK).status_code == 404


def test_so_much_is_taken_by_one_link_and_no_more(town: Installation) -> None:
    board = Board(town, mark=Mark.GREEN)
    path = f"/a/{town.token(board.notice, board.rees)}/institution"
    for n in range(20):
        browser = Browser(town.site, client=(f"192.0.2.{n}", 1))
        assert browser.post(path, {"step": "ask", "words": f"Question {n}"}).status_code == 200
    page = Browser(town.site, client=("192.0.2.99", 1)).post(path, {"step": "ask", "words": "One more"})
    assert page.status_code == 400
    assert "Please call us" in page.text
    assert len(dealt(board).questions) == 20


def test_whoever_is_knocked_through_reads_what_has_borne_it_out_and_for_whom_it_is(town: Installation) -> None:
    board = Board(town, mark=Mark.GREEN)
    assert board.gazette
    board.passes(hours=30)
    hoax = board.report("A hoax", board.gazette)
    assert hoax
    found = dealt(board).proposals[0]
    institution.attach_answer(
        town.house, found.id, AnswerKind.DISMISSED, speaker="The chairman", words="A hoax", by=town.duty_officer,
        command=town.command(), now=town.clock.now(),
    )  # fmt: skip
    crack = board.incident("Divers find a crack", board.report("Divers find a crack", board.gazette))
    knock, again = dealt(board).knocks[0].id, town.store.new_id()
    second_knock.draft_knock(
        town.house, knock, again, board.abbey, [(crack, "Your own divers found a crack.")], by=town.duty_officer,
        command=town.command(), now=town.clock.now(),
    )  # fmt: skip
    second_knock.send_knock(town.house, knock, by=board.deputy, command=town.command(), now=town.clock.now())
    town.work()
    page = Browser(town.site).get(f"/a/{town.token(again, board.abbey)}").text
    assert "We are telling you again" in page
    assert "Your own divers found a crack." in page
    assert "The waterways board" in page
    assert page.count("Your own divers") == 1
