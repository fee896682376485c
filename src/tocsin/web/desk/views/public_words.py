"""Words of a text for everyone that stand in stricter material alone, for whoever may read that."""

from tocsin.basis.marking import Mark
from tocsin.web.pieces import View


class StandsIn(View, frozen=True, kw_only=True):
    """What a word stands in. texts: as it stands there, each piece with whether it is the word."""

    what: str
    mark: Mark
    texts: tuple[tuple[tuple[str, bool], ...], ...]
    language: str = "en"


class PublicWord(View, frozen=True, kw_only=True):
    """A word that stands in stricter material alone. where: the fields that say it, as CAP or the form calls them.

    perhaps: nothing tells in its script, or in its language, whether it is a name.
    """

    number: int
    key: str
    word: str
    kind: str
    where: tuple[str, ...]
    stands_in: tuple[StandsIn, ...]
    more: int = 0
    perhaps: bool = False


class PublicWords(View, frozen=True, kw_only=True):
    """What of it stands in stricter material alone. asked: what whoever lets it out answers for. others: plain words.

    answered: what somebody let out so, why, and who.
    """

    asked: tuple[PublicWord, ...] = ()
    others: tuple[str, ...] = ()
    answered: tuple[tuple[str, str, str], ...] = ()
