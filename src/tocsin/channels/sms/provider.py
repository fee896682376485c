"""What a provider of text messages is to the channel: how a request to it looks, and what its answer means."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from tocsin.channels.channel import Fate


class Message(NamedTuple):
    """One text message, ready to leave. It is somebody's number and what they are told: it goes into no print."""

    id: str
    to: str
    text: str

    def __repr__(self) -> str:
        return f"Message(id={self.id!r})"


class Verdict(NamedTuple):
    """What an answer means. detail: one sentence, never the provider's own words. reference: the provider's id for it.

    wrong_number: it is the number's own fault, whatever is sent there.
    """

    state: Fate
    detail: str
    maybe_arrived: bool = False
    reference: str = ""
    wrong_number: bool = False


class Provider(Protocol):
    """A provider."""

    @property
    def account(self) -> str:
        """Say which account it is, without a secret: limits are counted by it."""
        ...

    @property
    def method(self) -> str:
        """Return the method of its requests."""
        ...

    def url(self, message: Message) -> str:
        """Return where the request goes."""
        ...

    def headers(self, message: Message) -> Mapping[str, str]:
        """Return the head of the request, beside what every request carries."""
        ...

    def body(self, message: Message) -> bytes:
        """Return the body of the request."""
        ...

    def judge(self, status: int, body: bytes) -> Verdict:
        """Say what an answer means."""
        ...

    @property
    def check_url(self) -> str:
        """Return what can be asked for without sending anything; empty if there is nothing."""
        ...

    def check_headers(self) -> Mapping[str, str]:
        """Return the head of such a question."""
        ...

    def judge_check(self, status: int, body: bytes) -> str:
        """Say in one sentence that the account is well.

        Raises:
            Refused: it is not, and a person must mend it.
            Unreachable: a later try may tell.
        """
        ...


TRY_LATER = frozenset({408, 425, 429})
OURS_TO_MEND = frozenset({401, 402, 403, 404, 405, 407})
"""Refusals of us, not of the number: counted against the number, they would leave it unwarned for our mistake."""


def by_status(status: int) -> Verdict:
    """Say what a status means that is no success, where nothing more is known. Source: RFC 9110, 15."""
    if 300 <= status < 400:
        return Verdict("later", f"The provider points elsewhere ({status}); look at its address in the settings.")
    if status in OURS_TO_MEND:
        return Verdict("later", f"The provider does not take our account or request ({status}); look at the settings.")
    if 400 <= status < 500 and status not in TRY_LATER:
        return Verdict("refused", f"The provider refused it for good ({status}).")
    return Verdict("later", f"The provider does not take it now ({status}).")
