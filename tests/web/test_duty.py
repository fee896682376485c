"""Policies and rotas at the desk: tried out, saved, changed, with whatever was typed kept when it cannot be taken."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import html

from tests.web.installation import Browser, Installation
from tocsin.basis.marking import Role
from tocsin.people.facts import PersonAdded, PersonForgotten, PersonKind, PostNamed, PostTaken
from tocsin.people.rota import Rota, Turn
from tocsin.warning.ladder import Kind, Ladder, Quiet, Rung, Suffices, Target, Which
from tocsin.warning.policy import Policy, PolicySaved

HOSTILE = """"><script>alert(1)</script>'%(name)s{{ 7*7 }}"""


class Desk:
    """A desk with an administrator signed in, and two people to ring."""

    def __init__(self, town: Installation) -> None:
        self.town = town
        self.agatha = town.person("Agatha", Role.ADMINISTRATOR)
        self.ann = town.person("Ann", Role.WATCH_OFFICER)
        self.ben = town.person("Ben", Role.DUTY_OFFICER)
        self.browser = Browser(town.site)
        self.browser.sign_in("agatha")

    def form(self, path: str, which: int = 0) -> tuple[str, dict[str, str]]:
        """Return where a page's form goes, and its fields as a browser would send them."""
        return fields(self.browser.get(path).text, which)

    def says(self, path: str, changed: Mapping[str, str], *, do: str = "save", which: int = 0) -> Any:
        action, form = self.form(path, which)
        return self.browser.post(action, {**form, **changed, "do": do})

    def all(self, kind: type[Any]) -> list[Any]:
        with self.town.store.look() as look:
            return look.all(kind)

    def only(self, kind: type[Any]) -> Any:
        (found,) = self.all(kind)
        return found


def parsed(page: str) -> Any:
    return html.document_fromstring(page)


def fields(page: str, which: int = 0) -> tuple[str, dict[str, str]]:
    forms = parsed(page).findall(".//main//form")
    form = forms[which]
    return form.get("action", ""), {name: value or "" for name, value in form.form_values()}


def alerted(page: str) -> str:
    (found,) = parsed(page).xpath('//*[@role="alert"]')
    return " ".join(found.text_content().split())


@pytest.fixture(name="desk")
def _desk(town: Installation) -> Desk:
    return Desk(town)


def nights(desk: Desk, **more: str) -> dict[str, str]:
    return {"name": "Nights", "step_0_who_0": f"person:{desk.ann}", "step_0_wait": "15", **more}


def rota(desk: Desk, **more: str) -> Rota:
    said = {
        "name": "The night rota",
        "member_0": desk.ann,
        "member_1": desk.ben,
        "first": "2024-04-29T20:00",
        "turn": "day",
    }
    reply = desk.says("/desk/rotas/new", {**said, **more})
    assert reply.status_code == 303, reply.text
    found: Rota = desk.only(Rota)
    return found


# ---- policies


def test_a_policy_is_saved_as_it_was_said(desk: Desk) -> None:
    kept = rota(desk)
    said = nights(
        desk,
        step_0_who_1=f"rota:{kept.id}",
        step_2_who_0="role:duty_officer",
        step_2_who_2="owner:",
        step_2_wait="2,5",
        step_2_over="paper",
        after="last",
        every="45",
        which="share",
        count="60",
        answers="safe,need_help",
        quiet_from="22:00",
        quiet_until="07:00:00",
    )
    reply = desk.says("/desk/policies/new", said)
    assert (reply.status_code, reply.headers["location"]) == (303, "/desk/policies")
    policy = desk.only(Policy)
    assert policy.name == "Nights"
    assert policy.ladder == Ladder(
        rungs=(
            Rung(to=desk.ann, after_s=900, also=(Target(to=kept.id, kind=Kind.ROTA),)),
            Rung(
                to="duty_officer",
                kind=Kind.ROLE,
                after_s=150,
                also=(Target(to="", kind=Kind.OWNER),),
                channels=("paper",),
            ),
        ),
        repeat_s=2_700,
        suffices=Suffices(which=Which.SHARE, count=60, answers=("safe", "need_help")),
        quiet=Quiet(begins="22:00", ends="07:00", zone="Europe/Vienna"),
    )
    page = desk.browser.get("/desk/policies").text
    assert "Nights" in page
    assert "Ann, The night rota, after 15" in page.replace("\xa0", " ")


