"""Who is told besides the public, on the forms of an alert and of a level: groups, posts, languages and places, in lines."""

import pytest
from lxml import html

from tests.web.installation import Browser, Installation
from tests.web.test_alerts_desk import begun, kept, waiting
from tests.web.test_headcounts import submit
from tests.web.test_levels_desk import LEVEL
from tests.web.test_watching import text
from tocsin.basis.ids import Id
from tocsin.people.facts import GroupNamed, PersonAdded, PersonKind, PostNamed
from tocsin.warning.advisory.state import AdvisoryDraft
from tocsin.warning.audience import Part, Within
from tocsin.web.desk.fill.whom import OWN

TOKYO = Within(polygon=((35.0, 139.0), (36.0, 139.0), (36.0, 140.0), (35.0, 139.0)))


def fields(page: str) -> dict[str, str]:
    """Return what stands in the lines of a form."""
    said: dict[str, str] = {}
    for field in html.document_fromstring(page).iter("input", "select"):
        name = field.get("name", "")
        if name.startswith("part"):
            chosen = [one.get("value", "") for one in field.iter("option") if one.get("selected") is not None]
            said[name] = chosen[0] if chosen else field.get("value", "")
    return said


@pytest.fixture(name="watch")
def _watch(town: Installation) -> Browser:
    assert town.watch_officer
    browser = Browser(town.site)
    browser.sign_in("watch")
    return browser


@pytest.fixture(name="ferry")
def _ferry(town: Installation) -> tuple[Id, Id]:
    """Let there be a group and a post; return both."""
    group, port, post = (town.store.new_id() for _ in range(3))
    now = town.clock.now()
    town.commit(
        GroupNamed(subject=group, occurred_at=now, name="Ferrymen"),
        PersonAdded(subject=port, occurred_at=now, person_kind=PersonKind.ORGANISATION, name="The port"),
        PostNamed(subject=post, occurred_at=now, organisation=port, name="Pilot"),
    )
    return group, post


def test_whoever_fits_a_line_is_addressed_and_the_form_shows_the_lines_again(
    town: Installation, watch: Browser, ferry: tuple[Id, Id]
) -> None:
    group, post = ferry
    draft = begun(town, watch)
    lines = {
        "parts": "3", "part_0_group": group, "part_0_languages": "fr, pt-BR",
        "part_1_post": post, "part_1_country": "fr", "part_2_place": "48.85,2.35", "part_2_km": "30",
    }  # fmt: skip
    assert kept(watch, draft, **lines).status_code == 303
    parts = waiting(town).contents.audience
    assert parts == (
        OWN,
        Part(groups=(group,), languages=("fr", "pt-BR")),
        Part(posts=(post,), within=(Within(country="FR"),)),
        Part(within=(Within(circle=(48.85, 2.35, 30.0)),)),
    )
    page = watch.get(f"/desk/alerts/{draft.id}/edit").text
    assert "Pilot, The port" in text(page)
    again = fields(page)
    assert again["parts"] == "4", "and one is empty, for more"
    assert kept(watch, waiting(town), **again, nonce="at-22223333").status_code == 303
    assert waiting(town).contents.audience == parts
    assert (
        kept(
            watch, waiting(town), **(again | {"part_1_post": "", "part_1_country": ""}), nonce="at-2222444"
        ).status_code
        == 303
    )
    assert waiting(town).contents.audience == (parts[0], parts[1], parts[3])


def test_a_part_that_the_form_cannot_show_stays(town: Installation, watch: Browser) -> None:
    drawn = Part(within=(TOKYO,))
    id = town.advisory("FR", 2, approve=False, audience=(drawn, Part(languages=("fr",))))
    form = {**LEVEL, "id": id, "seen": "1", "parts": "1", "part_0_languages": "de"}
    assert submit(watch, "/desk/advisories", **form).status_code == 303
    with town.store.look() as look:
        assert look.get(AdvisoryDraft, id).audience == (OWN, Part(languages=("de",)), drawn)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param({"part_0_languages": "french!"}, "Write the language as a tag", id="no language"),
        pytest.param({"part_0_place": "Nowhere at all", "part_0_km": "5"}, "No town called", id="no town"),
        pytest.param({"part_0_place": "95,2", "part_0_km": "5"}, "A latitude is from -90 to 90", id="off the Earth"),
        pytest.param({"part_0_place": "48.85,2.35", "part_0_km": "far"}, "in kilometres", id="no distance"),
        pytest.param(
            {"part_0_place": "48.85,2.35", "part_0_km": "5", "part_0_country": "FR"}, "not both", id="two places"
        ),
    ],
)
def test_what_cannot_be_understood_is_one_clear_sentence(
    town: Installation, watch: Browser, line: dict[str, str], said: str
) -> None:
    draft = begun(town, watch)
    reply = kept(watch, draft, parts="1", **line)
    assert reply.status_code == 400
    assert said in text(reply.text)
    assert waiting(town).contents.audience == draft.contents.audience
