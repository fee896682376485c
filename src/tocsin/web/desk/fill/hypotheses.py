"""Fills the page of a matrix: of its rows those that the reader may read, and scores that are made of these alone."""

from collections.abc import Sequence
from string import ascii_uppercase

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.words import Words
from tocsin.store.door import Door
from tocsin.threat.hypotheses.facts import Asks, MatrixRowWeighed, matrix_id
from tocsin.threat.hypotheses.grounds import Known, credibility, is_known, pieces
from tocsin.threat.hypotheses.score import Piece, Removal, Removed, amount, diagnosticity, removals, score
from tocsin.threat.hypotheses.state import Cell, Hypothesis, Matrix, MatrixRow
from tocsin.threat.state import Threat
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names
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
from tocsin.web.desk.views.shell import Shell

OFFICERS = frozenset({Role.DUTY_OFFICER, Role.WATCH_OFFICER})
LATEST = 100  # judgements on the page


def href(threat: Id, asks: Asks) -> str:
    """Return where a matrix of a case is."""
    return f"{hrefs.case(threat)}/hypotheses/{asks.value}"


def hypotheses_page(door: Door, threat_id: Id, asks: Asks, shell: Shell, _: Words) -> HypothesesPage | None:
    """Return the page of a matrix, opened or not; None where there is no such case for this reader."""
    threat = door.threat(threat_id)
    if threat is None:
        return None
    matrix = next((one for one in door.matrices(threat_id) if one.asks is asks), None)
    page = HypothesesPage(
        shell=replace(shell, zone=threat.zone, section="cases"),
        title=threat.title,
        case_href=hrefs.case(threat_id),
        mark=threat.mark,
        asks=asks,
        href=href(threat_id, asks),
        other_href=href(threat_id, Asks.WHAT if asks is Asks.WHO else Asks.WHO),
        is_open=matrix is not None,
        seen=door.said(matrix_id(threat_id, asks), (MatrixRowWeighed,)),
        may_change=bool(OFFICERS & door.reader.roles) and threat.is_open,
    )
    return page if matrix is None else Filling(door, threat, matrix, _).onto(page)


def readable(door: Door, threat_id: Id, asks: Asks) -> tuple[Matrix, Known] | None:
    """Return a matrix and what the reader may read of its grounds."""
    found = [one for one in door.matrices(threat_id) if one.id == matrix_id(threat_id, asks)]
    return (found[0], door.known_of(found[0])) if found else None


def offers(door: Door, threat: Threat, matrix: Matrix | None) -> tuple[Choice, ...]:
    """Return what bears on a case, may be read, and does not stand in its matrix yet."""
    have = {(one.item, one.claim) for one in matrix.rows} if matrix else set()
    reports, incidents = door.reports_about(threat), door.incidents_about(threat)
    found: list[tuple[Id, int | None, str]] = [(one.id, None, one.what) for one in incidents]
    for report in reports.values():
        found.append((report.id, None, report.title))
        found += [(report.id, number, f"{report.title}: {one.text}") for number, one in enumerate(report.claims)]
    return tuple(
        Choice(value=id if claim is None else f"{id}/{claim}", label=label[:160])
        for id, claim, label in found
        if (id, claim) not in have
    )


