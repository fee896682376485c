"""Competing hypotheses as STIX objects: a matrix is one thing, and leaves whole or not at all.

Which hypothesis stands best follows from all its rows together. Without those that may not go so far it would say something else.
"""

from collections.abc import Iterator
from datetime import datetime
from string import ascii_uppercase

from tocsin.flow.exchange.items import Item, bounds, moment
from tocsin.flow.exchange.objects import End, Known
from tocsin.stix.extensions import Hypothesis, Judgement, Matrix, Row, Weighing
from tocsin.threat.hypotheses import state
from tocsin.threat.hypotheses.facts import Asks, Consistency, HypothesisKind

QUESTIONS = {Asks.WHO: "Who is behind it?", Asks.WHAT: "What is planned?"}
DECEPTION = "Deception: somebody wants us to believe one of the others"
CAUTION = (
    "What is known contradicts one account less than another. That does not make it true, the right one may not be among them, "
    "and it says nothing of how likely it is."
)


def matrices(known: Known) -> list[Item]:
    """Return each matrix of a case as an item, in the order of the file's."""
    return [_Whole(known, one).item() for one in known.file.matrices]


class _Whole:
    """One matrix. What was taken out of it is no part of it."""

    def __init__(self, known: Known, matrix: state.Matrix) -> None:
        self.known, self.matrix = known, matrix
        self.at = {one.key: at for at, one in enumerate(matrix.hypotheses)}

    def item(self) -> Item:
        """Return it as an item: no further than any of its rows, and only with all that these rest on."""
        known, matrix = self.known, self.matrix
        ends = [end for row in matrix.rows for end in self._ends(row)]
        actors = [one.actor for one in matrix.hypotheses if one.actor]
        bound = bounds(known.bound, (end.bound for end in ends))
        form = Matrix(
            asks=matrix.asks.value,
            hypotheses=tuple(map(self._hypothesis, matrix.hypotheses)),
            rows=tuple(map(self._row, matrix.rows)),
        )
        named = [*(end.id for end in ends), *map(known.actor_id, actors)]
        note = known.maker.make(
            "note", [known.threat.id, "matrix", matrix.asks.value], matrix.opened_at, bound.mark, form,
            changed=max(_moments(matrix)), abstract=QUESTIONS[matrix.asks], content=self._told(),
            object_refs=[known.campaign, *dict.fromkeys(named)],
        )  # fmt: skip
        needs = {*(end.key for end in ends), *(f"actor:{id}" for id in actors)}
        return Item(
            key=f"matrix:{matrix.asks.value}", kind="matrix", bound=bound, objects=(note,), title=QUESTIONS[matrix.asks],
            needs=tuple(sorted(needs | self._missing())), words=tuple(_words(matrix)), at=matrix.opened_at,
        )  # fmt: skip

    def _ends(self, row: state.MatrixRow) -> list[End]:
        """Return what a row rests on. An incident counts by the reports that tell of it: they are part of what the rows come to."""
        incident = self.known.file.incidents.get(row.item or "")
        since = min(_moments_of(row), default=self.matrix.opened_at)
        items = [*([row.item] if row.item else []), *(incident.reports if incident else ())]
        return [end for one in items if (end := self.known.end(one, since)) is not None]

    def _missing(self) -> set[str]:
        """Return the keys of what rows name and is not there: without it, the matrix is not whole."""
        return {
            f"{row.item_kind}:{row.item}" for row in self.matrix.rows if row.item and self.known.end(row.item) is None
        }

    def _hypothesis(self, one: state.Hypothesis) -> Hypothesis:
        return Hypothesis(
            words=one.words,
            deception=one.hypothesis_kind is HypothesisKind.DECEPTION,
            actor_ref=self.known.actor_id(one.actor) if one.actor else "",
            stated_at=moment(one.at),
            aside_at=moment(one.aside.at) if one.aside else None,
            aside_why=one.aside.why if one.aside else "",
        )

    def _row(self, row: state.MatrixRow) -> Row:
        end = self.known.end(row.item) if row.item else None
        return Row(
            item_ref=end.id if end else "",
            claim=row.claim,
            words=row.words,
            weighings=tuple(
                Weighing(
                    at=moment(one.at),
                    relevance=one.relevance.value,
                    credibility=one.credibility.value if one.credibility else None,
                    why=one.why,
                )
                for one in row.weighings
            ),
            judgements=tuple(
                Judgement(
                    hypothesis=self.at[cell.hypothesis],
                    at=moment(one.at),
                    consistency=one.consistency.value,
                    as_of=moment(one.as_of) if one.as_of else None,
                    why=one.why,
                )
                for cell in row.cells
                for one in cell.judgements
            ),
        )

    # ---- in words, for whoever has no program that reads the extension

    def _told(self) -> str:
        accounts = [self._account(one) for one in self.matrix.hypotheses]
        rows = [f"{number}. {self._known(row)}" for number, row in enumerate(self.matrix.rows, 1)]
        return "\n\n".join(part for part in ("\n".join(accounts), "\n".join(rows), CAUTION) if part)

    def _letter(self, key: str) -> str:
        at = self.at[key]
        return ascii_uppercase[at] if at < len(ascii_uppercase) else f"#{at + 1}"

    def _account(self, one: state.Hypothesis) -> str:
        aside = f" (set aside: {one.aside.why})" if one.aside else ""
        return f"{self._letter(one.key)}: {one.words or DECEPTION}{aside}"

    def _known(self, row: state.MatrixRow) -> str:
        report = self.known.file.reports.get(row.item or "")
        incident = self.known.file.incidents.get(row.item or "")
        claim = (
            report.claims[row.claim].text if report and row.claim is not None and row.claim < len(report.claims) else ""
        )
        said = ": ".join(
            one for one in (report.title if report else incident.what if incident else "", claim, row.words) if one
        )
        judged = [f"{self._letter(one.hypothesis)} {_judged(one.latest)}" for one in row.cells]
        return " – ".join([said, *([", ".join(judged)] if judged else [])])


def _judged(one: state.Judgement) -> str:
    if one.consistency is Consistency.NO_INDICATION and one.as_of:
        return f"no indication as of {one.as_of:%Y-%m-%d %H:%M} UTC"
    return one.consistency.value


def _words(matrix: state.Matrix) -> Iterator[str]:
    for one in matrix.hypotheses:
        yield from (one.words, one.aside.why if one.aside else "")
    for row in matrix.rows:
        yield row.words
        yield from (one.why for one in row.weighings)
        yield from (one.why for cell in row.cells for one in cell.judgements)


def _moments(matrix: state.Matrix) -> Iterator[datetime]:
    yield matrix.opened_at
    for one in matrix.hypotheses:
        yield one.aside.at if one.aside else one.at
    for row in matrix.rows:
        yield from _moments_of(row)


def _moments_of(row: state.MatrixRow) -> Iterator[datetime]:
    yield from (one.at for one in row.weighings)
    yield from (one.at for cell in row.cells for one in cell.judgements)
