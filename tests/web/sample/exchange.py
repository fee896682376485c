"""The sample's pages on which a case is handed out and a bundle is taken in."""

from msgspec.structs import replace

from tests.web.sample.march import SHELL, at
from tocsin.basis.marking import Mark
from tocsin.flow.exchange.choose import Stays
from tocsin.flow.exchange.listed import WHY
from tocsin.flow.exchange.weighed import Became
from tocsin.web.desk.fill.exchange import BECAME
from tocsin.web.desk.views.exchange import (
    FateRow,
    FileRow,
    HandedRow,
    HandOutPage,
    ItemRow,
    ProblemRow,
    TakeInPage,
)

_SHELL = replace(SHELL, section="cases")


def _item(key: str, kind: str, title: str, mark: Mark | None, why: str = "", **more: object) -> ItemRow:
    return ItemRow(key=key, kind=kind, title=title, at=at(6, 9), mark=mark, why=why, **more)  # type: ignore[arg-type]


HAND_OUT = HandOutPage(
    shell=_SHELL,
    case_href="/desk/cases/c1",
    case_title="Attack on a large gathering, Moscow",
    mark=Mark.GREEN,
    marks=tuple(Mark),
    rows=(
        _item("case", "Case", "Attack on a large gathering, Moscow", Mark.GREEN),
        _item("actor:1", "Actor", "Islamic State – Khorasan Province", Mark.GREEN),
        _item("report:1", "Report", "Six members of the group killed in Karabulak", Mark.CLEAR),
        _item("report:2", "Report", "مصدر: خطة ضد حفل كبير", Mark.AMBER, WHY[Stays.MARK]),
        _item(
            "assessment:0",
            "Assessment",
            "Two origins speak of concerts within the week.",
            Mark.GREEN,
            words=("stadium",),
            released_why="The town itself has said so.",
        ),
        _item("assessment:1", "Assessment", "A voice in Karabulak names a hall.", None, WHY[Stays.RESTS]),
        _item(
            "assessment:2",
            "Assessment",
            "We think of the hall at Myakinino.",
            None,
            WHY[Stays.WORDS],
            words=("myakinino",),
            may_release=True,
        ),
    ),
    post_to="/desk/cases/c1/handing-out",
    whom="The embassy of a neighbour",
    before=(HandedRow(at=at(7, 9), by="M. Vale", whom="The watch of the Union", mark=Mark.AMBER, count=31),),
)
TOO_FAR = replace(
    HAND_OUT,
    mark=Mark.CLEAR,
    rows=(),
    before=(),
    too_far="The case is TLP:GREEN and may not go as TLP:CLEAR. Choose a mark that is no looser than its own.",
)

ASKED = replace(
    HAND_OUT,
    mark=Mark.AMBER_STRICT,
    asks_within=True,
    rows=(*HAND_OUT.rows, _item("report:3", "Report", "They meet at the mill", Mark.AMBER_STRICT, WHY[Stays.ONLY_US])),
    before=(
        HandedRow(at=at(7, 9), by="M. Vale", whom="The consulate", mark=Mark.AMBER_STRICT, count=33, within=True),
        HandedRow(at=at(7, 8), by="M. Vale", whom="The Union", mark=Mark.AMBER_STRICT, count=31, within=False),
    ),
)
HELD = replace(
    ASKED,
    within=False,
    rows=(
        _item(
            "case",
            "Case",
            "Attack on a large gathering, Moscow",
            None,
            WHY[Stays.WORDS],
            words=("gathering",),
            may_release=True,
        ),
    ),
)

TAKE_IN = TakeInPage(
    shell=_SHELL,
    sources=(("s1", "A partner service"), ("s2", "The press")),
    marks=tuple(Mark),
    post_to="/desk/exchange",
)
LOOKED = replace(
    TAKE_IN,
    source="s1",
    text='{"type":"bundle","objects":[]}',
    looked=True,
    counts=((BECAME[Became.REPORT], 2), (BECAME[Became.KEPT], 1), (BECAME[Became.OURS], 1)),
    fates=(
        FateRow(
            id="report--1f3f1d8e-1c2b-4f0a-9d51-0a7c5a2b9c11",
            kind="report",
            became=BECAME[Became.REPORT],
            mark=Mark.AMBER,
            report_href="/desk/reports/r1",
        ),
        FateRow(
            id="note--2f3f1d8e-1c2b-4f0a-9d51-0a7c5a2b9c12",
            kind="note",
            became=BECAME[Became.REPORT],
            mark=Mark.RED,
            why="Nobody here knows the marking marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ec: it is RED.",
        ),
        FateRow(
            id="", kind="", became=BECAME[Became.KEPT], mark=Mark.AMBER, why="It has no id, so nobody can refer to it."
        ),
    ),
    problems=(ProblemRow(severity="error", where="objects[2]", message="This is no object. It is kept as it came."),),
    before=(FileRow(at=at(5, 9), source="A partner service", count=42, mark=Mark.AMBER),),
)
REFUSED = replace(TAKE_IN, trouble="The file is no JSON: it cannot be read on at line 1, column 1.", source="s1")

PAGES_OF_EXCHANGE = {
    "desk-hand-out": HAND_OUT,
    "desk-hand-out-too-far": TOO_FAR,
    "desk-hand-out-asked": ASKED,
    "desk-hand-out-held": HELD,
    "desk-hand-out-to-ours": replace(HAND_OUT, mark=Mark.RED, to="M. Vale", within=True),
    "desk-hand-out-to-others": replace(HAND_OUT, mark=Mark.RED, to="The host's authorities", within=False),
    "desk-take-in": TAKE_IN,
    "desk-take-in-looked": LOOKED,
    "desk-take-in-done": replace(LOOKED, looked=False, done=True, text=""),
    "desk-take-in-refused": REFUSED,
}
