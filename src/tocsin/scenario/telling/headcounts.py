"""What the summary of a replay says of headcounts: how they stand at the end."""

from typing import Any

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.moment import rfc3339
from tocsin.scenario.names import Names
from tocsin.scenario.telling.escalations import escalations
from tocsin.scenario.telling.windows import window_of
from tocsin.store.look import Look
from tocsin.warning.headcount.state import Headcount


def counted(look: Look, names: Names) -> list[dict[str, Any]]:
    """Return how the headcounts of a scenario stand."""
    return [
        _counted(look, names, one)
        for one in sorted(look.all(Headcount), key=lambda one: (one.issued_at, names.name(one.id)))
    ]


def _counted(look: Look, names: Names, one: Headcount) -> dict[str, Any]:
    stands = look.headcount(one.id)
    return {
        "id": names.name(one.id),
        "threat": None if one.threat is None else names.name(one.threat),
        "follows": None if one.follows is None else names.name(one.follows),
        "asked_at": rfc3339(one.issued_at),
        "window": window_of(one.window),
        "asked": stands.total,
        "safe": stands.safe,
        "need_help": stands.need_help,
        "need_help_untaken": len(
            look.all(Watch, warning=one.id, why=Why.HELP.value, settled_at=None, accepted_at=None)
        ),
        "received": stands.received,
        "silent": stands.silent,
        "escalations": escalations(look, names, one.id),
        "help": escalations(look, names, one.id, only_help=True),
    }
