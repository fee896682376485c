"""Who is warned follows from where people are, what they belong to and what they speak; who is not is counted, with why."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.delivery.state import Audience
from tocsin.flow.delivery import deliver
from tocsin.flow.warning.audience import Preview, preview
from tocsin.people.facts import (
    ContactRemoved,
    MemberAdded,
    PersonResumed,
    PlaceKind,
    PlaceRemoved,
    PostNamed,
    PostTaken,
)
from tocsin.testing.town import Town
from tocsin.testing.town.warnings import SQUARE
from tocsin.warning.alert.facts import Area
from tocsin.warning.alert.state import Alert
from tocsin.warning.audience import DANGER_TO_LIFE, RULE, Counts, Part, Within, changed_much

HERE = Part(within=(Within(own=True),))
IN, FAR = (51.05, 4.05), (50.0, 6.0)
JUST_OUTSIDE = (51.1027, 4.05)  # 300 m north of the town's square
EAST_OF_THE_LINE = ((-17.0, 179.5), (-17.0, -179.5), (-16.0, -179.5), (-16.0, 179.5), (-17.0, 179.5))


def ring(west: float, south: float, side: float) -> tuple[tuple[float, float], ...]:
    east, north = west + side, south + side
    return ((south, west), (south, east), (north, east), (north, west), (south, west))


def told(town: Town) -> list[str]:
    """Return whom the town's lines told of a warning, each time they did."""
    return sorted(call.to for line in (town.lines, town.radio) for call in line.calls if call.message.kind == "alert")


def seen(town: Town, alert: str) -> Preview:
    with town.app.store.look() as look:
        return preview(look, look.get(Alert, town.id(alert)), tuple(town.house.carriers), town.now)


def resolved(town: Town, alert: str) -> Audience:
    with town.app.store.look() as look:
        (found,) = look.all(Audience, warning=town.id(alert))
    return found


def warn(town: Town, audience: Sequence[Part] = (HERE,), **more: Any) -> tuple[Preview, Audience]:
    """Draft an alert, look at its audience, let it go out; return what was seen and what came of it."""
    alert = town.drafts_alert(audience=audience, **more)
    found = seen(town, alert)
    town.duty_officer.approves(alert)
    assert town.alert(alert).saw is not None
    town.duty_officer.issues(alert)
    came = resolved(town, alert)
    assert len(told(town)) == found.counts.told == came.counts.told, "the list that is sent to is the one that was seen"
    assert came.rule == RULE
    assert came.ground == found.ground
    for field in ("named", "known", "stale", "unknown", "no_contact", "left_out", "despite"):
        assert getattr(came.counts, field) == getattr(found.counts, field), field
    return found, came


# ---- where they are


def test_whoever_lives_in_the_area_is_told_and_whoever_does_not_is_not(town: Town) -> None:
    town.place(town.person("Ann"), IN)
    town.place(town.person("Bell"), FAR)
    found, _ = warn(town)
    assert told(town) == ["Ann"]
    assert found.counts == Counts(known=1, channels={"mail": 1}, languages={"en": 1}, despite={"no_consent": 1})
    assert [(one.person, one.how, one.language, one.channel) for one in found.sample] == [
        (town.id("Ann"), "known", "en", "mail")
    ]


def test_who_was_told_by_where_they_are_and_stays_silent_rings_somebody(town: Town) -> None:
    town.place(town.person("Ann"), IN)
    town.place(town.person("Bell"), IN)
    _, came = warn(town)
    town.answers("Ann", town.named(came.warning), "safe")
    town.pass_time(minutes=15)
    assert [w.of for w in town.watches(town.named(came.warning), "silence") if w.rings] == [came.warning]
    town.answers("Bell", town.named(came.warning), "safe")
    assert [w.settled_how for w in town.watches(town.named(came.warning), "silence")] == ["answered"]


def test_whoever_is_outside_by_300_m_is_not_told_and_is_counted(town: Town) -> None:
    town.place(town.person("Ann"), JUST_OUTSIDE)
    town.place(town.person("Bell"), IN)
    town.place(town.person("Cob"), (51.125, 4.05))
    town.place(town.person("Dot"), FAR)
    found, _ = warn(town)
    assert told(town) == ["Bell"]
    assert found.counts.outside == ((300, 1), (3_000, 1))


