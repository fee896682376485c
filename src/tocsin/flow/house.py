"""What every step of flow is handed: the store, the ways out, and where answers come in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tocsin.basis.words import ENGLISH, Language
from tocsin.flow.delivery.carrier import Carrier
from tocsin.flow.warning.cap_key import Signing
from tocsin.store.store import Store
from tocsin.warning.advisory.decide import REVIEW_DAYS
from tocsin.warning.deadline.decide import AHEAD


@dataclass(frozen=True)
class Dates:
    """How far ahead dates lie. review_days: of levels 1 and 2, and of 3 and 4. ahead: how long before a date to ask."""

    review_days: tuple[int, int] = REVIEW_DAYS
    ahead: timedelta = AHEAD


@dataclass(frozen=True)
class House:
    """One installation, wired. base_url: under which the public, the answer pages and the desk are reached.

    avoid: channels that a government under which the warned live controls. Nobody who has another way is told by them, and
    no notice goes there at all. neutral: what goes out does not name the organisation. ask_ahead_s: how many seconds
    before the end of a window its owner is asked about it, where the warning itself does not say; None: a quarter of it. signing: signs our CAP messages, if anything does.
    telephone: on which the warned reach the desk; nothing: no letter names one.
    """

    store: Store
    carriers: Mapping[str, Carrier]
    base_url: str
    organisation: str
    jitter: Callable[[], float]
    language: Language = lambda tag: ENGLISH  # noqa: ARG005
    avoid: frozenset[str] = frozenset()
    neutral: bool = False
    telephone: str = ""
    ask_ahead_s: int | None = None
    deadlines: Dates = Dates()
    signing: Signing = field(default_factory=Signing)

    def channels(self, *, confidential: bool) -> tuple[str, ...]:
        """Return the channels by which something may go. confidential: it is a notice."""
        return tuple(name for name in self.carriers if not (confidential and name in self.avoid))
