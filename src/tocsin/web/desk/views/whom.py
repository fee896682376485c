"""Who is told besides the public, as a form shows it."""

from tocsin.web.pieces import View


class PartRow(View, frozen=True, kw_only=True):
    """What somebody must fit, all of it. place: a town, or latitude,longitude; km: how far around."""

    group: str = ""
    post: str = ""
    languages: str = ""
    country: str = ""
    place: str = ""
    km: str = ""

    @property
    def filled(self) -> bool:
        """Say whether anything stands in it."""
        return self != PartRow()


class Whom(View, frozen=True, kw_only=True):
    """An audience in a form. there: whoever is where the warning holds. group: one that is told whole. rows: parts besides."""

    there: bool = False
    group: str = ""
    groups: tuple[tuple[str, str], ...] = ()
    posts: tuple[tuple[str, str], ...] = ()
    countries: tuple[tuple[str, str], ...] = ()
    rows: tuple[PartRow, ...] = (PartRow(),)
