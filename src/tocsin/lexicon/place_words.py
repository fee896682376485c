"""What a word of a text may be as the name of a place, in languages that bend names or write other words together with them.

Endings are exchanged by rule, without asking for the language. Of the vowels and consonants that change with them only Ukrainian і
for о and е is known: Харків is found in Харкова, Орёл not in Орле, and Кривий Ріг not in Кривому Розі. What is made so is looked up,
and most of it is no name. No native reader has checked the rules.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from tocsin.lexicon.terms import KNOWN_WORDS

SHORTEST = 3
"""Letters that are left of a word without its ending; four in Latin letters."""

# Folded, й is и, ї is і, and ё is е. What a word ends in, and what its name may end in instead.
_CYRILLIC = tuple(
    (ending, tuple("" if one == "-" else one for one in instead.split()))
    for ending, instead in (
        ("ами", "а ы и"), ("ями", "и я"), ("ого", "ыи ии ое"), ("его", "ии ее"), ("ому", "ыи ии ое"), ("ему", "ии ее"),
        ("ах", "ы и а"), ("ях", "и я"), ("ам", "ы и а"), ("ям", "и я"), ("ою", "а"), ("ею", "я а"), ("ои", "а ая"), ("еи", "я а"),
        ("ью", "ь"), ("ым", "ыи ое"), ("им", "ии ыи"), ("ом", "- о ыи ии ое"), ("ем", "- ь е и ии"), ("єм", "и"), ("ых", "ые"),
        ("их", "ие и і"), ("ую", "ая"), ("ої", "а"), ("оі", "а"), ("ові", "-"), ("еві", "- ь"), ("а", "- о"), ("я", "ь и е я"),
        ("у", "- а о"), ("ю", "ь я и е"), ("е", "- а о ь и я"), ("и", "а ь я і"), ("ы", "а"), ("і", "- а я о ь и"),
    )
)  # fmt: skip
_CLOSED = re.compile(r"[оеє](?=[бвгджзклмнпрстфхцчшщ]ь?$)")
_LATIN = ("nin", "nun", "dan", "den", "tan", "ten", "da", "de", "ta", "te", "er", "s")
# What is written together with the word behind it: and, so; by, for, as; the. Letters that are alike are one, as in a name.
_ARABIC = re.compile(r"^(?:[وف])?(?:بال|کال|لل|ال|[بلک])?(?=\w{3})")


@lru_cache(maxsize=KNOWN_WORDS)
def may_be(word: str) -> tuple[str, ...]:
    """Return what a word may be called where nothing is bent or written together, itself first.

    word: without capitals and accents, as the names of towns are folded.
    """
    return tuple(dict.fromkeys((word, *_unbent(word))))


def _unbent(word: str) -> Iterator[str]:
    if "\u0400" <= word[:1] <= "\u04ff":
        for ending, instead in _CYRILLIC:
            stem = word.removesuffix(ending)
            if stem != word and len(stem) >= SHORTEST:
                for one in instead:
                    yield stem + one
                    yield _CLOSED.sub("і", stem + one)
    elif "\u0620" <= word[:1] <= "\u06ff":
        found = _ARABIC.match(word)
        rest = word[found.end() :] if found is not None else word
        yield from (rest, f"ال{rest}")
    elif word.isascii():
        yield from (word.removesuffix(one) for one in _LATIN if word.endswith(one) and len(word) - len(one) > SHORTEST)
