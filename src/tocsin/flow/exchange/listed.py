"""What would leave and what would stay, as it is listed for a person: one line a item, with the reason in words."""

from typing import Any

from tocsin.basis.words import N_
from tocsin.flow.exchange.choose import TELLS_ITS_MARK, Chosen, Stays
from tocsin.flow.exchange.hand_out import Offer

WHY = {
    Stays.MARK: N_("marked stricter than this"),
    Stays.READERS: N_("RED, and somebody it would go to is not named as its reader"),
    Stays.ONLY_US: N_("told to this organisation alone"),
    Stays.RESTS: N_("rests on what may not go so far"),
    Stays.WORDS: N_("holds words of what may not go so far"),
}

KINDS = {
    "case": N_("Case"),
    "actor": N_("Actor"),
    "named": N_("Actor"),
    "attribution": N_("How sure of an actor"),
    "report": N_("Report"),
    "came": N_("Object that came with a report"),
    "incident": N_("Incident"),
    "bearing": N_("How it bears on the case"),
    "assessment": N_("Assessment"),
    "indication": N_("Indicator"),
    "matrix": N_("Hypotheses"),
    "accused": N_("Accusation"),
    "no_indication": N_("No indication"),
    "question": N_("Open question"),
    "event": N_("Event"),
    "outcome": N_("Outcome"),
}


def shown(offer: Offer) -> list[Chosen]:
    """Return the items that are listed: what only ties others together goes with them, and is not."""
    return [one for one in offer.chosen if one.item.title]


def items(offer: Offer) -> list[dict[str, Any]]:
    """Return the items as a program is told of them."""
    return [
        {
            "key": one.item.key,
            "kind": one.item.kind,
            "title": one.item.title,
            "mark": one.item.bound.mark.value if one.stays in TELLS_ITS_MARK else None,
            "stays": one.stays.value if one.stays else None,
            "why": WHY[one.stays] if one.stays else None,
            "words": list(one.words),
            "released": one.released,
        }
        for one in shown(offer)
    ]
