"""What a check says about a bundle: which rule, how grave, and where."""

from typing import Literal

import msgspec

MAX_PROBLEMS = 200
"""How many problems are told of one bundle; what more there is, is counted."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that a bundle breaks. where: the object by its id, or by its place where it has none, and the property."""

    rule: str
    severity: Literal["error", "warning"]
    message: str
    where: str

    def __str__(self) -> str:
        return f"{self.message} ({self.rule}, at {self.where})"


def error(rule: str, where: str, message: str) -> Problem:
    """Return a problem that breaks the standard."""
    return Problem(rule=rule, severity="error", message=message, where=where)


def warning(rule: str, where: str, message: str) -> Problem:
    """Return a problem worth knowing, with which the bundle still stands."""
    return Problem(rule=rule, severity="warning", message=message, where=where)


def shown(text: object, most: int = 60) -> str:
    """Return a stranger's word as it may stand in a sentence: on one line, short, in quotes."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in str(text)[: most + 1])
    return f'"{plain[:most]}…"' if len(plain) > most else f'"{plain}"'
