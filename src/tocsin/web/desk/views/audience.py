"""The page of who is warned: how many, by what, who is left out and why, and where they are, as far as nobody is named by it."""

from tocsin.basis.marking import Mark
from tocsin.web.desk.views.public_words import PublicWords
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import MapView, View


class CountRow(View, frozen=True, kw_only=True):
    """How many people something is true of. why: what it means, where the label does not say it."""

    label: str
    count: int
    why: str = ""


class SampleRow(View, frozen=True, kw_only=True):
    """One of those who would be told."""

    name: str
    how: str
    language: str
    channel: str


class AudiencePage(View, frozen=True, kw_only=True):
    """Who a warning is for: now, or, once it has gone out, as it was then.

    told: how many can be told. ground: why nobody was left out for a pause or a missing consent. changed: what its approver
    should hear of. approve_href, issue_href: where the reader can send it on its way; nothing where they cannot.
    ask_href: where a headcount asks those who are shown here first; fields: of its form. strict: what an alert says of stricter
    material.
    """

    shell: Shell
    title: str
    warning_href: str
    mark: Mark
    gone_out: bool
    told: int
    ground: str = ""
    changed: str = ""
    hows: tuple[CountRow, ...] = ()
    channels: tuple[CountRow, ...] = ()
    languages: tuple[CountRow, ...] = ()
    left_out: tuple[CountRow, ...] = ()
    despite: tuple[CountRow, ...] = ()
    outside: tuple[CountRow, ...] = ()
    sample: tuple[SampleRow, ...] = ()
    unreachable: tuple[str, ...] = ()
    map: MapView | None = None
    approve_href: str = ""
    issue_href: str = ""
    ask_href: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    strict: PublicWords = PublicWords()
