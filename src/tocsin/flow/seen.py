"""What a form showed when it was filled: whoever decides on what has changed since is told so, and overwrites nothing."""

from tocsin.basis.errors import Stale
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.warning.tear_line import door_of
from tocsin.store.look import Look
from tocsin.threat.facts import (
    ActorAttributed,
    ActorDropped,
    NextStepSet,
    ThreatAssessed,
    ThreatDescribed,
    ThreatHandedOver,
    ThreatMarked,
)
from tocsin.threat.joined import ThreatLetGo, ThreatTookIn

SHOWS: dict[str, tuple[type[Fact], ...]] = {
    "describe": (ThreatDescribed, ThreatMarked),
    "estimate": (ThreatAssessed, ThreatMarked),
    "step": (NextStepSet, ThreatTookIn, ThreatLetGo, ThreatMarked),
    "attribute": (ActorAttributed, ActorDropped, ThreatMarked),
    "hand_over": (ThreatHandedOver, ThreatMarked),
    "mark": (),
    "merge": (),
    "part": (),
    "split": (),
    "close": (),
    "reopen": (),
}
"""Which facts the form of an act about a case would overwrite, or rest on; none named: everything that people said of it.

What is written for those who read a case goes to no others, where it was marked anew meanwhile.
"""


STALE = "Somebody has changed it since this page was loaded. Load it again, look what is new, then decide."


def refuse_stale(look: Look, subject: Id, seen: int | None, by: Id, kinds: tuple[type[Fact], ...] = ()) -> None:
    """Stop what rests on a page that is not true any more. What they may not read stands on nobody's page.

    seen: how often people had said something when the page was filled; None: it rests on none. kinds: see Look.said.

    Raises:
        Stale: somebody has said something since.
    """
    if seen is not None and door_of(look, by).said(subject, kinds) != seen:
        raise Stale(STALE)
