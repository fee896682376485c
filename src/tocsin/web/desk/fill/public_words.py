"""Fills what a draft for everyone says that stands in stricter material alone, as far as its reader may read that."""

from collections.abc import Iterator, Sequence

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.flow.public_words import Draft, flagged, for_public
from tocsin.flow.tear_line import seen_by
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.flagged import Flag, stands_there
from tocsin.warning.made_public import MadePublic, asks
from tocsin.warning.material import Material
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.notice_look import what_it_is
from tocsin.web.desk.views.public_words import PublicWord, PublicWords, StandsIn

MOST_PLACES = 3
"""So many texts are shown in which one word stands."""


def public_words(look: Look, door: Door, draft: Draft, names: Names, _: Words) -> PublicWords:
    """Return what of a draft stands in stricter material alone, for this reader."""
    found, material = flagged(look, for_public(draft))
    seen = seen_by(door, found, material)
    by_id = {one.id: one for one in material}
    by_key: dict[str, list[Flag]] = {}
    for one in seen:
        by_key.setdefault(one.key, []).append(one)
    asked = [every for every in by_key.values() if asks(every[0])]
    others = [every[0].text for every in by_key.values() if not asks(every[0])]
    return PublicWords(
        asked=tuple(_word(number, every, by_id, _) for number, every in enumerate(asked, 1)),
        others=tuple(dict.fromkeys(others)),
        answered=tuple(_answered(look, draft.id, {one.text for one in seen}, names)),
    )


def _word(number: int, flags: Sequence[Flag], material: dict[Id, Material], _: Words) -> PublicWord:
    first = flags[0]
    sources = dict.fromkeys(id for one in flags for id in one.sources)
    there = [material[id] for id in sources if id in material]
    return PublicWord(
        number=number,
        key=first.key,
        word=first.text,
        kind=first.kind.value,
        where=tuple(dict.fromkeys(one.field for one in flags)),
        stands_in=tuple(_stands_in(one, flags, _) for one in there[:MOST_PLACES]),
        more=max(0, len(there) - MOST_PLACES),
    )


def _stands_in(one: Material, flags: Sequence[Flag], _: Words) -> StandsIn:
    texts = (tuple(_pieces(text, one.language, flags)) for text in dict.fromkeys((*one.texts, *one.noted)))
    found = tuple(pieces for pieces in texts if any(is_it for _said, is_it in pieces))
    return StandsIn(what=what_it_is(one, _), mark=one.mark, texts=found, language=one.language)


def _pieces(text: str, language: str, flags: Sequence[Flag]) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in stands_there(text, language, flags):
        if text[at:start]:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if text[at:]:
        yield text[at:], False


def _answered(look: Look, draft: Id, known: set[str], names: Names) -> Iterator[tuple[str, str, str]]:
    """Yield what went out so: only to whoever may read where the words stand, and only those."""
    for one in look.all(MadePublic, warning=draft, order="at"):
        words = [word for word in one.words if word in known]
        if words:
            yield ", ".join(words), one.why, names.say(one.by)
