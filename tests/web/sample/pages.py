"""Every page of the invented case by its name.

python -m tests.web.sample.pages FOLDER     writes each page and the stylesheets into a folder, to open in a browser
"""

import shutil
import sys
from pathlib import Path

from msgspec.structs import replace

from tests.web.sample import incidents, levels, others, reports
from tests.web.sample.alerts import PAGES_OF_ALERTS
from tests.web.sample.answer import (
    ANSWERING,
    ASK,
    CODE_ASKED,
    HELP,
    INSTITUTION,
    LOCKED,
    OVER,
    SECOND_KNOCK,
    THANKS,
    UNREAD,
)
from tests.web.sample.audience import ASKED, ASKED_NOBODY, AUDIENCE, GONE_OUT, NOBODY
from tests.web.sample.case import CASE, EMPTY_CASE, WARNINGS
from tests.web.sample.casework import (
    CASE_ANEW,
    CASE_OVER,
    CASE_PART,
    CASE_WORK,
    ESTIMATE,
    FIRST_ESTIMATE,
    NEW_CASE,
)
from tests.web.sample.channels import CHANNELS, NO_CHANNELS
from tests.web.sample.desk import BOARD, DELIVERIES, OUTCOMES, RECORD, WAITING, WARNING, WARNING_WAITS
from tests.web.sample.duties import PAGES_OF_DUTIES
from tests.web.sample.duty import PAGES_OF_DUTY
from tests.web.sample.exchange import PAGES_OF_EXCHANGE
from tests.web.sample.going import ALL_WELL, CHECKS, GOING, GONE, NOTHING_SENT, OVERDUE
from tests.web.sample.headcounts import HEADCOUNT, HEADCOUNTS, NO_HEADCOUNTS, RESULTS, SHEET
from tests.web.sample.hypotheses import PAGES_OF_HYPOTHESES
from tests.web.sample.institution import INSTITUTIONS
from tests.web.sample.march import NOW, SHELL, at
from tests.web.sample.notices import PAGES_OF_NOTICES
from tests.web.sample.own import CONFIRM, ENROL, ENROL_WRONG, ERASED, LEAVE, LEFT, OWN, OWN_PAUSED, SENT
from tests.web.sample.public import (
    ADVISORIES,
    ADVISORY,
    ALERT,
    ALERTS,
    HOME,
    PUBLIC,
    PUBLIC_RECORD,
    STATEMENT,
    STATEMENTS,
    VERIFY,
)
from tests.web.sample.replies import NO_REPLIES, REPLIES
from tocsin.basis.words import ENGLISH
from tocsin.web import render
from tocsin.web.answer import views as answer
from tocsin.web.desk.views.again import FormAgain, SignedOut
from tocsin.web.desk.views.board import WatchBoard
from tocsin.web.desk.views.door import ClosedPage, SignInPage
from tocsin.web.desk.views.incidents import IncidentsPage
from tocsin.web.desk.views.levels import CountryPage, LevelsPage, SaidPage
from tocsin.web.desk.views.lists import CasesPage, WarningsPage
from tocsin.web.desk.views.record import RecordPage
from tocsin.web.pieces import ErrorPage, View
from tocsin.web.public import views as public
from tocsin.web.public.others_views import OthersPage
from tocsin.web.public.views import SorryPage

