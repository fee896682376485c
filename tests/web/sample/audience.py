"""Who is warned: before approval, to one who may approve it, and after it went out."""

from msgspec.structs import replace

from tests.web.sample.levels import STRICT
from tests.web.sample.march import SHELL
from tocsin.basis.marking import Mark
from tocsin.web.desk.views.audience import AudiencePage, CountRow, SampleRow
from tocsin.web.pieces import AreaView, CellView, MapView

RING = ((48.19, 16.38), (48.19, 16.42), (48.22, 16.42), (48.22, 16.38), (48.19, 16.38))

AUDIENCE = AudiencePage(
    strict=STRICT,
    shell=SHELL,
    title="Keep off the bridge",
    warning_href="/desk/warnings/w1",
    mark=Mark.AMBER,
    gone_out=False,
    told=1_203,
    ground="This is a danger to life: a pause or a missing consent leaves nobody out.",
    changed="When it was approved it was for 900 people; now it is for 1203.",
    hows=(
        CountRow(label="Known to be there", count=1_100, why="They have a place there that holds now."),
        CountRow(label="Named", count=110),
    ),
    channels=(CountRow(label="mail", count=900), CountRow(label="sms", count=303)),
    languages=(CountRow(label="de", count=1_000), CountRow(label="en", count=203)),
    left_out=(CountRow(label="Nothing leads to them", count=7, why="Reach them another way."),),
    despite=(CountRow(label="Asked to be left alone", count=12),),
    outside=(CountRow(label="up to 100 m outside", count=4), CountRow(label="100 m to 300 m outside", count=31)),
    sample=(SampleRow(name="Moll Miller", how="known to be there", language="de", channel="mail"),),
    unreachable=("Peg Potter",),
    map=MapView(
        title="Where they are",
        areas=(AreaView(label="Mill Lane", rings=(RING,)),),
        cells=(
            CellView(south=48.2, west=16.4, north=48.21, east=16.41, level=3),
            CellView(south=48.19, west=16.4, north=48.2, east=16.41, level=1),
        ),
    ),
    approve_href="/desk/warnings/w1/approval",
)
NOBODY = AudiencePage(
    shell=SHELL,
    title="Keep off the bridge",
    warning_href="/desk/warnings/w1",
    mark=Mark.AMBER,
    gone_out=False,
    told=0,
    issue_href="/desk/warnings/w1/issue",
)
ASKED = replace(
    AUDIENCE,
    title="Are you safe?",
    mark=Mark.CLEAR,
    approve_href="",
    changed="",
    ask_href="/desk/headcounts",
    fields=(("hours", "4"),),
)
ASKED_NOBODY = replace(NOBODY, issue_href="", ask_href="/desk/headcounts")
GONE_OUT = replace(
    AUDIENCE, gone_out=True, mark=Mark.CLEAR, map=None, sample=(), unreachable=(), approve_href="", changed=""
)
