"""Groups by rule: who fits is asked each time anew, so that whoever came since is told, too."""

from collections.abc import Collection

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who belongs to a group: whoever fits each part that says something. An empty part says nothing.

    posts: names of posts, at any organisation. organisations: where they hold a post; with posts, that very post there.
    languages: BCP 47, one of which they are told in; "pt" is fitted by "pt-BR". countries: ISO 3166-1 alpha-2, in one of
    which they live, work, are or travel, or for which they are responsible.
    """

    posts: tuple[str, ...] = ()
    organisations: tuple[Id, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule may ask of someone. posts: pairs of organisation and name of the post that they hold."""

    languages: Collection[str] = ()
    posts: Collection[tuple[Id, str]] = ()
    countries: Collection[str] = ()


def check(rule: Rule) -> Rule:
    """Return a rule that says something.

    Raises:
        Refused: it would fit everybody, or names no country.
    """
    if rule == Rule():
        raise Refused(
            "The rule says nothing, and would fit everybody. Name a post, an organisation, a language or a country."
        )
    for country in rule.countries:
        if not (len(country) == 2 and country.isascii() and country.isupper()):
            raise Refused("A country in a rule is written as two capitals, such as FR (ISO 3166-1 alpha-2).")
    return rule


def fits(rule: Rule, one: Candidate) -> bool:
    """Say whether someone belongs to a group of this rule."""
    return (
        (not (rule.posts or rule.organisations) or any(_fits_post(rule, post) for post in one.posts))
        and (not rule.languages or any(speaks(spoken, asked) for spoken in one.languages for asked in rule.languages))
        and (not rule.countries or any(country in rule.countries for country in one.countries))
    )


def _fits_post(rule: Rule, post: tuple[Id, str]) -> bool:
    organisation, name = post
    return (not rule.posts or name in rule.posts) and (not rule.organisations or organisation in rule.organisations)


def speaks(spoken: str, asked: str) -> bool:
    """Say whether a language is what was asked for, or a kind of it. Source: RFC 4647, 3.3.1, basic filtering."""
    spoken, asked = spoken.lower(), asked.lower()
    return spoken == asked or spoken.startswith(f"{asked}-")
