"""The pages on which notices are written. What the filling has said in the reader's language stands in ⟦ ⟧: see tests.words."""

from tests.web.sample.levels import DRAFTS
from tests.web.sample.march import SHELL, at
from tocsin.basis.marking import Mark
from tocsin.web.desk.views import notices as views
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.notices import FlagState, FlagView, LineView, Span

OPEN = FlagView(number=1, key="name quillwort", kind="name", sources=(1,))
OWN = FlagView(number=2, key="time 03-22", kind="time", sources=(1, 2), state=FlagState.OWN, why="The paper has it.")
LET = FlagView(
    number=3, key="place Karabulak", kind="place", sources=(2,), state=FlagState.RELEASED, why="All know it."
)
WHAT = "Quillwort fears an attack on 22 March by people from Karabulak"
LINES = (
    LineView(
        field="what", label="⟦What⟧", text=WHAT, checked=(
            Span(text="Quillwort", flag=OPEN), Span(text=" fears an attack on "), Span(text="22 March", flag=OWN),
            Span(text=" by people from "), Span(text="Karabulak", flag=LET),
        ),
    ),
    LineView(field="where", label="⟦Where⟧", text="The city", checked=(Span(text="The city"),)),
    LineView(field="likelihood", label="⟦How likely⟧", text=""),
    LineView(
        field="until", label="⟦Until⟧", text="2024-03-10 18:00", written=False, checked=(
            Span(text="2024-03-10", flag=FlagView(number=9, key="time 03-10", kind="time", sources=(1,))), Span(text=" 18:00"),
        ),
    ),
)  # fmt: skip
ARABIC = (LineView(field="1.what", label="⟦What⟧", text="يخشى هجوم", checked=(Span(text="يخشى هجوم"),), rows=3),)
SOURCES = (
    views.SourceText(
        number=1, what="⟦Report⟧", mark=Mark.RED, stricter=True,
        texts=((Span(text="Quillwort", marked=True), Span(text=" told us of the "), Span(text="22nd", marked=True), Span(text=".")),),
    ),
    views.SourceText(
        number=2, what="⟦Incident⟧", mark=Mark.AMBER_STRICT, stricter=True, texts=((Span(text="В Карабулаке", marked=True),),), language="ru",
    ),
    views.SourceText(number=3, what="⟦The case⟧", mark=Mark.AMBER, stricter=False, texts=((Span(text="An attack on a crowd"),),)),
)  # fmt: skip
OUT = (
    views.GoesOut(
        whom="", language="en", subject="A confidential notice for you", message=("Please read this.", "Sharing: TLP:AMBER"),
        page=(("⟦What⟧", WHAT), ("⟦Where⟧", "The city")), carried=False,
    ),
    views.GoesOut(whom="B. Sample", language="ar", subject="إشعار", message=("اقرأوا هذا.",), page=(), carried=True),
)  # fmt: skip
LOOK = views.LookView(
    versions=(
        views.VersionView(number=0, lines=LINES, language="en"),
        views.VersionView(
            number=1, lines=ARABIC, language="ar", whom="B. Sample", chosen=("b",), left_out=("where", "when")
        ),
    ),
    sources=SOURCES,
    more_sources=12,
    leaves_us=True,
    open=1,
    own=1,
    flagged=3,
    specificity=("what", "where"),
    mixed=("It is likely, with low confidence.",),
    empty=("⟦What is not known⟧", "⟦Whom to ask⟧"),
    one_way=("B. Sample",),
    one_way_more=2,
    out=OUT,
)
PLAIN = (
    LineView(field="what", label="⟦What⟧", text="They fear an attack", checked=(Span(text="They fear an attack"),)),
)
CLEAN = views.LookView(
    versions=(views.VersionView(number=0, lines=PLAIN, language="en"),), specificity=("what",), out=OUT[:1]
)
WAITS_FOR_A_SECOND = views.LookView(
    versions=(
        views.VersionView(
            number=0, language="en",
            lines=(LineView(field="what", label="⟦What⟧", text="On 22 March", checked=(Span(text="On "), Span(text="22 March", flag=OWN))),),
        ),
    ),
    sources=SOURCES[:2], own=1, flagged=1, specificity=("what",), out=OUT[:1],
)  # fmt: skip
OWN_RELEASE = views.OwnRelease(
    words=(("time 03-22", "22 March"),), by="A. Sample", why="The paper has it.", sources=(1, 2)
)
FACTS = (
    ("⟦To whom⟧", "B. Sample, C. Sample"),
    ("⟦Until⟧", "10 March"),
    ("⟦The message⟧", "says only that there is a notice"),
)
NO_NOTICES = views.NoticesPage(shell=SHELL)
NOTICES = views.NoticesPage(
    shell=SHELL,
    drafts=DRAFTS[:1],
    unsent=DRAFTS[:1],
    cases=CaseChoice(cases=(("c", "Sample case"),), more=True),
    begin_href="/desk/notices/new",
)
BEGIN = views.BeginPage(
    shell=SHELL, post_to="/desk/notices", case="Sample case", case_id="c", case_href="/desk/cases/c", duties_href="/desk/cases/c/duties",
    duties=(views.DutyChoice(id="d", who="Whom it is aimed at: B. Sample", why="They live there.", names=("B. Sample",), chosen=True),),
    may_decide=True, names="B. Sample", ends="2024-03-10T18:00", languages=("en", "ar"),
)  # fmt: skip
NOT_DECIDED = views.BeginPage(
    shell=SHELL, post_to="/desk/notices", case="Sample case", case_id="c", case_href="/desk/cases/c",
    duties_href="/desk/cases/c/duties",
)  # fmt: skip
FORM = views.NoticeForm(
    shell=SHELL, post_to="/desk/notices/n", look_href="/desk/notices/n/look", id="n", seen=3, title="Notice to B. Sample",
    case="Sample case", case_href="/desk/cases/c", look=LOOK, mark=Mark.AMBER, marks=tuple(Mark),
    recipients=(("b", "B. Sample"), ("d", "D. Sample")), names="B. Sample\nD. Sample", meant_for="E. Sample",
    officers=(("o", "O. Sample", True), ("p", "P. Sample", False)), removable=(("o", "O. Sample"),), in_message="No other way.", unnamed=True, language="en",
    languages=("en", "ar"), ends="2024-03-10T18:00", zone="Europe/Moscow", release_by="The neighbours", originators="The press",
    came_from=("The neighbours",), policies=(("p", "At night"),), keeps_ladder=True,
)  # fmt: skip
FORM_TYPED = views.NoticeForm(
    shell=SHELL, post_to="/desk/notices/n", look_href="/desk/notices/n/look", id="n", seen=3, title="Notice to B. Sample", case="",
    case_href="", look=CLEAN, mark=Mark.RED, marks=tuple(Mark), zone="Europe/Moscow", kept=False,
    over="⟦They have been told by now. Drop it, or send it on grounds of its own.⟧",
)  # fmt: skip
DRAFT = views.NoticeDraftPage(
    shell=SHELL, id="n", title="Notice to B. Sample", by="A. Sample", at=at(22), seen=4, case="Sample case", case_href="/desk/cases/c",
    mark=Mark.AMBER, look=LOOK, facts=FACTS, own_releases=(OWN_RELEASE,),
    released=(views.ReleasedRow(words=("Karabulak",), by="B. Sample", at=at(22), why="All know it.", asked=(("A. Sample", "They must know the hall."),)),),
    consents=(
        views.ConsentView(originator="The neighbours", first=True),
        views.ConsentView(originator="The abbey", first=True, asked_at=at(22), asked_by="A. Sample", asked="By telephone"),
        views.ConsentView(
            originator="The board", first=True, asked_at=at(22), asked_by="A. Sample", asked="By letter", agreed=False,
            giver="Their desk", given_at=at(22), words="Our log, line 12",
        ),
        views.ConsentView(originator="The press", first=False),
    ),
    lacking=(("The neighbours", "⟦has to agree, and was not asked.⟧"), ("The board", "⟦refused.⟧")),
    waits="You wrote at it. Another duty officer lets it out.", edit_href="/desk/notices/n/edit", release_href="/desk/notices/n/release",
    ask_href="/desk/notices/n/asking", answer_href="/desk/notices/n/answer", alone_href="/desk/notices/n/alone",
    over="⟦The case that it is about is over. Drop it, or send it on grounds of its own.⟧", grounds_asked="case",
    drop_href="/desk/notices/n/dropping", told=1,
)  # fmt: skip
READY = views.NoticeDraftPage(
    shell=SHELL, id="n", title="Notice to B. Sample", by="A. Sample", at=at(22), seen=4, case="Sample case", case_href="/desk/cases/c",
    mark=Mark.AMBER, look=WAITS_FOR_A_SECOND, facts=FACTS, own_releases=(OWN_RELEASE,),
    over="⟦They have been told by now. Drop it, or send it on grounds of its own.⟧", grounds_asked="told",
    consents=(
        views.ConsentView(
            originator="The abbey", first=True, asked_at=at(22), asked_by="A. Sample", asked="By telephone", agreed=True,
            giver="Their desk", given_at=at(22), words="Our log, line 12",
        ),
    ),
    unasked=(("The board", "⟦was not put down: what came from there is stricter.⟧"),), not_asked="⟦Not asked: The board. They sleep.⟧",
    release_href="/desk/notices/n/release", approve_href="/desk/notices/n/approval", told=2,
)  # fmt: skip
OVER = views.NoticeDraftPage(
    shell=SHELL, id="n", title="Notice to B. Sample", by="A. Sample", at=at(22), seen=4, case="", case_href="", mark=Mark.RED, look=CLEAN,
    facts=FACTS, decided="Let out by B. Sample.", grounds="⟦They have been told by now. It goes out all the same, says B. Sample: In writing.⟧", warning_href="/desk/warnings/n",
)  # fmt: skip
UNSENT = views.NoticeDraftPage(
    shell=SHELL, id="n", title="Notice to B. Sample", by="A. Sample", at=at(22), seen=4, case="", case_href="", mark=Mark.RED, look=CLEAN,
    facts=FACTS, decided="⟦Approved by B. Sample, and not sent.⟧", send_href="/desk/notices/n/sending",
    over="⟦They have been told by now. Drop it, or send it on grounds of its own.⟧", grounds_asked="told",
    drop_href="/desk/notices/n/dropping", told=2,
)  # fmt: skip
DROPPED = views.NoticeDraftPage(
    shell=SHELL, id="n", title="Notice to B. Sample", by="A. Sample", at=at(22), seen=4, case="", case_href="", mark=Mark.RED, look=CLEAN,
    facts=FACTS, decided="Dropped by B. Sample: They know.",
)  # fmt: skip

PAGES_OF_NOTICES = {
    "desk-notices": NOTICES,
    "desk-notices-none": NO_NOTICES,
    "desk-notice-begin": BEGIN,
    "desk-notice-undecided": NOT_DECIDED,
    "desk-notice-form": FORM,
    "desk-notice-form-typed": FORM_TYPED,
    "desk-notice-draft": DRAFT,
    "desk-notice-ready": READY,
    "desk-notice-over": OVER,
    "desk-notice-unsent": UNSENT,
    "desk-notice-dropped": DROPPED,
}
