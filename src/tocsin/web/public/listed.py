"""The lists of everything we ever said, alerts and statements, in pages of a bounded size.

Pages are counted from the oldest, so what stands under an address stays there however much follows. The list's own address
shows the newest, and the page before them for as long as those are few.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tocsin.store.public import PublicLook
from tocsin.warning.alert.state import wording_for
from tocsin.warning.statement.state import Statement
from tocsin.web.public.standing import Stand, Standing, said, standings, stands
from tocsin.web.public.views import AlertRow, AlertsPage, PublicShell, StatementItem, StatementsPage
from tocsin.web.shown import area_names

A_PAGE = 50
_NUMBERED = re.compile(r"page-([1-9][0-9]{0,5})")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Of a list whose latest stands first, what one page shows. further_href: of what is older; back_href: of what is newer."""

    skip: int
    most: int
    further_href: str = ""
    back_href: str = ""


def number_of(name: str) -> int:
    """Return which page an address names; 0: none."""
    found = _NUMBERED.fullmatch(name)
    return int(found[1]) if found else 0


def settled(count: int) -> int:
    """Return how many pages of a list of so many have an address of their own."""
    return max(count // A_PAGE - 1, 0)


def part_of(path: str, count: int, number: int) -> Part | None:
    """Return what a page of a list shows. path: of the list. count: of all. number: of the page, 0 for the newest.

    None where there is no such page.
    """
    own = settled(count)
    if not number:
        return Part(skip=0, most=count - own * A_PAGE, further_href=f"{path}/page-{own}" if own else "")
    if number > own:
        return None
    return Part(
        skip=count - number * A_PAGE,
        most=A_PAGE,
        further_href=f"{path}/page-{number - 1}" if number > 1 else "",
        back_href=f"{path}/page-{number + 1}" if number < own else path,
    )


def older_pages(look: PublicLook, now: datetime) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the addresses of the older pages of both lists, each with everything that may change on it."""
    every, said_so_far = stands(look, now), look.statements_changed()
    for number in range(1, settled(len(every)) + 1):
        if (part := part_of("/alerts", len(every), number)) is not None:
            shown = every[part.skip : part.skip + part.most]
            rows = [(one.id, said(one), one.in_force) for one in shown]  # their words never change
            yield f"/alerts/page-{number}", {"part": part, "rows": rows}
    for number in range(1, settled(len(said_so_far)) + 1):
        if (part := part_of("/statements", len(said_so_far), number)) is not None:
            rows_said = [statement_item(one) for one in look.latest_statements(skip=part.skip, most=part.most)]
            yield f"/statements/page-{number}", {"part": part, "rows": rows_said}


def alerts_page(
    look: PublicLook, every: Sequence[Stand], number: int, shell: PublicShell, languages: Sequence[str]
) -> AlertsPage | None:
    """Return a page of the list of alerts. every: all of them, the latest first."""
    part = part_of("/alerts", len(every), number)
    if part is None:
        return None
    shown = standings(look, every[part.skip : part.skip + part.most])
    return AlertsPage(
        shell=shell,
        rows=tuple(_alert_row(one, languages) for one in shown),
        further_href=part.further_href,
        back_href=part.back_href,
    )


def _alert_row(one: Standing, languages: Sequence[str]) -> AlertRow:
    wording = wording_for(one.alert, languages)
    return AlertRow(
        headline=wording.headline,
        written_in=wording.language,
        href=f"/alerts/{one.id}",
        area=area_names(one.alert.areas, wording.language),
        issued_at=one.issued_at,
        in_force=one.in_force,
        state=said(one),
    )


def statements_page(look: PublicLook, number: int, shell: PublicShell) -> StatementsPage | None:
    """Return a page of the list of statements."""
    part = part_of("/statements", len(look.statements_changed()), number)
    if part is None:
        return None
    return StatementsPage(
        shell=shell,
        rows=tuple(map(statement_item, look.latest_statements(skip=part.skip, most=part.most))),
        further_href=part.further_href,
        back_href=part.back_href,
    )


def statement_item(one: Statement) -> StatementItem:
    """Return a statement as a list names it."""
    return StatementItem(title=one.title, href=f"/statements/{one.id}", at=one.published_at, endorsed=len(one.joined))
