"""The pages of the duty to warn: the board, an empty one, and the duties of a case at several stages."""

from datetime import timedelta

from tests.web.sample.march import NOW, SHELL, at
from tocsin.warning.duty.facts import Distrust, Ended
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Stage
from tocsin.warning.duty.test import Said
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
    KeptRow,
    PackRow,
    PartRow,
    RefusalRow,
    SideRow,
    TestedRow,
    TrustedRow,
    WentOut,
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
            went_out=NOW - timedelta(minutes=9),
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
    AnsweredRow(question="credible", said=Said.YES, ground="Two origins"),
    AnsweredRow(question="specific", said=Said.UNKNOWN),
    AnsweredRow(question="impending", said=Said.YES, ground="This weekend"),
    AnsweredRow(question="grave", said=Said.YES),
    AnsweredRow(question="directed", said=Said.YES, ground="Large gatherings"),
)
FOUND = DutyView(
    id="a",
    base="/desk/duties/a",
    side=Side.PUBLIC,
    who="The public",
    stage=Stage.FOUND,
    owed="decide",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(minutes=40),
    event_at=at(9, 18),
    because_of_own=True,
    test=TEST,
    tested_by="B. Example",
    tested_at=at(7, 10),
    tested_why="A second origin was found.",
    tested_before=(TestedRow(at=at(7, 9), by="A. Example", test=TEST),),
    may_test=True,
    grounds=GROUNDS[:1],
    may_warn=True,
    may_refuse=True,
    may_end=True,
    ends=(Ended.EVENT, Ended.DISRUPTED),
    ends_by_two=True,
    went_out=(WentOut(title="Keep away from crowds", href="/desk/warnings/w4alert", at=NOW - timedelta(minutes=9)),),
)
PROPOSED = DutyView(
    id="b",
    base="/desk/duties/b",
    side=Side.VICTIM,
    who="Whom it is aimed at: the hall's staff",
    stage=Stage.REVIEW,
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
    ends=(Ended.EVENT,),
)  # fmt: skip
TO_END = DutyView(
    id="h",
    base="/desk/duties/h",
    side=Side.PROTECTOR,
    who="Who answers for their safety: the hall's owner",
    stage=Stage.REVIEW,
    owed="review",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(minutes=12),
    test=TEST,
    tested_by="A. Example",
    refusals=(
        RefusalRow(
            at=at(7, 9), proposer="A. Example", ground="⟦It was disrupted before they were told.⟧", pack="Everyone is warned",
            why="They were held at the door.", upheld=False, reviewer="B. Example", reviewed_at=at(7, 10),
            reviewed_why="One of them got away.", ends=True,
        ),
        RefusalRow(
            at=at(7, 10), proposer="A. Example", ground="⟦It was disrupted before they were told.⟧", pack="Everyone is warned",
            why="The last of them is held.", ends=True,
        ),
    ),
    may_review=True,
    may_agree=True,
    may_end=True,
    ends=(Ended.EVENT,),
)  # fmt: skip
TO_TAKE_BACK = DutyView(
    id="i",
    base="/desk/duties/i",
    side=Side.OWN,
    who="Our own people: the choir",
    stage=Stage.TO_WARN,
    owed="tell",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(hours=2),
    test=TEST,
    tested_by="A. Example",
    refusals=(
        RefusalRow(
            at=at(7, 9), proposer="A. Example", ground="⟦It is below the threshold: a question of the test is answered with no.⟧",
            pack="Everyone is warned", why="The caller was a boy.", upheld=False, reviewer="B. Example",
            reviewed_at=at(7, 10), reviewed_why="There were two callers.", takes_back=True,
        ),
    ),
    may_test=True,
    may_take_back=True,
)  # fmt: skip
TAKEN_BACK_LATE = DutyView(
    id="j",
    base="/desk/duties/j",
    side=Side.PROTECTOR,
    who="Who answers for their safety: the choir's master",
    stage=Stage.REVIEW,
    owed="review",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(hours=2),
    test=TEST,
    tested_by="A. Example",
    refusals=(
        RefusalRow(
            at=at(7, 10), proposer="A. Example", ground="⟦It is below the threshold: a question of the test is answered with no.⟧",
            pack="Everyone is warned", why="Both callers were boys.", takes_back=True,
        ),
    ),
    may_review=True,
    told_meanwhile=True,
)  # fmt: skip
TOLD = DutyView(
    id="c",
    base="/desk/duties/c",
    side=Side.HOST,
    who="The authorities of the place: the city's police",
    stage=Stage.TOLD,
    owed="hear",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(hours=9),
    parts=(
        PartRow(key="p", who="The city's police", reached=1, at=at(7, 11), answered=1, answer="received"),
        PartRow(key="g", who="The guard of the hall", people=3, reached=3, at=at(7, 11), answered=1, answer="disputed"),
        PartRow(
            key="the fire brigade",
            who="the fire brigade",
            in_words=True,
            at=at(7, 11),
            how="She rang them.",
            by="B. Example",
        ),
    ),
    said=(
        (at(7, 10), "⟦B. Example decided to warn them⟧", "They guard it."),
        (at(7, 11), "⟦It reached them⟧", ""),
        (at(7, 12), "⟦Some of them answered⟧", "disputed"),
    ),
    warning_href="/desk/warnings/n",
    may_look=True,
    may_end=True,
    ends=tuple(Ended),
)
HANDED_OVER = DutyView(
    id="u",
    base="/desk/duties/u",
    side=Side.PROTECTOR,
    who="Who answers for their safety: three of the hall's staff",
    stage=Stage.UNREAD,
    owed="have_it_read",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(hours=2),
    parts=(
        PartRow(
            key="r", who="The night porter", behind_a_code=True, reached=1, at=at(7, 11), told=1, told_at=at(7, 12)
        ),
        PartRow(key="s", who="The cashier", behind_a_code=True, reached=1, at=at(7, 11), early="received"),
        PartRow(
            key="t", who="The ushers", people=4, behind_a_code=True, reached=4, at=at(7, 11), told=2, told_at=at(7, 12)
        ),
    ),
    said=(
        (at(7, 10), "⟦B. Example decided to warn them⟧", "They open the doors."),
        (at(7, 11), "⟦A warning went out to them⟧", ""),
        (at(7, 11), "⟦It lies with them, its words behind a code⟧", ""),
    ),
    warning_href="/desk/warnings/n",
    may_tell=True,
    may_end=True,
    ends=(Ended.EVENT, Ended.DISRUPTED),
)
ASKED_AGAIN = DutyView(
    id="f",
    base="/desk/duties/f",
    side=Side.VICTIM,
    who="Whom it is aimed at: the hall's owners",
    stage=Stage.TO_WARN,
    owed="tell",
    opened_at=at(7, 9),
    opened_by="A. Example",
    owed_by=NOW + timedelta(hours=2),
    said=((at(7, 12), "B. Example decided to warn them", "Now the owners are meant too."),),
    may_end=True,
    ends=(Ended.EVENT, Ended.DISRUPTED),
    parts=(
        PartRow(key="o", who="The hall's owners", people=3, reached=2, at=at(7, 11)),
        PartRow(key="the lessee", who="the lessee", in_words=True),
    ),
    may_tell=True,
    may_name=True,
    seen=4,
    covering=(("n", "A notice: an attack on a hall"),),
)
REFUSED = DutyView(
    id="g",
    base="/desk/duties/g",
    side=Side.PROTECTOR,
    who="Who answers for their safety: a guard company",
    stage=Stage.REFUSED,
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
    duties=(PROPOSED, TO_END, TO_TAKE_BACK, TAKEN_BACK_LATE, FOUND, TOLD, HANDED_OVER, ASKED_AGAIN, REFUSED),
    sides=(SideRow(side=Side.VICTIM, grounds=GROUNDS[:1]), SideRow(side=Side.OWN, grounds=GROUNDS[:1])),
    pack="Everyone is warned",
    hours=HOURS,
    distrusted=(
        DistrustRow(
            name="The city's police", distrust=Distrust.LEAKS, at=at(7, 8), by="A. Example", why="Two of them sold it.",
            trust_href="/desk/duties/distrust/h", told="/desk/cases/c/duties#d-d",
            again=(TrustedRow(id="t", case="The sluice", href="/desk/cases/s/duties", at=at(8, 8), by="B. Example", why="They were tried."),),
            kept=(KeptRow(at=at(8, 9), by="B. Example", why="Others are there still."),),
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
    deaf=True,
    sides=tuple(
        SideRow(side=side, known="The city's police" if side is Side.HOST else "", grounds=GROUNDS[:1]) for side in Side
    ),
    pack="Everyone is warned",
    hours=HOURS,
    may_warn=True,
)
LINES = (
    DutyLine(who="The public", href="/desk/cases/c/duties#d-a", stage=Stage.FOUND, owed="decide", owed_by=NOW + timedelta(minutes=40)),
    DutyLine(who="The authorities of the place: the city's police", href="/desk/cases/c/duties#d-c", stage=Stage.TOLD, owed="hear",
             owed_by=NOW - timedelta(hours=1), late=True),
    DutyLine(who="Whom it is aimed at", href="/desk/cases/c/duties#d-e", stage=Stage.REFUSED),
)  # fmt: skip
PAGES_OF_DUTIES: dict[str, View] = {
    "desk-duties": DUTIES,
    "desk-duties-none": NO_DUTIES,
    "desk-case-duties": CASE_DUTIES,
    "desk-case-duties-none": NOT_ASKED,
}
