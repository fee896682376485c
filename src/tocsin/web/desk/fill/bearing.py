"""What bears on a case: each report, claim and incident with how it bears on it and why, as far as its reader may read it."""

from collections import Counter

from tocsin.basis.ids import Id
from tocsin.report.state import Incident, Report
from tocsin.threat.facts import Bearing
from tocsin.threat.state import Evidence
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.casefile import CaseFile
from tocsin.web.desk.fill.corroborated import grade
from tocsin.web.desk.fill.resting import title_of
from tocsin.web.desk.views.case import Bears, BearsRow

SHOWN = 30  # the latest that was linked; the timeline has more of it, and the form in which the case is judged


def bears(file: CaseFile) -> Bears | None:
    """Return what bears on a case, or None where nothing does. Of what was linked more than once the latest holds."""
    items: dict[Id, Report | Incident] = {**file.reports, **{one.id: one for one in file.incidents}}
    links: dict[tuple[Id, int | None], Evidence] = {}
    for link in sorted(file.threat.evidence, key=lambda one: one.at, reverse=True):
        if link.item in items:
            links.setdefault((link.item, link.claim), link)
    if not links:
        return None
    each = list(links.values())
    counts = Counter(one.bearing for one in each)
    return Bears(
        for_it=counts[Bearing.FOR],
        against=counts[Bearing.AGAINST],
        context=counts[Bearing.CONTEXT],
        rows=tuple(_row(file, one, items[one.item]) for one in each[:SHOWN]),
        more=len(each[SHOWN:]),
    )


def _row(file: CaseFile, link: Evidence, item: Report | Incident) -> BearsRow:
    title = title_of(item)
    if isinstance(item, Incident):
        return BearsRow(
            at=link.at, title=title, mark=item.mark, bearing=link.bearing, why=link.why, href=hrefs.incident(item.id)
        )
    if link.claim is not None and link.claim < len(item.claims):
        title = f"{title}: {item.claims[link.claim].text}"
    source = file.sources.get(item.source)
    return BearsRow(
        at=link.at,
        title=title,
        mark=item.mark,
        bearing=link.bearing,
        why=link.why,
        source=source.name if source else "",
        grade=grade(item, file),
        taken_back=item.taken_back_at is not None,
        href=hrefs.report(item.id),
    )