def test_opened_and_saved_again_it_is_the_same(desk: Desk) -> None:
    desk.says("/desk/policies/new", nights(desk, step_1_who_0=f"person:{desk.ben}", step_1_wait="1.5", after="last"))
    before = desk.only(Policy)
    assert desk.says(f"/desk/policies/{before.id}", {}).status_code == 303
    assert desk.only(Policy).ladder == before.ladder
    assert desk.says(f"/desk/policies/{before.id}", {"name": "Days"}).status_code == 303
    assert desk.only(Policy).name == "Days"


def test_tried_out_it_says_who_is_rung_and_saves_nothing(desk: Desk) -> None:
    kept = rota(desk, hours_0_days="01234", hours_0_from="08:00", hours_0_until="18:00")
    said = nights(desk, step_0_who_0=f"rota:{kept.id}", step_1_who_0="owner:", step_1_wait="10", step_2_who_0=f"person:{desk.ben}",
                  step_2_wait="20", owner=desk.ann)  # fmt: skip
    before = desk.town.row_counts()
    reply = desk.says("/desk/policies/new", said, do="try")
    assert reply.status_code == 200
    page = " ".join(parsed(reply.text).find(".//main").text_content().replace("\xa0", " ").split())
    assert "nobody on duty, passed over at once" in page
    assert "Sunday 5 May 03:15" in page
    rows = [" ".join(row.text_content().split()) for row in parsed(reply.text).findall(".//main//tbody/tr")]
    assert ["Ann" in rows[1], "Ben" in rows[2]] == [True, True]
    assert "goes through all of them again, 30 min later" in page
    assert desk.town.row_counts() == before
    action, form = fields(reply.text)
    assert (form["name"], form["step_0_who_0"], form["step_2_wait"]) == ("Nights", f"rota:{kept.id}", "20")
    assert desk.browser.post(action, {**form, "do": "save"}).status_code == 303
    assert desk.only(Policy).name == "Nights"


def test_quiet_hours_are_seen_when_it_is_tried_out(desk: Desk) -> None:
    page = desk.says("/desk/policies/new", nights(desk, quiet_from="22:00", quiet_until="07:00"), do="try").text
    assert "quiet until 07:00" in page


def test_one_more_step_works_without_a_script_and_keeps_what_was_typed(desk: Desk) -> None:
    reply = desk.says("/desk/policies/new", nights(desk), do="more")
    _, form = fields(reply.text)
    assert (form["name"], "step_6_wait" in form, "step_7_wait" in form) == ("Nights", True, False)
    assert desk.all(Policy) == []
    reply = desk.browser.post(*_with(reply.text, steps="19"))
    assert "One more step" not in reply.text


