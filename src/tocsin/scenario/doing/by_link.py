"""That somebody reads a notice: they ask for the code of their link, get it by their other way, and name it."""

from datetime import datetime

from tocsin.answer.codes import AccessCode, stands
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.delivery import code
from tocsin.flow.house import House
from tocsin.store.look import Look


def read_by_link(house: House, warning: Id, person: Id, *, command: str, now: datetime) -> None:
    """Let somebody read what they were told in confidence. Who has read it before has, and so has a run before a crash.

    Raises:
        Refused: they were sent no link, or it opens without a code.
    """
    with house.store.look() as look:
        row = look.rows_of(warning).get(person)
        known = _codes(look, warning, person)
    if row is None:
        raise Refused(f"{person} was sent no link for {warning}, so nothing can be read there.")
    if any(one.named_at is not None for one in known):
        return
    if not any(one.row == row and stands(one, now) for one in known):
        code.ask_code(house, row, command=command, now=now)
    with house.store.look() as look:
        asked = next(one for one in _codes(look, warning, person)[::-1] if one.row == row)
    code.name_code(house, row, code.code_of(house.store, asked), now=now)


def _codes(look: Look, warning: Id, person: Id) -> list[AccessCode]:
    return look.all(AccessCode, warning=warning, person=person, order="asked_at")
