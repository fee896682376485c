"""Fills the page of one report."""

from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.flow.report.incidents import OFFICERS
from tocsin.store.door import Door
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.incidents import may_rest_on
from tocsin.web.desk.views.reports import ReportPage
from tocsin.web.desk.views.shell import Shell


def report_page(door: Door, id: Id, shell: Shell, _: Words) -> ReportPage | None:
    """Return a report, whole; None where there is none for this reader."""
    one = door.report(id) if door.at_desk else None
    if one is None:
        return None
    source = door.sources([one.source]).get(one.source)
    back = one.origin or one.relays
    first = door.report(back) if back is not None else None
    came = door.object_of(id)
    return ReportPage(
        shell=shell,
        title=one.title or one.text[:80],
        text=one.text,
        language=one.language,
        mark=one.mark,
        source=source.name if source else "",
        grade=f"{source.reliability.value if source else 'F'}{one.credibility}",
        received_at=one.received_at,
        published_at=one.published_at,
        url=one.url or "",
        claims=tuple((claim.text, claim.credibility) for claim in one.claims),
        repeats=(first.title or first.text[:80], hrefs.report(first.id)) if first else None,
        came_as=came.foreign_id if came else "",
        revised_at=one.revised_at,
        taken_back_at=one.taken_back_at,
        incidents=tuple((each.what, hrefs.incident(each.id)) for each in door.resting_on([id])),
        note_href=hrefs.note_incident(id) if OFFICERS & door.reader.roles and may_rest_on(one) else "",
    )
