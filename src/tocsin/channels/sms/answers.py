"""Looks up what stands where in somebody's JSON. Pure."""

from typing import Any


def find(node: Any, path: str) -> Any:
    """Return what stands at a path of names and numbers with points between, as in messages.0.status; None if nothing."""
    for step in path.split("."):
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(node):
            node = node[int(step[:9])]
        else:
            return None
    return node


def spelled(value: Any) -> str | None:
    """Return a value as it is written, so that 0 and "0" are the same and 0 and false are not; None for what is none."""
    if value is None or isinstance(value, dict | list):
        return None
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
