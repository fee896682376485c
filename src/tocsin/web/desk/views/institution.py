"""How one institution stands towards a warning: told, delivered, read back, answered, said in public, and knocked at again."""

from datetime import datetime, timedelta

from tocsin.web.desk.views.rows import AnswerRow
from tocsin.web.pieces import Tone, View


class StandRow(View, frozen=True, kw_only=True):
    """One thing that has come about, or has not. tone: of the word; said: what it is; who: a name; at: when; None: it has not."""

    label: str
    said: str = ""
    who: str = ""
    tone: Tone = Tone.PLAIN
    at: datetime | None = None
    href: str = ""


class ProposalRow(View, frozen=True, kw_only=True):
    """A publication that may be an answer. state: open, attached or refused; why: it was refused, or is proposed."""

    id: str
    title: str
    text: str
    source: str
    at: datetime
    after: timedelta
    grounds: str
    state: str
    why: str = ""
    href: str = ""


class ReadBackRow(View, frozen=True, kw_only=True):
    """What was restated beside what was told. pairs: label, told, restated. state: open, agrees or differs."""

    id: str
    at: datetime
    by: str
    how: str
    pairs: tuple[tuple[str, str, str], ...]
    will_do: str
    state: str
    differs: tuple[str, ...] = ()
    note: str = ""


class QuestionRow(View, frozen=True, kw_only=True):
    """What was asked, and what it was answered."""

    id: str
    at: datetime
    by: str
    words: str
    answered_at: datetime | None = None
    answer: str = ""
    answerer: str = ""
    told: str = ""  # by which way whoever asked is told so; nothing: nobody is
    told_at: datetime | None = None


class HandedRow(View, frozen=True, kw_only=True):
    """To whom it was handed on, and by whom. heard: whether anything has come from them. link: a contact did so by their link."""

    at: datetime
    to: str
    words: str
    told: bool
    heard: bool
    by: str = ""
    link: bool = False


class WishRow(View, frozen=True, kw_only=True):
    """That a contact asks for it to be handed on. address: where they would be told. decided_at: when it was refused; None: it waits."""

    id: str
    at: datetime
    by: str
    to: str
    words: str = ""
    channel: str = ""
    address: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    why: str = ""


class QuoteRow(View, frozen=True, kw_only=True):
    """One thing that has borne the warning out. held: why it may not be quoted, or nothing. origin: the number of where it started.

    asked: the reports whose originators would have to agree: id, originator, title.
    """

    item: str
    words: str
    own: bool
    earlier: bool
    origin: int
    held: str = ""
    asked: tuple[tuple[str, str, str], ...] = ()


class KnockView(View, frozen=True, kw_only=True):
    """How far a second knock has come. stage: waiting, drafted, sent, dropped or over: what called for it is.

    days: from the denial, or the silence that was due, to the knock, or until now. mine: the reader wrote it, and another
    sends it. ways: through whom it can go. glass: the reader may send it alone, through broken glass.
    """

    id: str
    why: str
    since: datetime
    after: timedelta
    owner: str
    stage: str
    origins: int = 0
    quotes: tuple[QuoteRow, ...] = ()
    action: str = ""
    ways: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    left_out: int = 0
    through: str = ""
    author: str = ""
    notice_href: str = ""
    sent_at: datetime | None = None
    mine: bool = False
    may_send: bool = False
    dropped_why: str = ""
    dropped_by: str = ""


class InstitutionView(View, frozen=True, kw_only=True):
    """One institution and one warning. post_to: where a step is sent, for those who may take one.

    speakers: the sources whose publications are its word. others: sources that could be found to be: id, name.
    known: people to whom it may have been handed on: id, name.
    """

    id: str
    name: str
    post_to: str
    stands: tuple[StandRow, ...]
    informed: bool
    private: tuple[AnswerRow, ...] = ()
    public: tuple[AnswerRow, ...] = ()
    proposals: tuple[ProposalRow, ...] = ()
    read_backs: tuple[ReadBackRow, ...] = ()
    questions: tuple[QuestionRow, ...] = ()
    handed: tuple[HandedRow, ...] = ()
    wishes: tuple[WishRow, ...] = ()
    knocks: tuple[KnockView, ...] = ()
    speakers: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    known: tuple[tuple[str, str], ...] = ()
    may_tell: bool = False
