"""Words as they compare, however they are written."""

import unicodedata

# Written within a word, and unseen.
UNSEEN = "\u00ad\u0640\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"

_ALIKE = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss",
     "’": "'", "ʼ": "'", "ґ": "г"}
)  # fmt: skip


def folded(word: str) -> str:
    """Return a word as it compares: without capitals, accents, vowel points, what is unseen, and what hangs on an apostrophe."""
    kept = word.lower()
    if not word.isascii():
        plain = unicodedata.normalize(
            "NFKD", "".join(one for one in word if one not in UNSEEN).casefold().translate(_ALIKE)
        )
        kept = "".join(one for one in plain if not unicodedata.combining(one)).translate(_ALIKE)
    if "'" in kept:
        before, _, after = kept.partition("'")
        # l'attaque, Ankara'da, the town's; п'ять keeps its halves.
        kept = after if len(before) <= 2 and before.isascii() else before if before.isascii() else kept.replace("'", "")
    return kept
