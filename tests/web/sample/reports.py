"""The sample's pages of one report: one with everything that can be said of it, and one with as little as there can be."""

from msgspec.structs import replace

from tests.web.sample.march import SHELL, at
from tocsin.basis.marking import Mark
from tocsin.web.desk.views.reports import ReportPage

REPORT = ReportPage(
    shell=replace(SHELL, section="cases"),
    title="Who is behind it? <b>",
    text="A: The regional branch\nB: Deception: somebody wants us to believe one of the others\n\n1. Six are killed – A CC, B N",
    language="en",
    mark=Mark.AMBER,
    source="A partner",
    grade="B2",
    received_at=at(4, 9),
    published_at=at(3, 12),
    url="https://press.example/reports/1",
    claims=(("Six were killed <b>", 2), ("They planned to strike a synagogue", 3)),
    repeats=("Six members of the group are killed", "/desk/reports/r1"),
    came_as="note--8548fdd7-88f4-4969-ac12-a764bfd010a7",
    revised_at=at(5, 9),
    taken_back_at=at(6, 9),
    incidents=(("Six are killed <b>", "/desk/incidents/i7"), ("A hall is searched", "/desk/incidents/i8")),
    note_href="/desk/incidents/new?report=r4",
)

BARE = replace(
    REPORT, text="", claims=(), repeats=None, came_as="", url="", source="", grade="F6", published_at=None, revised_at=None,
    taken_back_at=None, incidents=(), note_href="",
)  # fmt: skip