def test_whoever_may_be_inside_as_far_as_anyone_knows_is_told(town: Town) -> None:
    town.place(town.person("Ann"), JUST_OUTSIDE, within_m=400)
    town.place(town.person("Bell"), JUST_OUTSIDE, within_m=100)
    found, _ = warn(town)
    assert told(town) == ["Ann"]
    assert (found.counts.known, found.counts.outside) == (1, ((300, 1),))


def test_whose_place_is_stale_is_told_and_counted_apart(town: Town) -> None:
    town.place(town.person("Ann"), (50.6, 4.6), kind=PlaceKind.NOW, country="BE")
    town.pass_time(days=2)
    town.place(town.person("Bell"), (50.6, 4.6), kind=PlaceKind.NOW, country="BE")
    found, _ = warn(town)
    assert told(town) == ["Ann"], "Bell said an hour ago that she is elsewhere"
    assert (found.counts.known, found.counts.stale) == (0, 1)


def test_whoever_is_only_known_to_be_in_the_country_is_told_and_counted_apart(town: Town) -> None:
    town.place(town.person("Ann"), country="BE")
    town.place(town.person("Bell"), country="PT")
    found, _ = warn(town)
    assert told(town) == ["Ann"]
    assert (found.counts.known, found.counts.unknown) == (0, 1)


def test_whoever_travels_there_today_is_told(town: Town) -> None:
    day = timedelta(days=1)
    town.place(town.person("Ann"), FAR, country="LU")
    town.place("Ann", IN, kind=PlaceKind.TRIP, since=town.now - day, until=town.now + day)
    town.place(town.person("Bell"), FAR, country="LU")
    town.place("Bell", IN, kind=PlaceKind.TRIP, since=town.now + day, until=town.now + 2 * day)
    found, _ = warn(town)
    assert told(town) == ["Ann"]
    assert found.counts.known == 1


def test_whose_home_is_across_the_180th_meridian_is_told(town: Town) -> None:
    town.place(town.person("Ann"), (-16.5, -179.8))
    town.place(town.person("Bell"), (-16.5, 179.8))
    town.place(town.person("Cob"), (-16.5, 0.0))
    found, _ = warn(town, areas=(Area(name="Taveuni", polygon=EAST_OF_THE_LINE),))
    assert told(town) == ["Ann", "Bell"]
    assert found.counts.known == 2


def test_whose_place_is_an_area_is_told_where_it_meets_the_warnings(town: Town) -> None:
    town.place(town.person("Ann"), areas=(ring(4.05, 51.09, 0.5),), kind=PlaceKind.RESPONSIBLE)
    town.place(town.person("Bell"), areas=(ring(5.05, 51.09, 0.5),), kind=PlaceKind.RESPONSIBLE, country="BE")
    found, _ = warn(town)
    assert told(town) == ["Ann"], "Bell's region is known, and lies elsewhere"
    assert found.counts.known == 1


def test_an_audience_can_be_a_circle_or_a_country(town: Town) -> None:
    town.place(town.person("Ann"), (48.85, 2.35))
    town.place(town.person("Bell"), (43.3, 5.4))
    town.place(town.person("Cob"), IN)
    warn(town, (Part(within=(Within(circle=(48.85, 2.35, 5.0), name="Paris"),)),))
    assert told(town) == ["Ann"]
    town.lines.calls.clear()
    warn(town, (Part(within=(Within(country="FR"),)),))
    assert told(town) == ["Ann", "Bell"]


# ---- what they belong to, and what they speak


def test_parts_are_united_and_each_is_an_intersection(town: Town) -> None:
    for name, language, point in (
        ("Ann", "fr", IN), ("Bell", "en", IN), ("Cob", "fr-BE", FAR), ("Dot", "nl", FAR), ("Eve", "fr", FAR),
    ):  # fmt: skip
        town.place(town.person(name, languages=(language,)), point)
    town.group("the ferrymen", [])
    town.says(
        MemberAdded(subject=town.id("m1"), occurred_at=town.now, group=town.id("the ferrymen"), person=town.id("Dot"))
    )
    town.says(
        MemberAdded(subject=town.id("m2"), occurred_at=town.now, group=town.id("the ferrymen"), person=town.id("Eve"))
    )
    french_here = Part(within=(Within(own=True),), languages=("fr",))
    french_ferrymen = Part(groups=(town.id("the ferrymen"),), languages=("fr",))
    found, _ = warn(town, (french_here, french_ferrymen))
    assert told(town) == ["Ann", "Eve"]
    assert (found.counts.known, found.counts.named) == (1, 1)


