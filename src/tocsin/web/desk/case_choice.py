"""Reads which case was chosen in a form, or named in it."""

from collections.abc import Mapping

from tocsin.basis.ids import Id
from tocsin.store.door import Door
from tocsin.web.desk.acts import Unclear
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.guards import Asked, DeskSite


def case_in(
    request: Asked, desk: DeskSite, form: Mapping[str, str], field: str = "case", before: Id | None = None
) -> Id:
    """Return the case that a form names, or else the one chosen in it; "" where it is none. before: as it was, where it does not say.

    Raises:
        Unclear: no case that this reader may read is called so, or several are.
    """
    named = " ".join(form.get(f"{field}_named", "").split())
    if not named:
        return form.get(field, before or "").strip()
    _site, address, id = named.rpartition(f"{hrefs.CASES}/")
    with desk.site.store.look() as look:
        found = Door(look, request.user.reader).cases_called(id.partition("/")[0] if address else named)
    if not found:
        raise Unclear("No case that you may read is called so. Write its whole title, or copy the address of its page.")
    if len(found) > 1:
        raise Unclear("Several cases are called so. Copy the address of the page of the one that you mean.")
    return found[0].id