def _with(page: str, **changed: str) -> tuple[str, dict[str, str]]:
    action, form = fields(page)
    return action, {**form, **changed, "do": "more"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        pytest.param({"name": " "}, "Give the policy a name", id="no name"),
        pytest.param({"name": "x" * 201}, "name of 1 to 200", id="a long name"),
        pytest.param({"step_0_who_0": ""}, "Choose somebody in one step", id="nobody"),
        pytest.param({"step_0_who_0": "person:nobody"}, "nobody here", id="a stranger"),
        pytest.param({"step_0_who_0": "rota:nowhere"}, "last step must name", id="no such rota"),
        pytest.param({"step_0_who_0": "post:nowhere"}, "last step must name", id="a post alone"),
        pytest.param({"step_0_who_0": "role:king"}, "cannot be chosen", id="no such role"),
        pytest.param({"step_0_who_0": HOSTILE}, "cannot be chosen", id="hostile"),
        pytest.param({"step_0_wait": "soon"}, "Step 1: say the minutes", id="no number"),
        pytest.param({"step_0_wait": "nan"}, "Step 1: say the minutes", id="not a number"),
        pytest.param({"step_0_wait": "1e99"}, "Step 1: say the minutes", id="too long"),
        pytest.param({"step_0_wait": "-1"}, "Step 1: say the minutes", id="before"),
        pytest.param({"step_0_over": "pigeon"}, "There is no channel pigeon", id="no such channel"),
        pytest.param({"every": "0"}, "wait a minute or more", id="without pause"),
        pytest.param({"which": "share", "count": "101"}, "1 to 100 per cent", id="101 per cent"),
        pytest.param({"which": "some", "count": "a few"}, "whole number", id="no count"),
        pytest.param({"which": "most"}, "Choose what suffices", id="no such kind"),
        pytest.param({"answers": "perhaps"}, "is no answer", id="no answer"),
        pytest.param({"quiet_from": "22:00"}, "need both", id="half quiet"),
        pytest.param({"quiet_from": "25:00", "quiet_until": "07:00"}, "no hour of the day", id="no hour"),
        pytest.param({"quiet_from": "22:00", "quiet_until": "07:00", "quiet_zone": "Mars"}, "IANA", id="no zone"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_above_the_form_as_it_was_typed(
    desk: Desk, changed: dict[str, str], sentence: str
) -> None:
    reply = desk.says("/desk/policies/new", nights(desk, step_3_wait="77", **changed))
    assert reply.status_code == 400
    assert sentence in alerted(reply.text)
    assert "<script>alert" not in reply.text
    _, form = fields(reply.text)
    assert form["step_3_wait"] == "77"
    typed = {
        name: value for name, value in changed.items() if "who" not in name and name not in ("step_0_over", "which")
    }
    assert {name: form[name] for name in typed} == typed
    assert desk.all(Policy) == []


@pytest.mark.parametrize("moment", ["", "tomorrow", "2024-05-05T03:00+02:00", "9999-12-31T23:59", HOSTILE])
def test_a_moment_that_is_none_is_said_so_when_it_is_tried_out(desk: Desk, moment: str) -> None:
    reply = desk.says("/desk/policies/new", nights(desk, try_from=moment), do="try")
    assert reply.status_code == 400
    assert "clock" in alerted(reply.text)


def test_hostile_words_are_shown_as_words(desk: Desk) -> None:
    assert desk.says("/desk/policies/new", nights(desk, name=HOSTILE)).status_code == 303
    policy = desk.only(Policy)
    for path in ("/desk/policies", f"/desk/policies/{policy.id}"):
        page = desk.browser.get(path).text
        assert "<script>alert" not in page
        assert HOSTILE in parsed(page).find(".//main").text_content()


def test_two_who_change_it_at_once_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.says("/desk/policies/new", nights(desk))
    path = f"/desk/policies/{desk.only(Policy).id}"
    action, form = desk.form(path)
    assert desk.says(path, {"name": "Days"}).status_code == 303
    reply = desk.browser.post(action, {**form, "name": "Evenings", "do": "save"})
    assert (reply.status_code, fields(reply.text)[1]["name"]) == (400, "Evenings")
    assert "meanwhile" in alerted(reply.text)
    assert desk.only(Policy).name == "Days"


def test_a_double_click_saves_once_and_there_and_back_saves_three_times(desk: Desk) -> None:
    action, form = desk.form("/desk/policies/new")
    said = {**form, **nights(desk), "do": "save"}
    assert [desk.browser.post(action, said).status_code for _ in range(2)] == [303, 303]
    policy = desk.only(Policy)
    for name in ("Days", "Nights", "Days"):
        desk.says(f"/desk/policies/{policy.id}", {"name": name})
        assert desk.only(Policy).name == name
    with desk.town.store.look() as look:
        assert look.version(policy.id) == 4


def test_what_the_form_cannot_show_whole_it_does_not_change(desk: Desk) -> None:
    many = tuple(Target(to=desk.ann) for _ in range(4))
    ladder = Ladder(rungs=(Rung(to=desk.ben, after_s=60, also=many),))
    desk.town.commit(PolicySaved(subject="p", occurred_at=desk.town.clock.now(), name="Many", ladder=ladder))
    page = desk.browser.get("/desk/policies/p")
    assert 'name="step_0_wait"' not in page.text
    assert "Ben, Ann" in page.text


def test_a_dropped_policy_is_chosen_no_more(desk: Desk) -> None:
    desk.says("/desk/policies/new", nights(desk))
    path = f"/desk/policies/{desk.only(Policy).id}"
    assert desk.says(path, {}, which=1).status_code == 303
    assert "Nights" not in desk.browser.get("/desk/policies").text
    page = desk.browser.get(path).text
    assert "chosen no more" in page
    assert 'name="step_0_wait"' not in page
    assert (
        desk.browser.post(path, {"_csrf_token": desk.browser.csrf("/desk/policies"), **nights(desk)}).status_code == 404
    )


# ---- rotas


def test_a_rota_is_saved_and_shows_its_weeks_with_gaps(desk: Desk) -> None:
    kept = rota(desk, hours_0_days="01234", hours_0_from="20:00", hours_0_until="06:00", every="1")
    assert (kept.members, kept.turn, kept.zone) == ((desk.ann, desk.ben), Turn.DAY, "Europe/Vienna")
    page = desk.browser.get(f"/desk/rotas/{kept.id}").text
    assert "Nobody is on duty now" in page  # eleven in the morning
    assert "nobody on duty" in page
    assert "Thursday 2 May 20:00" in page
    board = desk.browser.get("/desk/policies").text
    assert "The night rota" in board
    assert "nobody" in board


def test_members_are_moved_by_choosing(desk: Desk) -> None:
    kept = rota(desk)
    assert desk.says(f"/desk/rotas/{kept.id}", {"member_0": desk.ben, "member_1": desk.ann}, which=1).status_code == 303
    assert desk.only(Rota).members == (desk.ben, desk.ann)


def test_somebody_stands_in_and_is_dropped(desk: Desk) -> None:
    kept = rota(desk)
    path = f"/desk/rotas/{kept.id}"
    stand = {
        "who": desk.agatha,
        "instead_of": desk.ann,
        "stand_from": "2024-05-01T20:00",
        "stand_until": "2024-05-03T20:00",
    }
    assert desk.says(path, stand).status_code == 303
    assert desk.only(Rota).stands[0].begins == datetime(2024, 5, 1, 18, 0, tzinfo=UTC)
    page = desk.browser.get(path).text
    assert "On duty now: <bdi>Agatha</bdi>" in page
    assert desk.says(path, {"who": "nobody", "instead_of": "", "stand_from": "2024-05-02T20:00",
                            "stand_until": "2024-05-03T20:00"}, which=1).status_code == 303  # fmt: skip
    assert len(desk.only(Rota).stands) == 2
    assert desk.says(path, {}, which=0).status_code == 303
    assert len(desk.only(Rota).stands) == 1


@pytest.mark.parametrize(
    ("which", "changed", "sentence"),
    [
        pytest.param(1, {"name": ""}, "Give the rota a name", id="no name"),
        pytest.param(1, {"zone": "Mars/Olympus"}, "IANA", id="no zone"),
        pytest.param(1, {"member_0": "", "member_1": ""}, "one person at least", id="nobody"),
        pytest.param(1, {"member_0": HOSTILE}, "There is nobody", id="a stranger"),
        pytest.param(1, {"first": "tomorrow"}, "clock on the wall", id="no first turn"),
        pytest.param(1, {"every": "0"}, "1 to 366", id="no turn at all"),
        pytest.param(1, {"every": "²"}, "whole number", id="a digit that is none"),
        pytest.param(1, {"turn": "month"}, "whole number of hours", id="no such turn"),
        pytest.param(1, {"hours_1_from": "08:00"}, "Choose the days", id="hours without days"),
        pytest.param(1, {"hours_1_days": "01234"}, "need both", id="days without hours"),
        pytest.param(
            1, {"hours_1_days": "9", "hours_1_from": "08:00", "hours_1_until": "09:00"}, "Monday", id="day ten"
        ),
        pytest.param(0, {"who": ""}, "Choose who stands in", id="nobody stands in"),
        pytest.param(0, {"who": HOSTILE}, "There is nobody", id="a stranger stands in"),
        pytest.param(0, {"stand_until": "2024-05-01T20:00"}, "turn them round", id="backwards"),
        pytest.param(0, {"stand_from": "then"}, "day and the hour", id="no moment"),
    ],
)
def test_a_mistake_about_a_rota_keeps_what_was_typed(
    desk: Desk, which: int, changed: dict[str, str], sentence: str
) -> None:
    kept = rota(desk)
    stand = {"who": desk.agatha, "stand_from": "2024-05-02T20:00", "stand_until": "2024-05-03T20:00"}
    path = f"/desk/rotas/{kept.id}"
    reply = desk.says(path, {**(stand if which == 0 else {"hours_2_until": ""}), **changed}, which=which)
    assert reply.status_code == 400
    assert sentence in alerted(reply.text)
    _, form = fields(reply.text, which)
    typed = {
        k: v for k, v in changed.items() if k not in ("who", "turn", "member_0", "member_1") and k != "hours_1_days"
    }
    assert {name: form[name] for name in typed} == typed
    assert desk.only(Rota) == kept


def test_a_rota_that_a_policy_rings_cannot_be_dropped(desk: Desk) -> None:
    kept = rota(desk)
    desk.says("/desk/policies/new", nights(desk, step_0_who_0=f"rota:{kept.id}", step_1_who_0=f"person:{desk.ann}"))
    reply = desk.says(f"/desk/rotas/{kept.id}", {}, which=-1)
    assert (reply.status_code, "Nights" in alerted(reply.text)) == (400, True)
    desk.says(f"/desk/policies/{desk.only(Policy).id}", {}, which=1)
    assert desk.says(f"/desk/rotas/{kept.id}", {}, which=-1).status_code == 303
    assert "The night rota" not in desk.browser.get("/desk/policies").text
    assert "no longer kept" in desk.browser.get(f"/desk/rotas/{kept.id}").text


def test_a_post_is_chosen_by_its_organisation(desk: Desk) -> None:
    now = desk.town.clock.now()
    desk.town.commit(
        PersonAdded(subject="org", occurred_at=now, person_kind=PersonKind.ORGANISATION, name="Mill Bank"),
        PostNamed(subject="guard", occurred_at=now, organisation="org", name="Head of security"),
        PostTaken(subject="t", occurred_at=now, post="guard", person=desk.ben),
    )
    assert "Mill Bank: Head of security" in desk.browser.get("/desk/policies/new").text
    page = desk.says(
        "/desk/policies/new", nights(desk, step_0_who_0="post:guard", step_1_who_0=f"person:{desk.ann}"), do="try"
    )
    assert "<bdi>Ben</bdi>" in page.text


def test_whoever_was_forgotten_is_shown_as_nobody(desk: Desk) -> None:
    kept = rota(desk)
    desk.town.commit(PersonForgotten(subject=desk.ben, occurred_at=desk.town.clock.now(), token="t", why="Asked."))
    page = desk.browser.get(f"/desk/rotas/{kept.id}").text
    assert "nobody on duty" in page  # where it was Ben's turn
    assert "[erased]" not in parsed(page).find(".//main//table").text_content()


# ---- who may


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.ADMINISTRATOR, True), (Role.DUTY_OFFICER, True), (Role.WATCH_OFFICER, False), (Role.AUDITOR, False)],
)
def test_administrators_and_duty_officers_change_the_others_look(desk: Desk, role: Role, may: bool) -> None:
    kept = rota(desk)
    desk.says("/desk/policies/new", nights(desk))
    policy = desk.only(Policy)
    desk.town.person("Olga", role)
    other = Browser(desk.town.site)
    other.sign_in("olga")
    paths = ["/desk/policies", f"/desk/policies/{policy.id}", f"/desk/rotas/{kept.id}"]
    pages = [other.get(path) for path in paths]
    assert [page.status_code for page in pages] == [200] * 3
    assert ["<form method" in page.text.partition("<main")[2] for page in pages] == [False, may, may]
    assert 'href="/desk/policies"' in other.get("/desk").text, "all of them find it, to read"
    token = other.csrf("/desk")
    for path in ("/desk/policies/new", "/desk/rotas/new"):
        assert other.get(path).status_code == (200 if may else 403)
    for path in (
        paths[1],
        f"{paths[1]}/drop",
        paths[2],
        f"{paths[2]}/drop",
        f"{paths[2]}/stand-ins",
        f"{paths[2]}/stand-ins/x/drop",
    ):
        assert other.post(path, {}).status_code == 403, path
        if not may:
            assert other.post(path, {"_csrf_token": token}).status_code == 403, path


