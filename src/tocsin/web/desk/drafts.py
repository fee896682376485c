"""What the handlers of every kind of draft ask first: which draft is meant, which words were read, and who sends alone."""

from collections.abc import Mapping

from litestar.exceptions import NotFoundException

from tocsin.basis.ids import Id
from tocsin.store.door import D, Door
from tocsin.web.desk.acts import Unclear
from tocsin.web.desk.case_choice import case_in
from tocsin.web.desk.guards import Asked, DeskSite


def draft_of(request: Asked, desk: DeskSite, kind: type[D], id: Id) -> D:
    """Return a draft as this reader may read it.

    Raises:
        NotFoundException: there is none for them.
    """
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).draft(kind, id)
    if found is None:
        raise NotFoundException
    return found


def seen_of(form: Mapping[str, str]) -> int:
    """Return how many facts there were when the form was filled: what was written over, or let out, is what was read.

    Raises:
        Unclear: it does not say so.
    """
    said = form.get("seen", "")
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise Unclear("That form is not one of ours, or is too old. Load the page again.")
    return int(said)


def case_of(request: Asked, desk: DeskSite, form: Mapping[str, str], before: Id | None) -> Id | None:
    """Return the case that a draft is written from: whoever may not read one writes nothing about it. before: as it was.

    Raises:
        NotFoundException: there is no such case for them.
        Unclear: they named one that there is not for them.
    """
    chosen = case_in(request, desk, form, before=before) or None
    if chosen is None or chosen == before:
        return chosen
    with desk.site.store.look() as look:
        if Door(look, request.user.reader).threat(chosen) is None:
            raise NotFoundException
    return chosen


def refuse_unsure(form: Mapping[str, str]) -> None:
    """Stop somebody who would break the glass by a slip of the hand.

    Raises:
        Unclear: they did not say that nobody else can be reached.
    """
    if form.get("sure") != "yes":
        raise Unclear("Tick that nobody else can be reached. It is written down, and looked at afterwards.")
