"""The read door: what the people at the desk may read of the store, and the only place where marks are checked.

What a reader may not read is to them as if it did not exist: it is None, and it is missing from every list and count.
Pages are filled through a Door and never through a Look. The rule stands in gate.py; each of the other modules reads one
kind of thing by it.
"""

from tocsin.store.door.cases import Cases
from tocsin.store.door.gate import D, Named, Told, told_at
from tocsin.store.door.incidents import Incidents
from tocsin.store.door.people import People
from tocsin.store.door.record import Record
from tocsin.store.door.watches import Call

__all__ = ["Call", "D", "Door", "Named", "Told", "told_at"]


class Door(Cases, Incidents, People, Record):
    """One moment of the store, as far as one reader may read it."""
