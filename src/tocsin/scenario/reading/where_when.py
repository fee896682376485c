"""Reading where and when: places by id or described on the spot, windows, and moments that have passed."""

import itertools
from datetime import datetime, timedelta

import msgspec
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tocsin.basis.errors import Refused
from tocsin.places.borders import has_outline, lies_in
from tocsin.scenario.head import Circle, Place, Window
from tocsin.scenario.reading import values
from tocsin.scenario.reading.case import Case
from tocsin.scenario.reading.form import NEVER, Form
from tocsin.scenario.reading.nodes import line_of

_ON_THE_SPOT = "{name: ..., circle: {centre: [latitude, longitude], km: ...}}"


def maybe_place(form: Form, case: Case, field: str) -> Place | None:
    """Return the place a field names by id or describes."""
    return place_at(form, case, field, form.fields[field][1]) if field in form else None


def place_at(form: Form, case: Case, field: str, node: Node) -> Place | None:
    """Return the place that a node names by id, describes as a mapping, or gives as [latitude, longitude]."""
    if isinstance(node, ScalarNode):
        if node.value not in case.places:
            hint = (
                case.problems.guess(node.value, case.places) or f"; list it there, or describe it here: {_ON_THE_SPOT}"
            )
            form.say(field, f"{form.what} names the place {node.value!r}, which is not listed under places{hint}")
        return case.places.get(node.value)
    id = _fresh(case, f"{form.subject or 'somewhere'}-{field}")
    if isinstance(node, SequenceNode):
        place = Place(id=id, line=line_of(node), name=id, point=form.point_of(field, node))
    else:
        place = place_of(form.form(node, f"the {field} of {form.what}"), id)
    known = case.places.get(place.id)
    if known is not None and msgspec.structs.replace(place, line=known.line) == known:
        return known  # said once more in the same words, as by an alias
    if known is not None:
        form.say(field, f"the {field} of {form.what} has the id {place.id!r}, which another place has; give it its own")
    case.places[place.id] = place
    return place


def _fresh(case: Case, id: str) -> str:
    numbered = (id if n == 1 else f"{id}-{n}" for n in itertools.count(1))
    return next(name for name in numbered if name not in case.places)


def place_of(form: Form, default_id: str | None = None) -> Place:
    """Read a place's fields."""
    id = form.id("id", default_id)
    place = Place(
        id=id,
        line=form.line,
        name=form.text("name", id or "place"),
        names=_names(form),
        country=form.read("country", values.country, "", "") or None,
        point=form.point("point"),
        polygon=form.ring("polygon"),
        circle=_circle(form),
    )
    form.close()
    _say_swapped(form, place)
    return place


def _say_swapped(form: Form, place: Place) -> None:
    """Say that longitude was written first: a point lies outside its country, and turned round it lies in it."""
    if place.country is None or not has_outline(place.country):
        return
    circle, ring = place.circle, place.polygon
    points = {"point": place.point, "circle": circle.centre if circle else None, "polygon": ring[0] if ring else None}
    for field, point in points.items():
        if point is None or abs(point[1]) > 90 or lies_in(place.country, point):
            continue
        if lies_in(place.country, (point[1], point[0])):
            form.say(
                field,
                f"{field} of {form.what} lies outside {place.country}, and in it with latitude first; "
                f"write [{point[1]:g}, {point[0]:g}] and not [{point[0]:g}, {point[1]:g}]",
            )


def _names(form: Form) -> tuple[tuple[str, str], ...]:
    if "names" not in form:
        return ()
    inner = form.form(form.fields["names"][1], f"the names of {form.what}")
    found = []
    for written in inner.fields:
        try:
            found.append((values.language(written), inner.text(written)))
        except Refused as error:
            inner.say(written, f"{written!r} in {inner.what} {error}")
    inner.asked.update(inner.fields)
    return tuple(found)


