"""One's own page: anybody may enrol, nobody learns who is known, a link is the only way in, and looking changes nothing."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html

from tests.web.installation import Browser, Installation, made_up
from tests.words import bare
from tocsin.flow.delivery import link
from tocsin.locale import words_for
from tocsin.people import where
from tocsin.people.facts import ContactChanged, PersonRenamed
from tocsin.people.state import Consent, Contact, ContactStands, Needs, Person, Place
from tocsin.store.reconcile import reconcile
from tocsin.web.self.page import ASKED, GUESSES
from tocsin.web.self.serving import NO_FORM

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Installation]:
    town = Installation(tmp_path / "data")
    town.house = dataclasses.replace(town.house, carriers={"mail": town.paper, "sms": town.paper})
    yield town
    assert reconcile(town.store) == []
    town.close()


@pytest.fixture(name="browser")
def _browser(town: Installation) -> Browser:
    return Browser(town.site)


def post(browser: Browser, path: str, **fields: str) -> tuple[int, str]:
    reply = browser.ask("POST", path, content=urlencode(fields).encode(), headers={"content-type": FORM})
    return reply.status_code, reply.text


def enrol(browser: Browser, address: str, language: str = "en") -> tuple[int, str]:
    return post(browser, "/me", address=address, language=language, agree="yes")


def way_in(town: Installation) -> str:
    """Return the path behind the last link that was sent."""
    town.work()
    return str(re.search(r"/me/\w+", " ".join(town.paper.messages[-1].lines))[0])  # type: ignore[index]


def enrolled(town: Installation, browser: Browser, address: str = "ann@x.example") -> str:
    enrol(browser, address)
    path = way_in(town)
    assert post(browser, path, do="confirm")[0] == 200
    return path


def contacts(town: Installation) -> list[Contact]:
    with town.store.look() as look:
        return look.all(Contact, order="order")


def said(text: str) -> str:
    return " ".join(str(html.document_fromstring(text).xpath("string(//main)")).split())


def test_anybody_enrols_with_nothing_but_an_address(town: Installation, browser: Browser) -> None:
    page = browser.get("/me")
    assert page.status_code == 200
    assert "Be warned by Mill Town" in said(page.text)
    status, text = enrol(browser, " ann@x.example ", "fr")
    assert (status, "Look at your messages" in said(text)) == (200, True)
    assert "ann@x.example" not in text
    path = way_in(town)
    before = town.row_counts()
    for _ in range(2):  # what opens links to look for evil opens this one, too
        assert "Is this yours?" in said(browser.get(path).text)
    assert town.row_counts() == before
    assert contacts(town)[0].stands is ContactStands.PENDING
    status, text = post(browser, path, do="confirm")
    assert (status, "What we keep about you" in said(text)) == (200, True)
    assert contacts(town)[0].stands is ContactStands.ACTIVE
    with town.store.look() as look:
        assert look.get(Person, contacts(town)[0].person).languages == ("fr",)


def test_nobody_learns_who_is_known(town: Installation, browser: Browser) -> None:
    enrolled(town, browser)
    sent = len(town.paper.messages)
    known, unknown = enrol(browser, "ann@x.example"), enrol(browser, "bell@x.example")
    assert known == unknown
    town.clock.set(town.clock.now() + timedelta(minutes=11))
    assert enrol(browser, "ann@x.example") == enrol(browser, "cob@x.example")
    town.work()
    assert len(town.paper.messages) == sent + 3


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        pytest.param({"address": "SECRET", "agree": "yes"}, 400, "cannot send anything there", id="no address"),
        pytest.param({"address": "a@b.example\nx", "agree": "yes"}, 400, "cannot send anything there", id="two lines"),
        pytest.param({"address": "ann@x.example"}, 400, "only if you agree", id="no consent"),
        pytest.param({}, 400, "only if you agree", id="nothing"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form(
    town: Installation, browser: Browser, fields: dict[str, str], status: int, sentence: str
) -> None:
    got, text = post(browser, "/me", language="en", **fields)
    assert (got, sentence in said(text)) == (status, True)
    assert "SECRET" not in text
    assert contacts(town) == []


def test_everything_is_shown_and_can_be_changed(town: Installation, browser: Browser) -> None:
    path = enrolled(town, browser)
    ann = contacts(town)[0].person
    for fields in (
        {"do": "name", "what": "Ann <b>"},
        {"do": "language", "what": "de"},
        {"do": "needs", "what": "large_text"},
        {"do": "home", "what": "BE"},
        {"do": "pause", "what": "week"},
        {"do": "add", "address": "+32 2 555 12 12"},
    ):
        status, text = post(browser, path, **fields)
        assert (status, "It is changed" in said(text)) == (200, True), fields
    page = html.document_fromstring(browser.get(path).text)
    assert page.xpath("//input[@value='Ann <b>']")
    assert "+3225551212" in str(page.xpath("string(//main)"))
    assert "You live in: Belgium" in str(page.xpath("string(//main)"))
    assert page.xpath("//input[@value='large_text'][@checked]")
    with town.store.look() as look:
        person = look.get(Person, ann)
        assert (person.languages, person.paused_until) == (("de",), town.clock.now() + timedelta(days=7))
        assert look.get(Needs, ann).needs == "large_text"
        (home,) = look.all(Place, person=ann)
    second = contacts(town)[1]
    for fields in (
        {"do": "resume"},
        {"do": "needs"},
        {"do": "remove_place", "what": home.id},
        {"do": "remove", "what": second.id},
        {"do": "pause_contact", "what": contacts(town)[0].id},
    ):
        assert post(browser, path, **fields)[0] == 200, fields
    assert [one.stands for one in contacts(town)] == [ContactStands.PAUSED, ContactStands.REMOVED]
    with town.store.look() as look:
        assert look.get(Person, ann).paused_at is None
        assert look.get(Needs, ann).needs == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"do": "dance"}, "could not read that", id="no such thing"),
        pytest.param({}, "could not read that", id="nothing"),
        pytest.param({"do": "erase"}, "Tick the box first", id="not sure"),
        pytest.param({"do": "add", "address": "SECRET"}, "no international telephone number", id="no address"),
        pytest.param({"do": "add", "address": "ann@x.example"}, "already", id="the same address"),
        pytest.param({"do": "language", "what": "SECRET!"}, "language is a tag", id="no language"),
        pytest.param({"do": "home", "what": "SECRET"}, "two letters", id="no country"),
        pytest.param({"do": "remove", "what": "somebody else's"}, "no contact point", id="what is not theirs"),
    ],
)
def test_what_cannot_be_changes_nothing(
    town: Installation, browser: Browser, fields: dict[str, str], sentence: str
) -> None:
    path = enrolled(town, browser)
    before = town.row_counts()
    status, text = post(browser, path, **fields)
    assert (status, sentence in said(text)) == (400, True)
    assert "SECRET" not in text
    assert town.row_counts() == before


def test_the_way_in_is_not_removed_from_within(town: Installation, browser: Browser) -> None:
    path = enrolled(town, browser)
    assert "You came here by this one" in said(post(browser, path, do="remove", what=contacts(town)[0].id)[1])


def test_whoever_erases_themselves_is_forgotten_at_once(town: Installation, browser: Browser) -> None:
    path = enrolled(town, browser)
    ann = contacts(town)[0].person
    status, text = post(browser, path, do="erase", sure="yes")
    assert (status, "Erased" in said(text)) == (200, True)
    assert not town.store.keys.holds(ann)
    assert browser.get(path).status_code == 404
    assert post(browser, path, do="resume")[0] == 404


def test_whose_address_it_was_not_has_it_forgotten_with_one_press(town: Installation, browser: Browser) -> None:
    enrol(browser, "ann@x.example")
    path = way_in(town)
    assert "Erased" in said(post(browser, path, do="erase")[1])
    assert not town.store.keys.holds(contacts(town)[0].person)


def test_before_it_is_confirmed_nothing_can_be_changed(town: Installation, browser: Browser) -> None:
    enrol(browser, "ann@x.example")
    assert post(browser, way_in(town), do="name", what="Ann")[0] == 400


def test_whoever_was_on_a_list_comes_to_the_page_of_that_person(town: Installation, browser: Browser) -> None:
    bell = enrolled(town, browser, "bell@x.example")
    first = contacts(town)[0]
    listed = [
        ContactChanged(subject=first.id, occurred_at=town.clock.now(), person=first.person, address="ann@x.example"),
        PersonRenamed(subject=first.person, occurred_at=town.clock.now(), name="Ann of the mill"),
    ]
    town.store.commit(listed, at=town.clock.now(), by="console", command="as a list says")
    enrol(browser, "ann@x.example")
    path = way_in(town)
    assert path != bell
    assert "Ann of the mill" not in browser.get(path).text
    status, text = post(browser, path, do="confirm", town="Krasnogorsk")
    assert status == 200
    page = html.document_fromstring(text)
    assert page.xpath("//input[@value='Ann of the mill']")
    assert "was on a list of ours already" in said(text)
    assert "You live in: Krasnogorsk" in said(text)
    assert browser.get(path).status_code == 404
    own = str(page.xpath("string(//form/@action)"))
    assert post(browser, own, do="erase", sure="yes")[0] == 200
    assert not town.store.keys.holds(first.person)


def test_a_guess_learns_nothing_and_is_slowed_down(town: Installation, browser: Browser) -> None:
    path = enrolled(town, browser)
    wrong = [path[:-1], "/me/x", f"/me/{town.store.links.token(1)}", "/me/" + "a" * 200, "/me//", "/me/é"]
    pages = {browser.get(one).text for one in wrong}
    assert len(pages) == 1
    town.clock.set(town.clock.now() + link.LASTS + timedelta(days=1))
    assert browser.get(path).status_code == 404
    statuses = [browser.get("/me/x").status_code for _ in range(GUESSES)]
    assert statuses[-1] == 429


def test_nobody_asks_for_links_without_end(town: Installation, browser: Browser) -> None:
    statuses = [enrol(browser, f"p{n}@x.example")[0] for n in range(ASKED + 1)]
    assert statuses == [200] * ASKED + [429]


@pytest.mark.parametrize(
    ("method", "kind", "body", "status"),
    [
        pytest.param("PUT", FORM, b"", 405, id="another method"),
        pytest.param("POST", "application/json", b"{}", 415, id="JSON"),
        pytest.param("POST", FORM, b"a=" + b"x" * 20_000, 413, id="too long"),
        pytest.param("POST", FORM, b"a=%ff&address=\xff", 400, id="no UTF-8"),
        pytest.param("POST", FORM, b"&".join(b"a=1" for _ in range(50)), 400, id="too many fields"),
    ],
)
def test_what_is_no_form_is_refused(
    town: Installation, browser: Browser, method: str, kind: str, body: bytes, status: int
) -> None:
    reply = browser.ask(method, "/me", content=body, headers={"content-type": kind})
    assert reply.status_code == status
    assert contacts(town) == []


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        pytest.param("GET", "/me/x", 404, "This link does not work", id="a link that leads nowhere"),
        pytest.param("GET", "/leave/x", 404, "This link does not work", id="one out of a letter"),
        pytest.param("PUT", "/me", 405, NO_FORM, id="another method"),
        pytest.param("POST", "/leave/x", 415, NO_FORM, id="no form"),
    ],
)
def test_what_goes_wrong_is_said_in_the_readers_language(
    town: Installation, browser: Browser, method: str, path: str, status: int, sentence: str
) -> None:
    town.said = words_for
    for accepted, language, direction in (("ar, en;q=0.5", "ar", "rtl"), ("de-AT", "de", "ltr"), ("tlh", "en", "ltr")):
        reply = browser.ask(method, path, headers={"accept-language": accepted})
        assert reply.status_code == status
        assert f'<html lang="{language}" dir="{direction}">' in reply.text
        assert words_for(language)(sentence) in reply.text
        assert language == "en" or sentence not in reply.text, "English is no translation"


def test_these_pages_are_kept_nowhere_and_told_to_nobody(town: Installation, browser: Browser) -> None:
    path = enrolled(town, browser)
    for one in ("/me", path):
        headers = browser.get(one).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "noindex" in headers["x-robots-tag"]
        assert "set-cookie" not in headers
        assert "script" not in browser.get(one).text
    assert browser.ask("HEAD", "/me").content == b""


def test_every_sentence_can_be_translated_and_is_read_from_the_right(town: Installation, browser: Browser) -> None:
    town.said = lambda _tag: made_up()
    path = enrolled(town, browser)
    enrol(browser, "bell@x.example")
    pending = way_in(town)
    pages = [
        browser.get("/me").text,
        enrol(browser, "cob@x.example")[1],
        browser.get(path).text,
        browser.get(pending).text,
    ]
    pages.append(post(browser, path, do="erase", sure="yes")[1])
    for page in pages:
        assert bare(page) == []


# ---- ending warnings from a letter


CLICK = "List-Unsubscribe=One-Click"


def leaving(town: Installation, browser: Browser) -> tuple[str, str]:
    """Return somebody who was written to, and the path of the link in their letter."""
    enrolled(town, browser)
    ann = contacts(town)[0]
    with town.store.look() as look:
        (batch,) = look.batches(ann.id)
        (recipient,) = look.recipients(batch.id)
    return ann.person, f"/leave/{town.store.links.leaving_token(recipient.row)}"


def agreed(town: Installation) -> list[bool]:
    with town.store.look() as look:
        return [one.withdrawn_at is None for one in look.all(Consent, order="given_at")]


def test_looking_at_the_link_in_a_letter_ends_nothing(town: Installation, browser: Browser) -> None:
    _, path = leaving(town, browser)
    before = town.row_counts()
    for method in ("GET", "HEAD", "GET"):
        reply = browser.ask(method, path)
        assert reply.status_code == 200
    page = html.document_fromstring(browser.get(path).text)
    assert page.xpath("//form[@method='post']//input[@name='List-Unsubscribe'][@value='One-Click']")
    assert page.xpath("//a[@href='/me']")
    assert "ann@x.example" not in browser.get(path).text
    assert town.row_counts() == before
    assert agreed(town) == [True]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param(FORM, CLICK, id="a form"),
        pytest.param(
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            id="a form in parts",
        ),
    ],
)
def test_one_click_ends_warnings_without_a_cookie_and_twice_is_once(
    town: Installation, browser: Browser, kind: str, body: str
) -> None:
    _, path = leaving(town, browser)
    for _ in range(2):
        reply = Browser(town.site).ask("POST", path, content=body.encode(), headers={"content-type": kind})
        assert (reply.status_code, "set-cookie" in reply.headers, "location" in reply.headers) == (200, False, False)
        assert "only in danger to life" in said(reply.text)
    assert agreed(town) == [False]
    status, text = post(browser, path, do="agree")
    assert (status, "We warn you again" in said(text)) == (200, True)
    assert sorted(agreed(town)) == [False, True]
    with town.store.look() as look:
        again = next(one for one in look.all(Consent) if one.withdrawn_at is None)
    assert "I want to be warned of danger" in again.wording


@pytest.mark.parametrize(
    "fields", [{}, {"do": "erase", "sure": "yes"}, {"List-Unsubscribe": "no"}, {"List-Unsubscribe": ""}]
)
def test_whatever_else_is_sent_there_changes_nothing(
    town: Installation, browser: Browser, fields: dict[str, str]
) -> None:
    _, path = leaving(town, browser)
    before = town.row_counts()
    assert post(browser, path, **fields)[0] == 400
    for more in ({"content": b"x" * 20_000, "headers": {"content-type": FORM}}, {"content": b"{}"}):
        assert browser.ask("POST", path, **more).status_code in (413, 415)
    assert browser.ask("DELETE", path).status_code == 405
    assert town.row_counts() == before


def test_a_made_up_link_leads_nowhere_and_is_soon_too_often(town: Installation, browser: Browser) -> None:
    _, path = leaving(town, browser)
    assert post(browser, path[:-1], **{"List-Unsubscribe": "One-Click"})[0] == 404
    assert {browser.get(f"/leave/{n}").status_code for n in range(GUESSES + 1)} == {404, 429}
    assert browser.get(path).status_code == 200
    assert agreed(town) == [True]


def test_ones_own_page_ends_warnings_and_begins_them_again(town: Installation, browser: Browser) -> None:
    path = enrolled(town, browser)
    status, text = post(browser, path, do="leave")
    assert (status, "only in danger to life" in said(text)) == (200, True)
    assert agreed(town) == [False]
    status, text = post(browser, path, do="agree")
    assert (status, "You agreed that Mill Town warns you" in said(text)) == (200, True)
    assert sorted(agreed(town)) == [False, True]


# ---- where one lives


def home(town: Installation) -> where.Where | None:
    with town.store.look() as look:
        found = [one for one in look.all(Place) if one.removed_at is None]
    return where.read(found[0].where) if found else None


VIENNA = where.Where(point=(48.2085, 16.3721), within_m=10_000, country="AT")


@pytest.mark.parametrize("name", ["Wien", " wien ", "فيينا", "וינה", "ウィーン"])
def test_a_town_is_said_by_its_name_in_any_script(town: Installation, browser: Browser, name: str) -> None:
    path = enrolled(town, browser)
    status, text = post(browser, path, do="home", town=name)
    assert (status, home(town)) == (200, VIENNA)
    assert "You live in: Vienna, Austria" in said(text)
    page = html.document_fromstring(text)
    assert page.xpath("//input[@name='town'][@value='Vienna'][@dir='auto']")
    assert page.xpath("//option[@value='AT'][@selected]")


def test_of_several_towns_of_one_name_one_is_chosen_and_nothing_is_kept_before(
    town: Installation, browser: Browser
) -> None:
    path = enrolled(town, browser)
    before = town.row_counts()
    status, text = post(browser, path, do="home", town="Birmingham")
    assert (status, "Which is yours?" in said(text), "It is changed" in said(text)) == (200, True, False)
    assert town.row_counts() == before
    buttons = list(html.document_fromstring(text).iterfind(".//button[@name='spot']"))
    names = ["".join(map(str, one.itertext())).strip() for one in buttons]
    assert names[0] == "Birmingham, United Kingdom"
    assert len(set(names)) == len(names)
    status, text = post(browser, path, do="home", spot=buttons[1].get("value", ""))
    assert (status, "It is changed" in said(text)) == (200, True)
    assert "You live in: Birmingham, United States" in said(text)
    assert post(browser, path, do="home", town="Birmingham", what="GB")[0] == 200
    kept = home(town)
    assert kept is not None
    assert kept.country == "GB"


def test_a_country_alone_can_be_said_and_nothing_at_all(town: Installation, browser: Browser) -> None:
    path = enrolled(town, browser)
    for fields, country in (({"what": "BE"}, "BE"), ({"town": "France"}, "FR")):
        assert post(browser, path, do="home", **fields)[0] == 200
        assert home(town) == where.Where(country=country)
    assert post(browser, path, do="home", town="", what="")[0] == 200
    assert home(town) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"town": "SECRET"},
        {"town": "SECRET, Austria"},
        {"town": "SECRET", "what": "AT"},
        {"town": "Vienna", "what": "FR"},
        {"spot": "0,0"},
        {"spot": "SECRET"},
        {"spot": "91,0"},
        {"what": "SECRET"},
        {"town": "\0" * 300},
    ],
)
def test_what_is_no_place_is_refused_and_what_was_said_stays(
    town: Installation, browser: Browser, fields: dict[str, str]
) -> None:
    path = enrolled(town, browser)
    post(browser, path, do="home", town="Wien")
    status, text = post(browser, path, do="home", **fields)
    assert (status, "SECRET" in said(text), home(town)) == (400, False, VIENNA)


def test_whoever_confirms_an_address_may_say_their_town_with_it(town: Installation, browser: Browser) -> None:
    enrol(browser, "ann@x.example")
    path = way_in(town)
    assert html.document_fromstring(browser.get(path).text).xpath("//input[@name='town']")
    status, text = post(browser, path, do="confirm", town="Birmingham")
    assert (status, "Which is yours?" in said(text), home(town)) == (200, True, None)
    assert contacts(town)[0].stands is ContactStands.ACTIVE
    enrol(browser, "bell@x.example")
    assert post(browser, way_in(town), do="confirm", town="Wien")[0] == 200
    assert home(town) == VIENNA
    enrol(browser, "cob@x.example")
    status, text = post(browser, way_in(town), do="confirm", town="SECRET")
    assert (status, "no town of that name" in said(text)) == (400, True)
    assert {one.stands for one in contacts(town)} == {ContactStands.ACTIVE}
