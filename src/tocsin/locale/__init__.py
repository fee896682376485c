"""The catalogues of visible sentences, and the one way to open them. Like places, it reads only its own packaged files.

A language is a folder, fr/LC_MESSAGES/tocsin.po beside the tocsin.mo made from it by `make messages`. English needs
none: the sentences are written in it.
"""

import gettext
from functools import cache
from pathlib import Path

from tocsin.basis.words import ENGLISH, Words

_HERE = Path(__file__).parent


@cache
def languages() -> tuple[str, ...]:
    """Return the tags of the languages that Tocsin can speak, English first."""
    others = sorted(folder.parents[1].name for folder in _HERE.glob("*/LC_MESSAGES/tocsin.mo"))
    return (ENGLISH.language, *(name.replace("_", "-") for name in others))


@cache
def words_for(*preferred: str) -> Words:
    """Return the Words of the first language in this list that Tocsin can speak, else English.

    preferred: BCP 47 tags, the best first. fr-CA is content with fr where there is no fr-CA.
    """
    spoken = {tag.lower(): tag for tag in languages()}
    for wish in preferred:
        for tag in (wish.lower(), wish.lower().split("-", maxsplit=1)[0]):
            if tag in spoken:
                return _open(spoken[tag])
    return ENGLISH


def _open(tag: str) -> Words:
    if tag == ENGLISH.language:
        return ENGLISH
    return Words(tag, gettext.translation("tocsin", _HERE, [tag.replace("-", "_")]))
