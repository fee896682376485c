"""What a check says about a message: which rule, how grave, and where."""

from typing import Literal

import msgspec

MAX_PROBLEMS = 100
"""How many faults of its structure are told of one message."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One rule that a message breaks.

    rule: `xml` (not well-formed, or a trick), `limit` (too large), `xsd` (the schema's
        structure and types), or a rule of the standard's text, named for its section: `cap-3.2.1-identifier`.
    where: the path of the element, counted from 1: `alert/info[2]/area[1]/polygon[3]`.
    """

    rule: str
    severity: Literal["error", "warning"]
    message: str
    where: str

    def __str__(self) -> str:
        return f"{self.message} ({self.rule}, at {self.where})"


def error(rule: str, where: str, message: str) -> Problem:
    """Return a problem for which a reader must refuse the message, or which breaks the standard."""
    return Problem(rule=rule, severity="error", message=message, where=where)


def warning(rule: str, where: str, message: str) -> Problem:
    """Return a problem worth knowing, with which the message still stands."""
    return Problem(rule=rule, severity="warning", message=message, where=where)
