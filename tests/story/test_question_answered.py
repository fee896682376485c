"""A question answered: whoever asked is told so, and reads the words there where a message may carry those of the notice."""

import pytest

from tocsin.basis.marking import Mark
from tocsin.flow.delivery import code
from tocsin.testing.town import Town

LINK = "We have answered your question. Read it behind your link:"


@pytest.fixture(name="board")
def _board(town: Town) -> str:
    for contact in ("Rees", "Holm"):
        town.person(contact)
    return town.institution("the waterways", line=("Rees", "Holm"), reached=False)


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        pytest.param(Mark.GREEN, True, id="green: the words go with it"),
        pytest.param(Mark.AMBER, False, id="amber: only that there is an answer"),
        pytest.param(Mark.RED, False, id="red: only that there is an answer"),
    ],
)
def test_the_asker_is_told_that_there_is_an_answer(town: Town, board: str, mark: Mark, words: bool) -> None:
    notice = town.duty_officer.issues_notice(to=board, mark=mark)
    question = town.asks_by_link("Rees", board, notice, "Which pier?")
    town.duty_officer.replies(question, "The northern one")
    call = town.phone("Rees").last_call
    assert call.message.kind == "reply"
    assert call.message.lines[0] == LINK
    assert call.message.lines[1].startswith(f"{town.house.base_url}/a/")
    said = " ".join((call.message.subject, *call.message.lines))
    assert ("The northern one" in said, "Which pier?" in said) == (words, words)
    assert town.phone("Holm").calls == [], "whoever asked is told, nobody else"


def test_asked_by_telephone_the_contact_who_was_told_last_hears_of_it(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(hours=1)
    question = town.watch_officer.takes_question(board, notice, "Which pier?")
    town.duty_officer.replies(question, "The northern one")
    assert town.phone("Holm").last_call.message.kind == "reply"
    assert [call.message.kind for call in town.phone("Rees").calls] == ["notice"]


def test_where_it_does_not_arrive_the_next_way_is_tried_and_then_somebody_is_rung(town: Town, board: str) -> None:
    town.gets_a_radio("Rees")
    notice = town.duty_officer.issues_notice(to=board)
    question = town.asks_by_link("Rees", board, notice, "Which pier?")
    town.lines.refuses("Rees")
    town.duty_officer.replies(question, "The northern one")
    town.pass_time(minutes=1)
    assert town.heard_by_radio("Rees").last_call.message.kind == "reply"
    assert town.watches(notice, "failure") == []


def test_where_nothing_leads_to_them_any_more_somebody_of_ours_is_rung(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    question = town.asks_by_link("Rees", board, notice, "Which pier?")
    town.lines.refuses("Rees")
    town.duty_officer.replies(question, "The northern one")
    town.pass_time(minutes=1)
    assert len(town.watches(notice, "failure")) == 1


def test_an_answer_told_is_no_second_delivery_of_the_notice(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    question = town.asks_by_link("Rees", board, notice, "Which pier?")
    town.duty_officer.replies(question, "The northern one")
    with town.app.store.look() as look:
        assert len(look.rows_of(town.id(notice))) == 1
    assert town.app.watchdog.check_anew(town.now).ends == ()


@pytest.mark.parametrize("mark", [Mark.AMBER, Mark.RED])
def test_no_contact_point_gets_a_link_whose_code_comes_to_it_as_well(town: Town, board: str, mark: Mark) -> None:
    town.gets_a_radio("Rees")
    notice = town.duty_officer.issues_notice(to=board, mark=mark)
    question = town.asks_by_link("Rees", board, notice, "Which pier?")
    town.lines.refuses("Rees")
    town.duty_officer.replies(question, "The northern one")
    town.pass_time(minutes=1)
    (line,) = town.heard_by_radio("Rees").last_call.message.lines
    assert "Open the link that you have" in line


def test_where_the_notice_came_by_another_way_its_own_link_comes_with_the_answer(town: Town, board: str) -> None:
    town.gets_a_radio("Rees")
    town.lines.refuses("Rees", wrong_address=True)
    notice = town.duty_officer.issues_notice(to=board, mark=Mark.RED)
    town.pass_time(minutes=1)
    question = town.asks_by_link("Rees", board, notice, "Which pier?")
    town.duty_officer.replies(question, "The northern one")
    town.pass_time(minutes=1)
    row = town.app.store.links.row(town.heard_by_radio("Rees").last_call.message.lines[1].rpartition("/")[2])
    assert row is not None
    code.ask_code(town.house, row, command="code", now=town.now)
    town.work()
    heard = [call.message.kind for call in town.heard_by_radio("Rees").calls]
    assert heard == ["notice", "reply"], "its code goes elsewhere"
