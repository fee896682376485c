"""Every rule of CAP 1.2 beyond its schema: what breaks it, what just does not, and that none of it is written."""

import math
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.cap import alerts as town
from tests.cap.alerts import SENT, SQUARE, alert, with_area, with_info, with_resource
from tocsin.basis.errors import Refused
from tocsin.cap import Alert, MsgType, Reference, Scope, check, read, write, write_ours
from tocsin.cap.model import Ring
from tocsin.cap.shapes import MAX_SIDE_PAIRS, side_pairs

EARLIER = Reference("desk@town.example", "town-0", SENT - timedelta(hours=1))
HOUR = timedelta(hours=1)


def ring(*points: tuple[float, float]) -> dict[str, Any]:
    return {"polygons": (points,)}


def refer(**changes: Any) -> Alert:
    return alert(msg_type=MsgType.UPDATE, references=(msgspec.structs.replace(EARLIER, **changes),))


BROKEN = [
    pytest.param(alert(identifier="town 1"), "cap-3.2.1-identifier", id="a space in the identifier"),
    pytest.param(alert(identifier="town,1"), "cap-3.2.1-identifier", id="a comma in the identifier"),
    pytest.param(alert(identifier="town<1"), "cap-3.2.1-identifier", id="a < in the identifier"),
    pytest.param(alert(identifier="town\u00a01"), "cap-3.2.1-identifier", id="a no-break space in the identifier"),
    pytest.param(alert(identifier=""), "cap-3.2.1-identifier", id="no identifier"),
    pytest.param(alert(sender="desk&co"), "cap-3.2.1-sender", id="a & in the sender"),
    pytest.param(alert(sent=SENT.replace(tzinfo=None)), "cap-3.3.2-datetime", id="sent without an offset"),
    pytest.param(alert(sent=SENT.replace(microsecond=1)), "cap-3.3.2-datetime", id="sent within a second"),
    pytest.param(
        with_info(onset=SENT.astimezone(timezone(timedelta(seconds=9017)))),
        "cap-3.3.2-datetime",
        id="the offset of Moscow before 1916",
    ),
    pytest.param(
        with_info(onset=SENT.astimezone(timezone(15 * HOUR))), "cap-3.3.2-datetime", id="an offset of 15 hours"
    ),
    pytest.param(alert(restriction="staff"), "cap-3.2.1-restriction", id="a restriction on a public alert"),
    pytest.param(alert(scope=Scope.RESTRICTED), "cap-3.2.1-restriction", id="restricted to nobody knows whom"),
    pytest.param(alert(scope=Scope.RESTRICTED, restriction=" "), "cap-3.2.1-restriction", id="restricted to a blank"),
    pytest.param(alert(scope=Scope.PRIVATE), "cap-3.2.1-addresses", id="private to nobody"),
    pytest.param(alert(addresses=('"the miller',)), "cap-3.2.1-addresses", id="a stray quote in an address"),
    pytest.param(alert(incidents=('a"b',)), "cap-3.2.1-incidents", id="a stray quote in an incident"),
    pytest.param(refer(identifier="town-1"), "cap-3.2.1-references", id="a reference to itself"),
    pytest.param(refer(sent=SENT + HOUR), "cap-3.2.1-references", id="a reference to a later message"),
    pytest.param(refer(identifier="a b"), "cap-3.2.1-references", id="a space in a reference"),
    pytest.param(refer(sender=""), "cap-3.2.1-references", id="a reference to no sender"),
    pytest.param(refer(sent=SENT.replace(tzinfo=None)), "cap-3.3.2-datetime", id="a reference without an offset"),
    pytest.param(with_info(categories=()), "xsd", id="no category"),
    pytest.param(with_info(language="english language"), "cap-3.2.2-language", id="a language that is no tag"),
    pytest.param(with_info(language=""), "cap-3.2.2-language", id="an empty language"),
    pytest.param(with_info(web="www.town.example"), "cap-3.2.2-web", id="web without a scheme"),
    pytest.param(with_info(web=""), "cap-3.2.2-web", id="web left blank"),
    pytest.param(with_info(web="https://town.example/a b"), "cap-3.2.2-web", id="a space in web"),
    pytest.param(with_info(web="https://town.example/%zz"), "cap-3.2.2-web", id="a broken escape in web"),
    pytest.param(with_resource(mime_type="picture"), "cap-3.2.3-mimeType", id="a type without a subtype"),
    pytest.param(with_resource(mime_type="picture/png"), "cap-3.2.3-mimeType", id="a type nobody knows"),
    pytest.param(with_resource(size=-1), "cap-3.2.3-size", id="fewer than no bytes"),
    pytest.param(with_resource(uri="bridge.png"), "cap-3.2.3-uri", id="a relative uri with nothing to refer to"),
    pytest.param(with_resource(uri="a b"), "cap-3.2.3-uri", id="a uri that is none"),
    pytest.param(with_resource(deref_uri="no base64!"), "cap-3.2.3-derefUri", id="content that is not base64"),
    pytest.param(with_area(**ring()), "cap-3.2.4-polygon", id="a polygon of nothing"),
    pytest.param(with_area(**ring((0, 0), (1, 1), (0, 0))), "cap-3.2.4-polygon", id="three points"),
    pytest.param(with_area(**ring(*SQUARE[:-1])), "cap-3.2.4-polygon", id="an open polygon"),
    pytest.param(with_area(**ring((0, 0), (1, 1), (0, 1), (1, 0), (0, 0))), "cap-3.2.4-polygon", id="a bow tie"),
    pytest.param(with_area(**ring((0, 0), (0, 0), (0, 0), (0, 0))), "cap-3.2.4-polygon", id="one point four times"),
    pytest.param(with_area(**ring((0, 0), (91, 1), (1, 1), (0, 0))), "cap-3.2.4-polygon", id="beyond the pole"),
    pytest.param(with_area(**ring((0, 0), (math.nan, 1), (1, 1), (0, 0))), "cap-3.2.4-polygon", id="nowhere at all"),
    pytest.param(with_area(circles=((0, 181, 1),)), "cap-3.2.4-circle", id="a circle beyond 180 degrees"),
    pytest.param(with_area(circles=((0, 0, -1),)), "cap-3.2.4-circle", id="a radius below zero"),
    pytest.param(with_area(circles=((0, 0, math.inf),)), "cap-3.2.4-circle", id="a radius without end"),
    pytest.param(with_area(ceiling=10.0), "cap-3.2.4-ceiling", id="a ceiling without an altitude"),
    pytest.param(with_area(altitude=20.0, ceiling=10.0), "cap-3.2.4-ceiling", id="a ceiling below the altitude"),
    pytest.param(with_area(altitude=math.nan), "cap-3.2.4-altitude", id="an altitude that is no number"),
    pytest.param(with_info(headline="a\x00b"), "xml", id="a control character in a text"),
    pytest.param(with_area(geocodes=(("SAME", "\x1b"),)), "xml", id="a control character in a code"),
    pytest.param(alert(note="\ud800"), "xml", id="half a character"),
]

