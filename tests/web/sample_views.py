"""Every page of one invented case, to look at and to test with. The town, the people and the words are made up.

python -m tests.web.sample_views FOLDER     writes each page and the stylesheets into a folder, to open in a browser
"""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from tocsin.basis.marking import Mark
from tocsin.basis.words import ENGLISH
from tocsin.places import area_distance_m, circle_ring
from tocsin.web import render
from tocsin.web.answer import views as answer
from tocsin.web.desk.views.board import UrgentRow, UrgentWhy, WatchBoard
from tocsin.web.desk.views.case import (
    AccountRow,
    AssessmentRow,
    CasePage,
    Corroboration,
    CorroborationRow,
    SaidAndOrdered,
    Utterance,
)
from tocsin.web.desk.views.deliveries import ChannelRow, DeliveriesPage, DeliveryCount, DeliveryRow
from tocsin.web.desk.views.door import ClosedPage, SignInPage
from tocsin.web.desk.views.lists import CaseRow, CasesPage, WarningRow, WarningsPage
from tocsin.web.desk.views.outcomes import CalibrationBin, OutcomeRow, OutcomesPage
from tocsin.web.desk.views.record import EntryRow, RecordPage, RecordRef, SignerRow, WitnessRow
from tocsin.web.desk.views.review import AxisRow, Review, StatedRow
from tocsin.web.desk.views.rows import DecisionRow, EscalationRow, LikelihoodView, RecipientRow, WarningKind
from tocsin.web.desk.views.shell import Shell
from tocsin.web.desk.views.timeline import (
    AccountKind,
    AccountMark,
    AnswerLine,
    KnownKind,
    KnownMark,
    LikelihoodStep,
    StruckMark,
    Timeline,
    WarnedKind,
    WarnedMark,
)
from tocsin.web.desk.views.warning import AnswerRow, WarningPage, WarningText
from tocsin.web.pieces import (
    Action,
    AreaView,
    Chip,
    ChipKind,
    ErrorPage,
    MapView,
    SpotKind,
    SpotView,
    View,
    WindowState,
    WindowView,
)
from tocsin.web.public import views as public

