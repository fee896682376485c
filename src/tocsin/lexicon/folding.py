"""Words as they compare, however they are written."""

import re
import unicodedata
from functools import cache

from tocsin.lexicon.letters import UNSEEN

_ALIKE = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss",
     "’": "'", "ʼ": "'", "ґ": "г"}
)  # fmt: skip
_KANA_VOICED = 8  # the combining class of the marks that make は ば and ぱ: three letters, as no accent makes them
_UNSEEN = re.compile(f"[{UNSEEN}]")

_LOOKS = (("асеіорхуѕјһкмтвɡԁ", "aceiopxysjhkmtbgd"), ("αειορνχυγκμτβɡδ", "aeiopvxuykmtbgd"))
"""Letters that look alike: Cyrillic and Greek ones, and the Latin ones that they look like."""


def folded(word: str) -> str:
    """Return a word as it compares: without capitals, accents, vowel points, what is unseen, and what hangs on an apostrophe.

    Letters of full or half width, in bold and in ligatures are those that they show.
    """
    kept = word.lower()
    if not word.isascii():
        seen = unicodedata.normalize("NFKD", _UNSEEN.sub("", word)).casefold().translate(_ALIKE)
        bare = "".join(
            one for one in unicodedata.normalize("NFKD", seen) if unicodedata.combining(one) in (0, _KANA_VOICED)
        )
        kept = unicodedata.normalize("NFC", bare).translate(_ALIKE)
        if not kept.isascii():
            kept = _in_one_script(kept)
    if "'" in kept:
        before, _, after = kept.partition("'")
        # l'attaque, Ankara'da, the town's; п'ять keeps its halves.
        kept = after if len(before) <= 2 and before.isascii() else before if before.isascii() else kept.replace("'", "")
    return kept


def _in_one_script(word: str) -> str:
    """Return a word that mixes Latin letters with others that look like them, all in the script that can write it."""
    if not _has_latin(word):
        return word
    every = (word.translate(one) for one in _looks())
    return next((one for one in every if one.isascii() or not _has_latin(one)), word)


def _has_latin(word: str) -> bool:
    return any("a" <= one <= "z" for one in word)


@cache
def _looks() -> tuple[dict[int, int], ...]:
    others, latin = zip(*_LOOKS, strict=True)
    return str.maketrans("".join(others), "".join(latin)), *(str.maketrans(is_, other) for other, is_ in _LOOKS)