def test_whoever_holds_a_role_now_is_told_wherever_they_are(town: Town) -> None:
    town.person("Ann")
    post = town.id("duty manager")
    town.says(
        PostNamed(subject=post, occurred_at=town.now, organisation=town.id("the mill"), name="duty manager"),
        PostTaken(subject=town.id("tenure"), occurred_at=town.now, post=post, person=town.id("Ann")),
    )
    found, _ = warn(town, (Part(posts=(post,)),), severity="Minor")
    assert told(town) == ["Ann"], "a role is a list of ours: nobody's consent is asked for it"
    assert found.counts.named == 1


def test_whoever_is_in_a_group_and_in_the_area_is_told_once(town: Town) -> None:
    town.group("the street", ["Ann", "Bell"])
    town.place("Ann", IN)
    found, _ = warn(town, groups=["the street"])
    assert told(town) == ["Ann", "Bell"]
    assert (found.counts.known, found.counts.named) == (1, 1)


def test_each_is_counted_by_the_language_of_the_words_they_are_told(town: Town) -> None:
    for name, languages in (("Ann", ("fr", "en")), ("Bell", ("en-GB",)), ("Cob", ("nl", "fr"))):
        town.place(town.person(name, languages=languages), IN)
    alert = town.drafts_alert(audience=[HERE])
    assert seen(town, alert).counts.languages == {"en": 3}, "it has no other words"


@pytest.mark.parametrize(
    ("level", "ground", "who"),
    [
        pytest.param(3, "", ["Ann"], id="a standing level"),
        pytest.param(4, DANGER_TO_LIFE, ["Ann", "Bell"], id="a level of danger to life"),
    ],
)
def test_a_level_goes_to_whoever_is_in_its_country(town: Town, level: int, ground: str, who: list[str]) -> None:
    for name, point in (("Ann", IN), ("Bell", IN), ("Cob", (48.85, 2.35))):
        town.agrees(town.place(town.person(name), point))
    town.pauses("Bell")
    advisory = town.sets_level("BE", level, audience=[HERE])
    assert sorted(call.to for call in town.lines.calls if call.message.kind == "advisory") == who
    assert resolved(town, advisory).ground == ground


def test_a_region_that_is_drawn_is_its_own_area_and_one_that_is_not_is_its_whole_country(town: Town) -> None:
    for name, point in (("Ann", IN), ("Bell", (50.0, 5.5)), ("Cob", (48.85, 2.35))):
        town.agrees(town.place(town.person(name), point))
    town.sets_level("BE", 3, audience=[HERE], region="The coast", polygon=SQUARE)
    assert sorted(call.to for call in town.lines.calls if call.message.kind == "advisory") == ["Ann"]
    town.sets_level("BE", 3, audience=[HERE], region="The hills")
    assert sorted(call.to for call in town.lines.calls if call.message.kind == "advisory") == ["Ann", "Ann", "Bell"]


def test_what_is_no_country_gets_no_level(town: Town) -> None:
    with pytest.raises(Refused, match="which is no country"):
        town.sets_level("Upstream", 3)


def test_a_notice_goes_to_those_it_names_even_if_they_paused_and_that_is_written_down(town: Town) -> None:
    town.pauses(town.person("the miller"))
    notice = town.duty_officer.issues_notice(to="the miller")
    assert town.phone("the miller").calls
    came = resolved(town, notice)
    assert (came.ground, came.counts) == (DANGER_TO_LIFE, Counts(named=1, despite={"paused": 1}))


# ---- who is left out


