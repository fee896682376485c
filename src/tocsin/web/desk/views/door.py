"""What the desk shows before anybody has signed in: its door, open or closed."""

from datetime import datetime

from tocsin.web.pieces import View


class SignInPage(View, frozen=True, kw_only=True):
    """The door of the desk.

    failed: the last try was wrong. hints: sign-ins that a demo offers, (name, role).
    """

    exercise: bool
    csrf: str = ""
    failed: bool = False
    wait_seconds: int = 0
    next_href: str = "/desk"
    organisation: str = ""
    hints: tuple[tuple[str, str], ...] = ()


class ClosedPage(View, frozen=True, kw_only=True):
    """What a closed desk shows, whoever asks. closed_at: since when."""

    exercise: bool
    closed_at: datetime
