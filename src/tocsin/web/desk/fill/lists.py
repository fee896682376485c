"""The lists: all cases, all warnings."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.store.door import Door, Told
from tocsin.threat.state import Threat
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.actions import TAKE_ON
from tocsin.web.desk.fill.case import case_chips, changed_at, warning_row
from tocsin.web.desk.fill.casefile import Glance, glances
from tocsin.web.desk.fill.followed import follow
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.states import likelihood_view
from tocsin.web.desk.views.lists import CaseRow, CasesPage, WarningRow, WarningsPage
from tocsin.web.desk.views.shell import Shell

MOST = 50  # cases on the board, and on a page of their list; and warnings


def cases_page(door: Door, shell: Shell, _: Words, after: Id | None = None) -> CasesPage:
    """Return a page of the list of cases. after: the one behind which it begins."""
    may_open = bool(TAKE_ON & door.reader.roles)
    found = door.cases(MOST + 1, after)
    return CasesPage(
        shell=replace(shell, section="cases"),
        cases=case_rows(door, found[:MOST], _),
        new_href=hrefs.NEW_CASE if may_open else "",
        further_href=hrefs.further_cases(found[MOST - 1].id) if len(found) > MOST else "",
        is_further=after is not None,
    )


def case_rows(door: Door, cases: Sequence[Threat], _: Words) -> tuple[CaseRow, ...]:
    """Return each case as one row, the latest changed first.

    Which cases stand on one page follows from when they were opened, for when one last changed depends on who asks: to find that
    out of all would take seconds, and to order them by what not everybody may read would tell of it.
    """
    names = Names(door)
    names.learn(threat.owner for threat in cases)
    rows = [_case_row(one, names) for one in glances(door, cases, names, _)]
    return tuple(sorted(rows, key=lambda row: (row.changed_at, row.id), reverse=True))


def _case_row(file: Glance, names: Names) -> CaseRow:
    threat = file.threat
    last = threat.assessments[-1] if threat.assessments else None
    return CaseRow(
        id=threat.id,
        title=threat.title,
        href=hrefs.case(threat.id),
        place=threat.place,
        mark=threat.mark,
        owner=names.say(threat.owner),
        changed_at=changed_at(file),
        chips=case_chips(file),
        likelihood=likelihood_view(last) if last else None,
        warnings=len(file.sent),
        reports=len(file.reports),
    )


def warnings_page(door: Door, shell: Shell, _: Words, after: Id | None = None) -> WarningsPage:
    """Return a page of all that was told, drafted, or decided not to be told, the latest first. after: the one behind which it begins."""
    names, found = Names(door), list(islice(door.warnings(after=after), MOST + 1))
    return WarningsPage(
        shell=replace(shell, section="warnings"),
        warnings=tuple(_row(door, told, names, shell.now, _) for told in found[:MOST]),
        further_href=hrefs.further_warnings(found[MOST - 1].id) if len(found) > MOST else "",
        is_further=after is not None,
    )


def _row(door: Door, told: Told, names: Names, now: datetime, _: Words) -> WarningRow:
    return warning_row(follow(door, told, names, title(told, names, _), _), now, _)


def case_of(door: Door, threat: Id | None) -> tuple[str, str]:
    """Return the title of a case and where it is; nothing for a case the reader may not read."""
    found = door.threat(threat)
    return (found.title, hrefs.case(found.id)) if found else ("", "")
