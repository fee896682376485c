"""Each profile: an alert that it has nothing against, and for each of its rules one that breaks it by one thing."""

from datetime import timedelta, timezone

import msgspec
import pytest

from tests.cap import alerts as town
from tests.cap.alerts import SENT, SQUARE
from tocsin.basis.errors import Refused
from tocsin.cap import Alert, Area, Category, MsgType, ResponseType, Scope, Severity, Status, check
from tocsin.cap.model import Reference
from tocsin.cap.profiles import PROFILES
from tocsin.cap.profiles.profile import Earlier
from tocsin.cap.profiles.wmo import MAX_COMPARED, MAX_COMPARED_POINTS, MAX_TOLD

HOUR = timedelta(hours=1)
LOCAL = SENT.astimezone(timezone(2 * HOUR))

GOOGLE_INFO = msgspec.structs.replace(
    town.INFO,
    web="https://town.example/flood",
    description="The water rises by a hand an hour.",
    instruction="Stay off the bridge.",
    sender_name="The town",
    contact="desk@town.example",
    response_types=(ResponseType.AVOID,),
    effective=SENT,
)
IPAWS_AREA = msgspec.structs.replace(town.AREA, geocodes=(("SAME", "006109"),))
IPAWS_INFO = msgspec.structs.replace(
    town.INFO,
    description="The water rises.",
    instruction="Stay off the bridge.",
    event_codes=(("SAME", "FLW"),),
    expires=LOCAL + HOUR,
    areas=(IPAWS_AREA,),
)
SOUND = {
    "google": town.alert(infos=(GOOGLE_INFO,)),
    "ipaws": town.alert(infos=(IPAWS_INFO,), codes=("IPAWSv1.0",), sent=LOCAL),
    "wmo": town.alert(identifier="2.49.0.1.999.0.2024.3.7.1", status=Status.ACTUAL, scope=Scope.PUBLIC),
}


def alert(profile: str, **changes: object) -> Alert:
    return msgspec.structs.replace(SOUND[profile], **changes)


def info(profile: str, **changes: object) -> Alert:
    return alert(profile, infos=(msgspec.structs.replace(SOUND[profile].infos[0], **changes),))


def area(profile: str, **changes: object) -> Alert:
    return info(profile, areas=(msgspec.structs.replace(SOUND[profile].infos[0].areas[0], **changes),))


def second(profile: str, **changes: object) -> Alert:
    first = SOUND[profile].infos[0]
    other = msgspec.structs.replace(first, language="fr", headline="De l'eau", event="Crue", **changes)
    if first.description:
        other = msgspec.structs.replace(other, description="L'eau monte.", instruction="Restez chez vous.")
    return alert(profile, infos=(first, other))


ERRORS = [
    ("google-info", alert("google", infos=())),
    ("google-description", info("google", description=None)),
    ("google-description", info("google", description="  ")),
    ("google-web", info("google", web=None)),
    ("google-expires", info("google", expires=None)),
    ("google-area", info("google", areas=())),
    ("google-area", area("google", polygons=())),
    ("google-effective", info("google", effective=SENT + 72 * HOUR)),
    ("google-references", alert("google", msg_type=MsgType.CANCEL)),
    ("google-category", second("google", categories=(Category.GEO,))),
    ("google-eventCode", second("google", event_codes=(("SAME", "FLW"),))),
    ("ipaws-code", alert("ipaws", codes=())),
    ("ipaws-info", alert("ipaws", infos=())),
    ("ipaws-references", alert("ipaws", msg_type=MsgType.UPDATE)),
    ("ipaws-category", second("ipaws", categories=(Category.GEO,))),
    ("ipaws-eventCode", second("ipaws", event_codes=(("SAME", "TOR"),))),
    ("ipaws-SAME", info("ipaws", event_codes=())),
    ("ipaws-SAME", info("ipaws", event_codes=(("SAME", "FLW"), ("SAME", "TOR")))),
    ("ipaws-SAME", info("ipaws", event_codes=(("SAME", "FLOOD"),))),
    ("ipaws-expires", info("ipaws", expires=None)),
    ("ipaws-offset", alert("ipaws", sent=SENT)),
    ("ipaws-offset", info("ipaws", expires=SENT + HOUR)),
    ("ipaws-area", info("ipaws", areas=())),
    ("wmo-area", info("wmo", areas=())),
]
ADVICE = [
    ("google-headline", info("google", headline=None)),
    ("google-headline", info("google", headline="x" * 141)),
    ("google-headline", info("google", headline=GOOGLE_INFO.description)),
    ("google-unknown", info("google", severity=Severity.UNKNOWN)),
    ("google-circle", area("google", circles=((55.0, 37.0, 0.0),))),
    ("google-senderName", info("google", sender_name=None)),
    ("google-responseType", info("google", response_types=())),
    ("google-instruction", info("google", instruction=None)),
    ("google-contact", info("google", contact=None)),
    ("google-decimals", area("google", polygons=((*SQUARE[:1], (55.0, 38.0000001), *SQUARE[2:]),))),
    ("google-areaDesc", area("google", area_desc="x" * 50)),
    ("ipaws-ignored", info("ipaws", onset=LOCAL)),
    ("ipaws-geocode", area("ipaws", geocodes=(("SAME", "6109"),))),
    ("ipaws-description", info("ipaws", description=None)),
    ("ipaws-instruction", info("ipaws", instruction=None)),
    ("wmo-identifier", alert("wmo", identifier="town-1")),
    ("wmo-event", info("wmo", event="x" * 36)),
    ("wmo-unknown", info("wmo", severity=Severity.UNKNOWN)),
    ("wmo-points", area("wmo", polygons=((*[(50 + n / 200, 37.0) for n in range(100)], (50.0, 36.0), (50.0, 37.0)),))),
    ("wmo-overlap", info("wmo", areas=(*SOUND["wmo"].infos[0].areas, *SOUND["wmo"].infos[0].areas))),
    ("wmo-effective", info("wmo", effective=SENT - HOUR)),
    ("wmo-expires", info("wmo", effective=SENT - 3 * HOUR, expires=SENT - HOUR)),
    ("wmo-expires", info("wmo", onset=SENT + 48 * HOUR)),
]


