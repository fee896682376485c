"""CAP 1.2, the world's format for public warnings: read it, write it, check it. It knows nothing of the story.

An Alert that `read` returns and `write` writes is the same alert; what the standard forbids is refused by name. What we
issue goes through `write_ours`, which also refuses what would mislead.
"""

from tocsin.cap.check import check
from tocsin.cap.model import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from tocsin.cap.problem import Problem
from tocsin.cap.read import read
from tocsin.cap.write import write, write_ours

__all__ = [
    "Alert",
    "Area",
    "Category",
    "Certainty",
    "Info",
    "MsgType",
    "Problem",
    "Reference",
    "Resource",
    "ResponseType",
    "Scope",
    "Severity",
    "Status",
    "Urgency",
    "check",
    "read",
    "write",
    "write_ours",
]