def test_nobody_who_is_not_signed_in_sees_them(desk: Desk) -> None:
    stranger = Browser(desk.town.site)
    for path in ("/desk/policies", "/desk/policies/new", "/desk/rotas/new"):
        assert stranger.get(path).status_code == 303
        assert stranger.post(path, {}).status_code in (303, 405)


def test_a_policy_or_rota_takes_the_place_of_nothing_else(desk: Desk) -> None:
    kept = rota(desk)
    token = desk.browser.csrf("/desk/policies")
    for path in (
        f"/desk/policies/{desk.ann}",
        f"/desk/policies/{kept.id}",
        "/desk/policies/short",
        "/desk/policies/new",
    ):
        assert desk.browser.post(path, {"_csrf_token": token, **nights(desk)}).status_code in (404, 405), path
    assert desk.browser.get(f"/desk/policies/{desk.ann}").status_code == 404
    assert desk.browser.get("/desk/rotas/nowhere").status_code == 404
    assert desk.browser.post(f"/desk/rotas/{desk.ann}", {"_csrf_token": token}).status_code == 404


def test_who_is_on_duty_is_said_with_until_when(desk: Desk) -> None:
    rota(desk)
    row = parsed(desk.browser.get("/desk/policies").text).find(".//main//tbody/tr")
    said = " ".join(row.text_content().split())
    # Eleven in the morning of the third day: Ann, Ben, Ann began at eight in the evening.
    assert "Ann 2 May 20:00" in said
    assert said.endswith("Ben")


