"""The other pages of the desk: the board, a warning, its deliveries, the record, the scores."""

from datetime import timedelta

from msgspec.structs import replace

from tests.web.sample.case import CASE, DECISIONS, ESCALATIONS, RECIPIENTS, REVIEW
from tests.web.sample.march import DISMISSED, MAP, NOW, RAN_OUT, SHELL, UNLIKELY, VERY_LIKELY, WARNED, at
from tocsin.basis.marking import Mark
from tocsin.web.desk.views.board import (
    Key,
    PolicyChoice,
    SilentRow,
    StepRow,
    UrgentRow,
    UrgentWhy,
    WatchBoard,
    WatchPage,
    WayRow,
)
from tocsin.web.desk.views.deliveries import ChannelRow, DeliveriesPage, DeliveryCount, DeliveryRow
from tocsin.web.desk.views.lists import CaseRow
from tocsin.web.desk.views.outcomes import CalibrationBin, OutcomeRow, OutcomesPage
from tocsin.web.desk.views.record import EntryRow, RecordPage, RecordRef, SignerRow, WitnessRow
from tocsin.web.desk.views.rows import AnswerRow, WarningKind
from tocsin.web.desk.views.warning import FollowUpRow, WarningPage, WarningText
from tocsin.web.pieces import Action, Chip, ChipKind

KEYS = (
    Key(letter="c", label="Call", href="/desk/watches/w#call", method="get"),
    Key(letter="r", label="Send again", href="/desk/watches/w/again", method="post"),
    Key(letter="e", label="Escalate now", href="/desk/watches/w/next", method="post"),
    Key(letter="n", label="Note", href="/desk/watches/w#note", method="get"),
)

BOARD = WatchBoard(
    shell=SHELL,
    deaf=("A. Example",),
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
            why=UrgentWhy.NEED_HELP,
            title="⟦Someone writes that they need help⟧",
            href="/desk/replies#r-r3",
            case="",
            who="someone@sample.example",
            since=NOW - timedelta(minutes=2),
            escalations=1,
            escalated_to="Duty officer",
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
            next_to="Head of mission, the night rota",
            next_at=NOW + timedelta(minutes=20),
            note="Rang the ministry twice; a clerk says that the minister is told.",
            action=Action(label="Take it on", href="/desk/watches/w/accept", method="post"),
            keys=KEYS,
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
            title="Keep away from large gatherings",
            href="/desk/warnings/a",
            case="Attack on large gatherings",
            who="The concert hall",
            since=DISMISSED,
            next_to="Duty officer",
            next_at=NOW + timedelta(hours=5),
            held=True,
        ),
        UrgentRow(
            why=UrgentWhy.DISMISSED,
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
            whom="⟦everyone who reads ar⟧",
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
    follow_ups=(
        FollowUpRow(
            at=at(8, 9),
            what="",
            until=at(9, 12),
            counts=(DeliveryCount(chip=Chip(kind=ChipKind.DELIVERED, count=18_603)),),
        ),
        FollowUpRow(at=at(9, 9), what="It is over: all clear", until=None, counts=()),
    ),
    travels="A message says only that there is a notice.",
    one_way=("Person 4", "Person 9"),
    one_way_more=3,
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
WARNING_WAITS = replace(WARNING, draft_href="/desk/notices/n", waits_for_you=True)

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

WAITING = WatchPage(
    shell=SHELL,
    id="w",
    row=next(row for row in BOARD.urgent if row.why is UrgentWhy.UNANSWERED),
    silent=(
        SilentRow(
            name="Host authorities",
            ways=(
                WayRow(channel="sms", address="+7 495 555 01 00", href="tel:+74955550100"),
                WayRow(channel="mail", address="duty@host.example", href="mailto:duty@host.example", failed=True),
            ),
        ),
        SilentRow(name="The concert hall", ways=(), voice_first=True),
    ),
    more=3,
    steps=(
        StepRow(at=at(20, 11, 15), done=True, what="Duty officer was called"),
        StepRow(at=at(20, 11, 40), done=True, what="B. Example noted", words="Rang the ministry twice."),
        StepRow(at=NOW + timedelta(minutes=20), done=False, what="Head of mission is called"),
        StepRow(at=NOW + timedelta(minutes=50), done=False, what="Nobody is on duty: passed over at once"),
    ),
    policies=(PolicyChoice(id="p", name="Nights and weekends"),),
    may_act=True,
    may_send_again=True,
    answer_href="/desk/warnings/n/answers",
)
