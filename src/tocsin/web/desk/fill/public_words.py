"""Fills what a text for everyone says that stands in stricter material alone, as far as its reader may read that."""

from collections.abc import Callable, Iterator, Sequence

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.flow.warning.public_words import ForPublic, flagged
from tocsin.flow.warning.tear_line import seen_by
from tocsin.store.door import Door
from tocsin.store.look import Look
from tocsin.warning.flagged import Flag, stands_there
from tocsin.warning.made_public import MadePublic, asks, may_be_plain
from tocsin.warning.material import Material
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.fill.notice_look import what_it_is
from tocsin.web.desk.views.public_words import PublicWord, PublicWords, StandsIn

MOST_PLACES = 3
"""So many texts are shown in which one word stands."""


def public_words(door: Door, said: Callable[[Look], ForPublic], names: Names, _: Words) -> PublicWords:
    """Return what of what is to be said stands in stricter material alone, for this reader."""
    return door.on_duty(lambda look: _public_words(look, door, said(look), names, _)) or PublicWords()


def _public_words(look: Look, door: Door, said: ForPublic, names: Names, _: Words) -> PublicWords:
    let_out = look.all(MadePublic, warning=said.id, order="at")
    if said.decided and not let_out:
        return PublicWords()
    found, material = flagged(look, said)
    seen = seen_by(door, found, material)
    by_id = {one.id: one for one in material}
    by_key: dict[str, list[Flag]] = {}
    for one in seen:
        by_key.setdefault(one.key, []).append(one)
    asked = [every for every in by_key.values() if any(map(asks, every))]
    others = [every[0].text for every in by_key.values() if not any(map(asks, every))]
    rows = [_word(number, every, by_id, said, _) for number, every in enumerate(asked, 1)]
    return PublicWords(
        asked=tuple(sorted(rows, key=lambda one: one.perhaps)),
        others=tuple(dict.fromkeys(others)),
        answered=tuple(_answered(let_out, {one.text for one in seen}, names)),
    )


def _word(number: int, flags: Sequence[Flag], material: dict[Id, Material], said: ForPublic, _: Words) -> PublicWord:
    first = flags[0]
    sources = dict.fromkeys(id for one in flags for id in one.sources)
    there = [material[id] for id in sources if id in material]
    return PublicWord(
        number=number,
        key=first.key,
        word=first.text,
        kind=first.kind.value,
        where=tuple(dict.fromkeys(one.field for one in flags)),
        perhaps=all(may_be_plain(one, said.languages.get(one.field, "en")) for one in flags),
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


def _answered(let_out: Sequence[MadePublic], known: set[str], names: Names) -> Iterator[tuple[str, str, str]]:
    """Yield what went out so, to whoever may read where every one of the words stands: why may speak of each."""
    for one in let_out:
        if known.issuperset(one.words):
            yield ", ".join(one.words), one.why, names.say(one.by)
