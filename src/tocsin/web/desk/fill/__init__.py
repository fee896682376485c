"""Fills the desk's pages: from what one reader may read (store/door) to exactly what a page shows.

Every function is handed the door, the page's frame and the sentences of a language; none looks at a clock. A page about
something the reader may not read is None, as is one about something that does not exist.
"""

from tocsin.web.desk.fill.account import account_page
from tocsin.web.desk.fill.board import waiting, watch_board
from tocsin.web.desk.fill.case import case_page
from tocsin.web.desk.fill.checks import checks_page
from tocsin.web.desk.fill.going import going_page
from tocsin.web.desk.fill.lists import cases_page, warnings_page
from tocsin.web.desk.fill.outcomes import outcomes_page
from tocsin.web.desk.fill.record import record_page
from tocsin.web.desk.fill.warning import warning_page
from tocsin.web.desk.fill.watch import watch_page

__all__ = [
    "account_page",
    "case_page",
    "cases_page",
    "checks_page",
    "going_page",
    "outcomes_page",
    "record_page",
    "waiting",
    "warning_page",
    "warnings_page",
    "watch_board",
    "watch_page",
]
