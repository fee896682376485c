"""Fills the pages on which a case is handed out and a bundle is taken in."""

from collections import Counter

from tocsin.basis.marking import Mark
from tocsin.basis.words import N_, Words
from tocsin.flow.exchange.choose import TELLS_ITS_MARK, Chosen, Stays
from tocsin.flow.exchange.hand_out import OFFICERS, Offer, Wish
from tocsin.flow.exchange.listed import KINDS, WHY, shown
from tocsin.flow.exchange.take import Fate, Taken
from tocsin.flow.exchange.weighed import Became
from tocsin.store.door import Door
from tocsin.threat.state import Threat
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names
from tocsin.web.desk.views.exchange import (
    FateRow,
    FileRow,
    HandedRow,
    HandOutPage,
    ItemRow,
    ProblemRow,
    TakeInPage,
)
from tocsin.web.desk.views.shell import Shell

MOST = 500
"""Objects of a file that are listed one by one."""

BECAME = {
    Became.REPORT: N_("new as a report"),
    Became.KEPT: N_("kept whole"),
    Became.REPLACES: N_("replaces an older version"),
    Became.TAKEN_BACK: N_("taken back by its maker"),
    Became.UNCHANGED: N_("here already"),
    Became.OLDER: N_("older than what is here"),
    Became.OURS: N_("our own, come back"),
    Became.DIFFERS: N_("contradicts what is here: kept beside it"),
}


def hand_out_page(
    door: Door, threat: Threat, wish: Wish, to: str, offer: Offer | None, too_far: str, shell: Shell, _: Words
) -> HandOutPage:
    """Return what would leave of a case and what would stay."""
    handed = door.handed_out(threat)
    names = Names(door)
    names.learn([one.by for one in handed])
    return HandOutPage(
        shell=shell,
        case_href=hrefs.case(threat.id),
        case_title=threat.title,
        mark=wish.mark,
        marks=tuple(Mark),
        asks_within=wish.mark is Mark.AMBER_STRICT,
        within=wish.within if wish.mark is Mark.AMBER_STRICT or offer is None else offer.within,
        rows=tuple(_item(one, wish, _) for one in shown(offer)) if offer else (),
        post_to=hrefs.hand_out(threat.id),
        whom=wish.whom,
        to=to,
        too_far=too_far,
        before=tuple(
            HandedRow(
                at=one.at,
                by=names.say(one.by),
                whom=one.whom,
                mark=one.mark,
                count=len(one.objects),
                within=one.within,
            )
            for one in handed
        ),
        may=bool(OFFICERS & door.reader.roles),
        looked_at=offer.looked_at if offer else "",
    )


def _item(one: Chosen, wish: Wish, _: Words) -> ItemRow:
    why = next((each.why for each in wish.released if each.key == one.item.key), "")
    return ItemRow(
        key=one.item.key,
        kind=_(KINDS[one.item.kind]),
        title=one.item.title,
        at=one.item.at,
        mark=one.item.bound.mark if one.stays in TELLS_ITS_MARK else None,
        why=_(WHY[one.stays]) if one.stays else "",
        words=one.words,
        may_release=one.stays is Stays.WORDS and bool(one.words),
        released_why=why if one.released else "",
    )


def take_in_page(door: Door, shell: Shell, _: Words, *, post_to: str) -> TakeInPage:
    """Return the page on which a bundle is taken in, with nothing on it yet."""
    before = door.taken_bundles()
    sources = {one.id: one.name for one in door.all_sources()}
    sent = {id: one.name for id, one in door.sources(one.source for one in before).items()}
    return TakeInPage(
        shell=shell,
        sources=tuple(sorted(sources.items(), key=lambda pair: pair[1].casefold())),
        marks=tuple(Mark),
        post_to=post_to,
        before=tuple(
            FileRow(at=one.taken_at, source=sent.get(one.source, one.source), count=one.count, mark=one.mark)
            for one in before
        ),
        may=bool(OFFICERS & door.reader.roles),
    )


def fates(found: Taken, _: Words, *, done: bool) -> tuple[FateRow, ...]:
    """Return what becomes of each object, so many as are listed. done: it is taken in, and what is an incident can be noted as one."""
    return tuple(
        FateRow(
            id=one.foreign_id,
            kind=one.foreign_type,
            became=_(BECAME[one.became]),
            mark=one.mark,
            why=one.why,
            href=hrefs.note_incident(one.report) if done and one.report and _can_be_noted(one) else "",
            report_href=hrefs.report(one.report) if done and one.report else "",
        )
        for one in found.fates[:MOST]
    )


def _can_be_noted(one: Fate) -> bool:
    """Say whether an object is an incident, and not for named readers alone, whom an incident here has none of."""
    return one.foreign_type == "incident" and one.mark is not Mark.RED and one.became is not Became.TAKEN_BACK


def counts(found: Taken, _: Words) -> tuple[tuple[str, int], ...]:
    """Return how many objects met each fate, in the order of the fates."""
    counted = Counter(one.became for one in found.fates)
    return tuple((_(BECAME[one]), counted[one]) for one in Became if counted[one])


def problems(found: Taken) -> tuple[ProblemRow, ...]:
    """Return what is wrong with the file."""
    return tuple(ProblemRow(severity=one.severity, where=one.where, message=one.message) for one in found.problems)
