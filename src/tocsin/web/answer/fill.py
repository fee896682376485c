"""Fills the answer pages: what this recipient was told, as it stands now, and what they may answer."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind
from tocsin.basis.words import Words
from tocsin.flow.answer.headcount_words import question_in
from tocsin.flow.delivery.code import is_needed
from tocsin.flow.messages import advisory_title, changed_said, risk_said, tear_line_rows
from tocsin.outcome.state import Outcome
from tocsin.people.listed import Need
from tocsin.store.institutions import stands_for
from tocsin.store.intake import Link
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, wording_for
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.state import Notice, version_for
from tocsin.warning.reaffirm import words_in
from tocsin.warning.retraction import wording_in
from tocsin.web.answer.proofs import ANSWER, RECEIPT
from tocsin.web.answer.views import AnswerPage, AnswerShell, GonePage, LockView, TakenBackView, ThankYouPage
from tocsin.web.pieces import WindowState
from tocsin.web.shown import area_names, instructions, window_view

LATE_ENDS = (WindowState.NOT_YET, WindowState.OPEN, WindowState.EXTENDED)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer link leads to: the warning, the zone of its case, and whether that is closed.

    watched: somebody would be called at once about a need for help, and has a way to be called. large: its reader needs large
    letters.
    """

    warning: Alert | Notice | Advisory | Headcount
    zone: str
    over: bool = False
    watched: bool = False
    large: bool = False


def told(look: Look, link: Link) -> Told | None:
    """Return what this recipient was told, or None if it is nothing that can be answered."""
    kinds: dict[str, type[Alert | Notice | Advisory | Headcount]] = {
        "alert": Alert,
        "advisory": Advisory,
        "headcount": Headcount,
    }
    warning: Alert | Notice | Advisory | Headcount | None = look.find(kinds.get(link.kind, Notice), link.warning)
    if warning is None or (isinstance(warning, Notice) and warning.tear_line is None):
        return None
    if isinstance(warning, Notice) and warning.versions:
        # From here on there is nothing of it but what this one is told.
        persons = {link.person, *stands_for(look, warning.id).get(link.person, ())}
        own = version_for(warning, persons, link.languages)
        warning = replace(warning, tear_line=own.tear_line, language=own.language, versions=())
    threat = look.find(Threat, warning.threat)
    outcome = look.find(Outcome, warning.threat) if warning.threat else None
    over = outcome is not None and outcome.judged_at is not None
    large = bool(look.needing([link.person], Need.LARGE_TEXT))
    return Told(warning=warning, zone=threat.zone if threat else "UTC", over=over, large=large)


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same on every answer page of an installation. organisation: nothing where nobody is to be named."""

    organisation: str
    exercise: bool
    emergency: str = ""
    telephone: str = ""

    def shell(self, now: datetime, _: Words, known: Told | None = None) -> AnswerShell:
        """Return the frame around one page."""
        warning = known.warning if known else None
        unnamed = not self.organisation or (isinstance(warning, Notice) and warning.unnamed)
        # Nothing tells who it is: of a notice that names nobody, not even whose person.
        who = _("A person on duty") if unnamed else _("A person at %(organisation)s", organisation=self.organisation)
        return AnswerShell(
            exercise=self.exercise or (warning is not None and warning.exercise),
            organisation="" if unnamed else self.organisation,
            now=now,
            zone=known.zone if known else "UTC",
            emergency_number=self.emergency,
            telephone="" if isinstance(warning, Notice) and warning.unnamed else self.telephone,
            # Whoever asks for help is rung about at once, along the warning's own ladder (flow.hear).
            help_watched_by=who if known is not None and known.watched else "",
            check_href=_check_href(warning),
            large=known is not None and known.large,
        )


def _check_href(warning: object) -> str:
    match warning:
        case Alert():
            return f"/alerts/{warning.id}"
        case Advisory():
            return f"/advisories/{warning.id}"
    return ""


def gone(frame: Frame, now: datetime, _: Words) -> GonePage:
    """Return the page for a link that is none, the same for each of them."""
    return GonePage(shell=frame.shell(now, _))


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What a recipient answered before, and when."""

    answer: str = ""
    at: datetime | None = None


def ask(
    frame: Frame,
    known: Told,
    link: Link,
    post_to: str,
    now: datetime,
    _: Words,
    *,
    before: Before | None = None,
    lock: LockView | None = None,
) -> AnswerPage:
    """Return the page that shows a warning and asks for an answer. lock: it shows nothing of it yet."""
    before = before or Before()
    page = (
        _hidden(frame, known, post_to, now, _, lock)
        if known.over or lock
        else _shown(frame, known, link, post_to, now, _)
    )
    return replace(page, answered=before.answer, answered_at=before.at)


def _hidden(frame: Frame, known: Told, post_to: str, now: datetime, _: Words, lock: LockView | None) -> AnswerPage:
    """Return the page that says nothing of what was told: it is over, or a code has to be named first."""
    warning = known.warning
    notice = isinstance(warning, Notice)
    return AnswerPage(
        shell=frame.shell(now, _, known),
        headline=_("A confidential notice for you") if notice else _("A warning that we sent you"),
        instructions=(),
        post_to=post_to,
        receipt_href=f"{post_to}/{RECEIPT}",
        answer_proof_href="" if is_needed(warning) else f"{post_to}/{ANSWER}",  # it holds their own words about it
        confidential=notice,
        mark=warning.mark.value if isinstance(warning, Notice) else "",
        over=known.over,
        lock=None if known.over else lock,
    )


