"""Says in a sentence what the status of a letter means. Pure."""

from typing import Literal

State = Literal["failed", "delayed", "delivered"]

# Source: RFC 3463, 3; IANA, SMTP Enhanced Status Codes.
_MEANINGS = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such mail domain",
    "1.3": "the address is not written as one",
    "1.6": "the mailbox has moved away",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "2.3": "the letter is too long for the mailbox",
    "3.4": "the letter is too big for the system",
    "4.1": "the recipient's server does not answer",
    "4.4": "no way to the recipient's server was found",
    "4.7": "it could not be delivered in the time that it was kept",
    "7.1": "the recipient's system does not let it in",
    "7.20": "the recipient's system found no DKIM signature that passes",
    "7.26": "the recipient's system could not tell that it is from us",
}
_CLASSES = {
    "1": "something is wrong with the address",
    "2": "something is wrong with the mailbox",
    "3": "something is wrong with the recipient's system",
    "4": "something is wrong with the network or the way there",
    "5": "the servers did not understand each other",
    "6": "the recipient's system cannot take such a letter",
    "7": "the recipient's system does not let it in",
}
# A mailbox or domain that is not there, an address that is none, one that has moved away, a domain that takes no mail.
# Source: RFC 3463, 3.2; RFC 7505, 4.
WRONG_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})

_STATES = {"failed": "It did not arrive", "delayed": "It has not arrived yet", "delivered": "It arrived"}


def sentence(state: State, code: str | None) -> str:
    """Return one sentence for a person's screen. code: enhanced, such as "5.1.1"."""
    detail = code.partition(".")[2] if code else ""
    meaning = _MEANINGS.get(detail) or _CLASSES.get(detail.partition(".")[0])
    if state == "delivered" or meaning is None:
        return f"{_STATES[state]} ({code})." if code else f"{_STATES[state]}."
    return f"{_STATES[state]}: {meaning} ({code})."
