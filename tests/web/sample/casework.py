"""Cases of the sample as they are worked on: the form, the estimate, and everything else that is done about one."""

from msgspec.structs import replace

from tests.web.sample.march import LIKELY, NOW, SHELL, UNLIKELY, ZONE, at
from tocsin.basis.marking import Mark
from tocsin.threat.facts import Bearing
from tocsin.threat.fits import Fit
from tocsin.threat.indicators import Observed, Strength
from tocsin.threat.merge import Carried
from tocsin.threat.particulars import Method, Severity, TargetClass, ThreatKind
from tocsin.threat.suggest import Because
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.casework import (
    ActorRow,
    AliasRow,
    CarriedRow,
    CaseCare,
    CaseForm,
    CaseWorkPage,
    EstimatePage,
    HowJoined,
    JoinedRow,
    LinkChoice,
    MarkForm,
    MarkingRow,
    MarkRow,
    PlaceRow,
    ProposedRow,
    QuestionRow,
    RestsRow,
    StepView,
    TermRow,
    VersionRow,
    WatchedRow,
)

CASES_SHELL = replace(SHELL, section="cases")
PEOPLE = (("p1", "A. Sample"), ("p2", "B. Example"))
HREF = "/desk/cases/k7qf2mzr4t"

CARE = CaseCare(
    marked_as="3f0c5e7a9b12d468",
    markings=(
        MarkingRow(mark=Mark.GREEN, at=at(2, 9)),
        MarkingRow(mark=Mark.AMBER, at=at(6, 18), by="A. Sample", why="The partner names <b> its source"),
    ),
    step=StepView(
        what="Ask the partner which halls were looked at",
        owner="B. Example",
        by_when=at(23, 12),
        done="The partner was asked about the day; it does not know",
    ),
    more_steps=(StepView(what="Call the mill <b> back", owner="A. Sample", by_when=at(24, 18)),),
    questions=(
        QuestionRow(id="q1", words="Which day, and which hall?", asked_by="A. Sample", asked_at=at(5, 9)),
        QuestionRow(
            id="q2",
            words="Does the second partner know it by itself?",
            asked_by="A. Sample",
            asked_at=at(5, 17),
            answer="No: it had this from the first",
            closed_at=at(5, 18),
        ),
    ),
    proposed=(
        ProposedRow(
            id="i7",
            title="A commander of the group is held <b>",
            place="Moscow",
            at=at(20, 8),
            fits=((Fit("actor_named"), "Группы"), (Fit("place_named"), "в <Москве>"), (Fit("time"), "")),
            by_host=True,
        ),
        ProposedRow(
            id="i8",
            title="A hall is searched after a call",
            place="",
            at=at(21, 8),
            fits=((Fit("place_perhaps"), "Springfield"), (Fit("target"), "")),
        ),
    ),
    met=("A cell is stopped before it could attack a target of this class",),
    observed=2,
    known=3,
    watched=4,
    actors=(
        ActorRow(
            id="a1",
            name="The group (sample)",
            confidence="moderate",
            why="Two origins name it",
            by="A. Sample",
            aliases=(
                AliasRow(name="Listed so <b>"),
                AliasRow(name="Фонари", said_by="The ministry, on 2 March <b>", since="2014-06-29", by="A. Sample"),
                AliasRow(name="Lamps", by="B. Sample", taken_back=True, why="A shop is called so <b>"),
            ),
        ),
        ActorRow(id="a2", name="Another group (sample)"),
    ),
    joined=(JoinedRow(title="Interest in concert halls", href="/desk/cases/other", how=HowJoined.TAKES_IN),),
    kind=ThreatKind("attack_on_gathering"),
    intent="To strike a crowd in the capital",
    description="It is said to be for those killed in the south.",
    methods=(Method("firearms"), Method("fire")),
    classes=(TargetClass("gathering"),),
    href=f"{HREF}/work",
    estimate_href=f"{HREF}/estimate",
    about_href=f"{HREF}/about",
)

NEW_CASE = CaseForm(
    shell=CASES_SHELL,
    post_to="/desk/cases",
    owner="p1",
    places=(PlaceRow(number=0), PlaceRow(number=1)),
    people=PEOPLE,
    hosts=(("h", "Host authorities"),),
    countries=(("RU", "Russia"), ("IR", "Iran")),
    marks=tuple(mark.value for mark in Mark),
)

CASE_ANEW = replace(
    NEW_CASE,
    post_to=f"{HREF}/acts/describe",
    id="k7qf2mzr4t",
    title="Attack on large gatherings, Moscow <b>",
    kind="attack_on_gathering",
    targets="Large gatherings\nConcerts",
    classes=("gathering",),
    methods=("firearms",),
    zone=ZONE,
    places=(
        PlaceRow(number=0, name="Moscow <b>", country="RU", circle="55.75580,37.61760,12"),
        PlaceRow(number=1, name="Krasnogorsk", outline="55.7,37.55 55.8,37.55 55.8,37.7"),
        PlaceRow(number=2, name="The ring road", corners=1_204),
        PlaceRow(number=3),
    ),
    begins="2024-03-04T10:00",
    ends="2024-04-04T00:00",
    host="h",
    intent="To strike a crowd in the capital",
)

