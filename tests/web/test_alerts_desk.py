"""Alerts at the desk: begun from a template, written, looked at as they arrive, let out by another, or alone."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from httpx import Response
from lxml import html

from tests.web.installation import Browser, Installation
from tests.web.test_headcounts import submit
from tests.web.test_watching import text
from tocsin.basis.marking import Role
from tocsin.channels.sms.segments import segments
from tocsin.warning.alert.state import Alert
from tocsin.warning.alert.writing.facts import PieceState
from tocsin.warning.alert.writing.state import AlertDraft, AlertTemplate, read_as
from tocsin.web.desk.heard import heard

NONCE = {"nonce": "at-12345678"}
BEGIN = {
    "template": "shipped:bombing", "in_en": "yes", "in_ru": "yes", "place": "Moscow, Russia", "radius": "10",
    "until": "2024-05-04T09:00", "contact": "+1 500 555 0006", **NONCE,
}  # fmt: skip
VALUES = {"urgency": "Expected", "severity": "Severe", "certainty": "Possible", "category": "Security"}


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser) -> Browser:
    assert town.watch_officer
    assert browser.sign_in("watch").status_code == 303
    return browser


@pytest.fixture(name="duty")
def _duty(town: Installation) -> Browser:
    assert town.duty_officer
    browser = Browser(town.site)
    assert browser.sign_in("duty").status_code == 303
    return browser


NONE_READY = "No template of ours is approved, so nobody could send an alert alone"


def waiting(town: Installation) -> AlertDraft:
    with town.store.look() as look:
        return look.all(AlertDraft, order="drafted_at")[-1]


def alert(town: Installation, id: str) -> Alert | None:
    with town.store.look() as look:
        return look.find(Alert, id)


def seen(browser: Browser, path: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', browser.get(path).text)
    assert found is not None
    return found[1]


def begun(town: Installation, browser: Browser, **more: str) -> AlertDraft:
    reply = submit(browser, "/desk/alerts", **{**BEGIN, **more})
    assert reply.status_code == 303, reply.text
    return waiting(town)


def form_of(draft: AlertDraft, **more: str) -> dict[str, str]:
    said: dict[str, str] = {**VALUES, **NONCE, "until": "2024-05-04T09:00", "policy": "kept", "there": "yes"}
    for n, one in enumerate(draft.contents.pieces):
        for name in ("language", "headline", "event", "description", "instruction", "contact"):
            said[f"{name}_{n}"] = getattr(one, name)
        said[f"state_{n}"] = one.state.value
    for n, area in enumerate(draft.contents.areas):
        said |= {f"keep_{n}": "yes", f"area_{n}": area.name}
        said |= {f"area_{n}_in_{language}": name for language, name in area.names}
    return {**said, **more}


def kept(browser: Browser, draft: AlertDraft, **more: str) -> Response:
    path = f"/desk/alerts/{draft.id}"
    return submit(browser, path, **form_of(draft, seen=seen(browser, f"{path}/edit"), **more))


def test_an_alert_is_begun_from_a_template_checked_and_let_out_by_another(
    town: Installation, watch: Browser, duty: Browser, browser: Browser
) -> None:
    draft = begun(town, watch)
    path = f"/desk/alerts/{draft.id}"
    assert [one.state for one in draft.contents.pieces] == [PieceState.DRAFT, PieceState.MACHINE]
    assert draft.contents.areas[0].name == "Moscow, Russia"
    assert "Keep away from crowds in Moscow, Russia until 2024-05-04 07:00 (UTC)" in text(watch.get(path).text)
    page = text(duty.get(path).text)
    assert "1 rule is broken" in page
    assert "A machine translated it" in page
    assert submit(duty, f"{path}/approval", seen=seen_of(town, draft), **NONCE).status_code == 409
    unread = submit(watch, f"{path}/checking", language="ru", read="0" * 64, nonce="at-11112222")
    assert unread.status_code == 409, "words that were written since are not checked by whoever read others"
    (read,) = {read_as(one) for one in draft.contents.pieces if one.language == "ru"}
    assert f'name="read" value="{read}"' in watch.get(path).text
    assert submit(watch, f"{path}/checking", language="ru", read=read, **NONCE).status_code == 303
    assert submit(watch, f"{path}/approval", seen="2", **NONCE).status_code == 403
    assert "No rule is broken" in text(duty.get(path).text)
    reply = submit(duty, f"{path}/approval", seen=seen(duty, path), nonce="at-87654321")
    assert reply.status_code == 303, reply.text
    town.work()
    out = alert(town, draft.id)
    assert out is not None
    assert out.template == "shipped:bombing"
    assert "Не ходите туда" in browser.get(f"/alerts/{draft.id}.cap").text
    assert "Let out by" in text(duty.get(path).text)


def seen_of(town: Installation, draft: AlertDraft) -> str:
    with town.store.look() as look:
        return str(look.version(draft.id))


def test_what_is_shown_is_what_goes_out(town: Installation, watch: Browser) -> None:
    draft = begun(town, watch)
    page = watch.get(f"/desk/alerts/{draft.id}").text
    shown = re.findall(r'<pre class="out" lang="ru" dir="auto" translate="no">(.*?)</pre>', page, re.DOTALL)
    sms = shown[0]
    cost = segments(sms)
    assert cost.encoding == "UCS-2"
    assert f"{cost.messages} parts · {cost.units} units" in text(page)
    assert re.search(r"Pushed to a phone · [^·]+ · no channel sends it yet", text(page))
    assert "left out" in text(page)  # three parts of UCS-2 do not hold it
    letter = watch.get(f"/desk/letters/{draft.id}/ru")
    assert letter.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Не ходите" in letter.text
    assert watch.get(f"/desk/letters/{draft.id}/fr").status_code == 404


def test_a_screen_reader_says_of_the_public_page_what_the_desk_showed_before(
    town: Installation, watch: Browser, duty: Browser, browser: Browser
) -> None:
    draft = begun(town, watch, in_en="", place_said_ru="Москва")
    path = f"/desk/alerts/{draft.id}"
    lists: Any = html.document_fromstring(watch.get(path).text).xpath("//ol[@class='heard']")
    before = [" ".join(one.text_content().split()) for one in lists[-1]]
    (piece,) = draft.contents.pieces
    assert before[0].startswith(f"title {piece.headline}")
    assert f"heading, level 1 {piece.headline}" in before
    assert [one for one in before if one.startswith(("head of", "main", "foot"))] == [
        "head of the page",
        "main part",
        "foot of the page",
    ]
    assert "text Москва" in before
    assert submit(watch, f"{path}/checking", language="ru", read=read_as(piece), **NONCE).status_code == 303
    assert submit(duty, f"{path}/approval", seen=seen(duty, path), nonce="at-87654321").status_code == 303
    page = browser.get(f"/ru/alerts/{draft.id}").text
    after = [f"{kind} {said}".strip() for kind, said in heard(page)]
    words = [one.partition(" ")[2] for one in after if one.startswith(("text", "link"))]
    told = [one.partition(" ")[2] for one in before if one.startswith(("text", "link"))]
    entry, leaf = (one for one in words if one not in told)
    assert entry.startswith("It stands in our public record as entry"), "which it has only since it went out"
    assert [one for one in words if one not in (entry, leaf)] == told


def test_what_is_typed_is_looked_at_and_not_kept(town: Installation, watch: Browser) -> None:
    draft = begun(town, watch, in_ru="")
    said = form_of(draft, description_0="Terrorists are near.", seen="1")
    reply = submit(watch, f"/desk/alerts/{draft.id}/look", **said)
    assert reply.status_code == 200
    page = text(reply.text)
    assert "needs a ground" in page
    assert "They use violence against civilians" in page
    assert waiting(town) == draft
    grounds = dict.fromkeys(
        re.findall(r'name="(ground_0)"', watch.get(f"/desk/alerts/{draft.id}/edit").text), "Listed by the Council."
    )
    reply = submit(watch, f"/desk/alerts/{draft.id}/look", **said, **grounds)
    assert "has a ground" in text(reply.text)


def test_who_writes_on_an_old_page_overwrites_nobody(town: Installation, watch: Browser, duty: Browser) -> None:
    draft = begun(town, watch)
    old = form_of(draft, seen=seen(watch, f"/desk/alerts/{draft.id}/edit"), headline_0="Mine")
    assert kept(duty, draft, headline_0="Theirs").status_code == 303
    assert submit(watch, f"/desk/alerts/{draft.id}", **old).status_code == 409
    assert waiting(town).title == "Theirs"


@pytest.mark.parametrize(
    ("field", "names", "corners"),
    [
        pytest.param({"points": "55.7,37.5 55.8,37.5 55.8,37.7", "area_name": "The hall"}, ["The hall"], 4, id="corners, left open"),
        pytest.param({"centre": "55.75, 37.62", "circle_km": "2,5", "area_name": "The ring"}, ["The ring"], 0, id="a circle"),
        pytest.param({"code_list": "UGC", "codes": "inz038"}, ["Tipton, IN"], None, id="a code of a list"),
        pytest.param({"country": "LU"}, ["Luxembourg"], None, id="a country"),
        pytest.param({"place": "Vienna, Austria", "radius": "5"}, ["Vienna, Austria"], 0, id="a town"),
        pytest.param(
            {"geojson": json.dumps({"type": "Feature", "properties": {"name": "The park"}, "geometry": {
                "type": "Polygon", "coordinates": [[[4, 51], [4.1, 51], [4.1, 51.1], [4, 51]]]}})},
            ["The park"], 4, id="GeoJSON, longitude first"),
    ],
)  # fmt: skip
def test_an_area_is_added_as_it_is_said(
    town: Installation, watch: Browser, field: dict[str, str], names: list[str], corners: int | None
) -> None:
    draft = begun(town, watch, place="")
    assert draft.contents.areas == ()
    reply = kept(watch, draft, **field)
    assert reply.status_code == 303, reply.text
    areas = waiting(town).contents.areas
    assert list(dict.fromkeys(one.name for one in areas)) == names
    if corners is not None:
        assert len(areas[0].polygon) == corners
    if "codes" in field:
        assert areas[0].geocodes == (("UGC", "INZ038"),)
    if "geojson" in field:
        assert areas[0].polygon[0] == (51, 4)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        pytest.param({"place": "Springfield"}, "Several places", id="a name of several towns"),
        pytest.param({"place": "Xyzzy"}, "No town called", id="a name of none"),
        pytest.param({"points": "55.7,37.5"}, "three points", id="one corner"),
        pytest.param({"points": "0,0 1,1 0,1 1,0"}, "cannot be drawn", id="a ring that crosses itself"),
        pytest.param({"centre": "99,0", "circle_km": "1"}, "latitude", id="a point that is nowhere"),
        pytest.param({"centre": "9,0", "circle_km": "-1"}, "kilometres", id="a radius that is none"),
        pytest.param({"geojson": "{"}, "no GeoJSON", id="no JSON"),
        pytest.param({"geojson": '{"type":"Point","coordinates":[1,2]}'}, "no Polygon", id="no area"),
        pytest.param({"geojson": "[" * 20_000}, "no GeoJSON", id="JSON nested without end"),
        pytest.param({"code_list": "UGC", "codes": "nowhere"}, "UGC has no", id="a code of none"),
        pytest.param({"codes": "INZ038"}, "Choose the list", id="a code of no list"),
        pytest.param({"country": "ZZ"}, "no outline", id="no country"),
        pytest.param({"until": "tomorrow"}, "is no moment", id="no moment"),
        pytest.param({"state_0": "perfect"}, "whether a machine", id="a state that is none"),
        pytest.param({"new_language": "!"}, "as a tag", id="a language that is none"),
        pytest.param({"urgency": "<b>"}, "Choose an urgency", id="an urgency that is none"),
        pytest.param({"headline_0": "x" * 301}, "301 characters", id="a headline without end"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_gets_one_sentence_and_keeps_what_was(
    town: Installation, watch: Browser, field: dict[str, str], said: str
) -> None:
    draft = begun(town, watch)
    reply = kept(watch, draft, **field)
    assert reply.status_code == 400
    assert said in text(reply.text)
    assert waiting(town) == draft


def test_a_language_is_added_and_taken_out(town: Installation, watch: Browser) -> None:
    draft = begun(town, watch)
    assert kept(watch, draft, new_language="pt-BR").status_code == 303
    draft = waiting(town)
    assert [one.language for one in draft.contents.pieces] == ["en", "ru", "pt-BR"]
    assert kept(watch, draft, remove_1="yes").status_code == 303
    assert [one.language for one in waiting(town).contents.pieces] == ["en", "pt-BR"]


def test_an_area_has_a_name_in_each_language_of_the_alert(town: Installation, watch: Browser) -> None:
    draft = begun(town, watch, place_said_ru="Москва, Россия", in_de="yes")
    assert draft.contents.areas[0].names == (("ru", "Москва, Россия"),)
    english, german, russian = sorted(draft.contents.pieces, key=lambda one: one.language)
    assert "Москва, Россия" in russian.headline
    assert "Moscow, Russia" in english.headline
    assert "Moscow, Russia" in german.headline
    path = f"/desk/alerts/{draft.id}"
    page = watch.get(path).text
    lacking = re.findall(
        r"([^<>]+)</span> <small class=.dim.><span translate=.no.>(\w+)</span> · <code>area-untranslated", page
    )
    assert lacking == [("No name in this language; it goes out as Moscow, Russia.", "de")]
    assert "<areaDesc>Москва, Россия</areaDesc>" in unescape(page)
    assert re.search(r"Где: Москва, Россия|Where: Москва, Россия", page), "the message"
    form = watch.get(f"{path}/edit").text
    assert 'name="area_0_in_ru" maxlength="200" value="Москва, Россия"' in form
    assert 'name="area_0_in_de" maxlength="200" value=""' in form
    assert "area_0_in_en" not in form
    assert kept(watch, draft, area_0_in_de="Moskau, Russland").status_code == 303
    assert dict(waiting(town).contents.areas[0].names) == {"de": "Moskau, Russland", "ru": "Москва, Россия"}
    assert "area-untranslated" not in watch.get(path).text


def test_what_the_place_is_called_in_the_first_language_stands_for_all(town: Installation, watch: Browser) -> None:
    draft = begun(town, watch, place_said_en="the old town", place_said_ru="старый город")
    area = draft.contents.areas[0]
    assert (area.name, area.names) == ("the old town", (("ru", "старый город"),))


def test_the_name_in_a_language_that_becomes_the_first_stands_for_all(town: Installation, watch: Browser) -> None:
    draft = begun(town, watch, place_said_ru="Москва")
    assert kept(watch, draft, remove_0="yes").status_code == 303
    area = waiting(town).contents.areas[0]
    assert (area.name, area.names) == ("Москва", ())


def test_what_is_of_several_pieces_is_named_once_in_each_language(town: Installation, watch: Browser) -> None:
    draft = begun(town, watch, place="", country="GR", place_said_ru="Греция")
    areas = draft.contents.areas
    assert len(areas) > 1
    assert {one.names for one in areas} == {(("ru", "Греция"),)}
    form = watch.get(f"/desk/alerts/{draft.id}/edit").text
    assert re.findall(r'name="(area_\d+_in_ru)"', form) == ["area_0_in_ru"]
    assert kept(watch, draft, area_0_in_ru="Эллада").status_code == 303
    draft = waiting(town)
    assert {one.names for one in draft.contents.areas} == {(("ru", "Эллада"),)}
    assert kept(watch, draft, area_1="Crete").status_code == 303
    first, second = waiting(town).contents.areas[:2]
    assert (first.names, second.names) == ((("ru", "Эллада"),), ()), "what is renamed is not called as the others are"


TEMPLATE = {
    "name": "Our bombing", "hours": "48", "base": "bombing", "seen": "0", "language_0": "en", "state_0": "draft",
    "headline_0": "Keep away from {place}", "event_0": "Bombing", "description_0": "{source}: until {until}.",
    "instruction_0": "Leave. Ask {contact}.", "contact_0": "", **VALUES, **NONCE,
}  # fmt: skip


def test_a_template_is_approved_by_a_second_and_one_alone_sends_from_it(
    town: Installation, watch: Browser, duty: Browser
) -> None:
    assert NONE_READY in text(watch.get("/desk/alerts").text)
    assert submit(watch, "/desk/templates", **TEMPLATE).status_code == 403
    reply = submit(duty, "/desk/templates", **TEMPLATE)
    assert reply.status_code == 303, reply.text
    path = reply.headers["location"]
    with town.store.look() as look:
        (own,) = look.all(AlertTemplate)
    second = Browser(town.site)
    assert town.person("Second Sam", Role.DUTY_OFFICER)
    assert second.sign_in("second").status_code == 303
    assert submit(duty, f"{path}/approval", seen="1", **NONCE).status_code == 409
    assert submit(second, f"{path}/approval", seen="1", **NONCE).status_code == 303
    assert "approved" in text(watch.get("/desk/templates").text)
    assert NONE_READY not in text(watch.get("/desk/alerts").text)
    draft = begun(town, duty, template=own.id)
    assert draft.contents.pieces[0].state is PieceState.CHECKED
    page = f"/desk/alerts/{draft.id}"
    assert "Break the glass" in text(duty.get(page).text)
    assert "Break the glass" not in text(second.get(page).text)
    said: dict[str, Any] = {"seen": seen(duty, page), **NONCE}
    assert submit(duty, f"{page}/alone", **said).status_code == 400
    assert submit(duty, f"{page}/alone", sure="yes", **said).status_code == 303
    out = alert(town, draft.id)
    assert out is not None
    assert out.break_glass
    assert "alone, by break-glass" in text(duty.get(page).text)


def test_pages_of_alerts_are_nobodys_who_does_not_work_here(
    town: Installation, watch: Browser, browser: Browser
) -> None:
    draft = begun(town, watch)
    stranger = Browser(town.site)
    for path in ("/desk/alerts", f"/desk/alerts/{draft.id}", f"/desk/letters/{draft.id}/en", "/desk/templates"):
        assert stranger.get(path).status_code in (303, 401)
        assert "Moscow" not in stranger.get(path).text
    assert watch.get("/desk/alerts/nothing").status_code == 404
    assert watch.get("/desk/alerts/nothing/edit").status_code == 404
    assert watch.get("/desk/templates/nothing").status_code == 404
    assert "Keep away from crowds" in text(watch.get("/desk/alerts").text)


def test_a_draft_that_is_dropped_is_over(town: Installation, watch: Browser) -> None:
    draft = begun(town, watch)
    path = f"/desk/alerts/{draft.id}"
    assert submit(watch, f"{path}/dropping", why="", **NONCE).status_code == 409
    assert submit(watch, f"{path}/dropping", why="It was nothing.", **NONCE).status_code == 303
    assert "It was nothing." in text(watch.get(path).text)
    assert watch.get(f"{path}/edit").status_code == 404
    assert town.clock.now() - draft.drafted_at < timedelta(hours=1)
