"""What a recipient sees behind an answer link: one column, the instruction first, buttons as tall as a thumb."""

from datetime import datetime

from tocsin.web.pieces import View, WindowView


class AnswerShell(View, frozen=True, kw_only=True):
    """The frame of every answer page.

    help_watched_by: who watches for "I need help" now, and can be called; without anybody it is not offered.
    emergency_number: the local one; the page says that it does not call it. telephone: on which we are reached; nothing where
    nobody is to be named. large: whoever reads it needs large letters.
    """

    exercise: bool
    organisation: str
    now: datetime
    zone: str
    emergency_number: str = ""
    telephone: str = ""
    help_watched_by: str = ""
    check_href: str = ""
    privacy_href: str = ""
    large: bool = False


class TakenBackView(View, frozen=True, kw_only=True):
    """That what this reader was told was false, and why. written_in: the language (BCP 47) of the words."""

    at: datetime
    words: str
    written_in: str


class LockView(View, frozen=True, kw_only=True):
    """That a code is asked for before anything is shown. code_href: where it is asked for, and named.

    way: by which it comes, in the reader's words; empty: an officer has been called, and reads it out. asked: one has
    been. trouble: why the last try led nowhere.
    """

    code_href: str
    way: str = ""
    asked: bool = False
    trouble: str = ""


class AnswerPage(View, frozen=True, kw_only=True):
    """The question. post_to: where the answer is sent; the field is called "answer".

    written_in: the language of the warning's own words, which may differ from the page's.
    answered: what this recipient answered before, if anything. second_knock: what has corroborated it since.
    confidential: a notice, not to be passed on beyond its mark. why_you: why this came to the reader.
    """

    shell: AnswerShell
    headline: str
    instructions: tuple[str, ...]
    post_to: str
    written_in: str = ""
    description: str = ""
    window: WindowView | None = None
    issued_at: datetime | None = None
    answered: str = ""
    answered_at: datetime | None = None
    second_knock: tuple[str, ...] = ()
    meant_for: str = ""  # the institution that a second knock is to reach through this reader
    institution_href: str = ""  # where an institution reads it back, asks, and hands it on
    replied: int = 0  # how many of its questions were answered; the answers stand there
    confidential: bool = False
    mark: str = ""
    why_you: str = ""
    receipt_href: str = ""
    answer_proof_href: str = ""
    taken_back: TakenBackView | None = None
    read_back: bool = False  # asks for the reader's own words, in the field "read_back"
    over: bool = False  # the case is closed: what was said is shown no more, and answers are taken all the same
    lock: LockView | None = None


class ThankYouPage(View, frozen=True, kw_only=True):
    """The answer is kept. answer: received, acting, safe, need_help, disputed or dismissed. late: the window had ended.

    more: words may be added. back_href: where they are sent, with the same answer. shut: what it says is behind a code, unread.
    """

    shell: AnswerShell
    headline: str
    answer: str
    answered_at: datetime
    back_href: str
    instructions: tuple[str, ...] = ()
    late: bool = False
    window: WindowView | None = None
    more: bool = True
    shut: bool = False


class GonePage(View, frozen=True, kw_only=True):
    """The link no longer works, or never did: the same page for both, so that nobody can find out which."""

    shell: AnswerShell
    home: str = "/"


class ReadBackView(View, frozen=True, kw_only=True):
    """What an institution restated: its own copy. state: open, agrees or differs."""

    at: datetime
    what: str
    where: str
    when: str
    will_do: str
    state: str
    differs: tuple[str, ...] = ()


class AskedView(View, frozen=True, kw_only=True):
    """What an institution asked, and what it was answered."""

    at: datetime
    words: str
    answered_at: datetime | None = None
    answer: str = ""


class HandedView(View, frozen=True, kw_only=True):
    """That it was handed on, or is asked for. state: sent, asked or refused. by: who did so; words: what they said of it."""

    at: datetime
    to: str
    by: str
    state: str
    words: str = ""


class HandOnView(View, frozen=True, kw_only=True):
    """To whom a contact may hand it on. contacts: id, name, posts. ways: channels over which somebody new can be told.

    confirmed: a duty officer confirms each of these, too, since it is for its named readers only.
    """

    contacts: tuple[tuple[str, str, str], ...]
    ways: tuple[tuple[str, str], ...]
    confirmed: bool = False


class SaidView(View, frozen=True, kw_only=True):
    """What was sent and could not be kept, so that nobody has to write it again."""

    what: str = ""
    where: str = ""
    when: str = ""
    will_do: str = ""
    words: str = ""
    to: str = ""
    name: str = ""
    post: str = ""
    channel: str = ""
    address: str = ""
    note: str = ""


class InstitutionPage(View, frozen=True, kw_only=True):
    """Where an institution reads a warning back, asks, and hands it on. opened: its own words may be shown.

    hand_on: None where it is not opened, or nothing is handed on any more. closed: it is over.

    kept, trouble: what became of what was sent just now; said: what was sent, where it was not kept. count: of what was kept.
    """

    shell: AnswerShell
    post_to: str
    back_href: str
    opened: bool
    kept: str = ""
    trouble: str = ""
    said: SaidView = SaidView()
    read_backs: tuple[ReadBackView, ...] = ()
    questions: tuple[AskedView, ...] = ()
    count: int = 0
    hand_on: HandOnView | None = None
    handed: tuple[HandedView, ...] = ()
    closed: bool = False
