"""Turns a view into a page, in one language. One environment speaks one language and is kept.

It opens its own templates and knows nothing of requests, stores or people.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep, thread_time
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tocsin.basis.moment import rfc3339
from tocsin.basis.words import Language, Words
from tocsin.lexicon import actor_words
from tocsin.warning.advisory.decide import LEVELS
from tocsin.warning.advisory.risk import INDICATORS
from tocsin.web import chart_map, measures, verifier, wording, world_map
from tocsin.web.answer import views as answer
from tocsin.web.compiled import Compiled
from tocsin.web.desk import duty_drawn, reach, small, timeline
from tocsin.web.desk.previews import PUSH_OCTETS
from tocsin.web.desk.views import alerts, casework, levels, notices
from tocsin.web.desk.views import others as desk_others
from tocsin.web.desk.views.again import FormAgain, SignedOut
from tocsin.web.desk.views.audience import AudiencePage
from tocsin.web.desk.views.board import WatchBoard, WatchPage
from tocsin.web.desk.views.case import CasePage
from tocsin.web.desk.views.channels import ChannelsPage
from tocsin.web.desk.views.checks import ChecksPage
from tocsin.web.desk.views.deliveries import DeliveriesPage
from tocsin.web.desk.views.door import ClosedPage, SignInPage
from tocsin.web.desk.views.duties import CaseDutiesPage, DutiesPage
from tocsin.web.desk.views.duty import DutyPage, PolicyPage, RotaPage
from tocsin.web.desk.views.exchange import HandOutPage, TakeInPage
from tocsin.web.desk.views.going import GoingPage
from tocsin.web.desk.views.headcounts import HeadcountPage, HeadcountsPage, SheetPage
from tocsin.web.desk.views.hypotheses import HypothesesPage
from tocsin.web.desk.views.incidents import IncidentForm, IncidentPage, IncidentsPage
from tocsin.web.desk.views.lists import CasesPage, WarningsPage
from tocsin.web.desk.views.outcomes import OutcomesPage
from tocsin.web.desk.views.record import RecordPage
from tocsin.web.desk.views.replies import RepliesPage
from tocsin.web.desk.views.reports import ReportPage
from tocsin.web.desk.views.warning import WarningPage
from tocsin.web.pieces import ErrorPage, View
from tocsin.web.public import others_views
from tocsin.web.public import views as public
from tocsin.web.self import views as own
from tocsin.web.words import speak

HERE = Path(__file__).parent
FILES = HERE / "templates"
STATIC = HERE / "static"
"""What is served under /static/."""

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
"""Every page keeps to this: no inline script, no inline style, nothing from elsewhere."""

TEMPLATES: dict[type[View], str] = {
    SignInPage: "desk/sign_in.html",
    ClosedPage: "desk/closed.html",
    WatchBoard: "desk/watch.html",
    WatchPage: "desk/waiting.html",
    CasesPage: "desk/cases.html",
    WarningsPage: "desk/warnings.html",
    CasePage: "desk/case.html",
    HypothesesPage: "desk/hypotheses.html",
    IncidentsPage: "desk/incidents.html",
    IncidentPage: "desk/incident.html",
    IncidentForm: "desk/incident_form.html",
    ReportPage: "desk/report.html",
    casework.CaseForm: "desk/case_form.html",
    casework.EstimatePage: "desk/estimate.html",
    casework.CaseWorkPage: "desk/case_work.html",
    WarningPage: "desk/warning.html",
    HeadcountsPage: "desk/headcounts.html",
    HeadcountPage: "desk/headcount.html",
    SheetPage: "desk/sheet.html",
    AudiencePage: "desk/audience.html",
    DeliveriesPage: "desk/deliveries.html",
    GoingPage: "desk/going.html",
    ChannelsPage: "desk/channels.html",
    DutiesPage: "desk/duties.html",
    CaseDutiesPage: "desk/case_duties.html",
    DutyPage: "desk/duty.html",
    PolicyPage: "desk/policy.html",
    RotaPage: "desk/rota.html",
    ChecksPage: "desk/checks.html",
    RecordPage: "desk/record.html",
    RepliesPage: "desk/replies.html",
    desk_others.OthersDeskPage: "desk/others.html",
    desk_others.OtherDeskPage: "desk/other.html",
    desk_others.InletsPage: "desk/inlets.html",
    levels.LevelsPage: "desk/levels.html",
    levels.CountryPage: "desk/country.html",
    levels.DraftPage: "desk/draft.html",
    levels.LevelForm: "desk/level_form.html",
    levels.SaidPage: "desk/statements.html",
    levels.StatementDeskPage: "desk/statement.html",
    levels.StatementForm: "desk/statement_form.html",
    alerts.StartPage: "desk/alerts.html",
    alerts.AlertForm: "desk/alert_form.html",
    alerts.AlertDraftPage: "desk/alert_draft.html",
    alerts.LookPage: "desk/alert_look.html",
    alerts.TemplatesPage: "desk/templates.html",
    alerts.TemplatePage: "desk/template.html",
    alerts.TemplateForm: "desk/template_form.html",
    notices.NoticesPage: "desk/notices.html",
    notices.BeginPage: "desk/notice_begin.html",
    notices.NoticeForm: "desk/notice_form.html",
    notices.NoticeDraftPage: "desk/notice_draft.html",
    FormAgain: "desk/form_again.html",
    SignedOut: "desk/signed_out.html",
    OutcomesPage: "desk/outcomes.html",
    HandOutPage: "desk/hand_out.html",
    TakeInPage: "desk/take_in.html",
    public.SorryPage: "public/sorry.html",
    public.HomePage: "public/home.html",
    public.AlertPage: "public/alert.html",
    public.AlertsPage: "public/alerts.html",
    public.AdvisoryPage: "public/advisory.html",
    public.AdvisoriesPage: "public/advisories.html",
    public.StatementPage: "public/statement.html",
    public.StatementsPage: "public/statements.html",
    public.RecordPage: "public/record.html",
    public.VerifyPage: "public/verify.html",
    others_views.OthersPage: "public/others.html",
    others_views.OtherPage: "public/other.html",
    answer.AnswerPage: "answer/ask.html",
    answer.ThankYouPage: "answer/thanks.html",
    answer.GonePage: "answer/gone.html",
    answer.InstitutionPage: "answer/institution.html",
    own.EnrolPage: "self/enrol.html",
    own.SentPage: "self/sent.html",
    own.ConfirmPage: "self/confirm.html",
    own.OwnPage: "self/own.html",
    own.ErasedPage: "self/erased.html",
    own.LeavePage: "self/leave.html",
    ErrorPage: "error.html",
}

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

Tables = dict[str, Any]


_COMPILED = Compiled(FILES, makers=(Path(__file__), HERE / "words.py"))


class Pages:
    """Renders views.

    words_for: returns the sentences of a language, as `tocsin.locale.words_for` does.
    """

    def __init__(self, words_for: Language) -> None:
        self._words_for = words_for
        self._environments: dict[str, Environment] = {}

    def render(self, view: View, language: str = "en") -> str:
        """Return the page that shows a view, as HTML."""
        words = self._words_for(language)
        template = self._environment(words).get_template(TEMPLATES[type(view)])
        return template.render(page=view)

    def make_ready(self) -> None:
        """Have every template at hand, so that whoever looks first does not wait while it is compiled."""
        environment = self._environment(self._words_for("en"))
        for name in environment.list_templates():
            began = thread_time()
            environment.get_template(name)
            sleep(thread_time() - began)  # or nobody else would come to their turn for a second

    def _environment(self, words: Words) -> Environment:
        if words.language not in self._environments:
            self._environments[words.language] = _speaking(words)
        return self._environments[words.language]


def _speaking(words: Words) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FILES),
        autoescape=True,
        bytecode_cache=_COMPILED,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speak(environment, words)
    right_to_left = words.language.split("-", maxsplit=1)[0].lower() in _RIGHT_TO_LEFT
    environment.globals.update(direction="rtl" if right_to_left else "ltr", **_pens(words), **_tables())
    return environment


def _pens(words: Words) -> dict[str, Callable[..., Any]]:
    """Return what templates call to write and draw in this language."""
    measured = ("ago", "day", "distance", "full", "length", "plain", "seconds", "short", "stamp", "weekday")
    pens: dict[str, Callable[..., Any]] = {name: partial(getattr(measures, name), _=words) for name in measured}
    worded = ("chip", "chip_word", "likelihood_word", "likelihood_words", "role")
    pens |= {name: partial(getattr(wording, name), _=words) for name in worded}
    return pens | {
        "bdi": wording.bdi,
        "city": measures.city,
        "clock": measures.clock,
        "number": measures.number,
        "percent": measures.percent,
        "rfc3339": rfc3339,
        "toned": wording.toned,
        "draw_timeline": partial(timeline.draw, say=words),
        "timeline_rows": partial(timeline.rows, _=words),
        "draw_map": partial(chart_map.draw, say=words),
        "draw_world": partial(world_map.draw, say=words),
        "draw_waits": partial(small.waits, _=words),
        "draw_likely": partial(small.likely, _=words),
        "draw_calibration": partial(small.calibration, _=words),
        "draw_rehearsal": partial(duty_drawn.rehearsal, _=words),
        "draw_weeks": partial(duty_drawn.weeks, _=words),
        "draw_reach": partial(reach.draw, say=words),
        "draw_bar": partial(reach.bar, _=words),
        "said_within": partial(reach.within, _=words),
        "second": measures.second,
        "bell": _bell,
    }


def _tables() -> Tables:
    names = (
        "ACCOUNTS",
        "ADVISORY_LEVELS",
        "AFTER_MEANS",
        "AXES",
        "AMOUNTS",
        "ASKS",
        "CONFIDENCES",
        "CONSISTENCIES",
        "TELLS",
        "WEIGHTS",
        "ENTRIES",
        "ESCALATED_BECAUSE",
        "DESK_WINDOWS",
        "DISTRUSTS",
        "DUTY_ENDS",
        "DUTY_OWED",
        "DUTY_STAGES",
        "SIDES",
        "TEST_QUESTIONS",
        "TEST_SAID",
        "LABELS",
        "BECAUSE",
        "FITS",
        "INCIDENT_STANDS",
        "JOINED",
        "CARRIED",
        "METHODS",
        "OBSERVED",
        "TARGET_CLASSES",
        "THREAT_KINDS",
        "SEVERITIES",
        "STRENGTHS",
        "QUESTIONS",
        "STATEMENT_KINDS",
        "THANKS",
        "REACHED",
        "MORE",
        "OTHER_SEVERITIES",
        "ALERT_STATES",
        "OTHER_STATES",
        "ANSWERS",
        "URGENT",
        "URGENT_GROUPS",
        "WORD_GROUPS",
        "VERDICTS",
        "WARNINGS",
    )
    tables = {name: getattr(wording, name) for name in names}
    return {
        **tables,
        "INDICATORS": INDICATORS,
        "LEVELS": LEVELS,
        "VERIFIER": verifier.SENTENCES,
        "PLACES": verifier.PLACES,
        "verifier": verifier.Verifier,
        "REACH": reach.LINES,
        "FEW": reach.FEW,
        "ACTOR_WORDS": actor_words.words(),
        "PUSH_OCTETS": PUSH_OCTETS,
    }


def _bell() -> Markup:
    """Return the bell, to stand before the name."""
    # Our own file, not anybody's text.
    return Markup((STATIC / "bell.svg").read_text(encoding="utf-8"))  # noqa: S704
