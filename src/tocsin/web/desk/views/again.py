"""What is said above a form that was refused, or of one that came in when nobody was signed in."""

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


class SignedOut(View, frozen=True, kw_only=True):
    """Nobody was signed in any more when a form came in.

    path: where it is sent again. fields: all that it said. typed: what of that was written in words.
    """

    exercise: bool
    path: str
    fields: tuple[tuple[str, str], ...]
    typed: tuple[tuple[str, str], ...] = ()
