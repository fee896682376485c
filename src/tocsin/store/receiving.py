"""What others send us, written down: each step is one transaction."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.store import inlets
from tocsin.store.recording import Recording


class Receiving(Recording):
    """The inlets of one data directory, and what came through them."""

    def take_in(self, intakes: Iterable[inlets.Intake]) -> list[set[bytes]]:
        """Make durable what came, all in one commit; return of each the hashes of the messages that are new."""
        intakes = list(intakes)
        with self._write() as connection:
            new = [inlets.take_in(connection, one) for one in intakes]
        if any(one.messages for one in intakes):  # one that was known may have come by a way that is shown
            self.others_version += 1
        return new

    def ask_anew(self, inlet: Id, due: datetime) -> None:
        """Let a feed be read as if it had not been, and what was not kept of it be judged again."""
        with self._write() as connection:
            inlets.anew(connection, inlet, due)

    def note_asking(
        self, stands: inlets.InletStands, listing: inlets.Listing | None = None, put_off: datetime | None = None
    ) -> None:
        """Note how an asking went, and what the feed lists now, if it was read whole."""
        with self._write() as connection:
            inlets.asked(connection, stands)
            if listing is not None and stands.asked_at is not None:
                inlets.listed(connection, stands.inlet, stands.round, listing, stands.asked_at)
            if put_off is not None:
                inlets.put_off(connection, stands.inlet, put_off)

    def put_items_off(self, inlet: Id, until: datetime) -> None:
        """Let nothing that a feed links to be fetched before a moment."""
        with self._write() as connection:
            inlets.put_off(connection, inlet, until)
