"""What goes out to everyone is held against its case: a name that stands in stricter material alone goes out by nobody's oversight."""

import re
from typing import Any

import pytest

from tests.web.installation import Browser, Installation
from tests.web.test_alerts_desk import begun, kept
from tests.web.test_alerts_desk import seen as seen_on
from tests.web.test_levels_desk import LEVEL, SAID, waiting
from tests.web.test_must_warn import of, submit
from tests.web.test_notices_desk import HIDDEN, MARKER, hears
from tests.web.test_watching import text
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.threat import cases
from tocsin.flow.warning.public_words import Answers, answer_for, for_public
from tocsin.store.reconcile import reconcile
from tocsin.threat.particulars import Particulars
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import AdvisoryDraft
from tocsin.warning.alert.facts import Area
from tocsin.warning.alert.state import Alert
from tocsin.warning.made_public import MadePublic
from tocsin.warning.statement.state import StatementDraft

WHY = "The ministry said so itself this morning."


@pytest.fixture(name="desk")
def _desk(town: Installation) -> dict[str, Browser]:
    for name, cleared in (
        ("Wren Writer", Mark.AMBER_STRICT),
        ("Dora Duty", Mark.AMBER_STRICT),
        ("Lou Low", Mark.AMBER),
    ):
        role = Role.WATCH_OFFICER if name.startswith("Wren") else Role.DUTY_OFFICER
        town.person(name, role, cleared_to=cleared)
    assert town.duty_officer
    return {name: of(town, name) for name in ("wren", "dora", "lou")}


def let_out(town: Installation) -> list[MadePublic]:
    with town.store.look() as look:
        return look.all(MadePublic)


def answers(page: str) -> dict[str, str]:
    """Return the ticks by which whoever lets it out answers for each word."""
    return dict(re.findall(r'name="(public_\d+)" value="([^"]+)"', page))


def alert(town: Installation, desk: dict[str, Browser], description: str) -> str:
    draft = begun(town, desk["wren"], template="", case=town.threat)
    more = {
        "headline_0": "Keep away",
        "event_0": "Danger",
        "instruction_0": "Stay at home.",
        "description_0": description,
    }
    assert kept(desk["wren"], draft, case=town.threat, **more).status_code == 303
    return f"/desk/alerts/{draft.id}"


def level(town: Installation, desk: dict[str, Browser], description: str) -> str:
    assert (
        submit(desk["wren"], "/desk/advisories", **LEVEL | {"text": description, "case": town.threat}).status_code
        == 303
    )
    return f"/desk/advisories/drafts/{waiting(town, AdvisoryDraft)}"


def statement(town: Installation, desk: dict[str, Browser], description: str) -> str:
    assert (
        submit(desk["wren"], "/desk/statements", **SAID | {"text": description, "case": town.threat}).status_code == 303
    )
    return f"/desk/statements/drafts/{waiting(town, StatementDraft)}"


def approve(desk: dict[str, Browser], who: str, path: str, **more: str) -> Any:
    return submit(desk[who], f"{path}/approval", seen=seen_on(desk["dora"], path), **more)


@pytest.mark.parametrize("write", [alert, level, statement])
def test_a_name_of_stricter_material_goes_out_only_where_whoever_lets_it_out_answers_for_it(
    town: Installation, desk: dict[str, Browser], write: Any
) -> None:
    hears(town, f"{MARKER} told us that the sluice is loosened.", Mark.AMBER_STRICT)
    path = write(town, desk, f"{MARKER} fears for the sluice")
    for who in ("wren", "dora"):
        page = desk[who].get(path).text
        assert "1 word stands in stricter material alone" in text(page)
        assert "told us that the sluice is loosened" in text(page)
    ticks = answers(desk["dora"].get(path).text)
    assert len(ticks) == 1
    page = desk["lou"].get(path).text
    assert "stricter material" not in text(page)
    assert not answers(page)
    refused = approve(desk, "lou", path, **ticks, public_why=WHY)
    assert refused.status_code == 409
    assert "may not read in full" in text(refused.text)
    assert "told us" not in text(refused.text)
    for more in ({}, {"public_why": WHY}, {**ticks, "public_why": " "}):
        refused = approve(desk, "dora", path, **more)
        assert refused.status_code == 409, more
    assert let_out(town) == []
    assert approve(desk, "dora", path, **ticks, public_why=WHY).status_code == 303
    [one] = let_out(town)
    assert (one.words, one.why) == ((MARKER,), WHY)
    assert WHY in text(desk["wren"].get(path).text)
    assert WHY not in text(desk["lou"].get(path).text)
    town.work()
    assert reconcile(town.store) == []


