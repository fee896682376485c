"""The templates that come with Tocsin: tested wording for each kind of threat, in the order of warning research.

Each text says, in this order: who warns, what may happen and what it does, where, when, and what to do. The English was
written for Tocsin; the other languages were translated by a machine and are marked so, until somebody who reads them has
checked them here.

Source: Mileti and Sorensen (1990), Communication of Emergency Public Warnings, ORNL-6609 (source, hazard, location, time,
guidance). Sutton, Olson and Waugh (2024), The Warning Lexicon, Natural Hazards Review 25 (the same contents for short
messages). Run, hide, tell: National Counter Terrorism Security Office (United Kingdom).
"""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from tocsin.basis.foreign import fitted
from tocsin.lexicon.actor_words import LANGUAGES

WRITTEN_IN = "en"
"""The language that they were written in; the others were translated by a machine."""

VERSION = 1
"""Of the wording. A change of meaning gets a new one."""

KINDS = (
    "bombing",
    "armed_attack",
    "kidnapping",
    "unrest",
    "vehicle",
    "arson",
    "drone_missile",
    "cyber_utilities",
    "chemical",
    "bomb_threat",
    "general",
)


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A template in one language, with its places still open."""

    event: str
    headline: str
    description: str
    instruction: str


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """Tested wording for one kind of threat. hours: how long such an alert usually holds."""

    kind: str
    name: str
    hours: int
    urgency: str
    severity: str
    certainty: str
    category: str
    words: dict[str, Words]


@cache
def templates() -> tuple[Template, ...]:
    """Return all of them, in the order in which they are shown."""
    return tuple(_read(kind) for kind in KINDS)


def template_of(kind: str) -> Template | None:
    """Return the template for a kind of threat."""
    return next((one for one in templates() if one.kind == kind), None)


def _read(kind: str) -> Template:
    text = files("tocsin.lexicon").joinpath("templates", f"{kind}.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    words = {language: fitted(found.pop(language), Words) for language in LANGUAGES}
    return fitted({"category": "Security", **found, "kind": kind, "words": words}, Template)
