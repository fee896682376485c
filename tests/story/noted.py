"""A town in which nothing that was told waits to be noted: whatever is done, no duty to warn learns more by looking through all."""

from tocsin.flow.duty.owed import open_duties, so_far
from tocsin.testing.town import Town


def unnoted(town: Town) -> list[str]:
    """Return what has happened to any duty, and nobody has noted."""
    with town.app.store.look() as look:
        return [fact.kind() for duty in open_duties(look, town.now) for fact in so_far(look, duty, town.now)]


class Noting(Town):
    """The town, which looks through every duty after each round of work."""

    def work(self) -> None:
        """Do what is due now, and see that nothing was passed over."""
        super().work()
        assert unnoted(self) == []
