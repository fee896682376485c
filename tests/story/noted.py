"""A town in which nothing that was told waits to be noted: whatever is done, looking through all of them finds nothing more.

No duty to warn learns anything by that, and no silence is over that somebody is still waited for in.
"""

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.flow.answer.silence import those_over
from tocsin.flow.duty.owed import open_duties, so_far
from tocsin.store.look import Look
from tocsin.testing.town import Town


def unnoted(town: Town) -> list[str]:
    """Return what has happened to any duty, and nobody has noted."""
    with town.app.store.look() as look:
        return [fact.kind() for duty in open_duties(look, town.now) for fact in so_far(look, duty, town.now)]


def unsettled(town: Town) -> list[str]:
    """Return in whose silence somebody is still waited for, though it is over. What was found silent before is not relied on."""
    with town.app.store.look() as kept:
        look = Look(kept.connection, town.app.store.keys)
        over = those_over(look, look.all(Watch, why=Why.SILENCE.value, settled_at=None))
        return [f"{town.named(watch.of)} about {town.named(watch.warning)}" for watch in over]


class Noting(Town):
    """The town, which looks through every duty and every silence after each round of work."""

    def work(self) -> None:
        """Do what is due now, and see that nothing was passed over."""
        super().work()
        assert unnoted(self) == []
        assert unsettled(self) == []
