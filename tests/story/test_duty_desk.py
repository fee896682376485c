"""The duty officer says at the desk who is rung at night, tries it out, saves it; and that is what happens."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from lxml import html

from tests.web.installation import HASHER, PASSPHRASE, Browser
from tocsin.basis.marking import Role
from tocsin.basis.moment import utc
from tocsin.people.facts import SignInSet
from tocsin.people.rota import Rota
from tocsin.testing.town import Town
from tocsin.warning.policy import Policy
from tocsin.web.site import Site


def parsed(page: str) -> Any:
    return html.document_fromstring(page)


@pytest.fixture(name="desk")
def _desk(town: Town) -> Iterator[Browser]:
    """The town's desk, with its duty officer signed in, on a Friday evening."""
    for name in ("Ann", "Ben"):
        town.person(name, roles=(Role.WATCH_OFFICER,))
    town.person("the miller")
    town.pass_time(hours=(utc("2031-05-09T16:00:00Z") - town.now) / timedelta(hours=1))
    known = SignInSet(
        subject=town.duty_officer.id, occurred_at=town.now, sign_in="duty", secret_hash=HASHER.hash(PASSPHRASE)
    )
    town.app.store.commit([known], at=town.now, by="town", command="sign-in")
    with closing(Site(town.app, zone="Europe/Vienna")) as site:
        browser = Browser(site)
        browser.sign_in("duty")
        yield browser


def says(desk: Browser, path: str, changed: dict[str, str], which: int = 0) -> Any:
    """Fill a form of a page in, and send it."""
    form = parsed(desk.get(path).text).findall(".//main//form")[which]
    typed = {name: value or "" for name, value in form.form_values()}
    return desk.post(form.get("action"), {**typed, **changed})


def test_what_was_tried_out_at_the_desk_and_saved_is_what_rings(town: Town, desk: Browser) -> None:
    turns = {"name": "The night rota", "member_0": town.id("Ann"), "member_1": town.id("Ben"), "first": "2031-05-05T20:00",
             "turn": "day", "hours_0_days": "0123456", "hours_0_from": "20:00", "hours_0_until": "08:00"}  # fmt: skip
    assert says(desk, "/desk/rotas/new", turns).status_code == 303
    with town.app.store.look() as look:
        (rota,) = look.all(Rota)
    stand = {"who": town.duty_officer.id, "instead_of": town.id("Ben"), "stand_from": "2031-05-10T20:00",
             "stand_until": "2031-05-11T20:00"}  # fmt: skip
    assert says(desk, f"/desk/rotas/{rota.id}", stand).status_code == 303

    steps = {"name": "Nights", "step_0_who_0": f"rota:{rota.id}", "step_0_wait": "5", "step_1_who_0": f"person:{town.id('Ann')}",
             "step_1_wait": "20", "every": "60"}  # fmt: skip
    tried = says(desk, "/desk/policies/new", {**steps, "do": "try"})
    said = [
        (found[1], name)
        for row in parsed(tried.text).findall(".//main//tbody/tr")
        for name in ("Ann", "Ben", "the duty officer")
        if name in row.text_content() and (found := re.search(r"Sunday 11 May (\d\d:\d\d)", row.text_content()))
    ]
    assert said[:2] == [("03:05", "the duty officer"), ("03:25", "Ann")]
    with town.app.store.look() as look:
        assert look.all(Policy) == []
    assert says(desk, "/desk/policies/new", {**steps, "do": "save"}).status_code == 303

    town.pass_time(hours=(utc("2031-05-11T01:00:00Z") - town.now) / timedelta(hours=1))
    with town.app.store.look() as look:
        (policy,) = look.all(Policy)
    town.duty_officer.issues_alert(to=["the miller"], ladder=policy.ladder, hours=None)
    town.pass_time(minutes=30)
    assert [(when[3:], name) for name, when in town.rung()] == said[:2]
