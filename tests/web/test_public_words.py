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
from tocsin.store.reconcile import reconcile
from tocsin.warning.advisory.state import AdvisoryDraft
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


def test_a_report_that_was_linked_since_is_looked_at_too(town: Installation, desk: dict[str, Browser]) -> None:
    path = alert(town, desk, f"{HIDDEN} fears for it")
    assert not answers(desk["dora"].get(path).text)
    hears(town, f"{HIDDEN} was seen", Mark.RED, (dora(town),))
    assert approve(desk, "dora", path).status_code == 409
    ticks = answers(desk["dora"].get(path).text)
    assert approve(desk, "dora", path, **ticks, public_why=WHY).status_code == 303


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
