"""By whose rules a message is judged. To add a profile, write a file like google.py and name it here."""

from collections.abc import Iterator

from tocsin.basis.errors import Refused
from tocsin.cap.model import Alert
from tocsin.cap.problem import Problem
from tocsin.cap.profiles import google, ipaws, wmo
from tocsin.cap.profiles.profile import Profile

DEFAULT = "cap-1.2"


def _nothing_more(_: Alert) -> Iterator[Problem]:
    return iter(())


_CAP = Profile(name=DEFAULT, title="The standard alone, each message by its own version", problems=_nothing_more)
PROFILES = {profile.name: profile for profile in (_CAP, google.PROFILE, ipaws.PROFILE, wmo.PROFILE)}


def profile_named(name: str) -> Profile:
    """Return a profile.

    Raises:
        Refused: there is none of this name.
    """
    if name not in PROFILES:
        raise Refused(f"There is no profile {name[:80]!r}. There are: {', '.join(PROFILES)}.")
    return PROFILES[name]
