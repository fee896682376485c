"""What a profile is: further rules, by which some who receive CAP judge it, on top of the standard."""

from collections.abc import Callable, Iterator

import msgspec

from tocsin.cap.model import Alert
from tocsin.cap.problem import Problem


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one body.

    title: in a few words, with its source. problems: what in an alert goes against them. What it demands is an error
    for whoever asks for this profile; what it advises is a warning.
    """

    name: str
    title: str
    problems: Callable[[Alert], Iterator[Problem]]
