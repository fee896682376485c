"""Fills the field in which a case is chosen: of ten thousand nobody could choose, so the latest are offered, and any can be named."""

from collections.abc import Collection

from tocsin.basis.ids import Id
from tocsin.store.door import Door
from tocsin.web.desk.views.case_choice import CaseChoice

OFFERED = 50


def case_choice(door: Door, chosen: Id | None = None) -> CaseChoice:
    """Return the latest cases, those that nobody has ended before the others, and the one that is chosen."""
    found = door.cases(OFFERED + 1)
    offered = {one.id: one.title for one in found[:OFFERED]}
    if chosen is not None and chosen not in offered and (one := door.threat(chosen)) is not None:
        offered = {one.id: one.title, **offered}
    return CaseChoice(cases=tuple(offered.items()), chosen=chosen or "", more=len(found) > OFFERED)


def open_case_choice(door: Door, without: Collection[Id] = ()) -> CaseChoice:
    """Return the latest cases that somebody looks after by themselves. without: those that are none to choose."""
    found = [one for one in door.open_cases(OFFERED + 1 + len(without)) if one.id not in without]
    return CaseChoice(cases=tuple((one.id, one.title) for one in found[:OFFERED]), more=len(found) > OFFERED)
