"""Who of ours is where another's alert holds: counted at the desk for whoever may see it, quickly, and told nobody."""

import math
import re
from typing import Any

import pytest
from msgspec.structs import replace

from tests.web.installation import Browser, Installation
from tests.web.test_others import COUNTY, NOWHERE, SENT, SQUARE, TANGLED, UNKNOWN, at_desk, opens, saying, takes
from tests.web.test_watching import text
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.cap import Alert, write
from tocsin.cap.model import Area
from tocsin.flow.others import matched
from tocsin.people import where
from tocsin.people.facts import PlaceKind, PlaceSaid
from tocsin.places import Ring
from tocsin.threat.facts import ThreatOpened
from tocsin.threat.particulars import Particulars, Where


@pytest.fixture(autouse=True)
def _then(town: Installation) -> None:
    town.clock.set(SENT)


def lives(town: Installation, name: str, place: where.Where) -> None:
    person, now = town.person(name), town.clock.now()
    said = PlaceSaid(
        subject=town.store.new_id(), occurred_at=now, person=person, place_kind=PlaceKind.HOME, where=where.write(place)
    )
    town.commit(said)


def case(town: Installation, title: str, *places: Where, mark: Mark = Mark.AMBER) -> Id:
    id = town.store.new_id()
    opened = ThreatOpened(
        subject=id,
        occurred_at=town.clock.now(),
        title=title,
        zone="Europe/Vienna",
        owner=town.miller,
        mark=mark,
        particulars=Particulars(places=places),
    )
    town.commit(opened)
    return id


def of(*polygons: Ring) -> Alert:
    return saying(areas=(Area(area_desc="x", polygons=polygons),))


def spoilt(*, polygons: tuple[Ring, ...] = (), **more: Any) -> bytes:
    """Return a message with an area as others send it, whatever is wrong with its polygons: our own hand writes none that is."""
    area = Area(area_desc="x", polygons=tuple(SQUARE for _ in polygons), **more)
    sound = re.search(rb"<polygon>([^<]*)</polygon>", raw := write(saying(areas=(area,))))
    for ring in polygons:
        assert sound is not None
        raw = raw.replace(sound[1], " ".join(f"{lat},{lon}" for lat, lon in ring).encode(), 1)
    return raw


def shown(desk: Browser, name: str, *, pressed: bool = False) -> str:
    return text(desk.get(f"/desk/others/{name}{'?match=yes' if pressed else ''}").text)


def test_an_alert_says_who_of_ours_is_there_and_which_cases_to_whoever_may_see_them(
    town: Installation, browser: Browser
) -> None:
    for name, point in (("Ann", (48.5, 16.5)), ("Bell", (48.6, 16.6)), ("Cob", (47.0, 12.0))):
        lives(town, name, where.Where(point=point))
    lives(town, "Dee", where.Where(country="AT"))
    inside = case(town, "The bridge", Where(name="Mill Lane", point=(48.5, 16.5)))
    case(town, "Far away", Where(name="Moscow", country="RU", point=(55.7, 37.6)))
    case(town, "Hidden thing", Where(name="Mill Lane", point=(48.5, 16.5)), mark=Mark.RED)
    case(town, "Somewhere in Austria", Where(name="Austria", country="AT"))
    (name,) = takes(town, opens(town), of(SQUARE))
    desk, before = at_desk(town), town.row_counts()
    page = shown(desk, name)
    assert "2 people are known to be there; 1 may be." in page
    assert f'href="/desk/cases/{inside}"' in desk.get(f"/desk/others/{name}").text
    there, perhaps = page.split("Open cases of which only the country is known:")
    assert "The bridge" in there
    assert "Somewhere in Austria" in perhaps
    assert "Far away" not in page
    assert "Hidden thing" not in page
    assert town.row_counts() == before, "nothing is sent, and nothing is kept"
    public = text(browser.get(f"/others/{name}").text)
    assert not any(word in public for word in ("known to be there", "The bridge", "in its areas now"))
    town.person("Audra Audit", Role.AUDITOR)
    auditor = Browser(town.site)
    auditor.sign_in("audra")
    page = shown(auditor, name)
    assert "known to be there" not in page
    assert "The bridge" in page


@pytest.mark.parametrize(
    ("area", "said"),
    [
        pytest.param({"polygons": (TANGLED,)}, "2 people are known to be there", id="both lobes of a bow tie"),
        pytest.param({"polygons": (SQUARE[:-1],)}, "2 people are known to be there", id="an open ring is closed"),
        pytest.param({"circles": ((48.2, 16.1, 11.2),)}, "1 person is known to be there", id="a circle to its very edge"),
        pytest.param({"polygons": (NOWHERE,)}, "Not matched: a polygon: a point is not on Earth (alert/info[1]/area[1])", id="off the Earth"),
        pytest.param({"polygons": (NOWHERE,)}, "None of its areas can be used.", id="nothing is left"),
        pytest.param({"geocodes": (UNKNOWN,)}, "Not matched: WARNCELLID 107131000, a code that our lists do not have", id="no list of ours"),
        pytest.param({"geocodes": (COUNTY,)}, "0 people are known to be there", id="a code of a list of ours"),
        pytest.param({"polygons": (((-60.0, -180.0), (60.0, -180.0), (60.0, 180.0), (-60.0, 180.0), (-60.0, -180.0)),)}, "Not matched: a polygon: The outline encloses nothing", id="sound on a flat map alone"),
    ],
)  # fmt: skip
def test_what_can_be_mended_is_matched_and_what_cannot_is_said(
    town: Installation, area: dict[str, Any], said: str
) -> None:
    # In the eastern and the western lobe, the latter 11.1 km north of the circle's centre.
    for name, point in (("Ann", (48.5, 16.9)), ("Bell", (48.3, 16.1))):
        lives(town, name, where.Where(point=point))
    (name,) = takes(town, opens(town), spoilt(**area))
    assert said in shown(at_desk(town), name)


def test_an_alert_of_very_many_corners_is_matched_when_somebody_presses(town: Installation) -> None:
    turns = [2 * math.pi * n / 40_000 for n in range(40_000)]
    many = tuple((48.5 + math.sin(turn) / 2, 16.5 + math.cos(turn) / 2) for turn in turns)
    lives(town, "Ann", where.Where(point=(48.5, 16.5)))
    (name,) = takes(town, opens(town), of((*many, many[0])))
    desk = at_desk(town)
    page = shown(desk, name)
    assert "See who is there" in page
    assert "known to be there" not in page
    assert "1 person is known to be there; 0 may be." in shown(desk, name, pressed=True)


def test_what_is_over_is_matched_only_when_somebody_presses(town: Installation) -> None:
    inlet, alert = opens(town), of(SQUARE)
    (name,) = takes(town, inlet, replace(alert, infos=(replace(alert.infos[0], expires=SENT),)))
    assert "See who is there" in shown(at_desk(town), name)


def test_what_is_too_much_to_match_is_said(town: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matched, "MOST_CORNERS", 4)
    lives(town, "Ann", where.Where(point=(48.5, 16.5)))
    (name,) = takes(town, opens(town), of(SQUARE))
    page = shown(at_desk(town), name)
    assert "Nobody was matched It has 5 corners in 1 places." in page
    assert "known to be there" not in page
