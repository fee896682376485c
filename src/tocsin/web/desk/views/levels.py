"""The pages of advisories and statements at the desk: what holds, what waits for a second person, and what was."""

from datetime import datetime

from tocsin.warning.advisory.risk import Indicator
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.public_words import PublicWords
from tocsin.web.desk.views.shell import Shell
from tocsin.web.desk.views.whom import Whom
from tocsin.web.pieces import View


class OthersLevel(View, frozen=True, kw_only=True):
    """What another government says of a place. level: ours, None: they give none. seen_at: when it was read so."""

    publisher: str
    place: str
    level: int | None
    wording: str
    seen_at: datetime
    until: datetime | None = None
    region: str = ""
    reasons: tuple[str, ...] = ()
    address: str = ""
    gone: bool = False


class HeldRow(View, frozen=True, kw_only=True):
    """A level of ours that is in force. others: (publisher, level or None)."""

    place: str
    level: int
    href: str
    since: datetime
    review_by: datetime
    overdue: bool = False
    others: tuple[tuple[str, int | None], ...] = ()


class DraftRow(View, frozen=True, kw_only=True):
    """Something that waits for a second person. level: of an advisory."""

    title: str
    href: str
    by: str
    at: datetime
    level: int | None = None
    before: int | None = None


class LevelsPage(View, frozen=True, kw_only=True):
    """All levels, overdue first, and the drafts. new_href: for those who may write."""

    shell: Shell
    rows: tuple[HeldRow, ...] = ()
    drafts: tuple[DraftRow, ...] = ()
    new_href: str = ""
    countries: tuple[tuple[str, str], ...] = ()


class PastRow(View, frozen=True, kw_only=True):
    """A level that was decided: for what, from when to when, by whom and why. until: None while it holds or is planned.

    strict: what its withdrawal says of stricter material.
    """

    place: str
    level: int
    since: datetime
    until: datetime | None
    author: str
    approver: str
    why: str
    href: str
    withdrawn: bool = False
    withdraw_href: str = ""
    strict: PublicWords = PublicWords()


class CountryPage(View, frozen=True, kw_only=True):
    """All about one country: what of ours held when, and what others say."""

    shell: Shell
    name: str
    past: tuple[PastRow, ...] = ()
    drafts: tuple[DraftRow, ...] = ()
    others: tuple[OthersLevel, ...] = ()
    others_before: tuple[OthersLevel, ...] = ()
    new_href: str = ""


class ChangeRow(View, frozen=True, kw_only=True):
    """One field of a draft beside what is in force. changed: the two differ."""

    label: str
    now: str
    then: str
    changed: bool


class DraftPage(View, frozen=True, kw_only=True):
    """A draft beside what it would replace. seen: how many facts there were about it when it was shown.

    waits: why this reader cannot approve it, or nothing. decided: what came of it.
    """

    shell: Shell
    title: str
    section_href: str
    section_name: str
    by: str
    at: datetime
    seen: int
    changes: tuple[ChangeRow, ...]
    why: str = ""
    waits: str = ""
    decided: str = ""
    approve_href: str = ""
    drop_href: str = ""
    edit_href: str = ""
    replaces: bool = False
    strict: PublicWords = PublicWords()


class RiskField(View, frozen=True, kw_only=True):
    """One risk of the form."""

    indicator: Indicator
    chosen: bool = False
    words: str = ""


class LevelForm(View, frozen=True, kw_only=True):
    """The form of a draft, filled with what is in force or with the draft. post_to: where it goes. id: of a draft.

    seen: how many facts there were about it when it was filled.
    """

    shell: Shell
    post_to: str
    risks: tuple[RiskField, ...]
    id: str = ""
    seen: int = 0
    country: str = ""
    region: str = ""
    polygon: str = ""
    level: int = 0
    title: str = ""
    text: str = ""
    advice: str = ""
    why: str = ""
    effective: str = ""
    review: str = ""
    language: str = "en"
    whom: Whom = Whom(there=True)
    policies: tuple[tuple[str, str], ...] = ()
    policy: str = ""
    countries: tuple[tuple[str, str], ...] = ()
    others: tuple[OthersLevel, ...] = ()
    cases: CaseChoice = CaseChoice()


class SaidRow(View, frozen=True, kw_only=True):
    """A statement in the list."""

    title: str
    href: str
    at: datetime
    kind: str
    edition: int
    joined: int


class SaidPage(View, frozen=True, kw_only=True):
    """All statements, and the drafts."""

    shell: Shell
    rows: tuple[SaidRow, ...] = ()
    drafts: tuple[DraftRow, ...] = ()
    new_href: str = ""


class JoinedRow(View, frozen=True, kw_only=True):
    """Somebody who joined a statement. until: when they left."""

    name: str
    since: datetime
    until: datetime | None = None


class StatementDeskPage(View, frozen=True, kw_only=True):
    """One statement at the desk: who wrote and published each edition, who joined, and what can be done.

    strict: what the name of whoever joins says of stricter material.
    """

    shell: Shell
    title: str
    at: datetime
    kind: str
    edition: int
    text: str
    author: str
    approver: str
    public_href: str
    change: str = ""
    about: str = ""
    about_href: str = ""
    joined: tuple[JoinedRow, ...] = ()
    editions: tuple[tuple[int, datetime, str, str, str], ...] = ()  # (number, when, author, approver, href)
    endorse_href: str = ""
    leave_href: str = ""
    correct_href: str = ""
    draft_href: str = ""
    strict: PublicWords = PublicWords()


class StatementForm(View, frozen=True, kw_only=True):
    """The form of a statement. abouts: (id, title) of what is public. edition: which it becomes. seen: as of a level."""

    shell: Shell
    post_to: str
    kinds: tuple[str, ...]
    id: str = ""
    seen: int = 0
    kind: str = "position"
    title: str = ""
    text: str = ""
    change: str = ""
    about: str = ""
    language: str = "en"
    edition: int = 1
    abouts: tuple[tuple[str, str], ...] = ()
    cases: CaseChoice = CaseChoice()