def _shown(frame: Frame, known: Told, link: Link, post_to: str, now: datetime, _: Words) -> AnswerPage:
    shell = frame.shell(now, _, known)
    warning = known.warning
    if isinstance(warning, Alert):
        wording = wording_for(warning, link.languages)
        return AnswerPage(
            shell=shell,
            written_in=wording.language,
            headline=wording.headline,
            instructions=instructions(wording.instruction),
            description=_paragraph(
                words_in(warning.upheld, wording.language),
                wording.description,
                _("Where: %(places)s", places=area_names(warning.areas, wording.language)),
            ),
            post_to=post_to,
            window=window_view(warning.window, now),
            issued_at=warning.issued_at,
            receipt_href=f"{post_to}/{RECEIPT}",
            answer_proof_href=f"{post_to}/{ANSWER}",
            taken_back=_taken_back(warning, link),
        )
    if isinstance(warning, Headcount):
        asked = question_in(warning.questions, link.languages)
        return AnswerPage(
            shell=shell,
            written_in=asked.language if asked else "",
            headline=_("Are you safe?"),
            instructions=(),
            description=asked.words if asked else "",
            post_to=post_to,
            window=window_view(warning.window, now),
            issued_at=warning.issued_at,
            receipt_href=f"{post_to}/{RECEIPT}",
            answer_proof_href=f"{post_to}/{ANSWER}",
        )
    if isinstance(warning, Advisory):
        return AnswerPage(
            shell=shell,
            headline=advisory_title(warning, _),
            instructions=instructions(warning.advice),
            description=_paragraph(
                changed_said(warning, _),
                warning.text,
                _("Reasons: %(reasons)s", reasons="; ".join(risk_said(one, _).rstrip(".") for one in warning.because)),
            ),
            post_to=post_to,
            issued_at=warning.issued_at,
            receipt_href=f"{post_to}/{RECEIPT}",
            answer_proof_href=f"{post_to}/{ANSWER}",
            taken_back=_taken_back(warning, link),
        )
    return AnswerPage(
        shell=shell,
        headline=_("A confidential notice for you"),
        instructions=_tear_lines(warning, _),
        description=_paragraph(
            _("We have a duty to warn you. Please read this and answer.")
            if not shell.organisation
            else _("%(sender)s has a duty to warn you. Please read this and answer.", sender=shell.organisation),
            _("This stands by an earlier notice to you; what it says has not changed.") if warning.follows else "",
            *(one.words for one in warning.upheld[:1]),
        ),
        post_to=post_to,
        window=window_view(warning.window, now),
        issued_at=warning.sent_at,
        receipt_href=f"{post_to}/{RECEIPT}",
        answer_proof_href=f"{post_to}/{ANSWER}",
        confidential=True,
        mark=warning.mark.value,
        taken_back=_taken_back(warning, link),
    )


def _taken_back(warning: Alert | Notice | Advisory, link: Link) -> TakenBackView | None:
    if warning.retraction is None:
        return None
    said = wording_in(warning.retraction.wordings, link.languages)
    return TakenBackView(at=warning.retraction.at, words=said.words, written_in=said.language)


def thanks(
    frame: Frame,
    known: Told,
    link: Link,
    answer: AnswerKind,
    back_href: str,
    now: datetime,
    _: Words,
    *,
    more: bool = True,
    shut: bool = False,
) -> ThankYouPage:
    """Return the page that says that an answer is kept. shut: what they were told is behind a code that has not opened it."""
    warning = known.warning
    window = None if isinstance(warning, Advisory) else window_view(warning.window, now)
    late = window is not None and window.state not in LATE_ENDS
    false = warning.retraction is not None
    advice: tuple[str, ...] = ()
    if known.over:
        headline = _("A warning that we sent you")
    elif isinstance(warning, Alert):
        wording = wording_for(warning, link.languages)
        headline, advice = wording.headline, instructions(wording.instruction)
    elif isinstance(warning, Headcount):
        headline = _("Are you safe?")
    elif isinstance(warning, Advisory):
        headline, advice = advisory_title(warning, _), instructions(warning.advice)
    else:
        headline = _("A confidential notice for you")
    return ThankYouPage(
        shell=frame.shell(now, _, known),
        headline=headline,
        answer=answer.value,
        answered_at=now,
        back_href=back_href,
        instructions=() if late or false else advice,
        late=late and not false,
        window=window,
        more=more,
        shut=shut,
    )


def _tear_lines(notice: Notice, _: Words) -> tuple[str, ...]:
    # What has borne it out since stands by itself.
    rows = tear_line_rows(replace(notice.tear_line, since="")) if notice.tear_line else ()
    return tuple(f"{_(label)}: {text}" for label, text in rows)


def _paragraph(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence.strip())
