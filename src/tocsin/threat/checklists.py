"""The checklists that come with Tocsin, one for each kind of threat. A case takes what fits and adds its own.

They name what open accounts of past attacks, abductions and unrest say was seen before, and nothing of how a thing is done.
What a case took stays as it was taken, also when a list changes here.
"""

from collections.abc import Mapping

from tocsin.threat.indicators import Indicator, Strength
from tocsin.threat.particulars import ThreatKind

_WEAK, _MEDIUM, _STRONG = Strength.WEAK, Strength.MEDIUM, Strength.STRONG


def _list(*rows: tuple[str, Strength, str]) -> tuple[Indicator, ...]:
    return tuple(Indicator(key=key, words=words, strength=strength) for key, strength, words in rows)


_COMMON = _list(
    ("called_for", _WEAK, "The group, or those who speak for it, call for attacks of this sort"),
    ("struck_before", _MEDIUM, "The group has struck here, or at such a target, within the last two years"),
    ("members_held", _MEDIUM, "Members or helpers of the group are arrested or killed in this country"),
    ("cell_stopped", _STRONG, "A cell is stopped before it could attack a target of this class"),
    ("moved_in", _MEDIUM, "Members of the group are known to have come into the country or the city"),
    ("money_or_shelter", _MEDIUM, "Money or shelter is arranged for people who are to act"),
    ("partner_warns", _MEDIUM, "Another government or service warns of it by knowledge of its own"),
)

CHECKLISTS: Mapping[ThreatKind, tuple[Indicator, ...]] = {
    ThreatKind.GATHERING: (
        *_COMMON,
        *_list(
            ("looked_over", _STRONG, "Somebody looks over venues, their entrances or their guards"),
            ("asked_about_events", _MEDIUM, "Interest in dates and places of events that draw a crowd"),
            ("weapons_found", _STRONG, "Arms or dangerous material are found in the hands of people tied to the group"),
            ("event_near", _WEAK, "A large event, holiday or anniversary lies within the window"),
            ("farewell", _STRONG, "A farewell, testament or claim is prepared or published"),
        ),
    ),
    ThreatKind.SITE: (
        *_COMMON,
        *_list(
            ("looked_over", _STRONG, "Somebody watches, photographs or tests the guards of the site"),
            ("asked_insiders", _MEDIUM, "Employees or guards are approached, or papers and passes go missing"),
            ("weapons_found", _STRONG, "Arms or dangerous material are found in the hands of people tied to the group"),
            ("site_named", _MEDIUM, "The site, or its class, is named in the group's own words"),
            ("guard_drawn_off", _WEAK, "Its protection was reduced, or is drawn off to elsewhere"),
        ),
    ),
    ThreatKind.KILLING: (
        *_COMMON,
        *_list(
            ("named", _MEDIUM, "The person is named as an enemy by the group or by those behind it"),
            ("followed", _STRONG, "The person, their home or their way is watched or followed"),
            ("address_out", _MEDIUM, "Their address, car or habits are published or asked for"),
            ("others_hit", _STRONG, "Others in the same position were attacked lately"),
            ("contract", _STRONG, "Somebody is offered money or pressed to do it"),
        ),
    ),
    ThreatKind.KIDNAPPING: (
        *_COMMON,
        *_list(
            ("others_taken", _STRONG, "Others of the same nationality or trade were taken there lately"),
            ("followed", _STRONG, "Movements of the people in question are watched or asked about"),
            ("checkpoints", _MEDIUM, "Irregular checkpoints appear on the roads they use"),
            ("ransom_paid", _MEDIUM, "A ransom or exchange was granted lately"),
            ("bargaining", _MEDIUM, "The group has something to bargain for: prisoners, a trial, a sum"),
        ),
    ),
    ThreatKind.UNREST: _list(
        ("date_set", _MEDIUM, "A date with a meaning is near: a vote, a verdict, a funeral, an anniversary"),
        ("called_out", _STRONG, "Parties or unions that have filled streets before call people out"),
        ("deaths", _STRONG, "People have died in the hands of the police or in earlier protests"),
        ("forces_moved", _MEDIUM, "Troops or police are moved in, leave is cancelled"),
        ("network_cut", _MEDIUM, "Telephone or internet is cut or slowed, or it is announced"),
        ("prices", _WEAK, "Prices of food, fuel or fares rise abruptly"),
        ("foreigners_blamed", _MEDIUM, "Foreigners or a minority are blamed in official or mass media"),
        ("others_leave", _MEDIUM, "Other missions or companies send their people home"),
    ),
    ThreatKind.OTHER: _COMMON,
}
"""What is looked for, by the kind of threat."""
