"""The desk over HTTP: who gets in, what each may see and do, and that nothing is done twice or by another site."""

import re
import time
from datetime import timedelta
from functools import partial

import pytest
import structlog
from lxml import html

from tests.web.installation import HASHER, PASSPHRASE, SECRET, START, Browser, Installation, made_up
from tests.words import bare
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.people import officers
from tocsin.flow.people.forget import CONSOLE, forget
from tocsin.people.state import Person
from tocsin.store.reconcile import reconcile
from tocsin.warning.alert.state import Alert
from tocsin.warning.window import WindowStands
from tocsin.web.desk.acts import Unclear, until
from tocsin.web.desk.sign_in import LASTS_S, TRIES, Sessions
from tocsin.web.security import Tries, whence
from tocsin.web.site import application

PAGES = ("/desk", "/desk/cases", "/desk/warnings", "/desk/record", "/desk/outcomes")


@pytest.fixture(name="duty")
def _duty(town: Installation, browser: Browser) -> Browser:
    assert town.duty_officer
    assert browser.sign_in("duty").status_code == 303
    return browser


def at_desk(town: Installation, name: str, *roles: Role, cleared_to: Mark = Mark.AMBER) -> Browser:
    town.person(name, *roles, cleared_to=cleared_to)
    browser = Browser(town.site)
    assert browser.sign_in(name.partition(" ")[0]).status_code == 303
    return browser


def routes() -> list[tuple[str, str]]:
    """Return method and path of everything at the desk, ids filled in with nobody's."""
    found = []
    for route in application().routes:
        for handler in getattr(route, "route_handlers", ()):
            path = re.sub(r"\{[^}]*\}", "nobody", route.path)
            found += [
                (method, path) for method in handler.http_methods if path.startswith("/desk") and method != "OPTIONS"
            ]
    return found


# ---- getting in


def test_name_and_passphrase_let_in(town: Installation, browser: Browser) -> None:
    assert town.duty_officer
    asked = browser.get("/desk/cases")
    assert (asked.status_code, asked.headers["location"]) == (303, "/desk/sign-in?next=/desk/cases")
    reply = browser.sign_in("Duty ", next="/desk/cases")
    assert (reply.status_code, reply.headers["location"]) == (303, "/desk/cases")
    assert browser.get("/desk/cases").status_code == 200


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [
        pytest.param("duty", "wrong", id="a wrong passphrase"),
        pytest.param("nobody", PASSPHRASE, id="an unknown name"),
        pytest.param("", PASSPHRASE, id="no name"),
        pytest.param("duty", "", id="no passphrase"),
        pytest.param("duty", "x" * 5_000, id="a passphrase as long as a book"),
        pytest.param("miller", PASSPHRASE, id="someone without a role"),
        pytest.param("duty\x00", "\ud800".encode("utf-16", "surrogatepass").decode("latin-1"), id="rubbish"),
    ],
)
def test_what_does_not_fit_is_told_in_the_same_words(
    town: Installation, browser: Browser, name: str, passphrase: str
) -> None:
    assert town.duty_officer
    assert town.miller
    reply = browser.sign_in(name, passphrase)
    assert reply.status_code == 403
    assert "Name and passphrase do not fit." in reply.text
    assert browser.get("/desk").status_code == 303


