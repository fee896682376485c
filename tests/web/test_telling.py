"""At the desk: what somebody told an officer, replies that a person has to read, and codes that are read out."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import html

from tests.web.installation import SECRET, Browser, Installation, made_up
from tests.words import bare
from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.replies import Reply, ReplyKept, WhyKept
from tocsin.answer.state import Watch
from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.answer.plea import rung_for
from tocsin.flow.answer.reply import take_reply
from tocsin.flow.delivery.carrier import Incoming
from tocsin.people.facts import ContactAdded
from tocsin.store import rows
from tocsin.store.account import HeardAnswer
from tocsin.store.account import answers as account_of
from tocsin.store.keys import Keys
from tocsin.store.reconcile import reconcile
from tocsin.warning.headcount.state import Headcount
from tocsin.web.desk.fill.replies import MOST
from tocsin.web.desk.telling import BY_WORD

VIENNA = ZoneInfo("Europe/Vienna")  # the desk's


@pytest.fixture(name="duty")
def _duty(town: Installation, browser: Browser) -> Browser:
    assert town.duty_officer
    assert browser.sign_in("duty").status_code == 303
    return browser


def answers(town: Installation, warning: Id) -> list[HeardAnswer]:
    with town.store.look() as look:
        return account_of(look, town.store.keys, warning)


def tells(town: Installation, browser: Browser, warning: Id, **form: str) -> int:
    token = browser.csrf(f"/desk/warnings/{warning}")
    said = {"who": town.miller, "answer": "safe", "heard": "telephone", "words": "She is at her sister's", **form}
    return browser.post(f"/desk/warnings/{warning}/told", {"_csrf_token": token, **said}).status_code


@pytest.mark.parametrize("heard", BY_WORD)
def test_what_was_told_stands_with_who_spoke_how_and_in_which_words(
    town: Installation, duty: Browser, heard: Heard
) -> None:
    alert = town.alert()
    assert tells(town, duty, alert, heard=heard.value, speaker="Her neighbour") == 303
    (one,) = answers(town, alert)
    assert (one.answer, one.heard, one.speaker, one.words) == (
        AnswerKind.SAFE, heard, "Her neighbour", "She is at her sister's"
    )  # fmt: skip
    page = duty.get(f"/desk/warnings/{alert}").text
    assert "Her neighbour" in page
    assert "She is at her sister" in page
    with town.store.look() as look:
        kept = look.connection.exec_driver_sql("SELECT own_words, words FROM answer_states").one()
    assert "sister" not in "".join(kept), "under the person's own key"
    town.work()
    assert not list(reconcile(town.store))


def test_it_ends_the_silence_and_a_need_for_help_rings(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    assert tells(town, duty, alert, answer="need_help") == 303
    town.work()
    with town.store.look() as look:
        watches = {watch.why.value: watch.settled_at is not None for watch in look.all(Watch, warning=alert)}
    assert watches == {"silence": True, "help": False}


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"words": "  "}, id="without words"),
        pytest.param({"who": "nobody"}, id="of nobody"),
        pytest.param({"who": ""}, id="of no one chosen"),
        pytest.param({"answer": "hello"}, id="no answer"),
        pytest.param({"until": "2024-05-03T12:00"}, id="said tomorrow"),
        pytest.param({"until": "2001-01-01T12:00"}, id="said before it went out"),
        pytest.param({"until": "noon"}, id="said at no moment"),
        pytest.param({"words": "w" * 2_001}, id="too long"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(town: Installation, duty: Browser, form: dict[str, str]) -> None:
    alert = town.alert()
    assert tells(town, duty, alert, **form) in (400, 409)
    assert answers(town, alert) == []


def test_what_was_said_in_the_minute_in_which_it_went_out_is_taken(town: Installation, duty: Browser) -> None:
    town.clock.set(town.clock.now().replace(second=30))
    alert = town.alert()
    assert tells(town, duty, alert, until=f"{town.clock.now().astimezone(VIENNA):%Y-%m-%dT%H:%M}") == 303
    assert len(answers(town, alert)) == 1


def test_what_a_person_told_an_officer_is_not_shown_as_an_institutions_word(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    assert tells(town, duty, alert, words="Trapped by the mill wheel", speaker="Her neighbour") == 303
    page = duty.get(f"/desk/cases/{town.threat}").text
    assert "h-warnings" in page
    assert "mill wheel" not in page


def test_an_officer_of_the_desk_is_none_whom_it_was_for(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    assert tells(town, duty, alert, who=town.watch_officer) == 409


def test_an_auditor_records_nothing(town: Installation) -> None:
    alert = town.alert()
    town.person("Aud Itor", Role.AUDITOR)
    browser = Browser(town.site)
    browser.sign_in("aud")
    page = browser.get(f"/desk/warnings/{alert}").text
    assert "/told" not in page
    token = re.search(r'_csrf_token" value="([^"]+)"', page)
    assert token
    form = {"_csrf_token": token[1], "who": town.miller, "answer": "safe", "words": "x"}
    assert browser.post(f"/desk/warnings/{alert}/told", form).status_code == 403


def test_an_answer_after_the_end_is_marked(town: Installation, duty: Browser) -> None:
    alert = town.alert(hours=1)
    tells(town, duty, alert)
    town.clock.set(town.clock.now() + timedelta(hours=2))
    browser = Browser(town.site)
    browser.sign_in("duty")
    tells(town, browser, alert, answer="acting")
    section = html.document_fromstring(browser.get(f"/desk/warnings/{alert}").text).find(
        ".//section[@aria-labelledby='h-ans']"
    )
    assert section is not None
    said = [str(row.xpath("string()")) for row in section.iterfind(".//li")]
    assert ["after its end" in one for one in said] == [True, False], "the latest first"


# ---- replies


def wrote(town: Installation, text: str, number: int = 1) -> None:
    take_reply(
        town.house,
        Incoming(channel="mail", message=f"<{number}@x>", address="Miller Moll 1", text=text, at=town.clock.now()),
    )


def test_a_reply_is_read_at_the_desk_and_becomes_an_answer(town: Installation, duty: Browser) -> None:
    alert = mailed_alert(town)
    wrote(town, "We are all at the mill <b>now</b>")
    page = duty.get("/desk/replies").text
    assert "We are all at the mill &lt;b&gt;now&lt;/b&gt;" in page
    action = html.document_fromstring(page).xpath("string(//main//form/@action)")
    form = {"_csrf_token": duty.csrf("/desk/replies"), "warning": alert, "answer": "safe", "what": "answer"}
    form["nonce"] = "page-of-one"
    assert duty.post(str(action), form).status_code == 303
    assert [(one.answer, one.heard) for one in answers(town, alert)] == [(AnswerKind.SAFE, Heard.MAIL_UNPROVEN)]
    assert "No reply waits" in duty.get("/desk/replies").text
    assert duty.post(str(action), form).status_code == 303, "a double click is one"
    assert not list(reconcile(town.store))


def mailed_alert(town: Installation, *others: Id) -> Id:
    """Issue an alert that reaches the miller by what is called mail."""
    town.commit(
        ContactAdded(
            subject=town.store.new_id(), occurred_at=town.clock.now(), person=town.miller, channel="mail",
            address="Miller Moll 1", order=-1,
        )
    )  # fmt: skip
    town.house.carriers["mail"] = town.paper  # type: ignore[index]
    return town.alert(persons=(town.miller, *others)) if others else town.alert()


def test_a_reply_to_a_notice_is_for_its_readers_alone(town: Installation, duty: Browser) -> None:
    mailed_alert(town)
    town.notice(readers=())
    wrote(town, "The sluice is open, says my cousin")
    shown = duty.get("/desk/replies").text
    town.person("Wick Red", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    other = Browser(town.site)
    other.sign_in("wick")
    assert "cousin" not in other.get("/desk/replies").text
    assert "cousin" in shown


def test_a_reply_to_a_headcount_is_read_by_the_officers_and_becomes_an_answer(
    town: Installation, duty: Browser
) -> None:
    mailed_alert(town)
    form = {"_csrf_token": duty.csrf("/desk/headcounts"), "persons": town.miller, "hours": "4"}
    assert duty.post("/desk/headcounts", form | {"words": "Where are you?"}).status_code == 303
    town.work()
    with town.store.look() as look:
        (headcount,) = look.all(Headcount)
    wrote(town, "With my cousin at the ford")
    page = duty.get("/desk/replies").text
    assert "With my cousin at the ford" in page
    assert "Are you safe?" in page
    action = html.document_fromstring(page).xpath("string(//main//form/@action)")
    said = {"_csrf_token": duty.csrf("/desk/replies"), "warning": headcount.id, "answer": "safe", "what": "answer"}
    assert duty.post(str(action), said).status_code == 303
    assert [one.answer for one in answers(town, headcount.id)] == [AnswerKind.SAFE]
    wrote(town, "And the dog is with me", 2)
    town.person("Aud It", Role.AUDITOR)
    other = Browser(town.site)
    other.sign_in("aud")
    assert "the dog" not in other.get("/desk/replies").text, "where somebody in danger is, officers alone read"


def test_of_several_at_one_address_the_officer_chooses_whose_answer_it_is(town: Installation, duty: Browser) -> None:
    other = town.person("Miller Max")
    town.commit(
        ContactAdded(
            subject=town.store.new_id(), occurred_at=town.clock.now(), person=other, channel="mail",
            address="Miller Moll 1", order=-1,
        )
    )  # fmt: skip
    alert = mailed_alert(town, other)
    wrote(town, "We are all at the mill")
    page = html.document_fromstring(duty.get("/desk/replies").text)
    assert {str(one.get("value")) for one in page.iterfind(".//select[@name='giver']/option")} == {
        "",
        town.miller,
        other,
    }
    action = str(page.xpath("string(//main//form/@action)"))
    form = {"_csrf_token": duty.csrf("/desk/replies"), "warning": alert, "answer": "safe", "what": "answer"}
    assert duty.post(action, form).status_code == 409, "nobody was chosen"
    form = {**form, "_csrf_token": duty.csrf("/desk/replies"), "giver": other}
    assert duty.post(action, form).status_code == 303
    assert [one.person for one in answers(town, alert)] == [other]


def test_of_very_many_replies_only_those_on_the_page_are_opened(
    town: Installation, duty: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed_alert(town)
    for number in range(MOST + 5):
        wrote(town, f"We are at mill {number}", number)
    decoded = rows.decode
    opened: list[str] = []

    def counts(kind: type[State], row: Any, keys: Keys) -> Any:
        if kind is Reply:
            opened.append(row.id)
        return decoded(kind, row, keys)

    monkeypatch.setattr(rows, "decode", counts)
    page = duty.get("/desk/replies").text
    assert "5 more wait behind these." in page
    assert len(opened) == MOST
    opened.clear()
    action = html.document_fromstring(page).xpath("string(//main//form/@action)")
    token = html.document_fromstring(page).xpath("string(//main//form/input/@value)")
    form = {"_csrf_token": str(token), "what": "none"}
    assert duty.post(str(action), form).status_code == 303
    assert len(opened) <= 4


def test_a_code_stands_at_the_desk_for_whoever_may_read_the_notice(town: Installation, duty: Browser) -> None:
    notice = town.notice(mark=Mark.AMBER)
    link = f"/a/{town.token(notice)}"
    visitor = Browser(town.site)
    visitor.post(f"{link}/code", {"ask": "1"})
    page = html.document_fromstring(duty.get(f"/desk/warnings/{notice}").text)
    code = str(page.xpath("string(//section[@aria-labelledby='h-codes']//code)"))
    assert re.fullmatch(r"\d{4} \d{4}", code)
    town.person("Aud Itor", Role.AUDITOR)
    auditor = Browser(town.site)
    auditor.sign_in("aud")
    assert code not in auditor.get(f"/desk/warnings/{notice}").text
    assert SECRET in visitor.post(f"{link}/code", {"code": code}).text
    assert code not in duty.get(f"/desk/warnings/{notice}").text


def test_the_new_pages_speak_every_language(town: Installation, duty: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    alert = mailed_alert(town)
    wrote(town, "We are all at the mill")
    monkeypatch.setattr(type(town), "language", lambda *_: made_up())
    browser = Browser(town.renewed_site())
    browser.sign_in("duty")
    for path in ("/desk/replies", f"/desk/warnings/{alert}"):
        assert bare(browser.get(path).text) == []


# ---- pleas of who was told of no warning


def test_a_plea_about_no_warning_stands_first_on_the_board_until_it_is_dealt_with(
    town: Installation, duty: Browser
) -> None:
    now, miller = town.clock.now(), town.miller
    plea = ReplyKept(
        subject=town.store.new_id(), occurred_at=now, person=miller, heard=Heard.MAIL,
        words="Help, we are trapped", why=WhyKept.NO_WARNING, warnings=(),
    )  # fmt: skip
    with town.store.look() as look:
        rung = list(rung_for(town.house, look, plea, now))
    town.store.take_reply("plea", now, facts=[plea, *rung])
    town.work()
    page: Any = html.document_fromstring(duty.get("/desk").text)
    (row,) = page.xpath(f"//section[@aria-labelledby='g-need_help']//li[.//a[@href='/desk/replies#r-{plea.subject}']]")
    assert "trapped" not in row.text_content()
    watch = rung[0].subject
    about: Any = html.document_fromstring(duty.get(f"/desk/watches/{watch}").text)
    assert "is called" in about.xpath("string()")
    assert [one.text for one in about.xpath("//section[@id='call']//span[@class='way']//bdi")], "how to reach them"
    token = duty.csrf("/desk")
    assert duty.post(f"/desk/watches/{watch}/again", {"_csrf_token": token}).status_code == 400
    assert duty.post(f"/desk/watches/{watch}/accept", {"_csrf_token": token}).status_code == 303
    replies: Any = html.document_fromstring(duty.get("/desk/replies").text)
    (form,) = replies.forms[-1:]
    assert [one.text for one in form.xpath(".//button")] == ["It is dealt with"]
    assert duty.post(f"/desk/replies/{plea.subject}", {"_csrf_token": token, "what": "none"}).status_code == 303
    assert f"/desk/replies#r-{plea.subject}" not in duty.get("/desk").text
    town.work()
    assert not list(reconcile(town.store))