SIGNATURE = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo></SignedInfo></Signature>'

MISLEADING = [
    pytest.param(alert(msg_type=MsgType.CANCEL), "cap-3.2.1-msgType", id="a cancel of nothing"),
    pytest.param(with_info(expires=SENT - HOUR), "cap-3.2.2-expires", id="over before it is sent"),
    pytest.param(with_info(effective=SENT + 49 * HOUR), "cap-3.2.2-expires", id="over before it takes effect"),
    pytest.param(alert(signatures=(SIGNATURE,)), "cap-3.3.4.1-signature", id="signed by its sender"),
]

ADVICE = [
    pytest.param(with_info(description="<b>Leave</b> now"), "cap-3.3.3-html", id="a tag in a text"),
    pytest.param(with_info(description="Mill&nbsp;Lane"), "cap-3.3.3-html", id="an entity in a text"),
    pytest.param(
        alert(infos=(town.INFO, msgspec.structs.replace(town.INFO, language="ru"))),
        "cap-3.2.2-language",
        id="the same words in two languages",
    ),
]

SOUND = [
    pytest.param(town.ALERT, id="the town's alert"),
    pytest.param(refer(), id="a reference to an earlier message"),
    pytest.param(alert(scope=Scope.PRIVATE, addresses=("the miller", "deputy")), id="private to the miller"),
    pytest.param(alert(scope=Scope.RESTRICTED, restriction="staff"), id="restricted to the staff"),
    pytest.param(with_info(description="1 < 2 & AT&T <miller@town.example>"), id="signs that are no HTML"),
    pytest.param(with_info(web="https://town.example/~flood?a=b%20c#top"), id="a long address"),
    pytest.param(with_resource(uri="bridge.png", deref_uri="aGVs\n bG8="), id="a relative uri with its content"),
    pytest.param(with_area(**ring((0, 0), (0, 1), (1, 1), (0, 0))), id="a triangle"),
    pytest.param(
        with_area(**ring((-5, 175), (-5, -175), (5, -175), (0, 175), (5, 170), (-5, 175))), id="over the 180th meridian"
    ),
    pytest.param(with_area(**ring((-90, -180), (90, -180), (90, 180), (-90, 180), (-90, -180))), id="the whole world"),
    pytest.param(with_area(circles=((0, 0, 0),)), id="a circle that is a point"),
    pytest.param(with_area(altitude=10.0, ceiling=10.0), id="a ceiling at the altitude"),
    pytest.param(
        alert(infos=tuple(msgspec.structs.replace(town.INFO, language=tag) for tag in ("en-US", "en-GB"))),
        id="the same words in two kinds of English",
    ),
]


