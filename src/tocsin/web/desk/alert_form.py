"""What the form of an alert says: its words in each language, its area, its window, and on what ground a word is used."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.lexicon import actor_words
from tocsin.lexicon.slots import fill
from tocsin.warning.alert.facts import Area
from tocsin.warning.alert.writing.facts import Contents, Piece, PieceState
from tocsin.warning.alert.writing.state import piece_in
from tocsin.web.desk.acts import Unclear, own_words, tag, until
from tocsin.web.desk.area_form import added
from tocsin.web.desk.whom_form import audience_of, groups_of

LONG, SHORT, MOST = 20_000, 300, 30
_CHOICE = re.compile(r"[A-Za-z]{1,20}")


def pieces_of(form: Mapping[str, str]) -> tuple[Piece, ...]:
    """Return the words in each language, in the order in which they stand in the form."""
    found = [_piece(form, number) for number in range(MOST) if form.get(f"language_{number}", "").strip()]
    return tuple(one for one in found if one is not None)


def _piece(form: Mapping[str, str], number: int) -> Piece | None:
    if form.get(f"remove_{number}"):
        return None
    language = tag(form[f"language_{number}"])
    state = form.get(f"state_{number}", "")
    if state not in set(PieceState):
        raise Unclear(f"Say of the words in {language} whether a machine translated them.")
    return Piece(
        language=language,
        headline=line(form, f"headline_{number}"),
        event=line(form, f"event_{number}"),
        description=text(form, f"description_{number}"),
        instruction=text(form, f"instruction_{number}"),
        contact=line(form, f"contact_{number}"),
        state=PieceState(state),
    )


def line(form: Mapping[str, str], field: str) -> str:
    """Return one line of words."""
    words = " ".join(form.get(field, "").split())
    if len(words) > SHORT:
        raise Unclear(f"That is {len(words)} characters in one line. Say it in {SHORT}.")
    return words


def text(form: Mapping[str, str], field: str) -> str:
    """Return a text of several lines."""
    words = form.get(field, "").replace("\r\n", "\n").strip()
    if len(words) > LONG:
        raise Unclear(f"That is {len(words)} characters. Say it in {LONG}.")
    return words


def values_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return what is chosen for CAP; which words there are is judged with the draft."""
    found = {name: form.get(name, "") for name in ("urgency", "severity", "certainty", "category")}
    if not all(_CHOICE.fullmatch(value) for value in found.values()):
        raise Unclear("Choose an urgency, a severity, a certainty and a category.")
    return found


def grounds_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return on what ground each actor word is used."""
    names = ((one.name, own_words(form, f"ground_{number}")) for number, one in enumerate(actor_words.words()))
    return {name: said for name, said in names if said}


def areas_of(form: Mapping[str, str], before: Sequence[Area], languages: Sequence[str]) -> tuple[Area, ...]:
    """Return the areas that were kept, under the names that they have now, and those that are new.

    languages: of the alert, its own first: in that the name is the one that stands for all.
    """
    kept = [_named(form, before, number, languages) for number in range(len(before)) if form.get(f"keep_{number}")]
    return (*kept, *added(form))


def _named(form: Mapping[str, str], before: Sequence[Area], number: int, languages: Sequence[str]) -> Area:
    """Return an area under its names now. What is of several pieces is named once in each language, at the first of them."""
    name = line(form, f"area_{number}")
    first = first_pieces(before)[before[number].name]
    if name != line(form, f"area_{first}"):
        return replace(before[number], name=name, names=())  # it is called otherwise than the first piece now
    found = {one: line(form, f"area_{first}_in_{one}") for one in languages}
    return _called(replace(before[number], name=name), found, languages[0])


def _called(area: Area, names: Mapping[str, str], first: str) -> Area:
    """Return an area so called in each language. first: the alert's own; what it is called in that stands for all."""
    others = tuple((language, said) for language, said in names.items() if said and language != first)
    return replace(area, name=names.get(first) or area.name, names=others)


def first_pieces(areas: Sequence[Area]) -> dict[str, int]:
    """Return by its name which piece of an area is the first."""
    return {one.name: number for number, one in reversed(tuple(enumerate(areas)))}


def moment(form: Mapping[str, str], field: str, zone: str) -> datetime | None:
    """Return the moment in a field, or nothing where it is empty."""
    return until(form, zone, field) if form.get(field, "").strip() else None


def contents_of(form: Mapping[str, str], before: Contents, zone: str) -> Contents:
    """Return what a draft holds as it comes from the form; what the form does not show stays as it was."""
    pieces = pieces_of(form)
    if not pieces:
        raise Unclear("Write it in one language at least.")
    new = form.get("new_language", "").strip()
    if new and piece_in(pieces, new) is None:
        pieces = (*pieces, Piece(language=tag(new), headline="", event="", contact=pieces[0].contact))
    return replace(
        before,
        pieces=pieces,
        areas=areas_of(form, before.areas, [one.language for one in pieces]),
        begins=moment(form, "begins", zone),
        ends=moment(form, "until", zone),
        groups=groups_of(form, before.groups),
        audience=audience_of(form, before.audience),
        follows=form.get("follows", "").strip() or None,
        actor_words=actor_words.version(),
        grounds=grounds_of(form),
        **values_of(form),
    )


def filled_in(pieces: Sequence[Piece], said: Mapping[str, str], places: Mapping[str, str]) -> Iterator[Piece]:
    """Yield the words of a template with what is said filled in. places: what the place is called, by the language."""
    for one in pieces:
        names = ("headline", "event", "description", "instruction", "contact")
        now = {**said, "place": places.get(one.language) or said["place"]}
        yield replace(one, **{name: fill(getattr(one, name), now) for name in names})


def places_said(form: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Return what the place is called, by each language in which that is said."""
    found = {one: line(form, f"place_said_{one}") for one in languages}
    return {language: said for language, said in found.items() if said}


def named(areas: Sequence[Area], places: Mapping[str, str], first: str) -> tuple[Area, ...]:
    """Return areas of which the first, in all its pieces, is called as it is said in each language."""
    return tuple(_called(one, places, first) if one.name == areas[0].name else one for one in areas)