def test_an_unknown_name_takes_as_long_as_a_known_one(town: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    assert town.duty_officer
    hashed: list[str] = []
    passphrases = town.site.desk.passphrases
    fits = passphrases._fits

    def counted(held: str, said: str) -> bool:
        hashed.append(held)
        return bool(fits(held, said))

    monkeypatch.setattr(passphrases, "_fits", counted)
    for name in ("duty", "unknown", ""):
        Browser(town.site).sign_in(name, "wrong")
    assert len(hashed) == 3
    assert len(set(hashed)) == 1


def test_after_five_tries_in_a_minute_there_is_a_wait(town: Installation, browser: Browser) -> None:
    assert town.duty_officer
    statuses = [browser.sign_in("duty", "wrong").status_code for _ in range(TRIES)]
    assert statuses == [403] * TRIES
    reply = browser.sign_in("duty")
    assert reply.status_code == 429
    assert int(reply.headers["retry-after"]) <= 60
    assert "Too many tries." in reply.text
    assert Browser(town.site, client=("192.0.2.7", 1)).sign_in("duty").status_code == 303


def test_a_sign_in_never_leads_to_another_site(town: Installation) -> None:
    assert town.duty_officer
    for next_href in (
        "//evil.example",
        "https://evil.example",
        "/desk//evil.example",
        "/desk/../../x\\",
        "/desk\n",
        "javascript:x",
    ):
        assert Browser(town.site).sign_in("duty", next=next_href).headers["location"] == "/desk"


def test_a_sign_in_form_of_another_site_is_refused(town: Installation, browser: Browser) -> None:
    assert town.duty_officer
    form = {"name": "duty", "password": PASSPHRASE}
    assert browser.post("/desk/sign-in", {**form, "_csrf_token": "made up"}).status_code == 403
    browser.get("/desk/sign-in")
    assert browser.post("/desk/sign-in", form).status_code == 403
    assert browser.get("/desk").status_code == 303


def test_a_session_is_new_at_each_sign_in_and_ends_at_sign_out(duty: Browser) -> None:
    first = duty.cookies["tocsin_desk"]
    duty.sign_in("duty")
    second = duty.cookies["tocsin_desk"]
    assert first != second
    assert len(second) >= 40
    duty.cookies.set("tocsin_desk", first, domain="tocsin.example", path="/desk")
    old = Browser(duty._site)
    old.cookies.set("tocsin_desk", first)
    assert old.get("/desk").status_code == 303, "the session before is over"


def test_signing_out_ends_the_session_everywhere(duty: Browser) -> None:
    held = duty.cookies["tocsin_desk"]
    assert duty.post("/desk/sign-out", {"_csrf_token": duty.csrf("/desk")}).status_code == 303
    thief = Browser(duty._site)
    thief.cookies.set("tocsin_desk", held)
    assert thief.get("/desk").status_code == 303


def test_a_session_is_over_after_twelve_hours(town: Installation) -> None:
    moment = [0.0]
    with town.store.look() as look:
        somebody = look.get(Person, town.duty_officer)
    sessions = Sessions(monotonic=lambda: moment[0])
    token, session = sessions.open(somebody)
    moment[0] = LASTS_S
    assert sessions.find(token) == session
    moment[0] += 1
    assert sessions.find(token) is None
    assert sessions.find("") is None
    assert sessions.find("é\udc80") is None


@pytest.mark.parametrize("base_url", ["http://tocsin.example", "https://tocsin.example"])
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(town: Installation, base_url: str) -> None:
    assert town.duty_officer
    object.__setattr__(town.house, "base_url", base_url)
    browser = Browser(town.renewed_site(), base_url)
    cookie = browser.sign_in("duty").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert ("Secure" in cookie) is base_url.startswith("https")
    assert ("strict-transport-security" in browser.get("/").headers) is base_url.startswith("https")


def test_another_passphrase_ends_the_sessions_of_the_one_before(town: Installation, duty: Browser) -> None:
    assert duty.get("/desk").status_code == 200
    now, known = town.clock.now(), town.duty_officer
    officers.set_sign_in(town.house, known, "duty", HASHER.hash(PASSPHRASE + "!"), by="town", command="anew", now=now)
    assert duty.get("/desk").status_code == 303
    assert Browser(town.site).sign_in("duty").status_code == 403
    assert Browser(town.site).sign_in("duty", PASSPHRASE + "!").status_code == 303


def test_what_somebody_may_do_holds_from_their_next_step_on(town: Installation, duty: Browser) -> None:
    def becomes(*roles: Role) -> None:
        officers.set_roles(
            town.house, town.duty_officer, roles, Mark.GREEN, "Another post",
            by="town", command=f"becomes {roles}", now=town.clock.now(),
        )  # fmt: skip

    becomes(Role.AUDITOR)
    assert duty.get("/desk").status_code == 200
    assert duty.get("/desk/cases/new").status_code == 403
    becomes()
    assert duty.get("/desk").status_code == 303


def test_a_person_who_is_forgotten_is_out_at_once(town: Installation, duty: Browser) -> None:
    assert duty.get("/desk").status_code == 200
    forget(town.house, town.duty_officer, why="left", by=CONSOLE, command=town.command(), now=START)
    assert duty.get("/desk").status_code == 303


# ---- every route, every role


def test_nothing_at_the_desk_opens_without_signing_in(town: Installation, browser: Browser) -> None:
    asked = [(method, path) for method, path in routes() if path != "/desk/sign-in"]
    assert len(asked) > 10
    for method, path in asked:
        reply = browser.post(path, {}) if method == "POST" else browser.get(path)
        assert reply.status_code == 303, path
        assert reply.headers["location"].startswith("/desk/sign-in")


def test_every_change_needs_a_form_of_this_session(town: Installation) -> None:
    able = at_desk(town, "Able Ada", Role.DUTY_OFFICER, Role.ADMINISTRATOR)
    other = at_desk(town, "Other Olga", Role.DUTY_OFFICER)
    theirs = other.csrf("/desk")
    posts = [path for method, path in routes() if method == "POST" and path != "/desk/sign-in"]
    assert len(posts) >= 3
    before = town.row_counts()
    for path in posts:
        for token in ("", "x", theirs):
            assert able.post(path, {"_csrf_token": token}).status_code == 403, path
        assert able.ask("POST", path, json={"_csrf_token": able.csrf("/desk")}).status_code == 415
    assert town.row_counts() == before
    assert able.get("/desk").status_code == 200, "and nobody was signed out by it"


@pytest.mark.parametrize("role", [Role.WATCH_OFFICER, Role.DUTY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_every_role_reads_and_some_may_act(town: Installation, role: Role) -> None:
    alert = town.alert()
    browser = at_desk(town, "Some Sam", role)
    for path in (*PAGES, f"/desk/warnings/{alert}", f"/desk/warnings/{alert}/deliveries", f"/desk/cases/{town.threat}"):
        reply = browser.get(path)
        assert reply.status_code == 200, path
        assert reply.headers["cache-control"] == "no-store"
    csrf = browser.csrf("/desk")
    accept = browser.post("/desk/watches/nobody/accept", {"_csrf_token": csrf}).status_code
    assert accept == (404 if role in (Role.WATCH_OFFICER, Role.DUTY_OFFICER) else 403)
    window = browser.post("/desk/warnings/nobody/window", {"_csrf_token": csrf}).status_code
    assert window == (404 if role is Role.DUTY_OFFICER else 403)


def links_on(page: str) -> set[str]:
    hrefs = [link.get("href", "") for link in html.document_fromstring(page).iter("a")]
    return {href.partition("#")[0].partition("?")[0] for href in hrefs}


def test_every_link_on_every_page_leads_somewhere(town: Installation, duty: Browser) -> None:
    town.alert()
    town.notice()
    town.advisory()
    town.statement()
    seen: set[str] = set()
    waiting = {"/desk", "/"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        reply = duty.get(path)
        assert reply.status_code == 200, path
        if reply.headers["content-type"].startswith("text/html"):
            waiting |= {link for link in links_on(reply.text) if link.startswith("/")} - seen
    assert len(seen) > 12


# ---- what is not for a reader


def test_a_warning_for_later_is_not_said_to_be_in_force_at_the_desk(town: Installation, duty: Browser) -> None:
    alert = town.alert(begins=town.clock.now() + timedelta(hours=12))
    for path in ("/desk/warnings", f"/desk/warnings/{alert}"):
        page = duty.get(path).text
        assert "not yet in force" in page, path
        assert ">in force<" not in page, path
    town.clock.advance(timedelta(hours=12))
    page = duty.get(f"/desk/warnings/{alert}").text
    assert "not yet in force" not in page
    assert ">in force<" in page


def test_a_red_notice_is_to_others_as_if_it_did_not_exist(town: Installation) -> None:
    colonel = town.person("Colonel", cleared_to=Mark.AMBER)
    notice = town.notice(recipients=(colonel,))
    other = at_desk(
        town, "Other Olga", Role.DUTY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, cleared_to=Mark.AMBER_STRICT
    )
    there, nowhere = other.get(f"/desk/warnings/{notice}"), other.get("/desk/warnings/nothing")
    assert (there.status_code, there.content) == (404, nowhere.content)
    for path in (
        *PAGES,
        f"/desk/cases/{town.threat}",
        f"/desk/warnings/{notice}/deliveries",
        f"/desk/warnings/{notice}/account",
    ):
        reply = other.get(path)
        assert SECRET not in reply.text + str(reply.headers.items()), path
        assert notice not in reply.text, path
    csrf = other.csrf("/desk")
    form = {"_csrf_token": csrf, "decision": "withdraw", "why": "Curious."}
    refused = other.post(f"/desk/warnings/{notice}/window", form)
    assert (refused.status_code, refused.content) == (404, other.post("/desk/warnings/nothing/window", form).content)

    named = Browser(town.site)
    named.sign_in("duty")
    assert SECRET in named.get(f"/desk/warnings/{notice}").text


# ---- taking on, deciding


def ringing(town: Installation) -> tuple[Id, Id]:
    """Return an alert whose silence has just rung the duty officer, and the watch over it."""
    alert = town.alert()
    town.clock.advance(timedelta(minutes=16))
    town.work()
    with town.store.look() as look:
        [watch] = [one for one in look.all(Watch, warning=alert) if one.rings]
    return alert, watch.id


def watch_of(town: Installation, id: Id) -> Watch:
    with town.store.look() as look:
        return look.get(Watch, id)


def test_what_waits_is_taken_on_by_name(town: Installation, duty: Browser) -> None:
    _, watch = ringing(town)
    board = duty.get("/desk").text
    [action] = html.document_fromstring(board).findall(".//form[@action='" + f"/desk/watches/{watch}/accept" + "']")
    assert action.get("action") == f"/desk/watches/{watch}/accept"
    form = {str(field.get("name")): str(field.get("value", "")) for field in action.findall(".//input")}
    assert duty.post(action.get("action", ""), form).status_code == 303
    assert watch_of(town, watch).accepted_by == town.duty_officer
    assert town.woken == 1
    assert reconcile(town.store) == []


def test_a_double_click_is_done_once_and_is_no_error(town: Installation, duty: Browser) -> None:
    _, watch = ringing(town)
    form = {"_csrf_token": duty.csrf("/desk"), "nonce": "abcdefgh1234"}
    assert [duty.post(f"/desk/watches/{watch}/accept", form).status_code for _ in range(2)] == [303, 303]
    without = {"_csrf_token": duty.csrf("/desk"), "words": "I drive there."}
    assert duty.post(f"/desk/watches/{watch}/accept", without).status_code == 409


def test_what_someone_else_has_taken_on_is_refused_in_a_sentence(town: Installation, duty: Browser) -> None:
    _, watch = ringing(town)
    other = at_desk(town, "Other Olga", Role.WATCH_OFFICER)
    assert other.post(f"/desk/watches/{watch}/accept", {"_csrf_token": other.csrf("/desk")}).status_code == 303
    reply = duty.post(f"/desk/watches/{watch}/accept", {"_csrf_token": duty.csrf("/desk")})
    assert reply.status_code == 409
    assert "was taken on by" in reply.text
    assert "Traceback" not in reply.text


def stands(town: Installation, alert: Id) -> WindowStands | None:
    with town.store.look() as look:
        window = look.get(Alert, alert).window
    return window.stands if window else None


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        pytest.param({"decision": "withdraw", "why": "It was a drill."}, WindowStands.WITHDRAWN, id="withdraw"),
        pytest.param({"decision": "stand_down", "why": "It fell."}, WindowStands.STOOD_DOWN, id="stand down"),
        pytest.param(
            {"decision": "extend", "why": "It rises.", "until": "2024-05-09T18:00:00+02:00"}, WindowStands.EXTENDED,
            id="extend",
        ),
    ],
)  # fmt: skip
def test_a_duty_officer_decides_about_a_window(
    town: Installation, duty: Browser, form: dict[str, str], expected: WindowStands
) -> None:
    alert = town.alert()
    path = f"/desk/warnings/{alert}/window"
    csrf = {"_csrf_token": duty.csrf("/desk"), "nonce": "abcdefgh1234"}
    for _ in range(2):
        reply = duty.post(path, {**csrf, **form})
        assert (reply.status_code, reply.headers["location"]) == (303, f"/desk/warnings/{alert}")
    assert stands(town, alert) is expected
    assert duty.get(f"/desk/warnings/{alert}").status_code == 200
    assert reconcile(town.store) == []


@pytest.mark.parametrize(
    ("form", "status"),
    [
        pytest.param({"decision": "withdraw", "why": " "}, 400, id="without grounds"),
        pytest.param({"decision": "withdraw", "why": "x" * 3_000}, 400, id="with too many words"),
        pytest.param({"decision": "extend", "why": "x", "until": "tomorrow"}, 400, id="until no moment"),
        pytest.param({"decision": "extend", "why": "x", "until": "2024-05-02T10:00:00Z"}, 409, id="to an earlier end"),
        pytest.param({"decision": "explode", "why": "x"}, 409, id="to nothing we know"),
        pytest.param({"why": "x"}, 409, id="without a decision"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_in_a_sentence(
    town: Installation, duty: Browser, form: dict[str, str], status: int
) -> None:
    alert = town.alert()
    reply = duty.post(f"/desk/warnings/{alert}/window", {"_csrf_token": duty.csrf("/desk"), **form})
    assert reply.status_code == status
    assert f'href="/desk/warnings/{alert}"' in reply.text
    assert stands(town, alert) is WindowStands.OPEN


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        pytest.param({"until": "2024-05-09T18:00"}, "2024-05-09T16:00:00+00:00", id="in the zone of the desk"),
        pytest.param(
            {"until": "2024-05-09T18:00", "zone": "Europe/Moscow"}, "2024-05-09T15:00:00+00:00", id="in a zone named"
        ),
        pytest.param({"until": "2024-05-09T18:00:00Z"}, "2024-05-09T18:00:00+00:00", id="with its offset"),
        pytest.param({"until": "2024-10-27T02:30"}, Unclear, id="an hour that comes twice"),
        pytest.param({"until": "2024-03-31T02:30"}, Unclear, id="an hour that never comes"),
        pytest.param({"until": "2024-05-09T18:00", "zone": "Mars/Crater"}, Refused, id="in no zone"),
        pytest.param({}, Unclear, id="nothing"),
    ],
)
def test_a_moment_from_a_form_is_one_moment(form: dict[str, str], expected: str | type[Exception]) -> None:
    if isinstance(expected, str):
        assert until(form, "Europe/Vienna").isoformat() == expected
    else:
        with pytest.raises(expected):
            until(form, "Europe/Vienna")


# ---- trouble


def test_an_unforeseen_error_is_a_page_with_a_reference_and_a_quiet_line(
    town: Installation, duty: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> object:
        raise ValueError(SECRET)

    monkeypatch.setattr("tocsin.web.desk.pages.fill.cases_page", breaks)
    monkeypatch.setattr("tocsin.web.desk.pages.fill.case_page", breaks)
    with structlog.testing.capture_logs() as noted:
        reply = duty.get(f"/desk/cases/{town.threat}")
    assert reply.status_code == 500
    assert SECRET not in reply.text
    [line] = noted
    assert line["page"] == "/desk/cases/{id}"
    assert line["reference"] in reply.text
    assert SECRET not in str(noted)
    assert town.threat not in str(noted)


def test_tries_are_counted_apart_and_forgotten_in_time() -> None:
    moment = [0.0]
    tries = Tries(2, monotonic=lambda: moment[0], most=2)
    assert [tries.wait_s("a") for _ in range(3)] == [0, 0, 60]
    assert tries.wait_s("b") == 0
    moment[0] = 59.5
    assert tries.wait_s("a") == 1
    moment[0] = 60.0
    assert tries.wait_s("a") == 0
    tries.wait_s("c")
    tries.wait_s("d")
    assert len(tries._seen) == 2


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        pytest.param(("192.0.2.1", 5), "192.0.2.1", id="an address"),
        pytest.param(("2001:db8::1", 5), "2001:db8::/64", id="a household in IPv6"),
        pytest.param(("::ffff:192.0.2.1", 5), "192.0.2.1", id="IPv4 in IPv6"),
        pytest.param(("a socket", 5), "a socket", id="no address"),
        pytest.param(None, "nowhere", id="nothing"),
    ],
)
def test_tries_are_counted_by_household(client: tuple[str, int] | None, expected: str) -> None:
    assert whence(client) == expected


def test_every_sentence_of_the_sign_in_and_of_refusals_goes_through_gettext(town: Installation) -> None:
    assert town.duty_officer
    town.said = lambda _tag: made_up()
    browser = Browser(town.renewed_site())
    assert bare(browser.get("/desk/sign-in").text) == []
    assert bare(browser.sign_in("duty", "wrong").text) == []
    browser.sign_in("duty")
    for path in (*PAGES, "/desk/nowhere", "/desk/cases/nobody"):
        assert bare(browser.get(path).text) == [], path


def test_a_page_is_made_in_good_time(town: Installation, duty: Browser) -> None:
    town.alert()
    duty.get("/desk")
    began = time.perf_counter()
    duty.get("/desk")
    assert time.perf_counter() - began < 0.5


def test_what_could_not_be_done_is_named_for_what_it_is(town: Installation, browser: Browser) -> None:
    assert town.watch_officer
    assert browser.sign_in("watch").status_code == 303
    for chores, said, unsaid in (
        ({"inlets": "Alder's feed"}, ["The alerts of others could not all be asked for."], "Mail that came in"),
        ({"counts": "The disc is full."}, ["What has been counted could not be kept."], "Mail that came in"),
        (
            {"bounces": "x", "replies": "x", "files": "x"},
            ["Mail that came in", "The files of the public site"],
            "Alder",
        ),
        ({"of a later Tocsin": "x"}, ["Something that is done every minute could not be done."], "Mail that came in"),
    ):
        town.watchdog._chores = partial(dict, chores)
        page = browser.get("/desk").text
        assert all(one in page for one in (*said, "Run tocsin delivery check")), chores
        assert unsaid not in page
        assert page.count("Mail that came in") < 2
    town.watchdog._chores = dict
    assert "Run tocsin delivery check" not in browser.get("/desk").text
