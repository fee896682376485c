"""Forgetting again: whoever was forgotten after the copy that this directory came from is forgotten here, too.

An erasure entry of the record names nobody. It carries a token that only the person's own key gives: whoever still has
that key, since it came back with a backup, knows by it whom to forget again.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

import msgspec

from tocsin.flow.house import House
from tocsin.flow.people.forget import CONSOLE, forgotten
from tocsin.people.facts import PersonForgotten
from tocsin.people.state import Person
from tocsin.store.folder import Folder
from tocsin.store.keys import NoKeys, is_among
from tocsin.store.look import Look

WHY = "Re-applied after a restore."


class Erasure(msgspec.Struct, frozen=True):
    """An erasure entry of a published folder. token: empty where the key was gone already when it was entered."""

    number: int
    token: str


def erasures_in(folder: Folder) -> Iterator[Erasure]:
    """Yield the erasure entries that lie in a folder. Nobody can make up a token, so whose folder it is does not matter."""
    for number, raw in folder.all_entries():
        if b"PersonForgotten" not in raw:
            continue
        try:
            said = msgspec.json.decode(raw)
        except (msgspec.MsgspecError, ValueError, RecursionError):  # ValueError: no UTF-8
            continue
        if isinstance(said, dict) and said.get("kind") == PersonForgotten.kind():
            yield Erasure(number, str(said.get("token", "")))


def forget_again(house: House, tokens: Collection[str], destroyed: set[bytes], now: datetime) -> int:
    """Forget everyone whom one of these tokens or hashes names, and return how many that were not forgotten before.

    Holds, and whether someone is the last administrator, do not matter any more: it was decided before. Done again after
    it was stopped, it completes.

    tokens: of erasure entries. destroyed: hashes of the ids of those whose keys were destroyed; see Keys.destroyed.
    """
    keys = house.store.keys
    named = {person for person, token in keys.tokens() if token in tokens or is_among(person, destroyed)}
    with house.store.look() as look:
        people = Look(look.connection, NoKeys()).all(Person)
    gone = {one.id for one in people if one.forgotten}
    again = [one.id for one in people if not one.forgotten and (one.id in named or is_among(one.id, destroyed))]
    if again:
        with house.store.look() as look:
            facts = [fact for person in again for fact in forgotten(house, look, person, WHY, now)]
        house.store.commit(facts, at=now, by=CONSOLE, command=f"forget again:{house.store.new_id()}")
    for person in sorted({*named, *again, *(one for one in gone if keys.holds(one))}):
        keys.destroy(person)
    for errand in house.store.errands():
        if errand.errand == "destroy_key" and not keys.holds(errand.subject):
            house.store.finish(errand.seq)
    return len(again)