def test_what_the_case_is_about_what_went_out_and_plain_words_need_no_answer(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, "Quillwort told us: water over the Mill Lane bridge, at the sluice, on Friday.", Mark.AMBER_STRICT)
    path = alert(town, desk, "Water over the Mill Lane bridge, and the sluice")
    page = desk["dora"].get(path).text
    assert not answers(page)
    assert "Plain words that stand there, too" in text(page)
    assert approve(desk, "dora", path).status_code == 303
    assert let_out(town) == []


def test_what_else_is_known_of_a_case_is_not_said_by_warning_of_it(
    town: Installation, desk: dict[str, Browser]
) -> None:
    with town.store.look() as look:
        case = look.get(Threat, town.threat)
    known = Particulars(description=f"{MARKER} told us.", intent=f"To reach the {HIDDEN}.")
    cases.describe_case(
        town.house, case.id, title=case.title, targets=case.targets, host=case.host, begins=case.begins, ends=case.ends,
        particulars=known, why="More is known.", by=town.duty_officer, command=town.command(), now=town.clock.now(),
    )  # fmt: skip
    path = statement(town, desk, f"It is {MARKER}, and the {HIDDEN}.")
    assert list(answers(desk["dora"].get(path).text).values()) == [f"name {MARKER.lower()}"]


def test_a_report_that_was_linked_since_is_looked_at_too(town: Installation, desk: dict[str, Browser]) -> None:
    path = alert(town, desk, f"{HIDDEN} fears for it")
    assert not answers(desk["dora"].get(path).text)
    hears(town, f"{HIDDEN} was seen", Mark.RED, (dora(town),))
    assert approve(desk, "dora", path).status_code == 409
    ticks = answers(desk["dora"].get(path).text)
    assert approve(desk, "dora", path, **ticks, public_why=WHY).status_code == 303


def test_a_report_that_was_said_anew_since_it_was_looked_at_is_looked_at_too(
    town: Installation, desk: dict[str, Browser]
) -> None:
    id = hears(town, "It was seen.", Mark.AMBER_STRICT)
    statement(town, desk, f"{HIDDEN} fears for it")
    with town.store.look() as look:
        draft, version = waiting(town, StatementDraft), look.version(id)
        said = for_public(look, look.get(StatementDraft, draft))
        at = {draft: look.version(draft)}
        _none, expect = answer_for(town.house, look, said, Answers(), dora(town), town.clock.now(), at)
    assert expect[id] == version
    assert expect[town.threat] > 0


def dora(town: Installation) -> Id:
    with town.store.look() as look:
        return next(one.id for one in look.desk_people() if str(one.name) == "Dora Duty")


def test_who_may_not_read_a_case_writes_nothing_from_it(town: Installation, desk: dict[str, Browser]) -> None:
    low = town.person("Temp Temp", Role.WATCH_OFFICER, cleared_to=Mark.GREEN)
    assert low
    browser = of(town, "temp")
    for path, form in (("/desk/advisories", LEVEL), ("/desk/statements", SAID)):
        assert submit(browser, path, **form, case=town.threat).status_code == 404
        assert "Mill Lane" not in browser.get(f"{path}/new").text


# ---- what one person alone says to everyone afterwards


def address(town: Installation, write: str) -> tuple[str, str, str, str]:
    """Return where something is said to everyone, in which field, on which page, and what its page says once it has been."""
    if write == "taken back":
        alert = town.alert()
        return f"/desk/warnings/{alert}/retraction", "words_0", f"/desk/warnings/{alert}", "Taken back: a false alarm"
    if write == "withdrawn":
        return (
            f"/desk/advisories/{town.advisory(threat=town.threat)}/withdrawal",
            "words",
            "/desk/advisories/countries/FR",
            "Withdrawn",
        )
    said = f"/desk/statements/{town.statement(threat=town.threat)}"
    return f"{said}/endorsements", "name", said, MARKER


@pytest.mark.parametrize("write", ["taken back", "withdrawn", "joined"])
def test_what_one_alone_says_to_everyone_is_held_against_the_case(
    town: Installation, desk: dict[str, Browser], write: str
) -> None:
    hears(town, f"{MARKER} told us that the sluice is loosened.", Mark.AMBER_STRICT)
    path, field, page, after = address(town, write)
    said = {field: f"The {MARKER} Society"}
    assert "stricter material" not in text(desk["dora"].get(page).text)
    refused = submit(desk["lou"], path, **said)
    assert refused.status_code == 409
    assert "may not read in full" in text(refused.text)
    assert "told us" not in text(refused.text)
    assert not answers(refused.text)
    refused = submit(desk["dora"], path, **said)
    assert refused.status_code == 409
    assert f"The {MARKER} Society" in refused.text
    assert "told us that the sluice is loosened" in text(refused.text)
    ticks = answers(refused.text)
    assert len(ticks) == 1
    form = refused.text.partition(f'action="{path}"')[2].partition("</form>")[0]
    assert form.partition("public_1")[2].count("required") == 0, "said otherwise, nothing is to be answered for"
    refused = submit(desk["dora"], path, **said, **ticks, public_why=" ")
    assert refused.status_code == 409
    assert "checked" in refused.text
    refused = submit(desk["dora"], path, **said, public_why=WHY)
    assert refused.status_code == 409
    assert WHY in refused.text
    assert let_out(town) == []
    done = submit(desk["dora"], path, **said, **ticks, public_why=WHY)
    assert done.status_code == 303
    [one] = let_out(town)
    assert (one.words, one.why) == ((MARKER,), WHY)
    assert after in text(desk["lou"].get(page).text)
    assert WHY in text(desk["wren"].get(page).text)
    assert WHY not in text(desk["lou"].get(page).text)
    town.work()
    assert reconcile(town.store) == []


