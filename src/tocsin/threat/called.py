"""Whom of the actor book a text names: by the name that we use, or by another that they go by, as a word of its own."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tocsin.basis.ids import Id
from tocsin.lexicon.terms import KNOWN_WORDS, bare, folded
from tocsin.threat.state import Actor

LONGEST = 20_000
"""Characters of a text in which names are looked for."""

_WORD = re.compile(
    r"[^\W_](?:[^\W_]|[\u00ad\u0640\u200b-\u200f\u2060\u0300-\u036f\u064b-\u0655\u0670]|['’ʼ](?=[^\W_]))*"
)
_SHORT = 3  # letters; a shorter name is often a word, and is one of its capitals alone: IS, AQ
_Said = tuple[frozenset[str], ...]


class Names:
    """The names of some actors, ready to be looked for in many texts."""

    def __init__(self, actors: Iterable[Actor] = ()) -> None:
        """Hold the names of some actors."""
        self._names: dict[str, list[tuple[_Said, str, Id]]] = {}
        for actor in actors:
            for name in (actor.name, *actor.aliases):
                words = _WORD.findall(name)
                if len("".join(words)) > 1:
                    said = tuple(_forms(word) for word in words)
                    for form in said[0]:
                        self._names.setdefault(form, []).append((said, name, actor.id))

    def named_in(self, text: str) -> dict[Id, str]:
        """Return which actors a text names, each with the words by which it does first."""
        found: dict[Id, str] = {}
        if not self._names:
            return found
        text = text[:LONGEST]
        words = list(_WORD.finditer(text))
        said = tuple(_forms(word[0]) for word in words)
        for at, first in enumerate(said):
            for name, written, actor in (one for form in first for one in self._names.get(form, ())):
                there = words[at : at + len(name)]
                if actor not in found and _are_one(name, said[at : at + len(name)]) and _stands_as_name(written, there):
                    found[actor] = text[there[0].start() : there[-1].end()]
        return found


@lru_cache(maxsize=KNOWN_WORDS)
def _forms(word: str) -> frozenset[str]:
    """Return a word as it compares with another of a name: whole, and without the endings and particles of its language."""
    plain = folded(word)
    return frozenset({plain} if not plain or "a" <= plain[0] <= "z" else {plain, bare(plain)})


def _are_one(name: _Said, said: _Said) -> bool:
    return len(name) <= len(said) and not any(one.isdisjoint(other) for one, other in zip(name, said, strict=False))


def _stands_as_name(written: str, words: Sequence["re.Match[str]"]) -> bool:
    """Say whether words stand as a name does: one that is written with a capital is a common word without it."""
    first = words[0][0]
    if len(words) > 1 or first[0].lower() == first[0].upper():
        return True
    if len(folded(written)) <= _SHORT:
        return first.startswith(written)
    return first[0].isupper() or not written[0].isupper()
