"""Who is warned, on the desk: what is counted before an alert is approved, who may see it, and the way on from there."""

from typing import Any

import pytest

from tests.web.installation import Browser, Installation
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.people import where
from tocsin.people.facts import PersonPaused, PlaceKind, PlaceSaid
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.audience import Part, Within

HERE = Part(within=(Within(own=True),))
IN, JUST_OUTSIDE = (48.2, 16.4), (48.2203, 16.4)  # the circle's radius is 2 km


def lives(town: Installation, name: str, point: tuple[float, float]) -> Id:
    person = town.person(name)
    town.commit(
        PlaceSaid(
            subject=town.store.new_id(),
            occurred_at=town.clock.now(),
            person=person,
            place_kind=PlaceKind.HOME,
            where=where.write(where.Where(point=point)),
        )
    )
    return person


def draft(town: Installation, **more: Any) -> Id:
    return town.alert(persons=(), issue=False, audience=(HERE,), **more)


def sign_in(town: Installation, name: str) -> Browser:
    browser = Browser(town.site)
    assert browser.sign_in(name).status_code == 303
    return browser


@pytest.fixture(name="duty")
def _duty(town: Installation) -> Browser:
    assert town.duty_officer
    return sign_in(town, "duty")


def words(browser: Browser, alert: Id) -> str:
    reply = browser.get(f"/desk/warnings/{alert}/audience")
    assert reply.status_code == 200
    return " ".join(reply.text.split())


def test_before_approval_the_page_counts_who_would_be_told_and_who_would_not(town: Installation, duty: Browser) -> None:
    paused = lives(town, "Paula Paused", IN)
    lives(town, "Ida Inside", IN)
    lives(town, "Otto Outside", JUST_OUTSIDE)
    town.commit(PersonPaused(subject=paused, occurred_at=town.clock.now()))
    page = words(duty, draft(town))
    assert "2 people would be told now" in page
    assert "a pause or a missing consent leaves nobody out" in page
    assert "100 m to 300 m outside" in page
    assert "Ida Inside" in page
    assert "Otto Outside" not in page, "who is not told is a number"
    assert "<svg" in page
    quiet = words(duty, draft(town, severity="Minor"))
    assert "0 people would be told now" in quiet
    assert "Asked to be left alone" in quiet
    assert "No consent" in quiet
    assert "Ida Inside" not in quiet


def test_no_position_stands_on_the_page(town: Installation, duty: Browser) -> None:
    lives(town, "Ida Inside", (48.2012345, 16.4054321))
    page = words(duty, draft(town))
    assert "Ida Inside" in page
    assert not [digits for digits in ("48.20123", "16.40543", "2012345", "4054321") if digits in page]


def test_it_is_approved_with_that_in_sight_and_let_go(town: Installation, duty: Browser) -> None:
    for number in range(10):
        lives(town, f"Person {number}", IN)
    alert = draft(town)
    path = f"/desk/warnings/{alert}"
    reply = duty.post(f"{path}/approval", {"_csrf_token": duty.csrf(f"{path}/audience")})
    assert (reply.status_code, reply.headers["location"]) == (303, f"{path}/audience")
    with town.store.look() as look:
        approved = look.get(Alert, alert)
    assert approved.saw is not None
    assert approved.saw.known == 10
    assert "changed by more than a tenth" not in words(duty, alert)
    for number in range(2):
        lives(town, f"Late {number}", IN)
    assert "was for 10 people; now it is for 12" in words(duty, alert)
    assert duty.post(f"{path}/issue", {"_csrf_token": duty.csrf(f"{path}/audience")}).status_code == 303
    town.work()
    with town.store.look() as look:
        assert look.get(Alert, alert).stage is AlertStage.ISSUED
    assert len(town.paper.messages) == 12
    gone = words(duty, alert)
    assert "It went out to 12 people" in gone
    assert "was for 10 people; now it is for 12" in gone
    assert 'href="' + path + '/audience"' in duty.get(path).text


def test_its_author_cannot_approve_it_there(town: Installation, duty: Browser) -> None:
    alert = draft(town)
    town.person("Both Bo", Role.WATCH_OFFICER, Role.DUTY_OFFICER)
    assert "approval" in words(duty, alert)
    watch = sign_in(town, "watch")
    assert "/approval" not in words(watch, alert)
    token = watch.csrf(f"/desk/warnings/{alert}/audience")
    assert watch.post(f"/desk/warnings/{alert}/approval", {"_csrf_token": token}).status_code == 403


@pytest.mark.parametrize("path", ["audience", "approval", "issue"])
def test_who_may_not_read_a_draft_learns_nothing_of_it(town: Installation, path: str) -> None:
    alert = draft(town)
    town.person("Green Gil", Role.DUTY_OFFICER, cleared_to=Mark.GREEN)
    browser = sign_in(town, "green")
    if path == "audience":
        assert browser.get(f"/desk/warnings/{alert}/audience").status_code == 404
    else:
        reply = browser.post(f"/desk/warnings/{alert}/{path}", {"_csrf_token": browser.csrf("/desk")})
        assert reply.status_code == 404


@pytest.mark.parametrize("count", [pytest.param(3, id="a few by name"), pytest.param(15, id="many as one")])
def test_who_was_told_for_where_they_are_is_followed_on_the_warnings_page(
    town: Installation, duty: Browser, count: int
) -> None:
    people = [lives(town, f"Person {number}", IN) for number in range(count)]
    alert = town.alert(persons=(), audience=(HERE,))
    token = town.token(alert, people[0])
    assert Browser(town.site).post(f"/a/{token}", {"answer": "safe"}).status_code in (200, 303)
    town.work()
    page = " ".join(duty.get(f"/desk/warnings/{alert}").text.split())
    assert ("Person 1</bdi>" in page) is (count == 3)
    assert ("1 of 15 have answered" in page) is (count == 15)
    assert f'href="/desk/warnings/{alert}/audience"' in page
