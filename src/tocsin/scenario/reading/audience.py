"""Reading who is warned by where they are, what they belong to and what they speak: the parts of an audience."""

from yaml.nodes import MappingNode, Node, ScalarNode

from tocsin.scenario.head import Audience, AudiencePart, Place
from tocsin.scenario.reading import values
from tocsin.scenario.reading.case import Case
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.where_when import place_at
from tocsin.warning.audience import Within

OWN = "area"
"""The word for wherever the warning itself holds."""


def audience(form: Form, case: Case, field: str) -> Audience:
    """Read whom a warning addresses: ids, or a mapping of groups, people and parts."""
    if field not in form or not isinstance(form.fields[field][1], MappingNode):
        return case.audience(form, field)
    inner = form.form(form.fields[field][1], form.what)
    named = case.recipients(form, field, (*inner.texts("groups"), *inner.texts("people")))
    parts = tuple(
        _part(part, case) for part in inner.forms("parts", f"a part of the audience of {form.what}", main="within")
    )
    inner.close()
    return Audience(groups=named.groups, people=named.people, parts=parts)


def _part(form: Form, case: Case) -> AudiencePart:
    km = form.decimal("km", 0.001, 10_000) if "km" in form else None
    within = tuple(place for node in form.nodes("within") for place in _within(form, case, node, km))
    part = AudiencePart(
        within=within,
        groups=case.all_named(form, "groups", "group", case.groups, "groups"),
        languages=form.listed("languages", values.language),
    )
    if not (form.nodes("within") or part.groups or part.languages):
        form.say("within", f"{form.what} says nothing and would address everybody; write within, groups or languages")
    form.close()
    return part


def _within(form: Form, case: Case, node: Node, km: float | None) -> tuple[Within, ...]:
    if isinstance(node, ScalarNode) and node.value == OWN:
        return (Within(own=True),)
    place = place_at(form, case, "within", node)
    if place is None:
        return ()
    found = _around(place, km) if km is not None else _drawn(place)
    if not found:
        lacks = "no point that km could be counted from" if km is not None else "no polygon, no circle and no country"
        form.say("within", f"{form.what} is within the place {place.id!r}, which has {lacks}")
    return found


def _around(place: Place, km: float) -> tuple[Within, ...]:
    centre = place.point or (place.circle.centre if place.circle else None)
    return () if centre is None else (Within(circle=(*centre, km), name=place.name),)


def _drawn(place: Place) -> tuple[Within, ...]:
    drawn = [Within(polygon=place.polygon, name=place.name)] if place.polygon else []
    if place.circle is not None:
        drawn.append(Within(circle=(*place.circle.centre, place.circle.km), name=place.name))
    return tuple(drawn) or ((Within(country=place.country),) if place.country else ())
