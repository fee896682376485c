"""The page of the invented case, piece by piece, and that of a case opened a moment ago."""

from datetime import timedelta

from tests.web.sample.casework import CARE
from tests.web.sample.duties import LINES
from tests.web.sample.march import (
    DISMISSED,
    LIKELY,
    MAP,
    NOW,
    RAN_OUT,
    SHELL,
    STRUCK,
    UNLIKELY,
    VERY_LIKELY,
    WARNED,
    ZONE,
    at,
)
from tests.web.sample.timeline import TIMELINE
from tocsin.basis.marking import Mark
from tocsin.threat.facts import Bearing
from tocsin.web.desk.views.case import (
    AccountRow,
    AssessmentRow,
    Bears,
    BearsRow,
    CasePage,
    Corroboration,
    CorroborationRow,
    SaidAndOrdered,
    Utterance,
)
from tocsin.web.desk.views.lists import WarningRow
from tocsin.web.desk.views.review import AxisRow, Review, StatedRow
from tocsin.web.desk.views.rows import DecisionRow, EscalationRow, RecipientRow, WarningKind
from tocsin.web.desk.views.shell import Shell
from tocsin.web.desk.views.timeline import AccountKind, Timeline
from tocsin.web.pieces import Action, Chip, ChipKind

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
        StatedRow(question="where", stated=True, words="Moscow", not_to="The hall"),
        StatedRow(question="when", stated=True, words="48 hours"),
        StatedRow(question="who", stated=False),
    ),
    last_likelihood=VERY_LIKELY,
    brier=0.015625,
)

BEARS = Bears(
    for_it=2,
    against=1,
    context=0,
    rows=(
        BearsRow(
            at=WARNED, title="A recruit was sent (sample)", mark=Mark.AMBER, bearing=Bearing.FOR, why="It names a hall.",
            source="A neighbour", grade="B3", href="/desk/reports/r1",
        ),
        BearsRow(
            at=WARNED, title="There is no threat (sample)", mark=Mark.GREEN, bearing=Bearing.AGAINST, source="The wire", grade="D6",
            taken_back=True, href="/desk/reports/r2",
        ),
    ),
    more=1,
)  # fmt: skip

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
    host="City authorities (sample)",
    target="concerts, crowds",
    care=CARE,
    post_to="/desk/cases/k7qf2mzr4t/acts",
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
    bears=BEARS,
    corroboration=CORROBORATION,
    words_and_orders=SAID,
    assessments=ASSESSMENTS,
    accounts=ACCOUNTS,
    duties=LINES,
    duties_href="/desk/cases/c/duties",
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
