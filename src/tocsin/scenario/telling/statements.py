"""What the summary of a replay says of statements: what kind of word was published when, about what, and who stands behind it."""

from typing import Any

from tocsin.basis.moment import rfc3339
from tocsin.scenario.names import Names
from tocsin.store.look import Look
from tocsin.warning.statement.state import Statement


def statements(look: Look, names: Names) -> list[dict[str, Any]]:
    """Return what was published besides warnings, in the order in which it first was."""
    return [
        {
            "id": names.name(one.id),
            "kind": one.statement_kind.value,
            "threat": None if one.threat is None else names.name(one.threat),
            "about": None if one.about is None else names.name(one.about),
            "published_at": rfc3339(one.first_published_at),
            "editions": [rfc3339(at) for at in (*(each.published_at for each in one.earlier), one.published_at)],
            "endorsed_by": [each.endorser for each in one.joined],
        }
        for one in sorted(look.all(Statement), key=lambda one: (one.first_published_at, names.name(one.id)))
    ]