PAGES: dict[str, View] = {
    "desk-sign-in": SignInPage(
        exercise=True,
        csrf="token",
        failed=True,
        organisation="Sample Consular Section",
        hints=(("watch", "watch_officer"), ("duty", "duty_officer"), ("auditor", "auditor")),
    ),
    **PAGES_OF_DUTIES,
    **PAGES_OF_DUTY,
    **PAGES_OF_HYPOTHESES,
    **PAGES_OF_EXCHANGE,
    **PAGES_OF_ALERTS,
    **PAGES_OF_NOTICES,
    "desk-replies": REPLIES,
    "desk-replies-none": NO_REPLIES,
    "answer-locked": LOCKED,
    "answer-code": CODE_ASKED,
    "answer-over": OVER,
    "desk-closed": ClosedPage(exercise=True, closed_at=at(8, 7)),
    "desk-watch": BOARD,
    "desk-watch-empty": WatchBoard(shell=SHELL),
    "desk-waiting": WAITING,
    "desk-headcounts": HEADCOUNTS,
    "desk-headcounts-none": NO_HEADCOUNTS,
    "desk-headcount": HEADCOUNT,
    "desk-headcount-sheet": SHEET,
    "desk-headcount-results": RESULTS,
    "answer-institution": INSTITUTION,
    "answer-institution-closed": replace(
        INSTITUTION,
        opened=False,
        kept="",
        trouble="Say what, where, when and what you will do.",
        said=answer.SaidView(what="An attack"),
        read_backs=(),
        questions=(),
    ),
    "desk-cases": CasesPage(shell=SHELL, cases=BOARD.cases, new_href="/desk/cases/new"),
    "desk-warnings": WarningsPage(shell=SHELL, warnings=WARNINGS),
    "desk-case": CASE,
    "desk-case-empty": EMPTY_CASE,
    "desk-case-form": NEW_CASE,
    "desk-case-anew": CASE_ANEW,
    "desk-estimate": ESTIMATE,
    "desk-estimate-first": FIRST_ESTIMATE,
    "desk-case-work": CASE_WORK,
    "desk-case-over": CASE_OVER,
    "desk-incidents": incidents.INCIDENTS,
    "desk-incidents-none": IncidentsPage(shell=SHELL, new_href="/desk/incidents/new"),
    "desk-incident": incidents.INCIDENT,
    "desk-incident-unpublished": incidents.UNPUBLISHED,
    "desk-incident-form": incidents.FORM,
    "desk-incident-anew": incidents.ANEW,
    "desk-report": reports.REPORT,
    "desk-report-bare": reports.BARE,
    "desk-incident-form-filled": incidents.FILLED,
    "desk-case-part": CASE_PART,
    "desk-warning": WARNING,
    "desk-warning-waits": WARNING_WAITS,
    "desk-warning-institutions": INSTITUTIONS,
    "desk-audience": AUDIENCE,
    "desk-audience-nobody": NOBODY,
    "desk-audience-gone-out": GONE_OUT,
    "desk-audience-asked": ASKED,
    "desk-audience-asked-nobody": ASKED_NOBODY,
    "desk-deliveries": DELIVERIES,
    "desk-going": GOING,
    "desk-gone": GONE,
    "desk-nothing-sent": NOTHING_SENT,
    "desk-checks": CHECKS,
    "desk-checks-well": ALL_WELL,
    "desk-checks-overdue": OVERDUE,
    "desk-channels": CHANNELS,
    "desk-channels-none": NO_CHANNELS,
    "desk-others": others.OTHERS_DESK,
    "desk-others-none": others.OTHERS_DESK_NONE,
    "desk-other": others.OTHER_DESK,
    "desk-other-bare": others.OTHER_DESK_BARE,
    "desk-other-too-much": others.OTHER_DESK_TOO_MUCH,
    "desk-inlets": others.INLETS,
    "desk-inlets-none": others.INLETS_NONE,
    "desk-record": RECORD,
    "desk-record-empty": RecordPage(
        shell=SHELL,
        origin="",
        size=0,
        root="",
        published_at=None,
        sequenced=0,
        integrated=0,
        published=0,
        pending=0,
        next_seal_at=NOW,
    ),
    "desk-record-alarm": replace(
        RECORD,
        shell=replace(SHELL, alarm="The witness w was shown another record under our name."),
        problems=("Entry 4.",),
    ),
    "desk-outcomes": OUTCOMES,
    "desk-levels": levels.LEVELS,
    "desk-levels-none": LevelsPage(shell=SHELL),
    "desk-country": levels.COUNTRY,
    "desk-country-nothing": CountryPage(shell=SHELL, name="Sample country"),
    "desk-draft": levels.DRAFT,
    "desk-draft-over": levels.DRAFT_OVER,
    "desk-level-form": levels.LEVEL_FORM,
    "desk-statements": levels.SAID,
    "desk-statements-none": SaidPage(shell=SHELL),
    "desk-statement": levels.STATEMENT_DESK,
    "desk-statement-form": levels.STATEMENT_FORM,
    "desk-statement-next": levels.STATEMENT_NEXT,
    "own-enrol": ENROL,
    "own-enrol-wrong": ENROL_WRONG,
    "own-sent": SENT,
    "own-confirm": CONFIRM,
    "own-page": OWN,
    "own-paused": OWN_PAUSED,
    "own-erased": ERASED,
    "leave": LEAVE,
    "left": LEFT,
    "public-home": HOME,
    "public-home-quiet": public.HomePage(shell=PUBLIC),
    "public-alert": ALERT,
    "public-alerts": ALERTS,
    "public-alerts-none": public.AlertsPage(shell=PUBLIC),
    "public-advisory": ADVISORY,
    "public-advisories": ADVISORIES,
    "public-advisories-none": public.AdvisoriesPage(shell=PUBLIC),
    "public-statement": STATEMENT,
    "public-statements": STATEMENTS,
    "public-statements-none": public.StatementsPage(shell=PUBLIC),
    "public-record": PUBLIC_RECORD,
    "public-record-empty": public.RecordPage(
        shell=PUBLIC, origin="tocsin.example/record", size=0, root="", published_at=None, keys=PUBLIC_RECORD.keys[:1]
    ),
    "public-others": others.OTHERS,
    "public-others-none": OthersPage(shell=PUBLIC, count=0),
    "public-other": others.OTHER,
    "public-verify": VERIFY,
    "public-sorry": SorryPage(
        shell=PUBLIC,
        status=404,
        what="There is no such page.",
        advice="The address may be cut off. Go back to the start and follow a link from there.",
        reference="b2k4",
    ),
    "answer-ask": ASK,
    "answer-second-knock": SECOND_KNOCK,
    "answer-thanks": THANKS,
    "answer-help": HELP,
    "answer-unread": UNREAD,
    "answer-gone": answer.GonePage(shell=ANSWERING),
    "desk-form-again": FormAgain(
        exercise=True,
        what="Somebody has changed it since this page was loaded.",
        home="/desk",
        now=at(22),
        by="A. Sample",
        at=at(21),
        differs=(("What is done next", "Ask the ferry"), ("Country", "")),
        left=(("2.what", "They fear an attack"),),
    ),
    "desk-signed-out": SignedOut(
        exercise=False,
        path="/desk/cases",
        fields=(("title", "The fair at the weir"), ("kind", "other")),
        typed=(("title", "The fair at the weir"),),
    ),
    "desk-form-again-stands": FormAgain(exercise=False, what="Say why.", home="/desk", now=at(22), stands=True),
    "error": ErrorPage(
        status=404,
        what="There is no such page",
        advice="The address may be cut off. Go back to the start and follow a link from there.",
        reference="b2k4",
        exercise=True,
    ),
}


def write(folder: Path) -> None:
    """Write every page into a folder, with its stylesheets beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(render.STATIC, folder / "static", dirs_exist_ok=True)
    pages = render.Pages(lambda _language: ENGLISH)
    for name, view in PAGES.items():
        html = pages.render(view).replace('"/static/', '"static/')
        (folder / f"{name}.html").write_text(html, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
