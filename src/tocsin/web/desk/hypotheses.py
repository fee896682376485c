"""Competing hypotheses at the desk: looking at a matrix, and everything that is done in it. Who may not read a row does nothing to it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.threat import hypothesize
from tocsin.store.door import Door
from tocsin.threat.hypotheses.decide import Said
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight, matrix_id
from tocsin.threat.hypotheses.grounds import is_known
from tocsin.web.desk.acts import Unclear, command, own_words, until
from tocsin.web.desk.fill.hypotheses import OFFICERS, href, hypotheses_page, offers, readable
from tocsin.web.desk.framed import page
from tocsin.web.desk.guards import FIELDS_OF, Asked, Desk, DeskSite, Form, only

OF_A_MATRIX = 1_500  # fields: a hundred rows by a dozen hypotheses
AGAIN = "no_indication_again"  # with the date of the form; without it, what stands is kept
E = TypeVar("E", bound=StrEnum)


@get("/cases/{id:str}/hypotheses/{asks:str}", sync_to_thread=True)
def matrix(request: Asked, desk: Desk, id: FromPath[str], asks: FromPath[str]) -> Response[bytes]:
    """Show a matrix of a case."""
    question = _asks(asks)
    return page(request, desk, "cases", lambda door, shell, _: hypotheses_page(door, id, question, shell, _))


@post("/cases/{id:str}/hypotheses/{asks:str}/{step:str}", guards=[only(*OFFICERS)], opt={FIELDS_OF: OF_A_MATRIX},
      sync_to_thread=True)  # fmt: skip
def take_step(
    request: Asked, desk: Desk, form: Form, id: FromPath[str], asks: FromPath[str], step: FromPath[str]
) -> Redirect:
    """Do one thing to a matrix."""
    question = _asks(asks)
    with desk.site.store.look() as look:
        if step not in STEPS or Door(look, request.user.reader).threat(id) is None:
            raise NotFoundException
    said = {"by": request.user.person, "command": command(request, form), "now": desk.site.clock.now()}
    STEPS[step](Doing(request, desk, form, id, question, said))
    return Redirect(href(id, question), status_code=303)


def _asks(text: str) -> Asks:
    try:
        return Asks(text)
    except ValueError:
        raise NotFoundException from None


class Doing:
    """One step as it was asked for: on which matrix, by whom, with what form."""

    def __init__(
        self, request: Asked, desk: DeskSite, form: Mapping[str, str], threat: Id, asks: Asks, said: dict[str, Any]
    ) -> None:
        """Hold what was asked for."""
        self.request, self.desk, self.form, self.threat, self.asks, self.said = request, desk, form, threat, asks, said
        self.matrix: Id = matrix_id(threat, asks)

    @property
    def house(self) -> House:
        """Return the house in which it is done."""
        return self.desk.site.house

    def words(self, field: str) -> str:
        """Return what was written in a field."""
        return own_words(self.form, field)

    @property
    def seen(self) -> int | None:
        """Return how often rows had been weighed anew when the form was filled; None: it does not say."""
        text = self.form.get("seen", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def one_of(self, field: str, kind: type[E], default: E) -> E:
        """Return which of a few was chosen."""
        try:
            return kind(self.form.get(field) or default)
        except ValueError:
            raise Unclear("Choose one of those in the list.") from None

    def rows(self) -> set[str]:
        """Return the rows that whoever asks may read."""
        with self.desk.site.store.look() as look:
            found = readable(Door(look, self.request.user.reader), self.threat, self.asks)
        return {one.key for one in found[0].rows if is_known(one, found[1])} if found else set()

    def row(self) -> str:
        """Return which row is meant."""
        key = self.form.get("row", "")
        if key not in self.rows():
            raise NotFoundException
        return key


def _open(at: Doing) -> None:
    hypothesize.open_matrix(at.house, at.threat, at.asks, **at.said)


def _state(at: Doing) -> None:
    key, actor, words = at.desk.site.store.new_id(), at.form.get("actor", "").strip() or None, at.words("words")
    if actor is not None:
        with at.desk.site.store.look() as look:
            book = {one.id: one.name for one in Door(look, at.request.user.reader).every_actor()}
        if actor not in book:
            raise Unclear("Choose an actor of the actor book, or nobody.")
        words = words.strip() or book[actor]
    hypothesize.state_hypothesis(at.house, at.matrix, key, words, actor=actor, **at.said)


def _set_aside(at: Doing) -> None:
    hypothesize.set_aside(at.house, at.matrix, at.form.get("hypothesis", ""), at.words("why"), **at.said)


def _take_up(at: Doing) -> None:
    hypothesize.take_up(at.house, at.matrix, at.form.get("hypothesis", ""), at.words("why"), **at.said)


def _enter(at: Doing) -> None:
    chosen = at.form.get("item", "")
    if chosen:
        with at.desk.site.store.look() as look:
            door = Door(look, at.request.user.reader)
            threat, found = door.threat(at.threat), readable(door, at.threat, at.asks)
            known = offers(door, threat, found[0] if found else None) if threat else ()
        if chosen not in {one.value for one in known}:
            raise Unclear("That bears on the case no more, or stands in the matrix already. Load the page again.")
    item, _slash, claim = chosen.partition("/")
    hypothesize.enter_row(
        at.house,
        at.matrix,
        at.desk.site.store.new_id(),
        item=item or None,
        claim=int(claim) if claim else None,
        words=at.words("words"),
        relevance=at.one_of("relevance", Weight, Weight.MEDIUM),
        **at.said,
    )


def _weigh(at: Doing) -> None:
    chosen = at.form.get("credibility", "")
    hypothesize.weigh_row(
        at.house,
        at.matrix,
        at.row(),
        relevance=at.one_of("relevance", Weight, Weight.MEDIUM),
        credibility=at.one_of("credibility", Weight, Weight.MEDIUM) if chosen else None,
        why=at.words("why"),
        seen=at.seen,
        **at.said,
    )


def _drop(at: Doing) -> None:
    hypothesize.drop_row(at.house, at.matrix, at.row(), at.words("why"), **at.said)


def _judge(at: Doing) -> None:
    rows = at.rows()
    said = [one for name, value in at.form.items() if (one := _said(at, name, value)) is not None]
    if any(one.row not in rows for one in said):
        raise NotFoundException
    hypothesize.judge(at.house, at.matrix, said, why=at.words("why"), **at.said)


def _said(at: Doing, name: str, value: str) -> Said | None:
    """Return what one field of the matrix says; None where it says what stood there when the page was loaded."""
    if not name.startswith("cell:"):
        return None
    _cell, row, hypothesis, seen, before = (name.split(":") + [""] * 4)[:5]
    if not value or value == before:
        return None
    try:
        chosen = Consistency.NO_INDICATION if value == AGAIN else Consistency(value)
    except ValueError:
        raise Unclear("Choose one of those in the list.") from None
    return Said(
        row=row,
        hypothesis=hypothesis,
        consistency=chosen,
        as_of=_as_of(at) if chosen is Consistency.NO_INDICATION else None,
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else None,
    )


def _as_of(at: Doing) -> datetime:
    written = at.form.get("as_of", "").strip()
    if not written:
        raise Unclear("Say as of when there was no indication: tomorrow there may be one.")
    return until({"until": written, "zone": at.form.get("zone", "")}, at.desk.zone)


STEPS: Mapping[str, Callable[[Doing], None]] = {
    "open": _open,
    "hypothesis": _state,
    "set-aside": _set_aside,
    "take-up": _take_up,
    "row": _enter,
    "weigh": _weigh,
    "drop": _drop,
    "judge": _judge,
}

HANDLERS = (matrix, take_step)
