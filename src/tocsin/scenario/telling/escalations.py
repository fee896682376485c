"""What the summary of a replay says of escalations: who was rung about a warning or a headcount, when, about whom and why."""

from typing import Any

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.moment import rfc3339
from tocsin.scenario.names import Names
from tocsin.store.look import Look


def escalations(look: Look, names: Names, warning: Id, *, only_help: bool = False) -> list[dict[str, Any]]:
    """Return who was rung, in the order in which they were. only_help: about those who need help; otherwise about all else."""
    rings = [
        (ring.at, names.name(watch.of), names.name(ring.to), ring.why)
        for watch in look.all(Watch, warning=warning)
        for ring in watch.rings
        if (ring.why is Why.HELP) is only_help
    ]
    return [{"at": rfc3339(at), "of": of, "to": to, "why": why.value} for at, of, to, why in sorted(rings)]
