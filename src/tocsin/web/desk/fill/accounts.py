"""Who said what about who did it. We keep that they said so; "no indication" is neither evidence nor an acquittal."""

from collections.abc import Iterator

from tocsin.basis.words import Words
from tocsin.threat.state import Accusation, Threat
from tocsin.web.desk.views.case import AccountRow
from tocsin.web.desk.views.timeline import AccountKind, AccountMark


def _kind(accusation: Accusation) -> AccountKind:
    """Tell a claim from an accusation: who names themselves claims it."""
    own = accusation.party.casefold() == accusation.accuser.casefold()
    return AccountKind.CLAIMED if own else AccountKind.ACCUSED


def account_rows(threat: Threat, sources: dict[str, str]) -> tuple[AccountRow, ...]:
    """Return every account, oldest first. sources: the name of the source of each report that the reader may read."""
    rows = [
        AccountRow(
            at=one.at,
            who=one.accuser,
            kind=_kind(one),
            about=one.party,
            text=one.words,
            source=sources.get(one.report or "", ""),
        )
        for one in threat.accusations
    ]
    rows += [
        AccountRow(at=one.as_of, who=one.speaker, kind=AccountKind.NO_INDICATION, about=one.party, text=one.words)
        for one in threat.no_indications
    ]
    return tuple(sorted(rows, key=lambda row: (row.at, row.who)))


def account_marks(threat: Threat, _: Words) -> Iterator[AccountMark]:
    """Return every account as a mark on the timeline."""
    for row in account_rows(threat, {}):
        yield AccountMark(at=row.at, label=_label(row, _), kind=row.kind, detail=row.text)


def _label(row: AccountRow, _: Words) -> str:
    if row.kind is AccountKind.CLAIMED:
        return _("%(who)s claims it", who=row.who)
    if row.kind is AccountKind.ACCUSED:
        return _("%(about)s accused by %(who)s", about=row.about, who=row.who)
    return _("no indication of %(about)s", about=row.about)