ZONE = "Europe/Moscow"


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of the invented March, in UTC."""
    return datetime(2024, 3, day, hour, minute, tzinfo=UTC)


NOW = at(23, 6, 2)
WARNED = at(7, 18, 4)
DISMISSED = at(19, 13, 10)
STRUCK = at(22, 17, 0)
CENTRE, HALL = (55.7558, 37.6176), (55.8239, 37.3907)
CITY = circle_ring(CENTRE, 12.0)

SHELL = Shell(
    exercise=True,
    exercise_note="Replay of an invented March. Nothing here leaves by a live channel.",
    signed_in="A. Sample",
    role="duty_officer",
    now=NOW,
    zone=ZONE,
    csrf="token",
    waiting=4,
    organisation="Sample Consular Section",
)
UNLIKELY = LikelihoodView(low=0.2, high=0.45, word="unlikely", confidence="low")
LIKELY = LikelihoodView(low=0.55, high=0.8, word="likely", confidence="moderate")
VERY_LIKELY = LikelihoodView(low=0.8, high=0.95, word="very likely", confidence="high")
RAN_OUT = WindowView(starts_at=WARNED, ends_at=at(9, 18, 4), state=WindowState.RAN_OUT_UNDECIDED)
IN_FORCE = WindowView(starts_at=at(22, 20), ends_at=at(24, 20), state=WindowState.OPEN)

TIMELINE = Timeline(
    starts_at=at(1, 21),
    ends_at=at(23, 21),
    now=NOW,
    zone=ZONE,
    known=(
        KnownMark(at=at(3, 4), label="six killed, Karabulak (sample)", kind=KnownKind.INCIDENT, origin=1),
        KnownMark(at=at(6, 11), label="two detained near the ring road", kind=KnownKind.INCIDENT, origin=2),
        KnownMark(at=at(7, 8), label="cell stopped before a synagogue", kind=KnownKind.INCIDENT, origin=3),
        KnownMark(at=at(7, 15), label="partner: crowds, concerts, 48 h", kind=KnownKind.REPORT, origin=4),
        *(
            KnownMark(at=at(8, hour), label=f"embassy {hour} repeats it", kind=KnownKind.RELAY, origin=4)
            for hour in (6, 8, 9, 14)
        ),
        KnownMark(at=at(20, 7), label="commander held (sample)", kind=KnownKind.INCIDENT, origin=5),
    ),
    likelihood=(
        LikelihoodStep(at=at(2, 9), likelihood=UNLIKELY, by="watch officer"),
        LikelihoodStep(at=at(7, 16), likelihood=LIKELY, by="duty officer"),
        LikelihoodStep(at=at(20, 9), likelihood=VERY_LIKELY, by="duty officer"),
    ),
    warned=(
        WarnedMark(at=WARNED, label="alert, 48 h", kind=WarnedKind.ALERT, window=RAN_OUT, href="/desk/warnings/a"),
        WarnedMark(at=at(7, 17), label="notice to the authorities", kind=WarnedKind.NOTICE),
        WarnedMark(at=at(19, 17), label="reaffirmed", kind=WarnedKind.REAFFIRMED),
        WarnedMark(at=at(20, 11), label="second knock, by another way", kind=WarnedKind.SECOND_KNOCK),
        WarnedMark(at=at(22, 21), label="statement", kind=WarnedKind.STATEMENT),
        WarnedMark(at=at(23, 4), label="advisory, level 4", kind=WarnedKind.ADVISORY),
    ),
    answered=(
        AnswerLine(
            recipient="Host authorities",
            sent_at=at(7, 17),
            answer="dismissed",
            answered_at=DISMISSED,
            label="in public, by the head of state (sample)",
            escalated_at=(at(8, 17), at(9, 18), at(12, 9)),
        ),
        AnswerLine(
            recipient="Our people, 212", sent_at=WARNED, answer="safe", answered_at=at(7, 18, 26), label="198 of 212"
        ),
        AnswerLine(
            recipient="Host authorities, second knock",
            sent_at=at(20, 11),
            until=STRUCK,
            escalated_at=(at(21, 11), at(22, 11)),
        ),
    ),
    accounts=(
        AccountMark(at=at(22, 19), label="the group claims it", kind=AccountKind.CLAIMED),
        AccountMark(at=at(22, 21), label="no indication of a third party", kind=AccountKind.NO_INDICATION),
        AccountMark(at=at(23, 3), label="host accuses a neighbour", kind=AccountKind.ACCUSED),
    ),
    struck=(StruckMark(at=STRUCK, label="attack on a concert hall"),),
)

MAP = MapView(
    title="Area of the alert and place of the attack",
    areas=(AreaView(label="Moscow, the city named", rings=(CITY,)),),
    spots=(
        SpotView(
            point=HALL, label="Concert hall", kind=SpotKind.EVENT, at=STRUCK, outside_m=area_distance_m(HALL, CITY)
        ),
        SpotView(point=(55.7666, 37.5996), label="Synagogue", kind=SpotKind.INCIDENT, at=at(7, 8)),
        SpotView(point=(43.3055, 44.9094), label="Karabulak", kind=SpotKind.INCIDENT, at=at(3, 4)),
    ),
)

RECIPIENTS = (
    RecipientRow(
        name="Host authorities",
        detail="first contact of three",
        warning="Notice",
        warning_href="/desk/warnings/n",
        chips=(Chip(kind=ChipKind.DISMISSED),),
        note="public statement, attached by the watch",
        after=DISMISSED - at(7, 17),
        next_step="Second knock sent 20 Mar",
        next_detail="by another way; no answer",
    ),
    RecipientRow(
        name="Concert venues, 41",
        warning="Notice",
        chips=(Chip(kind=ChipKind.ACTING, count=36), Chip(kind=ChipKind.SILENT, count=5)),
        after=timedelta(hours=3),
        after_means="median",
        next_step="call at 15:00",
    ),
    RecipientRow(
        name="Our people in the city, 212",
        warning="Alert",
        chips=(
            Chip(kind=ChipKind.SAFE, count=198),
            Chip(kind=ChipKind.SILENT, count=13),
            Chip(kind=ChipKind.NEED_HELP, count=1),
        ),
        after=timedelta(minutes=22),
        after_means="median",
        next_step="duty officer has it",
    ),
    RecipientRow(
        name="Enrolled public, 18,400",
        warning="Alert",
        chips=(Chip(kind=ChipKind.ACCEPTED, count=18_391), Chip(kind=ChipKind.FAILED, count=9)),
        after=timedelta(seconds=41),
        after_means="to_all",
    ),
)

ESCALATIONS = (
    EscalationRow(at=at(8, 17), of="Host authorities", to="Deputy head of mission", why="silence"),
    EscalationRow(
        at=at(9, 18, 4), of="the window of the alert", to="Duty officer", why="window", accepted_at=at(9, 18, 31)
    ),
    EscalationRow(
        at=at(19, 13, 30),
        of="Host authorities",
        to="Head of mission",
        why="denial",
        accepted_at=at(19, 14, 2),
        accepted_by="Head of mission",
    ),
)

DECISIONS = (
    DecisionRow(
        at=at(7, 16, 30),
        by="B. Example",
        role="duty_officer",
        what="Tell the host authorities",
        grounds="Specific, impending, killing intended; no ground to withhold applies.",
    ),
    DecisionRow(
        at=at(7, 17, 50),
        by="B. Example",
        role="duty_officer",
        what="Warn the public",
        grounds="Our own people are told; the public at the same risk is told the same.",
    ),
)

WARNINGS = (
    WarningRow(
        title="Keep away from large gatherings",
        kind=WarningKind.ALERT,
        mark=Mark.CLEAR,
        href="/desk/warnings/a",
        chips=(Chip(kind=ChipKind.RAN_OUT_UNDECIDED), Chip(kind=ChipKind.REAFFIRMED)),
        issued_at=WARNED,
        window=RAN_OUT,
        told="the public",
    ),
    WarningRow(
        title="Notice to the host authorities",
        kind=WarningKind.NOTICE,
        mark=Mark.RED,
        href="/desk/warnings/n",
        chips=(Chip(kind=ChipKind.DISMISSED, after=DISMISSED - at(7, 17)),),
        issued_at=at(7, 17),
        told="1 institution",
    ),
    WarningRow(
        title="Do not travel",
        kind=WarningKind.ADVISORY,
        mark=Mark.CLEAR,
        href="/desk/warnings/l",
        chips=(Chip(kind=ChipKind.IN_FORCE),),
        issued_at=at(23, 4),
        level=4,
        told="the public",
    ),
)

CORROBORATION = Corroboration(
    origins=3,
    outlets=9,
    dismissed_at=DISMISSED,
    rows=(
        CorroborationRow(
            at=at(3, 4),
            published_at=at(3, 9),
            title="Six members of the group killed",
            place="Karabulak",
            grade="A2",
            origin=1,
            outlets=4,
            source="host's own news",
            by_recipient=True,
            before_warning=True,
            before_dismissal=True,
        ),
        CorroborationRow(
            at=at(7, 8),
            published_at=at(7, 12),
            title="Cell stopped before an attack on a synagogue",
            place="Moscow",
            grade="A2",
            origin=2,
            outlets=3,
            source="host's own news",
            by_recipient=True,
            before_warning=True,
            before_dismissal=True,
        ),
        CorroborationRow(
            at=at(20, 7),
            published_at=at(20, 10),
            title="Commander of the group held",
            grade="A2",
            origin=3,
            outlets=2,
            source="host's own news",
            by_recipient=True,
        ),
    ),
)

SAID = SaidAndOrdered(
    said=(
        Utterance(
            at=DISMISSED,
            who="Head of state (sample)",
            text="These warnings are pressure and nothing else.",
            source="state news",
        ),
    ),
    ordered=(
        Utterance(
            at=DISMISSED,
            who="Head of state (sample)",
            text="The services are to strengthen their work.",
            source="state news",
        ),
    ),
)

ASSESSMENTS = (
    AssessmentRow(
        at=at(2, 9), by="C. Instance", likelihood=UNLIKELY, grounds="One report; the group is thought weakened."
    ),
    AssessmentRow(
        at=at(7, 16), by="B. Example", likelihood=LIKELY, grounds="Named city, named kind of target, two origins."
    ),
    AssessmentRow(
        at=at(20, 9), by="B. Example", likelihood=VERY_LIKELY, grounds="A third origin; the commander was in place."
    ),
)

ACCOUNTS = (
    AccountRow(
        at=at(22, 19),
        who="The group",
        kind=AccountKind.CLAIMED,
        about="the group",
        text="By its own channel.",
        source="A6",
    ),
    AccountRow(at=at(22, 21), who="Sample spokesperson", kind=AccountKind.NO_INDICATION, about="a third party"),
    AccountRow(at=at(23, 3), who="Host authorities", kind=AccountKind.ACCUSED, about="a neighbouring state"),
)

REVIEW = Review(
    outcome=Chip(kind=ChipKind.ELSEWHERE),
    outcome_at=at(23, 5),
    summary="The kind of target and the actor were as warned; the hall stands just outside the city named, after the window.",
    warned_at=at(7, 17),
    lead=STRUCK - at(7, 17),
    first_answer_after=DISMISSED - at(7, 17),
    first_answer="a dismissal, in public",
    published_before_dismissal=2,
    corroborating=3,
    axes=(
        AxisRow(axis="time", warned="7 to 9 March", happened="22 March, 20:00", verdict="near"),
        AxisRow(axis="place", warned="Moscow", happened="a hall just outside the city", verdict="near"),
        AxisRow(axis="target", warned="large gatherings, concerts included", happened="a concert", verdict="match"),
        AxisRow(axis="actor", warned="not named in public", happened="the group claims it", verdict="unknown"),
    ),
    stated=(
        StatedRow(question="what", stated=True, words="an attack on crowds"),
        StatedRow(question="where", stated=True, words="Moscow"),
        StatedRow(question="when", stated=True, words="48 hours"),
        StatedRow(question="who", stated=False),
    ),
    last_likelihood=VERY_LIKELY,
    brier=0.015625,
)

CASE = CasePage(
    shell=Shell(
        exercise=True,
        exercise_note=SHELL.exercise_note,
        signed_in=SHELL.signed_in,
        role=SHELL.role,
        now=NOW,
        zone=ZONE,
        csrf="token",
        section="cases",
        waiting=4,
    ),
    id="k7qf2mzr4t",
    title="Attack on large gatherings, Moscow (sample)",
    mark=Mark.AMBER,
    owner="B. Example",
    opened_at=at(2, 8),
    timeline=TIMELINE,
    chips=(
        Chip(kind=ChipKind.STRUCK),
        Chip(kind=ChipKind.DISMISSED, after=DISMISSED - at(7, 17)),
        Chip(kind=ChipKind.RAN_OUT_UNDECIDED),
    ),
    summary="A group intends to attack a large gathering in the city within days. The place is not known.",
    actor="the group (sample)",
    place="Moscow and around",
    target="concerts, crowds",
    likelihood=VERY_LIKELY,
    actions=(
        Action(label="Note", href="#note"),
        Action(label="Reassess", href="#assess"),
        Action(label="Send a second knock", href="/desk/x", method="post", first=True),
    ),
    map=MAP,
    recipients=RECIPIENTS,
    deliveries_href="/desk/warnings/a/deliveries",
    escalations=ESCALATIONS,
    corroboration=CORROBORATION,
    words_and_orders=SAID,
    assessments=ASSESSMENTS,
    accounts=ACCOUNTS,
    decisions=DECISIONS,
    warnings=WARNINGS,
    review=REVIEW,
)

EMPTY_CASE = CasePage(
    shell=SHELL,
    id="k7qf2mzr4u",
    title="A case opened a moment ago",
    mark=Mark.AMBER,
    owner="B. Example",
    opened_at=NOW,
    timeline=Timeline(starts_at=NOW - timedelta(hours=3), ends_at=NOW, now=NOW, zone=ZONE),
)

BOARD = WatchBoard(
    shell=SHELL,
    urgent=(
        UrgentRow(
            why=UrgentWhy.NEED_HELP,
            title="One of our people asks for help",
            href="/desk/warnings/a",
            case="Attack on large gatherings",
            since=NOW - timedelta(minutes=4),
            taken_by="B. Example",
        ),
        UrgentRow(
            why=UrgentWhy.RUNNING_OUT,
            title="Stay indoors near the hall",
            href="/desk/warnings/b",
            case="Attack on large gatherings",
            since=at(22, 20),
            until=NOW + timedelta(hours=2, minutes=40),
            escalations=1,
            escalated_to="Duty officer",
            action=Action(label="Extend or end it", href="/desk/warnings/b", first=True),
        ),
        UrgentRow(
            why=UrgentWhy.UNANSWERED,
            title="Second knock to the host authorities",
            href="/desk/warnings/n",
            case="Attack on large gatherings",
            who="Host authorities",
            since=at(20, 11),
            escalations=3,
            escalated_to="Head of mission",
        ),
        UrgentRow(
            why=UrgentWhy.UNDECIDED,
            title="Keep away from large gatherings",
            href="/desk/warnings/a",
            case="Attack on large gatherings",
            since=at(9, 18, 4),
            until=at(9, 18, 4),
            escalations=3,
            escalated_to="Head of mission",
        ),
        UrgentRow(
            why=UrgentWhy.DISPUTED,
            title="Notice to the host authorities",
            href="/desk/warnings/n",
            case="Attack on large gatherings",
            who="Host authorities",
            since=DISMISSED,
        ),
    ),
    cases=(
        CaseRow(
            id="k7",
            title="Attack on large gatherings, Moscow (sample)",
            href="/desk/cases/k7",
            place="Moscow and around",
            mark=Mark.AMBER,
            owner="B. Example",
            changed_at=at(23, 5),
            chips=CASE.chips,
            likelihood=VERY_LIKELY,
            warnings=3,
            reports=9,
        ),
        CaseRow(
            id="m2",
            title="Threat against a river ferry (sample)",
            href="/desk/cases/m2",
            place="Mill Lane",
            mark=Mark.GREEN,
            owner="C. Instance",
            changed_at=at(21, 15),
            chips=(Chip(kind=ChipKind.OPEN),),
            likelihood=UNLIKELY,
            reports=2,
        ),
    ),
)

WITNESSES = (
    WitnessRow(name="university.example/witness", seen_at=at(23, 6)),
    WitnessRow(name="press.example/witness", lost="The witness answered with status 500."),
    WitnessRow(name="embassy.example/witness"),
)
WARNING = WarningPage(
    shell=CASE.shell,
    id="w4alert",
    kind=WarningKind.ALERT,
    title="Keep away from large gatherings",
    case=CASE.title,
    case_href="/desk/cases/k7",
    mark=Mark.CLEAR,
    texts=(
        WarningText(
            language="en",
            headline="Keep away from large gatherings in Moscow, concerts included",
            description="Extremists may attack crowds in the next 48 hours. We cannot say which place.",
            instructions=("Do not go to concerts, rallies or markets.", "If you are at one, leave calmly now."),
        ),
        WarningText(
            language="ar",
            headline="ابتعدوا عن التجمعات الكبيرة",
            description="قد يهاجم متطرفون الحشود خلال 48 ساعة.",
        ),
    ),
    chips=(Chip(kind=ChipKind.RAN_OUT_UNDECIDED),),
    issued_at=WARNED,
    issued_by="C. Instance",
    approved_by="B. Example",
    window=RAN_OUT,
    area="Moscow, within 12 km of the centre",
    identifier="2.49.0.0.0.0.2024.3.7.18.4.sample",
    held_back="Where the report came from; two names.",
    map=MAP,
    recipients=RECIPIENTS[2:],
    deliveries=(
        DeliveryCount(chip=Chip(kind=ChipKind.DELIVERED, count=18_603)),
        DeliveryCount(chip=Chip(kind=ChipKind.FAILED, count=9)),
    ),
    deliveries_href="/desk/warnings/a/deliveries",
    answers=(
        AnswerRow(
            at=at(7, 18, 26),
            by="Person 17",
            chip=Chip(kind=ChipKind.SAFE),
            after=timedelta(minutes=22),
            how="answer page",
        ),
        AnswerRow(
            at=at(7, 19, 2),
            by="Person 3",
            chip=Chip(kind=ChipKind.NEED_HELP),
            after=timedelta(minutes=58),
            how="answer page",
            text="I am in the hall with two children.",
        ),
    ),
    escalations=ESCALATIONS[1:2],
    decisions=DECISIONS[1:],
    record=RecordRef(
        index=41,
        leaf="5f3a" * 16,
        integrated=True,
        published_at=WARNED + timedelta(seconds=2),
        witnesses=WITNESSES,
        href="/record/proof/41",
    ),
    public_href="/alerts/w4",
)

DELIVERIES = DeliveriesPage(
    shell=CASE.shell,
    title=WARNING.title,
    warning_href="/desk/warnings/a",
    mark=Mark.CLEAR,
    total=18_612,
    counts=WARNING.deliveries,
    channels=(
        ChannelRow(
            channel="mail",
            total=18_400,
            chips=(Chip(kind=ChipKind.DELIVERED, count=18_391), Chip(kind=ChipKind.FAILED, count=9)),
            to_all=timedelta(seconds=41),
        ),
        ChannelRow(
            channel="webhook", total=212, chips=(Chip(kind=ChipKind.ANSWERED, count=212),), to_all=timedelta(seconds=2)
        ),
    ),
    rows=tuple(
        DeliveryRow(
            recipient=f"Person {n}",
            channel="mail",
            chip=Chip(kind=kind),
            ready_at=WARNED,
            accepted_at=WARNED + timedelta(seconds=n) if kind is not ChipKind.FAILED else None,
            delivered_at=WARNED + timedelta(seconds=n + 3) if kind in {ChipKind.DELIVERED, ChipKind.ANSWERED} else None,
            answered_at=WARNED + timedelta(minutes=22) if kind is ChipKind.ANSWERED else None,
            attempts=3 if kind is ChipKind.FAILED else 1,
            why="the gateway refused the address" if kind is ChipKind.FAILED else "",
        )
        for n, kind in enumerate((ChipKind.ANSWERED, ChipKind.DELIVERED, ChipKind.ACCEPTED, ChipKind.FAILED))
    ),
    next_href="?after=4",
)

RECORD = RecordPage(
    shell=SHELL,
    origin="tocsin.example/record",
    size=1_041,
    root="9b1c" * 16,
    published_at=at(23, 6),
    sequenced=1_043,
    integrated=1_043,
    published=1_041,
    pending=12,
    witnessed=1_038,
    witnesses=WITNESSES,
    opened=2,
    overdue=4_160,
    keys=(
        SignerRow(vkey="tocsin.example/record+2b7d4e01+AZk", signed=True),
        SignerRow(vkey="tocsin.example/record+77aa4e01+AUx", signed=False),
    ),
    checkpoint="tocsin.example/record\n1041\nmxybG5scm5scm5scm5scm5scm5scm5scm5scm5scm5s=\n\n— tocsin.example/record K31OAf...\n",
    next_seal_at=NOW + timedelta(minutes=8),
    entries=tuple(
        EntryRow(
            index=1_040 - n,
            kind=kind,
            at=NOW - timedelta(minutes=9 * n),
            since=NOW - timedelta(minutes=9 * n),
            leaf="c0de" * 16,
        )
        for n, kind in enumerate(("sealed", "AdvisoryIssued", "StatementPublished", "sealed", "OfAnotherVersion"))
    ),
)

OUTCOMES = OutcomesPage(
    shell=SHELL,
    hits=7,
    misses=1,
    false_alarms=3,
    disrupted=4,
    median_lead=timedelta(days=2, hours=4),
    median_first_answer=timedelta(hours=5, minutes=12),
    brier=0.118,
    rows=(
        OutcomeRow(
            title=CASE.title,
            href="/desk/cases/k7",
            outcome=REVIEW.outcome,
            at=at(23, 5),
            lead=REVIEW.lead,
            likelihood=VERY_LIKELY,
            brier=0.0156,
        ),
        OutcomeRow(
            title="Threat against a river ferry (sample)",
            href="/desk/cases/m2",
            outcome=Chip(kind=ChipKind.NOTHING),
            at=at(21),
            likelihood=UNLIKELY,
            brier=0.09,
        ),
    ),
    calibration=(
        CalibrationBin(forecast=0.12, struck=1, cases=9),
        CalibrationBin(forecast=0.33, struck=2, cases=8),
        CalibrationBin(forecast=0.68, struck=5, cases=9),
        CalibrationBin(forecast=0.88, struck=4, cases=4),
    ),
)

PUBLIC = public.PublicShell(
    exercise=True, organisation="Sample Consular Section", now=NOW, zone=ZONE, emergency_number="112"
)
ALERT = public.AlertPage(
    shell=PUBLIC,
    written_in="en",
    headline="Keep away from large gatherings in Moscow, concerts included",
    description="Extremists may attack crowds in the next 48 hours. We cannot say which place.",
    instructions=(
        "Do not go to concerts, rallies or markets.",
        "If you are at one, leave calmly now.",
        "Follow local news. Keep your telephone on.",
    ),
    area="Moscow",
    issued_at=WARNED,
    issued_by="Sample Consular Section",
    identifier="2.49.0.0.0.0.2024.3.7.18.4.sample",
    window=RAN_OUT,
    contact="Write to help@consular.example or call +00 0000 0000.",
    map=MapView(title="Area of the alert", areas=MAP.areas),
    history=(public.AlertHistoryRow(at=at(19, 17), what="We stand by this advice and repeat it."),),
    cap_href="/alerts/w4.cap",
    json_href="/alerts/w4.json",
    other_languages=(("Русский", "ru", "?lang=ru"), ("العربية", "ar", "?lang=ar")),
    record=public.RecordLink(
        index=41, leaf="5f3a" * 16, proof_href="/record/proof/41", check_href="/record/verify?entry=41"
    ),
)
PUBLIC_RECORD = public.RecordPage(
    shell=PUBLIC,
    origin="tocsin.example/record",
    size=1_041,
    root="9b1c" * 16,
    published_at=at(23, 6),
    keys=(
        public.RecordKeyRow(vkey="tocsin.example/record+2b7d4e01+AZk", since=at(20)),
        public.RecordKeyRow(vkey="tocsin.example/record+77aa4e01+AUx", since=at(1), until=at(20)),
        public.RecordKeyRow(vkey="tocsin.example/record+00aa4e01+AUx"),
    ),
    witnesses=(
        public.WitnessRow(name="university.example/witness", seen_at=at(23, 6)),
        public.WitnessRow(name="press.example/witness"),
    ),
    sealed=540,
    opened=2,
    overdue=4_160,
    entries=(
        public.PublicEntry(index=1_040, kind="AlertIssued", at=at(23, 6), since=at(23, 6), href="/alerts/w4"),
        public.PublicEntry(index=1_039, kind="sealed", at=at(23, 6), since=at(22, 6), count=25),
        public.PublicEntry(index=1_038, kind="OfAnotherVersion", at=at(23, 5), since=at(23, 5)),
    ),
)
VERIFY = public.VerifyPage(
    shell=PUBLIC, policy="# tocsin.example/record\nlog tocsin.example/record+2b7d4e01+AZk\nquorum none\n", proof="c2sp"
)
HOME = public.HomePage(
    shell=PUBLIC,
    in_force=(
        public.AlertItem(
            headline="Stay away from the concert hall and the roads around it",
            href="/alerts/b",
            area="North-west of Moscow",
            issued_at=at(22, 20),
            window=IN_FORCE,
            first_instruction="Stay indoors. Leave the roads to those who help.",
        ),
    ),
    ended=(
        public.AlertItem(headline=ALERT.headline, href="/alerts/w4", area="Moscow", issued_at=WARNED, window=RAN_OUT),
    ),
    advisories=(
        public.AdvisoryItem(
            place="Sample country", level=4, href="/advisories/s", issued_at=at(23, 4), reasons="terrorism"
        ),
        public.AdvisoryItem(place="Neighbouring country", level=2, href="/advisories/n", issued_at=at(1)),
    ),
    statements=(
        public.StatementItem(title="On the attack of 22 March", href="/statements/s", at=at(22, 21), endorsed=3),
    ),
)
ADVISORY = public.AdvisoryPage(
    shell=PUBLIC,
    place="Sample country",
    level=4,
    issued_at=at(23, 4),
    summary="An attack on a large gathering has happened. Others may follow.",
    reasons=("Attacks on gatherings", "Little help can reach you"),
    advice=("Do not travel there.", "If you are there, leave when it is safe to."),
    earlier=((at(1), 3),),
    review_by=datetime(2024, 9, 23, tzinfo=UTC),
    record=ALERT.record,
)
STATEMENT = public.StatementPage(
    shell=PUBLIC,
    title="On the attack of 22 March",
    at=at(22, 21),
    version=2,
    paragraphs=("We condemn this attack on people at a concert.", "We stand with those who grieve."),
    signed_by="Sample spokesperson",
    endorsed_by=(("First sample state", at(22, 22)), ("Second sample state", at(23, 1))),
    earlier_versions=((1, at(22, 19), "/statements/s/1"),),
    record=ALERT.record,
)

ANSWERING = answer.AnswerShell(
    exercise=True,
    organisation="Sample Consular Section",
    now=at(8, 7),
    zone=ZONE,
    emergency_number="112",
    help_watched_by="The duty officer",
    check_href="/alerts/w4",
    privacy_href="/privacy",
)
ASK = answer.AnswerPage(
    shell=ANSWERING,
    headline=ALERT.headline,
    instructions=ALERT.instructions,
    description=ALERT.description,
    post_to="/a/token",
    window=WindowView(starts_at=WARNED, ends_at=at(9, 18, 4), state=WindowState.OPEN),
    issued_at=WARNED,
    why_you="Sent to you because you told us that you are in Moscow.",
)
SECOND_KNOCK = answer.AnswerPage(
    shell=answer.AnswerShell(exercise=False, organisation="Sample Consular Section", now=at(20, 12), zone=ZONE),
    headline="An attack on a large gathering in your city is likely",
    instructions=("Check the protection of concerts and markets now.",),
    description="We told you on 7 March and have had no answer but a public denial.",
    post_to="/a/token",
    second_knock=("Six members of the group were killed on 3 March.", "A commander was held today."),
    confidential=True,
    mark="TLP:AMBER",
    read_back=True,
    answered="received",
    answered_at=at(20, 11, 30),
)
THANKS = answer.ThankYouPage(
    shell=ANSWERING, headline=ALERT.headline, answer="safe", answered_at=at(8, 7), back_href="/a/token", late=True
)
HELP = answer.ThankYouPage(
    shell=ANSWERING,
    headline=ALERT.headline,
    answer="need_help",
    answered_at=at(8, 7),
    back_href="/a/token",
    instructions=("Go indoors, away from windows.", "Stay on this telephone."),
)

PAGES: dict[str, View] = {
    "desk-sign-in": SignInPage(
        exercise=True,
        csrf="token",
        failed=True,
        organisation="Sample Consular Section",
        hints=(("watch", "watch_officer"), ("duty", "duty_officer"), ("auditor", "auditor")),
    ),
    "desk-closed": ClosedPage(exercise=True, closed_at=at(8, 7)),
    "desk-watch": BOARD,
    "desk-watch-empty": WatchBoard(shell=SHELL),
    "desk-cases": CasesPage(shell=SHELL, cases=BOARD.cases),
    "desk-warnings": WarningsPage(shell=SHELL, warnings=WARNINGS),
    "desk-case": CASE,
    "desk-case-empty": EMPTY_CASE,
    "desk-warning": WARNING,
    "desk-deliveries": DELIVERIES,
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
    "public-home": HOME,
    "public-home-quiet": public.HomePage(shell=PUBLIC),
    "public-alert": ALERT,
    "public-advisory": ADVISORY,
    "public-statement": STATEMENT,
    "public-record": PUBLIC_RECORD,
    "public-record-empty": public.RecordPage(
        shell=PUBLIC, origin="tocsin.example/record", size=0, root="", published_at=None, keys=PUBLIC_RECORD.keys[:1]
    ),
    "public-verify": VERIFY,
    "answer-ask": ASK,
    "answer-second-knock": SECOND_KNOCK,
    "answer-thanks": THANKS,
    "answer-help": HELP,
    "answer-gone": answer.GonePage(shell=ANSWERING),
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
