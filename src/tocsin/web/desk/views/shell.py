"""What stands round every page of the desk: who reads it, when, and what waits."""

from datetime import datetime

from tocsin.web.pieces import View


class Shell(View, frozen=True, kw_only=True):
    """The frame of every desk page: who reads, when, and whether this is an exercise.

    zone: the IANA zone of the case, or of the desk. waiting: how many things wait for a person (shown in the menu).
    section: which menu entry is the current one: watch, cases, warnings, record, outcomes, duty, channels. alarm: why the record is
    not signed any more; it stands on every page until a person has looked. fallen: that something which went out, or should
    ring somebody, was let fall; as translated.
    """

    exercise: bool
    signed_in: str
    role: str
    now: datetime
    zone: str
    csrf: str = ""
    section: str = "watch"
    waiting: int = 0
    exercise_note: str = ""
    organisation: str = ""
    alarm: str = ""
    fallen: str = ""