def found(alert: Alert) -> set[tuple[str, str]]:
    return {(problem.rule, problem.severity) for problem in check(alert)}


@pytest.mark.parametrize(("alert", "rule"), BROKEN)
def test_a_broken_rule_is_an_error_and_is_never_written(alert: Alert, rule: str) -> None:
    assert found(alert) == {(rule, "error")}
    with pytest.raises(Refused, match=rule):
        write(alert)


@pytest.mark.parametrize(("alert", "rule"), MISLEADING)
def test_what_only_misleads_is_a_warning_kept_in_others_messages_and_never_written_in_ours(
    alert: Alert, rule: str
) -> None:
    assert found(alert) == {(rule, "warning")}
    with pytest.raises(Refused, match=rule):
        write_ours(alert)
    assert read(write(alert)) == alert


@pytest.mark.parametrize(("alert", "rule"), ADVICE)
def test_advice_is_a_warning_and_is_written(alert: Alert, rule: str) -> None:
    assert found(alert) == {(rule, "warning")}
    assert check(write(alert)) == check(alert)


@pytest.mark.parametrize("alert", SOUND)
def test_a_sound_alert_has_no_problem(alert: Alert) -> None:
    assert check(alert) == []
    assert check(write(alert)) == []


def test_a_problem_names_its_place() -> None:
    second = msgspec.structs.replace(town.AREA, polygons=(SQUARE, SQUARE[:-1]))
    areas = msgspec.structs.replace(town.INFO, areas=(town.AREA, second))
    assert [problem.where for problem in check(alert(infos=(town.INFO, areas)))] == ["alert/info[2]/area[2]/polygon[2]"]


def _round(points: int) -> Ring:
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    ring: Sequence[tuple[float, float]] = list(
        zip((5 * np.sin(angles)).tolist(), (5 * np.cos(angles)).tolist(), strict=True)
    )
    return (*ring, ring[0])


def _slanting_comb(points: int) -> Ring:
    """Return a valid ring whose every side could touch every other, as far as a box around it can tell."""
    teeth = [(-40.0 + 80 * (n % 2), n * 1e-4 + 40 * (n % 2)) for n in range(points)]
    return (*teeth, (60.0, teeth[-1][1] + 50), (60.0, -60.0), (-40.0, -60.0), teeth[0])


@pytest.mark.parametrize(
    ("ring", "expected"),
    [
        pytest.param(_round(41_009), [], id="a fine coast line is checked whole"),
        pytest.param(_slanting_comb(1_000), [], id="a small comb is checked whole"),
        pytest.param(_slanting_comb(41_009), ["warning"], id="a large comb is left unchecked, and that is said"),
    ],
)
def test_a_polygon_of_many_points_stalls_nothing(ring: Ring, expected: list[str]) -> None:
    before = time.thread_time()
    problems = check(with_area(polygons=(ring,)))
    assert [problem.severity for problem in problems] == expected
    assert time.thread_time() - before < 12  # comparing every side of the large comb takes some 24 s


def test_many_polygons_share_one_allowance() -> None:
    comb = _slanting_comb(3_000)
    each = side_pairs(np.array(comb))
    problems = check(with_area(polygons=(comb,) * 12))
    assert [problem.rule for problem in problems] == ["cap-3.2.4-polygon"] * (12 - MAX_SIDE_PAIRS // each)


def test_sides_that_could_touch_are_never_undercounted() -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        ring = rng.normal(size=(60, 2))
        low, high = np.minimum(ring[:-1], ring[1:]), np.maximum(ring[:-1], ring[1:])
        both = [(low[i] <= high[j]).all() and (low[j] <= high[i]).all() for i in range(59) for j in range(i)]
        assert sum(both) <= side_pairs(ring)


def test_a_moment_within_datetimes_own_ends_is_checked() -> None:
    first = datetime.min.replace(tzinfo=timezone(14 * HOUR))
    assert found(with_info(onset=first, effective=first)) == set()