class Filling:
    """One matrix, as one reader sees it."""

    def __init__(self, door: Door, threat: Threat, matrix: Matrix, _: Words) -> None:
        """Weigh what the reader may read."""
        self.door, self.threat, self.matrix, self._ = door, threat, matrix, _
        self.known = door.known_of(matrix)
        self.names = Names(door)
        self.rows = [one for one in matrix.rows if is_known(one, self.known)]
        self.pieces = {one.row: one for one in pieces(matrix, self.known)}
        self.keys = [one.key for one in matrix.weighed]
        self.letters = dict(zip((one.key for one in matrix.hypotheses), ascii_uppercase, strict=False))

    def onto(self, page: HypothesesPage) -> HypothesesPage:
        """Return the page with everything on it."""
        tried = removals(list(self.pieces.values()), self.keys)
        return replace(
            page,
            hypotheses=self._hypotheses(),
            aside=tuple(self._aside(one) for one in self.matrix.hypotheses if one.aside is not None),
            rows=tuple(self._row(one) for one in self.rows),
            removals=tuple(self._removal(one) for one in tried if one.changes),
            tried=len(tried),
            judged=self._judged()[:LATEST],
            offers=offers(self.door, self.threat, self.matrix) if page.may_change else (),
            actors=self._book() if page.may_change and self.matrix.asks is Asks.WHO else (),
            hidden=len(self.matrix.rows) - len(self.rows),
        )

    def _hypotheses(self) -> tuple[HypothesisRow, ...]:
        stand = score(list(self.pieces.values()), self.keys)
        most = max((one.inconsistency for one in stand), default=0) or 1
        weighed = {one.key: one for one in self.matrix.weighed}
        actors = {one.id: one.name for one in self.door.actors(one.actor for one in weighed.values() if one.actor)}
        return tuple(
            HypothesisRow(
                key=one.hypothesis,
                letter=self.letters.get(one.hypothesis, "?"),
                words=weighed[one.hypothesis].words,
                place=one.place,
                amount=amount(one.inconsistency),
                inconsistency=one.inconsistency,
                bar=round(100 * one.inconsistency / most),
                origins=one.origins,
                open=one.open,
                actor=actors.get(weighed[one.hypothesis].actor or "", ""),
            )
            for one in stand
        )

    def _book(self) -> tuple[Choice, ...]:
        book = sorted(self.door.every_actor(), key=lambda one: one.id not in self.threat.actors)
        return tuple(Choice(value=one.id, label=one.name) for one in book)

    def _aside(self, one: Hypothesis) -> AsideRow:
        aside = one.aside
        assert aside is not None  # noqa: S101  only these are asked for
        return AsideRow(key=one.key, words=one.words, by=self.names.say(aside.by), at=aside.at, why=aside.why)

    def _row(self, row: MatrixRow) -> MatrixRowView:
        piece = self.pieces[row.key]
        report = self.known.reports.get(row.item or "")
        source = self.known.sources.get(report.source) if report else None
        claimed = report is not None and row.claim is not None and row.claim < len(report.claims)
        return MatrixRowView(
            key=row.key,
            title=self._title(row),
            href=hrefs.report(report.id) if report else "",
            claim=report.claims[row.claim or 0].text if report and claimed else "",
            note=row.words if row.item else "",
            source=source.name if source else "",
            grade=f"{source.reliability.value}{report.credibility}" if report and source else "",
            credibility=credibility(row, self.known),
            relevance=row.weighing.relevance,
            origin=self._origin(row, piece),
            tells=diagnosticity(piece, self.keys),
            taken_back=not piece.strands,
            cells=tuple(self._cell(row, key) for key in self.keys),
        )

    def _title(self, row: MatrixRow) -> str:
        report, incident = self.known.reports.get(row.item or ""), self.known.incidents.get(row.item or "")
        return report.title if report else incident.what if incident else row.words

    def _origin(self, row: MatrixRow, piece: Piece) -> str:
        """Return what a row goes back to, where that is another report."""
        starts = sorted(piece.origins - {row.item})
        return ", ".join(self._origin_name(one) for one in starts if one in self.known.reports)

    def _origin_name(self, origin: Id) -> str:
        """Return how an origin is called: by itself where it may be read, and else by a row that goes back to it."""
        if origin in self.known.reports:
            return self.known.reports[origin].title
        first = next((one for one in self.rows if origin in self.pieces[one.key].origins), None)
        return self._title(first) if first else ""

    def _cell(self, row: MatrixRow, key: str) -> CellView:
        cell = row.cell(key)
        seen, latest = (len(cell.judgements), cell.latest) if cell else (0, None)
        return CellView(
            letter=self.letters.get(key, "?"),
            field=f"cell:{row.key}:{key}:{seen}:{latest.consistency.value if latest else ''}",
            judged=latest.consistency if latest else None,
            as_of=latest.as_of if latest else None,
            by=self.names.say(latest.by) if latest else "",
            at=latest.at if latest else None,
        )

    def _removal(self, one: Removal) -> RemovalRow:
        source = self.known.sources.get(one.id)
        name = self._origin_name(one.id) if one.removed is Removed.ORIGIN else source.name if source else ""
        order = tuple(" = ".join(sorted(self.letters.get(key, "?") for key in together)) for together in one.order)
        return RemovalRow(removed=one.removed, name=name, order=order, first=one.first_changes)

    def _judged(self) -> tuple[JudgedRow, ...]:
        found = [(row, cell) for row in self.rows for cell in row.cells]
        made = [one for row, cell in found for one in self._made(row, cell)]
        return tuple(sorted(made, key=lambda one: one.at, reverse=True))

    def _made(self, row: MatrixRow, cell: Cell) -> Sequence[JudgedRow]:
        return [
            JudgedRow(
                at=one.at,
                by=self.names.say(one.by),
                row=self._title(row),
                letter=self.letters.get(cell.hypothesis, "?"),
                judged=one.consistency,
                as_of=one.as_of,
                why=one.why,
            )
            for one in cell.judgements
        ]
