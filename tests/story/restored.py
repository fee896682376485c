"""A town that is backed up, goes on, is lost, and comes back from the backup in another directory."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tocsin.flow.people.forget import CONSOLE, forget
from tocsin.flow.record.adopt import adopt
from tocsin.flow.record.publish import Publisher, Witnessing
from tocsin.flow.record.restore import Restored, Wanted, restore
from tocsin.record import Policy, parse_checkpoint, read_policy
from tocsin.store.adopting import Adopted
from tocsin.store.backup import Backup, back_up
from tocsin.store.folder import Folder
from tocsin.testing.town import Town
from tocsin.web.witness.witness import Witness, list_log, make_witness

SHELVES = ("data", "keys")


def backs_up(town: Town, shelf: Path) -> Backup:
    """Make a backup of a town, its two archives in two directories of a shelf."""
    data, keys = (shelf / name for name in SHELVES)
    for place in (data, keys):
        place.mkdir(parents=True, exist_ok=True)
    return back_up(town.app.store, data, keys, lambda: town.now)


def forgets(town: Town, person: str) -> None:
    """Forget someone."""
    forget(town.house, town.id(person), why="Asked", by=CONSOLE, command=f"forget:{person}", now=town.now)


def comes_back(
    town: Town,
    backup: Backup,
    to: Path,
    *,
    published: Sequence[Path] = (),
    later: Sequence[Path] = (),
    without: bool = False,
) -> tuple[Restored, Town]:
    """Lose a town, and bring it back from a backup at the same moment."""
    town.close()
    wanted = Wanted(
        data=backup.data, keys=backup.keys, to=to, published=published, later_keys=later, without_erasures=without
    )
    return restore(wanted, os.urandom, town.now), Town(to, town.now, memory=town.memory)


def published(town: Town) -> Path:
    """Return where a town's record is published."""
    return town.app.publisher.folder.root


def size(town: Town) -> int:
    """Return how many entries a town has published."""
    return parse_checkpoint((town.app.publisher.folder.checkpoint() or b"").partition(b"\n\n")[0] + b"\n").size


def adopts(town: Town, folder: Path) -> Adopted:
    """Let a town take over what a published folder has beyond it."""
    return adopt(town.house, town.app.publisher, Folder(folder), town.now)[0]


class Neighbour:
    """A witness in the next town. It can be away."""

    def __init__(self, home: Path, town: Town) -> None:
        """Let it list a town's record."""
        self.key = make_witness(home, "witness.neighbour.example/w1", os.urandom).vkey
        list_log(home, town.app.store.verifier_key)
        self._witness = Witness(home, town.clock)
        self.away = False

    @property
    def policy(self) -> Policy:
        """Return the policy that asks for its cosignature."""
        return read_policy(f"witness n {self.key} http://neighbour.example\nquorum n\n".encode())

    def post(self, url: str, body: bytes) -> Any:
        """Answer what is posted to it."""
        assert url == "http://neighbour.example/add-checkpoint"
        if self.away:
            raise TimeoutError
        return self._witness.answer(body)

    def witnesses(self, town: Town) -> None:
        """Let a town ask it from now on."""
        town.app.publisher = Publisher(town.app.store, town.app.publisher.folder, Witnessing(self.policy, self.post))
