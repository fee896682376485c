"""The field of a form in which a case is chosen."""

from tocsin.web.pieces import View


class CaseChoice(View, frozen=True, kw_only=True):
    """The cases that are offered, each by id and title, and which of them is chosen. more: there are others, to be named."""

    cases: tuple[tuple[str, str], ...] = ()
    chosen: str = ""
    more: bool = False
