"""A step of a scenario: what was done or said at one moment. The story decides what follows.

References are the ids of other steps, of people, sources and groups; places are resolved. Reading has checked that all
of them exist, that times go forward and that each step is of the right kind. Each of the other modules here holds the steps
of one kind, one class a verb.
"""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from tocsin.scenario.head import Known

Confidence = Literal["low", "moderate", "high"]
Bearing = Literal["for", "against", "context"]
AnswerKind = Literal["received", "acting", "safe", "need_help", "disputed", "dismissed"]
Cause = Literal["silence", "denial", "window", "failure", "deadline", "help"]
Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
StatementKind = Literal["condolence", "position", "reaffirmation", "correction"]
How = Literal["public_statement", "telephone", "letter", "meeting"]
Decision = Literal["stand_down", "extend", "withdraw"]
Verdict = Literal["match", "near", "miss", "unknown"]
Course = Literal["carried_out", "disrupted", "nothing", "unknown"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something at one moment. id is unique in the scenario; line is where the step begins in the file."""

    verb: ClassVar[str] = ""

    id: str
    at: datetime
    line: int
    known: Known
    note: str = ""