def test_a_false_alarm_is_taken_back_at_once_where_nothing_has_to_be_answered_for(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, f"{MARKER} told us that the sluice is loosened.", Mark.AMBER_STRICT)
    alert = town.alert()
    again = {"words_0": "The sluice holds. Keep off the bridge no more, at Mill Lane."}
    assert submit(desk["lou"], f"/desk/warnings/{alert}/retraction", **again).status_code == 303
    assert let_out(town) == []


def test_who_may_not_take_it_back_is_not_told_what_stands_anywhere(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, f"{MARKER} told us.", Mark.AMBER_STRICT)
    path = f"/desk/warnings/{town.alert()}/retraction"
    assert submit(desk["lou"], path, words_0="It is none.").status_code == 303
    for said in (f"{MARKER} erred.", "A sensor erred."):
        assert "may not read" not in text(submit(desk["lou"], path, words_0=said).text)


def test_words_by_which_an_alert_is_stood_by_are_answered_for_by_whoever_lets_them_out(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, f"{MARKER} told us that the sluice is loosened.", Mark.AMBER_STRICT)
    alert = town.alert()
    form = {"words_0": f"{MARKER} says so, too.", "until": "2024-05-20T09:00"}
    assert submit(desk["wren"], f"/desk/warnings/{alert}/reaffirmation", **form).status_code == 303
    with town.store.look() as look:
        [draft] = look.all(Alert, follows=alert)
    path = f"/desk/warnings/{draft.id}"
    page = desk["dora"].get(f"{path}/audience").text
    assert "told us that the sluice is loosened" in text(page)
    ticks = answers(page)
    assert len(ticks) == 1
    assert not answers(desk["lou"].get(f"{path}/audience").text)
    refused = submit(desk["lou"], f"{path}/approval", **ticks, public_why=WHY)
    assert refused.status_code == 409
    refused = submit(desk["dora"], f"{path}/approval", public_why=WHY)
    assert refused.status_code == 409
    assert WHY in refused.text
    assert submit(desk["dora"], f"{path}/approval", **ticks, public_why=WHY).status_code == 303
    assert submit(desk["dora"], f"{path}/issue").status_code == 303
    town.work()
    assert [one.words for one in let_out(town)] == [(MARKER,)]
    assert WHY in text(desk["wren"].get(f"{path}/audience").text)
    assert WHY not in text(desk["lou"].get(f"{path}/audience").text)


@pytest.mark.parametrize("decision", ["extend", "stand_down", "withdraw"])
def test_why_a_window_is_decided_about_is_read_at_the_desk_alone(
    town: Installation, desk: dict[str, Browser], decision: str
) -> None:
    alert = town.alert()
    made = {"why": f"{MARKER} told us.", "decision": decision, "until": "2024-05-20T09:00"}
    assert submit(desk["dora"], f"/desk/warnings/{alert}/window", **made).status_code == 303
    town.work()
    public = Browser(town.site)
    for path in (f"/alerts/{alert}", f"/alerts/{alert}.json", f"/alerts/{alert}.cap", "/feeds/atom.xml", "/"):
        reply = public.get(path)
        assert reply.status_code == 200, path
        assert MARKER not in reply.text, path
    with town.store.look() as look:
        told = look.get(Alert, alert)
        entries = look.connection.exec_driver_sql("SELECT entry FROM entries").all()
    assert told.window is not None
    assert MARKER in told.window.why
    assert all(MARKER not in one.cap for one in told.later)
    assert entries
    assert all(MARKER.encode() not in bytes(one[0]) for one in entries)


# ---- what was found since


def test_a_word_that_is_a_name_only_further_on_can_be_answered_for(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, "The cutler says so, and so does Mr Cutler.", Mark.AMBER_STRICT)
    path = statement(town, desk, "Cutler fears it. We asked Cutler.")
    ticks = answers(desk["dora"].get(path).text)
    assert len(ticks) == 1
    assert approve(desk, "dora", path, **ticks, public_why=WHY).status_code == 303


