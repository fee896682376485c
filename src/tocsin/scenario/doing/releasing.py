"""Letting words of a notice stay that occur in stricter material alone: what a script says was told is let stay by its author, and by who approves it."""

from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.warning.tear_line import flags_in, release_words
from tocsin.lexicon.folding import folded
from tocsin.warning.notice.state import Notice

WHY = "The scenario tells that it was said."


def let_stay(house: House, words: tuple[str, ...] | None, notice: Id, by: Id, command: str, now: datetime) -> None:
    """Release what is flagged; where the script names words itself, only these."""
    with house.store.look() as look:
        found = flags_in(look, look.get(Notice, notice))
    named = None if words is None else {folded(word) for text in words for word in text.split()}
    keys = {one.key for one in found if named is None or named & {folded(word) for word in one.text.split()}}
    if keys:
        release_words(house, notice, keys, why=WHY, vouched=True, by=by, command=command, now=now)


def let_stay_too(house: House, notice: Id, by: Id, command: str, now: datetime) -> None:
    """Let stay, as who approves a notice, what its authors would: their word alone is not enough, save by a broken glass."""
    with house.store.look() as look:
        held = look.get(Notice, notice)
        wished = {key for one in held.own_releases for key in one.keys}
        keys = wished & {one.key for one in flags_in(look, held)}
    if keys and by not in held.authors:
        release_words(house, notice, keys, why=WHY, vouched=True, by=by, command=command, now=now)
