"""The JSON schemas that OASIS publishes for STIX 2.1, as another judge of the same objects."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.corpus import corpus

_FOLDERS = ("sdos", "sros", "observables", "common")


@cache
def _registry() -> tuple[Registry[Any], dict[str, str]]:
    found, ids = [], {}
    for file in sorted(corpus("intel", "stix21", "schemas").rglob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        found.append((schema["$id"], Resource.from_contents(schema)))
        if file.parent.name in _FOLDERS:
            ids[file.stem] = schema["$id"]
    return Registry().with_resources(found), ids


def faults(said: Any) -> list[str]:
    """Return what the schema of an object's type has against it; of a type that has none, nothing."""
    registry, ids = _registry()
    kind = said.get("type") if isinstance(said, dict) else None
    if kind not in ids:
        return []
    validator = Draft202012Validator({"$ref": ids[kind]}, registry=registry)
    return [error.message[:200] for error in validator.iter_errors(said)]
