"""Who is told besides the public, as a form says it: whoever is there, a group, and whoever fits all that stands in one line."""

from collections.abc import Mapping, Sequence

from tocsin.basis.ids import Id
from tocsin.warning.audience import Part, Within
from tocsin.web.desk.acts import Unclear, tag
from tocsin.web.desk.area_form import around
from tocsin.web.desk.fill.whom import MOST_ROWS, OWN, is_shown

LONGEST = 200


def audience_of(form: Mapping[str, str], before: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts of an audience. before: what stood there; a part that the form does not show stays.

    Raises:
        Unclear: a place or a language is none.
    """
    own = (OWN,) if form.get("there") else ()
    rows = _rows(form)
    stays = [one for one in before if one != OWN and (rows is None or not is_shown(one))]
    return tuple(dict.fromkeys((*own, *(rows or ()), *stays)))


def groups_of(form: Mapping[str, str], before: Sequence[Id]) -> tuple[Id, ...]:
    """Return the groups that are told whole; the form shows the first."""
    group = form.get("group", "").strip()
    return tuple(dict.fromkeys(([group] if group else []) + list(before[1:])))


def _rows(form: Mapping[str, str]) -> list[Part] | None:
    """Return what the lines say; None: it is a form without them."""
    if not form.get("parts", "").isdecimal():
        return None
    found = [_part(form, f"part_{number}_") for number in range(min(int(form["parts"][:3]), MOST_ROWS))]
    return [part for part in found if part != Part()]


def _part(form: Mapping[str, str], field: str) -> Part:
    said = {name: form.get(field + name, "").strip()[:LONGEST] for name in ("group", "post", "languages", "country")}
    place = around(form.get(f"{field}place", ""), form.get(f"{field}km", ""))
    if place is not None and said["country"]:
        raise Unclear("Name a country or a place with a radius in one line, not both: nobody need be in two places.")
    within = (Within(country=said["country"].upper()),) if said["country"] else () if place is None else (place,)
    return Part(
        within=within,
        groups=(said["group"],) if said["group"] else (),
        posts=(said["post"],) if said["post"] else (),
        languages=_languages(said["languages"]),
    )


def _languages(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag(one) for one in text.replace(",", " ").split()))
