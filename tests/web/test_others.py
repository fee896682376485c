"""Others' alerts are shown as theirs: to the public what is real and for everybody, at the desk all, with what is odd about it."""

import math
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.cap import alerts as theirs
from tests.store.test_chains import later
from tests.web.installation import START, Browser, Installation
from tocsin.basis.errors import Broken
from tocsin.basis.marking import Role
from tocsin.cap import Alert, MsgType, Scope, Status, write
from tocsin.cap.model import Area
from tocsin.flow.others.inlets import add_inlet, inlet_named
from tocsin.flow.others.intake import Came, take
from tocsin.report.inlet import Inlet, InletKind, InletTerms
from tocsin.web import kept
from tocsin.web.public.outlines import drawn_of

NASTY = '<script>alert("x")</script> \u202egnol'
SENT = START + timedelta(hours=1)
INFO = replace(theirs.INFO, expires=SENT + timedelta(hours=48))
FLOOD = replace(theirs.ALERT, sent=SENT, status=Status.ACTUAL, infos=(INFO,))


@pytest.fixture(autouse=True)
def _then(town: Installation) -> None:
    town.clock.set(SENT + timedelta(hours=1))


def opens(town: Installation, name: str = "met", *, shown: bool = True) -> Inlet:
    terms = InletTerms(name=name, publisher="Met & Sons", kind=InletKind.PUSH, shown=shown, licence="Free <to> use")
    add_inlet(town.house, terms, by="console", command=f"open {name}", now=town.clock.now())
    with town.store.look() as look:
        return inlet_named(look, name)


def takes(town: Installation, inlet: Inlet, *alerts: Alert | bytes) -> list[str]:
    raws = [one if isinstance(one, bytes) else write(one) for one in alerts]
    return [take(town.store, inlet, Came(raw=raw, what="x"), town.clock.now())[0].sha256[:32] for raw in raws]


def at_desk(town: Installation, role: Role = Role.WATCH_OFFICER) -> Browser:
    town.person("Wren", role)
    browser = Browser(town.site)
    browser.sign_in("wren")
    return browser


def saying(**info: Any) -> Alert:
    return replace(FLOOD, infos=(replace(INFO, **info),))


def test_the_public_sees_what_is_in_force_and_whose_it_is(town: Installation, browser: Browser) -> None:
    assert "Warnings of others" not in browser.get("/").text
    (name,) = takes(town, opens(town), FLOOD)
    for path in ("/others", f"/others/{name}"):
        page = browser.get(path).text
        assert "not ours" in page
        assert "Met &amp; Sons" in page
        assert INFO.headline is not None
        assert INFO.headline in page
    assert 'href="/others"' in browser.get("/").text
    assert "Free &lt;to&gt; use" in browser.get(f"/others/{name}").text


def test_what_a_stranger_writes_is_text_and_stays_in_its_place(town: Installation, browser: Browser) -> None:
    alert = saying(headline=NASTY, description=NASTY, instruction=NASTY, contact=NASTY, web="javascript:alert(1)")
    (name,) = takes(town, opens(town), write(alert).replace(b"<language>en<", b'<language>x" a="<'))
    for page in (
        browser.get("/others").text,
        browser.get(f"/others/{name}").text,
        at_desk(town).get("/desk/others").text,
    ):
        assert "<script>alert" not in page
        assert "javascript:" not in page
        assert 'x" a="' not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "alert",
    [
        pytest.param(replace(FLOOD, status=Status.EXERCISE), id="an exercise"),
        pytest.param(replace(FLOOD, status=Status.TEST), id="a test"),
        pytest.param(replace(FLOOD, scope=Scope.PRIVATE, addresses=("ann@town.example",)), id="a private one"),
        pytest.param(replace(FLOOD, scope=Scope.RESTRICTED, restriction="police"), id="a restricted one"),
    ],
)
def test_what_is_not_real_or_not_for_everybody_is_at_the_desk_alone(
    town: Installation, browser: Browser, alert: Alert
) -> None:
    (name,) = takes(town, opens(town), alert)
    assert browser.get(f"/others/{name}").status_code == 404
    assert browser.get(f"/others/{name}.cap").status_code == 404
    assert "No warning of others is in force." in browser.get("/others").text
    desk = at_desk(town)
    assert f"/desk/others/{name}" in desk.get("/desk/others").text
    assert desk.get(f"/desk/others/{name}").status_code == 200


