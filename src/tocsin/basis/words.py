"""The visible sentences: how they are marked, filled in and said in a language. Catalogues are read elsewhere.

Whoever shows a sentence is handed a Words, and calls it `_`, which is also the name under which `make messages`
collects the sentences:

    def subject(place: str, _: Words) -> str:
        return _("Alert for %(place)s", place=place)

A sentence that stands in a table, before anyone knows the language, is marked with N_ and said later with `_`.
A per cent sign that means itself is written twice: "%%".
"""

from collections.abc import Callable, Sequence
from typing import Protocol


class Catalogue(Protocol):
    """Holds the sentences of one language; the standard library's gettext has the usual one."""

    def gettext(self, message: str, /) -> str:
        """Return the sentence in this language, or as it was written."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the sentence that fits this many."""
        ...


class AsWritten:
    """The catalogue of the language that the sentences are written in: plain English."""

    def gettext(self, message: str, /) -> str:
        """Return the sentence as it was written."""
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the sentence that fits this many."""
        return msgid1 if n == 1 else msgid2


class Words:
    """Says the visible sentences in one language.

    language: a BCP 47 tag such as "en" or "fr-CA", for the lang attribute of a page and for CAP.
    """

    def __init__(self, language: str, catalogue: Catalogue) -> None:
        self.language = language
        self.catalogue = catalogue

    def __call__(self, message: str, **values: object) -> str:
        """Say a sentence, its %(name)s places filled in."""
        return self.catalogue.gettext(message) % values

    def ngettext(self, one: str, many: str, n: int, **values: object) -> str:
        """Say the sentence that fits this many; %(n)s is filled in with the number unless another n is handed in."""
        return self.catalogue.ngettext(one, many, n) % {"n": n, **values}


ENGLISH = Words("en", AsWritten())

Language = Callable[[str], Words]
"""Returns the Words for a recipient's or reader's language tag; English where there is no catalogue for it."""


def best_spoken(language: Language, tags: Sequence[str]) -> str:
    """Return the first of these tags in which there are sentences; the first of all where there are none in any.

    tags: the languages of a recipient or reader, the best first, at least one.
    """
    return next((tag for tag in tags if _main(language(tag).language) == _main(tag)), tags[0])


def _main(tag: str) -> str:
    return tag.partition("-")[0].lower()


def N_(message: str) -> str:  # noqa: N802  the name under which gettext tools collect marked sentences
    """Mark a sentence to be said later, and return it as it is."""
    return message