ESTIMATE = EstimatePage(
    shell=CASES_SHELL,
    id="k7qf2mzr4t",
    title="Attack on large gatherings, Moscow",
    href=HREF,
    post_to=f"{HREF}/acts/estimate",
    met=CARE.met,
    rests=(
        RestsRow(
            id="r1",
            title="A cell is stopped <b>",
            source="A paper",
            at=at(7, 9),
            mark=Mark.GREEN,
            bearing=Bearing.FOR,
            chosen=True,
        ),
        RestsRow(
            id="i1",
            title="Arms are found",
            source="",
            at=at(6, 9),
            mark=Mark.AMBER_STRICT,
            bearing=Bearing.AGAINST,
            chosen=True,
        ),
        RestsRow(
            id="r2",
            title="It rains",
            source="A paper",
            at=at(5, 9),
            mark=Mark.CLEAR,
            bearing=Bearing.CONTEXT,
            chosen=False,
        ),
    ),
    older=3,
    versions=(
        VersionRow(
            at=at(7, 17),
            by="A. Sample",
            likelihood=LIKELY,
            severity=Severity("severe"),
            grounds="Two independent origins name a crowd in the city.",
            confidence_why="Both were right before.",
            changed="A second origin",
            why="A cell was stopped",
            rests_on=("A cell is stopped <b>", "Arms are found"),
            more=2,
        ),
        VersionRow(at=at(4, 11), by="B. Example", likelihood=UNLIKELY, grounds="One voice, not yet confirmed."),
    ),
    suggested=(0.54, 0.71),
    suggested_words=("roughly even chance", "likely"),
    terms=(
        TermRow(because=Because("start"), what="", factor=0.111, likelihood=0.1),
        TermRow(because=Because("seen"), what="A cell is stopped before it could attack", factor=4.0, likelihood=0.31),
        TermRow(because=Because("not_seen"), what="Arms are found", factor=0.6, likelihood=0.21),
        TermRow(because=Because("origin_for"), what="A plan against a crowd <i>", factor=1.8, likelihood=0.33),
        TermRow(because=Because("origin_against"), what="It came to nothing before", factor=0.8, likelihood=0.28),
    ),
    unknown=1,
    indicators=4,
    low=55,
    high=80,
    confidence="moderate",
    severity="severe",
)

FIRST_ESTIMATE = EstimatePage(
    shell=CASES_SHELL,
    id="k7qf2mzr4u",
    title="A case opened a moment ago",
    href="/desk/cases/k7qf2mzr4u",
    post_to="/desk/cases/k7qf2mzr4u/acts/estimate",
)

CASE_WORK = CaseWorkPage(
    shell=CASES_SHELL,
    id="k7qf2mzr4t",
    title="Attack on large gatherings, Moscow",
    href=HREF,
    post_to=f"{HREF}/acts",
    care=CARE,
    watched=(
        WatchedRow(
            key="cell_stopped",
            indicator="A cell is stopped before it could attack a target of this class",
            strength=Strength("strong"),
            stands=Observed("observed"),
            as_of=at(7, 8),
            by="A. Sample",
            words="Near the city, before a synagogue",
            rests_on=("A cell is stopped <b>",),
            is_new=True,
        ),
        WatchedRow(
            key="moved_in",
            indicator="Members have come into the country",
            strength=Strength("medium"),
            stands=Observed("unknown"),
        ),
        WatchedRow(
            key="weapons_found",
            indicator="Arms are found",
            strength=Strength("strong"),
            stands=Observed("not_observed"),
            as_of=at(6, 8),
            by="B. Example",
            words="The police was asked",
        ),
    ),
    owner="A. Sample",
    people=PEOPLE,
    actors=(("a1", "The group (sample)"), ("a2", "Another group (sample)")),
    items=(("i1", "A cell is stopped <b>"), ("r1", "A plan against a crowd")),
    shows=(
        ("i1", "A cell is stopped <b>"),
        ("r1", "A plan against a crowd"),
        ("r1:0", "– It is planned for a concert <b>"),
    ),
    reports=(
        LinkChoice(
            id="r1",
            title="A plan against a crowd",
            claims=("It is planned for a concert <b>", "It is planned for March"),
        ),
        LinkChoice(id="r2", title="A cell is stopped"),
    ),
    told_in=(("r1", "A plan against a crowd <b>"),),
    parties=("Host authorities", "The group (sample)"),
    others=CaseChoice(cases=(("k2", "Attack on a synagogue"),)),
    carried=(
        CarriedRow(what=Carried.WINDOW, said="⟦7 Mar 2024, 20:00⟧"),
        CarriedRow(what=Carried.PLACES, said="Moscow <b>"),
        CarriedRow(what=Carried.KIND),
        CarriedRow(what=Carried.TARGETS, said="Concerts"),
        CarriedRow(what=Carried.WORDS),
        CarriedRow(what=Carried.ACTORS, said="The group (sample)"),
        CarriedRow(what=Carried.HOST, said="Host authorities"),
    ),
    distrusted=("City police <b>",),
    step_by="2024-03-24T09:02",
    marking=MarkForm(
        mark=Mark.AMBER,
        marks=(
            MarkRow(mark=Mark.CLEAR),
            MarkRow(mark=Mark.GREEN),
            MarkRow(mark=Mark.AMBER),
            MarkRow(mark=Mark.AMBER_STRICT, unread=("B. Example <b>", "C. Instance"), rung=("B. Example <b>",)),
            MarkRow(mark=Mark.RED),
        ),
        readers=(("p2", "B. Example", False), ("p3", "C. Instance", True)),
        rung=("A. Sample", "B. Example"),
        handed_out=2,
    ),
)

CASE_OVER = CaseWorkPage(
    shell=CASES_SHELL,
    id="k7qf2mzr4v",
    title="A film at the bridge",
    href="/desk/cases/k7qf2mzr4v",
    post_to="/desk/cases/k7qf2mzr4v/acts",
    care=CaseCare(step=None, ended_at=NOW, ended_why="It was a film"),
    owner="B. Example",
    is_open=False,
)

CASE_PART = replace(
    CASE_OVER,
    part_of=JoinedRow(title="Attack on large gatherings, Moscow", href=HREF, how=HowJoined.PART_OF),
)