# ---- calendars


def ics(*who: str, begins: str = "20240503T200000", more: str = "") -> str:
    each = (
        f"BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:{name}\r\nDTSTART;TZID=Europe/Vienna:{begins}\r\nDURATION:PT12H\r\n{more}END:VEVENT\r\n"
        for n, name in enumerate(who)
    )
    return "".join(["BEGIN:VCALENDAR\r\n", *each, "END:VCALENDAR\r\n"])


def upload(desk: Desk, path: str, words: str | bytes, do: str, **changed: str) -> Any:
    """Choose a file in the calendar's form, and send it as a browser does."""
    forms = parsed(desk.browser.get(path).text).findall(".//main//form")
    (form,) = [one for one in forms if one.get("action", "").endswith("/calendar")]
    said = {name: value or "" for name, value in form.form_values()}
    raw = words if isinstance(words, bytes) else words.encode()
    return desk.browser.ask(
        "POST",
        form.get("action"),
        data={**said, **changed, "do": do},
        files={"file": ("rota.ics", raw, "text/calendar")},
    )


def test_a_rota_is_taken_from_a_calendar(desk: Desk) -> None:
    words = ics("Ann", " ben ", more="RRULE:FREQ=DAILY;COUNT=2\r\n")
    reply = upload(desk, "/desk/rotas/new", words, "try", name="The night rota")
    assert reply.status_code == 200
    assert "2 shifts of Ann" in reply.text
    assert desk.all(Rota) == []
    (form,) = [
        one for one in parsed(reply.text).findall(".//main//form") if one.get("action", "").endswith("/calendar")
    ]
    typed = {name: value or "" for name, value in form.form_values()}  # what was in the file stands in the field now
    assert desk.browser.post(form.get("action"), {**typed, "do": "save"}).status_code == 303
    kept = desk.only(Rota)
    assert {one.person for one in kept.shifts} == {desk.ann, desk.ben}
    page = desk.browser.get(f"/desk/rotas/{kept.id}").text
    assert "A calendar gave it 4 shifts." in page
    assert "<bdi>Ann, Ben</bdi>" in page or "<bdi>Ben, Ann</bdi>" in page
    upload(desk, f"/desk/rotas/{kept.id}", ics("Ann"), "save")
    assert len(desk.only(Rota).shifts) == 1
    renamed = desk.says(f"/desk/rotas/{kept.id}", {"name": "Nights"}, which=1)
    assert (renamed.status_code, len(desk.only(Rota).shifts)) == (303, 1)