def test_what_comes_by_an_inlet_that_is_not_shown_is_at_the_desk_alone(town: Installation, browser: Browser) -> None:
    (name,) = takes(town, opens(town, shown=False), FLOOD)
    assert browser.get(f"/others/{name}").status_code == 404
    takes(town, opens(town, "second"), FLOOD)
    assert browser.get(f"/others/{name}").status_code == 200, "it came by one that is shown, too"


def test_the_public_sees_how_a_chain_went_on(town: Installation, browser: Browser) -> None:
    update = later(MsgType.UPDATE, FLOOD, hours=0.5)
    cancel = later(MsgType.CANCEL, update, hours=0.25)
    inlet = opens(town)
    first, second = takes(town, inlet, FLOOD, update)
    page = browser.get(f"/others/{first}").text
    assert "Replaced or ended by whoever issued it" in page
    assert f"/others/{second}" in page
    takes(town, inlet, cancel)
    assert "No warning of others is in force." in browser.get("/others").text
    assert "This ends an earlier warning" in browser.get(f"/others/{second}").text


def test_an_alert_is_handed_out_as_it_came_and_opened_by_no_browser(town: Installation, browser: Browser) -> None:
    (name,) = takes(town, opens(town), FLOOD)
    reply = browser.get(f"/others/{name}.cap")
    assert reply.content == write(FLOOD)
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert browser.get(f"/others/{name}.xml").status_code == 404


