"""What a profile is: further rules, by which some who receive CAP judge it, on top of the standard."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import msgspec

from tocsin.cap.model import Alert
from tocsin.cap.problem import Problem


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is known to stand in the chain of another. ends: when it expires."""

    sender: str
    identifier: str
    sent: datetime
    msg_type: str
    ends: datetime


def _nothing(_alert: Alert, _chain: Iterable[Earlier]) -> Iterator[Problem]:
    yield from ()


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of one body.

    title: in a few words, with its source. problems: what in an alert goes against them. What it demands is an error
    for whoever asks for this profile; what it advises is a warning. in_chain: the same, of an alert among the messages that are
    known to stand in its chain.
    """

    name: str
    title: str
    problems: Callable[[Alert], Iterator[Problem]]
    in_chain: Callable[[Alert, Iterable[Earlier]], Iterator[Problem]] = _nothing
