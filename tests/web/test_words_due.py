"""What waits for our word on the board: questions, replies, handings on and second knocks, apart, oldest first, for who may read them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.web.installation import Browser, Installation
from tests.web.institutions import Board
from tests.web.test_institution_link import NEW
from tests.web.test_institutions import officer
from tocsin.answer.facts import AnswerKind, AnswerRecorded, Heard
from tocsin.basis.marking import Mark, Role
from tocsin.flow.answer import handing, institution
from tocsin.flow.answer.hear import record_answer
from tocsin.flow.warning import second_knock
from tocsin.outcome.facts import Course, OutcomeJudged, Verdict
from tocsin.store.institutions import dealings


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Installation]:
    town = Installation(tmp_path / "data")
    town.house = replace(town.house, carriers={"paper": town.paper, "mail": town.paper})
    yield town
    town.close()


def parsed(browser: Browser) -> Any:
    return html.document_fromstring(browser.get("/desk").text)


def words_due(browser: Browser) -> dict[str, tuple[int, list[str]]]:
    """Return what each sort is counted, and how long each of its rows has waited."""
    found = {}
    for part in parsed(browser).xpath('//section[@aria-labelledby="h-words"]//div[h3]'):
        head = part.find("h3")
        waits = [one.text_content() for one in part.xpath(".//li/time")]
        found[head.get("id").removeprefix("w-")] = (int(head.find("small").text_content()), waits)
    return found


def ask(town: Installation, board: Board, words: str) -> None:
    path = f"/a/{town.token(board.notice, board.rees)}/institution"
    assert Browser(town.site).post(path, {"step": "ask", "words": words}).status_code == 200


def dismiss(town: Installation, board: Board) -> None:
    answer = AnswerRecorded(
        subject=town.store.new_id(), occurred_at=town.clock.now(), warning=board.notice, recipient=board.board,
        answer=AnswerKind.DISMISSED, heard=Heard.TELEPHONE, speaker="Rees", words="A hoax", recorder=town.duty_officer,
    )  # fmt: skip
    record_answer(town.house, answer, by=town.duty_officer, command=town.command(), now=town.clock.now())
    town.work()


def test_each_sort_is_counted_apart_and_the_oldest_stands_first(town: Installation) -> None:
    board = Board(town, mark=Mark.GREEN)
    browser = officer(town)
    assert words_due(browser) == {}
    ask(town, board, "Which pier?")
    board.passes(hours=3)
    ask(town, board, "Which night?")
    Browser(town.site).post(f"/a/{town.token(board.notice, board.rees)}/institution", NEW)
    dismiss(town, board)
    board.passes(hours=2)
    browser = officer(town)
    assert words_due(browser) == {
        "questions": (2, ["5\u00a0h", "2\u00a0h"]),
        "handings": (1, ["2\u00a0h"]),
        "knocks": (1, ["2\u00a0h"]),
    }
    with town.store.look() as look:
        dealt = dealings(look, board.notice)
    for one in dealt.questions:
        institution.answer_question(
            town.house, one.id, "The northern one", by=town.duty_officer, command=town.command(), now=town.clock.now()
        )
    handing.refuse_handing(
        town.house, dealt.wishes[0].id, "No", by=town.duty_officer, command=town.command(), now=town.clock.now()
    )
    second_knock.leave_it(
        town.house, dealt.knocks[0].id, "No", by=town.duty_officer, command=town.command(), now=town.clock.now()
    )
    assert words_due(browser) == {}


def test_whoever_may_not_read_the_notice_sees_nothing_of_it_and_no_number(town: Installation) -> None:
    board = Board(town, mark=Mark.RED)
    ask(town, board, "Which pier?")
    dismiss(town, board)
    assert words_due(officer(town)).keys() == {"questions", "knocks"}
    assert town.person("Temp Ty", Role.WATCH_OFFICER, cleared_to=Mark.AMBER_STRICT)
    assert words_due(officer(town, "temp")) == {}


def test_of_a_closed_case_nothing_waits(town: Installation) -> None:
    board = Board(town, mark=Mark.GREEN)
    ask(town, board, "Which pier?")
    town.commit(
        OutcomeJudged(
            subject=town.threat, occurred_at=town.clock.now(), course=Course.NOTHING, time=Verdict.UNKNOWN,
            place=Verdict.UNKNOWN, target=Verdict.UNKNOWN, actor=Verdict.UNKNOWN, judge=town.duty_officer, why="Nothing came",
        )
    )  # fmt: skip
    assert words_due(officer(town)) == {}


def test_each_row_leads_to_where_it_is_dealt_with(town: Installation) -> None:
    board = Board(town, mark=Mark.GREEN)
    Browser(town.site).post(f"/a/{town.token(board.notice, board.rees)}", {"answer": "received"})
    for n in range(10):
        ask(town, board, f"Which pier, {n}?")
    town.work()
    page = parsed(officer(town))
    assert "Nobody has to be rung" in page.text_content(), "and yet our word is waited for"
    links = page.xpath('//section[@aria-labelledby="h-words"]//li/a/@href')
    assert links == [f"/desk/warnings/{board.notice}#institution-{board.board}"] * 8
    assert "and 2 more" in page.text_content()