@pytest.mark.parametrize(
    ("severity", "urgency", "ground", "who"),
    [
        pytest.param("Severe", "Immediate", DANGER_TO_LIFE, ["Ann", "Bell", "Cob", "Dot"], id="a danger to life, now"),
        pytest.param("Extreme", "Expected", DANGER_TO_LIFE, ["Ann", "Bell", "Cob", "Dot"], id="and soon"),
        pytest.param("Severe", "Future", "", ["Ann"], id="not soon"),
        pytest.param("Moderate", "Immediate", "", ["Ann"], id="no danger to life"),
    ],
)
def test_a_pause_or_a_missing_consent_leaves_nobody_out_of_a_danger_to_life(
    town: Town, severity: str, urgency: str, ground: str, who: list[str]
) -> None:
    for name in ("Ann", "Bell", "Cob", "Dot"):
        town.place(town.person(name), IN)
    for name in ("Ann", "Bell", "Cob"):
        town.agrees(name)
    town.pauses("Bell")
    town.unsubscribes("Cob")
    _, came = warn(town, severity=severity, urgency=urgency)
    assert told(town) == who
    assert came.ground == ground
    assert (came.counts.despite if ground else came.counts.left_out) == {"paused": 1, "no_consent": 2}


def test_a_pause_that_is_over_leaves_nobody_out(town: Town) -> None:
    for name in ("Ann", "Bell"):
        town.agrees(town.place(town.person(name), IN))
        town.pauses(name, until=town.now + timedelta(hours=1))
    town.says(PersonResumed(subject=town.id("Ann"), occurred_at=town.now))
    warn(town, severity="Minor")
    assert told(town) == ["Ann"]
    town.pass_time(hours=1)
    town.lines.calls.clear()
    warn(town, severity="Minor")
    assert told(town) == ["Ann", "Bell"]


def test_who_is_named_is_left_out_by_the_same_rule(town: Town) -> None:
    town.group("the street", ["Ann", "Bell", "Cob"])
    town.pauses("Ann")
    town.agrees("Bell")
    town.unsubscribes("Bell")
    found, came = warn(town, (), groups=["the street"], severity="Minor")
    assert told(town) == ["Cob"], "nobody asked Cob; but somebody put him on the list"
    assert came.counts.left_out == {"paused": 1, "no_consent": 1}
    assert found.counts.named == 1
    town.lines.calls.clear()
    warn(town, (), groups=["the street"])
    assert told(town) == ["Ann", "Bell", "Cob"]


def test_who_is_forgotten_is_told_nothing_and_is_nowhere_any_more(town: Town) -> None:
    town.place(town.person("Ann"), IN)
    town.place(town.person("Bell"), IN)
    alert = town.drafts_alert(audience=[HERE], to=["Ann"])
    assert seen(town, alert).counts.known == 2
    town.forgets("Ann")
    found = seen(town, alert)
    assert (found.counts.known, found.counts.left_out) == (1, {"forgotten": 1})
    with town.app.store.look() as look:
        positions = look.roll(placed=True).positions
        assert positions is not None
        assert len(positions.crowd) == 1, "nothing is left in memory of where she was"
    town.duty_officer.approves(alert)
    town.duty_officer.issues(alert)
    assert told(town) == ["Bell"]


def test_whom_nothing_leads_to_is_counted_and_goes_to_a_person(town: Town) -> None:
    town.place(town.person("Ann", reached=False), IN)
    town.place(town.person("Bell"), IN)
    found, came = warn(town)
    assert told(town) == ["Bell"]
    assert (found.counts.known, found.counts.no_contact, found.counts.told) == (2, 1, 1)
    assert found.unreachable == (town.id("Ann"),)
    assert came.counts.no_contact == 1
    assert [watch.why.value for watch in town.watches(town.named(came.warning), "failure")] == ["failure"]


def test_an_audience_that_turns_out_empty_goes_to_a_person(town: Town) -> None:
    town.place(town.person("Ann"), FAR)
    _, came = warn(town)
    assert told(town) == []
    assert town.watches(town.named(came.warning), "failure")


# ---- it is up to date


