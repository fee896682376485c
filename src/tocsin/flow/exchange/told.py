"""The words of what is held back, found again in what would leave.

Somebody who assesses a case has read more than they may pass on. A name or a number that stands only in stricter material
gives it away, whatever the mark on the text.
"""

import re

_WORD = re.compile(r"[^\W_]+(?:['’.:/-][^\W_]+)*")
SHORTEST = 3


def telling(text: str) -> set[str]:
    """Return the words of a text that may give something away: names, numbers, and all of a script that has no capitals."""
    return {word.casefold() for word in set(_WORD.findall(text)) if _is_telling(word)}


def _is_telling(word: str) -> bool:
    if word.isascii() and word.isalpha():  # most are, and a case may rest on a million
        return len(word) >= SHORTEST and word[0].isupper()
    if any(letter.isdigit() for letter in word):
        return len(word) > 1
    caseless = not any(letter.isupper() or letter.islower() for letter in word)
    return (len(word) >= SHORTEST or caseless) and (word[0].isupper() or caseless)


def words_of(text: str) -> set[str]:
    """Return all words of a text."""
    found = {word.casefold() for word in _WORD.findall(text)}
    return found | {part for word in found for part in re.split(r"['’.:/-]", word)}
