"""An institution's own link: it reads back and asks there, finds both again, and is told what a second knock is about."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.web.installation import Browser, Installation, made_up
from tests.web.institutions import Board
from tests.web.test_institutions import officer
from tests.words import bare
from tocsin.answer.codes import AccessCode
from tocsin.answer.facts import AnswerKind
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.answer import handing, institution
from tocsin.flow.delivery.code import code_of
from tocsin.flow.warning import second_knock
from tocsin.people.facts import PostNamed, PostTaken
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
    town.work()
    assert town.paper.messages[-1].kind == "reply"
    assert path in town.paper.messages[-1].lines[1]
    assert "We have answered your question." in browser.get(path).text
    assert "whoever asked was told so" in officer(town).get(f"/desk/warnings/{board.notice}").text
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


def with_code(board: Board, browser: Browser, link: str) -> None:
    """Open a link with the code that an officer reads out."""
    browser.post(f"{link}/code", {"ask": "1"})
    with board.town.store.look() as look:
        code = look.all(AccessCode, warning=board.notice, person=board.rees)[-1]
    opened = browser.post(f"{link}/code", {"code": code_of(board.town.store, code)})
    assert "Mill Lane" in opened.text


HAND = {"step": "hand_on", "note": "She has the keys"}
NEW = {"step": "hand_on", "name": "Ives", "post": "lock keeper", "channel": "mail", "address": "ives@example.org"}


def keys(board: Board) -> Id:
    """Return somebody else of the waterways board, who holds a post there."""
    town, now = board.town, board.town.clock.now()
    holm, post = town.person("Holm"), town.store.new_id()
    town.commit(
        PostNamed(subject=post, occurred_at=now, organisation=board.board, name="Keeper of the keys"),
        PostTaken(subject=town.store.new_id(), occurred_at=now, post=post, person=holm),
    )
    return holm


def test_a_contact_hands_it_on_to_another_by_post_and_name(town: Installation) -> None:
    board = Board(town, mark=Mark.GREEN)
    holm, path = keys(board), f"/a/{town.token(board.notice, board.rees)}/institution"
    browser = Browser(town.site)
    page = browser.get(path).text
    assert "Holm · Keeper of the keys" in page
    assert "Rees" not in page, "whoever hands it on is not among them"
    assert browser.post(path, HAND).status_code == 400
    assert browser.post(path, HAND | {"to": board.abbey}).status_code == 400
    sent = browser.post(path, HAND | {"to": holm})
    assert sent.status_code == 200
    assert "sent to them" in sent.text
    town.work()
    (handing,) = dealt(board).handings
    assert (handing.giver, handing.to, handing.told, handing.words) == (board.rees, holm, True, "She has the keys")
    its_own = Browser(town.site).get(f"/a/{town.token(board.notice, holm)}/institution").text
    assert "Read it back to us" in its_own, "whoever it was handed to stands for the same institution"
    assert browser.post(path, HAND | {"to": holm}).status_code == 200, "pressed twice it is no trouble"
    assert len(dealt(board).handings) == 1
    assert town.duty_officer
    desk = officer(town).get(f"/desk/warnings/{board.notice}").text
    assert "handed it on to" in desk
    town.said = lambda _tag: made_up()
    assert bare(Browser(town.renewed_site()).get(path).text) == []


@pytest.mark.parametrize("mark", [Mark.AMBER, Mark.RED])
def test_whoever_has_only_the_link_hands_nothing_on_and_reads_no_names(town: Installation, mark: Mark) -> None:
    board = Board(town, mark=mark)
    holm, path = keys(board), f"/a/{town.token(board.notice, board.rees)}/institution"
    browser = Browser(town.site)
    assert "Holm" not in browser.get(path).text
    for said in (HAND | {"to": holm}, NEW):
        page = browser.post(path, said)
        assert page.status_code == 400
        assert "Open the notice with a code first" in page.text
        assert "Holm" not in page.text
    town.work()
    assert dealt(board).handings == ()
    assert dealt(board).wishes == ()


@pytest.mark.parametrize("mark", [Mark.AMBER, Mark.RED])
def test_with_the_code_it_is_handed_on_and_what_is_red_waits_for_a_duty_officer(town: Installation, mark: Mark) -> None:
    board = Board(town, mark=mark)
    holm, link = keys(board), f"/a/{town.token(board.notice, board.rees)}"
    browser = Browser(town.site)
    with_code(board, browser, link)
    page = browser.post(f"{link}/institution", HAND | {"to": holm})
    assert page.status_code == 200
    town.work()
    if mark is Mark.RED:
        assert "waits for a duty officer" in page.text
        (wish,) = dealt(board).wishes
        assert dealt(board).handings == ()
        handing.confirm_handing(town.house, wish.id, by=town.duty_officer, command=town.command(), now=town.clock.now())
        town.work()
    assert [one.to for one in dealt(board).handings] == [holm]
    its_own = Browser(town.site).get(f"/a/{town.token(board.notice, holm)}").text
    assert "Ask for a code" in its_own, "the same rule holds for whoever has it now"
    assert "Mill Lane" not in its_own


def test_somebody_new_is_told_once_a_duty_officer_confirms_it(town: Installation) -> None:
    town.house = replace(town.house, carriers={"paper": town.paper, "mail": town.paper})
    board = Board(town, mark=Mark.GREEN)
    path = f"/a/{town.token(board.notice, board.rees)}/institution"
    browser = Browser(town.site)
    wrong = browser.post(path, NEW | {"address": "by hand"})
    assert wrong.status_code == 400
    assert "by hand" in wrong.text, "nobody has to write it twice"
    page = browser.post(path, NEW)
    assert page.status_code == 200
    assert "nothing has been sent yet" in page.text
    assert browser.post(path, NEW).status_code == 200
    town.work()
    (wish,) = dealt(board).wishes
    duty = officer(town)
    shown = duty.get(f"/desk/warnings/{board.notice}").text
    for words in ("asks to hand it on to", "Ives, lock keeper", "ives@example.org", "Confirm it, and send it"):
        assert words in shown
    watch = officer(town, "watch")
    assert "Confirm it, and send it" not in watch.get(f"/desk/warnings/{board.notice}").text
    to = f"/desk/warnings/{board.notice}/institutions/{board.board}"
    assert (
        watch.post(to, {"_csrf_token": watch.csrf("/desk"), "step": "confirm_handing", "id": wish.id}).status_code
        == 409
    )
    before = len(town.paper.messages)
    assert (
        duty.post(to, {"_csrf_token": duty.csrf("/desk"), "step": "confirm_handing", "id": wish.id}).status_code == 303
    )
    town.work()
    assert len(town.paper.messages) == before + 1
    assert [one.to for one in dealt(board).handings] == [wish.to]
    assert "sent to them" in browser.get(path).text


def test_an_officer_refuses_somebody_new_and_the_contact_reads_so(town: Installation) -> None:
    town.house = replace(town.house, carriers={"paper": town.paper, "mail": town.paper})
    board = Board(town, mark=Mark.GREEN)
    path = f"/a/{town.token(board.notice, board.rees)}/institution"
    browser = Browser(town.site)
    browser.post(path, NEW)
    (wish,) = dealt(board).wishes
    to = f"/desk/warnings/{board.notice}/institutions/{board.board}"
    duty = officer(town)
    assert (
        duty.post(
            to, {"_csrf_token": duty.csrf("/desk"), "step": "refuse_handing", "id": wish.id, "why": "Nobody knows him"}
        ).status_code
        == 303
    )
    town.work()
    page = browser.get(path).text
    assert "not handed on" in page
    assert "Nobody knows him" not in page, "why is for our own people"


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
