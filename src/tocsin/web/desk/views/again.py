"""What is said above a form that was refused."""

from datetime import datetime

from tocsin.web.pieces import View


class FormAgain(View, frozen=True, kw_only=True):
    """A form was refused. what: why. stands: the form is shown once more below; otherwise it is there no more.

    by, at: who changed it last, and when. differs: what stands there now where something else was typed, by the label of the
    field. left: what was typed and has no field any more, by the name of its field.
    """

    exercise: bool
    what: str
    home: str
    now: datetime
    stands: bool = False
    by: str = ""
    at: datetime | None = None
    differs: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
