"""Who may have to be told of a danger: each of these is a duty of its own, with deadlines of its own."""

from enum import StrEnum


class Side(StrEnum):
    """Whom a duty is owed to."""

    VICTIM = "victim"  # whom it is aimed at
    PROTECTOR = "protector"  # who answers for their safety
    HOST = "host"  # the authorities of the place
    PUBLIC = "public"
    OWN = "own"  # our own people


IN_CONFIDENCE = frozenset({Side.VICTIM, Side.PROTECTOR, Side.HOST})
"""Who is told by a notice, and of whom an answer is awaited."""