def test_where_nothing_tells_names_one_tick_answers_for_all_that_may_be_one(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, "Zwirbelstein: Sprengstoff, Lieferwagen und Fahrer am Stellwerk, 17:40", Mark.AMBER_STRICT)
    made = {"text": "Es geht um Sprengstoff, den Fahrer und das Stellwerk, um 17:40.", "language": "de"}
    assert submit(desk["wren"], "/desk/statements", **SAID | made, case=town.threat).status_code == 303
    path = f"/desk/statements/drafts/{waiting(town, StatementDraft)}"
    ticks = answers(desk["dora"].get(path).text)
    assert len(ticks) == 2
    assert approve(desk, "dora", path, **ticks, public_why=WHY).status_code == 303
    assert [set(one.words) for one in let_out(town)] == [{"Sprengstoff", "Fahrer", "Stellwerk", "17:40"}]


def test_whoever_may_not_let_it_out_does_not_learn_what_stands_in_what_they_may_not_read(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, f"{MARKER} told us.", Mark.AMBER_STRICT)
    path = statement(town, {"wren": desk["lou"]}, f"{MARKER} fears for it")
    for read in (seen_on(desk["dora"], path), "99"):
        refused = submit(desk["lou"], f"{path}/approval", seen=read)
        assert refused.status_code == 409
        assert "may not read" not in text(refused.text), read
    path = statement(town, desk, f"{MARKER} fears for it")
    refused = submit(desk["lou"], f"{path}/approval", seen="99")
    assert "has changed since you read it" in text(refused.text)
    assert "may not read" not in text(refused.text)


def test_a_correction_is_held_against_the_case_of_what_it_corrects(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, f"{MARKER} told us.", Mark.AMBER_STRICT)
    said = town.statement(threat=town.threat)
    made = SAID | {"id": said, "seen": "3", "edition": "2", "case": "", "text": f"{MARKER} says so.", "change": "Who."}
    with town.store.look() as look:
        made["seen"] = str(look.version(said))
    assert submit(desk["wren"], "/desk/statements", **made).status_code == 303
    path = f"/desk/statements/drafts/{said}"
    assert approve(desk, "dora", path).status_code == 409
    assert len(answers(desk["dora"].get(path).text)) == 1


def test_the_name_of_an_area_in_another_language_is_read_too(town: Installation, desk: dict[str, Browser]) -> None:
    hears(town, f"It is at {MARKER}.", Mark.AMBER_STRICT)
    area = Area(name="The field", circle=(48.2, 16.4, 2.0), names=(("de", MARKER),))
    draft = town.alert(issue=False, areas=(area,))
    path = f"/desk/warnings/{draft}"
    assert submit(desk["dora"], f"{path}/approval").status_code == 409
    ticks = answers(desk["dora"].get(f"{path}/audience").text)
    assert submit(desk["dora"], f"{path}/approval", **ticks, public_why=WHY).status_code == 303


def test_what_an_alert_named_as_its_area_is_public(town: Installation, desk: dict[str, Browser]) -> None:
    hears(town, f"It is at {MARKER}.", Mark.AMBER_STRICT)
    alert = town.alert(areas=(Area(name=MARKER, circle=(48.2, 16.4, 2.0)),))
    made = SAID | {"text": f"We think of {MARKER}.", "about": alert, "case": town.threat}
    assert submit(desk["wren"], "/desk/statements", **made).status_code == 303
    assert approve(desk, "dora", f"/desk/statements/drafts/{waiting(town, StatementDraft)}").status_code == 303


def test_an_alert_that_takes_the_place_of_another_is_held_against_the_case_of_that(
    town: Installation, desk: dict[str, Browser]
) -> None:
    hears(town, f"{MARKER} told us.", Mark.AMBER_STRICT)
    before = town.alert("Keep off the bridge, says the mill")
    draft = begun(town, desk["wren"], template="", case="")
    words = {
        "headline_0": "Keep off, says the mill",
        "event_0": "Danger",
        "instruction_0": "Go.",
        "description_0": MARKER,
    }
    assert kept(desk["wren"], draft, case="", follows=before, **words).status_code == 303
    path = f"/desk/alerts/{draft.id}"
    assert len(answers(desk["dora"].get(path).text)) == 1
    assert approve(desk, "dora", path).status_code == 409


def test_hundreds_of_names_can_be_answered_for(town: Installation, desk: dict[str, Browser]) -> None:
    names = ", ".join(f"Zw{one}rb{other}l" for one in "abcdefghiklmnop" for other in "abcdefghiklmnopqr")
    hears(town, f"They are {names}.", Mark.AMBER_STRICT)
    path = statement(town, desk, f"We mourn {names}.")
    ticks = answers(desk["dora"].get(path).text)
    assert len(ticks) > 200
    assert approve(desk, "dora", path, **ticks, public_why=WHY).status_code == 303
