"""The pages of headcounts: the list, one of them, and a warden's list to be printed and to be entered."""

from datetime import timedelta

from tests.web.sample.march import NOW, SHELL, at
from tocsin.web.desk.views.board import WayRow
from tocsin.web.desk.views.headcounts import (
    HeadcountPage,
    HeadcountRow,
    HeadcountsPage,
    NeedRow,
    SheetPage,
    SheetPerson,
    WardenRow,
)
from tocsin.web.pieces import Action, WindowState, WindowView

ROW = HeadcountRow(
    title="Staff and families",
    href="/desk/headcounts/h",
    at=at(22, 20),
    total=240,
    safe=180,
    need_help=3,
    received=20,
    silent=37,
    window=WindowView(starts_at=at(22, 20), ends_at=NOW + timedelta(hours=4), state=WindowState.OPEN),
)

HEADCOUNTS = HeadcountsPage(
    shell=SHELL,
    rows=(ROW,),
    groups=(("g", "Staff and families"),),
    policies=(("p", "Nights"),),
    post_to="/desk/headcounts",
)
NO_HEADCOUNTS = HeadcountsPage(shell=SHELL)

HEADCOUNT = HeadcountPage(
    shell=SHELL,
    row=ROW,
    said="180 of 240 are safe",
    live=True,
    words="Were you near the hall?",
    follows_href="/desk/warnings/a",
    asked_by="B. Example",
    need=(
        NeedRow(
            name="Ann Example",
            since=at(22, 21),
            words="Second floor, she bleeds.",
            grave=True,
            ways=(WayRow(channel="sms", address="+74955550107", href="tel:+74955550107"),),
            action=Action(label="Take it on", href="/desk/watches/w/accept", method="post"),
        ),
        NeedRow(
            name="Ben Example",
            since=at(22, 22),
            told_by="C. Instance",
            paper=True,
            voice_first=True,
            taken_by="B. Example",
        ),
    ),
    need_more=1,
    silent_names=("Cem Example", "Dora Example"),
    wardens=(
        WardenRow(
            name="C. Instance",
            count=24,
            silent=5,
            sheet_href="/desk/headcounts/h/sheets/c",
            results_href="/desk/headcounts/h/results/c",
            printed_at=at(22, 21, 10),
            printed_by="B. Example",
        ),
    ),
    actions=(Action(label="Ask the silent again", href="/desk/headcounts/h/again", method="post"),),
    again_href="/desk/headcounts/h/again",
    help_waits=True,
    decide_href="/desk/headcounts/h/window",
    name_href="/desk/headcounts/h/wardens",
    forgotten=1,
    groups=(("g", "Staff and families"),),
)

PEOPLE = (
    SheetPerson(id="a", name="Ann Example", place="Room 204", said="needs help"),
    SheetPerson(id="c", name="Cem Example"),
    SheetPerson(id="d", name="Dana Example", through="Floor Warden"),
)
SHEET = SheetPage(
    shell=SHELL,
    title="Staff and families",
    warden="C. Instance",
    people=PEOPLE,
    back_href="/desk/headcounts/h",
    printed_by="B. Example",
)
RESULTS = SheetPage(
    shell=SHELL,
    title="Staff and families",
    warden="C. Instance",
    people=PEOPLE,
    back_href="/desk/headcounts/h",
    post_to="/desk/headcounts/h/results/c",
)
