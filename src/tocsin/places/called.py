"""Which countries a name stands for, as governments and travellers write them. Several, where one name covers several."""

from functools import cache

from tocsin.places.countries import country_names
from tocsin.places.named import folded

# Names that GeoNames has otherwise, folded: ISO 3166-1 alpha-2. What is part of a country has that country's code.
_ALSO: dict[str, tuple[str, ...]] = {
    "azores": ("PT",),
    "bonaire": ("BQ",),
    "bonaire st eustatius saba": ("BQ",),
    "bonaire sint eustatius and saba": ("BQ",),
    "british antarctic territory": ("AQ",),
    "brunei darussalam": ("BN",),
    "burma": ("MM",),
    "canary islands": ("ES",),
    "cape verde": ("CV",),
    "congo": ("CG",),
    "cook islands tokelau and niue": ("CK", "TK", "NU"),
    "cote d ivoire": ("CI",),
    "czech republic": ("CZ",),
    "democratic republic of congo": ("CD",),
    "democratic people s republic of korea": ("KP",),
    "east timor": ("TL",),
    "england": ("GB",),
    "federated states of micronesia": ("FM",),
    "french west indies": ("GP", "MQ", "MF", "BL"),
    "gaza": ("PS",),
    "gaza strip": ("PS",),
    "great britain": ("GB",),
    "holy see": ("VA",),
    "israel and palestine": ("IL", "PS"),
    "israel the west bank and gaza": ("IL", "PS"),
    "israel the west bank and the gaza strip": ("IL", "PS"),
    "ivory coast": ("CI",),
    "korea": ("KR",),
    "kyrgyz republic": ("KG",),
    "lao people s democratic republic": ("LA",),
    "macau": ("MO",),
    "netherlands": ("NL",),
    "northern marianas": ("MP",),
    "occupied palestinian territories": ("PS",),
    "palestine": ("PS",),
    "pitcairn island": ("PN",),
    "republic of congo": ("CG",),
    "russian federation": ("RU",),
    "saba": ("BQ",),
    "saint helena ascension and tristan da cunha": ("SH",),
    "saint maarten": ("SX",),
    "saint pierre et miquelon": ("PM",),
    "saint martin and saint barthelemy": ("MF", "BL"),
    "sint eustatius": ("BQ",),
    "solomon island": ("SB",),
    "swaziland": ("SZ",),
    "syrian arab republic": ("SY",),
    "turkey": ("TR",),
    "turkiye": ("TR",),
    "usa": ("US",),
    "virgin islands": ("VI",),
    "west bank": ("PS",),
}


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    known = {_plain(name): (code,) for code, name in country_names()}
    return known | {_plain(name): codes for name, codes in _ALSO.items()}


def countries_called(name: str) -> tuple[str, ...]:
    """Return the codes of the countries that a name stands for; none where it is nobody's name here.

    "The Gambia", "Gambia, The", "Burma (Myanmar)" and "St Lucia" are understood.
    """
    codes = _codes()
    before, _, inside = name.partition("(")
    tries = (name, before, inside.partition(")")[0], *name.replace("_", "/").split("/"))
    return next((codes[plain] for one in tries if (plain := _plain(one)) in codes), ())


def _plain(name: str) -> str:
    """Return a name folded, without its article, with Saint and and written out."""
    words = folded(name.replace("&", " and ").replace("_", " ")).split()
    words = ["saint" if word == "st" else word for word in words if word != "the"] or words
    return " ".join(words)