def _circle(form: Form) -> Circle | None:
    if "circle" not in form:
        return None
    inner = form.form(form.fields["circle"][1], f"the circle of {form.what}")
    if "centre" not in inner:
        inner.say("centre", f"{inner.what} lacks the field 'centre'")
    circle = Circle(centre=inner.point("centre") or (0.0, 0.0), km=inner.decimal("km", 0.001, 20_000))
    inner.close()
    return circle


def area(form: Form, case: Case) -> tuple[Place, ...]:
    """Read the places that a warning is drawn from; each must be an area."""
    found = [place_at(form, case, "area", node) for node in form.nodes("area")]
    if not found:
        form.say("area", f"{form.what} has no area; name a place that has a polygon or a circle")
    for place in found:
        if place and not place.is_area:
            latitude, longitude = place.point or (52.1, 11.6)
            form.say(
                "area",
                f"{form.what} is drawn from the place {place.id!r}, which has no polygon and no circle; "
                f"give it one, such as circle: {{centre: [{latitude}, {longitude}], km: 5}}",
            )
    return tuple(place for place in found if place)


def maybe_window(form: Form, case: Case) -> Window | None:
    """Read a window that may be absent."""
    return window(form, case, timedelta(0)) if "window" in form else None


def window(form: Form, case: Case, default: timedelta) -> Window:
    """Read a window: a length of time from the step on, or a mapping of from and to, hours or for."""
    now = case.now or NEVER
    if "window" not in form:
        return Window(start=now, end=now + default)
    node = form.fields["window"][1]
    if not isinstance(node, MappingNode):
        return Window(start=now, end=now + form.read("window", _how_long, None, timedelta(hours=1)))
    inner = form.form(node, f"the window of {form.what}")
    read = _window(inner, case, now)
    inner.close()
    if read.end <= read.start:
        inner.say(
            "to", f"{inner.what} ends at {shown(read.end, case)}, not after its start at {shown(read.start, case)}"
        )
    return read


def _how_long(text: str) -> timedelta:
    try:
        return values.length(text)
    except Refused as error:
        raise Refused("is no length of time; write one like 48h or 7d, or {from: ..., to: ...}") from error


def _window(form: Form, case: Case, now: datetime) -> Window:
    start = form.moment("from", case.zone, now, after=now)
    given = [field for field in ("to", "for", "hours") if field in form]
    if len(given) != 1:
        form.say("to", f"{form.what} needs exactly one of to, for and hours")
        return Window(start=start, end=start + timedelta(hours=1))
    if given == ["to"]:
        return Window(start=start, end=form.moment("to", case.zone, after=start))
    if given == ["for"]:
        return Window(start=start, end=start + form.length("for"))
    return Window(start=start, end=start + timedelta(hours=form.decimal("hours", 0.01, 87_840)))


def passed(form: Form, case: Case, field: str, default: datetime | None) -> datetime:
    """Read a moment that cannot lie after its step."""
    now = case.now or NEVER
    moment = form.moment(field, case.zone, default)
    if field in form and moment > now:
        form.say(field, f"{field} of {form.what} is {shown(moment, case)}, after the step itself at {shown(now, case)}")
        return now
    return moment


def ahead(form: Form, case: Case, field: str, default: timedelta | None = None) -> datetime:
    """Read a moment that must lie after its step: a moment, or a length of time from the step on."""
    now = case.now or NEVER
    if field not in form and default is not None:
        return now + default

    def read(text: str) -> datetime:
        try:
            return now + values.length(text)
        except Refused:
            return values.moment(text, case.zone, now)

    moment = form.read(field, read, None, now + timedelta(days=1))
    if moment <= now:
        form.say(
            field, f"{field} of {form.what} is {shown(moment, case)}, not after the step itself at {shown(now, case)}"
        )
        return now + timedelta(days=1)
    return moment


def shown(moment: datetime, case: Case) -> str:
    """Write a moment by the clock of the case."""
    return f"{moment.astimezone(case.zone):%Y-%m-%d %H:%M}"
