"""What waits at the desk, in a real browser: the board, headcounts, replies and institutions fit, bar nobody, need no mouse."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.judge import LOOKS, faults, fits, seen, unreached
from tests.browser.served import Served
from tests.web.installation import Browser as Reader
from tests.web.institutions import Board
from tests.web.test_headcounts import asked, press, submit
from tests.web.test_institutions import dealt, knocking, step
from tests.web.test_telling import mailed_alert, wrote
from tests.web.test_watching import again, watches
from tocsin.answer.replies import Reply
from tocsin.basis.marking import Mark
from tocsin.people.warden import WardenNamed
from tocsin.store.account import answers

pytestmark = pytest.mark.browser


class Town(Served):
    """A desk that is served, at which much waits for an officer."""

    def happens(self) -> None:
        town = self.town
        self.board = board = Board(town, mark=Mark.GREEN)
        self.duty = duty = knocking(board)
        self.back = {"what": "The bridge falls", "where": "Mill Lane", "when": "By Saturday", "will_do": "Close it"}
        step(board, duty, "read_back", speaker="Rees", **self.back)
        step(board, duty, "ask", words="Which pier?", speaker="Rees")
        step(board, duty, "hand_on", to=board.abbey, words="They own it", speaker="Rees")
        self.alert = mailed_alert(town)
        wrote(town, "We went to the abbey, the dog too. Is the fair still on?")
        self.headcount, people = asked(town, duty)
        press(town, self.headcount, people[1], "need_help", "I am trapped upstairs")
        self.wanda, now = town.person("Wanda Ward"), town.clock.now()
        town.commit(WardenNamed(subject=town.store.new_id(), occurred_at=now, warden=self.wanda, persons=tuple(people)))
        self.count = f"/desk/headcounts/{self.headcount}"
        self.sheet = f"{self.count}/sheets/{self.wanda}"
        assert submit(duty, self.sheet).status_code == 303
        (self.silent,) = watches(town, self.headcount, "silence")
        self.notice = f"/desk/warnings/{board.notice}"
        self.link = f"/a/{town.token(board.notice, board.rees)}/institution"
        for said in ({"step": "read_back"} | self.back, {"step": "ask", "words": "Which pier?"}):
            assert Reader(town.site).post(self.link, said).status_code == 200
        town.work()

    @property
    def places(self) -> list[str]:
        """Return every page of them."""
        watch = f"/desk/watches/{self.silent.id}"
        results = f"{self.sheet}/results"
        return [
            "/desk", watch, "/desk/headcounts", self.count, self.sheet, results, "/desk/replies", self.notice, self.link,
        ]  # fmt: skip


@pytest.fixture(name="served", scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with closing(Town(tmp_path_factory.mktemp("work") / "data")) as served:
        yield served


@LOOKS
def test_they_fit_and_bar_nobody(browser: Browser, served: Town, width: int, look: str) -> None:
    with seen(browser, served, width, look) as page:
        for place in served.places:
            assert faults(page, served.url + place, look) == [], place


def test_the_tab_key_comes_to_everything_and_shows_where_it_is(page: Page, served: Town) -> None:
    served.sign_in(page)
    for place in served.places:
        page.goto(served.url + place)
        assert unreached(page) == [], place


def test_a_wardens_list_is_printed_without_what_is_only_for_the_screen(page: Page, served: Town) -> None:
    served.sign_in(page)
    page.goto(served.url + served.sheet)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    assert fits(page)
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator("main .btn").first).to_be_hidden()
    expect(page.locator("table.sheet thead th").nth(1)).to_be_visible()
    assert page.locator("table.sheet tbody tr").count() == 3


def test_one_key_on_a_row_of_the_board_does_what_it_says(page: Page, served: Town) -> None:
    served.sign_in(page)
    here = "document.activeElement.closest('[data-row]')"
    rows = page.locator("[data-row]")
    assert rows.count() > 2
    rows.first.focus()
    page.keyboard.press("j")
    assert page.evaluate(f"{here} === document.querySelectorAll('[data-row]')[1]")
    page.keyboard.press("k")
    assert page.evaluate(f"{here} === document.querySelectorAll('[data-row]')[0]")
    row = page.locator("[data-row]", has=page.locator(f"[href='/desk/watches/{served.silent.id}#call']")).first
    row.focus()
    page.keyboard.press("c")
    page.wait_for_url(f"**/desk/watches/{served.silent.id}#call")
    page.go_back()
    row.focus()
    with page.expect_navigation():
        page.keyboard.press("e")
    expect(page.locator("h1")).to_be_visible()
    served.town.work()
    assert len(again(served.town, served.silent).rings) == 1
    page.goto(f"{served.url}/desk")
    row.focus()
    with page.expect_navigation():
        page.keyboard.press("t")
    expect(page.locator("h1")).to_be_visible()
    assert again(served.town, served.silent).accepted_by == served.town.duty_officer


def test_a_headcount_is_asked_and_a_list_entered_with_the_keyboard_alone(browser: Browser, served: Town) -> None:
    page = browser.new_page(java_script_enabled=False)
    served.sign_in(page)
    page.goto(f"{served.url}/desk/headcounts")
    page.focus("select[name=group]")
    page.keyboard.type("The mill")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.type("Where are you?")
    page.focus("main form .btn.first")
    page.keyboard.press("Enter")
    expect(page.locator("main tbody tr")).to_have_count(2)
    page.focus(f"main tbody a:not([href='{served.count}'])")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Where are you?")
    page.goto(f"{served.url}{served.sheet}/results")
    page.fill("input[name=until]", (served.town.clock.now() + timedelta(minutes=55)).strftime("%Y-%m-%dT%H:%M"))
    page.focus("table input[type=radio]:checked")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("In the yard")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}{served.count}")
    expect(page.locator("#live dd").first).to_have_text("1")
    page.close()


def test_a_reply_is_read_and_recorded_with_the_keyboard_alone(browser: Browser, served: Town) -> None:
    page = browser.new_page(java_script_enabled=False)
    served.sign_in(page)
    page.goto(f"{served.url}/desk/replies")
    page.focus("select[name=answer]")
    page.keyboard.type("Safe")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("No reply waits to be read.")
    with served.town.store.look() as look:
        assert [one.decided_by for one in look.all(Reply)] == [served.town.duty_officer]
        assert "safe" in [one.answer.value for one in answers(look, served.town.store.keys, served.alert)]
    page.close()


def test_a_read_back_is_compared_at_the_desk_with_the_keyboard_alone(browser: Browser, served: Town) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 900}, java_script_enabled=False)
    served.sign_in(page)
    page.goto(served.url + served.notice)
    page.focus(f"#institution-{served.board.board} input[name=differs_when]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Two days, not Saturday")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("It differs in: When. Two days, not Saturday")
    assert [one.differs for one in dealt(served.board).read_backs].count(("when",)) == 1
    page.close()


def test_an_institution_reads_back_and_asks_with_the_keyboard_alone(browser: Browser, served: Town) -> None:
    before = {one.id for one in dealt(served.board).read_backs}
    page = browser.new_page(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page.goto(served.url + served.link)
    page.focus("textarea[name=what]")
    for words in ("The pier gives way", "At the mill", "Tomorrow", "Close the lane"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_be_visible()
    page.focus("form:nth-of-type(2) textarea")
    page.keyboard.type("From which bank?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("From which bank?")
    page.close()
    kept = dealt(served.board)
    assert [one.will_do for one in kept.read_backs if one.id not in before] == ["Close the lane"]
    assert "From which bank?" in [one.words for one in kept.questions]
