"""The pages of competing hypotheses in the sample: nobody has weighed one, one is weighed, and one is only looked at."""

from msgspec.structs import replace

from tests.web.sample.march import SHELL, at
from tocsin.basis.marking import Mark
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight
from tocsin.threat.hypotheses.score import Amount, Removed
from tocsin.web.desk.views.duty import Choice
from tocsin.web.desk.views.hypotheses import (
    AsideRow,
    CellView,
    HypothesesPage,
    HypothesisRow,
    JudgedRow,
    MatrixRowView,
    RemovalRow,
)

UNOPENED = HypothesesPage(
    shell=replace(SHELL, section="cases"),
    title="Attack on a large gathering in the capital",
    case_href="/desk/cases/c",
    mark=Mark.AMBER,
    asks=Asks.WHAT,
    href="/desk/cases/c/hypotheses/what",
    other_href="/desk/cases/c/hypotheses/who",
    is_open=False,
    may_change=True,
)


def _cell(letter: str, judged: str = "", day: int = 0) -> CellView:
    return CellView(
        letter=letter,
        field=f"cell:r:{letter}:1:{judged}",
        judged=Consistency(judged) if judged else None,
        as_of=at(day, 12) if day else None,
        by="J. Brandt" if judged else "",
        at=at(8, 9) if judged else None,
    )


def _row(title: str, tells: int | None, *cells: CellView, **more: object) -> MatrixRowView:
    row = MatrixRowView(
        key="r", title=title, claim="", note="", source="The wire service", grade="B2", credibility=Weight("high"),
        relevance=Weight("medium"), origin="", tells=tells, taken_back=False, cells=cells,
    )  # fmt: skip
    return replace(row, **more)


WEIGHED = replace(
    UNOPENED,
    asks=Asks.WHO,
    is_open=True,
    hypotheses=(
        HypothesisRow(key="b", letter="B", words="The regional branch of the group", place=1, amount=Amount("little"),
                      inconsistency=0.71, bar=18, origins=1, open=0),
        HypothesisRow(key="a", letter="A", words="", place=2, amount=Amount("some"), inconsistency=2.0, bar=50, origins=1, open=1),
        HypothesisRow(key="c", letter="C", words="The neighbouring state, as is said in public", place=3, amount=Amount("much"),
                      inconsistency=4.0, bar=100, origins=2, open=0, actor="The neighbour (sample) <b>"),
        HypothesisRow(key="d", letter="D", words="A lone offender", place=None, amount=Amount("nothing"), inconsistency=0.0,
                      bar=0, origins=0, open=3),
    ),
    aside=(AsideRow(key="e", words="A feud among smugglers", by="M. Vale", at=at(9, 7), why="All of them were held that week"),),
    rows=(
        _row("Six members of the group killed in the south", 3, _cell("B", "CC"), _cell("A", "N"), _cell("C", "I"), _cell("D")),
        _row("The paper tells it again", 3, _cell("B", "C"), _cell("A"), _cell("C", "II"), _cell("D"),
             origin="Six members of the group killed in the south", claim="They planned to strike a synagogue"),
        _row("Nobody has claimed it", None, _cell("B", "N"), _cell("A", "NA"), _cell("C", "no_indication", 9), _cell("D"),
             source="", grade="", credibility=Weight("medium"), note="", taken_back=False),
        _row("A channel says that it has proof", 0, _cell("B", "I"), _cell("A", "I"), _cell("C", "I"), _cell("D"),
             taken_back=True, credibility=Weight("low"), relevance=Weight("low")),
    ),
    removals=(
        RemovalRow(removed=Removed("origin"), name="Six members of the group killed in the south", order=("A", "B = C"), first=True),
        RemovalRow(removed=Removed("source"), name="The paper", order=("B", "C", "A"), first=False),
    ),
    tried=5,
    judged=(
        JudgedRow(at=at(9, 8), by="M. Vale", row="Nobody has claimed it", letter="C", judged=Consistency("no_indication"), as_of=at(9, 7), why=""),
        JudgedRow(at=at(8, 9), by="J. Brandt", row="The paper tells it again", letter="C", judged=Consistency("II"), as_of=None,
                  why="The names are those of the branch"),
    ),
    offers=(Choice(value="i", label="A commander of the group is held"),),
    actors=(Choice(value="a1", label="The neighbour (sample) <b>"), Choice(value="a2", label="Another group")),
    hidden=2,
)  # fmt: skip

PAGES_OF_HYPOTHESES = {
    "desk-hypotheses-none": UNOPENED,
    "desk-hypotheses": WEIGHED,
    "desk-hypotheses-steady": replace(
        WEIGHED, may_change=False, removals=(), hidden=0, aside=(), offers=(), asks=Asks.WHAT, other_href="/desk"
    ),
    "desk-hypotheses-empty": replace(
        WEIGHED, rows=(), removals=(), tried=0, judged=(), hidden=1, aside=(), hypotheses=WEIGHED.hypotheses[3:]
    ),
}
