"""What can happen to a batch of deliveries.

Leases, attempts, results and echoes are not facts: the lease row and the append-only result log are the truth about them.
"""

from datetime import datetime
from enum import StrEnum

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.warning.audience import Counts


class Errand(StrEnum):
    """What a batch carries: a warning to its audience, a call to one of our own, or that a warning is taken back.

    Or that it holds longer, or is over; then the follow-up stands in the warning's place.

    Or, to somebody who asked for it, the link to their own page, the code to an answer page, or that a question was answered;
    then the contact point, the code or the question stands in the warning's place. Or, to administrators, that a rota runs out.
    """

    WARNING = "warning"
    CALL = "call"
    RETRACTION = "retraction"
    FOLLOW_UP = "follow_up"
    LINK = "link"
    CODE = "code"
    REPLY = "reply"
    ROTA = "rota"


ASKED_FOR = frozenset({Errand.LINK, Errand.CODE, Errand.REPLY, Errand.ROTA})
"""What no warning stands behind."""


class Lane(StrEnum):
    """What goes before what on one channel, the first before all others.

    A retraction overtakes what it takes back. One of our own is called before anyone else is written to: they are few,
    and everything hangs on them. An immediate danger passes a bulk send.
    """

    RETRACTION = "retraction"
    CALL = "call"
    DANGER = "danger"
    BULK = "bulk"


LANES = tuple(Lane)


class BatchPlanned(Fact, frozen=True, kw_only=True):
    """Up to 1,000 recipients of one warning over one channel are to be reached.

    warning_kind: alert, notice or advisory. root: of the recipients' list, in hexadecimal. watch: whose call this is.
    step: how many contact points of theirs were tried before. more: whether each has another one to fall back to.
    """

    warning: Id
    warning_kind: str
    errand: Errand
    channel: str
    step: int
    count: int
    root: str
    not_after: datetime | None = None
    watch: Id | None = None
    exercise: bool = False
    lane: Lane = Lane.BULK
    more: bool = False


class BatchSettled(Fact, frozen=True, kw_only=True):
    """Nothing more will be tried for a batch. counts: recipients by state. root: of its results, in hexadecimal.

    Neither covers what is heard back: see EchoesTaken.

    receipts: the root over each recipient's own receipt, in hexadecimal; each is under a salt of theirs.
    """

    counts: dict[str, int]
    root: str
    receipts: str = ""


class EchoesTaken(Fact, frozen=True, kw_only=True):
    """What was heard back about some deliveries was entered into the result log, after whatever had come of them.

    first, last: the log's row numbers; between them may stand results that are no echoes. counts: echoes by state.
    root: of these rows, in hexadecimal.
    """

    first: int
    last: int
    counts: dict[str, int]
    root: str


class ReceiptsGathered(Fact, frozen=True, kw_only=True):
    """The receipts of one warning stand under one root. batches: whose trees it is over. receipts: that root."""

    warning: Id
    batches: tuple[Id, ...]
    count: int
    receipts: str


class AudienceResolved(Fact, frozen=True, kw_only=True):
    """Who is addressed by a warning was found out as it went out, and all of them are written down in batches.

    counts: how many, of which sort, and who was left out for what. ground: why a pause and a missing consent left nobody
    out; empty: they did. rule: by which all that was decided.
    """

    warning: Id
    counts: Counts
    ground: str
    rule: str
    exercise: bool = False
