"""The pages of the duty to warn: the board, an empty one, and the duties of a case at several stages."""

from datetime import timedelta

from tests.web.sample.march import NOW, SHELL, at
from tocsin.web.desk.views.board import Key, UrgentRow, UrgentWhy
from tocsin.web.desk.views.duties import (
    AnsweredRow,
    CaseDutiesPage,
    ChoiceRow,
    DistrustRow,
    DutiesPage,
    DutyLine,
    DutyView,
    GroundRow,
    HoursRow,
    PackRow,
    RefusalRow,
    SideRow,
)
from tocsin.web.pieces import Action, View

HOURS = (
    HoursRow(under_s=7_200, decide_s=600, deliver_s=1_200),
    HoursRow(under_s=86_400, decide_s=3_600, deliver_s=7_200),
    HoursRow(under_s=259_200, decide_s=14_400, deliver_s=28_800),
    HoursRow(under_s=None, decide_s=86_400, deliver_s=172_800),
)
GROUNDS = (
    GroundRow(
        name="already_aware",
        words="They know of this very threat already, and it is known that they do.",
        source="Tocsin",
        read="ours",
    ),
    GroundRow(
        name="distrusted_host",
        words="The host may be complicit or leak, and telling it would bring those in danger into more.",
        source="Tocsin",
        read="ours",
        sides=("The authorities of the place",),
    ),
)
PACKS = (
    PackRow(
        name="everyone",
        title="Everyone is warned",
        says="Everyone whose life is in danger is warned. Nobody is left out for what they did, believe or are.",
        grounds=GROUNDS,
        chosen=True,
    ),
    PackRow(name="icd_191", title="Intelligence Community Directive 191", says="Some turn on conduct.", grounds=()),
)
KEYS = (Key(letter="e", label="Escalate now", href="/desk/watches/w/next", method="post"),)

DUTIES = DutiesPage(
    shell=SHELL,
    rows=(
        UrgentRow(
            why=UrgentWhy.DUTY,
            title="Decide whether they are warned",
            href="/desk/cases/c/duties#d-a",
            case="Concert hall",
            since=NOW - timedelta(minutes=14),
            until=NOW - timedelta(minutes=4),
            who="Whom it is aimed at: the hall's staff",
            escalations=3,
            escalated_to="B. Example",
            action=Action(label="Take it on", href="/desk/watches/w/accept", method="post"),
            next_to="everyone who is duty officer",
            next_at=NOW + timedelta(minutes=2),
            keys=KEYS,
        ),
        UrgentRow(
            why=UrgentWhy.DUTY,
            title="Tell them",
            href="/desk/cases/c/duties#d-b",
            case="Concert hall",
            since=NOW - timedelta(minutes=20),
            until=NOW + timedelta(minutes=55),
            who="The authorities of the place: the city's police",
            escalations=1,
            taken_by="A. Example",
        ),
        UrgentRow(
            why=UrgentWhy.DUTY,
            title="Look again: does the danger go on?",
            href="/desk/cases/d/duties#d-c",
            case="Synagogue",
            since=NOW - timedelta(hours=30),
            until=NOW + timedelta(hours=18),
            who="The public",
        ),
    ),
    packs=PACKS,
    hours=HOURS,
    chosen=(
        ChoiceRow(at=at(2, 9), by="E. Example", title="Everyone is warned", why="We are bound by nobody's waivers."),
    ),
    choose_href="/desk/duties/policy",
)
NO_DUTIES = DutiesPage(shell=SHELL, packs=PACKS, hours=HOURS)