def found(message: Alert, profile: str) -> set[tuple[str, str]]:
    return {(problem.rule, problem.severity) for problem in check(message, profile) if problem.rule.startswith(profile)}


@pytest.mark.parametrize("profile", SOUND)
def test_a_profile_has_nothing_against_an_alert_that_keeps_it(profile: str) -> None:
    assert check(SOUND[profile], profile) == []


@pytest.mark.parametrize(("rule", "message"), ERRORS)
def test_what_a_profile_demands_is_an_error_under_it_alone(rule: str, message: Alert) -> None:
    profile = rule.partition("-")[0]
    assert (rule, "error") in found(message, profile)
    assert {name for name, severity in found(message, profile) if severity == "error"} == {rule}
    assert not any(problem.rule == rule for problem in check(message))


@pytest.mark.parametrize(("rule", "message"), ADVICE)
def test_what_a_profile_advises_is_a_warning(rule: str, message: Alert) -> None:
    advised = found(message, rule.partition("-")[0])
    assert (rule, "warning") in advised
    assert all(severity == "warning" for _, severity in advised)


def square(west: float) -> Area:
    corners = ((55.0, west), (55.0, west + 1), (56.0, west + 1), (56.0, west), (55.0, west))
    return Area(area_desc="A square", polygons=(corners,))


def test_areas_that_border_on_each_other_do_not_overlap() -> None:
    message = info("wmo", areas=(square(30.0), square(31.0), square(31.5)))
    assert [(p.rule, p.where) for p in check(message, "wmo")] == [("wmo-overlap", "alert/info[1]/area[3]")]


def test_one_area_may_be_drawn_by_shapes_that_overlap() -> None:
    one = Area(area_desc="Two squares", polygons=(*square(30.0).polygons, *square(30.5).polygons))
    assert check(info("wmo", areas=(one,)), "wmo") == []


def test_many_areas_on_each_other_are_told_of_in_few_words() -> None:
    message = info("wmo", areas=tuple(square(30.0 + n / 10_000) for n in range(MAX_COMPARED)))
    assert len(check(message, "wmo")) == MAX_TOLD


def test_areas_too_intricate_to_compare_are_left() -> None:
    fine = [(50 + n / MAX_COMPARED_POINTS, 37.0) for n in range(MAX_COMPARED_POINTS)]
    intricate = Area(area_desc="A coast", polygons=((*fine, (50.0, 36.0), fine[0]),))
    assert {p.rule for p in check(info("wmo", areas=(intricate, intricate)), "wmo")} == {"wmo-points"}
    many = info("wmo", areas=tuple(square(30.0 + n / 10_000) for n in range(MAX_COMPARED + 1)))
    assert check(many, "wmo") == []


def test_a_profile_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused, match=r"cap-1\.2, google, ipaws, wmo"):
        check(town.ALERT, "nobody")
    assert list(PROFILES) == ["cap-1.2", "google", "ipaws", "wmo"]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_moment_without_an_offset_is_named_and_compares_with_nothing(profile: str) -> None:
    naive = SENT.replace(tzinfo=None)
    for moments in ({"effective": naive}, {"expires": naive}, {"onset": naive}):
        assert "cap-3.3.2-datetime" in {each.rule for each in check(town.with_info(**moments), profile)}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        pytest.param({}, ["first", "second"], id="an Update that names neither of two that hold"),
        pytest.param({"references": ("first",)}, ["second"], id="that names the first alone"),
        pytest.param({"references": ("first", "second")}, [], id="that names both"),
        pytest.param({"references": ("first",), "sent": LOCAL + 9 * HOUR}, [], id="when the second has expired"),
        pytest.param({"references": ("first",), "msg_type": MsgType.CANCEL}, ["second"], id="a Cancel"),
        pytest.param({"msg_type": MsgType.ALERT}, [], id="an Alert, which replaces nothing"),
        pytest.param({"sent": LOCAL - HOUR}, [], id="what came later"),
        pytest.param({"sender": "other@town.example"}, [], id="what another said"),
    ],
)
def test_ipaws_asks_for_every_message_of_the_chain_that_has_not_expired(
    changes: dict[str, object], missing: list[str]
) -> None:
    def said(name: str, kind: MsgType = MsgType.ALERT) -> Earlier:
        ends = LOCAL + 8 * HOUR
        return Earlier(sender=SOUND["ipaws"].sender, identifier=name, sent=LOCAL, msg_type=kind, ends=ends)

    names = changes.pop("references", ())
    assert isinstance(names, tuple)
    named = tuple(Reference(sender=SOUND["ipaws"].sender, identifier=name, sent=LOCAL) for name in names)
    given = {"identifier": "third", "msg_type": MsgType.UPDATE, "sent": LOCAL + HOUR, "references": named}
    update = alert("ipaws", **(given | changes))
    chain = [said("second", MsgType.UPDATE), said("first"), said("ended", MsgType.CANCEL), said("third")]
    found = list(PROFILES["ipaws"].in_chain(update, chain))
    assert [problem.message.split()[0] for problem in found] == missing
    assert {problem.rule for problem in found} <= {"ipaws-unexpired"}
    assert list(PROFILES["google"].in_chain(update, chain)) == []
