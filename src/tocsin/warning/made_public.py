"""Words that stand in stricter material alone and go out to the public all the same: whoever lets them out answers for each."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Folding, State
from tocsin.basis.ids import Id
from tocsin.lexicon.terms import TermKind, tongue_of
from tocsin.warning.flagged import Flag
from tocsin.warning.material import Material

LONGEST = 2_000  # characters of why

ANSWERED_FOR = frozenset({TermKind.NAME, TermKind.PLACE, TermKind.NUMBER, TermKind.TIME})
"""What somebody answers for. Any other word of a text for everyone stands in some report: it is shown, and nobody is asked."""


class WordsMadePublic(Fact, frozen=True, kw_only=True):
    """Somebody let words go out to the public that stand in stricter material alone. words: as they stand in what goes out."""

    warning: Id
    words: tuple[str, ...]
    why: str
    by: Id


class MadePublic(State, frozen=True, kw_only=True):
    """Words that went out so, as it happened."""

    warning: Id
    words: tuple[str, ...]
    why: str
    by: Id
    at: datetime


def asks(flag: Flag) -> bool:
    """Say whether somebody has to answer for a flagged word before it goes out to the public."""
    return flag.kind in ANSWERED_FOR


def perhaps_names(flags: Sequence[Flag], material: Iterable[Material]) -> tuple[Flag, ...]:
    """Return flags of which each word that could be a name is one.

    A capital is taken for that of a name, unless the word stands in small letters where it comes from: at the head of a sentence
    it tells nothing then, and elsewhere nothing if it has none there at all, as in a headline. A script without capitals tells
    no name from a word.
    """
    texts = {one.id: (*one.texts, *one.noted) for one in material}

    def stands(one: Flag, *written: str) -> bool:
        words = [(word, re.compile(rf"\b{re.escape(word)}\b")) for word in dict.fromkeys(written)]
        every = (text for id in one.sources for text in texts.get(id, ()))
        return any(word in text and pattern.search(text) for text in every for word, pattern in words)

    def read(one: Flag) -> Flag:
        said = one.text
        is_cased = _has_capitals(said)
        if one.kind not in (TermKind.WORD, TermKind.NAME) or (is_cased and said[:1].islower()):
            return one
        if is_cased and not _has_digits(said) and stands(one, said.lower()):
            is_name = one.kind is TermKind.NAME and stands(one, said, said.upper(), said.capitalize())
        else:
            is_name = True
        return replace(one, kind=TermKind.NAME if is_name else TermKind.WORD)

    return tuple(map(read, flags))


NOUNS_HAVE_CAPITALS = frozenset({"de", "gsw", "lb", "nds"})


def may_be_plain(flag: Flag, language: str) -> bool:
    """Say whether a word may be no name after all, because nothing tells that in its script, or in its language (BCP 47)."""
    tells_nothing = not _has_capitals(flag.text) or tongue_of(language) in NOUNS_HAVE_CAPITALS
    return flag.kind is TermKind.NAME and not _has_digits(flag.text) and tells_nothing


def _has_digits(text: str) -> bool:
    return any(one.isdigit() for one in text)


def _has_capitals(text: str) -> bool:
    """Say whether its script has any. Georgian can be written in capitals throughout, and none of its words begins with one."""
    return text.lower() != text.title()


def make_public(
    id: Id,
    warning: Id,
    flags: Sequence[Flag],
    seen: Sequence[Flag],
    keys: Collection[str],
    why: str,
    by: Id,
    now: datetime,
) -> WordsMadePublic | None:
    """Let flagged words go out to the public; None where nobody has to answer for any.

    id: of this letting out. flags: all that is flagged; seen: what of it whoever lets it out may read where it stands. keys:
    what they answer for.

    Raises:
        Refused: a word stands where they may not read, is not answered for, or it is not said why.
    """
    asked = [one for one in flags if asks(one)]
    if not asked:
        return None
    if not set(asked) <= set(seen):
        raise Refused(
            f"Words of warning {warning} stand in stricter material alone, which {by} may not read in full. Ask a duty officer who may."
        )
    left = {one.key for one in asked} - set(keys)
    if left:
        raise Refused(
            f"Words of warning {warning} stand in stricter material alone ({len(left)} not answered for). Tick each that may be "
            "public and say why, or have it written otherwise."
        )
    if not why.strip() or len(why) > LONGEST:
        raise Refused(f"Say why the words of stricter material may be public, in {LONGEST:,} characters at most.")
    words = tuple(dict.fromkeys(one.text for one in asked))
    return WordsMadePublic(subject=id, occurred_at=now, warning=warning, words=words, why=why.strip(), by=by)


def fold_made_public(state: MadePublic | None, fact: Fact) -> MadePublic:  # noqa: ARG001  it happens once
    """Return what was let out."""
    match fact:
        case WordsMadePublic():
            return MadePublic(
                id=fact.subject, warning=fact.warning, words=fact.words, why=fact.why, by=fact.by, at=fact.occurred_at
            )
    raise TypeError(fact.kind())


FOLDINGS = (Folding(MadePublic, (WordsMadePublic,), fold_made_public),)