def test_the_list_is_never_a_moment_too_old(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT_S", 3_600.0)
    inlet, none = opens(town), "No warning of others is in force."
    assert none in browser.get("/others").text
    assert 'href="/others"' not in browser.get("/").text
    takes(town, inlet, FLOOD)
    assert none not in browser.get("/others").text
    assert 'href="/others"' in browser.get("/").text
    assert INFO.expires is not None
    town.clock.set(INFO.expires)  # nothing came: the clock alone
    assert none in browser.get("/others").text
    assert 'href="/others"' not in browser.get("/").text


def test_each_language_of_the_pages_and_of_the_message_has_its_own_address(
    town: Installation, browser: Browser
) -> None:
    brazil = replace(INFO, language="pt-BR", headline="Enchente")
    (name,) = takes(town, opens(town), replace(FLOOD, infos=(INFO, brazil)))
    page = browser.get(f"/others/{name}").text
    assert f'href="/pt-br/others/{name}"' in page
    assert "Enchente" in browser.get(f"/pt-br/others/{name}", headers={"accept-language": "fr"}).text
    german = browser.get(f"/de/others/{name}", headers={"accept-language": "fr"})
    assert 'href="/de/others"' in german.text
    assert "accept-language" not in german.headers.get("vary", "").lower()
    assert browser.get("/de/others").status_code == 200
    assert browser.get(f"/xx/others/{name}").status_code == 404
    assert browser.get("/pt-br/others").status_code == 404


def test_a_reader_gets_the_language_they_want(town: Installation, browser: Browser) -> None:
    german = replace(INFO, language="de-DE", headline="Hochwasser")
    (name,) = takes(town, opens(town), replace(FLOOD, infos=(*FLOOD.infos, german)))
    assert '<bdi lang="de-DE">Hochwasser' in browser.get(f"/others/{name}?lang=de").text
    assert "Hochwasser" not in browser.get(f"/others/{name}").text


def test_a_long_list_goes_on_over_pages(town: Installation, browser: Browser) -> None:
    takes(town, opens(town), *(replace(FLOOD, identifier=f"flood-{n}") for n in range(55)))
    first, second = browser.get("/others").text, browser.get("/others/page-2").text
    assert (first.count("<li>"), second.count("<li>")) == (50, 5)
    assert 'href="/others/page-2"' in first
    assert 'href="/others"' in second
    for number in ("0", "1", "3", "02", "9999999999"):
        assert browser.get(f"/others/page-{number}").status_code == 404


def test_the_public_door_opens_onto_no_row_behind_the_views(town: Installation) -> None:
    takes(town, opens(town), FLOOD)
    with town.public.look() as look:
        assert look.others(town.clock.now(), skip=0, most=9)[0] == 1
    for asked in (
        "raw FROM received",
        "token FROM inlet_states",
        "number FROM received_chain",
        "item FROM inlet_items",
    ):
        with pytest.raises(Broken), town.public.look() as look:
            look._connection.exec_driver_sql(f"SELECT {asked}")


def test_the_desk_says_what_is_odd_and_what_was_in_force_then(town: Installation) -> None:
    desk, inlet = at_desk(town), opens(town)
    forged = saying(headline="Nothing is the matter")
    first, second = takes(town, inlet, FLOOD, forged)
    assert "says something else" in desk.get(f"/desk/others/{second}").text
    then = (SENT + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%MZ")
    assert f"/desk/others/{first}" in desk.get(f"/desk/others?at={then}").text
    assert f"/desk/others/{first}" not in desk.get(f"/desk/others?at={then}&as_known=yes").text, "it came only later"
    assert "is no moment" in desk.get("/desk/others?at=then").text


def test_an_administrator_opens_and_closes_inlets_and_nobody_else_does(town: Installation) -> None:
    desk = at_desk(town, Role.ADMINISTRATOR)
    form = {"_csrf_token": desk.csrf("/desk/inlets"), "name": "dam", "publisher": "The dam", "kind": "push"}
    page = desk.post("/desk/inlets", {**form, "nonce": "at-12345678"}).text
    token = page.partition('<code translate="no">')[2].partition("<")[0]
    assert token.startswith("tin_")
    heads = {"Authorization": f"Bearer {token}"}
    assert desk.ask("POST", "/api/v1/cap", content=write(FLOOD), headers=heads).status_code == 200
    assert token not in desk.get("/desk/inlets").text
    off = {"_csrf_token": form["_csrf_token"], "nonce": "at-12345679", "do": "off"}
    assert desk.post("/desk/inlets/dam", off).status_code == 303
    assert desk.ask("POST", "/api/v1/cap", content=write(FLOOD), headers=heads).status_code == 401
    wrong = desk.post("/desk/inlets", {**form, "nonce": "at-12345670", "name": "Dam!"}).text
    assert "small letters" in wrong
    assert 'value="The dam"' in wrong
    town.person("Dora", Role.DUTY_OFFICER)
    other = Browser(town.site)
    other.sign_in("dora")
    assert other.get("/desk/inlets").status_code == 403
    assert other.get("/desk/others").status_code == 200


def test_how_far_a_feed_may_lead_is_said_at_the_desk_too(town: Installation) -> None:
    desk = at_desk(town, Role.ADMINISTRATOR)
    fresh = desk.get("/desk/inlets").text
    assert "which anybody on the way can alter" in fresh
    assert "Here it lets none." in fresh, "the settings of the machine let no feed go there"
    feed = {"name": "met", "publisher": "Met", "kind": "feed", "address": "https://met.example/cap"}
    form = {"_csrf_token": desk.csrf("/desk/inlets"), "nonce": "at-12345678", **feed}
    refused = desk.post("/desk/inlets", {**form, "kind": "push", "plain": "yes"}).text
    assert "Only a feed leads anywhere" in refused
    assert 'name="plain" value="yes" checked' in refused
    assert desk.post("/desk/inlets", {**form, "plain": "yes", "private": "yes"}).status_code == 303
    assert reach(town) == (True, True)
    page = desk.get("/desk/inlets").text
    assert "links under http too" in page
    assert "private networks too" in page
    closer = {"_csrf_token": form["_csrf_token"], "nonce": "at-12345679", "do": "reach", "plain": "yes"}
    assert desk.post("/desk/inlets/met", closer).status_code == 303
    assert reach(town) == (True, False)
    assert "private networks too" not in desk.get("/desk/inlets").text
    town.person("Dora", Role.DUTY_OFFICER)
    other = Browser(town.site)
    other.sign_in("dora")
    sent = {"_csrf_token": other.csrf("/desk"), "nonce": "at-12345680", "do": "reach", "private": "yes"}
    assert other.post("/desk/inlets/met", sent).status_code == 403
    assert reach(town) == (True, False)


def test_only_a_feed_has_how_far_it_may_lead(town: Installation) -> None:
    opens(town, "dam")
    assert 'value="reach"' not in at_desk(town, Role.ADMINISTRATOR).get("/desk/inlets").text


def reach(town: Installation, name: str = "met") -> tuple[bool, bool]:
    """Return whether a feed may link to alerts under http, and lead to private networks."""
    with town.store.look() as look:
        one = inlet_named(look, name)
    return one.plain, one.private


@pytest.mark.parametrize(
    "web",
    [
        pytest.param("https://gov.example@evil.example/", id="a host that stands where a name would"),
        pytest.param("https://evil.example/\u202emoc.elpmaxe.vog", id="letters that turn the others round"),
        pytest.param("https://gov.example\\@evil.example/", id="a backslash, which browsers read as a slash"),
        pytest.param("https://g\u043ev.example/", id="a letter that looks like another"),
    ],
)
def test_an_address_that_does_not_lead_where_it_seems_to_is_no_link(
    town: Installation, browser: Browser, web: str
) -> None:
    raw = write(saying(web="https://web.example/")).replace(b"https://web.example/", web.encode())
    (name,) = takes(town, opens(town), raw)
    page = browser.get(f"/others/{name}").text
    assert "evil.example" not in page
    assert 'rel="noopener noreferrer nofollow external"' not in page


def test_an_identifier_that_turns_letters_round_stays_in_its_place(town: Installation, browser: Browser) -> None:
    (name,) = takes(town, opens(town), replace(FLOOD, identifier="a\u202eb"))
    assert "<code><bdi>a\u202eb</bdi></code>" in browser.get(f"/others/{name}").text


def test_the_map_shows_theirs_beside_ours_and_says_that_they_are_not(town: Installation, browser: Browser) -> None:
    square = ((48.2, 16.3), (48.2, 16.5), (48.3, 16.5), (48.2, 16.3))
    coded = Area(area_desc="Polk County", geocodes=(("SAME", "012105"), ("SAME", "999999"), ("Other", "1")))
    drawn = Area(area_desc="Here", polygons=(square,))
    first, second = takes(town, opens(town), saying(areas=(drawn,)), replace(saying(areas=(coded,)), identifier="us"))
    for path in ("/others", f"/others/{first}", f"/others/{second}"):
        page = browser.get(path).text
        assert 'class="theirs"' in page, path
        assert "not by us: Met &amp; Sons" in page, path
        assert 'class="area"' not in page, path
    assert 'class="theirs"' not in browser.get("/").text, "where we warn of nothing there is no map"
    town.alert()
    page = browser.get("/").text
    assert 'class="area"' in page
    assert "Dotted outlines: warnings of others, not ours." in page


def test_an_outline_that_nobody_can_see_whole_is_drawn_coarser() -> None:
    turns = [2 * math.pi * n / 40_000 for n in range(40_000)]
    many = tuple((45 + math.sin(turn), 10 + math.cos(turn)) for turn in turns)
    nowhere = ((95.0, 0.0), (0.0, 0.0), (1.0, 1.0), (95.0, 0.0))
    area = Area(area_desc="x", polygons=((*many, many[0]), nowhere, (*many, many[0])))
    rings = drawn_of(saying(areas=(area,))).rings
    assert len(rings) == 1, "the same outline once"
    assert 500 < len(rings[0]) <= 1_002
    assert rings[0][0] == rings[0][-1] == many[0]


SQUARE = ((48.0, 16.0), (48.0, 17.0), (49.0, 17.0), (49.0, 16.0), (48.0, 16.0))
NOWHERE = ((95.0, 0.0), (0.0, 0.0), (1.0, 1.0), (95.0, 0.0))
TANGLED = ((48.0, 16.0), (49.0, 17.0), (48.0, 17.0), (49.0, 16.0), (48.0, 16.0))
COUNTY, UNKNOWN = ("SAME", "012105"), ("WARNCELLID", "107131000")


@pytest.mark.parametrize(
    ("area", "rings", "left"),
    [
        pytest.param({"polygons": (SQUARE,), "geocodes": (COUNTY,)}, 1, [], id="a sound outline hides its code"),
        pytest.param({"polygons": (SQUARE,), "geocodes": (UNKNOWN,)}, 1, [], id="a code beside a sound outline is not missed"),
        pytest.param({"polygons": (NOWHERE,), "geocodes": (COUNTY,)}, 1, ["polygon"], id="a code stands in for a bad outline"),
        pytest.param({"polygons": (NOWHERE,)}, 0, ["polygon"], id="an outline off the Earth"),
        pytest.param({"polygons": (TANGLED,)}, 2, ["mended"], id="a tangled outline is drawn with both its lobes"),
        pytest.param({"polygons": (SQUARE[:-1],)}, 1, ["mended"], id="an open outline is closed"),
        pytest.param({"circles": ((48.0, 16.0, 0.0),)}, 1, ["point"], id="a circle without a radius is drawn small"),
        pytest.param({"circles": ((48.0, 16.0, 0.0),), "geocodes": (COUNTY,)}, 2, ["point"], id="a point hides no code"),
        pytest.param({"circles": ((98.0, 16.0, 5.0),)}, 0, ["circle"], id="a circle off the Earth"),
        pytest.param({"circles": ((48.0, 16.0, 6_000.0),)}, 0, ["circle"], id="a circle too large to draw"),
        pytest.param({"geocodes": (UNKNOWN,)}, 0, ["code"], id="a code of no list of ours"),
        pytest.param({"geocodes": (COUNTY, UNKNOWN)}, 1, [], id="a second code beside one that is drawn"),
        pytest.param({"polygons": (NOWHERE,), "circles": ((48.0, 16.0, 5.0),)}, 1, ["polygon"], id="one of two shapes"),
    ],
)  # fmt: skip
def test_what_is_not_drawn_as_it_came_is_known(area: dict[str, Any], rings: int, left: list[str]) -> None:
    found = drawn_of(saying(areas=(Area(area_desc="x", **area),)))
    assert (len(found.rings), [each.why.value for each in found.left]) == (rings, left)


def test_more_outlines_than_a_map_can_hold_are_not_left_out_in_silence() -> None:
    every = tuple(tuple((lat + n / 100, lon) for lat, lon in SQUARE) for n in range(70))
    found = drawn_of(saying(areas=(Area(area_desc="x", polygons=every),)))
    assert (len(found.rings), [each.said for each in found.left]) == (
        60,
        ["70 outlines, of which the first 60 are drawn"],
    )


def test_much_that_is_wrong_in_one_way_hides_nothing_that_is_wrong_in_another() -> None:
    tangled = tuple(tuple((lat + n / 100, lon) for lat, lon in TANGLED) for n in range(70))
    areas = (Area(area_desc="x", polygons=tangled), Area(area_desc="y", polygons=(NOWHERE,)))
    found = drawn_of(saying(areas=areas))
    assert [each.why.value for each in found.left] == ["mended"] * 40 + ["polygon", "many"]
    assert found.more == 30


def test_an_outline_that_crosses_itself_all_over_is_drawn_as_one() -> None:
    many = tuple((45 + n / 200, 10 + n % 2 / 10) for n in range(201))
    [ring] = drawn_of(saying(areas=(Area(area_desc="x", polygons=((*many, many[0]),)),))).rings
    assert (min(ring)[0], max(ring)[0]) == (45, 46)


def test_a_point_is_drawn_as_a_small_circle_and_that_is_said(town: Installation, browser: Browser) -> None:
    (name,) = takes(town, opens(town), saying(areas=(Area(area_desc="x", circles=((48.0, 16.0, 0.0),)),)))
    page = browser.get(f"/others/{name}").text
    assert 'class="theirs"' in page
    assert "A place without a radius is drawn as a circle of 5 km." in page
    assert "Not drawn" not in page
    said = "Drawn otherwise than it came: a circle of radius 0, as one of 5 km (alert/info[1]/area[1])"
    assert said in at_desk(town).get(f"/desk/others/{name}").text


def test_the_page_and_the_desk_say_what_is_not_drawn(town: Installation, browser: Browser) -> None:
    inlet, sound = opens(town), saying(areas=(Area(area_desc="x", polygons=(SQUARE,)),))
    odd = replace(sound.infos[0].areas[0], area_desc="y", polygons=(), geocodes=(("<b>", "1"),))
    raw = write(replace(sound, infos=(replace(sound.infos[0], areas=(*sound.infos[0].areas, odd)),)))
    bad = raw.replace(b"49.0,16.0", b"99.0,16.0").replace(b"</polygon>", b"</polygon><circle>here</circle>")
    first, second = takes(town, inlet, sound, bad)
    assert "Not drawn" not in browser.get(f"/others/{first}").text
    page = browser.get(f"/others/{second}").text
    assert "Not drawn on the map: an outline that is wrong; a circle that is wrong or too large" in page
    assert 'areas whose codes are not in our lists: <bdi translate="no">&lt;b&gt; 1</bdi>' in page
    desk = at_desk(town)
    assert "Not drawn" not in desk.get(f"/desk/others/{first}").text
    page = desk.get(f"/desk/others/{second}").text
    assert "Not drawn: a polygon: a point is not on Earth (alert/info[1]/area[1])" in page
    assert "Not drawn: a circle that cannot be read (alert/info[1]/area[1])" in page
    assert "Not drawn: &lt;b&gt; 1, a code that our lists do not have (alert/info[1]/area[2])" in page


def test_a_code_is_drawn_by_whatever_name_the_message_has_for_its_list() -> None:
    found = drawn_of(saying(areas=(Area(area_desc="x", geocodes=(("emma_id", "AT001"), ("FIPS6", "012105"))),)))
    assert len(found.rings) >= 2
    assert found.left == ()
