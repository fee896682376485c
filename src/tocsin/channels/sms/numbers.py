"""Which numbers and senders a text message can have. Pure.

A plain rule and not a library of numbering plans: those grow old, and would call a number of a new plan none, so that
whoever has it went unwarned. Whether anybody has the number, the provider says.
"""

import re

# The country code is never 0, and with it there are 15 digits at most. Source: ITU-T E.164 (11/2010), 6.2.
# The shortest in use have seven: those of Niue and Saint Helena.
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT = re.compile(r"[0-9]{3,8}")
# Up to eleven letters, one of them no digit. Source: 3GPP TS 23.040, 9.1.2.5; ASCII, since providers take no other.
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &._-]{1,11}")


def is_number(address: str) -> bool:
    """Say whether this is a number as E.164 writes it, with its plus and nothing between the digits."""
    return _NUMBER.fullmatch(address) is not None


def is_sender(sender: str) -> bool:
    """Say whether text messages can come from this: a number, a short code, or a name that cannot be answered."""
    return any(form.fullmatch(sender) for form in (_NUMBER, _SHORT, _NAME))
