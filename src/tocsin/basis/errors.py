"""Three families of error, named for what the caller should do next.

TocsinError
├── Refused      what was asked is wrong or too late: ask otherwise
│   └── Stale    it has changed since it was looked at: look again
├── Unreachable  the world did not answer: a later try may help
└── Broken       something that must hold does not: a person must look

A message says what failed, on which one, and what would be right. It is shown to people as it stands.
"""


class TocsinError(Exception):
    """Anything Tocsin raises on purpose."""


class Refused(TocsinError):
    """The request cannot be done as asked; asking differently may work."""


class Stale(Refused):
    """It was decided on what is not so any more; looked at anew, it may be decided again."""


class Unreachable(TocsinError):
    """Something outside did not answer or failed; the same request may work later."""


class Broken(TocsinError):
    """A promise does not hold; nobody should go on before a person has looked."""