def test_what_changes_between_two_looks_is_seen_in_the_second(town: Town) -> None:
    for name in ("Ann", "Bell"):
        town.place(town.person(name), IN)
    alert = town.drafts_alert(audience=[HERE])
    assert seen(town, alert).counts.known == 2
    town.place(town.person("Cob"), IN)
    town.place("Bell", FAR, kind=PlaceKind.WORK)
    town.gets_a_radio("Ann")
    town.says(ContactRemoved(subject=town.id("Ann's telephone"), occurred_at=town.now))
    found = seen(town, alert)
    assert found.counts.known == 3
    assert found.counts.channels == {"mail": 2, "webhook": 1}
    with town.app.store.look() as look:
        home = next(
            name for name in (f"Ann's home {n}" for n in range(9)) if town.id(name) and look.version(town.id(name))
        )
    town.says(PlaceRemoved(subject=town.id(home), occurred_at=town.now))
    assert seen(town, alert).counts.known == 2


def test_what_an_approver_saw_stands_with_the_approval_and_a_change_of_a_tenth_is_said(town: Town) -> None:
    for number in range(10):
        town.place(town.person(f"P{number}"), IN)
    alert = town.drafts_alert(audience=[HERE])
    town.duty_officer.approves(alert)
    saw = town.alert(alert).saw
    assert saw is not None
    assert saw.known == 10
    town.place(town.person("One more"), IN)
    assert not changed_much(saw, seen(town, alert).counts)
    town.place(town.person("And another"), IN)
    assert changed_much(saw, seen(town, alert).counts)
    town.duty_officer.issues(alert)
    assert len(told(town)) == 12, "it stops nothing"


# ---- the map


def test_fewer_than_five_are_on_no_map(town: Town) -> None:
    for number in range(4):
        town.place(town.person(f"P{number}"), IN)
    alert = town.drafts_alert(audience=[HERE])
    assert seen(town, alert).cells == ()
    town.place("P0", (IN[0] + 1e-6, IN[1]), kind=PlaceKind.WORK)
    assert seen(town, alert).cells == (), "one person at two places is one"
    town.place(town.person("P4"), IN)
    (cell,) = seen(town, alert).cells
    assert cell.people == 5
    assert cell.south <= IN[0] < cell.north
    assert cell.west <= IN[1] < cell.east


# ---- what is refused


@pytest.mark.parametrize(
    ("part", "words"),
    [
        pytest.param(Part(), "Part 1 of the audience of", id="says nothing"),
        pytest.param(Part(within=(Within(),)), "has a place that is none, or several", id="no place"),
        pytest.param(Part(within=(Within(own=True, country="FR"),)), "none, or several", id="two places"),
        pytest.param(Part(within=(Within(country="France"),)), "two capitals", id="no country"),
        pytest.param(
            Part(within=(Within(polygon=((0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, 0.0), (0.0, 0.0))),)),
            "crosses or touches itself",
            id="a ring that crosses itself",
        ),
    ],
)
def test_an_audience_that_nobody_could_make_out_is_refused(town: Town, part: Part, words: str) -> None:
    with pytest.raises(Refused, match=words):
        town.drafts_alert(audience=[part])


def test_own_areas_that_are_not_drawn_address_nobody(town: Town) -> None:
    with pytest.raises(Refused, match="none of them is drawn"):
        town.drafts_alert(audience=[HERE], areas=(Area(name="The town"),))


# ---- whatever dies on the way


def test_planning_that_is_cut_off_between_two_parts_goes_on_and_counts_everyone_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "AT_ONCE", 2)
    for number in range(5):
        town.place(town.person(f"P{number}", reached=number != 1), IN)
    alert = town.drafts_alert(audience=[HERE])
    town.duty_officer.approves(alert)
    whole, planned = deliver._plan, list[int]()

    def once(*args: Any, **more: Any) -> Any:
        if len(planned) == 1:
            raise SystemExit
        planned.append(len(args[2]))
        return whole(*args, **more)

    monkeypatch.setattr(deliver, "_plan", once)
    with pytest.raises(SystemExit):
        town.duty_officer.issues(alert)
    monkeypatch.setattr(deliver, "_plan", whole)
    town.place(town.person("Too late"), IN)
    town.lines.calls.clear()
    town.work()
    came = resolved(town, alert)
    assert (came.counts.addressed, came.counts.no_contact) == (6, 1)
    assert sorted(set(told(town))) == told(town), "nobody is told twice"
