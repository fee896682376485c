"""The pages of advisories and statements at the desk."""

from msgspec.structs import replace

from tests.web.sample.march import SHELL, at
from tocsin.basis.marking import Mark
from tocsin.warning.advisory.risk import INDICATORS, Indicator
from tocsin.web.desk.views import levels as views
from tocsin.web.desk.views.public_words import PublicWord, PublicWords, StandsIn
from tocsin.web.desk.views.whom import Whom

OTHERS = (
    views.OthersLevel(publisher="us", place="Sample country", level=4, wording="Level 4: Do Not Travel", seen_at=at(20),
                      reasons=("terrorism", "crime"), address="https://travel.example/sample"),
    views.OthersLevel(publisher="uk", place="Sample country", level=None, wording="", seen_at=at(20), until=at(21)),
    views.OthersLevel(publisher="ca", place="Sample country", region="The coast", level=None, wording="", seen_at=at(20), gone=True),
)  # fmt: skip
DRAFTS = (
    views.DraftRow(
        title="Sample country", href="/desk/advisories/drafts/d", by="A. Sample", at=at(22), level=4, before=3
    ),
    views.DraftRow(title="Another country", href="/desk/advisories/drafts/e", by="A. Sample", at=at(22), level=1),
)
LEVELS = views.LevelsPage(
    shell=SHELL,
    rows=(
        views.HeldRow(place="Sample country", level=3, href="/desk/advisories/countries/XS", since=at(1), review_by=at(20),
                      overdue=True, others=(("ca", 3), ("uk", None), ("us", 4))),
        views.HeldRow(place="The coast, Sample country", level=4, href="/desk/advisories/countries/XS", since=at(1),
                      review_by=at(25)),
    ),
    drafts=DRAFTS,
    new_href="/desk/advisories/new",
    countries=(("XS", "Sample country"),),
)  # fmt: skip
STRICT = PublicWords(
    asked=(
        PublicWord(
            number=1, key="name quillwort", word="Quillwort", kind="name", where=("headline (en)", "description (ar)"), more=2,
            stands_in=(
                StandsIn(what="⟦Report⟧", mark=Mark.AMBER_STRICT, texts=((("They say that ", False), ("Quillwort", True), (" comes.", False)),)),
            ),
        ),
        PublicWord(number=2, key="number 47", word="47", kind="number", where=("instruction (ar)",), stands_in=()),
        PublicWord(number=3, key="word كوفي", word="كوفي", kind="name", where=("description (ar)",), stands_in=(), perhaps=True),
        PublicWord(number=4, key="word حفل", word="حفل", kind="name", where=("description (ar)",), stands_in=(), perhaps=True),
    ),
    others=("sluice", "lanterns"),
    answered=(("Quillwort", "The ministry said so itself.", "B. Sample"),),
)  # fmt: skip
COUNTRY = views.CountryPage(
    shell=SHELL,
    name="Sample country",
    past=(
        views.PastRow(place="Sample country", level=3, since=at(10), until=None, author="A. Sample", approver="B. Sample",
                      why="The embassy asks for it.", href="/desk/warnings/a", withdraw_href="/desk/advisories/a/withdrawal",
                      strict=replace(STRICT, answered=())),
        views.PastRow(place="Sample country", level=2, since=at(1), until=at(9), author="A. Sample", approver="B. Sample",
                      why="", href="/desk/warnings/b", withdrawn=True, strict=PublicWords(answered=STRICT.answered)),
    ),
    drafts=DRAFTS[:1],
    others=OTHERS[:1],
    others_before=OTHERS[1:],
    new_href="/desk/advisories/new?country=XS",
)  # fmt: skip
DRAFT = views.DraftPage(
    strict=replace(STRICT, answered=()),
    shell=SHELL,
    title="Sample country",
    section_href="/desk/advisories",
    section_name="Advisories",
    by="A. Sample",
    at=at(22),
    seen=2,
    changes=(
        views.ChangeRow(label="Level", now="3 · Reconsider travel", then="4 · Do not travel", changed=True),
        views.ChangeRow(label="What to do", now="Stay in.", then="Stay in.", changed=False),
        views.ChangeRow(label="Risks", now="", then="Terrorism\nCrime", changed=True),
    ),
    why="The embassy asks for it.",
    approve_href="/desk/advisories/drafts/d/approval",
    drop_href="/desk/advisories/drafts/d/dropping",
    edit_href="/desk/advisories/new?draft=d",
    replaces=True,
)
DRAFT_OVER = views.DraftPage(
    shell=SHELL, title="On the attack", section_href="/desk/statements", section_name="Statements", by="A. Sample", at=at(22), seen=1,
    changes=(views.ChangeRow(label="Title", now="", then="On the attack", changed=False),),
    waits="You wrote at it.", decided="Dropped by B. Sample: too early",
)  # fmt: skip
LEVEL_FORM = views.LevelForm(
    shell=SHELL,
    post_to="/desk/advisories",
    risks=tuple(
        views.RiskField(
            indicator=one, chosen=one is Indicator.CRIME, words="Thieves." if one is Indicator.CRIME else ""
        )
        for one in INDICATORS
    ),
    country="XS",
    level=3,
    title="Sample country",
    whom=Whom(there=True, groups=(("g", "A group"),)),
    policies=(("p", "A policy"),),
    countries=(("XS", "Sample country"),),
    others=OTHERS[:1],
)
SAID = views.SaidPage(
    shell=SHELL,
    rows=(
        views.SaidRow(
            title="On the attack", href="/desk/statements/s", at=at(22), kind="condolence", edition=2, joined=3
        ),
    ),
    drafts=(views.DraftRow(title="On the accusation", href="/desk/statements/drafts/t", by="A. Sample", at=at(23)),),
    new_href="/desk/statements/new",
)
STATEMENT_DESK = views.StatementDeskPage(
    strict=STRICT,
    shell=SHELL,
    title="On the attack",
    at=at(22),
    kind="correction",
    edition=2,
    text="We mourn.\nWe stand with them.",
    author="A. Sample",
    approver="B. Sample",
    public_href="/statements/s",
    change="The number of people.",
    about="Keep away from large gatherings",
    about_href="/desk/warnings/a",
    joined=(
        views.JoinedRow(name="The next town", since=at(22)),
        views.JoinedRow(name="The county", since=at(22), until=at(23)),
    ),
    editions=((1, at(21), "A. Sample", "B. Sample", "/statements/s/1"),),
    endorse_href="/desk/statements/s/endorsements",
    leave_href="/desk/statements/s/leaving",
    correct_href="/desk/statements/new?edition_of=s",
    draft_href="/desk/statements/drafts/s",
)
STATEMENT_FORM = views.StatementForm(
    shell=SHELL, post_to="/desk/statements", kinds=("condolence", "position", "correction", "reaffirmation"),
    abouts=(("a", "Keep away from large gatherings"),),
)  # fmt: skip
STATEMENT_NEXT = views.StatementForm(
    shell=SHELL, post_to="/desk/statements", kinds=("correction",), id="s", edition=2, title="On the attack"
)
