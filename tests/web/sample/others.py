"""Others' alerts of the sample: at the desk, on the public site, and the inlets by which they come."""

from msgspec.structs import replace

from tests.web.sample.channels import ADMINISTRATOR
from tests.web.sample.march import MAP, NOW, SHELL, at
from tests.web.sample.public import PUBLIC
from tocsin.web.desk.views.others import (
    DefectRow,
    InletRow,
    InletsPage,
    MatchedView,
    OtherDeskPage,
    OtherRow,
    OthersDeskPage,
    SaidInfo,
    WayRow,
)
from tocsin.web.pieces import MapView, Tone
from tocsin.web.public.others_views import OtherInChain, OtherItem, OtherPage, OthersPage, OtherState

_FLOOD = OtherRow(
    title="Flood warning for the lower Sample river",
    href="/desk/others/0a1b",
    area="Lower Sample river, from the weir to the estuary",
    publisher="Sample Met Office",
    sent=at(22, 18),
    ends=at(24, 6),
    msg_type="Update",
    written_in="en",
    severity="Severe",
)
_STORM = replace(
    _FLOOD,
    title="تحذير من عاصفة رملية شديدة",
    area="المنطقة الشرقية",
    written_in="ar",
    severity="Extreme",
    meant="Exercise",
    flags=(
        "Another message has the same sender, identifier and time, and says something else.",
        "It is gone from its feed. That ends nothing.",
    ),
)

OTHERS_DESK = OthersDeskPage(
    shell=replace(SHELL, section="others"),
    moment=NOW,
    at="2024-03-23T09:02",
    as_known=True,
    count=151,
    rows=(_FLOOD, _STORM, replace(_FLOOD, title="Supercalifragilistic" * 8, severity="")),
    earlier_href="/desk/others?from=0",
    later_href="/desk/others?from=200",
    inlets_href="/desk/inlets",
)
OTHERS_DESK_NONE = OthersDeskPage(
    shell=SHELL, moment=NOW, at="then", as_known=False, count=0, mistake="'then' is no moment.", any_inlet=False
)
OTHER_DESK = OtherDeskPage(
    shell=replace(SHELL, section="others"),
    row=replace(_STORM, state=(Tone.DANGER, "In force")),
    sender="urn:oid:2.49.0.0.999.0",
    identifier="2.49.0.0.999.0.2024.3.22.18.0.sample",
    received_at=at(22, 18, 1),
    signature=(Tone.GOOD, "signed by a key that we know: 2031.pem"),
    ways=(
        WayRow(inlet="met", publisher="Sample Met Office", at=at(22, 18, 1), gone_at=at(23, 5)),
        WayRow(inlet="archive", publisher="Civil protection", at=at(22, 19)),
    ),
    chain=(
        replace(_FLOOD, msg_type="Alert", state=(Tone.PLAIN, "Not in force any more")),
        replace(_STORM, state=(Tone.DANGER, "In force"), this=True),
    ),
    defects=(
        DefectRow(
            severity="error", rule="xsd", message="Element language is not expected here.", where="alert/info[1]"
        ),
        DefectRow(severity="warning", rule="cap-3.3.2-datetime", message="UTC is written -00:00.", where="alert/sent"),
    ),
    infos=(
        SaidInfo(
            language="ar",
            written_in="ar",
            headline="تحذير من عاصفة رملية شديدة",
            event="عاصفة رملية",
            description=("تصل سرعة الرياح إلى 120 كم/س.",),
            instruction=("ابقوا في منازلكم.",),
            areas=("المنطقة الشرقية",),
        ),
        SaidInfo(
            language="en", written_in="en", headline="", event="Sandstorm", description=(), instruction=(), areas=()
        ),
    ),
    map_notes=(
        "Not drawn: a polygon: a point is not on Earth (alert/info[1]/area[1])",
        "Drawn otherwise than it came: a polygon: untangled (alert/info[1]/area[2])",
    ),
    matched=MatchedView(
        known=1_204,
        may_be=1,
        cases=(("Threats against concerts", "/desk/cases/c1"), ("سد الوادي", "/desk/cases/c2")),
        perhaps=(("Kidnappings on the road", "/desk/cases/c3"),),
        more_cases=True,
        notes=("⟦Not matched: a polygon: a point is not on Earth (alert/info[1]/area[1])⟧",),
    ),
    raw_href="/desk/others/0a1b.cap",
    public_href="/others/0a1b",
)
OTHER_DESK_BARE = replace(
    OTHER_DESK,
    infos=(),
    chain=(),
    defects=(),
    map_notes=(),
    public_href="",
    row=_FLOOD,
    matched=MatchedView(count_href="/desk/others/0a1b?match=yes"),
)
OTHER_DESK_TOO_MUCH = replace(
    OTHER_DESK, matched=MatchedView(unmatched="⟦It has 150,000 corners in 2,000 places: nobody is matched.⟧", known=0)
)

