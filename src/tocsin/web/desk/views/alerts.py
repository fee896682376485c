"""The pages on which alerts are written: what waits, the form, what goes out of it, and the templates."""

from datetime import datetime

from tocsin.lexicon.readability import Readability
from tocsin.warning.alert.writing.facts import PieceState
from tocsin.warning.alert.writing.rules import Flaw
from tocsin.web.desk.previews import Preview
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.levels import DraftRow
from tocsin.web.desk.views.public_words import PublicWords
from tocsin.web.desk.views.shell import Shell
from tocsin.web.desk.views.whom import Whom
from tocsin.web.pieces import MapView, View


class PieceView(View, frozen=True, kw_only=True):
    """The words in one language. checked_by: by name. read: tells these words from others. lengths: (field, letters, how many are advised or 0)."""

    language: str
    headline: str = ""
    event: str = ""
    description: str = ""
    instruction: str = ""
    contact: str = ""
    state: PieceState = PieceState.DRAFT
    checked_by: str = ""
    checked_at: datetime | None = None
    check_href: str = ""
    read: str = ""
    lengths: tuple[tuple[str, int, int], ...] = ()
    readability: Readability | None = None
    preview: Preview | None = None
    mail_href: str = ""


class ActorWordView(View, frozen=True, kw_only=True):
    """An actor word that the draft uses. written: as it stands there, by language."""

    name: str
    use: str
    implies: str
    when: str
    excludes: tuple[str, ...]
    written: tuple[tuple[str, str], ...]
    ground: str = ""


class LookView(View, frozen=True, kw_only=True):
    """What a draft comes to as it stands: what is wrong with it, and what goes out in each language."""

    flaws: tuple[Flaw, ...]
    pieces: tuple[PieceView, ...]
    words: tuple[ActorWordView, ...] = ()
    strict: PublicWords = PublicWords()
    cap: str = ""
    shown: tuple[tuple[str, str], ...] = ()


class LookPage(View, frozen=True, kw_only=True):
    """The part of the form that is asked for again as one types."""

    shell: Shell
    look: LookView


class AreaRow(View, frozen=True, kw_only=True):
    """An area of a draft, in words. names: (language, what it is called in that or nothing), for each but the first."""

    number: int
    name: str
    drawn: str
    names: tuple[tuple[str, str], ...] = ()


class TemplateChoice(View, frozen=True, kw_only=True):
    """A template to begin from. ready: whether one person alone may send from it."""

    id: str
    name: str
    ready: bool
    languages: tuple[str, ...]


class StartPage(View, frozen=True, kw_only=True):
    """What waits, and the form by which an alert is begun. case: about which it is to be."""

    shell: Shell
    drafts: tuple[DraftRow, ...]
    choices: tuple[TemplateChoice, ...] = ()
    languages: tuple[str, ...] = ()
    cases: CaseChoice = CaseChoice()
    start_href: str = ""
    templates_href: str = ""
    ends: str = ""
    zone: str = ""


class AlertForm(View, frozen=True, kw_only=True):
    """The form of a draft. seen: how many facts there were about it when it was filled. values: (field, choices, chosen)."""

    shell: Shell
    post_to: str
    look_href: str
    id: str
    seen: int
    title: str
    look: LookView
    areas: tuple[AreaRow, ...] = ()
    map: MapView | None = None
    begins: str = ""
    ends: str = ""
    zone: str = ""
    values: tuple[tuple[str, tuple[str, ...], str], ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[tuple[str, str], ...] = ()
    code_lists: tuple[str, ...] = ()
    cases: CaseChoice = CaseChoice()
    follows: tuple[tuple[str, str], ...] = ()
    followed: str = ""
    whom: Whom = Whom()
    policies: tuple[tuple[str, str], ...] = ()
    policy: str = ""
    keeps_ladder: bool = False
    template: str = ""


class AlertDraftPage(View, frozen=True, kw_only=True):
    """A draft as its second reader sees it: what goes out, what is wrong, and what can be decided."""

    shell: Shell
    title: str
    by: str
    at: datetime
    seen: int
    look: LookView
    facts: tuple[tuple[str, str], ...]
    editions: tuple[tuple[int, datetime, str, str], ...]
    map: MapView | None = None
    waits: str = ""
    decided: str = ""
    warning_href: str = ""
    approve_href: str = ""
    alone_href: str = ""
    drop_href: str = ""
    edit_href: str = ""
    told: int = 0


class TemplateRow(View, frozen=True, kw_only=True):
    """A template in the list. state: how it stands, as translated."""

    name: str
    href: str
    state: str
    languages: tuple[tuple[str, PieceState], ...]


class TemplatesPage(View, frozen=True, kw_only=True):
    """The templates: our own, and those that come with Tocsin."""

    shell: Shell
    own: tuple[TemplateRow, ...]
    shipped: tuple[TemplateRow, ...]
    new_href: str = ""


class TemplatePage(View, frozen=True, kw_only=True):
    """One template, its words in each language, and what can be decided about it."""

    shell: Shell
    name: str
    pieces: tuple[PieceView, ...]
    hours: int
    values: tuple[tuple[str, str], ...]
    state: str = ""
    by: str = ""
    at: datetime | None = None
    seen: int = 0
    faults: tuple[str, ...] = ()
    waits: str = ""
    approve_href: str = ""
    retire_href: str = ""
    edit_href: str = ""
    take_href: str = ""
    is_shipped: bool = False


class TemplateForm(View, frozen=True, kw_only=True):
    """The form of a template of our own."""

    shell: Shell
    post_to: str
    seen: int
    name: str
    pieces: tuple[PieceView, ...]
    hours: int = 48
    values: tuple[tuple[str, tuple[str, ...], str], ...] = ()
    languages: tuple[str, ...] = ()
    base: str = ""
