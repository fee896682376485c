"""Where a case is, who did what happened, and what each word rests on leave with it, and no further than they may."""

from typing import Any

import pytest

from tests.flow.test_hand_out import objects, offered
from tests.stix.published import faults
from tests.web.desk_case import Desk, at, incident, open_case, report
from tocsin.basis.marking import Mark
from tocsin.flow.outcome import judge
from tocsin.flow.threat import cases, weigh
from tocsin.outcome.facts import EventStruck
from tocsin.stix import check
from tocsin.stix.extensions import Actor, Case, Place, heard
from tocsin.threat.facts import ActorKind, ActorListed, Bearing, PartyAccused
from tocsin.threat.particulars import Particulars, Where


@pytest.fixture
def desk(desk: Desk) -> Desk:
    open_case(desk, mark=Mark.GREEN)
    report(desk, "open", "press", "Vans at the gate", mark=Mark.GREEN)
    listed = ActorListed(
        subject="one", occurred_at=desk.moment, name="Ivan Karabulak", aliases=("Vanya",), listed_by="The Union",
        actor_kind=ActorKind.PERSON,
    )  # fmt: skip
    desk.do(weigh.list_actor, listed)
    return desk


def ties(made: list[dict[str, Any]], kind: str) -> list[tuple[str, str]]:
    """Return the names of what is tied so."""
    names = {said["id"]: str(said.get("name") or said.get("content") or said.get("explanation")) for said in made}
    return [
        (names[one["source_ref"]], names[one["target_ref"]]) for one in made if one.get("relationship_type") == kind
    ]


def test_who_did_it_leaves_with_the_incident_and_no_further(desk: Desk) -> None:
    incident(desk, "fire", "A fire", at(6), "open", mark=Mark.AMBER, actor="one", country="RU")
    assert "Karabulak" not in offered(desk, Mark.GREEN).file.decode()
    made = objects(offered(desk, Mark.AMBER))
    assert ("A fire", "Ivan Karabulak") in ties(made, "attributed-to")
    [one] = [said for said in made if said.get("name") == "Ivan Karabulak"]
    assert heard(one, Actor) == Actor(kind="person", listed_by="The Union")
    assert one["aliases"] == ["Vanya"]
    assert [said["name"] for said in made if said.get("country") == "RU"] == ["Somewhere"]


def test_a_name_that_stands_in_stricter_material_holds_back_who_did_it_and_not_what_was_done(desk: Desk) -> None:
    incident(desk, "fire", "A fire", at(6), "open", mark=Mark.GREEN, actor="one")
    report(desk, "told", "partner", "It was Karabulak", mark=Mark.AMBER)
    desk.do(weigh.link_evidence, "case", "told", Bearing.FOR)
    made = offered(desk, Mark.GREEN)
    assert "A fire" in made.file.decode()
    assert "Karabulak" not in made.file.decode()
    assert "Vanya" not in made.file.decode()
    assert [one.words for one in made.chosen if one.item.key == "actor:one"] == [("karabulak",)]


def test_every_place_and_area_of_a_case_leaves(desk: Desk) -> None:
    ring = ((55.0, 37.0), (55.0, 38.0), (56.0, 38.0), (55.0, 37.0))
    places = (Where(name="The ring", polygon=ring), Where(name="The hall", circle=(55.8, 37.4, 1.5)))
    desk.do(cases.describe_case, "case", title="A plan", targets=(), host=None, begins=None, ends=None,
            particulars=Particulars(places=places), why="More is known")  # fmt: skip
    made = offered(desk, Mark.GREEN)
    [form] = [one for said in objects(made) if (one := heard(said, Case))]
    assert form.places == (Place(name="The ring", polygon=ring), Place(name="The hall", circle=(55.8, 37.4, 1.5)))
    [hall] = [said for said in objects(made) if said.get("name") == "The hall"]
    assert (hall["latitude"], hall["longitude"], hall["precision"]) == (55.8, 37.4, 1_500)
    assert check(made.file) == []
    assert [faults(said) for said in objects(made)] == [[]] * len(objects(made))


@pytest.mark.parametrize(("mark", "there"), [(Mark.GREEN, True), (Mark.AMBER, False)])
def test_an_accusation_and_an_event_say_on_which_report_they_rest(desk: Desk, mark: Mark, there: bool) -> None:
    report(desk, "told", "press", "They said it was them", mark=mark)
    accused = PartyAccused(subject="case", occurred_at=desk.moment, party="A state", accuser="A speaker", words="Them",
                           report="told")  # fmt: skip
    desk.do(weigh.note_attribution, accused)
    struck = EventStruck(subject="case", occurred_at=at(7), what="It burnt", place="The hall", reports=("told",))
    desk.do(judge.note_event, struck)
    found = ties(objects(offered(desk, Mark.GREEN)), "based-on")
    assert (("Them", "They said it was them") in found) is there
    assert (("It burnt", "They said it was them") in found) is there