_MET = InletRow(
    name="met",
    publisher="Sample Met Office",
    kind="feed, asked",
    address="https://met.example/cap/atom.xml",
    is_on=True,
    shown=True,
    kept=20_418,
    refused=3,
    waiting=0,
    change_href="/desk/inlets/met",
    heard_at=at(23, 6, 1),
    newest_sent=at(23, 5),
    due=at(23, 6, 3),
    leads=True,
    refusals=((at(23, 4), "https://met.example/cap/7.xml", "The XML has a DOCTYPE."),),
)
INLETS = InletsPage(
    shell=replace(ADMINISTRATOR, section="inlets"),
    rows=(
        _MET,
        replace(
            _MET,
            name="dam",
            kind="pushed by a program",
            address="",
            shown=False,
            kept=0,
            heard_at=None,
            newest_sent=None,
            due=None,
            leads=False,
            refusals=(),
            token_href="/desk/inlets/dam/token",
        ),
        replace(
            _MET,
            name="gone",
            shown=False,
            failures=14,
            trouble="The host gave no answer in time.",
            plain=True,
            private=True,
        ),
        replace(_MET, name="off", is_on=False, due=None),
    ),
    token=("dam", "tin_abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"),
    any_private=True,
)
INLETS_NONE = InletsPage(
    shell=replace(ADMINISTRATOR, section="inlets"),
    form={"name": "Met", "plain": "yes"},
    mistake="A name has small letters.",
)

OTHERS = OthersPage(
    shell=PUBLIC,
    count=120,
    rows=(
        OtherItem(
            title="Flood warning for the lower Sample river",
            href="/others/0a1b",
            area="Lower Sample river",
            publisher="Sample Met Office",
            sent=at(22, 18),
            ends=at(24, 6),
            written_in="en",
            severity="Severe",
        ),
        OtherItem(
            title="تحذير من عاصفة رملية شديدة",
            href="/others/0a1c",
            area="المنطقة الشرقية",
            publisher="مركز الأرصاد",
            sent=at(22, 18),
            ends=at(24, 6),
            written_in="ar",
            severity="Extreme",
        ),
    ),
    first=51,
    earlier_href="/others",
    later_href="/others/page-3",
    map=MapView(
        title="Warnings of others",
        areas=tuple(replace(area, label="Sample Met Office", theirs=True) for area in MAP.areas),
    ),
)
OTHER = OtherPage(
    shell=PUBLIC,
    title="Flood warning for the lower Sample river",
    publisher="Sample Met Office",
    state=OtherState.IN_FORCE,
    sent=at(22, 18),
    ends=at(24, 6),
    sender="urn:oid:2.49.0.0.999.0",
    identifier="2.49.0.0.999.0.2024.3.22.18.0.sample",
    cap_href="/others/0a1b.cap",
    written_in="en",
    severity="Minor",
    sender_name="Sample Met Office, flood desk",
    instruction=("Move what you value upstairs.", "Do not drive through water."),
    description=("The river will rise over its banks tonight.",),
    areas=("Lower Sample river", "Sample estuary"),
    contact="flood@met.example",
    web="https://met.example/flood",
    licence="Sample Open Licence 1.0",
    map_note="A place without a radius is drawn as a circle of 5 km.",
    not_drawn=(
        ("⟦an outline that is wrong⟧", ""),
        ("⟦areas whose codes are not in our lists:⟧", "SAMPLE_ID 1, SAMPLE_ID 2"),
    ),
    other_languages=(("fr", "?lang=fr"), ("ar", "?lang=ar")),
    chain=(
        OtherInChain(title="Flood watch", href="/others/0a00", sent=at(21, 18), state=OtherState.OVER),
        OtherInChain(
            title="Flood warning for the lower Sample river",
            href="/others/0a1b",
            sent=at(22, 18),
            state=OtherState.IN_FORCE,
            this=True,
        ),
    ),
)