TEST = (
    AnsweredRow(question="credible", said="yes", ground="Two origins"),
    AnsweredRow(question="specific", said="unknown"),
    AnsweredRow(question="impending", said="yes", ground="This weekend"),
    AnsweredRow(question="grave", said="yes"),
    AnsweredRow(question="directed", said="yes", ground="Large gatherings"),
)
FOUND = DutyView(
    id="a",
    base="/desk/duties/a",
    side="public",
    who="The public",
    stage="found",
    owed="decide",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(minutes=40),
    event_at=at(9, 18),
    because_of_own=True,
    test=TEST,
    tested_by="A. Example",
    grounds=GROUNDS[:1],
    may_warn=True,
    may_refuse=True,
    may_end=True,
    ends=("event", "disrupted"),
)
PROPOSED = DutyView(
    id="b",
    base="/desk/duties/b",
    side="victim",
    who="Whom it is aimed at: the hall's staff",
    stage="review",
    owed="review",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW - timedelta(minutes=12),
    late=True,
    missed=1,
    test=TEST,
    tested_by="A. Example",
    refusals=(
        RefusalRow(
            at=at(7, 10), proposer="A. Example", ground=GROUNDS[0].words, pack="Everyone is warned",
            why="Their own guards told us of it.",
        ),
    ),
    taken_by="B. Example",
    may_warn=True,
    may_review=True,
    may_agree=True,
    may_end=True,
    ends=("event", "disrupted"),
)  # fmt: skip
TOLD = DutyView(
    id="c",
    base="/desk/duties/c",
    side="host",
    who="The authorities of the place: the city's police",
    stage="told",
    owed="hear",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(hours=9),
    said=((at(7, 10), "B. Example decided to warn them", "They guard it."), (at(7, 11), "It reached them", "")),
    warning_href="/desk/warnings/n",
    may_look=True,
    may_end=True,
    ends=("event", "disrupted", "passed", "withdrawn"),
)
REFUSED = DutyView(
    id="e",
    base="/desk/duties/e",
    side="protector",
    who="Who answers for their safety: a guard company",
    stage="refused",
    owed="",
    opened_at=at(7, 9),
    opened_by="A. Example",
    refusals=(
        RefusalRow(
            at=at(7, 10), proposer="A. Example", ground=GROUNDS[0].words, pack="Everyone is warned",
            why="They told us.", upheld=True, reviewer="B. Example", reviewed_at=at(7, 11), reviewed_why="I rang them.",
        ),
    ),
    may_reopen=True,
)  # fmt: skip
CASE_DUTIES = CaseDutiesPage(
    shell=SHELL,
    title="Attack on a large gathering",
    case_href="/desk/cases/c",
    post_to="/desk/cases/c/duties",
    expected=at(9, 18),
    duties=(PROPOSED, FOUND, TOLD, REFUSED),
    sides=(SideRow(name="victim", grounds=GROUNDS[:1]), SideRow(name="own", grounds=GROUNDS[:1])),
    pack="Everyone is warned",
    hours=HOURS,
    distrusted=(
        DistrustRow(
            name="The city's police", distrust="leaks", at=at(7, 8), by="A. Example", why="Two of them sold it.",
            trust_href="/desk/duties/distrust/h",
        ),
    ),
    distrust_href="/desk/cases/c/duties/distrust",
    institutions=(("p", "The city's police"), ("g", "A guard company")),
    time_href="/desk/cases/c/duties/time",
    may_warn=True,
)  # fmt: skip
NOT_ASKED = CaseDutiesPage(
    shell=SHELL,
    title="Attack on a large gathering",
    case_href="/desk/cases/c",
    post_to="/desk/cases/c/duties",
    sides=tuple(
        SideRow(name=name, known="The city's police" if name == "host" else "", grounds=GROUNDS[:1])
        for name in ("victim", "protector", "host", "public", "own")
    ),
    pack="Everyone is warned",
    hours=HOURS,
    may_warn=True,
)
LINES = (
    DutyLine(who="The public", href="/desk/cases/c/duties#d-a", stage="found", owed="decide", owed_by=NOW + timedelta(minutes=40)),
    DutyLine(who="The authorities of the place: the city's police", href="/desk/cases/c/duties#d-c", stage="told", owed="hear",
             owed_by=NOW - timedelta(hours=1), late=True),
    DutyLine(who="Whom it is aimed at", href="/desk/cases/c/duties#d-e", stage="refused"),
)  # fmt: skip
PAGES_OF_DUTIES: dict[str, View] = {
    "desk-duties": DUTIES,
    "desk-duties-none": NO_DUTIES,
    "desk-case-duties": CASE_DUTIES,
    "desk-case-duties-none": NOT_ASKED,
}