def test_whoever_is_nobody_here_is_told_and_nothing_is_taken(desk: Desk) -> None:
    kept = rota(desk)
    for do in ("try", "save"):
        reply = upload(desk, f"/desk/rotas/{kept.id}", ics("Ann", HOSTILE, "Zoe"), do)
        assert reply.status_code == 400
        assert "Some events cannot be taken. Nothing was saved." in alerted(reply.text)
        rows = [
            " ".join(cell.text_content().strip() for cell in row)
            for row in parsed(reply.text).xpath('//*[@role="status"]//tbody/tr')
        ]
        assert [row.partition(" SUMMARY")[0] for row in rows] == ["2 taken 1 shift of Ann", "8 refused", "14 refused"]
        assert "<script>alert" not in reply.text
    assert desk.only(Rota) == kept


@pytest.mark.parametrize(
    "words", [b"", b"\xff\xfe\x00", b"BEGIN:VCALENDAR", b"hello", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"]
)
def test_what_is_no_calendar_is_said_so(desk: Desk, words: bytes) -> None:
    kept = rota(desk)
    reply = upload(desk, f"/desk/rotas/{kept.id}", words, "save")
    assert reply.status_code == 400
    assert "calendar" in alerted(reply.text)
    assert desk.only(Rota) == kept


def test_a_form_with_a_file_needs_its_token_and_has_its_bounds(desk: Desk) -> None:
    kept = rota(desk)
    path = f"/desk/rotas/{kept.id}"
    assert upload(desk, path, ics("Ann"), "save", _csrf_token="x").status_code == 403
    assert upload(desk, path, b"BEGIN:VCALENDAR\n" + b"X-A:b\n" * 600_000, "save").status_code == 413
    many = {f"field_{n}": "" for n in range(300)}
    assert upload(desk, path, ics("Ann"), "save", **many).status_code == 400
    other = desk.browser.ask(
        "POST",
        f"{path}/calendar",
        content=b"--x\r\nnonsense",
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert other.status_code in (400, 403)
    large = desk.browser.post(path, b"a=" + b"b" * 70_000)
    assert large.status_code == 413
    assert desk.only(Rota) == kept


def test_a_rota_that_runs_out_is_warned_about_on_its_page_and_on_the_board(desk: Desk) -> None:
    upload(desk, "/desk/rotas/new", ics("Ann"), "save", name="Nights")
    for path in ("/desk", "/desk/policies"):
        page = desk.browser.get(path).text
        assert "runs out" in page, path
        assert f'href="/desk/rotas/{desk.only(Rota).id}"' in page, path
    desk.town.clock.advance(timedelta(days=5))
    assert "has run out: nobody is on duty by it." in parsed(desk.browser.get("/desk").text).text_content()
    upload(desk, f"/desk/rotas/{desk.only(Rota).id}", ics("Ann", begins="20241001T200000"), "save", name="Nights")
    assert "run out" not in parsed(desk.browser.get("/desk").text).text_content()


@pytest.mark.parametrize(
    ("role", "changes"), [(Role.WATCH_OFFICER, False), (Role.AUDITOR, False), (Role.DUTY_OFFICER, True)]
)
def test_everyone_at_the_desk_finds_duty_in_the_menu_and_reads_it(desk: Desk, role: Role, changes: bool) -> None:
    desk.town.person("Quentin", role)
    browser = Browser(desk.town.site)
    browser.sign_in("quentin")
    assert 'href="/desk/policies"' in browser.get("/desk").text
    page = browser.get("/desk/policies")
    assert page.status_code == 200
    assert ("/desk/rotas/new" in page.text) == changes
    assert (browser.get("/desk/rotas/new").status_code == 200) == changes
