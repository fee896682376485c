"""Whom of the actor book a text names: by the name that we use, or by another that they go by, as a word of its own.

Where nothing parts words, as in Chinese, a name is found wherever it stands.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from tocsin.basis.ids import Id
from tocsin.lexicon import runs
from tocsin.lexicon.folding import folded
from tocsin.lexicon.target_words import words_in
from tocsin.lexicon.terms import KNOWN_WORDS, bare
from tocsin.threat.state import Actor

LONGEST = 20_000
"""Characters of a text in which names are looked for."""

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u00ad\u0640\u200b-\u200f\u2060\u0300-\u036f\u064b-\u0655\u0670]|'(?=[^\W_]))*")
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼʿʾ`´", "'"))
_WITHIN = re.compile(r"\(([^()]*)\)")
_SHORT = 3  # letters; a shorter name is often a word, and is one of its capitals alone: IS, AQ
_Said = tuple[frozenset[str], ...]


class Names:
    """The names of some actors, ready to be looked for in many texts."""

    def __init__(self, actors: Iterable[Actor] = ()) -> None:
        """Hold the names of some actors."""
        self._names: dict[str, list[tuple[_Said, str, Id]]] = {}
        self._unparted: list[tuple[str, Id]] = []
        for actor in actors:
            for name in dict.fromkeys(part for one in (actor.name, *actor.aliases) for part in _apart(one)):
                if runs.is_unparted(name) and runs.tell_enough(letters := runs.letters_in(name)):
                    self._unparted.append((letters, actor.id))
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
        stands, text = text, text[:LONGEST].translate(_APOSTROPHES)
        shouts = text.isupper()
        words = list(_WORD.finditer(text))
        said = tuple(_forms(word[0]) for word in words)
        for at, first in enumerate(said):
            for name, written, actor in (one for form in first for one in self._names.get(form, ())):
                there = words[at : at + len(name)]
                if actor in found or not _are_one(name, said[at : at + len(name)]):
                    continue
                if _stands_as_name(written, [one[0] for one in there], shouts=shouts):
                    found[actor] = stands[there[0].start() : there[-1].end()]
        return {**dict(self._within(stands[:LONGEST])), **found}

    def _within(self, text: str) -> Iterator[tuple[Id, str]]:
        """Yield whom a text names where nothing parts its words."""
        for stretch in runs.stretches(text) if self._unparted and runs.has_unparted(text) else ():
            for letters, actor in self._unparted:
                if (at := stretch.letters.find(letters)) >= 0:
                    start, end = stretch.place(text, at, at + len(letters))
                    yield actor, text[start:end]


def _apart(name: str) -> list[str]:
    """Return the names that one has in it: the Band of Lanterns (BOL, Lamps) of the Weir is called any of four."""
    plain = name.translate(_APOSTROPHES)
    within = [part for one in _WITHIN.findall(plain) for part in re.split("[,;/]", one)]
    return [plain.partition("(")[0], _WITHIN.sub(" ", plain), *within]


@lru_cache(maxsize=KNOWN_WORDS)
def _forms(word: str) -> frozenset[str]:
    """Return a word as it compares with another of a name: whole, and without the endings and particles of its language."""
    plain = folded(word)
    forms = {plain, folded(word.replace("'", ""))} - {""}  # Qa'ida, and Qaida
    return frozenset(forms if "a" <= plain[:1] <= "z" else {*forms, *(bare(one) for one in forms)})


def _are_one(name: _Said, said: _Said) -> bool:
    return len(name) <= len(said) and not any(one.isdisjoint(other) for one, other in zip(name, said, strict=False))


def _stands_as_name(written: str, words: Sequence[str], *, shouts: bool) -> bool:
    """Say whether words stand as a name does: one that is written with a capital is a common word without it.

    shouts: all of the text stands in capitals.
    """
    first = words[0]
    if len(words) > 1 or first[0].lower() == first[0].upper():
        return True
    if len(folded(written)) <= _SHORT:
        return first.startswith(written) and (not shouts or next(words_in(first), None) is not None)
    return first[0].isupper() or not written[0].isupper()
